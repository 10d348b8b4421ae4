"""Erasing what a request says, so that its record still proves who did what and when.

Answers, files, summaries and what else was typed go. What is hashed stays: ids of people and posts, steps, outcomes and
moments, and the digests of what was said, whose salts are gone. The chain stays as it was sealed, one line longer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from engine import documents, locks, notes
from engine.access import INSTANCES, TASKS
from engine.chain import append
from engine.db import Document, Event, IdempotencyKey, Incident, Instance, Message, Task, table
from engine.errors import Conflict, NotFound, Text
from engine.notices import SEAL, post

ERASED = "erased"
"""The kind of the event by which what a request says was erased."""
FILES_ERASED = "files_erased"
"""The kind of the event by which files of a request were erased, and nothing else."""
OVER = ("ended", "cancelled")


@dataclass(frozen=True)
class Erased:
    """A request whose content goes, with the ids of its tasks."""

    id: UUID
    reference: str
    process: str
    subject: str
    tasks: tuple[UUID, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """By which other tables name it in a text."""
        return (str(self.id), *map(str, self.tasks))


Also = Callable[[Session, Erased], None]

_ALSO = list[Also]()
_EVENTS, _KEYS, _MESSAGES = table(Event).c, table(IdempotencyKey).c, table(Message).c


def also(*clears: Also) -> None:
    """Have these take part in every erasure, for what other tables keep of a request; in the same transaction.

    One that raises `Conflict` keeps the request as it is.
    """
    _ALSO.extend(clear for clear in clears if clear not in _ALSO)


def erase(session: Session, instance: UUID, *, by: str, reason: Text, through: str, now: datetime) -> Erased:
    """Erase what a request says, and write down in its record that it was done: ``through`` what, and why.

    ``reason`` and ``through`` stay, so they say nothing about anybody. Raises `NotFound`, `Conflict` where it still
    runs or was erased before.
    """
    row = _taken(session, instance)
    if is_erased(session, instance):
        raise Conflict(_ERASED_ALREADY)
    tasks = session.scalars(select(TASKS.id).where(TASKS.instance_id == instance).order_by(TASKS.id))
    found = Erased(instance, row.reference, row.process, row.subject, tuple(tasks))
    _clear(session, found)
    for clear in _ALSO:
        clear(session, found)
    said = {"reason": {"id": reason.id, "en": reason.en}, "by": through}
    head = append(session, row, ERASED, at=now, facts={"actor": by}, payload=said)
    post(session, row, {}, now=now, due=now)
    notes.advance(session, row, head)
    return found


def erase_files(session: Session, instance: UUID, ids: Collection[UUID], *, reason: Text, now: datetime) -> None:
    """Erase files of a request whose time is over, and write it down in its record. Raises as `erase` does."""
    row = _taken(session, instance)
    documents.erase(session, instance, ids)
    said = {"reason": {"id": reason.id, "en": reason.en}}
    head = append(session, row, FILES_ERASED, at=now, facts={}, payload=said)
    post(session, row, {}, now=now, due=now)
    notes.add_line(session, row, head)


def is_erased(session: Session, instance: UUID) -> bool:
    """Whether what the request says is gone."""
    first = exists().where(_EVENTS.instance_id == instance, _EVENTS.number == 1, _EVENTS.payload.is_(None))
    return bool(session.scalar(select(first)))


def _taken(session: Session, instance: UUID) -> Any:
    row = locks.take(session, locks.BY_ID, instance=instance)
    if row is None:
        raise NotFound
    if row.status not in OVER:
        raise Conflict(_STILL_RUNS)
    return row


def _clear(session: Session, found: Erased) -> None:
    """What the engine itself keeps; the sealing of events goes on."""
    of_request = {"payload": None, "salt": None}
    session.execute(update(table(Event)).where(_EVENTS.instance_id == found.id).values(of_request))
    documents.erase(session, found.id)
    cleared = dict.fromkeys(("summary", "state", "undo", "undo_until"))
    session.execute(update(table(Instance)).where(INSTANCES.id == found.id).values(cleared))
    session.execute(update(table(Task)).where(TASKS.instance_id == found.id).values(subject_name=""))
    session.execute(delete(table(Message)).where(_MESSAGES.instance_id == found.id, _MESSAGES.kind != SEAL))
    session.execute(delete(table(Incident)).where(table(Incident).c.instance_id == found.id))
    _clear_answers_to_keys(session, found)


def _clear_answers_to_keys(session: Session, found: Erased) -> None:
    """A repetition still gets its answer, but without the summary of what was asked for."""
    named = _KEYS.answer.like(f'{{%"{found.id}"%')
    for row in session.execute(select(table(IdempotencyKey)).where(named)).all():
        answer = json.loads(row.answer)
        if answer.get("summary") is not None:
            same = (_KEYS.person == row.person, _KEYS.route == row.route, _KEYS.key == row.key)
            kept = json.dumps({**answer, "summary": None})
            session.execute(update(table(IdempotencyKey)).where(*same).values(answer=kept))


def has_files(session: Session, instance: UUID) -> bool:
    """Whether any file of the request still has its content."""
    c = table(Document).c
    return bool(session.scalar(select(func.count()).where(c.instance_id == instance, c.content.is_not(None))))


_STILL_RUNS = Text(
    "Permohonan ini masih berjalan, sehingga isinya belum dapat dihapus. Tunggu sampai selesai, atau tarik dahulu.",
    "This request still runs, so what it says cannot be erased yet. Wait for its end, or withdraw it first.",
)
_ERASED_ALREADY = Text("Isi permohonan ini sudah dihapus.", "What this request says has been erased already.")
