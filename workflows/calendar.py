"""The calendar of working days as a table, and the due times and dates of a unit that follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, table
from engine.errors import NotFound
from workflows.positions import Person, Unit
from workflows.rosters import rosters_of
from workflows.workdays import NO_ROSTER, DayOff, Roster, Span, WorkCalendar

END_OF_OFFICE = time(16, 0)
"""When a working day ends for due times.

Source: Perpres 21/2023 art. 3 (37.5 hours a week from 07.30), as the common pattern Monday to Thursday until 16.00.
"""

START_OF_OFFICE = time(8, 0)
"""When on a working day people are first reminded of what is due; until `END_OF_OFFICE`, never at night.

Source: a setting of the office, no public rule; Perpres 21/2023 art. 3 lets offices begin at 07.30.
"""

SHORT_VIEW = timedelta(days=60)
"""How far ahead due times look at first; most are a few days away."""

PUBLIC, JOINT, LOCAL, WORKDAY = "public", "joint", "local", "workday"
WEEK = "week"


class CalendarDay(Base):
    """A day that is not what its weekday says: for all units, or for one of them (which then goes first).

    ``kind``: ``public`` holiday, ``joint`` leave, ``local`` day off, or ``workday`` (worked all the same).
    ``confirmed``: by a decree; a forecast is False.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index(
            "uq_calendar_day_for_all",
            "day",
            unique=True,
            sqlite_where=text("unit IS NULL"),
            postgresql_where=text("unit IS NULL"),
        ),
        UniqueConstraint("unit", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    source: Mapped[str] = mapped_column(String(120))
    confirmed: Mapped[bool]


class UnitWeek(Base):
    """From ``first`` on a unit works 5 or 6 days a week; before the earliest such day, as `Unit.week` says."""

    __tablename__ = "unit_week"

    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    week: Mapped[int]


@dataclass(frozen=True)
class Mark:
    """What the calendar says of a day, for all units or for one."""

    day: date
    kind: str
    name: str
    unit: str | None


@dataclass(frozen=True)
class Office:
    """A unit's place in time: its zone, and its working days within ``view``."""

    zone: ZoneInfo
    calendar: WorkCalendar
    view: Span

    def today(self, now: datetime) -> date:
        """The date in the unit's zone."""
        return now.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The end of office hours of a day, in UTC."""
        return datetime.combine(day, END_OF_OFFICE, self.zone).astimezone(UTC)

    def start_of(self, day: date) -> datetime:
        """The morning of a day, when people may be reminded, in UTC."""
        return datetime.combine(day, START_OF_OFFICE, self.zone).astimezone(UTC)

    def is_open(self, now: datetime) -> bool:
        """Whether people are at work at the moment."""
        today = self.today(now)
        return self.calendar.is_working_day(today) and self.start_of(today) <= now < self.end_of(today)


_UNITS, _DAYS, _WEEKS = table(Unit), table(CalendarDay), table(UnitWeek)
_WITHIN = (bindparam("first", type_=Date), bindparam("last", type_=Date))
_OFFICE = (
    select(_UNITS.c.zone, _UNITS.c.week, _DAYS.c.day, _DAYS.c.kind, _DAYS.c.name, _DAYS.c.unit)
    .select_from(_UNITS)
    .outerjoin(
        _DAYS,
        and_(_DAYS.c.day.between(*_WITHIN), or_(_DAYS.c.unit.is_(None), _DAYS.c.unit == _UNITS.c.id)),
    )
    .where(_UNITS.c.id == bindparam("wanted"))
    .union_all(
        select(_UNITS.c.zone, _WEEKS.c.week, _WEEKS.c.first, literal(WEEK), literal(""), _WEEKS.c.unit)
        .join(_UNITS, _UNITS.c.id == _WEEKS.c.unit)
        .where(_UNITS.c.id == bindparam("wanted"), _WEEKS.c.first <= _WITHIN[1])
    )
)


def office(session: Session, unit: str, view: Span) -> Office:
    """A unit's zone and its calendar within a view, by one statement. Raises `NotFound` for an unknown unit."""
    rows = session.execute(_OFFICE, {"wanted": unit, "first": view.first, "last": view.last}).all()
    if not rows:
        raise NotFound
    week = next(row.week for row in rows if row.kind != WEEK)
    marks = (Mark(row.day, row.kind, row.name, row.unit) for row in rows if row.kind not in (None, WEEK))
    weeks = ((row.day, row.week) for row in rows if row.kind == WEEK)
    return Office(ZoneInfo(rows[0].zone), work_calendar(week, weeks, marks), view)


def work_calendar(week: int, weeks: Iterable[tuple[date, int]], marks: Iterable[Mark]) -> WorkCalendar:
    """The calendar that a unit's week, its changes, and the marks for all and for the unit make."""
    off: dict[date, DayOff] = {}
    worked: set[date] = set()
    years = set()
    for mark in sorted(marks, key=lambda m: (m.day, m.unit is not None)):  # the unit's own comes last, and replaces
        if mark.kind == WORKDAY:
            worked.add(mark.day)
        else:
            worked.discard(mark.day)
            off[mark.day] = DayOff(mark.name, joint=mark.kind == JOINT)
        if mark.kind == PUBLIC:
            years.add(mark.day.year)
    return WorkCalendar(week, off, frozenset(worked), frozenset(years), tuple(sorted(weeks)))


def office_in_years(session: Session, unit: str, first: int, last: int) -> Office:
    """A unit's calendar for whole years, so that it can tell whether a year's holidays are known at all."""
    return office(session, unit, Span(date(first, 1, 1), date(last, 12, 31)))


def calendar_of(session: Session, person: str, first: int, last: int) -> Office:
    """The calendar that a person's days of leave are counted by, for whole years: the unit's, and their roster.

    Raises `NotFound` for somebody unknown.
    """
    unit = session.scalar(select(Person.unit).where(Person.id == person))
    if unit is None:
        raise NotFound
    found = office_in_years(session, unit, first, last)
    roster = rosters_of(session, (person,), found.view).get(person, NO_ROSTER)
    return replace(found, calendar=replace(found.calendar, roster=roster))


@dataclass(frozen=True)
class Calendars:
    """The calendars of many units and people within a view, read at once.

    ``weeks``: of each unit, the week it has and from which days on it has another. ``rosters``: by person.
    """

    weeks: Mapping[str, tuple[int, tuple[tuple[date, int], ...]]]
    marks: tuple[Mark, ...]
    rosters: Mapping[str, Roster]
    _made: dict[str, WorkCalendar] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def read(cls, session: Session, view: Span, people: Collection[str] | None = None) -> Calendars:
        """All there is within a view; ``people`` are those whose rosters are wanted (None: everybody's)."""
        changes: dict[str, list[tuple[date, int]]] = {}
        for change in session.scalars(select(UnitWeek).where(UnitWeek.first <= view.last)):
            changes.setdefault(change.unit, []).append((change.first, change.week))
        units = session.execute(select(Unit.id, Unit.week)).all()
        days = select(CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.unit)
        within = session.execute(days.where(CalendarDay.day.between(view.first, view.last)))
        return cls(
            {unit: (week, tuple(changes.get(unit, ()))) for unit, week in units},
            tuple(Mark(*row) for row in within),
            rosters_of(session, people, view),
        )

    def of(self, person: str, unit: str) -> WorkCalendar:
        """The calendar that the days of somebody in a unit are counted by."""
        if unit not in self._made:
            week, weeks = self.weeks[unit]
            marks = (mark for mark in self.marks if mark.unit in (None, unit))
            self._made[unit] = work_calendar(week, weeks, marks)
        roster = self.rosters.get(person)
        return replace(self._made[unit], roster=roster) if roster else self._made[unit]


def short_view(now: datetime) -> Span:
    """The days around a moment that most questions are about."""
    day = now.astimezone(UTC).date()
    return Span(day - timedelta(days=1), day + SHORT_VIEW)


def holidays_of(year: int) -> tuple[CalendarDay, ...]:
    """A year's public holidays and joint leave as the `holidays` library knows or forecasts them.

    Nothing here is confirmed: the joint decree of the year decides, and the office then corrects the rows.
    """
    import holidays  # here, as only filling a calendar needs it and every web process would pay for it

    public = holidays.country_holidays("ID", years=year, language="id")
    every = holidays.country_holidays("ID", years=year, language="id", categories=("public", "government"))
    return tuple(
        CalendarDay(
            day=day,
            kind=PUBLIC if day in public else JOINT,
            name=name,
            unit=None,
            source="python-holidays",
            confirmed=False,
        )
        for day, name in sorted(every.items())
    )
