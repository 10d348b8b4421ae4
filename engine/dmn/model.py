"""Decisions as they are kept after reading: tables, literal expressions, and what they require."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from engine.dmn.deciding import decided
from engine.dmn.types import Type
from engine.feel import Expression, UnaryTests, Value
from engine.feel.values import Run, bounded, imported
from engine.problems import Problem

CELLS_LIMIT = 5_000


@dataclass(frozen=True)
class Input:
    """A column that is asked about; ``allowed`` are its input values, if listed."""

    label: str
    expression: Expression
    allowed: UnaryTests | None
    type: Type


@dataclass(frozen=True)
class Output:
    """A column of results. ``values`` are the listed ones in order of priority, highest first."""

    name: str
    values: tuple[Value, ...]
    allowed: UnaryTests | None
    default: Expression | None
    type: Type


@dataclass(frozen=True)
class Rule:
    """One row: ``number`` counts from 1."""

    number: int
    id: str | None
    line: int | None
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True)
class Table:
    """A decision table. ``aggregation`` is ``""``, ``SUM``, ``MIN``, ``MAX`` or ``COUNT``."""

    id: str | None
    line: int | None
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Decision:
    """One decision of a file.

    ``requires`` are all decisions that it needs, each after those it needs itself; ``inputs`` the types of
    its input data by name; ``names`` the variables that it and they read from the process data.
    """

    id: str
    name: str
    line: int | None
    variable: str
    type: Type
    logic: Table | Expression
    requires: tuple[Decision, ...]
    inputs: Mapping[str, Type]

    @property
    def table(self) -> Table | None:
        """The decision table, if it is one."""
        return self.logic if isinstance(self.logic, Table) else None

    @property
    def names(self) -> frozenset[str]:
        """The variables of the process data that the answer depends on."""
        made = {name for decision in self.requires for name in (decision.name, decision.variable)}
        read = frozenset().union(*(read_by(decision.logic) for decision in (*self.requires, self)))
        return read - made

    def evaluate(
        self, context: Mapping[str, Value], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> Value:
        """The answer: of one output its value, of several a dict, of a policy with many hits a list.

        Raises `RuleConflict` where the rules contradict each other and `LimitExceeded`, nothing else.
        """
        run = Run(dict(context), 0, now, zone)
        for decision in (*self.requires, self):
            answer = decision._answer(run)
        return bounded(answer)

    def _answer(self, run: Run) -> Value:
        data = dict(run.data)
        for name, type_ in self.inputs.items():
            data[name] = type_.brought(imported(data.get(name), run), run)
        run.data, outer = data, run.data
        answer = self.type.brought(decided(self, run), run)
        run.data = {**outer, self.name: answer, self.variable: answer}
        return answer


def read_by(logic: Table | Expression) -> frozenset[str]:
    """The variables that a table or an expression reads."""
    if isinstance(logic, Expression):
        return logic.names
    parts: list[Expression | UnaryTests] = [column.expression for column in logic.inputs]
    for rule in logic.rules:
        parts += [*rule.tests, *rule.results]
    return frozenset().union(*(part.names for part in parts))


class Decisions(Mapping[str, Decision]):
    """The decisions of a file by id, and the ``warnings`` found when reading it."""

    def __init__(self, decisions: Mapping[str, Decision], warnings: tuple[Problem, ...] = ()) -> None:
        self._decisions = dict(decisions)
        self.warnings = warnings

    def __getitem__(self, id: str) -> Decision:
        return self._decisions[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._decisions)

    def __len__(self) -> int:
        return len(self._decisions)
