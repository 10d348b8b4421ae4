"""What people are told about a request for leave: facts with a label and a value, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import Text
from engine.services import ServiceContext
from engine.views import Fact
from workflows import months
from workflows.leave import bookkeeping, names, officials, rules
from workflows.leave.law import ANNUAL, TYPES, UNPAID
from workflows.leave.ledger import Ledger
from workflows.leave.model import RELEASED, RESERVED, LeaveRequest
from workflows.leave.rules.evidence import DOCUMENTS
from workflows.people import People
from workflows.wording import calendar_days, long_date, plain_date, working_days
from workflows.wording import months as in_months
from workflows.workdays import Span

TARGET_DAYS = 4
"""Working days until the decision: one for the check, one for the superior, two for the official."""
CHECKED_IN_DAYS = 1
"""Of these, until the check."""
NOTED_IN_DAYS = 1
"""Working days until the superior has taken note of one day's sickness."""
CERTAIN_FIRST = ("leave_interim", "leave_unpaid")
"""Processes of which the engine says who is first, since their diagrams leave no doubt (`Preview.following`)."""

Facts = list[dict[str, Any]]


def counted(found: rules.Assessment, application: rules.Application, left: Mapping[int, int]) -> Facts:
    """The type and the days counted, those left out with their names, what it means for balance and pay.

    ``left``: what there is in each bucket before it.
    """
    facts = [fact(_TYPE, names.TYPES[application.type])] if application.type in names.TYPES else []
    facts.append(fact(_LENGTH, length(found)))
    if (found.span.first, found.span.last) != (application.span.first, application.span.last):
        facts.append(fact(_DATES, dates(found.span)))
    if (left_out := _left_out(found)).id:
        facts.append(fact(_LEFT_OUT, left_out))
    if application.type == ANNUAL and not found.refusals:
        facts += _balance(found, left)
    if found.pay.id:
        facts.append(fact(_PAY, found.pay))
    return [*facts, *(fact(_NOTE, note) for note in found.notes)]


def moved(found: rules.Assessment, application: rules.Application, left: Mapping[int, int]) -> Facts:
    """As `counted`, for dates that the official chose: they stand beside the type, before all else."""
    type_, *others = counted(found, application, left)
    return [type_, fact(_ABOUT_DATES, dates(application.span)), *others]


def documents(found: rules.Assessment) -> Facts:
    """The documents that a request needs, by name."""
    needed = [DOCUMENTS[code] for code in found.evidence]
    if not needed:
        return []
    return [fact(_DOCUMENTS, Text("; ".join(d.id for d in needed), "; ".join(d.en for d in needed)))]


def length(found: rules.Assessment) -> Text:
    """How long a leave is: working days of annual leave, else months and calendar days."""
    if found.unit == "working":
        return working_days(found.days)
    return calendar_length(found.span)


def calendar_length(span: Span) -> Text:
    """A span in months and days: 3 bulan; 1 bulan 4 hari; 5 hari."""
    whole, days = months.length(span)
    parts = [*([in_months(whole)] if whole else []), *([calendar_days(days)] if days or not whole else [])]
    return Text(" ".join(part.id for part in parts), " ".join(part.en for part in parts))


def dates(span: Span) -> Text:
    """2 November 2026 sampai 4 November 2026 · 2 November 2026 to 4 November 2026."""
    first, last = plain_date(span.first), plain_date(span.last)
    return first if span.first == span.last else Text(f"{first.id} sampai {last.id}", f"{first.en} to {last.en}")


def left_before(
    ledger: Ledger, found: rules.Assessment, *, reserved: bool, granted: Collection[bookkeeping.Entry] = ()
) -> dict[int, int]:
    """What there is in each bucket before a leave; ``reserved``: whether the ledger has put it aside already.

    ``granted``: what sending would grant first, next year's days say.
    """
    taken = _taken(found)
    left = bookkeeping.buckets((*ledger.entries, *granted), max((*taken, ledger.opened)))
    return {bucket: days + (taken.get(bucket, 0) if reserved else 0) for bucket, days in left.items()}


def _taken(found: rules.Assessment) -> dict[int, int]:
    taken: dict[int, int] = {}
    for _, bucket, days in found.debits:
        taken[bucket] = taken.get(bucket, 0) + days
    return taken


def _balance(found: rules.Assessment, left: Mapping[int, int]) -> Facts:
    """The whole before and after, and each year's share where there is more than one."""
    facts = [fact(_BALANCE, _same(f"{found.available} → {found.available - found.days}"))]
    taken = _taken(found)
    shown = {bucket: left.get(bucket, 0) for bucket in sorted({*left, *taken}) if left.get(bucket) or bucket in taken}
    if len(shown) > 1:
        parts = (f"{bucket}: {days} → {days - taken.get(bucket, 0)}" for bucket, days in shown.items())
        facts.append(fact(_BY_YEAR, _same(" · ".join(parts))))
    return facts


def _left_out(found: rules.Assessment) -> Text:
    named = [(long_date(day), off.name) for day, off in found.holidays]
    parts_id = [f"{day.id} ({name})" for day, name in named]
    parts_en = [f"{day.en} ({name})" for day, name in named]
    if found.rest_days:
        parts_id.append(f"{found.rest_days} hari akhir pekan")
        parts_en.append(f"{found.rest_days} weekend day{'' if found.rest_days == 1 else 's'}")
    return Text("; ".join(parts_id), "; ".join(parts_en))


def record(ledger: Ledger, year: int, absences: Iterable[rules.Absence] = ()) -> Facts:
    """Part V of the form: the days left of three years, and the last leave of every other type.

    Source: Peraturan BKN 24/2017, form 1.b part V.
    """
    left = bookkeeping.buckets(ledger.entries, year)
    rows = " · ".join(f"{each}: {left.get(each, 0)}" for each in (year - 2, year - 1, year))
    last: dict[str, rules.Absence] = {}
    for absence in absences:
        if absence.decided and (absence.type not in last or absence.span.first > last[absence.type].span.first):
            last[absence.type] = absence
    return [fact(_LEAVE_RECORD, _same(rows)), *_last_taken(last)]


def _last_taken(last: dict[str, rules.Absence]) -> Iterator[dict[str, Any]]:
    """A line for each other type that was taken; one line where none ever was."""
    taken = [type for type in TYPES if type in last and type != ANNUAL]
    for type in taken:
        yield fact(_labelled(_LAST, names.TYPES[type]), dates(last[type].span))
    if not taken:
        yield fact(_OTHER_LEAVE, _NEVER)


def next_steps(ctx: ServiceContext, type: str, *, superior_only: bool = False) -> Facts:
    """Who looks at it first, and by when a decision is due; one day's sickness only goes to the superior.

    Nobody can say when BKN will have approved unpaid leave.
    """
    days = NOTED_IN_DAYS if superior_only else TARGET_DAYS
    expected = [] if type == UNPAID else [fact(_NOTED_BY if superior_only else _DECIDED_BY, _in_days(ctx, days))]
    return expected if ctx.process in CERTAIN_FIRST else [*_first_check(ctx, superior_only), *expected]


def _first_check(ctx: ServiceContext, superior_only: bool) -> Facts:
    first = officials.superior_of(ctx.session, ctx.subject, ctx.now) if superior_only else None
    office, barred = f"role:personnel_officer@{ctx.unit}", {ctx.subject, ctx.starter}
    principal = directory().holder(ctx.session, first or office, barred=barred, matter="leave", now=ctx.now)
    until = [] if superior_only else [fact(_FIRST_UNTIL, _in_days(ctx, CHECKED_IN_DAYS))]
    if principal is None:
        return until
    return [fact(_FIRST_CHECK, directory().principal_label(ctx.session, principal, ctx.now)), *until]


def _in_days(ctx: ServiceContext, working: int) -> Text:
    """The day by which something is due that begins now, as the unit counts its days."""
    due = directory().due(ctx.session, ctx.unit, ctx.now, working)
    return long_date(due.astimezone(directory().zone(ctx.session, ctx.unit, ctx.now)).date())


def which(request: LeaveRequest, *, refused: bool = False) -> Facts:
    """Which leave it is that somebody wants to change, or that an official ``refused``."""
    return [
        fact(_TYPE, names.TYPES[request.type]),
        fact(_ABOUT_DATES, dates(request.span)),
        fact(_LENGTH, _length_of(request)),
        fact(_STATE, names.NOT_APPROVED if refused else names.STATES[request.status]),
    ]


def as_it_is_now(session: Session, instance: UUID, told: Sequence[Fact]) -> Sequence[Fact]:
    """What was told of a leave, with its dates, length and state of today: a later request may have changed them."""
    request = session.get(LeaveRequest, instance)
    if request is None or request.status in (RESERVED, RELEASED):
        return told
    now = {each.label: each.value for each in Fact.read(which(request))}
    return [replace(each, value=now.get(each.label, each.value)) for each in told]


def _length_of(request: LeaveRequest) -> Text:
    return working_days(request.days) if request.type == ANNUAL else calendar_length(request.span)


def given_back(days: int, kept: Span | None) -> Facts:
    """What a change returned, and which days remain leave."""
    facts = [fact(_GIVEN_BACK, working_days(days))] if days else []
    return [*facts, fact(_REMAINS, dates(kept) if kept else _NOTHING_REMAINS)]


def until(label: Text, day: date) -> Facts:
    """One day that matters."""
    return [fact(label, long_date(day))]


@cache
def directory() -> People:
    """The directory of the office."""
    return People()


def fact(label: Text, value: Text) -> dict[str, Any]:
    """A label with its value, as plain data."""
    return {"label": plain(label), "value": plain(value)}


def plain(text: Text) -> dict[str, str]:
    """A text as plain data."""
    return {"id": text.id, "en": text.en}


def ends_before(first: date) -> Text:
    """What to mend when the last day lies before the first."""
    day = long_date(first)
    return Text(f"Isi tanggal selesai {day.id} atau sesudahnya.", f"Enter a last day on or after {day.en}.")


def _labelled(label: Text, what: Text) -> Text:
    return Text(label.id.format(what.id), label.en.format(what.en))


def _same(value: str) -> Text:
    return Text(value, value)


_TYPE = Text("Jenis cuti", "Type of leave")
_LENGTH = Text("Lamanya cuti", "Length of leave")
_DATES = Text("Tidak hadir", "Absent")
_LEFT_OUT = Text("Tidak dihitung", "Not counted")
_BALANCE = Text("Sisa cuti", "Leave left")
_BY_YEAR = Text("Sisa per tahun", "Left by year")
_PAY = Text("Penghasilan", "Pay")
_DOCUMENTS = Text("Dokumen yang diperlukan", "Documents needed")
_NOTE = Text("Perlu diketahui", "Please note")
_LEAVE_RECORD = Text("Sisa per tahun setelah permohonan ini", "Left by year after this request")
_LAST = Text("{0} terakhir", "Last {0}")
_OTHER_LEAVE = Text("Cuti jenis lain", "Leave of other types")
_NEVER = Text("belum pernah tercatat", "none on record")
_FIRST_CHECK = Text("Diperiksa dahulu oleh", "First checked by")
_FIRST_UNTIL = Text("Diperiksa paling lambat", "Check due by")
_DECIDED_BY = Text("Perkiraan keputusan", "Decision expected by")
_NOTED_BY = Text("Perkiraan diketahui atasan", "Superior expected to know by")
_ABOUT_DATES = Text("Tanggal cuti", "Dates of the leave")
_STATE = Text("Keadaan", "State")
_GIVEN_BACK = Text("Dikembalikan", "Given back")
_REMAINS = Text("Tetap cuti", "Still leave")
_NOTHING_REMAINS = Text("tidak ada", "nothing")
OBJECTION_UNTIL = Text("Keberatan dapat diajukan sampai", "An objection can be sent until")
ANSWER_BY = Text("Keberatan dijawab paling lambat", "The objection is answered by")
