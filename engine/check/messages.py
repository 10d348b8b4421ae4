"""Messages and signals: they stay within one request, so what is awaited must be sent there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.model import Diagram, Node, Process
from engine.bpmn.nodes import children
from engine.bpmn.xml import BPMN, line_of
from engine.check.graph import reached
from engine.check.subject import Subject
from engine.problems import WARNING, Problem, problem

Key = tuple[str, str]
"""A message or signal: its kind, and the id by which it is sent and awaited."""

_SENDING = frozenset({"endEvent", "intermediateThrowEvent", "sendTask"})
_WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})


def check_messages(subject: Subject) -> Iterator[Problem]:
    """All findings about what is awaited and never comes, what is sent to nobody, and about correlation."""
    exchanged: set[Key] = set()
    processes = {p.id: p for p in subject.processes()}
    joined, names = _joined(processes), _names(subject.diagram)
    for process in subject.diagram.processes:
        near = [processes[name] for name in reached(joined, [process.id])]
        sent = {key for p in near for key in _keys(p, _SENDING).values()}
        awaited = {key for p in near for key in _keys(p, _WAITING).values()}
        exchanged |= sent & awaited
        for node, key in _keys(process, _WAITING).items():
            if key not in sent:
                yield subject.tell("never-sent", process.nodes[node], name=names.get(key[1], key[1]))
        for node, key in _keys(process, _SENDING).items():
            if key[0] == "message" and key not in awaited and _chosen(process.nodes[node]):
                yield subject.tell("never-awaited", process.nodes[node], name=names.get(key[1], key[1]))
    yield from _correlations(subject, exchanged)


def _chosen(node: Node) -> bool:
    """Whether the message is named at all; a task without one sends nothing, and is told so."""
    return bool(node.events or node.attributes.get("messageRef"))


def _correlations(subject: Subject, exchanged: set[Key]) -> Iterator[Problem]:
    """A correlation decides who gets a message: without effect only as long as nobody could get it."""
    file = subject.diagram.file
    for element in children(subject.diagram.root, "correlationProperty"):
        refs = {str(e.get("messageRef")).strip() for e in element.iter(f"{{{BPMN}}}*") if e.get("messageRef")}
        severity = None if {("message", ref) for ref in refs} & exchanged else WARNING
        yield problem("correlation", file, element=element.get("id"), line=line_of(element), severity=severity)


def _joined(processes: Mapping[str, Process]) -> dict[str, list[str]]:
    """Which processes run in one request: each with those that it calls, and those that call it."""
    joined: dict[str, list[str]] = {name: [] for name in processes}
    for name, caller in processes.items():
        for node in caller.nodes.values():
            called = node.attributes.get("calledElement", "")
            if called in processes:
                joined[name].append(called)
                joined[called].append(name)
    return joined


def _names(diagram: Diagram) -> dict[str, str]:
    return {str(e.get("id")): e.get("name") or str(e.get("id")) for e in children(diagram.root, "message", "signal")}


def _keys(process: Process, kinds: frozenset[str]) -> dict[str, Key]:
    """The message or signal of each node of some kinds."""
    found = {}
    for node in process.nodes.values():
        named = _named(node)
        if node.kind in kinds and named is not None:
            found[node.id] = named
    return found


def _named(node: Node) -> Key | None:
    """What a node sends or waits for, as it names it."""
    own = node.name or node.id
    if node.kind in ("sendTask", "receiveTask"):
        return "message", node.attributes.get("messageRef") or own
    return next(((e.kind, e.ref or own) for e in node.events if e.kind in ("message", "signal")), None)
