"""Who sits where at a moment: the few statements that read posts, holders, acting officers and roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Date,
    Row,
    Select,
    String,
    Subquery,
    Text,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from engine.db import table
from workflows.positions import ANYWHERE, Acting, Holding, Person, Position, RoleHolder, Unit
from workflows.workdays import ONE_DAY

KEPT_FROM_ACTING = frozenset({"leave_abroad", "leave_unpaid"})
"""What no acting officer may decide, whatever the decree says.

Source: SE BKN 2/SE/VII/2019 and 1/SE/I/2021 (Plh and Plt sign leave except unpaid leave and leave abroad).
"""

_ACTING, _HOLDINGS, _PERSONS = table(Acting), table(Holding), table(Person)
_POSITIONS, _ROLES, _UNITS = table(Position), table(RoleHolder), table(Unit)
"""The bare tables: what is asked on every act needs no objects made of it."""

HIGHEST_LINE = 20
"""Longest line of superiors or units that is followed; a longer one is a loop in the data."""


@dataclass(frozen=True)
class Occupant:
    """Somebody who holds a post or acts in it now. ``capacity``: empty, ``Plh.`` or ``Plt.``."""

    person: str
    name: str
    capacity: str = ""
    excluded: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def may_decide(self, matter: str, barred: Collection[str]) -> bool:
        """Whether this person may decide the matter: no party to the case, and within the decree."""
        if self.person in barred or matter in self.excluded:
            return False
        return self.only is None or matter in self.only


@dataclass(frozen=True)
class Seat:
    """A post with those who sit in it now."""

    position: str
    title: str
    unit: str
    unit_name: str
    reports_to: str | None
    level: str
    occupants: tuple[Occupant, ...] = ()

    @property
    def principal(self) -> str:
        """The seat as the owner of a task."""
        return f"position:{self.position}"

    def occupied_for(self, matter: str, barred: Collection[str]) -> bool:
        """Whether anybody here may decide the matter; if not, the post is vacant for it."""
        return any(occupant.may_decide(matter, barred) for occupant in self.occupants)


@dataclass(frozen=True)
class RoleSeat:
    """A seat that holds a role; ``distance``: how many units above the one asked for, office-wide last."""

    role: str
    unit: str
    distance: int
    seat: Seat


@dataclass(frozen=True)
class Post:
    """What one person holds: a post, own or acting, and the roles that go with it.

    ``decree`` and ``last`` (included; None: until further notice) are those of an acting officer.
    """

    position: str
    title: str
    occupant: Occupant
    roles: tuple[tuple[str, str], ...]
    decree: str = ""
    last: date | None = None


@dataclass(frozen=True)
class Staff:
    """A person with the posts they hold or act in now."""

    person: str
    name: str
    unit: str
    posts: tuple[Post, ...]


def _occupancies() -> Subquery:
    """Own and acting posts as one relation, bounded to within a day of the moment; zones decide the rest."""
    own = select(
        _HOLDINGS.c.position,
        _HOLDINGS.c.person,
        literal("").label("kind"),
        _HOLDINGS.c.first,
        _HOLDINGS.c.last,
        literal("").label("excluded"),
        type_coerce(null(), Text).label("only"),
        literal("").label("decree"),
    ).where(
        _HOLDINGS.c.first <= bindparam("tomorrow", type_=Date),
        or_(_HOLDINGS.c.last.is_(None), _HOLDINGS.c.last >= bindparam("yesterday", type_=Date)),
    )
    acting = select(
        _ACTING.c.position,
        _ACTING.c.person,
        _ACTING.c.kind,
        _ACTING.c.first,
        _ACTING.c.last,
        _ACTING.c.excluded,
        _ACTING.c.only,
        _ACTING.c.decree,
    ).where(
        _ACTING.c.first <= bindparam("tomorrow", type_=Date),
        _ACTING.c.last >= bindparam("yesterday", type_=Date),
    )
    return union_all(own, acting).subquery("occupancy")


_OCCUPANCY = _occupancies()


def _staff_statement() -> Select[Any]:
    return (
        select(
            _PERSONS.c.name,
            _PERSONS.c.unit,
            _OCCUPANCY,
            _POSITIONS.c.title,
            _ROLES.c.role,
            _ROLES.c.unit.label("role_unit"),
            _UNITS.c.zone,
        )
        .select_from(_PERSONS)
        .outerjoin(_OCCUPANCY, _OCCUPANCY.c.person == _PERSONS.c.id)
        .outerjoin(_POSITIONS, _POSITIONS.c.id == _OCCUPANCY.c.position)
        .outerjoin(_UNITS, _UNITS.c.id == _POSITIONS.c.unit)
        .outerjoin(_ROLES, _ROLES.c.position == _OCCUPANCY.c.position)
        .where(_PERSONS.c.id == bindparam("wanted"))
        .order_by(_OCCUPANCY.c.kind, _OCCUPANCY.c.position, _ROLES.c.role)
    )


_SEAT = (
    _POSITIONS.c.id.label("position"),
    _POSITIONS.c.title,
    _POSITIONS.c.unit,
    _POSITIONS.c.reports_to,
    _POSITIONS.c.level,
    _UNITS.c.name.label("unit_name"),
    _UNITS.c.zone,
    _OCCUPANCY.c.person,
    _OCCUPANCY.c.kind,
    _OCCUPANCY.c.first,
    _OCCUPANCY.c.last,
    _OCCUPANCY.c.excluded,
    _OCCUPANCY.c.only,
    _PERSONS.c.name,
)


def _line_statement(start: Select[tuple[str]]) -> Select[Any]:
    """The posts of ``start`` and all above them, each with those who sit there."""
    line = (
        select(_POSITIONS.c.id, _POSITIONS.c.reports_to, literal(0).label("height"))
        .where(_POSITIONS.c.id.in_(start))
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(_POSITIONS.c.id, _POSITIONS.c.reports_to, line.c.height + 1)
        .join(line, _POSITIONS.c.id == line.c.reports_to)
        .where(line.c.height < HIGHEST_LINE)
    )
    return _with_occupants(select(line.c.height, *_SEAT).join(_POSITIONS, _POSITIONS.c.id == line.c.id)).order_by(
        line.c.height, _POSITIONS.c.id, _OCCUPANCY.c.kind, _OCCUPANCY.c.person
    )


def _role_statement() -> Select[Any]:
    """The posts that hold one of some roles in a unit, in a unit above it, or office-wide."""
    units = (
        select(_UNITS.c.id, _UNITS.c.parent, literal(0).label("distance"))
        .where(_UNITS.c.id == bindparam("wanted"))
        .cte("units", recursive=True)
    )
    above = select(_UNITS.c.id, _UNITS.c.parent, units.c.distance + 1).join(units, _UNITS.c.id == units.c.parent)
    units = units.union_all(above.where(units.c.distance < HIGHEST_LINE))
    distance = func.coalesce(units.c.distance, HIGHEST_LINE + 1).label("distance")
    found = (
        select(_ROLES.c.role, _ROLES.c.unit.label("role_unit"), distance, *_SEAT)
        .outerjoin(units, units.c.id == _ROLES.c.unit)
        .join(_POSITIONS, _POSITIONS.c.id == _ROLES.c.position)
        .where(
            _ROLES.c.role.in_(bindparam("roles", expanding=True)),
            or_(units.c.id.is_not(None), _ROLES.c.unit == ANYWHERE),
        )
    )
    return _with_occupants(found).order_by(distance, _POSITIONS.c.id, _OCCUPANCY.c.kind, _OCCUPANCY.c.person)


def _with_occupants(statement: Select[Any]) -> Select[Any]:
    return (
        statement.join(_UNITS, _UNITS.c.id == _POSITIONS.c.unit)
        .outerjoin(_OCCUPANCY, _OCCUPANCY.c.position == _POSITIONS.c.id)
        .outerjoin(_PERSONS, _PERSONS.c.id == _OCCUPANCY.c.person)
    )


_STAFF = _staff_statement()
_LINE = _line_statement(select(bindparam("wanted", type_=String)))
_LINE_OF_PERSON = _line_statement(select(_OCCUPANCY.c.position).where(_OCCUPANCY.c.person == bindparam("wanted")))
_ROLE = _role_statement()


def staff(session: Session, person: str, now: datetime) -> Staff | None:
    """A person with the posts they hold or act in at the moment, by one statement; None if unknown."""
    rows = session.execute(_STAFF, _parameters(person, now)).all()
    if not rows:
        return None
    posts: dict[tuple[str, str], Post] = {}
    for row in rows:
        if row.position is None or not _holds(row, now):
            continue
        key = (row.position, row.kind)
        known = posts.get(key) or Post(row.position, row.title, _occupant(row, person), (), row.decree, row.last)
        added = ((row.role, row.role_unit),) if row.role is not None else ()
        posts[key] = replace(known, roles=known.roles + added)
    return Staff(person, rows[0].name, rows[0].unit, tuple(posts.values()))


def line_above(session: Session, position: str, now: datetime) -> tuple[Seat, ...]:
    """The post and all posts above it, lowest first, by one statement."""
    return _seats(session.execute(_LINE, _parameters(position, now)).all(), now)


def line_of(session: Session, person: str, now: datetime) -> tuple[Seat, ...]:
    """A person's own posts and all posts above them, lowest first, by one statement."""
    return _seats(session.execute(_LINE_OF_PERSON, _parameters(person, now)).all(), now)


def role_seats(session: Session, roles: Sequence[str], unit: str, now: datetime) -> tuple[RoleSeat, ...]:
    """The posts with one of the roles, nearest unit first and office-wide last, by one statement."""
    rows = session.execute(_ROLE, {**_parameters(unit, now), "roles": list(roles)}).all()
    grouped: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault((row.role, row.role_unit), []).append(row)
    return tuple(
        RoleSeat(role, role_unit, group[0].distance, seat)
        for (role, role_unit), group in grouped.items()
        for seat in _seats(group, now)
    )


def _parameters(wanted: str, now: datetime) -> dict[str, object]:
    day = now.astimezone(UTC).date()
    return {"wanted": wanted, "yesterday": day - ONE_DAY, "tomorrow": day + ONE_DAY}


def _seats(rows: Iterable[Row[Any]], now: datetime) -> tuple[Seat, ...]:
    seats: dict[str, Seat] = {}
    for row in rows:
        seat = seats.setdefault(
            row.position, Seat(row.position, row.title, row.unit, row.unit_name, row.reports_to, row.level)
        )
        occupant = _occupant(row, row.person) if row.person is not None and _holds(row, now) else None
        if occupant is not None and occupant not in seat.occupants:
            seats[row.position] = replace(seat, occupants=(*seat.occupants, occupant))
    return tuple(seats.values())


def _holds(row: Row[Any], now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(row.zone)).date()
    return bool(row.first <= today and (row.last is None or today <= row.last))


def _occupant(row: Row[Any], person: str) -> Occupant:
    if not row.kind:
        return Occupant(person, row.name)
    only = None if row.only is None else frozenset(row.only.split())
    return Occupant(person, row.name, f"{row.kind}.", frozenset(row.excluded.split()) | KEPT_FROM_ACTING, only)
