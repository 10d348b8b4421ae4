"""Which events run where, and what they name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import EVENT_KINDS, Event, Node, Process
from engine.bpmn.nodes import children
from engine.check.subject import Subject
from engine.problems import Problem

RUNS: dict[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"terminate", "error", "message", "signal", "escalation"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation", "conditional"}),
}
"""The kinds of events that the engine runs, by kind of node; an event without a definition is always one of them."""

REFUSED = {
    ("startEvent", "timer"): "start-trigger",
    ("startEvent", "message"): "start-trigger",
    ("startEvent", "signal"): "start-trigger",
    ("startEvent", "conditional"): "start-trigger",
}
_BY_KIND = {
    "compensate": "compensation",
    "cancel": "cancel-event",
    "reference": "event-reference",
}
_THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
_REFERENCES = ("message", "signal", "error", "escalation")


def check_events(subject: Subject) -> Iterator[Problem]:
    """All findings about events."""
    named = {kind: _named(subject, kind) for kind in _REFERENCES}
    for process in subject.diagram.processes:
        for node in process.nodes.values():
            if node.kind in EVENT_KINDS:
                yield from _event_node(subject, process, node)
                for event in node.events:
                    yield from _reference(subject, node, event, named)
            elif node.kind in ("sendTask", "receiveTask"):
                yield from _message_task(subject, node, named["message"])


def _named(subject: Subject, kind: str) -> set[str]:
    return {e.get("id", "") for e in children(subject.diagram.root, kind)}


def _event_node(subject: Subject, process: Process, node: Node) -> Iterator[Problem]:
    holder = process.nodes.get(node.parent)
    if holder is not None and holder.attributes.get("triggeredByEvent") == "true" and node.kind == "startEvent":
        return  # the event subprocess is refused as a whole
    if len(node.events) > 1:
        yield subject.tell("several-events", node)
    for event in node.events:
        if event.kind in RUNS[node.kind]:
            if event.kind == "signal" and node.kind in _THROWING:
                yield subject.tell("signal-within", node, line=event.line)
            continue
        code = REFUSED.get((node.kind, event.kind)) or _BY_KIND.get(event.kind, "event-unsupported")
        tell = subject.tell_if_packed if code == "start-trigger" and holder is None else subject.tell
        yield tell(code, node, line=event.line, name=event.kind)
    if node.kind in ("boundaryEvent", "intermediateCatchEvent") and not node.events:
        yield subject.tell("event-without-trigger", node)


def _reference(subject: Subject, node: Node, event: Event, named: dict[str, set[str]]) -> Iterator[Problem]:
    if event.kind not in _REFERENCES:
        return
    if event.ref is not None and event.ref not in named[event.kind]:
        yield subject.tell("reference-missing", node, line=event.line, name=event.ref or "?")
    elif event.ref is None and event.kind in ("message", "signal"):
        yield subject.tell("event-unnamed", node, line=event.line, name=node.name or node.id)


def _message_task(subject: Subject, node: Node, messages: set[str]) -> Iterator[Problem]:
    ref = node.attributes.get("messageRef")
    if ref and ref not in messages:
        yield subject.tell("reference-missing", node, name=ref)
    elif not ref:
        yield subject.tell("task-without-message", node, name=node.name or node.id)
