"""A walk through a random model, in which every side must do at every step what the token game says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from engine.spiff import Compiled, compile_package
from tests.engine.conformance.drawing import package_of
from tests.engine.conformance.driving import BEGIN, Move, Ours
from tests.engine.conformance.generator import Generator
from tests.engine.conformance.simulator import Simulator

MOST_MOVES = 40
"""Moves after which a walk that has not ended is left."""


def walk(seed: int, *sides: Callable[[Compiled], Ours]) -> tuple[int, bool]:
    """Walk through the model of a seed, comparing every side with the simulator; moves made and whether it ended."""
    plan = Generator(seed).model()
    compiled = compile_package(package_of(plan))
    judge, ours = Simulator(plan, BEGIN), [side(compiled) for side in sides]
    random, moves = Random(seed), list[Move]()
    _compare(seed, moves, judge, ours)
    while not judge.completed and len(moves) < MOST_MOVES:
        moves.append(next_move(random, judge, len(moves)))
        play(moves[-1], judge)
        for side in ours:
            try:
                side.make(moves[-1])
            except Exception as error:
                raise AssertionError(_story(seed, moves, side, repr(error))) from error
        _compare(seed, moves, judge, ours)
    return len(moves), judge.completed


def next_move(random: Random, judge: Simulator, number: int) -> Move:
    """A person's step with one of its outcomes, or time: just past the next timer, or past several.

    Odd microseconds keep two timers from being due at one moment.
    """
    now, dues = judge.now + timedelta(seconds=random.randint(1, 600)), judge.dues
    if dues and (not judge.open or random.random() < 0.25):
        late = timedelta(hours=random.choice((0, 0, 0, 50, 300)), microseconds=random.randint(0, 1_000_000))
        return Move(max(judge.now, dues[0] + late))
    step, items = random.choice(sorted(judge.open, key=str))
    if dues and random.random() < 0.05:
        now = max(now, dues[0] + timedelta(hours=random.choice((0, 100)), minutes=1))  # the person was first, just
    return Move(now, step, items, judge.outcome(random, step), number)


def play(move: Move, judge: Simulator) -> None:
    judge.now = move.now
    if move.step is None:
        judge.tick()
    else:
        judge.complete(move.step, move.items, move.outcome, move.number)


def _compare(seed: int, moves: list[Move], judge: Simulator, ours: list[Ours]) -> None:
    for side in ours:
        assert side.open == judge.open, _story(seed, moves, side, f"open {side.open}, should be {judge.open}")
        ended = side.workflow.completed
        assert ended == judge.completed, _story(seed, moves, side, f"completed {ended}, should be {judge.completed}")
        assert side.knows() == judge.knows(), _story(seed, moves, side, f"{side.knows()}\nshould be\n{judge.knows()}")
        due, right = side.workflow.next_due(), next(iter(judge.dues), None)
        assert due == right, _story(seed, moves, side, f"next due {due}, should be {right}")


def _story(seed: int, moves: list[Move], side: Ours, wrong: str) -> str:
    return f"replay by --seed {seed}, {type(side).__name__}: {wrong}\nafter {'; '.join(map(str, moves)) or 'the start'}"
