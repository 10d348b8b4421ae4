"""What becomes of a request: granted, noted, released or deferred, and who said what on the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Select, bindparam, func, insert, select

from engine.db import table
from engine.errors import ServiceFailed
from engine.services import Decision, ServiceContext
from workflows import letters, organisation
from workflows.leave import acting, bookkeeping, fences, officials, requests, reserving, rules, telling
from workflows.leave.law import ANNUAL
from workflows.leave.ledger import Ledger, reserved_by
from workflows.leave.model import APPROVED, DEFERRED, NOTED, RELEASED, RESERVED, LeaveOpinion, LeaveRequest
from workflows.leave.objecting import objection_until
from workflows.leave.rules.sick import is_one_day
from workflows.leave.services.registry import services
from workflows.leave.standing import facts_of
from workflows.leave.undoing import undo
from workflows.positions import Position, RoleHolder


@services.register("leave.grant@1", undo=undo)
def grant(ctx: ServiceContext, *, bkn_number: str = "", bkn_date: date | None = None) -> Mapping[str, Any]:
    """Grant the leave as the official decided, and ask for its letter; annual leave is taken off the balance.

    Unpaid leave needs the number of the approval of BKN as well.

    Source: PP 11/2017 art. 309-316 and 334-335; order of the buckets as `bookkeeping.oldest_first`.
    """
    return _lettered(ctx, granted(ctx, bkn_number or "", bkn_date))


@services.register("leave.ratify@1", undo=undo)
def ratify(ctx: ServiceContext) -> Mapping[str, Any]:
    """Grant what the head on site let begin (izin sementara), by the official's decision.

    Source: PP 11/2017 art. 333; Peraturan BKN 24/2017 III.E.
    """
    return _lettered(ctx, granted(ctx))


@services.register("leave.grant_paper@1", undo=undo)
def grant_paper(
    ctx: ServiceContext,
    *,
    official: str,
    decided_on: date | None = None,
    number: str = "",
    scan: list[str] | None = None,
) -> Mapping[str, Any]:
    """Grant what an official decided on paper, as the named secretary recorded and a second officer confirmed.

    ``official``: the post (``position:…``) or the office that the approver table names. ``number`` and ``scan``: of the
    letter, where it was written and signed on paper too; else its letter is made as any other.
    """
    ledger = acting.locked(ctx)
    request = requests.own(ctx)
    principal = _principal_of(ctx, official)
    recorded = fences.require_paper(ctx, request, principal)
    _grant(ctx, ledger, request, principal)
    _say(ctx, recorded, "VIII", "approve", "", None, None, principal=principal, paper_on=decided_on)
    if not (number and scan):
        return _lettered(ctx, request)
    letters.on_paper(
        ctx.session,
        instance=ctx.instance,
        kind="leave_granted",
        person=ctx.subject,
        unit=ctx.unit,
        number=number,
        issued_on=decided_on or ctx.today,
        span=(request.first, request.last),
        scan=UUID(scan[0]),
        by=recorded.person,
        now=ctx.now,
    )
    return _granted(request)


def granted(ctx: ServiceContext, bkn_number: str = "", bkn_date: date | None = None) -> LeaveRequest:
    """Grant this instance's leave by the official's decision. Raises `NotDecided` and its like."""
    ledger = acting.locked(ctx)
    request = requests.own(ctx)
    decision = fences.require_grant(ctx, request)
    fences.require_bkn(ctx, request, bkn_number)
    approval = {"bkn_number": bkn_number.strip(), "bkn_date": bkn_date} if bkn_number else {}
    _grant(ctx, ledger, request, decision.principal, **approval)
    return request


def _grant(ctx: ServiceContext, ledger: Ledger, request: LeaveRequest, principal: str, **more: Any) -> None:
    """Turn what is reserved into leave; long leave also ends its year's annual leave."""
    if request.status != RESERVED:
        raise ServiceFailed(requests.NOTHING_RESERVED)
    requests.write(ctx, request.instance, status=APPROVED, principal=principal, decided_at=ctx.now, **more)
    if request.type == ANNUAL:
        days = reserved_by(ctx.session, request.instance)
        if not days:
            raise ServiceFailed(requests.NOTHING_RESERVED)
        ledger.append(bookkeeping.debit(days), acting.cause(ctx))
    else:
        ledger.settle(acting.cause(ctx))


def _lettered(ctx: ServiceContext, request: LeaveRequest) -> Mapping[str, Any]:
    acting.ask_for_letter(ctx, "leave_granted")
    return _granted(request)


def _granted(request: LeaveRequest) -> Mapping[str, Any]:
    facts = telling.which(request)
    return {"days": request.days, "first": request.first, "last": request.last, "facts": facts}


@services.register("leave.note@1", undo=undo)
def note(ctx: ServiceContext) -> Mapping[str, Any]:
    """Keep one day's sickness on record: nobody decides it, and nothing is taken off the balance.

    Source: PP 11/2017 art. 320; Peraturan BKN 7/2021 (a letter to the direct superior).
    """
    ledger = acting.locked(ctx)
    request = requests.own(ctx)
    standing = facts_of(ctx.session, ledger, request.span, ctx.today, besides=request.instance)
    if not is_one_day(standing, reserving.application_of(request, request.span, today=ctx.today)):
        raise fences.NotDecided
    if request.status != RESERVED:
        raise ServiceFailed(requests.NOTHING_RESERVED)
    requests.write(ctx, request.instance, status=NOTED, decided_at=ctx.now)
    return {"facts": telling.which(request)}


@services.register("leave.release@2", undo=undo)
def release(ctx: ServiceContext) -> Mapping[str, Any]:
    """Give the reserved days back; after a rejection it says until when an objection can be sent."""
    days = released(ctx)
    if ctx.cause is None or ctx.cause.outcome != requests.REJECT:
        return {"days": days, "facts": []}
    last = objection_until(ctx.session, ctx.subject, ctx.today)
    return {"days": days, "facts": telling.until(telling.OBJECTION_UNTIL, last)}


def released(ctx: ServiceContext) -> int:
    """Give back what this instance has reserved; nothing happens when nothing is. Returns the days."""
    ledger = acting.locked(ctx)
    request = ctx.session.get(LeaveRequest, ctx.instance, populate_existing=True)
    if request is None or request.status != RESERVED:
        return 0
    return give_up(ctx, ledger, request, RELEASED)


def give_up(ctx: ServiceContext, ledger: Ledger, request: LeaveRequest, status: str, **more: Any) -> int:
    """Let go of the dates and days of a leave that waits. Returns the days."""
    days = reserved_by(ctx.session, request.instance)
    why = acting.cause(ctx, request.instance)
    requests.write(ctx, request.instance, status=status, decided_at=ctx.now, **more)
    if days:
        ledger.append(bookkeeping.release(days), why)
        ledger.settle(why)
    return sum(count for _, _, count in days)


@services.register("leave.defer@2", undo=undo)
def defer(ctx: ServiceContext, *, until: date | None = None) -> Mapping[str, Any]:
    """Put the leave off by the official's decision: annual days count in full next year, long leave not before a day.

    Raises `Refused` where the law knows no deferral, or none so long.

    Source: PP 11/2017 art. 313(4)-(5) and 317; Peraturan BKN 24/2017 III.A-B.
    """
    return put_off(ctx, until)


def put_off(ctx: ServiceContext, until: date | None) -> Mapping[str, Any]:
    """Defer this instance's leave."""
    ledger = acting.locked(ctx)
    request = requests.own(ctx)
    decision = fences.require_deferral(ctx, request)
    if request.status != RESERVED:
        raise ServiceFailed(requests.NOTHING_RESERVED)
    asked = reserving.application_of(request, request.span, today=ctx.today)
    standing = facts_of(ctx.session, ledger, request.span, ctx.today, besides=request.instance)
    if (refusal := rules.may_defer(standing, asked, until)) is not None:
        acting.refuse((refusal,))
    days, why = reserved_by(ctx.session, request.instance), acting.cause(ctx)
    last = until or rules.deferred_until(asked)
    taken = {"principal": decision.principal, "decided_at": ctx.now}
    requests.write(ctx, request.instance, status=DEFERRED, until=last, **taken)
    ledger.append(bookkeeping.defer(days), why)
    ledger.settle(why)
    return {"days": sum(count for _, _, count in days), "until": last, "facts": telling.which(request)}


@services.register("leave.interim@1", undo=undo)
def interim(ctx: ServiceContext) -> Mapping[str, Any]:
    """Let the employee go on the word of the head on site; the official ratifies it later.

    Source: PP 11/2017 art. 332-333; Peraturan BKN 24/2017 as changed by 7/2021 (izin sementara).
    """
    request = requests.own(ctx)
    said = fences.require_interim(ctx, request)
    if request.status != RESERVED:
        raise ServiceFailed(requests.NOTHING_RESERVED)
    requests.write(ctx, request.instance, interim=True)
    _say(ctx, said, "site", "approve", "", None, None)
    acting.ask_for_letter(ctx, "leave_interim")
    return {}


@services.register("leave.opinion@1", undo=undo)
def opinion(
    ctx: ServiceContext,
    *,
    part: str,
    outcome: str,
    reason: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Mapping[str, Any]:
    """Keep for the form what the superior (part VII) or the official (part VIII) just said.

    Source: Peraturan BKN 24/2017, form 1.b parts VII and VIII.
    """
    _say(ctx, fences.require_opinion(ctx, part, outcome), part, outcome, reason, first, last)
    return {}


def _say(
    ctx: ServiceContext,
    said: Decision,
    part: str,
    outcome: str,
    reason: str | None,
    first: date | None,
    last: date | None,
    *,
    principal: str | None = None,
    paper_on: date | None = None,
) -> None:
    """Write the part, by one statement: it goes with every decision."""
    post = principal or said.principal
    keep, of_post = _keeping_of(post, ctx.unit)
    values = {
        "instance": ctx.instance,
        "part": part,
        "event": ctx.event,
        "person": said.person,
        "name": _name(ctx, said.person),
        "principal": post,
        "capacity": said.capacity,
        "outcome": outcome,
        "reason": reason or "",
        "first": first,
        "last": last,
        "paper_on": paper_on,
        "taken_back": False,
        "at": ctx.now,
    }
    ctx.session.execute(keep, {**values, "of_instance": ctx.instance, "of_part": part, **of_post})


def _name(ctx: ServiceContext, person: str) -> str:
    if ctx.actor is not None and ctx.actor.person == person:
        return ctx.actor.name
    return organisation.persons(ctx.session, (person,))[person][0]


def _keeping(title: Select[tuple[str]]) -> Insert:
    """The statement that writes a part, with the next round and the title of the post as it is now."""
    same = (_PARTS.instance == bindparam("of_instance"), _PARTS.part == bindparam("of_part"), ~_PARTS.taken_back)
    number = select(func.coalesce(func.max(_PARTS.round), 0) + 1).where(*same).scalar_subquery()
    keep = insert(table(LeaveOpinion)).inline()  # nobody asks for its id
    return keep.values(round=number, title=func.coalesce(title.scalar_subquery(), ""))


_PARTS, _POSTS, _HELD = table(LeaveOpinion).c, table(Position).c, table(RoleHolder).c
_KEEP_OF_POST = _keeping(select(_POSTS.title).where(_POSTS.id == bindparam("post")))
_KEEP_OF_ROLE = _keeping(
    select(_POSTS.title)
    .join_from(table(Position), table(RoleHolder), _HELD.position == _POSTS.id)
    .where(_HELD.role == bindparam("role"), _HELD.unit == bindparam("of_unit"))
    .order_by(_POSTS.id)
    .limit(1)
)
"""Made once: what changes from part to part are their parameters."""


def _keeping_of(principal: str, unit: str) -> tuple[Insert, dict[str, str]]:
    """The statement for a post, also when somebody decides by a role, and which post or role that is."""
    kind, _, rest = principal.partition(":")
    if kind == "position":
        return _KEEP_OF_POST, {"post": rest}
    role, _, where = rest.partition("@")
    return _KEEP_OF_ROLE, {"role": role, "of_unit": where or unit}


def _principal_of(ctx: ServiceContext, official: str) -> str:
    if official.startswith("position:"):
        return official
    return officials.post_of(ctx.session, official, ctx.unit, ctx.now).principal
