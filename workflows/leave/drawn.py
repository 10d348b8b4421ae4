"""The legal fence as far as a drawing shows it: no grant, deferral or cancellation goes round the authorised official.

What a drawing cannot show (which outcome, whose decision, which dates) `fences` holds at run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.actor import Role
from engine.diagram import Diagram, Node, Process
from engine.package import Package
from engine.problems import Problem, problem
from workflows.leave.fences import OFFICIAL
from workflows.people import People

GUARDED = (
    "leave.debit@",
    "leave.grant@",
    "leave.ratify@",
    "leave.defer@",
    "leave.cancel@",
    "leave.uphold@",
)
SETS_DATES = "leave.reserve@"


def official_decides(diagram: Diagram, package: Package) -> Iterator[Problem]:
    """A problem for each guarded service that a request can reach before the authorised official's step.

    Dates set anew must be decided anew: the search starts at the beginning and at each reservation.

    Source: PP 11/2017 art. 309-310; PP 49/2018 with Peraturan BKN 7/2022.
    """
    official = People().roles()[OFFICIAL]
    for process in diagram.processes:
        for node in _reached_undecided(process, official):
            if _calls(node, GUARDED):
                yield _avoided(diagram.file, node, official)


def _avoided(file: str, node: Node, official: Role) -> Problem:
    name = node.name or node.id
    return problem("decision-avoided", file, element=node.id, line=node.line, name=name, role=official.name)


def _reached_undecided(process: Process, official: Role) -> Iterator[Node]:
    """The nodes that can be reached without passing a step of the official."""
    ways, beside = _ways(process), _beside(process)
    todo = [node.id for node in process.nodes.values() if _begins(process, node) or _calls(node, (SETS_DATES,))]
    seen = set(todo)
    while todo:
        node = process.nodes[todo.pop()]
        yield node
        attached = beside.get(node.id, [])  # a boundary event is taken although the step is not done
        following = attached if _decides(node, official) else [*attached, *ways.get(node.id, ())]
        new = [name for name in following if name in process.nodes and name not in seen]
        seen.update(new)
        todo += new


def _ways(process: Process) -> dict[str, list[str]]:
    """What comes after each node; a subprocess leads to its first nodes, and its last ones to what follows it."""
    inside = _grouped((node.parent, node) for node in process.nodes.values())
    after: dict[str, list[str]] = {}
    for flow in process.flows.values():
        for source in _last_nodes(inside, flow.source):
            after.setdefault(source, []).append(flow.target)
    for parent, nodes in inside.items():
        first = [node.id for node in nodes if not node.incoming and node.attached_to is None]
        after.setdefault(parent, []).extend(first)
    return after


def _beside(process: Process) -> dict[str, list[str]]:
    """The boundary events of each activity."""
    found = _grouped((node.attached_to, node) for node in process.nodes.values() if node.attached_to)
    return {activity: [node.id for node in nodes] for activity, nodes in found.items()}


def _grouped(pairs: Iterable[tuple[str | None, Node]]) -> dict[str, list[Node]]:
    groups: dict[str, list[Node]] = {}
    for key, node in pairs:
        groups.setdefault(key or "", []).append(node)
    return groups


def _last_nodes(inside: Mapping[str, list[Node]], source: str) -> list[str]:
    ends = [node.id for node in inside.get(source, ()) if not node.outgoing]
    return [last for end in ends for last in _last_nodes(inside, end)] or [source]


def _begins(process: Process, node: Node) -> bool:
    return node.parent == process.id and not node.incoming and node.attached_to is None


def _decides(node: Node, official: Role) -> bool:
    return node.is_person and node.lane in (official.key, official.name.id, official.name.en)


def _calls(node: Node, services: tuple[str, ...]) -> bool:
    return node.call is not None and node.call.service.startswith(services)
