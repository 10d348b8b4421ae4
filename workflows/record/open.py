"""The requests to change a record that run: which row each is about, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.db import Instance, table
from workflows.record.model import OpenRow, Proposal, ProposedChange

_OPEN, _PROPOSAL, _CHANGE = table(OpenRow).c, table(Proposal).c, table(ProposedChange).c


@dataclass(frozen=True)
class Running:
    """A request that runs, by what people call it and its state (see `model.Proposal`)."""

    instance: UUID
    reference: str
    state: str


def running(session: Session, person: str) -> Mapping[UUID, Running]:
    """The running requests about a person's record, by the row that no other one may be about meanwhile."""
    wanted = (
        select(_OPEN.row, _OPEN.instance_id, INSTANCES.reference, _PROPOSAL.state)
        .select_from(table(OpenRow))
        .join(table(Proposal), _PROPOSAL.instance_id == _OPEN.instance_id)
        .join(table(Instance), INSTANCES.id == _OPEN.instance_id)
        .where(_PROPOSAL.person == person)
    )
    return {found.row: Running(found.instance_id, found.reference, found.state) for found in session.execute(wanted)}


def histories(session: Session, person: str) -> Mapping[str, frozenset[UUID]]:
    """By history, the running requests that ask for something of it: for new rows too, which nobody knows yet."""
    wanted = (
        select(_CHANGE.history, _CHANGE.instance_id)
        .distinct()
        .select_from(table(ProposedChange))
        .join(table(OpenRow), _OPEN.instance_id == _CHANGE.instance_id)
        .join(table(Proposal), _PROPOSAL.instance_id == _CHANGE.instance_id)
        .where(_PROPOSAL.person == person)
    )
    found: dict[str, set[UUID]] = {}
    for row in session.execute(wanted):
        found.setdefault(row.history, set()).add(row.instance_id)
    return {history: frozenset(instances) for history, instances in found.items()}
