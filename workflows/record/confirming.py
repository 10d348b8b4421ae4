"""“Data sudah sesuai”: a person looked at a history of theirs and found it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import table
from engine.errors import Conflict, Text
from workflows.record import rows
from workflows.record.model import RecordConfirmed
from workflows.record.rows import Record

_CONFIRMED = table(RecordConfirmed).c


@dataclass(frozen=True)
class Confirmed:
    """When a person last found a history right, and whether it still says what they saw."""

    at: datetime
    holds: bool


def confirmed(session: Session, record: Record) -> dict[str, Confirmed]:
    """The last confirmation of each history that has one."""
    wanted = select(_CONFIRMED.history, _CONFIRMED.at, _CONFIRMED.digest).where(_CONFIRMED.person == record.person)
    found = session.execute(wanted.order_by(_CONFIRMED.at))
    return {row.history: Confirmed(row.at, row.digest == rows.digest(record, row.history)) for row in found}


def confirm(session: Session, record: Record, history: str, seen: str, now: datetime) -> None:
    """Write down that the person of a record finds a history right, as it was when they looked.

    ``seen``: the digest of what their page showed. Raises `Conflict` if it says something else by now.
    """
    if seen != rows.digest(record, history):
        raise Conflict(_CHANGED)
    session.add(RecordConfirmed(person=record.person, history=history, at=now, digest=seen))
    session.flush()


_CHANGED = Text(
    "Data ini baru saja berubah. Lihat sekali lagi sebelum menyatakannya sesuai.",
    "This has just changed. Look at it once more before you say that it is right.",
)
