"""The automatic steps of annual leave: judge, reserve, route, and then debit, release or defer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from engine.errors import Refused, ServiceFailed, Text
from engine.services import ServiceContext, Services
from workflows.calendar import office_in_years
from workflows.leave import bookkeeping, fences, officials, rules
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
from workflows.people import People, remember
from workflows.positions import Person
from workflows.wording import long_date, working_days
from workflows.workdays import Span

services = Services("leave")

ANNUAL = "annual"
TARGET_DAYS = 4
"""Working days until the decision: one for the check, one for the superior, two for the official."""


@services.register("leave.assess@1", reads_only=True)
def assess(ctx: ServiceContext, *, first: date, last: date, ground: str = "") -> Mapping[str, Any]:
    """What a request would come to: facts for the page before sending, and refusals if it cannot be made.

    Source: as `rules.assess`.
    """
    if last < first:
        return {"facts": [], "refusals": [_plain(_ends_before(first))]}
    person, span = ctx.session.get_one(Person, ctx.subject), Span(first, last)
    ledger = Ledger.read(ctx.session, person.id, applicant_of(person), ctx.today.year)
    found = rules.assess(_facts(ctx, ledger, person, span, ground), span)
    refusals = [_plain(refusal.text) for refusal in found.refusals]
    return {"facts": [*_counted(found), *_next_steps(ctx)], "refusals": refusals}


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
    facts = [*_counted(found), *_record(ledger, ctx.today.year)]
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
    return {"days": found.days, "first": first, "last": last, "facts": _counted(found)}


@services.register("leave.route@1", reads_only=True)
def route(ctx: ServiceContext, *, official: str) -> Mapping[str, Any]:
    """The post of the official whom the approver table names, as the owner of the deciding step.

    Source: PP 11/2017 art. 309-310 and the regency's own decree on delegation, which the table holds.
    """
    seat = officials.post_of(ctx.session, official, ctx.unit, ctx.now)
    remember(ctx.session, seat, ctx.now)
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
        raise Refused({"last": [_ends_before(first)]})
    span, person = Span(first, last), ctx.session.get_one(Person, ctx.subject)
    ledger = _locked(ctx)
    if earlier := reserved_by(ctx.session, ctx.instance):
        ledger.append(bookkeeping.release(earlier, _request(ctx).first.year), _cause(ctx))
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


# In words


def _by_field(refusals: Iterable[Refusal]) -> dict[str, list[Text]]:
    problems: dict[str, list[Text]] = {}
    for refusal in refusals:
        problems.setdefault(refusal.field, []).append(refusal.text)
    return problems


def _counted(found: rules.Assessment) -> list[dict[str, Any]]:
    """The days counted, those left out with their names, and the balance before and after."""
    facts = [_fact(_LENGTH, working_days(found.days))]
    left_out = _left_out(found)
    if left_out.id:
        facts.append(_fact(_LEFT_OUT, left_out))
    if not found.refusals:
        after = found.available - found.days
        facts.append(_fact(_BALANCE, Text(*2 * (f"{found.available} → {after}",))))
    return facts


def _left_out(found: rules.Assessment) -> Text:
    named = [(long_date(day), off.name) for day, off in found.holidays]
    parts_id = [f"{day.id} ({name})" for day, name in named]
    parts_en = [f"{day.en} ({name})" for day, name in named]
    if found.rest_days:
        parts_id.append(f"{found.rest_days} hari akhir pekan")
        parts_en.append(f"{found.rest_days} weekend day{'' if found.rest_days == 1 else 's'}")
    return Text("; ".join(parts_id), "; ".join(parts_en))


def _record(ledger: Ledger, year: int) -> list[dict[str, Any]]:
    """Part V of the form: what is left of the year before last, the last year and this one.

    Source: Peraturan BKN 24/2017, form 1.b part V.
    """
    left = bookkeeping.buckets(ledger.entries, year)
    rows = " · ".join(f"{each}: {left.get(each, 0)}" for each in (year - 2, year - 1, year))
    return [_fact(_LEAVE_RECORD, Text(rows, rows))]


def _next_steps(ctx: ServiceContext) -> list[dict[str, Any]]:
    """Who looks at it first, and by when the decision is due."""
    directory = _directory()
    principal = directory.holder(
        ctx.session,
        f"role:personnel_officer@{ctx.unit}",
        barred={ctx.subject, ctx.starter},
        matter="leave",
        now=ctx.now,
    )
    expected = directory.due(ctx.session, ctx.unit, ctx.now, TARGET_DAYS).date()
    facts = [_fact(_DECIDED_BY, long_date(expected))]
    if principal is not None:
        facts.insert(0, _fact(_FIRST_CHECK, directory.principal_label(ctx.session, principal, ctx.now)))
    return facts


@cache
def _directory() -> People:
    return People()


def _fact(label: Text, value: Text) -> dict[str, Any]:
    return {"label": _plain(label), "value": _plain(value)}


def _plain(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _ends_before(first: date) -> Text:
    day = long_date(first)
    return Text(f"Isi tanggal selesai {day.id} atau sesudahnya.", f"Enter a last day on or after {day.en}.")


_LENGTH = Text("Lamanya cuti", "Length of leave")
_LEFT_OUT = Text("Tidak dihitung", "Not counted")
_BALANCE = Text("Sisa cuti", "Leave left")
_LEAVE_RECORD = Text("Sisa per tahun setelah permohonan ini", "Left by year after this request")
_FIRST_CHECK = Text("Diperiksa dahulu oleh", "First checked by")
_DECIDED_BY = Text("Perkiraan keputusan", "Decision expected by")
_NOTHING_RESERVED = Text(
    "Tidak ada hari cuti yang disisihkan untuk permohonan ini. Minta pemilik proses memeriksa alurnya.",
    "No days are reserved for this request. Ask the process owner to check the flow.",
)
