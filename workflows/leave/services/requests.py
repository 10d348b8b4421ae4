"""Asking for leave: what it would come to, the days put aside, and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.services import ServiceContext
from workflows.leave import acting, fences, officials, requests, reserving, rules, telling
from workflows.leave.law import ANNUAL
from workflows.leave.ledger import Ledger
from workflows.leave.model import LeaveRequest
from workflows.leave.rules import Application, Assessment
from workflows.leave.services.registry import services
from workflows.leave.standing import absences_of, facts_of
from workflows.leave.undoing import undo
from workflows.workdays import Span

SUPERIOR_ONLY = "superior_only"
"""The flag of an assessment: a letter to the superior, and no decision."""


@services.register("leave.assess@2", reads_only=True)
def assess(
    ctx: ServiceContext,
    *,
    type: str,
    first: date,
    last: date,
    case: str = "",
    relation: str = "",
    abroad: bool = False,
    travel_days: int = 0,
    birth_order: int = 0,
    inpatient_days: int = 0,
    letter: str = "none",
    filed: date | None = None,
) -> Mapping[str, Any]:
    """What a request would come to: facts for the page before sending, and refusals if it cannot be made.

    Source: as `rules.assess`.
    """
    if last < first:
        return {"facts": [], "refusals": [telling.plain(telling.ends_before(first))]}
    asked = application(
        type, Span(first, last), case, relation, abroad, travel_days, birth_order, inpatient_days, letter, filed
    )
    return preview(ctx, asked)


@services.register("leave.reserve@2")
def reserve(
    ctx: ServiceContext,
    *,
    type: str,
    first: date,
    last: date,
    case: str = "",
    relation: str = "",
    abroad: bool = False,
    travel_days: int = 0,
    birth_order: int = 0,
    inpatient_days: int = 0,
    letter: str = "none",
    filed: date | None = None,
) -> Mapping[str, Any]:
    """Put the leave aside for this request; a repaired request replaces its earlier reservation.

    Only annual leave takes days; every type keeps its dates. Raises `Refused` by field; nothing is written then.

    Source: as `rules.assess`.
    """
    dates = acting.span(first, last)
    asked = application(type, dates, case, relation, abroad, travel_days, birth_order, inpatient_days, letter, filed)
    made = submit(ctx, asked)
    return {
        "type": made.row.type,
        "case": made.row.case,
        "group": officials.group_of(ctx.session, ctx.subject, ctx.now),
        "days": made.row.days,
        "unit": made.found.unit,
        "facts": made.facts,
        "route_type": made.route_type,
        "superior_only": SUPERIOR_ONLY in made.found.flags,
        "abroad": made.row.abroad,
        "evidence": list(made.found.evidence),
        "deferrable": made.deferrable,
    }


@dataclass(frozen=True)
class Submitted:
    """A reservation as it was made."""

    row: LeaveRequest
    found: Assessment
    facts: telling.Facts
    route_type: str
    deferrable: bool


def submit(ctx: ServiceContext, asked: Application, fields: dict[str, str] | None = None) -> Submitted:
    """Reserve what the requester asks for. Raises `Refused`, by the names of ``fields``; `OutOfPlace`."""
    fences.require_request(ctx)
    ledger = acting.locked(ctx)
    asked = reserving.refiled(asked, ctx.session.get(LeaveRequest, ctx.instance), ctx.today)
    found = reserving.reserve(ctx, ledger, asked, request=ctx.instance, fields=fields)
    row = reserving.keep(ctx, asked, found, request=ctx.instance, changed=False)
    left = telling.left_before(ledger, found, reserved=True)
    absences = tuple(absences_of(ctx.session, ctx.subject, ctx.instance))
    part_v = telling.record(ledger, ctx.today.year, absences)
    facts = [*telling.counted(found, asked, left), *telling.documents(found), *part_v]
    standing = facts_of(ctx.session, ledger, asked.span, ctx.today, besides=ctx.instance)
    return Submitted(row, found, facts, rules.route_type(standing, asked), rules.may_defer(standing, asked) is None)


def preview(ctx: ServiceContext, asked: Application) -> Mapping[str, Any]:
    """The facts and refusals of an application; nothing is written."""
    ledger = Ledger.read(ctx.session, acting.person(ctx), ctx.today.year)
    standing = facts_of(ctx.session, ledger, asked.span, ctx.today)
    found = rules.assess(standing, asked)
    granted = rules.advance(standing, asked) if asked.type == ANNUAL else ()
    left = telling.left_before(ledger, found, reserved=False, granted=granted)
    steps = telling.next_steps(ctx, asked.type, superior_only=SUPERIOR_ONLY in found.flags)
    return {
        "facts": [*telling.counted(found, asked, left), *telling.documents(found), *steps],
        "refusals": [telling.plain(refusal.text) for refusal in found.refusals],
    }


@services.register("leave.change@2", undo=undo)
def change(ctx: ServiceContext, *, first: date, last: date) -> Mapping[str, Any]:
    """Reserve the official's dates in place of those asked for. Raises `Refused` by field.

    Source: Peraturan BKN 24/2017, form 1.b part VIII (perubahan).
    """
    return move(ctx, acting.span(first, last))


def move(
    ctx: ServiceContext, dates: Span, case: str | None = None, fields: dict[str, str] | None = None
) -> Mapping[str, Any]:
    """Reserve other dates for this instance's leave, by the official's decision."""
    ledger = acting.locked(ctx)
    request = requests.own(ctx)
    fences.require_change(ctx, request)
    asked = reserving.application_of(request, dates, today=ctx.today)
    asked = asked if case is None else replace(asked, case=case)
    found = reserving.reserve(ctx, ledger, asked, request=ctx.instance, fields=fields)
    row = reserving.keep(ctx, asked, found, request=ctx.instance, changed=True)
    facts = telling.moved(found, asked, telling.left_before(ledger, found, reserved=True))
    return {"days": row.days, "first": row.first, "last": row.last, "facts": facts}


@services.register("leave.route@2", reads_only=True)
def route(ctx: ServiceContext, *, official: str) -> Mapping[str, Any]:
    """The post of the official whom the approver table names, and whether that is the direct superior's as well.

    Source: PP 11/2017 art. 309-310 and the regency's own decree on delegation, which the table holds.
    """
    seat = officials.post_of(ctx.session, official, ctx.unit, ctx.now)
    return {
        "official": official,
        "principal": seat.principal,
        "superior_decides": superior_decides(ctx, seat.principal),
    }


def superior_decides(ctx: ServiceContext, principal: str) -> bool:
    """Whether the direct superior's part and the official's fall to the same post: one screen, recorded twice.

    Source: Peraturan BKN 24/2017, form 1.b parts VII and VIII.
    """
    superior = officials.superior_of(ctx.session, ctx.subject, ctx.now)
    barred, found = {ctx.subject, ctx.starter}, []
    for each in (superior, principal):
        if each is None:
            return False
        found.append(telling.directory().holder(ctx.session, each, barred=barred, matter="leave", now=ctx.now))
    return found[0] is not None and found[0] == found[1]


def application(
    type: str,
    dates: Span,
    case: str | None = "",
    relation: str | None = "",
    abroad: bool | None = False,
    travel_days: int | None = 0,
    birth_order: int | None = 0,
    inpatient_days: int | None = 0,
    letter: str | None = "none",
    filed: date | None = None,
) -> Application:
    """What is asked for, by a form's answers; what the form did not ask is empty."""
    return Application(
        type=type,
        span=dates,
        case=case or "",
        relation=relation or "",
        abroad=bool(abroad),
        travel_days=int(travel_days or 0) if type == ANNUAL else 0,
        birth_order=int(birth_order or 0),
        inpatient_days=int(inpatient_days or 0),
        letter=letter or "none",
        filed=filed,
    )
