"""Kinds of problems with the structure of a diagram."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "bpmn-root": error(
        "Berkas ini bukan BPMN 2.0: unsur terluarnya '{name}', bukan 'definitions' dari BPMN. Simpan sebagai BPMN 2.0.",
        "This file is not BPMN 2.0: its outermost element is '{name}', not BPMN's 'definitions'. Save it as BPMN 2.0.",
    ),
    "diagram-too-large": error(
        "Diagram memuat lebih dari {limit} langkah atau {flows} panah. Bagi menjadi beberapa proses.",
        "The diagram has more than {limit} steps or {flows} flows. Split it into several processes.",
    ),
    "too-many-pools": error(
        "Berkas memuat lebih dari {limit} proses dan kolam, atau lebih dari {lanes} lajur. Bagi menjadi beberapa"
        " berkas.",
        "The file has more than {limit} processes and pools, or more than {lanes} lanes. Split it into several files.",
    ),
    "expressions-too-long": error(
        "Ungkapan di diagram ini terlalu panjang: paling banyak {limit} huruf semuanya. Pindahkan ke tabel keputusan.",
        "The expressions of this diagram are too long: {limit} letters at most in all. Move them to decision tables.",
    ),
    "duplicate-id": error(
        "Id '{name}' sudah dipakai di baris {first}; salah satunya akan hilang. Beri id lain.",
        "The id '{name}' is already used on line {first}; one of the two would vanish. Give it another id.",
    ),
    "drawing-number": error(
        "Letak unsur ini pada gambar bukan angka yang wajar, jadi ia tidak tampak. Geser dan simpan lagi di"
        " penyunting.",
        "The place of this element in the picture is no sensible number, so it is not shown. Move and save it in the"
        " editor.",
    ),
    "id-unsafe": error(
        "Id '{name}' memuat karakter yang tidak boleh. Pakai huruf, angka, titik, garis bawah dan tanda hubung.",
        "The id '{name}' has characters that are not allowed. Use letters, digits, dots, underscores and hyphens.",
    ),
    "id-reserved": error(
        "Id '{name}' dipakai mesin untuk keperluannya sendiri; diagram akan berjalan kosong. Beri id lain.",
        "The id '{name}' is used by the engine itself; the diagram would run empty. Give it another id.",
    ),
    "no-id": error(
        "Unsur '{name}' ini tidak punya id, jadi akan hilang. Beri id.",
        "This '{name}' has no id and would vanish. Give it one.",
    ),
    "no-process": error(
        "Berkas ini tidak memuat proses. Gambar prosesnya, lalu simpan lagi.",
        "This file holds no process. Draw one and save it again.",
    ),
    "process-empty": error(
        "Proses ini belum memuat langkah apa pun. Gambar langkah-langkahnya.",
        "This process has no steps yet. Draw them.",
    ),
    "not-executable": warning(
        'Proses ini ditandai hanya sebagai gambar (isExecutable="false"). Ubah menjadi "true" bila hendak'
        " dijalankan; sebuah paket tidak dapat dipasang tanpa itu.",
        'This process is marked as a mere drawing (isExecutable="false"). Set it to "true" to run it; a package'
        " cannot be deployed without.",
    ),
    "flow-source": error(
        "Panah ini berasal dari '{name}', yang tidak ada. Sambungkan lagi, atau hapus panahnya.",
        "This flow comes from '{name}', which does not exist. Connect it again, or delete it.",
    ),
    "flow-target": error(
        "Panah ini menuju '{name}', yang tidak ada. Sambungkan lagi, atau hapus panahnya.",
        "This flow leads to '{name}', which does not exist. Connect it again, or delete it.",
    ),
    "flow-crosses": error(
        "Panah ini menyeberang batas proses atau subproses ke '{name}'. Panah hanya boleh di dalam satu batas; pakai"
        " pesan antar-proses.",
        "This flow crosses the border of a process or subprocess to '{name}'. Flows stay inside one; between"
        " processes use a message.",
    ),
    "flow-into-start": error(
        "Panah ini masuk ke '{name}', peristiwa yang hanya boleh menjadi awal. Arahkan ke langkah sesudahnya.",
        "This flow leads into '{name}', an event that may only begin. Let it lead to the step after it.",
    ),
    "flow-out-of-end": error(
        "Panah ini keluar dari '{name}', yang mengakhiri alur. Hapus panahnya, atau ganti peristiwanya.",
        "This flow comes out of '{name}', which ends the path. Delete it, or use another event.",
    ),
    "attached-to-nothing": error(
        "Peristiwa tepi ini menempel pada '{name}', yang bukan langkah di tempat yang sama. Tempelkan pada sebuah"
        " langkah.",
        "This boundary event is attached to '{name}', which is no step beside it. Attach it to a step.",
    ),
    "no-start": error(
        "Tidak ada peristiwa awal, jadi tidak ada yang berjalan. Tambahkan satu peristiwa awal.",
        "There is no start event, so nothing would run. Add one.",
    ),
    "several-starts": error(
        "Ada beberapa peristiwa awal; semuanya akan berjalan sekaligus. Sisakan satu.",
        "There are several start events; all would run at once. Keep one.",
    ),
    "no-end": error(
        "Tidak ada peristiwa akhir, jadi permohonan tidak pernah selesai. Tambahkan.",
        "There is no end event, so a request never finishes. Add one.",
    ),
    "subprocess-empty": error(
        "Subproses ini kosong. Gambar langkah di dalamnya, atau ganti dengan satu langkah.",
        "This subprocess is empty. Draw the steps in it, or put a single step in its place.",
    ),
    "unreachable": error(
        "Tidak ada jalan dari awal ke '{name}', jadi langkah ini tidak pernah dijalankan. Sambungkan, atau hapus.",
        "No path leads from the start to '{name}', so it would never run. Connect it, or delete it.",
    ),
    "dead-end": error(
        "Setelah '{name}' tidak ada kelanjutan: jalurnya berakhir di situ tanpa hasil yang bernama. Sambungkan ke"
        " langkah berikut atau ke peristiwa akhir.",
        "Nothing comes after '{name}': the path ends there without an outcome that has a name. Connect it to a next"
        " step or an end event.",
    ),
    "no-way-to-end": error(
        "Dari '{name}' tidak ada jalan ke peristiwa akhir. Tambahkan jalan keluar.",
        "No path leads from '{name}' to an end event. Add a way out.",
    ),
    "flow-id-given": warning(
        "Panah ini tidak punya id; dipakai id '{name}'. Beri id di penyunting bila hendak disebut di tempat lain.",
        "This flow has no id; '{name}' is used. Give it one in the editor to name it elsewhere.",
    ),
}
