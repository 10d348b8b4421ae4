"""The first-visit hint of each role: shown on the first page until the person has put it away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Text
from web.commands import command
from web.db import HintSeen, add_missing
from workflows.privacy import registers

bp = Blueprint("hints", __name__)


@dataclass(frozen=True)
class Hint:
    """What somebody new in a role should know first."""

    key: str
    title: Text
    words: Text


HINTS = (
    Hint(
        "owner",
        Text("Untuk pemilik proses", "For process owners"),
        Text(
            "“Menu lain” memuat Proses dan Gangguan. Paket baru diperiksa dahulu. "
            "Permohonan yang sedang berjalan tetap memakai versi lamanya.",
            "“More” leads to processes and incidents. A new package is checked first. "
            "Requests under way stay on the version they began with.",
        ),
    ),
    Hint(
        "verifier",
        Text("Untuk verifikator BKPSDM", "For verifiers of BKPSDM"),
        Text(
            "“Menu lain” memuat laporan cuti, tugas lewat tenggat, dan kalender kerja semua unit. "
            "Tugas yang tertahan dapat Anda alihkan dari halaman tugasnya.",
            "“More” leads to leave reports, overdue tasks and the working calendar of all units. "
            "A task that is stuck can be moved from its page.",
        ),
    ),
    Hint(
        "officer",
        Text("Untuk petugas kepegawaian", "For personnel officers"),
        Text(
            "Tugas unit Anda ada di Kotak tugas. Ambil dahulu tugas yang Anda kerjakan supaya rekan Anda tahu. "
            "Surat, laporan, dan kalender ada di “Menu lain”.",
            "The tasks of your unit are in the inbox. Take the task that you work on, so that your colleagues know. "
            "Letters, reports and the calendar are under “More”.",
        ),
    ),
    Hint(
        "helper",
        Text("Untuk petugas bantuan", "For the help desk"),
        Text(
            "Pertanyaan pegawai masuk ke Kotak tugas Anda. Setiap pertanyaan menyebut halaman dan langkahnya.",
            "Questions of employees come to your inbox. Each says on which page and at which step it was asked.",
        ),
    ),
    Hint(
        "privacy",
        Text("Untuk petugas pelindungan data", "For the data protection officer"),
        Text(
            "Permintaan hak dan laporan kebocoran masuk ke Kotak tugas Anda, dengan batas 72 jam. "
            "Daftar dan suratnya ada di “Menu lain”, Pelindungan data.",
            "Requests by right and reports of breaches come to your inbox, due within 72 hours. "
            "Their registers and letters are under “More”, Data protection.",
        ),
    ),
    Hint(
        "auditor",
        Text("Untuk auditor", "For auditors"),
        Text(
            "Anda dapat membuka setiap permohonan dan riwayatnya. Anda tidak dapat mengubah apa pun.",
            "You can open every request and its history. You cannot change anything.",
        ),
    ),
    Hint(
        "approver",
        Text("Ada tugas yang menunggu Anda", "A task waits for you"),
        Text(
            "Buka tugasnya. Halaman itu memuat siapa, tanggal, sisa cuti, dan siapa lagi yang tidak masuk. "
            "Tombol keputusan ada di bawahnya.",
            "Open the task. Its page says who, when, what leave is left, and who else is away. "
            "The buttons to decide stand below.",
        ),
    ),
    Hint(
        "employee",
        Text("Baru pertama kali di sini?", "Your first time here?"),
        Text(
            "Pilih tombol di bawah “Ajukan permohonan”. Tiap halaman berisi satu pertanyaan. "
            "Tidak ada yang terkirim sebelum Anda menekan Kirim di halaman terakhir.",
            "Choose a button below “Make a request”. Each page asks one question. "
            "Nothing is sent before you press Send on the last page.",
        ),
    ),
)
"""What belongs to a role of its own comes first; a person sees one at a time."""


def hint_for(session: Session, me: Actor, *, tasks: bool) -> Hint | None:
    """The first hint of the person's roles that they have not put away; ``tasks``: something waits for them."""
    seen = set(session.scalars(select(HintSeen.hint).where(HintSeen.person == me.person)))
    roles = set(_roles(me, tasks)) - seen
    return next((hint for hint in HINTS if hint.key in roles), None)


@bp.post("/hints/<hint>/dismiss")
def dismiss(hint: str) -> ResponseReturnValue:
    """Put a hint away for good."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        if all(hint != each.key for each in HINTS):
            raise NotFound
        add_missing(session, HintSeen, [{"person": me.person, "hint": hint, "at": now}])
        return url_for("home.show")

    return command(work)


def _roles(me: Actor, tasks: bool) -> Iterator[str]:
    yield "employee"
    if tasks:
        yield "approver"
    if me.assigns:
        yield "verifier"
    if me.oversees:
        yield "officer"
    if any(grant.principal.startswith("role:helper@") for grant in me.grants):
        yield "helper"
    if registers.answers_for_data(me):
        yield "privacy"
    if me.process_owner:
        yield "owner"
    if me.auditor:
        yield "auditor"
