"""The verdict on a diagram: every trap is named where it stands, and what runs is not refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from engine.check import check_path
from engine.problems import CODES, Problem
from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, process
from tests.engine.traps import ENDS, PERSON, TRAPS, event, repeated, split


def judged(tmp_path: Path, content: bytes, name: str = "x.bpmn") -> list[Problem]:
    (tmp_path / name).write_bytes(content)
    return check_path(tmp_path / name)


def errors(problems: Iterable[Problem]) -> set[tuple[str, str | None]]:
    return {(p.code, p.element) for p in problems if p.is_error}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda name: name.replace(" ", "-"))
def test_a_trap_is_named_at_its_element(trap: str, tmp_path: Path) -> None:
    content, code, element = TRAPS[trap]
    problems = judged(tmp_path, content)
    assert (code, element) in errors(problems)
    assert all(p.line for p in problems)


@pytest.mark.parametrize(
    ("content", "code", "element"),
    [
        (around('<task id="x"/>'), "plain-task", "x"),
        (around('<sendTask id="x"/>'), "task-without-message", "x"),
        (around(event("message")), "never-sent", "x"),
        (around('<userTask id="x" camunda:asyncBefore="true"/>'), "vendor-harmless", "x"),
        (around(PERSON, '<dataStoreReference id="store"/>'), "drawn-only", "store"),
        (around(PERSON).replace(b'"true"', b'"false"'), "not-executable", "p"),
        (split('default="d"', flow("c", "x", "a", "1 = 1"), flow("d", "x", "b"), ENDS[0]), "dead-end", "b"),
        (around(repeated("<loopCardinality>2</loopCardinality>")), "items-without-output", "x"),
        (
            split("", flow("c", "x", "a", "1 = 1"), flow("d", "x", "b", "1 = 2"), *ENDS),
            "no-default",
            "x",
        ),
        (
            split(
                "",
                flow("c", "x", "a"),
                flow("d", "x", "b"),
                flow("g", "a", "m"),
                flow("h", "b", "m"),
                flow("i", "m", "end"),
                node="parallelGateway",
                beside='<exclusiveGateway id="m"/>',
            ),
            "paths-meet",
            "m",
        ),
        (around(repeated("<loopDataInputRef>nobody.wrote</loopDataInputRef>")), "name-unknown", "x"),
        (
            split('default="d"', flow("c", "x", "a", "nobody.wrote = 1"), flow("d", "x", "b"), *ENDS),
            "name-unknown",
            "c",
        ),
    ],
)
def test_what_runs_but_may_surprise_is_a_warning(content: bytes, code: str, element: str, tmp_path: Path) -> None:
    problems = judged(tmp_path, content)
    assert (code, element) in {(p.code, p.element) for p in problems if not p.is_error}
    assert not errors(problems)


def loop_with_two_parallel_approvals() -> bytes:
    return process(
        START,
        SUBMIT,
        '<parallelGateway id="both"/>',
        '<userTask id="boss"/>',
        '<userTask id="hr"/>',
        '<parallelGateway id="together"/>',
        '<userTask id="decide"/>',
        '<exclusiveGateway id="well" default="done"/>',
        END_EVENT,
        *chain("start", "submit", "both", "boss", "together", "decide", "well"),
        flow("g1", "both", "hr"),
        flow("g2", "hr", "together"),
        flow("again", "well", "submit", 'decide.outcome = "again"'),
        flow("done", "well", "end"),
    )


def loop_with_inclusive_joins() -> bytes:
    """An inclusive block in a branch of another one, in a loop whose head is inclusive, too."""
    gateways = [f'<inclusiveGateway id="{name}" default="{name}_d"/>' for name in ("outer", "inner")]
    joins = [f'<inclusiveGateway id="{name}"/>' for name in ("head", "inner_join", "outer_join")]
    return process(
        START,
        SUBMIT,
        *gateways,
        *joins,
        *(f'<userTask id="{name}"/>' for name in ("hr", "boss", "legal", "decide")),
        '<exclusiveGateway id="well" default="done"/>',
        END_EVENT,
        *chain("start", "head", "submit", "outer"),
        flow("o1", "outer", "inner", "submit.days = 1"),
        flow("outer_d", "outer", "hr"),
        flow("i1", "inner", "boss", "submit.days = 2"),
        flow("inner_d", "inner", "legal"),
        flow("j1", "boss", "inner_join"),
        flow("j2", "legal", "inner_join"),
        flow("j3", "inner_join", "outer_join"),
        flow("j4", "hr", "outer_join"),
        flow("j5", "outer_join", "decide"),
        flow("j6", "decide", "well"),
        flow("again", "well", "head", 'decide.outcome = "again"'),
        flow("done", "well", "end"),
    )


RUNNING = """
<startEvent id="start"/><userTask id="submit"/><manualTask id="hand"/><sendTask id="send" messageRef="m"/>
<eventBasedGateway id="first"/>
<intermediateCatchEvent id="wait"><timerEventDefinition id="t1"><timeDuration>P3D</timeDuration>
</timerEventDefinition></intermediateCatchEvent>
<intermediateCatchEvent id="hear"><messageEventDefinition id="m1" messageRef="m"/></intermediateCatchEvent>
<exclusiveGateway id="merge"/>
<subProcess id="sub"><startEvent id="s2"/><userTask id="inner"/>
<endEvent id="e2"><errorEventDefinition id="ee" errorRef="err"/></endEvent>
<sequenceFlow id="i1" sourceRef="s2" targetRef="inner"/><sequenceFlow id="i2" sourceRef="inner" targetRef="e2"/>
</subProcess>
<boundaryEvent id="caught" attachedToRef="sub"><errorEventDefinition id="ed" errorRef="err"/></boundaryEvent>
<boundaryEvent id="late" attachedToRef="sub" cancelActivity="false"><timerEventDefinition id="t2">
<timeCycle>R3/P1D</timeCycle></timerEventDefinition></boundaryEvent>
<userTask id="remind"/><endEvent id="reminded"/><callActivity id="call" calledElement="called"/>
<userTask id="votes"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality>
<loopDataOutputRef>ballots</loopDataOutputRef></multiInstanceLoopCharacteristics></userTask>
<inclusiveGateway id="some" default="o2"/><userTask id="one"/><userTask id="two"/><inclusiveGateway id="all"/>
<endEvent id="end"><terminateEventDefinition id="te"/></endEvent>"""


def everything_that_runs() -> bytes:
    messages = '<bpmn:message id="m" name="m"/><bpmn:error id="err" name="err" errorCode="1"/>'
    called = inner_process(
        '<startEvent id="c0"/><userTask id="c1"/><endEvent id="c2"/>',
        flow("c3", "c0", "c1"),
        flow("c4", "c1", "c2"),
        name="called",
    )
    path = chain("start", "submit", "hand", "send", "first", "wait", "merge", "sub", "call", "votes", "some")
    more = (
        "first hear",
        "hear merge",
        "caught call",
        "late remind",
        "remind reminded",
        "one all",
        "two all",
        "all end",
    )
    rest = [flow(f"g{n}", *ends.split()) for n, ends in enumerate(more)]
    some = flow("o1", "some", "one", "submit.x = 1"), flow("o2", "some", "two")
    return file(messages, inner_process(RUNNING, *path, *rest, *some), called)


@pytest.mark.parametrize(
    "content",
    [around(PERSON), loop_with_two_parallel_approvals(), loop_with_inclusive_joins(), everything_that_runs()],
)
def test_what_runs_as_the_standard_says_is_not_refused(content: bytes, tmp_path: Path) -> None:
    assert errors(judged(tmp_path, content)) == set()


def test_the_engine_compiles_every_node_of_what_it_accepts(tmp_path: Path) -> None:
    assert not {p.code for p in judged(tmp_path, everything_that_runs())} & {"node-lost", "engine-refused"}


def test_all_problems_are_told_and_not_only_the_first(tmp_path: Path) -> None:
    content = process(
        START, '<scriptTask id="s"/>', '<complexGateway id="c"/>', '<userTask id="lost"/>', flow("f", "start", "ghost")
    )
    found = {code for code, _ in errors(judged(tmp_path, content))}
    assert {"script-task", "complex-gateway", "unreachable", "flow-target"} <= found


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (around(PERSON, flow("g", "x", "ghost")), "flow-target", "'ghost'"),
        (around(PERSON, '<manualTask id="x"/>'), "duplicate-id", "line 8"),
        (around(event("timer")), "timer-empty", "PT1H"),
        (around(event("timer", '<timeDuration>"PT1H"</timeDuration>')), "timer-value", "write PT1H without quotes"),
        (around('<userTask id="x" camunda:candidateGroups="hr"/>'), "vendor-assignment", "lane named after a role"),
        (around('<serviceTask id="x"/>'), "service-unbound", "Choose one of the catalogue"),
        (split("", flow("c", "x", "a", "${approved}"), flow("d", "x", "b"), *ENDS), "expression", "Write `approved`"),
        (split("", flow("c", "x", "a", "n = 1"), flow("d", "x", "b"), *ENDS), "flow-without-condition", "default flow"),
        (process(START, SUBMIT, attributes='isExecutable="false"'), "not-executable", 'Set it to "true"'),
    ],
)
def test_a_message_names_what_is_wrong_and_what_to_do(content: bytes, code: str, words: str, tmp_path: Path) -> None:
    messages = [p.message.en for p in judged(tmp_path, content) if p.code == code]
    assert messages
    assert any(words in message for message in messages), messages


def test_messages_show_strangers_texts_short_and_without_control_characters(tmp_path: Path) -> None:
    content = around(
        '<userTask id="x" camunda:assignee="a"/>', '<userTask id="y" name="\u202eevil&#10;\u200b' + "n" * 500 + '"/>'
    )
    for found in judged(tmp_path, content):
        for text in (found.message.id, found.message.en):
            assert "\u202e" not in text
            assert "\u200b" not in text
            assert "\n" not in text
            assert len(text) < 500


def test_every_kind_of_problem_says_something_in_both_languages() -> None:
    for code, kind in CODES.items():
        assert kind.severity in ("error", "warning"), code
        assert kind.message.id != kind.message.en, code
        assert kind.message.id.endswith((".", "}")), code
        gaps = [
            sorted(part.partition("}")[0] for part in text.replace("{{", "").split("{")[1:])
            for text in (kind.message.id, kind.message.en)
        ]
        assert set(gaps[0]) == set(gaps[1]), code
