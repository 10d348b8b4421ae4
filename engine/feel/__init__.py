"""The one expression language: a subset of FEEL, compiled once to closures, cached, and bounded.

>>> compile_expression('decide.outcome = "approve"').evaluate({"decide": {"outcome": "approve"}})
True

Semantics are the standard's (DMN 1.5, chapter 10): a sub-expression that makes no sense is null. What could
only be a mistake of the author (an unknown function, another language's syntax) is a `FeelError` at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache

from engine.errors import LimitExceeded
from engine.feel import parser
from engine.feel.checks import check_cell
from engine.feel.comparing import any_true
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError
from engine.feel.scope import Scope
from engine.feel.tree import Negative, Node, Tests
from engine.feel.values import TOO_MUCH, Code, Months, Range, Run, Value, bounded, imported

EvaluationError = LimitExceeded
"""The one thing an evaluation can raise: it asked for too many steps, or too large a value."""

__all__ = [
    "EvaluationError",
    "Expression",
    "FeelError",
    "Months",
    "Range",
    "UnaryTests",
    "Value",
    "compile_expression",
    "compile_unary",
]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    ``names`` are the variables it reads from the data, ``paths`` what it reads below them, e.g.
    ``("submit", "first")``; ``item_names`` are names inside a filter that may be an entry of the items or
    a variable; ``weight`` is how many parts it has, which is what a turn of a loop over it costs.
    """

    text: str
    tree: Node
    names: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    item_names: frozenset[str]
    weight: int
    _code: Code = field(repr=False)
    _size: int = field(repr=False)

    def evaluate(
        self, context: Mapping[str, Value], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> Value:
        """The value for this data. ``now`` and ``zone`` are what ``today()`` and local times mean.

        Raises `LimitExceeded`, and nothing else.
        """
        return bounded(self.run(Run(context, 0, now, zone)))

    def run(self, run: Run) -> Value:
        """The value within a run that goes on, whose steps several expressions share."""
        run.locals = [None] * self._size
        try:
            return self._code(run)
        except RecursionError:
            raise LimitExceeded(TOO_MUCH) from None


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A compiled cell of a decision table; see `Expression` for ``names`` and ``paths``.

    One of the tests ``any_of`` must hold, or, with ``negative``, none of them.
    """

    text: str
    tree: Node
    names: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    any_of: tuple[Node, ...]
    negative: bool
    _tests: tuple[Code, ...] = field(repr=False)
    _size: int = field(repr=False)

    def matches(
        self,
        value: Value,
        context: Mapping[str, Value],
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
    ) -> bool:
        """Whether the value passes; no answer counts as no. Raises `LimitExceeded`, and nothing else."""
        run = Run(context, 0, now, zone)
        return self.passes(imported(value, run), run)

    def passes(self, value: Value, run: Run) -> bool:
        """`matches` for a FEEL value within a run that goes on, whose steps several cells share."""
        if not self._tests:
            return True
        run.locals = [None] * self._size
        run.locals[0] = value
        try:
            answer = any_true(self._tests, run)
        except RecursionError:
            raise LimitExceeded(TOO_MUCH) from None
        return answer is False if self.negative else answer is True


@lru_cache(maxsize=4096)
def compile_expression(
    text: str, names: frozenset[str] = frozenset(), functions: frozenset[str] = frozenset()
) -> Expression:
    """Compile an expression. ``names`` are names with spaces or signs that it may use, ``functions`` those of the
    data that it may call. Raises `FeelError`.
    """
    node = parser.expression(text, names)
    compiler = Compiler(functions)
    code = compiler.code(node, None)
    roots = frozenset(path[0] for path in compiler.paths)
    return Expression(
        text=text,
        tree=node,
        names=roots,
        paths=frozenset(compiler.paths),
        item_names=frozenset(compiler.item_names),
        weight=compiler.nodes,
        _code=code,
        _size=compiler.size,
    )


@lru_cache(maxsize=4096)
def compile_unary(
    text: str, names: frozenset[str] = frozenset(), functions: frozenset[str] = frozenset()
) -> UnaryTests:
    """Compile a decision table's cell; ``-`` and an empty one match everything. See `compile_expression`."""
    node = parser.unary_tests(text, names)
    assert isinstance(node, Tests)
    check_cell(node)
    tests, negative = node.tests, False
    if len(tests) == 1 and isinstance(tests[0], Negative):
        tests, negative = tests[0].tests, True
    compiler = Compiler(functions)
    place = compiler.place()
    codes = tuple(compiler.tests(tests, Scope({"?": place}), place))
    roots = frozenset(path[0] for path in compiler.paths)
    return UnaryTests(text, node, roots, frozenset(compiler.paths), tests, negative, codes, compiler.size)
