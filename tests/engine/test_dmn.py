"""Decision tables: reading them, refusing what would mislead, deciding by every hit policy, and their holes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import Decision, Finding, RuleConflict, RulesError, gaps_and_overlaps, read_decisions
from engine.errors import LimitExceeded
from engine.problems import CODES, Problem

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Row = tuple[Sequence[str], Sequence[str]]


def document(*parts: str, namespace: str = NAMESPACE, attributes: str = "") -> bytes:
    inside = "\n".join(parts)
    opening = f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n" {attributes}>'
    return f"{opening}\n{inside}\n</definitions>".encode()


def text(tag: str, content: str, attributes: str = "") -> str:
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def table(
    asked: Sequence[str],
    told: Sequence[str],
    rows: Sequence[Row],
    policy: str = 'hitPolicy="UNIQUE"',
    values: str | None = None,
    default: str | None = None,
    allowed: str | None = None,
    type_of_input: str = "Any",
) -> str:
    limits = "" if allowed is None else text("inputValues", allowed)
    inputs = "".join(
        f'<input label="{name}">{text("inputExpression", name, f"""typeRef="{type_of_input}" """)}{limits}</input>'
        for name in asked
    )
    listed = "" if values is None else text("outputValues", values)
    fallback = "" if default is None else text("defaultOutputEntry", default)
    outputs = "".join(f'<output name="{name}">{listed}{fallback}</output>' for name in told)
    rules = "\n".join(
        f'<rule id="r{number}">'
        + "".join(text("inputEntry", cell) for cell in cells)
        + "".join(text("outputEntry", cell) for cell in results)
        + "</rule>"
        for number, (cells, results) in enumerate(rows, 1)
    )
    return f'<decisionTable id="t" {policy}>{inputs}{outputs}\n{rules}</decisionTable>'


def decision(logic: str, id: str = "who", name: str = "Who", needs: str = "") -> str:
    return f'<decision id="{id}" name="{name}">{needs}{logic}</decision>'


def read(*parts: str, id: str = "who") -> Decision:
    return read_decisions(document(*parts), "leave.dmn")[id]


def of_table(*arguments: Any, **more: Any) -> Decision:
    return read(decision(table(*arguments, **more)))


def problems(xml: bytes) -> list[Problem]:
    with pytest.raises(RulesError) as caught:
        read_decisions(xml, "leave.dmn")
    return [found for found in caught.value.problems if isinstance(found, Problem)]


def codes(*parts: str) -> set[str]:
    return {found.code for found in problems(document(*parts)) if found.is_error}


def findings(*arguments: Any, **more: Any) -> list[Finding]:
    found = of_table(*arguments, **more).table
    assert found is not None
    return gaps_and_overlaps(found)


APPROVERS: list[Row] = [
    (["<= 3", "-"], ['"chief"']),
    (["> 3", '"annual", "sick"'], ['"director"']),
    (["> 3", 'not("annual", "sick")'], ['"regent"']),
]


@pytest.mark.parametrize(
    ("days", "kind", "who"),
    [
        (3, "annual", "chief"),
        (4, "sick", "director"),
        (4, "hajj", "regent"),
        (None, "annual", None),
        ("4", "sick", None),
    ],
)
def test_a_table_says_who_decides(days: Any, kind: str, who: str | None) -> None:
    assert of_table(["days", "kind"], ["who"], APPROVERS).evaluate({"days": days, "kind": kind}) == who


def test_a_decision_says_what_it_reads() -> None:
    assert of_table(["submit.days", "kind"], ["who"], APPROVERS).names == {"submit", "kind"}


def test_several_outputs_are_a_map() -> None:
    found = of_table(["n"], ["who", "days"], [(["> 1"], ['"chief"', "n * 2"])])
    assert found.evaluate({"n": 2}) == {"who": "chief", "days": 4}


OVERLAPPING: list[Row] = [(["> 1"], ["10"]), (["> 2"], ["30"]), (["> 3"], ["20"])]


@pytest.mark.parametrize(
    ("policy", "n", "expected"),
    [
        ('hitPolicy="FIRST"', 3, 10),
        ('hitPolicy="FIRST"', 0, None),
        ('hitPolicy="RULE ORDER"', 4, [10, 30, 20]),
        ('hitPolicy="COLLECT"', 3, [10, 30]),
        ('hitPolicy="COLLECT"', 0, []),
        ('hitPolicy="COLLECT" aggregation="SUM"', 4, 60),
        ('hitPolicy="COLLECT" aggregation="MIN"', 4, 10),
        ('hitPolicy="COLLECT" aggregation="MAX"', 4, 30),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 4, 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 0, 0),
        ('hitPolicy="COLLECT" aggregation="SUM"', 0, None),
        ('hitPolicy="PRIORITY"', 4, 20),
        ('hitPolicy="OUTPUT ORDER"', 4, [20, 30, 10]),
        ("", 2, 10),
    ],
)
def test_every_hit_policy_is_the_standards(policy: str, n: int, expected: Any) -> None:
    assert of_table(["n"], ["m"], OVERLAPPING, policy=policy, values="20, 30, 10").evaluate({"n": n}) == expected


def test_unique_rules_that_hold_together_are_an_error_that_names_them() -> None:
    with pytest.raises(RuleConflict) as caught:
        of_table(["n"], ["m"], OVERLAPPING).evaluate({"n": 4})
    assert "1, 2, 3" in caught.value.text.en
    assert "Who" in caught.value.text.id


def test_any_allows_rules_to_hold_together_that_say_the_same() -> None:
    same: list[Row] = [(["> 1"], ['"a"']), (["> 2"], ['"a"']), (["> 3"], ['"b"'])]
    found = of_table(["n"], ["m"], same, policy='hitPolicy="ANY"')
    assert found.evaluate({"n": 3}) == "a"
    with pytest.raises(RuleConflict):
        found.evaluate({"n": 4})


def test_a_default_output_answers_when_no_rule_holds() -> None:
    assert of_table(["n"], ["m"], [(["> 1"], ['"a"'])], default='"b"').evaluate({"n": 0}) == "b"


def test_a_value_outside_the_input_values_is_an_error() -> None:
    found = of_table(["n"], ["m"], [(['"a"'], ["1"])], allowed='"a", "b"')
    assert found.evaluate({"n": "b"}) is None
    with pytest.raises(RuleConflict):
        found.evaluate({"n": "c"})


def test_a_result_outside_the_output_values_is_an_error() -> None:
    with pytest.raises(RuleConflict):
        of_table(["n"], ["m"], [(["-"], ["n"])], values="1, 2").evaluate({"n": 3})


def test_required_decisions_are_taken_first() -> None:
    grade = decision(table(["years"], ["grade"], [(["< 5"], ["1"]), ([">= 5"], ["2"])]), "grade", "The Grade")
    pay = decision(
        text("literalExpression", "The Grade * 100"),
        "pay",
        "Pay",
        '<informationRequirement><requiredDecision href="#grade"/></informationRequirement>',
    )
    found = read(grade, pay, id="pay")
    assert found.evaluate({"years": 7}) == 200
    assert found.names == {"years"}


def test_the_day_of_a_decision_is_the_given_one() -> None:
    found = read(decision(text("literalExpression", "today()")))
    assert found.evaluate({}, now=datetime(2026, 4, 1, tzinfo=UTC)) == date(2026, 4, 1)


def test_input_data_and_results_are_brought_to_their_types() -> None:
    needs = (
        '<variable name="Who" typeRef="string"/>'
        '<informationRequirement><requiredInput href="#n"/></informationRequirement>'
    )
    found = read(
        '<inputData id="n" name="Full Name"><variable name="Full Name" typeRef="string"/></inputData>',
        decision(text("literalExpression", "Full Name"), needs=needs),
    )
    assert found.evaluate({"Full Name": "Ani"}) == "Ani"
    assert found.evaluate({"Full Name": ["Ani"]}) == "Ani"
    assert found.evaluate({"Full Name": 3}) is None


def test_a_type_may_be_a_list_of_contexts_with_allowed_values() -> None:
    staff = (
        '<itemDefinition name="tStaff" isCollection="true"><itemComponent name="sex"><typeRef>string</typeRef>'
        + text("allowedValues", '"L", "P"')
        + "</itemComponent></itemDefinition>"
    )
    needs = '<variable name="Who" typeRef="tStaff"/>'
    found = read(staff, decision(text("literalExpression", "people"), needs=needs))
    assert found.evaluate({"people": [{"sex": "P"}]}) == [{"sex": "P"}]
    assert found.evaluate({"people": {"sex": "L"}}) == [{"sex": "L"}]
    assert found.evaluate({"people": [{"sex": "?"}]}) is None
    assert found.evaluate({"people": [{}]}) is None


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_all_versions_of_the_format_are_read(namespace: str) -> None:
    assert list(read_decisions(document(decision(text("literalExpression", "1")), namespace=namespace))) == ["who"]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "xml-empty"),
        (b"no xml", "xml-none"),
        (b"<definitions/>", "rules-not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "rules-not-dmn"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', "xml-doctype"),
        (document(), "rules-none"),
        (document("<decision/>"), "rules-no-id"),
        (document(decision("")), "rules-no-logic"),
        (document(decision(text("literalExpression", " "))), "rules-empty"),
        (document(decision(text("literalExpression", "1")), decision(text("literalExpression", "2"))), "rules-same-id"),
        (document(decision(text("literalExpression", "1")), attributes='expressionLanguage="juel"'), "rules-language"),
        (document(decision(text("literalExpression", "1"), name="x" * 9000)), None),
    ],
)
def test_what_is_no_decision_file_is_refused_by_name(xml: bytes, code: str | None) -> None:
    if code is None:
        assert read_decisions(xml)
    else:
        assert [found.code for found in problems(xml)] == [code]


@pytest.mark.parametrize(
    ("construct", "name"),
    [
        ('<functionDefinition kind="Java"/>', "functionDefinition Java"),
        (f"<invocation>{text('literalExpression', 'max')}</invocation>", "invocation max"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(construct: str, name: str) -> None:
    found = problems(document("", decision(construct)))
    assert [(one.code, one.element, one.line) for one in found] == [("rules-unsupported", "who", 3)]
    assert f"<{name}>" in found[0].message.en


def test_imports_and_services_that_are_called_are_refused() -> None:
    one = decision(text("literalExpression", "1"))
    assert codes('<import name="x"/>', one) == {"rules-unsupported"}
    service = '<decisionService id="s" name="Service"><outputDecision href="#who"/></decisionService>'
    assert read(service, one).evaluate({}) == 1
    calling = decision(text("literalExpression", "Service()"), "calls", "Calls", knowing("s"))
    assert codes(service, one, calling) == {"rules-unsupported"}


def knowing(id: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{id}"/></knowledgeRequirement>'


def boxed(expression: str) -> str:
    return text("literalExpression", expression)


TEXT = boxed('"one"')
NO_TRUTH = boxed('if item = 5 then true else "no truth"')


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (
            f'<context><contextEntry><variable name="net pay"/>{boxed("n * 2")}</contextEntry>'
            f'<contextEntry><variable name="tax"/>{boxed("net pay / 10")}</contextEntry></context>',
            {"net pay": 14, "tax": Decimal("1.4")},
        ),
        (
            f'<context><contextEntry><variable name="a" typeRef="number"/>{TEXT}</contextEntry>'
            f"<contextEntry>{boxed('a = null')}</contextEntry></context>",
            True,
        ),
        (f"<list>{boxed('n')}{boxed('n + 1')}</list>", [7, 8]),
        (
            f'<relation><column name="grade"/><column name="days"/><row>{TEXT}{boxed("12")}</row></relation>',
            [{"grade": "one", "days": 12}],
        ),
        (f"<conditional><if>{boxed('n > 5')}</if><then>{boxed('1')}</then><else>{boxed('2')}</else></conditional>", 1),
        (f"<filter><in>{boxed('[{g: 1}, {g: 2}]')}</in><match>{boxed('g > 1')}</match></filter>", [{"g": 2}]),
        (f"<filter><in>{boxed('[5, 6]')}</in><match>{boxed('2')}</match></filter>", 6),
        (f"<filter><in>{boxed('[5, 6]')}</in><match>{NO_TRUTH}</match></filter>", None),
        (f'<for iteratorVariable="i"><in>{boxed("[1..3]")}</in><return>{boxed("i * n")}</return></for>', [7, 14, 21]),
        (
            f'<for iteratorVariable="i"><in>{boxed("[1, 2]")}</in><return>{boxed("count(partial)")}</return></for>',
            [0, 1],
        ),
        (f'<for iteratorVariable="i"><in>{boxed("null")}</in><return>{boxed("i")}</return></for>', None),
        (f'<some iteratorVariable="i"><in>{boxed("[1, 9]")}</in><satisfies>{boxed("i > n")}</satisfies></some>', True),
        (
            f'<every iteratorVariable="i"><in>{boxed("[8, 9]")}</in><satisfies>{boxed("i > n")}</satisfies></every>',
            True,
        ),
        (f'<every iteratorVariable="i"><in>{boxed("[8]")}</in><satisfies>{boxed("null")}</satisfies></every>', None),
    ],
)
def test_boxed_expressions_mean_what_their_text_would(box: str, expected: Any) -> None:
    assert read(decision(box)).evaluate({"n": 7}) == expected
    assert read(decision(box)).names <= {"n"}


BONUS = (
    '<businessKnowledgeModel id="bonus" name="Bonus of"><encapsulatedLogic>'
    '<formalParameter name="years" typeRef="number"/>'
    + table(["years"], ["m"], [(["< 5"], ["1"]), ([">= 5"], ["2"])])
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


@pytest.mark.parametrize(
    ("calling", "expected"),
    [
        (boxed("Bonus of(7) * 100"), 200),
        (boxed("Bonus of(years: 3)"), 1),
        (boxed('Bonus of("many")'), None),
        (boxed("for y in [1, 9] return Bonus of(y)"), [1, 2]),
        (f'<invocation>{boxed("Bonus of")}<binding><parameter name="years"/>{boxed("n")}</binding></invocation>', 2),
        (f'<invocation>{boxed("Bonus of")}<binding><parameter name="days"/>{boxed("n")}</binding></invocation>', None),
        (
            f'<context><contextEntry><variable name="twice"/><functionDefinition><formalParameter name="y"/>'
            f"{boxed('2 * Bonus of(y)')}</functionDefinition></contextEntry>"
            f"<contextEntry>{boxed('twice(n)')}</contextEntry></context>",
            4,
        ),
    ],
)
def test_a_knowledge_model_is_a_function_of_its_parameters(calling: str, expected: Any) -> None:
    found = read(BONUS, decision(calling, needs=knowing("bonus")))
    assert found.evaluate({"n": 7}) == expected
    assert found.names <= {"n"}


def test_a_knowledge_model_sees_its_parameters_and_what_it_requires_alone() -> None:
    outer = (
        '<businessKnowledgeModel id="outer" name="outer">'
        f'<encapsulatedLogic><formalParameter name="x"/>{boxed("[Bonus of(x), n]")}</encapsulatedLogic>'
        f"{knowing('bonus')}</businessKnowledgeModel>"
    )
    found = read(BONUS, outer, decision(boxed("outer(9)"), needs=knowing("outer")))
    assert found.evaluate({"n": 7}) == [2, None]


def test_a_knowledge_model_that_calls_itself_ends_or_is_stopped() -> None:
    recursive = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x"/>'
        f"{boxed('if x = 0 then 1 else x * f(x - 1)')}</encapsulatedLogic>{knowing('f')}</businessKnowledgeModel>"
    )
    assert read(recursive, decision(boxed("f(10)"), needs=knowing("f"))).evaluate({}) == 3628800
    with pytest.raises(LimitExceeded):
        read(recursive, decision(boxed("f(-1)"), needs=knowing("f"))).evaluate({})


def test_boxes_in_boxes_that_call_themselves_are_stopped() -> None:
    call = f'<invocation>{boxed("f")}<binding><parameter name="x"/>{boxed("x")}</binding></invocation>'
    nested = "<list>" * 17 + call + "</list>" * 17
    recursive = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x"/>'
        f"{nested}</encapsulatedLogic></businessKnowledgeModel>"
    )
    with pytest.raises(LimitExceeded):
        read(recursive, decision(call, needs=knowing("f"))).evaluate({"x": 1})


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("<context><contextEntry/></context>", "rules-no-logic"),
        (f"<conditional><if>{boxed('true')}</if></conditional>", "rules-no-logic"),
        (f'<relation><column name="a"/><row>{boxed("1")}{boxed("2")}</row></relation>', "rules-cells"),
        ("<list>" * 21 + boxed("1") + "</list>" * 21, "rules-too-deep"),
        (boxed("nobody(1)"), "rules-expression"),
    ],
)
def test_a_faulty_box_is_refused(part: str, code: str) -> None:
    assert code in codes(decision(part))


def test_knowledge_models_that_are_not_there_or_require_each_other_are_refused() -> None:
    def model(id: str, other: str) -> str:
        logic = f"<encapsulatedLogic>{boxed('1')}</encapsulatedLogic>"
        return f'<businessKnowledgeModel id="{id}" name="{id}">{logic}{knowing(other)}</businessKnowledgeModel>'

    calling = decision(boxed("1"), needs=knowing("a"))
    assert codes(calling) == {"rules-reference"}
    assert codes(model("a", "b"), model("b", "a"), calling) == {"rules-cycle"}
    assert codes('<businessKnowledgeModel id="a" name="a"/>', calling) == {"rules-no-logic"}
    chain = [model(f"x{number}", f"x{number + 1}") for number in range(99)]
    assert "rules-too-deep" in codes(*chain, model("x99", "x99"), decision(boxed("1"), needs=knowing("x0")))


def test_a_loop_over_boxes_pays_for_its_turns() -> None:
    loop = '<for iteratorVariable="{v}"><in>' + boxed("1..1") + "</in><return>{body}</return></for>"
    inner = loop.format(v="b", body=boxed("a * b"))
    heavy = loop.format(v="a", body=inner).replace("1..1", "[1..10000]")
    with pytest.raises(LimitExceeded):
        read(decision(heavy)).evaluate({})


ONE: list[Row] = [(["-"], ["1"])]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (table(["n"], ["m"], ONE, policy='hitPolicy="SOMETIMES"'), "rules-hit-policy"),
        (table(["n"], ["m"], ONE, policy='hitPolicy="FIRST" aggregation="SUM"'), "rules-aggregation"),
        (
            table(["n"], ["m", "k"], [(["-"], ["1", "2"])], policy='hitPolicy="COLLECT" aggregation="SUM"'),
            "rules-aggregation",
        ),
        (table(["n"], ["m"], ONE, policy='hitPolicy="PRIORITY"'), "rules-priority"),
        (table(["n"], ["m"], ONE, policy='hitPolicy="OUTPUT ORDER"'), "rules-priority"),
        (table(["n"], ["m", "m"], [(["-"], ["1", "2"])]), "rules-output-name"),
        (table(["n"], [], [(["-"], [])]), "rules-no-output"),
        (table(["n"], ["m"], [(["-", "-"], ["1"])]), "rules-cells"),
        (table(["n"], ["m"], [(["-"], [])]), "rules-cells"),
        (table([" "], ["m"], ONE), "rules-empty"),
        (table(["n"], ["m"], [(["== 1"], ["1"])]), "rules-expression"),
        (table(["n"], ["m"], [(["__import__('os').system('x')"], ["1"])]), "rules-expression"),
        (table(["n"], ["m"], [(["annual"], ["1"])]), "rules-bare-word"),
        (table(["n"], ["m"], [(["annual, sick"], ["1"])]), "rules-bare-word"),
        (table(["n"], ["m"], [(["-"], ["chief"])]), "rules-bare-word"),
        (table(["n"], ["m"], [(["-"], ["4"])], values="1, 2"), "rules-output-value"),
        (table(["n"], ["m"], ONE, type_of_input="tNowhere"), "rules-unknown-type"),
        ("<decisionTable><surprise/></decisionTable>", "rules-unsupported"),
        ("<literalExpression><text>1 <!-- + 1 --> + 1</text></literalExpression>", "rules-comment"),
        (text("literalExpression", "1", 'expressionLanguage="groovy"'), "rules-language"),
    ],
)
def test_what_would_go_wrong_later_is_named_at_once(part: str, code: str) -> None:
    assert code in codes(decision(part))


def test_all_problems_are_listed_with_their_lines() -> None:
    rows: list[Row] = [(["== 1"], ["'a'"]), (["> 3 and < 5"], ['"b"'])]
    found = problems(document(decision(table(["n"], ["m"], rows))))
    assert [(one.element, one.line) for one in found] == [("r1", 3), ("r1", 3), ("r2", 4)]
    assert "Write `1`, not `== 1`" in found[0].message.en
    assert "Tulis `1`" in found[0].message.id


def test_an_expression_of_several_lines_places_its_fault() -> None:
    found = problems(document(decision(text("literalExpression", "1 +\n2 == 3"))))
    assert [one.line for one in found] == [3]


def test_a_column_variable_of_another_tool_gets_a_hint() -> None:
    part = table(["n"], ["m"], [(["cellInput > 3"], ["1"])]).replace(
        "<input ", '<input xmlns:c="x" c:inputVariable="cellInput" '
    )
    assert codes(decision(part)) == {"rules-cell-variable"}


def test_decisions_that_require_each_other_are_refused() -> None:
    def needing(id: str, other: str) -> str:
        needs = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        return decision(text("literalExpression", "1"), id, id, needs)

    assert codes(needing("a", "b"), needing("b", "a")) == {"rules-cycle"}
    assert codes(needing("a", "a")) == {"rules-cycle"}
    assert codes(needing("a", "elsewhere")) == {"rules-reference"}


def test_types_that_refer_to_themselves_or_to_each_other_many_times_are_read_once() -> None:
    def doubled(number: int) -> str:
        parts = "".join(f'<itemComponent name="{n}"><typeRef>t{number + 1}</typeRef></itemComponent>' for n in "ab")
        return f'<itemDefinition name="t{number}">{parts}</itemDefinition>'

    loop = '<itemDefinition name="t40"><typeRef>t0</typeRef></itemDefinition>'
    needs = '<variable name="Who" typeRef="t0"/>'
    found = read(*map(doubled, range(40)), loop, decision(text("literalExpression", "x"), needs=needs))
    assert found.evaluate({"x": 1}) is None


def test_a_chain_of_too_many_decisions_is_refused() -> None:
    def needing(number: int) -> str:
        needs = f'<informationRequirement><requiredDecision href="#x{number + 1}"/></informationRequirement>'
        return decision(text("literalExpression", "1"), f"x{number}", f"x{number}", needs if number < 99 else "")

    assert codes(*map(needing, range(100))) == {"rules-too-deep"}


def test_a_decision_that_is_read_but_not_required_is_told() -> None:
    found = read_decisions(
        document(decision(text("literalExpression", "1"), "a", "A"), decision(text("literalExpression", "A")))
    )
    assert [one.code for one in found.warnings] == ["rules-not-required"]
    found = read_decisions(document(BONUS, decision(boxed("Bonus of(1)"))))
    assert [one.code for one in found.warnings] == ["rules-not-required"]


def test_empty_results_and_values_that_never_match_are_told() -> None:
    rows: list[Row] = [(['"c"'], [""])]
    found = read_decisions(document(decision(table(["n"], ["m"], rows, allowed='"a", "b"'))))
    assert {one.code for one in found.warnings} == {"rules-empty-output", "rules-input-value"}


@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [
        ("string", "> 5", True),
        ("integer", '"5"', True),
        ("date", '> date and time("2026-01-31T00:00:00Z")', True),
        ("boolean", "not(1)", True),
        ("number", '"many", 5', False),
        ("number", "null", False),
        ("number", "limit", False),
        ("string", "-", False),
    ],
)
def test_a_cell_of_another_type_than_its_column_is_told(kind: str, cell: str, told: bool) -> None:
    limit = '<inputData id="limit" name="limit"/>'
    part = decision(table(["n"], ["m"], [([cell], ["1"])], type_of_input=kind))
    found = [one.code for one in read_decisions(document(limit, part)).warnings]
    assert found == ["rules-cell-type"] * told


def test_a_bare_word_is_repaired_in_the_message() -> None:
    found = problems(document(decision(table(["n"], ["m"], [(["annual, sick"], ["1"])]))))
    assert 'Write `"annual", "sick"`' in found[0].message.en


def test_a_constant_of_the_wrong_type_is_refused() -> None:
    part = table(["n"], ["m"], [(["-"], ['"many"'])]).replace('<output name="m">', '<output name="m" typeRef="number">')
    assert codes(decision(part)) == {"rules-type"}


def test_a_file_of_endless_expressions_is_refused_without_compiling_them_all() -> None:
    long = "[" + ", ".join(["1"] * 3000) + "]"
    rows: list[Row] = [(["-"], [f"{long}[{number}]"]) for number in range(40)]
    assert codes(decision(table(["n"], ["m"], rows))) == {"rules-too-long"}


def test_a_table_of_endless_rules_is_refused() -> None:
    assert codes(decision(table(["n"], ["m"], ONE * 5001))) == {"rules-too-many"}


def test_a_chain_of_decisions_shares_its_steps() -> None:
    def heavy(number: int) -> str:
        needs = f'<informationRequirement><requiredDecision href="#x{number - 1}"/></informationRequirement>'
        loop = text("literalExpression", "count(for i in 1..9000 return i * 2)")
        return decision(loop, f"x{number}", f"x{number}", needs if number else "")

    found = read(*(heavy(number) for number in range(30)), id="x29")
    with pytest.raises(LimitExceeded):
        found.evaluate({})


@pytest.mark.parametrize(
    ("cells", "kind", "example"),
    [
        (["> 3", "> 5"], "overlap", {"n": Decimal(6)}),
        (["< 3", "> 3"], "gap", {"n": Decimal(3)}),
        (["<= 3", ">= 5"], "gap", {"n": Decimal(4)}),
        (['"a", "b"', '"b", "c"'], "overlap", {"n": "b"}),
        (["true"], "gap", {"n": False}),
        (['<= date("2026-01-31")', '>= date("2026-02-02")'], "gap", {"n": date(2026, 2, 1)}),
        (["? > 3 and ? < 9", ">= 8", "<= 3"], "overlap", {"n": Decimal(8)}),
    ],
)
def test_gaps_and_overlaps_come_with_an_example(cells: list[str], kind: str, example: dict[str, Any]) -> None:
    rows: list[Row] = [([cell], ["1"]) for cell in cells]
    found = [one for one in findings(["n"], ["m"], rows) if one.kind == kind]
    assert found[0].example == example
    shown = found[0].problem("leave.dmn")
    assert shown.file == "leave.dmn"
    assert shown.line


@pytest.mark.parametrize(
    "cells",
    [
        ["<= 3", "> 3"],
        ["true", "false"],
        ['"a"', 'not("a")'],
        ["[1..3]", "< 1", "> 3"],
        ['<= date("2026-01-31")', '> date("2026-01-31")'],
        ['<= date("2026-01-31")', '>= date("2026-02-01")'],
        ["-"],
    ],
)
def test_a_complete_table_has_nothing_to_tell(cells: list[str]) -> None:
    assert findings(["n"], ["m"], [([cell], ["1"]) for cell in cells]) == []


def test_listed_input_values_bound_the_search_for_gaps() -> None:
    rows: list[Row] = [(['"a"'], ["1"]), (['"b"'], ["1"])]
    assert [one.kind for one in findings(["n"], ["m"], rows)] == ["gap"]
    assert findings(["n"], ["m"], rows, allowed='"a", "b"') == []


def test_whole_numbers_have_no_gap_between_neighbours() -> None:
    rows: list[Row] = [(["<= 3"], ["1"]), ([">= 4"], ["1"])]
    assert [one.example for one in findings(["n"], ["m"], rows)] == [{"n": Decimal("3.5")}]
    assert findings(["n"], ["m"], rows, type_of_input="integer") == []


def test_two_columns_that_ask_the_same_are_seen_as_one() -> None:
    rows: list[Row] = [(["> 3", "< 9"], ["1"]), (["<= 3", "-"], ["1"]), (["-", ">= 9"], ["1"])]
    assert findings(["n", "n"], ["m"], rows) == []


def test_a_gap_of_several_columns_names_only_what_matters() -> None:
    rows: list[Row] = [(["> 3", "-", "true"], ["1"]), (["<= 3", "-", "-"], ["1"])]
    assert [one.example for one in findings(["n", "k", "ok"], ["m"], rows)] == [{"n": Decimal(4), "ok": False}]


def test_a_rule_that_never_comes_into_play_is_told() -> None:
    rows: list[Row] = [(["> 3"], ["1"]), (["> 5"], ["2"]), (["-"], ["3"])]
    found = findings(["n"], ["m"], rows, policy='hitPolicy="FIRST"')
    assert [(one.kind, one.rules) for one in found] == [("unreachable", (2,))]


def test_a_table_that_depends_on_other_values_is_not_analysed() -> None:
    rows: list[Row] = [(["> limit"], ["1"]), (["<= limit"], ["2"])]
    assert [(one.kind, one.rules) for one in findings(["n"], ["m"], rows)] == [("not-analysed", (1, 2))]


def test_a_default_or_a_collecting_policy_needs_no_rule_for_everything() -> None:
    rows: list[Row] = [(["> 3"], ["1"]), (["> 5"], ["2"])]
    assert findings(["n"], ["m"], rows, policy='hitPolicy="COLLECT"') == []
    assert findings(["n"], ["m"], rows[:1], default="0") == []


def test_rules_of_any_may_overlap_if_they_say_the_same() -> None:
    rows: list[Row] = [(["> 3"], ["1"]), (["<= 9"], ["1"])]
    assert findings(["n"], ["m"], rows, policy='hitPolicy="ANY"') == []


def test_a_large_table_is_searched_within_bounds_or_said_not_to_be() -> None:
    rows: list[Row] = [([f"[{(n * k) % 97}..{(n * k) % 97 + 5}]" for k in range(1, 9)], ["1"]) for n in range(120)]
    found = findings([f"c{k}" for k in range(8)], ["m"], rows, policy='hitPolicy="FIRST"')
    assert {one.kind for one in found} <= {"gap", "unreachable", "not-analysed"}


CELLS = st.sampled_from(["-", "< 2", "[1..3]", "> 3", "2", "3, 5", "not(4)", ">= 5"])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.integers(-1, 7), st.integers(-1, 7))
def test_a_table_without_findings_answers_once_and_only_once(cells: list[tuple[str, str]], x: int, y: int) -> None:
    rows: list[Row] = [(list(pair), [str(number)]) for number, pair in enumerate(cells)]
    found = of_table(["x", "y"], ["m"], rows)
    assert found.table is not None
    kinds = {one.kind for one in gaps_and_overlaps(found.table)}
    try:
        answered = found.evaluate({"x": x, "y": y}) is not None
    except RuleConflict:
        assert "overlap" in kinds
    else:
        assert answered or "gap" in kinds


def refusal(xml: bytes) -> str | None:
    try:
        read_decisions(xml)
    except RulesError as refused:
        return " ".join(str(one.message.en) for one in refused.problems if isinstance(one, Problem))
    return None


@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda cell: document(decision(text("literalExpression", cell))))
)
def test_any_bytes_are_read_or_refused_in_words(xml: bytes) -> None:
    assert refusal(xml) != ""


def test_every_finding_has_a_kind_in_the_catalogue() -> None:
    assert {f"rules-{kind}" for kind in ("gap", "overlap", "unreachable", "not-analysed")} <= CODES.keys()
