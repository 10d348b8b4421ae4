"""A diagram as plain data: what stands in the file, before anybody judges or runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.problems import Problem

PERSON_KINDS = frozenset({"userTask", "manualTask", "task"})
SUBPROCESS_KINDS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAY_KINDS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
EVENT_KINDS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASK_KINDS = PERSON_KINDS | {
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
}
ACTIVITY_KINDS = TASK_KINDS | SUBPROCESS_KINDS
NODE_KINDS = ACTIVITY_KINDS | GATEWAY_KINDS | EVENT_KINDS


@dataclass(frozen=True)
class Formula:
    """An expression as it stands in the file; ``cut`` tells that a comment splits its text."""

    text: str
    line: int
    cut: bool = False


@dataclass(frozen=True)
class Event:
    """What an event waits for or does.

    ``kind``: timer, message, signal, error, escalation, conditional, link, compensate, terminate, cancel.
    ``ref``: the message, signal, error or escalation it names; of a link, its name. ``timer``: date, duration or cycle.
    """

    kind: str
    id: str | None
    line: int
    ref: str | None = None
    timer: str | None = None
    formula: Formula | None = None


@dataclass(frozen=True)
class Loop:
    """How often an activity is done. ``kind``: parallel, sequential (multi-instance) or standard.

    ``parts`` are all elements in it, with the name of the data that they stand for.
    """

    kind: str
    line: int
    attributes: Mapping[str, str]
    formulas: Mapping[str, Formula]
    parts: Mapping[str, Formula]


@dataclass(frozen=True)
class Call:
    """A service task's operator: the service's name, where its answer goes, and what it is given."""

    service: str
    line: int
    result: str | None
    parameters: Mapping[str, Formula]


@dataclass(frozen=True)
class Node:
    """A flow node. ``parent`` is the id of the process or subprocess it stands in."""

    id: str
    kind: str
    name: str
    line: int
    parent: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    documentation: str = ""
    lane: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    attached_to: str | None = None
    events: tuple[Event, ...] = ()
    loop: Loop | None = None
    call: Call | None = None
    decision: str | None = None

    @property
    def event(self) -> Event | None:
        """The first event definition; what has several is refused."""
        return self.events[0] if self.events else None

    @property
    def default(self) -> str | None:
        """The id of the flow that is taken when no condition holds."""
        return self.attributes.get("default") or None

    @property
    def is_person(self) -> bool:
        """Whether the step waits for a person."""
        return self.kind in PERSON_KINDS

    @property
    def form(self) -> str | None:
        """The form file that a person's step shows."""
        return self.properties.get("formKey") or None


@dataclass(frozen=True)
class Flow:
    """A sequence flow. ``given`` tells that the file has no id for it and that this one is ours."""

    id: str
    source: str
    target: str
    name: str
    line: int
    parent: str
    condition: Formula | None = None
    given: bool = False


@dataclass(frozen=True)
class Lane:
    """A lane with all nodes in it, those of its child lanes (``inner``) included."""

    id: str
    name: str
    line: int
    nodes: tuple[str, ...]
    inner: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Process:
    """One process with everything in it, nested subprocesses included (see `Node.parent`)."""

    id: str
    name: str
    executable: bool | None
    line: int
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: tuple[Lane, ...] = ()

    @cached_property
    def _inside(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return found

    def inside(self, parent: str) -> list[Node]:
        """The nodes that stand directly in the process or a subprocess of it."""
        return self._inside.get(parent, [])

    def attached(self, node: str) -> list[Node]:
        """The boundary events of an activity."""
        return [n for n in self.nodes.values() if n.attached_to == node]

    def persons(self) -> list[Node]:
        """The steps that wait for a person."""
        return [n for n in self.nodes.values() if n.is_person]


@dataclass(frozen=True)
class Shape:
    """A drawn thing with the kind and name of what it stands for; units are those of the file (pixels)."""

    element: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float
    horizontal: bool = True
    expanded: bool = True


@dataclass(frozen=True)
class Edge:
    """A drawn line with the kind and name of what it stands for."""

    element: str
    kind: str
    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Pool:
    """A participant and the process it stands for, if that is drawn."""

    id: str
    name: str
    process: str | None
    line: int


@dataclass(frozen=True)
class Diagram:
    """A BPMN file. ``problems`` are those met while reading; ``root`` is the XML for whoever judges details."""

    file: str
    processes: tuple[Process, ...]
    pools: tuple[Pool, ...]
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    problems: tuple[Problem, ...]
    root: etree._Element = field(repr=False, compare=False)

    def process(self, process_id: str) -> Process | None:
        """The process with this id."""
        return self._processes.get(process_id)

    @cached_property
    def _processes(self) -> dict[str, Process]:
        return {p.id: p for p in reversed(self.processes)}

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {n.id: n for p in reversed(self.processes) for n in p.nodes.values()}

    def nodes(self) -> Iterator[Node]:
        """All flow nodes of all processes."""
        for process in self.processes:
            yield from process.nodes.values()

    def node(self, node_id: str) -> Node | None:
        """The flow node with this id."""
        return self._nodes.get(node_id)
