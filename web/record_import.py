"""Initial records of staff, for BKPSDM: a file is tried first, line by line, and written once somebody confirms it."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.characters import spelled_out
from engine.errors import NotFound, Refused, Text
from web import record_templates
from web.commands import actor, command
from web.data_sight import verifier
from web.exports import FORMS
from web.leave_pages import today_of
from web.parts import parts, utcnow
from workflows.record import importing, incoming
from workflows.record.histories import HISTORIES
from workflows.record.incoming import FILE

bp = Blueprint("record_import", __name__, url_prefix="/data/import")

LARGEST = 5_000_000
"""Bytes of a file that the page takes. The command line takes any."""
MOST_PEOPLE = 1_000
"""People of one file on the page: they are written in one transaction of a few seconds."""
SHOWN = 50
"""People, and things to look at, that the page shows."""
NO_FILE = Text("Pilih berkas XLSX atau CSV terlebih dahulu.", "Choose an XLSX or CSV file first.")
TOO_LARGE = Text(
    "Berkas lebih dari 5 MB. Bagilah, atau minta pengelola memakai perintah alur import-records.",
    "The file is larger than 5 MB. Divide it, or ask the administrator to use alur import-records.",
)
TOO_MANY = Text(
    "Berkas memuat lebih dari 1.000 pegawai. Bagilah, atau minta pengelola memakai perintah alur import-records.",
    "The file has more than 1,000 people. Divide it, or ask the administrator to use alur import-records.",
)


@bp.get("")
def show() -> ResponseReturnValue:
    """How it is done, the empty files, where to bring one, and what was brought in before."""
    return _page()


@bp.get("/template.xlsx")
def workbook() -> Response:
    """An empty workbook with a sheet for each history."""
    _verified()
    return _download(record_templates.as_xlsx(), "alur-data-awal.xlsx", "xlsx")


@bp.get("/template/<history>.csv")
def sheet(history: str) -> Response:
    """The empty file of one history."""
    _verified()
    if history not in HISTORIES or history in incoming.LEFT_OUT:
        raise NotFound
    name = f"{incoming.file_name(HISTORIES[history])}.csv"
    return _download(record_templates.as_csv(HISTORIES[history]), name, "csv")


@bp.post("")
def check() -> ResponseReturnValue:
    """Read a file and keep what it says for a day; nothing of the record is written."""
    with parts().database.reads() as session:
        today = today_of(session, verifier(actor(session, utcnow())))
    try:
        content, name = _uploaded()
        with tempfile.NamedTemporaryFile(prefix="alur-") as file:
            file.write(content)
            file.flush()
            found = incoming.read(Path(file.name), today, name)
        if len({line.nip for line in found.lines}) > MOST_PEOPLE:
            raise Refused({FILE: [TOO_MANY]})
    except Refused as refusal:
        return _page(refusal.problems[FILE][0]), 422
    digest = hashlib.sha256(content).hexdigest()

    def work(session: Session, me: Actor, now: datetime) -> str:
        verifier(me)
        kept = importing.keep(session, found, name=name, digest=digest, by=me.person, now=now)
        return url_for(".tried", import_id=kept)

    return command(work)


@bp.get("/<uuid:import_id>")
def tried(import_id: UUID) -> ResponseReturnValue:
    """What the file would do and what is wrong with it; or that it is done."""
    return _tried(import_id)


@bp.post("/<uuid:import_id>")
def post(import_id: UUID) -> ResponseReturnValue:
    """Write it; if a line no longer fits, nothing is written."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        importing.post_kept(session, import_id, by=verifier(me).person, now=now, today=today_of(session, me))
        return url_for(".tried", import_id=import_id)

    try:
        return command(work)
    except Refused:
        return _tried(import_id), 422


def _verified() -> None:
    with parts().database.reads() as session:
        verifier(actor(session, utcnow()))


def _uploaded() -> tuple[bytes, str]:
    """The file and its name. Raises `Refused`."""
    sent = request.files.get(FILE)
    content = sent.read(LARGEST + 1) if sent else b""
    if not content or sent is None:
        raise Refused({FILE: [NO_FILE]})
    if len(content) > LARGEST:
        raise Refused({FILE: [TOO_LARGE]})
    return content, spelled_out(sent.filename or "")


def _page(mistake: Text | None = None) -> str:
    with parts().database.reads() as session:
        verifier(actor(session, utcnow()))
        imports = importing.posted(session)
        names = parts().people.names(session, {each.posted_by for each in imports if each.posted_by})
        return render_template(
            "record_import.html",
            mistake=mistake,
            histories=incoming.histories(),
            dictionary=record_templates.dictionary,
            imports=imports,
            names=names,
        )


def _tried(import_id: UUID) -> str:
    with parts().database.snapshot() as session:
        me = verifier(actor(session, utcnow()))
        kept = importing.kept(session, import_id)
        if kept.posted_at:
            return render_template("record_import_check.html", kept=kept, trial=None)
        trial = importing.tried(session, incoming.unpacked(kept.content), me.person)
        notes = importing.notes(session, trial, today_of(session, me))
        people = sorted(trial.writes)[:SHOWN]
        names = parts().people.names(session, {*people, *(note.person for note in notes[:SHOWN])})
        return render_template(
            "record_import_check.html",
            kept=kept,
            trial=trial,
            notes=notes,
            people=people,
            names=names,
            histories=HISTORIES,
            shown=SHOWN,
        )


def _download(content: bytes, name: str, form: str) -> Response:
    response = Response(content, mimetype=FORMS[form][1])
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
