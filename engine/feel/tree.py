"""What an expression consists of, as the parser leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from engine.feel.values import Value

Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression and where it begins."""

    at: Place


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Question(Node):
    """``?``: the value that a cell is asked about."""


@dataclass(frozen=True, slots=True)
class Property(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    test: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """A call of whatever a part of the expression turns out to be: ``f(1)(2)``, ``context.f(1)``."""

    function: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """``function(a: number, b) body``; a parameter without a type takes anything."""

    parameters: tuple[tuple[str, str | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Operands with the operator before each but the first: ``+ -``, ``* /`` or ``**``."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negated(Node):
    value: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A comparison that lacks its left side: ``> 5``."""

    operator: str
    right: Node


@dataclass(frozen=True, slots=True)
class Within(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``not(...)``: of one truth value, or, as a whole cell, of several tests."""

    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator_(Node):
    name: str
    domain: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    iterators: tuple[Iterator_, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    iterators: tuple[Iterator_, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Listing(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Instance(Node):
    value: Node
    type: str


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A whole cell of a decision table: the tests of which one must hold; none means any value."""

    tests: tuple[Node, ...]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(part: Any) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _nodes(inner)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def depth(node: Node) -> int:
    """How many nodes lie one inside the other at the deepest place."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return deepest
