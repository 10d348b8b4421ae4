"""Kinds of problems with the structure of a diagram."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "bpmn-root": error(
        "Berkas ini bukan BPMN 2.0: unsur terluarnya '{name}', bukan 'definitions' dari BPMN. Simpan sebagai BPMN 2.0.",
        "This file is not BPMN 2.0: its outermost element is '{name}', not BPMN's 'definitions'. Save it as BPMN 2.0.",
    ),
    "diagram-too-large": error(
        "Diagram memuat lebih dari {limit} langkah. Bagi menjadi beberapa proses.",
        "The diagram has more than {limit} steps. Split it into several processes.",
    ),
    "duplicate-id": error(
        "Id '{name}' sudah dipakai di baris {first}; salah satunya akan hilang. Beri id lain.",
        "The id '{name}' is already used on line {first}; one of the two would vanish. Give it another id.",
    ),
    "drawing-number": warning(
        "Letak unsur ini pada gambar bukan angka yang wajar, jadi ia tidak tampak. Geser dan simpan lagi di"
        " penyunting.",
        "The place of this element in the picture is no sensible number, so it is not shown. Move and save it in the"
        " editor.",
    ),
}
