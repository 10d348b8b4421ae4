"""Where people are reached outside Alur, for whatever has to tell them something there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Message

MAIL, PHONE = "mail", "phone"
KIND_OF = {MAIL: "mail", PHONE: "webhook"}
"""The kind of the outbox's messages that go through a channel."""
FORMER = "former"
"""What a message says to an address that is no longer in use."""
SETTLED = timedelta(days=7)
"""How long an address has been in use before it vouches for what matters most."""


class Contact(Base):
    """Where a person is told outside Alur, one row for each channel: ``mail`` or ``phone``.

    Nothing goes to an ``address`` before it is confirmed; ``asked`` waits for its code, the one before stays meanwhile.
    """

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_digest", "digest_on"),)

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    address: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]
    wants: Mapped[str] = mapped_column(String(4))
    """``all``: news and tasks; ``own``: only news of one's own requests."""
    asked: Mapped[str | None] = mapped_column(String(200))
    asked_at: Mapped[datetime | None]
    asks: Mapped[int]
    """Codes that were asked for within a day."""
    tries: Mapped[int]
    """Wrong codes typed since the last one was asked for."""
    digest_on: Mapped[date | None]
    """The last day for which it was looked whether tasks wait."""


class FormerAddress(Base):
    """An address at which a person was reached until now: it is told once that it is so no more, and then forgotten."""

    __tablename__ = "former_address"
    __table_args__ = (Index("ix_former_address_person", "person"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


def in_use(session: Session, person: str) -> Mapping[str, Contact]:
    """A person's confirmed addresses by channel."""
    mine = select(Contact).where(Contact.person == person, Contact.confirmed_at.is_not(None))
    return {row.channel: row for row in session.scalars(mine)}


def tell_former(
    session: Session, person: str, channel: str, address: str, now: datetime, *, instance: UUID | None = None
) -> None:
    """Let an address that goes out of use know that something was changed; of what, nothing is said there."""
    row = FormerAddress(id=uuid4(), person=person, channel=channel, address=address[:200], at=now)
    session.add(row)
    session.add(
        Message(
            key=f"{FORMER}.{row.id}",
            kind=KIND_OF[channel],
            recipient=f"person:{person}",
            instance_id=instance,
            body=FORMER,
            due=now,
        )
    )
