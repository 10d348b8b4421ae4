"""What happens to a letter: it is asked for, taken back, made, signed, revoked, replaced.

All of it works in the caller's transaction. A letter is asked for when it is decided; the worker makes it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from engine.db import Message
from engine.errors import Conflict, Refused, Text
from workflows.letters import numbers
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
from workflows.positions import Person, Unit

MESSAGE = "letter"
"""The kind of the outbox message that has a letter made."""

REASONS: Mapping[str, Text] = {
    "cancelled": Text("Dibatalkan", "Cancelled"),
    "recalled": Text("Dipanggil kembali", "Recalled"),
    "shortened": Text("Diakhiri lebih awal", "Ended early"),
    "interrupted": Text("Diubah", "Changed"),
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


def take_back(session: Session, *, instance: UUID, due: datetime | None) -> None:
    """Forget the letters of a decision that is taken back, and give those that they replaced their force.

    ``due``: when they were to be made, which tells them from letters of earlier decisions in the same instance. Of
    letters on paper the record goes, and the number with it. Raises `Conflict` when one has its number already.
    """
    on_record = (Letter.instance == instance, Letter.document == Letter.scan, Letter.status == SIGNED)
    for letter in session.scalars(select(Letter).where(*on_record)).all():
        number = session.get_one(LetterNumber, letter.number)
        session.delete(letter)
        session.flush()
        session.delete(number)
    own = (Letter.instance == instance, Letter.due == due)
    for letter in session.scalars(select(Letter).where(*own).with_for_update()).all():
        if letter.number is not None:
            raise Conflict(_NUMBERED)
        for replaced in session.scalars(select(Letter).where(Letter.replaced_by == letter.id)).all():
            _restore(session, replaced)
        session.flush()
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


def on_paper(
    session: Session,
    *,
    instance: UUID,
    kind: str,
    person: str,
    unit: str,
    number: str,
    issued_on: date,
    span: tuple[date, date] | None,
    scan: UUID,
    by: str,
    now: datetime,
) -> Letter:
    """Put a letter on record that was written, numbered and signed on paper. Raises `Refused` under ``number``.

    ``number``: as it stands on the letter, or its place in the unit's agenda. ``scan``: a document of the instance.
    """
    taken = numbers.take_typed(session, unit, issued_on, number, by=by, now=now)
    who, where = session.get_one(Person, person), session.get_one(Unit, unit)
    first, last = span or (None, None)
    letter = Letter(
        instance=instance,
        about=instance,
        kind=kind,
        person=person,
        unit=unit,
        office=unit,
        status=SIGNED,
        code=new_code(),
        due=now,
        number=taken.id,
        issued_on=issued_on,
        name=who.name,
        unit_name=where.name,
        first=first,
        last=last,
        document=scan,
        scan=scan,
        made_at=now,
        signed_at=now,
        signed_by=by,
    )
    session.add(letter)
    session.flush()
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


def queue_unnumbered(session: Session, unit: str, now: datetime) -> None:
    """Have the worker look at the letters of a unit, and of those under it, that found no number."""
    below = select(Unit.id).where(Unit.id == unit).cte("below", recursive=True)
    below = below.union_all(select(Unit.id).join(below, Unit.parent == below.c.id))
    waiting = (Letter.status == UNNUMBERED, Letter.office.in_(select(below.c.id)))
    for letter in session.scalars(select(Letter).where(*waiting)).all():
        queue(session, letter, max(now, letter.due))


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


def _restore(session: Session, letter: Letter) -> None:
    """Put a revoked letter back into the state that it had; one that was not made yet is made after all."""
    made = SIGNED if letter.signed_at is not None else MADE
    letter.status = made if letter.document is not None else WAITING
    letter.reason = letter.revoked_at = letter.replaced_by = None
    if letter.document is None:
        queue(session, letter, letter.due)
        if letter.number is not None:
            session.get_one(LetterNumber, letter.number).reason = None


def give_up(session: Session, letter: Letter, reason: str, *, by: str) -> None:
    """Give up a letter that is not made yet; its number stays taken, with the reason beside it.

    Raises `Conflict`, `Refused`.
    """
    if letter.status not in (WAITING, UNNUMBERED):
        raise Conflict(_NOT_OPEN)
    if not reason.strip():
        raise Refused({"reason": [_REASON_MISSING]})
    letter.status = VOID
    if letter.number is not None:
        number = session.get_one(LetterNumber, letter.number)
        number.reason, number.reason_by = reason.strip()[:500], by


def ask_again(session: Session, letter: Letter, now: datetime) -> Letter:
    """Ask once more for a letter that was given up; it gets a number of its own, and no sooner than the first.

    Raises `Conflict` for one that was not given up, or once another letter speaks of the same matter.
    """
    newer = (Letter.about == letter.about, Letter.id > letter.id, Letter.status != VOID)
    another = or_(Letter.instance != letter.instance, Letter.kind != letter.kind)
    if letter.status != VOID or session.scalar(select(exists().where(*newer, another))):
        raise Conflict(_NOT_AGAIN)
    return issue(
        session,
        instance=letter.instance,
        kind=letter.kind,
        person=letter.person,
        unit=letter.unit,
        now=now,
        due=max(now, letter.due),
        about=letter.about,
    )


_NOT_AGAIN = Text(
    "Surat ini tidak dapat diminta lagi: masih berlaku, atau sudah ada surat yang lebih baru tentang cuti yang sama.",
    "This letter cannot be asked for again: it still stands, or there is a newer one about the same leave.",
)
_NUMBERED = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: suratnya sudah bernomor.",
    "This decision can no longer be taken back: its letter has its number.",
)
_NOT_OPEN = Text(
    "Surat ini sudah dibuat atau tidak berlaku lagi. Muat ulang halaman.",
    "This letter has been made or is no longer valid. Reload the page.",
)
_REASON_MISSING = Text("Isi alasan surat ini tidak jadi dibuat.", "Enter why this letter is not made.")
