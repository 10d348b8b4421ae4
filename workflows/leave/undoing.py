"""Taking back what an act did to leave: lines with the opposite figures, rows as they were, nothing deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from engine.errors import Conflict, Text
from engine.services import ServiceContext
from workflows import letters
from workflows.leave import acting, bookkeeping, requests
from workflows.leave.ledger import Ledger
from workflows.leave.model import HOLDING_DATES, LeaveChange, LeaveCredit, LeaveEntry, LeaveOpinion, LeaveRequest
from workflows.leave.standing import absences_of


def undo(ctx: ServiceContext, *, event: int, result: Mapping[str, Any]) -> None:
    """Take back all that the act ``event`` of this instance did to leave; a second time it finds nothing.

    Raises `Conflict` when the days or the dates have been given to another request since, when the leave has been
    changed by another act, or when its letter has a number.
    """
    ledger = acting.locked(ctx)
    _require_newest(ctx.session, ctx.instance, event)
    _reverse(ctx, ledger, event)
    restored = requests.restore(ctx.session, ctx.instance, event)
    said = (LeaveOpinion.instance == ctx.instance, LeaveOpinion.event == event)
    ctx.session.execute(update(LeaveOpinion).where(*said).values(taken_back=True))
    ctx.session.execute(delete(LeaveCredit).where(LeaveCredit.instance == ctx.instance))
    letters.take_back(ctx.session, instance=ctx.instance, due=ctx.final_at)
    ledger.settle(acting.cause(ctx))
    _require_free(ctx, ledger, restored)


def _require_newest(session: Session, instance: UUID, event: int) -> None:
    """What the row of a leave held before the act is only right as long as no other act has changed it since."""
    session.flush()
    own, later = aliased(LeaveChange), aliased(LeaveChange)
    since = (later.request == own.request, later.id > own.id, or_(later.instance != instance, later.event != event))
    if session.scalar(select(exists().where(own.instance == instance, own.event == event, *since))):
        raise Conflict(_CHANGED_SINCE)


def _reverse(ctx: ServiceContext, ledger: Ledger, event: int) -> None:
    """Write each line of the act once more with the opposite figures, unless that was done for another of its steps."""
    ctx.session.flush()
    own = LeaveEntry.instance == ctx.instance
    if ctx.session.scalar(select(exists().where(own, LeaveEntry.event == ctx.event))):
        return
    lines = select(LeaveEntry).where(own, LeaveEntry.event == event).order_by(LeaveEntry.id)
    for line in ctx.session.scalars(lines).all():
        ledger.append(bookkeeping.opposite((line.entry,)), acting.cause(ctx, line.request))


def _require_free(ctx: ServiceContext, ledger: Ledger, restored: Iterable[UUID]) -> None:
    """What the act had set free may have been used meanwhile."""
    if min(bookkeeping.buckets(ledger.entries, ledger.opened + 1).values(), default=0) < 0:
        raise Conflict(_DAYS_USED)
    for id in restored:
        row = ctx.session.get(LeaveRequest, id)
        if row is None or row.status not in HOLDING_DATES:
            continue
        if any(other.span.overlaps(row.absence) for other in absences_of(ctx.session, row.person, id)):
            raise Conflict(_DATES_TAKEN)


_CHANGED_SINCE = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: cuti itu sudah berubah lagi sesudahnya.",
    "This decision can no longer be taken back: the leave has been changed again since.",
)
_DAYS_USED = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: hari yang dikembalikan sudah dipakai permohonan lain.",
    "This decision can no longer be taken back: the days it gave back are used by another request.",
)
_DATES_TAKEN = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: pada tanggal itu sudah ada permohonan lain.",
    "This decision can no longer be taken back: there is another request on these dates by now.",
)
