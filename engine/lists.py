"""Lists with keyset paging: the inbox and one's own requests."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from engine.access import acts_under
from engine.actor import Actor
from engine.db import Instance, Task
from engine.errors import EngineError, Text

Item = TypeVar("Item")

MEANT = aliased(Instance)
"""The request that another one is about: who has one of the two in a list is told what was asked for there, too."""

_OF_INSTANCE = (Instance.reference, Instance.version_id, Instance.subject, Instance.summary)
COUNTED = 100
"""Counts stop here: "100+" tells a person as much as the exact number, and costs no scan."""
LONGEST_PAGE = 100


class BadCursor(EngineError):
    """The address of the next page has been damaged."""

    text = Text("Alamat halaman berikutnya rusak. Mulai dari halaman pertama.", "Start again from the first page.")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows, the cursor of the next ones (None: no more) and how many there are in all, at most `COUNTED`."""

    rows: list[Item]
    next: str | None
    count: int


@dataclass(frozen=True)
class Startable:
    """A process that a person may start: ``own`` for themselves, ``behalf`` for a colleague; ``often`` asked for."""

    process: str
    title: Text
    version: int
    own: bool = True
    behalf: bool = False
    often: bool = False


@dataclass(frozen=True)
class TaskRow:
    """A line of the inbox."""

    id: UUID
    instance_id: UUID
    reference: str
    process: str
    title: Text
    step: str
    name: Text
    subject_name: str
    due: datetime
    since: datetime
    claimed_by: str | None
    claimed_by_name: str | None
    capacity: str
    summary: Text | None
    decides: bool
    """Whether it asks for a decision, which may be taken on several such tasks together."""
    by_clock: bool
    """Whether it is due at an hour, as a law counts, and not at the end of a working day."""

    @property
    def kind(self) -> str:
        """What tasks have in common that are decided together: the step of a process."""
        return f"{self.process}.{self.step}"


def inbox_page(
    session: Session, actor: Actor, *, search: str, process: str | None, after: str | None, limit: int
) -> tuple[list[Row[Any]], str | None, int]:
    """One limited index scan per grant, merged: the cost does not grow with the number of open tasks."""
    filters = [Task.state == "open", *_filters(search, process)]
    limit = max(1, min(limit, LONGEST_PAGE))
    beyond = [] if after is None else [tuple_(Task.due, Task.id) > _cursor(after)]
    scans = [
        select(Task.id, Task.due).where(*filters, *beyond, acts_under(grant, actor.person)).order_by(Task.due, Task.id)
        for grant in actor.grants
    ]
    if not scans:
        return [], None, 0
    nearest = union_all(*(select(s.limit(limit + 1).subquery()) for s in scans)).subquery()
    rows = session.execute(
        select(*Task.__table__.columns, *_OF_INSTANCE, MEANT.summary.label("meant"))
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(MEANT, MEANT.id == Instance.about)
        .where(Task.id.in_(select(nearest.c.id)))
        .order_by(Task.due, Task.id)
        .limit(limit + 1)
    ).all()
    shown, following = _cut(list(rows), limit, lambda r: [r.due.isoformat(), str(r.id)])
    return shown, following, _count(session, actor, filters)


def instance_page(
    session: Session, actor: Actor, *, after: str | None, limit: int
) -> tuple[list[tuple[Instance, str | None]], str | None]:
    """The instances that the actor is a party to, newest first, each with the summary of the one that it is about."""
    limit = max(1, min(limit, LONGEST_PAGE))
    mine = or_(Instance.subject == actor.person, Instance.starter == actor.person)
    wanted = select(Instance, MEANT.summary).outerjoin(MEANT, MEANT.id == Instance.about).where(mine)
    if after is not None:
        wanted = wanted.where(tuple_(Instance.started_at, Instance.id) < _cursor(after))
    rows = session.execute(wanted.order_by(Instance.started_at.desc(), Instance.id.desc()).limit(limit + 1)).all()
    return _cut(list(rows), limit, lambda r: [r[0].started_at.isoformat(), str(r[0].id)])


def _count(session: Session, actor: Actor, filters: list[ColumnElement[bool]]) -> int:
    scans = [select(Task.id).where(*filters, acts_under(g, actor.person)).limit(COUNTED) for g in actor.grants]
    every = union_all(*(select(s.subquery()) for s in scans)).subquery()
    return min(COUNTED, session.scalar(select(func.count(func.distinct(every.c.id)))) or 0)


def _filters(search: str, process: str | None) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if process:
        filters.append(Task.process == process)
    if wanted := search.strip().casefold():
        by_reference = Task.instance_id.in_(
            select(Instance.id).where(Instance.reference.startswith(wanted.upper(), autoescape=True))
        )
        filters.append(or_(Task.subject_name.startswith(wanted, autoescape=True), by_reference))
    return filters


def _cut(rows: list[Any], limit: int, key: Any) -> tuple[list[Any], str | None]:
    """At most ``limit`` rows, and the cursor of the last where there are more."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], base64.urlsafe_b64encode(json.dumps(key(rows[limit - 1])).encode()).decode()


def _cursor(text: str) -> tuple[datetime, UUID]:
    try:
        moment, identity = json.loads(base64.urlsafe_b64decode(text.encode()))
        at = datetime.fromisoformat(moment)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC), UUID(identity)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadCursor() from error
