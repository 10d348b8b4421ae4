"""What a page says at its top about what was just done; the address carries only which of these it is."""

from __future__ import annotations

from flask import request

from web.i18n import _


def said() -> str | None:
    """The sentence for ``?said=`` of this request, if it is one of ours."""
    code = request.args.get("said", "")
    sentences = {
        "done": _("Jawaban Anda tersimpan."),
        "handed_on": _("Tugas sudah diberikan. Penerimanya diberi tahu."),
        "nudged": _("Pengingat Anda tercatat. Pejabatnya diberi tahu pada jam kerja."),
        "taken-back": _("Keputusan Anda ditarik kembali. Tugasnya menunggu Anda lagi."),
        "already": _("Permohonan ini sudah terkirim. Tidak ada yang dikirim dua kali."),
        "unsent": _("Sesi Anda berakhir. Isian Anda tersimpan. Masuk lagi untuk melanjutkan."),
        "out": _("Anda sudah keluar."),
        "password": _("Kata sandi Anda sudah diganti."),
        "deployed": _("Versi baru tersimpan sebagai draf."),
        "state": _("Keadaan versi sudah diubah."),
        "retried": _("Langkah dicoba lagi."),
        "closed": _("Gangguan ditutup."),
        "numbered": _("Nomor dicatat. Surat sedang dibuat."),
        "signed": _("Surat bertanda tangan tersimpan. Pegawai diberi tahu."),
        "given_up": _("Surat ini tidak jadi dibuat. Alasannya tercatat."),
        "letter_asked": _("Surat baru diminta dan segera dibuat."),
        "block_given": _("Blok nomor ditambahkan."),
        "format_set": _("Susunan nomor disimpan."),
        "letterhead_set": _("Kop surat disimpan."),
        "explained": _("Alasan tercatat."),
        "opened": _("Catatan dari sebelum Alur sudah ditulis."),
        "turned": _("Tersimpan. Keadaan terbaru tertulis di bawah ini."),
        "calendar": _("Kalender tersimpan."),
        "recounted": _("Permohonan dihitung sekali lagi."),
        "code_sent": _("Kode sedang dikirim. Ketik kode itu di bawah ini."),
        "confirmed": _("Alamat sudah dikonfirmasi. Pemberitahuan berikutnya juga dikirim ke sana."),
        "address_set": _("Pilihan Anda tersimpan."),
        "address_gone": _("Alamat dihapus. Semua tetap ada di halaman Pemberitahuan."),
        "delivery_retried": _("Kiriman dicoba lagi."),
        "handed_over": _("Pemberitahuan itu ditandai sudah disampaikan."),
        "evidence": _("Berkas terkirim. Yang memegang permohonan ini diberi tahu."),
        "appointed": _("Penunjukan tersimpan."),
        "acting-extended": _("Penunjukan diperpanjang."),
        "acting-ended": _("Penunjukan diakhiri. Riwayat mencatatnya."),
        "held": _("Permohonan ditahan. Isinya tidak dihapus selama itu."),
        "lifted": _("Penahanan diakhiri."),
        "data_right": _("Tercatat: data ini sudah sesuai."),
        "data_dropped": _("Perubahan itu tidak jadi diajukan."),
        "data_mended": _("Perbaikan terkirim. Anda diberi tahu bila ada keputusan."),
        "limit_lifted": _("Pembatasan diakhiri."),
        "in_siasn": _("Perubahan ditandai sudah tercatat di SIASN."),
        "not_in_siasn": _("Tanda SIASN dibatalkan."),
        "read": _("Semua pemberitahuan ditandai sudah dibaca."),
    }
    return sentences.get(code)
