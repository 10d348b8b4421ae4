"""The tables of letters and of their numbers."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base

WAITING, UNNUMBERED, MADE, SIGNED, REVOKED, VOID = "waiting", "unnumbered", "made", "signed", "revoked", "void"

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters and digits: none looks like another."""
CODE_LENGTH = 20
"""Characters of a code, five random bits each: 100 bits."""


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class Letterhead(Base):
    """What stands above and below a unit's letters: its address, a line each, and the place it writes from."""

    __tablename__ = "letterhead"

    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(80))


class NumberSeries(Base):
    """A unit's letter numbers of one year: the row that whoever takes a number locks, last of all.

    ``format``: how a number is written, with ``{number}``, ``{unit}``, ``{month}`` and ``{year}``.
    """

    __tablename__ = "number_series"

    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(String(80))


class NumberBlock(Base):
    """Numbers of the agenda that were given to a unit: ``first`` to ``last``; ``following``: the next to take."""

    __tablename__ = "number_block"
    __table_args__ = (Index("ix_number_block_unit", "unit", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    following: Mapped[int]
    given_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class LetterNumber(Base):
    """A number that is taken, for ever. ``number``: its place in the agenda, None where it stands in another's.

    ``reason``: why there is no letter under it, where there is none.
    """

    __tablename__ = "letter_number"
    __table_args__ = (UniqueConstraint("unit", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    number: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(120), unique=True)
    """The number as it is printed."""
    taken_by: Mapped[str | None] = mapped_column(String(64))
    """The officer who typed it; None: it was the next of a block."""
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    reason_by: Mapped[str | None] = mapped_column(String(64))


class Letter(Base):
    """A letter of an instance.

    States: ``waiting`` (to be made), ``unnumbered`` (no number is left, an officer gives one), ``made`` (waits for
    the signature), ``signed``, ``revoked`` (no longer valid) and ``void`` (given up before it was made).
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_instance", "instance"),
        Index("ix_letter_about", "about"),
        Index("ix_letter_office", "office", "status"),
        Index("ix_letter_unit", "unit", "status"),
        Index(
            "uq_letter_kind",
            "instance",
            "kind",
            unique=True,
            sqlite_where=text("status <> 'void'"),
            postgresql_where=text("status <> 'void'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance: Mapped[UUID]
    """The request whose letter this is."""
    about: Mapped[UUID]
    """The request that the letter speaks of: itself, or the one that it changes."""
    kind: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    """The person's unit."""
    office: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    """The unit that issues the letter, under a number of its own."""
    status: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(32), unique=True)
    """What the public page is found by; at least 80 random bits."""
    due: Mapped[datetime]
    """Before this moment the decision may still be taken back, and the letter with it."""
    number: Mapped[int | None] = mapped_column(ForeignKey("letter_number.id"), unique=True)
    issued_on: Mapped[date | None]
    """The date on the letter."""
    name: Mapped[str | None] = mapped_column(String(200))
    unit_name: Mapped[str | None] = mapped_column(String(200))
    first: Mapped[date | None]
    last: Mapped[date | None]
    """Name, unit and dates as the letter says them, from when it was made."""
    document: Mapped[UUID | None]
    scan: Mapped[UUID | None]
    """The letter as it was signed and stamped on paper."""
    sealed: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None] = mapped_column(String(64))
    """Who put the signed letter on record; None: it was signed electronically when it was made."""
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why it is no longer valid: a key of `lifecycle.REASONS`."""
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
