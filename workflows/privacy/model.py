"""Who has read which version of the notice on personal data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class NoticeAck(Base):
    """A version of the notice that a person has confirmed to have read, and in which language they read it."""

    __tablename__ = "notice_ack"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
