"""Where people are told outside Alur: their addresses, confirmed by a one-time code before anything else goes there."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, select
from sqlalchemy.orm import Session

from engine.db import Message
from engine.errors import Text
from web.config import ADDRESS, Settings
from web.db import add_missing
from workflows import reach
from workflows.reach import KIND_OF, MAIL, PHONE, Contact

ALL, OWN = "all", "own"

CODE_LIVES = timedelta(minutes=30)
PAUSE = timedelta(minutes=2)
"""Between two codes for one channel; a person does not need them faster, and nobody's mailbox is flooded."""
A_DAY = timedelta(days=1)
MOST_ASKS, MOST_TRIES = 10, 5
LONGEST_ADDRESS = 200

_PHONE = re.compile(r"(?:\+?62|0)(8[0-9]{7,12})")
"""An Indonesian mobile number, as it is left without spaces, dots, dashes and brackets."""


@dataclass(frozen=True)
class Channel:
    """A way to reach people: what it and its address are called, and what to type."""

    key: str
    name: Text
    address: Text
    hint: Text
    wrong: Text


CHANNELS = {
    MAIL: Channel(
        MAIL,
        Text("Email", "Mail"),
        Text("Alamat email", "Mail address"),
        Text("Contoh: nama@contoh.go.id", "Example: name@example.org"),
        Text("Isi alamat email seperti nama@contoh.go.id.", "Give a mail address like name@example.org."),
    ),
    PHONE: Channel(
        PHONE,
        Text("WhatsApp atau SMS", "WhatsApp or SMS"),
        Text("Nomor HP", "Mobile number"),
        Text("Contoh: 0812 3456 7890", "Example: 0812 3456 7890"),
        Text("Isi nomor HP yang dimulai dengan 08 atau +62.", "Give a mobile number that begins with 08 or +62."),
    ),
}


class TooSoon(Exception):
    """Another code cannot be asked for yet; the moment is when it can be."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def channels(settings: Settings) -> tuple[str, ...]:
    """The channels that this installation can send through."""
    able = {MAIL: settings.mail, PHONE: settings.webhook_url}
    return tuple(channel for channel, way in able.items() if way)


def fitting(channel: str, typed: str) -> str | None:
    """The address as it is kept (a number as ``+628…``); None if it cannot be one of this channel."""
    if channel == MAIL:
        address = typed.strip()
        return address if len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) else None
    found = _PHONE.fullmatch(re.sub(r"[\s.\-()]", "", typed[:LONGEST_ADDRESS]))
    return f"+62{found[1]}" if found else None


def of_person(session: Session, person: str) -> Mapping[str, Contact]:
    """A person's rows by channel."""
    return {row.channel: row for row in session.scalars(select(Contact).where(Contact.person == person))}


def ask(session: Session, person: str, channel: str, address: str, now: datetime) -> None:
    """Let a code go to an address that the person wants to be told at. Raises `TooSoon`."""
    add_missing(session, Contact, [{"person": person, "channel": channel, "wants": ALL, "asks": 0, "tries": 0}])
    contact = session.get_one(Contact, (person, channel), with_for_update=True)
    if contact.asked_at is not None:
        _require_pause(contact, contact.asked_at, now)
    contact.asked, contact.asked_at, contact.tries = address, now, 0
    contact.asks += 1
    session.add(
        Message(
            key=f"code.{person}.{channel}.{now.timestamp()}",
            kind=KIND_OF[channel],
            recipient=f"person:{person}",
            body="code",
            due=now,
        )
    )


def code_of(secret: str, contact: Contact, address: str | None) -> str:
    """The six digits that confirm an address of the contact: computed, so that they are kept nowhere."""
    asked_at = contact.asked_at.timestamp() if contact.asked_at else ""
    what = f"code:{contact.person}:{contact.channel}:{address}:{asked_at}"
    digest = hmac.new(secret.encode(), what.encode(), "sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"


def waits(contact: Contact, now: datetime) -> bool:
    """Whether a code can still confirm the address that is asked for."""
    fresh = contact.asked_at is not None and now < contact.asked_at + CODE_LIVES
    return contact.asked is not None and fresh and contact.tries < MOST_TRIES


def confirm(session: Session, person: str, channel: str, code: str, secret: str, now: datetime) -> bool:
    """Take the address into use if the code is right; a wrong one counts. A right one sent twice is right twice.

    The address before it is told.
    """
    contact = _locked(session, person, channel)
    if contact is None or contact.asked_at is None or now >= contact.asked_at + CODE_LIVES:
        return False
    if contact.tries >= MOST_TRIES:
        return False
    wanted = code_of(secret, contact, contact.asked or contact.address)
    right = hmac.compare_digest(wanted, re.sub(r"[^0-9]", "", code[:40]))
    if not right:
        contact.tries += 1
    elif contact.asked is not None:
        if contact.address not in (None, contact.asked):
            reach.tell_former(session, person, channel, contact.address, now)
        contact.address, contact.confirmed_at, contact.asked = contact.asked, now, None
    return right


def choose(session: Session, person: str, channel: str, wants: str) -> None:
    """Note what the person wants to be told through a channel."""
    contact = _locked(session, person, channel)
    if contact is not None and wants in (ALL, OWN):
        contact.wants = wants


def remove(session: Session, person: str, channel: str, now: datetime) -> None:
    """Forget an address, and what was still to go there but that it was removed.

    How often codes were asked for is remembered for a day.
    """
    contact = _locked(session, person, channel)
    address = None if contact is None else contact.address
    if contact is not None:
        contact.address = contact.confirmed_at = contact.asked = None
    theirs = (Message.kind == KIND_OF[channel], Message.recipient == f"person:{person}", Message.done_at.is_(None))
    for state in (Message.failed_at.is_(None), Message.failed_at.is_not(None)):  # each has its index
        session.execute(delete(Message).where(*theirs, state, Message.body != reach.FORMER))
    if address is not None:
        reach.tell_former(session, person, channel, address, now)


def reachable(person: SQLColumnExpression[str], able: Collection[str]) -> ColumnElement[bool]:
    """Whether something outside Alur reaches a person: an address in use to which nothing has failed."""
    mine = (Contact.person == person, Contact.confirmed_at.is_not(None), Contact.channel.in_(sorted(able)))
    return exists().where(*mine, ~failing())


def failing() -> ColumnElement[bool]:
    """Whether something could not be delivered to the contact at hand, and nobody has retried it."""
    kinds = [(Contact.channel == channel) & (Message.kind == kind) for channel, kind in KIND_OF.items()]
    to_them = Message.recipient == "person:" + Contact.person
    return exists().where(Message.failed_at.is_not(None), Message.done_at.is_(None), to_them, kinds[0] | kinds[1])


def _locked(session: Session, person: str, channel: str) -> Contact | None:
    return session.get(Contact, (person, channel), with_for_update=True)


def _require_pause(contact: Contact, asked_at: datetime, now: datetime) -> None:
    """Raises `TooSoon`."""
    if now >= asked_at + A_DAY:
        contact.asks = 0
    wait = A_DAY if contact.asks >= MOST_ASKS else PAUSE
    if now < asked_at + wait:
        raise TooSoon(asked_at + wait)
