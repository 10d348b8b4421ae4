"""The engine against an independent token simulator, on random sound models: in memory, saved, and crashing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from typing import Any

import pytest

from engine.errors import EngineError
from engine.feel import compile_expression
from engine.limits import DEFAULT, Limits
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load
from tests.engine.conformance import Generator, Simulator, package_of
from tests.support import diagram, elements, package, timer

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
MOST_MOVES = 40
"""Moves after which a walk that has not ended is left."""


@dataclass
class Host:
    """Surroundings of a workflow without a database; the walk sets its clock."""

    now: datetime = BEGIN
    zone: tzinfo = UTC
    limits: Limits = DEFAULT

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


def _walks(long: bool, first: int, few: int, many: int) -> range:
    """The seeds to walk through: the long runs are 20,000 together."""
    return range(first, first + (many if long else few))


def test_every_walk_in_memory_goes_as_the_token_game_says(long: bool) -> None:
    for seed in _walks(long, first=0, few=200, many=8_000):
        walk(seed, Ours)


def test_every_walk_saved_at_each_step_goes_as_the_token_game_says(long: bool) -> None:
    for seed in _walks(long, first=100_000, few=200, many=8_000):
        walk(seed, Saved)


def test_every_walk_that_crashes_at_each_step_goes_as_the_token_game_says(long: bool) -> None:
    for seed in _walks(long, first=200_000, few=40, many=2_000):
        walk(seed, Crashing)


def test_an_instance_saved_at_each_step_holds_the_same_data_as_one_never_saved(long: bool) -> None:
    for seed in _walks(long, first=300_000, few=25, many=2_000):
        walk(seed, Ours, Saved)


def test_the_models_walked_hold_every_construct() -> None:
    boxes = [
        box for seed in range(200) for plan in Generator(seed).model().every_scope() for box in plan.boxes.values()
    ]
    kinds = Counter(box.kind for box in boxes)
    assert min(kinds.values()) >= 20, kinds
    assert {"subProcess", "callActivity", "eventBasedGateway", "intermediateThrowEvent", "parallelGateway"} <= set(
        kinds
    )
    boundary = Counter((box.interrupts, bool(box.repeats)) for box in boxes if box.on)
    assert boundary.keys() == {(True, False), (False, False), (False, True)}
    assert Counter(box.sequential for box in boxes if box.kind == "userTask" and box.items).keys() == {True, False}


# What the walks found once, each by itself.


def started(nodes: Mapping[str, str], flows: Iterable[str], **more: Any) -> Saved:
    """An instance of a small diagram, saved and loaded after every move."""
    return Saved(compile_package(package(diagram(nodes, flows, **more))))


def done(case: Ours, *steps: str | tuple[str, int], outcome: str = "on") -> None:
    """Complete steps one after the other."""
    for number, step in enumerate(steps):
        name, item = (step, None) if isinstance(step, str) else step
        case.make(Move(case.host.now, name, item, outcome, number))


def after(case: Ours, **time: float) -> None:
    """Let time pass, and what is due happen."""
    case.make(Move(case.host.now + timedelta(**time)))


def boundary(on: str, interrupts: bool = True) -> str:
    """The attributes of a boundary event."""
    return f'attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}"'


def test_of_two_overdue_deadlines_on_one_step_only_the_earlier_counts() -> None:
    case = started(
        {
            "begin": "startEvent",
            "decide": "userTask",
            "late": "boundaryEvent",
            "soon": "boundaryEvent",
            "cancel": "userTask",
            "escalate": "userTask",
            "done": "endEvent",
        },
        ["begin decide", "decide done", "late cancel", "soon escalate", "cancel done", "escalate done"],
        inside={"late": timer("P2D"), "soon": timer("P1D")},
        attributes={"late": boundary("decide"), "soon": boundary("decide")},
    )
    after(case, days=3)
    assert case.open == Counter([("escalate", None)])


def test_of_two_overdue_timers_behind_one_gateway_only_the_earlier_decides() -> None:
    case = started(
        {
            "begin": "startEvent",
            "first": "eventBasedGateway",
            "late": "intermediateCatchEvent",
            "soon": "intermediateCatchEvent",
            "cancel": "userTask",
            "escalate": "userTask",
            "done": "endEvent",
        },
        ["begin first", "first late", "first soon", "late cancel", "soon escalate", "cancel done", "escalate done"],
        inside={"late": timer("P2D"), "soon": timer("P1D")},
    )
    after(case, days=3)
    assert case.open == Counter([("escalate", None)])


def reminded(reminder: str) -> Saved:
    """A step with a reminder beside it."""
    return started(
        {
            "begin": "startEvent",
            "decide": "userTask",
            "weekly": "boundaryEvent",
            "remind": "userTask",
            "archive": "userTask",
            "reminded": "endEvent",
            "done": "endEvent",
        },
        ["begin decide", "decide archive", "archive done", "weekly remind", "remind reminded"],
        inside={"weekly": reminder},
        attributes={"weekly": boundary("decide", interrupts=False)},
    )


def test_a_reminder_that_is_being_handled_outlives_the_step_it_reminds_of() -> None:
    case = reminded(timer("R3/P7D", "timeCycle"))
    after(case, days=8)
    done(case, "decide")
    assert case.open == Counter([("remind", None), ("archive", None)])
    assert case.workflow.next_due() is None, "the reminders to come are not wanted any more"
    done(case, "archive", "remind")
    assert case.workflow.completed


def test_reminders_missed_while_nothing_ran_are_made_up_for_once() -> None:
    case = reminded(timer("R3/P7D", "timeCycle"))
    after(case, days=16)
    assert case.open == Counter([("decide", None), ("remind", None)])
    after(case, days=30)
    assert case.open[("remind", None)] == 2


def test_what_a_late_path_of_a_subprocess_answers_survives_its_end() -> None:
    nodes = {"in": "startEvent", "read": "userTask", "slow": "boundaryEvent", "explain": "userTask"}
    inner = elements(
        {**nodes, "read_done": "endEvent", "explained": "endEvent"},
        ["in read", "read read_done", "slow explain", "explain explained"],
        inside={"slow": timer("P1D")},
        attributes={"slow": boundary("read", interrupts=False)},
        prefix="inner",
    )
    case = started(
        {
            "begin": "startEvent",
            "work": "subProcess",
            "decide": "userTask",
            "which": "exclusiveGateway",
            "done": "endEvent",
        },
        ["begin work", "work decide", "decide which", 'which work | decide.outcome = "again"', "which done | default"],
        inside={"work": inner},
    )
    after(case, days=2)
    done(case, "explain", "read")
    done(case, "decide", outcome="again")
    after(case, days=2)
    done(case, "explain", outcome="new")
    done(case, "read")
    assert case.knows()[0][2]["explain"]["outcome"] == "new"


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_repeated_step_collects_its_answers_in_order_and_again_after_a_rework(sequential: str) -> None:
    repeated = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>2</loopCardinality>'
        "<loopDataOutputRef>votes</loopDataOutputRef></multiInstanceLoopCharacteristics>"
    )
    case = started(
        {
            "begin": "startEvent",
            "vote": "userTask",
            "decide": "userTask",
            "which": "exclusiveGateway",
            "done": "endEvent",
        },
        ["begin vote", "vote decide", "decide which", 'which vote | decide.outcome = "again"', "which done | default"],
        inside={"vote": repeated},
    )
    for outcome in ("yes", "no"):
        order = [("vote", 0), ("vote", 1)] if sequential == "true" else [("vote", 1), ("vote", 0)]
        done(case, *order, outcome=outcome)
        assert [vote["outcome"] for vote in case.knows()[0][2]["votes"]] == [outcome, outcome]
        assert [vote["number"] for vote in case.knows()[0][2]["votes"]] == [order.index(("vote", n)) for n in (0, 1)]
        done(case, "decide", outcome="again")


@pytest.mark.parametrize("items", ["submit.nothing", "1.5", "-1", "1001", '"three"'])
def test_a_step_cannot_be_repeated_for_what_is_no_reasonable_number(items: str) -> None:
    repeated = f"<multiInstanceLoopCharacteristics><loopCardinality>{items}</loopCardinality>"
    with pytest.raises(EngineError):
        started(
            {"begin": "startEvent", "vote": "userTask", "done": "endEvent"},
            ["begin vote", "vote done"],
            inside={"vote": f"{repeated}</multiInstanceLoopCharacteristics>"},
        )


def test_a_list_answered_again_in_a_loop_replaces_the_earlier_one() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'
    case = started(
        {"begin": "startEvent", "list": "userTask", "read": "userTask", "done": "endEvent"},
        ["begin list", "list read", "read done"],
        inside={"list": loop},
    )
    for tags in (["a", "b", "c"], ["d", "d"]):
        case.workflow.give(case.workflow.waiting_steps()[0], {"tags": tags})
    assert case.knows() == [("read", None, {"list": {"tags": ["d", "d"]}})]


def blocks(count: int, width: int) -> tuple[dict[str, str], list[str]]:
    """AND blocks in a row."""
    nodes, flows, last = {"begin": "startEvent", "done": "endEvent"}, list[str](), "begin"
    for number in range(count):
        split, join = f"split{number}", f"join{number}"
        nodes |= {split: "parallelGateway", join: "parallelGateway"}
        flows.append(f"{last} {split}")
        for branch in range(width):
            nodes[step := f"step{number}_{branch}"] = "userTask"
            flows += [f"{split} {step}", f"{step} {join}"]
        last = join
    return nodes, [*flows, f"{last} done"]


def test_twelve_blocks_of_two_branches_cost_no_more_than_their_open_steps() -> None:
    case = started(*blocks(12, 2))
    assert len(list(case.workflow.everything())) <= 12
    for number in range(12):
        done(case, f"step{number}_1", f"step{number}_0")
    assert case.workflow.completed


def test_the_values_of_all_parallel_branches_survive_the_join() -> None:
    for order in itertools.permutations(range(4)):
        nodes, flows = blocks(1, 4)
        case = started({**nodes, "read": "userTask"}, [*flows[:-1], "join0 read", "read done"])
        done(case, *(f"step0_{branch}" for branch in order))
        assert {name: value["number"] for name, value in case.knows()[0][2].items()} == {
            f"step0_{branch}": number for number, branch in enumerate(order)
        }


def test_a_branch_that_parts_again_before_the_join_does_not_contradict_itself() -> None:
    nodes = {"begin": "startEvent", "split": "parallelGateway", "fork": "parallelGateway", "join": "parallelGateway"}
    nodes |= dict.fromkeys(("side", "note", "again", "left", "right", "read"), "userTask") | {"done": "endEvent"}
    flows = ["begin note", "note split", "split side", "split again", "again fork", "fork left", "fork right"]
    case = started(nodes, [*flows, "left join", "right join", "side join", "join read", "read done"])
    done(case, "note", "again", "right", "side", "left")
    assert set(case.knows()[0][2]) == {"note", "again", "right", "side", "left"}


def test_a_chain_of_three_hundred_steps_goes_through() -> None:
    steps = [f"step{number}" for number in range(300)]
    way = ["begin", *steps, "done"]
    case = started(
        {"begin": "startEvent", **dict.fromkeys(steps, "userTask"), "done": "endEvent"},
        [f"{one} {other}" for one, other in itertools.pairwise(way)],
    )
    done(case, *steps)
    assert case.workflow.completed


def test_a_chain_of_three_hundred_automatic_nodes_is_one_activation() -> None:
    gateways = [f"way{number}" for number in range(300)]
    way = ["begin", *gateways, "read", "done"]
    case = started(
        {"begin": "startEvent", **dict.fromkeys(gateways, "exclusiveGateway"), "read": "userTask", "done": "endEvent"},
        [f"{one} {other}" for one, other in itertools.pairwise(way)],
    )
    assert case.open == Counter([("read", None)])
