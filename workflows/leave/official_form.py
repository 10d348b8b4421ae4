"""The official form of leave, filled in from the record, or empty for paper.

Source: Peraturan BKN 24/2017, Anak Lampiran 1.b (PNS); Peraturan BKN 7/2022, Lampiran II (PPPK).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.db import Event, Instance
from engine.record import read_payload
from workflows import months
from workflows.calendar import calendar_of
from workflows.leave import names
from workflows.leave.letters import in_working_days, post_of, spaced_nip
from workflows.leave.model import ABSENT, LeaveEntry, LeaveOpinion, LeaveRequest
from workflows.people import People
from workflows.positions import Person, Unit
from workflows.wording import plain_date
from workflows.workdays import Span

TYPES = {
    "PNS": ("annual", "long", "sick", "maternity", "important", "unpaid"),
    "PPPK": ("annual", "sick", "maternity"),
}
"""The boxes of part II, in the order of the form; joint leave is not asked for."""
OUTCOMES = {
    "PNS": {
        "approve": "DISETUJUI",
        "change": "PERUBAHAN****",
        "defer": "DITANGGUHKAN****",
        "reject": "TIDAK DISETUJUI****",
    },
    "PPPK": {"approve": "MENYETUJUI", "change": "MENGUBAH****", "defer": "MENANGGUHKAN****", "reject": "MENOLAK****"},
}
"""The four boxes of parts VII and VIII, by the outcome that ticks each."""
SUPERIOR, OFFICIAL = "VII", "VIII"
YEARS = 3


@dataclass(frozen=True)
class Part:
    """Part VII or VIII: what was said last, by whom. ``outcome``: empty while nobody has said anything."""

    outcome: str = ""
    reason: str = ""
    title: str = ""
    name: str = ""
    nip: str = ""
    at: str = ""


@dataclass(frozen=True)
class OfficialForm:
    """The form's fields, as they are printed; empty ones are for a pen. ``status``: PNS or PPPK."""

    status: str
    reference: str = ""
    name: str = ""
    nip: str = ""
    post: str = ""
    service: str = ""
    unit: str = ""
    type: str = ""
    reason: str = ""
    length: str = ""
    length_unit: str = ""
    first: str = ""
    last: str = ""
    years: Sequence[tuple[str, str]] = (("N-2", ""), ("N-1", ""), ("N", ""))
    earlier: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    phone: str = ""
    filed: str = ""
    superior: Part = Part()
    official: Part = Part()

    @property
    def types(self) -> Sequence[tuple[str, str]]:
        """The boxes of part II: code and words."""
        return [(code, names.TYPES[code].id) for code in TYPES[self.status]]

    @property
    def record(self) -> Sequence[tuple[str, str, str, str]]:
        """The lines of part V: year and days left of annual leave, and beside them the last leave of another type."""
        left = (("Tahun", "Sisa"), *self.years)
        others = [f"{at}. {words.upper()}" for at, (_, words) in enumerate(self.types, 1)][1:]
        notes = [self.earlier.get(code, "") for code, _ in self.types][1:]
        empty = [""] * (len(left) + 1)
        right = list(zip([*others, *empty], [*notes, *empty], strict=True))
        return [("", "", *right[0]), *((*row, *beside) for row, beside in zip(left, right[1:], strict=False))]

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The boxes of parts VII and VIII."""
        return OUTCOMES[self.status]


def blank(status: str) -> OfficialForm:
    """The empty form. Raises KeyError for anything but PNS and PPPK."""
    if status not in TYPES:
        raise KeyError(status)
    return OfficialForm(status)


def stands_for(session: Session, instance: UUID) -> bool:
    """Whether a request is one for leave, and so has this form."""
    return session.get(LeaveRequest, instance) is not None


def filled(session: Session, instance: UUID) -> OfficialForm | None:
    """The form of a request for leave; None for a request that is none. The caller has asked whether it may be seen."""
    request = session.get(LeaveRequest, instance)
    if request is None:
        return None
    person, about = session.get_one(Person, request.person), session.get_one(Instance, instance)
    status = "PPPK" if person.kind == "PPPK" else "PNS"
    zone = People().zone(session, person.unit, about.started_at)
    filed = request.filed or about.started_at.astimezone(zone).date()
    answers = _answers(session, instance)
    asked = Span(request.asked_first or request.first, request.asked_last or request.last)
    length, unit = _length(session, request, asked)
    return OfficialForm(
        status,
        reference=about.reference,
        name=person.name,
        nip=spaced_nip(person.nip),
        post=post_of(session, person.id, filed),
        service=_service(person, filed),
        unit=session.get_one(Unit, person.unit).name,
        type=request.type,
        reason=answers.get("reason", ""),
        length=length,
        length_unit=unit,
        first=plain_date(asked.first).id,
        last=plain_date(asked.last).id,
        years=_years(session, request, filed),
        earlier=_earlier(session, request),
        address=answers.get("address", ""),
        phone=answers.get("phone", ""),
        filed=plain_date(filed).id,
        superior=_part(session, instance, SUPERIOR, zone),
        official=_part(session, instance, OFFICIAL, zone),
    )


def _answers(session: Session, instance: UUID) -> Mapping[str, str]:
    """The newest answer to each question of the request that is text."""
    found: dict[str, str] = {}
    wanted = select(Event.payload).where(Event.instance_id == instance, Event.payload.is_not(None))
    for payload in session.scalars(wanted.order_by(Event.number)):
        answers: Mapping[str, Any] = read_payload(payload).get("answers") or {}
        found |= {key: value for key in ("address", "phone") if isinstance(value := answers.get(key), str)}
        if "address" in answers and isinstance(reason := answers.get("reason"), str):
            found["reason"] = reason  # others give reasons of their own, for what they decide
    return found


def _length(session: Session, request: LeaveRequest, asked: Span) -> tuple[str, str]:
    """How long the leave is that was asked for, and in which of the form's units."""
    if in_working_days(request) and asked == request.span:
        return str(request.days), "hari"
    if in_working_days(request):  # the official, or a later change, made other days of it
        office = calendar_of(session, request.person, asked.first.year, asked.last.year)
        return str(office.calendar.working_days(asked)), "hari"
    whole, days = months.length(asked)
    return (str(whole), "bulan") if whole and not days else (str((asked.last - asked.first).days + 1), "hari")


def _service(person: Person, day: date) -> str:
    """How long somebody has served on a day, in whole years and months."""
    if person.service_start is None or person.service_start > day:
        return ""
    count = (day.year - person.service_start.year) * 12 + day.month - person.service_start.month
    count -= day.day < person.service_start.day
    return f"{count // 12} tahun {count % 12} bulan"


def _years(session: Session, request: LeaveRequest, filed: date) -> Sequence[tuple[str, str]]:
    """What was left of each year before this request, as the personnel officer has it.

    Source: Peraturan BKN 24/2017, form 1.b part V.
    """
    left = func.sum(LeaveEntry.granted - LeaveEntry.used - LeaveEntry.reserved).label("left")
    others = or_(LeaveEntry.request.is_(None), LeaveEntry.request != request.instance)
    wanted = select(LeaveEntry.bucket, left).where(LeaveEntry.person == request.person, others)
    lines = session.execute(wanted.where(LeaveEntry.day <= filed).group_by(LeaveEntry.bucket))
    held: dict[int, int] = {line.bucket: line.left for line in lines}
    this = filed.year
    return [
        (f"N-{back} ({this - back})" if back else f"N ({this})", str(held.get(this - back, 0)))
        for back in range(YEARS - 1, -1, -1)
    ]


def _earlier(session: Session, request: LeaveRequest) -> Mapping[str, str]:
    """The last leave of each other type that the person had before this request."""
    had = (
        LeaveRequest.person == request.person,
        LeaveRequest.instance != request.instance,
        LeaveRequest.status.in_(ABSENT),
        LeaveRequest.first < request.first,
    )
    found = session.scalars(select(LeaveRequest).where(*had).order_by(LeaveRequest.first))
    return {each.type: f"{plain_date(each.first).id} s.d. {plain_date(each.last).id}" for each in found}


def _part(session: Session, instance: UUID, part: str, zone: tzinfo) -> Part:
    said = (LeaveOpinion.instance == instance, LeaveOpinion.part == part, ~LeaveOpinion.taken_back)
    opinion = session.scalars(select(LeaveOpinion).where(*said).order_by(LeaveOpinion.id.desc()).limit(1)).first()
    if opinion is None:
        return Part()
    person = session.get(Person, opinion.person)
    dates = [plain_date(day).id for day in (opinion.first, opinion.last) if day is not None]
    reason = "; ".join(each for each in (opinion.reason, " s.d. ".join(dates)) if each)
    return Part(
        opinion.outcome,
        reason,
        f"{opinion.capacity} {opinion.title}".strip(),
        opinion.name,
        spaced_nip(person.nip) if person else "",
        plain_date(opinion.paper_on or opinion.at.astimezone(zone).date()).id,
    )
