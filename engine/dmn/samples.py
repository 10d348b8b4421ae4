"""Which values of a column are worth trying: between two neighbours of them no cell changes its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from engine.errors import LimitExceeded
from engine.feel import UnaryTests, Value, tree
from engine.feel.compiler import Compiler
from engine.feel.values import MATH, Function, Months, Range, Run, on_one_clock

CLOCK = frozenset({"now", "today"})
OTHER_TEXT = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for any text that the cells do not name."""
ONE_DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


class Breaks:
    """The constants at which the cells of a column change their answers."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.ordered_texts = False

    def add(self, tests: UnaryTests) -> bool:
        """Take in a cell; False, and nothing is taken, if its answer depends on anything but the asked value."""
        found = compared_with(tests)
        if found is None or not _on_one_clock([*self.values, *found]):
            return False
        self.values += found
        self.ordered_texts = self.ordered_texts or any(map(_orders_texts, tests.any_of))
        return True

    def samples(self, whole: bool) -> list[Value]:
        """The constants themselves, and a value between, below and above them; ``whole`` numbers have no fractions."""
        found: list[Value] = [None] if None in self.values else []
        by_kind: dict[type, set[Value]] = {}
        for constant in self.values:
            if constant is not None:
                by_kind.setdefault(type(constant), set()).add(constant)
        for kind, values in by_kind.items():
            if kind is bool:
                found += [True, False]
            elif kind is str:
                found += _texts_around(sorted(values)) if self.ordered_texts else [*sorted(values), OTHER_TEXT]
            else:
                found += _around(sorted(values), whole)
        return found


def compared_with(tests: UnaryTests) -> list[Value] | None:
    """The constants with which a cell compares the asked value; None if its answer depends on anything else."""
    try:
        return [value for test in tests.any_of for value in _constants(test)]
    except _Unknown:
        return None


class _Unknown(Exception):
    """The cell depends on more than constants and the asked value."""


def _constants(node: tree.Node) -> Iterator[Value]:
    """What a test compares the asked value with. Raises `_Unknown`."""
    if isinstance(node, tree.Question):
        yield from (True, False)
    elif isinstance(node, tree.Tests | tree.Negative | tree.Logic):
        for part in tree.children(node):
            yield from _constants(part)
    elif isinstance(node, tree.Within) and isinstance(node.value, tree.Question):
        for part in node.tests:
            yield from _constants(part)
    elif isinstance(node, tree.Between) and isinstance(node.value, tree.Question):
        yield from (*_ends(_value(node.low)), *_ends(_value(node.high)))
    elif isinstance(node, tree.Compare) and isinstance(node.left, tree.Question):
        yield from _ends(_value(node.right))
    elif isinstance(node, tree.Compare) and isinstance(node.right, tree.Question):
        yield from _ends(_value(node.left))
    else:
        yield from _ends(_value(node.right if isinstance(node, tree.Test) else node))


def _orders_texts(node: tree.Node) -> bool:
    """Whether a test may ask which of two texts comes first."""
    return any(
        isinstance(part, tree.Interval | tree.Between)
        or (isinstance(part, tree.Test | tree.Compare) and part.operator not in ("=", "!="))
        for part in tree.walk(node)
    )


def _constant(node: tree.Node) -> bool:
    return not any(
        isinstance(part, tree.Name | tree.Question | tree.Test)
        or (isinstance(part, tree.Call) and part.function in CLOCK)
        for part in tree.walk(node)
    )


def _value(node: tree.Node) -> Value:
    """The value of a constant. Raises `_Unknown` for anything else, and for one too large to be calculated."""
    if not _constant(node):
        raise _Unknown
    compiler = Compiler()
    code = compiler.code(node, None)
    try:
        return code(Run({}, compiler.size, None, None))
    except (LimitExceeded, RecursionError):
        raise _Unknown from None


def _ends(value: Value) -> Iterator[Value]:
    """A range's ends, a list's items, else the value itself. Raises `_Unknown` for what has no neighbours."""
    if type(value) is dict or type(value) is Function:
        raise _Unknown
    if type(value) is Range:
        yield from (value.start, value.end)
    elif type(value) is list:
        for item in value:
            yield from _ends(item)
    else:
        yield value


def _on_one_clock(values: Iterable[Value]) -> bool:
    """Whether all moments, and all times of day, can be compared with each other."""
    for kind in (datetime, time):
        clocks = [value for value in values if type(value) is kind]
        if not all(on_one_clock(clock, clocks[0]) for clock in clocks):
            return False
    return True


def _around(values: list[Value], whole: bool) -> list[Value]:
    """Ordered values with one in each gap between them and one beyond each end."""
    found = [_beyond(values[0], -1), values[0]]
    for low, high in pairwise(values):
        found += [_between(low, high, whole), high]
    found.append(_beyond(values[-1], 1))
    return [value for value in found if value is not None]


def _texts_around(values: list[str]) -> list[Value]:
    """The same for texts in their order."""
    found: list[Value] = ["", values[0]] if values[0] else [""]
    for low, high in pairwise(values):
        between = (low + ending for ending in ("a", "0", " ", "\0"))
        found += [*[text for text in between if low < text < high][:1], high]
    return [*found, values[-1] + "a"]


def _beyond(value: Value, direction: int) -> Value:
    try:
        if type(value) is Months:
            return Months(value.count + direction)
        if type(value) is time:
            return _moved(value, direction)
        if type(value) is Decimal:
            return MATH.add(value, Decimal(direction))
        return value + ONE_DAY * direction
    except OverflowError:
        return None


def _moved(clock: time, direction: int) -> time | None:
    """An hour later or earlier, or as near to midnight as can be; None where there is nothing between."""
    edge = (time.max if direction > 0 else time.min).replace(tzinfo=clock.tzinfo)
    if clock == edge:
        return None
    there = datetime.combine(date(2000, 1, 2), clock.replace(tzinfo=None)) + timedelta(hours=direction)
    return there.time().replace(tzinfo=clock.tzinfo) if there.day == 2 else edge


def _between(low: Value, high: Value, whole: bool) -> Value:
    """A value between two others, a whole number or day where there is one; None if there is none at all."""
    if type(low) is Decimal:
        inside = MATH.add(low.to_integral_value(rounding="ROUND_FLOOR"), Decimal(1))
        if inside >= high and not whole:
            inside = MATH.divide(MATH.add(low, high), Decimal(2))
        return inside if low < inside < high else None
    if type(low) is date:
        return low + ONE_DAY if high - low > ONE_DAY else None
    if type(low) is Months:
        return Months(low.count + 1) if high.count - low.count > 1 else None
    if type(low) is time:
        after = (datetime.combine(date(2000, 1, 1), low.replace(tzinfo=None)) + MICROSECOND).time()
        return after.replace(tzinfo=low.tzinfo) if after < high.replace(tzinfo=None) else None
    middle = low + (high - low) / 2
    return middle if low < middle < high else None
