"""Messages and signals: they stay within one request, so what is awaited must be sent there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Diagram, Node, Process
from engine.bpmn.nodes import children
from engine.bpmn.xml import BPMN, line_of
from engine.check.graph import reached
from engine.check.subject import Subject
from engine.problems import WARNING, Problem, problem

Key = tuple[str, str]
"""A message or signal: its kind, and the name under which it is sent and awaited."""

_SENDING = frozenset({"endEvent", "intermediateThrowEvent", "sendTask"})
_WAITING = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})


def check_messages(subject: Subject) -> Iterator[Problem]:
    """All findings about what is awaited and never comes, and about correlation."""
    exchanged: set[Key] = set()
    for process in subject.diagram.processes:
        sent = {key for p, d in _together(subject, process) for key in _keys(d, p, _SENDING).values()}
        for node, key in _keys(subject.diagram, process, _WAITING).items():
            if key in sent:
                exchanged.add(key)
            else:
                yield subject.tell("never-sent", process.nodes[node], name=key[1])
    yield from _correlations(subject, exchanged)


def _correlations(subject: Subject, exchanged: set[Key]) -> Iterator[Problem]:
    """A correlation decides who gets a message: without effect only as long as nobody could get it."""
    file, names = subject.diagram.file, _names(subject.diagram)
    for element in children(subject.diagram.root, "correlationProperty"):
        refs = {str(e.get("messageRef")).strip() for e in element.iter(f"{{{BPMN}}}*") if e.get("messageRef")}
        severity = None if {("message", names.get(ref, ref)) for ref in refs} & exchanged else WARNING
        yield problem("correlation", file, element=element.get("id"), line=line_of(element), severity=severity)


def _together(subject: Subject, process: Process) -> list[tuple[Process, Diagram]]:
    """The processes that run in one request with this one: those that it calls, and those that call it."""
    homes = {p.id: (p, d) for d in subject.diagrams or (subject.diagram,) for p in d.processes}
    joined: dict[str, list[str]] = {name: [] for name in homes}
    for name, (caller, _) in homes.items():
        for node in caller.nodes.values():
            called = node.attributes.get("calledElement", "")
            if called in homes:
                joined[name].append(called)
                joined[called].append(name)
    return [homes[name] for name in reached(joined, [process.id])]


def _names(diagram: Diagram) -> dict[str, str]:
    return {str(e.get("id")): e.get("name") or str(e.get("id")) for e in children(diagram.root, "message", "signal")}


def _keys(diagram: Diagram, process: Process, kinds: frozenset[str]) -> dict[str, Key]:
    """The message or signal of each node of some kinds."""
    names = _names(diagram)
    found = {}
    for node in process.nodes.values():
        named = _named(node)
        if node.kind in kinds and named is not None:
            found[node.id] = (named[0], names.get(named[1], named[1]))
    return found


def _named(node: Node) -> Key | None:
    """What a node sends or waits for, as it names it."""
    own = node.name or node.id
    if node.kind in ("sendTask", "receiveTask"):
        return "message", node.attributes.get("messageRef") or own
    return next(((e.kind, e.ref or own) for e in node.events if e.kind in ("message", "signal")), None)
