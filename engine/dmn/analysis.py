"""Holes and contradictions of a decision table, found by trying one value of each kind that its cells tell apart.

The search is complete for tables whose cells compare with constants; anything else is reported as not analysed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice
from operator import and_

from engine.dmn.columns import Column, columns_of
from engine.dmn.model import Rule, Table
from engine.dmn.samples import OTHER_TEXT
from engine.errors import Text
from engine.feel import Expression, Value, tree
from engine.feel.text_functions import written
from engine.feel.values import Run
from engine.problems import WARNING, Problem, problem

VISITS_LIMIT = 20_000
EXAMPLES = 3
PAIRS = 20
SINGLE_HIT = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


@dataclass(frozen=True)
class Finding:
    """Something that a table's author should look at.

    ``kind``: ``gap`` (no rule holds), ``overlap`` (rules hold together that must not), ``unreachable`` (an earlier
    rule always comes first) or ``not-analysed``. ``example`` gives a value for each input by its label; it is not
    ``certain`` that a calculated input ever has that value.
    """

    kind: str
    rules: tuple[int, ...]
    example: dict[str, Value]
    element: str | None
    line: int | None
    certain: bool = True

    def problem(self, file: str) -> Problem:
        """The finding as a line of a verdict."""
        values: dict[str, object] = {"rules": ", ".join(map(str, self.rules)), "example": self.in_words}
        severity = None if self.certain else WARNING
        return problem(f"rules-{self.kind}", file, element=self.element, line=self.line, severity=severity, **values)

    @property
    def in_words(self) -> Text:
        """The example: ``days = 4, grade = "III"``."""
        return Text(self._in_words("teks lain", "apa pun"), self._in_words("any other text", "anything"))

    def _in_words(self, other: str, anything: str) -> str:
        run = Run({}, 0, None, None)
        parts = (
            f"{label} = {other if value == OTHER_TEXT else written(value, run)}"
            for label, value in self.example.items()
        )
        return ", ".join(parts) or anything


def gaps_and_overlaps(table: Table) -> list[Finding]:
    """What is missing from a table, what contradicts itself, and what could not be looked at."""
    columns = columns_of(table)
    everything = range(len(table.rules))
    if columns is None:
        return [_not_analysed(table, everything)] if _needs_judging(table) else []
    opaque = sorted({rule for column in columns for rule in column.opaque})
    findings = [_not_analysed(table, opaque)] if opaque and _needs_judging(table) else []
    findings += islice(_overlaps(table, columns), PAIRS)
    if not opaque:
        search = _Search(table, columns)
        findings += search.gaps() if _needs_a_rule(table) else []
        findings += search.unreachable() if table.hit_policy == "FIRST" else []
    return findings


def _needs_judging(table: Table) -> bool:
    return table.hit_policy in SINGLE_HIT and (len(table.rules) > 1 or _needs_a_rule(table))


def _needs_a_rule(table: Table) -> bool:
    return (
        table.hit_policy in SINGLE_HIT and bool(table.rules) and all(output.default is None for output in table.outputs)
    )


def _not_analysed(table: Table, rules: range | list[int]) -> Finding:
    return Finding("not-analysed", tuple(number + 1 for number in rules), {}, table.id, table.line)


def _overlaps(table: Table, columns: list[Column]) -> Iterator[Finding]:
    if table.hit_policy not in ("UNIQUE", "ANY"):
        return
    for first, second in combinations(range(len(table.rules)), 2):
        if table.hit_policy == "ANY" and _same_results(table.rules[first], table.rules[second]):
            continue
        example = _common(table, columns, first, second)
        if example is not None:
            rule = table.rules[second]
            certain = all(column.certain for column in columns if column.label in example)
            yield Finding("overlap", (first + 1, second + 1), example, rule.id or table.id, rule.line, certain)


def _common(table: Table, columns: list[Column], first: int, second: int) -> dict[str, Value] | None:
    """Values for which both rules hold; None if there are none, or none that can be named."""
    both = 1 << first | 1 << second
    example: dict[str, Value] = {}
    for column in columns:
        if {first, second} & column.opaque:
            return None
        shared = (value for value, rules in zip(column.values, column.accepting, strict=True) if rules & both == both)
        found = next(shared, _NOTHING)
        if found is _NOTHING:
            return None
        example |= column.shown(found)
    return example


_NOTHING = object()


def _same_results(first: Rule, second: Rule) -> bool:
    """Whether two rules say the same, as far as constants tell; a calculated result gets the benefit of the doubt."""
    for left, right in zip(first.results, second.results, strict=True):
        known = isinstance(left.tree, tree.Literal) and isinstance(right.tree, tree.Literal)
        if known and _constant(left) != _constant(right):
            return False
    return True


def _constant(result: Expression) -> tuple[type, Value]:
    value = result.tree.value if isinstance(result.tree, tree.Literal) else None
    return type(value), value


class _Search:
    """Looks for values that no rule accepts, column by column, never twice into the same corner."""

    def __init__(self, table: Table, columns: list[Column]) -> None:
        self.table = table
        self.columns = columns
        self.visits = 0
        self.closing = self._closing()

    def _closing(self) -> list[int]:
        """For each column the rules that accept everything from there on."""
        everything = (1 << len(self.table.rules)) - 1
        closing = [everything]
        for column in reversed(self.columns):
            closing.append(reduce(and_, column.accepting, closing[-1]))
        return closing[::-1]

    def gaps(self) -> list[Finding]:
        """Up to three examples of values for which the table has no rule."""
        everything = (1 << len(self.table.rules)) - 1
        try:
            examples = list(islice(self._uncovered(0, everything, {}, None), EXAMPLES))
        except _TooFar:
            return [_not_analysed(self.table, range(len(self.table.rules)))]
        return [Finding("gap", (), example, self.table.id, self.table.line) for example in examples]

    def unreachable(self) -> list[Finding]:
        """Rules that never come into play because earlier ones accept all that they accept."""
        findings: list[Finding] = []
        for number, rule in enumerate(self.table.rules[1:], 1):
            try:
                reached = next(self._uncovered(0, (1 << number) - 1, {}, number), None)
            except _TooFar:
                return [*findings, _not_analysed(self.table, range(number, len(self.table.rules)))]
            if reached is None:
                findings.append(Finding("unreachable", (number + 1,), {}, rule.id or self.table.id, rule.line))
        return findings

    def _uncovered(
        self, depth: int, rules: int, seen: dict[tuple[int, int], bool], within: int | None
    ) -> Iterator[dict[str, Value]]:
        """Values, for the columns from ``depth`` on, that none of the rules accepts, inside a rule if given."""
        if rules & self.closing[depth]:
            return
        if depth == len(self.columns):
            yield {}
            return
        if seen.get((depth, rules)):
            return
        self.visits += 1
        if self.visits > VISITS_LIMIT:
            raise _TooFar
        column, found, tried = self.columns[depth], False, set[int]()
        for value, accepting in zip(column.values, column.accepting, strict=True):
            outside = within is not None and not accepting >> within & 1
            if outside or accepting & rules in tried:
                continue
            tried.add(accepting & rules)
            for rest in self._uncovered(depth + 1, rules & accepting, seen, within):
                found = True
                yield {**column.shown(value), **rest}
        seen[depth, rules] = not found


class _TooFar(Exception):
    """The table is too large to look into every corner."""
