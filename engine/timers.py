"""When a timer is due: ISO 8601 text or FEEL values, computed from a given moment in a given zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from engine.errors import ServiceFailed, Text
from engine.feel.values import Months
from engine.limits import Limits

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""A moment outside of these is a slip of the pen."""
DAY = 24 * 60 * 60
"""Seconds."""
_ENDLESS = 1_000_000
"""Years, months, weeks or days beyond any limit; more of them could not be added up."""

_DURATION = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,6})?S)?)?"
)


class BadTimer(ServiceFailed):
    """A timer's value is no duration, moment or repetition."""

    code = "timer-value"

    def __init__(self, at: str) -> None:
        super().__init__(
            Text(
                f"Nilai pengatur waktu “{at}” tidak dapat dipakai: tulis misalnya PT1H, P3D, atau R3/P1D.",
                f"The value of the timer “{at}” cannot be used: write for example PT1H, P3D or R3/P1D.",
            ),
            element=at,
        )


@dataclass(frozen=True)
class Duration:
    """Calendar months and an exact rest."""

    months: int
    rest: timedelta

    def after(self, start: datetime, zone: tzinfo) -> datetime:
        """The moment this long after ``start``; months are counted on the zone's calendar, UTC result."""
        local = start.astimezone(zone)
        year, month = divmod(local.year * 12 + local.month - 1 + self.months, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC) + self.rest

    @property
    def about(self) -> float:
        """Seconds, for comparison with limits; a month being 30 days."""
        return 30 * DAY * self.months + self.rest.total_seconds()


@dataclass(frozen=True)
class Repetition:
    """``count`` occurrences (None: no end) that are ``every`` apart."""

    count: int | None
    every: Duration


def duration(value: Any, limits: Limits, at: str) -> Duration:
    """A duration from ISO text or a FEEL duration, of the timer ``at``. Raises `BadTimer`, `LimitExceeded`."""
    if isinstance(value, timedelta):
        result = Duration(0, value)
    elif isinstance(value, str):
        result = _iso_duration(value, at)
    elif isinstance(value, Months):
        result = Duration(value.count, timedelta())
    else:
        raise BadTimer(at)
    if result.about < limits.shortest_timer:
        raise limits.exceeded("shortest_timer", at, element=at)
    if result.about > DAY * limits.longest_timer:
        raise limits.exceeded("longest_timer", at, element=at)
    return result


def moment(value: Any, zone: tzinfo, at: str) -> datetime:
    """A moment in UTC from ISO text, a date (its first minute in ``zone``) or a moment. Raises `BadTimer`."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(found, datetime):
            found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        elif isinstance(found, date):
            found = datetime.combine(found, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadTimer(at) from None
    if not isinstance(found, datetime) or not EARLIEST <= found < LATEST:
        raise BadTimer(at)
    return found


def near(due: datetime, limits: Limits, at: str, *, now: datetime) -> datetime:
    """The moment, if it is not further away than a timer may wait. Raises `LimitExceeded`."""
    if due - now > timedelta(days=limits.longest_timer):
        raise limits.exceeded("longest_timer", at, element=at)
    return due


def repetition(value: Any, limits: Limits, at: str) -> Repetition:
    """A repetition from ISO text such as ``R3/P1D``, of the timer ``at``. Raises `BadTimer`, `LimitExceeded`."""
    head, _, tail = str(value).partition("/")
    if not re.fullmatch(r"R\d{0,9}", head) or not tail:
        raise BadTimer(at)
    count = int(head[1:]) if head[1:] else None
    every = duration(tail, limits, at)
    if count == 0:
        raise BadTimer(at)
    if every.about < limits.shortest_cycle:
        raise limits.exceeded("shortest_cycle", at, element=at)
    if count is not None and count > limits.most_repeats:
        raise limits.exceeded("most_repeats", at, element=at)
    return Repetition(count, every)


def _iso_duration(text: str, at: str) -> Duration:
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()) or text.strip().endswith("T"):
        raise BadTimer(at)
    years, months, weeks, days = (min(int(part or 0), _ENDLESS) for part in match.groups()[:4])
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[4:])
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(years * 12 + months, rest)
