"""What a person is shown of an instance: plain data in both languages, with nothing they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from engine import documents, evidence
from engine.about import CANCELLED
from engine.access import capacity_for, claimed_by_another, may_do, sees
from engine.actor import Actor, Directory
from engine.catalog import Catalog, Deployed
from engine.db import Event, Instance, Task
from engine.erasing import ERASED, FILES_ERASED
from engine.errors import Text
from engine.evidence import EVIDENCE, MayFollow
from engine.forms import Attachments, Form
from engine.lists import TaskRow
from engine.notes import ENTERED, NOT_ENTERED, RECOUNTED
from engine.nudging import NUDGED
from engine.record import read_facts, read_payload
from engine.referring import REASSIGNED, REFERRED, right_to_hand_on
from engine.reminders import ESCALATED
from engine.summary import in_short
from engine.take_back import TAKEN_BACK
from engine.upcoming import Following

Pairs = list[tuple[Text, Text]]

HAPPENED = {
    "timer": Text("Pengatur waktu", "Timer"),
    CANCELLED: Text("Ditarik", "Withdrawn"),
    TAKEN_BACK: Text("Keputusan ditarik kembali", "Decision taken back"),
    RECOUNTED: Text("Hari kerja dihitung ulang", "Working days counted anew"),
    REFERRED: Text("Tugas diteruskan", "Task handed on"),
    REASSIGNED: Text("Tugas dialihkan", "Task given to somebody else"),
    NUDGED: Text("Pemohon mengingatkan", "Reminder by the applicant"),
    EVIDENCE: Text("Berkas menyusul", "Files added later"),
    ESCALATED: Text("Lewat tenggat, pejabat di atasnya diberi tahu", "Overdue, the post above was told"),
    ENTERED: Text("Dicatat di sistem lain", "Entered in another system"),
    NOT_ENTERED: Text("Tanda pencatatan di sistem lain dibatalkan", "Not entered in another system after all"),
    ERASED: Text("Isi permohonan dihapus", "What the request said was erased"),
    FILES_ERASED: Text("Berkas dihapus", "Files were erased"),
}
"""What a line of the history that is no person's step is called."""
REMARKS = frozenset({NUDGED, ESCALATED, EVIDENCE, FILES_ERASED, ENTERED, NOT_ENTERED})
"""Kinds of events that change nothing: what was decided before them can still be taken back."""
OneEvent = tuple[dict[str, Any], dict[str, Any]]
Events = Sequence[OneEvent]
"""Of each event the facts and the payload."""


@dataclass(frozen=True)
class Fact:
    """Something worth knowing before a decision, worked out by a service."""

    label: Text
    value: Text

    @classmethod
    def read(cls, facts: Iterable[Mapping[str, Any]]) -> list[Fact]:
        """The facts in a service's result."""
        return [cls(Text(**fact["label"]), Text(**fact["value"])) for fact in facts]


@dataclass(frozen=True)
class Preview:
    """What would come of a request: the accepted answers, facts about them, and what speaks against it.

    ``following``: who gets it first, where the diagram leaves no doubt.
    """

    answers: dict[str, Any]
    facts: list[Fact]
    refusals: list[Text]
    following: Following | None = None


@dataclass(frozen=True)
class TakeBack:
    """Until when the last decision can be taken back, and whether by the actor; None: it is final at once."""

    until: datetime | None
    mine: bool


@dataclass(frozen=True)
class OpenTask:
    """A step that waits: with whom, since when and by when."""

    id: UUID
    step: str
    name: Text
    principal: str
    holder: Text
    since: datetime
    due: datetime
    form: str | None
    mine: bool
    movable: bool
    """Whether the reader may hand it to somebody else by office."""
    claimed_by: str | None
    claimed_by_name: str | None
    by_clock: bool = False
    """Whether it is due at an hour, as a law counts, and not at the end of a working day."""


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the history: who did what, in what capacity, with what result; and whether it was taken back."""

    at: datetime
    kind: str
    who: str
    capacity: str
    step: str | None
    name: Text
    outcome: str | None
    outcome_label: Text | None
    answers: Pairs
    taken_back: bool = False


@dataclass(frozen=True)
class Section:
    """The latest answers of one step."""

    step: str
    name: Text
    rows: Pairs


@dataclass(frozen=True)
class Related:
    """A request about this one, or the one that this one is about."""

    id: UUID
    reference: str
    title: Text
    subject_name: str
    status: str
    outcome_name: Text | None
    started_at: datetime
    summary: Text | None
    asked: Form | None = None
    """The form of its first step."""


@dataclass(frozen=True)
class InstanceView:
    """A request as its page shows it. ``timeline`` is newest last; in lists it and the answers are empty.

    ``summary``: one line of what is asked for, days in it written as 2026-12-07; in lists with that of the request
    that it is about.

    ``about``: the request that it is about, where the actor may see that one. ``take_back``: of a decision that
    can still be taken back, and of the actor's own that could not be.
    """

    id: UUID
    reference: str
    process: str
    title: Text
    version: int
    version_id: int
    status: str
    outcome: str | None
    outcome_name: Text | None
    subject: str
    subject_name: str
    starter: str
    starter_name: str
    unit: str
    started_at: datetime
    ended_at: datetime | None
    tasks: list[OpenTask]
    timeline: list[TimelineEntry]
    answers: list[Section]
    facts: list[Fact]
    done_steps: set[str]
    open_steps: set[str]
    summary: Text | None = None
    about: Related | None = None
    take_back: TakeBack | None = None
    evidence: tuple[MayFollow, ...] = ()
    """The questions for which the actor may still add files."""
    erased_at: datetime | None = None
    """When what it said was erased: it has a history then, and no answers."""
    asked: Form | None = None
    """The form of the first step, for pages that show its answers in their own way."""


@dataclass(frozen=True)
class TaskView:
    """A task as its page shows it; ``previous`` are the earlier answers of this step."""

    id: UUID
    step: str
    name: Text
    instructions: Text | None
    form: Form | None
    instance: InstanceView
    state: str
    due: datetime
    mine: bool
    claimed_by: str | None
    claimed_by_name: str | None
    capacity: str
    previous: Mapping[str, Any]
    by_clock: bool = False
    """Whether it is due at an hour, as a law counts, and not at the end of a working day."""


@dataclass(frozen=True)
class Reader:
    """Reads instances for one actor at one moment."""

    session: Session
    catalog: Catalog
    directory: Directory
    actor: Actor
    now: datetime
    take_back: timedelta = timedelta(0)

    def instance(self, row: Instance) -> InstanceView:
        """A request with its history."""
        view = self._view(row, self._events(row))
        return (
            view if row.about is None else replace(view, about=next(iter(self.related(Instance.id == row.about)), None))
        )

    def related(self, which: ColumnElement[bool]) -> list[Related]:
        """The requests that ``which`` picks out and the actor may see, oldest first."""
        wanted = select(Instance).where(which, sees(self.actor)).order_by(Instance.started_at, Instance.id)
        return [self._related(row) for row in self.session.scalars(wanted)]

    def _related(self, row: Instance) -> Related:
        deployed = self.catalog.version(self.session, row.version_id)
        ended = deployed.node_name(row.outcome) if row.outcome else None
        name = self._name(row.subject) or ""
        place = (row.id, row.reference, deployed.manifest.title, name, row.status, ended, row.started_at)
        return Related(*place, in_short(row.summary), _first_form(deployed))

    def summary(self, row: Instance, meant: str | None) -> InstanceView:
        """A request as a line of a list, without its history; ``meant``: the summary of the one that it is about."""
        return replace(self._view(row, []), summary=in_short(row.summary, meant))

    def task(self, task: Row[Any], instance: InstanceView, *, mine: bool) -> TaskView:
        """A task with its form; ``mine`` tells whether the actor may do it, claims by others included."""
        deployed = self.catalog.version(self.session, instance.version_id)
        step = deployed.compiled.steps[task.step]
        free = task.state == "open" and not claimed_by_another(task, self.actor.person, self.now)
        return TaskView(
            id=task.id,
            step=task.step,
            name=deployed.node_name(task.step),
            instructions=deployed.instructions(task.step) if step.instructions else None,
            form=deployed.form_of(task.step),
            instance=instance,
            state=task.state,
            due=task.due,
            mine=mine and free,
            claimed_by=task.claimed_by,
            claimed_by_name=self._name(task.claimed_by),
            capacity=self._capacity(task),
            previous=self.previous(instance, task.step),
            by_clock=step.due_hours is not None,
        )

    def row(self, task: Row[Any]) -> TaskRow:
        """A line of the inbox."""
        deployed = self.catalog.version(self.session, task.version_id)
        form = deployed.form_of(task.step)
        return TaskRow(
            id=task.id,
            instance_id=task.instance_id,
            reference=task.reference,
            process=task.process,
            title=deployed.manifest.title,
            step=task.step,
            name=deployed.node_name(task.step),
            subject_name=self._name(task.subject) or "",
            due=task.due,
            since=task.created_at,
            claimed_by=task.claimed_by,
            claimed_by_name=self._name(task.claimed_by),
            capacity=self._capacity(task),
            summary=in_short(task.summary, task.meant),
            decides=form is not None and form.chooses,
            by_clock=deployed.compiled.steps[task.step].due_hours is not None,
        )

    def _view(self, row: Instance, events: Events) -> InstanceView:
        deployed = self.catalog.version(self.session, row.version_id)
        actors = {str(facts["actor"]) for facts, _ in events if "actor" in facts}
        self.directory.names(self.session, {row.subject, row.starter, *actors})
        attachments = self._attachments(row, events)
        open_tasks = self._open_tasks(row, deployed)
        undone = {facts["undoes"] for facts, _ in events if facts["kind"] == TAKEN_BACK}
        standing = [each for each in events if each[0]["kind"] != TAKEN_BACK and each[0]["number"] not in undone]
        path = [node for _, payload in standing for node in payload.get("path", ())]
        erased_at = next((datetime.fromisoformat(facts["at"]) for facts, _ in events if facts["kind"] == ERASED), None)
        return InstanceView(
            id=row.id,
            reference=row.reference,
            process=row.process,
            title=deployed.manifest.title,
            version=deployed.number,
            version_id=deployed.id,
            status=row.status,
            outcome=row.outcome,
            outcome_name=deployed.node_name(row.outcome) if row.outcome else None,
            subject=row.subject,
            subject_name=self._name(row.subject) or "",
            starter=row.starter,
            starter_name=self._name(row.starter) or "",
            unit=row.unit,
            started_at=row.started_at,
            ended_at=row.ended_at,
            summary=in_short(row.summary),
            tasks=open_tasks,
            timeline=[
                self._line(deployed, event, attachments, taken_back=event[0]["number"] in undone) for event in events
            ],
            answers=self._sections(deployed, standing, attachments) if erased_at is None else [],
            facts=self._facts(standing),
            done_steps=set(path),
            open_steps={task.step for task in open_tasks},
            take_back=self._take_back(row, deployed, events),
            evidence=self._evidence(row, deployed, standing, open_tasks),
            erased_at=erased_at,
            asked=_first_form(deployed),
        )

    def _evidence(
        self, row: Instance, deployed: Deployed, events: Events, open_tasks: Sequence[OpenTask]
    ) -> tuple[MayFollow, ...]:
        """What the actor may still add to what was sent first; nothing while that step waits for them anyway."""
        first = deployed.compiled.first_step
        waits = any(task.step == first for task in open_tasks)
        answers = None if waits or first is None else _latest(events).get(first)
        return evidence.offered(self.directory, deployed, row, self.actor, answers)

    def _take_back(self, row: Instance, deployed: Deployed, events: Events) -> TakeBack | None:
        """Whether what happened last was a decision, and can be taken back."""
        facts = next((each for each, _ in reversed(events) if each["kind"] not in REMARKS), {})
        form = deployed.form_of(facts["step"]) if facts.get("kind") == "completed" else None
        if form is None or form.field("outcome") is None:
            return None
        mine = facts.get("actor") == self.actor.person
        if row.undo_until is not None:
            return TakeBack(row.undo_until, mine) if row.undo_until > self.now else None
        recent = datetime.fromisoformat(facts["at"]) + self.take_back > self.now
        return TakeBack(None, mine) if mine and recent else None

    def _events(self, row: Instance) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        wanted = select(Event.record, Event.payload).where(Event.instance_id == row.id).order_by(Event.number)
        return [(read_facts(e.record), read_payload(e.payload)) for e in self.session.execute(wanted)]

    def _attachments(self, row: Instance, events: Events) -> Attachments:
        """The documents that the answers name; no statement where there are none."""
        ids = {one for _, payload in events for one in payload.get("documents", ())}
        return documents.named(self.session, ids, owner=None, instance=row.id)

    def _open_tasks(self, row: Instance, deployed: Deployed) -> list[OpenTask]:
        wanted = select(Task).where(Task.instance_id == row.id, Task.state == "open").order_by(Task.due, Task.id)
        return [self._open_task(task, row, deployed) for task in self.session.scalars(wanted)]

    def _open_task(self, task: Task, row: Instance, deployed: Deployed) -> OpenTask:
        return OpenTask(
            id=task.id,
            step=task.step,
            name=deployed.node_name(task.step),
            principal=task.principal,
            holder=self.directory.principal_label(self.session, task.principal, self.now),
            since=task.created_at,
            due=task.due,
            form=deployed.compiled.steps[task.step].form,
            mine=self._may_do(task),
            movable=right_to_hand_on(self.actor, task, row, self.now) == REASSIGNED,
            claimed_by=task.claimed_by,
            claimed_by_name=self._name(task.claimed_by),
            by_clock=deployed.compiled.steps[task.step].due_hours is not None,
        )

    def _may_do(self, task: Any) -> bool:
        return may_do(self.actor, task) and not claimed_by_another(task, self.actor.person, self.now)

    def _line(
        self, deployed: Deployed, event: OneEvent, attachments: Attachments, *, taken_back: bool
    ) -> TimelineEntry:
        facts, payload = event
        step, outcome = facts.get("step"), facts.get("outcome")
        answered = facts.get("adds", step)
        form = deployed.form_of(answered) if answered and answered in deployed.compiled.steps else None
        field = form.field("outcome") if form else None
        return TimelineEntry(
            at=datetime.fromisoformat(facts["at"]),
            kind=facts["kind"],
            who=self._name(facts.get("actor")) or "",
            capacity=facts.get("capacity", ""),
            step=facts.get("moved", step),
            name=_name_of(deployed, facts),
            outcome=outcome,
            outcome_label=field.told_of(outcome) if field and outcome else None,
            answers=form.described(payload["answers"], attachments)
            if form and "answers" in payload
            else _told(deployed, payload),
            taken_back=taken_back,
        )

    def _sections(self, deployed: Deployed, events: Events, attachments: Attachments) -> list[Section]:
        latest = _latest(events)
        forms = {step: deployed.form_of(step) for step in latest}
        return [
            Section(step, deployed.node_name(step), form.described(answers, attachments))
            for step, answers in latest.items()
            if (form := forms[step]) is not None
        ]

    def _facts(self, events: Events) -> list[Fact]:
        """The facts that services gave last."""
        results = [result for _, payload in events for _, result in payload.get("results", ())]
        told = [r["facts"] for r in results if isinstance(r, Mapping) and r.get("facts")]
        return Fact.read(told[-1]) if told else []

    def previous(self, instance: InstanceView, step: str) -> Mapping[str, Any]:
        """The latest answers of a step, as values."""
        wanted = select(Event.record, Event.payload).where(Event.instance_id == instance.id).order_by(Event.number)
        events = [(read_facts(event.record), event.payload) for event in self.session.execute(wanted)]
        own = (each for each in events if step in (each[0].get("step"), each[0].get("adds")))
        return _latest([(facts, read_payload(payload)) for facts, payload in own if facts["kind"] != TAKEN_BACK]).get(
            step, {}
        )

    def _capacity(self, task: Any) -> str:
        return capacity_for(self.actor, task)

    def _name(self, person: str | None) -> str | None:
        return None if person is None else self.directory.name(self.session, person)


def _first_form(deployed: Deployed) -> Form | None:
    first = deployed.compiled.first_step
    return deployed.form_of(first) if first else None


def _latest(events: Events) -> dict[str, Mapping[str, Any]]:
    """The answers of each step as they stand, the step that was done last at the end, with the files that followed."""
    latest: dict[str, Mapping[str, Any]] = {}
    for facts, payload in events:
        if "adds" in facts:
            latest[facts["adds"]] = evidence.merged(latest.get(facts["adds"], {}), payload.get("answers", {}))
        elif "step" in facts:
            latest.pop(facts["step"], None)
            latest[facts["step"]] = payload.get("answers", {})
    return latest


def _name_of(deployed: Deployed, facts: Mapping[str, Any]) -> Text:
    step, kind = facts.get("step", facts.get("moved")), facts["kind"]
    if kind not in (TAKEN_BACK, REFERRED, REASSIGNED):
        return deployed.node_name(step) if step else HAPPENED.get(kind, HAPPENED["timer"])
    name, what = deployed.node_name(step or ""), HAPPENED[kind]
    return Text(f"{what.id}: {name.id}", f"{what.en}: {name.en}")


def _told(deployed: Deployed, payload: Mapping[str, Any]) -> Pairs:
    """What a line says that is no person's step: of which steps with whom it is, or why it happened."""
    if "tasks" not in payload:
        return _reasons(payload)
    return [(deployed.node_name(step), Text(id, en)) for step, id, en in payload["tasks"]]


def _reasons(payload: Mapping[str, Any]) -> Pairs:
    """Why something was done to an instance from outside, and to whom, through which request or on what basis."""
    if "to" in payload:
        comment = payload["comment"]
        return [(Text("Kepada", "To"), Text(**payload["to"])), (Text("Alasan", "Reason"), Text(comment, comment))]
    if "reason" not in payload:
        return []
    why = (Text("Alasan", "Reason"), Text(**payload["reason"]))
    return [why, (Text("Melalui", "Through"), Text(payload["by"], payload["by"]))] if "by" in payload else [why]
