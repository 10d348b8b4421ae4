"""Changes of the calendar: proposed, looked at, then posted as one act and kept for ever with who and when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, String, Text, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.db import Base, table
from engine.errors import Conflict
from workflows import organisation
from workflows.calendar import CalendarDay, Calendars, Mark, UnitWeek, holidays_of
from workflows.positions import Unit
from workflows.workdays import Span

DAYS, WEEK, ROSTER = "days", "week", "roster"
FORECAST = " (perkiraan)"
"""How the `holidays` library ends the name of a day whose date is only computed."""


class CalendarChange(Base):
    """One act that changed the calendar: append-only. ``kind``: days, week or roster.

    ``before`` and ``after`` are JSON of what stood and stands; None where there was, or is, nothing.
    ``first`` to ``last``: the dates within which days may count differently since.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_unit", "unit", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(8))
    first: Mapped[date]
    last: Mapped[date]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)

    @property
    def reach(self) -> Reach:
        """Whose days it may count anew."""
        members: set[str] = set()
        for side in (self.before, self.after) if self.kind == ROSTER else ():
            members.update(json.loads(side)["members"] if side else ())
        return Reach(Span(self.first, self.last), self.unit, frozenset(members) if self.kind == ROSTER else None)


@dataclass(frozen=True)
class Reach:
    """Whose days a change may count anew, within which dates: of all units or one, and there of all or of these."""

    span: Span
    unit: str | None
    people: frozenset[str] | None = None


class Proposal(Protocol):
    """A change that somebody wants to make: it can be tried on calendars that were read, and posted."""

    @property
    def reach(self) -> Reach | None:
        """Whose days may count anew; None if nobody's can."""

    def tried_on(self, session: Session, calendars: Calendars, view: Span) -> Calendars:
        """The calendars as they would stand after it; nothing is written."""

    def post(self, session: Session, *, by: str, now: datetime) -> CalendarChange:
        """Make the change and record it. Raises `Conflict` when it no longer fits what stands there."""


@dataclass(frozen=True)
class DayEntry:
    """A day of the calendar as it stands or should stand (see `calendar.CalendarDay`)."""

    day: date
    kind: str
    name: str
    source: str
    confirmed: bool


@dataclass(frozen=True)
class DaysChange:
    """Entries that give way to others, for all units or for one; each side may be empty."""

    unit: str | None
    before: tuple[DayEntry, ...] = ()
    after: tuple[DayEntry, ...] = ()

    @property
    def reach(self) -> Reach | None:
        """The dates from the first to the last day whose kind changes."""
        counted = {(e.day, e.kind) for e in self.before} ^ {(e.day, e.kind) for e in self.after}
        days = [day for day, _ in counted]
        return Reach(Span(min(days), max(days)), self.unit) if days else None

    def tried_on(self, session: Session, calendars: Calendars, view: Span) -> Calendars:
        """As `Proposal.tried_on`."""
        gone = {(entry.day, self.unit) for entry in self.before}
        kept = tuple(mark for mark in calendars.marks if (mark.day, mark.unit) not in gone)
        return replace(calendars, marks=kept + tuple(Mark(e.day, e.kind, e.name, self.unit) for e in self.after))

    def post(self, session: Session, *, by: str, now: datetime) -> CalendarChange:
        """As `Proposal.post`; of two who declare the same day at once, one learns that it stands already."""
        for entry in sorted(self.before, key=lambda e: e.day):
            _take_away(session, self.unit, entry)
        for entry in sorted(self.after, key=lambda e: e.day):
            _put(session, self.unit, entry)
        days = [entry.day for entry in (*self.before, *self.after)]
        sides = (_listed(self.before), _listed(self.after))
        return record(session, DAYS, self.unit, Span(min(days), max(days)), sides, by=by, now=now)


@dataclass(frozen=True)
class WeekChange:
    """Another number of working days a week for a unit, from ``first`` on; ``before`` is what held on that day."""

    unit: str
    first: date
    week: int
    before: int

    @property
    def reach(self) -> Reach:
        """Everything from the day on."""
        return Reach(Span(self.first, date.max), self.unit)

    def tried_on(self, session: Session, calendars: Calendars, view: Span) -> Calendars:
        """As `Proposal.tried_on`."""
        week, weeks = calendars.weeks[self.unit]
        changed = tuple(sorted({**dict(weeks), self.first: self.week}.items()))
        return replace(calendars, weeks={**calendars.weeks, self.unit: (week, changed)})

    def post(self, session: Session, *, by: str, now: datetime) -> CalendarChange:
        """As `Proposal.post`."""
        hold_unit(session, self.unit)
        if week_on(session, self.unit, self.first) != self.before:
            raise Conflict(_MOVED)
        session.execute(delete(UnitWeek).where(UnitWeek.unit == self.unit, UnitWeek.first == self.first))
        session.execute(insert(UnitWeek).values(unit=self.unit, first=self.first, week=self.week))
        sides = ({"week": self.before}, {"week": self.week, "first": self.first.isoformat()})
        return record(session, WEEK, self.unit, self.reach.span, sides, by=by, now=now)


def record(
    session: Session,
    kind: str,
    unit: str | None,
    span: Span,
    sides: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
    *,
    by: str,
    now: datetime,
) -> CalendarChange:
    """Write down a change that was made; due dates asked for later in the transaction go by the new calendar."""
    before, after = (None if side is None else json.dumps(side, ensure_ascii=False) for side in sides)
    change = CalendarChange(
        at=now, by=by, unit=unit, kind=kind, first=span.first, last=span.last, before=before, after=after
    )
    session.add(change)
    session.flush()
    organisation.forget(session)
    return change


def hold_unit(session: Session, unit: str) -> None:
    """Let nobody else change the unit's week or rosters until the transaction ends."""
    session.execute(select(Unit.id).where(Unit.id == unit).with_for_update())


def entry_on(session: Session, unit: str | None, day: date) -> DayEntry | None:
    """What the calendar for all units, or for this one, says of a day itself."""
    found = session.scalars(select(CalendarDay).where(_scope(unit), CalendarDay.day == day)).first()
    return None if found is None else entry_of(found)


def entry_of(row: CalendarDay) -> DayEntry:
    """A row as an entry."""
    return DayEntry(row.day, row.kind, row.name, row.source, row.confirmed)


def missing_of(session: Session, year: int) -> tuple[DayEntry, ...]:
    """The public holidays and joint leave of a year that the `holidays` library knows and the calendar lacks."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    there = set(session.scalars(select(CalendarDay.day).where(_scope(None), within)))
    return tuple(entry_of(row) for row in holidays_of(year) if row.day not in there)


def confirmed_by(entries: Iterable[DayEntry], source: str) -> tuple[DayEntry, ...]:
    """Forecast entries as a decree confirms them; the names no longer say that they are forecast."""
    return tuple(
        replace(entry, name=entry.name.removesuffix(FORECAST), source=source, confirmed=True) for entry in entries
    )


def week_on(session: Session, unit: str, day: date) -> int | None:
    """The working days a week of a unit on a day; None for an unknown unit."""
    changed = select(UnitWeek.week).where(UnitWeek.unit == unit, UnitWeek.first <= day)
    newest = session.scalar(changed.order_by(UnitWeek.first.desc()).limit(1))
    return newest or session.scalar(select(Unit.week).where(Unit.id == unit))


def _scope(unit: str | None) -> Any:
    return CalendarDay.unit.is_(None) if unit is None else CalendarDay.unit == unit


def _take_away(session: Session, unit: str | None, entry: DayEntry) -> None:
    as_seen = (getattr(CalendarDay, name) == value for name, value in asdict(entry).items())
    gone = session.execute(delete(table(CalendarDay)).where(_scope(unit), *as_seen).returning(CalendarDay.id))
    if gone.first() is None:
        raise Conflict(_MOVED)


def _put(session: Session, unit: str | None, entry: DayEntry) -> None:
    add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {**asdict(entry), "unit": unit}
    done = session.execute(add(table(CalendarDay)).values(**values).on_conflict_do_nothing().returning(CalendarDay.id))
    if done.first() is None:
        raise Conflict(_STANDS)


def _listed(entries: Iterable[DayEntry]) -> dict[str, Any] | None:
    days = [{**asdict(entry), "day": entry.day.isoformat()} for entry in entries]
    return {"days": days} if days else None


_MOVED = errors.Text(
    "Kalender sudah diubah orang lain sejak halaman ini dibuka. Buka kalender lagi, lalu ulangi.",
    "Somebody has changed the calendar since this page was opened. Open the calendar again and repeat.",
)
_STANDS = errors.Text(
    "Tanggal itu sudah tercatat di kalender. Buka kalender lagi untuk melihatnya.",
    "That date is in the calendar already. Open the calendar again to see it.",
)
