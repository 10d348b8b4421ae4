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
from workflows.positions import Person
from workflows.privacy.model import LegalHold

LONGEST_REASON = 300
"""Characters."""

_HOLDS = table(LegalHold).c
_IN_FORCE = _HOLDS.lifted_at.is_(None)


def hold(session: Session, who: str, reason: str, *, by: str, now: datetime) -> None:
    """Keep a request (by its number), or all of a person's (by their NIP), from being erased.

    Raises `Refused` under ``who`` and ``reason``.
    """
    meant, why = _meant(session, "".join(who.split())[:40]), " ".join(reason.split())
    problems = {"who": [_NOBODY]} if meant is None else {}
    problems |= {"reason": [_REASON_WANTED]} if not 0 < len(why) <= LONGEST_REASON else {}
    if meant is None or problems:
        raise Refused(problems)
    person, instance = meant
    line = {"person": person, "instance_id": instance, "reason": why, "by": by, "at": now}
    session.execute(insert(table(LegalHold)).values(**line))


def _meant(session: Session, who: str) -> tuple[str, UUID | None] | None:
    """Whose, and which request if it was the number of one."""
    person = session.scalar(select(Person.id).where(Person.nip == who))
    if person is not None:
        return person, None
    of_request = select(INSTANCES.subject, INSTANCES.id).where(INSTANCES.reference == who.upper())
    found = session.execute(of_request).one_or_none()
    return None if found is None else (found.subject, found.id)


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
_NOBODY = Text(
    "Tidak ada pegawai dengan NIP ini, atau permohonan dengan nomor ini. Periksa lagi.",
    "There is no employee with this NIP, nor a request with this number. Check it again.",
)
_LIFTED = Text("Penahanan ini sudah diakhiri.", "This hold has ended already.")
