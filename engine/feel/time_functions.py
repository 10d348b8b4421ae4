"""Built-in functions on dates, moments, durations and ranges (DMN 10.3.4.1, 10.3.4.7, 10.3.4.8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.functions import feel
from engine.feel.moments import date_of, duration_of, moment_of
from engine.feel.number_functions import whole
from engine.feel.values import Months, Range, Run, Value, comparable, equal, localized

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
    if type(value) is timedelta:
        return _span_property(value, name)
    if type(value) is Months:
        sign = -1 if value.count < 0 else 1
        parts = {"years": abs(value.count) // 12 * sign, "months": abs(value.count) % 12 * sign}
        return Decimal(parts[name]) if name in parts else None
    return _range_property(value, name) if type(value) is Range else None


def _day_property(value: date, name: str) -> Value:
    parts = {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
    if isinstance(value, datetime):
        parts |= {"hour": value.hour, "minute": value.minute, "second": value.second}
        if name == "time offset":
            return value.utcoffset()
        if name == "timezone":
            return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
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


def _as_range(value: Value) -> Range:
    return value if type(value) is Range else Range(value, value)


def _starts_before(left: Range, right: Range) -> bool:
    return bool(left.start < right.start) or (left.start == right.start and left.start_included >= right.start_included)


def _ends_after(left: Range, right: Range) -> bool:
    return bool(left.end > right.end) or (left.end == right.end and left.end_included >= right.end_included)


def _ranges(left: Value, right: Value) -> tuple[Range, Range] | None:
    """Both as ranges whose ends can be compared with each other; None if they cannot."""
    first, second = _as_range(left), _as_range(right)
    ends = (first.start, first.end, second.start, second.end)
    return (first, second) if all(comparable(end, ends[0]) for end in ends) else None


@feel("before(point1: any, point2: any)", "before(range1: any, range2: any)")
def before(run: Run, left: Value, right: Value) -> Value:
    if (pair := _ranges(left, right)) is None:
        return None
    first, second = pair
    apart = not (first.end_included and second.start_included)
    return first.end < second.start or (first.end == second.start and apart)


@feel("after(point1: any, point2: any)", "after(range1: any, range2: any)")
def after(run: Run, left: Value, right: Value) -> Value:
    return before(run, right, left)


@feel("meets(range1: range, range2: range)")
def meets(run: Run, left: Range, right: Range) -> Value:
    if _ranges(left, right) is None:
        return None
    return left.end == right.start and left.end_included and right.start_included


@feel("met by(range1: range, range2: range)")
def met_by(run: Run, left: Range, right: Range) -> Value:
    return meets(run, right, left)


@feel("overlaps(range1: range, range2: range)")
def overlaps(run: Run, left: Range, right: Range) -> Value:
    if _ranges(left, right) is None:
        return None
    return not before(run, left, right) and not before(run, right, left)


@feel("overlaps before(range1: range, range2: range)")
def overlaps_before(run: Run, left: Range, right: Range) -> Value:
    if _ranges(left, right) is None:
        return None
    reaches = left.end > right.start or (left.end == right.start and left.end_included and right.start_included)
    starts = left.start < right.start or (
        left.start == right.start and left.start_included and not right.start_included
    )
    return starts and reaches and _ends_after(right, left)


@feel("overlaps after(range1: range, range2: range)")
def overlaps_after(run: Run, left: Range, right: Range) -> Value:
    if _ranges(left, right) is None:
        return None
    reaches = left.start < right.end or (left.start == right.end and left.start_included and right.end_included)
    ends = left.end > right.end or (left.end == right.end and left.end_included and not right.end_included)
    return ends and reaches and _starts_before(right, left)


@feel("includes(range: range, point: any)")
def includes(run: Run, interval: Range, point: Value) -> Value:
    if (pair := _ranges(interval, point)) is None:
        return None
    return _starts_before(pair[0], pair[1]) and _ends_after(pair[0], pair[1])


@feel("during(point: any, range: range)")
def during(run: Run, point: Value, interval: Range) -> Value:
    return includes(run, interval, point)


@feel("starts(point: any, range: range)", "starts(range1: any, range2: range)")
def starts(run: Run, point: Value, interval: Range) -> Value:
    if (pair := _ranges(point, interval)) is None:
        return None
    first, second = pair
    return first.start == second.start and first.start_included == second.start_included and _ends_after(second, first)


@feel("started by(range: range, point: any)", "started by(range1: range, range2: any)")
def started_by(run: Run, interval: Range, point: Value) -> Value:
    return starts(run, point, interval)


@feel("finishes(point: any, range: range)", "finishes(range1: any, range2: range)")
def finishes(run: Run, point: Value, interval: Range) -> Value:
    if (pair := _ranges(point, interval)) is None:
        return None
    first, second = pair
    return first.end == second.end and first.end_included == second.end_included and _starts_before(second, first)


@feel("finished by(range: range, point: any)", "finished by(range1: range, range2: any)")
def finished_by(run: Run, interval: Range, point: Value) -> Value:
    return finishes(run, point, interval)


@feel("coincides(point1: any, point2: any)", "coincides(range1: any, range2: any)")
def coincides(run: Run, left: Value, right: Value) -> Value:
    return None if _ranges(left, right) is None else equal(_as_range(left), _as_range(right), run)
