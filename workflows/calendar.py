"""The calendar of working days as a table, and the due times and dates of a unit that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, String, and_, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base
from engine.errors import NotFound
from workflows.positions import Unit
from workflows.workdays import DayOff, Span, WorkCalendar

END_OF_OFFICE = time(16, 0)
"""When a working day ends for due times.

Source: Perpres 21/2023 art. 3 (37.5 hours a week from 07.30), as the common pattern Monday to Thursday until 16.00.
"""

SHORT_VIEW = timedelta(days=60)
"""How far ahead due times look at first; most are a few days away."""

PUBLIC, JOINT, LOCAL, WORKDAY = "public", "joint", "local", "workday"


class CalendarDay(Base):
    """A day that is not what its weekday says: for all units, or for one of them (which then goes first).

    ``kind``: ``public`` holiday, ``joint`` leave, ``local`` day off, or ``workday`` (worked all the same).
    ``confirmed``: by a decree; a forecast is False.
    """

    __tablename__ = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    source: Mapped[str] = mapped_column(String(120))
    confirmed: Mapped[bool]


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


_OFFICE = (
    select(Unit.zone, Unit.week, CalendarDay.day, CalendarDay.kind, CalendarDay.name)
    .select_from(Unit)
    .outerjoin(
        CalendarDay,
        and_(
            CalendarDay.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
            or_(CalendarDay.unit.is_(None), CalendarDay.unit == Unit.id),
        ),
    )
    .where(Unit.id == bindparam("wanted"))
    .order_by(CalendarDay.day, CalendarDay.unit.is_not(None))
)


def office(session: Session, unit: str, view: Span) -> Office:
    """A unit's zone and its calendar within a view, by one statement. Raises `NotFound` for an unknown unit."""
    rows = session.execute(_OFFICE, {"wanted": unit, "first": view.first, "last": view.last}).all()
    if not rows:
        raise NotFound
    off: dict[date, DayOff] = {}
    worked: set[date] = set()
    for row in rows:  # a unit's own day comes after the one for all, and replaces it
        if row.kind == WORKDAY:
            worked.add(row.day)
        elif row.day is not None:
            worked.discard(row.day)
            off[row.day] = DayOff(row.name, joint=row.kind == JOINT)
    years = frozenset(row.day.year for row in rows if row.kind == PUBLIC)
    return Office(ZoneInfo(rows[0].zone), WorkCalendar(rows[0].week, off, frozenset(worked), years), view)


def office_in_years(session: Session, unit: str, first: int, last: int) -> Office:
    """A unit's calendar for whole years, so that it can tell whether a year's holidays are known at all."""
    return office(session, unit, Span(date(first, 1, 1), date(last, 12, 31)))


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
