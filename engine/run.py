"""One activation of an instance: load its state, let something happen, and write down all that came of it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine import chain, documents, incidents
from engine.about import end_about
from engine.access import INSTANCES, TASKS
from engine.actor import Actor, Case, Directory, Role
from engine.budget import Budget
from engine.catalog import Deployed
from engine.db import Instance, Task, table
from engine.errors import Conflict, EngineError, ServiceFailed, Text, Where
from engine.feel.errors import short
from engine.fitting import require_fitting
from engine.forms import Form
from engine.forms.paging import Progress, progress
from engine.limits import Limits
from engine.notices import add, tell
from engine.reminders import Time, due_at
from engine.services import Decision, ServiceContext, Services
from engine.spiff import Workflow
from engine.state import dump, load
from engine.summary import summary_of
from engine.take_back import Change, can_be_undone

log = logging.getLogger("alur.engine")

STUCK = Text("Permohonan ini belum berakhir, tetapi tidak menunggu apa pun.", "The process neither ended nor waits.")

SUBJECT = "subject"
"""Under this name the conditions of forms read what is known of the person whom a request concerns."""

Answer = TypeVar("Answer")

# Statements are made once: what changes from act to act are their parameters.
_STORE = update(table(Instance)).where(INSTANCES.id == bindparam("instance"))
_ADD_TASK = insert(table(Task))
_MOVED = ("barred", "principal", "designed", "claimed_by", "claimed_at")
"""What changes of a task that has to keep away from somebody."""


class NobodyResponsible(ServiceFailed):
    """Nobody in the organisation may do the next step."""

    text = Text(
        "Tidak ada pejabat yang dapat menangani langkah berikutnya. Hubungi kepegawaian.",
        "Nobody in the organisation may do the next step. Ask the personnel office.",
    )


@dataclass
class Run:
    """An instance taken for one activation; `engine.spiff.Host` for its workflow.

    ``row`` is the locked row of the instance, ``cause`` what a person just completed, ``results`` what
    services and tables answered.
    """

    session: Session
    deployed: Deployed
    services: Services
    directory: Directory
    row: Any
    now: datetime
    actor: Actor | None
    release: str
    limits: Limits
    zone: tzinfo = UTC
    steps: dict[str, Any] = field(default_factory=dict)
    cause: Decision | None = None
    results: list[list[Any]] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """The services that were called and do not only read."""
    take_back: timedelta = timedelta(0)
    """How long a decision can be taken back."""
    workflow: Workflow = field(init=False)
    before: set[UUID] = field(default_factory=set)
    summed_up: dict[str, str | None] = field(default_factory=dict)
    """What lists show from now on, once the first step has been given."""
    subject_name: str | None = None
    """As the task that led here has it; asked for when there is none."""
    fleeting: Mapping[str, str] = field(default_factory=dict)
    """What of the answers just given is kept nowhere."""
    troubled: bool = True
    """Whether an incident may be open; it is known of the task that led here."""

    @cached_property
    def budget(self) -> Budget:
        """The calculation that is left for this activation."""
        return Budget(self.limits, self.now, self.zone)

    def begin(self, decision: Decision, answers: Mapping[str, Any]) -> None:
        """A fresh instance whose first step has its answers, run up to the next one."""
        self.workflow = Workflow(self.deployed.compiled, self)
        self.workflow.advance()
        first = next(t for t in self.workflow.waiting_steps() if self.deployed.compiled.step_of(t) == decision.step)
        self.before = {first.id}
        self.complete(first.id, answers, decision)
        self.before = set()

    def resume(self) -> None:
        """The instance as it was saved. Raises `LimitExceeded` for one that goes round for ever."""
        if self.row.events >= self.limits.most_acts:
            raise self.limits.exceeded("most_acts", self.row.process)
        self.workflow, self.steps = load(self.row.state, self.deployed.compiled, self)
        self.before = {task.id for task in self.workflow.waiting_steps()}

    @contextmanager
    def telling(self, step: str | None) -> Iterator[None]:
        """Whatever fails inside, at a person's step or at a timer, is told with the place where it failed.

        An exception that nobody foresaw is a failed step too: which diagram makes it is known only now.
        """
        try:
            yield
        except ServiceFailed as error:
            self._place(error, step)
            raise
        except (EngineError, SQLAlchemyError, OSError):
            raise
        except Exception as error:
            failed = ServiceFailed()
            self._place(failed, step)
            frames = "".join(traceback.format_tb(error.__traceback__))  # its text may quote somebody's answers
            log.error("%s at %s in %s:\n%s", type(error).__name__, failed.element, self.row.reference, frames)
            raise failed from error

    def _place(self, error: ServiceFailed, step: str | None) -> None:
        begun = self.row.id if self.row.events else None
        error.where = Where(self.deployed.id, begun, step)
        if error.element is None:
            error.element = self.workflow.current if hasattr(self, "workflow") else step

    def accepted(self, step: str, answers: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that the step's form declares. Raises `Refused` by field."""
        form = self.deployed.form_of(step)
        if form is None:
            return {}
        context = {**self.about_subject(form), **context}
        taken = form.accept(answers, context=context, zone=self.zone, budget=self.budget)
        owner = self.actor.person if self.actor else None
        documents.require_usable(self.session, form, taken, owner=owner, instance=self.row.id)
        kept, self.fleeting = form.parted(taken)
        return kept

    def progress(self, step: str, answers: Mapping[str, Any]) -> Progress:
        """How far answers to the first step go; without a form, nothing is asked."""
        form = self.deployed.form_of(step)
        if form is None:
            return Progress((), {}, {})
        return progress(form, answers, context=self.about_subject(form), zone=self.zone, budget=self.budget)

    def about_subject(self, form: Form) -> dict[str, Any]:
        """What the conditions of a form read of the person whom it concerns; nothing is looked up where none does."""
        return {SUBJECT: self.directory.traits(self.session, self.row.subject)} if SUBJECT in form.names else {}

    # What the workflow asks (engine.spiff.Host).

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression over the process data and ``instance``."""
        value = self.budget.computed(expression, self._known(data))
        require_fitting(value, self.limits, short(expression))
        return value

    def decide(self, decision: str, data: Mapping[str, Any]) -> Any:
        """The result of a decision table of the package."""
        table = self.deployed.compiled.decisions.get(decision)
        if table is None:
            raise ServiceFailed(Text(f"Tabel keputusan “{decision}” tidak ada.", f"There is no decision “{decision}”."))
        result = self.budget.decided(table[decision], self._known(data))
        return self._kept(decision, result)

    def call_service(self, name: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The result of a service, called in this transaction."""
        result = dict(call(self.services, name, self.context(data), parameters))
        if not self.services[name].reads_only:
            self.calls.append((name, result))
        return self._kept(name, result)

    def _kept(self, source: str, result: Answer) -> Answer:
        require_fitting(result, self.limits, source)
        self.results.append([source, result])
        return result

    def context(self, data: Mapping[str, Any]) -> ServiceContext:
        """What a service may know of this instance at this moment."""
        return ServiceContext(
            session=self.session,
            now=self.now,
            today=self.now.astimezone(self.zone).date(),
            instance=self.row.id,
            reference=self.row.reference,
            process=self.row.process,
            subject=self.row.subject,
            starter=self.row.starter,
            unit=self.row.unit,
            actor=self.actor,
            cause=self.cause,
            decisions=self.decisions(),
            event=self.row.events + 1,
            data=data,
            about=self.row.about,
            about_reference=self._about_reference,
            ending=self._end_about,
            final_at=self.final_at,
            fleeting=self.fleeting,
        )

    @property
    def final_at(self) -> datetime:
        """When the act can no longer be taken back: at once, unless it is somebody's decision."""
        form = self.deployed.form_of(self.cause.step) if self.cause and self.row.events else None
        decides = form is not None and form.field("outcome") is not None
        return self.now + self.take_back if decides else self.now

    def _end_about(self, reason: Text) -> None:
        if self.row.about is None:
            raise Conflict(Text("Permohonan ini tidak mengenai permohonan lain.", "This request is about no other."))
        end_about(self, reason)

    @cached_property
    def _about_reference(self) -> str | None:
        if self.row.about is None:
            return None
        return self.session.scalar(select(INSTANCES.reference).where(INSTANCES.id == self.row.about))

    def decisions(self) -> tuple[Decision, ...]:
        """The latest completion of each step, oldest first."""
        known = [Decision(step, *values) for step, values in self.steps.items()]
        return tuple(sorted(known, key=lambda decision: decision.at))

    def complete(self, task_id: UUID, answers: Mapping[str, Any], decision: Decision) -> None:
        """Give a ready step its answers and run on."""
        self.cause = decision
        kept = [decision.role, decision.person, decision.principal, decision.capacity, decision.outcome, decision.at]
        self.steps.pop(decision.step, None)  # a repeated step moves to the end: their order tells what came last
        self.steps[decision.step] = kept
        require_fitting(dict(answers), self.limits, decision.step)
        self.sum_up(decision.step, answers)
        self.workflow.give(self.workflow.get_task_from_id(task_id), answers)

    def sum_up(self, step: str, answers: Mapping[str, Any]) -> None:
        """Make the summary anew where the step is the first: a calculation of its own, which costs the act nothing."""
        if step == self.deployed.compiled.first_step:
            budget = Budget(self.limits, self.now, self.zone)
            self.summed_up = {"summary": summary_of(self.deployed, self._known({step: dict(answers)}), budget)}

    # What is written down.

    def save(self, kind: str, *, answers: Mapping[str, Any] | None = None, task: Any = None) -> None:
        """Write the new state, tasks, event, notices and messages: all or, on an exception, nothing."""
        open_now = {spiff_task.id: spiff_task for spiff_task in self.workflow.waiting_steps()}
        created = [self._task_row(spiff_task) for key, spiff_task in open_now.items() if key not in self.before]
        closed = self.before - open_now.keys() - ({task.id} if task is not None else set())
        self._close(closed)
        moved = self._keep_apart()
        if created:
            add(self.session, _ADD_TASK, created)
        status = self._status()
        head = self._append(kind, answers, task)
        change = self._change(task, created, closed, moved)
        tell(self, created, status, due=self.now if change is None else self.final_at)
        self._store(status, head, change)

    def _change(
        self, task: Any, created: Sequence[Mapping[str, Any]], closed: set[UUID], moved: Sequence[Mapping[str, Any]]
    ) -> Change | None:
        """What a decision that can be taken back has changed."""
        if task is None or self.actor is None or self.final_at <= self.now:
            return None
        if not can_be_undone(self.services, self.calls):
            return None
        return Change(
            event=self.row.events + 1,
            task=task.id,
            by=self.actor.person,
            status=self.row.status,
            state=self.row.state,
            next_due=self.row.next_due,
            created=tuple(each["id"] for each in created),
            closed=tuple(closed),
            moved=tuple(moved),
            calls=tuple(self.calls),
        )

    def _status(self) -> str:
        if self.workflow.completed:
            return "ended"
        return "running" if self.workflow.waits() else "incident"

    def _store(self, status: str, head: bytes, change: Change | None) -> None:
        over = status == "ended"
        values = {
            "status": status,
            "state": None if over else dump(self.workflow, self.steps),
            "next_due": None if over else self.workflow.next_due(),
            "outcome": self.workflow.outcome() if over else None,
            "ended_at": self.now if over else None,
            "events": self.row.events + 1,
            "head": head,
            "undo": None if change is None else change.packed(),
            "undo_until": None if change is None else self.final_at,
            **self.summed_up,
        }
        self.session.execute(_STORE, {"instance": self.row.id, **values})
        if status == "incident":
            incidents.report_held(self.session, self.row.id, incidents.NOTHING_WAITS, STUCK, now=self.now)
        else:
            self._close_incidents(over)

    def _close_incidents(self, over: bool) -> None:
        """What had failed went well now, or is no longer wanted."""
        done = []
        if not self.row.events:
            done = [incidents.of_start(self.row.version_id)]
        elif self.troubled:
            done = [incidents.of_instance(self.row.id)]
            step = self.cause.step if self.cause else None
            done += [] if over else [incidents.gone_through(step, self.workflow.awaited_elements())]
        if done:
            by = self.actor.person if self.actor else None
            incidents.close(self.session, *done, by=by, now=self.now)

    def _append(self, kind: str, answers: Mapping[str, Any] | None, task: Any) -> bytes:
        facts = {
            "actor": self.actor.person if self.actor else None,
            "step": self.cause.step if self.cause else None,
            "item": task.item if task is not None else None,
            "principal": self.cause.principal if self.cause else None,
            "capacity": self.cause.capacity if self.cause else None,
            "outcome": self.cause.outcome if self.cause else None,
            "release": self.release,
        }
        payload = {
            "answers": dict(answers or {}),
            "results": self.results,
            "path": self.workflow.path,
            **self._attached(answers or {}),
        }
        return chain.append(self.session, self.row, kind, at=self.now, facts=facts, payload=payload)

    def _attached(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The documents that the answers name are the request's from now on; the record keeps their SHA-256."""
        if self.cause is None:
            return {}
        step, owner = self.cause.step, self.actor.person if self.actor else None
        form = self.deployed.form_of(step)
        found = documents.attach(self.session, form, answers, owner=owner, instance=self.row.id, step=step)
        return {"documents": found} if found else {}

    def _close(self, gone: set[UUID]) -> None:
        """Steps that a boundary event or a completed quorum has taken away."""
        if gone:
            self.session.execute(
                update(table(Task)).where(TASKS.id.in_(sorted(gone))).values(state="cancelled", done_at=self.now)
            )

    def _keep_apart(self) -> list[dict[str, Any]]:
        """Who just did a step may not do one that waits beside it and needs somebody else; it may have to move on.

        The answer is what those tasks had before.
        """
        step = self.cause.step if self.cause else None
        others = {other for group in self.deployed.manifest.different if step in group for other in group} - {step}
        if not others:
            return []
        beside = (TASKS.instance_id == self.row.id, TASKS.state == "open", TASKS.step.in_(sorted(others)))
        tasks = self.session.execute(select(table(Task)).where(*beside)).all()
        for task in tasks:
            barred = set(task.barred.split()) | self._barred(task.step, self.directory.roles()[task.role])
            values = {"barred": _spaced(barred), **self._rehomed(task, barred)}
            self.session.execute(update(table(Task)).where(TASKS.id == task.id).values(**values))
        return [{name: getattr(task, name) for name in ("id", *_MOVED)} for task in tasks]

    def _rehomed(self, task: Any, barred: set[str]) -> dict[str, Any]:
        """Where a waiting task belongs once more people are barred; one of them gives up a claim."""
        designed = task.designed or task.principal
        principal = self._holder(designed, barred, task.matter)
        values = {"principal": principal, "designed": None if principal == designed else designed}
        return values | ({"claimed_by": None, "claimed_at": None} if task.claimed_by in barred else {})

    def _task_row(self, spiff_task: Any) -> dict[str, Any]:
        step = self.deployed.compiled.steps[self.deployed.compiled.step_of(spiff_task)]
        role = role_of(self.directory.roles(), step.lane)
        case = Case(self.row.process, self.row.subject, self.row.starter, self.row.unit, spiff_task.data)
        barred = self._barred(step.id, role)
        matter = self._matter(spiff_task.data)
        designed = self.directory.principal(self.session, role, case, self.now)
        principal = self._holder(designed, barred, matter)
        item = spiff_task.internal_data.get("key_or_index")
        due = due_at(self.session, self.directory, step, self.row.unit, sent=self.row.started_at, begun=self.now)
        time = Time(self.row.unit, self.now, due, step)
        return {
            "id": spiff_task.id,
            "instance_id": self.row.id,
            "process": self.row.process,
            "step": step.id,
            "item": None if item is None else str(item),
            "role": role.key,
            "matter": matter,
            "principal": principal,
            "designed": None if principal == designed else designed,
            "barred": _spaced(barred),
            "subject_name": self._subject_name(),
            "state": "open",
            "due": due,
            "created_at": self.now,
            "alert_at": time.next_alert(self.session, self.directory),
        }

    def _holder(self, designed: str | None, barred: set[str], matter: str) -> str:
        holder = None
        if designed is not None:
            holder = self.directory.holder(self.session, designed, barred=barred, matter=matter, now=self.now)
        if holder is None:
            raise NobodyResponsible()
        return holder

    def _barred(self, step: str, role: Role) -> set[str]:
        """The parties, and whoever did a step that needs somebody else; nobody for the requester's own steps.

        Who started a process that begins with another than the requester may mend that first step, and decides no more.
        """
        if role.kind == "requester":
            return set()
        groups = [group for group in self.deployed.manifest.different if step in group]
        others = {other for group in groups for other in group if other != step}
        parties = (
            {self.row.subject} if step == self.deployed.compiled.first_step else {self.row.subject, self.row.starter}
        )
        return parties | {self.steps[o][1] for o in others if o in self.steps}

    def _matter(self, data: Mapping[str, Any]) -> str:
        expression = self.deployed.manifest.matter
        matter = self.evaluate(expression, data) if expression else None
        return matter if isinstance(matter, str) else self.row.process

    def _subject_name(self) -> str:
        return self.subject_name or self.directory.name(self.session, self.row.subject).casefold()

    def _known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {**data, "instance": self._itself}

    @cached_property
    def _itself(self) -> dict[str, Any]:
        """What expressions read of the instance."""
        return {
            "reference": self.row.reference,
            "subject": self.row.subject,
            "starter": self.row.starter,
            "unit": self.row.unit,
            "started": self.row.started_at.astimezone(self.zone).date(),
            "today": self.now.astimezone(self.zone).date(),
        }


def call(services: Services, name: str, context: ServiceContext, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Call a registered service; whatever it raises of its own accord becomes a failed step."""
    if name not in services:
        raise ServiceFailed(Text(f"Layanan “{name}” tidak terdaftar.", f"The service “{name}” is not registered."))
    try:
        return services[name].handler(context, **parameters)
    except EngineError:
        raise
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise ServiceFailed(Text(f"Layanan “{name}” gagal.", f"The service “{name}” failed.")) from error


def _spaced(people: set[str]) -> str:
    """People as `engine.db.Task` keeps those who are barred."""
    return f" {' '.join(sorted(people))} " if people else ""


def role_of(roles: Mapping[str, Role], lane: str) -> Role:
    """The role of the catalogue that a lane is named after. Raises `NobodyResponsible`."""
    for role in roles.values():
        if lane in (role.key, role.name.id, role.name.en):
            return role
    raise NobodyResponsible()
