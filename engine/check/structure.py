"""Is the drawing whole: ids, ends of flows, starts and ends, nothing that hangs in the air."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.model import ACTIVITY_KINDS, GATEWAY_KINDS, NODE_KINDS, SUBPROCESS_KINDS, Node, Process
from engine.bpmn.nodes import children
from engine.bpmn.xml import BPMN, line_of, local
from engine.check.graph import following, levels, reached, reverse
from engine.check.subject import Subject
from engine.problems import ERROR, WARNING, Problem, problem

_SAFE_ID = re.compile(r"[\w.:-]{1,200}")
_ENGINE_NAMES = frozenset({"Start", "End", "Root", "instance", "__proto__"})
_ENGINE_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")


def check_structure(subject: Subject) -> Iterator[Problem]:
    """All findings about ids, flows, starts, ends and paths."""
    yield from subject.diagram.problems
    yield from _ids(subject)
    yield from _processes(subject)
    yield from _nameless(subject)
    for process in subject.diagram.processes:
        yield from _flow_ends(subject, process)
        yield from _attachments(subject, process)
        for level in levels(process):
            yield from _starts_and_ends(subject, process, level)
            yield from _paths(subject, process, level)


def _ids(subject: Subject) -> Iterator[Problem]:
    file = subject.diagram.file
    for element in subject.diagram.root.iter("{*}*"):
        name = element.get("id")
        if name is not None and local(element) not in ("parameter", "serviceTaskOperator") and not _safe(name):
            yield problem("id-unsafe", file, element=name, line=line_of(element), name=name)
    for node in subject.diagram.nodes():
        if node.id in _ENGINE_NAMES or node.id.endswith(_ENGINE_ENDINGS):
            yield subject.tell("id-reserved", node, name=node.id)


def _safe(name: str) -> bool:
    return _SAFE_ID.fullmatch(name) is not None


def _processes(subject: Subject) -> Iterator[Problem]:
    drawn = [p for p in subject.diagram.processes if p.nodes]
    if not subject.diagram.processes:
        yield subject.tell("no-process", None)
    elif not drawn:
        yield subject.tell("process-empty", subject.diagram.processes[0])
    for process in subject.diagram.processes if drawn else ():
        if not process.nodes:
            yield subject.tell("process-empty", process, severity=WARNING)
    for process in drawn:
        if not process.id:
            yield problem("no-id", subject.diagram.file, line=process.line, name="process")
        if process.executable is False:
            severity = ERROR if _runs(subject, process) else None
            yield subject.tell("not-executable", process, severity=severity)


def _runs(subject: Subject, process: Process) -> bool:
    """Whether the package starts or calls the process."""
    if subject.package is None:
        return False
    called = {n.attributes.get("calledElement") for p in subject.processes() for n in p.nodes.values()}
    return process.id in called | {subject.package.manifest.process}


def _nameless(subject: Subject) -> Iterator[Problem]:
    for holder in subject.diagram.root.iter(*(f"{{{BPMN}}}{kind}" for kind in ("process", *SUBPROCESS_KINDS))):
        for element in children(holder, *NODE_KINDS):
            if not element.get("id"):
                yield problem("no-id", subject.diagram.file, line=line_of(element), name=local(element))


def _flow_ends(subject: Subject, process: Process) -> Iterator[Problem]:
    for flow in process.flows.values():
        if flow.given:
            yield subject.tell("flow-id-given", flow, name=flow.id)
        for code, name in (("flow-source", flow.source), ("flow-target", flow.target)):
            node = process.nodes.get(name)
            if subject.diagram.node(name) is None:
                yield subject.tell(code, flow, name=name or "?")
            elif node is None or node.parent != flow.parent:
                yield subject.tell("flow-crosses", flow, name=name)
        target = process.nodes.get(flow.target)
        source = process.nodes.get(flow.source)
        if target is not None and target.kind in ("startEvent", "boundaryEvent"):
            yield subject.tell("flow-into-start", flow, name=target.id)
        if source is not None and source.kind == "endEvent":
            yield subject.tell("flow-out-of-end", flow, name=source.id)


def _attachments(subject: Subject, process: Process) -> Iterator[Problem]:
    for node in process.nodes.values():
        if node.kind != "boundaryEvent":
            continue
        host = process.nodes.get(node.attached_to or "")
        if host is None or host.parent != node.parent or host.kind not in ACTIVITY_KINDS:
            yield subject.tell("attached-to-nothing", node, name=node.attached_to or "?")


def _starts_and_ends(subject: Subject, process: Process, level: str) -> Iterator[Problem]:
    inside = process.inside(level)
    place: Node | Process = process.nodes.get(level, process)
    starts = [n for n in inside if n.kind == "startEvent"]
    if isinstance(place, Node) and place.kind == "adHocSubProcess":
        return
    if inside and not starts:
        yield subject.tell("no-start", place)
    if len([s for s in starts if not s.events]) > 1 or (isinstance(place, Node) and len(starts) > 1):
        yield subject.tell("several-starts", place)
    if inside and not any(n.kind == "endEvent" or _ends(n) for n in inside):
        yield subject.tell_if_packed("no-end", place)
    for node in process.nodes.values():
        if node.parent == level and node.kind in SUBPROCESS_KINDS and not process.inside(node.id):
            yield subject.tell("subprocess-empty", node)


def _paths(subject: Subject, process: Process, level: str) -> Iterator[Problem]:
    """Nodes that nothing leads to, that lead nowhere, or from which no end can be reached."""
    nodes = {n.id: n for n in process.inside(level)}
    holder = process.nodes.get(level)
    if holder is not None and holder.kind == "adHocSubProcess":
        return
    after = following(process, level)
    begun = reached(after, [n for n, node in nodes.items() if _begins(node)])
    finished = reached(reverse(after), [n for n, node in nodes.items() if node.kind == "endEvent" or _ends(node)])
    for name, node in nodes.items():
        if name not in begun:
            yield subject.tell("unreachable", node, name=node.name or name)
        elif _ends(node):
            runs = node.kind in _NO_END and process.executable is not False
            tell = subject.tell if runs else subject.tell_if_packed
            yield tell("dead-end", node, name=node.name or name)
        elif name not in finished and not _stands_apart(node):
            yield subject.tell_if_packed("no-way-to-end", node, name=node.name or name)


def _ends(node: Node) -> bool:
    """Whether a path ends at a node without an end event, which the standard allows."""
    return not node.outgoing and node.kind != "endEvent" and not _stands_apart(node)


def _begins(node: Node) -> bool:
    return node.kind == "startEvent" or _stands_apart(node)


def _stands_apart(node: Node) -> bool:
    """Event subprocesses and compensation handlers have no flows; they are refused under their own names."""
    return node.attributes.get("triggeredByEvent") == "true" or node.attributes.get("isForCompensation") == "true"


_NO_END = GATEWAY_KINDS | {"startEvent"}
"""Where no path may end: the standard wants a flow out of them."""
