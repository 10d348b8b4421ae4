"""Built-in functions that say how ranges and points lie to each other (DMN 10.3.4.8)."""

from __future__ import annotations

from engine.feel.functions import feel
from engine.feel.values import Range, Run, Value, comparable, equal


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
