"""Who looked at what is personal of another: written down when it is shown, and shown to whom it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import table
from engine.errors import Text
from workflows.record.model import RecordView

DOCUMENT = "document"
"""``what`` of a look at a document."""
ONE_LOOK = timedelta(hours=1)
"""The same look within this time is the same line."""
LONGEST_REASON = 500
"""Characters that are kept of a reason."""

_VIEWS = table(RecordView).c


@dataclass(frozen=True)
class Look:
    """A line: who looked, as what, at what, and why; ``viewer`` is the id of a person."""

    id: int
    viewer: str
    capacity: Text
    what: str
    document: UUID | None
    instance: UUID | None
    reason: str
    at: datetime


def note(
    session: Session,
    actor: Actor,
    person: str,
    what: str,
    capacity: Text,
    now: datetime,
    *,
    document: UUID | None = None,
    instance: UUID | None = None,
    reason: str = "",
) -> None:
    """Write down that the actor sees ``what`` of a person: the key of a history, or `DOCUMENT`.

    Nothing is written of one's own data, nor of the same look within `ONE_LOOK`. ``capacity``: as what they may see it,
    in the words that the person will read.
    """
    if not is_new(session, actor, person, what, now, document=document, instance=instance, reason=reason):
        return
    line = {"capacity": as_kept(capacity), "reason": reason[:LONGEST_REASON], "at": now}
    where = {"what": what, "document": document, "instance_id": instance}
    session.execute(insert(table(RecordView)).values(person=person, viewer=actor.person, **where, **line))


def as_kept(capacity: Text) -> str:
    """Both languages of a capacity, as a line has them."""
    return f"{capacity.id}\t{capacity.en}"


def is_new(
    session: Session,
    actor: Actor,
    person: str,
    what: str,
    now: datetime,
    *,
    document: UUID | None = None,
    instance: UUID | None = None,
    reason: str = "",
) -> bool:
    """Whether `note` would write a line; pages ask it before they open a transaction that writes."""
    if actor.person == person:
        return False
    same = (_VIEWS.person == person, _VIEWS.at > now - ONE_LOOK, _VIEWS.viewer == actor.person, _VIEWS.what == what)
    at = (_VIEWS.document.is_not_distinct_from(document), _VIEWS.instance_id.is_not_distinct_from(instance))
    found = select(_VIEWS.id).where(*same, *at, _VIEWS.reason == reason[:LONGEST_REASON]).limit(1)
    return session.scalar(found) is None


def looks(session: Session, person: str, *, before: int | None = None, limit: int | None = None) -> Sequence[Look]:
    """The lines about a person, newest first; those before a line where its number is given."""
    wanted = select(table(RecordView)).where(_VIEWS.person == person).order_by(_VIEWS.id.desc()).limit(limit)
    return [_look(row) for row in session.execute(wanted if before is None else wanted.where(_VIEWS.id < before))]


def _look(row: Any) -> Look:
    id, _, en = row.capacity.partition("\t")
    return Look(row.id, row.viewer, Text(id, en or id), row.what, row.document, row.instance_id, row.reason, row.at)
