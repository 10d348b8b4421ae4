"""Kinds of problems with what events throw and catch."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "link-unnamed": error(
        "Tautan (link) ini belum bernama, jadi pasangannya tidak diketahui. Beri nama yang sama pada kedua ujungnya.",
        "This link has no name, so its other half is not known. Give both halves the same name.",
    ),
    "link-without-target": error(
        "Tautan '{name}' tidak berlanjut: tidak ada peristiwa tautan penerima bernama sama di proses atau subproses"
        " ini. Tambahkan, atau samakan namanya.",
        "The link '{name}' leads nowhere: no catching link event in this process or subprocess has the same name. Add"
        " one, or make the names the same.",
    ),
    "link-twice": error(
        "Tautan '{name}' punya lebih dari satu penerima, jadi tidak jelas ke mana ia berlanjut. Beri nama berbeda.",
        "The link '{name}' has more than one catching event, so it is not clear where it goes on. Give them different"
        " names.",
    ),
    "link-entered": error(
        "Panah menuju penerima tautan '{name}', yang hanya dimasuki lewat tautan. Arahkan panah ke langkah sesudahnya.",
        "A flow leads into the catching link '{name}', which is entered through the link only. Lead it to the step"
        " behind.",
    ),
    "error-uncaught": error(
        "Galat '{name}' tidak ditangkap siapa pun, jadi langkah yang menuju ke sini tidak pernah dapat diselesaikan."
        " Pasang peristiwa tepi galat pada subproses di sekelilingnya, atau pakai akhir biasa.",
        "Nothing catches the error '{name}', so the step that leads here can never be completed. Put an error boundary"
        " event on a subprocess around it, or use a plain end.",
    ),
    "error-interrupts": error(
        'Peristiwa galat selalu menghentikan langkahnya. Hapus cancelActivity="false", atau pakai eskalasi.',
        'An error event always interrupts its activity. Remove cancelActivity="false", or use an escalation.',
    ),
    "caught-twice": error(
        "Peristiwa tepi lain pada langkah yang sama sudah menangkap hal yang sama dengan '{name}'. Hapus salah satu,"
        " atau beri kode berbeda.",
        "Another boundary event of the same activity already catches the same as '{name}'. Remove one of them, or give"
        " them different codes.",
    ),
    "code-missing": warning(
        "'{name}' belum punya kode ({attribute}). Tanpa kode, peristiwa tepi menangkap semuanya. Beri kode.",
        "'{name}' has no code ({attribute}) yet. Without a code a boundary event catches every one. Give it a code.",
    ),
    "never-thrown": warning(
        "Tidak ada yang melempar ini di dalam '{name}', jadi jalur ini tidak pernah dilalui. Layanan yang gagal bukan"
        " peristiwa galat: ia dicoba lagi oleh pengelola.",
        "Nothing inside '{name}' throws this, so this path is never taken. A service that fails is no error event: an"
        " administrator tries it again.",
    ),
    "event-gateway-shared": error(
        "'{name}' setelah gerbang peristiwa hanya boleh punya satu panah masuk dan tanpa peristiwa tepi. Gambar satu"
        " peristiwa untuk tiap gerbang.",
        "'{name}' behind an event gateway may have one flow in only, and no boundary events. Draw an event for each"
        " gateway.",
    ),
    "signal-within": warning(
        "Sinyal ini sampai ke semua yang menunggunya di permohonan yang sama, tidak ke permohonan lain.",
        "This signal reaches all that wait for it in the same request, but no other request.",
    ),
    "never-awaited": warning(
        "Tidak ada yang menunggu '{name}' di sini; pesan tidak keluar dari permohonan, jadi tidak sampai ke siapa pun.",
        "Nothing here waits for '{name}'; messages stay within a request, so it reaches nobody.",
    ),
}
