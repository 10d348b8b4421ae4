"""Who may see what of other people's leave: predicates that lists, pages, calendars and exports share.

Three circles, each within the next: who *keeps* the record of a person's leave, who *decides* on it, and who
merely *works with* them and is told that they are away, never why.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from engine.actor import Actor, Grant
from workflows.positions import ANYWHERE, Holding, Person, Position, Unit

MATTER = "leave"
WITHOUT_LEAVE = "NEGARA"
"""An elected officer: in the list of people, but with no leave here and not counted among those present."""

_VERIFIER = f"role:verifier@{ANYWHERE}"
_HEAD = "role:unit_head@"


def everywhere(actor: Actor) -> bool:
    """Whether the actor keeps the leave of the whole office, as BKPSDM does, or audits it."""
    return actor.auditor or verifies(actor)


def verifies(actor: Actor) -> bool:
    """Whether the actor is a verifier of BKPSDM, who alone posts what concerns all."""
    return _VERIFIER in _principals(actor)


def reports(actor: Actor) -> bool:
    """Whether the actor keeps the leave of others, and so is entitled to its reports."""
    return everywhere(actor) or bool(actor.oversees)


def keeps(actor: Actor) -> ColumnElement[bool]:
    """People whose record of leave the actor may read: one's own, one's units' as their personnel officer, or all."""
    return or_(Person.id == actor.person, keeps_others(actor))


def keeps_others(actor: Actor) -> ColumnElement[bool]:
    """People whose leave the actor keeps by office: those of one's units as their personnel officer, or all."""
    return true() if everywhere(actor) else Person.unit.in_(sorted(actor.oversees))


def decides(actor: Actor, today: date) -> ColumnElement[bool]:
    """People on whose leave the actor has a say: as superior, head of department, personnel officer or BKPSDM."""
    if verifies(actor):
        return Person.id != actor.person
    others = or_(_reports_to(actor, today), Person.unit.in_(_headed(actor)), Person.unit.in_(sorted(actor.oversees)))
    return and_(Person.id != actor.person, others)


def knows(actor: Actor, today: date) -> ColumnElement[bool]:
    """People of whom the actor may know what kind of leave it is; of all others only that they are away."""
    return or_(keeps(actor), decides(actor, today))


def works_with(actor: Actor, today: date) -> ColumnElement[bool]:
    """People of whom the actor may know on which days they are away."""
    return or_(Person.unit == actor.unit, knows(actor, today))


def _principals(actor: Actor) -> frozenset[str]:
    """What the actor holds, or acts in with power over leave."""
    return frozenset(grant.principal for grant in actor.grants if _over_leave(grant))


def _over_leave(grant: Grant) -> bool:
    return MATTER not in grant.excluded and (grant.only is None or MATTER in grant.only)


def _headed(actor: Actor) -> ColumnElement[str]:
    """The units that the actor heads, and all below them."""
    own = sorted(p.removeprefix(_HEAD) for p in _principals(actor) if p.startswith(_HEAD))
    units = select(Unit.id).where(Unit.id.in_(own)).cte(recursive=True)
    units = units.union(select(Unit.id).join(units, Unit.parent == units.c.id))
    return select(units.c.id)  # type: ignore[return-value]  # a select of one column stands in an IN


def _reports_to(actor: Actor, today: date) -> ColumnElement[bool]:
    """People whose own post stands directly below one of the actor's."""
    posts = sorted(p.removeprefix("position:") for p in _principals(actor) if p.startswith("position:"))
    held, post = aliased(Holding), aliased(Position)
    return exists().where(
        held.person == Person.id,
        held.first <= today,
        or_(held.last.is_(None), held.last >= today),
        post.id == held.position,
        post.reports_to.in_(posts),
    )
