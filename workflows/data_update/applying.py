"""Writing decided changes into the record: all or none, in the transaction of whoever decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.services import ServiceContext
from workflows.data_update import codes, proposals
from workflows.record import rows
from workflows.record.model import ProposedChange


def applied(ctx: ServiceContext, instance: UUID, taken: Sequence[ProposedChange]) -> Mapping[str, Any]:
    """Write changes of a proposal, free its rows, and tell whom an old address or account concerns.

    Raises `Conflict` if a row has changed since the proposal was made, `ServiceFailed` if what is read back differs.
    """
    by = ctx.cause.person if ctx.cause else ctx.decisions[-1].person
    writes = [proposals.write_of(change) for change in taken]
    rows.write(ctx.session, ctx.subject, writes, by=by, now=ctx.now, today=ctx.today, instance=instance)
    for change in taken:
        change.applied_at, change.verdict = ctx.now, proposals.OK
    ctx.session.flush()
    old = [(change.history, name, value) for change in taken for name, value in json.loads(change.old).items()]
    proposals.release(ctx.session, instance)
    proposals.move(ctx.session, instance, proposals.APPROVED, ctx.now)
    codes.tell_of_change(ctx, old)
    return {"applied": len(writes)}
