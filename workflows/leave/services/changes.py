"""What may still happen to leave: withdrawn, cancelled, called back, ended early, interrupted, and reported back from.

Each step works on the leave that its instance is about. Days that were not taken go back to the buckets that paid for
them; what a closed year cannot hold lapses in the next line of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.errors import Refused, ServiceFailed, Text
from engine.services import ServiceContext
from workflows import letters
from workflows.leave import acting, bookkeeping, fences, requests, reserving, rules, telling
from workflows.leave.bookkeeping import CANCEL, INTERRUPT, RECALL, SHORTEN
from workflows.leave.law import ANNUAL, SICK, law_on
from workflows.leave.ledger import Ledger, used_by
from workflows.leave.model import APPROVED, CANCELLED, NOTED, RELEASED, RESERVED, LeaveRequest
from workflows.leave.rules.facts import days_in
from workflows.leave.rules.sick import is_one_day
from workflows.leave.services.decisions import give_up
from workflows.leave.services.registry import services
from workflows.leave.standing import facts_of, working_calendar
from workflows.leave.undoing import undo
from workflows.wording import plain_date
from workflows.workdays import ONE_DAY, Span


@services.register("leave.withdraw@1")
def withdraw(ctx: ServiceContext) -> Mapping[str, Any]:
    """Take back a request that waits for its decision; its days are free again.

    Raises `Conflict` when it was decided meanwhile.
    """
    fences.require_own_act(ctx)
    ctx.end_about(_WITHDRAWN)  # takes the instance first: of a decision and a withdrawal, one wins
    ledger = acting.locked(ctx)
    request = requests.target(ctx)
    if request.status != RESERVED:
        raise ServiceFailed(requests.NOTHING_RESERVED)
    return {"days": give_up(ctx, ledger, request, RELEASED)}


@services.register("leave.cancel@1", undo=undo)
def cancel(ctx: ServiceContext, *, from_day: date | None = None) -> Mapping[str, Any]:
    """Cancel granted leave by the official's decision: before its first day all of it, later what lies from a day on.

    Source: PP 11/2017 art. 309-310 (who grants it also ends it).
    """
    ledger, request = _granted(ctx)
    decision = fences.require_decision(ctx, request)
    since = from_day if from_day is not None else request.first
    if from_day is None and ctx.today > request.first:
        raise Refused({"from_day": [_SINCE_WHEN]})
    if since > request.last:
        raise Refused({"from_day": [_within(request)]})
    return _cut(ctx, ledger, request, since, CANCEL, principal=decision.principal)


@services.register("leave.recall@1", undo=undo)
def recall(ctx: ServiceContext, *, return_on: date) -> Mapping[str, Any]:
    """Call somebody back from leave that is not over; what they have not taken stays a right, in full.

    Source: PP 11/2017 art. 338; for PPPK Peraturan BKN 7/2022.
    """
    ledger, request = _granted(ctx)
    decision = fences.require_recall(ctx, request)
    if (refusal := rules.may_recall(request.type, law_on(request.first))) is not None:
        acting.refuse((refusal,))
    if ctx.today > request.last:
        raise Refused({"return_on": [_over(request)]})
    if return_on > request.last:
        raise Refused({"return_on": [_within(request)]})
    owed = 0 if request.type == ANNUAL else days_in(Span(max(return_on, request.first), request.last))
    return _cut(ctx, ledger, request, return_on, RECALL, principal=decision.principal, owed=request.owed + owed)


@services.register("leave.shorten@1", undo=undo)
def shorten(ctx: ServiceContext, *, return_on: date) -> Mapping[str, Any]:
    """End leave on the day before the employee is back at work, as their superior confirmed once they were.

    Leave that is still to be taken is not the superior's to end: the official cancels it.
    """
    ledger, request = _granted(ctx)
    fences.require_confirmed(ctx, request)
    if not request.first < return_on <= request.last:
        raise Refused({"return_on": [_within(request, after_first=True)]})
    if return_on > ctx.today:
        raise Refused({"return_on": [_not_back_yet(return_on)]})
    return _cut(ctx, ledger, request, return_on, SHORTEN, returned=return_on)


@services.register("leave.interrupt@1", undo=undo)
def interrupt(
    ctx: ServiceContext, *, first: date, last: date, type: str, letter: str = "none", birth_order: int = 0
) -> Mapping[str, Any]:
    """Stop leave where illness or a birth begins, give back what was not taken, and record the other leave.

    Source: none in the regulation; a setting of the office (DOMAIN 1.4).
    """
    ledger, request = _granted(ctx)
    asked = rules.Application(
        type=type,
        span=acting.span(first, last),
        birth_order=int(birth_order or 0),
        letter=letter or "none",
        interrupts=True,
        filed=ctx.today,
    )
    standing = facts_of(ctx.session, ledger, asked.span, ctx.today, besides=ctx.instance)
    one_day = type == SICK and is_one_day(standing, asked)
    decision = fences.require_interruption(ctx, request, one_day_sick=one_day)
    if not request.first <= first <= request.last:
        raise Refused({"first": [_within(request)]})
    found = rules.assess(standing, asked)
    acting.refuse(found.refusals)
    result = _cut(ctx, ledger, request, first, INTERRUPT)
    row = reserving.keep(ctx, asked, found, request=ctx.instance, changed=False)
    row.status, row.principal, row.decided_at = (NOTED if one_day else APPROVED), decision.principal, ctx.now
    ctx.session.flush()
    ledger.settle(acting.cause(ctx))  # long leave for a birth ends its year's annual leave
    facts = [*result["facts"], *telling.counted(found, asked, {})]
    return {**result, "first": row.first, "last": row.last, "facts": facts}


@services.register("leave.returned@1", undo=undo)
def returned(ctx: ServiceContext, *, returned_on: date) -> Mapping[str, Any]:
    """Keep when somebody reported back, as their superior confirmed; say how late that is and what follows.

    Source: Peraturan BKN 24/2017 (report back after leave); PP 11/2017 art. 337 (a month after unpaid leave).
    """
    _, request = _granted(ctx)
    fences.require_confirmed(ctx, request)
    ended = request.absence.last
    if returned_on <= ended or returned_on > ctx.today:
        raise Refused({"returned_on": [_returned_between(ended, ctx.today)]})
    calendar = working_calendar(ctx.session, ctx.subject, Span(ended, returned_on))
    back = rules.reporting_back(calendar, request.type, ended, returned_on, law_on(request.first))
    requests.write(ctx, request.instance, returned=returned_on)
    return {"late_days": back.late_days, "flags": list(back.flags)}


def _granted(ctx: ServiceContext) -> tuple[Ledger, LeaveRequest]:
    """The account under its lock, and the granted leave that this instance is about."""
    ledger = acting.locked(ctx)
    request = requests.target(ctx)
    if request.status not in (APPROVED, NOTED):
        raise Refused({"": [_NOT_GRANTED]})
    return ledger, request


def _cut(
    ctx: ServiceContext, ledger: Ledger, request: LeaveRequest, since: date, kind: str, **more: Any
) -> dict[str, Any]:
    """End a leave before ``since``: what lies from then on comes back, and nothing is left of it if that is all."""
    before, why = request.days, acting.cause(ctx, request.instance)
    kept = Span(request.first, since - ONE_DAY) if since > request.first else None
    back = 0
    if request.type == ANNUAL:
        back = give_back(ctx, ledger, request, kept, kind)
    after = {"days": before - back if request.type == ANNUAL else days_in(kept) if kept else 0}
    dates = {"last": kept.last, **after} if kept else {"status": CANCELLED}
    requests.write(ctx, request.instance, **dates, **{"travel_days": 0} | more)
    ledger.settle(why)
    _letter(ctx, request, kind, whole=kept is None)
    return {"days": back, "facts": telling.given_back(back, kept)}


def give_back(ctx: ServiceContext, ledger: Ledger, request: LeaveRequest, kept: Span | None, kind: str) -> int:
    """Return the days that annual leave has used beyond those of ``kept`` to the buckets that paid. Returns them."""
    used = used_by(ctx.session, request.instance)
    back: dict[int, int] = {}
    calendar = working_calendar(ctx.session, request.person, request.span)
    for year in {year for year, _, _ in used}:
        total = sum(days for each, _, days in used if each == year)
        taken = calendar.working_days(part) if (part := _within_year(kept, year)) else 0
        back[year] = max(0, total - taken)
    debits = bookkeeping.newest_first(used, back)
    ledger.append(bookkeeping.give_back(debits, kind), acting.cause(ctx, request.instance))
    return sum(days for _, _, days in debits)


def _within_year(span: Span | None, year: int) -> Span | None:
    if span is None or span.first.year > year or span.last.year < year:
        return None
    return Span(max(span.first, date(year, 1, 1)), min(span.last, date(year, 12, 31)))


LETTERS = {CANCEL: "leave_changed", RECALL: "leave_recalled", SHORTEN: "leave_shortened", INTERRUPT: "leave_changed"}
"""The letter that takes the place of the one that granted the leave."""
REASONS = {CANCEL: "cancelled", RECALL: "recalled", SHORTEN: "shortened", INTERRUPT: "interrupted"}


def _letter(ctx: ServiceContext, request: LeaveRequest, kind: str, *, whole: bool) -> None:
    if request.status == NOTED:
        return  # there is no letter of one day's sickness
    letters.replace(
        ctx.session,
        instance=request.instance,
        reason=REASONS[kind],
        by=ctx.instance,
        kind="leave_cancelled" if whole and kind != RECALL else LETTERS[kind],
        person=request.person,
        unit=ctx.unit,
        now=ctx.now,
        due=ctx.final_at or ctx.now,
    )


def _within(request: LeaveRequest, *, after_first: bool = False) -> Text:
    first, last = plain_date(request.first + ONE_DAY if after_first else request.first), plain_date(request.last)
    return Text(f"Pilih tanggal {first.id} sampai {last.id}.", f"Choose a day from {first.en} to {last.en}.")


def _over(request: LeaveRequest) -> Text:
    last = plain_date(request.last)
    return Text(
        f"Cuti ini sudah berakhir pada {last.id}, jadi pegawai tidak dapat dipanggil kembali lagi.",
        f"This leave ended on {last.en}, so nobody can be called back from it any more.",
    )


def _not_back_yet(return_on: date) -> Text:
    day = plain_date(return_on)
    return Text(
        f"{day.id} belum tiba. Konfirmasikan setelah pegawai masuk kerja; untuk membatalkan hari yang akan datang, "
        "pegawai mengajukan “Pembatalan cuti”.",
        f"{day.en} is still to come. Confirm it once the employee is back at work; to cancel days ahead, "
        "the employee asks for “Cancelling leave”.",
    )


def _returned_between(ended: date, today: date) -> Text:
    first, last = plain_date(ended + ONE_DAY), plain_date(today)
    return Text(
        f"Isi tanggal sesudah cuti berakhir, dari {first.id} sampai {last.id}. "
        "Untuk kembali lebih awal, pilih “Masuk kerja lebih awal dari cuti”.",
        f"Enter a day after the leave, from {first.en} to {last.en}. "
        "For an earlier return choose “Back early from leave”.",
    )


_WITHDRAWN = Text("Ditarik oleh pegawai", "Withdrawn by the employee")
_SINCE_WHEN = Text(
    "Cuti ini sudah mulai. Isi sejak tanggal berapa cuti dibatalkan.",
    "This leave has begun. Enter the day from which it is cancelled.",
)
_NOT_GRANTED = Text(
    "Cuti ini belum atau tidak lagi disetujui, sehingga tidak dapat diubah.",
    "This leave has not been granted, or is not any more, and cannot be changed.",
)
