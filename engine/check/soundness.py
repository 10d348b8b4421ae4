"""Joins that wait for ever: the token game played on the drawing, with every choice taken both ways.

Conditions are not known here, so a choice may go any way it is drawn; what is found can happen unless the
data rule it out. Moves that cannot get in each other's way are played in one order only, which finds the
same ends (stubborn sets, Valmari 1988).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations

from engine.bpmn.model import Node, Process
from engine.check.graph import following, levels, reached
from engine.check.subject import Subject
from engine.problems import Problem

MOST_VISITS = 40_000
"""Flows, nodes and ways out of choices looked at in one file; beyond that nothing is claimed but what was seen."""
MOST_ON_A_FLOW = 3
"""Tokens on one flow; a drawing that piles up more is told of as paths that multiply."""
MOST_SUBSETS = 4
"""Ways out of an inclusive gateway that are tried in every combination; of more, each alone and all together."""
ENDS_ALL = frozenset({"terminate", "error"})

Marking = frozenset[tuple[str, int]]
"""How many tokens lie on each flow that has any."""


def check_soundness(subject: Subject) -> Iterator[Problem]:
    """All findings about parallel gateways that can, or must, wait for ever."""
    visits = 0
    for process in subject.diagram.processes:
        for level in levels(process):
            game = Game(process, following(process, level), visits)
            if (start := _start(process, level)) is not None:
                game.play(start)
            visits = game.visits
            yield from _told(subject, game)


def _start(process: Process, level: str) -> Node | None:
    """Where the game begins; None where another finding says why there is nothing to play."""
    nodes = process.inside(level)
    starts = [n for n in nodes if n.kind == "startEvent"]
    dangling = any(f.target not in process.nodes for f in process.flows.values())
    return starts[0] if len(starts) == 1 and not dangling else None


def _told(subject: Subject, game: Game) -> Iterator[Problem]:
    for name, missing in game.starving.items():
        join = game.process.nodes[name]
        code = "join-waits" if game.ends or not game.complete else "join-never"
        yield subject.tell(code, join, name=join.name or name, missing=sorted(game.named(missing)))


@dataclass
class Game:
    """What the game on one level has shown: joins that starve and the flows they wait for, and whether it can end.

    ``visits`` counts the flows and nodes looked at so far in the whole file.
    """

    process: Process
    after: dict[str, list[str]]
    visits: int = 0
    starving: dict[str, set[str]] = field(default_factory=dict)
    ends: bool = False
    complete: bool = True
    known: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def play(self, start: Node) -> None:
        """Look at every marking that can follow from the start."""
        first = _marking(Counter(start.outgoing))
        seen, todo = {first}, [first]
        while todo and self.visits < MOST_VISITS:
            for reachable in self._after(todo.pop()):
                if any(count > MOST_ON_A_FLOW for _, count in reachable):
                    self.complete = False
                elif reachable not in seen:
                    seen.add(reachable)
                    todo.append(reachable)
        self.complete = self.complete and not todo

    def named(self, flows: set[str]) -> set[str]:
        """Where these flows come from, as people know it."""
        sources = [self.process.nodes[self.process.flows[f].source] for f in flows]
        return {node.name or node.id for node in sources}

    def _after(self, marking: Marking) -> list[Marking]:
        tokens = Counter(dict(marking))
        self.visits += len(tokens)
        node = self._moving(tokens)
        if node is None:
            self._note_end(tokens)
            return []
        if node.kind == "endEvent" and any(e.kind in ENDS_ALL for e in node.events):
            self.ends = True
            return []
        left, ways = tokens - Counter(self._taken(node, tokens)), self._ways(node)
        self.visits += len(ways) * len(tokens)
        return [_marking(left + Counter(way)) for way in ways]

    def _moving(self, tokens: Counter[str]) -> Node | None:
        """A node that can move; an inclusive join waits until nothing else can."""
        nodes = [self.process.nodes[self.process.flows[f].target] for f in sorted(tokens)]
        able = [n for n in nodes if n.kind != "parallelGateway" or all(tokens[f] for f in n.incoming)]
        free = (n for n in able if n.kind != "inclusiveGateway" or self._awaits_nothing(n, tokens))
        return next(free, next(iter(able), None))

    def _awaits_nothing(self, join: Node, tokens: Counter[str]) -> bool:
        """Whether no token elsewhere can still come to an empty flow into an inclusive join, and to no other."""
        held = {flow for flow in join.incoming if tokens[flow]}
        coming = [self._entrances(flow, join) for flow in tokens if flow not in held]
        return all(not (entrances - held) or entrances & held for entrances in coming)

    def _entrances(self, flow: str, join: Node) -> set[str]:
        """The flows into a join that a token on a flow can come to without passing through it."""
        if (flow, join.id) not in self.known:
            behind = reached(self.after | {join.id: []}, [self.process.flows[flow].target])
            self.visits += len(behind)
            self.known[flow, join.id] = {f for f in join.incoming if self.process.flows[f].source in behind}
        return self.known[flow, join.id]

    def _taken(self, node: Node, tokens: Counter[str]) -> list[str]:
        arrived = [f for f in node.incoming if tokens[f]]
        return arrived if node.kind in ("parallelGateway", "inclusiveGateway") else arrived[:1]

    def _ways(self, node: Node) -> list[tuple[str, ...]]:
        """The flows that may get a token when a node moves, in each way it can."""
        if node.kind in ("exclusiveGateway", "eventBasedGateway"):
            return [(flow,) for flow in node.outgoing] or [()]
        if node.kind == "inclusiveGateway":
            return _subsets(node.outgoing)
        ways = [node.outgoing]
        for event in self.process.attached(node.id):
            beside = event.attributes.get("cancelActivity") == "false"
            ways.append((*(node.outgoing if beside else ()), *event.outgoing))
        return ways

    def _note_end(self, tokens: Counter[str]) -> None:
        self.ends |= not tokens
        for flow in sorted(tokens):
            join = self.process.nodes[self.process.flows[flow].target]
            self.starving.setdefault(join.id, set()).update(f for f in join.incoming if not tokens[f])


def _subsets(flows: tuple[str, ...]) -> list[tuple[str, ...]]:
    if len(flows) > MOST_SUBSETS:
        return [*((flow,) for flow in flows), flows]
    return list(chain.from_iterable(combinations(flows, size) for size in range(1, len(flows) + 1))) or [()]


def _marking(tokens: Counter[str]) -> Marking:
    return frozenset(tokens.items())
