"""Who has read which version of the notice on personal data, and what must not be erased for a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
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
