"""What data protection keeps: notices read, what must not be erased or used for a time, and breaches."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class NoticeAck(Base):
    """A version of the notice that a person has confirmed to have read, and in which language they read it."""

    __tablename__ = "notice_ack"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]


class LegalHold(Base):
    """What must not be erased for a time: of one request of a person, or (``instance_id`` None) of all of theirs.

    ``reason``: the case that needs it. It holds until ``lifted_at``.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_person", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]


class ProcessingLimit(Base):
    """What is not to be used of a person's data until ``lifted_at``, as the request says that asked for it."""

    __tablename__ = "processing_limit"
    __table_args__ = (
        Index(
            "ix_processing_limit_person",
            "person",
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(64))


class Breach(Base):
    """A breach in the register: what, when, how, whose; who was told when; how it was mended.

    ``kinds``: of data, as the form has them, each between spaces. Nothing of it names a person.
    """

    __tablename__ = "breach"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    at: Mapped[datetime]
    """When it was found to be one."""
    revealed: Mapped[str] = mapped_column(Text)
    kinds: Mapped[str] = mapped_column(String(120))
    happened_on: Mapped[date]
    how: Mapped[str] = mapped_column(Text)
    whose: Mapped[str] = mapped_column(Text)
    people: Mapped[int]
    handling: Mapped[str] = mapped_column(Text)
    is_public: Mapped[bool]
    """Whether the public is told, too."""
    subjects_on: Mapped[date | None]
    subjects_by: Mapped[str | None] = mapped_column(String(10))
    institution_on: Mapped[date | None]
    institution_number: Mapped[str | None] = mapped_column(String(60))
    public_by: Mapped[str | None] = mapped_column(String(120))
    told_at: Mapped[datetime | None]
    """When the notices were entered."""
    cause: Mapped[str | None] = mapped_column(Text)
    recovery: Mapped[str | None] = mapped_column(Text)
    prevention: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
