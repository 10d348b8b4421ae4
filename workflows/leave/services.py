"""The automatic steps of annual leave: judge, reserve, route, and then debit, release or defer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.errors import Refused, ServiceFailed, Text
from engine.services import ServiceContext, Services
from workflows.calendar import office_in_years
from workflows.leave import bookkeeping, fences, officials, rules, telling
from workflows.leave.law import Applicant
from workflows.leave.model import (
    APPROVED,
    DEFERRED,
    RELEASED,
    RESERVED,
    Cause,
    LeaveRequest,
    Ledger,
    applicant_of,
    busy_spans,
    reserved_by,
)
from workflows.leave.refusals import Refusal
from workflows.positions import Person
from workflows.workdays import Span

services = Services("leave")

ANNUAL = "annual"


@services.register("leave.assess@1", reads_only=True)
def assess(ctx: ServiceContext, *, first: date, last: date, ground: str = "") -> Mapping[str, Any]:
    """What a request would come to: facts for the page before sending, and refusals if it cannot be made.

    Source: as `rules.assess`.
    """
    if last < first:
        return {"facts": [], "refusals": [telling.plain(telling.ends_before(first))]}
    person, span = ctx.session.get_one(Person, ctx.subject), Span(first, last)
    ledger = Ledger.read(ctx.session, person.id, applicant_of(person), ctx.today.year)
    found = rules.assess(_facts(ctx, ledger, person, span, ground), span)
    refusals = [telling.plain(refusal.text) for refusal in found.refusals]
    return {"facts": [*telling.counted(found), *telling.next_steps(ctx)], "refusals": refusals}


@services.register("leave.reserve@1")
def reserve(ctx: ServiceContext, *, first: date, last: date, abroad: bool, ground: str = "") -> Mapping[str, Any]:
    """Put the days aside for this request; a repaired request replaces its earlier reservation.

    Raises `Refused` by field; nothing is written then.

    Source: as `rules.assess`.
    """
    fences.require_request(ctx)
    span, found, ledger = _reserve(ctx, first, last, ground)
    group = officials.group_of(ctx.session, ctx.subject, ctx.now)
    _keep(ctx, span, found.days, abroad=abroad, changed=False)
    facts = [*telling.counted(found), *telling.record(ledger, ctx.today.year)]
    return {"type": ANNUAL, "group": group, "days": found.days, "facts": facts}


@services.register("leave.change@1")
def change(ctx: ServiceContext, *, first: date, last: date, ground: str = "") -> Mapping[str, Any]:
    """Reserve the official's dates in place of those asked for. Raises `Refused` by field.

    Source: Peraturan BKN 24/2017, form 1.b part VIII (perubahan).
    """
    request = _request(ctx)
    fences.require_change(ctx, request)
    span, found, _ = _reserve(ctx, first, last, ground)
    _keep(ctx, span, found.days, abroad=request.abroad, changed=True)
    return {"days": found.days, "first": first, "last": last, "facts": telling.counted(found)}


@services.register("leave.route@1", reads_only=True)
def route(ctx: ServiceContext, *, official: str) -> Mapping[str, Any]:
    """The post of the official whom the approver table names, as the owner of the deciding step.

    Source: PP 11/2017 art. 309-310 and the regency's own decree on delegation, which the table holds.
    """
    seat = officials.post_of(ctx.session, official, ctx.unit, ctx.now)
    return {"official": official, "principal": seat.principal}


@services.register("leave.debit@1")
def debit(ctx: ServiceContext) -> Mapping[str, Any]:
    """Turn the reserved days into used ones, after the authorised official's decision only.

    Source: PP 11/2017 art. 312-313; order of the buckets as `bookkeeping.oldest_first`.
    """
    request = _request(ctx)
    fences.require_grant(ctx, request)
    ledger = _locked(ctx)
    days = _reserved(ctx)
    ledger.append(bookkeeping.debit(days, request.first.year), _cause(ctx))
    request.status = APPROVED
    return {"days": request.days, "first": request.first, "last": request.last}


@services.register("leave.release@1")
def release(ctx: ServiceContext) -> Mapping[str, Any]:
    """Give the reserved days back; nothing happens when none are reserved."""
    ledger = _locked(ctx)
    days = reserved_by(ctx.session, ctx.instance)
    if days:
        request = _request(ctx)
        ledger.append(bookkeeping.release(days, request.first.year), _cause(ctx))
        request.status = RELEASED
        ledger.settle(_applicant(ctx), ctx.now)
    return {"days": sum(count for _, count in days)}


@services.register("leave.defer@1")
def defer(ctx: ServiceContext) -> Mapping[str, Any]:
    """Give the reserved days back as deferred ones, which count in full next year.

    Source: PP 11/2017 art. 313(4)-(5); Peraturan BKN 24/2017 III.A.
    """
    request = _request(ctx)
    fences.require_deferral(ctx, request)
    ledger = _locked(ctx)
    days = _reserved(ctx)
    ledger.append(bookkeeping.defer(days, request.first.year), _cause(ctx))
    request.status = DEFERRED
    ledger.settle(_applicant(ctx), ctx.now)
    return {"days": sum(count for _, count in days), "until": date(request.first.year + 1, 12, 31)}


# Under the lock


def _reserve(ctx: ServiceContext, first: date, last: date, ground: str) -> tuple[Span, rules.Assessment, Ledger]:
    """Judge again under the lock, and write the reservation. Raises `Refused`."""
    if last < first:
        raise Refused({"last": [telling.ends_before(first)]})
    span, person = Span(first, last), ctx.session.get_one(Person, ctx.subject)
    ledger = _locked(ctx)
    if earlier := reserved_by(ctx.session, ctx.instance):
        ledger.append(bookkeeping.release(earlier, _request(ctx).first.year), _cause(ctx))
        ledger.settle(applicant_of(person), ctx.now)  # what comes back to a closed year does not outlive it
    facts = _facts(ctx, ledger, person, span, ground)
    found = rules.assess(facts, span)
    if found.refusals:
        raise Refused(_by_field(found.refusals))
    ledger.append(rules.advance(facts, span), Cause(ctx.now))
    ledger.append(bookkeeping.reserve(found.debits, span.first.year), _cause(ctx))
    return span, found, ledger


def _facts(ctx: ServiceContext, ledger: Ledger, person: Person, span: Span, ground: str | None) -> rules.Facts:
    return rules.Facts(
        applicant=applicant_of(person),
        calendar=office_in_years(ctx.session, person.unit, span.first.year, span.last.year).calendar,
        entries=ledger.entries,
        opened=ledger.opened,
        today=ctx.today,
        busy=busy_spans(ctx.session, person.id, span, ctx.instance),
        ground=ground or None,
    )


def _locked(ctx: ServiceContext) -> Ledger:
    return Ledger.locked(ctx.session, ctx.subject, _applicant(ctx), ctx.today.year, ctx.now)


def _applicant(ctx: ServiceContext) -> Applicant:
    return applicant_of(ctx.session.get_one(Person, ctx.subject))


def _cause(ctx: ServiceContext) -> Cause:
    return Cause(ctx.now, ctx.instance, ctx.event)


def _keep(ctx: ServiceContext, span: Span, days: int, *, abroad: bool, changed: bool) -> None:
    """The dates of this instance's request, as they stand from now on."""
    ctx.session.merge(
        LeaveRequest(
            instance=ctx.instance,
            person=ctx.subject,
            first=span.first,
            last=span.last,
            days=days,
            abroad=abroad,
            changed=changed,
            status=RESERVED,
        )
    )
    ctx.session.flush()


def _request(ctx: ServiceContext) -> LeaveRequest:
    request = ctx.session.get(LeaveRequest, ctx.instance)
    if request is None:
        raise ServiceFailed(_NOTHING_RESERVED)
    return request


def _reserved(ctx: ServiceContext) -> tuple[tuple[int, int], ...]:
    days = reserved_by(ctx.session, ctx.instance)
    if not days:
        raise ServiceFailed(_NOTHING_RESERVED)
    return days


def _by_field(refusals: Iterable[Refusal]) -> dict[str, list[Text]]:
    problems: dict[str, list[Text]] = {}
    for refusal in refusals:
        problems.setdefault(refusal.field, []).append(refusal.text)
    return problems


_NOTHING_RESERVED = Text(
    "Tidak ada hari cuti yang disisihkan untuk permohonan ini. Minta pemilik proses memeriksa alurnya.",
    "No days are reserved for this request. Ask the process owner to check the flow.",
)
