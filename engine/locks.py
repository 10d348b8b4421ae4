"""Taking an instance: it is locked and loaded by one statement, and of two who want it the slower waits there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from engine.access import INSTANCES, TASKS
from engine.db import Instance, table

LOADED = (
    INSTANCES.id,
    INSTANCES.reference,
    INSTANCES.process,
    INSTANCES.version_id,
    INSTANCES.subject,
    INSTANCES.starter,
    INSTANCES.unit,
    INSTANCES.about,
    INSTANCES.status,
    INSTANCES.state,
    INSTANCES.next_due,
    INSTANCES.started_at,
    INSTANCES.ended_at,
    INSTANCES.outcome,
    INSTANCES.events,
    INSTANCES.head,
)
"""What an act needs of an instance."""

# Statements are made once: what changes from act to act are their parameters.
_LOCK = update(table(Instance)).values(revision=INSTANCES.revision + 1).returning(*LOADED)
TO_TAKE_BACK = _LOCK.where(INSTANCES.id == bindparam("instance")).returning(INSTANCES.undo, INSTANCES.undo_until)
BY_ID = _LOCK.where(INSTANCES.id == bindparam("instance"))
BY_TASK = _LOCK.where(INSTANCES.id == select(TASKS.instance_id).where(TASKS.id == bindparam("task")).scalar_subquery())
IF_DUE = _LOCK.where(INSTANCES.id == bindparam("instance"), INSTANCES.next_due <= bindparam("now"))


def take(session: Session, lock: ReturningUpdate[Any], **which: Any) -> Any:
    """The instance, locked until the transaction ends; None if there is none like that."""
    return session.execute(lock, which).one_or_none()
