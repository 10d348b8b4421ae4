"""The ledger of annual leave: append-only entries under a person's lock, and what their sums say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflows.leave import bookkeeping, openings
from workflows.leave.bookkeeping import Debit, Entry
from workflows.leave.law import LONG, UNPAID, Applicant
from workflows.leave.model import (
    APPROVED,
    BEFORE_ALUR,
    Cause,
    LeaveAccount,
    LeaveEntry,
    LeaveRequest,
    applicant_of,
)
from workflows.positions import Person
from workflows.workdays import Span


@dataclass(frozen=True)
class Holder:
    """Whose account it is: the person as the rules see them, and the years whose days are lost to long leave.

    Source: PP 11/2017 art. 316(3) (a year in which long leave begins that was granted).
    """

    applicant: Applicant
    long_years: frozenset[int] = frozenset()

    def opening(self, entries: Collection[Entry], year: int) -> tuple[Entry, ...]:
        """What opens a year for this person."""
        return openings.opening(entries, year, self.applicant, openings.law_of(year), self.long_years)


class Ledger:
    """A person's account with its entries. Locked, it is the only way to write to it."""

    def __init__(self, session: Session, person: Person, entries: Iterable[Entry], opened: int) -> None:
        self._session = session
        self._row = person
        self.person = person.id
        self.entries = tuple(entries)
        self.opened = opened

    @classmethod
    def read(cls, session: Session, person: Person, year: int) -> Ledger:
        """The ledger as it would stand with the year opened; writes nothing."""
        opened = session.scalar(select(LeaveAccount.opened).where(LeaveAccount.person == person.id))
        return cls(session, person, _entries(session, person.id), opened or year - 1).seen_in(year)

    @classmethod
    def locked(cls, session: Session, person: Person, year: int, at: datetime, *, turn: int | None = None) -> Ledger:
        """The ledger under its lock until the transaction ends, with all years up to ``year`` opened."""
        opened = _lock(session, person.id, year)
        ledger = cls(session, person, _entries(session, person.id), opened)
        ledger.open(year, Cause(at, turn=turn))
        return ledger

    @cached_property
    def holder(self) -> Holder:
        """Whose account it is; asked for only when a year is opened or something is judged."""
        return holders(self._session, (self._row,))[self.person]

    def seen_in(self, year: int) -> Ledger:
        """The same with the years up to ``year`` opened, but not written."""
        entries = self.entries
        for each in range(self.opened + 1, year + 1):
            entries += self.holder.opening(entries, each)
        return Ledger(self._session, self._row, entries, max(year, self.opened))

    def open(self, year: int, cause: Cause) -> None:
        """Write the openings of the years up to ``year`` that are still missing."""
        for each in range(self.opened + 1, year + 1):
            self.append(self.holder.opening(self.entries, each), replace(cause, day=date(each, 1, 1)))
        if year > self.opened:
            self._move_to(year)

    def close(self, year: int, cause: Cause) -> None:
        """Take the opening of the newest year back by entries with the opposite figures; it can be opened again."""
        net: dict[tuple[int, str], int] = {}
        for entry in self.entries:
            if entry.in_year == year and entry.kind in bookkeeping.TURN_OF_YEAR:
                net[entry.bucket, entry.kind] = net.get((entry.bucket, entry.kind), 0) + entry.granted
        lines = (Entry(bucket, kind, year, granted=-days) for (bucket, kind), days in net.items() if days)
        self.append(lines, replace(cause, day=date(year, 1, 1)))
        self._move_to(year - 1)

    def settle(self, cause: Cause) -> None:
        """Write what a change means for years that are open or closed: mostly a further lapse, or nothing."""
        self.__dict__.pop("holder", None)  # the change may be of the long or unpaid leave that it knows
        self.append(openings.settle(self.entries, self.opened, self.holder.applicant, self.holder.long_years), cause)

    def append(self, entries: Iterable[Entry], cause: Cause) -> None:
        """Write entries, and count them from now on."""
        new = tuple(entries)
        self._session.add_all(line_of(self.person, entry, cause) for entry in new)
        self.entries += new

    def _move_to(self, year: int) -> None:
        self.opened = year
        self._session.execute(update(LeaveAccount).where(LeaveAccount.person == self.person).values(opened=year))


def line_of(person: str, entry: Entry, cause: Cause) -> LeaveEntry:
    """An entry as a line of a person's ledger."""
    return LeaveEntry(
        person=person,
        bucket=entry.bucket,
        kind=entry.kind,
        in_year=entry.in_year,
        granted=entry.granted,
        used=entry.used,
        reserved=entry.reserved,
        request=cause.request or cause.instance,
        instance=cause.instance,
        event=cause.event,
        turn=cause.turn,
        day=cause.counts_from,
        at=cause.at,
    )


def reserved_by(session: Session, request: UUID) -> tuple[Debit, ...]:
    """The days that a leave has put aside and not yet used or released, oldest bucket first."""
    return _net(lines_of(session, request), "reserved")


def used_by(session: Session, request: UUID) -> tuple[Debit, ...]:
    """The days that a granted leave has used, oldest bucket first."""
    return _net(lines_of(session, request), "used")


def lines_of(session: Session, request: UUID) -> Sequence[LeaveEntry]:
    """All lines about a leave, in the order of writing."""
    session.flush()
    return session.scalars(select(LeaveEntry).where(LeaveEntry.request == request).order_by(LeaveEntry.id)).all()


def balance_on(session: Session, person: str, day: date) -> dict[int, int]:
    """What was left in each bucket at the end of a day: the sum of the entries up to it, oldest bucket first.

    The opening of a year that nobody has needed yet is counted as if it had been written.
    """
    row = session.get_one(Person, person)
    opened = session.scalar(select(LeaveAccount.opened).where(LeaveAccount.person == person))
    ledger = Ledger(session, row, _entries(session, person, until=day), opened or day.year - 1)
    return bookkeeping.buckets(ledger.seen_in(day.year).entries, day.year)


def holders(session: Session, people: Sequence[Person]) -> dict[str, Holder]:
    """Several people as the turn of a year sees them, by one statement: with the leave that changes what they get."""
    wanted = select(LeaveRequest.person, LeaveRequest.type, LeaveRequest.first, LeaveRequest.last).where(
        LeaveRequest.person.in_([person.id for person in people]),
        LeaveRequest.type.in_((LONG, UNPAID)),
        LeaveRequest.status.in_((APPROVED, BEFORE_ALUR)),
    )
    long: dict[str, set[int]] = {}
    unpaid: dict[str, list[Span]] = {}
    session.flush()
    for row in session.execute(wanted.order_by(LeaveRequest.first)):
        if row.type == LONG:
            long.setdefault(row.person, set()).add(row.first.year)
        else:
            unpaid.setdefault(row.person, []).append(Span(row.first, row.last))
    return {
        each.id: Holder(
            replace(applicant_of(each), unpaid=tuple(unpaid.get(each.id, ()))), frozenset(long.get(each.id, ()))
        )
        for each in people
    }


def _net(lines: Iterable[LeaveEntry], what: str) -> tuple[Debit, ...]:
    left: dict[tuple[int, int], int] = {}
    for line in lines:
        key = (line.in_year, line.bucket)
        left[key] = left.get(key, 0) + getattr(line, what)
    return tuple((year, bucket, days) for (year, bucket), days in sorted(left.items()) if days)


def _lock(session: Session, person: str, year: int) -> int:
    """Lock the account, made if need be, and say which year it has opened."""
    wanted = select(LeaveAccount.opened).where(LeaveAccount.person == person).with_for_update()
    opened = session.scalar(wanted)
    if opened is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(LeaveAccount).values(person=person, opened=year - 1).on_conflict_do_nothing())
        opened = session.scalar(wanted)
    assert opened is not None
    return opened


def _entries(session: Session, person: str, until: date | None = None) -> tuple[Entry, ...]:
    session.flush()
    wanted = select(LeaveEntry).where(LeaveEntry.person == person).order_by(LeaveEntry.id)
    lines = session.scalars(wanted if until is None else wanted.where(LeaveEntry.day <= until))
    return tuple(line.entry for line in lines)
