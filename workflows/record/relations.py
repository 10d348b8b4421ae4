"""What somebody is to a person's record at this moment, by the organisation and the tasks that wait for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.access import INSTANCES, TASKS, acts_on
from engine.actor import Actor, Grant
from engine.db import Instance, Task, table
from engine.errors import NotFound
from workflows import colleagues, organisation
from workflows.record.histories import HISTORIES
from workflows.record.looking import ONE_LOOK, as_kept
from workflows.record.model import Proposal, ProposedChange, RecordView
from workflows.record.sight import (
    APPROVER,
    AUDITOR,
    KEEPERS,
    OWNER,
    PRIVACY,
    RELATIONS,
    SUPERIOR,
    TREASURER,
    UNIT_OFFICER,
    VERIFIER,
    Relations,
)

MATTER = "data_update"
"""The process whose power an acting officer needs to see records."""
OFFICE_WIDE = (VERIFIER, APPROVER, TREASURER, PRIVACY)

_CHANGES, _PROPOSALS = table(ProposedChange).c, table(Proposal).c


def relations_of(session: Session, actor: Actor, person: str, now: datetime) -> Relations:
    """What the actor is to the record of a person now. Raises `NotFound` for somebody unknown."""
    unit = organisation.persons(session, (person,))[person][1]
    if not unit:
        raise NotFound
    if actor.person == person:
        return Relations(frozenset({OWNER}))
    roles = {role for role in OFFICE_WIDE if _holds(actor, role)}
    if unit in overseen(session, actor, (UNIT_OFFICER,)):
        roles.add(UNIT_OFFICER)
    if audits(actor):
        roles.add(AUDITOR)
    if _is_superior(session, actor, person, now):
        roles.add(SUPERIOR)
    revealed = _revealed(session, actor, person, now) if roles & KEEPERS else frozenset()
    return Relations(frozenset(roles), _entrusted(session, actor, person), revealed)


def overseen(session: Session, actor: Actor, roles: Collection[str]) -> set[str]:
    """The units whose records the actor keeps by one of the roles, acting within the decree; ``*`` for all."""
    able = tuple(grant for grant in actor.grants if reaches(grant))
    if not any(grant.principal.startswith(f"role:{role}@") for grant in able for role in roles):
        return set()
    return colleagues.units_of(session, replace(actor, grants=able), roles)


def _holds(actor: Actor, role: str) -> bool:
    """Whether the actor holds an office-wide role in matters of the record."""
    return any(grant.principal == f"role:{role}@*" and reaches(grant) for grant in actor.grants)


def audits(actor: Actor) -> bool:
    """Whether the actor audits, and, acting, by a decree that does not leave records out."""
    return actor.auditor and _holds(actor, AUDITOR)


def reaches(grant: Grant) -> bool:
    """Whether a grant, of an acting officer perhaps, has power in matters of the record."""
    return MATTER not in grant.excluded and (grant.only is None or MATTER in grant.only)


def _is_superior(session: Session, actor: Actor, person: str, now: datetime) -> bool:
    """Whether the actor sits in the post that a post of the person reports to."""
    line = organisation.line_of(session, person, now)
    own = [seat for seat in line if any(o.person == person and not o.capacity for o in seat.occupants)]
    above = {f"position:{seat.reports_to}" for seat in own if seat.reports_to}
    return any(grant.principal in above and reaches(grant) for grant in actor.grants)


def _entrusted(session: Session, actor: Actor, person: str) -> frozenset[str]:
    """The histories that a waiting task of the actor is about: of a proposal, or of a request about one."""
    proposal = _PROPOSALS.instance_id
    wanted = (
        select(_CHANGES.history)
        .distinct()
        .join_from(table(ProposedChange), table(Proposal), proposal == _CHANGES.instance_id)
        .join(table(Instance), or_(INSTANCES.id == proposal, INSTANCES.about == proposal))
        .join(table(Task), TASKS.instance_id == INSTANCES.id)
        .where(_PROPOSALS.person == person, TASKS.state == "open", acts_on(actor))
    )
    return frozenset(session.scalars(wanted))


def _revealed(session: Session, actor: Actor, person: str, now: datetime) -> frozenset[str]:
    """The histories of a person that the actor has said within the hour why they need to see in full."""
    views = table(RecordView).c
    wanted = select(views.what).where(
        views.person == person,
        views.viewer == actor.person,
        views.at > now - ONE_LOOK,
        views.reason != "",
        views.capacity.in_(sorted(as_kept(RELATIONS[role]) for role in KEEPERS)),  # not of lists and files of many
        views.instance_id.is_(None),
        views.document.is_(None),
    )
    return frozenset(session.scalars(wanted)) & HISTORIES.keys()
