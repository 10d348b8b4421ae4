"""What the letters about leave say: facts from the record for ``letter.typ``, which has the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.db import Task
from engine.errors import ServiceFailed, Text
from workflows import months
from workflows.leave import names
from workflows.leave.fences import OFFICIAL
from workflows.leave.law import ANNUAL, law_on
from workflows.leave.model import LeaveOpinion, LeaveRequest
from workflows.letters.content import Content, Kind
from workflows.letters.model import Letter, LetterNumber
from workflows.positions import ANYWHERE, Holding, Person, Position, RoleHolder, Unit
from workflows.wording import plain_date

KINDS = ("leave_granted", "leave_interim", "leave_changed", "leave_cancelled", "leave_recalled", "leave_shortened")
"""The letters about leave. A leave that is refused or deferred has none: the official form says so.

Source: Peraturan BKN 24/2017 (letters of leave, form 1.b); PP 11/2017 art. 338 (recall).
"""
OFFICIAL_PART, SITE = "VIII", "site"
"""Where it is written who decided: part VIII of the form, or the head on site who let somebody go (izin sementara)."""

RANKS = {
    "I": ("Juru Muda", "Juru Muda Tingkat I", "Juru", "Juru Tingkat I"),
    "II": ("Pengatur Muda", "Pengatur Muda Tingkat I", "Pengatur", "Pengatur Tingkat I"),
    "III": ("Penata Muda", "Penata Muda Tingkat I", "Penata", "Penata Tingkat I"),
    "IV": ("Pembina", "Pembina Tingkat I", "Pembina Utama Muda", "Pembina Utama Madya", "Pembina Utama"),
}
"""What the grades of civil servants are called, a to e.

Source: PP 99/2000.
"""

_NO_SIGNER = Text(
    "Surat belum dapat dibuat: tidak tercatat siapa yang memutuskan cuti ini. Hubungi BKPSDM.",
    "The letter cannot be made: it is not on record who decided on this leave. Ask BKPSDM.",
)


@dataclass(frozen=True)
class Decided:
    """Who decided, in which post and capacity."""

    person: str
    capacity: str
    position: Position


def write(session: Session, letter: Letter) -> Content:
    """A letter about a leave, as the leave stands now. Raises `ServiceFailed` when nobody is known to have decided."""
    request = session.get_one(LeaveRequest, letter.about)
    person = session.get_one(Person, letter.person)
    unit = session.get_one(Unit, person.unit)
    decided = _decided(session, letter)
    data = {
        "person": _person(session, person, unit, letter.due.date()),
        "leave": _leave(session, letter, request),
        "signer": _signer(session, decided),
        "copies": _copies(session, decided, unit),
    }
    return Content(decided.position.unit, person.name, unit.name, data, request.first, request.last)


def rank_of(grade: str | None, kind: str) -> str:
    """A grade as a letter writes it: Penata Muda (III/a); that of PPPK staff as it is."""
    level, _, step = (grade or "").partition("/")
    steps = RANKS.get(level, ()) if kind != "PPPK" else ()
    at = "abcde".find(step) if len(step) == 1 else -1
    return f"{steps[at]} ({grade})" if 0 <= at < len(steps) else (grade or "")


def spaced_nip(nip: str) -> str:
    """A NIP as it is printed: 19860926 201505 1 001; empty for somebody without one."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 and nip.isdigit() else ""


def in_words(number: int) -> str:
    """A number from 0 to 999 in Indonesian words."""
    ones = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
    if number < 12:
        return ones[number]
    if number < 20:
        return f"{ones[number - 10]} belas"
    size, name, single = (10, "puluh", "") if number < 100 else (100, "ratus", "seratus")
    head = single if single and number < 200 else f"{ones[number // size]} {name}"
    return head if number % size == 0 else f"{head} {in_words(number % size)}"


def length_of(request: LeaveRequest) -> str:
    """How long a leave is, in figures and words: working days of annual leave, else months and calendar days."""
    if in_working_days(request):
        return _counted(request.days, "hari kerja")
    whole, days = months.length(request.span)
    if whole == 0:
        return _counted(days, "hari kalender")
    return _counted(whole, "bulan") + (f" {_counted(days, 'hari')}" if days else "")


def in_working_days(request: LeaveRequest) -> bool:
    """Whether the length of a leave is told in working days: annual leave, and what the office counts so."""
    return request.type == ANNUAL or request.type in law_on(request.first).in_working_days


def post_of(session: Session, person: str, day: date) -> str:
    """The title of the post that a person holds on a day; empty for somebody without one."""
    held = (
        select(Position.title)
        .join(Holding, Holding.position == Position.id)
        .where(Holding.person == person, Holding.first <= day, or_(Holding.last.is_(None), Holding.last >= day))
        .order_by(Holding.first.desc())
    )
    return session.scalars(held.limit(1)).first() or ""


def _person(session: Session, person: Person, unit: Unit, day: date) -> Mapping[str, Any]:
    pppk = person.kind == "PPPK"
    return {
        "name": person.name,
        "nip": spaced_nip(person.nip),
        "nip_label": "NI PPPK" if pppk else "NIP",
        "rank": rank_of(person.grade, person.kind),
        "post": post_of(session, person.id, day),
        "unit": unit.name,
        "pppk": pppk,
    }


def _leave(session: Session, letter: Letter, request: LeaveRequest) -> Mapping[str, Any]:
    facts = {
        "type": request.type,
        "year": request.first.year,
        "length": length_of(request),
        "first": plain_date(request.first).id,
        "last": plain_date(request.last).id,
        "travel": request.travel_days,
        "abroad": request.abroad,
    }
    before = (
        select(LetterNumber.text, Letter.issued_on)
        .join(Letter, Letter.number == LetterNumber.id)
        .where(Letter.about == letter.about, Letter.id < letter.id)
        .order_by(Letter.id.desc())
    )
    if (found := session.execute(before.limit(1)).first()) is None:
        return facts
    return facts | {"before": {"number": found.text, "date": plain_date(found.issued_on).id}}


def _decided(session: Session, letter: Letter) -> Decided:
    """Who signs: whoever filled in the deciding part of the form; where none was written, who did the official's step.

    Of a decision on paper it is who held the post on that day, not who put it on record.
    """
    parts = (SITE,) if letter.kind == "leave_interim" else (OFFICIAL_PART, SITE)
    said = (LeaveOpinion.instance == letter.instance, LeaveOpinion.part.in_(parts), ~LeaveOpinion.taken_back)
    opinion = session.scalars(select(LeaveOpinion).where(*said).order_by(LeaveOpinion.id.desc()).limit(1)).first()
    if opinion is None:
        person, capacity, principal = _last_decision(session, letter.instance)
    else:
        person, capacity, principal = opinion.person, opinion.capacity, opinion.principal
    position = _position(session, principal, person)
    if opinion is not None and opinion.paper_on is not None:
        person, capacity = _holder(session, position, opinion.paper_on), ""
    return Decided(person, capacity, position)


def _last_decision(session: Session, instance: UUID) -> tuple[str, str, str]:
    """The person, capacity and principal of the official's newest step. Raises `ServiceFailed`."""
    done = (
        select(Task.done_by, Task.capacity, Task.principal)
        .where(Task.instance_id == instance, Task.state == "done", Task.role == OFFICIAL)
        .order_by(Task.done_at.desc())
    )
    found = session.execute(done.limit(1)).first()
    if found is None:
        raise ServiceFailed(_NO_SIGNER)
    return found.done_by, found.capacity or "", found.principal


def _position(session: Session, principal: str, person: str) -> Position:
    """The post behind a principal: itself, or the one that holds the role and in which the person sits."""
    kind, _, rest = principal.partition(":")
    role, _, unit = rest.partition("@")
    own = select(Holding.position).where(Holding.person == person)
    with_role = select(RoleHolder.position).where(RoleHolder.role == role, RoleHolder.unit == unit)
    wanted = Position.id == rest if kind == "position" else Position.id.in_(with_role)
    found = select(Position).where(wanted).order_by(Position.id.in_(own).desc(), Position.id)
    position = session.scalars(found.limit(1)).first()
    if position is None:
        raise ServiceFailed(_NO_SIGNER)
    return position


def _holder(session: Session, position: Position, day: date) -> str:
    held = (Holding.position == position.id, Holding.first <= day, or_(Holding.last.is_(None), Holding.last >= day))
    person = session.scalars(select(Holding.person).where(*held).limit(1)).first()
    if person is None:
        raise ServiceFailed(_NO_SIGNER)
    return person


def _signer(session: Session, decided: Decided) -> Mapping[str, Any]:
    person, post = session.get_one(Person, decided.person), decided.position
    regent = session.scalars(select(Position.title).where(Position.level == "REGENT").limit(1)).first()
    return {
        "level": post.level,
        "post": post.title,
        "capacity": decided.capacity,
        "on_behalf": "" if post.level == "REGENT" else regent or "",
        "name": person.name,
        "rank": rank_of(person.grade, person.kind),
        "nip": spaced_nip(person.nip),
    }


def _copies(session: Session, decided: Decided, unit: Unit) -> list[str]:
    keeper = (
        select(Position.title, Position.id)
        .join(RoleHolder, RoleHolder.position == Position.id)
        .where(RoleHolder.role == "bkpsdm_head", RoleHolder.unit == ANYWHERE)
    )
    found = session.execute(keeper.limit(1)).first()
    bkpsdm = [found.title] if found is not None and found.id != decided.position.id else []
    return [*bkpsdm, f"Pengelola presensi {unit.name}", "Yang bersangkutan"]


def _counted(number: int, unit: str) -> str:
    return f"{number} ({in_words(number)}) {unit}" if number < 1_000 else f"{number} {unit}"


def _sample(kind: str, type: str, **more: Any) -> Mapping[str, Any]:
    """What a template gets, made up."""
    person = {"name": "Nama Pegawai", "nip": "19900101 201501 1 001", "nip_label": "NIP", "rank": "Penata (III/c)"}
    signer = {
        "level": "II.b",
        "on_behalf": "Bupati",
        "capacity": "Plh.",
        "post": "Kepala Dinas",
        "name": "Nama Pejabat",
    }
    leave = {"type": type, "year": 2026, "length": "2 (dua) hari kerja", "first": "9 November 2026"}
    return {
        "kind": kind,
        "number": "800.1.11.4/1/UNIT/2026",
        "date": "2 November 2026",
        "day": "2026-11-02",
        "place": "Kota",
        "code": "0000-0000-0000-0000-0000",
        "address": "https://kantor.example/surat/00000000000000000000",
        "sealed": True,
        "government": "Pemerintah Kabupaten",
        "office": {"name": "Dinas", "address": ["Jalan Contoh Nomor 1"]},
        "person": {**person, "post": "Analis", "unit": "Dinas", "pppk": False},
        "leave": {**leave, "last": "10 November 2026", "travel": 0, "abroad": False, **more},
        "signer": {**signer, "rank": "Pembina (IV/a)", "nip": "19700101 199501 1 001"},
        "copies": ["Yang bersangkutan"],
    }


def _kind(name: str) -> Kind:
    before = {"before": {"number": "800.1.11.4/2/UNIT/2026", "date": "1 November 2026"}, "travel": 3, "abroad": True}
    return Kind(write, "leave", [_sample(name, "annual"), *(_sample(name, type, **before) for type in names.TYPES)])


kinds: Mapping[str, Kind] = {name: _kind(name) for name in KINDS}
"""The letters about leave, by name."""
