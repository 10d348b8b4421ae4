"""Decisions as they are kept after reading: tables, expressions, and what they require."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from engine.dmn.boxed import Box, Knowledge, Logic, Paths
from engine.dmn.deciding import decided
from engine.dmn.types import Type
from engine.errors import LimitExceeded
from engine.feel import Expression, UnaryTests, Value
from engine.feel.values import TOO_MUCH, Run, bounded, imported
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
class Table(Box):
    """A decision table; ``name`` is that of the decision or function that it stands in.

    ``aggregation`` is ``""``, ``SUM``, ``MIN``, ``MAX`` or ``COUNT``.
    """

    name: str
    id: str | None
    line: int | None
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def paths(self) -> Paths:
        """What it reads, e.g. ``("submit", "first")``."""
        parts: list[Expression | UnaryTests] = [column.expression for column in self.inputs]
        parts += [output.default for output in self.outputs if output.default is not None]
        for rule in self.rules:
            parts += [*rule.tests, *rule.results]
        return frozenset().union(*(part.paths for part in parts))

    @property
    def weight(self) -> int:
        """How many cells it has; its rules cost extra."""
        return len(self.inputs) + len(self.outputs) + 1

    def run(self, run: Run) -> Value:
        """What it says for the data of the run. Raises `RuleConflict`."""
        return decided(self, run)


@dataclass(frozen=True)
class Decision:
    """One decision of a file.

    ``requires`` are all decisions that it needs, each after those it needs itself; ``knowledge`` the functions
    that it calls; ``inputs`` the types of its input data by name; ``names`` the variables that it and they read
    from the process data.
    """

    id: str
    name: str
    line: int | None
    variable: str
    type: Type
    logic: Logic
    requires: tuple[Decision, ...]
    knowledge: tuple[Knowledge, ...]
    inputs: Mapping[str, Type]

    @property
    def table(self) -> Table | None:
        """The decision table, if it is nothing but one."""
        return self.logic if isinstance(self.logic, Table) else None

    @property
    def names(self) -> frozenset[str]:
        """The variables of the process data that the answer depends on."""
        made = {name for decision in self.requires for name in (decision.name, decision.variable)}
        read = frozenset().union(*(decision.own_names for decision in (*self.requires, self)))
        return read - made

    @property
    def own_names(self) -> frozenset[str]:
        """The variables that it reads itself, functions left out."""
        return self.logic.names - {model.name for model in self.knowledge}

    def evaluate(
        self, context: Mapping[str, Value], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> Value:
        """The answer: of one output its value, of several a dict, of a policy with many hits a list.

        Raises `RuleConflict` where the rules contradict each other and `LimitExceeded`, nothing else.
        """
        return bounded(self.run(Run(dict(context), 0, now, zone)))

    def run(self, run: Run) -> Value:
        """`evaluate` within a run that goes on, whose steps several decisions share."""
        try:
            for decision in (*self.requires, self):
                answer = decision._answer(run)
        except RecursionError:
            raise LimitExceeded(TOO_MUCH) from None
        return answer

    @cached_property
    def weight(self) -> int:
        """Steps that reading through the decision and those it requires counts for, before anything is computed."""
        return sum(decision.logic.weight for decision in (*self.requires, self))

    def _answer(self, run: Run) -> Value:
        data = {**run.data, **{model.name: model.value for model in self.knowledge}}
        for name, type_ in self.inputs.items():
            data[name] = type_.brought(imported(data.get(name), run), run)
        run.data, outer = data, run.data
        answer = self.type.brought(self.logic.run(run), run)
        run.data = {**outer, self.name: answer, self.variable: answer}
        return answer


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
