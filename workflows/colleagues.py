"""Finding a colleague for whom an office may begin something: by NIP, or by how the name begins; in its units alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from workflows.positions import ANYWHERE, Person, Unit

MOST_FOUND = 10
"""Names shown for one search; whoever looks for somebody types more of the name."""
SHORTEST_BEGINNING = 3
"""Letters of a name that are looked for at least."""

_SEPARATORS = str.maketrans("", "", " .-\u00a0\t")
"""What people write between the digits of a NIP."""


@dataclass(frozen=True)
class Colleague:
    """A person that was found."""

    person: str
    name: str
    nip: str
    unit: str


def known(session: Session, person: str) -> Colleague | None:
    """One person by their id, as pages name whom a request concerns."""
    wanted = select(Person.id, Person.name, Person.nip, Unit.name).join(Unit, Unit.id == Person.unit)
    row = session.execute(wanted.where(Person.id == person)).one_or_none()
    return Colleague(*row) if row else None


def is_enough(words: str) -> bool:
    """Whether these are enough letters to look for anybody."""
    return len("".join(words.split())) >= SHORTEST_BEGINNING


def matching(words: str) -> ColumnElement[bool]:
    """People whose NIP, name or a later word of it starts like this."""
    wanted, digits = " ".join(words.lower().split()), words.translate(_SEPARATORS)
    name = func.lower(Person.name)
    found = [name.startswith(wanted, autoescape=True), name.contains(f" {wanted}", autoescape=True)]
    if digits.isdecimal():
        found.append(Person.nip.startswith(digits, autoescape=True))
    return or_(*found)


def find(session: Session, actor: Actor, roles: Collection[str], words: str) -> list[Colleague]:
    """Who has this NIP, or a name that begins so, in the units for which the actor holds one of the roles.

    At most `MOST_FOUND` and one more; nobody for less than `SHORTEST_BEGINNING` letters. Units below count too.
    """
    number, beginning = words.translate(_SEPARATORS), " ".join(words.split()).casefold()
    if not is_enough(words):
        return []
    units = units_of(session, actor, roles)
    named = func.lower(Person.name).startswith(beginning, autoescape=True)
    wanted = (
        select(Person.id, Person.name, Person.nip, Unit.name)
        .join(Unit, Unit.id == Person.unit)
        .where(or_(Person.nip == number, named), Person.id != actor.person)
    )
    if ANYWHERE not in units:
        wanted = wanted.where(Person.unit.in_(sorted(units)))
    rows = session.execute(wanted.order_by(Person.name, Person.id).limit(MOST_FOUND + 1))
    return [Colleague(*row) for row in rows]


def units_of(session: Session, actor: Actor, roles: Collection[str]) -> set[str]:
    """The units that the actor's roles are held in, and all below them; `ANYWHERE` for the whole office."""
    found = (grant.principal.removeprefix("role:").partition("@") for grant in actor.grants)
    held = {unit for role, _, unit in found if role in roles}
    below: dict[str | None, list[str]] = {}
    for unit, parent in session.execute(select(Unit.id, Unit.parent)):
        below.setdefault(parent, []).append(unit)
    waiting = list(held)
    while waiting:
        inner = [unit for unit in below.get(waiting.pop(), ()) if unit not in held]
        held.update(inner)
        waiting += inner
    return held
