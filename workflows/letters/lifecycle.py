"""What happens to a letter: it is asked for, taken back, made, signed, revoked, replaced.

All of it works in the caller's transaction. A letter is asked for when it is decided; the worker makes it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db import Message
from engine.errors import Text
from workflows.letters.model import (
    MADE,
    REVOKED,
    SIGNED,
    UNNUMBERED,
    VOID,
    WAITING,
    Letter,
    LetterNumber,
    new_code,
)

MESSAGE = "letter"
"""The kind of the outbox message that has a letter made."""

REASONS: Mapping[str, Text] = {
    "cancelled": Text("Dibatalkan", "Cancelled"),
    "recalled": Text("Dipanggil kembali", "Recalled"),
    "shortened": Text("Diakhiri lebih awal", "Ended early"),
    "interrupted": Text("Dihentikan", "Stopped"),
    "changed": Text("Diubah", "Changed"),
}
"""Why a letter is no longer valid. The words are public: none of them tells of an illness."""


def issue(
    session: Session,
    *,
    instance: UUID,
    kind: str,
    person: str,
    unit: str,
    now: datetime,
    due: datetime,
    about: UUID | None = None,
) -> Letter:
    """Ask for a letter of an instance; the worker makes it at ``due``, when the decision can no longer be taken back.

    ``kind``: one of `workflows.flows.letters`. ``about``: the instance that it speaks of, if another. Asking again
    for the same letter changes nothing.
    """
    same = select(Letter).where(Letter.instance == instance, Letter.kind == kind, Letter.status != VOID)
    if (letter := session.scalars(same).first()) is not None:
        return letter
    letter = Letter(
        instance=instance,
        about=about or instance,
        kind=kind,
        person=person,
        unit=unit,
        office=unit,
        status=WAITING,
        code=new_code(),
        due=due,
    )
    session.add(letter)
    session.flush()
    queue(session, letter, due)
    return letter


def take_back(session: Session, *, instance: UUID) -> None:
    """Forget the letters of an instance whose decision is taken back; those that have a number are left alone."""
    pending = (Letter.instance == instance, Letter.number.is_(None), Letter.status.in_((WAITING, UNNUMBERED)))
    for letter in session.scalars(select(Letter).where(*pending)).all():
        session.execute(delete(Message).where(Message.kind == MESSAGE, Message.body == str(letter.id)))
        session.delete(letter)
    session.flush()


def revoke(session: Session, *, instance: UUID, reason: str, now: datetime) -> None:
    """Take their validity from all letters about an instance; ``reason``: a key of `REASONS`.

    A number whose letter was not made yet stays taken, with the reason beside it.
    """
    _revoke(session, instance, reason, now, by=None)


def replace(
    session: Session,
    *,
    instance: UUID,
    reason: str,
    by: UUID,
    kind: str,
    person: str,
    unit: str,
    now: datetime,
    due: datetime,
) -> Letter:
    """Revoke the letters about ``instance`` and ask for the one of ``by``, the instance that changed it."""
    letter = issue(session, instance=by, kind=kind, person=person, unit=unit, now=now, due=due, about=instance)
    _revoke(session, instance, reason, now, by=letter)
    return letter


def queue(session: Session, letter: Letter, due: datetime) -> None:
    """Have the worker look at a letter at ``due``."""
    session.add(
        Message(
            key=f"letter.{letter.id}.{uuid4().hex}",
            kind=MESSAGE,
            recipient="",
            instance_id=letter.instance,
            body=str(letter.id),
            due=due,
        )
    )


def _revoke(session: Session, instance: UUID, reason: str, now: datetime, *, by: Letter | None) -> None:
    if reason not in REASONS:
        raise ValueError(f"no reason for revoking a letter: {reason!r}")
    valid = (Letter.about == instance, Letter.status.in_((WAITING, UNNUMBERED, MADE, SIGNED)))
    for letter in session.scalars(select(Letter).where(*valid).with_for_update()).all():
        if by is not None and letter.id == by.id:
            continue
        if letter.status in (WAITING, UNNUMBERED) and letter.number is not None:
            session.get_one(LetterNumber, letter.number).reason = REASONS[reason].id
        letter.status, letter.reason, letter.revoked_at = REVOKED, reason, now
        letter.replaced_by = by.id if by is not None else None
    session.flush()
