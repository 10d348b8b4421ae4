"""Recording an instance half way, with all that is expected of it, and playing such a record to its end."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import compile_expression
from engine.feel.values import Months
from engine.limits import Limits
from engine.package import Package
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load
from tests.support import zipped

BEGIN = datetime(2026, 11, 2, 1, tzinfo=UTC)
Json = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """What happens next: ``hours`` pass, and a person answers an open step (an item of it), or nobody does."""

    step: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    item: int | str | None = None
    hours: float = 0

    def written(self) -> Json:
        """As a record holds it."""
        return {"step": self.step, "item": self.item, "hours": self.hours, "answers": plain(self.answers)}


@dataclass(frozen=True)
class Case:
    """A process with the moves up to the moment at which it is saved, and those from there to its end."""

    name: str
    package: Package
    before: Sequence[Move]
    after: Sequence[Move]


@dataclass
class Surroundings:
    """What a workflow asks of its host, without a database: real tables, and a service that repeats what it is told."""

    compiled: Compiled
    now: datetime = BEGIN
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    limits: Limits = field(default_factory=Limits)

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        return compile_expression(expression).evaluate(data, now=self.now, zone=self.zone)

    def decide(self, decision: str, data: Mapping[str, Any]) -> Any:
        return self.compiled.decisions[decision][decision].evaluate(data, now=self.now, zone=self.zone)

    def call_service(self, name: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"service": name, **parameters}


class Player:
    """An instance in memory that is saved and loaded again after every move."""

    def __init__(self, compiled: Compiled, workflow: Workflow, host: Surroundings, steps: dict[str, Any]) -> None:
        self.compiled, self.workflow, self.host, self.steps = compiled, workflow, host, steps

    @classmethod
    def begun(cls, package: Package) -> Player:
        """A new instance of a package."""
        compiled = compile_package(package)
        host = Surroundings(compiled)
        player = cls(compiled, Workflow(compiled, host), host, {})
        player.workflow.advance()
        return player

    @classmethod
    def saved(cls, record: Json) -> Player:
        """The instance that a record holds, loaded as the version that it was deployed as."""
        package = Package.stored(zipped({name: text.encode() for name, text in record["files"].items()}))
        names = {process: tuple(nodes) for process, nodes in record["nodes"].items()}
        compiled = replace(compile_package(package), names=names)
        host = Surroundings(compiled, datetime.fromisoformat(record["moment"]))
        workflow, steps = load(b64decode(record["state"]), compiled, host)
        return cls(compiled, workflow, host, steps)

    def make(self, move: Move) -> None:
        """Let a move happen, then save and load."""
        self.host.now += timedelta(hours=move.hours)
        if move.step is None:
            self.workflow.advance()
        else:
            self.steps[move.step] = ["role", "P001", "person:P001", "", move.answers.get("outcome"), self.host.now]
            self.workflow.give(self._waiting(move.step, move.item), move.answers)
        if not self.workflow.completed:  # else the engine keeps no state
            self.workflow, self.steps = load(self.state(), self.compiled, self.host)

    def state(self) -> bytes:
        """The instance as it is stored."""
        return dump(self.workflow, self.steps)

    def stands(self) -> Json:
        """Where it stands: what is open, and when the next timer is due."""
        due = self.workflow.next_due()
        return {"open": [entry[:2] for entry in self.open_steps()], "due": due and due.isoformat()}

    def open_steps(self) -> list[list[Any]]:
        """Each open step with its item and the data that it starts from."""
        found = [[*self._name(task), plain(task.data)] for task in self.workflow.waiting_steps()]
        return sorted(found, key=repr)

    def _name(self, task: Any) -> tuple[str, Any]:
        return self.compiled.step_of(task), task.internal_data.get("key_or_index")

    def _waiting(self, step: str, item: int | str | None) -> Any:
        """Of several alike the one with the oldest data, whatever their order in memory."""
        found = [task for task in self.workflow.waiting_steps() if self._name(task) == (step, item)]
        assert found, f"{step} is not open; open are {self.stands()['open']}"
        return min(found, key=lambda task: repr(sorted(plain(task.data).items())))


def recorded(case: Case) -> Json:
    """Play a case and write down the state half way, and everything that is expected from there."""
    player = Player.begun(case.package)
    for move in case.before:
        player.make(move)
    record: Json = {
        "files": {name: content.decode() for name, content in case.package.files.items()},
        "digest": case.package.digest,
        "library": version("SpiffWorkflow"),
        "nodes": {process: list(nodes) for process, nodes in player.compiled.names.items()},
        "moment": player.host.now.isoformat(),
        "state": b64encode(player.state()).decode(),
        "steps": plain(player.steps),
        "knows": player.open_steps(),
        **player.stands(),
        "moves": [],
    }
    for move in case.after:
        player.make(move)
        record["moves"].append({**move.written(), **player.stands()})
    assert player.workflow.completed, f"{case.name} does not end: {player.stands()}"
    return {**record, "outcome": player.workflow.outcome(), "data": plain(player.workflow.data)}


def differences(record: Json) -> list[str]:
    """Where an instance goes another way than its record says; none if all is as it was."""
    player = Player.saved(record)
    digest = player.compiled.package.digest
    found = _unlike("as loaded", record, {"digest": digest, "steps": plain(player.steps), "knows": player.open_steps()})
    found += _unlike("as loaded", record, player.stands())
    for number, expected in enumerate(record["moves"], 1):
        if not found:
            player.make(Move(expected["step"], expected["answers"], expected["item"], expected["hours"]))
            found += _unlike(f"after move {number}", expected, player.stands())
    if not found:
        found += _unlike("at the end", record, {"outcome": player.workflow.outcome(), "data": _final(player)})
    return found


def _final(player: Player) -> Any:
    return plain(player.workflow.data) if player.workflow.completed else "it has not ended"


def _unlike(when: str, expected: Json, found: Json) -> list[str]:
    return [
        f"{when}, {name} is {value!r} and was {expected[name]!r}"
        for name, value in found.items()
        if value != expected[name]
    ]


_WRITTEN: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (Decimal, "number", str),
    (datetime, "moment", datetime.isoformat),
    (date, "date", date.isoformat),
    (time, "time", lambda clock: f"{clock.isoformat()} {clock.tzinfo}"),
    (timedelta, "seconds", timedelta.total_seconds),
    (Months, "months", lambda months: months.count),
)


def plain(value: Any) -> Any:
    """A value as JSON, its type with it where JSON has none."""
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return next(({name: write(value)} for kind, name, write in _WRITTEN if isinstance(value, kind)), value)
