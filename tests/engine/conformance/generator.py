"""Random sound models, block by block."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from random import Random

from tests.engine.conformance.plan import Box, Flow, Plan

BUDGET = 12
"""Blocks that a model has at most, about."""

ERRORS = ("error:lost", "error:late")
ESCALATIONS = ("escalation:slow", "escalation:odd")
SIGNALS = ("signal:stop", "signal:hear")
"""What events of any scope may throw and catch."""

TROUBLES = ("error", "error", "terminate", "terminate", "escalation", "escalation", "signal")
"""What a step may lead to, as often as it stands here."""

End = tuple[str, str]
"""A loose end: the node it leaves and what is written on the flow."""


class Generator:
    """A random sound model from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.left = self.random.randint(3, BUDGET)
        self.count = 0
        self.level = 0
        self.uncaught: set[str] = set()
        self.messages: list[str] = []
        self.hours = list(range(1, 300))
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
        if self.level and self.random.random() < 0.7:
            ends = self._troubled(plan, ends, depth)
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
            lambda plan, ends, depth: self._sub(plan, ends, depth, may_end): 4,
            lambda plan, ends, _: self._items(plan, ends, may_end): 2,
            self._choice: 3,
            self._parallel: 4,
            self._inclusive: 4,
            self._loop: 4,
            self._talk: 1,
            lambda plan, ends, _: self._link(plan, ends): 1,
            lambda plan, ends, _: self._trouble(plan, ends): 3,
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

    def _inclusive(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        """Any of two or three ways, else the default way; what comes out of a branch may reach the join by several."""
        step, gateway = self._box(plan, "userTask"), self._box(plan, "inclusiveGateway")
        self._join(plan, ends, step)
        self._join(plan, [(step.id, "")], gateway)
        for _ in range(self.random.choice((1, 1, 2))):  # twice: one gateway both joins and splits
            letters = "abc"[: self.random.randint(2, 3)]
            gateway.message = step.id
            step.outcomes = tuple("".join(c) for n in range(len(letters) + 1) for c in combinations(letters, n))
            join = self._box(plan, "inclusiveGateway")
            for letter in (*letters, ""):
                said = f'contains({step.id}.outcome, "{letter}")' if letter else "default"
                self._join(plan, self._way_to_join(plan, (gateway.id, said), join, depth), join)
            gateway = join
        return [(gateway.id, "")]

    def _way_to_join(self, plan: Plan, way: End, join: Box, depth: int) -> list[End]:
        kind = self.random.random()
        if kind < 0.15:
            return [way]
        if kind < 0.3:  # a step with a reminder, whose answer the join waits for too
            step = self._box(plan, "userTask")
            self._join(plan, [way], step)
            reminder = self._boundary(plan, step, interrupts=False)
            self._join(plan, self._plain_step(plan, [(reminder.id, "")]), join)
            return [(step.id, "")]
        return self._blocks(plan, [way], depth)

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
        outside, self.uncaught = self.uncaught, set()
        self.level += 1
        box.inner = self._scope(f"{box.id}_called" if kind == "callActivity" else box.id, depth + 1)
        self.level -= 1
        if self.random.random() < 0.35:
            ends = self._repeat(plan, ends, box)
        ends = self._activity(plan, ends, box, may_end)
        self.uncaught |= outside
        return ends

    def _items(self, plan: Plan, ends: list[End], may_end: bool) -> list[End]:
        box = self._box(plan, "userTask")
        ends = self._repeat(plan, ends, box)
        if box.collects and not box.mapped and self.random.random() < 0.2:
            box.until, box.outcomes = "stop", ("on", "stop")
        return self._activity(plan, ends, box, may_end)

    def _repeat(self, plan: Plan, ends: list[End], box: Box) -> list[End]:
        """Make an activity one for each entry of a table's list or map, or for a number; until enough is done."""
        box.items, box.sequential = self.random.randint(1, 3), self.random.random() < 0.5
        box.collects = self.random.random() < 0.8
        box.until = self.random.choice(("", "", "", "two", "half", "last"))
        if self.random.random() < 0.3:
            return ends
        box.items = self.random.randint(0, 4)
        box.mapped = self.random.random() < 0.4
        table = self._box(plan, "businessRuleTask")
        table.id, table.items, table.mapped = plan.boxes.pop(table.id).id.replace("n", "list_"), box.items, box.mapped
        plan.boxes[table.id] = table
        box.message = table.id
        self._join(plan, ends, table)
        return [(table.id, "")]

    def _wait(self, plan: Plan, ends: list[End]) -> list[End]:
        box = self._box(plan, "intermediateCatchEvent")
        box.after = self.hours.pop()
        self._join(plan, ends, box)
        return [(box.id, "")]

    def _race(self, plan: Plan, ends: list[End], caught: str = "") -> list[End]:
        """A step, then an event gateway: the first of two or three timers, or something sent, decides the way."""
        gateway = self._box(plan, "eventBasedGateway")
        step = self._box(plan, "userTask")
        self._join(plan, ends, step)
        self._join(plan, [(step.id, "")], gateway)
        loose: list[End] = []
        for number in range(self.random.randint(2, 3)):
            event = self._box(plan, "intermediateCatchEvent")
            if caught and number == 0:
                event.catches = caught
            else:
                event.after = self.hours.pop()
            self._join(plan, [(gateway.id, "")], event)
            loose += self._step(plan, [(event.id, "")])
        return self._merged(plan, loose)

    def _talk(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        """Two branches, one of which may send the other something; if that does not wait yet, it is lost."""
        split, join = self._box(plan, "parallelGateway"), self._box(plan, "parallelGateway")
        sent = self.random.choice((f"message:m_{split.id}", *SIGNALS))
        self.messages.append(sent)
        self._join(plan, self._merged(plan, ends), split)
        self._join(plan, self._race(plan, [(split.id, "")], sent), join)
        self._join(plan, self._thrown(plan, self._plain_step(plan, [(split.id, "")]), sent), join)
        return [(join.id, "")]

    def _thrown(self, plan: Plan, ends: list[End], throws: str) -> list[End]:
        throw = self._box(plan, "intermediateThrowEvent")
        throw.throws = throws
        self._join(plan, ends, throw)
        return [(throw.id, "")]

    def _link(self, plan: Plan, ends: list[End]) -> list[End]:
        """Each end goes on at the one place where the link is caught."""
        caught = self._box(plan, "intermediateCatchEvent")
        caught.catches = f"link:{caught.id}"
        for end in ends:
            self._thrown(plan, [end], caught.catches)
        return [(caught.id, "")]

    def _troubled(self, plan: Plan, ends: list[End], depth: int) -> list[End]:
        """Trouble, sometimes beside other work that it may end, sometimes a scope deeper."""
        if self.level < 3 and self.random.random() < 0.25:
            return self._sub(plan, ends, depth, may_end=True)
        if self.random.random() < 0.3:
            return self._trouble(plan, ends)
        split, join = self._box(plan, "parallelGateway"), self._box(plan, "parallelGateway")
        self._join(plan, self._merged(plan, ends), split)
        for branch in (self._trouble, self._step, self._trouble, self._wait)[: self.random.randint(2, 4)]:
            way = self._step(plan, branch(plan, self._plain_step(plan, [(split.id, "")])))
            self._join(plan, self._merged(plan, way), join)
        return [(join.id, "")]

    def _trouble(self, plan: Plan, ends: list[End]) -> list[End]:
        """A step that may end its scope, by an error or at once, or that throws something and goes on."""
        kind = self.random.choice(TROUBLES)
        if kind == "signal" or (kind == "error" and not self.level):
            return self._thrown(plan, self._plain_step(plan, ends), self.random.choice(SIGNALS))
        if kind == "escalation":
            return self._thrown(plan, self._plain_step(plan, ends), self.random.choice(ESCALATIONS))
        outcomes = ("on", "bad", "bad")
        gateway, end = self._decided(plan, ends, outcomes), self._box(plan, "endEvent")
        end.throws = "terminate:" if kind == "terminate" else self.random.choice(ERRORS)
        if kind == "error":
            self.uncaught.add(end.throws)
        self._join(plan, [self._way(plan, gateway, "bad", outcomes)], end)
        return [self._way(plan, gateway, "on", outcomes)]

    def _activity(self, plan: Plan, ends: list[End], box: Box, may_end: bool = False) -> list[End]:
        """An activity with boundary events on it, sometimes; errors from inside are caught here or further out."""
        self._join(plan, ends, box)
        loose: list[End] = [(box.id, "")]
        chance = 0.15 if box.inner is None and box.items is None else 0.5
        if self.random.random() < chance:
            loose += self._interrupted(plan, box, may_end)
        if self.random.random() < chance:
            reminder = self._boundary(plan, box, interrupts=False)
            reminder.repeats = self.random.choice((0, 0, 2, 3))
            self._aside(plan, reminder)
        for catches in self._caught_here(box):
            event = self._boundary(plan, box, interrupts=catches.startswith("error") or self.random.random() < 0.5)
            event.after, event.catches = 0, catches
            if event.interrupts:
                loose += self._around(plan, box, event, may_end)
            else:
                self._aside(plan, event)
        return loose

    def _caught_here(self, box: Box) -> list[str]:
        """What boundary events of an activity catch; the outermost has to catch every error that is left."""
        caught = []
        if box.inner is not None:
            caught = [e for e in sorted(self.uncaught) if not self.level or self.random.random() < 0.6]
            self.uncaught -= set(caught)
            if caught and self.random.random() < 0.3:  # one that catches all, beside some with their codes
                caught[0] = "error:"
                self.uncaught.clear()
            caught += [e for e in (*ESCALATIONS, "escalation:") if self.random.random() < 0.25]
        return caught + [e for e in SIGNALS if self.random.random() < (0.05 if box.inner is None else 0.3)]

    def _aside(self, plan: Plan, event: Box) -> None:
        """What a boundary event begins that does not interrupt; it may end with something that it sends."""
        handled = self._plain_step(plan, [(event.id, "")]) if self.random.random() < 0.8 else [(event.id, "")]
        end = self._box(plan, "endEvent")
        if handled[0][0] != event.id and self.random.random() < 0.4:
            end.throws = self.random.choice((*SIGNALS, *ESCALATIONS, *self.messages))
        self._join(plan, handled, end)

    def _interrupted(self, plan: Plan, box: Box, may_end: bool) -> list[End]:
        events = [self._boundary(plan, box, interrupts=True) for _ in range(self.random.choice((1, 1, 2)))]
        return [end for event in events for end in self._around(plan, box, event, may_end)]

    def _around(self, plan: Plan, box: Box, event: Box, may_end: bool) -> list[End]:
        """The way behind an event that interrupts: to an end, back to the activity, or on with what follows it."""
        way: list[End] = [(event.id, "")]
        if self.random.random() < 0.7:
            way = self._plain_step(plan, way)
        where = self.random.random()
        if may_end and where < 0.3:
            self._join(plan, way, self._box(plan, "endEvent"))
            return []
        if where < 0.5 and way[0][0] != event.id:
            self._join(plan, way, box)
            return []
        return way

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
