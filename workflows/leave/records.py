"""One person's leave as they see it themselves: balances, every line of the ledger with its cause, all leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.access import sees
from engine.actor import Actor
from engine.db import Instance
from engine.errors import NotFound, Text
from workflows.colleagues import matching
from workflows.leave import names, sight
from workflows.leave.balance import Balance
from workflows.leave.bookkeeping import Entry
from workflows.leave.ledgers import COLUMNS, accounts
from workflows.leave.model import ABSENT, RELEASED, LeaveEntry, LeaveRequest
from workflows.positions import Person, Unit
from workflows.workdays import Span

REFUSED = ("rejected", "stopped", "not_ratified")
"""How a request ends that an official refused; every other one that gave its days back was given up."""
MOST_FOUND = 20
"""People that a search shows; who wants another types more of the name."""


@dataclass(frozen=True)
class Somebody:
    """A person as lists of people name them."""

    id: str
    nip: str
    name: str
    kind: str
    unit_name: str


@dataclass(frozen=True)
class Cause:
    """The request behind a line. ``link``: its instance where the reader may open it; None if they may not."""

    reference: str
    link: UUID | None


@dataclass(frozen=True)
class Line:
    """A line of the ledger in words; ``day`` None: nobody has posted it yet.

    ``days``: what it adds to the bucket; ``left``: what the bucket held after it.
    """

    day: date | None
    words: Text
    bucket: int
    days: int
    left: int
    cause: Cause | None


@dataclass(frozen=True)
class Leave:
    """A leave that was asked for: its dates as they stand, the days of travel after it, and what became of it."""

    type: str
    span: Span
    days: int
    status: str
    travel: int
    cause: Cause | None
    refused: bool = False

    @property
    def name(self) -> Text:
        """The type in words."""
        return names.type_name(self.type)

    @property
    def state(self) -> Text:
        """The state in words."""
        if self.refused:
            return names.NOT_APPROVED
        return names.STATES.get(self.status, Text(self.status, self.status))


@dataclass(frozen=True)
class Taken:
    """What was taken of a type: how often and how many days began in the year, and the newest of all."""

    name: Text
    times: int
    days: int
    newest: Span | None


@dataclass(frozen=True)
class Record:
    """A person's leave. ``lines`` and ``leaves``: newest first. ``summary``: as part V of the form sums it up."""

    person: Somebody
    entitled: bool
    balance: Balance
    lines: tuple[Line, ...]
    leaves: tuple[Leave, ...]
    summary: tuple[Taken, ...]


def record(session: Session, actor: Actor, person: str, today: date) -> Record:
    """A person's record of leave. Raises `NotFound` where it is not the actor's to read."""
    who, unit_name = _person(session, actor, person)
    rows, leaves = _rows(session, actor, person), tuple(_leaves(session, actor, person))
    account = accounts(session, (who,))[person]
    return Record(
        Somebody(who.id, who.nip, who.name, who.kind, unit_name),
        who.service_start is not None,
        account.balance(today.year),
        tuple(reversed(tuple(_lines(rows, account.standing(today.year)[0])))),
        leaves,
        tuple(_summary(leaves, today.year)),
    )


def short(session: Session, person: str, today: date) -> Balance | None:
    """One's own balance for the first page; None for somebody who has no leave here."""
    who = session.get(Person, person)
    if who is None or who.service_start is None:
        return None
    return accounts(session, (who,))[person].balance(today.year)


def find(session: Session, actor: Actor, words: str) -> tuple[list[Somebody], bool]:
    """People whose record the actor may read, by the start of a NIP or of any word of a name; whether there are more.

    Spaces, dots and dashes in a NIP are ignored.
    """
    rows = session.execute(
        select(Person.id, Person.nip, Person.name, Person.kind, Unit.name.label("unit_name"))
        .join(Unit, Unit.id == Person.unit)
        .where(sight.keeps(actor), Person.kind != sight.WITHOUT_LEAVE, matching(words))
        .order_by(Person.name, Person.id)
        .limit(MOST_FOUND + 1)
    ).all()
    return [Somebody(*row) for row in rows[:MOST_FOUND]], len(rows) > MOST_FOUND


def _person(session: Session, actor: Actor, person: str) -> tuple[Person, str]:
    found = session.execute(
        select(Person, Unit.name).join(Unit, Unit.id == Person.unit).where(Person.id == person, sight.keeps(actor))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _rows(session: Session, actor: Actor, person: str) -> Sequence[Row[Any]]:
    return session.execute(
        select(LeaveEntry.day, *COLUMNS, *_cause_columns(actor))
        .outerjoin(Instance, Instance.id == LeaveEntry.instance)
        .where(LeaveEntry.person == person)
        .order_by(LeaveEntry.id)
    ).all()


def _lines(rows: Sequence[Row[Any]], entries: Sequence[Entry]) -> Iterator[Line]:
    """The lines that are written, then those of a year that is not posted yet."""
    left: dict[int, int] = {}
    for number, entry in enumerate(entries):
        left[entry.bucket] = left.get(entry.bucket, 0) + entry.left
        row = rows[number] if number < len(rows) else None
        yield Line(
            row.day if row else None,
            names.entry_name(entry),
            entry.bucket,
            entry.left,
            left[entry.bucket],
            _cause(row) if row else None,
        )


def _leaves(session: Session, actor: Actor, person: str) -> Iterator[Leave]:
    rows = session.execute(
        select(
            LeaveRequest.type,
            LeaveRequest.first,
            LeaveRequest.last,
            LeaveRequest.days,
            LeaveRequest.status,
            LeaveRequest.travel_days,
            Instance.outcome,
            *_cause_columns(actor),
        )
        .outerjoin(Instance, Instance.id == LeaveRequest.instance)
        .where(LeaveRequest.person == person)
        .order_by(LeaveRequest.first.desc())
    )
    for row in rows:
        refused = row.status == RELEASED and row.outcome in REFUSED
        span = Span(row.first, row.last)
        yield Leave(row.type, span, row.days, row.status, row.travel_days, _cause(row), refused)


def _cause_columns(actor: Actor) -> tuple[Any, ...]:
    return Instance.id.label("instance"), Instance.reference, sees(actor).label("visible")


def _cause(row: Any) -> Cause | None:
    return Cause(row.reference, row.instance if row.visible else None) if row.reference is not None else None


def _summary(leaves: Sequence[Leave], year: int) -> Iterator[Taken]:
    """Source: Peraturan BKN 24/2017, form 1.b part V (what was taken of each type)."""
    for type, name in names.TYPES.items():
        taken = [leave for leave in leaves if leave.type == type and leave.status in ABSENT]
        of_year = [leave for leave in taken if leave.span.first.year == year]
        days = sum(leave.days for leave in of_year)
        yield Taken(name, len(of_year), days, taken[0].span if taken else None)
