"""“Siapa melihat data saya”: who else opened what is personal of the reader; and how pages write that down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.actor import Actor
from engine.db import Document, table
from engine.errors import Text
from web.commands import actor
from web.parts import parts, utcnow
from web.synchronising import TAKEN_OUT
from workflows.card import Card
from workflows.record import looking
from workflows.record.histories import HISTORIES
from workflows.record.looking import Look

bp = Blueprint("looking", __name__, url_prefix="/data")

A_PAGE = 20
HIGHEST_ID = 2**31 - 1

_DOCUMENTS = table(Document).c
_A_FILE = Text("Berkas", "A file")


@dataclass(frozen=True)
class Line:
    """A look as it is shown; ``reference`` is the number of the request, ``what`` the history or the file's name.

    ``why`` is in the words of whoever looked, but for a reason that the page itself gave.
    """

    look: Look
    who: str
    what: Text
    reference: str | None
    why: str | Text


def noted(
    session: Session,
    me: Actor,
    person: str,
    what: str,
    capacity: Text,
    now: datetime,
    *,
    document: UUID | None = None,
    instance: UUID | None = None,
    reason: str = "",
) -> None:
    """Write down that the reader sees ``what`` of a person, in a transaction of its own, before it is shown.

    ``session`` reads: it asks whether the line is there already. See `workflows.record.looking.note`.
    """

    def write(writing: Session) -> None:
        looking.note(writing, me, person, what, capacity, now, document=document, instance=instance, reason=reason)

    if looking.is_new(session, me, person, what, now, document=document, instance=instance, reason=reason):
        parts().database.command(write)


def write_down(session: Session, me: Actor, cards: Sequence[Card], instance: UUID, now: datetime) -> None:
    """Write down what cards about a request show of somebody."""
    for look in (look for card in cards for look in card.looks):
        noted(session, me, look.person, look.what, look.capacity, now, instance=instance)


@bp.get("/seen")
def seen() -> ResponseReturnValue:
    """Who else saw my data and my files, as what, when and why; newest first."""
    after = request.args.get("after", "")
    before = int(after[:9]) if after.isascii() and after.isdecimal() else HIGHEST_ID
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        looks = looking.looks(session, me.person, before=before, limit=A_PAGE + 1)
        following = str(looks[A_PAGE - 1].id) if len(looks) > A_PAGE else None
        lines = _lines(session, looks[:A_PAGE])
        return render_template("data_seen.html", lines=lines, next=following, after=after)


def _lines(session: Session, looks: Sequence[Look]) -> list[Line]:
    names = parts().people.names(session, {look.viewer for look in looks})
    files = _named(session, _DOCUMENTS.id, _DOCUMENTS.name, {look.document for look in looks})
    references = _named(session, INSTANCES.id, INSTANCES.reference, {look.instance for look in looks})
    return [
        Line(
            look,
            names[look.viewer],
            _what(look, files),
            references.get(look.instance) if look.instance else None,
            TAKEN_OUT if look.reason == TAKEN_OUT.id else look.reason,
        )
        for look in looks
    ]


def _named(session: Session, id: Any, name: Any, wanted: set[UUID | None]) -> Mapping[UUID, str]:
    """The names behind some ids; no statement where there are none."""
    ids = sorted(each for each in wanted if each is not None)
    rows = session.execute(select(id, name).where(id.in_(ids))).all() if ids else ()
    return {row[0]: row[1] for row in rows}


def _what(look: Look, files: Mapping[UUID, str]) -> Text:
    if look.document is not None:
        name = files.get(look.document, "")
        return Text(name, name) if name else _A_FILE
    history = HISTORIES.get(look.what.partition(".")[0])
    field = history.field(look.what.partition(".")[2]) if history else None
    if history is None:
        return Text(look.what, look.what)
    if field is None:
        return history.title
    return Text(f"{history.title.id}: {field.label.id}", f"{history.title.en}: {field.label.en}")
