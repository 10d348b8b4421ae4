"""The engine: starts instances, gives tasks their answers, fires timers. Works in the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import evidence, incidents, locks, notes, nudging, referring, ruling
from engine.access import TASKS, capacity_for, claimed_by_another, may_do, sees
from engine.actor import Actor, Directory
from engine.catalog import Catalog, Deployed
from engine.db import Instance, Task, Version, table
from engine.diagram import Diagram, read_diagram
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Text
from engine.forms import Form, Progress
from engine.limits import DEFAULT, Limits
from engine.lists import Page, Startable, TaskRow, inbox_page, instance_page
from engine.notes import Note
from engine.package import Package
from engine.record import genesis
from engine.referring import Handable, Handing
from engine.reminders import Reminders
from engine.run import Run, call
from engine.services import Decision, Services
from engine.starting import Beginning, Starter
from engine.take_back import before, change_of, put_back
from engine.upcoming import following
from engine.views import Fact, InstanceView, Preview, Reader, Related, TaskView

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are mistaken for digits on paper or the telephone."""

_FIND_TASK: Select[Any] = select(*table(Task).columns, incidents.is_open().label("troubled")).where(
    TASKS.id == bindparam("task")
)
_CHANGE_TASK = update(table(Task)).where(TASKS.id == bindparam("task"))


class Engine:
    """Runs the deployed versions of a catalog for an organisation with its services."""

    def __init__(
        self,
        catalog: Catalog,
        services: Services,
        directory: Directory,
        *,
        release: str = "0.1.0",
        limits: Limits = DEFAULT,
        take_back: timedelta = timedelta(0),
    ) -> None:
        self.catalog = catalog
        self.services = services
        self.directory = directory
        self.limits = limits
        self.take_back_within = take_back
        self._release = release

    # Starting.

    def startable(self, session: Session, actor: Actor, *, now: datetime) -> list[Startable]:
        """The processes that the actor may start for themselves or for a colleague, by title."""
        return self._starter(session, actor, now).startable()

    def may_start_for(self, session: Session, process: str, actor: Actor, subject: str, *, now: datetime) -> bool:
        """Whether the actor may start a process for this person."""
        try:
            self._starter(session, actor, now).beginning(process, None, subject)
        except (NotFound, NotPermitted):
            return False
        return True

    def offers(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> list[Startable]:
        """The processes that the actor may start about an instance as it is now, by title. Raises `NotFound`."""
        return self._starter(session, actor, now).offers(instance_id)

    def start_form(
        self,
        session: Session,
        process: str,
        actor: Actor,
        *,
        now: datetime,
        about: UUID | None = None,
        subject: str | None = None,
    ) -> Form | None:
        """The form whose answers start an instance. Raises `NotFound`, `NotPermitted`, `Conflict`."""
        found = self._starter(session, actor, now).beginning(process, about, subject)
        form = found.deployed.form_of(found.step)
        if form is None or not form.waits_for_data:
            return form
        run = self._fresh(session, found, actor, now)
        return form.settled(run.about_subject(form), run.budget)

    def progress(
        self,
        session: Session,
        process: str,
        actor: Actor,
        answers: Mapping[str, Any],
        *,
        now: datetime,
        about: UUID | None = None,
        subject: str | None = None,
    ) -> Progress:
        """How far answers to the form that starts an instance go, page by page; nothing is stored or refused.

        Raises `NotFound`, `NotPermitted`, `Conflict`.
        """
        found = self._starter(session, actor, now).beginning(process, about, subject)
        return self._fresh(session, found, actor, now).progress(found.step, answers)

    def preview(
        self,
        session: Session,
        process: str,
        actor: Actor,
        answers: Mapping[str, Any],
        *,
        now: datetime,
        about: UUID | None = None,
        subject: str | None = None,
    ) -> Preview:
        """What would come of starting with these answers; nothing is stored.

        Raises `NotFound`, `NotPermitted`, `Conflict`, `Refused` by field.
        """
        found = self._starter(session, actor, now).beginning(process, about, subject)
        step, run = found.step, self._fresh(session, found, actor, now)
        with run.telling(step):
            accepted = run.accepted(step, answers, {})
            first = following(run, step)
            if (service := run.deployed.manifest.preview) is None:
                return Preview(accepted, [], [], first)
            data, given = {step: accepted}, run.deployed.manifest.given
            parameters = {
                name: run.evaluate(given[name], data) if name in given else accepted.get(name)
                for name in self.services[service].parameters
            }
            result = call(self.services, service, run.context(data), parameters)
        refusals = [Text(**text) for text in result.get("refusals", ())]
        return Preview(accepted, Fact.read(result.get("facts", ())), refusals, first)

    def decided(
        self, session: Session, process: str, decision: str, context: Mapping[str, Any], *, now: datetime
    ) -> Any:
        """What a decision of the live version of a process says of a context (see `engine.ruling`).

        Raises `NotFound`, `ServiceFailed`.
        """
        return ruling.decided(self.catalog, self.limits, session, process, decision, context, now)

    def start(
        self,
        session: Session,
        process: str,
        actor: Actor,
        answers: Mapping[str, Any],
        *,
        now: datetime,
        about: UUID | None = None,
        subject: str | None = None,
    ) -> InstanceView:
        """Start an instance of the live version by giving its first step its answers.

        ``about``: the instance that it is about, ``subject``: the colleague that it is for.
        Raises `NotFound`, `NotPermitted`, `Conflict`, `Refused` by field, `ServiceFailed`.
        """
        found = self._starter(session, actor, now).beginning(process, about, subject, lock=True)
        run, right = self._fresh(session, found, actor, now), found.right
        with run.telling(found.step):
            accepted = run.accepted(found.step, answers, {})
            session.execute(insert(table(Instance)).values(**_inserted(run.row)))
            run.begin(
                Decision(found.step, right.role, actor.person, right.principal, right.capacity, None, now), accepted
            )
            run.save("started", answers=accepted)
        return self.instance_for(session, actor, run.row.id, now=now)

    # Tasks.

    def task_for(self, session: Session, actor: Actor, task_id: UUID, *, now: datetime) -> TaskView:
        """A task on somebody's behalf, with its form and the request around it. Raises `NotFound`."""
        task = self._task(session, actor, task_id)
        view = self.instance_for(session, actor, task.instance_id, now=now)
        found = self._reader(session, actor, now).task(task, view, mine=may_do(actor, task))
        return replace(found, form=self._settled(session, found, actor, now))

    def _settled(self, session: Session, task: TaskView, actor: Actor, now: datetime) -> Form | None:
        """The form of an open task without what the data of its request hide.

        A request that cannot be read shows the whole form: whoever sends it is told why.
        """
        if task.form is None or task.state != "open" or not task.form.waits_for_data:
            return task.form
        row = session.get_one(Instance, task.instance.id)
        run = self._run(session, self.catalog.version(session, row.version_id), row, actor, now)
        try:
            run.resume()
        except EngineError:
            return task.form
        data = next((each.data for each in run.workflow.waiting_steps() if each.id == task.id), None)
        return task.form if data is None else task.form.settled({**run.about_subject(task.form), **data}, run.budget)

    def complete(
        self, session: Session, task_id: UUID, actor: Actor, answers: Mapping[str, Any], *, now: datetime
    ) -> InstanceView:
        """Give a task its answers and run the instance up to its next waiting point.

        Raises `NotFound`, `NotPermitted`, `Conflict` (who decided what, and when), `Refused` by field, `ServiceFailed`.
        """
        self.decide(session, task_id, actor, answers, now=now)
        instance_id = session.scalar(select(Task.instance_id).where(Task.id == task_id))
        return self.instance_for(session, actor, instance_id, now=now) if instance_id else _nothing()

    def decide(
        self, session: Session, task_id: UUID, actor: Actor, answers: Mapping[str, Any], *, now: datetime
    ) -> UUID:
        """As `complete`, but answers only with the id of the instance: no page is read for a redirect."""
        row = locks.take(session, locks.BY_TASK, task=task_id)
        task = self._task(session, actor, task_id)
        self._require_open(session, task, actor, now)
        deployed = self.catalog.version(session, row.version_id)
        run = self._run(session, deployed, row, actor, now)
        with run.telling(task.step):
            accepted = self._give(run, task, actor, answers)
            run.save("completed", answers=accepted, task=task)
        return UUID(str(row.id))

    def _give(self, run: Run, task: Row[Any], actor: Actor, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Give the task what its form accepts of the answers. Raises `Conflict` when its time has run out."""
        run.resume()
        if run.row.next_due is not None and run.row.next_due <= run.now:
            run.workflow.advance()  # a timer that is due goes first: whoever is late finds the step gone
        spiff_task = next((t for t in run.workflow.waiting_steps() if t.id == task.id), None)
        if spiff_task is None:
            raise Conflict(Text("Waktu untuk langkah ini sudah lewat.", "The time for this step has run out."))
        accepted = run.accepted(task.step, answers, spiff_task.data)
        capacity = capacity_for(actor, task)
        outcome = accepted.get("outcome") if isinstance(accepted.get("outcome"), str) else None
        run.subject_name, run.troubled = task.subject_name, task.troubled
        decision = Decision(task.step, task.role, actor.person, task.principal, capacity, outcome, run.now)
        run.complete(task.id, accepted, decision)
        done = {"state": "done", "done_by": actor.person, "done_at": run.now, "capacity": capacity, "outcome": outcome}
        run.session.execute(_CHANGE_TASK, {"task": task.id, **done, "alert_at": None})
        return accepted

    def take_back(self, session: Session, instance_id: UUID, actor: Actor, *, now: datetime) -> InstanceView:
        """Undo the actor's own last decision: its task is theirs again, as if nothing had been decided.

        Raises `NotFound`, `NotPermitted`, `Conflict` (too late, or what followed has left), `ServiceFailed`.
        """
        row = locks.take(session, locks.TO_TAKE_BACK, instance=instance_id)
        if row is None or not self._is_seen(session, instance_id, actor):
            raise NotFound()
        change = change_of(session, row, actor.person, now)
        task = session.execute(_FIND_TASK, {"task": change.task}).one()
        if not may_do(actor, task):
            raise NotPermitted()
        run = self._run(session, self.catalog.version(session, row.version_id), before(row, change), actor, now)
        with run.telling(task.step):
            run.resume()
            put_back(run, change, task, row.undo_until)
        return self.instance_for(session, actor, instance_id, now=now)

    def add_evidence(
        self, session: Session, instance_id: UUID, actor: Actor, answers: Mapping[str, Any], *, now: datetime
    ) -> None:
        """Add files to the questions of a running request's first step (see `InstanceView.evidence`).

        Raises `NotFound`, `NotPermitted`, `Conflict` when it is over, `Refused` by field.
        """
        row = locks.take(session, locks.TO_TAKE_BACK, instance=instance_id)
        if row is None:
            raise NotFound()
        view = self.instance_for(session, actor, instance_id, now=now)
        deployed = self.catalog.version(session, row.version_id)
        evidence.add(session, self.directory, deployed, row, view, actor, answers, release=self._release, now=now)

    def claim(self, session: Session, task_id: UUID, actor: Actor, *, now: datetime) -> None:
        """Take a task of a shared queue for oneself. Raises `NotFound`, `NotPermitted`, `Conflict`."""
        self._change_claim(session, task_id, actor, now, claimed_by=actor.person, claimed_at=now)

    def release(self, session: Session, task_id: UUID, actor: Actor, *, now: datetime) -> None:
        """Put a task that one took back into the queue. Raises `NotFound`, `NotPermitted`, `Conflict`."""
        self._change_claim(session, task_id, actor, now, claimed_by=None, claimed_at=None)

    def handable(self, session: Session, actor: Actor, task_id: UUID, *, now: datetime) -> Handable:
        """A task as whoever may hand it on is shown it, with whom it may go to. Raises `NotFound`."""
        task = self._movable(session, actor, task_id)
        row = session.execute(select(*locks.LOADED).where(Instance.id == task.instance_id)).one()
        deployed = self.catalog.version(session, row.version_id)
        right = referring.right_to_hand_on(actor, task, row, now)
        found = referring.targets(session, self.directory, actor, task, now=now) if right else []
        return Handable(
            id=task.id,
            instance_id=row.id,
            reference=row.reference,
            title=deployed.manifest.title,
            name=deployed.node_name(task.step),
            state=task.state,
            holder=self.directory.principal_label(session, task.principal, now),
            claimed_by_name=self.directory.name(session, task.claimed_by) if task.claimed_by else None,
            since=task.created_at,
            due=task.due,
            right=right,
            targets=found,
        )

    def hand_on(
        self, session: Session, task_id: UUID, actor: Actor, handing: Handing, *, now: datetime
    ) -> referring.Target:
        """Give an open task to somebody else who may do it, and tell them; who that is.

        Raises `NotFound`, `NotPermitted`, `Conflict`, `Refused` by field.
        """
        row = locks.take(session, locks.BY_TASK, task=task_id)
        task = self._movable(session, actor, task_id)
        return referring.hand_on(session, self.directory, actor, task, row, handing, release=self._release, now=now)

    def inbox(
        self,
        session: Session,
        actor: Actor,
        *,
        now: datetime,
        search: str = "",
        process: str | None = None,
        after: str | None = None,
        limit: int = 20,
    ) -> Page[TaskRow]:
        """The actor's open tasks, oldest due first; search is by reference or the start of the applicant's name."""
        rows, following, count = inbox_page(session, actor, search=search, process=process, after=after, limit=limit)
        self.directory.names(session, {person for row in rows for person in (row.subject, row.claimed_by) if person})
        reader = self._reader(session, actor, now)
        return Page([reader.row(row) for row in rows], following, count)

    def nudge(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> None:
        """Remind those who have the tasks of a request, on behalf of a party to it.

        Raises `NotFound`, `NotPermitted`, `Conflict` (too early).
        """
        row = notes.take(session, instance_id)
        view = self.instance_for(session, actor, instance_id, now=now)
        nudging.nudge(session, self.directory, row, view, actor, release=self._release, now=now)

    # Instances.

    def instance_for(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> InstanceView:
        """An instance with its open tasks and its history, if the actor may see it. Raises `NotFound`."""
        row = session.execute(select(Instance).where(Instance.id == instance_id, sees(actor))).scalar_one_or_none()
        if row is None:
            raise NotFound()
        return self._reader(session, actor, now).instance(row)

    def first_answers(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> Mapping[str, Any]:
        """The latest answers of the step that an instance began with, as values. Raises `NotFound`."""
        view = self.instance_for(session, actor, instance_id, now=now)
        first = self.catalog.version(session, view.version_id).compiled.first_step
        return self._reader(session, actor, now).previous(view, first) if first else {}

    def meant(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> Related:
        """An instance in short, as one about it names it. Raises `NotFound`."""
        found = self._reader(session, actor, now).related(Instance.id == instance_id)
        return found[0] if found else _nothing()

    def requests_about(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> list[Related]:
        """The requests about an instance that the actor may see, oldest first."""
        return self._reader(session, actor, now).related(Instance.about == instance_id)

    def instances(
        self, session: Session, actor: Actor, *, now: datetime, after: str | None = None, limit: int = 20
    ) -> Page[InstanceView]:
        """The requests that the actor is a party to, newest first."""
        rows, following = instance_page(session, actor, after=after, limit=limit)
        reader = self._reader(session, actor, now)
        return Page([reader.summary(row, meant) for row, meant in rows], following, len(rows))

    def diagram_of(self, session: Session, actor: Actor, instance_id: UUID, *, now: datetime) -> Diagram:
        """The diagram of the version that an instance runs on. Raises `NotFound`."""
        view = self.instance_for(session, actor, instance_id, now=now)
        manifest = self.catalog.version(session, view.version_id)
        return read_diagram(manifest.package.files[manifest.manifest.diagram], manifest.manifest.diagram)

    # Time.

    def due(self, session: Session, *, now: datetime, limit: int = 100) -> list[UUID]:
        """Instances that a timer has become due for, the longest due first."""
        waiting = select(Instance.id).where(Instance.next_due <= now).order_by(Instance.next_due).limit(limit)
        return list(session.scalars(waiting))

    def look_at_deadline(self, session: Session, task_id: UUID, *, now: datetime) -> str | None:
        """Remind people of a task whose deadline has to be looked at; the stage they were told of, if any."""
        return Reminders(self.catalog, self.directory, self._release).look(session, task_id, now=now)

    def tick(self, session: Session, instance_id: UUID, *, now: datetime) -> bool:
        """Fire the due timers of an instance; False when another worker was faster."""
        row = locks.take(session, locks.IF_DUE, instance=instance_id, now=now)
        if row is None:
            return False
        run = self._run(session, self.catalog.version(session, row.version_id), row, None, now)
        with run.telling(None):
            run.resume()
            run.workflow.advance()
            run.save("timer")
        return True

    # From outside.

    def note(self, session: Session, row: Any, note: Note, *, now: datetime) -> int:
        """Write into the record of an instance that `notes.take` has locked what happened to it, and tell people."""
        return notes.write(session, row, note, release=self._release, now=now)

    def remark(self, session: Session, instance_id: UUID, kind: str, actor: Actor, *, now: datetime) -> None:
        """Write into a request's record what the actor did about it elsewhere; nothing else changes.

        Raises `NotFound`.
        """
        row = notes.take(session, instance_id)
        if row is None:
            raise NotFound
        notes.Remark(kind, actor.person, (), {}).write(session, row, release=self._release, now=now)

    # Versions.

    def deploy(self, session: Session, package: Package, *, by: str, now: datetime, state: str = "draft") -> Version:
        """Store a checked package as the next version of its process. Raises `DiagramError`."""
        return self.catalog.deploy(session, package, by=by, now=now, state=state)

    def versions(self, session: Session) -> Sequence[Version]:
        """All versions, by process, newest first."""
        return session.scalars(select(Version).order_by(Version.process, Version.number.desc())).all()

    # Inside.

    def _reader(self, session: Session, actor: Actor, now: datetime) -> Reader:
        return Reader(session, self.catalog, self.directory, actor, now, self.take_back_within)

    def _run(self, session: Session, deployed: Deployed, row: Any, actor: Actor | None, now: datetime) -> Run:
        zone = self.directory.zone(session, row.unit, now)
        surroundings = (self.services, self.directory, row, now, actor, self._release, self.limits, zone)
        return Run(session, deployed, *surroundings, take_back=self.take_back_within)

    def _starter(self, session: Session, actor: Actor, now: datetime) -> Starter:
        return Starter(session, self.catalog, self.directory, actor, now, self.limits, self.services)

    def _fresh(self, session: Session, found: Beginning, actor: Actor, now: datetime) -> Run:
        """A run of an instance that is not stored yet."""
        own = found.subject == actor.person
        instance_id = time_ordered_id(now)
        row = Instance(
            id=instance_id,
            reference=f"{found.deployed.manifest.reference}-{reference(instance_id)}",
            process=found.deployed.process,
            version_id=found.deployed.id,
            subject=found.subject,
            starter=actor.person,
            unit=actor.unit if own else self.directory.unit(session, found.subject),
            about=found.about,
            status="running",
            state=None,
            revision=0,
            next_due=None,
            started_at=now,
            events=0,
            head=genesis(instance_id),
        )
        return self._run(session, found.deployed, row, actor, now)

    def _task(self, session: Session, actor: Actor, task_id: UUID) -> Row[Any]:
        """The task. Raises `NotFound` where the actor may not even know of it."""
        found = session.execute(_FIND_TASK, {"task": task_id}).one_or_none()
        if found is None:
            raise NotFound()
        if not may_do(actor, found) and not self._is_seen(session, found.instance_id, actor):
            raise NotFound()
        return found

    def _movable(self, session: Session, actor: Actor, task_id: UUID) -> Row[Any]:
        """The task for whoever may know of it, or sees to it that all tasks are done. Raises `NotFound`."""
        if not actor.assigns:
            return self._task(session, actor, task_id)
        return session.execute(_FIND_TASK, {"task": task_id}).one_or_none() or _nothing()

    def _is_seen(self, session: Session, instance_id: UUID, actor: Actor) -> bool:
        seen = select(Instance.id).where(Instance.id == instance_id, sees(actor))
        return session.execute(seen).one_or_none() is not None

    def _require_open(self, session: Session, task: Row[Any], actor: Actor, now: datetime) -> None:
        if task.state != "open":
            raise self._too_late(session, task)
        if not may_do(actor, task):
            raise NotPermitted()
        if claimed_by_another(task, actor.person, now):
            who = self.directory.name(session, task.claimed_by)
            raise Conflict(Text(f"Tugas ini sedang dikerjakan oleh {who}.", f"{who} is working on this task."))

    def _too_late(self, session: Session, task: Row[Any]) -> Conflict:
        if task.done_by is None:
            return Conflict(Text("Langkah ini sudah tidak berlaku.", "This step is no longer open."))
        who = self.directory.name(session, task.done_by)
        text = Text(f"Tugas ini sudah diselesaikan oleh {who}.", f"{who} has already completed this task.")
        return Conflict(text, decided_by=who, decided_at=task.done_at, outcome=task.outcome)

    def _change_claim(self, session: Session, task_id: UUID, actor: Actor, now: datetime, **values: Any) -> None:
        locks.take(session, locks.BY_TASK, task=task_id)
        task = self._task(session, actor, task_id)
        self._require_open(session, task, actor, now)
        session.execute(_CHANGE_TASK, {"task": task_id, **values})

    def is_stuck(self, session: Session, instance_id: UUID, *, now: datetime) -> bool:
        """Whether an instance that has not ended waits for nothing any more."""
        row = session.execute(select(*locks.LOADED).where(Instance.id == instance_id)).one()
        try:
            run = self._run(session, self.catalog.version(session, row.version_id), row, None, now)
            run.resume()
        except (SQLAlchemyError, OSError):
            raise
        except Exception:  # what cannot even be loaded, for whatever reason, does not move by itself
            return True
        return not run.workflow.waits()


def time_ordered_id(now: datetime) -> UUID:
    """A random id that begins with the moment (RFC 9562, version 7): neighbours in time are neighbours in an index."""
    moment = int(now.timestamp() * 1000) & (1 << 48) - 1
    chance = secrets.randbits(74)
    return UUID(int=moment << 80 | 7 << 76 | chance >> 62 << 64 | 2 << 62 | chance & (1 << 62) - 1)


def reference(instance_id: UUID) -> str:
    """Eight characters that a person can read out, from 40 random bits of the id."""
    number = int.from_bytes(hashlib.sha256(instance_id.bytes).digest()[:5])
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -5, -5))


def _inserted(row: Instance) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table(Instance).columns}


def _nothing() -> NoReturn:
    raise NotFound()
