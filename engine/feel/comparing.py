"""Comparisons and tests, with their three values of truth."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from engine.feel import tree
from engine.feel.values import KINDS, Code, Range, Run, Value, comparable, equal, within

ORDERS: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
BOOLEAN_NODES = (
    tree.Compare,
    tree.Between,
    tree.Within,
    tree.Logic,
    tree.Quantified,
    tree.Instance,
    tree.Negative,
)
BOOLEAN_FUNCTIONS = frozenset(
    {
        *("contains", "starts with", "ends with", "matches", "list contains", "all", "any", "even", "odd", "is"),
        *("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "includes"),
        *("during", "starts", "started by", "finishes", "finished by", "coincides"),
    }
)
INSTANCE_TYPES = frozenset(KINDS.values()) - {"Null", "range"}


def comparison(sign: str, left: Code, right: Code) -> Code:
    """``left sign right`` as three-valued truth."""
    if sign == "=":
        return lambda run: equal(left(run), right(run), run)
    if sign == "!=":

        def different(run: Run) -> Value:
            same = equal(left(run), right(run), run)
            return None if same is None else not same

        return different
    order = ORDERS[sign]

    def ordered(run: Run) -> Value:
        first, second = left(run), right(run)
        return order(first, second) if comparable(first, second) else None

    return ordered


def between(value: Value, low: Value, high: Value) -> Value:
    """Whether a value lies between two others, both included; one answer can be enough."""
    above = low <= value if comparable(value, low) else None
    below = value <= high if comparable(value, high) else None
    return False if above is False or below is False else None if above is None or below is None else True


def any_true(tests: Sequence[Code], run: Run) -> bool | None:
    """Whether one of the tests holds; null if none does but one has no answer."""
    answer: bool | None = False
    for test in tests:
        value = test(run)
        if value is True:
            return True
        if type(value) is not bool:
            answer = None
    return answer


def is_condition(node: tree.Node) -> bool:
    """Whether a test is a truth of its own and not a value to compare with: ``? > 3 and ? < 9``."""
    if isinstance(node, tree.Call):
        return node.function in BOOLEAN_FUNCTIONS
    if isinstance(node, BOOLEAN_NODES):
        return True
    return any(isinstance(part, tree.Question) for part in tree.walk(node))


def contained(value: Value, wanted: Value, run: Run) -> bool | None:
    """Whether a value is the wanted one, or in the wanted range or list."""
    if type(wanted) is Range:
        return within(value, wanted)
    if type(wanted) is list:
        run.spend(len(wanted))
        return any(
            equal(value, item, run) is True or (type(item) is Range and within(value, item) is True) for item in wanted
        ) or (type(value) is list and equal(value, wanted, run) is True)
    return equal(value, wanted, run)


def interval_of(low: Value, high: Value, node: tree.Interval) -> Value:
    """The range between two values; null if they are none."""
    if not comparable(low, high) or low > high:
        return None
    return Range(low, high, node.low_included, node.high_included)


def is_instance(value: Value, kind: str) -> bool:
    """Whether a value is of a kind; null is of none."""
    return KINDS.get(type(value)) == kind
