"""``for``, ``some`` and ``every``: what they run through, and that each turn is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.feel.values import MATH, Code, Range, Run, Value


@dataclass(frozen=True, slots=True)
class Turn:
    """One ``name in domain`` of a loop; with ``end`` the domain is a range of whole numbers or dates."""

    place: int
    domain: Code
    end: Code | None


def _turns(turn: Turn, run: Run) -> Iterator[Value] | None:
    start = turn.domain(run)
    return values_of(start) if turn.end is None else _counted(start, turn.end(run))


def values_of(start: Value) -> Iterator[Value] | None:
    """What a loop runs through; None for what is neither a list nor a range that can be counted."""
    if type(start) is Range:
        return _counted(start.start, start.end) if start.start_included and start.end_included else None
    if start is None:
        return None
    return iter(start if type(start) is list else [start])


def _counted(start: Value, end: Value) -> Iterator[Value] | None:
    """From start to end, both included, up or down, in whole steps or days."""
    if type(start) is Decimal and type(end) is Decimal:
        return _numbers(start, end)
    return _days(start, end) if type(start) is date and type(end) is date else None


def _numbers(start: Decimal, end: Decimal) -> Iterator[Value]:
    step = Decimal(1 if start <= end else -1)
    while start <= end if step > 0 else start >= end:
        yield start
        start = MATH.add(start, step)


def _days(start: date, end: date) -> Iterator[Value]:
    step = 1 if start <= end else -1
    for number in range(0, (end - start).days + step, step):
        yield start + timedelta(days=number)


def each(turns: list[Turn], run: Run, size: int, work: Callable[[], object]) -> bool | None:
    """Do the work for each combination, until it returns true; None if a domain cannot be run through."""
    if not turns:
        return work() is True
    values = _turns(turns[0], run)
    if values is None:
        return None
    for value in values:
        run.spend(size + 1)
        run.locals[turns[0].place] = value
        stopped = each(turns[1:], run, size, work)
        if stopped is not False:
            return stopped
    return False


def some(turns: list[Turn], body: Code, size: int) -> Code:
    """``some ... satisfies body``."""
    return _search(turns, body, size, True)


def every(turns: list[Turn], body: Code, size: int) -> Code:
    """``every ... satisfies body``."""
    return _search(turns, body, size, False)


def _search(turns: list[Turn], body: Code, size: int, decisive: bool) -> Code:
    """``some`` stops at the first true, ``every`` at the first false; null where an answer is missing or no truth."""

    def answer(run: Run) -> Value:
        missing = False

        def decided() -> bool:
            nonlocal missing
            value = body(run)
            if type(value) is not bool and value is not None:
                raise ValueError("neither true nor false")
            missing = missing or value is None
            return value is decisive

        try:
            stopped = each(turns, run, size, decided)
        except ValueError:
            return None
        if stopped:
            return decisive
        return None if missing or stopped is None else not decisive

    return answer
