"""Plays a package's scenarios on the demo office, in memory: the way its author tries it before anybody else does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import StaticPool, create_engine, select
from sqlalchemy.orm import Session

from engine import documents
from engine.actor import Actor
from engine.catalog import Catalog
from engine.check import Scenario, Surprise, Turn
from engine.db import Base, Instance, Task
from engine.errors import DiagramError, EngineError, Refused, Text
from engine.forms import Field, Form, flat
from engine.inspection import PDF
from engine.limits import DEFAULT, Limits
from engine.package import Package
from engine.runtime import Engine
from engine.uploads import Upload
from workflows import reach, services
from workflows.data_update import codes
from workflows.demo import demo_people, load_demo
from workflows.people import People
from workflows.roles import packages

NOON = time(5, tzinfo=UTC)
"""12.00 WIB, when all scenarios begin."""
NOW = datetime.combine(date(2026, 11, 2), NOON)
"""The day on which scenarios play that name no other: Monday, 2 November 2026."""
SENT = "sent"
"""What a scenario answers where a one-time code is asked for: the one that was sent."""
A_FILE = b"%PDF-1.4\n%%EOF\n"
"""What the files that scenarios name are made of."""


def play(package: Package, scenario: Scenario, limits: Limits = DEFAULT) -> Surprise | None:
    """Play a scenario; None if it ends as it says, else where and how it does not. Nothing is kept."""
    meant = scenario.about.process if scenario.about else None
    try:
        office, engine = _practice(package.to_zip(), None if meant == package.manifest.key else meant, limits)
    except DiagramError as error:
        return Surprise(scenario.line, error.text)
    with Session(office) as session:
        try:
            return _Play(session, engine, package.manifest.key, scenario).run()
        finally:
            session.rollback()


@cache
def _practice(zipped: bytes, meant: str | None, limits: Limits) -> tuple[SqlEngine, Engine]:
    """The demo office with the package deployed, in a database of its own that lives as long as the process.

    Beside it the released package of the process that it is ``about``. Raises `DiagramError` if there is none.
    """
    released = [packages() / meant] if meant else []
    together = [Package.read(zipped), *(Package.read(folder) for folder in released)]
    memory = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(memory)
    engine = Engine(Catalog(services), services, People(), limits=limits)
    with Session(memory) as session:
        load_demo(session, NOW)
        session.add_all(_reached(each.person) for each in demo_people())
        for package in together:
            engine.deploy(session, package, by="scenario", now=NOW, state="live")
        session.commit()
    return memory, engine


@dataclass
class _Play:
    """A scenario being played; ``instance`` is the one that moves, ``about`` the one that it is about."""

    session: Session
    engine: Engine
    process: str
    scenario: Scenario
    instance: UUID | None = None
    about: UUID | None = None
    now: datetime = NOW

    def run(self) -> Surprise | None:
        """What differs from the expectation, None if nothing does."""
        if self.scenario.on is not None:
            self.now = datetime.combine(self.scenario.on, NOON)
        for last, process, turn in self._turns():
            try:
                self._take(process, turn)
            except Refused as refused:
                if self.scenario.refused and last:
                    return None
                return _stopped(turn, _reasons(refused))
            except EngineError as error:
                return _stopped(turn, error.text)
        end = _NOT_REFUSED if self.scenario.refused else self._difference()
        return None if end is None else Surprise(self.scenario.line, end)

    def _turns(self) -> Iterator[tuple[bool, str, Turn]]:
        """All turns in order, each with its process, and whether it is the last."""
        before = self.scenario.about
        if before is not None:
            yield from ((False, before.process, turn) for turn in (before.start, *before.steps))
            self.about, self.instance = self.instance, None
        turns = (self.scenario.start, *self.scenario.steps)
        yield from ((number == len(turns), self.process, turn) for number, turn in enumerate(turns, 1))

    def _take(self, process: str, turn: Turn) -> None:
        if turn.wait is not None:
            self._wait(turn.wait)
        elif self.instance is None:
            self._start(process, turn)
        else:
            self._answer(turn)

    def _wait(self, long: timedelta) -> None:
        """Let time pass: what becomes due meanwhile happens when it is due."""
        until = self.now + long
        due = select(Instance.id, Instance.next_due).where(Instance.next_due <= until).order_by(Instance.next_due)
        while (first := self.session.execute(due.limit(1)).one_or_none()) is not None:
            self.now = max(self.now, first.next_due)
            self.engine.tick(self.session, first.id, now=self.now)
        self.now = until

    def _start(self, process: str, turn: Turn) -> None:
        actor = self._actor(turn.by or demo_people()[0].person)
        what: dict[str, Any] = {"now": self.now, "about": self.about, "subject": turn.behalf}
        form = self.engine.start_form(self.session, process, actor, **what)
        answers = self._answers(turn, form, actor)
        self.instance = self.engine.start(self.session, process, actor, answers, **what).id

    def _answer(self, turn: Turn) -> None:
        task = self.session.scalars(self._open().where(Task.step == turn.step)).first()
        if task is None:
            raise EngineError(_NOT_OPEN)
        actor = self._actor(self._who(turn, task))
        version = self.session.scalars(select(Instance.version_id).where(Instance.id == self.instance)).one()
        form = self.engine.catalog.version(self.session, version).form_of(task.step)
        answers = self._answers(turn, form, actor)
        self.engine.decide(self.session, task.id, actor, answers, now=self.now)

    def _actor(self, person: str) -> Actor:
        return self.engine.directory.actor(self.session, person, self.now)

    def _answers(self, turn: Turn, form: Form | None, actor: Actor) -> dict[str, Any]:
        """The answers as a form would send them; the files that they name are made up."""
        return self._row(turn.answers, form.fields if form else (), actor)

    def _row(self, given: Mapping[str, Any], fields: Iterable[Field], actor: Actor) -> dict[str, Any]:
        known = {field.key: field for field in flat(tuple(fields))}
        return {key: self._one(value, known.get(key), actor) for key, value in given.items()}

    def _one(self, value: Any, field: Field | None, actor: Actor) -> Any:
        if field is not None and field.type == "filepicker":
            return self._files(value, actor)
        if field is not None and field.type == "dynamiclist" and isinstance(value, list):
            return [self._row(each, field.fields, actor) if isinstance(each, dict) else each for each in value]
        if field is not None and field.fleeting and value == SENT and self.instance is not None:
            return codes.sent_code(self.session, self.instance, self.now)
        return _as_sent(value)

    def _files(self, names: Any, actor: Actor) -> list[str]:
        found = names if isinstance(names, list) else [names]
        uploads = [Upload(str(name), PDF, A_FILE + str(name).encode()) for name in found]
        stored = [documents.store(self.session, owner=actor.person, upload=each, now=self.now) for each in uploads]
        return [str(each) for each in stored]

    def _who(self, turn: Turn, task: Task) -> str:
        """The person named, else the first who may do the task, if it lies with the role named."""
        if turn.by is not None:
            return turn.by
        if turn.role is not None and turn.role != task.role:
            raise EngineError(
                Text(f"Langkah ini ada pada peran {task.role}.", f"The step is with the role {task.role}.")
            )
        barred = task.barred.split()
        people = People().people_of(self.session, task.principal, self.now)
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
        return self._difference_of_meant()

    def _difference_of_meant(self) -> Text | None:
        if self.scenario.meant is None or self.about is None:
            return None
        meant = self.session.get_one(Instance, self.about, populate_existing=True)
        if self.scenario.meant in (meant.status, meant.outcome):
            return None
        at = meant.outcome or meant.status
        return Text(f"permohonan yang dimaksud: '{at}'", f"the request that is meant: '{at}'")


def _reached(person: str) -> reach.Contact:
    """A mail address of everybody, in use for long: codes go there, and nowhere in truth."""
    since = NOW - timedelta(days=365)
    address = f"{person.lower()}@contoh.go.id"
    return reach.Contact(
        person=person, channel=reach.MAIL, address=address, confirmed_at=since, wants="all", asks=0, tries=0
    )


def _as_sent(value: Any) -> Any:
    """An answer as a form would send it."""
    if isinstance(value, list):
        return [_as_sent(each) for each in value]
    if isinstance(value, dict):
        return {key: _as_sent(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _stopped(turn: Turn, reason: Text) -> Surprise:
    step = turn.step or ("start" if turn.wait is None else "wait")
    return Surprise(turn.line, Text(f"langkah '{step}': {reason.id}", f"step '{step}': {reason.en}"))


def _reasons(refused: Refused) -> Text:
    problems: Mapping[str, tuple[Text, ...]] = refused.problems
    texts = [(name, text) for name, found in problems.items() for text in found]
    return Text("; ".join(f"{n} {t.id}" for n, t in texts), "; ".join(f"{n} {t.en}" for n, t in texts))


_NOT_OPEN = Text("langkah ini tidak sedang menunggu", "this step is not waiting")
_NOBODY = Text("tidak ada yang memegang langkah ini", "nobody holds this step")
_NOT_REFUSED = Text("jawaban terakhir diterima", "the last answer is accepted")
