"""Putting leave aside: judged again under the account's lock, written to the ledger and to the request's row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from engine.services import ServiceContext
from workflows.leave import bookkeeping, requests, rules
from workflows.leave.acting import cause, refuse
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import ANNUAL, law_on
from workflows.leave.ledger import Ledger, reserved_by
from workflows.leave.model import RESERVED, Cause, LeaveRequest
from workflows.leave.rules import Application, Assessment
from workflows.leave.standing import facts_of
from workflows.workdays import Span


def reserve(
    ctx: ServiceContext,
    ledger: Ledger,
    application: Application,
    *,
    request: UUID,
    fields: dict[str, str] | None = None,
) -> Assessment:
    """Put the days of an application aside for a request, in place of any that it had. Raises `Refused` by field."""
    why = cause(ctx, request)
    if earlier := reserved_by(ctx.session, request):
        ledger.append(bookkeeping.release(earlier), why)
        ledger.settle(why)  # what comes back to a closed year does not outlive it
    facts = facts_of(ctx.session, ledger, application.span, ctx.today, besides=request)
    found = rules.assess(facts, application)
    refuse(found.refusals, fields)
    if application.type == ANNUAL:
        _advance(ctx, ledger, rules.advance(facts, application))
        ledger.append(bookkeeping.reserve(found.debits), why)
        if any(year < ledger.opened for year, _, _ in found.debits):
            ledger.settle(why)  # leave of a closed year changes what was carried out of it
    return found


def _advance(ctx: ServiceContext, ledger: Ledger, grants: tuple[Entry, ...]) -> None:
    """Next year's days count from its first day on, those of the first year of PPPK staff from today."""
    for entry in grants:
        ledger.append((entry,), Cause(ctx.now, day=max(ctx.today, date(entry.in_year, 1, 1))))


def keep(
    ctx: ServiceContext, application: Application, found: Assessment, *, request: UUID, changed: bool
) -> LeaveRequest:
    """Write the dates as they would be granted, and what was asked for, to the request's row."""
    asked = {} if changed else {"asked_first": application.span.first, "asked_last": application.span.last}
    return requests.write(ctx, request, **_values(ctx, application, found), **asked, changed=changed, status=RESERVED)


def _values(ctx: ServiceContext, application: Application, found: Assessment) -> dict[str, Any]:
    proper = _proper(application, found)
    return {
        "type": application.type,
        "case": application.case,
        "relation": application.relation,
        "first": proper.first,
        "last": proper.last,
        "days": found.days,
        "abroad": application.abroad,
        "travel_days": application.travel_days,
        "birth_order": application.birth_order,
        "inpatient_days": application.inpatient_days,
        "letter": application.letter,
        "filed": application.filed or ctx.today,
    }


def _proper(application: Application, found: Assessment) -> Span:
    """The leave without the days of travel after it; what was granted may be shorter than what was asked."""
    return Span(found.span.first, found.span.last - timedelta(days=application.travel_days))


def application_of(request: LeaveRequest, span: Span, *, today: date) -> Application:
    """What a request asks for, with other dates.

    Leave that nobody can plan was filed when it was asked for first; planned leave cannot be moved into the past.
    """
    unplanned = request.type in law_on(span.first).late_types or request.case == "birth"
    return Application(
        type=request.type,
        span=span,
        case=request.case,
        relation=request.relation,
        abroad=request.abroad,
        travel_days=request.travel_days,
        birth_order=request.birth_order,
        inpatient_days=request.inpatient_days,
        letter=request.letter,
        filed=request.filed if unplanned and request.filed is not None else today,
    )


def refiled(application: Application, request: LeaveRequest | None, today: date) -> Application:
    """A repaired application: unplanned leave counts as filed when it was filed first."""
    if request is None or application.filed is not None or request.filed is None or request.type != application.type:
        return application
    return replace(application, filed=application_of(request, application.span, today=today).filed)
