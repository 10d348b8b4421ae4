"""Taking a decision: which rules hold, and what the hit policy makes of them (DMN 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from engine.errors import ServiceFailed, Text
from engine.feel import Value
from engine.feel.arithmetic import calculated
from engine.feel.list_functions import largest, smallest
from engine.feel.values import Run, equal

if TYPE_CHECKING:
    from engine.dmn.model import Input, Output, Rule, Table


class RuleConflict(ServiceFailed):
    """Rules hold together that must not, or a value is outside the listed ones; the text says which."""

    text = Text("Aturan keputusan saling bertentangan.", "The decision's rules contradict each other.")
    code = "rule-conflict"


def decided(table: Table, run: Run) -> Value:
    """What a table says for the data of the run. Raises `RuleConflict`."""
    asked = [_asked(column, table, run) for column in table.inputs]
    hits = [rule for rule in table.rules if _holds(rule, asked, run)]
    return _POLICIES[table.hit_policy](table, hits, run)


def _asked(column: Input, table: Table, run: Run) -> Value:
    value = column.type.brought(column.expression.run(run), run)
    if value is not None and column.allowed is not None and not column.allowed.passes(value, run):
        raise RuleConflict(
            Text(
                f"Tabel '{table.name}': nilai '{column.label}' tidak ada di daftar nilai masukan.",
                f"Table '{table.name}': the value of '{column.label}' is not among its input values.",
            )
        )
    return value


def _holds(rule: Rule, asked: list[Value], run: Run) -> bool:
    run.spend(1)
    return all(test.passes(value, run) for test, value in zip(rule.tests, asked, strict=True))


def _results(table: Table, rule: Rule, run: Run) -> list[Value]:
    return [
        _listed(output.type.brought(result.run(run), run), output, table, run)
        for output, result in zip(table.outputs, rule.results, strict=True)
    ]


def _listed(value: Value, output: Output, table: Table, run: Run) -> Value:
    if value is not None and output.allowed is not None and not output.allowed.passes(value, run):
        raise RuleConflict(
            Text(
                f"Tabel '{table.name}': hasil '{output.name}' tidak ada di daftar nilai keluaran.",
                f"Table '{table.name}': the result of '{output.name}' is not among its output values.",
            )
        )
    return value


def _shaped(table: Table, results: list[Value]) -> Value:
    """One output is its value, several are a dict."""
    if len(results) == 1:
        return results[0]
    return {output.name: value for output, value in zip(table.outputs, results, strict=True)}


def _default(table: Table, run: Run) -> Value:
    """The default outputs; None if the table has none at all."""
    if all(output.default is None for output in table.outputs):
        return None
    values = [output.default.run(run) if output.default else None for output in table.outputs]
    return _shaped(table, values)


def _unique(table: Table, hits: list[Rule], run: Run) -> Value:
    if len(hits) > 1:
        raise _together(table, hits)
    return _first(table, hits, run)


def _first(table: Table, hits: list[Rule], run: Run) -> Value:
    return _shaped(table, _results(table, hits[0], run)) if hits else _default(table, run)


def _any(table: Table, hits: list[Rule], run: Run) -> Value:
    answers = [_results(table, rule, run) for rule in hits]
    if any(equal(answers[0], other, run) is not True for other in answers[1:]):
        raise _together(table, hits)
    return _shaped(table, answers[0]) if answers else _default(table, run)


def _together(table: Table, hits: list[Rule]) -> RuleConflict:
    rules = ", ".join(str(rule.number) for rule in hits[:10])
    return RuleConflict(
        Text(
            f"Tabel '{table.name}': aturan {rules} berlaku bersamaan, padahal hanya satu yang boleh.",
            f"Table '{table.name}': rules {rules} hold at once, though only one may.",
        )
    )


def _all(table: Table, hits: list[Rule], run: Run) -> Value:
    if not hits:
        default = _default(table, run)
        return [] if default is None else run.list([default])
    return run.list([_shaped(table, _results(table, rule, run)) for rule in hits])


def _by_priority(table: Table, hits: list[Rule], run: Run) -> Value:
    answers = [_results(table, rule, run) for rule in hits]
    run.spend(len(answers) * sum(len(output.values) for output in table.outputs))
    answers.sort(key=lambda results: _rank(table, results, run))
    return [_shaped(table, results) for results in answers]


def _rank(table: Table, results: list[Value], run: Run) -> list[int]:
    """Places in the lists of output values, leftmost output first; a value that is not listed comes last."""
    return [
        next((place for place, listed in enumerate(output.values) if equal(listed, value, run)), len(output.values))
        for output, value in zip(table.outputs, results, strict=True)
        if output.values
    ]


def _priority(table: Table, hits: list[Rule], run: Run) -> Value:
    return _by_priority(table, hits, run)[0] if hits else _default(table, run)


def _output_order(table: Table, hits: list[Rule], run: Run) -> Value:
    return run.list(_by_priority(table, hits, run)) if hits else _all(table, hits, run)


def _collect(table: Table, hits: list[Rule], run: Run) -> Value:
    if not table.aggregation:
        return _all(table, hits, run)
    if not hits and (default := _default(table, run)) is not None:
        return default
    return _AGGREGATIONS[table.aggregation](run, [_results(table, rule, run)[0] for rule in hits])


def _sum(run: Run, values: list[Value]) -> Value:
    return reduce(lambda left, right: calculated("+", left, right, run), values) if values else None


_AGGREGATIONS: dict[str, Callable[[Run, list[Value]], Value]] = {
    "SUM": _sum,
    "MIN": smallest,
    "MAX": largest,
    "COUNT": lambda run, values: Decimal(len(values)),
}
_POLICIES: dict[str, Callable[[Table, list[Rule], Run], Value]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _all,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
