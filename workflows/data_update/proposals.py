"""Proposals as they are kept: their changes, the rows they hold, and their states."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.db import table
from engine.errors import Conflict, ServiceFailed, Text
from workflows.data_update.proposing import Item
from workflows.data_update.words import OK as OK
from workflows.data_update.words import REFUSE
from workflows.record.model import OpenRow, Proposal, ProposedChange
from workflows.record.rows import Write, lock

SUBMITTED, VERIFIED, NATIONAL, REPAIR, COOLING = "submitted", "verified", "national", "repair", "cooling"
APPROVED, REFUSED, WITHDRAWN, EXPIRED, NOT_CONFIRMED = "approved", "refused", "withdrawn", "expired", "not_confirmed"
CLOSED = (REFUSED, EXPIRED, NOT_CONFIRMED)
"""What a proposal can end as without a change of the record, by its own diagram."""

_OPEN, _CHANGES, _PROPOSALS = table(OpenRow).c, table(ProposedChange).c, table(Proposal).c

NO_PROPOSAL = Text(
    "Permohonan ini tidak memuat perubahan data. Minta pemilik proses memeriksa alurnya.",
    "This request holds no changes of data. Ask the process owner to check the flow.",
)


def proposal(session: Session, instance: UUID | None) -> Proposal:
    """The proposal of a request, read anew. Raises `ServiceFailed` if there is none."""
    found = session.get(Proposal, instance, populate_existing=True) if instance else None
    if found is None:
        raise ServiceFailed(NO_PROPOSAL)
    return found


def changes(session: Session, instance: UUID) -> Sequence[ProposedChange]:
    """The changes of a proposal by number, read anew."""
    wanted = select(ProposedChange).where(ProposedChange.instance_id == instance).order_by(ProposedChange.number)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def write_of(change: ProposedChange) -> Write:
    """The change of the record that one of a proposal is."""
    return Write(change.history, change.row, change.action, json.loads(change.new), change.base)


def keep(
    session: Session,
    instance: UUID,
    person: str,
    items: Sequence[Item],
    levels: Sequence[int],
    proofs: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Keep what was sent as the proposal of a request, in place of what was sent before, and hold its rows.

    Raises `Conflict` if another proposal holds one of them.
    """
    release(session, instance)
    rows = dict.fromkeys(item.row for item in items)
    require_free(session, person, rows)
    session.execute(insert(table(OpenRow)), [{"row": row, "instance_id": instance} for row in rows])
    session.execute(delete(table(ProposedChange)).where(_CHANGES.instance_id == instance))
    session.execute(delete(table(Proposal)).where(_PROPOSALS.instance_id == instance))
    session.execute(
        insert(table(Proposal)).values(instance_id=instance, person=person, level=max(levels), state=SUBMITTED, at=now)
    )
    session.execute(
        insert(table(ProposedChange)),
        [_stored(instance, item, level, proof) for item, level, proof in zip(items, levels, proofs, strict=True)],
    )


def release(session: Session, instance: UUID) -> None:
    """Let other proposals be about the rows of this one."""
    session.execute(delete(table(OpenRow)).where(_OPEN.instance_id == instance))


def move(session: Session, instance: UUID, state: str, now: datetime) -> None:
    """Bring a proposal into a state."""
    session.execute(update(table(Proposal)).where(_PROPOSALS.instance_id == instance).values(state=state, at=now))
    session.expire_all()


def refused(found: Iterable[ProposedChange]) -> list[ProposedChange]:
    """The changes that were refused and are not in the record."""
    return [change for change in found if change.verdict == REFUSE and change.applied_at is None]


def require_free(session: Session, person: str, rows: Collection[UUID]) -> None:
    """Nothing else that runs is about one of these rows, nor will be in this transaction. Raises `Conflict`."""
    lock(session, person)  # of two proposals about one row, the later one finds the earlier
    wanted = select(INSTANCES.reference).join(table(OpenRow), _OPEN.instance_id == INSTANCES.id)
    taken = session.scalar(wanted.where(_OPEN.row.in_(rows)).limit(1))
    if taken is not None:
        raise Conflict(
            Text(
                f"Data ini sudah ada dalam permohonan {taken}. Tunggu keputusannya, atau tarik permohonan itu.",
                f"This is already in the request {taken}. Wait for its decision, or withdraw that request.",
            )
        )


def _stored(instance: UUID, item: Item, level: int, proof: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "instance_id": instance,
        "number": item.number,
        "history": item.history,
        "row": item.row,
        "action": item.action,
        "field": item.field,
        "old": _json(item.old),
        "new": _json(item.new),
        "base": item.base,
        "level": level,
        "documents": _json(proof),
    }


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
