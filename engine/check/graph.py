"""Paths through a process: what is reached from where, and what goes round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.bpmn.model import Process

Graph = Mapping[str, Collection[str]]


def following(process: Process, parent: str) -> dict[str, list[str]]:
    """Which nodes come after each node of one level; a boundary event comes after what it is attached to."""
    level = {n.id: n for n in process.inside(parent)}
    after: dict[str, list[str]] = {name: [] for name in level}
    for flow in process.flows.values():
        if flow.source in level and flow.target in level and flow.parent == parent:
            after[flow.source].append(flow.target)
    for node in level.values():
        if node.attached_to in level and node.attached_to is not None:
            after[node.attached_to].append(node.id)
    return after


def levels(process: Process) -> list[str]:
    """The process and its subprocesses, by id."""
    return list(dict.fromkeys([process.id, *(n.parent for n in process.nodes.values())]))


def reached(graph: Graph, starts: Iterable[str]) -> set[str]:
    """The starts and everything that can be reached from them."""
    seen = set(starts)
    todo = list(seen)
    while todo:
        for name in graph.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def reverse(graph: Graph) -> dict[str, list[str]]:
    """The same graph with every arrow turned round."""
    before: dict[str, list[str]] = {name: [] for name in graph}
    for name, others in graph.items():
        for other in others:
            before.setdefault(other, []).append(name)
    return before


def loops(graph: Graph) -> list[set[str]]:
    """The largest sets of nodes that can all reach each other (a node alone counts if it leads to itself)."""
    order = finished_first(graph)
    before = reverse(graph)
    seen: set[str] = set()
    found = []
    for name in reversed(order):
        if name in seen:
            continue
        component = _unseen(before, name, seen)
        if len(component) > 1 or name in graph.get(name, ()):
            found.append(component)
    return found


def _unseen(graph: Graph, start: str, seen: set[str]) -> set[str]:
    """What is reached from ``start`` without what was seen; it counts as seen from now on."""
    found = {start}
    seen.add(start)
    todo = [start]
    while todo:
        for name in graph.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                found.add(name)
                todo.append(name)
    return found


def finished_first(graph: Graph) -> list[str]:
    """All nodes, each after those that are reached from it (depth first, without recursion)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(graph[start]))]
        while stack:
            name, others = stack[-1]
            following_one = next((o for o in others if o not in seen and o in graph), None)
            if following_one is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(following_one)
                stack.append((following_one, iter(graph[following_one])))
    return order
