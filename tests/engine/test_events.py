"""What events do: thrown, caught, and what becomes of the scopes they leave; saved and loaded after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from engine.db import Task
from engine.package import Package
from engine.spiff import compile_package
from engine.triggers import ErrorUncaught
from tests.engine.conformance.driving import Move, Ours, Saved, after, boundary, done
from tests.support import Office, choice, diagram, elements, extension, form, form_of, package, timer

DECLARED = (
    '<error id="E1" name="Lost" errorCode="lost"/><error id="E2" name="Late" errorCode="late"/>'
    '<escalation id="C1" name="Slow" escalationCode="slow"/><escalation id="C2" escalationCode="other"/>'
    '<signal id="S1" name="stop"/><message id="M1" name="ping"/>'
)


def error(ref: str = "E1") -> str:
    return f'<errorEventDefinition errorRef="{ref}"/>' if ref else "<errorEventDefinition/>"


def escalation(ref: str = "C1") -> str:
    return f'<escalationEventDefinition escalationRef="{ref}"/>' if ref else "<escalationEventDefinition/>"


SIGNAL = '<signalEventDefinition signalRef="S1"/>'
MESSAGE = '<messageEventDefinition messageRef="M1"/>'
TERMINATE = "<terminateEventDefinition/>"


def condition(expression: str) -> str:
    return f"<conditionalEventDefinition><condition>{expression}</condition></conditionalEventDefinition>"


def inner(nodes: Mapping[str, str], flows: Iterable[str], **about: Any) -> str:
    """What stands in a subprocess; its flows' ids begin with its first node's."""
    return elements(nodes, flows, prefix=f"{next(iter(nodes))}_", **about)


def opened(case: Ours) -> Counter[str]:
    """The steps that are open."""
    return Counter(step for step, _ in case.open.elements())


class Both:
    """The same instance twice, saved and loaded after every step and never saved: they must agree."""

    def __init__(self, nodes: Mapping[str, str], flows: Iterable[str], *, more: str = DECLARED, **about: Any) -> None:
        self._begin(diagram(nodes, list(flows), more=more, **about))

    def _begin(self, file: bytes) -> None:
        compiled = compile_package(package(file))
        self.sides = (Saved(compiled), Ours(compiled))
        self.host = self.sides[0].host

    def make(self, move: Move) -> None:
        for side in self.sides:
            side.make(move)
        saved, never = self.sides
        assert saved.knows() == never.knows()
        assert saved.workflow.next_due() == never.workflow.next_due()
        assert saved.workflow.completed == never.workflow.completed
        assert saved.workflow.waits() == never.workflow.waits()

    @property
    def open(self) -> Counter[tuple[str, int | None]]:
        return self.sides[0].open

    @property
    def completed(self) -> bool:
        return bool(self.sides[0].workflow.completed)

    @property
    def outcome(self) -> str | None:
        return self.sides[0].workflow.outcome()

    def data(self, step: str) -> dict[str, Any]:
        """What an open step starts from."""
        return next(data for name, _, data in self.sides[0].knows() if name == step)


# Errors.

WORK = {
    "in": "startEvent",
    "split": "parallelGateway",
    "judge": "userTask",
    "aside": "userTask",
    "way": "exclusiveGateway",
}
WORK |= {"fine": "endEvent", "apart": "endEvent", "failed": "endEvent"}
WORK_FLOWS = ["in split", "split judge", "split aside", "aside apart", "judge way"]
WORK_FLOWS += ['way failed | judge.outcome = "bad"', "way fine | default"]


def work(thrown: str, **about: Any) -> str:
    """Two branches at work; the answer "bad" of one reaches the end event ``failed``."""
    return inner(WORK, WORK_FLOWS, inside={"failed": thrown}, **about)


OUTER = {"begin": "startEvent", "ask": "userTask", "work": "subProcess", "next": "userTask", "repair": "userTask"}
OUTER |= {"caught": "boundaryEvent", "done": "endEvent"}
OUTER_FLOWS = ["begin ask", "ask work", "work next", "next done", "caught repair", "repair done"]


def caught(thrown: str, catches: str, interrupts: bool = True) -> Both:
    """A subprocess with a boundary event, one step before it."""
    return Both(
        OUTER,
        OUTER_FLOWS,
        inside={"work": work(thrown), "caught": catches},
        attributes={"caught": boundary("work", interrupts)},
    )


@pytest.mark.parametrize("catches", [error("E1"), error("")])
def test_an_error_end_event_ends_its_subprocess_and_goes_on_behind_the_boundary_event(catches: str) -> None:
    case = caught(error("E1"), catches)
    done(case, "ask")
    assert opened(case) == {"judge": 1, "aside": 1}
    done(case, "judge", outcome="bad")
    assert opened(case) == {"repair": 1}
    done(case, "repair")
    assert case.completed


def test_without_the_error_the_subprocess_ends_as_drawn() -> None:
    case = caught(error("E1"), error("E1"))
    done(case, "ask", "judge", "aside")
    assert opened(case) == {"next": 1}


def test_behind_a_caught_error_the_data_are_those_of_the_scope_that_caught_it() -> None:
    case = caught(error("E1"), error("E1"))
    done(case, "ask", "aside")
    done(case, "judge", outcome="bad")
    assert set(case.data("repair")) == {"ask"}


def test_an_error_with_another_code_is_not_caught_and_the_step_that_led_to_it_fails() -> None:
    case = caught(error("E1"), error("E2"))
    done(case, "ask")
    with pytest.raises(ErrorUncaught, match="lost"):
        done(case, "judge", outcome="bad")


def test_an_error_at_the_end_of_the_process_itself_is_caught_by_nobody() -> None:
    case = Both(
        {"begin": "startEvent", "ask": "userTask", "failed": "endEvent"},
        ["begin ask", "ask failed"],
        inside={"failed": error()},
    )
    with pytest.raises(ErrorUncaught):
        done(case, "ask")


def test_of_two_boundary_events_the_one_with_the_very_code_catches_before_the_one_without() -> None:
    for first, second in (("any", "exact"), ("exact", "any")):
        case = Both(
            {
                "begin": "startEvent",
                "work": "subProcess",
                "done": "endEvent",
                first: "boundaryEvent",
                second: "boundaryEvent",
                "by_any": "userTask",
                "by_exact": "userTask",
            },
            ["begin work", "work done", "any by_any", "exact by_exact", "by_any done", "by_exact done"],
            inside={"work": work(error()), "any": error(""), "exact": error("E1")},
            attributes={"any": boundary("work"), "exact": boundary("work")},
        )
        done(case, "judge", outcome="bad")
        assert opened(case) == {"by_exact": 1}


def nested(near: str, far: str, call: bool = False) -> Both:
    """Work inside a subprocess inside another, each with a boundary event of its own."""
    middle = {"middle_in": "startEvent", "work": "subProcess", "near": "boundaryEvent", "near_step": "userTask"}
    middle |= {"middle_out": "endEvent", "beside": "userTask", "fork": "parallelGateway", "beside_out": "endEvent"}
    flows = ["middle_in fork", "fork work", "fork beside", "beside beside_out", "work middle_out"]
    flows += ["near near_step", "near_step middle_out"]
    within = inner(
        middle, flows, inside={"work": work(error("E1")), "near": near}, attributes={"near": boundary("work")}
    )
    nodes = {"begin": "startEvent", "whole": "callActivity" if call else "subProcess", "far": "boundaryEvent"}
    nodes |= {"far_step": "userTask", "next": "userTask", "done": "endEvent"}
    more = DECLARED + (f'<process id="called" isExecutable="true">{within}</process>' if call else "")
    return Both(
        nodes,
        ["begin whole", "whole next", "next done", "far far_step", "far_step done"],
        inside={"far": far} if call else {"whole": within, "far": far},
        attributes={"far": boundary("whole"), "whole": 'calledElement="called"' if call else ""},
        more=more,
    )


@pytest.mark.parametrize("call", [False, True])
def test_the_nearest_boundary_event_that_fits_catches_an_error(call: bool) -> None:
    case = nested(error("E1"), error("E1"), call)
    done(case, "judge", outcome="bad")
    assert opened(case) == {"near_step": 1, "beside": 1}
    done(case, "near_step", "beside")
    assert opened(case) == {"next": 1}


@pytest.mark.parametrize("call", [False, True])
def test_an_error_passes_a_scope_that_does_not_catch_it_and_ends_all_that_it_leaves(call: bool) -> None:
    case = nested(error("E2"), error(""), call)
    done(case, "judge", outcome="bad")
    assert opened(case) == {"far_step": 1}
    done(case, "far_step")
    assert case.completed


def items(sequential: str, cardinality: int = 3) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>{cardinality}'
        "</loopCardinality></multiInstanceLoopCharacteristics>"
    )


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_error_in_one_item_of_a_repeated_subprocess_ends_them_all(sequential: str) -> None:
    within = inner(
        {"in": "startEvent", "vote": "userTask", "way": "exclusiveGateway", "ok": "endEvent", "no": "endEvent"},
        ["in vote", "vote way", 'way no | vote.outcome = "no"', "way ok | default"],
        inside={"no": error()},
    )
    case = Both(
        {**OUTER, "late": "boundaryEvent", "remind": "userTask"},
        [*OUTER_FLOWS, "late remind", "remind done"],
        inside={"work": within + items(sequential), "caught": error(), "late": timer("P1D")},
        attributes={"caught": boundary("work"), "late": boundary("work")},
    )
    done(case, "ask", "vote")
    done(case, "vote", outcome="no")
    assert opened(case) == {"repair": 1}
    assert case.sides[0].workflow.next_due() is None
    after(case, days=3)
    assert opened(case) == {"repair": 1}
    done(case, "repair")
    assert case.completed


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_deadline_takes_away_all_items_of_a_repeated_subprocess_and_what_waits_in_them(sequential: str) -> None:
    within = inner(
        {"in": "startEvent", "vote": "userTask", "pause": "intermediateCatchEvent", "ok": "endEvent"},
        ["in vote", "vote pause", "pause ok"],
        inside={"pause": timer("P30D")},
    )
    case = Both(
        OUTER,
        OUTER_FLOWS,
        inside={"work": within + items(sequential), "caught": timer("P1D")},
        attributes={"caught": boundary("work")},
    )
    done(case, "ask", "vote")
    after(case, days=2)
    assert opened(case) == {"repair": 1}
    assert case.sides[0].workflow.next_due() is None


# Escalations.


@pytest.mark.parametrize("catches", [escalation("C1"), escalation("")])
def test_an_escalation_end_event_caught_without_interrupting_leaves_the_subprocess_at_work(catches: str) -> None:
    case = caught(escalation("C1"), catches, interrupts=False)
    done(case, "ask")
    done(case, "judge", outcome="bad")
    assert opened(case) == {"aside": 1, "repair": 1}
    done(case, "aside")
    assert opened(case) == {"next": 1, "repair": 1}
    done(case, "next", "repair")
    assert case.completed


def test_an_interrupting_boundary_event_ends_the_subprocess_that_escalates() -> None:
    case = caught(escalation("C1"), escalation("C1"))
    done(case, "ask")
    done(case, "judge", outcome="bad")
    assert opened(case) == {"repair": 1}


@pytest.mark.parametrize("catches", [escalation("C2"), error(""), SIGNAL])
def test_an_escalation_that_nothing_catches_is_ignored(catches: str) -> None:
    case = caught(escalation("C1"), catches)
    done(case, "ask")
    done(case, "judge", outcome="bad")
    assert opened(case) == {"aside": 1}
    done(case, "aside")
    assert opened(case) == {"next": 1}


def thrown_within(throws: str, catches: str, interrupts: bool) -> Both:
    """A subprocess that throws twice on its way."""
    within = inner(
        {
            "in": "startEvent",
            "one": "userTask",
            "first": "intermediateThrowEvent",
            "two": "userTask",
            "second": "intermediateThrowEvent",
            "three": "userTask",
            "out": "endEvent",
        },
        ["in one", "one first", "first two", "two second", "second three", "three out"],
        inside={"first": throws, "second": throws},
    )
    return Both(
        OUTER,
        OUTER_FLOWS,
        inside={"work": within, "caught": catches},
        attributes={"caught": boundary("work", interrupts)},
    )


@pytest.mark.parametrize(("throws", "catches"), [(escalation(), escalation()), (SIGNAL, SIGNAL), (MESSAGE, MESSAGE)])
def test_what_is_thrown_twice_is_caught_twice_by_an_event_that_does_not_interrupt(throws: str, catches: str) -> None:
    case = thrown_within(throws, catches, interrupts=False)
    done(case, "ask", "one")
    assert opened(case) == {"two": 1, "repair": 1}
    done(case, "two")
    assert opened(case) == {"three": 1, "repair": 2}
    done(case, "three")
    assert opened(case) == {"next": 1, "repair": 2}
    done(case, "repair", "next", "repair")
    assert case.completed


@pytest.mark.parametrize(("throws", "catches"), [(escalation(), escalation()), (SIGNAL, SIGNAL), (MESSAGE, MESSAGE)])
def test_who_throws_what_interrupts_its_own_subprocess_does_not_go_on(throws: str, catches: str) -> None:
    case = thrown_within(throws, catches, interrupts=True)
    done(case, "ask", "one")
    assert opened(case) == {"repair": 1}
    assert set(case.data("repair")) == {"ask"}


# Signals and messages.


def listeners(throw: str, thrown: str, kind: str = "intermediateThrowEvent") -> Both:
    """A branch that throws, and four that wait: an event, a boundary event, an event gateway, a subprocess."""
    nodes = {"begin": "startEvent", "split": "parallelGateway", "say": "userTask", "throw": kind}
    nodes |= {"wait": "intermediateCatchEvent", "waited": "userTask"}
    nodes |= {"busy": "userTask", "stop": "boundaryEvent", "stopped": "userTask"}
    nodes |= {"race": "eventBasedGateway", "hear": "intermediateCatchEvent", "late": "intermediateCatchEvent"}
    nodes |= {"heard": "userTask", "missed": "userTask", "part": "subProcess"}
    nodes |= {f"end{n}": "endEvent" for n in range(7)}
    flows = ["begin split", "split say", "say throw", "split wait", "wait waited", "split busy", "stop stopped"]
    flows += ["split race", "race hear", "race late", "hear heard", "late missed", "split part"]
    flows += ["waited end0", "busy end1", "stopped end2", "heard end3", "missed end4", "part end5"]
    flows += [] if kind == "endEvent" else ["throw end6"]
    if kind == "endEvent":
        nodes.pop("end6")
    within = inner(
        {"in": "startEvent", "inside": "intermediateCatchEvent", "heard_inside": "userTask", "out": "endEvent"},
        ["in inside", "inside heard_inside", "heard_inside out"],
        inside={"inside": thrown},
    )
    return Both(
        nodes,
        flows,
        inside={"throw": throw, "wait": thrown, "stop": thrown, "hear": thrown, "late": timer("P9D"), "part": within},
        attributes={"stop": boundary("busy")},
    )


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
@pytest.mark.parametrize("thrown", [SIGNAL, MESSAGE])
def test_a_signal_or_message_reaches_everything_in_the_request_that_waits_for_it(thrown: str, kind: str) -> None:
    case = listeners(thrown, thrown, kind)
    assert opened(case) == {"say": 1, "busy": 1}
    done(case, "say")
    assert opened(case) == {"waited": 1, "stopped": 1, "heard": 1, "heard_inside": 1}
    done(case, "waited", "stopped", "heard", "heard_inside")
    assert case.completed


def said_beside(throw: str, wait: str, more: str) -> Both:
    """Two branches: one ends by throwing something once it has been said, the other waits for something."""
    return Both(
        {
            "begin": "startEvent",
            "split": "parallelGateway",
            "say": "userTask",
            "throw": "endEvent",
            "wait": "intermediateCatchEvent",
            "waited": "userTask",
            "out": "endEvent",
        },
        ["begin split", "split say", "say throw", "split wait", "wait waited", "waited out"],
        inside={"throw": throw, "wait": wait},
        more=more,
    )


def test_a_signal_is_not_a_message_of_the_same_name() -> None:
    case = said_beside(SIGNAL, MESSAGE, '<signal id="S1" name="same"/><message id="M1" name="same"/>')
    done(case, "say")
    assert opened(case) == {}
    assert case.sides[0].workflow.waits()


@pytest.mark.parametrize("named", ["", 'name="stop"'])
def test_two_signals_are_told_apart_by_their_ids_and_not_by_their_names(named: str) -> None:
    other = '<signalEventDefinition signalRef="S2"/>'
    case = said_beside(SIGNAL, other, f'<signal id="S1" {named}/><signal id="S2" {named}/>')
    done(case, "say")
    assert opened(case) == {}


def test_a_signal_nobody_waits_for_is_lost() -> None:
    case = Both(
        {
            "begin": "startEvent",
            "say": "userTask",
            "throw": "intermediateThrowEvent",
            "wait": "intermediateCatchEvent",
            "done": "endEvent",
        },
        ["begin say", "say throw", "throw wait", "wait done"],
        inside={"throw": SIGNAL, "wait": SIGNAL},
    )
    done(case, "say")
    assert not case.completed
    assert case.sides[0].workflow.waits()


def test_a_signal_that_ends_a_subprocess_is_not_heard_inside_it_any_more() -> None:
    within = inner(
        {"in": "startEvent", "hear": "intermediateCatchEvent", "heard": "userTask", "out": "endEvent"},
        ["in hear", "hear heard", "heard out"],
        inside={"hear": SIGNAL},
    )
    case = Both(
        {
            "begin": "startEvent",
            "split": "parallelGateway",
            "say": "userTask",
            "throw": "endEvent",
            "part": "subProcess",
            "stop": "boundaryEvent",
            "stopped": "userTask",
            "out1": "endEvent",
            "out2": "endEvent",
        },
        ["begin split", "split say", "say throw", "split part", "part out1", "stop stopped", "stopped out2"],
        inside={"throw": SIGNAL, "part": within, "stop": SIGNAL},
        attributes={"stop": boundary("part")},
    )
    done(case, "say")
    assert opened(case) == {"stopped": 1}


def test_a_sending_task_is_heard_by_a_receiving_one_and_its_payload_kept() -> None:
    sent = extension(
        "<spiffworkflow:messagePayload>ask.number + 1</spiffworkflow:messagePayload>"
        "<spiffworkflow:messageVariable>got</spiffworkflow:messageVariable>"
    )
    case = Both(
        {
            "begin": "startEvent",
            "split": "parallelGateway",
            "ask": "userTask",
            "send": "sendTask",
            "sent": "endEvent",
            "get": "receiveTask",
            "read": "userTask",
            "out": "endEvent",
        },
        ["begin split", "split ask", "ask send", "send sent", "split get", "get read", "read out"],
        attributes={"send": 'messageRef="M1"', "get": 'messageRef="M1"'},
        more=f'<message id="M1" name="ping">{sent}</message>',
    )
    done(case, "ask")
    assert opened(case) == {"read": 1}
    assert case.data("read") == {"got": 1}


@pytest.mark.parametrize(("sequential", "messages"), [("true", 2), ("false", 1)])
def test_a_receiving_task_for_two_items_waits_for_a_message_each(sequential: str, messages: int) -> None:
    case = Both(
        {"begin": "startEvent", "split": "parallelGateway", "one": "userTask", "say": "intermediateThrowEvent"}
        | {"two": "userTask", "again": "sendTask", "said": "endEvent"}
        | {"get": "receiveTask", "read": "userTask", "out": "endEvent"},
        [
            "begin split",
            "split one",
            "one say",
            "say two",
            "two again",
            "again said",
            "split get",
            "get read",
            "read out",
        ],
        inside={"say": MESSAGE, "get": items(sequential, 2), "again": items(sequential, 1)},
        attributes={"get": 'messageRef="M1"', "again": 'messageRef="M1"'},
    )
    for sent, step in enumerate(("one", "two"), start=1):
        done(case, step)
        assert opened(case)["read"] == (sent >= messages)
    done(case, "read")
    assert case.completed


@pytest.mark.parametrize(("catches", "brought"), [(error("E1"), {"reason": 1}), (error(""), {})])
def test_a_caught_error_brings_its_payload_out_of_the_scope_that_it_ended(catches: str, brought: Any) -> None:
    kept = extension(
        "<spiffworkflow:payloadExpression>judge.number + 1</spiffworkflow:payloadExpression>"
        "<spiffworkflow:variableName>reason</spiffworkflow:variableName>"
    )
    case = Both(
        OUTER,
        OUTER_FLOWS,
        inside={"work": work(error()), "caught": catches},
        attributes={"caught": boundary("work")},
        more=f'<error id="E1" errorCode="lost">{kept}</error>',
    )
    done(case, "ask")
    done(case, "judge", outcome="bad")
    assert case.data("repair") == {"ask": case.data("repair")["ask"], **brought}


# Terminate.


def test_terminate_ends_its_subprocess_at_once_and_the_process_goes_on_behind_it() -> None:
    case = Both(
        {**OUTER, "side": "userTask", "fork": "parallelGateway", "apart_done": "endEvent"},
        ["begin fork", "fork ask", "fork side", "side apart_done", *OUTER_FLOWS[1:]],
        inside={"work": work(TERMINATE), "caught": timer("P1D")},
        attributes={"caught": boundary("work")},
    )
    done(case, "ask")
    done(case, "judge", outcome="bad")
    assert opened(case) == {"next": 1, "side": 1}
    assert case.sides[0].workflow.next_due() is None
    done(case, "next", "side")
    assert case.completed


def test_terminate_keeps_what_the_paths_it_calls_off_have_written() -> None:
    nodes = {**WORK, "more": "userTask"}
    flows = [*WORK_FLOWS, "aside more", "more apart"]
    flows.remove("aside apart")
    within = inner(nodes, flows, inside={"failed": TERMINATE})
    case = Both(OUTER, OUTER_FLOWS, inside={"work": within, "caught": error()}, attributes={"caught": boundary("work")})
    done(case, "ask", "aside")
    done(case, "judge", outcome="bad")
    assert set(case.data("next")) == {"ask", "aside", "judge"}


def test_terminate_keeps_what_was_answered_in_a_repeated_step_before() -> None:
    nodes = {**WORK, "vote": "userTask", "more": "userTask"}
    flows = [*WORK_FLOWS, "aside vote", "vote more", "more apart"]
    flows.remove("aside apart")
    within = inner(nodes, flows, inside={"failed": TERMINATE, "vote": items("true", 1)})
    case = Both(OUTER, OUTER_FLOWS, inside={"work": within, "caught": error()}, attributes={"caught": boundary("work")})
    done(case, "ask", "aside", ("vote", (0,)))
    done(case, "judge", outcome="bad")
    assert set(case.data("next")) == {"ask", "aside", "vote", "judge"}


def test_terminate_in_the_process_ends_everything_in_it() -> None:
    within = inner({"in": "startEvent", "deep": "userTask", "out": "endEvent"}, ["in deep", "deep out"])
    nodes = {"begin": "startEvent", "split": "parallelGateway", "stop": "userTask", "over": "endEvent"}
    nodes |= {"part": "subProcess", "late": "boundaryEvent", "part_done": "endEvent", "late_done": "endEvent"}
    case = Both(
        nodes,
        ["begin split", "split stop", "stop over", "split part", "part part_done", "late late_done"],
        inside={"part": within, "over": TERMINATE, "late": timer("P1D")},
        attributes={"late": boundary("part")},
    )
    assert opened(case) == {"stop": 1, "deep": 1}
    done(case, "stop")
    assert case.completed
    assert case.outcome == "over"
    assert not case.sides[0].workflow.waits()


def test_terminate_in_one_item_of_a_repeated_subprocess_ends_that_item_alone() -> None:
    within = inner(
        {
            "in": "startEvent",
            "split": "parallelGateway",
            "vote": "userTask",
            "chat": "userTask",
            "over": "endEvent",
            "talked": "endEvent",
        },
        ["in split", "split vote", "split chat", "vote over", "chat talked"],
        inside={"over": TERMINATE},
    )
    case = Both(
        {"begin": "startEvent", "work": "subProcess", "next": "userTask", "done": "endEvent"},
        ["begin work", "work next", "next done"],
        inside={"work": within + items("false", 2)},
    )
    assert opened(case) == {"vote": 2, "chat": 2}
    done(case, "vote")
    assert opened(case) == {"vote": 1, "chat": 1}
    done(case, "vote")
    assert opened(case) == {"next": 1}


# Conditions.


def watched(expression: str, interrupts: bool = True) -> Both:
    """A step beside a branch whose answers a condition looks at."""
    return Both(
        {
            "begin": "startEvent",
            "split": "parallelGateway",
            "tell": "userTask",
            "again": "userTask",
            "told": "endEvent",
            "busy": "userTask",
            "when": "boundaryEvent",
            "react": "userTask",
            "busy_done": "endEvent",
            "reacted": "endEvent",
        },
        [
            "begin split",
            "split tell",
            "tell again",
            "again told",
            "split busy",
            "busy busy_done",
            "when react",
            "react reacted",
        ],
        inside={"when": condition(expression)},
        attributes={"when": boundary("busy", interrupts)},
    )


def test_a_condition_is_looked_at_when_another_branch_has_written() -> None:
    case = watched('tell.outcome = "stop"')
    assert opened(case) == {"tell": 1, "busy": 1}
    done(case, "tell", outcome="stop")
    assert opened(case) == {"again": 1, "react": 1}
    done(case, "again", "react")
    assert case.completed


def test_a_condition_that_does_not_come_true_interrupts_nothing() -> None:
    case = watched('tell.outcome = "stop"')
    done(case, "tell", "busy")
    assert opened(case) == {"again": 1}
    done(case, "again", outcome="stop")
    assert case.completed


def test_a_condition_must_be_false_before_it_can_happen_again() -> None:
    case = watched('tell.outcome = "stop" or again.outcome = "stop"', interrupts=False)
    done(case, "tell", outcome="stop")
    assert opened(case) == {"again": 1, "busy": 1, "react": 1}
    done(case, "again", outcome="stop")
    assert opened(case) == {"busy": 1, "react": 1}


def test_a_waiting_event_goes_on_when_its_condition_is_true_already() -> None:
    case = Both(
        {
            "begin": "startEvent",
            "tell": "userTask",
            "when": "intermediateCatchEvent",
            "next": "userTask",
            "done": "endEvent",
        },
        ["begin tell", "tell when", "when next", "next done"],
        inside={"when": condition('tell.outcome = "on"')},
    )
    done(case, "tell")
    assert opened(case) == {"next": 1}


def test_an_event_gateway_takes_the_way_whose_condition_comes_true() -> None:
    case = Both(
        {
            "begin": "startEvent",
            "split": "parallelGateway",
            "tell": "userTask",
            "told": "endEvent",
            "race": "eventBasedGateway",
            "one": "intermediateCatchEvent",
            "two": "intermediateCatchEvent",
            "first": "userTask",
            "second": "userTask",
            "out1": "endEvent",
            "out2": "endEvent",
        },
        [
            "begin split",
            "split tell",
            "tell told",
            "split race",
            "race one",
            "race two",
            "one first",
            "two second",
            "first out1",
            "second out2",
        ],
        inside={"one": condition('tell.outcome = "a"'), "two": condition('tell.outcome = "b"')},
    )
    done(case, "tell", outcome="b")
    assert opened(case) == {"second": 1}


def test_a_condition_beside_a_subprocess_sees_what_is_answered_inside() -> None:
    case = caught(TERMINATE, condition('aside.outcome = "bad"'))
    done(case, "ask")
    done(case, "aside", outcome="bad")
    assert opened(case) == {"repair": 1}


# Links.


def linked(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def test_a_path_goes_on_where_its_link_is_caught_from_each_of_several_places() -> None:
    nodes = {"begin": "startEvent", "ask": "userTask", "way": "exclusiveGateway", "one": "userTask", "two": "userTask"}
    nodes |= {"from_one": "intermediateThrowEvent", "from_two": "intermediateThrowEvent"}
    nodes |= {"to": "intermediateCatchEvent", "next": "userTask", "done": "endEvent"}
    flows = ["begin ask", "ask way", 'way two | ask.outcome = "two"', "way one | default", "one from_one"]
    for chosen in ("one", "two"):
        case = Both(
            nodes,
            [*flows, "two from_two", "to next", "next done"],
            inside={"from_one": linked("A"), "from_two": linked("A"), "to": linked("A")},
        )
        done(case, "ask", outcome=chosen)
        done(case, chosen)
        assert opened(case) == {"next": 1}
        assert set(case.data("next")) == {"ask", chosen}
        done(case, "next")
        assert case.completed
    assert {"from_one", "from_two", "to"} <= case.sides[0].compiled.nodes


def test_links_of_the_same_name_in_two_scopes_do_not_meet() -> None:
    def piece(prefix: str) -> tuple[dict[str, str], list[str], dict[str, str]]:
        nodes = {f"{prefix}in": "startEvent", f"{prefix}out": "intermediateThrowEvent"}
        nodes |= {f"{prefix}back": "intermediateCatchEvent", f"{prefix}step": "userTask", f"{prefix}end": "endEvent"}
        flows = [f"{prefix}in {prefix}out", f"{prefix}back {prefix}step", f"{prefix}step {prefix}end"]
        return nodes, flows, {f"{prefix}out": linked("A"), f"{prefix}back": linked("A")}

    nodes, flows, inside = piece("o_")
    deep_nodes, deep_flows, deep_inside = piece("i_")
    flows[1:2] = ["o_back part", "part o_step"]
    part = inner(deep_nodes, deep_flows, inside=deep_inside)
    case = Both({**nodes, "part": "subProcess"}, flows, inside={**inside, "part": part})
    assert opened(case) == {"i_step": 1}
    done(case, "i_step")
    assert opened(case) == {"o_step": 1}


# Ids.


def test_an_id_that_an_extension_shares_with_a_step_hides_nothing() -> None:
    parameter = (
        '<spiffworkflow:serviceTaskOperator id="next"><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="second" type="any" value="1"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator>"
        '<other:sequenceFlow xmlns:other="urn:other" id="f9" sourceRef="begin" targetRef="done"/>'
        '<other:boundaryEvent xmlns:other="urn:other" id="b9" attachedToRef="first"/>'
    )
    case = Both(
        {"begin": "startEvent", "first": "userTask", "next": "userTask", "second": "userTask", "done": "endEvent"},
        ["begin first", "first next", "next second", "second done"],
        inside={"done": extension(parameter)},
    )
    assert opened(case) == {"first": 1}
    done(case, "first", "next", "second")
    assert case.completed


# With people and a database.


def judged_within(catch: str) -> Package:
    """submit, then two people side by side in a subprocess, which the answer "reject" of one leaves by an error."""
    inside = elements(
        {
            "in": "startEvent",
            "split": "parallelGateway",
            "check": "userTask",
            "consider": "userTask",
            "which": "exclusiveGateway",
            "checked": "endEvent",
            "agreed": "endEvent",
            "refused": "endEvent",
        },
        [
            "in split",
            "split check",
            "split consider",
            "check checked",
            "consider which",
            'which refused | consider.outcome = "reject"',
            "which agreed | default",
        ],
        inside={
            "check": form_of("check"),
            "consider": form_of("consider"),
            "refused": '<errorEventDefinition errorRef="no"/>',
        },
        prefix="inner",
    )
    return package(
        diagram(
            {"begin": "startEvent", "submit": "userTask", "judge": "subProcess", "caught": "boundaryEvent"}
            | {"repair": "userTask", "done": "endEvent"},
            ["begin submit", "submit judge", "judge done", "caught repair", "repair done"],
            lanes={
                "requester": ["begin", "submit", "repair"],
                "personnel_officer": ["check"],
                "direct_superior": ["judge", "consider"],
            },
            inside={
                "submit": form_of("submit"),
                "judge": inside,
                "caught": f'<errorEventDefinition errorRef="{catch}"/>',
            },
            attributes={"caught": 'attachedToRef="judge"'},
            more='<error id="no" errorCode="no"/><error id="other" errorCode="other"/>',
        ),
        files={
            "submit.form": form(reason={"validate": {"required": True}}),
            "check.form": form(note={}),
            "consider.form": form(outcome=choice("approve", "reject")),
        },
    )


def test_an_error_closes_the_tasks_of_the_scope_that_it_ends(office: Office) -> None:
    office.deploy(judged_within("no"))
    case = office.start("flow", "P072", reason="keluarga")
    assert case.open == ["check", "consider"]
    case.complete("consider", by="P068", outcome="reject")
    assert case.open == ["repair"]
    with office.database.reads() as session:
        states = {task.step: task.state for task in session.scalars(select(Task))}
    assert states == {"consider": "done", "check": "cancelled", "repair": "open"}
    case.complete("repair", by="P072")
    assert case.row.outcome == "done"


def test_an_error_that_nothing_catches_leaves_everything_as_it_was(office: Office) -> None:
    office.deploy(judged_within("other"))
    case = office.start("flow", "P072", reason="keluarga")
    with pytest.raises(ErrorUncaught) as failure:
        case.complete("consider", by="P068", outcome="reject")
    assert failure.value.element == "refused"
    assert case.open == ["check", "consider"]
    case.complete("consider", by="P068", outcome="approve")
    case.complete("check", by="P068")
    assert case.row.outcome == "done"
