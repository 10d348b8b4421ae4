"""Leave requests that wait for somebody's decision, brought there by the engine and not page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.db import Task
from web.parts import Parts

OFFICER, HEAD = "P092", "P091"
ASKED = {
    "type": "annual",
    "ground": "none",
    "reason": "Acara keluarga",
    "address": "Jalan Contoh 1",
    "phone": "081234567890",
}


def ask(parts: Parts, person: str, first: str = "2026-12-07", last: str = "2026-12-08", **answers: Any) -> UUID:
    """The person asks for annual leave; the id of the request."""
    given = {**ASKED, "first": first, "last": last, **answers}

    def start(session: Any) -> UUID:
        me = parts.people.actor(session, person, parts.clock())
        return parts.engine.start(session, "leave", me, given, now=parts.clock()).id

    return parts.database.command(start)


def task_of(parts: Parts, instance: UUID) -> Task:
    """The task that a request waits at."""
    with parts.database.reads() as session:
        return session.scalars(select(Task).where(Task.instance_id == instance, Task.state == "open")).one()


def complete(parts: Parts, instance: UUID, **answers: Any) -> UUID:
    """Whoever holds the open task of a request gives it these answers; the id of the task that follows."""
    task = task_of(parts, instance)

    def decide(session: Any) -> None:
        holder = parts.people.people_of(session, task.principal, parts.clock())[0]
        me = parts.people.actor(session, holder, parts.clock())
        parts.engine.decide(session, task.id, me, answers, now=parts.clock())

    parts.database.command(decide)
    return task_of(parts, instance).id


def to_decide(parts: Parts, person: str, first: str = "2026-12-07", last: str = "2026-12-08", **answers: Any) -> UUID:
    """A request of the person's that waits for the authorised official; the id of that task."""
    instance = ask(parts, person, first, last, **answers)
    complete(parts, instance, outcome="complete", evidence_seen=True)
    return complete(parts, instance, outcome="approve")
