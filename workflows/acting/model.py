"""What was decided about acting officers: a line for each act, which nothing ever changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base

APPOINTED, EXTENDED, ENDED = "appointed", "extended", "ended"


class ActingChange(Base):
    """One act about an appointment: append-only. ``kind``: appointed, extended or ended.

    ``decree``, ``first`` and ``last`` are what holds since; ``reason`` is given where somebody stops earlier.
    """

    __tablename__ = "acting_change"
    __table_args__ = (Index("ix_acting_change_acting", "acting", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    acting: Mapped[int] = mapped_column(ForeignKey("acting.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    decree: Mapped[str] = mapped_column(String(120))
    decree_on: Mapped[date | None]
    first: Mapped[date]
    last: Mapped[date]
    excluded: Mapped[str] = mapped_column(Text, default="")
    only: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
