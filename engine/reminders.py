"""Deadlines that remind: the holder before the due day and after it, then the post above; each once, in office hours.

A task says when the worker has to look at it next. What is due then follows from its due date, the unit's calendar
and what was told before, so a look that came too late, or twice, does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from engine import locks
from engine.access import TASKS, claimed_by_another
from engine.actor import Directory
from engine.db import Task, table
from engine.notes import Remark
from engine.notices import tell_of_task

if TYPE_CHECKING:
    from engine.catalog import Catalog

REMINDER, OVERDUE, ESCALATED = "reminder", "overdue", "escalated"
"""The stages of a deadline, in order; each is the kind of its notice, and the last one of an event too."""
STAGES = (REMINDER, OVERDUE, ESCALATED)
DAYS_UNTIL_OVERDUE = 1
"""Working days after the due day on whose morning the holder is told that the task is late."""


class Pace(Protocol):
    """What a step of a diagram says of its deadline, in working days (`engine.steps.Step`)."""

    @property
    def due_days(self) -> int:
        """After the day on which the task begins: when it is due."""

    @property
    def due_hours(self) -> int | None:
        """Instead of that: hours by the clock since the request was sent."""

    @property
    def remind_days(self) -> int:
        """Before the due day: when the holder is reminded."""

    @property
    def escalate_days(self) -> int:
        """After the due day: when the post above is told; 0: never."""


def due_at(
    session: Session, directory: Directory, pace: Pace, unit: str, *, sent: datetime, begun: datetime
) -> datetime:
    """Until when a task has to be done that began at a moment, of a request that was sent at an earlier one.

    A law that counts hours counts them from the request, whatever steps it has gone through since.
    """
    if pace.due_hours is not None:
        return sent + timedelta(hours=pace.due_hours)
    return directory.due(session, unit, begun, pace.due_days)


@dataclass(frozen=True)
class Time:
    """The time that a task has: in which unit, since when, until when, and at what pace people are told."""

    unit: str
    begun: datetime
    due: datetime
    pace: Pace

    def next_alert(self, session: Session, directory: Directory, *, told: str | None = None) -> datetime | None:
        """When the stage after the last one that people were told of begins; None if there is no other."""
        return next((at for _, at in self.stages(session, directory, told=told)), None)

    def stages(
        self, session: Session, directory: Directory, *, told: str | None = None
    ) -> Iterator[tuple[str, datetime]]:
        """The stages still to come, each with its morning; a reminder only from the day after the task began."""
        left = STAGES if told is None else STAGES[STAGES.index(told) + 1 :]
        for stage in left:
            at = self._morning(session, directory, stage)
            if at is not None:
                yield stage, at

    def _morning(self, session: Session, directory: Directory, stage: str) -> datetime | None:
        earliest = min(self.begun, self.due)  # hours may have run out before a later step began

        def morning(day: datetime, working_days: int) -> datetime:
            return directory.morning(session, self.unit, earliest, day, working_days)

        if stage == REMINDER:
            at = max(morning(self.due, -self.pace.remind_days), morning(self.begun, 1))
            return at if at <= self.due else None
        if stage == OVERDUE and self.pace.due_hours is not None:
            return directory.office_time(session, self.unit, self.due)
        if stage == OVERDUE:
            return morning(self.due, DAYS_UNTIL_OVERDUE)
        return morning(self.due, self.pace.escalate_days) if self.pace.escalate_days else None


_DUE = (
    select(TASKS.id).where(TASKS.state == "open", TASKS.alert_at <= bindparam("now")).order_by(TASKS.alert_at).limit(1)
)
_LOOKED = update(table(Task)).where(TASKS.id == bindparam("task"))


def due(session: Session, *, now: datetime) -> UUID | None:
    """The task whose deadline has to be looked at first, if there is one."""
    return session.scalar(_DUE, {"now": now})


def postpone(session: Session, task_id: UUID, *, until: datetime) -> None:
    """Look at a task later, since a look failed."""
    session.execute(_LOOKED, {"task": task_id, "alert_at": until})


@dataclass(frozen=True)
class Reminders:
    """Looks at deadlines, in the caller's transaction."""

    catalog: Catalog
    directory: Directory
    release: str

    def look(self, session: Session, task_id: UUID, *, now: datetime) -> str | None:
        """Tell whom a task's deadline concerns now, and plan the next look; the stage they were told of, if any.

        The instance is locked first: of two workers the slower finds that all is done.
        """
        row = locks.take(session, locks.BY_TASK, task=task_id)
        task = session.execute(select(table(Task)).where(TASKS.id == task_id)).one()
        if task.state != "open" or task.alert_at is None or task.alert_at > now:
            return None
        step = self.catalog.version(session, row.version_id).compiled.steps[task.step]
        time = Time(row.unit, task.created_at, task.due, step)
        stage, following = self._stage(session, time, task.alerted, row.status, now)
        values: dict[str, Any] = {"alert_at": following}
        if stage is not None:
            self._tell(session, row, task, stage, now)
            values["alerted"] = stage
        session.execute(_LOOKED, {"task": task_id, **values})
        return stage

    def _stage(
        self, session: Session, time: Time, told: str | None, status: str, now: datetime
    ) -> tuple[str | None, datetime | None]:
        """The stage that begins now, if one does, and when to look again.

        Nobody is told at night or on a day off, nor of a request that is held by an incident: they can do nothing.
        """
        every = time.stages(session, self.directory, told=told)
        coming = [(stage, at) for stage, at in every if stage != REMINDER or now <= time.due]
        if not coming:
            return None, None
        (stage, at), *later = coming
        if at > now:
            return None, at
        if status != "running":
            return None, self.directory.morning(session, time.unit, now, now, 1)
        opens = self.directory.office_time(session, time.unit, now)
        return (None, opens) if opens > now else (stage, later[0][1] if later else None)

    def _tell(self, session: Session, row: Any, task: Row[Any], stage: str, now: datetime) -> None:
        if stage == ESCALATED:
            self._escalate(session, row, task, now)
            return
        recipient, people = holders(session, self.directory, task, now)
        tell_of_task(session, row, task.id, stage, recipient, people, at=now)

    def _escalate(self, session: Session, row: Any, task: Row[Any], now: datetime) -> None:
        """Tell the post above; what somebody has to repair in their own request is nobody else's matter."""
        if task.principal == f"person:{row.subject}":
            return
        barred, matter = {*task.barred.split()}, task.matter
        above = self.directory.above(session, task.principal, barred=barred, matter=matter, now=now)
        if above is None:
            return
        barred.update(self.directory.people_of(session, task.principal, now))
        people = self.directory.people_of(session, above, now, barred=barred, matter=matter)
        label = self.directory.principal_label(session, above, now)
        remark = Remark(ESCALATED, None, ((task.step, label),), dict.fromkeys(people, ESCALATED))
        remark.write(session, row, release=self.release, now=now)


def holders(session: Session, directory: Directory, task: Any, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Whom to tell of an open task: the principal and the people behind it, or only who has taken it."""
    if task.claimed_by and claimed_by_another(task, "", now):
        return f"person:{task.claimed_by}", (task.claimed_by,)
    barred = task.barred.split()
    return task.principal, directory.people_of(session, task.principal, now, barred=barred, matter=task.matter)
