"""The README's lists of what runs in tables and expressions, each row tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import RuleConflict, RulesError, read_decisions
from engine.errors import EngineError
from engine.feel import FeelError, compile_expression
from engine.feel.functions import FUNCTIONS
from engine.problems import CODES, Problem
from tests.contracts.test_readme import code_names, section
from tests.engine.test_dmn import boxed, decision, document, knowing, read, table, text

CONFLICT = RuleConflict


@dataclass(frozen=True)
class Feel:
    """An expression and its value."""

    expression: str
    value: Any


@dataclass(frozen=True)
class Model:
    """A decision called `who` and its answer for ``n = 7``, or the error that it is."""

    parts: tuple[str, ...]
    answer: Any
    warns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """An expression, or the parts of a model, and the code by which it is refused."""

    what: str | tuple[str, ...]
    code: str = "rules-expression"


Case = Feel | Model | Refused


def rows_of(policy: str, **more: Any) -> str:
    """A table of two rules that hold together for 7."""
    return decision(table(["n"], ["m"], [(["> 1"], ["1"]), (["> 2"], ["2"])], policy=policy, **more))


def one(cell: str, result: str = "1", **more: Any) -> str:
    return decision(table(["n"], ["m"], [([cell], [result])], **more))


def boxed_loop(kind: str, body: str) -> str:
    inner = "return" if kind == "for" else "satisfies"
    return decision(f'<{kind} iteratorVariable="i"><in>{boxed("[1, 9]")}</in><{inner}>{boxed(body)}</{inner}></{kind}>')


MODEL = (
    '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x"/>'
    f"{boxed('x * 2')}</encapsulatedLogic></businessKnowledgeModel>"
)
SERVICE = '<decisionService id="s" name="s"><outputDecision href="#who"/></decisionService>'
DOUBLE = f'<functionDefinition><formalParameter name="x"/>{boxed("x * 2")}</functionDefinition>'


def invocation(name: str) -> str:
    return f'<invocation>{boxed(name)}<binding><parameter name="x"/>{boxed("n")}</binding></invocation>'


def requiring(other: str, id: str = "who") -> str:
    needs = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
    return decision(boxed(f"{other} + 1"), id, id, needs)


def typed(kind: str, logic: str) -> str:
    return decision(boxed(logic), needs=f'<variable name="Who" typeRef="{kind}"/>')


TABLES: Mapping[str, tuple[Case, ...]] = {
    "`decisionTable`: `input`, `output`, `rule`": (
        Model((one("7"),), 1),
        Model((decision(table(["n"], ["m", "k"], [(["-"], ["1", "2"])])),), {"m": 1, "k": 2}),
    ),
    '`hitPolicy="UNIQUE"`': (Model((rows_of('hitPolicy="UNIQUE"'),), CONFLICT), Model((one("> 1"),), 1)),
    '`hitPolicy="ANY"`': (
        Model((rows_of('hitPolicy="ANY"'),), CONFLICT),
        Model((rows_of('hitPolicy="ANY"').replace("<text>2</text>", "<text>1</text>"),), 1),
    ),
    '`hitPolicy="FIRST"`': (Model((rows_of('hitPolicy="FIRST"'),), 1),),
    '`hitPolicy="PRIORITY"`, `hitPolicy="OUTPUT ORDER"` with `outputValues`': (
        Model((rows_of('hitPolicy="PRIORITY"', values="2, 1"),), 2),
        Model((rows_of('hitPolicy="OUTPUT ORDER"', values="2, 1"),), [2, 1]),
    ),
    '`hitPolicy="PRIORITY"`, `hitPolicy="OUTPUT ORDER"` without them': (
        Refused((rows_of('hitPolicy="PRIORITY"'),), "rules-priority"),
        Refused((rows_of('hitPolicy="OUTPUT ORDER"'),), "rules-priority"),
    ),
    '`hitPolicy="RULE ORDER"`, `hitPolicy="COLLECT"`': (
        Model((rows_of('hitPolicy="RULE ORDER"'),), [1, 2]),
        Model((rows_of('hitPolicy="COLLECT"'),), [1, 2]),
    ),
    "`aggregation`: `SUM`, `MIN`, `MAX`, `COUNT`": tuple(
        Model((rows_of(f'hitPolicy="COLLECT" aggregation="{name}"'),), answer)
        for name, answer in {"SUM": 3, "MIN": 1, "MAX": 2, "COUNT": 2}.items()
    ),
    "`aggregation` with another policy or several outputs": (
        Refused((rows_of('hitPolicy="FIRST" aggregation="SUM"'),), "rules-aggregation"),
    ),
    "`inputValues`, `outputValues`": (
        Model((one("-", allowed="1, 2"),), CONFLICT),
        Model((one("-", "n", values="1, 2"),), CONFLICT),
        Model((one("-", "n", values="1, 7"),), 7),
    ),
    "`defaultOutputEntry`": (Model((one("> 9", default="0"),), 0),),
    "several outputs without names": (
        Refused((decision(table(["n"], ["", ""], [(["-"], ["1", "2"])])),), "rules-output-name"),
    ),
    "cells of words without quotes": (
        Refused((one("gold"),), "rules-bare-word"),
        Refused((one("-", "gold"),), "rules-bare-word"),
    ),
    "a cell of another type than its column": (
        Model((one('"7"', type_of_input="number"),), None, ("rules-cell-type",)),
    ),
    "`literalExpression`": (Model((decision(boxed("n + 1")),), 8),),
    "boxed `context`, `list`, `relation`": (
        Model(
            (decision(f'<context><contextEntry><variable name="a"/>{boxed("n")}</contextEntry></context>'),), {"a": 7}
        ),
        Model((decision(f"<list>{boxed('n')}{boxed('1')}</list>"),), [7, 1]),
        Model((decision(f'<relation><column name="a"/><row>{boxed("n")}</row></relation>'),), [{"a": 7}]),
    ),
    "boxed `conditional`, `filter`, `for`, `some`, `every`": (
        Model(
            (
                decision(
                    f"<conditional><if>{boxed('n > 5')}</if><then>{boxed('1')}</then>"
                    f"<else>{boxed('2')}</else></conditional>"
                ),
            ),
            1,
        ),
        Model((decision(f"<filter><in>{boxed('[5, 9]')}</in><match>{boxed('item > n')}</match></filter>"),), [9]),
        Model((boxed_loop("for", "i * n"),), [7, 63]),
        Model((boxed_loop("some", "i > n"),), True),
        Model((boxed_loop("every", "i > n"),), False),
    ),
    "boxed `functionDefinition`, `invocation`": (
        Model(
            (
                decision(
                    f'<context><contextEntry><variable name="g"/>{DOUBLE}</contextEntry>'
                    f"<contextEntry>{invocation('g')}</contextEntry></context>"
                ),
            ),
            14,
        ),
    ),
    "`businessKnowledgeModel` with `encapsulatedLogic`": (
        Model((MODEL, decision(invocation("f"), needs=knowing("f"))), 14),
        Model((MODEL, decision(boxed("f(n)"), needs=knowing("f"))), 14),
    ),
    '`functionDefinition kind="Java"`, `kind="PMML"`': (
        Refused((decision('<functionDefinition kind="Java"/>'),), "rules-unsupported"),
        Refused((decision('<functionDefinition kind="PMML"/>'),), "rules-unsupported"),
    ),
    "an `invocation` of a built-in function": (Refused((decision(invocation("max")),), "rules-unsupported"),),
    "`decisionService`, called": (
        Refused((SERVICE, decision(boxed("1")), decision(boxed("s()"), "x", "x", knowing("s"))), "rules-unsupported"),
    ),
    "`decisionService`, not called": (Model((SERVICE, decision(boxed("n"))), 7),),
    "`import`": (Refused(('<import name="x"/>', decision(boxed("1"))), "rules-unsupported"),),
    "`requiredDecision`, `requiredInput`, `requiredKnowledge`": (
        Model((decision(boxed("n"), "a", "a"), requiring("a")), 8),
        Model(
            (
                '<inputData id="i" name="n"><variable name="n" typeRef="string"/></inputData>',
                decision(
                    boxed("n"), needs='<informationRequirement><requiredInput href="#i"/></informationRequirement>'
                ),
            ),
            None,
        ),
        Model((MODEL, decision(boxed("f(1)"), needs=knowing("f"))), 2),
    ),
    "… of what is not in the file": (Refused((requiring("nowhere"),), "rules-reference"),),
    "decisions or models that require each other": (Refused((requiring("b"), requiring("who", "b")), "rules-cycle"),),
    "`itemDefinition`: `typeRef`, `itemComponent`, `isCollection`, `allowedValues`, `functionItem`": (
        Model(
            (
                '<itemDefinition name="t" isCollection="true"><itemComponent name="a"><typeRef>number</typeRef>'
                + text("allowedValues", "[0..9]")
                + "</itemComponent></itemDefinition>",
                typed("t", "{a: n}"),
            ),
            [{"a": 7}],
        ),
        Model(('<itemDefinition name="t"><typeRef>string</typeRef></itemDefinition>', typed("t", "n")), None),
        Model(('<itemDefinition name="t"><functionItem/></itemDefinition>', typed("t", "n")), 7),
    ),
    "`typeConstraint`": (
        Refused(
            (
                '<itemDefinition name="t"><typeRef>number</typeRef>'
                + text("typeConstraint", "1")
                + "</itemDefinition>",
                typed("t", "n"),
            ),
            "rules-unsupported",
        ),
    ),
    "`typeRef` of an unknown type": (Refused((typed("tNowhere", "n"),), "rules-unknown-type"),),
    "`expressionLanguage` other than FEEL": (
        Refused((decision(text("literalExpression", "1", 'expressionLanguage="juel"')),), "rules-language"),
    ),
    "a comment inside an expression": (
        Refused((decision("<literalExpression><text>1<!-- 0 --></text></literalExpression>"),), "rules-comment"),
    ),
    "a decision or an input without expression": (
        Refused((decision(""),), "rules-no-logic"),
        Refused((decision(boxed(" ")),), "rules-empty"),
    ),
    "`description`, `question`, `allowedAnswers`, `knowledgeSource`, `authorityRequirement`, `textAnnotation`,"
    " `association`, `annotation`, `extensionElements`, DMNDI": (
        Model(
            (
                '<description>x</description><knowledgeSource id="k"/><textAnnotation id="a"/><association id="b"/>',
                decision(
                    table(["n"], ["m"], [(["-"], ["n"])]).replace("<rule", '<annotation name="why"/><rule', 1),
                    needs="<description>x</description><question>?</question><allowedAnswers>1</allowedAnswers>"
                    '<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement><extensionElements/>',
                ),
                '<DMNDI xmlns="https://www.omg.org/spec/DMN/20191111/DMNDI/"/>',
            ),
            7,
        ),
    ),
}

EXPRESSIONS: Mapping[str, tuple[Case, ...]] = {
    'text `"…"`, `true`, `false`, `null`': (
        Feel(r'"a\"\u0041"', 'a"A'),
        Feel("[true, false, null]", [True, False, None]),
    ),
    "numbers": (Feel("0.1 + 0.2", Decimal("0.3")), Feel("1e3 + .5", Decimal("1000.5"))),
    "numbers of more than 34 digits, or from 10 to the 31 on": (Refused("1" * 35), Refused("1e31")),
    "dates, times, dates and times": (
        Feel('@"2026-01-31"', date(2026, 1, 31)),
        Feel('time("09:30:00")', time(9, 30)),
        Feel('date and time("2026-01-31T24:00:00Z") = @"2026-02-01T00:00:00Z"', True),
    ),
    "years before 1 and after 9999, parts of a microsecond": (
        Refused('@"-2026-01-31"'),
        Refused('date("12026-01-31")'),
        Refused('time("09:30:00.1234567")'),
    ),
    "days and time durations, years and months durations": (
        Feel('@"P1DT2H"', timedelta(hours=26)),
        Feel('string(@"P14M")', "P1Y2M"),
    ),
    "properties of dates, times, durations and ranges": (
        Feel('[@"2026-01-31".weekday, @"09:30:00".hour, @"P3D".days, [1..2].end]', [6, 9, 3, 2]),
        Feel('@"09:30:00+07:00".time offset', timedelta(hours=7)),
    ),
    "lists, contexts, paths": (Feel("{a: [1, {b: 2}]}.a[2].b", 2),),
    "ranges": (Feel("[1 in [1..5], 1 in (1..5), 1 in ]1..5[]", [True, False, False]),),
    "filters": (Feel("[[5, 6][1], [5, 6][-1]]", [5, 6]), Feel("[5, 6][item > 5]", [6])),
    "`+ - * / **`": (Feel("1 + 2 * 3 - 4 / 2 ** 2", 6),),
    "`= != < <= > >=`, `between`, `in`": (
        Feel('[n = 7, n != 7, n < "8", n between 1 and 7, n in (< 3, > 6)]', [True, False, None, True, True]),
    ),
    "comparing constants of different kinds": (Refused('1 < "a"'), Refused('today() = "2026-01-31"')),
    "`and`, `or`, `not(…)`": (Feel("[true and null, true or null, not(null)]", [None, True, None]),),
    "`if … then … else …`": (Feel("if null then 1 else 2", 2),),
    "`for … return …`": (
        Feel("for i in 1..2, j in [10, 20] return i * j", [10, 20, 20, 40]),
        Feel("for i in 1..3 return count(partial)", [0, 1, 2]),
    ),
    "`some`, `every … satisfies …`": (
        Feel("[some i in [1, 2] satisfies i > 1, every i in [1, 2] satisfies i > 1]", [True, False]),
    ),
    "`instance of` a built-in type": (Feel('[n instance of number, @"P1D" instance of date]', [True, False]),),
    "`instance of` `list<…>`, `range<…>`, `context<…>`, `function<…>`, or a type of the file": tuple(
        Refused(f"n instance of {kind}") for kind in ("list<number>", "range<number>", "context<a: number>", "tStaff")
    ),
    "`function(a: number, b) …`": (
        Feel("{a: 1, f: function(x: number) x + a}.f(2)", 3),
        Feel("function(x) x", None),
    ),
    "`function(…) external …`": (Refused("function(x) external {java: {}}"),),
    "arguments by name": (Feel('substring(string: "abc", start position: 2)', "bc"),),
    "wrong arguments of a built-in function": (Refused("sqrt()"), Refused("sqrt(of: 1)")),
    "cells: `-`, `not(…)`, `?`, tests separated by commas": tuple(
        Model((one(cell),), answer)
        for cell, answer in {"-": 1, "not(1, 2)": 1, "? > 1 and ? < 9": 1, "1, > 6": 1, "not(7)": None}.items()
    ),
    "names with spaces and signs": (
        Model(
            (
                '<inputData id="i" name="n"/>',
                decision(boxed("n"), "a", "days-off left"),
                decision(
                    boxed("days-off left + 1"),
                    needs='<informationRequirement><requiredDecision href="#a"/></informationRequirement>',
                ),
            ),
            8,
        ),
        Refused("days-off left + 1"),
    ),
    "notes `//`, `/* */`": (Feel("1 /* one */ + 1 // two", 2),),
    "other tools' habits: `==`, `&&`, `${…}`, `'…'`, `x.upper()`, `a ? b : c`": tuple(
        map(Refused, ("n == 7", "n && n", "${n}", "n = 'x'", "n.upper()", "n ? 1 : 2"))
    ),
}
ROWS = {**TABLES, **EXPRESSIONS}


def table_rows(title: str) -> list[list[str]]:
    """The rows of the tables under a heading, without their heads."""
    lines = [line.strip("| ").split(" | ") for line in section(title).splitlines() if line.startswith("| ")]
    rows = [[cell.strip(" |") for cell in line] for line in lines]
    return [row for row in rows if row[0] not in ("element or attribute", "construct", "functions")]


def listed(title: str) -> dict[str, str]:
    """What is said of each construct under a heading; rows of functions left out."""
    return {row[0]: row[1] for row in table_rows(title) if not _of_functions(row)}


def _of_functions(row: list[str]) -> bool:
    names = re.findall(r"`([^`]+)`", row[0])
    return bool(names) and (set(names) <= FUNCTIONS.keys() or "get or else" in names)


def test_each_row_of_the_lists_is_tried_and_nothing_else() -> None:
    assert set(listed("Decision tables")) == set(TABLES)
    assert set(listed("Expressions")) == set(EXPRESSIONS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_becomes_of_its_construct(row: str) -> None:
    said = {**listed("Decision tables"), **listed("Expressions")}[row]
    for case in ROWS[row]:
        becomes_what_is_said(case, said)


def becomes_what_is_said(case: Case, said: str) -> None:
    if isinstance(case, Refused) and said.startswith("refused"):
        assert case.code in code_names(said)
        assert refusals(case.what) == {case.code}
    elif isinstance(case, Feel):
        assert said in ("runs", "without effect")
        assert compile_expression(case.expression).evaluate({"n": 7}) == case.value
    elif isinstance(case, Model):
        assert said.startswith(("runs", "without effect"))
        assert answer_of(case) == case.answer
        assert set(case.warns) == code_names(said)
    else:
        assert refusals(case.what) == {case.code}


def answer_of(case: Model) -> Any:
    try:
        return read(*case.parts).evaluate({"n": 7})
    except RuleConflict:
        return CONFLICT


def refusals(what: str | tuple[str, ...]) -> set[str]:
    """The codes of the errors of a model; an expression is refused as one of a model would be."""
    try:
        if isinstance(what, str):
            compile_expression(what)
        else:
            read_decisions(document(*what))
    except FeelError:
        return {"rules-expression"}
    except RulesError as error:
        return {found.code for found in error.problems if isinstance(found, Problem) and found.is_error}
    return set()


def test_each_code_of_the_lists_is_one_that_a_verdict_can_name() -> None:
    said = [*listed("Decision tables").values(), *listed("Expressions").values()]
    assert {code for text in said for code in code_names(text)} <= CODES.keys()


def test_the_functions_listed_are_those_that_there_are() -> None:
    rows = [row for row in table_rows("Expressions") if _of_functions(row)]
    running = {name for row in rows if row[1] == "runs" for name in code_names(row[0])}
    assert running == set(FUNCTIONS)
    refused = {name for row in rows if row[1].startswith("refused") for name in code_names(row[0])}
    for name in refused:
        with pytest.raises(EngineError):
            compile_expression(f"{name}(1)")
