"""The organisation as the engine sees it: who holds what, whose task it is, and by when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import ActingPost, Actor, Case, Grant, Role
from engine.errors import NotFound, Text
from workflows import calendar, organisation, seats
from workflows.positions import ANYWHERE, Acting, Holding, Person, Position, RoleHolder, Unit
from workflows.roles import seeded_roles
from workflows.seats import RoleSeat, Seat
from workflows.workdays import ONE_DAY, Span

__all__ = ["Acting", "Holding", "People", "Person", "Position", "RoleHolder", "Unit"]

PERSONNEL_OFFICE = ("personnel_officer", "verifier")
"""Who gets a task that nobody above may decide: the unit's personnel office, then BKPSDM."""

HEAD = "unit_head"
"""The role of who heads a unit."""

_OFFICES = re.compile(rf"role:(?:{PERSONNEL_OFFICE[0]}@.+|{PERSONNEL_OFFICE[1]}@\*)")

PRINCIPAL = re.compile(r"(?:person|position):[\w.-]{1,64}|role:\w{1,64}@(?:[\w.-]{1,64}|\*)")
"""What a rule may name: nothing longer than the ids of people, posts and units can be."""


class People:
    """The directory of the office (see `engine.actor.Directory`).

    What it reads is kept for the rest of the transaction, never longer.
    """

    def __init__(self, roles: Mapping[str, Role] | None = None) -> None:
        self._roles = dict(roles) if roles is not None else seeded_roles()

    def roles(self) -> Mapping[str, Role]:
        """The catalogue, by key."""
        return self._roles

    def actor(self, session: Session, person: str, now: datetime) -> Actor:
        """The person with the grants they hold now. Raises `NotFound`.

        An acting officer gets the post and its roles, but not what its holder acts for: acting is not passed on.
        Who acts for some matters only neither audits nor owns processes.
        """
        found = seats.staff(session, person, now)
        if found is None:
            raise NotFound
        grants = (Grant(f"person:{person}"), *(grant for post in found.posts for grant in _grants(post)))
        held = {role for post in found.posts for role in post.roles}
        whole = {role for post in found.posts if post.occupant.only is None for role in post.roles}
        return Actor(
            person,
            found.name,
            found.unit,
            grants,
            oversees=frozenset(unit for role, unit in held if role == PERSONNEL_OFFICE[0]),
            auditor=("auditor", ANYWHERE) in whole,
            process_owner=("process_owner", ANYWHERE) in whole,
            offices=tuple(grant for grant in grants if _OFFICES.fullmatch(grant.principal)),
            acting=tuple(_acting(found.posts)),
        )

    def name(self, session: Session, person: str) -> str:
        """A person's name for the record; the id of somebody unknown."""
        return organisation.persons(session, (person,))[person][0]

    def names(self, session: Session, people: Collection[str]) -> Mapping[str, str]:
        """The names of several people, by one statement; `name` then needs none for them."""
        found = organisation.persons(session, people)
        return {person: found[person][0] for person in people}

    def unit(self, session: Session, person: str) -> str:
        """The id of the unit a person belongs to. Raises `NotFound`."""
        unit = organisation.persons(session, (person,))[person][1]
        if not unit:
            raise NotFound
        return unit

    def traits(self, session: Session, person: str) -> dict[str, Any]:
        """What conditions of forms may ask about a person: the ``kind`` of staff, ``since`` when they serve."""
        found = session.execute(select(Person.kind, Person.service_start).where(Person.id == person)).one_or_none()
        return {"kind": found.kind if found else None, "since": found.service_start if found else None}

    def principal(self, session: Session, role: Role, case: Case, now: datetime) -> str | None:
        """Whose task it is by the rule of the role, before vacancies are looked at."""
        if role.kind == "requester":
            return f"person:{case.subject}"
        if role.kind == "superior":
            return _superior(session, case, now)
        if role.kind == "by_rule":
            return _named_by_rule(role.value or "", case.data)
        return f"role:{role.key}@{case.unit if role.kind == 'holder_in_unit' else ANYWHERE}"

    def holder(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> str | None:
        """The principal that really gets the task.

        A post is vacant for a task when nobody in it may decide it; the task then falls to the next
        live post above, then to the personnel office. None: there is nobody at all.
        """
        kind, _, rest = principal.partition(":")
        if kind == "person":
            known = organisation.persons(session, (rest,))[rest][1]
            return principal if known and rest not in barred else None
        if kind == "role":
            role, _, unit = rest.partition("@")
            return _role_holder(session, (role, *PERSONNEL_OFFICE), unit, barred, matter, now)
        met = organisation.remembered(session, rest, now)
        if met is not None and met.occupied_for(matter, barred):
            return met.principal
        line = organisation.line(session, rest, now)
        for seat in line:
            if seat.occupied_for(matter, barred):
                return seat.principal
        return _role_holder(session, PERSONNEL_OFFICE, line[0].unit if line else ANYWHERE, barred, matter, now)

    def people_of(
        self,
        session: Session,
        principal: str,
        now: datetime,
        *,
        barred: Collection[str] = (),
        matter: str | None = None,
    ) -> tuple[str, ...]:
        """Who stands behind a principal at the moment: holders before acting officers.

        But for those barred, and with a ``matter`` for those whose decree keeps them from it.
        """
        kind, _, rest = principal.partition(":")
        if kind == "person":
            return () if rest in barred else (rest,)
        if kind == "position":
            seats = organisation.line(session, rest, now)[:1]
        else:
            key, _, unit = rest.partition("@")
            seats = tuple(
                found.seat for found in organisation.role_seats(session, (key,), unit, now) if found.unit == unit
            )
        sitting = (occupant for seat in seats for occupant in seat.occupants if occupant.person not in barred)
        found = (each.person for each in sitting if matter is None or each.may_decide(matter, barred))
        return tuple(dict.fromkeys(found))

    def above(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> str | None:
        """The next post above those who hold a task, of a queue the head of its unit; None if nobody is there.

        Somebody sits there who holds the task neither themselves nor is barred from it.
        """
        apart = {*barred, *self.people_of(session, principal, now)}
        kind, _, rest = principal.partition(":")
        if kind == "position":
            line = organisation.line(session, rest, now)[1:]
        elif kind == "person":
            line = organisation.line_of(session, rest, now)
        else:
            role, _, unit = rest.partition("@")
            line = _heads(session, role, unit, now)
        return next((seat.principal for seat in line if seat.occupied_for(matter, apart)), None)

    def others(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> tuple[str, ...]:
        """To whom else a task of this principal may go: up the line, never down or aside.

        From the queue of a personnel office it may go to a colleague there and to the personnel offices above.
        """
        kind, _, rest = principal.partition(":")
        role, _, unit = rest.partition("@")
        if kind == "role" and role in PERSONNEL_OFFICE:
            return _beside_in_queue(session, role, unit, barred, matter, now)
        above = None if kind == "person" else self.above(session, principal, barred=barred, matter=matter, now=now)
        return () if above is None else (above,)

    def principal_label(self, session: Session, principal: str, now: datetime) -> Text:
        """Post and holder in words, for 'with whom is it'."""
        kind, _, rest = principal.partition(":")
        if kind == "person":
            name = self.name(session, rest)
            return Text(name, name)
        if kind == "position":
            line = organisation.line(session, rest, now)
            text = _seat_label(line[0]) if line else rest
            return Text(text, text)
        key, _, unit = rest.partition("@")
        seats = [found for found in organisation.role_seats(session, (key,), unit, now) if found.unit == unit]
        role = self._roles.get(key)
        return _role_label(role.name if role else Text(key, key), seats)

    def due(self, session: Session, unit: str, start: datetime, working_days: int) -> datetime:
        """The end of the ``working_days``-th working day after ``start`` in the unit's zone, UTC."""
        first, office = _office_until(session, unit, start, start, working_days)
        return office.end_of(office.calendar.nth_working_day(first, working_days))

    def morning(self, session: Session, unit: str, begun: datetime, day: datetime, working_days: int) -> datetime:
        """When office hours begin on the ``working_days``-th working day after the day of a moment, UTC.

        Negative: before it; 0: on that day, or the next one on which people work. ``begun``: no later than any of
        these days, so that what was read of the calendar for the due time serves here too.
        """
        first, office = _office_until(session, unit, begun, day, working_days)
        if working_days < 0:
            return office.start_of(office.calendar.working_day_before(first, -working_days))
        start, number = (first, working_days) if working_days else (first - ONE_DAY, 1)
        return office.start_of(office.calendar.nth_working_day(start, number))

    def office_time(self, session: Session, unit: str, now: datetime) -> datetime:
        """This moment if it lies in office hours of a working day, else when they begin again; UTC."""
        today, office = _office_until(session, unit, now, now, 1)
        if office.is_open(now):
            return now
        passed = now >= office.start_of(today)
        return office.start_of(office.calendar.nth_working_day(today if passed else today - ONE_DAY, 1))

    def zone(self, session: Session, unit: str, now: datetime) -> tzinfo:
        """The time zone in which a unit counts its days."""
        return organisation.office(session, unit, now).zone

    def starters(self, session: Session, actor: Actor, roles: Sequence[str]) -> bool:
        """Whether the actor holds one of the roles that may start a process."""
        kinds = {self._roles[key].kind for key in roles if key in self._roles}
        held = {grant.principal.partition("@")[0] for grant in actor.grants}
        return "requester" in kinds or any(f"role:{key}" in held for key in roles)


def _office_until(
    session: Session, unit: str, begun: datetime, moment: datetime, working_days: int
) -> tuple[date, calendar.Office]:
    """The day of a moment in a unit, and the unit's calendar from ``begun`` until so many working days after it."""
    office = organisation.office(session, unit, begun)
    day = office.today(moment)
    far = day + timedelta(days=2 * working_days + 30) if working_days >= 0 else day
    if far > office.view.last:
        office = calendar.office(session, unit, Span(office.view.first, far))
    return day, office


def _heads(session: Session, role: str, unit: str, now: datetime) -> tuple[Seat, ...]:
    """The heads of the unit that a queue belongs to, nearest first, and those above the posts that serve it.

    A head whose own superior serves the queue is none above it.
    """
    serving = [found.seat for found in organisation.role_seats(session, (role,), unit, now) if found.unit == unit]
    at = serving[0].unit if unit == ANYWHERE and serving else unit
    heads = [found.seat for found in organisation.role_seats(session, (HEAD,), at, now)]
    posts = {seat.position for seat in serving}
    beside = (head for head in heads if all(each.position not in posts for each in _above(session, head, now)))
    return (*beside, *(_above(session, serving[0], now) if serving else ()))


def _above(session: Session, seat: Seat, now: datetime) -> tuple[Seat, ...]:
    return organisation.line(session, seat.position, now)[1:]


def _grants(post: seats.Post) -> tuple[Grant, ...]:
    who = post.occupant
    principals = (f"position:{post.position}", *(f"role:{role}@{unit}" for role, unit in post.roles))
    return tuple(Grant(principal, who.capacity, who.excluded, who.only) for principal in principals)


def _acting(posts: Sequence[seats.Post]) -> Iterator[ActingPost]:
    for post in posts:
        if post.occupant.capacity and post.last is not None:
            yield ActingPost(post.occupant.capacity, post.title, post.decree, post.last)


def _superior(session: Session, case: Case, now: datetime) -> str:
    """The post above the subject's own; somebody without a post is looked after by the personnel office."""
    own = {seat.position: seat for seat in organisation.line_of(session, case.subject, now)}
    for seat in own.values():
        if seat.reports_to is not None and any(o.person == case.subject and not o.capacity for o in seat.occupants):
            return f"position:{seat.reports_to}"
    return f"role:{PERSONNEL_OFFICE[0]}@{case.unit}"


def _named_by_rule(path: str, data: Mapping[str, Any]) -> str | None:
    value: object = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and PRINCIPAL.fullmatch(value) else None


def _role_holder(
    session: Session, roles: Sequence[str], unit: str, barred: Collection[str], matter: str, now: datetime
) -> str | None:
    seats = sorted(
        organisation.role_seats(session, roles, unit, now), key=lambda found: (roles.index(found.role), found.distance)
    )
    for found in seats:
        if found.seat.occupied_for(matter, barred):
            return f"role:{found.role}@{found.unit}"
    return None


def _beside_in_queue(
    session: Session, role: str, unit: str, barred: Collection[str], matter: str, now: datetime
) -> tuple[str, ...]:
    seats = organisation.role_seats(session, PERSONNEL_OFFICE[PERSONNEL_OFFICE.index(role) :], unit, now)
    able = [found for found in seats if found.seat.occupied_for(matter, barred)]
    own = [found for found in able if (found.role, found.unit) == (role, unit)]
    people = [f"person:{o.person}" for f in own for o in f.seat.occupants if o.may_decide(matter, barred)]
    offices = [f"role:{found.role}@{found.unit}" for found in able if found not in own]
    return tuple(dict.fromkeys((*people, *offices)))


def _seat_label(seat: Seat) -> str:
    who = ", ".join(f"{o.capacity} {o.name}".strip() for o in seat.occupants)
    return f"{seat.title} ({who})" if who else seat.title


def _role_label(name: Text, seats: Sequence[RoleSeat]) -> Text:
    people = [o.name for found in seats for o in found.seat.occupants]
    if not people:
        return name
    others = len(people) - 1
    id_, en = (f" dan {others} orang lain", f" and {others} other{'s' if others > 1 else ''}") if others else ("", "")
    where = "" if seats[0].unit == ANYWHERE else f", {seats[0].seat.unit_name}"
    return Text(f"{name.id}{where} ({people[0]}{id_})", f"{name.en}{where} ({people[0]}{en})")
