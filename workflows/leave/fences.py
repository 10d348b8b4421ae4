"""Legal fences: what no edited diagram, table or form can get round.

Annual leave is granted by the authorised official (PP 11/2017 art. 309-310; PP 49/2018 and Peraturan BKN 7/2022
for PPPK). So days leave the balance only after such an official said so, about these dates, of this round.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import ServiceFailed, Text
from engine.services import Decision, ServiceContext
from workflows.leave.model import LeaveRequest
from workflows.leave.officials import lawful_principals

REQUESTER, OFFICIAL = "requester", "authorised_official"


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


class OutOfPlace(ServiceFailed):
    """Dates may be set by the applicant's request or the official's change, and at no other point."""

    text = Text(
        "Tanggal cuti hanya boleh ditetapkan oleh permohonan pegawai atau perubahan dari pejabat yang berwenang. "
        "Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "Dates of leave are set by the employee's request or the authorised official's change only. "
        "Nothing was changed; ask the process owner to check the flow.",
    )


def require_request(ctx: ServiceContext) -> None:
    """Days are reserved by an act of the requester only. Raises `OutOfPlace`."""
    if ctx.cause is None or ctx.cause.role != REQUESTER or ctx.cause.person not in (ctx.subject, ctx.starter):
        raise OutOfPlace


def require_change(ctx: ServiceContext, request: LeaveRequest) -> None:
    """Other dates are set by the official's decision to change only. Raises `OutOfPlace`, `NotTheOfficial`."""
    if ctx.cause is None or ctx.cause.role != OFFICIAL or ctx.cause.outcome != "change":
        raise OutOfPlace
    _require_power(ctx, ctx.cause, request)


def require_grant(ctx: ServiceContext, request: LeaveRequest) -> None:
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


def require_deferral(ctx: ServiceContext, request: LeaveRequest) -> None:
    """Only the official's own deferral makes days count in full next year. Raises `NotDecided`, `NotTheOfficial`.

    Source: PP 11/2017 art. 313(4) (deferred by the authorised official).
    """
    decision, answers = _decision_and_answers(ctx)
    if decision.outcome != "defer" or answers:
        raise NotDecided
    _require_power(ctx, decision, request)


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
    lawful = lawful_principals(ctx.session, ctx.unit, ctx.now, abroad=request.abroad)
    acts_abroad = request.abroad and decision.capacity
    if decision.person in (ctx.subject, ctx.starter) or decision.principal not in lawful or acts_abroad:
        raise NotTheOfficial
