"""Who is told of a change: one notice per change and person, none for one's own acts; mail goes through the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from engine.db import Message, Notice, table

if TYPE_CHECKING:
    from engine.run import Run

SEAL = "seal"
"""The kind of message that has an event sealed; its recipient is nobody."""

_ADD_NOTICE, _ADD_MESSAGE = insert(table(Notice)), insert(table(Message))


def tell(run: Run, created: Sequence[Mapping[str, Any]], status: str, *, due: datetime) -> None:
    """Tell who is concerned by an act of this run; they see and get it when it is ``due``."""
    told = _parties_told(run, created, status)
    notify(run.session, run.row, told, at=due)
    recipients = dict.fromkeys((t["principal"] for t in created), "task")  # who gets two tasks is told once
    recipients |= {f"person:{person}": kind for person, kind in told.items()}
    if run.actor is not None:
        recipients.pop(f"person:{run.actor.person}", None)
    post(run.session, run.row, recipients, now=run.now, due=due)


def _parties_told(run: Run, created: Sequence[Mapping[str, Any]], status: str) -> dict[str, str]:
    """The parties but who acts, each with what they are told."""
    row = run.row
    parties = sorted({row.subject, row.starter} - {run.actor.person if run.actor else ""})
    if not row.events:  # somebody started it for them; of its end they are told too, if it ended at once
        return dict.fromkeys(parties, "ended" if status == "ended" else "begun")
    if status == "ended":
        return dict.fromkeys(parties, "ended")
    returned = any(t["principal"] == f"person:{row.subject}" for t in created)
    return dict.fromkeys(parties, "returned") if returned else {}


def notify(session: Session, row: Any, people: Mapping[str, str], *, at: datetime) -> None:
    """A notice for each of some people, of a kind each, about the event that comes next in an instance's record."""
    same = {"instance_id": row.id, "event": row.events + 1, "at": at}
    if people:
        add(session, _ADD_NOTICE, [{**same, "person": person, "kind": kind} for person, kind in people.items()])


def post(session: Session, row: Any, recipients: Mapping[str, str], *, now: datetime, due: datetime) -> None:
    """Put messages about the event that comes next into the outbox, a kind for each recipient; it is sealed now."""
    number = row.events + 1
    messages = [_message(row, number, recipient, kind, due) for recipient, kind in recipients.items()]
    add(session, _ADD_MESSAGE, [*messages, _message(row, number, "", SEAL, now)])


def tell_of_task(
    session: Session, row: Any, task: UUID, kind: str, recipient: str, people: Collection[str], *, at: datetime
) -> None:
    """Tell the people behind a recipient of a task of theirs, once for each kind; the record says nothing of it."""
    same = {"instance_id": row.id, "event": row.events, "at": at, "kind": kind}
    if people:
        add(session, _ADD_NOTICE, [{**same, "person": person} for person in people])
    message = _message(row, row.events, recipient, kind, at)
    add(session, _ADD_MESSAGE, [{**message, "key": f"{task}.{kind}.{recipient}"}])


def tell_apart(session: Session, change: str, number: int, people: Mapping[str, str], *, at: datetime) -> None:
    """Tell people, of a kind each, what is in no request's record.

    ``change`` names the change among all others, ``number`` is its own among those of its kind.
    """
    if not people:
        return
    notice, message = {"instance_id": None, "event": number, "at": at}, {"instance_id": None, "body": str(number)}
    add(session, _ADD_NOTICE, [{**notice, "person": person, "kind": kind} for person, kind in people.items()])
    recipients = {f"person:{person}": kind for person, kind in people.items()}
    same = {**message, "due": at, "tries": 0}
    rows = [{**same, "key": f"{change}.{to}", "kind": kind, "recipient": to} for to, kind in recipients.items()]
    add(session, _ADD_MESSAGE, rows)


def _message(row: Any, number: int, recipient: str, kind: str, due: datetime) -> dict[str, Any]:
    return {
        "key": f"{row.id}.{number}.{recipient}",
        "kind": kind,
        "recipient": recipient,
        "instance_id": row.id,
        "body": str(number),
        "due": due,
        "tries": 0,
    }


def add(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one alone goes the short way, which a list of one would not."""
    session.execute(statement, rows[0] if len(rows) == 1 else rows)
