"""The values of FEEL, and what is equal, smaller or too large.

Numbers are `Decimal`, days-time durations `timedelta`, moments aware `datetime`, times of day `time`. What is
*local*, without a zone, is meant in the zone of the evaluation; only where none was given does it stay without.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from engine.errors import LimitExceeded, Text

Value: TypeAlias = Any
"""None, bool, str, Decimal, date, datetime, time, timedelta, Months, Range, Function, list or dict with text keys."""

TEXT_LIMIT = 10_000
DEPTH_LIMIT = 50
TREE_LIMIT = 100
CALLS_LIMIT = 40
STRING_LIMIT = 100_000
LIST_LIMIT = 10_000
STEP_LIMIT = 100_000
SERIES = 150
"""Steps that a power, a logarithm or an exponential counts for: 34 digits of it take that much longer than a sum."""
DIGITS = 34
LARGEST_EXPONENT = 30

TRAPS = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
MATH = decimal.Context(prec=DIGITS, Emax=LARGEST_EXPONENT, Emin=-6143, rounding=decimal.ROUND_HALF_EVEN, traps=TRAPS)
"""Arithmetic of 34 digits; a result of more than 31 digits before the comma raises `decimal.Overflow`."""

TOO_MUCH = Text(
    "Perhitungan dihentikan karena terlalu besar (langkah, angka, teks, atau daftar melebihi batas).",
    "The calculation was stopped because it is too large (steps, numbers, text or lists beyond the limit).",
)


@dataclass(frozen=True, order=True, slots=True)
class Months:
    """A years-and-months duration, counted in months."""

    count: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is open to infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value: its parameters (None for a built-in one, which has several forms) and what it does."""

    parameters: tuple[str, ...] | None
    body: Callable[[Run, list[Value]], Value]

    def called(self, run: Run, arguments: list[Value]) -> Value:
        """The answer; null for another number of arguments. Raises `LimitExceeded` when calls go too deep."""
        if self.parameters is not None and len(arguments) != len(self.parameters):
            return None
        run.calls += 1
        if run.calls > CALLS_LIMIT:
            raise LimitExceeded(TOO_MUCH)
        try:
            return self.body(run, arguments)
        finally:
            run.calls -= 1


class Run:
    """One evaluation: the data it reads, the moment it happens, its local values and the steps it may still take."""

    __slots__ = ("calls", "data", "locals", "now", "steps", "zone")

    def __init__(self, data: Mapping[str, Value], size: int, now: datetime | None, zone: tzinfo | None) -> None:
        self.data = data
        self.locals: list[Value] = [None] * size
        self.now = now
        self.zone = zone
        self.steps = STEP_LIMIT
        self.calls = 0

    def spend(self, steps: int) -> None:
        """Count work in advance. Raises `LimitExceeded` when the evaluation has used up its steps."""
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded(TOO_MUCH)

    def text(self, value: str) -> str:
        """A new piece of text within its limit; long ones cost steps."""
        if len(value) > STRING_LIMIT:
            raise LimitExceeded(TOO_MUCH)
        self.spend(len(value) >> 6)
        return value

    def list(self, values: list[Value]) -> list[Value]:
        """A new list within its limit; its length costs steps."""
        if len(values) > LIST_LIMIT:
            raise LimitExceeded(TOO_MUCH)
        self.spend(len(values))
        return values


Code: TypeAlias = Callable[[Run], Value]
"""A compiled part of an expression."""

KINDS: dict[type, str] = {
    str: "string",
    Decimal: "number",
    bool: "boolean",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
    list: "list",
    dict: "context",
    type(None): "Null",
}
ORDERED = frozenset({str, Decimal, date, timedelta, Months})
SCALARS = ORDERED | {bool}
INSIDE_ONLY = frozenset({Range, Function})
"""Values that live only within an evaluation."""

Clock = TypeVar("Clock", datetime, time)


def imported(value: Any, run: Run) -> Value:
    """A value of the process data as FEEL sees it: whole numbers become Decimal, foreign things null."""
    kind = type(value)
    if kind in SCALARS:
        return _finite(value) if kind is Decimal else value
    if value is None:
        return None
    if kind is int:
        return Decimal(value) if -(10**31) < value < 10**31 else None
    if kind is datetime or kind is time:
        return localized(value, run)
    if kind is Range or kind is Function:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    return _imported_collection(value, run)


def _imported_collection(value: Any, run: Run) -> Value:
    if isinstance(value, Mapping):
        run.list([None] * len(value))
        return {key: imported(inner, run) for key, inner in value.items() if isinstance(key, str)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        run.list([None] * len(value))
        return [imported(inner, run) for inner in value]
    return None


def _finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() and value.adjusted() <= LARGEST_EXPONENT else None


def localized(value: Clock, run: Run) -> Clock:
    """A local moment or time of day takes the zone of the evaluation, where there is one."""
    return value.replace(tzinfo=run.zone) if value.tzinfo is None and run.zone is not None else value


def on_one_clock(left: Value, right: Value) -> bool:
    """Whether two moments, or two times of day, tell how they lie to each other.

    A time of a place whose offset changes with the day has none of its own: it is on the clock of that place only.
    """
    if left.utcoffset() is None and type(left) is time:
        return right.utcoffset() is None and left.tzinfo == right.tzinfo
    return (left.utcoffset() is None) is (right.utcoffset() is None)


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """FEEL's ``=``: null for values of different kinds, but null itself differs from every value."""
    kind = type(left)
    if kind is type(right):
        if kind in SCALARS:
            return bool(left == right)
        return _equal_inside(left, right, kind, run)
    if left is None or right is None:
        return False
    return None


def _equal_inside(left: Value, right: Value, kind: type, run: Run) -> bool | None:
    if left is None:
        return True
    if kind is datetime:
        return on_one_clock(left, right) and _instant(left) == _instant(right)
    if kind is time:
        return on_one_clock(left, right) and bool(left == right)
    if kind is list:
        run.spend(len(left) + 1)
        return len(left) == len(right) and _all_equal(zip(left, right, strict=True), run)
    if kind is dict:
        run.spend(len(left) + 1)
        return left.keys() == right.keys() and _all_equal(((left[key], right[key]) for key in left), run)
    if kind is Range:
        same = left.start_included == right.start_included and left.end_included == right.end_included
        return same and _all_equal(((left.start, right.start), (left.end, right.end)), run)
    return None


def _instant(moment: datetime) -> timedelta:
    """The moment on UTC's clock: where clocks are put forward or back, two readings of one clock may be the same."""
    return moment.replace(tzinfo=None) - datetime.min - (moment.utcoffset() or timedelta())  # noqa: DTZ901 - no zone is meant


def _all_equal(pairs: Any, run: Run) -> bool:
    return all(equal(left, right, run) is True for left, right in pairs)


def comparable(left: Value, right: Value) -> bool:
    """Whether the two have an order between them."""
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is datetime or kind is time:
        return on_one_clock(left, right)
    return kind in ORDERED


def within(value: Value, interval: Range) -> bool | None:
    """Whether a value lies in a range; null where it cannot be compared with an end."""
    low, high = interval.start, interval.end
    if (low is not None and not comparable(value, low)) or (high is not None and not comparable(value, high)):
        return None
    if low is not None and (value < low or (value == low and not interval.start_included)):
        return False
    return not (high is not None and (value > high or (value == high and not interval.end_included)))


def bounded(value: Value) -> Value:
    """A result that may leave the evaluation; a range or a function may not, it is null outside.

    Raises `LimitExceeded` when a nested one is too large to keep.
    """
    if type(value) is not list and type(value) is not dict:
        return None if type(value) in INSIDE_ONLY else value
    waiting, parts, letters, inside = [(value, 0)], 0, 0, False
    while waiting:
        inner, depth = waiting.pop()
        parts += 1
        if isinstance(inner, str):
            letters += len(inner)
        elif isinstance(inner, list | dict):
            waiting.extend((part, depth + 1) for part in (inner.values() if isinstance(inner, dict) else inner))
        if parts > STEP_LIMIT or letters > 10 * STRING_LIMIT or depth > DEPTH_LIMIT or len(waiting) > STEP_LIMIT:
            raise LimitExceeded(TOO_MUCH)
        inside = inside or type(inner) in INSIDE_ONLY
    return _for_outside(value) if inside else value


def _for_outside(value: Value) -> Value:
    if type(value) is list:
        return [_for_outside(inner) for inner in value]
    if type(value) is dict:
        return {key: _for_outside(inner) for key, inner in value.items()}
    return None if type(value) in INSIDE_ONLY else value
