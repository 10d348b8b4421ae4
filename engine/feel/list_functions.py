"""Built-in functions on lists, contexts and truth values (DMN 10.3.4.4, 10.3.4.6, 10.3.4.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key, reduce

from engine.feel.functions import feel
from engine.feel.values import LIST_LIMIT, MATH, Function, Run, Value, comparable, equal

ZERO, ONE = Decimal(0), Decimal(1)


def _numbers(values: list[Value], run: Run) -> list[Decimal] | None:
    run.spend(len(values))
    return values if values and all(type(value) is Decimal for value in values) else None


def _position(position: Decimal, length: int) -> int | None:
    """A place counted from 1, or from the end when negative, as an index; None outside the list."""
    place = int(position)
    if not place or abs(place) > length:
        return None
    return place - 1 if place > 0 else length + place


def found(value: Value, values: Iterable[Value], run: Run) -> bool:
    """Whether one of the values equals this one."""
    for other in values:
        run.spend(1)
        if equal(value, other, run):
            return True
    return False


@feel("list contains(list: list, element: any)")
def list_contains(run: Run, values: list[Value], element: Value) -> Value:
    return found(element, values, run)


@feel("count(list: list)")
def count(run: Run, values: list[Value]) -> Value:
    return Decimal(len(values))


def _extreme(run: Run, values: list[Value], better: Callable[[Value, Value], bool]) -> Value:
    run.spend(len(values))
    if not values or not comparable(values[0], values[0]):
        return None
    best = values[0]
    for value in values[1:]:
        if not comparable(value, best):
            return None
        best = value if better(value, best) else best
    return best


@feel("min(list...: list)")
def smallest(run: Run, values: list[Value]) -> Value:
    return _extreme(run, values, lambda left, right: bool(left < right))


@feel("max(list...: list)")
def largest(run: Run, values: list[Value]) -> Value:
    return _extreme(run, values, lambda left, right: bool(left > right))


@feel("sum(list...: list)")
def total(run: Run, values: list[Value]) -> Value:
    numbers = _numbers(values, run)
    return None if numbers is None else reduce(MATH.add, numbers)


@feel("product(list...: list)")
def product(run: Run, values: list[Value]) -> Value:
    numbers = _numbers(values, run)
    return None if numbers is None else reduce(MATH.multiply, numbers)


@feel("mean(list...: list)")
def mean(run: Run, values: list[Value]) -> Value:
    numbers = _numbers(values, run)
    return None if numbers is None else MATH.divide(reduce(MATH.add, numbers), Decimal(len(numbers)))


@feel("median(list...: list)")
def median(run: Run, values: list[Value]) -> Value:
    numbers = _numbers(values, run)
    if numbers is None:
        return None
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return MATH.divide(MATH.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@feel("stddev(list...: list)")
def standard_deviation(run: Run, values: list[Value]) -> Value:
    numbers = _numbers(values, run)
    if numbers is None or len(numbers) < 2:
        return None
    average = MATH.divide(reduce(MATH.add, numbers), Decimal(len(numbers)))
    run.spend(3 * len(numbers))
    squares = [MATH.power(MATH.subtract(number, average), 2) for number in numbers]
    return MATH.sqrt(MATH.divide(reduce(MATH.add, squares), Decimal(len(numbers) - 1)))


@feel("mode(list...: list)")
def mode(run: Run, values: list[Value]) -> Value:
    if not values:
        return []
    numbers = _numbers(values, run)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return run.list(sorted(number for number, times in counts.items() if times == most))


@feel("all(list...: list)")
def every(run: Run, values: list[Value]) -> Value:
    run.spend(len(values))
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


@feel("any(list...: list)")
def some(run: Run, values: list[Value]) -> Value:
    run.spend(len(values))
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


@feel("not(negand: any)")
def negation(run: Run, value: Value) -> Value:
    return not value if type(value) is bool else None


@feel("sublist(list: list, start position: number, length?: number)")
def sublist(run: Run, values: list[Value], position: Decimal, length: Decimal | None = None) -> Value:
    start = _position(position, len(values))
    if start is None or (length is not None and (length < 0 or start + int(length) > len(values))):
        return None
    return run.list(values[start:] if length is None else values[start : start + int(length)])


@feel("append(list: list, items...: list)")
def append(run: Run, values: list[Value], items: list[Value]) -> Value:
    return run.list([*values, *items])


@feel("concatenate(lists...: list)")
def concatenate(run: Run, lists: list[Value]) -> Value:
    joined: list[Value] = []
    for part in lists:
        run.list(joined)
        joined = joined + (part if type(part) is list else [part])
    return run.list(joined)


@feel("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, values: list[Value], position: Decimal, item: Value) -> Value:
    start = _position(position, len(values))
    return None if start is None else run.list([*values[:start], item, *values[start:]])


@feel("remove(list: list, position: number)")
def remove(run: Run, values: list[Value], position: Decimal) -> Value:
    start = _position(position, len(values))
    return None if start is None else run.list(values[:start] + values[start + 1 :])


@feel(
    "list replace(list: list, position: any, newItem: any)", "list replace(list: list, match: function, newItem: any)"
)
def list_replace(run: Run, values: list[Value], position: Value, item: Value) -> Value:
    if type(position) is Function:
        return run.list([item if _truth(position.called(run, [value, item])) else value for value in values])
    start = _position(position, len(values)) if type(position) is Decimal else None
    return None if start is None else run.list([*values[:start], item, *values[start + 1 :]])


@feel("reverse(list: list)")
def reverse(run: Run, values: list[Value]) -> Value:
    return run.list(values[::-1])


@feel("index of(list: list, match: any)")
def index_of(run: Run, values: list[Value], match: Value) -> Value:
    run.spend(len(values))
    return run.list([Decimal(place) for place, value in enumerate(values, 1) if equal(value, match, run) is True])


@feel("union(lists...: list)")
def union(run: Run, lists: list[Value]) -> Value:
    return distinct_values(run, concatenate(run, lists))


@feel("distinct values(list: list)")
def distinct_values(run: Run, values: list[Value]) -> Value:
    distinct: list[Value] = []
    for value in values:
        if not found(value, distinct, run):
            distinct.append(value)
    return run.list(distinct)


@feel("flatten(list: list)")
def flatten(run: Run, values: list[Value]) -> Value:
    flat: list[Value] = []
    waiting = [iter(values)]
    while waiting:
        for value in waiting[-1]:
            run.spend(1)
            if type(value) is list:
                waiting.append(iter(value))
                break
            flat.append(value)
            if len(flat) > LIST_LIMIT:
                return run.list(flat)
        else:
            waiting.pop()
    return run.list(flat)


@feel("sort(list: list, precedes: function)")
def sort_by(run: Run, values: list[Value], precedes: Function) -> Value:
    """Raises ValueError where the function does not say true or false."""

    def compared(left: Value, right: Value) -> int:
        return -1 if _truth(precedes.called(run, [left, right])) else 1

    return run.list(sorted(values, key=cmp_to_key(compared)))


def _truth(answer: Value) -> bool:
    if type(answer) is not bool:
        raise ValueError("neither true nor false")
    return answer


@feel("sort(list: list)")
def sort(run: Run, values: list[Value]) -> Value:
    run.spend(len(values) * max(1, len(values).bit_length()))
    if len(values) > 1 and any(not comparable(value, values[0]) for value in values):
        return None
    return run.list(sorted(values))


@feel("get value(m: context, key: string)")
def get_value(run: Run, m: dict[str, Value], key: str) -> Value:
    return m.get(key)


@feel("get entries(m: context)")
def get_entries(run: Run, m: dict[str, Value]) -> Value:
    return run.list([{"key": key, "value": value} for key, value in m.items()])


@feel("context(entries: list)")
def context(run: Run, entries: list[Value]) -> Value:
    built: dict[str, Value] = {}
    for entry in run.list(entries):
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            return None
        if entry["key"] in built:
            return None
        built[entry["key"]] = entry["value"]
    return built


@feel("context put(context: context, key: any, value: any)", "context put(context: context, keys: list, value: any)")
def context_put(run: Run, base: dict[str, Value], key: Value, value: Value) -> Value:
    """With a list of keys the value is put that deep; every step but the last must be a context already."""
    keys = key if type(key) is list else [key]
    run.list([*base, *keys])
    if not keys or type(keys[0]) is not str:
        return None
    if len(keys) > 1:
        inner = base.get(keys[0])
        value = context_put(run, inner, keys[1:], value) if type(inner) is dict else None
        if value is None:
            return None
    return {**base, keys[0]: value}


@feel("context merge(contexts: list)")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    merged: dict[str, Value] = {}
    for part in contexts:
        if type(part) is not dict:
            return None
        merged = {**merged, **part}
        run.list(list(merged))
    return merged
