"""Incidents: what failed, in which request, where and why; one for each cause, closed when it goes through."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from engine.db import Incident, Instance, Message, Task, Version, table
from engine.errors import EngineError, NotFound, ServiceFailed, Text, Where

TRIES = 3
"""How often a timer that fails is tried before it is left to a person."""
NOTHING_WAITS, TIMER_FAILED = "nothing-waits", "timer-failed"
LONGEST_MESSAGE = 2_000

_INCIDENTS = table(Incident).c
_OPEN = _INCIDENTS.resolved_at.is_(None)


def report(session: Session, error: ServiceFailed, *, now: datetime) -> int | None:
    """Open the incident of what failed under somebody's hands, or note that it failed again; its number.

    In a transaction of its own: the act itself has been undone. None if the request is over by now.
    """
    where = error.where
    if where is None or not _stands(session, where):
        return None
    return _note(session, where, error.code, error, now=now).id


def report_timer(session: Session, instance: UUID, error: Exception, *, now: datetime) -> None:
    """Keep what failed as the instance's incident: tried again with growing pauses, then left to a person.

    Nothing is kept when somebody took the instance on in the meantime: what failed is no longer due.
    """
    due = select(Instance.version_id).where(Instance.id == instance, Instance.next_due <= now)
    version = session.scalar(due.with_for_update())
    if version is None:
        return
    failed = error if isinstance(error, EngineError) else ServiceFailed()  # other texts may quote answers
    code = getattr(failed, "code", ServiceFailed.code)
    code = TIMER_FAILED if code == ServiceFailed.code else code
    tries = _note(session, Where(version, instance, None), code, failed, now=now).tries
    again = None if tries >= TRIES else now + timedelta(minutes=4 ** (tries - 1))
    status = {"status": "incident"} if again is None else {}
    session.execute(update(Instance).where(Instance.id == instance).values(next_due=again, **status))


def report_held(session: Session, instance: UUID, code: str, text: Text, *, now: datetime) -> None:
    """Open the incident of an instance that cannot go on by itself."""
    version = session.scalars(select(Instance.version_id).where(Instance.id == instance)).one()
    values = {"version_id": version, "instance_id": instance, "code": code, "at": now}
    session.execute(insert(table(Incident)).values(**values, message_id=text.id, message_en=text.en))


def retry(session: Session, incident_id: int, *, by: str, now: datetime) -> bool:
    """An administrator's retry: the incident is closed and the instance, if it has not ended, is due at once.

    So is what it failed to send or make outside the database.

    Where a person's act failed, that person tries again: then the incident is only closed, and the answer is
    False. Raises `NotFound`.
    """
    incident = session.get(Incident, incident_id, with_for_update=True)
    if incident is None or incident.resolved_at is not None:
        raise NotFound()
    incident.resolved_at, incident.resolved_by = now, by
    if incident.can_be_retried:
        stuck = (Instance.id == incident.instance_id, Instance.status.in_(("running", "incident")))
        session.execute(update(Instance).where(*stuck).values(status="running", next_due=now))
        failed = (Message.instance_id == incident.instance_id, Message.failed_at.is_not(None))
        session.execute(update(Message).where(*failed).values(failed_at=None, tries=0, due=now))
    return incident.can_be_retried


def close(session: Session, *which: ColumnElement[bool], by: str | None, now: datetime) -> None:
    """Close the open incidents that ``which`` picks out."""
    session.execute(update(table(Incident)).where(_OPEN, *which).values(resolved_at=now, resolved_by=by))


def is_open() -> ColumnElement[bool]:
    """Whether an incident is open of the instance of the task at hand."""
    return exists().where(_INCIDENTS.instance_id == table(Task).c.instance_id, _OPEN)


def of_start(version: int) -> ColumnElement[bool]:
    """Incidents of requests of a version that could not start."""
    return (_INCIDENTS.version_id == version) & _INCIDENTS.instance_id.is_(None)


def of_instance(instance: UUID) -> ColumnElement[bool]:
    """Incidents of an instance."""
    return _INCIDENTS.instance_id == instance


def gone_through(step: str | None, waiting: Collection[str]) -> ColumnElement[bool]:
    """Incidents of a step (None: of timers) that has now gone through, and of timers that nothing waits for."""
    no_step = _INCIDENTS.step.is_(None)
    if step is None:
        return no_step
    return or_(_INCIDENTS.step == step, no_step & _INCIDENTS.element.not_in(sorted(waiting)))


def _stands(session: Session, where: Where) -> bool:
    """Lock what failed, so that of two who report the same cause one waits; False if it is over."""
    if where.instance is None:
        version = select(Version.id).where(Version.id == where.version)
        return session.scalar(version.with_for_update()) is not None
    running = (Instance.id == where.instance, Instance.status.in_(("running", "incident")))
    return session.scalar(select(Instance.id).where(*running).with_for_update()) is not None


def _note(session: Session, where: Where, code: str, error: EngineError, *, now: datetime) -> Incident:
    same: dict[str, Any] = {
        "version_id": where.version,
        "instance_id": where.instance,
        "step": where.step,
        "element": getattr(error, "element", None),
        "code": code,
    }
    known = select(Incident).filter_by(**same).where(Incident.resolved_at.is_(None)).order_by(Incident.id).limit(1)
    incident = session.scalars(known).first() or Incident(**same, tries=0, at=now)
    incident.message_id, incident.message_en = error.text.id[:LONGEST_MESSAGE], error.text.en[:LONGEST_MESSAGE]
    incident.tries += 1
    session.add(incident)
    session.flush()
    return incident
