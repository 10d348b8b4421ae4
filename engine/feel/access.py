"""Getting at the parts of a value: entries, items, and items that pass a test."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import tree
from engine.feel.time_functions import property_of
from engine.feel.values import Code, Run, Value


def static_path(node: tree.Node) -> tuple[str, ...]:
    """``("a", "b")`` of ``a.b``; empty where the path does not begin with a name."""
    names: list[str] = []
    while isinstance(node, tree.Property):
        names.append(node.name)
        node = node.base
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else ()


def property_in(value: Value, name: str, run: Run) -> Value:
    """``value.name``: an entry of a context, a part of a date, or of a list all entries of its items."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is list:
        return run.list([property_in(item, name, run) for item in value])
    return property_of(value, name)


def properties_in(value: Value, names: tuple[str, ...], run: Run) -> Value:
    """``value.a.b.c``."""
    for name in names:
        value = property_in(value, name, run)
    return value


def item_at(value: Value, index: Decimal) -> Value:
    """The item at a place counted from 1, from the end when negative; a single value is a list of one."""
    values = value if type(value) is list else [] if value is None else [value]
    if index != index.to_integral_value() or not index or abs(index) > len(values):
        return None
    return values[int(index) - 1] if index > 0 else values[int(index)]


def filtered(value: Value, test: Code, size: int, place: int, run: Run) -> Value:
    """``value[test]``, the item being the local value at ``place``; ``size`` is what a test costs."""

    def answer(item: Value) -> Value:
        run.spend(size + 1)
        run.locals[place] = item
        return test(run)

    return matching(value, answer, run)


def matching(value: Value, answer: Callable[[Value], Value], run: Run) -> Value:
    """The items for which the answer is true, or the one whose number it is; null for another answer."""
    values = value if type(value) is list else [] if value is None else [value]
    kept: list[Value] = []
    for item in values:
        found = answer(item)
        if type(found) is Decimal:
            return item_at(values, found)
        if found is True:
            kept.append(item)
        elif found is not False and found is not None:
            return None
    return run.list(kept)
