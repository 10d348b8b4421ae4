"""The questions of a table as an analysis sees them: the values worth trying, and which rules accept each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from itertools import combinations
from operator import or_

from engine.dmn.model import Input, Table
from engine.dmn.samples import OTHER_TEXT, Breaks
from engine.errors import LimitExceeded
from engine.feel import UnaryTests, Value
from engine.feel.access import static_path
from engine.feel.values import Months, Run, equal

ANSWERS_LIMIT = 200_000
"""How many cells are asked about how many values in all."""
WHOLE_TYPES = frozenset({"integer", "long", "Integer"})
ANYTHING = object()
"""Stands for any value, in a column whose cells make no difference."""

STAND_INS: dict[str, tuple[Value, ...]] = {
    "": (OTHER_TEXT,),
    "string": (OTHER_TEXT,),
    "number": (Decimal(0),),
    "boolean": (True, False),
    "date": (date(2000, 1, 1),),
    "date and time": (datetime(2000, 1, 1, tzinfo=UTC),),
    "time": (time(12),),
    "days and time duration": (timedelta(days=1),),
    "years and months duration": (Months(1),),
}
"""A value of each kind, for a column whose cells ask only whether there is one."""


@dataclass
class Column:
    """One question of a table: the values tried, and for each the rules (a bit each) that accept it.

    ``certain`` is whether each of the values may occur: what a calculation may come to is not known.
    """

    label: str
    values: list[Value]
    accepting: list[int]
    certain: bool
    opaque: set[int] = field(default_factory=set)

    def shown(self, value: Value) -> dict[str, Value]:
        """The column's part of an example; nothing where any value will do."""
        return {} if value is ANYTHING else {self.label: value}


def columns_of(table: Table) -> list[Column] | None:
    """The columns, those with the same question as one; None where they cannot be looked at one by one."""
    grouped: dict[tuple[object, ...], list[int]] = {}
    for number, column in enumerate(table.inputs):
        grouped.setdefault(_question(column), []).append(number)
    try:
        columns = _columns(table, list(grouped.values()))
    except LimitExceeded:
        return None
    asked = [table.inputs[numbers[0]] for numbers in grouped.values()]
    deciding = [one for one, column in zip(asked, columns, strict=True) if column.values != [ANYTHING]]
    return None if any(_depend(*pair) for pair in combinations(deciding, 2)) else columns


def _columns(table: Table, groups: list[list[int]]) -> list[Column]:
    """The columns with the answers of all rules. Raises `LimitExceeded` if there is too much to try."""
    run = Run({}, 0, None, None)
    run.steps = ANSWERS_LIMIT
    columns: list[Column] = []
    for numbers in groups:
        cells = [[rule.tests[number] for number in numbers] for rule in table.rules]
        column = _column(table, numbers[0], cells, run)
        run.spend(len(column.values) * len(cells))
        column.accepting += (_accepting(column, value, cells, run) for value in column.values)
        columns.append(column)
    return columns


def _accepting(column: Column, value: Value, cells: list[list[UnaryTests]], run: Run) -> int:
    """The rules that accept a value; an opaque cell is taken to accept each."""
    answers = (
        1 << number
        for number, tests in enumerate(cells)
        if number in column.opaque or all(test.passes(value, run) for test in tests)
    )
    return reduce(or_, answers, 0)


def _question(column: Input) -> tuple[object, ...]:
    allowed = None if column.allowed is None else column.allowed.text.strip()
    return column.expression.text.strip(), column.type.name, allowed


def _depend(left: Input, right: Input) -> bool:
    """Whether the answers of two questions may hang together, as those of ``n`` and ``n > 5`` do."""
    paths = static_path(left.expression.tree), static_path(right.expression.tree)
    if all(paths):
        shorter = min(map(len, paths))
        return paths[0][:shorter] == paths[1][:shorter]
    return bool(left.expression.names & right.expression.names)


def _column(table: Table, number: int, cells: list[list[UnaryTests]], run: Run) -> Column:
    asked = table.inputs[number]
    breaks = Breaks()
    opaque = {rule for rule, tests in enumerate(cells) if not all(map(breaks.add, tests))}
    limits = [limit for limit in (asked.allowed, asked.type.allowed) if limit is not None]
    if not all(map(breaks.add, limits)):
        opaque = set(range(len(cells)))
    tried = [value for value in breaks.samples(asked.type.name in WHOLE_TYPES) if _may_come(asked, value, limits, run)]
    if tried == [None]:
        tried += [value for value in STAND_INS.get(asked.type.kind or "", ()) if _may_come(asked, value, limits, run)]
        opaque = opaque if len(tried) > 1 else set(range(len(cells)))
    certain = bool(static_path(asked.expression.tree))
    return Column(_label(table, number), tried or [ANYTHING], [], certain, opaque)


def _may_come(asked: Input, value: Value, limits: list[UnaryTests], run: Run) -> bool:
    """Whether a value may come into the column and stays what it is there."""
    if value is None:
        return True
    kept = asked.type.free or equal(asked.type.brought(value, run), value, run) is True
    return kept and all(limit.passes(value, run) for limit in limits)


def _label(table: Table, number: int) -> str:
    """What a column is called in an example: its label, with its question if others are labelled the same."""
    asked = table.inputs[number]
    alike = [column for column in table.inputs if column.label == asked.label and _question(column) != _question(asked)]
    text = asked.expression.text.strip()
    return f"{asked.label} ({text})" if alike and asked.label != text else asked.label
