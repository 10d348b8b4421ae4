"""Who may sign in: finding an account by NIP, checking it and giving it a password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from web import passwords
from web.db import Credential
from workflows.people import Person

DEMO_PASSWORD = "coba alur sekarang"
"""Of everybody in a demo, where nothing is real; it stands on the sign-in page."""


@dataclass(frozen=True)
class Account:
    """A person who can sign in."""

    person: str
    nip: str
    hash: str


def digits_of(nip: str) -> str:
    """A NIP without the spaces, dots and dashes that people write into it."""
    return re.sub(r"[\s.\-]", "", nip)[:40].upper()


def by_nip(session: Session, nip: str) -> Account | None:
    """The account of a NIP, if there is one."""
    return _account(session, Person.nip == nip)


def by_person(session: Session, person: str) -> Account | None:
    """The account of a person, if there is one."""
    return _account(session, Person.id == person)


def _account(session: Session, condition: object) -> Account | None:
    row = session.execute(
        select(Person.id, Person.nip, Credential.hash).join(Credential, Credential.person == Person.id).where(condition)  # type: ignore[arg-type]  # an SQL condition; its type is not exported plainly
    ).one_or_none()
    return None if row is None else Account(row.id, row.nip, row.hash)


def set_password(session: Session, person: str, stored: str, now: datetime, *, must_change: bool) -> None:
    """Give a person a new password, by its hash (made outside the transaction: it takes a while)."""
    credential = session.get(Credential, person)
    if credential is None:
        session.add(Credential(person=person, hash=stored, must_change=must_change, changed_at=now))
        return
    credential.hash, credential.must_change, credential.changed_at = stored, must_change, now


def open_demo(session: Session, password: str, now: datetime) -> None:
    """Let every person of the demo sign in with one shared password, which need not be changed."""
    shared = passwords.hashed(password)
    known = set(session.scalars(select(Credential.person)))
    session.add_all(
        Credential(person=person, hash=shared, must_change=False, changed_at=now)
        for person in session.scalars(select(Person.id))
        if person not in known
    )
