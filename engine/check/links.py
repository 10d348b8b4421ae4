"""Link events: each has a name, and each name one place where its path goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.model import Node, Process
from engine.check.subject import Subject
from engine.problems import Problem

_CATCHING, _THROWING = "intermediateCatchEvent", "intermediateThrowEvent"


def check_links(subject: Subject) -> Iterator[Problem]:
    """All findings about link events."""
    for process in subject.diagram.processes:
        links = [n for n in process.nodes.values() if n.kind in (_CATCHING, _THROWING) and _name(n) is not None]
        targets = Counter((n.parent, _name(n)) for n in links if n.kind == _CATCHING)
        for node in links:
            yield from _link(subject, process, node, targets[node.parent, _name(node)])


def _link(subject: Subject, process: Process, node: Node, targets: int) -> Iterator[Problem]:
    name = _name(node)
    if not name:
        yield subject.tell("link-unnamed", node)
    elif targets == 0:
        yield subject.tell("link-without-target", node, name=name)
    elif targets > 1:
        yield subject.tell("link-twice", node, name=name)
    elif node.kind == _CATCHING and any(not _from_link(process, flow) for flow in node.incoming):
        yield subject.tell("link-entered", node, name=name)


def _from_link(process: Process, flow: str) -> bool:
    source = process.nodes.get(process.flows[flow].source)
    return source is not None and source.kind == _THROWING and _name(source) is not None


def _name(node: Node) -> str | None:
    """The name of a link event; None for any other event."""
    return next((event.ref for event in node.events if event.kind == "link"), None)
