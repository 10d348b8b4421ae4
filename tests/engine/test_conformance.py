"""The engine against an independent token simulator, on random sound models: in memory, saved, and crashing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from typing import Any

from engine.feel import compile_expression
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load
from tests.engine.conformance import Generator, Simulator, package_of

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
MOST_MOVES = 40
"""Moves after which a walk that has not ended is left."""


@dataclass
class Host:
    """Surroundings of a workflow without a database; the walk sets its clock."""

    now: datetime = BEGIN
    zone: tzinfo = UTC

    def evaluate(self, expression: str, data: Any) -> Any:
        return compile_expression(expression).evaluate(data, now=self.now, zone=self.zone)

    def call_service(self, name: str, parameters: Any, data: Any) -> Any:
        raise AssertionError(f"{name} is not part of this model")

    def decide(self, decision: str, data: Any) -> Any:
        return [f"item {n}" for n in range(int(decision.removeprefix("list_of_")))]


@dataclass(frozen=True)
class Move:
    """What happens next: the clock is set, and a person completes a step or time alone passes."""

    now: datetime
    step: str | None = None
    item: int | None = None
    outcome: str = ""
    number: int = 0

    def __str__(self) -> str:
        what = f"{self.step}[{self.item}]={self.outcome}" if self.step else "wait"
        return f"{self.now - BEGIN}: {what}"


@dataclass
class Ours:
    """The engine's side of a walk."""

    compiled: Compiled
    host: Host = field(default_factory=Host)

    def __post_init__(self) -> None:
        self.workflow = Workflow(self.compiled, self.host)
        self.workflow.advance()

    def make(self, move: Move) -> None:
        self.host.now = move.now
        if move.step is None:
            self.workflow.advance()
            return
        self.workflow.give(self._waiting(move), {"outcome": move.outcome, "number": move.number})

    def _waiting(self, move: Move) -> Any:
        """Several tokens may wait at one step: take that with the oldest data, whatever the order in memory."""
        found = [t for t in self.workflow.waiting_steps() if self._name(t) == (move.step, move.item)]
        assert found, f"{move.step} is not open"
        return min(found, key=lambda task: repr(sorted(_process_data(task).items())))

    def _name(self, task: Any) -> tuple[str, int | None]:
        return self.compiled.step_of(task), task.internal_data.get("key_or_index")

    @property
    def open(self) -> Counter[tuple[str, int | None]]:
        return Counter(map(self._name, self.workflow.waiting_steps()))

    def knows(self) -> list[tuple[str, int | None, dict[str, Any]]]:
        return sorted(((*self._name(t), _process_data(t)) for t in self.workflow.waiting_steps()), key=repr)


def _process_data(task: Any) -> dict[str, Any]:
    """The data without the item of a repeated step, which is its alone."""
    return {name: value for name, value in sorted(task.data.items()) if not name.endswith("_item")}


class Saved(Ours):
    """Saved and loaded after every move."""

    def make(self, move: Move) -> None:
        super().make(move)
        if not self.workflow.completed:  # else the engine keeps no state
            self.workflow, _ = load(dump(self.workflow, {}), self.compiled, self.host)


class Crashing(Saved):
    """Every move is made, lost before it is saved, and made again."""

    def make(self, move: Move) -> None:
        blob = dump(self.workflow, {})
        Ours.make(self, move)
        self.workflow, _ = load(blob, self.compiled, self.host)
        super().make(move)


def walk(seed: int, *sides: Callable[[Compiled], Ours]) -> tuple[int, bool]:
    """Walk through the model of a seed, comparing every side with the simulator; moves made and whether it ended."""
    plan = Generator(seed).model()
    compiled = compile_package(package_of(plan))
    judge, ours = Simulator(plan, BEGIN), [side(compiled) for side in sides]
    random, moves = Random(seed), list[Move]()
    _compare(seed, moves, judge, ours)
    while not judge.completed and len(moves) < MOST_MOVES:
        moves.append(_next_move(random, judge, len(moves)))
        _make(moves[-1], judge)
        for side in ours:
            try:
                side.make(moves[-1])
            except Exception as error:
                raise AssertionError(_story(seed, moves, side, repr(error))) from error
        _compare(seed, moves, judge, ours)
    return len(moves), judge.completed


def _next_move(random: Random, judge: Simulator, number: int) -> Move:
    """A person's step with one of its outcomes, or time: just past the next timer, or past several.

    Odd microseconds keep two timers from being due at one moment.
    """
    now, dues = judge.now + timedelta(seconds=random.randint(1, 600)), judge.dues
    if dues and (not judge.open or random.random() < 0.25):
        late = timedelta(hours=random.choice((0, 0, 0, 50, 300)), microseconds=random.randint(0, 1_000_000))
        return Move(max(judge.now, dues[0] + late))
    step, item = random.choice(sorted(judge.open, key=str))
    if dues and random.random() < 0.05:
        now = max(now, dues[0] + timedelta(hours=random.choice((0, 100)), minutes=1))  # the person was first, just
    return Move(now, step, item, judge.outcome(random, step), number)


def _make(move: Move, judge: Simulator) -> None:
    judge.now = move.now
    if move.step is None:
        judge.tick()
    else:
        judge.complete(move.step, move.item, move.outcome, move.number)


def _compare(seed: int, moves: list[Move], judge: Simulator, ours: list[Ours]) -> None:
    for side in ours:
        assert side.open == judge.open, _story(seed, moves, side, f"open {side.open}, should be {judge.open}")
        ended = side.workflow.completed
        assert ended == judge.completed, _story(seed, moves, side, f"completed {ended}, should be {judge.completed}")
        assert side.knows() == judge.knows(), _story(seed, moves, side, f"{side.knows()}\nshould be\n{judge.knows()}")
        due, right = side.workflow.next_due(), next(iter(judge.dues), None)
        assert due == right, _story(seed, moves, side, f"next due {due}, should be {right}")


def _story(seed: int, moves: list[Move], side: Ours, wrong: str) -> str:
    return f"seed {seed}, {type(side).__name__}: {wrong}\nafter {'; '.join(map(str, moves)) or 'the start'}"


def _walks(long: bool, short: int, first: int = 0) -> range:
    return range(first, first + (20_000 if long else short))


def test_every_walk_in_memory_goes_as_the_token_game_says(long: bool) -> None:
    for seed in _walks(long, 200):
        walk(seed, Ours)


def test_every_walk_saved_at_each_step_goes_as_the_token_game_says(long: bool) -> None:
    for seed in _walks(long, 200, first=100_000):
        walk(seed, Saved)
