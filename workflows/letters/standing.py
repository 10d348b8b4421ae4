"""How letters stand: for the request's page, for whoever keeps letters, and for the public.

The same words are used everywhere. What is public names no type of leave, no reason and no illness.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actor import Actor
from engine.db import Document, Instance
from engine.errors import NotFound, Text
from workflows.letters.lifecycle import REASONS
from workflows.letters.model import (
    ALPHABET,
    CODE_LENGTH,
    MADE,
    REVOKED,
    SIGNED,
    UNNUMBERED,
    VOID,
    WAITING,
    Letter,
    LetterNumber,
)
from workflows.positions import Person

WORDS: Mapping[str, Text] = {
    WAITING: Text("Disetujui, surat sedang dibuat", "Approved, the letter is being made"),
    UNNUMBERED: Text("Disetujui, surat menunggu nomor", "Approved, the letter waits for a number"),
    MADE: Text("Disetujui, surat menunggu tanda tangan", "Approved, the letter waits for its signature"),
    SIGNED: Text("Disetujui, surat sudah ditandatangani", "Approved, the letter is signed"),
    REVOKED: Text("Surat tidak berlaku lagi", "The letter is no longer valid"),
    VOID: Text("Surat tidak jadi dibuat", "The letter was not made"),
}
"""What a letter's state is called on every page and in every notice."""

PUBLIC: Mapping[str, Text] = {
    MADE: Text("Menunggu tanda tangan", "Waits for its signature"),
    SIGNED: Text("Berlaku", "Valid"),
}
OPEN = (UNNUMBERED, WAITING, MADE)
"""The states in which somebody still has to do something, in the order in which they are listed."""
A_PAGE = 50

_REPLACEMENT, _ITS_NUMBER = aliased(Letter), aliased(LetterNumber)


@dataclass(frozen=True)
class Standing:
    """A letter as its request's page and the keepers of letters see it."""

    id: int
    instance: UUID
    reference: str
    kind: str
    office: str
    status: str
    words: Text
    number: str | None
    code: str
    name: str
    issued_on: date | None
    due: datetime
    document: UUID | None
    scan: UUID | None
    sealed: bool
    replaced_by: str | None
    erased: bool
    """Whether its file is kept no longer; its line in the register is."""

    @property
    def public(self) -> bool:
        """Whether the public page knows it."""
        return self.document is not None


@dataclass(frozen=True)
class PublicLetter:
    """All that is told to whoever holds a letter's code."""

    number: str
    name: str
    unit: str
    issued_on: date
    first: date | None
    last: date | None
    words: Text
    valid: bool
    replaced_by: str | None


def of_instances(session: Session, instances: Collection[UUID]) -> Mapping[UUID, Standing]:
    """The newest letter of each instance that has one, else the newest about it, by one statement."""
    if not instances:
        return {}
    touching = or_(Letter.instance.in_(instances), Letter.about.in_(instances))
    rows = session.execute(_standings().where(touching, Letter.status != VOID).order_by(Letter.id)).all()
    about = {row.Letter.about: _standing(row) for row in rows}
    return about | {row.Letter.instance: _standing(row) for row in rows}


def keeps(actor: Actor) -> ColumnElement[bool]:
    """Letters that the actor looks after: issued by a unit of theirs or about its staff; never their own."""
    units = sorted(actor.oversees)
    return and_(Letter.person != actor.person, or_(Letter.office.in_(units), Letter.unit.in_(units)))


def kept_by(session: Session, actor: Actor, *, status: str | None, before: int | None) -> Sequence[Standing]:
    """A page and one more of the letters that the actor looks after, newest first; ``status`` None: the open ones."""
    wanted = _standings().where(keeps(actor), Letter.status.in_(OPEN) if status is None else Letter.status == status)
    if before is not None:
        wanted = wanted.where(Letter.id < before)
    return [_standing(row) for row in session.execute(wanted.order_by(Letter.id.desc()).limit(A_PAGE + 1))]


def for_keeper(session: Session, actor: Actor, letter_id: int) -> Letter:
    """A letter for somebody who looks after it, locked. Raises `NotFound`."""
    wanted = select(Letter).where(Letter.id == letter_id, keeps(actor)).with_for_update()
    letter = session.scalars(wanted).one_or_none()
    if letter is None:
        raise NotFound
    return letter


def shown_to_keeper(session: Session, actor: Actor, letter_id: int) -> Standing:
    """A letter as its keeper's page shows it. Raises `NotFound`."""
    row = session.execute(_standings().where(Letter.id == letter_id, keeps(actor))).one_or_none()
    if row is None:
        raise NotFound
    return _standing(row)


def public(session: Session, typed: str) -> PublicLetter | None:
    """What the public may know of the letter with a code, as it was typed; None for any other code."""
    code = "".join(c for c in typed.upper() if c in ALPHABET)
    if len(code) != CODE_LENGTH:
        return None
    found = _standings().where(Letter.code == code, Letter.document.is_not(None))
    row = session.execute(found).one_or_none()
    return None if row is None else _public(row)


def _standings() -> Select[Letter, str, str, str, str, bool]:
    return (
        select(
            Letter,
            LetterNumber.text.label("number"),
            Instance.reference,
            _ITS_NUMBER.text.label("replacement"),
            Person.name.label("whose"),
            and_(Letter.document.is_not(None), Document.content.is_(None)).label("erased"),
        )
        .join(Instance, Instance.id == Letter.instance)
        .join(Person, Person.id == Letter.person)
        .outerjoin(Document, Document.id == Letter.document)
        .outerjoin(LetterNumber, LetterNumber.id == Letter.number)
        .outerjoin(_REPLACEMENT, and_(_REPLACEMENT.id == Letter.replaced_by, _REPLACEMENT.document.is_not(None)))
        .outerjoin(_ITS_NUMBER, _ITS_NUMBER.id == _REPLACEMENT.number)
    )


def _standing(row: Row[Letter, str, str, str, str, bool]) -> Standing:
    letter: Letter = row.Letter
    return Standing(
        letter.id,
        letter.instance,
        row.reference,
        letter.kind,
        letter.office,
        letter.status,
        _words(letter),
        row.number,
        letter.code,
        letter.name or row.whose,
        letter.issued_on,
        letter.due,
        letter.document,
        letter.scan,
        letter.sealed,
        row.replacement,
        row.erased,
    )


def _words(letter: Letter) -> Text:
    words = WORDS[letter.status]
    why = REASONS.get(letter.reason or "")
    return Text(f"{words.id}: {why.id}", f"{words.en}: {why.en}") if letter.status == REVOKED and why else words


def _public(row: Row[Letter, str, str, str, str, bool]) -> PublicLetter:
    letter: Letter = row.Letter
    assert letter.issued_on is not None
    gone = REASONS.get(letter.reason or "", WORDS[REVOKED])
    return PublicLetter(
        row.number,
        letter.name or "",
        letter.unit_name or "",
        letter.issued_on,
        letter.first,
        letter.last,
        PUBLIC.get(letter.status, gone),
        letter.status == SIGNED,
        row.replacement,
    )
