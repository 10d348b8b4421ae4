"""The registers of whoever answers for data protection: requests by right and breaches, each with its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import documents
from engine.access import INSTANCES, sees
from engine.actor import Actor, Grant
from engine.catalog import Catalog, Deployed
from engine.db import Document, table
from engine.errors import NotFound, Text
from engine.forms import Attachment
from engine.summary import in_short
from workflows.people import People
from workflows.privacy import breaches, rights
from workflows.privacy.model import Breach
from workflows.privacy.rights import HOURS

OFFICER = "role:privacy_officer@*"
A_PAGE = 50

_BREACHES = table(Breach).c


def answers_for_data(actor: Actor) -> bool:
    """Whether the actor keeps these registers, acting within the decree."""
    return any(grant.principal == OFFICER and _reaches(grant) for grant in actor.grants)


def _reaches(grant: Grant) -> bool:
    """Whether a grant, of an acting officer perhaps, has power over rights of personal data."""
    return rights.PROCESS not in grant.excluded and (grant.only is None or rights.PROCESS in grant.only)


def may_look(actor: Actor) -> bool:
    """Whether the actor may read them: who keeps them, and auditors."""
    return actor.auditor or answers_for_data(actor)


@dataclass(frozen=True)
class Clock:
    """The time that the law gives: until when, and when it was done (None: not yet)."""

    due: datetime
    done: datetime | None
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether it was done after its time, or has not been and its time is over."""
        return (self.done or self.now) > self.due

    @property
    def hours(self) -> int:
        """Whole hours that are left, or (late) by which it is or was late."""
        return int(abs(self.due - (self.done or self.now)).total_seconds() // 3600)


@dataclass(frozen=True)
class Entry:
    """A line of a register; ``step``: what it waits for; ``outcome``: how it ended; ``can_be_opened`` by the reader."""

    id: UUID
    reference: str
    subject: str
    summary: Text | None
    sent: datetime
    status: str
    outcome: Text | None
    clock: Clock
    can_be_opened: bool
    breach: Any = None
    """Its `Breach`, where it was found to be one; the columns are called ``breach_…``."""
    kinds: tuple[Text, ...] = ()
    """Of the data, in the words of the form."""
    told_by: Text | None = None
    files: Sequence[Attachment] = ()
    """All that was attached, by who reported it and by the officer."""


@dataclass(frozen=True)
class Register:
    """A page of a register: what is open first, then the newest."""

    entries: Sequence[Entry]
    total: int
    page: int
    pages: int


def of_rights(
    session: Session, catalog: Catalog, people: People, actor: Actor, *, page: int = 1, now: datetime
) -> Register:
    """Requests by right. Raises `NotFound` for who may not look."""
    return _register(session, catalog, people, actor, rights.PROCESS, page, now)


def of_breaches(
    session: Session, catalog: Catalog, people: People, actor: Actor, *, page: int = 1, now: datetime
) -> Register:
    """Reports of breaches, with what the register says of each. Raises `NotFound` for who may not look."""
    return _register(session, catalog, people, actor, breaches.PROCESS, page, now)


def breach(session: Session, catalog: Catalog, people: People, actor: Actor, instance: UUID, *, now: datetime) -> Entry:
    """One report of a breach. Raises `NotFound`."""
    if not may_look(actor):
        raise NotFound
    row = session.execute(_rows(actor, breaches.PROCESS).where(INSTANCES.id == instance)).one_or_none()
    if row is None:
        raise NotFound
    entry = _entries(session, catalog, people, [row], now)[0]
    return replace(entry, files=documents.of_instance(session, instance))


def may_open(session: Session, actor: Actor, document: Document) -> bool:
    """Whether a file opens for the actor, who sees its request: whom a breach concerns is not for who reported it.

    What the officer attaches to a report, such as the list of these people, is for who may look at the register.
    """
    wanted = select(INSTANCES.process, INSTANCES.subject, INSTANCES.starter)
    row = session.execute(wanted.where(INSTANCES.id == document.instance_id)).one()
    return row.process != breaches.PROCESS or document.owner in (row.subject, row.starter) or may_look(actor)


def open_ones(session: Session, process: str) -> int:
    """How many of a register are not over."""
    counted = select(func.count()).where(INSTANCES.process == process, INSTANCES.ended_at.is_(None))
    return session.scalar(counted) or 0


def _register(
    session: Session, catalog: Catalog, people: People, actor: Actor, process: str, page: int, now: datetime
) -> Register:
    if not may_look(actor):
        raise NotFound
    total = session.scalar(select(func.count()).where(INSTANCES.process == process)) or 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(1, page), pages)
    order = (INSTANCES.ended_at.is_not(None), INSTANCES.started_at.desc(), INSTANCES.id)
    wanted = _rows(actor, process).order_by(*order).offset((page - 1) * A_PAGE).limit(A_PAGE)
    rows = session.execute(wanted).all()
    return Register(_entries(session, catalog, people, rows, now), total, page, pages)


def _rows(actor: Actor, process: str) -> Select[Any]:
    columns = (
        INSTANCES.id,
        INSTANCES.reference,
        INSTANCES.subject,
        INSTANCES.summary,
        INSTANCES.started_at,
        INSTANCES.ended_at,
        INSTANCES.status,
        INSTANCES.outcome,
        INSTANCES.version_id,
        sees(actor).label("seen"),
        *(column.label(f"breach_{column.key}") for column in table(Breach).columns),
    )
    joined = INSTANCES.id.table.outerjoin(table(Breach), _BREACHES.instance_id == INSTANCES.id)
    return select(*columns).select_from(joined).where(INSTANCES.process == process)


def _entries(session: Session, catalog: Catalog, people: People, rows: Sequence[Any], now: datetime) -> list[Entry]:
    names = people.names(session, {row.subject for row in rows})
    return [_entry(session, catalog, names[row.subject], row, now) for row in rows]


def _entry(session: Session, catalog: Catalog, subject: str, row: Any, now: datetime) -> Entry:
    deployed = catalog.version(session, row.version_id)
    entered = row.breach_instance_id is not None
    done = row.breach_told_at if entered else row.ended_at
    kinds = _labels(deployed, "assess", "kinds") if entered else {}
    ways = _labels(deployed, "notify", "subjects_by") if entered else {}
    return Entry(
        id=row.id,
        reference=row.reference,
        subject=subject,
        summary=in_short(row.summary),
        sent=row.started_at,
        status=row.status,
        outcome=deployed.node_name(row.outcome) if row.outcome else None,
        clock=Clock(row.started_at + HOURS, done, now),
        can_be_opened=bool(row.seen),
        breach=row if entered else None,
        kinds=tuple(kinds.get(kind, Text(kind, kind)) for kind in row.breach_kinds.split()) if entered else (),
        told_by=ways.get(row.breach_subjects_by),
    )


def _labels(deployed: Deployed, step: str, key: str) -> dict[str, Text]:
    """The words of a form's choices; none where the office has drawn the step otherwise."""
    form = deployed.form_of(step) if step in deployed.compiled.steps else None
    field = form.field(key) if form else None
    return {str(value): label for value, label in field.values} if field else {}
