"""Objecting to a leave that was not granted: in time, answered in time, and granted after all if it is upheld."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import Refused, Text
from engine.services import ServiceContext
from workflows import calendar
from workflows.leave import acting, bookkeeping, fences, requests, reserving, telling
from workflows.leave.law import ANNUAL
from workflows.leave.ledger import reserved_by
from workflows.leave.model import APPROVED, LeaveRequest
from workflows.leave.objecting import answered_by, objection_until
from workflows.leave.services.registry import services
from workflows.leave.undoing import undo
from workflows.wording import plain_date
from workflows.workdays import Span


@services.register("leave.objection@1", reads_only=True)
def objection(ctx: ServiceContext) -> Mapping[str, Any]:
    """Whether an objection comes in time, and by when it is answered. Raises `Refused` when it is too late.

    Source: UU 30/2014 art. 77 (21 working days to object, 10 to answer).
    """
    request = _rejected(ctx)
    place = calendar.office(ctx.session, ctx.unit, calendar.short_view(ctx.now))
    decided = place.today(request.decided_at) if request.decided_at is not None else ctx.today
    last = objection_until(ctx.session, ctx.subject, decided)
    if ctx.today > last:
        day = plain_date(last)
        raise Refused({"": [Text(_TOO_LATE.id.format(day.id), _TOO_LATE.en.format(day.en))]})
    due = answered_by(ctx.session, ctx.subject, ctx.today)
    answer_by: datetime = place.end_of(due)
    facts = [*telling.which(request, refused=True), *telling.until(telling.ANSWER_BY, due)]
    return {"answer_by": answer_by, "facts": facts}


@services.register("leave.uphold@1", undo=undo)
def uphold(ctx: ServiceContext) -> Mapping[str, Any]:
    """Grant the leave as it was asked for, because the official upheld the objection. Raises `Refused`.

    Source: UU 30/2014 art. 77(5)-(6).
    """
    ledger = acting.locked(ctx)
    request = _rejected(ctx)
    decision = fences.require_decision(ctx, request, "uphold")
    asked = Span(request.asked_first or request.first, request.asked_last or request.last)
    application = reserving.application_of(request, asked, today=ctx.today)
    found = reserving.reserve(ctx, ledger, application, request=request.instance)
    row = reserving.keep(ctx, application, found, request=request.instance, changed=False)
    row.status, row.principal, row.decided_at = APPROVED, decision.principal, ctx.now
    ctx.session.flush()
    why = acting.cause(ctx, request.instance)
    if row.type == ANNUAL:
        ledger.append(bookkeeping.debit(reserved_by(ctx.session, request.instance)), why)
    ledger.settle(why)
    acting.ask_for_letter(ctx, "leave_granted", request.instance)
    return {"days": row.days, "first": row.first, "last": row.last, "facts": telling.which(row)}


def _rejected(ctx: ServiceContext) -> LeaveRequest:
    request = requests.target(ctx)
    if not requests.was_refused(ctx.session, request):
        raise Refused({"": [_NOT_REJECTED]})
    return request


_TOO_LATE = Text(
    "Keberatan dapat diajukan sampai {0}. Sesudah itu, tanyakan kepada BKPSDM tentang banding administratif.",
    "An objection could be sent until {0}. After that, ask BKPSDM about an administrative appeal.",
)
_NOT_REJECTED = Text(
    "Keberatan hanya dapat diajukan terhadap cuti yang tidak disetujui.",
    "An objection can be made only to leave that was not approved.",
)
