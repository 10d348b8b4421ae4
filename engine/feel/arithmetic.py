"""``+ - * / **`` on numbers, text, dates and durations (DMN 10.3.2.3.6 to 10.3.2.3.8); anything else is null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException, Overflow
from fractions import Fraction

from engine.errors import LimitExceeded
from engine.feel.moments import moved_by_months
from engine.feel.values import MATH, SERIES, TOO_MUCH, Months, Run, Value, on_one_clock

Operation = Callable[[Value, Value, Run], Value]
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
ZERO = Decimal(0)
SMALL_EXPONENTS = frozenset(map(Decimal, range(-9, 10)))
"""Powers that are multiplied out."""


def calculated(operator: str, left: Value, right: Value, run: Run) -> Value:
    """The result, or null. Raises `LimitExceeded` for a number that is too large."""
    operation = OPERATIONS[operator].get((type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right, run)
    except Overflow:
        raise LimitExceeded(TOO_MUCH) from None
    except (DecimalException, ValueError, OverflowError, ZeroDivisionError):
        return None


def negated(value: Value) -> Value:
    """``-value`` of a number or a duration, else null."""
    if type(value) is Decimal:
        return MATH.minus(value)
    if type(value) is timedelta:
        return -value
    return Months(-value.count) if type(value) is Months else None


def _moved(day: date, months: Months, run: Run) -> date:
    return moved_by_months(day, months.count)


def _days_later(day: date, span: timedelta, run: Run) -> date:
    """A date counts as its midnight in UTC; the answer is the date on which the moment falls."""
    return (datetime(day.year, day.month, day.day) + span).date()  # noqa: DTZ001 - only for the sum


def _between_moments(left: Value, right: Value, run: Run) -> Value:
    left, right = _moment(left), _moment(right)
    return _in_utc(left) - _in_utc(right) if on_one_clock(left, right) else None


def _in_utc(moment: datetime) -> datetime:
    """The moment on a clock that is never put forward or back; a local one has no such clock."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def _after(moment: datetime, span: timedelta) -> datetime:
    """The moment when so much time has passed, on the clock of its own zone."""
    return (_in_utc(moment) + span).astimezone(moment.tzinfo) if moment.tzinfo is not None else moment + span


def _moment(value: Value) -> datetime:
    """Beside a moment a date counts as its midnight in UTC."""
    if type(value) is datetime:
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _later(clock: time, span: timedelta) -> time:
    """A time of day goes round: 23:30 and an hour is 00:30."""
    turned = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None)) + span % DAY
    return turned.time().replace(tzinfo=clock.tzinfo)


def _between_times(left: time, right: time, run: Run) -> Value:
    return _since_midnight(left) - _since_midnight(right) if on_one_clock(left, right) else None


def _since_midnight(clock: time) -> timedelta:
    passed = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)
    return passed - (clock.utcoffset() or timedelta())


def _scaled(span: timedelta, factor: Decimal, run: Run) -> timedelta:
    return MICROSECOND * round(Fraction(span // MICROSECOND) * Fraction(factor))


def _scaled_months(months: Months, factor: Decimal, run: Run) -> Months:
    return Months(_kept(int(MATH.multiply(Decimal(months.count), factor))))


def _kept(months: int) -> int:
    if abs(months) > 10**12:
        raise OverflowError
    return months


def _power(base: Decimal, exponent: Decimal, run: Run) -> Value:
    run.spend(1 if exponent in SMALL_EXPONENTS else SERIES)
    return MATH.power(base, exponent)


def _divided(left: Decimal, right: Decimal, run: Run) -> Decimal:
    return MATH.divide(left, right)


OPERATIONS: dict[str, dict[tuple[type, type], Operation]] = {
    "+": {
        (Decimal, Decimal): lambda a, b, run: MATH.add(a, b),
        (str, str): lambda a, b, run: run.text(a + b),
        (date, timedelta): _days_later,
        (timedelta, date): lambda a, b, run: _days_later(b, a, run),
        (datetime, timedelta): lambda a, b, run: _after(a, b),
        (timedelta, datetime): lambda a, b, run: _after(b, a),
        (time, timedelta): lambda a, b, run: _later(a, b),
        (timedelta, time): lambda a, b, run: _later(b, a),
        (timedelta, timedelta): lambda a, b, run: a + b,
        (date, Months): _moved,
        (datetime, Months): _moved,
        (Months, date): lambda a, b, run: _moved(b, a, run),
        (Months, datetime): lambda a, b, run: _moved(b, a, run),
        (Months, Months): lambda a, b, run: Months(_kept(a.count + b.count)),
    },
    "-": {
        (Decimal, Decimal): lambda a, b, run: MATH.subtract(a, b),
        (date, date): lambda a, b, run: a - b,
        (datetime, datetime): _between_moments,
        (date, datetime): _between_moments,
        (datetime, date): _between_moments,
        (date, timedelta): lambda a, b, run: _days_later(a, -b, run),
        (datetime, timedelta): lambda a, b, run: _after(a, -b),
        (time, time): _between_times,
        (time, timedelta): lambda a, b, run: _later(a, -b),
        (timedelta, timedelta): lambda a, b, run: a - b,
        (date, Months): lambda a, b, run: moved_by_months(a, -b.count),
        (datetime, Months): lambda a, b, run: moved_by_months(a, -b.count),
        (Months, Months): lambda a, b, run: Months(_kept(a.count - b.count)),
    },
    "*": {
        (Decimal, Decimal): lambda a, b, run: MATH.multiply(a, b),
        (timedelta, Decimal): _scaled,
        (Decimal, timedelta): lambda a, b, run: _scaled(b, a, run),
        (Months, Decimal): _scaled_months,
        (Decimal, Months): lambda a, b, run: _scaled_months(b, a, run),
    },
    "/": {
        (Decimal, Decimal): _divided,
        (timedelta, Decimal): lambda a, b, run: MICROSECOND * round(Fraction(a // MICROSECOND) / Fraction(b)),
        (timedelta, timedelta): lambda a, b, run: MATH.divide(Decimal(a // MICROSECOND), Decimal(b // MICROSECOND)),
        (Months, Decimal): lambda a, b, run: Months(_kept(int(MATH.divide(Decimal(a.count), b)))),
        (Months, Months): lambda a, b, run: MATH.divide(Decimal(a.count), Decimal(b.count)),
    },
    "**": {(Decimal, Decimal): _power},
}
