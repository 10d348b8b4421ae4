"""Kinds of problems with elements that do not run, and what to draw instead."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "script-task": error(
        "Skrip di dalam diagram tidak dijalankan: kode tanpa nama dan tanpa uji tidak boleh mengubah permohonan."
        " Pakai tugas layanan (serviceTask) dari katalog, atau tabel keputusan.",
        "Scripts in a diagram do not run: code without a name and a test must not change a request. Use a service"
        " task of the catalogue, or a decision table.",
    ),
    "script-extension": error(
        "'{name}' tidak dijalankan. Pindahkan pekerjaannya ke tugas layanan dari katalog.",
        "'{name}' does not run. Move its work to a service task of the catalogue.",
    ),
    "complex-gateway": error(
        "Gerbang kompleks tidak dijalankan. Pakai gerbang eksklusif, inklusif atau paralel.",
        "Complex gateways do not run. Use exclusive, inclusive or parallel ones.",
    ),
    "ad-hoc": error(
        "Subproses ad hoc tidak dijalankan, karena urutannya tidak tergambar. Gambar langkah dan panahnya.",
        "Ad hoc subprocesses do not run, for they draw no order. Draw the steps and their flows.",
    ),
    "transaction": error(
        "Subproses transaksi tidak dijalankan. Pakai subproses biasa; tiap langkah orang sudah disimpan utuh atau"
        " tidak sama sekali.",
        "Transaction subprocesses do not run. Use a plain subprocess; each person's step is stored as a whole or not"
        " at all.",
    ),
    "compensation": error(
        "Kompensasi tidak dijalankan. Gambar langkah pembatalan sebagai jalur biasa.",
        "Compensation does not run. Draw the undoing steps as an ordinary path.",
    ),
    "event-subprocess": error(
        "Subproses peristiwa tidak dijalankan seperti standar: ia akan berjalan sejak awal. Pakai peristiwa tepi"
        " pada langkah atau subproses.",
        "Event subprocesses would not run as the standard says, but at the start. Use a boundary event on a step or"
        " subprocess.",
    ),
    "plain-task": warning(
        "Langkah ini tidak punya jenis; ia menunggu orang seperti tugas manual. Pilih jenisnya agar jelas.",
        "This step has no kind; it waits for a person like a manual task. Choose a kind to make it clear.",
    ),
    "quantity": error(
        "'{name}' selain 1 diabaikan. Hapus; gambar pengulangannya.",
        "'{name}' other than 1 would be ignored. Remove it; draw the repetition.",
    ),
    "instantiate": error(
        "Langkah ini tidak dapat memulai proses (instantiate). Mulai dengan peristiwa awal.",
        "This step cannot start a process (instantiate). Begin with a start event.",
    ),
    "property-unknown": warning(
        "Sifat '{name}' tidak dikenal dan diabaikan. Yang dikenal: {known}.",
        "The property '{name}' is not known and ignored. Known are: {known}.",
    ),
    "element-unsupported": error(
        "Unsur '{name}' tidak dijalankan. Gambar dengan tugas, gerbang dan peristiwa biasa.",
        "The element '{name}' does not run. Draw it with ordinary tasks, gateways and events.",
    ),
    "element-misplaced": error(
        "Unsur '{name}' tidak dikenal BPMN di dalam '{holder}' dan tidak dibaca. Pindahkan, perbaiki ejaannya, atau"
        " hapus.",
        "BPMN knows no element '{name}' inside '{holder}', and it is not read. Move it, mend the spelling, or remove"
        " it.",
    ),
    "element-foreign": error(
        "Unsur '{name}' bukan dari BPMN, jadi hilang dari alurnya. Gambar sebagai langkah BPMN, atau taruh di dalam"
        " extensionElements.",
        "The element '{name}' is not of BPMN and would be lost from the flow. Draw it as a BPMN step, or put it into"
        " extensionElements.",
    ),
    "element-twice": error(
        "'{name}' tertulis lebih dari sekali di dalam '{holder}'; hanya satu yang dibaca. Hapus yang lain.",
        "'{name}' stands more than once inside '{holder}'; only one would be read. Remove the others.",
    ),
    "attribute-unknown": warning(
        "Atribut '{name}' tidak dikenal BPMN di sini dan tidak dibaca. Perbaiki ejaannya, atau hapus.",
        "BPMN knows no attribute '{name}' here, and it is not read. Mend the spelling, or remove it.",
    ),
    "attribute-value": error(
        "Atribut '{name}' berisi '{text}', yang tidak ada artinya. Tulis salah satu: {known}.",
        "The attribute '{name}' is '{text}', which means nothing. Write one of: {known}.",
    ),
    "resource": error(
        "Penugasan '{name}' diabaikan, sehingga orang lain yang akan memutuskan. Taruh langkah di lajur bernama peran.",
        "The assignment '{name}' would be ignored, so somebody else would decide. Put the step in a lane named after"
        " a role.",
    ),
    "data-association": error(
        "Hubungan data ini diabaikan atau gagal saat berjalan. Hapus; jawaban sebuah langkah sudah dapat dibaca"
        " dengan id langkah itu.",
        "This data association would be ignored or fail at run time. Remove it; a step's answers can be read by the"
        " step's id.",
    ),
    "io-specification": error(
        "Spesifikasi masukan dan keluaran menyembunyikan data dari langkah ini. Hapus; beri layanan nilainya lewat"
        " parameter.",
        "The input and output specification would hide data from this step. Remove it; give a service its values as"
        " parameters.",
    ),
    "drawn-only": warning(
        "'{name}' hanya digambar; tidak ada yang terjadi di sini saat proses berjalan. Gambar sebagai langkah bila"
        " sesuatu harus terjadi.",
        "'{name}' is only drawn; nothing happens here when the process runs. Draw a step if something should.",
    ),
    "attribute-ignored": warning(
        "'{name}' berisi '{text}', yang tidak berpengaruh di sini. Hapus, atau gambar maksudnya sebagai langkah.",
        "'{name}' is '{text}', which has no effect here. Remove it, or draw what is meant as a step.",
    ),
    "message-flow": warning(
        "Panah pesan antara dua kolam hanya digambar: pesan tinggal di dalam satu permohonan. Panggil proses lain"
        " dengan aktivitas panggil, atau biarkan seseorang meneruskannya.",
        "A message flow between pools is only drawn: messages stay within one request. Call the other process with a"
        " call activity, or let a person pass it on.",
    ),
    "must-understand": error(
        "Berkas ini menyatakan bahwa perluasan '{name}' wajib dipahami, padahal di sini tidak dikenal. Hapus"
        " perluasan itu.",
        "The file says that the extension '{name}' must be understood, but it is not known here. Remove it.",
    ),
    "import": error(
        "Berkas '{name}' tidak diikutkan. Masukkan isinya ke dalam paket.",
        "The file '{name}' is not brought in. Put its content into the package.",
    ),
    "correlation": error(
        "Korelasi pesan tidak didukung. Pesan hanya berlaku di dalam satu permohonan.",
        "Message correlation is not supported. Messages stay within one request.",
    ),
    "variable-name": error(
        "'variableName' diabaikan: jawaban sebuah langkah disimpan dengan id langkah itu. Hapus.",
        "'variableName' would be ignored: a step's answers are kept under the step's id. Remove it.",
    ),
    "extension-ignored": warning(
        "'{name}' tidak punya pengaruh di sini. Hapus bila tidak diperlukan alat lain.",
        "'{name}' has no effect here. Remove it if no other tool needs it.",
    ),
    "start-trigger": error(
        "Proses hanya dimulai oleh orang; pemicu '{name}' pada awal tidak dijalankan. Pakai peristiwa awal biasa.",
        "A process is started by a person only; the trigger '{name}' at the start does not run. Use a plain start"
        " event.",
    ),
    "cancel-event": error(
        "Peristiwa batal (cancel) hanya berarti di dalam transaksi, yang tidak dijalankan. Pakai peristiwa galat.",
        "Cancel events mean something only in a transaction, which does not run. Use an error event.",
    ),
    "event-reference": error(
        "Peristiwa ini menunjuk definisi yang tidak ada di bagian atas berkas. Tulis definisinya di sini.",
        "This event refers to a definition that does not stand at the top of the file. Write the definition here.",
    ),
    "event-unsupported": error(
        "Peristiwa '{name}' tidak dijalankan di tempat ini. Pakai jenis atau tempat lain.",
        "A '{name}' event does not run in this place. Use another kind or place.",
    ),
    "several-events": error(
        "Satu peristiwa dengan beberapa pemicu tidak dijalankan. Gambar satu peristiwa untuk tiap pemicu.",
        "One event with several triggers does not run. Draw an event for each.",
    ),
    "event-without-trigger": error(
        "Peristiwa ini belum punya pemicu, jadi tidak pernah terjadi. Pilih waktu, pesan, sinyal atau galat.",
        "This event has no trigger, so it would never happen. Choose a time, message, signal or error.",
    ),
    "reference-missing": error(
        "'{name}' yang ditunjuk di sini tidak ada di berkas. Pilih lagi dari daftar, atau tambahkan.",
        "'{name}', to which this refers, is not in the file. Choose it again from the list, or add it.",
    ),
    "event-unnamed": warning(
        "Pesan atau sinyal ini belum bernama; dipakai nama '{name}'. Pilih pesan atau sinyalnya.",
        "This message or signal has no name yet; '{name}' is used. Choose the message or signal.",
    ),
    "task-without-message": warning(
        "Langkah '{name}' belum punya pesan, jadi tidak mengirim atau menunggu apa pun. Pilih pesannya.",
        "The step '{name}' has no message yet, so it sends or waits for nothing. Choose the message.",
    ),
    "never-sent": warning(
        "Tidak ada yang mengirim '{name}' di diagram ini; permohonan akan menunggu sampai pengelola bertindak.",
        "Nothing in this diagram sends '{name}'; a request will wait until an administrator acts.",
    ),
    "vendor-assignment": error(
        "Penugasan '{name}' dari alat lain diabaikan, sehingga orang lain yang akan memutuskan. Taruh langkah di"
        " lajur bernama peran.",
        "The assignment '{name}' of another tool would be ignored, so somebody else would decide. Use a lane named"
        " after a role.",
    ),
    "vendor-service": error(
        "Pemanggilan program '{name}' dari alat lain tidak dijalankan. Pakai layanan dari katalog"
        " (serviceTaskOperator).",
        "The program call '{name}' of another tool does not run. Use a service of the catalogue (serviceTaskOperator).",
    ),
    "vendor-form": error(
        "Formulir '{name}' dari alat lain tidak ditampilkan. Pakai sifat formKey dengan nama berkas .form.",
        "The form '{name}' of another tool is not shown. Use the property formKey with the name of a .form file.",
    ),
    "vendor-listener": error(
        "Pendengar atau skrip '{name}' dari alat lain tidak dijalankan. Gambar pekerjaannya sebagai langkah.",
        "The listener or script '{name}' of another tool does not run. Draw its work as a step.",
    ),
    "vendor-mapping": error(
        "Pemetaan data '{name}' dari alat lain diabaikan. Beri nilai lewat parameter layanan, atau baca dengan id"
        " langkah.",
        "The data mapping '{name}' of another tool is ignored. Give values as service parameters, or read them by"
        " step id.",
    ),
    "vendor-loop": error(
        "Pengulangan '{name}' dari alat lain diabaikan. Tulis loopCardinality atau loopDataInputRef.",
        "The repetition '{name}' of another tool is ignored. Write loopCardinality or loopDataInputRef.",
    ),
    "vendor-decision": error(
        "Keputusan '{name}' dari alat lain diabaikan. Tulis calledDecisionId dengan id tabel keputusan.",
        "The decision '{name}' of another tool is ignored. Write calledDecisionId with the id of the decision table.",
    ),
    "vendor-call": error(
        "Pemanggilan proses '{name}' dari alat lain diabaikan. Tulis calledElement dengan id proses.",
        "The process call '{name}' of another tool is ignored. Write calledElement with the id of the process.",
    ),
    "vendor-time": warning(
        "'{name}' dari alat lain diabaikan. Tenggat ditulis sebagai sifat dueDays (hari kerja) atau pewaktu.",
        "'{name}' of another tool is ignored. Write a deadline as the property dueDays (working days) or as a timer.",
    ),
    "vendor-harmless": warning(
        "'{name}' dari alat lain tidak diperlukan di sini dan tidak berpengaruh.",
        "'{name}' of another tool is not needed here and has no effect.",
    ),
    "vendor-unknown": warning(
        "'{name}' dari alat lain diabaikan. Pastikan artinya tergambar dengan cara lain.",
        "'{name}' of another tool is ignored. Make sure that its meaning is drawn in another way.",
    ),
    "vendor-notes": warning(
        "Catatan alat lain ({name}) diabaikan.",
        "Notes of another tool ({name}) are ignored.",
    ),
    "extension-incomplete": error(
        "'{name}' di sini belum lengkap: tambahkan {missing}.",
        "This '{name}' is not complete: add {missing}.",
    ),
}
