"""What people had before Alur, for BKPSDM: a file is tried first, line by line, and written only if all of it fits."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import Refused, Text
from web.commands import actor, command
from web.leave_pages import today_of, verifier
from web.parts import parts, utcnow
from workflows.leave import before
from workflows.leave.before import TYPE_NAMES, Opened, Past, Problem

bp = Blueprint("leave_opening", __name__, url_prefix="/leave/opening")

LARGEST = 400_000
"""Bytes of a file that a page takes: more than ten thousand lines. The command line takes any."""
SHOWN = 100
"""People, and lines with something wrong, that the page shows."""

KINDS = {
    "balances": Text("Sisa cuti tahunan", "Balances of annual leave"),
    "absences": Text("Cuti yang sudah dijalani", "Leave already taken"),
}
_NIP = ("nip", Text("NIP pegawai", "the employee's NIP"))
COLUMNS = {
    "balances": (
        _NIP,
        ("year", Text("tahun hak: tahun ini atau dua tahun sebelumnya", "the year: this one or one of the two before")),
        ("left", Text("hari kerja yang tersisa dari tahun itu", "working days left of that year")),
        ("taken", Text("hari kerja yang sudah diambil dari tahun itu", "working days taken of that year")),
        (
            "deferred",
            Text(
                "boleh tidak ada: bagian sisa yang ditangguhkan pejabat",
                "optional: days left that the official deferred",
            ),
        ),
    ),
    "absences": (
        _NIP,
        ("type", Text(f"jenis cuti: {TYPE_NAMES.id}", f"the type of leave: {TYPE_NAMES.en}")),
        ("first", Text("hari pertama, misalnya 2026-03-02", "the first day, such as 2026-03-02")),
        ("last", Text("hari terakhir", "the last day")),
        ("case", Text("boleh tidak ada: alasan, misalnya hajj_first", "optional: why, such as hajj_first")),
        ("days", Text("boleh tidak ada: lamanya dalam hari", "optional: how many days")),
        ("birth_order", Text("boleh tidak ada: kelahiran ke berapa", "optional: which birth it was")),
    ),
}
"""The columns of each file with what stands in them."""
NO_FILE = Text("Pilih berkas CSV terlebih dahulu.", "Choose a CSV file first.")
TOO_LARGE = Text(
    "Berkas lebih dari 400 kB. Bagilah, atau minta pengelola memakai perintah alur opening-balances.",
    "The file is larger than 400 kB. Divide it, or ask the administrator to use alur opening-balances.",
)
NOT_READ = Text("Berkas ini tidak dapat dibaca sebagai CSV.", "This file cannot be read as CSV.")
EMPTY = Text("Berkas ini tidak berisi baris data.", "There are no lines of data in this file.")


@dataclass(frozen=True)
class Trial:
    """What a file would do: the people it opens or the leaves it adds, and what is wrong with which line."""

    people: Sequence[Opened] = ()
    leaves: Sequence[Past] = ()
    problems: Sequence[Problem] = ()

    @property
    def count(self) -> int:
        """How many people or leaves there are."""
        return len(self.people) or len(self.leaves)


@bp.get("")
def show() -> ResponseReturnValue:
    """Which files there are, what stands in their columns, and where to bring one."""
    with parts().database.reads() as session:
        verifier(actor(session, utcnow()))
        return _page()


@bp.post("/check")
def check() -> ResponseReturnValue:
    """Try a file: nothing is written."""
    kind = _kind()
    with parts().database.snapshot() as session:
        today = today_of(session, verifier(actor(session, utcnow())))
        try:
            text = _uploaded()
            return _checked(kind, text, _tried(session, kind, text, today))
        except Refused as refusal:
            return _page(kind, refusal.problems["file"][0]), 422


@bp.post("")
def post() -> ResponseReturnValue:
    """Write what was tried; if anything has changed meanwhile so that a line no longer fits, nothing is written."""
    kind, text = _kind(), request.form.get("text", "")

    def work(session: Session, me: Actor, now: datetime) -> str:
        today = today_of(session, verifier(me))
        trial = _tried(session, kind, text, today)
        if trial.problems:
            raise Refused({"": [problem.text for problem in trial.problems]})
        if kind == "balances":
            before.post_balances(session, trial.people, today.year, now)
        else:
            before.post_absences(session, trial.leaves)
        return url_for(".show", said="opened")

    try:
        return command(work)
    except Refused:
        with parts().database.snapshot() as session:
            today = today_of(session, verifier(actor(session, utcnow())))
            return _checked(kind, text, _tried(session, kind, text, today)), 422


def _tried(session: Session, kind: str, text: str, today: date) -> Trial:
    """Raises `Refused` for a file that is no CSV, or empty."""
    try:
        if kind == "balances":
            balances, problems = before.balances(text, today)
            people, more = before.opened(session, balances, today.year)
            found = Trial(people=people, problems=[*problems, *more])
        else:
            leaves, problems = before.absences(text, today)
            found = Trial(leaves=leaves, problems=[*problems, *before.unknown(session, leaves)])
    except csv.Error as error:
        raise Refused({"file": [NOT_READ]}) from error
    if not found.count and not found.problems:
        raise Refused({"file": [EMPTY]})
    return found


def _uploaded() -> str:
    """The text of the file. Raises `Refused`."""
    sent = request.files.get("file")
    content = sent.read(LARGEST + 1) if sent else b""
    if not content:
        raise Refused({"file": [NO_FILE]})
    if len(content) > LARGEST:
        raise Refused({"file": [TOO_LARGE]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused({"file": [NOT_READ]}) from error
    if "\0" in text:
        raise Refused({"file": [NOT_READ]})
    return text


def _kind() -> str:
    kind = request.form.get("kind", "")
    return kind if kind in KINDS else "balances"


def _page(kind: str = "balances", mistake: Text | None = None) -> str:
    return render_template("leave_opening.html", kinds=KINDS, columns=COLUMNS, kind=kind, mistake=mistake)


def _checked(kind: str, text: str, trial: Trial) -> str:
    problems = sorted(trial.problems, key=lambda problem: problem.line)
    return render_template(
        "leave_opening_check.html", kind=kind, kinds=KINDS, text=text, trial=trial, problems=problems, shown=SHOWN
    )
