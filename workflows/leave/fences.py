"""Legal fences: what no edited diagram, table or form can get round.

Leave is granted, deferred, cancelled and recalled by the authorised official (PP 11/2017 art. 309-310; PP 49/2018
and Peraturan BKN 7/2022 for PPPK). So nothing of that happens unless such an official said so, about these dates, of
this round. What the office lets others do (a superior who confirms a return) is held here as well.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import ServiceFailed, Text
from engine.services import Decision, ServiceContext
from workflows.leave.law import IMPORTANT, UNPAID
from workflows.leave.model import LeaveRequest
from workflows.leave.officials import lawful_principals, lawful_seats
from workflows.seats import Seat

REQUESTER, OFFICIAL, SUPERIOR = "requester", "authorised_official", "direct_superior"
OFFICERS = ("personnel_officer", "verifier")
VERIFIER, SECRETARY, SITE_HEAD, UNIT_HEAD = "verifier", "decision_secretary", "site_head", "unit_head"


class NotDecided(ServiceFailed):
    """No authorised official has decided this on the dates as they stand now."""

    text = Text(
        "Langkah ini hanya boleh berjalan setelah pejabat yang berwenang memutuskan cuti ini. "
        "Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "This step may only run after the authorised official has decided on this leave. "
        "Nothing was changed; ask the process owner to check the flow.",
    )


class NotTheOfficial(ServiceFailed):
    """Somebody decided who is not the authorised official for this applicant."""

    text = Text(
        "Cuti ini diputuskan oleh pihak yang tidak berwenang. Tidak ada yang berubah; hubungi BKPSDM.",
        "This leave was decided by somebody without the power to do so. Nothing was changed; ask BKPSDM.",
    )


class NotApprovedByBkn(ServiceFailed):
    """Unpaid leave without the approval of BKN on record."""

    text = Text(
        "Cuti di luar tanggungan negara memerlukan persetujuan BKN. "
        "Catat nomor dan tanggal persetujuannya, lalu lanjutkan.",
        "Unpaid leave needs the approval of BKN. Record the number and date of the approval, then go on.",
    )


class OutOfPlace(ServiceFailed):
    """A step that somebody else, or another point of the flow, is needed for."""

    text = Text(
        "Langkah ini tidak boleh berjalan di sini: cuti hanya berubah oleh permohonan pegawai atau keputusan pihak "
        "yang berwenang. Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "This step may not run here: leave changes by the employee's request or the decision of whoever has the "
        "power. Nothing was changed; ask the process owner to check the flow.",
    )


def require_request(ctx: ServiceContext) -> None:
    """Days are reserved by an act of the requester, or of the officer who enters a paper form for somebody else.

    Raises `OutOfPlace`.
    """
    cause = ctx.cause
    if cause is None or cause.person not in (ctx.subject, ctx.starter):
        raise OutOfPlace
    enters_paper = cause.role in OFFICERS and cause.person == ctx.starter != ctx.subject
    if cause.role != REQUESTER and not enters_paper:
        raise OutOfPlace


def require_own_act(ctx: ServiceContext) -> None:
    """A leave is withdrawn by the employee alone. Raises `OutOfPlace`."""
    if ctx.cause is None or ctx.cause.role != REQUESTER or ctx.cause.person != ctx.subject:
        raise OutOfPlace


def require_change(ctx: ServiceContext, request: LeaveRequest) -> None:
    """Other dates are set by the official's decision to change only. Raises `OutOfPlace`, `NotTheOfficial`."""
    if ctx.cause is None or ctx.cause.role != OFFICIAL or ctx.cause.outcome != "change":
        raise OutOfPlace
    _require_power(ctx, ctx.cause, request)


def require_grant(ctx: ServiceContext, request: LeaveRequest) -> Decision:
    """Leave is granted as the official approved it, or as changed and then accepted by the requester.

    Raises `NotDecided`, `NotTheOfficial`.
    """
    decision, answers = _decision_and_answers(ctx)
    if decision.outcome == "approve" and answers:
        raise NotDecided  # a newer submission stands, which the official has not seen
    if decision.outcome == "change" and not (request.changed and answers and _all(answers, "accept")):
        raise NotDecided
    if decision.outcome not in ("approve", "change"):
        raise NotDecided
    _require_power(ctx, decision, request)
    return decision


def require_bkn(ctx: ServiceContext, request: LeaveRequest, number: str) -> None:
    """Unpaid leave needs the approval of BKN, which a verifier recorded after the official's decision or before.

    Raises `NotApprovedByBkn`.

    Source: PP 11/2017 art. 334-335; Peraturan BKN 24/2017 III.G.
    """
    if request.type != UNPAID:
        return
    recorded = [each for each in ctx.decisions if each.role == VERIFIER and each.outcome == "approved"]
    if not number.strip() or not recorded or recorded[-1].person in (ctx.subject, ctx.starter):
        raise NotApprovedByBkn


def require_paper(ctx: ServiceContext, request: LeaveRequest, principal: str) -> Decision:
    """A decision on paper is recorded by the named secretary and confirmed by a second officer.

    Raises `NotDecided`, `NotTheOfficial`.

    Source: none in the regulation; a setting of the office for officials who decide on paper.
    """
    places = [place for place, decision in enumerate(ctx.decisions) if decision.role == SECRETARY]
    if not places or ctx.decisions[places[-1]].outcome != "approve":
        raise NotDecided
    recorded, after = ctx.decisions[places[-1]], ctx.decisions[places[-1] + 1 :]
    compared = [each for each in after if each.role in OFFICERS]
    if not compared or compared[-1].outcome != "confirm" or any(each.role == REQUESTER for each in after):
        raise NotDecided
    parties = {ctx.subject, recorded.person}
    if recorded.person == ctx.subject or compared[-1].person in parties:
        raise NotTheOfficial
    if not any(seat.principal == principal and _signs(ctx, request, seat) for seat in _seats(ctx, request)):
        raise NotTheOfficial
    return recorded


def require_deferral(ctx: ServiceContext, request: LeaveRequest) -> Decision:
    """Only the official's own deferral makes days count in full next year. Raises `NotDecided`, `NotTheOfficial`.

    Source: PP 11/2017 art. 313(4) (deferred by the authorised official).
    """
    decision, answers = _decision_and_answers(ctx)
    if decision.outcome != "defer" or answers:
        raise NotDecided
    _require_power(ctx, decision, request)
    return decision


def require_decision(ctx: ServiceContext, request: LeaveRequest, outcome: str = "approve") -> Decision:
    """A change of granted leave is decided by the official, in this instance. Raises `NotDecided`, `NotTheOfficial`.

    Source: PP 11/2017 art. 309-310 (who grants leave also ends it).
    """
    decision, answers = _decision_and_answers(ctx)
    if decision.outcome != outcome or answers:
        raise NotDecided
    _require_power(ctx, decision, request)
    return decision


def require_recall(ctx: ServiceContext, request: LeaveRequest) -> Decision:
    """People are called back by the official, who may have begun the recall. Raises `NotDecided`, `NotTheOfficial`.

    Source: PP 11/2017 art. 338.
    """
    places = [decision for decision in ctx.decisions if decision.role == OFFICIAL]
    if not places or places[-1].outcome not in (None, "", "approve"):
        raise NotDecided
    decision = places[-1]
    if decision.person == ctx.subject:
        raise NotTheOfficial
    began = decision.person == ctx.starter and not decision.outcome
    if began and not _sits(ctx, request, decision):
        raise NotTheOfficial
    if not began:
        _require_power(ctx, decision, request)
    return decision


def require_confirmed(ctx: ServiceContext, request: LeaveRequest) -> Decision:
    """That somebody is back at work is confirmed by the superior, or decided by the official.

    Raises `NotDecided`, `NotTheOfficial`.
    """
    confirmed = [each for each in ctx.decisions if each.role == SUPERIOR and each.outcome == "confirm"]
    if not confirmed:
        return require_decision(ctx, request)
    if confirmed[-1].person in (ctx.subject, ctx.starter) or confirmed[-1] != ctx.decisions[-1]:
        raise NotDecided
    return confirmed[-1]


def require_interruption(ctx: ServiceContext, request: LeaveRequest, *, one_day_sick: bool) -> Decision:
    """Other leave inside annual leave is decided by the official; one day's sickness the superior takes note of.

    Raises `NotDecided`, `NotTheOfficial`.

    Source: PP 11/2017 art. 320 (one day: a letter to the superior).
    """
    return require_confirmed(ctx, request) if one_day_sick else require_decision(ctx, request)


def require_interim(ctx: ServiceContext, request: LeaveRequest) -> Decision:
    """The head on site lets somebody go only in an urgent matter of the kind that the rules name.

    Raises `NotDecided`, `OutOfPlace`.

    Source: PP 11/2017 art. 332-333 (important reasons); Peraturan BKN 24/2017 (leave abroad).
    """
    if request.type != IMPORTANT and not request.abroad:
        raise OutOfPlace
    cause = ctx.cause
    if cause is None or cause.role != SITE_HEAD or cause.outcome != "approve":
        raise NotDecided
    if cause.person in (ctx.subject, ctx.starter) or (cause.capacity and kept_from_acting(request)):
        raise NotTheOfficial
    return cause


def require_duty(ctx: ServiceContext) -> Decision:
    """Duty on joint leave is confirmed by the head of the unit or the official. Raises `NotDecided`, `NotTheOfficial`.

    Source: Peraturan BKN 7/2021 and 7/2022 (days added because of the post).
    """
    decided = [each for each in ctx.decisions if each.role in (UNIT_HEAD, OFFICIAL)]
    if not decided or decided[-1].outcome != "approve":
        raise NotDecided
    if any(each.role == REQUESTER for each in ctx.decisions[ctx.decisions.index(decided[-1]) + 1 :]):
        raise NotDecided
    decision = decided[-1]
    as_head = decision.role == UNIT_HEAD and decision.principal.startswith(f"role:{UNIT_HEAD}@")
    lawful = as_head or decision.principal in lawful_principals(ctx.session, ctx.unit, ctx.now, regent_only=False)
    if not lawful or decision.person in (ctx.subject, ctx.starter):
        raise NotTheOfficial
    return decision


def require_opinion(ctx: ServiceContext, part: str, outcome: str) -> Decision:
    """What stands on the form is what the person in question just said. Raises `OutOfPlace`."""
    cause, speakers = ctx.cause, {"VII": (SUPERIOR, OFFICIAL), "VIII": (OFFICIAL,)}.get(part, ())
    if cause is None or cause.role not in speakers:
        raise OutOfPlace
    if cause.role == (SUPERIOR if part == "VII" else OFFICIAL) and outcome != cause.outcome:
        raise OutOfPlace
    return cause


def _decision_and_answers(ctx: ServiceContext) -> tuple[Decision, list[Decision]]:
    """The official's latest decision, and what the requester did after it."""
    places = [place for place, decision in enumerate(ctx.decisions) if decision.role == OFFICIAL]
    if not places:
        raise NotDecided
    after = ctx.decisions[places[-1] + 1 :]
    return ctx.decisions[places[-1]], [decision for decision in after if decision.role == REQUESTER]


def _all(answers: Collection[Decision], outcome: str) -> bool:
    return all(answer.outcome == outcome for answer in answers)


def _require_power(ctx: ServiceContext, decision: Decision, request: LeaveRequest) -> None:
    if decision.person in (ctx.subject, ctx.starter) or decision.principal not in _lawful(ctx, request):
        raise NotTheOfficial
    if decision.capacity and kept_from_acting(request):
        raise NotTheOfficial


def kept_from_acting(request: LeaveRequest) -> bool:
    """Whether no acting officer may decide on it: leave abroad and unpaid leave.

    Source: SE BKN 2/SE/VII/2019 and 1/SE/I/2021.
    """
    return request.abroad or request.type == UNPAID


def _lawful(ctx: ServiceContext, request: LeaveRequest) -> frozenset[str]:
    return lawful_principals(ctx.session, ctx.unit, ctx.now, regent_only=kept_from_acting(request))


def _seats(ctx: ServiceContext, request: LeaveRequest) -> tuple[Seat, ...]:
    return lawful_seats(ctx.session, ctx.unit, ctx.now, regent_only=kept_from_acting(request))


def _signs(ctx: ServiceContext, request: LeaveRequest, seat: Seat) -> bool:
    """Whether a decision on paper can be of this post: not of the applicant's own, nor of acting officers alone.

    A post that nobody holds by now was held by whoever signed.
    """
    others = [each for each in seat.occupants if each.person != ctx.subject]
    if kept_from_acting(request):
        others = [each for each in others if not each.capacity]
    return bool(others) or not seat.occupants


def _sits(ctx: ServiceContext, request: LeaveRequest, decision: Decision) -> bool:
    """Whether somebody who began something did it from the post of a lawful official."""
    for seat in _seats(ctx, request):
        sitting = [o for o in seat.occupants if o.person == decision.person]
        if any(not (o.capacity and kept_from_acting(request)) for o in sitting):
            return True
    return False
