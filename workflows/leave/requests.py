"""The row of a request for leave: read under the account's lock, and written so that an act can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, delete, select
from sqlalchemy.orm import Session

from engine.db import Instance, Task, UtcDateTime
from engine.errors import ServiceFailed, Text
from engine.services import ServiceContext
from workflows.leave.model import RELEASED, LeaveChange, LeaveRequest

OFFICIAL, SUPERIOR, REJECT = "authorised_official", "direct_superior", "reject"
KEPT = timedelta(days=1)
"""How long after an act is final the rows before it are kept: a later act of the same leave may have to see it."""

NOTHING_RESERVED = Text(
    "Tidak ada cuti yang menunggu keputusan pada permohonan ini. Minta pemilik proses memeriksa alurnya.",
    "No leave of this request is waiting for a decision. Ask the process owner to check the flow.",
)
ABOUT_NOTHING = Text(
    "Permohonan ini tidak mengenai suatu cuti. Minta pemilik proses memeriksa alurnya.",
    "This request is not about a leave. Ask the process owner to check the flow.",
)


def own(ctx: ServiceContext) -> LeaveRequest:
    """The leave that this instance asks for, read anew: a re-count changes it under its person's account.

    Raises `ServiceFailed` when it has reserved none.
    """
    request = ctx.session.get(LeaveRequest, ctx.instance, populate_existing=True)
    if request is None:
        raise ServiceFailed(NOTHING_RESERVED)
    return request


def target(ctx: ServiceContext) -> LeaveRequest:
    """The leave that this instance is about, read anew: whoever changes it holds its person's account.

    Raises `ServiceFailed` when there is none, or it is somebody else's.
    """
    request = ctx.session.get(LeaveRequest, ctx.about, populate_existing=True) if ctx.about else None
    if request is None or request.person != ctx.subject:
        raise ServiceFailed(ABOUT_NOTHING)
    return request


def write(ctx: ServiceContext, request: UUID, **values: Any) -> LeaveRequest:
    """Change the row of a request, or make it, and keep what it held before."""
    row = ctx.session.get(LeaveRequest, request)
    before = None if row is None else json.dumps(_held(row))
    kept_until = (ctx.final_at or ctx.now) + KEPT
    ctx.session.add(
        LeaveChange(request=request, instance=ctx.instance, event=ctx.event, before=before, kept_until=kept_until)
    )
    if row is None:
        row = LeaveRequest(instance=request, person=ctx.subject, **values)
        ctx.session.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    ctx.session.flush()
    return row


def restore(session: Session, instance: UUID, event: int) -> Iterable[UUID]:
    """Bring all rows that an act changed to what they held before, and say which they are."""
    changes = select(LeaveChange).where(LeaveChange.instance == instance, LeaveChange.event == event)
    restored = []
    for change in session.scalars(changes.order_by(LeaveChange.id.desc())).all():
        row = session.get_one(LeaveRequest, change.request)
        if change.before is None:
            session.delete(row)
        else:
            for name, value in json.loads(change.before).items():
                setattr(row, name, _read(name, value))
        session.delete(change)
        restored.append(change.request)
    session.flush()
    return restored


def forget_changes(session: Session, *, now: datetime) -> None:
    """Drop what rows held before acts that have long been final."""
    session.execute(delete(LeaveChange).where(LeaveChange.kept_until <= now))


def last_decision(session: Session, instance: UUID, role: str = OFFICIAL) -> tuple[str, str | None] | None:
    """The post and the outcome of the newest decision that an official (or another role) took in an instance."""
    taken = (Task.instance_id == instance, Task.role == role, Task.state == "done")
    row = session.execute(select(Task.principal, Task.outcome).where(*taken).order_by(Task.done_at.desc())).first()
    return None if row is None else (row.principal, row.outcome)


def was_refused(session: Session, request: LeaveRequest) -> bool:
    """Whether an official refused the leave, or the superior where that ends it, and its days went back."""
    if request.status != RELEASED:
        return False
    decision = last_decision(session, request.instance) or last_decision(session, request.instance, SUPERIOR)
    ended = select(Instance.status).where(Instance.id == request.instance)  # who withdrew it after advice has cancelled
    return decision is not None and decision[1] == REJECT and session.scalar(ended) == "ended"


def _held(row: LeaveRequest) -> dict[str, Any]:
    columns = [column.name for column in LeaveRequest.__table__.columns if column.name not in ("instance", "person")]
    values = {name: getattr(row, name) for name in columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _read(name: str, value: Any) -> Any:
    kind = LeaveRequest.__table__.columns[name].type
    if value is not None and isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value is not None and isinstance(kind, Date) else value
