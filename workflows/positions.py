"""Units, posts, who holds them and who acts in them: the tables."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base

ANYWHERE = "*"
"""The unit of a role that is held for the whole office."""


class Unit(Base):
    """A department (perangkat daerah) or a part of one. ``week``: 5 or 6 working days."""

    __tablename__ = "unit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    zone: Mapped[str] = mapped_column(String(40))
    week: Mapped[int]


class Person(Base):
    """A member of staff. ``kind``: PNS, CPNS, PPPK, or NEGARA for an elected officer (who has no leave here)."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    nip: Mapped[str] = mapped_column(String(18), unique=True)
    """What one signs in with; an elected officer has no NIP and signs in with the post's name."""
    nik: Mapped[str | None] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    sex: Mapped[str | None] = mapped_column(String(1))
    born: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(8))
    grade: Mapped[str | None] = mapped_column(String(8))
    service_start: Mapped[date | None]
    contract_years: Mapped[int | None]
    """Length of the contract of PPPK staff; what may be carried over hangs on it."""
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
    """The contract of PPPK staff as it runs now, where it is on record."""
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str | None] = mapped_column(String(200))


class Position(Base):
    """A post. ``level``: REGENT, II.a, II.b, III.a, III.b, IV.a, IV.b, JF, PELAKSANA or SCHOOL."""

    __tablename__ = "position"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    reports_to: Mapped[str | None] = mapped_column(ForeignKey("position.id"))
    level: Mapped[str] = mapped_column(String(12))


class Holding(Base):
    """A person in a post of their own, from ``first`` to ``last`` (both included; None: until further notice)."""

    __tablename__ = "holding"
    __table_args__ = (Index("ix_holding_person", "person"), Index("ix_holding_position", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    position: Mapped[str] = mapped_column(ForeignKey("position.id"))
    first: Mapped[date]
    last: Mapped[date | None]


class RoleHolder(Base):
    """A role of the catalogue that goes with a post, in a unit or (``*``) for the whole office."""

    __tablename__ = "role_holder"
    __table_args__ = (Index("ix_role_holder_position", "position"),)

    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[str] = mapped_column(ForeignKey("position.id"), primary_key=True)


class Acting(Base):
    """A person who acts in another's post by decree. ``kind``: Plh or Plt.

    ``excluded`` and ``only`` are matters between spaces; ``only`` None means all but the excluded.
    """

    __tablename__ = "acting"
    __table_args__ = (Index("ix_acting_person", "person"), Index("ix_acting_position", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    position: Mapped[str] = mapped_column(ForeignKey("position.id"))
    kind: Mapped[str] = mapped_column(String(4))
    decree: Mapped[str] = mapped_column(String(120))
    decree_on: Mapped[date | None]
    """The date of the decree; None where it was entered before that was asked for."""
    first: Mapped[date]
    last: Mapped[date]
    """Before ``first``: called off before it began."""
    excluded: Mapped[str] = mapped_column(Text, default="")
    only: Mapped[str | None] = mapped_column(Text)
