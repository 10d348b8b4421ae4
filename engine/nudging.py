"""The applicant's polite reminder to whoever has the request: not on the day it came to them, and once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import TASKS
from engine.actor import Actor, Directory
from engine.db import Task, table
from engine.errors import Conflict, NotPermitted, Text
from engine.notes import Remark
from engine.reminders import holders

if TYPE_CHECKING:
    from engine.views import InstanceView, OpenTask

NUDGED = "nudged"
"""The kind of the event, and of the notice to those who have the task."""


@dataclass(frozen=True)
class Nudge:
    """From when on the holders of these tasks may be reminded, and when that was done last (None: never)."""

    first: datetime
    last: datetime | None
    tasks: tuple[OpenTask, ...]

    def is_possible(self, now: datetime) -> bool:
        """Whether it may be done now."""
        return self.first <= now


def offered(session: Session, directory: Directory, view: InstanceView, actor: Actor, now: datetime) -> Nudge | None:
    """What a party to a running request may do while it lies with others; None for everybody else.

    Source: a setting of the office, no public rule: from the working day after a task began, once a working day.
    """
    waiting = [task for task in view.tasks if task.principal != f"person:{actor.person}"]
    if view.status != "running" or actor.person not in (view.subject, view.starter) or not waiting:
        return None
    last = max((line.at for line in view.timeline if line.kind == NUDGED), default=None)
    mornings = [(_next_morning(session, directory, view.unit, task.since), task) for task in waiting]
    first = min(morning for morning, _ in mornings)
    if last is not None:
        first = max(first, _next_morning(session, directory, view.unit, last))
    return Nudge(first, last, tuple(task for morning, task in mornings if morning <= max(first, now)))


def nudge(
    session: Session, directory: Directory, row: Any, view: InstanceView, actor: Actor, *, release: str, now: datetime
) -> None:
    """Remind those who have the tasks of an instance that is locked, at once or when offices open again.

    Raises `NotPermitted`, `Conflict` (too early, with the moment from which on it is possible).
    """
    found = offered(session, directory, view, actor, now)
    if found is None:
        raise NotPermitted(_NOT_YOURS)
    if not found.is_possible(now):
        raise Conflict(_TOO_EARLY)
    people = _people(session, directory, found.tasks, now)
    tell = {person: NUDGED for person in people if person != actor.person}
    remark = Remark(NUDGED, actor.person, tuple((task.step, task.holder) for task in found.tasks), tell)
    remark.write(session, row, release=release, now=now, due=directory.office_time(session, view.unit, now))


def _next_morning(session: Session, directory: Directory, unit: str, moment: datetime) -> datetime:
    return directory.morning(session, unit, moment, moment, 1)


def _people(session: Session, directory: Directory, tasks: Sequence[OpenTask], now: datetime) -> list[str]:
    """Who has the tasks, each person once."""
    rows = session.execute(select(table(Task)).where(TASKS.id.in_([task.id for task in tasks]))).all()
    return list(dict.fromkeys(person for row in rows for person in holders(session, directory, row, now)[1]))


_NOT_YOURS = Text(
    "Hanya pemohon yang dapat mengingatkan, selama permohonannya menunggu orang lain.",
    "Only the applicant can send a reminder, while the request waits for somebody else.",
)
_TOO_EARLY = Text(
    "Anda belum dapat mengingatkan sekarang. Halaman permohonan menulis sejak kapan Anda dapat mengingatkan.",
    "You cannot send a reminder yet. The page of the request says from when on you can.",
)
