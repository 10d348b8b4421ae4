"""Subprocesses, and steps that are done more than once."""

from __future__ import annotations

from typing import Any

import pytest

from engine.items import CompletionUnclear
from tests.engine.supported.driver import Run, begun
from tests.engine.supported.table import shows
from tests.engine.supported.test_steps import of_kind
from tests.support import elements, extension, service

COLLECTED = "<loopDataOutputRef>votes</loopDataOutputRef>"


def items(inner: str, attributes: str = "") -> str:
    return f"<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>"


def repeated(inner: str, attributes: str = "", **answers: Any) -> Run:
    """begin -> ask -> x, for each of several -> done; asked already."""
    return of_kind("userTask", items(inner, attributes)).do("ask", **answers)


def looped(inner: str, attributes: str = "", **answers: Any) -> Run:
    """begin -> ask -> x, in a loop -> done; asked already."""
    loop = f"<standardLoopCharacteristics {attributes}>{inner}</standardLoopCharacteristics>"
    return of_kind("userTask", loop).do("ask", **answers)


@shows("`subProcess`")
def test_a_subprocess_runs_to_its_end_before_what_follows() -> None:
    inner = elements({"in": "startEvent", "read": "userTask", "out": "endEvent"}, ["in read", "read out"], prefix="s")
    run = of_kind("subProcess", inner).do("ask")
    assert run.open == ["read"]
    run.do("read", note="seen")
    assert run.ended
    assert run.data["read"] == {"note": "seen"}


@shows("`multiInstanceLoopCharacteristics` with `loopCardinality`")
def test_a_step_is_done_as_often_as_its_number_says_all_at_once() -> None:
    run = repeated("<loopCardinality>ask.people</loopCardinality>", people=3)
    assert run.open == ["x", "x", "x"]
    run.do("x", "x")
    assert not run.ended
    assert run.do("x").ended


@shows("`multiInstanceLoopCharacteristics isSequential`")
@pytest.mark.parametrize("yes", ["true", "1"])
def test_a_sequential_step_is_done_one_after_the_other(yes: str) -> None:
    run = repeated("<loopCardinality>3</loopCardinality>", f'isSequential="{yes}"')
    for _ in range(3):
        assert run.open == ["x"]
        run.do("x")
    assert run.ended


COLOURS = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="colours" name="colours"><literalExpression id="l"><text>["red", "green"]</text></literalExpression>
</decision></definitions>"""


@shows("`loopDataInputRef`, `inputDataItem`")
@pytest.mark.parametrize("attributes", ['isSequential="true"', ""])
def test_a_step_is_done_for_each_item_which_bears_its_name_meanwhile(attributes: str) -> None:
    each = items('<loopDataInputRef>colours</loopDataInputRef><inputDataItem id="colour"/>', attributes)
    run = begun(
        {"begin": "startEvent", "colours": "businessRuleTask", "x": "serviceTask", "done": "endEvent"},
        ["begin colours", "colours x", "x done"],
        inside={
            "colours": extension("<spiffworkflow:calledDecisionId>colours</spiffworkflow:calledDecisionId>"),
            "x": service("wall.paint@1", "painted", colour="colour") + each,
        },
        files={"rules.dmn": COLOURS},
    )
    assert run.ended
    assert run.host.called == [("wall.paint@1", {"colour": "red"}), ("wall.paint@1", {"colour": "green"})]
    assert "colour" not in run.data


@shows("`loopDataOutputRef`, `outputDataItem`")
def test_what_the_steps_answer_is_collected_in_the_order_of_the_items() -> None:
    run = repeated(f"<loopCardinality>2</loopCardinality>{COLLECTED}").do("x", vote="yes").do("x", vote="no")
    assert run.ended
    assert run.data["votes"] == [{"vote": "yes"}, {"vote": "no"}]


@shows("`loopDataOutputRef`, `outputDataItem`")
@pytest.mark.parametrize("attributes", ['isSequential="true"', ""])
def test_what_a_repeated_subprocess_leaves_under_the_output_items_name_is_collected(attributes: str) -> None:
    inner = elements(
        {"in": "startEvent", "read": "userTask", "count": "serviceTask", "out": "endEvent"},
        ["in read", "read count", "count out"],
        inside={"count": service("wall.count@1", "counted", bricks="read.bricks")},
        prefix="s",
    )
    each = items(f'<loopCardinality>2</loopCardinality>{COLLECTED}<outputDataItem id="counted"/>', attributes)
    run = of_kind("subProcess", inner + each).do("ask").do("read", bricks=3).do("read", bricks=3)
    assert run.ended
    assert run.data["votes"] == [{"given": {"bricks": 3}}, {"given": {"bricks": 3}}]


@shows("`multiInstanceLoopCharacteristics completionCondition`")
@pytest.mark.parametrize("attributes", ['isSequential="true"', ""])
def test_a_repeated_step_is_over_when_its_completion_condition_holds(attributes: str) -> None:
    enough = "<completionCondition>count(votes[vote = &quot;yes&quot;]) = 2</completionCondition>"
    run = repeated(f"<loopCardinality>4</loopCardinality>{COLLECTED}{enough}", attributes)
    run.do("x", vote="yes").do("x", vote="no")
    assert not run.ended
    assert run.do("x", vote="yes").ended
    assert [vote["vote"] for vote in run.data["votes"]] == ["yes", "no", "yes"]


@shows("`standardLoopCharacteristics` with `loopMaximum`")
def test_a_loop_goes_round_as_often_as_its_maximum_says() -> None:
    run = looped("", 'loopMaximum="2"').do("x", note="first")
    assert run.open == ["x"]
    run.do("x", note="second")
    assert run.ended
    assert run.data["x"] == {"note": "second"}


@shows("`standardLoopCharacteristics` with `loopCondition`")
def test_a_loop_goes_round_while_its_condition_holds_and_once_in_any_case() -> None:
    run = looped("<loopCondition>x.again</loopCondition>", 'testBefore="false"').do("x", again=True)
    assert run.open == ["x"]
    assert run.do("x", again=False).ended


@shows('`testBefore="true"`')
@pytest.mark.parametrize("yes", ["true", "1"])
def test_a_condition_asked_before_may_leave_the_step_undone(yes: str) -> None:
    asked = "<loopCondition>ask.needed</loopCondition>"
    assert looped(asked, f'testBefore="{yes}"', needed=False).ended
    run = looped(asked, f'testBefore="{yes}"', needed=True)
    assert run.open == ["x"]


@shows("`standardLoopCharacteristics` with `loopCondition`")
def test_a_loop_stops_as_an_incident_when_its_condition_is_neither_true_nor_false() -> None:
    run = looped("<loopCondition>x.agian</loopCondition>")
    with pytest.raises(CompletionUnclear):
        run.do("x", again=True)
