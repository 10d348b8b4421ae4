"""Working days: pure functions over a calendar that is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From ``first`` to ``last``, both included. Raises ValueError when it ends before it starts."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a span ends before it starts")

    def __iter__(self) -> Iterator[date]:
        """Each calendar day of the span."""
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class DayOff:
    """A day of the calendar on which nobody works; ``joint`` is joint leave (cuti bersama)."""

    name: str
    joint: bool = False


@dataclass(frozen=True)
class Roster:
    """When somebody in shifts works: on these ``days``, and within ``spans`` on no others."""

    spans: tuple[Span, ...] = ()
    days: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        """Whether the roster says anything about the day."""
        return any(day in span for span in self.spans)


NO_ROSTER = Roster()


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of a unit, or of somebody in it who works by a roster.

    ``week``: 5 (Monday to Friday) or 6 (Monday to Saturday); ``weeks``: what it is from later days on, by day.
    ``off``: days off by date. ``worked``: days that are worked although the week or the list of holidays says
    otherwise. ``years``: the years whose holidays are known. ``roster``: goes before all of these where it speaks.
    """

    week: int = 5
    off: Mapping[date, DayOff] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    weeks: tuple[tuple[date, int], ...] = ()
    roster: Roster = NO_ROSTER

    def week_on(self, day: date) -> int:
        """The working days of the week that a day lies in: 5 or 6."""
        return next((week for first, week in reversed(self.weeks) if first <= day), self.week)

    def is_working_day(self, day: date) -> bool:
        """Whether one works on the day.

        A rostered day is worked although it is a holiday, since the roster gives another day for it; joint leave
        is off for everybody, and who works then all the same gets the day back.

        Source: Perpres 21/2023 (five days a week; units of direct service and schools set their own);
        Keppres on joint leave (not taken off the annual leave). Rosters: a setting of the office, no public rule.
        """
        if day in self.roster:
            return day in self.roster.days and not self._is_joint_leave(day)
        return day in self.worked or (day.weekday() < self.week_on(day) and day not in self.off)

    def working_days(self, span: Span) -> int:
        """The working days in a span: neither weekend, nor holiday, nor joint leave; in shifts the rostered ones.

        Source: Peraturan BKN 24/2017 III.A (annual leave is counted in working days).
        """
        return sum(map(self.is_working_day, span))

    def holidays(self, span: Span) -> tuple[tuple[date, DayOff], ...]:
        """The named days off that fall on a day on which one would have worked."""
        return tuple(
            (day, self.off[day])
            for day in span
            if day in self.off and self._is_of_the_week(day) and not self.is_working_day(day)
        )

    def rest_days(self, span: Span) -> int:
        """Days of the span that are off by the week itself (Saturday, Sunday), or by the roster."""
        return sum(not self._is_of_the_week(day) and not self.is_working_day(day) for day in span)

    def _is_of_the_week(self, day: date) -> bool:
        return day in self.roster.days if day in self.roster else day.weekday() < self.week_on(day)

    def _is_joint_leave(self, day: date) -> bool:
        return day in self.off and self.off[day].joint and day not in self.worked

    def nth_working_day(self, start: date, number: int) -> date:
        """The ``number``-th working day after ``start``; ``start`` itself when ``number`` is 0 or less."""
        day = start
        while number > 0:
            day += ONE_DAY
            number -= self.is_working_day(day)
        return day

    def working_day_before(self, day: date, number: int) -> date:
        """The ``number``-th working day before a day; the day itself when ``number`` is 0 or less."""
        while number > 0:
            day -= ONE_DAY
            number -= self.is_working_day(day)
        return day

    def last_day_of(self, first: date, working_days: int) -> date:
        """The last day of a span that starts on ``first`` and holds so many working days (at least one)."""
        return self.nth_working_day(first - ONE_DAY, max(1, working_days))


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
