"""Kinds of problems with forms."""

from __future__ import annotations

from engine.problems.kind import error

KINDS = {
    "form-not-form-js": error(
        "Ini bukan formulir form-js dari bpmn.io (daftar 'components'). Buat di penyunting formulir, atau ubah dari"
        " JSON Schema.",
        "This is not a form-js form of bpmn.io (a list of 'components'). Make it in the form editor, or convert it"
        " from JSON Schema.",
    ),
    "form-syntax": error(
        "Baris ini bukan JSON yang benar, atau memuat angka yang bukan bilangan (NaN, Infinity). Simpan lagi dari"
        " penyunting formulir.",
        "This line is not proper JSON, or has a number that is none (NaN, Infinity). Save it again in the form editor.",
    ),
    "form-doubled": error(
        "'{name}' ditulis dua kali pada unsur yang sama. Hapus salah satunya.",
        "'{name}' is written twice on the same element. Remove one.",
    ),
    "form-too-large": error(
        "Formulir terlalu besar (batas {limit}). Bagi menjadi beberapa langkah.",
        "The form is too large (limit {limit}). Split it into several steps.",
    ),
    "form-component": error(
        "Komponen '{name}' tidak didukung. Pakai salah satu: {known}.",
        "The component '{name}' is not supported. Use one of: {known}.",
    ),
    "form-button": error(
        "Tombol '{name}' tidak diperlukan: Alur menggambar tombolnya sendiri. Hapus tombol ini.",
        "The button '{name}' is not needed: Alur draws its own. Remove this button.",
    ),
    "form-empty-group": error(
        "Kelompok ini tidak memuat isian. Tambahkan isian, atau hapus kelompoknya.",
        "This group has no fields. Add some, or remove the group.",
    ),
    "form-attribute": error(
        "'{name}' pada komponen ini tidak didukung dan akan diabaikan. Hapus; tulis pilihan langsung di 'values'.",
        "'{name}' on this component is not supported and would be ignored. Remove it; write choices in 'values'.",
    ),
    "form-fleeting": error(
        "Isian '{name}' tidak dapat memakai 'fleeting'. Pakai isian teks (textfield) di luar baris daftar.",
        "The field '{name}' cannot be 'fleeting'. Use a text field that stands outside the rows of lists.",
    ),
    "form-key": error(
        "Kunci isian '{name}' tidak dapat dipakai. Mulai dengan huruf, lalu huruf, angka dan garis bawah; bukan kata"
        " yang sudah punya arti (seperti date, and, instance).",
        "The field key '{name}' cannot be used. Begin with a letter, then letters, digits and underscores; no word"
        " that has a meaning already (like date, and, instance).",
    ),
    "form-key-twice": error(
        "Kunci isian '{name}' dipakai dua kali; jawaban akan saling menimpa. Beri kunci lain.",
        "The field key '{name}' is used twice; one answer would overwrite the other. Give it another key.",
    ),
    "form-label": error(
        "Isian ini belum punya label. Tulis pertanyaannya.",
        "This field has no label. Write the question.",
    ),
    "form-words": error(
        "'{name}' berisi ungkapan atau templat, yang akan tampak mentah. Tulis teks biasa.",
        "'{name}' holds an expression or template, which would be shown raw. Write plain text.",
    ),
    "form-values": error(
        'Pilihan pada isian ini kosong, ganda, atau bukan teks. Tulis \'values\': [{{"label": …, "value": …}}].',
        'The choices of this field are empty, doubled or no texts. Write \'values\': [{{"label": …, "value": …}}].',
    ),
    "form-condition": error(
        "Syarat '{name}' bukan FEEL. Mulai dengan '=', misalnya =kind = \"annual\".",
        "The condition '{name}' is not FEEL. Begin with '=', for example =kind = \"annual\".",
    ),
    "form-feel": error(
        "Ungkapan '{text}' tidak dapat dibaca: {reason}",
        "The expression '{text}' cannot be read: {reason}",
    ),
    "form-computed": error(
        "Isian '{name}' tidak dapat dipakai dengan 'computed': {reason}. Hitung dari isian lain saja.",
        "The field '{name}' does not go with 'computed': {reason}. Compute from other fields only.",
    ),
    "form-number": error(
        "'{name}' harus berupa bilangan yang wajar.",
        "'{name}' must be a sensible number.",
    ),
    "form-pattern": error(
        "Pola '{name}' tidak didukung. Pakai huruf, kelas [a-z], \\d, kelompok, | dan * + ? {{m,n}}; tanpa rujukan"
        " balik dan tanpa melihat ke depan atau belakang.",
        "The pattern '{name}' is not supported. Use characters, classes [a-z], \\d, groups, | and * + ? {{m,n}}; no"
        " back references and no look-around.",
    ),
    "form-subtype": error(
        "Jenis tanggal '{name}' tidak didukung. Pakai 'date' atau 'datetime'.",
        "The kind of date '{name}' is not supported. Use 'date' or 'datetime'.",
    ),
}
