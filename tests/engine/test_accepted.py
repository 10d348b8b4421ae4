"""What the standard allows is accepted, and what is accepted runs as the standard says."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check_path
from engine.check.compiled import standing_alone
from engine.diagram import read_diagram
from engine.problems import Problem
from engine.spiff import Workflow, compile_package
from engine.state import dump, load
from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, process
from tests.engine.test_rounds import Host
from tests.engine.traps import timer


def judged(content: bytes, folder: Path) -> list[Problem]:
    (folder / "x.bpmn").write_bytes(content)
    return check_path(folder / "x.bpmn")


def walked(content: bytes) -> list[list[str]]:
    """The steps that wait, again and again until the end; the first of them is done each time. Saved in between."""
    diagram = read_diagram(content, "x.bpmn")
    compiled, host = compile_package(standing_alone(diagram, diagram.processes[0].id)), Host()
    workflow, seen = Workflow(compiled, host), []
    workflow.advance()
    while not workflow.completed:
        waiting = workflow.waiting_steps()
        assert waiting, f"dead after {seen}"
        seen.append([compiled.step_of(t) for t in waiting])
        workflow.give(waiting[0], {})
        if not workflow.completed:
            workflow, _ = load(dump(workflow, {}), compiled, host)
    return seen


def shape(element: str, y: int) -> str:
    bounds = f'<dc:Bounds x="0" y="{y}" width="1" height="1"/>'
    return f'<bpmndi:BPMNShape id="s{element}" bpmnElement="{element}">{bounds}</bpmndi:BPMNShape>'


A, B = '<userTask id="a"/>', '<userTask id="b"/>'
DEADLINE = timer("<timeDuration>P1D</timeDuration>", "boundaryEvent", 'attachedToRef="a"').replace('"x"', '"late"')
INNER = '<subProcess id="x"><startEvent id="s2"/><userTask id="a"/>' + flow("i1", "s2", "a") + "</subProcess>"
TWICE = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
HOUR = '<bpmn:timerEventDefinition id="hour"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'

SOUND: dict[str, tuple[bytes, list[list[str]]]] = {
    "a path that ends at a step": (process(START, SUBMIT, *chain("start", "submit")), [["submit"]]),
    "one of two paths that ends at a step": (
        process(
            *(START, SUBMIT, '<parallelGateway id="g"/>', A, B, END_EVENT),
            *chain("start", "submit", "g", "a"),
            *(flow("g2", "g", "b"), flow("g3", "b", "end")),
        ),
        [["submit"], ["a", "b"], ["b"]],
    ),
    "a step with a deadline at which the path ends": (
        process(START, SUBMIT, A, DEADLINE, B, *chain("start", "submit", "a"), flow("g", "late", "b")),
        [["submit"], ["a"]],
    ),
    "a repeated step at which the path ends": (
        process(START, f'<userTask id="a">{TWICE}</userTask>', *chain("start", "a")),
        [["a", "a"], ["a"]],
    ),
    "a subprocess without an end": (around(INNER), [["submit"], ["a"]]),
    "flows without ids, two of them between the same steps": (
        process(
            *(START, '<parallelGateway id="g"/>', A, B, '<parallelGateway id="j"/>', '<userTask id="c"/>', END_EVENT),
            *(line.replace(f' id="f{n}"', "") for n, line in enumerate(chain("start", "g", "a", "j", "c", "end"), 1)),
            '<sequenceFlow sourceRef="g" targetRef="b"/><sequenceFlow sourceRef="b" targetRef="j"/>',
        ),
        [["a", "b"], ["b"], ["c"]],
    ),
    "a step of no kind, which waits for a person": (
        process(START, '<task id="a"/>', END_EVENT, *chain("start", "a", "end")),
        [["a"]],
    ),
    "several ends": (
        process(
            *(START, '<exclusiveGateway id="g" default="f2"/>', A, B, '<endEvent id="e1"/>', '<endEvent id="e2"/>'),
            *chain("start", "g", "a", "e1"),
            *(flow("g2", "g", "b", "1 = 2"), flow("g3", "b", "e2")),
        ),
        [["a"]],
    ),
    "a definition that stands apart": (
        file(
            inner_process(
                START,
                A,
                '<boundaryEvent id="late" attachedToRef="a"><eventDefinitionRef>hour</eventDefinitionRef>',
                "</boundaryEvent>",
                *chain("start", "a"),
            ),
            HOUR,
        ),
        [["a"]],
    ),
    "a condition with the sign in front that another tool writes": (
        process(
            *(START, '<exclusiveGateway id="g" default="f2"/>', A, B, *chain("start", "g", "a")),
            flow("g2", "g", "b", "= 1 = 1"),
        ),
        [["b"]],
    ),
    "conditions that are true at once, of which the first in the file counts": (
        file(
            inner_process(
                *(START, '<exclusiveGateway id="g"/>', A, B, *chain("start", "g")),
                *(flow("g2", "g", "b", "1 = 1"), flow("g3", "g", "a", "1 = 1")),
            ),
            '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">',
            *(shape("a", 1), shape("b", 9), "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"),
        ),
        [["b"]],
    ),
    "data stores, black boxes, notes and groups beside the steps": (
        file(
            '<bpmn:dataStore id="ds" name="Archive"/><bpmn:collaboration id="co">',
            '<bpmn:participant id="pa" processRef="p"/><bpmn:participant id="pb" name="Bank"/>',
            '<bpmn:messageFlow id="mf" sourceRef="a" targetRef="pb"/></bpmn:collaboration>',
            inner_process(
                *(START, A, END_EVENT, *chain("start", "a", "end"), '<dataStoreReference id="r" dataStoreRef="ds"/>'),
                '<textAnnotation id="ta"><text>note</text></textAnnotation><group id="gr"/>',
                '<association id="as" sourceRef="a" targetRef="ta"/><dataObject id="do"/>',
                '<dataObjectReference id="dr" dataObjectRef="do"/>',
            ),
        ),
        [["a"]],
    ),
}


@pytest.mark.parametrize("case", SOUND, ids=lambda name: name.replace(" ", "-"))
def test_what_the_standard_allows_is_accepted_and_runs(case: str, tmp_path: Path) -> None:
    content, steps = SOUND[case]
    assert [p for p in judged(content, tmp_path) if p.is_error] == []
    assert walked(content) == steps


@pytest.mark.parametrize(
    ("attributes", "severity"), [('isExecutable="true"', "error"), ("", "error"), ('isExecutable="false"', "warning")]
)
def test_starts_and_gateways_lead_on_where_they_run_and_may_be_loose_in_a_drawing(
    attributes: str, severity: str, tmp_path: Path
) -> None:
    lone = process(START, attributes=attributes)
    gateway = process(START, '<exclusiveGateway id="x"/>', *chain("start", "x"), attributes=attributes)
    for content, element in ((lone, "start"), (gateway, "x")):
        found = judged(content, tmp_path)
        assert [(p.severity, p.element) for p in found if p.code == "dead-end"] == [(severity, element)]
