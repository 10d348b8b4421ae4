"""Kinds of problems with what a diagram refers to: people, forms, services, decisions, data."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "person-without-lane": error(
        "Langkah '{name}' tidak berada di lajur, jadi tidak jelas tugas siapa. Taruh di lajur bernama peran.",
        "The step '{name}' stands in no lane, so it is nobody's task. Put it in a lane named after a role.",
    ),
    "lane-unnamed": error(
        "Lajur ini tidak bernama. Beri nama sebuah peran.",
        "This lane has no name. Name it after a role.",
    ),
    "lane-node": warning(
        "Lajur ini menyebut '{name}', yang tidak ada di prosesnya. Gambar ulang lajurnya.",
        "This lane names '{name}', which is not in its process. Draw the lane again.",
    ),
    "lane-twice": error(
        "'{name}' berada di dua lajur, jadi tidak jelas tugas siapa. Sisakan satu.",
        "'{name}' stands in two lanes, so it is not clear whose task it is. Keep one.",
    ),
    "role-unknown": error(
        "Tidak ada peran bernama '{name}' di katalog. Yang ada: {known}.",
        "There is no role named '{name}' in the catalogue. There are: {known}.",
    ),
    "start-without-person": error(
        "Setelah peristiwa awal harus ada satu langkah orang: pemohon memulai dengan mengisinya.",
        "Behind the start event one person's step must stand: the requester begins by answering it.",
    ),
    "start-not-requester": error(
        "Langkah pertama '{name}' harus di lajur pemohon (peran berjenis requester). Peran lain hanya bila process.toml"
        " menyebutnya di 'behalf', atau prosesnya punya 'about' dan 'starters' kosong atau menyebutnya.",
        "The first step '{name}' must stand in the requester's lane (a role of the kind requester). Another role only"
        " if process.toml names it in 'behalf', or has 'about' and 'starters' is empty or names it.",
    ),
    "form-missing": error(
        "Formulir '{name}' tidak ada di paket. Tambahkan berkasnya, atau perbaiki formKey.",
        "The form '{name}' is not in the package. Add the file, or mend formKey.",
    ),
    "due-days": error(
        "{name} '{text}' harus berupa bilangan hari kerja, misalnya 3.",
        "{name} '{text}' must be a number of working days, for example 3.",
    ),
    "due-hours": error(
        "dueHours '{text}' harus berupa bilangan jam menurut jarum jam, misalnya 72.",
        "dueHours '{text}' must be a number of hours by the clock, for example 72.",
    ),
    "due-twice": error(
        "Langkah ini menyebut dueDays dan dueHours. Pakai satu: hari kerja, atau jam sejak permohonan dikirim.",
        "This step names dueDays and dueHours. Use one: working days, or hours since the request was sent.",
    ),
    "service-unbound": error(
        "Langkah otomatis ini belum menyebut layanan. Pilih layanan dari katalog (serviceTaskOperator).",
        "This automatic step names no service. Choose one of the catalogue (serviceTaskOperator).",
    ),
    "service-unknown": error(
        "Tidak ada layanan '{name}' di katalog. Yang ada: {known}.",
        "There is no service '{name}' in the catalogue. There are: {known}.",
    ),
    "service-elsewhere": error(
        "Layanan hanya dipanggil oleh tugas layanan (serviceTask); di sini diabaikan. Ganti jenis langkahnya.",
        "Services are called by service tasks only; here it would be ignored. Change the kind of step.",
    ),
    "result-name": error(
        "Nama hasil '{name}' tidak dapat dibaca ungkapan. Pakai huruf, angka dan garis bawah.",
        "The result name '{name}' cannot be read by expressions. Use letters, digits and underscores.",
    ),
    "parameter-unknown": error(
        "Layanan {service} tidak mengenal parameter '{name}'. Yang dikenal: {known}.",
        "The service {service} has no parameter '{name}'. It has: {known}.",
    ),
    "parameter-missing": error(
        "Layanan {service} membutuhkan parameter '{name}'. Tambahkan.",
        "The service {service} needs the parameter '{name}'. Add it.",
    ),
    "decision-unbound": error(
        "Langkah aturan ini belum menyebut tabel keputusan. Tulis calledDecisionId.",
        "This rule step names no decision table. Write calledDecisionId.",
    ),
    "decision-unknown": error(
        "Tidak ada keputusan '{name}' di paket. Yang ada: {known}.",
        "There is no decision '{name}' in the package. There are: {known}.",
    ),
    "decision-twice": error(
        "Id keputusan '{name}' juga dipakai di {other}. Beri id lain.",
        "The decision id '{name}' is also used in {other}. Give it another id.",
    ),
    "call-unbound": error(
        "Aktivitas panggil ini belum menyebut proses. Tulis calledElement.",
        "This call activity names no process. Write calledElement.",
    ),
    "call-unknown": error(
        "Proses '{name}' yang dipanggil tidak ada di paket. Tambahkan, atau perbaiki calledElement.",
        "The called process '{name}' is not in the package. Add it, or mend calledElement.",
    ),
    "global-task": error(
        "'{name}' adalah tugas global, yang tidak dijalankan sendiri. Gambar langkahnya di sini, atau panggil sebuah"
        " proses.",
        "'{name}' is a global task, which does not run by itself. Draw the step here, or call a process.",
    ),
    "name-unknown": error(
        "Tidak ada yang menulis '{name}' sebelum dibaca di sini. Yang ada: {known}.",
        "Nothing writes '{name}', which is read here. There are: {known}.",
    ),
    "name-taken": error(
        "Hasil layanan tidak boleh bernama '{name}', nama langkah lain. Pilih nama lain.",
        "A service's result must not be called '{name}', the name of another step. Choose another name.",
    ),
    "field-unknown": error(
        "Tidak ada isian '{name}'. Yang ada: {known}.",
        "There is no field '{name}'. There are: {known}.",
    ),
    "field-unread": warning(
        "Isian '{name}' pada langkah '{step}' tidak dibaca langkah atau aturan mana pun. Hapus bila tidak diperlukan.",
        "The field '{name}' of the step '{step}' is read by no step or rule. Remove it if it is not needed.",
    ),
    "node-lost": error(
        "'{name}' hilang ketika diagram dibaca mesin. Sambungkan dengan panah biasa, atau hapus.",
        "'{name}' is lost when the engine reads the diagram. Connect it with ordinary flows, or delete it.",
    ),
    "engine-refused": error(
        "Mesin tidak dapat membaca diagram ini: {reason}. Sederhanakan, lalu periksa lagi.",
        "The engine cannot read this diagram: {reason}. Simplify it and check again.",
    ),
    "check-failed": error(
        "Pemeriksaan gagal karena kesalahan pada Alur sendiri. Berkas tidak dipasang; laporkan berkas ini.",
        "The check failed through a mistake of Alur itself. Nothing is deployed; please report this file.",
    ),
    "role-value": error(
        "Peran '{name}' dibaca dari '{value}', yang tidak ditulis layanan atau keputusan mana pun. Tambahkan"
        " langkahnya.",
        "The role '{name}' is read from '{value}', which no service or decision writes. Add that step.",
    ),
    "step-name": warning(
        "Jawaban langkah '{name}' tidak dapat dibaca ungkapan. Beri id dari huruf, angka dan garis bawah, yang bukan"
        " kata FEEL.",
        "The answers of the step '{name}' cannot be read by expressions. Give it an id of letters, digits and"
        " underscores that is no word of FEEL.",
    ),
    "unused": warning(
        "'{name}' tidak dipakai di paket ini. Hubungkan, atau hapus.",
        "'{name}' is not used in this package. Connect it, or remove it.",
    ),
    "id-in-two-files": error(
        "Id '{name}' juga dipakai di {other}; jawabannya akan saling menimpa. Beri id lain.",
        "The id '{name}' is also used in {other}; the answers would overwrite each other. Give it another id.",
    ),
    "letter-broken": error(
        "Dari letter.typ belum dapat dibuat surat. typst: {reason}",
        "No letter can be made of letter.typ. typst: {reason}",
    ),
    "letter-package": error(
        "Surat ini mengambil paket dari internet (@preview), yang tidak boleh. Tulis bagian itu di surat sendiri.",
        "This letter takes a package from the internet (@preview), which is not allowed. Write that part in the"
        " letter.",
    ),
}
