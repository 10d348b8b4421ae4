"""Errors and escalations: whether what is thrown is caught, and what is waited for can be thrown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.model import SUBPROCESS_KINDS, Diagram, Event, Node, Process
from engine.bpmn.nodes import children
from engine.check.graph import finished_first
from engine.check.subject import Subject
from engine.problems import Problem

CODES = {"error": "errorCode", "escalation": "escalationCode"}
"""The kinds of events that go outwards from where they are thrown, and the attribute that tells them apart."""

_THROWING = frozenset({"endEvent", "intermediateThrowEvent"})


@dataclass(frozen=True)
class Thrown:
    """An error or escalation, and the node that throws it."""

    kind: str
    code: str | None
    node: str


@dataclass
class _Scopes:
    """A process with what stands in each of its scopes and beside each activity.

    ``thrown`` is filled scope by scope: what is thrown inside the process or an activity and not caught there;
    None for a called process that is out of sight.
    """

    process: Process
    codes: Mapping[tuple[str, str | None], str | None]
    inside: dict[str, list[Node]] = field(default_factory=dict)
    beside: dict[str, list[Node]] = field(default_factory=dict)
    thrown: dict[str, frozenset[Thrown] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.process.nodes.values():
            self.inside.setdefault(node.parent, []).append(node)
            if node.kind == "boundaryEvent":
                self.beside.setdefault(node.attached_to or "", []).append(node)

    def code(self, event: Event) -> str | None:
        """What tells an error or escalation apart; none catches all."""
        return self.codes.get((event.kind, event.ref))

    def catches(self, node: Node, thrown: Thrown) -> bool:
        """Whether a boundary event waits for what is thrown."""
        return any(e.kind == thrown.kind and self.code(e) in (None, thrown.code) for e in node.events)


def check_throwing(subject: Subject) -> Iterator[Problem]:
    """All findings about errors and escalations."""
    places = _places(subject)
    called = {n.attributes.get("calledElement") for place in places.values() for n in place.process.nodes.values()}
    leaving = [t for name, place in places.items() if name not in called for t in place.thrown[name] or ()]
    uncaught = {t.node for t in leaving if t.kind == "error"}
    for process in subject.diagram.processes:
        for node in process.nodes.values():
            yield from _codes(subject, places[process.id], node)
            if node.id in uncaught and node.kind in _THROWING:
                yield subject.tell_if_packed("error-uncaught", node, name=node.name or node.id)
        for nodes in places[process.id].beside.values():
            yield from _beside(subject, places[process.id], nodes)


def _codes(subject: Subject, place: _Scopes, node: Node) -> Iterator[Problem]:
    for event in node.events:
        if event.kind in CODES and event.ref is not None and place.code(event) is None:
            yield subject.tell("code-missing", node, line=event.line, name=event.ref, attribute=CODES[event.kind])


def _beside(subject: Subject, place: _Scopes, nodes: list[Node]) -> Iterator[Problem]:
    """The findings about the boundary events of one activity."""
    taken: set[tuple[str, str | None]] = set()
    for node in nodes:
        interrupts = node.attributes.get("cancelActivity") != "false"
        for event in node.events:
            if event.kind in CODES:
                yield from _outward(subject, place, node, interrupts or event.kind != "error")
            if event.kind in CODES or (event.kind in ("message", "signal") and interrupts):
                key = (event.kind, place.code(event) if event.kind in CODES else event.ref or node.name or node.id)
                if key in taken:
                    yield subject.tell("caught-twice", node, name=node.name or node.id)
                taken.add(key)


def _outward(subject: Subject, place: _Scopes, node: Node, interrupts: bool) -> Iterator[Problem]:
    host = place.process.nodes.get(node.attached_to or "")
    if host is None:
        return
    if not interrupts:
        yield subject.tell("error-interrupts", node)
    inside = place.thrown.get(host.id, frozenset())
    if inside is not None and not any(place.catches(node, thrown) for thrown in inside):
        yield subject.tell("never-thrown", node, name=host.name or host.id)


def _places(subject: Subject) -> dict[str, _Scopes]:
    """The processes by id; called ones come first, for what leaves them goes on in those that call them."""
    places = {p.id: _Scopes(p, _declared(d)) for d in subject.diagrams or (subject.diagram,) for p in d.processes}
    calls = {
        name: [c for n in place.process.nodes.values() if (c := n.attributes.get("calledElement", "")) in places]
        for name, place in places.items()
    }
    for name in finished_first(calls):
        _throw(places, places[name], name)
    return places


def _throw(places: Mapping[str, _Scopes], place: _Scopes, scope: str) -> None:
    """Note what is thrown in a scope and leaves it, and the same of all scopes inside."""
    found: set[Thrown] = set()
    for node in place.inside.get(scope, ()):
        if node.kind in _THROWING:
            found |= {Thrown(e.kind, place.code(e), node.id) for e in node.events if e.kind in CODES}
        elif node.kind in SUBPROCESS_KINDS:
            _throw(places, place, node.id)
        elif node.kind == "callActivity":
            called = places.get(node.attributes.get("calledElement", ""))
            place.thrown[node.id] = None if called is None else called.thrown.get(called.process.id)
        found |= {t for t in place.thrown.get(node.id) or () if not _caught(place, node, t)}
    place.thrown[scope] = frozenset(found)


def _caught(place: _Scopes, activity: Node, thrown: Thrown) -> bool:
    return any(place.catches(node, thrown) for node in place.beside.get(activity.id, ()))


def _declared(diagram: Diagram) -> dict[tuple[str, str | None], str | None]:
    return {(kind, e.get("id")): e.get(CODES[kind]) or None for kind in CODES for e in children(diagram.root, kind)}
