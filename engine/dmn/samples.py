"""Which values of a column are worth trying: between two neighbours of them no cell changes its answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from engine.feel import UnaryTests, Value, tree
from engine.feel.compiler import Compiler
from engine.feel.values import Months, Range, Run

CLOCK = frozenset({"now", "today"})
PLAIN = (tree.Tests, tree.Test, tree.Negative, tree.Logic, tree.Between, tree.Within)
"""Parts of a cell that only combine comparisons of the asked value with constants."""
OTHER_TEXT = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for any text that the cells do not name."""
ONE_DAY = timedelta(days=1)


def breaks(tests: UnaryTests) -> list[Value] | None:
    """The constants at which a cell may change its answer; None for a cell that depends on anything else."""
    found: list[Value] = []
    waiting: list[tree.Node] = list(tests.any_of)
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Question) and isinstance(tests.tree, tree.Tests):
            continue
        if _constant(node):
            found += _ends(_value(node))
        elif isinstance(node, tree.Compare):
            if not any(isinstance(side, tree.Question) for side in (node.left, node.right)):
                return None
            waiting += [node.left, node.right]
        elif isinstance(node, PLAIN) and node not in waiting:
            waiting += tree.children(node)
        else:
            return None
    return found


def _constant(node: tree.Node) -> bool:
    return not any(
        isinstance(part, tree.Name | tree.Question | tree.Test)
        or (isinstance(part, tree.Call) and part.function in CLOCK)
        for part in tree.walk(node)
    )


def _value(node: tree.Node) -> Value:
    compiler = Compiler()
    code = compiler.code(node, None)
    return code(Run({}, compiler.size, None, None))


def _ends(value: Value) -> list[Value]:
    if type(value) is Range:
        return [value.start, value.end]
    return value if type(value) is list else [value]


def samples(constants: Iterable[Value], whole: bool) -> list[Value]:
    """The constants themselves, and a value between, below and above them; ``whole`` numbers have no fractions."""
    found: list[Value] = []
    by_kind: dict[type, set[Value]] = {}
    for constant in constants:
        if constant is not None and not isinstance(constant, list | dict | Range):
            by_kind.setdefault(type(constant), set()).add(constant)
        elif constant is None and None not in found:
            found.append(None)
    for kind, values in by_kind.items():
        if kind is bool:
            found += [True, False]
        elif kind is str:
            found += [*sorted(values), OTHER_TEXT]
        else:
            found += _around(sorted(values), whole)
    return [*found, OTHER_TEXT] if found == [None] else found


def _around(values: list[Value], whole: bool) -> list[Value]:
    """Ordered values with one in each gap between them and one beyond each end."""
    found = [_beyond(values[0], -1), values[0]]
    for low, high in pairwise(values):
        found += [_between(low, high, whole), high]
    found.append(_beyond(values[-1], 1))
    return [value for value in found if value is not None]


def _beyond(value: Value, direction: int) -> Value:
    steps: dict[type, Value] = {Decimal: Decimal(1), date: ONE_DAY, datetime: ONE_DAY, timedelta: ONE_DAY}
    try:
        if type(value) is Months:
            return Months(value.count + direction)
        return value + steps[type(value)] * direction
    except OverflowError:
        return None


def _between(low: Value, high: Value, whole: bool) -> Value:
    """A value between two others, a whole number or day where there is one; None if there is none at all."""
    if type(low) is Decimal:
        inside = low.to_integral_value(rounding="ROUND_FLOOR") + 1
        return inside if inside < high else None if whole else (low + high) / 2
    if type(low) is date:
        return low + ONE_DAY if high - low > ONE_DAY else None
    if type(low) is Months:
        return Months(low.count + 1) if high.count - low.count > 1 else None
    return low + (high - low) / 2
