"""Tasks that are late, for those who answer for the people that have them: how long, and with which post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from engine.access import INSTANCES, TASKS, may_move, sees
from engine.actor import Actor, Grant
from engine.catalog import Catalog
from engine.db import Instance, Task, table
from engine.errors import Text
from engine.reminders import ESCALATED
from workflows import tables
from workflows.calendar import Calendars
from workflows.people import HEAD, People
from workflows.positions import ANYWHERE, Holding, Person, Position, RoleHolder, Unit
from workflows.tables import Column, Table
from workflows.workdays import ONE_DAY, Span

_HEADS, _VERIFIER = f"role:{HEAD}@", f"role:verifier@{ANYWHERE}"


@dataclass(frozen=True)
class Wanted:
    """Which late tasks a list is about, and which page of them. ``size`` None: all of them."""

    unit: str | None = None
    process: str | None = None
    page: int = 1
    size: int | None = None


@dataclass(frozen=True)
class Late:
    """A late task; ``can_be_moved`` to somebody else, and its request ``can_be_opened``, by the reader.

    ``days``: working days since the day on which it was due; 0 on that day itself.
    """

    task: UUID
    instance: UUID
    reference: str
    title: Text
    step: Text
    unit: str
    holder: Text
    since: datetime
    due: datetime
    escalated: bool
    can_be_moved: bool
    days: int = 0
    can_be_opened: bool = False


@dataclass(frozen=True)
class Listed:
    """A page of late tasks, the longest late first; ``total`` is how many there are on all ``pages``."""

    rows: Sequence[Late]
    total: int
    page: int
    pages: int


def answers_for_others(actor: Actor) -> bool:
    """Whether the actor has a list of late tasks by office: heads of units, BKPSDM, auditors, personnel officers."""
    heads = any(grant.principal.startswith(_HEADS) for grant in actor.grants)
    return heads or _everywhere(actor) or bool(actor.oversees)


def answered_for(actor: Actor, today: date) -> ColumnElement[bool]:
    """Open tasks, joined with their instance, that the actor answers for: those of posts below their own ones.

    Heads of units answer for their units and those below too, personnel officers for the requests of their units,
    BKPSDM and auditors for all. What people have to repair in their own requests is nobody else's matter.
    """
    others = TASKS.principal != "person:" + INSTANCES.subject
    if actor.auditor:
        return others
    kept = INSTANCES.unit.in_(sorted(actor.oversees)) if actor.oversees else false()
    return and_(others, or_(kept, *(_below(grant, today) for grant in actor.grants)))


def late_tasks(
    session: Session, catalog: Catalog, people: People, actor: Actor, wanted: Wanted, now: datetime
) -> Listed:
    """The late tasks that the actor answers for."""
    condition = _condition(actor, wanted, now)
    joined = select(func.count()).select_from(Task).join(Instance, Instance.id == Task.instance_id)
    total = session.scalar(joined.where(condition)) or 0
    size = wanted.size or max(1, total)
    pages = max(1, -(-total // size))
    page = min(max(1, wanted.page), pages)
    rows = session.execute(_rows().where(condition).offset((page - 1) * size).limit(size)).all()
    days, seen = _working_days_late(session, rows, now), _seen(session, actor, rows)
    found = [_late(session, catalog, people, actor, row, now) for row in rows]
    shown = [replace(each, days=days[each.task], can_be_opened=each.instance in seen) for each in found]
    return Listed(shown, total, page, pages)


def choices(
    session: Session, catalog: Catalog, actor: Actor, now: datetime
) -> tuple[list[tuple[str, str]], list[tuple[str, Text]]]:
    """What a list can be narrowed down to: units of requests, and kinds of requests, each by id and name."""
    late = (
        select(INSTANCES.unit, Unit.name, INSTANCES.process, func.max(INSTANCES.version_id).label("version"))
        .join_from(table(Task), table(Instance), INSTANCES.id == TASKS.instance_id)
        .join(Unit, Unit.id == INSTANCES.unit)
        .where(_condition(actor, Wanted(), now))
        .group_by(INSTANCES.unit, Unit.name, INSTANCES.process)
    )
    rows = session.execute(late).all()
    versions = {row.process: row.version for row in rows}
    titles = [(key, catalog.version(session, version).manifest.title) for key, version in versions.items()]
    units = {row.unit: row.name for row in rows}
    return sorted(units.items(), key=lambda each: each[1]), sorted(titles, key=lambda each: each[1].id)


def _everywhere(actor: Actor) -> bool:
    return actor.auditor or any(grant.principal == _VERIFIER for grant in actor.grants)


def _below(grant: Grant, today: date) -> ColumnElement[bool]:
    """Tasks of those below a post, in the units that it heads, of all for BKPSDM; acting, within the decree."""
    kind, _, rest = grant.principal.partition(":")
    if kind == "position":
        found = _of_posts(_posts_below(rest), today)
    elif grant.principal == _VERIFIER:
        found = true()
    elif grant.principal.startswith(_HEADS):
        found = _of_units(grant.principal.removeprefix(_HEADS), own=grant.principal)
    else:
        return false()
    allowed = [TASKS.matter.not_in(sorted(grant.excluded))] if grant.excluded else []
    allowed += [TASKS.matter.in_(sorted(grant.only))] if grant.only is not None else []
    return and_(found, *allowed)


def _posts_below(position: str) -> Select[tuple[str]]:
    below = select(Position.id).where(Position.reports_to == position).cte(recursive=True)
    below = below.union(select(Position.id).join(below, Position.reports_to == below.c.id))
    return select(below.c.id).where(below.c.id != position)


def _of_posts(posts: Select[tuple[str]], today: date) -> ColumnElement[bool]:
    """Tasks that lie with one of the posts, with a queue that one of them serves, or with who sits there."""
    queues = select(_queue()).where(RoleHolder.position.in_(posts))
    now = (Holding.first <= today, or_(Holding.last.is_(None), Holding.last >= today))
    sitting = select("person:" + Holding.person).where(Holding.position.in_(posts), *now)
    return or_(
        TASKS.principal.in_(select("position:" + posts.subquery().c.id)),
        TASKS.principal.in_(queues),
        TASKS.principal.in_(sitting),
    )


def _of_units(unit: str, *, own: str) -> ColumnElement[bool]:
    """Tasks of the posts, queues and people of a unit and those below it, but for the head's own."""
    units = select(Unit.id).where(Unit.id == unit).cte(recursive=True)
    units = units.union(select(Unit.id).join(units, Unit.parent == units.c.id))
    within = select(units.c.id)
    heads = select("position:" + RoleHolder.position).where(RoleHolder.role == HEAD, RoleHolder.unit == unit)
    posts = select("position:" + Position.id).where(Position.unit.in_(within))
    people = select("person:" + Person.id).where(Person.unit.in_(within))
    queues = select(_queue()).where(RoleHolder.unit.in_(within))
    apart = (TASKS.principal != own, TASKS.principal.not_in(heads))
    return and_(or_(*(TASKS.principal.in_(each) for each in (posts, people, queues))), *apart)


def _queue() -> ColumnElement[str]:
    return literal("role:") + RoleHolder.role + "@" + RoleHolder.unit


def _condition(actor: Actor, wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    conditions = [TASKS.state == "open", TASKS.due < now, answered_for(actor, now.date())]
    if wanted.unit:
        conditions.append(INSTANCES.unit == wanted.unit)
    if wanted.process:
        conditions.append(INSTANCES.process == wanted.process)
    return and_(*conditions)


def _rows() -> Select[Any]:
    """Late tasks with what is shown of their requests."""
    return (
        select(
            *table(Task).columns,
            INSTANCES.reference,
            INSTANCES.version_id,
            INSTANCES.unit,
            INSTANCES.subject,
            INSTANCES.starter,
            Unit.name.label("unit_name"),
            Unit.zone,
        )
        .join_from(table(Task), table(Instance), INSTANCES.id == TASKS.instance_id)
        .join(Unit, Unit.id == INSTANCES.unit)
        .order_by(TASKS.due, TASKS.id)
    )


def _seen(session: Session, actor: Actor, rows: Sequence[Row[Any]]) -> set[UUID]:
    """The requests that the actor may open."""
    wanted = sorted({row.instance_id for row in rows})
    return set(session.scalars(select(INSTANCES.id).where(INSTANCES.id.in_(wanted), sees(actor))))


def _working_days_late(session: Session, rows: Sequence[Row[Any]], now: datetime) -> dict[UUID, int]:
    """Of each task the working days of its request's unit after the due day, until today."""
    if not rows:
        return {}
    first = min(row.due for row in rows).date()
    calendars = Calendars.read(session, Span(first - ONE_DAY, now.date() + ONE_DAY), ())
    found = {}
    for row in rows:
        due, today = (moment.astimezone(ZoneInfo(row.zone)).date() for moment in (row.due, now))
        found[row.id] = calendars.of("", row.unit).working_days(Span(due + ONE_DAY, today)) if due < today else 0
    return found


def _late(session: Session, catalog: Catalog, people: People, actor: Actor, row: Row[Any], now: datetime) -> Late:
    deployed = catalog.version(session, row.version_id)
    return Late(
        task=row.id,
        instance=row.instance_id,
        reference=row.reference,
        title=deployed.manifest.title,
        step=deployed.node_name(row.step),
        unit=row.unit_name,
        holder=people.principal_label(session, row.principal, now),
        since=row.created_at,
        due=row.due,
        escalated=row.alerted == ESCALATED,
        can_be_moved=may_move(actor, row, row),
    )


# As a file.

TITLE = Text("Tugas lewat tenggat", "Overdue tasks")

COLUMNS = (
    Column("title", Text("Jenis permohonan", "Kind of request"), Text("Nama prosesnya.", "The name of the process.")),
    Column("reference", Text("Nomor permohonan", "Reference"), Text("Nomor permohonan.", "The request's number.")),
    Column("step", Text("Langkah", "Step"), Text("Langkah yang menunggu.", "The step that waits.")),
    Column("unit", Text("Unit pemohon", "Applicant's unit"), Text("Unit kerja pemohon.", "The applicant's unit.")),
    Column("holder", Text("Ada pada", "With"), Text("Jabatan dan pejabatnya.", "The post and who holds it.")),
    Column("since", Text("Sejak", "Since"), Text("Hari tugas itu sampai.", "The day on which the task came.")),
    Column("due", Text("Tenggat", "Due"), Text("Hari terakhir menurut diagram.", "The last day by the diagram.")),
    Column(
        "days",
        Text("Terlambat (hari kerja)", "Working days late"),
        Text("Hari kerja setelah tenggat, menurut kalender unit.", "Working days past it, by the unit's calendar."),
    ),
)


def as_table(rows: Iterable[Late], now: datetime, zone: tzinfo) -> Table:
    """The list as a file: no name but those of officials, and no content of a request."""
    lines = [
        tables.Row(
            str(row.task),
            (
                row.title,
                row.reference,
                row.step,
                row.unit,
                row.holder,
                row.since.astimezone(zone).date(),
                row.due.astimezone(zone).date(),
                row.days,
            ),
        )
        for row in rows
    ]
    today = now.astimezone(zone).date()
    about = ((Text("Keadaan pada", "As of"), today),)
    return Table(f"lewat-tenggat-{today:%Y-%m-%d}", TITLE, about, COLUMNS, lines, len(lines))
