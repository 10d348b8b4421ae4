"""What is said about the gaps and overlaps of a table holds: each example is tried on the table itself."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import Decision, Finding, RuleConflict, gaps_and_overlaps
from engine.feel.values import Run
from tests.engine.test_dmn import Row, decision, findings, of_table, read, table

NUMBERS = ("-", "< 2", "[1..3]", "> 3", "2", "3, 5", "not(4)", ">= 5", "(2..3)", "]3..5[", "null", "not(null)", "? > 1")
DATES = (
    *("-", '< @"2026-01-02"', '[@"2026-01-01"..@"2026-01-03"]', '> date("2026-01-03")', 'not(@"2026-01-02")'),
    *('(@"2026-01-01"..@"2026-01-02")', '>= @"2026-01-02", null'),
)
TEXTS = ("-", '"a"', '"a", "b"', 'not("a")', 'not("b", "c")', "null", '"c"', '? = "a" or ? = "c"')
ORDERED = ("-", '< "m"', '>= "m"', '["b".."m"]', '"m"', 'not("b")', '("a".."b")', '> "a"')
TRUTHS = ("-", "true", "false", "not(true)", "null", "?", "true, false")
TIMES = ("-", '< @"08:00:00"', '[@"08:00:00"..@"16:00:00")', '>= @"16:00:00"', '@"00:00:00"', '@"08:00:00"')
SPANS = ("-", '<= @"P3D"', '> @"P3D"', '[@"P1D"..@"P5D"]', '@"PT1H"')
KINDS: dict[str, tuple[tuple[str, ...], st.SearchStrategy[Any]]] = {
    "number": (NUMBERS, st.integers(0, 6) | st.decimals(0, 6, places=1)),
    "date": (DATES, st.dates(date(2025, 12, 31), date(2026, 1, 4))),
    "string": (TEXTS, st.sampled_from(["a", "b", "c", "d", "…", ""])),
    "boolean": (TRUTHS, st.booleans()),
    "time": (TIMES, st.times(min_value=time(0)) | st.sampled_from([time(0), time(8), time(16)])),
    "dayTimeDuration": (SPANS, st.sampled_from([timedelta(days=n) for n in range(7)] + [timedelta(hours=1)])),
    "String": (ORDERED, st.sampled_from(["", "a", "aa", "b", "c", "m", "z"])),
    "Any": ((*ORDERED, *TRUTHS), st.sampled_from(["", "a", "aa", "b", "c", "m", "z", True, False])),
}
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[Decision, dict[str, Any]]:
    """A table of one to three typed columns, and data for it."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 5))):
        rows.append(([draw(st.sampled_from(KINDS[kind][0])) for kind in kinds], [str(number % 3)]))
    names = [f"in{number}" for number in range(len(kinds))]
    policy = f'hitPolicy="{draw(POLICIES)}"'
    text = table(names, ["m"], rows, policy=policy, values="0, 1, 2", type_of_input="{}")
    for kind in kinds:
        text = text.replace('typeRef="{}"', f'typeRef="{kind}"', 1)
    data = {name: draw(st.none() | KINDS[kind][1]) for name, kind in zip(names, kinds, strict=True)}
    return read(decision(text)), data


def hits(found: Decision, data: dict[str, Any]) -> list[int]:
    """The rules of a table that hold for some data."""
    assert found.table is not None
    run = Run(data, 0, None, None)
    asked = [column.type.brought(column.expression.run(run), run) for column in found.table.inputs]
    return [
        rule.number
        for rule in found.table.rules
        if all(test.passes(value, run) for test, value in zip(rule.tests, asked, strict=True))
    ]


def judged(found: Decision) -> list[Finding]:
    assert found.table is not None
    return gaps_and_overlaps(found.table)


@given(tables())
def test_every_example_of_a_finding_does_what_is_said_of_it(drawn: tuple[Decision, dict[str, Any]]) -> None:
    found, _ = drawn
    for one in judged(found):
        if one.kind == "gap":
            assert hits(found, one.example) == []
        elif one.kind == "overlap":
            assert set(one.rules) <= set(hits(found, one.example))


@given(tables())
def test_what_is_not_found_is_not_there(drawn: tuple[Decision, dict[str, Any]]) -> None:
    found, data = drawn
    findings = judged(found)
    kinds = {one.kind for one in findings}
    holding = hits(found, data)
    assert found.table is not None
    mixed = any(column.type.free for column in found.table.inputs)
    if mixed or "not-analysed" in kinds or None in data.values():
        return  # of a column without a type, only kinds of values that its cells name are tried
    assert holding or "gap" in kinds
    try:
        found.evaluate(data)
    except RuleConflict:
        assert {"overlap"} <= kinds
    never = {number for one in findings if one.kind == "unreachable" for number in one.rules}
    assert not holding or holding[0] not in never


@pytest.mark.parametrize(
    ("asked", "cells", "kinds"),
    [
        (["n", "n > 5"], (["< 3", "true"], ["> 7", "false"]), {"not-analysed"}),
        (["a", "a.b"], (["null", "-"], ["-", "1"]), {"not-analysed"}),
        (["modulo(n, 2)"], (["0"], ["1"]), {"gap"}),
        (["n"], (["< limit"], [">= 3"]), {"not-analysed"}),
        (["n"], (["< today()"], ["-"]), {"not-analysed"}),
        (["n"], (['contains(?, "a")'], ['"b"']), {"not-analysed"}),
        (["n"], (['< @"2026-01-01T00:00:00"'], ['> @"2026-01-01T00:00:00Z"']), {"not-analysed", "gap"}),
        (["n"], (["for i in 1..9999 return i * i"], ["-"]), {"not-analysed"}),
        (["n"], (["{a: 1}"], ["-"]), {"not-analysed"}),
        (["n"], (["[[1..3], 7]"], ["2"]), {"overlap", "gap"}),
        (["n"], (["1234567890123456789012345678901"], ["< 1234567890123456789012345678901"]), {"gap"}),
    ],
)
def test_what_cannot_be_judged_is_said_not_to_be(asked: list[str], cells: Any, kinds: set[str]) -> None:
    rows: list[Row] = [(list(row), [str(number)]) for number, row in enumerate(cells)]
    assert {one.kind for one in findings(asked, ["m"], rows)} <= kinds
    assert findings(asked, ["m"], rows)


def test_an_overlap_of_a_calculated_input_is_a_warning_because_the_value_may_never_occur() -> None:
    rows: list[Row] = [(["< 0"], ["1"]), (["< 5"], ["2"]), ([">= 5"], ["3"])]
    [calculated] = [one.problem("t.dmn") for one in findings(["count(staff)"], ["m"], rows)]
    [plain] = [one.problem("t.dmn") for one in findings(["staff.number"], ["m"], rows)]
    assert (calculated.severity, plain.severity) == ("warning", "error")
    assert "count(staff) = -1" in calculated.message.en


def test_texts_in_an_order_have_examples_between_them() -> None:
    rows: list[Row] = [(['<= "b"'], ["1"]), (['>= "c"'], ["2"])]
    assert [one.example for one in findings(["name"], ["m"], rows)] == [{"name": "ba"}]


def test_times_of_day_have_examples_between_them() -> None:
    rows: list[Row] = [(['<= @"08:00:00"'], ["1"]), (['>= @"16:00:00"'], ["2"])]
    assert [one.example for one in findings(["at"], ["m"], rows)] == [{"at": time(8, 0, 0, 1)}]


def test_a_typed_column_is_tried_with_values_of_its_type_alone() -> None:
    rows: list[Row] = [(["> 3"], ["1"]), (["> 5"], ["2"])]
    assert {one.kind for one in findings(["n"], ["m"], rows, type_of_input="string")} == {"gap"}


def test_columns_of_the_same_label_keep_their_parts_of_an_example() -> None:
    part = table(["a", "b"], ["m"], [(["> 3", "> 4"], ["1"]), (["-", "-"], ["2"])]).replace('label="b"', 'label="a"')
    found = read(decision(part))
    assert [one.example for one in judged(found)] == [{"a": Decimal(4), "a (b)": Decimal(5)}]


def test_the_example_is_told_in_both_languages() -> None:
    rows: list[Row] = [(['"a"', "> 3"], ["1"]), (["-", "<= 3"], ["2"])]
    shown = [one.problem("t.dmn").message for one in findings(["kind", "days"], ["m"], rows)]
    assert [one.en.partition(";")[0] for one in shown] == ["No rule holds for kind = any other text, days = 4"]
    assert [one.id.partition(";")[0] for one in shown] == ["Tidak ada aturan untuk kind = teks lain, days = 4"]


def test_a_table_with_a_default_is_complete_and_a_collecting_one_may_overlap() -> None:
    rows: list[Row] = [(["> 3"], ["1"]), (["> 5"], ["2"])]
    assert of_table(["n"], ["m"], rows, policy='hitPolicy="RULE ORDER"').evaluate({"n": 9}) == [1, 2]
    assert findings(["n"], ["m"], rows, policy='hitPolicy="RULE ORDER"') == []
