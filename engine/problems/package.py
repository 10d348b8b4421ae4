"""Kinds of problems with a package as a whole: its files, process.toml, texts and scenarios."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "file-not-found": error(
        "Berkas atau folder ini tidak ada. Periksa alamatnya.",
        "There is no such file or folder. Check the path.",
    ),
    "file-unreadable": error(
        "Berkas ini tidak dapat dibaca. Periksa hak aksesnya, atau unggah lagi.",
        "This file cannot be read. Check its permissions, or upload it again.",
    ),
    "file-kind": error(
        "Jenis berkas ini tidak dikenal. Yang dapat diperiksa: folder paket, .zip, .bpmn, .dmn, .form.",
        "This kind of file is not known. What can be checked: a package folder, .zip, .bpmn, .dmn, .form.",
    ),
    "file-name": error(
        "Nama berkas tidak aman. Pakai huruf, angka, titik, garis bawah dan tanda hubung saja, paling panjang"
        " {limit} karakter, tanpa '..'.",
        "The file name is not safe. Use letters, digits, dots, underscores and hyphens only, at most {limit}"
        " characters, without '..'.",
    ),
    "file-foreign": error(
        "Berkas ini bukan bagian sebuah paket. Hapus, atau pakai salah satu jenis ini: {kinds}.",
        "This file is no part of a package. Remove it, or use one of these kinds: {kinds}.",
    ),
    "file-doubled": error(
        "Nama berkas ini muncul dua kali (huruf besar dan kecil dianggap sama). Hapus salah satunya.",
        "This file name appears twice (capitals and small letters count as the same). Remove one of them.",
    ),
    "file-link": error(
        "Berkas ini hanya tautan ke tempat lain. Ganti dengan berkas aslinya.",
        "This file is only a link to another place. Put the real file in its place.",
    ),
    "file-too-large": error(
        "Berkas lebih besar dari {limit}. Perkecil, atau bagi menjadi beberapa berkas.",
        "The file is larger than {limit}. Make it smaller, or split it.",
    ),
    "package-too-large": error(
        "Isi paket lebih besar dari {limit}. Hapus berkas yang tidak diperlukan.",
        "The package is larger than {limit}. Remove the files that are not needed.",
    ),
    "package-too-many-files": error(
        "Paket berisi lebih dari {limit} berkas. Hapus yang tidak diperlukan.",
        "The package has more than {limit} files. Remove those that are not needed.",
    ),
    "zip-broken": error(
        "Berkas zip ini rusak atau terkunci. Buat lagi tanpa kata sandi, dengan kompresi biasa.",
        "This zip file is broken or locked. Make it again, without a password and with ordinary compression.",
    ),
    "package-without-manifest": error(
        "Paket tidak memiliki process.toml. Tambahkan; isinya dijelaskan di README.",
        "The package has no process.toml. Add it; the README says what it holds.",
    ),
    "toml-syntax": error(
        'Baris ini bukan TOML yang benar. Tulis: nama = "nilai".',
        'This line is not proper TOML. Write: name = "value".',
    ),
    "text-encoding": error(
        "Berkas ini bukan teks UTF-8. Simpan lagi sebagai UTF-8.",
        "This file is not UTF-8 text. Save it again as UTF-8.",
    ),
    "manifest-missing": error(
        "process.toml belum memiliki '{field}': {meaning}.",
        "process.toml lacks '{field}': {meaning}.",
    ),
    "manifest-value": error(
        "'{field}' di process.toml tidak dapat dipakai. Isi dengan {meaning}.",
        "'{field}' in process.toml cannot be used. Give {meaning}.",
    ),
    "manifest-unknown": error(
        "process.toml tidak mengenal '{field}'. Hapus, atau perbaiki ejaannya: {known}.",
        "process.toml does not know '{field}'. Remove it, or mend the spelling: {known}.",
    ),
    "manifest-diagram": error(
        "Diagram '{name}' yang disebut process.toml tidak ada di paket. Tambahkan, atau perbaiki namanya.",
        "The diagram '{name}' named in process.toml is not in the package. Add it, or mend the name.",
    ),
    "manifest-process": error(
        "Proses '{name}' yang disebut process.toml tidak ada di diagram. Yang ada: {known}.",
        "The process '{name}' named in process.toml is not in the diagram. There are: {known}.",
    ),
    "manifest-step": error(
        "process.toml menyebut langkah '{name}', yang bukan langkah orang di diagram. Perbaiki id-nya.",
        "process.toml names the step '{name}', which is no person's step of the diagram. Mend the id.",
    ),
    "manifest-role": error(
        "process.toml menyebut peran '{name}', yang tidak ada di katalog peran. Yang ada: {known}.",
        "process.toml names the role '{name}', which is not in the catalogue of roles. There are: {known}.",
    ),
    "manifest-about": error(
        "'{field}' tidak ada artinya tanpa 'about'. Sebut proses yang permohonannya dimaksud, atau hapus.",
        "'{field}' means nothing without 'about'. Name the processes whose requests are meant, or remove it.",
    ),
    "manifest-behalf": error(
        "Peran '{name}' di 'behalf' tidak menentukan bagi siapa pemegangnya boleh memulai. Sebut peran yang dipegang"
        " di unit atau untuk seluruh kantor.",
        "The role '{name}' in 'behalf' does not say for whom its holder may start it. Name a role that is held in the"
        " unit or for the whole office.",
    ),
    "manifest-preview": error(
        "Layanan '{name}' di '{field}' {reason}.",
        "The service '{name}' in '{field}' {reason}.",
    ),
    "manifest-given": error(
        "'{name}' di 'given' bukan parameter layanan pratinjau. Yang ada: {known}.",
        "'{name}' in 'given' is no parameter of the preview service. There are: {known}.",
    ),
    "text-unknown": warning(
        "texts.en.toml menerjemahkan '{name}', yang tidak ada di paket. Hapus, atau perbaiki kuncinya.",
        "texts.en.toml translates '{name}', which is not in the package. Remove it, or mend the key.",
    ),
    "text-missing": warning(
        'Belum ada teks Inggris. Tambahkan ke texts.en.toml: "{name}" = "…".',
        'There is no English text. Add to texts.en.toml: "{name}" = "…".',
    ),
    "text-characters": error(
        "Teks '{name}' memuat karakter kendali atau huruf yang terpotong, yang tidak dapat ditampilkan. Tulis lagi"
        " tanpa karakter itu.",
        "The text '{name}' has control characters or half a letter, which cannot be shown. Write it again without"
        " them.",
    ),
    "text-value": error(
        "Teks '{name}' di texts.en.toml harus berupa tulisan di antara tanda kutip.",
        "The text '{name}' in texts.en.toml must be written between quotes.",
    ),
    "scenario-syntax": error(
        "Skenario ini bukan YAML sederhana. Tulis daftar dan pasangan nama: nilai, tanpa jangkar (&) dan rujukan (*).",
        "This scenario is not simple YAML. Write lists and name: value pairs, without anchors (&) and references (*).",
    ),
    "scenario-value": error(
        "Skenario: '{field}' tidak dapat dipakai. Isi dengan {meaning}.",
        "Scenario: '{field}' cannot be used. Give {meaning}.",
    ),
    "scenario-missing": error(
        "Skenario belum memiliki '{field}': {meaning}.",
        "The scenario lacks '{field}': {meaning}.",
    ),
    "scenario-unknown": error(
        "Skenario tidak mengenal '{field}'. Yang dikenal: {known}.",
        "The scenario does not know '{field}'. Known are: {known}.",
    ),
    "scenario-step": error(
        "Skenario menyebut langkah '{name}', yang bukan langkah orang di diagram.",
        "The scenario names the step '{name}', which is no person's step of the diagram.",
    ),
    "scenario-about": error(
        "Skenario harus menceritakan di 'about' sebuah permohonan dari proses yang disebut 'about' di process.toml:"
        " {known}; tanpa itu tidak boleh ada.",
        "A scenario must tell in 'about' of a request of a process that 'about' in process.toml names: {known};"
        " without that there may be none.",
    ),
    "scenario-failed": error(
        "Skenario ini tidak berakhir seperti yang tertulis: {reason}",
        "This scenario does not end as it says: {reason}",
    ),
    "scenario-slow": error(
        "Skenario ini tidak selesai dimainkan dalam waktu yang wajar. Kurangi langkah atau pengulangannya.",
        "Playing this scenario does not come to an end in reasonable time. Give it fewer steps or repetitions.",
    ),
    "scenario-unplayed": warning(
        "Skenario ini belum sempat dimainkan. Periksa lagi saat komputer tidak sibuk.",
        "There was no time left to play this scenario. Check again when the machine is less busy.",
    ),
    "limits": error(
        "Pemeriksaan dihentikan: berkas ini membutuhkan lebih dari {seconds} detik atau {megabytes} MB. Perkecil dan"
        " sederhanakan berkasnya.",
        "The check was stopped: this file needs more than {seconds} seconds or {megabytes} MB. Make it smaller and"
        " simpler.",
    ),
}
