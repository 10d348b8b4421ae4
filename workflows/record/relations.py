"""What somebody is to a person's record at this moment, by the organisation and the tasks that wait for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import TASKS, acts_on
from engine.actor import Actor, Grant
from engine.db import table
from engine.errors import NotFound
from workflows import colleagues, organisation
from workflows.record.model import Proposal, ProposedChange
from workflows.record.sight import (
    APPROVER,
    AUDITOR,
    OWNER,
    PRIVACY,
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
    if actor.auditor:
        roles.add(AUDITOR)
    if _is_superior(session, actor, person, now):
        roles.add(SUPERIOR)
    return Relations(frozenset(roles), _entrusted(session, actor, person))


def overseen(session: Session, actor: Actor, roles: Collection[str]) -> set[str]:
    """The units whose records the actor keeps by one of the roles, acting within the decree; ``*`` for all."""
    able = tuple(grant for grant in actor.grants if _reaches(grant))
    if not any(grant.principal.startswith(f"role:{role}@") for grant in able for role in roles):
        return set()
    return colleagues.units_of(session, replace(actor, grants=able), roles)


def _holds(actor: Actor, role: str) -> bool:
    """Whether the actor holds an office-wide role in matters of the record."""
    return any(grant.principal == f"role:{role}@*" and _reaches(grant) for grant in actor.grants)


def _reaches(grant: Grant) -> bool:
    return MATTER not in grant.excluded and (grant.only is None or MATTER in grant.only)


def _is_superior(session: Session, actor: Actor, person: str, now: datetime) -> bool:
    """Whether the actor sits in the post that a post of the person reports to."""
    line = organisation.line_of(session, person, now)
    own = {seat.reports_to for seat in line if any(o.person == person and not o.capacity for o in seat.occupants)}
    above = (seat for seat in line if seat.position in own)
    return any(occupant.person == actor.person for seat in above for occupant in seat.occupants)


def _entrusted(session: Session, actor: Actor, person: str) -> frozenset[str]:
    """The histories that a waiting task of the actor is about."""
    wanted = (
        select(_CHANGES.history)
        .distinct()
        .select_from(table(ProposedChange))
        .join(table(Proposal), _PROPOSALS.instance_id == _CHANGES.instance_id)
        .where(
            _PROPOSALS.person == person,
            TASKS.instance_id == _CHANGES.instance_id,
            TASKS.state == "open",
            acts_on(actor),
        )
    )
    return frozenset(session.scalars(wanted))
