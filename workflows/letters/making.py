"""How a letter is made, in two transactions around its rendering: it gets its number, then its document.

Whoever is killed between the two finds the same number again and makes the same letter; nothing is made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.db import Instance, Message, Notice
from engine.uploads import Upload
from workflows.letters import numbers
from workflows.letters.content import Content, Kind
from workflows.letters.model import MADE, SIGNED, UNNUMBERED, WAITING, Letter, Letterhead, LetterNumber
from workflows.positions import Unit
from workflows.wording import plain_date

DOCUMENT, SCAN = "letter", "letter_signed"
"""The kinds of documents that a letter has: as it was made, and as it was signed on paper."""
PDF = "application/pdf"

Zone = Callable[[Session, str, datetime], tzinfo]
"""The time zone of a unit."""


@dataclass(frozen=True)
class Order:
    """A letter to be rendered: its template's data, and the moment that it bears."""

    letter: int
    instance: UUID
    kind: str
    code: str
    data: Mapping[str, Any]
    at: datetime


def order(
    session: Session, letter_id: int, *, kinds: Mapping[str, Kind], zone: Zone, owner: str, now: datetime
) -> Order | None:
    """Give a letter its number and say what is to be rendered; None if there is nothing to make, or no number left.

    ``owner``: the name of the government, for the letterhead.
    """
    letter = session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.status not in (WAITING, UNNUMBERED):
        return None
    content = kinds[letter.kind].write(session, letter)
    letter.office = content.office
    if letter.number is None:
        day = now.astimezone(zone(session, letter.office, now)).date()
        taken = numbers.take_next(session, letter.office, day, now)
        letter.status = UNNUMBERED if taken is None else WAITING
        if taken is None:
            return None
        letter.number, letter.issued_on = taken.id, day
    letter.name, letter.unit_name = content.name, content.unit_name
    letter.first, letter.last = content.first, content.last
    session.flush()
    return _order(session, letter, content, owner)


def keep(session: Session, letter_id: int, pdf: bytes, *, sealed: bool, signs: bool, now: datetime) -> None:
    """Keep the rendered letter, if it is still waited for. ``signs``: it is signed by this, not only sealed."""
    letter = session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.status != WAITING or letter.number is None:
        return
    number = session.get_one(LetterNumber, letter.number)
    name = f"Surat {number.text.replace('/', '-')}.pdf"
    letter.document = documents.add(
        session, instance=letter.instance, kind=DOCUMENT, name=name, media_type=PDF, content=pdf, now=now
    )
    letter.status, letter.made_at, letter.sealed = SIGNED if signs else MADE, now, sealed
    letter.signed_at = now if signs else None
    _tell(session, letter, "letter_signed" if signs else "letter_made", now)


def keep_scan(session: Session, letter: Letter, scan: Upload, *, by: str, now: datetime) -> None:
    """Put the letter on record as it was signed and stamped; the applicant is told. The file was looked at before."""
    letter.scan = documents.add(
        session,
        instance=letter.instance,
        kind=SCAN,
        name=scan.name,
        media_type=scan.media_type,
        content=scan.content,
        now=now,
    )
    letter.status, letter.signed_at, letter.signed_by = SIGNED, now, by
    _tell(session, letter, "letter_signed", now)


def give_number(session: Session, letter: Letter, said: str, *, by: str, zone: tzinfo, now: datetime) -> None:
    """Number a letter with what an officer read in the agenda. Raises `Refused`."""
    day = now.astimezone(zone).date()
    letter.number = numbers.take_typed(session, letter.office, day, said, by=by, now=now).id
    letter.issued_on, letter.status = day, WAITING


def _order(session: Session, letter: Letter, content: Content, owner: str) -> Order:
    assert letter.number is not None
    assert letter.issued_on is not None
    number = session.get_one(LetterNumber, letter.number)
    head = session.get(Letterhead, letter.office)
    data = {
        "kind": letter.kind,
        "number": number.text,
        "date": plain_date(letter.issued_on).id,
        "day": letter.issued_on.isoformat(),
        "place": head.place if head else "",
        "code": grouped(letter.code),
        "government": owner,
        "office": {
            "name": session.get_one(Unit, letter.office).name,
            "address": head.address.splitlines() if head else [],
        },
        **content.data,
    }
    return Order(letter.id, letter.instance, letter.kind, letter.code, data, number.at)


def grouped(code: str) -> str:
    """A code as it is read and typed: 7F3K-9QXA-…"""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _tell(session: Session, letter: Letter, kind: str, now: datetime) -> None:
    """One notice and one mail for the person whose letter it is."""
    event = session.scalars(select(Instance.events).where(Instance.id == letter.instance)).one()
    session.add(Notice(person=letter.person, instance_id=letter.instance, event=event, kind=kind, at=now))
    session.add(
        Message(
            key=f"{kind}.{letter.scan or letter.document}",
            kind=kind,
            recipient=f"person:{letter.person}",
            instance_id=letter.instance,
            body=str(event),
            due=now,
        )
    )
