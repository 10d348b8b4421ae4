"""The engine against an independent token simulator, on random sound models: in memory, saved, and crashing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import product

import pytest

from tests.engine.conformance.drawing import UNTIL
from tests.engine.conformance.driving import Crashing, Ours, Saved
from tests.engine.conformance.generator import Generator
from tests.engine.conformance.walking import walk

PARTS = 4
"""Items that the walks of one kind are spread over, for workers that run side by side."""

EVENTS = {
    *(("endEvent", kind) for kind in ("error", "escalation", "terminate", "signal", "message")),
    *(("intermediateThrowEvent", kind) for kind in ("escalation", "signal", "message", "link")),
    *(("intermediateCatchEvent", kind) for kind in ("signal", "message", "link")),
    *(("boundaryEvent", kind) for kind in ("error", "escalation", "signal")),
}
"""What the models throw and catch, beside timers."""

Seeds = Callable[[int, int, int, int], Iterable[int]]

in_parts = pytest.mark.parametrize("part", range(PARTS))


@pytest.fixture
def seeds(request: pytest.FixtureRequest, long: bool) -> Seeds:
    """The seeds of a part of the walks that begin at one, a few or many; or the one that was asked for."""
    only = request.config.getoption("--seed")

    def chosen(part: int, first: int, few: int, many: int) -> Iterable[int]:
        return [only] if only is not None else range(first + part, first + (many if long else few), PARTS)

    return chosen


@in_parts
def test_every_walk_in_memory_goes_as_the_token_game_says(part: int, seeds: Seeds) -> None:
    for seed in seeds(part, 0, 600, 8_000):
        walk(seed, Ours)


@in_parts
def test_every_walk_saved_at_each_step_goes_as_the_token_game_says(part: int, seeds: Seeds) -> None:
    for seed in seeds(part, 100_000, 600, 8_000):
        walk(seed, Saved)


@in_parts
def test_every_walk_that_crashes_at_each_step_goes_as_the_token_game_says(part: int, seeds: Seeds) -> None:
    for seed in seeds(part, 200_000, 160, 2_000):
        walk(seed, Crashing)


@in_parts
def test_an_instance_saved_at_each_step_holds_the_same_data_as_one_never_saved(part: int, seeds: Seeds) -> None:
    for seed in seeds(part, 300_000, 160, 2_000):
        walk(seed, Ours, Saved)


def test_the_models_walked_hold_every_construct() -> None:
    boxes = [
        box for seed in range(400) for plan in Generator(seed).model().every_scope() for box in plan.boxes.values()
    ]
    kinds = Counter(box.kind for box in boxes)
    assert min(kinds.values()) >= 20, kinds
    assert kinds.keys() >= {"subProcess", "callActivity", "eventBasedGateway", "intermediateThrowEvent"}
    assert kinds.keys() >= {"parallelGateway", "inclusiveGateway"}
    boundary = Counter((box.interrupts, bool(box.repeats)) for box in boxes if box.on)
    assert boundary.keys() == {(True, False), (False, False), (False, True)}
    events = {(box.kind, (box.throws or box.catches).partition(":")[0]) for box in boxes if box.throws or box.catches}
    assert events == EVENTS
    assert {box.interrupts for box in boxes if box.catches.startswith(("escalation", "signal"))} == {True, False}
    assert {"error:", "escalation:"} < {box.catches for box in boxes}, "some catch every code"
    repeated = [box for box in boxes if box.items is not None and box.kind != "businessRuleTask"]
    manners = Counter((box.kind, box.sequential, box.mapped) for box in repeated)
    assert manners.keys() == set(product(("userTask", "subProcess", "callActivity"), (True, False), (True, False)))
    assert {box.until for box in repeated} == {"", *UNTIL}
    assert {box.collects for box in repeated} == {True, False}
    assert {box.items for box in repeated} == {0, 1, 2, 3, 4}
