"""Boxed expressions: contexts, lists, choices, filters, loops, functions and their invocations (DMN 10.2).

Each evaluates its parts with the names that it adds to the data of the run. Loops and calls pay for the size of
their body at each turn.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from engine.dmn.types import Type
from engine.feel import Value
from engine.feel.access import matching
from engine.feel.loops import values_of
from engine.feel.values import Function, Run

Paths: TypeAlias = frozenset[tuple[str, ...]]


class Logic(Protocol):
    """Whatever a decision may consist of: what it reads from the data, what it costs, and its value."""

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def paths(self) -> Paths: ...

    @property
    def weight(self) -> int: ...

    def run(self, run: Run) -> Value: ...


class Box:
    """What all boxes have in common."""

    @property
    @abstractmethod
    def paths(self) -> Paths:
        """What it reads from the data, e.g. ``("submit", "first")``."""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it reads from the data."""
        return frozenset(path[0] for path in self.paths)


def read_by(parts: Iterable[Logic]) -> Paths:
    """The paths that several parts read."""
    return frozenset().union(*(part.paths for part in parts))


def _without(paths: Paths, made: Collection[str]) -> Paths:
    """The paths that do not begin with a name of one's own."""
    return frozenset(path for path in paths if path[0] not in made)


def with_names(run: Run, names: Mapping[str, Value], logic: Logic) -> Value:
    """The value of a part that sees more names than its surroundings."""
    run.spend(len(run.data) >> 3)
    return inside(run, {**run.data, **names}, logic)


def inside(run: Run, data: Mapping[str, Value], logic: Logic) -> Value:
    """The value of a part for these data and no others; afterwards the run is as it was."""
    outside = run.data, run.locals
    run.data = data
    try:
        return logic.run(run)
    finally:
        run.data, run.locals = outside


@dataclass(frozen=True)
class Context(Box):
    """Named entries, each of which sees those before it; with ``result``, that alone is the value."""

    entries: tuple[tuple[str, Type, Logic], ...]
    result: Logic | None

    @property
    def paths(self) -> Paths:
        made: list[str] = []
        read: Paths = frozenset()
        for name, _, logic in self.entries:
            read |= _without(logic.paths, made)
            made.append(name)
        return read | _without(self.result.paths, made) if self.result else read

    @property
    def weight(self) -> int:
        return sum(logic.weight for _, _, logic in self.entries) + (self.result.weight if self.result else 1)

    def run(self, run: Run) -> Value:
        made: dict[str, Value] = {}
        for name, type_, logic in self.entries:
            made[name] = type_.brought(with_names(run, made, logic), run)
        return with_names(run, made, self.result) if self.result else made


@dataclass(frozen=True)
class Items(Box):
    """A list of values."""

    items: tuple[Logic, ...]

    @property
    def paths(self) -> Paths:
        return read_by(self.items)

    @property
    def weight(self) -> int:
        return 1 + sum(item.weight for item in self.items)

    def run(self, run: Run) -> Value:
        return run.list([inside(run, run.data, item) for item in self.items])


@dataclass(frozen=True)
class Choice(Box):
    """``if``, ``then`` and ``else``."""

    condition: Logic
    then: Logic
    otherwise: Logic

    @property
    def paths(self) -> Paths:
        return read_by((self.condition, self.then, self.otherwise))

    @property
    def weight(self) -> int:
        return self.condition.weight + self.then.weight + self.otherwise.weight

    def run(self, run: Run) -> Value:
        return (self.then if self.condition.run(run) is True else self.otherwise).run(run)


@dataclass(frozen=True)
class Selection(Box):
    """The items of a list that match; the test sees each as ``item``, and its entries by their names."""

    source: Logic
    match: Logic

    @property
    def paths(self) -> Paths:
        """Names in the test may be entries of the items, so that they say nothing about the data."""
        return self.source.paths

    @property
    def weight(self) -> int:
        return self.source.weight + self.match.weight

    def run(self, run: Run) -> Value:
        weight = self.match.weight

        def answer(item: Value) -> Value:
            run.spend(weight)
            entries = item if type(item) is dict else {}
            return with_names(run, {**entries, "item": item}, self.match)

        return matching(self.source.run(run), answer, run)


@dataclass(frozen=True)
class Loop(Box):
    """``for``, ``some`` or ``every`` value of a list or range, by the name ``variable``."""

    kind: str
    variable: str
    source: Logic
    body: Logic

    @property
    def paths(self) -> Paths:
        return self.source.paths | _without(self.body.paths, {self.variable, "partial"})

    @property
    def weight(self) -> int:
        return self.source.weight + self.body.weight

    def run(self, run: Run) -> Value:
        values = values_of(self.source.run(run))
        if values is None:
            return None
        return self._collected(values, run) if self.kind == "for" else self._decided(values, run)

    def _collected(self, values: Iterator[Value], run: Run) -> Value:
        results: list[Value] = []
        looks_back, weight = "partial" in self.body.names, self.body.weight
        for value in values:
            partial = {"partial": run.list(list(results))} if looks_back else {}
            run.spend(weight)
            results.append(with_names(run, {self.variable: value, **partial}, self.body))
        return run.list(results)

    def _decided(self, values: Iterator[Value], run: Run) -> Value:
        decisive, missing, weight = self.kind == "some", False, self.body.weight
        for value in values:
            run.spend(weight)
            answer = with_names(run, {self.variable: value}, self.body)
            if answer is decisive:
                return decisive
            if type(answer) is not bool and answer is not None:
                return None
            missing = missing or answer is None
        return None if missing else not decisive


@dataclass(frozen=True)
class Definition(Box):
    """A function: typed parameters and what it does with them."""

    parameters: tuple[tuple[str, Type], ...]
    body: Logic

    @property
    def paths(self) -> Paths:
        return _without(self.body.paths, {name for name, _ in self.parameters})

    @property
    def weight(self) -> int:
        return 1

    def run(self, run: Run) -> Value:
        run.spend(len(run.data))
        return self.with_data(dict(run.data))

    def with_data(self, data: Mapping[str, Value]) -> Function:
        """The function as a value that reads these data besides its parameters."""
        weight = self.body.weight

        def answer(run: Run, arguments: list[Value]) -> Value:
            run.spend(weight + (len(data) >> 3))
            named: dict[str, Value] = {}
            for (name, type_), argument in zip(self.parameters, arguments, strict=True):
                named[name] = type_.brought(argument, run)
                if named[name] is None and argument is not None:
                    return None
            return inside(run, {**data, **named}, self.body)

        return Function(tuple(name for name, _ in self.parameters), answer)


@dataclass(frozen=True)
class Invocation(Box):
    """A function called with a value for each of its parameters by name."""

    function: Logic
    bindings: tuple[tuple[str, Logic], ...]

    @property
    def paths(self) -> Paths:
        return self.function.paths | read_by(logic for _, logic in self.bindings)

    @property
    def weight(self) -> int:
        return self.function.weight + sum(logic.weight for _, logic in self.bindings)

    def run(self, run: Run) -> Value:
        function = self.function.run(run)
        if type(function) is not Function or function.parameters is None:
            return None
        given = {name: inside(run, run.data, logic) for name, logic in self.bindings}
        if given.keys() != set(function.parameters):
            return None
        return function.called(run, [given[name] for name in function.parameters])


@dataclass(frozen=True)
class Typed(Box):
    """A part whose value must be of a type."""

    type: Type
    logic: Logic

    @property
    def paths(self) -> Paths:
        return self.logic.paths

    @property
    def weight(self) -> int:
        return self.logic.weight

    def run(self, run: Run) -> Value:
        return self.type.brought(self.logic.run(run), run)


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function that sees its parameters and the models it requires."""

    name: str
    definition: Definition
    requires: tuple[Knowledge, ...]

    @cached_property
    def value(self) -> Function:
        """The function; it may call itself."""
        data: dict[str, Value] = {model.name: model.value for model in self.requires}
        data[self.name] = function = self.definition.with_data(data)
        return function
