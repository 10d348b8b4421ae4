"""Inclusive joins that could wait for each other for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations

from engine.bpmn.model import Flow, Node, Process
from engine.check.graph import Graph, following, levels, loops, reached, reverse
from engine.check.subject import Subject
from engine.check.tokens import SPLITS, until_joined
from engine.problems import Problem

MOST_COMPARED = 20
"""Inclusive joins, and splits, of one loop that are compared; what is beyond would end as an incident."""
MOST_FLOWS = 10
"""Flows into a join that is compared."""

Ways = Mapping[str, frozenset[str]]
"""For each node the flows into a join that can be reached from it without passing the join."""


def check_joins(subject: Subject) -> Iterator[Problem]:
    """All findings about inclusive joins in loops."""
    for process in subject.diagram.processes:
        for level in levels(process):
            yield from _mutual_waits(subject, process, following(process, level))


def _mutual_waits(subject: Subject, process: Process, after: Graph) -> Iterator[Problem]:
    """Two inclusive joins, each with a token that the other one waits for."""
    before = reverse(after)
    for found in loops(after):
        joins = _first(process, found, lambda n: n.kind == "inclusiveGateway" and 1 < len(n.incoming) <= MOST_FLOWS)
        if len(joins) < 2:
            continue
        ways = {join.id: _ways(process, before, join) for join in joins}
        parted = _parted(process, after)
        for one, other in combinations(joins, 2):
            held = _held(process, one, ways, other), _held(process, other, ways, one)
            if any((a & held[0] and b & held[1]) or (a & held[1] and b & held[0]) for a, b in parted):
                yield subject.tell("inclusive-mutual", one, name=one.name or one.id, other=other.name or other.id)


def _first(process: Process, names: Iterable[str], wanted: Callable[[Node], bool]) -> list[Node]:
    nodes = (process.nodes[name] for name in names)
    return sorted(filter(wanted, nodes), key=lambda node: node.line)[:MOST_COMPARED]


def _ways(process: Process, before: Graph, join: Node) -> Ways:
    ways: dict[str, set[str]] = {}
    behind = {name: [] if name == join.id else others for name, others in before.items()}
    for flow in _into(process, join):
        for name in reached(behind, [flow.source]):
            ways.setdefault(name, set()).add(flow.id)
    return {name: frozenset(flows) for name, flows in ways.items()}


def _held(process: Process, join: Node, ways: Mapping[str, Ways], other: Node) -> set[str]:
    """The flows on which a token at ``join`` would wait for one that waits at the ``other`` join."""
    awaited = ways[join.id].get(other.id, frozenset())
    return {flow.id for flow in _into(process, join)} - awaited if awaited else set()


def _parted(process: Process, after: Graph) -> list[tuple[set[str], set[str]]]:
    """The flows that two branches of a split may take before they come to a join, for each two."""
    splits = _first(process, after, lambda n: n.kind in SPLITS and 1 < len(n.outgoing) <= MOST_FLOWS)
    return [
        pair
        for split in splits
        for pair in combinations([_flows(process, after, process.flows[name], split) for name in split.outgoing], 2)
    ]


def _flows(process: Process, after: Graph, first: Flow, split: Node) -> set[str]:
    """The flows that a branch may take before it comes to a join."""
    passed = [process.nodes[n] for n in until_joined(process, after, first.target, split.id) if n != split.id]
    on = [node for node in passed if not (node.kind in SPLITS and len(node.incoming) > 1)]
    return {first.id} | {flow for node in on for flow in node.outgoing}


def _into(process: Process, join: Node) -> list[Flow]:
    return [process.flows[name] for name in join.incoming]
