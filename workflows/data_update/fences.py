"""Fences of the record: what no edited diagram, table or form can get round.

A proposal is applied only once the officers of its level have found it right in this round, each another person, and
none of them the person whose record it is; an account only by the timer that ends its waiting time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.errors import ServiceFailed, Text
from engine.services import Decision, ServiceContext
from workflows.data_update import codes
from workflows.data_update.proposals import COOLING
from workflows.data_update.words import OK
from workflows.record.model import Proposal, ProposedChange

REQUESTER, OFFICER, VERIFIER, APPROVER = "requester", "personnel_officer", "verifier", "data_approver"
TREASURER, HEAD = "payroll_treasurer", "bkpsdm_head"
OFFICES = frozenset({OFFICER, VERIFIER, APPROVER, TREASURER, HEAD})
BKN_LEVEL = 3
BANK = "bank"
SAME = "same"
"""The answer of the officer at whose desk the person confirmed it."""


class NotDecided(ServiceFailed):
    """Those who have to decide on this change of the record have not."""

    text = Text(
        "Perubahan data hanya tercatat setelah semua yang berwenang memutuskannya. "
        "Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "A change of data is recorded only once all who have the power decided it. "
        "Nothing was changed; ask the process owner to check the flow.",
    )


class OutOfPlace(ServiceFailed):
    """A step that somebody else, or another point of the flow, is needed for."""

    text = Text(
        "Langkah ini tidak boleh berjalan di sini. Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "This step may not run here. Nothing was changed; ask the process owner to check the flow.",
    )


def require_request(ctx: ServiceContext) -> None:
    """What is asked for comes from the person, or the officer who began it for them. Raises `OutOfPlace`."""
    if ctx.cause is None or ctx.cause.role != REQUESTER or ctx.cause.person not in (ctx.subject, ctx.starter):
        raise OutOfPlace


def require_officer(ctx: ServiceContext) -> Decision:
    """Who just decided holds an office and decides on another. Raises `OutOfPlace`."""
    cause = ctx.cause
    if cause is None or cause.role not in OFFICES or cause.person == ctx.subject:
        raise OutOfPlace
    return cause


def require_decided(ctx: ServiceContext, proposal: Proposal, changes: Sequence[ProposedChange]) -> None:
    """The officers of the proposal's level have found it right since it was last sent. Raises `NotDecided`.

    An account needs verifier, approver and treasurer whatever a table says, and its waiting time is over.
    """
    if proposal.person != ctx.subject or not any(change.verdict in (None, OK) for change in changes):
        raise NotDecided
    account = any(change.history == BANK for change in changes)
    if account and (proposal.state != COOLING or ctx.cause is not None):
        raise NotDecided
    if proposal.level == 0 and not account:
        if ctx.cause is None or not _confirmed(ctx, ctx.cause.at):
            raise NotDecided
        return
    found = [each for each in _this_round(ctx) if each.role in OFFICES and each.outcome == OK]
    wanted = [OFFICER] if proposal.level == 1 and not account else [VERIFIER, APPROVER]
    wanted += [VERIFIER] if proposal.level == BKN_LEVEL else []
    wanted += [TREASURER] if account else []
    if not _in_order([each.role for each in found], wanted) or any(change.verdict is None for change in changes):
        raise NotDecided
    if TREASURER in wanted and not _confirmed(ctx, _sent_at(ctx)):
        raise NotDecided
    people = {role: {each.person for each in found if each.role == role} for role in OFFICES}
    both = people[VERIFIER] & people[APPROVER] or people[TREASURER] & (people[VERIFIER] | people[APPROVER])
    if ctx.subject in set().union(*people.values()) or both:
        raise NotDecided


def _confirmed(ctx: ServiceContext, since: datetime) -> bool:
    """Whether the person has confirmed it since then: with the right code, or in person at the officer's desk."""
    at_desk = ((each.role, each.outcome) == (OFFICER, SAME) and each.at >= since for each in _this_round(ctx))
    return any(at_desk) or codes.was_right(ctx.session, ctx.instance, since)


def _sent_at(ctx: ServiceContext) -> datetime:
    """When the proposal was last sent."""
    return max((each.at for each in ctx.decisions if each.role == REQUESTER and each.outcome is None), default=ctx.now)


def _this_round(ctx: ServiceContext) -> list[Decision]:
    """What was decided after the proposal was last sent."""
    sent = [number for number, each in enumerate(ctx.decisions) if each.role == REQUESTER and each.outcome is None]
    return list(ctx.decisions[sent[-1] + 1 :]) if sent else []


def _in_order(roles: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the wanted roles are among these in that order."""
    rest = iter(roles)
    return all(role in rest for role in wanted)
