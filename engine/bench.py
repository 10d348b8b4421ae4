"""What completing a person's step costs in the engine (load, run, save; no database), beside the bare library."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from statistics import mean, median
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.errors import Text
from engine.feel import compile_expression
from engine.limits import DEFAULT, Limits
from engine.manifest import Manifest
from engine.package import Package
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load

EARLY, LATE = 20, 200
"""Finished steps after which a completion is measured."""
WINDOW = 8
"""Completions that one sample averages: two rounds of the diagram."""

ROUND: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("submit", {f"field_{number}": f"answer {number}" for number in range(20)}),
    ("check", {"outcome": "complete"}),
    ("consider", {"outcome": "approve"}),
    ("decide", {"outcome": "again"}),
)
"""One round of a leave request that is sent back at the end: each step with its answers."""

_DIAGRAM = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="bench" targetNamespace="bench">
 <process id="leave" isExecutable="true">
  <startEvent id="begin"/><userTask id="submit"/><userTask id="check"/><exclusiveGateway id="complete" default="f5"/>
  <userTask id="consider"/><userTask id="decide"/><exclusiveGateway id="which" default="f9"/>
  <endEvent id="approved"/><endEvent id="rejected"/>
  <sequenceFlow id="f1" sourceRef="begin" targetRef="submit"/>
  <sequenceFlow id="f2" sourceRef="submit" targetRef="check"/>
  <sequenceFlow id="f3" sourceRef="check" targetRef="complete"/>
  <sequenceFlow id="f4" sourceRef="complete" targetRef="submit">
   <conditionExpression>{returned}</conditionExpression></sequenceFlow>
  <sequenceFlow id="f5" sourceRef="complete" targetRef="consider"/>
  <sequenceFlow id="f6" sourceRef="consider" targetRef="decide"/>
  <sequenceFlow id="f7" sourceRef="decide" targetRef="which"/>
  <sequenceFlow id="f8" sourceRef="which" targetRef="submit">
   <conditionExpression>{again}</conditionExpression></sequenceFlow>
  <sequenceFlow id="f9" sourceRef="which" targetRef="approved"/>
  <sequenceFlow id="f10" sourceRef="which" targetRef="rejected">
   <conditionExpression>{refused}</conditionExpression></sequenceFlow>
 </process>
</definitions>
"""
_FEEL = {
    "returned": 'check.outcome = "return"',
    "again": 'decide.outcome = "again"',
    "refused": 'decide.outcome = "reject"',
}
_PYTHON = {
    "returned": "check['outcome'] == 'return'",
    "again": "decide['outcome'] == 'again'",
    "refused": "decide['outcome'] == 'reject'",
}


class _Host:
    """Surroundings of a workflow without a database."""

    now = datetime(2026, 1, 5, tzinfo=UTC)
    zone: tzinfo = UTC
    limits: Limits = DEFAULT

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        return compile_expression(expression).evaluate(data, now=self.now, zone=self.zone)

    def call_service(self, name: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        raise LookupError(name)

    def decide(self, decision: str, data: Mapping[str, Any]) -> Any:
        raise LookupError(decision)


def measure(*, repeat: int) -> dict[str, float]:
    """Medians in microseconds of CPU time, bytes of state, and the two ratios.

    ``ratio_to_raw``: ours after 20 finished steps against the library in memory with its full history;
    ``growth``: ours after 200 finished steps against after 20.
    """
    compiled = _compiled()
    ours: dict[int, list[float]] = {EARLY: [], LATE: []}
    bare: dict[int, list[float]] = {EARLY: [], LATE: []}
    for _ in range(repeat):  # in turns, so that a busy machine disturbs all alike
        for finished in (EARLY, LATE):
            ours[finished].append(_sample(_ours(compiled), finished))
            bare[finished].append(_sample(_bare(), finished))
    early, late = median(ours[EARLY]), median(ours[LATE])
    return {
        "us_at_20": early,
        "us_at_200": late,
        "raw_us_at_20": median(bare[EARLY]),
        "raw_us_at_200": median(bare[LATE]),
        "state_bytes": float(_state_bytes(compiled)),
        "ratio_to_raw": early / median(bare[EARLY]),
        "growth": late / early,
    }


def _sample(completions: Iterator[None], finished: int) -> float:
    """The mean CPU time of the `WINDOW` completions after ``finished`` ones, in microseconds."""
    for _ in range(finished):
        next(completions)
    gc.collect()
    times = []
    for _ in range(WINDOW):
        start = time.thread_time_ns()
        next(completions)
        times.append((time.thread_time_ns() - start) / 1000)
    return mean(times)


def _ours(compiled: Compiled) -> Iterator[None]:
    """Load, complete, save; again and again."""
    host = _Host()
    workflow = Workflow(compiled, host)
    workflow.advance()
    blob = dump(workflow, {})
    while True:
        for _, answers in ROUND:
            workflow, steps = load(blob, compiled, host)
            workflow.give(workflow.waiting_steps()[0], answers)
            blob = dump(workflow, steps)
            yield


def _bare() -> Iterator[None]:
    """The library in memory with its whole history, never saved."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(_DIAGRAM.format(**_PYTHON)))
    workflow = BpmnWorkflow(parser.get_spec("leave"), parser.get_subprocess_specs("leave"))
    workflow.do_engine_steps()
    while True:
        for step, answers in ROUND:
            task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
            task.data[step] = dict(answers)
            task.run()
            workflow.do_engine_steps()
            yield


def _compiled() -> Compiled:
    manifest = Manifest("leave", Text("Cuti", "Leave"), "CUTI", "leave.bpmn", "leave")
    return compile_package(Package({"leave.bpmn": _DIAGRAM.format(**_FEEL).encode()}, manifest))


def _state_bytes(compiled: Compiled) -> int:
    workflow = Workflow(compiled, _Host())
    workflow.advance()
    for _, answers in ROUND * 5:
        workflow.give(workflow.waiting_steps()[0], answers)
    return len(dump(workflow, {}))
