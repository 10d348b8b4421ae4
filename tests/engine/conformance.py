"""Random sound process models, and an independent simulator of the BPMN token game to judge the engine by.

The simulator plays on the drawn graph (nodes and flows) and knows nothing of SpiffWorkflow; only `Plan`
and its parts are shared by both. A model is sound by construction: blocks with one way in and one way out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from engine.package import Package
from tests.support import elements, extension, file_around, package, timer

BUDGET = 12
"""Blocks that a model has at most, about."""

End = tuple[str, str]
"""A loose end: the node it leaves and what is written on the flow."""


@dataclass
class Box:
    """A node as it is drawn. ``after`` is a timer's hours, ``inner`` a subprocess's own plan."""

    id: str
    kind: str
    outcomes: tuple[str, ...] = ("on",)
    after: int = 0
    inner: Plan | None = None
    items: int = 0
    sequential: bool = False
    collects: bool = True
    message: str = ""
    on: str = ""
    interrupts: bool = True
    repeats: int = 0


@dataclass
class Flow:
    """A sequence flow; ``said`` is a condition as (step, outcome), "default" or nothing."""

    source: str
    target: str
    said: str = ""


@dataclass
class Plan:
    """One scope: a process, a called process or the inside of a subprocess."""

    name: str
    boxes: dict[str, Box] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def leaving(self, node: str) -> list[Flow]:
        """The flows out of a node."""
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        """The flows into a node."""
        return [flow for flow in self.flows if flow.target == node]

    def timers_on(self, node: str) -> list[Box]:
        """The boundary events of an activity."""
        return [box for box in self.boxes.values() if box.on == node]

    def every_scope(self) -> Iterator[Plan]:
        """This scope and those inside it."""
        yield self
        for box in self.boxes.values():
            if box.inner is not None:
                yield from box.inner.every_scope()


class Generator:
    """A random sound model from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.left = self.random.randint(3, BUDGET)
        self.count = 0
        self.hours = list(range(1, 200))
        self.random.shuffle(self.hours)

    def model(self) -> Plan:
        """The whole process."""
        return self._scope("flow", depth=0)

    def _scope(self, name: str, depth: int) -> Plan:
        plan = Plan(name)
        ends: list[End] = [(self._box(plan, "startEvent").id, "")]
        if depth == 0:
            ends = self._step(plan, ends)
        for _ in range(self.random.randint(1, 3)):
            ends = self._block(plan, ends, depth, may_end=True)
        self._join(plan, ends, self._box(plan, "endEvent"))
        return plan

    def _block(self, plan: Plan, ends: list[End], depth: int, *, may_end: bool = False) -> list[End]:
        self.left -= 1
        if self.left < 0 or depth > 3:
            return self._step(plan, ends)
        kinds: dict[Callable[[Plan, list[End], int], list[End]], int] = {
            lambda plan, ends, _: self._step(plan, ends): 2,
            lambda plan, ends, _: self._wait(plan, ends): 1,
            lambda plan, ends, _: self._race(plan, ends): 1,
            lambda plan, ends, depth: self._sub(plan, ends, depth, may_end): 2,
            lambda plan, ends, _: self._items(plan, ends, may_end): 2,
            self._choice: 3,
            self._parallel: 4,
            self._loop: 4,
            self._talk: 1,
        }
        kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        return kind(plan, ends, depth)

    def _blocks(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        for _ in range(self.random.randint(1, 2)):
            ends = self._block(plan, ends, depth + 1)
        return ends

    def _step(self, plan: Plan, ends: list[End]) -> list[End]:
        return self._activity(plan, ends, self._box(plan, "userTask"))

    def _choice(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        outcomes = tuple("abc"[: self.random.randint(2, 3)])
        gateway = self._decided(plan, ends, outcomes)
        loose: list[End] = []
        for outcome in outcomes:
            way: list[End] = [self._way(plan, gateway, outcome, outcomes)]
            loose += way if self.random.random() < 0.2 else self._blocks(plan, way, depth)
        return loose if self.random.random() < 0.4 else self._merged(plan, loose, always=True)

    def _parallel(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        gateway = self._box(plan, "parallelGateway")
        self._join(plan, self._merged(plan, ends), gateway)
        for _ in range(self.random.choice((1, 1, 2))):  # twice: one gateway both joins and splits
            branches = [self._branch(plan, gateway, depth) for _ in range(self.random.randint(2, 3))]
            if self.random.random() < 0.2:  # a branch that parts again, all of it meeting at the one join
                fork = self._box(plan, "parallelGateway")
                self._join(plan, self._plain_step(plan, [(gateway.id, "")]), fork)
                branches += [self._branch(plan, fork, depth), self._branch(plan, fork, depth)]
            gateway = self._box(plan, "parallelGateway")
            for branch in branches:
                self._join(plan, branch, gateway)
        return [(gateway.id, "")]

    def _branch(self, plan: Plan, gateway: Box, depth: int) -> list[End]:
        way: list[End] = [(gateway.id, "")]
        return way if self.random.random() < 0.1 else self._merged(plan, self._blocks(plan, way, depth))

    def _loop(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        """A body, then a decision that may send it back: to a gateway, or straight to the first step."""
        if self.random.random() < 0.5:
            head = self._box(plan, "exclusiveGateway")
            self._join(plan, ends, head)
            body: list[End] = [(head.id, "")]
        else:
            head = self._box(plan, "userTask")
            body = self._activity(plan, ends, head)
        outcomes = ("on", "again")
        gateway = self._decided(plan, self._blocks(plan, body, depth), outcomes)
        self._join(plan, [self._way(plan, gateway, "again", outcomes)], head)
        return [self._way(plan, gateway, "on", outcomes)]

    def _sub(self, plan: Plan, ends: list[End], depth: int, may_end: bool) -> list[End]:
        kind = self.random.choice(("subProcess", "callActivity"))
        box = self._box(plan, kind)
        box.inner = self._scope(f"{box.id}_called" if kind == "callActivity" else box.id, depth + 1)
        return self._activity(plan, ends, box, may_end)

    def _items(self, plan: Plan, ends: list[End], may_end: bool) -> list[End]:
        box = self._box(plan, "userTask")
        box.items, box.sequential = self.random.randint(1, 3), self.random.random() < 0.5
        box.collects = self.random.random() < 0.8
        if self.random.random() < 0.7:
            table = self._box(plan, "businessRuleTask")
            table.id, table.items = plan.boxes.pop(table.id).id.replace("n", "list_"), box.items
            plan.boxes[table.id] = table
            box.message = table.id
            self._join(plan, ends, table)
            ends = [(table.id, "")]
        return self._activity(plan, ends, box, may_end)

    def _wait(self, plan: Plan, ends: list[End]) -> list[End]:
        box = self._box(plan, "intermediateCatchEvent")
        box.after = self.hours.pop()
        self._join(plan, ends, box)
        return [(box.id, "")]

    def _race(self, plan: Plan, ends: list[End], message: str = "") -> list[End]:
        """A step, then an event gateway: the first of two or three timers, or a message, decides the way."""
        gateway = self._box(plan, "eventBasedGateway")
        step = self._box(plan, "userTask")
        self._join(plan, ends, step)
        self._join(plan, [(step.id, "")], gateway)
        loose: list[End] = []
        for number in range(self.random.randint(2, 3)):
            event = self._box(plan, "intermediateCatchEvent")
            if message and number == 0:
                event.message = message
            else:
                event.after = self.hours.pop()
            self._join(plan, [(gateway.id, "")], event)
            loose += self._step(plan, [(event.id, "")])
        return self._merged(plan, loose)

    def _talk(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        """Two branches, one of which may send the other a message; if that does not wait yet, it is lost."""
        split, join = self._box(plan, "parallelGateway"), self._box(plan, "parallelGateway")
        message = f"m_{split.id}"
        self._join(plan, self._merged(plan, ends), split)
        self._join(plan, self._race(plan, [(split.id, "")], message), join)
        step, throw = self._box(plan, "userTask"), self._box(plan, "intermediateThrowEvent")
        throw.message = message
        self._join(plan, [(split.id, "")], step)
        self._join(plan, [(step.id, "")], throw)
        self._join(plan, [(throw.id, "")], join)
        return [(join.id, "")]

    def _activity(self, plan: Plan, ends: list[End], box: Box, may_end: bool = False) -> list[End]:
        """An activity with boundary timers on it, sometimes."""
        self._join(plan, ends, box)
        loose: list[End] = [(box.id, "")]
        chance = 0.15 if box.inner is None and not box.items else 0.5
        if self.random.random() < chance:
            loose += self._interrupted(plan, box, may_end)
        if self.random.random() < chance:
            reminder = self._boundary(plan, box, interrupts=False)
            reminder.repeats = self.random.choice((0, 0, 2, 3))
            handled = self._plain_step(plan, [(reminder.id, "")]) if self.random.random() < 0.8 else [(reminder.id, "")]
            self._join(plan, handled, self._box(plan, "endEvent"))
        return loose

    def _interrupted(self, plan: Plan, box: Box, may_end: bool) -> list[End]:
        loose: list[End] = []
        for _ in range(self.random.choice((1, 1, 2))):
            event = self._boundary(plan, box, interrupts=True)
            way: list[End] = [(event.id, "")]
            if self.random.random() < 0.7:
                way = self._plain_step(plan, way)
            where = self.random.random()
            if may_end and where < 0.3:
                self._join(plan, way, self._box(plan, "endEvent"))
            elif where < 0.5 and way[0][0] != event.id:
                self._join(plan, way, box)
            else:
                loose += way
        return loose

    def _boundary(self, plan: Plan, box: Box, *, interrupts: bool) -> Box:
        event = self._box(plan, "boundaryEvent")
        event.on, event.interrupts, event.after = box.id, interrupts, self.hours.pop()
        return event

    def _plain_step(self, plan: Plan, ends: list[End]) -> list[End]:
        step = self._box(plan, "userTask")
        self._join(plan, ends, step)
        return [(step.id, "")]

    def _decided(self, plan: Plan, ends: list[End], outcomes: tuple[str, ...]) -> Box:
        step, gateway = self._box(plan, "userTask"), self._box(plan, "exclusiveGateway")
        step.outcomes = outcomes
        gateway.message = step.id
        self._join(plan, ends, step)
        self._join(plan, [(step.id, "")], gateway)
        return gateway

    def _way(self, plan: Plan, gateway: Box, outcome: str, outcomes: tuple[str, ...]) -> End:
        condition = f'{gateway.message}.outcome = "{outcome}"'
        return gateway.id, "default" if outcome == outcomes[0] else condition

    def _merged(self, plan: Plan, ends: list[End], *, always: bool = False) -> list[End]:
        """One end instead of several, by a gateway; an AND gateway must not see alternatives as branches."""
        if len(ends) == 1 and not always:
            return ends
        gateway = self._box(plan, "exclusiveGateway")
        self._join(plan, ends, gateway)
        return [(gateway.id, "")]

    def _box(self, plan: Plan, kind: str) -> Box:
        self.count += 1
        box = Box(f"n{self.count}", kind)
        plan.boxes[box.id] = box
        return box

    def _join(self, plan: Plan, ends: list[End], box: Box) -> None:
        plan.flows += [Flow(source, box.id, said) for source, said in ends]


# The model as a file.


def package_of(plan: Plan) -> Package:
    """The package that holds the model's diagram."""
    scopes = list(plan.every_scope())
    called = [box.inner for scope in scopes for box in scope.boxes.values() if box.kind == "callActivity"]
    processes = "".join(
        f'<process id="{scope.name}" isExecutable="true">{_elements(scope)}</process>' for scope in called if scope
    )
    names = sorted({box.message for scope in scopes for box in scope.boxes.values() if _sends_or_waits(box)})
    messages = "".join(f'<message id="{name}" name="{name}"/>' for name in names)
    return package(file_around(_elements(plan), processes + messages))


def _sends_or_waits(box: Box) -> bool:
    return bool(box.message) and box.kind in ("intermediateCatchEvent", "intermediateThrowEvent")


def _elements(plan: Plan) -> str:
    return elements(
        {box.id: box.kind for box in plan.boxes.values()},
        [f"{flow.source} {flow.target}" + (f" | {flow.said}" if flow.said else "") for flow in plan.flows],
        inside={box.id: _inside(box) for box in plan.boxes.values()},
        attributes={box.id: _attributes(box) for box in plan.boxes.values()},
        prefix=f"{plan.name}_f",
    )


def _attributes(box: Box) -> str:
    if box.on:
        return f'attachedToRef="{box.on}" cancelActivity="{str(box.interrupts).lower()}"'
    return f'calledElement="{box.id}_called"' if box.kind == "callActivity" else ""


def _inside(box: Box) -> str:
    if box.repeats:
        return timer(f"R{box.repeats}/PT{box.after}H", "timeCycle")
    if box.after:
        return timer(f"PT{box.after}H")
    if _sends_or_waits(box):
        return f'<messageEventDefinition messageRef="{box.message}"/>'
    if box.kind == "businessRuleTask":
        return extension(f"<spiffworkflow:calledDecisionId>list_of_{box.items}</spiffworkflow:calledDecisionId>")
    if box.kind == "subProcess" and box.inner is not None:
        return _elements(box.inner)
    return _repeated(box) if box.items else ""


def _repeated(box: Box) -> str:
    """Repeated for each entry of a table's list, or a number of times; the answers are collected."""
    source = (
        f"<loopDataInputRef>{box.message}</loopDataInputRef>"
        if box.message
        else f"<loopCardinality>{box.items}</loopCardinality>"
    )
    item = f'<inputDataItem id="{box.id}_item"/>' if box.message else ""
    kept = f"<loopDataOutputRef>{box.id}_all</loopDataOutputRef>" if box.collects else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(box.sequential).lower()}">{source}'
        f"{kept}{item}</multiInstanceLoopCharacteristics>"
    )


# The token game.

Known = Mapping[str, tuple[int, Any]]
"""What a token knows: the value of each name and when it was written."""


@dataclass(eq=False)
class Scope:
    """A running scope: tokens that wait before AND gateways, activities at work, and what its ends brought."""

    plan: Plan
    owner: Work | None
    tokens: dict[int, list[Known]] = field(default_factory=dict)
    works: list[Work] = field(default_factory=list)
    brought: list[Known] = field(default_factory=list)


@dataclass(eq=False)
class Work:
    """An activity or event that holds a token. ``open`` are the items of a person's step that wait."""

    box: Box
    scope: Scope
    known: Known
    dues: dict[str, datetime] = field(default_factory=dict)
    fired: Counter[str] = field(default_factory=Counter)
    open: list[int | None] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    answers: dict[int | None, Any] = field(default_factory=dict)
    inside: Scope | None = None


def newest(tokens: list[Known]) -> Known:
    """What several tokens know together: of each name the latest value."""
    merged: dict[str, tuple[int, Any]] = {}
    for token in tokens:
        for name, entry in token.items():
            if name not in merged or entry[0] > merged[name][0]:
                merged[name] = entry
    return merged


class Simulator:
    """The BPMN token game on a plan."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.now = now
        self.clock = 0
        self.completed = False
        self.known: Known = {}
        self.arrivals: list[tuple[Scope, int, Known]] = []
        self.root = Scope(plan, None)
        self._begin(self.root, {})
        self._settle()

    @property
    def open(self) -> Counter[tuple[str, int | None]]:
        """The steps that wait for a person, with their item."""
        return Counter((work.box.id, item) for work in self._works() for item in work.open)

    @property
    def dues(self) -> list[datetime]:
        """When its timers are due, earliest first."""
        return sorted(due for work in self._works() for due in work.dues.values())

    def knows(self) -> list[tuple[str, int | None, dict[str, Any]]]:
        """What each open step starts from, sorted."""
        rows = [(work.box.id, item, _plain(work)) for work in self._works() for item in work.open]
        return sorted(rows, key=repr)

    def outcome(self, random: Random, step: str) -> str:
        """One of the outcomes of a step, going on more often than back."""
        outcomes = next(work.box.outcomes for work in self._works() if work.box.id == step)
        return outcomes[0] if random.random() < 0.4 else random.choice(outcomes)

    def complete(self, step: str, item: int | None, outcome: str, number: int) -> None:
        """A person answers an open step, of several alike that with the oldest data; then what is overdue happens."""
        waiting = [work for work in self._works() if work.box.id == step and item in work.open]
        work = min(waiting, key=lambda work: repr(sorted(_plain(work).items())))
        work.open.remove(item)
        self.clock += 1
        answer = {"outcome": outcome, "number": number}
        work.answers[item] = answer
        if work.left:
            work.open.append(work.left.pop(0))
        if not work.open:
            collected = [work.answers[key] for key in sorted(work.answers, key=str)]
            name, value = (f"{step}_all", collected) if work.box.items and work.box.collects else (step, answer)
            self._leave(work, {**work.known, name: (self.clock, value)})
        self.tick()

    def tick(self) -> None:
        """Time has passed: timers go off in the order in which they are due."""
        self._settle()
        while not self.completed and (due := self._overdue()):
            self._fire(*due)
            self._settle()

    def _overdue(self) -> tuple[Work, str] | None:
        due = [(when, n, work, name) for n, work in enumerate(self._works()) for name, when in work.dues.items()]
        first = min(due, key=lambda entry: entry[:2], default=None)
        return (first[2], first[3]) if first and first[0] <= self.now else None

    def _fire(self, work: Work, name: str) -> None:
        plan = work.scope.plan
        event = plan.boxes[name]
        due = work.dues.pop(name)
        work.fired[name] += 1
        if work.fired[name] < event.repeats:
            while due <= self.now:  # what was missed is made up for once
                due += timedelta(hours=event.after)
            work.dues[name] = due
        if not event.on or event.interrupts:
            work.scope.works.remove(work)
        self._emit(work.scope, plan.leaving(name)[0], work.known)

    def _works(self) -> Iterator[Work]:
        yield from self._works_in(self.root)

    def _works_in(self, scope: Scope) -> Iterator[Work]:
        for work in scope.works:
            yield work
            if work.inside is not None:
                yield from self._works_in(work.inside)

    def _begin(self, scope: Scope, known: Known) -> None:
        start = next(box.id for box in scope.plan.boxes.values() if box.kind == "startEvent")
        self._emit(scope, scope.plan.leaving(start)[0], known)

    def _emit(self, scope: Scope, flow: Flow, known: Known) -> None:
        self.arrivals.append((scope, next(n for n, f in enumerate(scope.plan.flows) if f is flow), known))

    def _settle(self) -> None:
        """Move tokens until every one waits, and end the scopes that have none left."""
        while self.arrivals or self._end_a_scope():
            if self.arrivals:
                scope, number, known = self.arrivals.pop(0)
                self._arrive(scope, number, known)

    def _end_a_scope(self) -> bool:
        done = next(
            (w for w in self._works() if w.inside and not w.inside.works and not any(w.inside.tokens.values())), None
        )
        if done is not None and done.inside is not None:
            self._leave(done, newest(done.inside.brought))
            return True
        if not self.completed and not self.root.works and not any(self.root.tokens.values()):
            self.completed, self.known = True, newest(self.root.brought)
        return False

    def _leave(self, work: Work, known: Known) -> None:
        work.scope.works.remove(work)
        self._emit(work.scope, work.scope.plan.leaving(work.box.id)[0], known)

    def _arrive(self, scope: Scope, number: int, known: Known) -> None:
        box = scope.plan.boxes[scope.plan.flows[number].target]
        match box.kind:
            case "endEvent":
                scope.brought.append(known)
            case "exclusiveGateway":
                self._emit(scope, _chosen(scope.plan, box, known), known)
            case "parallelGateway":
                self._meet(scope, box, number, known)
            case "businessRuleTask":
                self.clock += 1
                names = [f"item {n}" for n in range(box.items)]
                self._emit(scope, scope.plan.leaving(box.id)[0], {**known, box.id: (self.clock, names)})
            case "intermediateThrowEvent":
                self._send(box.message)
                self._emit(scope, scope.plan.leaving(box.id)[0], known)
            case _:
                self._work(scope, box, known)

    def _meet(self, scope: Scope, box: Box, number: int, known: Known) -> None:
        """An AND gateway takes one token from each flow into it, when each has one."""
        scope.tokens.setdefault(number, []).append(known)
        flows = [n for n, flow in enumerate(scope.plan.flows) if flow.target == box.id]
        if all(scope.tokens.get(n) for n in flows):
            together = newest([scope.tokens[n].pop(0) for n in flows])
            for flow in scope.plan.leaving(box.id):
                self._emit(scope, flow, together)

    def _send(self, message: str) -> None:
        for work in list(self._works()):
            plan = work.scope.plan
            targets = [plan.boxes[f.target] for f in plan.leaving(work.box.id)]
            caught = next((box for box in targets if box.message == message), None)
            if work.box.kind == "eventBasedGateway" and caught is not None:
                work.scope.works.remove(work)
                self._emit(work.scope, plan.leaving(caught.id)[0], work.known)

    def _work(self, scope: Scope, box: Box, known: Known) -> None:
        work = Work(box, scope, known)
        scope.works.append(work)
        timers = scope.plan.timers_on(box.id)
        if box.kind == "eventBasedGateway":
            timers = [scope.plan.boxes[f.target] for f in scope.plan.leaving(box.id)]
        elif box.kind == "intermediateCatchEvent":
            timers = [box]
        work.dues = {event.id: self.now + timedelta(hours=event.after) for event in timers if event.after}
        if box.kind == "userTask":
            items: list[Any] = list(range(box.items)) if box.items else [None]
            work.open, work.left = (items[:1], items[1:]) if box.sequential else (items, [])
        elif box.inner is not None:
            work.inside = Scope(box.inner, work)
            self._begin(work.inside, known)


def _chosen(plan: Plan, box: Box, known: Known) -> Flow:
    flows = plan.leaving(box.id)
    if not box.message:
        return flows[0]
    outcome = known[box.message][1]["outcome"]
    default = next(flow for flow in flows if flow.said == "default")
    return next((flow for flow in flows if flow.said.endswith(f'"{outcome}"')), default)


def _plain(work: Work) -> dict[str, Any]:
    return {name: value for name, (_, value) in sorted(work.known.items())}
