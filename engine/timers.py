"""When a timer is due: ISO 8601 text or FEEL values, computed from a given moment in a given zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from engine.errors import LimitExceeded, Text
from engine.feel.values import Months

SHORTEST = timedelta(minutes=1)
"""A repeated timer may not come round more often."""
LONGEST = timedelta(days=3660)
"""No timer waits longer: about ten years."""
MOST_REPEATS = 1000

_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})(?:\.\d{1,6})?S)?)?"
)


class BadTimer(LimitExceeded):
    """A timer's value is no duration, moment or repetition, or outside the limits."""

    def __init__(self, value: object) -> None:
        shown = str(value)[:60]
        super().__init__(
            Text(
                f"Pengatur waktu “{shown}” tidak dapat dipakai: tulis misalnya PT1H, P3D, atau R3/P1D.",
                f"The timer “{shown}” cannot be used: write for example PT1H, P3D or R3/P1D.",
            )
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
    def about(self) -> timedelta:
        """The length for comparison with limits, a month being 30 days."""
        return timedelta(days=30 * self.months) + self.rest


@dataclass(frozen=True)
class Repetition:
    """``count`` occurrences (None: no end) that are ``every`` apart."""

    count: int | None
    every: Duration


def duration(value: Any) -> Duration:
    """A positive duration from ISO text or a FEEL duration. Raises `BadTimer`."""
    if isinstance(value, timedelta):
        result = Duration(0, value)
    elif isinstance(value, str):
        result = _iso_duration(value)
    elif isinstance(value, Months):
        result = Duration(value.count, timedelta())
    else:
        raise BadTimer(value)
    if not timedelta() < result.about <= LONGEST:
        raise BadTimer(value)
    return result


def moment(value: Any, zone: tzinfo) -> datetime:
    """A moment in UTC from ISO text, a date (its first minute in ``zone``) or a moment. Raises `BadTimer`."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise BadTimer(value) from None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    raise BadTimer(value)


def repetition(value: Any) -> Repetition:
    """A repetition from ISO text such as ``R3/P1D``. Raises `BadTimer`, also when it is too frequent."""
    head, _, tail = str(value).partition("/")
    if not re.fullmatch(r"R\d{0,4}", head) or not tail:
        raise BadTimer(value)
    count = int(head[1:]) if head[1:] else None
    every = duration(tail)
    if every.about < SHORTEST or (count is not None and not 0 < count <= MOST_REPEATS):
        raise BadTimer(value)
    return Repetition(count, every)


def _iso_duration(text: str) -> Duration:
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()) or text.strip().endswith("T"):
        raise BadTimer(text)
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(years * 12 + months, rest)
