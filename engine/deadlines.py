"""Due dates after the calendar has changed: those of open tasks are computed again from the day they began."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from engine.access import INSTANCES, TASKS
from engine.actor import Directory
from engine.catalog import Catalog
from engine.db import Instance, Task, table
from engine.reminders import Time, due_at

_MOVE = (
    update(table(Task))
    .where(TASKS.id == bindparam("task"), TASKS.state == "open")
    .values(due=bindparam("new"), alert_at=bindparam("alert"))
)


_LOOKED_AT = (TASKS.id, TASKS.step, TASKS.created_at, TASKS.due, TASKS.alert_at, TASKS.alerted)


@dataclass(frozen=True)
class Stretch:
    """Open tasks whose time runs over some of these moments, in all units (None) or in some."""

    first: datetime
    last: datetime
    units: Collection[str] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The tasks, joined with their instance: begun before it is over, and due after it has begun."""
        return self._begun & (TASKS.due >= self.first)

    @property
    def reminded(self) -> ColumnElement[bool]:
        """Those, and the tasks whose people are reminded, or those above told, after it has begun."""
        return self._begun & or_(TASKS.due >= self.first, TASKS.alert_at >= self.first)

    @property
    def _begun(self) -> ColumnElement[bool]:
        begun = (TASKS.state == "open") & (TASKS.created_at <= self.last)
        return begun if self.units is None else begun & INSTANCES.unit.in_(sorted(self.units))


def concerned(session: Session, stretch: Stretch) -> int:
    """How many open tasks have their time in it."""
    joined = select(func.count()).select_from(Task).join(Instance, Instance.id == Task.instance_id)
    return session.scalar(joined.where(stretch.condition)) or 0


def move(
    session: Session, catalog: Catalog, directory: Directory, stretch: Stretch, *, after: UUID | None, limit: int
) -> UUID | None:
    """Compute the due dates of the next tasks again, and when their people are reminded.

    The answer is the last task looked at, or None when there are no more. Safe to repeat: a due date follows from the
    day on which its task began.
    """
    wanted = (
        select(*_LOOKED_AT, INSTANCES.unit, INSTANCES.version_id, INSTANCES.started_at)
        .join_from(table(Task), table(Instance), INSTANCES.id == TASKS.instance_id)
        .where(stretch.reminded)
        .order_by(TASKS.id)
        .limit(limit)
    )
    rows = session.execute(wanted if after is None else wanted.where(TASKS.id > after)).all()
    moved = []
    for row in rows:
        step = catalog.version(session, row.version_id).compiled.steps[row.step]
        due = due_at(session, directory, step, row.unit, sent=row.started_at, begun=row.created_at)
        alert = Time(row.unit, row.created_at, due, step).next_alert(session, directory, told=row.alerted)
        if (due, alert) != (row.due, row.alert_at):
            moved.append({"task": row.id, "new": due, "alert": alert})
    if moved:
        session.execute(_MOVE, moved)
    return rows[-1].id if len(rows) == limit else None
