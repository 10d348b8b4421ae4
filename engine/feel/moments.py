"""Dates, moments, times of day and durations to and from text, as the standard writes them (DMN 10.3.2.3, ISO 8601)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.values import Months, Value

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
CLOCK = (
    r"(?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,6})0*)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*)?"
)
TIME = re.compile(CLOCK, re.ASCII)
MOMENT = re.compile(rf"(?P<day>\d{{4}}-\d\d-\d\d)T{CLOCK}", re.ASCII)
MIDNIGHT = "24:00:00"
"""How ISO 8601 writes the end of a day, which is the beginning of the next."""
MONTHS = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?", re.ASCII)
DAYS = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9})(?:\.(?P<fraction>\d{1,6})0*)?S)?)?",
    re.ASCII,
)
FURTHEST_OFFSET = timedelta(hours=14)


def date_of(text: str) -> date | None:
    """``2026-01-31`` as a date; None if it is none (years 1 to 9999)."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """``2026-01-31T09:00:00+07:00`` as a moment; without a zone it is a local one; None if it is none."""
    match = MOMENT.fullmatch(text)
    if match is None:
        day = date_of(text)
        return None if day is None else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local moment
    try:
        day = date.fromisoformat(match["day"])
        if match["clock"] == MIDNIGHT and not (match["fraction"] or "").strip("0"):
            return datetime.combine(day + timedelta(days=1), time(tzinfo=_zone_of(match["zone"])))
        return datetime.combine(day, _time_of(match))
    except (ValueError, OverflowError, LookupError, OSError):
        return None


def time_of(text: str) -> time | None:
    """``09:00:00+07:00`` as a time of day; without a zone it is a local one; None if it is none."""
    match = TIME.fullmatch(text)
    try:
        return None if match is None else _time_of(match)
    except (ValueError, LookupError, OSError):
        return None


def _time_of(match: re.Match[str]) -> time:
    clock = time.fromisoformat(f"{match['clock']}.{(match['fraction'] or '0').ljust(6, '0')}")
    return clock.replace(tzinfo=_zone_of(match["zone"]))


def _zone_of(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:])
    hours, minutes, seconds = (int(part) for part in (*text[1:].split(":"), "0")[:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return zone_at(-offset if text.startswith("-") else offset)


def zone_at(offset: timedelta) -> tzinfo:
    """The zone so far from UTC. Raises ValueError for more than 14 hours, or parts of a second."""
    if abs(offset) > FURTHEST_OFFSET or offset.microseconds:
        raise ValueError(offset)
    return timezone(offset)


def duration_of(text: str) -> Months | timedelta | None:
    """``P1Y6M`` as months, ``P3DT4H`` as days and time; None if it is neither."""
    match = MONTHS.fullmatch(text)
    if match:
        count = int(match["years"] or 0) * 12 + int(match["months"] or 0)
        return Months(-count if match["sign"] else count)
    return _days_of(text)


def _days_of(text: str) -> timedelta | None:
    match = DAYS.fullmatch(text)
    if match is None:
        return None
    parts = {unit: int(match[unit] or 0) for unit in ("days", "hours", "minutes", "seconds")}
    try:
        span = timedelta(**parts, microseconds=int((match["fraction"] or "0").ljust(6, "0")))
        return -span if match["sign"] else span
    except OverflowError:
        return None


def literal_of(text: str) -> Value:
    """What ``@"..."`` stands for; None if it is no date, moment, time of day or duration."""
    found = date_of(text), moment_of(text), time_of(text), duration_of(text)
    return next((value for value in found if value is not None), None)


def moment_text(value: datetime) -> str:
    """A moment as FEEL writes it, with the name or the offset of its zone."""
    return f"{value.date().isoformat()}T{time_text(value)}"


def time_text(value: datetime | time) -> str:
    """A time of day as FEEL writes it, ``09:00:00+07:00``."""
    clock = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return clock + fraction + _zone_text(value)


def _zone_text(value: datetime | time) -> str:
    zone, offset = value.tzinfo, value.utcoffset()
    if isinstance(zone, ZoneInfo) and zone.key != "UTC":
        return f"@{zone.key}"
    if offset is None:
        return ""
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    size = (datetime.combine(date.min, time.min) + abs(offset)).time()
    return sign + size.isoformat(timespec="seconds" if size.second else "minutes")


def months_text(value: Months) -> str:
    """``P1Y6M``; nothing at all is ``P0M``."""
    years, months = divmod(abs(value.count), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if value.count < 0 else "") + "P" + (parts or "0M")


def days_text(value: timedelta) -> str:
    """``P3DT4H30M``; nothing at all is ``PT0S``."""
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{size.microseconds:06d}".rstrip("0") if size.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    parts = (f"{size.days}D" if size.days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta() else "") + "P" + (parts or "T0S")


def moved_by_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day. Works for moments too.

    Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=min(last, day.day))
        except ValueError:
            if last == 28:
                raise
    raise AssertionError("unreachable")
