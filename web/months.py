"""A year as twelve months to look at: the days of each week, and what is known of some of them."""

from __future__ import annotations

from calendar import Calendar, monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from web.i18n import _
from workflows.calendar import CalendarDay
from workflows.workdays import Span, WorkCalendar

WORK, REST, OFF = "work", "rest", "off"


@dataclass(frozen=True)
class Square:
    """A day in a month's table. ``look``: work, rest (weekend, or outside the roster) or off (a named day)."""

    day: date
    look: str
    today: bool


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday on (None: a day of another month), and its named days."""

    first: date
    working_days: int
    weeks: tuple[tuple[Square | None, ...], ...]
    named: tuple[CalendarDay, ...]


def months_of(year: int, calendar: WorkCalendar, named: Iterable[CalendarDay], today: date) -> list[Month]:
    """The months of a year as a calendar counts their days."""
    by_day = sorted(named, key=lambda row: (row.day, row.unit is not None))
    return [_month(date(year, number, 1), calendar, by_day, today) for number in range(1, 13)]


def _month(first: date, calendar: WorkCalendar, named: Sequence[CalendarDay], today: date) -> Month:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        first,
        calendar.working_days(Span(first, last)),
        tuple(tuple(_square(day, first.month, calendar, today) for day in week) for week in weeks),
        tuple(row for row in named if first <= row.day <= last),
    )


def _square(day: date, month: int, calendar: WorkCalendar, today: date) -> Square | None:
    if day.month != month:
        return None
    look = WORK if calendar.is_working_day(day) else OFF if calendar.holidays(Span(day, day)) else REST
    return Square(day, look, day == today)


def looks() -> dict[str, str]:
    """What the look of a day says, for those who do not see it."""
    return {WORK: "", REST: _("bukan hari kerja"), OFF: _("libur")}
