"""Large diagrams: judged in time, accepted up to a stated size, and what is accepted runs to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check_path
from engine.check.compiled import standing_alone
from engine.diagram import NODES_LIMIT, read_diagram
from engine.spiff import Workflow, compile_package
from engine.state import dump, load
from tests.engine.diagrams import chain, process
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
    compiled, host = compile_package(standing_alone(diagram, diagram.processes[0])), Host()
    workflow = Workflow(compiled, host)
    workflow.advance()
    for number in range(NODES_LIMIT - 2):
        if number % 500 == 400:
            workflow, _ = load(dump(workflow, {}), compiled, host)
        (waiting,) = workflow.waiting_steps()
        workflow.give(waiting, {})
    assert workflow.outcome() == "end"
