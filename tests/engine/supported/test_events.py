"""Events: what they wait for, what they throw, and who catches it."""

from __future__ import annotations

import pytest

from engine.errors import EngineError
from tests.engine.supported.driver import Run, begun
from tests.engine.supported.table import shows
from tests.support import diagram, elements, extension, timer

MESSAGE, SIGNAL = '<message id="m" name="m"/>', '<signal id="s" name="s"/>'
ERRORS = '<error id="e1" name="one" errorCode="1"/><error id="e2" name="two" errorCode="2"/>'
ESCALATIONS = '<escalation id="e1" name="one" escalationCode="1"/><escalation id="e2" name="two" escalationCode="2"/>'
BESIDE = {"begin": "startEvent", "both": "parallelGateway", "tell": "userTask", "over": "endEvent"}
BESIDE_WAYS = ["begin both", "both tell", "tell send", "send over"]


def definition(kind: str, refers: str = "", inner: str = "") -> str:
    return f'<{kind}EventDefinition id="{kind}_definition" {refers}>{inner}</{kind}EventDefinition>'


def sent_to(catcher: str, sender: str, kind: str, more: str) -> Run:
    """A path that sends something beside one that waits for it, in an event of its own or on the border of a step."""
    refers = definition(kind, f'{kind}Ref="{kind[0]}"')
    waits = {"wait": "intermediateCatchEvent"} if catcher == "intermediateCatchEvent" else {"wait": "boundaryEvent"}
    step = {} if catcher == "intermediateCatchEvent" else {"work": "userTask", "worked": "endEvent"}
    ways = ["both wait"] if not step else ["both work", "work worked"]
    sends = {"send": sender} if sender == "intermediateThrowEvent" else {"send": "endEvent"}
    beside = BESIDE_WAYS if sender == "intermediateThrowEvent" else BESIDE_WAYS[:3]
    nodes = {**BESIDE, **sends, **waits, **step, "read": "userTask", "done": "endEvent"}
    if sender == "endEvent":
        nodes.pop("over")
    return begun(
        nodes,
        [*beside, *ways, "wait read", "read done"],
        inside={"send": refers, "wait": refers},
        attributes={"wait": 'attachedToRef="work"'} if step else {},
        more=more,
    )


def inside_a_subprocess(throws: str, kind: str, catches: str, more: str, *, interrupts: bool = True) -> Run:
    """A subprocess with a step and an event, caught on its border; asked already."""
    inner = {"in": "startEvent", "read": "userTask", "throw": kind}
    flows = ["in read", "read throw"]
    if kind == "intermediateThrowEvent":
        inner, flows = {**inner, "then": "userTask", "out": "endEvent"}, [*flows, "throw then", "then out"]
    work = elements(inner, flows, inside={"throw": throws}, prefix="i")
    return begun(
        {
            "begin": "startEvent",
            "work": "subProcess",
            "caught": "boundaryEvent",
            "mend": "userTask",
            "mended": "endEvent",
            "after": "userTask",
            "done": "endEvent",
        },
        ["begin work", "work after", "after done", "caught mend", "mend mended"],
        inside={"work": work, "caught": catches},
        attributes={"caught": f'attachedToRef="work" cancelActivity="{str(interrupts).lower()}"'},
        more=more,
    )


def on_a_step(event: str, attributes: str = "") -> Run:
    """begin -> work -> done, and an event on work that leads to remind."""
    nodes = {"begin": "startEvent", "work": "userTask", "due": "boundaryEvent", "remind": "userTask"}
    return begun(
        {**nodes, "done": "endEvent", "reminded": "endEvent"},
        ["begin work", "work done", "due remind", "remind reminded"],
        inside={"due": event},
        attributes={"due": f'attachedToRef="work" {attributes}'},
    )


def waiting(event: str) -> Run:
    """begin -> ask -> an event that is waited for -> done; asked already."""
    nodes = {"begin": "startEvent", "ask": "userTask", "wait": "intermediateCatchEvent", "done": "endEvent"}
    return begun(nodes, ["begin ask", "ask wait", "wait done"], inside={"wait": event}).do("ask", hours=2)


@shows("none startEvent", "none intermediateThrowEvent", "none endEvent")
def test_events_without_trigger_begin_mark_and_end_a_path() -> None:
    nodes = {"begin": "startEvent", "mark": "intermediateThrowEvent", "x": "userTask", "done": "endEvent"}
    run = begun(nodes, ["begin mark", "mark x", "x done"]).do("x")
    assert run.ended
    assert run.path == ["begin", "mark", "x", "done"]


@shows("timerEventDefinition intermediateCatchEvent", "`timeDuration`, `timeDate`")
@pytest.mark.parametrize(
    "event",
    [
        timer("PT2H"),
        timer("2026-11-02T02:00:00Z", "timeDate"),
        timer('=duration("PT" + string(ask.hours) + "H")'),
        timer('=date and time("2026-11-02T00:00:00Z") + duration("PT2H")', "timeDate"),
    ],
)
def test_a_timer_is_waited_for_until_it_is_due(event: str) -> None:
    run = waiting(event).wait(hours=1.9)
    assert not run.ended
    assert run.wait(hours=0.2).ended


@shows("timerEventDefinition boundaryEvent", "`boundaryEvent attachedToRef`")
@pytest.mark.parametrize("attributes", ["", 'cancelActivity="true"', 'cancelActivity="1"'])
def test_a_timer_on_a_step_takes_its_place(attributes: str) -> None:
    run = on_a_step(timer("PT2H"), attributes).wait(hours=3)
    assert run.open == ["remind"]
    assert run.do("remind").ended


@shows('`cancelActivity="false"`')
@pytest.mark.parametrize("no", ["false", "0"])
def test_an_event_that_does_not_interrupt_leaves_its_step_open(no: str) -> None:
    run = on_a_step(timer("PT2H"), f'cancelActivity="{no}"').wait(hours=3)
    assert run.open == ["remind", "work"]
    assert run.do("work", "remind").ended


@shows("`timeCycle`, on a boundary event that does not interrupt")
def test_a_repeated_timer_goes_off_again_and_again_and_no_more_than_it_says() -> None:
    run = on_a_step(timer("R2/P1D", "timeCycle"), 'cancelActivity="false"').wait(hours=25)
    assert run.open == ["remind", "work"]
    assert run.wait(days=1).open == ["remind", "remind", "work"]
    assert run.wait(days=9).open == ["remind", "remind", "work"]


@shows(
    "messageEventDefinition intermediateCatchEvent",
    "messageEventDefinition intermediateThrowEvent",
    "messageEventDefinition endEvent",
    "messageEventDefinition boundaryEvent",
    "signalEventDefinition intermediateCatchEvent",
    "signalEventDefinition intermediateThrowEvent",
    "signalEventDefinition endEvent",
    "signalEventDefinition boundaryEvent",
    "`message`, `signal`, `messageEventDefinition messageRef`, `signalRef`",
)
@pytest.mark.parametrize("catcher", ["intermediateCatchEvent", "boundaryEvent"])
@pytest.mark.parametrize(
    ("sender", "kind", "more"),
    [
        ("intermediateThrowEvent", "message", MESSAGE),
        ("endEvent", "message", MESSAGE),
        ("intermediateThrowEvent", "signal", SIGNAL),
        ("endEvent", "signal", SIGNAL),
    ],
)
def test_what_one_path_sends_another_receives(catcher: str, sender: str, kind: str, more: str) -> None:
    run = sent_to(catcher, sender, kind, more)
    assert "read" not in run.open
    run.do("tell")
    assert run.open == ["read"]
    assert run.do("read").ended


@shows("`message`, `signal`, `messageEventDefinition messageRef`, `signalRef`")
@pytest.mark.parametrize("names", [('name="m"', 'name="other"'), ("", "")])
def test_another_message_is_not_the_one_that_is_waited_for(names: tuple[str, str]) -> None:
    more = f'<message id="m" {names[0]}/><message id="other" {names[1]}/>'
    nodes = {**BESIDE, "send": "intermediateThrowEvent", "wait": "intermediateCatchEvent", "done": "endEvent"}
    run = begun(
        nodes,
        [*BESIDE_WAYS, "both wait", "wait done"],
        inside={"send": definition("message", 'messageRef="other"'), "wait": definition("message", 'messageRef="m"')},
        more=more,
    )
    assert not run.do("tell").ended


ENOUGH = definition("conditional", "", "<condition>tell.votes &gt; 2</condition>")


@shows("a message or signal event that refers to none")
@pytest.mark.parametrize("kind", ["message", "signal"])
@pytest.mark.parametrize(("name", "received"), [("call", True), ("other", False)])
def test_a_message_that_is_not_declared_goes_by_the_name_of_its_event(kind: str, name: str, received: bool) -> None:
    nodes = {**BESIDE, "send": "intermediateThrowEvent", "wait": "intermediateCatchEvent", "done": "endEvent"}
    drawn = diagram(
        nodes, [*BESIDE_WAYS, "both wait", "wait done"], inside=dict.fromkeys(("send", "wait"), definition(kind))
    )
    named = drawn.replace(b'name="send"', b'name="call"').replace(b'name="wait"', f'name="{name}"'.encode())
    assert Run(named).do("tell").ended is received


@shows("conditionalEventDefinition intermediateCatchEvent", "`conditionalEventDefinition condition`")
def test_a_condition_is_waited_for_until_it_holds() -> None:
    nodes = {**BESIDE, "again": "userTask", "wait": "intermediateCatchEvent", "done": "endEvent"}
    ways = ["begin both", "both tell", "tell again", "again over", "both wait", "wait done"]
    run = begun(nodes, ways, inside={"wait": ENOUGH}).do("tell", votes=3)
    assert "wait" in run.path
    late = begun(nodes, ways, inside={"wait": ENOUGH}).do("tell", votes=2)
    assert "wait" not in late.path


@shows("conditionalEventDefinition boundaryEvent")
def test_a_condition_on_a_step_takes_its_place_when_it_holds() -> None:
    nodes = {**BESIDE, "work": "userTask", "enough": "boundaryEvent", "stop": "userTask", "done": "endEvent"}
    run = begun(
        nodes,
        ["begin both", "both tell", "tell over", "both work", "work done", "enough stop", "stop done"],
        inside={"enough": ENOUGH},
        attributes={"enough": 'attachedToRef="work"'},
    )
    assert run.open == ["tell", "work"]
    assert run.do("tell", votes=3).open == ["stop"]


@shows("errorEventDefinition endEvent", "errorEventDefinition boundaryEvent", "`error`, `errorCode`, `errorRef`")
@pytest.mark.parametrize("caught", ['errorRef="e1"', ""])
def test_an_error_ends_the_subprocess_and_is_caught_on_its_border(caught: str) -> None:
    run = inside_a_subprocess(definition("error", 'errorRef="e1"'), "endEvent", definition("error", caught), ERRORS)
    assert run.open == ["read"]
    assert run.do("read").open == ["mend"]
    assert run.do("mend").ended
    assert "after" not in run.path


@shows(
    "escalationEventDefinition intermediateThrowEvent",
    "escalationEventDefinition endEvent",
    "escalationEventDefinition boundaryEvent",
    "`escalation`, `escalationCode`, `escalationRef`",
)
@pytest.mark.parametrize("caught", ['escalationRef="e1"', ""])
@pytest.mark.parametrize("interrupts", [True, False])
@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_an_escalation_is_caught_on_the_border_and_the_subprocess_goes_on_if_it_may(
    kind: str, interrupts: bool, caught: str
) -> None:
    throws, catches = definition("escalation", 'escalationRef="e1"'), definition("escalation", caught)
    run = inside_a_subprocess(throws, kind, catches, ESCALATIONS, interrupts=interrupts).do("read")
    goes_on = {"intermediateThrowEvent": "then", "endEvent": "after"}[kind]
    assert run.open == (["mend"] if interrupts else sorted(["mend", goes_on]))


@shows("`escalation`, `escalationCode`, `escalationRef`")
def test_another_escalation_is_not_caught() -> None:
    throws, catches = definition("escalation", 'escalationRef="e1"'), definition("escalation", 'escalationRef="e2"')
    run = inside_a_subprocess(throws, "intermediateThrowEvent", catches, ESCALATIONS).do("read")
    assert run.open == ["then"]


@shows("`error`, `errorCode`, `errorRef`")
def test_another_error_is_not_caught() -> None:
    throws, catches = definition("error", 'errorRef="e1"'), definition("error", 'errorRef="e2"')
    run = inside_a_subprocess(throws, "endEvent", catches, ERRORS)
    with pytest.raises(EngineError):
        run.do("read")


@shows("`spiffworkflow:payloadExpression`, `spiffworkflow:variableName` of a `signal`, `error` or `escalation`")
@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_is_thrown_carries_its_payload_to_the_name_that_keeps_it(kind: str) -> None:
    carried = extension(
        "<spiffworkflow:payloadExpression>read.why</spiffworkflow:payloadExpression>"
        "<spiffworkflow:variableName>reason</spiffworkflow:variableName>"
    )
    event = definition(kind, f'{kind}Ref="e1"')
    run = inside_a_subprocess(event, "endEvent", event, f'<{kind} id="e1" {kind}Code="1">{carried}</{kind}>')
    run.do("read", why="no budget").do("mend")
    if "after" in run.open:
        run.do("after")
    assert run.data["reason"] == "no budget"


@shows("`eventDefinitionRef`")
def test_events_may_share_a_definition() -> None:
    shared = '<timerEventDefinition id="two_hours"><timeDuration>PT2H</timeDuration></timerEventDefinition>'
    nodes = {"begin": "startEvent", "first": "intermediateCatchEvent", "second": "intermediateCatchEvent"}
    run = begun(
        {**nodes, "done": "endEvent"},
        ["begin first", "first second", "second done"],
        inside=dict.fromkeys(("first", "second"), "<eventDefinitionRef>two_hours</eventDefinitionRef>"),
        more=shared,
    )
    assert not run.wait(hours=3).wait(hours=1).ended
    assert run.wait(hours=2).ended


@shows("terminateEventDefinition endEvent")
def test_a_terminate_end_ends_everything_beside_it() -> None:
    nodes = {"begin": "startEvent", "both": "parallelGateway", "a": "userTask", "b": "userTask"}
    run = begun(
        {**nodes, "stop": "endEvent", "done": "endEvent"},
        ["begin both", "both a", "both b", "a stop", "b done"],
        inside={"stop": definition("terminate")},
    )
    assert run.open == ["a", "b"]
    assert run.do("a").ended


@shows("linkEventDefinition intermediateThrowEvent", "linkEventDefinition intermediateCatchEvent")
@shows("`linkEventDefinition name`")
def test_a_path_goes_on_where_the_link_of_its_name_is_caught() -> None:
    nodes = {
        "begin": "startEvent",
        "ask": "userTask",
        "far": "intermediateThrowEvent",
        "near": "intermediateCatchEvent",
    }
    run = begun(
        {**nodes, "x": "userTask", "done": "endEvent"},
        ["begin ask", "ask far", "near x", "x done"],
        inside=dict.fromkeys(("far", "near"), '<linkEventDefinition id="{}" name="on"/>'.format("l")),
    )
    assert run.do("ask").open == ["x"]
    assert run.do("x").ended
