"""Objecting to changes that were refused: in time, answered in time, and recorded after all if it is upheld."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engine.db import Event
from engine.errors import Conflict, Refused, ServiceFailed, Text
from engine.record import read_facts
from engine.services import ServiceContext
from workflows import calendar
from workflows.data_update import fences, proposals, services
from workflows.data_update.applying import applied
from workflows.record.erasing import NOTHING
from workflows.record.model import Proposal, ProposedChange
from workflows.record.rows import ADD, Record, record
from workflows.wording import plain_date
from workflows.workdays import Span

MOST_DAYS = 120
"""Working days that a time limit may have."""


@services.register("data.standing@1", reads_only=True)
def standing(ctx: ServiceContext) -> Mapping[str, Any]:
    """How the proposal stands that something could be asked about: ``refused``, whether changes of it were."""
    if ctx.about is None or ctx.session.get(Proposal, ctx.about) is None:
        return {"refused": False}
    return {"refused": bool(_open_to_objection(proposals.refused(proposals.changes(ctx.session, ctx.about))))}


@services.register("data.objection@1", reads_only=True)
def objection(ctx: ServiceContext, *, days: int, answer_days: int) -> Mapping[str, Any]:
    """Whether an objection comes in time, and by when it is answered. Raises `Refused` when it is too late.

    Source: UU 30/2014 art. 77 (21 working days to object, 10 to answer).
    """
    target = _target(ctx)
    if not (0 < days <= MOST_DAYS and 0 < answer_days <= MOST_DAYS):
        raise ServiceFailed(_DAYS)
    zone = calendar.office(ctx.session, ctx.unit, calendar.short_view(ctx.now)).zone
    last = _after(ctx, target.at.astimezone(zone).date(), int(days))
    if ctx.today > last:
        day = plain_date(last)
        raise Refused({"": [Text(_TOO_LATE.id.format(day.id), _TOO_LATE.en.format(day.en))]})
    due = plain_date(_after(ctx, ctx.today, int(answer_days)))
    return {
        "facts": [
            {
                "label": {"id": _ANSWER_BY.id, "en": _ANSWER_BY.en},
                "value": {"id": due.id, "en": due.en},
            }
        ]
    }


@services.register("data.uphold@1")
def uphold(ctx: ServiceContext) -> Mapping[str, Any]:
    """Record the changes that had been refused, because the head upheld the objection.

    Raises `Conflict` if the record has changed since, another proposal is about one of the rows, or the head alone has
    refused what two people decide.
    """
    cause = fences.require_officer(ctx)
    if (cause.role, cause.outcome) != (fences.HEAD, "uphold"):
        raise fences.OutOfPlace
    target = _target(ctx)
    if target.level > 1 and not _deciders(ctx, target) - {cause.person}:
        raise Conflict(_ALONE)
    refused = proposals.refused(proposals.changes(ctx.session, target.instance_id))
    proposals.require_free(ctx.session, ctx.subject, {change.row for change in refused})
    known = record(ctx.session, ctx.subject)
    for change in refused:
        _take_up(change, known)
    return applied(ctx, target.instance_id, refused)


def _open_to_objection(refused: Sequence[ProposedChange]) -> list[ProposedChange]:
    """Those that an objection can record: something is left of them, and no code nor waiting time belongs to them."""
    kept = ((change, {change.old, change.new} != {NOTHING}) for change in refused)
    return [change for change, there in kept if there and change.history != fences.BANK]


def _deciders(ctx: ServiceContext, target: Proposal) -> set[str]:
    """Who else than the person has decided on a proposal."""
    events = select(Event.record).where(Event.instance_id == target.instance_id)
    facts = [read_facts(record) for record in ctx.session.scalars(events)]
    return {each["actor"] for each in facts if each["kind"] == "completed" and each.get("outcome")} - {target.person}


def _take_up(change: ProposedChange, known: Record) -> None:
    """Let a change that was refused start from the row as it stands, as long as what it is about has not changed.

    Other fields of the row may have: another part of the same proposal was approved, say. A new row may not have come
    by another proposal meanwhile. Raises `Conflict`.
    """
    if change.action == ADD:
        if json.loads(change.new) in [dict(row.values) for row in known.rows(change.history)]:
            raise Conflict(_CHANGED)
        return
    row = known.row(change.row)
    if row is None or any(row.values.get(name, "") != value for name, value in json.loads(change.old).items()):
        raise Conflict(_CHANGED)
    change.base = row.revision


def _target(ctx: ServiceContext) -> Proposal:
    """The proposal that the objection is about, with changes that were refused. Raises `Refused`."""
    target = proposals.proposal(ctx.session, ctx.about)
    if target.person != ctx.subject:
        raise ServiceFailed(proposals.NO_PROPOSAL)
    refused = proposals.refused(proposals.changes(ctx.session, target.instance_id))
    if not _open_to_objection(refused):
        raise Refused({"": [_ACCOUNT if any(each.history == fences.BANK for each in refused) else _NOT_REFUSED]})
    return target


def _after(ctx: ServiceContext, day: date, working_days: int) -> date:
    view = Span(day, day + timedelta(days=2 * working_days + 60))
    return calendar.office(ctx.session, ctx.unit, view).calendar.nth_working_day(day, working_days)


_TOO_LATE = Text(
    "Keberatan dapat diajukan sampai {0}. Sesudah itu, ajukan perubahan data sekali lagi dengan bukti lain.",
    "An objection could be sent until {0}. After that, ask for the change once more with other evidence.",
)
_NOT_REFUSED = Text(
    "Keberatan hanya dapat diajukan terhadap perubahan yang tidak disetujui.",
    "An objection can be made only to changes that were not approved.",
)
_ACCOUNT = Text(
    "Rekening gaji tidak diubah lewat keberatan. Ajukan sekali lagi, dengan kode dan masa tunggunya.",
    "No objection changes a salary account. Ask for it once more, with its code and its waiting time.",
)
_ALONE = Text(
    "Anda sendiri yang menolaknya, dan satu orang saja tidak mencatat perubahan ini. Minta pegawai mengajukannya lagi.",
    "It was you who refused it, and nobody records this change alone. Have the employee ask for it once more.",
)
_CHANGED = Text(
    "Data ini sudah berubah sejak permohonan itu. Tolak keberatan ini, dan minta pegawai mengajukan perubahan baru.",
    "This has changed since that request. Dismiss the objection, and have the employee ask for a new change.",
)
_ANSWER_BY = Text("Dijawab paling lambat", "Answered by")
_DAYS = Text(
    "Batas waktu keberatan tidak masuk akal. Periksa alurnya.", "The time limits make no sense. Check the flow."
)
