"""Our own reading of a BPMN file: the diagram as plain data, and the XML made ready for the engine's parser.

Nothing here judges what a diagram means or runs it; `engine.check` does the one, `engine.spiff` the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from lxml import etree

from engine.bpmn.canonical import make_canonical
from engine.bpmn.drawing import read_drawing
from engine.bpmn.limits import NODES_LIMIT, too_large
from engine.bpmn.links import join_links
from engine.bpmn.model import (
    ACTIVITY_KINDS,
    EVENT_KINDS,
    GATEWAY_KINDS,
    NODE_KINDS,
    PERSON_KINDS,
    SUBPROCESS_KINDS,
    TASK_KINDS,
    Call,
    Diagram,
    Edge,
    Event,
    Flow,
    Formula,
    Lane,
    Loop,
    Node,
    Pool,
    Process,
    Shape,
)
from engine.bpmn.nodes import children, read_flow, read_lanes, read_node
from engine.bpmn.prepare import prepare
from engine.bpmn.xml import BPMN, line_of, local, namespace, read_xml
from engine.errors import DiagramError
from engine.problems import Problem, problem

__all__ = [
    "ACTIVITY_KINDS",
    "EVENT_KINDS",
    "GATEWAY_KINDS",
    "NODES_LIMIT",
    "NODE_KINDS",
    "PERSON_KINDS",
    "SUBPROCESS_KINDS",
    "TASK_KINDS",
    "Call",
    "Diagram",
    "Edge",
    "Event",
    "Flow",
    "Formula",
    "Lane",
    "Loop",
    "Node",
    "Pool",
    "Process",
    "Shape",
    "prepared",
    "read_diagram",
]


def read_diagram(xml: bytes, file: str) -> Diagram:
    """The diagram in a BPMN file. Raises `DiagramError` if it cannot be read at all."""
    root = _definitions(xml, file)
    drawn = join_links(root)
    given = _give_flow_ids(root) - {flow.get("id") for flow in drawn}
    elements, problems = _by_id(root, file)
    processes = tuple(_process(e, given) for e in children(root, "process"))
    shapes, edges, drawing_problems = read_drawing(root, elements, file)
    return Diagram(
        file=file,
        processes=processes,
        pools=tuple(_pools(root)),
        shapes=shapes,
        edges=edges,
        problems=(*problems, *drawing_problems),
        root=root,
    )


def prepared(xml: bytes) -> bytes:
    """The file for the engine's parser; the meaning stays the same.

    Pairs of link events are joined and flows have their ids as in `read_diagram`.
    """
    root = _definitions(xml, "")
    join_links(root)
    _give_flow_ids(root)
    return etree.tostring(prepare(root), encoding="utf-8", xml_declaration=True)


def _definitions(xml: bytes, file: str) -> etree._Element:
    root, problems = read_xml(xml, file)
    if root is not None and (local(root) != "definitions" or namespace(root) != BPMN):
        problems = [problem("bpmn-root", file, line=line_of(root), name=local(root))]
    if root is None or problems:
        raise DiagramError(problems)
    if problems := too_large(root, file):
        raise DiagramError(problems)
    make_canonical(root)
    return root


def _give_flow_ids(root: etree._Element) -> frozenset[str]:
    """Name each sequence flow that has no id after its ends; the ids given."""
    taken = {str(e.get("id")) for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
    given = set()
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if not flow.get("id"):
            name = _free(f"flow_{flow.get('sourceRef', '')}_{flow.get('targetRef', '')}", taken)
            flow.set("id", name)
            taken.add(name)
            given.add(name)
    return frozenset(given)


def _free(name: str, taken: set[str]) -> str:
    """The name, with the next free number behind it if it is taken."""
    if name not in taken:
        return name
    return next(f"{name}.{number}" for number in count(2) if f"{name}.{number}" not in taken)


def _by_id(root: etree._Element, file: str) -> tuple[dict[str, etree._Element], list[Problem]]:
    """The elements of the standard by id; the first of several with the same id counts, the others are told."""
    elements: dict[str, etree._Element] = {}
    problems = []
    for element in root.iter(f"{{{BPMN}}}*"):
        name = element.get("id")
        if not name or element is root:
            continue
        if name in elements:
            first = line_of(elements[name])
            problems.append(problem("duplicate-id", file, element=name, line=line_of(element), name=name, first=first))
        elements.setdefault(name, element)
    return elements, problems


def _process(element: etree._Element, given: frozenset[str]) -> Process:
    process_id = element.get("id", "")
    levels = list(_levels(element))
    lanes = [lane for level in reversed(levels) for lane in read_lanes(level)]
    lane_of: dict[str, str] = {}
    for lane in lanes:
        for node in lane.nodes:
            lane_of.setdefault(node, lane.name)
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    for inside in levels:
        own, between = _level(inside, lane_of, given)
        for one in own:
            nodes.setdefault(one.id, one)
        for flow in between:
            flows.setdefault(flow.id, flow)
    declared = element.get("isExecutable")
    return Process(
        id=process_id,
        name=" ".join(element.get("name", "").split()),
        executable=None if declared is None else declared == "true",
        line=line_of(element),
        nodes={n.id: n for n in sorted(nodes.values(), key=lambda n: n.line)},
        flows={f.id: f for f in sorted(flows.values(), key=lambda f: f.line)},
        lanes=tuple(lanes),
    )


def _levels(process: etree._Element) -> Iterator[etree._Element]:
    """The process and each subprocess in it, outer ones first."""
    yield process
    for inner in children(process, *SUBPROCESS_KINDS):
        yield from _levels(inner)


def _level(element: etree._Element, lane_of: dict[str, str], given: frozenset[str]) -> tuple[list[Node], list[Flow]]:
    """What stands directly in a process or subprocess; a subprocess hands its lane down."""
    parent = element.get("id", "")
    flows = [read_flow(e, parent, given=e.get("id") in given) for e in children(element, "sequenceFlow")]
    nodes = []
    for node_element in children(element, *NODE_KINDS):
        node = read_node(node_element, parent)
        nodes.append(replace(node, lane=lane_of.get(node.id, lane_of.get(parent))))
        if node.kind in SUBPROCESS_KINDS and nodes[-1].lane is not None:
            lane_of.setdefault(node.id, nodes[-1].lane)
    return _connected(nodes, flows), flows


def _connected(nodes: list[Node], flows: list[Flow]) -> list[Node]:
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in flows:
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    return [replace(n, incoming=tuple(incoming.get(n.id, ())), outgoing=tuple(outgoing.get(n.id, ()))) for n in nodes]


def _pools(root: etree._Element) -> Iterator[Pool]:
    for collaboration in children(root, "collaboration"):
        for pool in children(collaboration, "participant"):
            yield Pool(pool.get("id", ""), pool.get("name", ""), pool.get("processRef"), line_of(pool))
