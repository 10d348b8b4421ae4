"""Annual leave counted anew after the calendar has changed: which requests hold other days than they should, and how
the ledger gets from the one to the other. Nothing here writes.

The count is absolute: what a leave holds is compared with what its dates come to now. So it can be asked for again
at any time, and what is right already stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from engine.db import Instance
from workflows.calendar import Calendars
from workflows.calendar_changes import Proposal, Reach
from workflows.leave import bookkeeping
from workflows.leave.bookkeeping import Debit, Entry
from workflows.leave.law import ANNUAL
from workflows.leave.ledger import Ledger
from workflows.leave.model import APPROVED, RESERVED, LeaveAccount, LeaveEntry, LeaveRequest
from workflows.positions import Person, Unit
from workflows.workdays import Span, WorkCalendar

AT_ONCE = 500
"""People whose accounts are read by one statement."""


@dataclass(frozen=True)
class Touched:
    """A request whose days change. ``held``: what it has in the ledger; ``wanted``: days by year of the leave."""

    instance: UUID
    person: str
    unit: str
    span: Span
    approved: bool
    days: int
    held: tuple[Debit, ...]
    wanted: Mapping[int, int]

    @property
    def after(self) -> int:
        """The days it should have."""
        return sum(self.wanted.values())

    @property
    def is_right(self) -> bool:
        """Whether it has them, in the ledger and on its own row."""
        now = _by_year(self.held)
        return self.days == self.after and all(now.get(year, 0) == days for year, days in self.wanted.items())


@dataclass(frozen=True)
class Line:
    """A touched request as a page lists it; ``back``: what each bucket gets (or, negative, pays). None: cannot pay."""

    touched: Touched
    reference: str
    name: str
    unit_name: str
    back: Mapping[int, int] | None


@dataclass(frozen=True)
class Effect:
    """What a change would do: the first requests, how many there are, and how many of them cannot pay."""

    lines: tuple[Line, ...] = ()
    count: int = 0
    short: int = 0


def recounted(
    entries: Sequence[Entry], opened: int, held: Sequence[Debit], wanted: Mapping[int, int]
) -> tuple[Debit, ...] | None:
    """What must move so that a leave holds the wanted days of each year; None where the buckets do not have them.

    Negative days come back, those of the newest bucket first, as if they had never been asked for. More days are paid
    by the buckets that pay for the leave already, then by the others, oldest first. Years left out stay as they are.
    """
    now = {year: sum(days for each, _, days in held if each == year) for year in wanted}
    back = {year: max(0, now[year] - days) for year, days in wanted.items()}
    moves = [(year, bucket, -days) for year, bucket, days in bookkeeping.newest_first(held, back)]
    for year, days in sorted(wanted.items()):
        if (more := days - now[year]) <= 0:
            continue
        usable = bookkeeping.usable((*entries, *as_entries(moves, approved=True)), year, opened)
        own = {bucket for each, bucket, _ in held if each == year}
        paid = _paid(usable, own, more)
        if paid is None:
            return None
        moves += [(year, bucket, days) for bucket, days in paid]
    return tuple(moves)


def _paid(usable: Mapping[int, int], own: Collection[int], days: int) -> list[tuple[int, int]] | None:
    """Which buckets pay, the leave's own first; None where they do not have it."""
    if days > sum(usable.values()):
        return None
    by_own = {bucket: there for bucket, there in usable.items() if bucket in own}
    first = min(days, sum(by_own.values()))
    others = {bucket: there for bucket, there in usable.items() if bucket not in own}
    return [*bookkeeping.oldest_first(by_own, first), *bookkeeping.oldest_first(others, days - first)]


def as_entries(moves: Iterable[Debit], *, approved: bool) -> tuple[Entry, ...]:
    """The lines of the ledger that make the moves: of used days once granted, else of days put aside."""
    what = "used" if approved else "reserved"
    return tuple(Entry(bucket, bookkeeping.RECOUNT, year, **{what: days}) for year, bucket, days in moves)


def wanted_days(calendar: WorkCalendar, span: Span) -> dict[int, int]:
    """The working days of a leave by the year in which they lie.

    Source: Peraturan BKN 24/2017 III.A (working days); split at the end of a year, each year pays its own.
    """
    return {
        year: calendar.working_days(Span(max(span.first, date(year, 1, 1)), min(span.last, date(year, 12, 31))))
        for year in range(span.first.year, span.last.year + 1)
    }


def effect_of(session: Session, proposal: Proposal, *, year: int, shown: int) -> Effect:
    """What a proposal would do to requests that wait or were granted; nothing is written. ``year``: the present one."""
    if proposal.reach is None:
        return Effect()
    found = touched_by(session, proposal.reach, proposal)
    moves = dict(_moves(session, found, year))
    lines = tuple(_lines(session, found[:shown], moves))
    return Effect(lines, len(found), sum(moves[each.instance] is None for each in found))


def touched_by(session: Session, reach: Reach, proposal: Proposal | None = None) -> list[Touched]:
    """The requests within reach that hold other days than the calendar says, or would say after the proposal."""
    rows = session.execute(_candidates(reach)).all()
    if not rows:
        return []
    view = Span(min(row.first for row in rows), max(row.last for row in rows))
    calendars = Calendars.read(session, view)
    if proposal is not None:
        calendars = proposal.tried_on(session, calendars, view)
    held = _held(session, reach)
    found = (look(row, row.unit, calendars.of(row.person, row.unit), held.get(row.instance, ()), reach) for row in rows)
    return [each for each in found if not each.is_right]


def look(row: Any, unit: str, calendar: WorkCalendar, held: tuple[Debit, ...], reach: Reach) -> Touched:
    """A request with the days that it has and those that it should have; a year out of reach keeps what it has."""
    span, now = Span(row.first, row.last), _by_year(held)
    first, last = reach.span.first.year, reach.span.last.year
    counted = wanted_days(calendar, span).items()
    wanted = {year: days if first <= year <= last else now.get(year, 0) for year, days in counted}
    return Touched(row.instance, row.person, unit, span, row.status == APPROVED, row.days, held, wanted)


def within(reach: Reach) -> ColumnElement[bool]:
    """The requests for annual leave, joined with their person, whose dates a change may count anew."""
    conditions = [
        LeaveRequest.type == ANNUAL,
        LeaveRequest.status.in_((RESERVED, APPROVED)),
        LeaveRequest.first <= reach.span.last,
        LeaveRequest.last >= reach.span.first,
    ]
    if reach.unit is not None:
        conditions.append(Person.unit == reach.unit)
    if reach.people is not None:
        conditions.append(Person.id.in_(sorted(reach.people)))
    return and_(*conditions)


def _candidates(reach: Reach) -> Any:
    columns = (LeaveRequest.instance, LeaveRequest.person, LeaveRequest.first, LeaveRequest.last)
    more = (LeaveRequest.days, LeaveRequest.status, Person.unit)
    joined = select(*columns, *more).join(Person, Person.id == LeaveRequest.person)
    return joined.where(within(reach)).order_by(LeaveRequest.person, LeaveRequest.first, LeaveRequest.instance)


def _held(session: Session, reach: Reach) -> dict[UUID, tuple[Debit, ...]]:
    """What each candidate has in the ledger, by one statement."""
    candidates = select(LeaveRequest.instance).join(Person, Person.id == LeaveRequest.person).where(within(reach))
    days = func.sum(LeaveEntry.used + LeaveEntry.reserved)
    columns = (LeaveEntry.request, LeaveEntry.in_year, LeaveEntry.bucket)
    grouped = select(*columns, days.label("days")).where(LeaveEntry.request.in_(candidates)).group_by(*columns)
    found: dict[UUID, list[Debit]] = {}
    for row in session.execute(grouped.order_by(LeaveEntry.in_year, LeaveEntry.bucket)):
        if row.days:
            found.setdefault(row.request, []).append((row.in_year, row.bucket, int(row.days)))
    return {request: tuple(debits) for request, debits in found.items()}


def _by_year(held: Iterable[Debit]) -> dict[int, int]:
    found: dict[int, int] = {}
    for year, _, days in held:
        found[year] = found.get(year, 0) + days
    return found


def _moves(session: Session, found: Sequence[Touched], year: int) -> Iterator[tuple[UUID, tuple[Debit, ...] | None]]:
    """How each would be paid, one after the other where somebody has several."""
    accounts = _accounts(session, found, year)
    for each in found:
        entries, opened = accounts.get(each.person, ((), year))
        moves = recounted(entries, opened, each.held, each.wanted)
        accounts[each.person] = ((*entries, *as_entries(moves or (), approved=each.approved)), opened)
        yield each.instance, moves


def _accounts(session: Session, found: Sequence[Touched], year: int) -> dict[str, tuple[tuple[Entry, ...], int]]:
    """The entries of those who would have to pay, and the newest year opened; giving back needs neither."""
    people = sorted({each.person for each in found if each.after > sum(days for _, _, days in each.held)})
    accounts = {}
    for start in range(0, len(people), AT_ONCE):
        for ledger in _ledgers(session, people[start : start + AT_ONCE], year):
            accounts[ledger.person] = (ledger.entries, ledger.opened)
    return accounts


def _ledgers(session: Session, people: Collection[str], year: int) -> Iterator[Ledger]:
    newest = select(LeaveAccount.person, LeaveAccount.opened).where(LeaveAccount.person.in_(people))
    opened = {row.person: row.opened for row in session.execute(newest)}
    entries: dict[str, list[Entry]] = {}
    for line in session.scalars(select(LeaveEntry).where(LeaveEntry.person.in_(people)).order_by(LeaveEntry.id)):
        entries.setdefault(line.person, []).append(line.entry)
    for person in session.scalars(select(Person).where(Person.id.in_(people))):
        yield Ledger(session, person, entries.get(person.id, ()), opened.get(person.id, year - 1)).seen_in(year)


def _lines(
    session: Session, found: Sequence[Touched], moves: Mapping[UUID, tuple[Debit, ...] | None]
) -> Iterator[Line]:
    names = (Person.id, Person.name, Unit.name.label("unit"))
    people = {
        row.id: row
        for row in session.execute(
            select(*names).join(Unit, Unit.id == Person.unit).where(Person.id.in_({each.person for each in found}))
        )
    }
    wanted = select(Instance.id, Instance.reference).where(Instance.id.in_([each.instance for each in found]))
    references = {row.id: row.reference for row in session.execute(wanted)}
    for each in found:
        person, moved = people[each.person], moves[each.instance]
        back = None if moved is None else _by_bucket(moved)
        yield Line(each, references.get(each.instance, ""), person.name, person.unit, back)


def _by_bucket(moves: Iterable[Debit]) -> dict[int, int]:
    """What each bucket gets back; what it pays is negative."""
    found: dict[int, int] = {}
    for _, bucket, days in moves:
        found[bucket] = found.get(bucket, 0) - days
    return dict(sorted(found.items()))
