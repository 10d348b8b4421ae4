"""Built-in functions on dates, moments, times of day and durations (DMN 10.3.4.1, 10.3.4.7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.functions import feel
from engine.feel.moments import date_of, duration_of, moment_of, time_of, zone_at
from engine.feel.number_functions import whole
from engine.feel.values import Months, Range, Run, Value, localized

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@feel("date(from: any)")
def date_from(run: Run, value: Value) -> Value:
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) is str:
        return date_of(value)
    if type(value) is datetime:
        return value.date()
    return value if type(value) is date else None


@feel("date(year: number, month: number, day: number)")
def date_of_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    parts = [whole(part) for part in (year, month, day)]
    return date(*parts) if None not in parts else None  # type: ignore[arg-type]  # checked in the line itself


@feel("date and time(from: any)")
def moment_from(run: Run, value: Value) -> Value:
    if type(value) is str:
        moment = moment_of(value)
        return None if moment is None else localized(moment, run)
    if type(value) is date:
        return localized(datetime(value.year, value.month, value.day), run)  # noqa: DTZ001 - gets the zone
    return value if type(value) is datetime else None


@feel("date and time(date: day, time: time)")
def moment_of_parts(run: Run, day: date, clock: time) -> Value:
    return datetime.combine(date(day.year, day.month, day.day), clock)


@feel("time(from: any)")
def time_from(run: Run, value: Value) -> Value:
    if type(value) is str:
        found = time_of(value)
        return None if found is None else localized(found, run)
    if type(value) is datetime:
        return value.timetz()
    if type(value) is date:
        return time(tzinfo=UTC)
    return value if type(value) is time else None


@feel("time(hour: number, minute: number, second: number, offset?: duration)")
def time_of_parts(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Value = None) -> Value:
    fraction = (second % 1) * 1_000_000
    parts = [whole(part) for part in (hour, minute, second - second % 1, fraction)]
    if None in parts or type(offset) is Months:
        return None
    clock = time(*parts)  # type: ignore[arg-type]  # checked in the line above
    return localized(clock, run) if offset is None else clock.replace(tzinfo=zone_at(offset))


@feel("duration(from: string)")
def duration(run: Run, text: str) -> Value:
    return duration_of(text)


@feel("years and months duration(from: day, to: day)")
def years_and_months_duration(run: Run, start: date, end: date) -> Value:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    if months < 0 and end.day > start.day:
        months += 1
    return Months(months)


@feel("now()")
def now(run: Run) -> Value:
    if run.now is None:
        return None
    return run.now if run.zone is None else run.now.astimezone(run.zone)


@feel("today()")
def today(run: Run) -> Value:
    moment = now(run)
    return None if moment is None else moment.date()


@feel("day of week(date: day)")
def day_of_week(run: Run, day: date) -> Value:
    return WEEKDAYS[day.weekday()]


@feel("day of year(date: day)")
def day_of_year(run: Run, day: date) -> Value:
    return Decimal(day.timetuple().tm_yday)


@feel("week of year(date: day)")
def week_of_year(run: Run, day: date) -> Value:
    return Decimal(day.isocalendar().week)


@feel("month of year(date: day)")
def month_of_year(run: Run, day: date) -> Value:
    return MONTH_NAMES[day.month - 1]


def property_of(value: Value, name: str) -> Value:
    """``date.year``, ``duration.days`` and the like; null for a name that the value does not have."""
    if type(value) in (date, datetime):
        return _day_property(value, name)
    if type(value) is time:
        return _clock_property(value, name)
    if type(value) is timedelta:
        return _span_property(value, name)
    if type(value) is Months:
        sign = -1 if value.count < 0 else 1
        parts = {"years": abs(value.count) // 12 * sign, "months": abs(value.count) % 12 * sign}
        return Decimal(parts[name]) if name in parts else None
    return _range_property(value, name) if type(value) is Range else None


def _day_property(value: date, name: str) -> Value:
    parts = {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
    if name in parts:
        return Decimal(parts[name])
    return _clock_property(value, name) if isinstance(value, datetime) else None


def _clock_property(value: datetime | time, name: str) -> Value:
    if name == "time offset":
        return value.utcoffset()
    if name == "timezone":
        return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    parts = {"hour": value.hour, "minute": value.minute, "second": value.second}
    return Decimal(parts[name]) if name in parts else None


def _span_property(value: timedelta, name: str) -> Value:
    size, sign = abs(value), -1 if value < timedelta() else 1
    parts = {
        "days": size.days,
        "hours": size.seconds // 3600,
        "minutes": size.seconds // 60 % 60,
        "seconds": size.seconds % 60,
    }
    return Decimal(parts[name] * sign) if name in parts else None


def _range_property(value: Range, name: str) -> Value:
    return {
        "start": value.start,
        "end": value.end,
        "start included": value.start_included,
        "end included": value.end_included,
    }.get(name)
