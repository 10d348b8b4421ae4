"""The watchdog: instances that are stuck, and tasks whose holder is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engine import incidents
from engine.access import TASKS
from engine.actor import Directory
from engine.db import Incident, Instance, Task, table
from engine.run import STUCK
from engine.runtime import Engine


def report_stuck(engine: Engine, session: Session, *, now: datetime) -> int:
    """Open an incident for each instance that neither ended nor waits. Returns how many."""
    open_task = exists().where(Task.instance_id == Instance.id, Task.state == "open")
    known = exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None))
    dead = select(Instance.id).where(
        Instance.status.in_(("running", "incident")), Instance.next_due.is_(None), ~open_task, ~known
    )
    found = [instance for instance in session.scalars(dead).all() if engine.is_stuck(session, instance, now=now)]
    for instance in found:
        incidents.report_held(session, instance, incidents.NOTHING_WAITS, STUCK, now=now)
    return len(found)


def rehome(directory: Directory, session: Session, *, now: datetime) -> int:
    """Give tasks whose holder is gone to who holds them now. Returns how many moved."""
    owned = select(Task.id, Task.principal, Task.designed, Task.barred, Task.matter).where(Task.state == "open")
    holders: dict[tuple[str, str, str], str | None] = {}  # many tasks of one request have the same
    moved = 0
    for task in session.execute(owned).all():
        wanted = task.designed or task.principal
        key = (wanted, task.barred, task.matter)
        if key not in holders:
            barred = set(task.barred.split())
            holders[key] = directory.holder(session, wanted, barred=barred, matter=task.matter, now=now)
        holder = holders[key]
        if holder is not None and holder != task.principal:
            values: dict[str, Any] = {"principal": holder, "designed": None if holder == wanted else wanted}
            values |= {"claimed_by": None, "claimed_at": None}  # who took it is not its holder any more
            session.execute(update(table(Task)).where(TASKS.id == task.id, TASKS.state == "open").values(**values))
            moved += 1
    return moved
