"""What a page says at its top about what was just done; the address carries only which of these it is."""

from __future__ import annotations

from flask import request

from web.i18n import _


def said() -> str | None:
    """The sentence for ``?said=`` of this request, if it is one of ours."""
    code = request.args.get("said", "")
    sentences = {
        "done": _("Jawaban Anda tersimpan."),
        "already": _("Permohonan ini sudah terkirim. Tidak ada yang dikirim dua kali."),
        "out": _("Anda sudah keluar."),
        "password": _("Kata sandi Anda sudah diganti."),
        "deployed": _("Versi baru tersimpan sebagai draf."),
        "state": _("Keadaan versi sudah diubah."),
        "retried": _("Langkah dicoba lagi."),
        "closed": _("Gangguan ditutup."),
        "read": _("Semua pemberitahuan ditandai sudah dibaca."),
    }
    return sentences.get(code)
