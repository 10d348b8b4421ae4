"""Who is told of a change: one notice per change and person, none for one's own acts; mail goes through the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from engine.db import Message, Notice, table

if TYPE_CHECKING:
    from engine.run import Run

_ADD_NOTICE, _ADD_MESSAGE = insert(table(Notice)), insert(table(Message))


def tell(run: Run, created: Sequence[Mapping[str, Any]], status: str) -> None:
    """One notice per change and person, none for one's own acts; mail goes through the outbox."""
    event = run.row.events + 1
    told = _parties_told(run, created, status)
    if told:
        kind = "ended" if status == "ended" else "returned"
        row = {"instance_id": run.row.id, "event": event, "kind": kind, "at": run.now}
        add(run.session, _ADD_NOTICE, [{**row, "person": person} for person in told])
    recipients = dict.fromkeys((t["principal"] for t in created), "task")  # who gets two tasks is told once
    recipients |= {f"person:{person}": kind for person in told}
    if run.actor is not None:
        recipients.pop(f"person:{run.actor.person}", None)
    work = {**recipients, "": "seal"}
    add(run.session, _ADD_MESSAGE, [_message(run, recipient, what, event) for recipient, what in work.items()])


def _parties_told(run: Run, created: Sequence[Mapping[str, Any]], status: str) -> list[str]:
    parties = {run.row.subject, run.row.starter}
    returned = any(t["principal"] == f"person:{run.row.subject}" for t in created)
    if status != "ended" and not (returned and run.row.events):
        return []
    return sorted(parties - {run.actor.person if run.actor else ""})


def _message(run: Run, recipient: str, kind: str, event: int) -> dict[str, Any]:
    return {
        "key": f"{run.row.id}.{event}.{recipient}",
        "kind": kind,
        "recipient": recipient,
        "instance_id": run.row.id,
        "body": str(event),
        "due": run.now,
        "tries": 0,
    }


def add(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one alone goes the short way, which a list of one would not."""
    session.execute(statement, rows[0] if len(rows) == 1 else rows)
