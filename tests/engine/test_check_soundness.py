"""Joins that wait for ever are named before anybody waits: small drawings, and random ones played to their end."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from engine.check import Problem, Subject, Surroundings
from engine.check.soundness import check_soundness
from engine.diagram import read_diagram
from tests.engine.conformance.drawing import package_of
from tests.engine.conformance.generator import Generator
from tests.engine.conformance.plan import Plan
from tests.engine.conformance.simulator import Simulator
from tests.engine.conformance.walking import next_move, play
from tests.engine.diagrams import END_EVENT, START, chain, flow, process

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
TASKS = ('<userTask id="a" name="Periksa"/>', '<userTask id="b" name="Setujui"/>')


def found(content: bytes) -> list[Problem]:
    diagram = read_diagram(content, "x.bpmn")
    return list(check_soundness(Subject(diagram, None, Surroundings(None, None), (diagram,))))


def codes(content: bytes) -> list[tuple[str, str | None]]:
    return [(p.code, p.element) for p in found(content)]


def block(split: str, join: str, *more: str) -> bytes:
    """start -> split -> a and b -> join -> end, with more lines beside."""
    nodes = (START, f'<{split} id="split"/>', *TASKS, f'<{join} id="join"/>', END_EVENT)
    ways = (flow("sa", "split", "a"), flow("sb", "split", "b"), flow("aj", "a", "join"), flow("bj", "b", "join"))
    return process(*nodes, flow("f0", "start", "split"), *ways, flow("f9", "join", "end"), *more)


@pytest.mark.parametrize(
    ("split", "join", "expected"),
    [
        ("parallelGateway", "parallelGateway", []),
        ("exclusiveGateway", "exclusiveGateway", []),
        ("inclusiveGateway", "inclusiveGateway", []),
        ("parallelGateway", "exclusiveGateway", []),
        ("exclusiveGateway", "inclusiveGateway", []),
        ("exclusiveGateway", "parallelGateway", [("join-never", "join")]),
        ("eventBasedGateway", "parallelGateway", [("join-never", "join")]),
        ("inclusiveGateway", "parallelGateway", [("join-waits", "join")]),
    ],
)
def test_a_join_is_judged_by_the_split_before_it(split: str, join: str, expected: list[tuple[str, str]]) -> None:
    assert codes(block(split, join)) == expected


def test_a_join_of_a_step_and_what_interrupts_it_waits_for_ever() -> None:
    late = '<boundaryEvent id="late" name="Terlambat" attachedToRef="a"/>'
    [problem] = found(
        process(
            START,
            *TASKS,
            late,
            *(
                '<parallelGateway id="join"/>',
                END_EVENT,
                *chain("start", "a", "join", "end"),
                flow("l", "late", "join"),
            ),
        )
    )
    assert (problem.code, problem.element) == ("join-never", "join")
    assert "Periksa" in problem.message.id
    assert "Terlambat" in problem.message.en


def test_a_branch_that_goes_back_from_inside_a_parallel_block_starves_its_join() -> None:
    nodes = (START, '<exclusiveGateway id="head"/>', '<parallelGateway id="split"/>', *TASKS)
    more = ('<exclusiveGateway id="which"/>', '<parallelGateway id="join"/>', END_EVENT)
    flows = (*chain("start", "head", "split", "a", "which", "join", "end"), flow("g", "split", "b"))
    assert codes(process(*nodes, *more, *flows, flow("h", "b", "join"), flow("back", "which", "head"))) == [
        ("join-waits", "join")
    ]


def test_a_terminate_end_ends_what_a_join_would_have_waited_for() -> None:
    end = '<endEvent id="stop"><terminateEventDefinition id="t"/></endEvent>'
    content = block("exclusiveGateway", "parallelGateway", end, flow("ss", "split", "stop"))
    assert codes(content) == [("join-waits", "join")]


def test_a_drawing_with_too_many_ways_is_judged_by_what_was_seen() -> None:
    nodes, flows, last = [START], [flow("f", "start", "split0")], ""
    for n in range(40):
        nodes += [f'<inclusiveGateway id="split{n}"/>', f'<parallelGateway id="join{n}"/>']
        nodes += [f'<userTask id="t{n}_{branch}"/>' for branch in range(4)]
        flows += [flow(f"s{n}_{branch}", f"split{n}", f"t{n}_{branch}") for branch in range(4)]
        flows += [flow(f"j{n}_{branch}", f"t{n}_{branch}", f"join{n}") for branch in range(4)]
        flows += [flow(f"n{n}", last, f"split{n}")] if last else []
        last = f"join{n}"
    problems = found(process(*nodes, END_EVENT, *flows, flow("l", last, "end")))
    assert {p.code for p in problems} == {"join-waits"}


def test_nineteen_hundred_branches_are_not_played_to_the_end() -> None:
    branches = range(1_900)
    for kind in ("parallelGateway", "inclusiveGateway"):
        nodes = [START, f'<{kind} id="split"/>', f'<{kind} id="join"/>', END_EVENT]
        nodes += [f'<inclusiveGateway id="t{n}"/>' for n in branches]
        flows = [flow("f0", "start", "split"), flow("f9", "join", "end")]
        flows += [flow(f"s{n}", "split", f"t{n}") for n in branches]
        assert codes(process(*nodes, *flows, *(flow(f"j{n}", f"t{n}", "join") for n in branches))) == []


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_said_of_sound_models(part: int) -> None:
    for seed in range(400_000 + part, 400_080, 4):
        plan = Generator(seed).model()
        assert found(content_of(plan)) == [], f"seed {seed}"


@pytest.mark.parametrize("part", range(4))
def test_every_walk_that_gets_stuck_was_foretold(part: int) -> None:
    stuck = sum(stuck_unless_foretold(seed) for seed in range(500_000 + part, 500_160, 4))
    assert stuck >= 2, "the models do not get stuck often enough to show anything"


def content_of(plan: Plan) -> bytes:
    package = package_of(plan)
    return package.files[package.manifest.diagram]


def stuck_unless_foretold(seed: int) -> bool:
    """Spoil one gateway of a sound model and walk through it; whether it got stuck, which the check must have told."""
    plan, random = Generator(seed).model(), Random(seed)
    gateways = [
        box
        for scope in plan.every_scope()
        for box in scope.boxes.values()
        if box.kind == "exclusiveGateway" and not box.message and len(scope.entering(box.id)) > 1
    ]
    if not gateways:
        return False
    random.choice(gateways).kind = "parallelGateway"
    judge = Simulator(plan, BEGIN)
    for number in range(30):
        if judge.completed:
            return False
        if not judge.open and not judge.dues:
            assert found(content_of(plan)), f"seed {seed} gets stuck, which nobody foretold"
            return True
        play(next_move(random, judge, number), judge)
    return False
