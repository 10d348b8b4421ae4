"""Large diagrams: judged in time, accepted up to a stated size, and what is accepted runs to its end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.check import check_path
from engine.check.compiled import standing_alone
from engine.check.guard import JUDGING
from engine.diagram import NODES_LIMIT, read_diagram
from engine.spiff import Workflow, compile_package
from engine.state import dump, load
from tests.engine.diagrams import END_EVENT, START, chain, file, flow, inner_process, process
from tests.engine.test_rounds import Host


def long_chain(steps: int) -> bytes:
    names = ["start", *(f"t{n}" for n in range(steps)), "end"]
    tasks = [f'<userTask id="t{n}"/>' for n in range(steps)]
    return process('<startEvent id="start"/>', *tasks, '<endEvent id="end"/>', *chain(*names))


def refused(content: bytes, tmp_path: Path) -> set[str]:
    (tmp_path / "x.bpmn").write_bytes(content)
    return {p.code for p in check_path(tmp_path / "x.bpmn") if p.is_error}


@pytest.mark.parametrize("steps", [300, 400, NODES_LIMIT - 2])
def test_a_long_chain_is_accepted(steps: int, tmp_path: Path) -> None:
    assert refused(long_chain(steps), tmp_path) == set()


@pytest.mark.parametrize("steps", [NODES_LIMIT - 1, 10 * NODES_LIMIT])
def test_a_longer_one_is_clearly_too_large(steps: int, tmp_path: Path) -> None:
    assert refused(long_chain(steps), tmp_path) == {"diagram-too-large"}


def test_a_long_chain_runs_to_its_end_also_when_it_was_saved_on_the_way() -> None:
    diagram = read_diagram(long_chain(NODES_LIMIT - 2), "x.bpmn")
    compiled, host = compile_package(standing_alone(diagram, diagram.processes[0].id)), Host()
    workflow = Workflow(compiled, host)
    workflow.advance()
    for number in range(NODES_LIMIT - 2):
        if number % 500 == 400:
            workflow, _ = load(dump(workflow, {}), compiled, host)
        (waiting,) = workflow.waiting_steps()
        workflow.give(waiting, {})
    assert workflow.outcome() == "end"


def calling_twice(depth: int) -> bytes:
    """Processes that each call the next one twice: as many runs of the last as there are grains on a chessboard."""
    nodes = '<startEvent id="s{0}"/><callActivity id="c{0}" calledElement="p{1}"/><callActivity id="d{0}"'
    nodes += ' calledElement="p{1}"/><endEvent id="e{0}"/>'
    ends = ("s{0} c{0}", "c{0} d{0}", "d{0} e{0}")
    last = inner_process('<startEvent id="s"/><sendTask id="t"/>', flow("f", "s", "t"), name=f"p{depth}")
    return file(
        *(
            inner_process(
                nodes.format(n, n + 1),
                *(flow(f"f{n}.{i}", *pair.format(n).split()) for i, pair in enumerate(ends)),
                name=f"p{n}",
            )
            for n in range(depth)
        ),
        last,
    )


def every_lane_holds_every_step(lanes: int, steps: int) -> bytes:
    held = "".join(f"<flowNodeRef>t{n}</flowNodeRef>" for n in range(steps))
    drawn = "".join(f'<lane id="l{n}" name="L{n}">{held}</lane>' for n in range(lanes))
    names = ["start", *(f"t{n}" for n in range(steps)), "end"]
    tasks = [f'<userTask id="t{n}"/>' for n in range(steps)]
    return process(f'<laneSet id="ls">{drawn}</laneSet>', START, *tasks, END_EVENT, *chain(*names))


def messages_and_steps_that_send_them(messages: int, steps: int) -> bytes:
    declared = "".join(f'<bpmn:message id="m{n}" name="m{n}"/>' for n in range(messages))
    tasks = [f'<sendTask id="t{n}" messageRef="m{messages - 1 - n}"/>' for n in range(steps)]
    names = ["start", *(f"t{n}" for n in range(steps)), "end"]
    return file(declared, inner_process(START, *tasks, END_EVENT, *chain(*names)))


def inclusive_lattice(gateways: int) -> bytes:
    nodes = [f'<inclusiveGateway id="g{n}" default="a{n}"/>' for n in range(gateways)]
    near = [flow(f"a{n}", f"g{n}", f"g{n + 1}") for n in range(gateways - 1)]
    far = [flow(f"b{n}", f"g{n}", f"g{n + 2}", "1 = 1") for n in range(gateways - 2)]
    last = [flow("first", "start", "g0"), flow("last", f"g{gateways - 1}", "end")]
    return process(START, *nodes, END_EVENT, *near, *far, *last)


def choices_between_all(gateways: int) -> bytes:
    """Two tokens that wander among gateways, each of which leads to every other one."""
    nodes = [f'<exclusiveGateway id="g{n}"/>' for n in range(gateways)]
    ways = [flow(f"w{a}.{b}", f"g{a}", f"g{b}", "1 = 1") for a in range(gateways) for b in range(gateways) if a != b]
    both = [flow("f1", "start", "both"), flow("f2", "both", "g0"), flow("f3", "both", "g1")]
    return process(START, '<parallelGateway id="both"/>', *nodes, *both, *ways)


def subprocesses_in_a_row(number: int) -> bytes:
    inner = '<subProcess id="x{0}"><startEvent id="s{0}"/><userTask id="t{0}"/><sequenceFlow id="i{0}"'
    inner += ' sourceRef="s{0}" targetRef="t{0}"/></subProcess>'
    names = ["start", *(f"x{n}" for n in range(number)), "end"]
    return process(START, *(inner.format(n) for n in range(number)), END_EVENT, *chain(*names))


@pytest.mark.parametrize(
    "content",
    [
        calling_twice(60),
        every_lane_holds_every_step(30, 900),
        messages_and_steps_that_send_them(9_000, 900),
        inclusive_lattice(1_900),
        choices_between_all(60),
        subprocesses_in_a_row(600),
        process(*(f'<subProcess id="x{n}"/>' for n in range(30_000))),
        file(*(inner_process(name=f"p{n}") for n in range(30_000))),
        process(START, *(f'<userTask id="same{n % 2}"/>' for n in range(1_900))),
        process(START, f'<userTask id="x" name="{"n" * 4_900_000}"/>'),
        process(START, "<!-- x -->" * 400_000),
    ],
    ids=[
        "calls",
        "lanes",
        "messages",
        "lattice",
        "choices",
        "subprocesses",
        "nodes",
        "processes",
        "ids",
        "name",
        "comments",
    ],
)
def test_a_file_made_to_be_slow_is_judged_in_time(content: bytes, tmp_path: Path) -> None:
    started = time.process_time()
    found = refused(content, tmp_path)
    assert time.process_time() - started < JUDGING
    assert not found & {"engine-refused", "node-lost", "check-failed"}
