"""Kinds of problems with the way through a diagram: conditions, timers, repetition, loops."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "decision-avoided": error(
        "'{name}' dapat tercapai tanpa langkah orang di jalur '{role}', padahal hukum mewajibkannya. Letakkan langkah"
        " itu di setiap jalan ke sana.",
        "'{name}' can be reached without a person's step in the lane '{role}', which the law requires. Put that step"
        " on every way there.",
    ),
    "default-ignored": error(
        "Jalur bawaan (default) hanya berlaku pada gerbang eksklusif atau inklusif; di sini ia diabaikan. Tambahkan"
        " gerbang.",
        "A default flow counts only at an exclusive or inclusive gateway; here it would be ignored. Add a gateway.",
    ),
    "default-elsewhere": error(
        "Jalur bawaan '{name}' tidak keluar dari gerbang ini. Pilih lagi jalur bawaannya.",
        "The default flow '{name}' does not leave this gateway. Choose the default flow again.",
    ),
    "default-with-condition": warning(
        "Syarat pada jalur bawaan ini diabaikan. Hapus syaratnya.",
        "The condition on this default flow is ignored. Remove it.",
    ),
    "flow-without-condition": error(
        "Jalur dari '{name}' ini tidak punya syarat. Tulis syaratnya, atau jadikan jalur bawaan (default).",
        "This flow from '{name}' has no condition. Write one, or make it the default flow.",
    ),
    "no-default": warning(
        "Gerbang '{name}' tidak punya jalur bawaan: bila tak satu pun syarat terpenuhi, permohonan berhenti sebagai"
        " gangguan. Tambahkan.",
        "The gateway '{name}' has no default flow: if no condition holds, a request stops as an incident. Add one.",
    ),
    "condition-ignored": error(
        "Syarat pada jalur dari '{name}' diabaikan, jalurnya selalu dilalui. Pasang gerbang eksklusif setelah"
        " '{name}'.",
        "The condition on this flow from '{name}' would be ignored and the flow always taken. Put an exclusive"
        " gateway after '{name}'.",
    ),
    "several-flows": error(
        "Dari '{name}' keluar beberapa panah tanpa gerbang. Pasang gerbang paralel (semua) atau eksklusif (salah"
        " satu).",
        "Several flows leave '{name}' without a gateway. Put a parallel gateway (all) or an exclusive one (one of"
        " them).",
    ),
    "event-gateway-parallel": error(
        "Gerbang peristiwa paralel tidak dijalankan. Pakai gerbang paralel dengan peristiwa sesudahnya.",
        "Parallel event gateways do not run. Use a parallel gateway with events behind it.",
    ),
    "event-gateway-target": error(
        "Setelah gerbang peristiwa hanya boleh ada peristiwa yang menunggu; '{name}' bukan. Pasang peristiwa waktu"
        " atau pesan.",
        "Behind an event gateway only waiting events may stand; '{name}' is none. Put a time or message event there.",
    ),
    "gateway-direction": warning(
        "Gerbang ini ditandai '{text}', padahal panahnya lain; panahnya yang berlaku. Perbaiki gatewayDirection.",
        "This gateway is marked '{text}', but its flows say otherwise; the flows count. Mend gatewayDirection.",
    ),
    "inclusive-mutual": error(
        "Gerbang inklusif '{name}' dan '{other}' dapat saling menunggu tanpa akhir. Gabungkan jalurnya di satu"
        " gerbang, atau pakai gerbang eksklusif di kepala putaran.",
        "The inclusive gateways '{name}' and '{other}' can wait for each other for ever. Join their paths at one"
        " gateway, or use an exclusive gateway at the head of the loop.",
    ),
    "loop-automatic": error(
        "Putaran melalui '{name}' tidak menunggu orang, waktu atau pesan, jadi tidak pernah berhenti. Tambahkan"
        " langkah orang atau pewaktu.",
        "The loop through '{name}' waits for no person, time or message, so it never stops. Add a person's step or a"
        " timer.",
    ),
    "paths-meet": warning(
        "Jalur paralel dari '{split}' bertemu di '{name}' tanpa gerbang paralel; yang sesudahnya berjalan sekali"
        " untuk tiap jalur. Gabungkan dengan gerbang paralel.",
        "Parallel paths from '{split}' meet at '{name}' without a parallel gateway; what follows runs once for each."
        " Join them with a parallel gateway.",
    ),
    "paths-multiply": error(
        "Jalur paralel yang bertemu tanpa gerbang paralel menjadi {number} jalur sekaligus. Gabungkan dengan gerbang"
        " paralel.",
        "Parallel paths that meet without a parallel gateway become {number} at once. Join them with parallel"
        " gateways.",
    ),
    "join-waits": warning(
        "Gerbang paralel '{name}' dapat menunggu selamanya: ada jalan yang tidak melewati {missing}. Temukan jalur"
        " pilihan dengan gerbang eksklusif, dan hanya jalur paralel dengan gerbang paralel.",
        "The parallel gateway '{name}' can wait for ever: there is a way that does not come through {missing}. Let"
        " alternatives meet at an exclusive gateway, and only parallel paths at a parallel one.",
    ),
    "join-never": error(
        "Gerbang paralel '{name}' menunggu selamanya, jadi tidak ada permohonan yang selesai: {missing} tidak pernah"
        " tiba bersama yang lain. Temukan jalur pilihan dengan gerbang eksklusif.",
        "The parallel gateway '{name}' waits for ever, so no request comes to its end: what should come from {missing}"
        " never arrives together. Let alternatives meet at an exclusive gateway.",
    ),
    "call-recursion": error(
        "Proses ini memanggil dirinya lewat '{name}' tanpa akhir. Hapus panggilannya, atau gambar sebagai putaran"
        " dengan langkah orang.",
        "This process calls itself through '{name}' without end. Remove the call, or draw a loop with a person's step.",
    ),
    "timer-empty": error(
        "Pewaktu ini belum punya waktu. Tulis misalnya PT1H (satu jam) atau P3D (tiga hari).",
        "This timer has no time. Write for example PT1H (an hour) or P3D (three days).",
    ),
    "timer-value": error(
        "Pewaktu '{text}' tidak dapat dipakai: {hint}. Contoh: {example}.",
        "The timer '{text}' cannot be used: {hint}. Example: {example}.",
    ),
    "timer-cycle": error(
        "Waktu berulang hanya berjalan pada peristiwa tepi yang tidak menyela. Pakai lamanya (PT1H), atau peristiwa"
        " tepi.",
        "A repeated time runs only on a boundary event that does not interrupt. Use a duration (PT1H), or a boundary"
        " event.",
    ),
    "expression": error(
        "Ungkapan '{text}' tidak dapat dibaca: {reason}",
        "The expression '{text}' cannot be read: {reason}",
    ),
    "expression-empty": error(
        "Syarat atau ungkapan ini kosong. Tulis dalam FEEL, misalnya submit.days > 3.",
        "This condition or expression is empty. Write it in FEEL, for example submit.days > 3.",
    ),
    "condition-constant": error(
        "Syarat '{text}' tidak pernah menghasilkan ya atau tidak. Tulis sebuah perbandingan, misalnya submit.days > 3.",
        "The condition '{text}' is never true or false. Write a comparison, for example submit.days > 3.",
    ),
    "expression-cut": error(
        "Ada komentar atau unsur lain di tengah teks '{text}': yang dibaca orang dan mesin bisa berbeda. Hapus.",
        "A comment or another element stands inside the text '{text}': people and programs could read different"
        " things. Remove it.",
    ),
    "expression-language": warning(
        "Ungkapan ini dinyatakan berbahasa '{name}', tetapi dibaca sebagai FEEL. Hapus pernyataan bahasanya, dan"
        " periksa ungkapannya.",
        "This expression is declared as '{name}' but read as FEEL. Remove the declaration, and check the expression.",
    ),
    "loop-endless": error(
        "Pengulangan ini tidak punya batas. Tulis loopMaximum atau loopCondition.",
        "This repetition has no end. Write loopMaximum or loopCondition.",
    ),
    "loop-maximum": error(
        "loopMaximum '{text}' harus berupa bilangan dari 1 sampai {limit}.",
        "loopMaximum '{text}' must be a whole number from 1 to {limit}.",
    ),
    "items-source": error(
        "Belum jelas untuk apa langkah ini diulang. Tulis tepat satu: loopCardinality atau loopDataInputRef.",
        "It is not clear for what this step is repeated. Write exactly one: loopCardinality or loopDataInputRef.",
    ),
    "items-name": error(
        "'{name}' pada {part} bukan nama sebuah nilai. Tulis satu nama dari huruf, angka dan garis bawah.",
        "'{name}' in {part} is no name of a value. Write one name of letters, digits and underscores.",
    ),
    "items-number": error(
        "Banyaknya pengulangan '{text}' di luar batas 1 sampai {limit}. Perkecil.",
        "The number of repetitions '{text}' is beyond 1 to {limit}. Make it smaller.",
    ),
    "items-behaviour": error(
        "Pengaturan 'behavior' pada pengulangan diabaikan. Hapus; gambar peristiwanya setelah langkah ini.",
        "The setting 'behavior' of the repetition would be ignored. Remove it; draw the event after this step.",
    ),
    "items-without-output": warning(
        "Jawaban langkah berulang ini saling menimpa; hanya yang terakhir tersisa. Tulis loopDataOutputRef.",
        "The answers of this repeated step overwrite each other; only the last remains. Write loopDataOutputRef.",
    ),
}
