"""A document opened in the browser, and how its size is told."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.access import INSTANCES
from engine.actor import Actor
from engine.db import Document
from engine.errors import NotFound, Text
from engine.inspection import JPEG, PDF, PNG
from web.commands import actor
from web.i18n import number
from web.looking import noted
from web.parts import parts, utcnow
from workflows.data_update import cards
from workflows.privacy import registers
from workflows.record.looking import DOCUMENT
from workflows.record.sight import AUDITOR, RELATIONS, UNIT_OFFICER

bp = Blueprint("documents", __name__)

ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'"
NOTHING = f"{ALONE}; frame-ancestors 'none'"
POLICY = {
    PDF: f"{ALONE}; frame-ancestors 'self'; object-src 'self'; style-src 'unsafe-inline'",
    JPEG: f"{NOTHING}; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    PNG: f"{NOTHING}; img-src 'self'; style-src 'unsafe-inline'; sandbox",
}
"""What a document may do in a browser, whose viewers have a style of their own. Chromium and Safari show no PDF in a
sandbox; they show it in a process of its own, and what it could run there was refused when it came. Our own pages alone
may frame a PDF, beside the decision that it is evidence for."""
ELSE = f"{NOTHING}; sandbox"


@bp.get("/documents/<uuid:document_id>")
def show(document_id: UUID) -> ResponseReturnValue:
    """The document, for whoever may see its request."""
    now = utcnow()
    with parts().database.reads() as session:
        return sent(opened(session, actor(session, now), document_id, now))


def opened(session: Session, me: Actor, document_id: UUID, now: datetime) -> Document:
    """A document for whoever may see its request; that somebody else sees what a person attached is written down.

    Raises `NotFound`.
    """
    document = documents.document_for(session, me, document_id)
    if document.kind == documents.ATTACHMENT and document.instance_id is not None:
        if not cards.may_open(session, me, document.instance_id, document_id, now):
            raise NotFound
        if not registers.may_open(session, me, document):
            raise NotFound
        subject, unit = _whose(session, document.instance_id)
        capacity = _capacity(me, unit)
        instance = document.instance_id
        noted(session, me, subject, DOCUMENT, capacity, now, document=document_id, instance=instance)
    return document


def _whose(session: Session, instance: UUID) -> tuple[str, str]:
    row = session.execute(select(INSTANCES.subject, INSTANCES.unit).where(INSTANCES.id == instance)).one()
    return row.subject, row.unit


def _capacity(me: Actor, unit: str) -> Text:
    if unit in me.oversees:
        return RELATIONS[UNIT_OFFICER]
    return RELATIONS[AUDITOR] if me.auditor else Text("Menangani permohonan", "Handles the request")


def sent(document: Document) -> Response:
    """The document as it came; opened in place if browsers can do so without running anything, else to be saved."""
    opens = document.media_type in POLICY
    response = Response(document.content, mimetype=document.media_type)
    response.headers.set("Content-Disposition", "inline" if opens else "attachment", **_names(document.name))
    response.headers["Content-Security-Policy"] = POLICY.get(document.media_type, ELSE)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _names(name: str) -> dict[str, str]:
    """The name for browsers of all ages (RFC 6266)."""
    if name.isascii():
        return {"filename": name}
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain, "filename*": f"UTF-8''{quote(name)}"}


@bp.app_template_filter("size")
def size(number_of_bytes: int) -> str:
    """``120 kB`` or ``1,2 MB``."""
    if number_of_bytes < 1_000_000:
        return f"{max(1, round(number_of_bytes / 1_000))} kB"
    return f"{number(round(number_of_bytes / 1_000_000, 1))} MB"
