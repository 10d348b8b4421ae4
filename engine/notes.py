"""What happens to a request from outside its flow: a line in its own record, and who is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from engine import locks
from engine.access import INSTANCES
from engine.chain import append
from engine.db import Instance, table
from engine.errors import Text
from engine.notices import notify, post

RECOUNTED = "recounted"
"""The kind of an event by which a change of the calendar reached a request."""
ENTERED, NOT_ENTERED = "entered", "not_entered"
"""Kinds of events by which somebody says that what a request changed stands in another system too, or does not."""

_NOTED = update(table(Instance)).where(INSTANCES.id == bindparam("instance"))


@dataclass(frozen=True)
class Note:
    """What is written down. ``by``: the person whose act it follows from; ``through``: its basis in words.

    ``facts`` take the place of those that services told before. ``tell``: people, each with the kind of their notice.
    """

    kind: str
    by: str
    reason: Text
    through: str
    facts: tuple[Mapping[str, Any], ...] = ()
    tell: Mapping[str, str] = field(default_factory=dict)


def write(session: Session, row: Any, note: Note, *, release: str, now: datetime) -> int:
    """Add a note to the record of an instance that `locks.take` has locked; the number of its event.

    What was decided last can no longer be taken back: it was the state before the note that would return.
    """
    payload = {
        "reason": {"id": note.reason.id, "en": note.reason.en},
        "by": note.through,
        "results": [[note.kind, {"facts": list(note.facts)}]],
    }
    head = append(session, row, note.kind, at=now, facts={"actor": note.by, "release": release}, payload=payload)
    people = {person: kind for person, kind in note.tell.items() if person != note.by}
    notify(session, row, people, at=now)
    post(session, row, {f"person:{person}": kind for person, kind in people.items()}, now=now, due=now)
    advance(session, row, head)
    return int(row.events) + 1


def advance(session: Session, row: Any, head: bytes) -> None:
    """Make ``head`` the newest line of a locked instance's record; what was decided before it is final."""
    values = {"events": row.events + 1, "head": head, "undo": None, "undo_until": None}
    session.execute(_NOTED.values(**values), {"instance": row.id})


@dataclass(frozen=True)
class Remark:
    """A line in the record that changes nothing else: what was decided last can still be taken back.

    ``by``: the person whose act it is, None for the worker. ``tasks``: the steps that it is about, each with its post
    and people in words. ``tell``: people, each with the kind of their notice.
    """

    kind: str
    by: str | None
    tasks: tuple[tuple[str, Text], ...]
    tell: Mapping[str, str]

    def write(self, session: Session, row: Any, *, release: str, now: datetime, due: datetime | None = None) -> None:
        """Add it to the record of an instance that is locked; people are told now, or when it is ``due``."""
        payload = {"tasks": [[step, label.id, label.en] for step, label in self.tasks]}
        head = append(session, row, self.kind, at=now, facts={"actor": self.by, "release": release}, payload=payload)
        people = {person: kind for person, kind in self.tell.items() if person != self.by}
        notify(session, row, people, at=due or now)
        post(session, row, {f"person:{each}": kind for each, kind in people.items()}, now=now, due=due or now)
        add_line(session, row, head)


def add_line(session: Session, row: Any, head: bytes) -> None:
    """Make ``head`` the newest line of a locked instance's record; what was decided before can still be taken back."""
    session.execute(_NOTED.values(events=row.events + 1, head=head), {"instance": row.id})


def take(session: Session, instance: UUID) -> Any:
    """Lock an instance before anything about it is read; None if there is none."""
    return locks.take(session, locks.BY_ID, instance=instance)
