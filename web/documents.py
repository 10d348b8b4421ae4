"""A document opened in the browser, and how its size is told."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from engine import documents
from engine.db import Document
from engine.inspection import JPEG, PDF, PNG
from web.commands import actor
from web.i18n import number
from web.parts import parts, utcnow

bp = Blueprint("documents", __name__)

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY = {
    PDF: f"{NOTHING}; object-src 'self'; style-src 'unsafe-inline'",
    JPEG: f"{NOTHING}; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    PNG: f"{NOTHING}; img-src 'self'; style-src 'unsafe-inline'; sandbox",
}
"""What a document may do in a browser, whose viewers have a style of their own. Chromium and Safari show no PDF in a
sandbox; they show it in a process of its own, and what it could run there was refused when it came."""
ELSE = f"{NOTHING}; sandbox"


@bp.get("/documents/<uuid:document_id>")
def show(document_id: UUID) -> ResponseReturnValue:
    """The document, for whoever may see its request."""
    now = utcnow()
    with parts().database.reads() as session:
        return sent(documents.document_for(session, actor(session, now), document_id))


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
