"""Who is away when: the month of a unit, and how many are left on the days that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from workflows.leave import sight
from workflows.leave.crew import Crew
from workflows.leave.law import law_on
from workflows.leave.model import ABSENT, RESERVED, LeaveRequest
from workflows.positions import Person, Unit
from workflows.workdays import ONE_DAY, DayOff, Span

WAITING = (RESERVED,)
"""The states of leave that somebody has yet to decide."""


@dataclass(frozen=True)
class Leave:
    """One leave as the reader may know it. ``type``: None where only the absence is told."""

    person: str
    name: str
    span: Span
    type: str | None
    waiting: bool


@dataclass(frozen=True)
class Day:
    """A day of the month: whether the unit works, what day off it is, how many are due to work and how many come."""

    day: date
    works: bool
    off: DayOff | None
    due: int
    present: int


@dataclass(frozen=True)
class Colleague:
    """A member of staff with the leaves that touch the month."""

    person: str
    name: str
    leaves: tuple[Leave, ...]

    def on(self, day: date) -> Leave | None:
        """The leave on a day; one that is decided goes before one that waits."""
        found = [leave for leave in self.leaves if day in leave.span]
        return min(found, key=lambda leave: leave.waiting, default=None)


@dataclass(frozen=True)
class UnitMonth:
    """A unit's month: its days, its staff, and who of them is away on some of the days (one page)."""

    unit: str
    month: date
    days: tuple[Day, ...]
    crew: Crew
    people: tuple[Colleague, ...]
    pages: int


@dataclass(frozen=True)
class Stretch:
    """Days on end with the same people away: how many of those due to work are present if this leave is granted."""

    first: date
    last: date
    present: int
    due: int
    away: tuple[str, ...]
    waiting: tuple[str, ...]


def units_of(session: Session, actor: Actor, today: date) -> list[tuple[str, str]]:
    """The units whose calendar the actor may open, as (id, name), one's own first."""
    seen = select(Person.unit).where(sight.works_with(actor, today))
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(seen)).order_by(Unit.name)).all()
    return sorted(((row.id, row.name) for row in rows), key=lambda unit: unit[0] != actor.unit)


def unit_month(
    session: Session, actor: Actor, unit: str, month: date, today: date, *, page: int, size: int
) -> UnitMonth:
    """The month of a unit as the actor may see it. Raises `NotFound` for a unit that is not theirs to see.

    The people come by name, ``size`` on a page; the numbers present are of all of them.
    """
    view = month_of(month)
    crew = Crew.read(session, unit, view, sight.works_with(actor, today))
    leaves = _visible(session, actor, unit, view, today)
    people = [Colleague(*who, tuple(own)) for who, own in groupby(leaves, key=lambda leave: (leave.person, leave.name))]
    pages = max(1, -(-len(people) // size))
    start = (min(max(page, 1), pages) - 1) * size
    days = tuple(_day(day, crew, people) for day in view)
    return UnitMonth(unit, view.first, days, crew, tuple(people[start : start + size]), pages)


def strength(session: Session, request: LeaveRequest, unit: str) -> tuple[Stretch, ...]:
    """How many of a unit are left on the working days that one of them asks for, and who else is away then.

    Those who only ask to be away are named, and counted as present.
    """
    crew = Crew.read(session, unit, request.span)
    found = session.execute(
        select(Person.id, Person.name, LeaveRequest)
        .join(LeaveRequest, LeaveRequest.person == Person.id)
        .where(Person.unit == unit, Person.id != request.person, *touching(request.span, ABSENT + WAITING))
        .order_by(Person.name)
    ).all()
    others = [Leave(row.id, row.name, row[2].absence, None, row[2].status in WAITING) for row in found]
    days = [_look(day, crew, request.person, others) for day in request.span if crew.works(request.person, day)]
    return tuple(_joined(list(same)) for _, same in groupby(days, key=_without_dates))


def month_of(day: date) -> Span:
    """The calendar month in which a day lies."""
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY)


def _visible(session: Session, actor: Actor, unit: str, view: Span, today: date) -> list[Leave]:
    """The leaves that touch the view, by name: what waits only for those who decide on it, and for oneself."""
    told = or_(sight.decides(actor, today), Person.id == actor.person)
    rows = session.execute(
        select(Person.id, Person.name, LeaveRequest, sight.knows(actor, today).label("known"))
        .join(LeaveRequest, LeaveRequest.person == Person.id)
        .where(
            Person.unit == unit,
            sight.works_with(actor, today),
            *touching(view, ABSENT + WAITING),
            or_(LeaveRequest.status.in_(ABSENT), told),
        )
        .order_by(Person.name, Person.id, LeaveRequest.first)
    )
    return [
        Leave(row.id, row.name, row[2].absence, row[2].type if row.known else None, row[2].status in WAITING)
        for row in rows
        if row[2].absence.overlaps(view)
    ]


def touching(span: Span, states: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Leaves in one of the states that may share a day with the span, the days of travel after them included."""
    law = law_on(span.first)
    early = span.first - timedelta(days=max(law.travel_days, law.pppk_travel_days))
    return LeaveRequest.status.in_(states), LeaveRequest.first <= span.last, LeaveRequest.last >= early


def _day(day: date, crew: Crew, people: Iterable[Colleague]) -> Day:
    works = crew.calendar.is_working_day(day)
    gone = {who.person for who in people if (leave := who.on(day)) is not None and not leave.waiting}
    off = None if works else crew.calendar.off.get(day)
    return Day(day, works, off, crew.due(day), crew.present(day, gone))


def _look(day: date, crew: Crew, applicant: str, others: Sequence[Leave]) -> Stretch:
    """One day as the shortest stretch."""
    there = [leave for leave in others if day in leave.span and crew.works(leave.person, day)]
    away = {leave.person: leave.name for leave in there if not leave.waiting}
    waiting = {leave.person: leave.name for leave in there if leave.waiting and leave.person not in away}
    present = crew.present(day, {applicant, *away})
    return Stretch(day, day, present, crew.due(day), tuple(away.values()), tuple(waiting.values()))


def _without_dates(stretch: Stretch) -> Stretch:
    return replace(stretch, first=date.min, last=date.min)


def _joined(days: Sequence[Stretch]) -> Stretch:
    return replace(days[0], last=days[-1].last)
