"""Appointing acting officers: who may, in which posts, whom; and what each act writes down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from engine.access import TASKS, acts_under
from engine.actor import Actor, Grant
from engine.db import Task
from engine.errors import Conflict, NotFound, NotPermitted, Refused, Text
from engine.notices import tell_apart
from workflows import organisation
from workflows.acting import rules
from workflows.acting.model import APPOINTED, ENDED, EXTENDED, ActingChange
from workflows.acting.rules import Known, Period, Problem, Wanted
from workflows.positions import ANYWHERE, Acting, Holding, Person, Position, RoleHolder, Unit
from workflows.seats import HIGHEST_LINE, KEPT_FROM_ACTING
from workflows.workdays import ONE_DAY

OFFICER, VERIFIER = "role:personnel_officer@", f"role:verifier@{ANYWHERE}"
REGENT_LEVEL = "REGENT"
"""Who acts for the regent is said by law or from above: a unit's officer does not enter it, BKPSDM does."""
NOW, COMING, PAST = "now", "coming", "past"
MOST_SHOWN = 500
"""Appointments that a list has, those that end last first."""


@dataclass(frozen=True)
class Limits:
    """What an acting officer may decide: all but ``excluded``, or ``only`` these matters."""

    excluded: frozenset[str] = frozenset()
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Decree:
    """By what an act is done."""

    number: str
    day: date


@dataclass(frozen=True)
class Post:
    """A post with who holds it on a day."""

    id: str
    title: str
    unit: str
    unit_name: str
    level: str
    holders: tuple[tuple[str, str], ...]
    """Id and name."""
    leads: bool
    """Whether others report to it or a role goes with it, so that tasks come to it."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may act in a post."""

    person: str
    name: str
    nip: str
    title: str


@dataclass(frozen=True)
class Appointment:
    """Somebody acting in a post, as lists and its page show it. ``state``: now, coming or past."""

    row: Acting
    title: str
    unit: str
    unit_name: str
    level: str
    name: str
    state: str

    @property
    def called_off(self) -> bool:
        """Whether it was ended before it began."""
        return self.row.last < self.row.first

    def may_go_on(self, today: date) -> bool:
        """Whether it can still be extended: until a decree that comes late can no longer be entered."""
        return not self.called_off and today - self.row.last <= rules.LAW.latest_entry

    @property
    def period(self) -> Period:
        """When, in the words of the rules."""
        return Period(self.row.first, self.row.last, self.row.kind, self.row.person, self.name)


# Who may


def appoints(actor: Actor) -> bool:
    """Whether the actor may appoint acting officers for any post.

    Only by a post of their own: whoever acts for somebody passes nothing on.
    """
    return _everywhere(actor) or bool(_units(actor))


def reads(actor: Actor) -> bool:
    """Whether the actor may see who acts where."""
    return actor.auditor or appoints(actor)


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The posts (`Position`) for which the actor may appoint: those of one's units, or all."""
    own = and_(Position.unit.in_(sorted(_units(actor))), Position.level != REGENT_LEVEL)
    return true() if _everywhere(actor) else own


def visible(actor: Actor, today: date) -> ColumnElement[bool]:
    """The appointments that the actor may see: of posts in reach, of themselves, and for posts they hold."""
    held = select(Holding.position).where(Holding.person == actor.person, *_held(today))
    own = or_(Acting.person == actor.person, Acting.position.in_(held))
    return true() if actor.auditor else or_(in_reach(actor), own)


def _everywhere(actor: Actor) -> bool:
    return any(grant.principal == VERIFIER and not grant.capacity for grant in actor.grants)


def _units(actor: Actor) -> set[str]:
    own = (grant.principal for grant in actor.grants if not grant.capacity)
    return {principal.removeprefix(OFFICER) for principal in own if principal.startswith(OFFICER)}


# What there is


def units(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Id and name of the units with posts for which the actor may appoint, by name."""
    found = select(Unit.id, Unit.name).join(Position, Position.unit == Unit.id).where(in_reach(actor)).distinct()
    return [(row.id, row.name) for row in session.execute(found.order_by(Unit.name))]


def posts(session: Session, actor: Actor, unit: str, today: date) -> list[Post]:
    """The posts of a unit for which the actor may appoint, those with tasks first."""
    found = _posts(session, today, in_reach(actor), Position.unit == unit)
    return sorted(found, key=lambda post: (not post.leads, post.level, post.title, post.id))


def post(session: Session, actor: Actor, position: str, today: date) -> Post:
    """A post for which the actor may appoint. Raises `NotFound`."""
    found = _posts(session, today, in_reach(actor), Position.id == position)
    if not found:
        raise NotFound
    return found[0]


def candidates(session: Session, actor: Actor, of: Post, today: date) -> list[Candidate]:
    """Who may act in a post by level and department, in order of name; never oneself, never who holds it."""
    own = (
        select(Person.id, Person.name, Person.nip, Position.title, Position.level, Position.unit)
        .join(Holding, Holding.person == Person.id)
        .join(Position, Position.id == Holding.position)
        .where(*_held(today), Person.id != actor.person, Person.unit.in_(department(session, of.unit)))
        .order_by(Person.name, Person.id, Position.id)
    )
    found: dict[str, Candidate] = {}
    levels: dict[str, list[str]] = {}
    for row in session.execute(own):
        levels.setdefault(row.id, []).append(row.level)
        found.setdefault(row.id, Candidate(row.id, row.name, row.nip, row.title))
    holders = {person for person, _ in of.holders}
    return [each for each in found.values() if each.person not in holders and rules.fits(of.level, levels[each.person])]


def department(session: Session, unit: str) -> frozenset[str]:
    """A unit with all units of its department (perangkat daerah), above and below it."""
    parents = {row.id: row.parent for row in session.execute(select(Unit.id, Unit.parent))}

    def top(one: str) -> str:
        for _ in range(HIGHEST_LINE):
            if (above := parents.get(one)) is None:
                return one
            one = above
        return one

    root = top(unit)
    return frozenset(each for each in parents if top(each) == root)


def appointments(session: Session, actor: Actor, today: date) -> list[Appointment]:
    """Who acts, will act or acted where the actor may see it, those that end last first; at most `MOST_SHOWN`."""
    return _appointments(session, today, visible(actor, today))


def appointment(session: Session, actor: Actor, acting: int, today: date) -> Appointment:
    """One of them. Raises `NotFound`."""
    found = _appointments(session, today, visible(actor, today), Acting.id == acting)
    if not found:
        raise NotFound
    return found[0]


def may_change(session: Session, actor: Actor, found: Appointment) -> bool:
    """Whether the actor may extend or end it: never one's own."""
    within = select(Position.id).where(Position.id == found.row.position, in_reach(actor))
    return found.row.person != actor.person and session.execute(within).first() is not None


def changes(session: Session, acting: int) -> Sequence[ActingChange]:
    """What was decided about an appointment, oldest first."""
    return session.scalars(select(ActingChange).where(ActingChange.acting == acting).order_by(ActingChange.id)).all()


def roles_of(session: Session, position: str) -> list[tuple[str, str]]:
    """The roles that go with a post, each with its unit."""
    found = select(RoleHolder.role, RoleHolder.unit).where(RoleHolder.position == position)
    return [(row.role, row.unit) for row in session.execute(found.order_by(RoleHolder.role, RoleHolder.unit))]


def waiting(session: Session, position: str, person: str, limits: Limits) -> int:
    """How many tasks that wait now the person could do who acts in the post with these limits."""
    principals = [f"position:{position}", *(f"role:{role}@{unit}" for role, unit in roles_of(session, position))]
    grants = (Grant(each, "Plh.", limits.excluded | KEPT_FROM_ACTING, limits.only) for each in principals)
    open_ones = select(func.count()).select_from(Task).where(TASKS.state == "open")
    return session.scalar(open_ones.where(or_(*(acts_under(grant, person) for grant in grants)))) or 0


# What is done


def problems(session: Session, actor: Actor, of: Post, wanted: Wanted, today: date) -> list[Problem]:
    """What speaks against an appointment. Raises `NotPermitted` for one's own."""
    if wanted.person == actor.person:
        raise NotPermitted(NOT_ONESELF)
    return list(rules.against(wanted, _known(session, of, wanted.person, wanted.first, today)))


def appoint(
    session: Session, actor: Actor, of: Post, wanted: Wanted, decree: str, limits: Limits, *, today: date, now: datetime
) -> Acting:
    """Let somebody act in a post. Raises `Refused` by field, `NotPermitted`."""
    _hold(session, of.id)
    _refuse(problems(session, actor, of, wanted, today))
    row = Acting(
        person=wanted.person,
        position=of.id,
        kind=wanted.kind,
        decree=decree,
        decree_on=wanted.decree_on,
        first=wanted.first,
        last=wanted.last,
        excluded=_spaced(limits.excluded) or "",
        only=_spaced(limits.only),
    )
    session.add(row)
    session.flush()
    _record(session, row, APPOINTED, by=actor.person, today=today, now=now)
    return row


def extension_problems(session: Session, found: Appointment, last: date, today: date) -> list[Problem]:
    """What speaks against acting until a later day."""
    known = Known(today, found.level, (), (), same_department=True, others=_others(session, found.row))
    return list(rules.against_extension(found.period, last, extensions(session, found.row.id), known))


def extensions(session: Session, acting: int) -> int:
    """How often an appointment was extended."""
    return sum(change.kind == EXTENDED for change in changes(session, acting))


def extend(
    session: Session, actor: Actor, found: Appointment, last: date, decree: Decree, *, today: date, now: datetime
) -> None:
    """Let somebody act until a later day. Raises `Refused` by field, `Conflict` when it is over."""
    _require_changeable(session, actor, found)
    if not found.may_go_on(today):
        raise Conflict(OVER)
    _refuse([*extension_problems(session, found, last, today), *rules.against_decree(decree.day, today)])
    found.row.last, found.row.decree, found.row.decree_on = last, decree.number, decree.day
    _record(session, found.row, EXTENDED, by=actor.person, today=today, now=now)


def end_problems(found: Appointment, last: date | None, today: date) -> list[Problem]:
    """What speaks against an earlier last day; nothing against stopping at once (None)."""
    return [] if last is None else list(rules.against_end(found.period, last, today))


def end(
    session: Session, actor: Actor, found: Appointment, last: date | None, reason: str, *, today: date, now: datetime
) -> None:
    """Let somebody stop on an earlier day, or (None) at once. Raises `Refused` by field, `Conflict` when it is over."""
    _require_changeable(session, actor, found)
    if found.state == PAST or found.called_off:
        raise Conflict(OVER)
    _refuse(end_problems(found, last, today))
    found.row.last = max(today, found.row.first) - ONE_DAY if last is None else last
    _record(session, found.row, ENDED, by=actor.person, today=today, now=now, reason=reason)


# Inside


def _held(day: date) -> tuple[ColumnElement[bool], ...]:
    return Holding.first <= day, or_(Holding.last.is_(None), Holding.last >= day)


def _posts(session: Session, today: date, *which: ColumnElement[bool]) -> list[Post]:
    below, role = Position.__table__.alias("below"), RoleHolder.__table__.c
    leads = or_(
        select(below.c.id).where(below.c.reports_to == Position.id).exists(),
        select(role.role).where(role.position == Position.id).exists(),
    )
    wanted = (
        select(
            Position.id,
            Position.title,
            Position.unit,
            Unit.name.label("unit_name"),
            Position.level,
            leads.label("leads"),
            Person.id.label("person"),
            Person.name,
        )
        .join(Unit, Unit.id == Position.unit)
        .outerjoin(Holding, and_(Holding.position == Position.id, *_held(today)))
        .outerjoin(Person, Person.id == Holding.person)
        .where(*which)
        .order_by(Position.id, Person.id)
    )
    found: dict[str, Post] = {}
    for row in session.execute(wanted):
        before = found[row.id].holders if row.id in found else ()
        holders = (*before, (row.person, row.name)) if row.person is not None else before
        found[row.id] = Post(row.id, row.title, row.unit, row.unit_name, row.level, holders, bool(row.leads))
    return list(found.values())


def _appointments(session: Session, today: date, *which: ColumnElement[bool]) -> list[Appointment]:
    wanted = (
        select(Acting, Position.title, Position.unit, Unit.name.label("unit_name"), Position.level, Person.name)
        .join(Position, Position.id == Acting.position)
        .join(Unit, Unit.id == Position.unit)
        .join(Person, Person.id == Acting.person)
        .where(*which)
        .order_by(Acting.last.desc(), Acting.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_appointment(row, today) for row in session.execute(wanted)]


def _appointment(row: Any, today: date) -> Appointment:
    acting = row.Acting
    state = PAST if acting.last < max(today, acting.first) else COMING if acting.first > today else NOW
    return Appointment(acting, row.title, row.unit, row.unit_name, row.level, row.name, state)


def _known(session: Session, of: Post, person: str, first: date, today: date) -> Known:
    own = session.execute(
        select(Position.level, Person.unit)
        .select_from(Person)
        .join(Holding, Holding.person == Person.id)
        .join(Position, Position.id == Holding.position)
        .where(Person.id == person, *_held(first))
    ).all()
    holders = session.scalars(select(Holding.person).where(Holding.position == of.id, *_held(first))).all()
    here = bool(own) and own[0].unit in department(session, of.unit)
    others = _periods(session, Acting.position == of.id)
    return Known(today, of.level, [row.level for row in own], holders, same_department=here, others=others)


def _others(session: Session, row: Acting) -> list[Period]:
    return _periods(session, Acting.position == row.position, Acting.id != row.id)


def _periods(session: Session, *which: ColumnElement[bool]) -> list[Period]:
    wanted = select(Acting.first, Acting.last, Acting.kind, Acting.person, Person.name)
    rows = session.execute(wanted.join(Person, Person.id == Acting.person).where(*which, Acting.last >= Acting.first))
    return [Period(*row) for row in rows]


def _require_changeable(session: Session, actor: Actor, found: Appointment) -> None:
    _hold(session, found.row.position)
    session.refresh(found.row)
    if not may_change(session, actor, found):
        raise NotPermitted(NOT_ONESELF if found.row.person == actor.person else None)


def _hold(session: Session, position: str) -> None:
    """Let nobody else appoint for the post until the transaction ends."""
    session.execute(select(Position.id).where(Position.id == position).with_for_update())


def _refuse(found: Collection[Problem]) -> None:
    by_field: dict[str, list[Text]] = {}
    for field, text in found:
        by_field.setdefault(field, []).append(text)
    if by_field:
        raise Refused(by_field)


def _record(session: Session, row: Acting, kind: str, *, by: str, today: date, now: datetime, reason: str = "") -> None:
    same = ("decree", "decree_on", "first", "last", "excluded", "only")
    values = {name: getattr(row, name) for name in same}
    change = ActingChange(acting=row.id, at=now, by=by, kind=kind, reason=reason, **values)
    session.add(change)
    session.flush()
    told = _told(session, row, kind, today)
    told.pop(by, None)
    tell_apart(session, f"acting.{change.id}", change.id, told, at=now)
    organisation.forget(session)


def _told(session: Session, row: Acting, kind: str, today: date) -> dict[str, str]:
    """Whoever acts and whoever holds the post, each with the kind of their notice."""
    notice = f"{row.kind.lower()}_{kind}"
    holders = session.scalars(select(Holding.person).where(Holding.position == row.position, *_held(today))).all()
    return {**dict.fromkeys(sorted(holders), f"post_{notice}"), row.person: notice}


def _spaced(matters: Collection[str] | None) -> str | None:
    return None if matters is None else " ".join(sorted(matters))


NOT_ONESELF = Text(
    "Penunjukan Anda sendiri dicatat oleh orang lain. Minta verifikator BKPSDM.",
    "Your own appointment is entered by somebody else. Ask the BKPSDM verifier.",
)
OVER = Text(
    "Penunjukan ini sudah berakhir. Buat penunjukan baru bila perlu.",
    "This appointment is over. Make a new one if need be.",
)
