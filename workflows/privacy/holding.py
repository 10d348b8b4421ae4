"""Legal holds: while a case needs them, a person's requests and files are not erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.db import table
from engine.errors import Conflict, Refused, Text
from workflows.privacy.model import LegalHold

LONGEST_REASON = 300
"""Characters."""

_HOLDS = table(LegalHold).c
_IN_FORCE = _HOLDS.lifted_at.is_(None)


def hold(session: Session, person: str, instance: UUID | None, reason: str, *, by: str, now: datetime) -> None:
    """Keep a request of a person, or (None) all of theirs, from being erased. Raises `Refused` under ``reason``."""
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise Refused({"reason": [_REASON_WANTED]})
    line = {"person": person, "instance_id": instance, "reason": why, "by": by, "at": now}
    session.execute(insert(table(LegalHold)).values(**line))


def lift(session: Session, hold: int, *, by: str, now: datetime) -> None:
    """End a hold. Raises `Conflict` when it has been lifted before, or never was."""
    ended = update(table(LegalHold)).where(_HOLDS.id == hold, _IN_FORCE).values(lifted_by=by, lifted_at=now)
    if session.execute(ended.returning(_HOLDS.id)).scalar() is None:
        raise Conflict(_LIFTED)


def in_force(session: Session) -> Sequence[Any]:
    """The holds of today, newest first, each with the ``reference`` of its request (None: all of the person's)."""
    wanted = select(table(LegalHold), INSTANCES.reference).outerjoin_from(
        table(LegalHold), INSTANCES.id.table, INSTANCES.id == _HOLDS.instance_id
    )
    return session.execute(wanted.where(_IN_FORCE).order_by(_HOLDS.id.desc())).all()


def is_held() -> ColumnElement[bool]:
    """Whether an instance of the statement around it is under a hold."""
    of_it = or_(_HOLDS.instance_id.is_(None), _HOLDS.instance_id == INSTANCES.id)
    return exists().where(_HOLDS.person == INSTANCES.subject, of_it, _IN_FORCE)


def held(session: Session, instance: UUID) -> bool:
    """Whether a request is under a hold."""
    return bool(session.scalar(select(is_held()).select_from(INSTANCES.id.table).where(INSTANCES.id == instance)))


_REASON_WANTED = Text(
    "Tulis alasannya, misalnya nomor perkara, paling banyak 300 huruf.",
    "Write why, such as the number of the case, 300 letters at most.",
)
_LIFTED = Text("Penahanan ini sudah diakhiri.", "This hold has ended already.")
