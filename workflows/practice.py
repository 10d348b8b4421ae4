"""Plays a package's scenarios on the demo office, in memory: the way its author tries it before anybody else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import StaticPool, create_engine, select
from sqlalchemy.orm import Session

from engine.catalog import Catalog
from engine.check import Scenario, Surprise, Turn
from engine.db import Base, Instance, Task
from engine.errors import EngineError, Refused, Text
from engine.limits import DEFAULT, Limits
from engine.package import Package
from engine.runtime import Engine
from workflows import services
from workflows.demo import demo_people, load_demo
from workflows.people import People

NOW = datetime(2026, 11, 2, 5, tzinfo=UTC)
"""The day on which all scenarios play: Monday, 2 November 2026, 12.00 WIB."""


def play(package: Package, scenario: Scenario, limits: Limits = DEFAULT) -> Surprise | None:
    """Play a scenario; None if it ends as it says, else where and how it does not. Nothing is kept."""
    office, engine = _practice(package.to_zip(), limits)
    with Session(office) as session:
        try:
            return _Play(session, engine, package.manifest.key, scenario).run()
        finally:
            session.rollback()


@cache
def _practice(zipped: bytes, limits: Limits) -> tuple[SqlEngine, Engine]:
    """The demo office with the package deployed, in a database of its own that lives as long as the process."""
    memory = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(memory)
    engine = Engine(Catalog(services), services, People(), limits=limits)
    with Session(memory) as session:
        load_demo(session, NOW)
        engine.deploy(session, Package.read(zipped), by="scenario", now=NOW, state="live")
        session.commit()
    return memory, engine


@dataclass
class _Play:
    session: Session
    engine: Engine
    process: str
    scenario: Scenario
    instance: UUID | None = None

    def run(self) -> Surprise | None:
        """What differs from the expectation, None if nothing does."""
        turns = (self.scenario.start, *self.scenario.steps)
        for number, turn in enumerate(turns, 1):
            try:
                self._take(turn)
            except Refused as refused:
                if self.scenario.refused and number == len(turns):
                    return None
                return _stopped(turn, _reasons(refused))
            except EngineError as error:
                return _stopped(turn, error.text)
        end = _NOT_REFUSED if self.scenario.refused else self._difference()
        return None if end is None else Surprise(self.scenario.line, end)

    def _take(self, turn: Turn) -> None:
        answers = {key: _as_sent(value) for key, value in turn.answers.items()}
        if self.instance is None:
            actor = self.engine.directory.actor(self.session, turn.by or demo_people()[0].person, NOW)
            self.instance = self.engine.start(self.session, self.process, actor, answers, now=NOW).id
            return
        task = self.session.scalars(self._open().where(Task.step == turn.step)).first()
        if task is None:
            raise EngineError(_NOT_OPEN)
        actor = self.engine.directory.actor(self.session, self._who(turn, task), NOW)
        self.engine.decide(self.session, task.id, actor, answers, now=NOW)

    def _who(self, turn: Turn, task: Task) -> str:
        """The person named, else the first who may do the task, if it lies with the role named."""
        if turn.by is not None:
            return turn.by
        if turn.role is not None and turn.role != task.role:
            raise EngineError(
                Text(f"Langkah ini ada pada peran {task.role}.", f"The step is with the role {task.role}.")
            )
        barred = task.barred.split()
        people = People().people_of(self.session, task.principal, NOW)
        found = next((person for person in people if person not in barred), None)
        if found is None:
            raise EngineError(_NOBODY)
        return found

    def _open(self) -> Any:
        return select(Task).where(Task.instance_id == self.instance, Task.state == "open")

    def _difference(self) -> Text | None:
        instance = self.session.get_one(Instance, self.instance, populate_existing=True)
        steps = sorted(task.step for task in self.session.scalars(self._open()))
        if self.scenario.outcome not in (None, instance.outcome):
            at = instance.outcome or ", ".join(steps)
            return Text(f"berakhir di '{at}'", f"it ends at '{at}'")
        if self.scenario.open is not None and sorted(self.scenario.open) != steps:
            at = ", ".join(steps) or "-"
            return Text(f"yang menunggu: {at}", f"waiting are: {at}")
        return None


def _as_sent(value: Any) -> Any:
    """An answer as a form would send it."""
    return value.isoformat() if isinstance(value, date) else value


def _stopped(turn: Turn, reason: Text) -> Surprise:
    step = turn.step or "start"
    return Surprise(turn.line, Text(f"langkah '{step}': {reason.id}", f"step '{step}': {reason.en}"))


def _reasons(refused: Refused) -> Text:
    problems: Mapping[str, tuple[Text, ...]] = refused.problems
    texts = [(name, text) for name, found in problems.items() for text in found]
    return Text("; ".join(f"{n} {t.id}" for n, t in texts), "; ".join(f"{n} {t.en}" for n, t in texts))


_NOT_OPEN = Text("langkah ini tidak sedang menunggu", "this step is not waiting")
_NOBODY = Text("tidak ada yang memegang langkah ini", "nobody holds this step")
_NOT_REFUSED = Text("jawaban terakhir diterima", "the last answer is accepted")
