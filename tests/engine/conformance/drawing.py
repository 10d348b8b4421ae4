"""A model as a file."""

from __future__ import annotations

from xml.sax.saxutils import escape

from engine.package import Package
from tests.engine.conformance.plan import Box, Plan
from tests.support import elements, extension, file_around, package, timer


def package_of(plan: Plan) -> Package:
    """The package that holds the model's diagram."""
    scopes = list(plan.every_scope())
    called = [box.inner for scope in scopes for box in scope.boxes.values() if box.kind == "callActivity"]
    processes = "".join(
        f'<process id="{scope.name}" isExecutable="true">{_elements(scope)}</process>' for scope in called if scope
    )
    events = {event for scope in scopes for box in scope.boxes.values() for event in (box.throws, box.catches)}
    return package(file_around(_elements(plan), processes + "".join(map(_declared, sorted(events)))))


def _declared(event: str) -> str:
    """The message, signal, error or escalation that an event refers to."""
    kind, _, key = event.partition(":")
    if not key or kind == "link":
        return ""
    code = f'{kind}Code="{key}"' if kind in ("error", "escalation") else ""
    return f'<{kind} id="{kind}_{key}" name="{key}" {code}/>'


def _event(event: str) -> str:
    """The definition in an event."""
    kind, _, key = event.partition(":")
    if kind == "link":
        return f'<linkEventDefinition name="{key}"/>'
    return f'<{kind}EventDefinition {kind}Ref="{kind}_{key}"/>' if key else f"<{kind}EventDefinition/>"


def _elements(plan: Plan) -> str:
    return elements(
        {box.id: box.kind for box in plan.boxes.values()},
        [f"{flow.source} {flow.target}" + (f" | {flow.said}" if flow.said else "") for flow in plan.flows],
        inside={box.id: _inside(box) for box in plan.boxes.values()},
        attributes={box.id: _attributes(box) for box in plan.boxes.values()},
        prefix=f"{plan.name}_f",
    )


def _attributes(box: Box) -> str:
    if box.on:
        return f'attachedToRef="{box.on}" cancelActivity="{str(box.interrupts).lower()}"'
    return f'calledElement="{box.id}_called"' if box.kind == "callActivity" else ""


def _inside(box: Box) -> str:
    if box.repeats:
        return timer(f"R{box.repeats}/PT{box.after}H", "timeCycle")
    if box.after:
        return timer(f"PT{box.after}H")
    if box.throws or box.catches:
        return _event(box.throws or box.catches)
    if box.kind == "businessRuleTask":
        called = f"{'map' if box.mapped else 'list'}_of_{box.items}"
        return extension(f"<spiffworkflow:calledDecisionId>{called}</spiffworkflow:calledDecisionId>")
    inner = _elements(box.inner) if box.kind == "subProcess" and box.inner is not None else ""
    return inner if box.items is None else _repeated(box) + inner


UNTIL = {
    "two": "numberOfCompletedInstances >= 2",
    "half": "numberOfCompletedInstances / numberOfInstances >= 0.5",
    "last": "numberOfActiveInstances + numberOfTerminatedInstances = 0",
    "stop": 'some answer in {id}_all satisfies answer.outcome = "stop"',
}
"""Completion conditions by what they mean; "last" ends a sequential repetition with its first item."""


def _repeated(box: Box) -> str:
    """Repeated for each entry of a table's list or map, or a number of times; the answers are collected."""
    source = (
        f"<loopDataInputRef>{box.message}</loopDataInputRef>"
        if box.message
        else f"<loopCardinality>{box.items}</loopCardinality>"
    )
    item = f'<inputDataItem id="{box.id}_item"/>' if box.message else ""
    kept = f"<loopDataOutputRef>{box.id}_all</loopDataOutputRef>" if box.collects else ""
    until = (
        f"<completionCondition>{escape(UNTIL[box.until].format(id=box.id))}</completionCondition>" if box.until else ""
    )
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(box.sequential).lower()}">{source}'
        f"{kept}{item}{until}</multiInstanceLoopCharacteristics>"
    )
