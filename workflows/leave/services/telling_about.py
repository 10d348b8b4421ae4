"""What a change process needs to know of the leave that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.services import ServiceContext
from workflows.leave import acting, officials, requests, reserving, rules, telling
from workflows.leave.fences import kept_from_acting
from workflows.leave.law import law_on
from workflows.leave.ledger import Ledger
from workflows.leave.model import LeaveRequest
from workflows.leave.services.registry import services
from workflows.leave.services.requests import superior_decides
from workflows.leave.standing import facts_of


@services.register("leave.about@1", reads_only=True)
def about(ctx: ServiceContext) -> Mapping[str, Any]:
    """The leave that this instance is about, who decided it (of one that waits: who would), and facts that tell which.

    ``started_by_official``: whether whoever began this instance sits in the deciding post. ``recallable``: whether
    anybody may be called back from leave of this type.
    """
    request = requests.target(ctx)
    principal = _principal(ctx, request)
    ledger = Ledger.read(ctx.session, acting.person(ctx), ctx.today.year)
    standing = facts_of(ctx.session, ledger, request.span, ctx.today, besides=request.instance)
    asked = reserving.application_of(request, request.span, today=ctx.today)
    people = telling.directory().people_of(ctx.session, principal, ctx.now)
    return {
        "type": request.type,
        "case": request.case,
        "first": request.first,
        "last": request.last,
        "days": request.days,
        "status": request.status,
        "abroad": request.abroad,
        "group": officials.group_of(ctx.session, ctx.subject, ctx.now),
        "route_type": rules.route_type(standing, asked),
        "official": officials.office_of(ctx.session, principal, ctx.unit, ctx.now),
        "principal": principal,
        "superior_decides": superior_decides(ctx, principal),
        "started_by_official": ctx.starter in people,
        "recallable": rules.may_recall(request.type, law_on(request.first)) is None,
        "facts": telling.which(request, refused=requests.was_refused(ctx.session, request)),
    }


@services.register("leave.standing@1", reads_only=True)
def standing(ctx: ServiceContext) -> Mapping[str, Any]:
    """How the leave stands today that something could be asked about: what of it lies ahead, and what is done.

    ``began``, ``over``: whether its first day has come, and its last day is past. ``returned``: whether somebody
    reported back. Nothing is known of a request that has reserved no leave.
    """
    request = ctx.session.get(LeaveRequest, ctx.about) if ctx.about else None
    if request is None:
        return {}
    span = request.absence
    return {
        "type": request.type,
        "status": request.status,
        "began": span.first <= ctx.today,
        "over": span.last < ctx.today,
        "returned": request.returned is not None,
    }


def _principal(ctx: ServiceContext, request: LeaveRequest) -> str:
    if request.principal is not None:
        return request.principal
    if (decision := requests.last_decision(ctx.session, request.instance)) is not None:
        return decision[0]
    wanted = officials.REGENT[0] if kept_from_acting(request) else officials.OFFICIALS[0]
    return officials.post_of(ctx.session, wanted, ctx.unit, ctx.now).principal
