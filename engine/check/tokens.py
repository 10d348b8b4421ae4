"""What goes round, what meets, and what would never stop."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import PERSON_KINDS, Node, Process
from engine.check.graph import Graph, following, levels, loops, reverse
from engine.check.subject import Subject
from engine.problems import Problem

WAITING = PERSON_KINDS | {"receiveTask", "intermediateCatchEvent", "eventBasedGateway"}
SPLITS = frozenset({"parallelGateway", "inclusiveGateway"})
MOST_DOUBLINGS = 5
MOST_MEETINGS = 20


def check_tokens(subject: Subject) -> Iterator[Problem]:
    """All findings about loops, and paths that meet without a join."""
    patient = waiting(subject)
    for process in subject.diagram.processes:
        for level in levels(process):
            after = following(process, level)
            yield from _automatic_loops(subject, process, after, patient)
            yield from _meetings(subject, process, after)
    yield from _recursion(subject)


def _automatic_loops(
    subject: Subject, process: Process, after: Graph, patient: set[tuple[str, str]]
) -> Iterator[Problem]:
    """Loops in which nobody and nothing is waited for would run for ever, or until they are stopped."""
    automatic = {
        name: [other for other in others if (process.id, other) not in patient]
        for name, others in after.items()
        if (process.id, name) not in patient
    }
    for found in loops(automatic):
        first = min((process.nodes[n] for n in found), key=lambda n: (n.line, n.id))
        yield subject.tell("loop-automatic", first, name=first.name or first.id)


def waiting(subject: Subject) -> set[tuple[str, str]]:
    """Process and id of each node that waits for a person, a time or a message.

    Of a subprocess or called process, some node in it waits; of a process that is not here it may be so.
    """
    callers: dict[str, list[tuple[Process, Node]]] = {}
    todo = []
    for process in subject.processes():
        for node in process.nodes.values():
            called = subject.called(node.attributes.get("calledElement"))
            if node.kind == "callActivity" and called is not None:
                callers.setdefault(called.id, []).append((process, node))
            elif node.kind in WAITING or node.kind == "callActivity":
                todo.append((process, node))
    found: set[tuple[str, str]] = set()
    while todo:
        process, node = todo.pop()
        if (process.id, node.id) not in found:
            found.add((process.id, node.id))
            holder = process.nodes.get(node.parent)
            todo += callers.get(process.id, []) if holder is None else [(process, holder)]
    return found


def _meetings(subject: Subject, process: Process, after: Graph) -> Iterator[Problem]:
    """Nodes where paths of one parallel split meet without a join: what follows would run once for each."""
    met: dict[str, str] = {}
    before = reverse(after)
    for name in after:
        split = process.nodes[name]
        if split.kind in SPLITS and len(split.outgoing) > 1 and len(met) < MOST_MEETINGS:
            for meeting in _unjoined(process, after, before, split):
                met.setdefault(meeting, name)
    for meeting, name in met.items():
        node, split = process.nodes[meeting], process.nodes[name]
        yield subject.tell("paths-meet", node, name=node.name or meeting, split=split.name or name)
    if len(met) > MOST_DOUBLINGS:
        node = process.nodes[next(iter(met))]
        yield subject.tell("paths-multiply", node, number=2 ** len(met))


def _unjoined(process: Process, after: Graph, before: Graph, split: Node) -> Iterator[str]:
    """Where two branches of a split first come together at something that is not a join."""
    starts = [process.flows[f].target for f in split.outgoing if process.flows[f].target in after]
    branches = [until_joined(process, after, start, split.id) for start in starts]
    for name in dict.fromkeys(name for branch in branches for name in branch):
        node = process.nodes[name]
        if node.kind in SPLITS | {"endEvent"} or len(node.incoming) < 2 or name == split.id:
            continue
        if sum(name in branch for branch in branches) < 2:
            continue
        entrances = {frozenset(i for i, b in enumerate(branches) if p in b) for p in before[name]}
        if len(entrances) > 1 or name in starts:
            yield name


def until_joined(process: Process, after: Graph, start: str, split: str) -> set[str]:
    """What a branch reaches before it comes to a join or back to its split."""
    found = {start}
    todo = [start]
    while todo:
        name = todo.pop()
        node = process.nodes[name]
        if name == split or (node.kind in SPLITS and len(node.incoming) > 1):
            continue
        new = [n for n in after[name] if n not in found]
        found.update(new)
        todo += new
    return found


def _recursion(subject: Subject) -> Iterator[Problem]:
    """Processes that call themselves, directly or through others."""
    processes = {p.id: p for p in subject.processes() if p.id}
    calls = {
        p.id: [c for n in p.nodes.values() if (c := n.attributes.get("calledElement", "")) in processes]
        for p in processes.values()
    }
    for found in loops(calls):
        for name in sorted(found):
            process = processes[name]
            if process not in subject.diagram.processes:
                continue
            caller = next(n for n in process.nodes.values() if n.attributes.get("calledElement") in found)
            yield subject.tell("call-recursion", caller, name=caller.attributes["calledElement"])
