"""Gateways, and the flows between what they join."""

from __future__ import annotations

import pytest

from engine.errors import EngineError
from tests.engine.supported.driver import Run, begun
from tests.engine.supported.table import shows
from tests.support import diagram, timer

TWO = {"begin": "startEvent", "ask": "userTask", "way": "", "a": "userTask", "b": "userTask", "done": "endEvent"}


def choosing(kind: str, *ways: str, **answers: int) -> Run:
    """begin -> ask -> a gateway -> a or b -> done; asked already."""
    run = begun({**TWO, "way": kind}, ["begin ask", "ask way", *ways, "a done", "b done"])
    return run.do("ask", **answers)


def joined(kind: str, *ways: str, **answers: int) -> Run:
    """begin -> ask -> a gateway -> a, b -> a gateway of the same kind -> done; asked already."""
    nodes = {**TWO, "way": kind, "join": kind}
    return begun(nodes, ["begin ask", "ask way", *ways, "a join", "b join", "join done"]).do("ask", **answers)


@shows("`exclusiveGateway` with `conditionExpression`")
@pytest.mark.parametrize(("days", "way"), [(1, "a"), (3, "b")])
def test_the_first_way_whose_condition_holds_is_taken_and_no_other(days: int, way: str) -> None:
    run = choosing("exclusiveGateway", "way a | ask.days < 3", "way b | ask.days > 2", days=days)
    assert run.open == [way]
    assert run.do(way).ended


@shows("`exclusiveGateway default`")
def test_the_default_way_is_taken_when_no_condition_holds_and_without_one_it_stops() -> None:
    assert choosing("exclusiveGateway", "way a | ask.days > 3", "way b | default", days=1).open == ["b"]
    assert choosing("exclusiveGateway", "way a | ask.days > 3", "way b | default", days=4).open == ["a"]
    with pytest.raises(EngineError):
        choosing("exclusiveGateway", "way a | ask.days > 3", "way b | ask.days > 4", days=1)


@shows("`inclusiveGateway`, `inclusiveGateway default`")
@pytest.mark.parametrize(("days", "ways"), [(0, ["b"]), (3, ["a"]), (5, ["a", "b"])])
def test_every_way_whose_condition_holds_is_taken_and_the_join_waits_for_those(days: int, ways: list[str]) -> None:
    nodes = {**TWO, "way": "inclusiveGateway", "c": "userTask", "join": "inclusiveGateway"}
    flows = ["way a | ask.days > 2", "way c | ask.days > 4", "way b | default", "a join", "b join", "c join"]
    run = begun(nodes, ["begin ask", "ask way", *flows, "join done"]).do("ask", days=days)
    wanted = ["a", "c"] if ways == ["a", "b"] else ways
    assert run.open == wanted
    for step in wanted:
        assert not run.ended
        run.do(step)
    assert run.ended


@shows("`parallelGateway`")
@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_every_parallel_way_is_taken_and_the_join_waits_for_all(order: list[str]) -> None:
    run = joined("parallelGateway", "way a", "way b")
    assert run.open == ["a", "b"]
    assert not run.do(order[0]).ended
    run.do(order[1])
    assert run.ended
    assert {"a", "b"} <= run.data.keys()


@shows("`eventBasedGateway`")
@pytest.mark.parametrize(("hours", "then"), [(1, "remind"), (0, "read")])
def test_what_happens_first_behind_an_event_gateway_decides(hours: int, then: str) -> None:
    nodes = {
        "begin": "startEvent",
        "both": "parallelGateway",
        "tell": "userTask",
        "send": "sendTask",
        "told": "endEvent",
        "first": "eventBasedGateway",
        "hear": "receiveTask",
        "late": "intermediateCatchEvent",
        "read": "userTask",
        "remind": "userTask",
        "done": "endEvent",
    }
    flows = ["begin both", "both tell", "tell send", "send told", "both first", "first hear", "first late", "hear read"]
    run = begun(
        nodes,
        [*flows, "late remind", "read done", "remind done"],
        inside={"late": timer("PT1H")},
        attributes=dict.fromkeys(("send", "hear"), 'messageRef="m"'),
        more='<message id="m" name="m"/>',
    )
    run.wait(hours=hours).do("tell").wait(hours=2)
    assert run.open == [then]


@shows("a step or event that no flow leaves")
def test_a_path_ends_at_a_step_or_event_that_no_flow_leaves() -> None:
    nodes = {"begin": "startEvent", "way": "parallelGateway", "a": "userTask", "b": "userTask", "c": "userTask"}
    run = begun({**nodes, "passed": "intermediateThrowEvent"}, ["begin way", "way a", "way b", "a passed", "b c"])
    assert not run.do("a", "b").ended
    assert run.do("c").ended


@shows("several flows into a step")
def test_a_step_is_done_once_for_each_flow_that_comes_to_it() -> None:
    nodes = {"begin": "startEvent", "way": "parallelGateway", "a": "userTask", "b": "userTask", "x": "userTask"}
    run = begun({**nodes, "done": "endEvent"}, ["begin way", "way a", "way b", "a x", "b x", "x done"]).do("a")
    assert run.open == ["b", "x"]
    run.do("b", "x")
    assert run.open == ["x"]
    assert run.do("x").ended


@shows("`sequenceFlow sourceRef`, `sequenceFlow targetRef`, `incoming`, `outgoing`")
def test_the_ends_of_the_flows_count_whatever_the_nodes_say_of_them() -> None:
    wrong = "<incoming>f2</incoming><outgoing>f0</outgoing>"
    run = choosing("exclusiveGateway", "way a | ask.days > 3", "way b | default", days=1)
    assert run.open == ["b"]
    lying = Run(
        diagram(
            {"begin": "startEvent", "ask": "userTask", "x": "userTask", "done": "endEvent"},
            ["begin ask", "ask x", "x done"],
            inside={"x": wrong},
        )
    )
    assert lying.do("ask", "x").ended
    assert lying.path == ["begin", "ask", "x", "done"]


@shows("`sequenceFlow` without `id`")
def test_a_flow_without_id_leads_where_it_is_drawn() -> None:
    drawn = diagram(
        {**TWO, "way": "parallelGateway", "join": "parallelGateway"},
        ["begin ask", "ask way", "way a", "way b", "a join", "b join", "join done"],
    )
    nameless = drawn
    for number in range(7):
        nameless = nameless.replace(f'id="f{number}" '.encode(), b"")
    assert nameless.count(b"<sequenceFlow source") == 7
    run = Run(nameless).do("ask")
    assert run.open == ["a", "b"]
    assert run.do("a", "b").ended
