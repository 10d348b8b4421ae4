"""The BPMN token game on a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.engine.conformance.plan import Box, Flow, Plan

Known = Mapping[str, tuple[int, Any]]
"""What a token knows: the value of each name and when it was written."""


Path = tuple[Any, ...]
"""Which of the repeated activities around and at a step is meant: their items' keys, outermost first."""


@dataclass(eq=False)
class Scope:
    """A running scope: tokens that wait before gateways, activities at work, and what its ends brought."""

    plan: Plan
    began: Known
    path: Path = ()
    tokens: dict[int, list[Known]] = field(default_factory=dict)
    works: list[Work] = field(default_factory=list)
    brought: list[Known] = field(default_factory=list)


@dataclass(eq=False)
class Work:
    """An activity or event that holds a token.

    ``open`` are the items of a person's step that wait, ``insides`` those of a subprocess that run, ``left`` those
    that are still to come, ``done`` what the others brought, in the order in which they were done. What is not
    repeated has one item, None.
    """

    box: Box
    scope: Scope
    known: Known
    dues: dict[str, datetime] = field(default_factory=dict)
    fired: Counter[str] = field(default_factory=Counter)
    open: list[Any] = field(default_factory=list)
    insides: dict[Any, Scope] = field(default_factory=dict)
    left: list[Any] = field(default_factory=list)
    done: list[tuple[Any, Known]] = field(default_factory=list)

    def path(self, item: Any) -> Path:
        """How one of its items is called."""
        return self.scope.path if self.box.items is None else (*self.scope.path, item)

    def given(self, item: Any) -> Known:
        """What one of its items starts from."""
        if self.box.items is None or not self.box.message:
            return self.known
        stamp, entries = self.known[self.box.message]
        return {**self.known, f"{self.box.id}_item": (stamp, entries[item])}


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
        self.root = Scope(plan, {})
        self._begin(self.root)
        self._settle()

    @property
    def open(self) -> Counter[tuple[str, Path]]:
        """The steps that wait for a person, with their items."""
        return Counter((work.box.id, work.path(item)) for work in self._works() for item in work.open)

    @property
    def dues(self) -> list[datetime]:
        """When its timers are due, earliest first."""
        return sorted(due for work in self._works() for due in work.dues.values())

    def knows(self) -> list[tuple[str, Path, dict[str, Any]]]:
        """What each open step starts from, sorted."""
        waiting = ((work, item) for work in self._works() for item in work.open)
        return sorted(((work.box.id, work.path(item), _plain(work.given(item))) for work, item in waiting), key=repr)

    def outcome(self, random: Random, step: str) -> str:
        """One of the outcomes of a step, going on more often than back."""
        outcomes = next(work.box.outcomes for work in self._works() if work.box.id == step)
        return outcomes[0] if random.random() < 0.4 else random.choice(outcomes)

    def complete(self, step: str, path: Path, outcome: str, number: int) -> None:
        """A person answers an open step, of several alike that with the oldest data; then what is overdue happens."""
        waiting = [(w, item) for w in self._works() for item in w.open if (w.box.id, w.path(item)) == (step, path)]
        work, item = min(waiting, key=lambda one: repr(sorted(_plain(one[0].given(one[1])).items())))
        work.open.remove(item)
        self.clock += 1
        self._done(work, item, {step: (self.clock, {"outcome": outcome, "number": number})})
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
        self._happen(work, event)

    def _works(self) -> Iterator[Work]:
        yield from self._works_in(self.root)

    def _works_in(self, scope: Scope) -> Iterator[Work]:
        for work in scope.works:
            yield work
            for inside in work.insides.values():
                yield from self._works_in(inside)

    def _begin(self, scope: Scope) -> None:
        start = next(box.id for box in scope.plan.boxes.values() if box.kind == "startEvent")
        self._emit(scope, scope.plan.leaving(start)[0], scope.began)

    def _emit(self, scope: Scope, flow: Flow, known: Known) -> None:
        self.arrivals.append((scope, next(n for n, f in enumerate(scope.plan.flows) if f is flow), known))

    def _settle(self) -> None:
        """Move tokens until every one waits, and end the scopes that have none left."""
        while self.arrivals or self._join_inclusively() or self._end_a_scope():
            if self.arrivals:
                scope, number, known = self.arrivals.pop(0)
                if any(scope is other for other in self._scopes()):  # else it was called off meanwhile
                    self._arrive(scope, number, known)

    def _end_a_scope(self) -> bool:
        done = next(((w, i, s) for w in self._works() for i, s in w.insides.items() if _is_over(s)), None)
        if done is not None:
            work, item, inside = done
            del work.insides[item]
            after, before = newest(inside.brought), inside.began
            self._done(work, item, {name: value for name, value in after.items() if before.get(name) != value})
            return True
        if not self.completed and _is_over(self.root):
            self.completed, self.known = True, newest(self.root.brought)
        return False

    def _done(self, work: Work, item: Any, brought: Known) -> None:
        """An item of an activity is done: with the last one, or when it is enough, a token leaves."""
        work.done.append((item, brought))
        if _is_enough(work):
            work.open, work.left, work.insides = [], [], {}
        elif work.left:
            self._start(work, work.left.pop(0))
        if not work.open and not work.insides:
            self._leave(work)

    def _leave(self, work: Work) -> None:
        work.scope.works.remove(work)
        result = {name: value for _, brought in work.done for name, value in brought.items()}
        if work.box.items is not None:
            self.clock += 1
            values = {f"{work.box.id}_all": _collection(work)} if work.box.collects else _values(result)
            result = {name: (self.clock, value) for name, value in values.items()}
        self._emit(work.scope, work.scope.plan.leaving(work.box.id)[0], {**work.known, **result})

    def _start(self, work: Work, item: Any) -> None:
        if work.box.inner is None:
            work.open.append(item)
        else:
            work.insides[item] = Scope(work.box.inner, work.given(item), work.path(item))
            self._begin(work.insides[item])

    def _arrive(self, scope: Scope, number: int, known: Known) -> None:
        box = scope.plan.boxes[scope.plan.flows[number].target]
        match box.kind:
            case "endEvent":
                scope.brought.append(known)
                self._throw(scope, box)
            case "exclusiveGateway":
                self._emit(scope, _chosen(scope.plan, box, known), known)
            case "inclusiveGateway" if len(scope.plan.entering(box.id)) == 1:
                self._split(scope, box, known)
            case "inclusiveGateway":
                scope.tokens.setdefault(number, []).append(known)
            case "parallelGateway":
                self._meet(scope, box, number, known)
            case "businessRuleTask":
                self.clock += 1
                answer = entries(box.items or 0, mapped=box.mapped)
                self._emit(scope, scope.plan.leaving(box.id)[0], {**known, box.id: (self.clock, answer)})
            case "intermediateThrowEvent":
                self._throw(scope, box)
                self._emit(scope, scope.plan.leaving(box.id)[0], known)
            case "intermediateCatchEvent" if not box.after:
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

    def _join_inclusively(self) -> bool:
        """An OR gateway takes a token from each flow that has one, when no other token may still arrive."""
        for scope in self._scopes():
            for box in scope.plan.boxes.values():
                flows = [n for n, flow in enumerate(scope.plan.flows) if flow.target == box.id]
                held = {n for n in flows if scope.tokens.get(n)}
                if box.kind != "inclusiveGateway" or not held or self._awaits(scope, box, set(flows) - held, held):
                    continue
                self._split(scope, box, newest([scope.tokens[n].pop(0) for n in sorted(held)]))
                return True
        return False

    def _awaits(self, scope: Scope, box: Box, empty: set[int], held: set[int]) -> bool:
        reached = [_reached(scope.plan, starts, box.id) for starts in self._whereabouts(scope)]
        return any(flows & empty and not flows & held for flows in reached)

    def _whereabouts(self, scope: Scope) -> Iterator[list[int]]:
        """For each token of a scope, the flows that it may take next."""
        plan = scope.plan
        yield from ([number] for where, number, _ in self.arrivals if where is scope)
        yield from ([number] for number, tokens in scope.tokens.items() if tokens)
        for work in scope.works:
            yield _flows_from(plan, work.box.id)
            waiting = [e for e in plan.events_on(work.box.id) if e.id in work.dues or not e.after]
            yield from (_flows_from(plan, event.id) for event in waiting)

    def _split(self, scope: Scope, box: Box, known: Known) -> None:
        """An OR gateway goes every way whose condition holds, else the default way."""
        flows = scope.plan.leaving(box.id)
        ways = flows if not box.message else [flow for flow in flows if _holds(flow, known[box.message][1]["outcome"])]
        for flow in ways or [flow for flow in flows if flow.said == "default"]:
            self._emit(scope, flow, known)

    def _scopes(self) -> Iterator[Scope]:
        yield self.root
        yield from (inside for work in self._works() for inside in work.insides.values())

    def _throw(self, scope: Scope, box: Box) -> None:
        kind, _, key = box.throws.partition(":")
        match kind:
            case "terminate":
                self._terminate(scope)
            case "error" | "escalation":
                self._propagate(scope, kind, key)
            case "message" | "signal":
                self._publish(box.throws)

    def _terminate(self, scope: Scope) -> None:
        """A scope is over at once; what its tokens know stays."""
        tokens = [token for waiting in scope.tokens.values() for token in waiting]
        scope.brought += [*tokens, *(work.known for work in scope.works)]
        scope.tokens, scope.works = {}, []
        self.arrivals = [arrival for arrival in self.arrivals if arrival[0] is not scope]

    def _propagate(self, scope: Scope, kind: str, key: str) -> None:
        """Outwards to the first activity with a boundary event for the key, or for all."""
        around = next((work for work in self._works() if any(s is scope for s in work.insides.values())), None)
        if around is None:
            assert kind == "escalation", f"nothing catches {kind}:{key}"
            return
        events = around.scope.plan.events_on(around.box.id)
        caught = [e for name in (key, "") for e in events if e.catches == f"{kind}:{name}"]
        if caught:
            self._happen(around, caught[0])
        else:
            self._propagate(around.scope, kind, key)

    def _publish(self, thrown: str) -> None:
        """To all that wait for it, outer scopes first: what they interrupt hears no more."""
        for work in sorted(self._works(), key=self._depth):
            for event in self._awaited(work):
                if event.catches == thrown and any(work is other for other in self._works()):
                    self._happen(work, event)

    def _depth(self, work: Work) -> int:
        around = next((w for w in self._works() if any(s is work.scope for s in w.insides.values())), None)
        return 0 if around is None else 1 + self._depth(around)

    def _awaited(self, work: Work) -> list[Box]:
        plan = work.scope.plan
        if work.box.kind == "eventBasedGateway":
            return [plan.boxes[flow.target] for flow in plan.leaving(work.box.id)]
        return plan.events_on(work.box.id)

    def _happen(self, work: Work, event: Box) -> None:
        if not event.on or event.interrupts:
            work.scope.works.remove(work)
        self._emit(work.scope, work.scope.plan.leaving(event.id)[0], work.known)

    def _work(self, scope: Scope, box: Box, known: Known) -> None:
        work = Work(box, scope, known)
        scope.works.append(work)
        events = [box] if box.kind == "intermediateCatchEvent" else self._awaited(work)
        work.dues = {event.id: self.now + timedelta(hours=event.after) for event in events if event.after}
        if box.kind == "userTask" or box.inner is not None:
            work.left = _keys(work)
            for _ in range(1 if box.sequential else len(work.left)):
                if work.left:
                    self._start(work, work.left.pop(0))
            if not work.open and not work.insides:
                self._leave(work)


def entries(count: int, *, mapped: bool) -> Any:
    """What a table answers: a list, or a map whose keys are not in the order of the alphabet."""
    return {f"k{9 - n}": f"item {n}" for n in range(count)} if mapped else [f"item {n}" for n in range(count)]


def _keys(work: Work) -> list[Any]:
    if work.box.items is None:
        return [None]
    if work.box.message and isinstance(work.known[work.box.message][1], dict):
        return list(work.known[work.box.message][1])
    return list(range(work.box.items))


def _is_over(scope: Scope) -> bool:
    return not scope.works and not any(scope.tokens.values())


def _is_enough(work: Work) -> bool:
    done, all_of_them = len(work.done), len(_keys(work))
    match work.box.until:
        case "two":
            return done >= 2
        case "half":
            return done * 2 >= all_of_them
        case "last":
            return not work.open and not work.insides
        case "stop":
            return any(value["outcome"] == "stop" for _, brought in work.done for _, value in brought.values())
    return False


def _collection(work: Work) -> Any:
    """What the items brought, in their order: a person's answers, or all that a subprocess changed."""
    done = dict(work.done)
    values = {key: _values(done[key]) for key in _keys(work) if key in done}
    if work.box.inner is None:
        values = {key: value[work.box.id] for key, value in values.items()}
    return values if work.box.mapped else list(values.values())


def _values(known: Known) -> dict[str, Any]:
    return {name: value for name, (_, value) in known.items()}


def _flows_from(plan: Plan, node: str) -> list[int]:
    return [number for number, flow in enumerate(plan.flows) if flow in plan.leaving(node)]


def _reached(plan: Plan, starts: list[int], join: str) -> set[int]:
    """The flows that a token may come to from some, without passing a join; boundary events are ways on, too."""
    found, todo = set(starts), list(starts)
    while todo:
        target = plan.flows[todo.pop()].target
        if target != join:
            ways = [target, *(box.id for box in plan.events_on(target))]
            new = {number for node in ways for number in _flows_from(plan, node)} - found
            found |= new
            todo += new
    return found


def _holds(flow: Flow, outcome: str) -> bool:
    letter = flow.said.split('"')[1] if '"' in flow.said else ""
    return bool(letter) and (letter in outcome if flow.said.startswith("contains") else letter == outcome)


def _chosen(plan: Plan, box: Box, known: Known) -> Flow:
    flows = plan.leaving(box.id)
    if not box.message:
        return flows[0]
    outcome = known[box.message][1]["outcome"]
    default = next(flow for flow in flows if flow.said == "default")
    return next((flow for flow in flows if _holds(flow, outcome)), default)


def _plain(known: Known) -> dict[str, Any]:
    return dict(sorted(_values(known).items()))
