"""The organisation, read at most once in a transaction: names, posts with those above them, roles, calendars."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows import calendar, seats
from workflows.positions import Person
from workflows.seats import RoleSeat, Seat

KEPT = "workflows.organisation"
Found = TypeVar("Found")

_NAMES = select(Person.id, Person.name, Person.unit).where(Person.id.in_(bindparam("wanted", expanding=True)))


def persons(session: Session, people: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Name and unit of each, by one statement for those not read before; the id and no unit for somebody unknown."""
    known = _kept(session, "people", dict[str, tuple[str, str]])
    if missing := [person for person in people if person not in known]:
        rows = session.execute(_NAMES, {"wanted": missing}).all()
        known.update({person: (person, "") for person in missing} | {row.id: (row.name, row.unit) for row in rows})
    return known


def line(session: Session, position: str, now: datetime) -> tuple[Seat, ...]:
    """The post and those above it, lowest first; served from a line read before if the post stands in it."""
    read = _kept(session, ("lines", now), dict[str, Seat])
    if position not in read:
        read.update({seat.position: seat for seat in seats.line_above(session, position, now)})
    found: list[Seat] = []
    above: str | None = position
    while above is not None and above in read and read[above] not in found:
        found.append(read[above])
        above = read[above].reports_to
    return tuple(found)


def line_of(session: Session, person: str, now: datetime) -> tuple[Seat, ...]:
    """A person's own posts and those above them, lowest first."""
    found = _kept(session, ("line", person, now), lambda: seats.line_of(session, person, now))
    _kept(session, ("lines", now), dict[str, Seat]).update({seat.position: seat for seat in found})
    return found


def role_seats(session: Session, roles: Sequence[str], unit: str, now: datetime) -> tuple[RoleSeat, ...]:
    """The posts with one of the roles, nearest unit first and office-wide last.

    A post that was met here need not be read again with its line (`remembered`).
    """
    found = _kept(session, ("roles", *roles, unit, now), lambda: seats.role_seats(session, roles, unit, now))
    _kept(session, ("seats", now), dict[str, Seat]).update({each.seat.position: each.seat for each in found})
    return found


def remembered(session: Session, position: str, now: datetime) -> Seat | None:
    """A post that was read before in this transaction, without those above it."""
    return _kept(session, ("seats", now), dict[str, Seat]).get(position)


def office(session: Session, unit: str, now: datetime) -> calendar.Office:
    """A unit's zone and its calendar of the coming weeks."""
    view = calendar.short_view(now)
    return _kept(session, ("office", unit, view), lambda: calendar.office(session, unit, view))


def forget(session: Session) -> None:
    """Drop what was kept, after a change of people or posts within the transaction."""
    session.info.pop(KEPT, None)


def _kept(session: Session, key: object, read: Callable[[], Found]) -> Found:
    transaction = session.get_transaction() or session.begin()
    kept: tuple[object, dict[object, object]] | None = session.info.get(KEPT)
    if kept is None or kept[0] is not transaction:
        kept = session.info[KEPT] = (transaction, {})
    if key not in kept[1]:
        kept[1][key] = read()
    return cast(Found, kept[1][key])
