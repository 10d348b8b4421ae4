"""Whose records somebody may open: those of the units that they keep, and of who reports to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from engine.actor import Actor
from workflows.colleagues import Colleague, matching
from workflows.positions import ANYWHERE, Holding, Person, Position, Unit
from workflows.record.relations import audits, overseen, reaches
from workflows.record.sight import KEEPERS, VERIFIER

A_PAGE = 25


@dataclass(frozen=True)
class Listed:
    """A page of people, and how many there are in all."""

    people: Sequence[Colleague]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // A_PAGE))


def keeps_records(actor: Actor) -> bool:
    """Whether the actor keeps the records of others by office, or audits them; it asks nothing of the database."""
    roles = {grant.principal.partition("@")[0].removeprefix("role:") for grant in actor.grants if reaches(grant)}
    return audits(actor) or bool(roles & KEEPERS)


def brings_in_and_out(actor: Actor) -> bool:
    """Whether the actor is a verifier of BKPSDM, who alone takes records in and out."""
    return any(grant.principal == f"role:{VERIFIER}@{ANYWHERE}" and reaches(grant) for grant in actor.grants)


def listed(session: Session, actor: Actor, words: str, page: int, now: datetime) -> Listed:
    """The people whose records the actor may open, by name; with ``words`` those whose name or NIP begins so."""
    condition = Person.id != actor.person, _open_to(session, actor, now), matching(words) if words else true()
    total = session.scalar(select(func.count()).select_from(Person).where(*condition)) or 0
    wanted = (
        select(Person.id, Person.name, Person.nip, Unit.name)
        .join(Unit, Unit.id == Person.unit)
        .where(*condition)
        .order_by(Person.name, Person.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    return Listed([Colleague(*row) for row in session.execute(wanted)], total)


def _open_to(session: Session, actor: Actor, now: datetime) -> ColumnElement[bool]:
    units = overseen(session, actor, KEEPERS)
    if audits(actor) or ANYWHERE in units:
        return true()
    return or_(Person.unit.in_(sorted(units)) if units else false(), Person.id.in_(_reporting(actor, now)))


def _reporting(actor: Actor, now: datetime) -> Select[str]:
    """People whose own post stands directly below one of the actor's."""
    able = (grant.principal for grant in actor.grants if reaches(grant))
    posts = sorted(principal.removeprefix("position:") for principal in able if principal.startswith("position:"))
    day = now.date()
    return (
        select(Holding.person)
        .join(Position, Position.id == Holding.position)
        .where(Position.reports_to.in_(posts), Holding.first <= day, or_(Holding.last.is_(None), Holding.last >= day))
    )
