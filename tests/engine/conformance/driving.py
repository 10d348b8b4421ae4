"""The engine's side of a walk: an instance without a database, in memory, saved at each step, or crashing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from engine.feel import compile_expression
from engine.limits import DEFAULT, Limits
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load
from tests.engine.conformance.simulator import Path, entries
from tests.support import diagram, package

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)


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
        kind, _, count = decision.partition("_of_")
        return entries(int(count), mapped=kind == "map")


@dataclass(frozen=True)
class Move:
    """What happens next: the clock is set, and a person completes a step or time alone passes."""

    now: datetime
    step: str | None = None
    items: Path = ()
    outcome: str = ""
    number: int = 0

    def __str__(self) -> str:
        what = f"{self.step}{list(self.items)}={self.outcome}" if self.step else "wait"
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
        named = ((task, *self._name(task)) for task in self.workflow.waiting_steps())
        found = [task for task, step, items in named if step == move.step and move.items in ((), items)]
        assert found, f"{move.step} is not open"
        return min(found, key=lambda task: repr(sorted(task.data.items())))

    def _name(self, task: Any) -> tuple[str, Path]:
        return self.compiled.step_of(task), self._items(task)

    def _items(self, task: Any) -> Path:
        """The keys of the items that a task belongs to, outermost first."""
        around = task.workflow.parent_task_id
        outer = self._items(self.workflow.get_task_from_id(around)) if around else ()
        return (*outer, task.internal_data["key_or_index"]) if "key_or_index" in task.internal_data else outer

    @property
    def open(self) -> Counter[tuple[str, Path]]:
        return Counter(map(self._name, self.workflow.waiting_steps()))

    def knows(self) -> list[tuple[str, Path, dict[str, Any]]]:
        return sorted(((*self._name(t), dict(sorted(t.data.items()))) for t in self.workflow.waiting_steps()), key=repr)


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


def started(nodes: Mapping[str, str], flows: Iterable[str], **more: Any) -> Saved:
    """An instance of a small diagram, saved and loaded after every move."""
    return Saved(compile_package(package(diagram(nodes, flows, **more))))


def done(case: Ours, *steps: str | tuple[str, Path], outcome: str = "on") -> None:
    """Complete steps one after the other."""
    for number, step in enumerate(steps):
        name, items = (step, ()) if isinstance(step, str) else step
        case.make(Move(case.host.now, name, items, outcome, number))


def after(case: Ours, **time: float) -> None:
    """Let time pass, and what is due happen."""
    case.make(Move(case.host.now + timedelta(**time)))


def boundary(on: str, interrupts: bool = True) -> str:
    """The attributes of a boundary event."""
    return f'attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}"'
