"""Days for duty on joint leave (cuti bersama): added to annual leave, once for each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select

from engine.errors import Refused, Text
from engine.services import ServiceContext
from workflows.calendar import calendar_of
from workflows.leave import acting, fences, rules, telling
from workflows.leave.bookkeeping import JOINT, Entry
from workflows.leave.law import law_on
from workflows.leave.model import LeaveCredit
from workflows.leave.services.registry import services
from workflows.leave.standing import absences_of
from workflows.leave.undoing import undo
from workflows.wording import plain_date, working_days

DATES = "dates"


@services.register("leave.credit@1", undo=undo)
def credit(ctx: ServiceContext, *, dates: list[date]) -> Mapping[str, Any]:
    """Add a day of annual leave for each day of joint leave on which the employee was on duty because of the post.

    It can be used in its own year only; that of one of the last days of the year, in the next. Raises `Refused`.

    Source: Peraturan BKN 7/2021; for PPPK Peraturan BKN 7/2022; the Keppres on joint leave of the year.
    """
    fences.require_duty(ctx)
    ledger = acting.locked(ctx)
    worked = acting.dates(dates)
    if problems := tuple(_problems(ctx, worked)):
        raise Refused({DATES: problems})
    usable = [(rules.usable_in(day, law_on(day)), day) for day in worked]
    for year, group in groupby(usable, key=lambda pair: pair[0]):
        days = [day for _, day in group]
        ledger.append((Entry(year, JOINT, year, granted=len(days)),), acting.cause(ctx))
        ctx.session.add_all(LeaveCredit(person=ctx.subject, day=day, year=year, instance=ctx.instance) for day in days)
    ctx.session.flush()
    ledger.settle(acting.cause(ctx))
    return {"days": len(worked), "facts": [telling.fact(_ADDED, working_days(len(worked)))]}


@services.register("leave.duty@1", reads_only=True)
def duty(ctx: ServiceContext, *, dates: list[date]) -> Mapping[str, Any]:
    """What duty on joint leave would add: facts for the page before sending, and what speaks against it.

    Source: as `credit`.
    """
    worked = acting.dates(dates)
    refusals = [telling.plain(problem) for problem in _problems(ctx, worked)]
    return {"facts": [] if refusals else [telling.fact(_ADDED, working_days(len(worked)))], "refusals": refusals}


def _problems(ctx: ServiceContext, worked: list[date]) -> Iterator[Text]:
    if not worked:
        yield _NO_DAY
        return
    calendar = calendar_of(ctx.session, ctx.subject, worked[0].year, worked[-1].year).calendar
    had = select(LeaveCredit.day).where(LeaveCredit.person == ctx.subject, LeaveCredit.day.in_(worked))
    credited = set(ctx.session.scalars(had))
    away = [absence.span for absence in absences_of(ctx.session, ctx.subject) if absence.decided]
    for day in worked:
        off = calendar.off.get(day)
        if off is None or not off.joint:
            yield _about(_NOT_JOINT, day)
        elif day > ctx.today:
            yield _about(_NOT_YET, day)
        elif day in calendar.roster and day not in calendar.roster.days:
            yield _about(_NOT_ROSTERED, day)
        elif rules.usable_in(day, law_on(day)) < ctx.today.year:
            yield _about(_TOO_LATE, day)
        elif day in credited:
            yield _about(_ALREADY, day)
        elif any(day in span for span in away):
            yield _about(_AWAY, day)


def _about(text: Text, day: date) -> Text:
    told = plain_date(day)
    return Text(text.id.format(told.id), text.en.format(told.en))


_ADDED = Text("Ditambahkan pada cuti tahunan", "Added to annual leave")
_NO_DAY = Text("Pilih paling sedikit satu hari cuti bersama.", "Choose at least one day of joint leave.")
_NOT_JOINT = Text(
    "{0} bukan hari cuti bersama. Pilih hari yang tercatat di kalender.",
    "{0} is no day of joint leave. Choose a day that the calendar has.",
)
_NOT_YET = Text("{0} belum lewat. Ajukan setelah bertugas.", "{0} is still to come. Ask after the duty.")
_NOT_ROSTERED = Text(
    "Menurut jadwal kerja, pegawai ini tidak bertugas pada {0}. Perbaiki jadwalnya dahulu bila ia bertugas.",
    "By the roster this employee was not on duty on {0}. If they were, mend the roster first.",
)
_TOO_LATE = Text(
    "Tambahan untuk {0} hanya dapat dipakai pada tahun itu, yang sudah berakhir.",
    "The day for {0} could be used in its own year only, which is over.",
)
_ALREADY = Text("{0} sudah pernah ditambahkan.", "The day for {0} has been added already.")
_AWAY = Text("Pada {0} pegawai ini cuti.", "This employee was on leave on {0}.")
