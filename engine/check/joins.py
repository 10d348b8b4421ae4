"""Inclusive joins that could wait for each other for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

from engine.bpmn.model import Flow, Node, Process
from engine.check.graph import Graph, following, levels, loops, reached, reverse
from engine.check.subject import Subject
from engine.check.tokens import SPLITS, until_joined
from engine.problems import Problem

MOST_JOINS = 50
"""Inclusive joins of one loop that are compared; more of them, waiting for each other, end as an incident."""

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
        joins = [n for name in found if (n := process.nodes[name]).kind == "inclusiveGateway" and len(n.incoming) > 1]
        joins = sorted(joins, key=lambda node: node.line)[:MOST_JOINS]
        ways = {join.id: _ways(process, before, join) for join in joins}
        for one, other in combinations(joins, 2):
            if _may_both_wait(process, after, _held(process, one, ways, other), _held(process, other, ways, one)):
                yield subject.tell("inclusive-mutual", one, name=one.name or one.id, other=other.name or other.id)


def _ways(process: Process, before: Graph, join: Node) -> Ways:
    ways: dict[str, set[str]] = {}
    behind = {name: [] if name == join.id else others for name, others in before.items()}
    for flow in _into(process, join):
        for name in reached(behind, [flow.source]):
            ways.setdefault(name, set()).add(flow.id)
    return {name: frozenset(flows) for name, flows in ways.items()}


def _held(process: Process, join: Node, ways: Mapping[str, Ways], other: Node) -> list[Flow]:
    """The flows on which a token at ``join`` would wait for one that waits at the ``other`` join."""
    awaited = ways[join.id].get(other.id, frozenset())
    return [flow for flow in _into(process, join) if flow.id not in awaited] if awaited else []


def _may_both_wait(process: Process, after: Graph, ones: list[Flow], others: list[Flow]) -> bool:
    """Whether two branches of a split lead to one flow of each, before they meet at any join."""
    if not (ones and others):
        return False
    splits = [process.nodes[n] for n in after if process.nodes[n].kind in SPLITS and len(process.nodes[n].outgoing) > 1]
    for split in splits:
        branches = [_flows(process, after, process.flows[name], split) for name in split.outgoing]
        for one, other in permutations(branches, 2):
            if any(flow.id in one for flow in ones) and any(flow.id in other for flow in others):
                return True
    return False


def _flows(process: Process, after: Graph, first: Flow, split: Node) -> set[str]:
    """The flows that a branch may take before it comes to a join."""
    passed = [n for n in until_joined(process, after, first.target, split.id) if n != split.id]
    on = [
        process.nodes[n] for n in passed if not (process.nodes[n].kind in SPLITS and len(process.nodes[n].incoming) > 1)
    ]
    return {first.id} | {flow for node in on for flow in node.outgoing}


def _into(process: Process, join: Node) -> list[Flow]:
    return [process.flows[name] for name in join.incoming]
