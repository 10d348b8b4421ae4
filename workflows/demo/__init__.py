"""The demo office: the 120 synthetic staff of Kabupaten Rakumpit, their posts, roles, calendar and leave."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Text
from workflows.calendar import JOINT, PUBLIC, CalendarDay, holidays_of
from workflows.demo.records import Staff, demo_records
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import Applicant, law_on
from workflows.leave.model import LeaveAccount, LeaveEntry
from workflows.leave.openings import opening
from workflows.positions import ANYWHERE, Holding, Person, Position, RoleHolder, Unit

ZONE = "Asia/Jakarta"
REGENT = "BUPATI"
SCHOOL = "SMPN1"
HEADMASTER = "P045"
NEWCOMER = "P103"
"""Who has not read the notice on personal data yet."""

UNITS = (
    ("SETDA", "Sekretariat Daerah", None, 5),
    ("BKPSDM", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia", None, 5),
    ("DISDIK", "Dinas Pendidikan dan Kebudayaan", None, 5),
    (SCHOOL, "SMP Negeri 1 Rakumpit", "DISDIK", 6),
    ("DINKES", "Dinas Kesehatan", None, 5),
    ("DISKOMINFO", "Dinas Komunikasi dan Informatika", None, 5),
    ("KECRAK", "Kecamatan Rakumpit Hulu", None, 5),
)
"""Id, name, parent, working days a week: a department each, and the school with its six-day week."""

LEVELS = {
    "JPT Pratama (II.a)": "II.a",
    "JPT Pratama (II.b)": "II.b",
    "Administrator (III.a)": "III.a",
    "Administrator (III.b)": "III.b",
    "Pengawas (IV.a)": "IV.a",
    "JF": "JF",
    "JF (tugas tambahan)": "JF",
    "Pelaksana": "PELAKSANA",
}

ROLES = (
    ("personnel_officer", "SETDA", "P008"),
    ("personnel_officer", "BKPSDM", "P026"),
    ("personnel_officer", "DISDIK", "P042"),
    ("personnel_officer", SCHOOL, "P042"),
    ("personnel_officer", "DINKES", "P068"),
    ("personnel_officer", "DISKOMINFO", "P092"),
    ("personnel_officer", "KECRAK", "P106"),
    ("unit_head", "SETDA", "P001"),
    ("unit_head", "BKPSDM", "P025"),
    ("unit_head", "DISDIK", "P041"),
    ("unit_head", "DINKES", "P067"),
    ("unit_head", "DISKOMINFO", "P091"),
    ("unit_head", "KECRAK", "P105"),
    ("site_head", "SETDA", "P001"),
    ("site_head", "BKPSDM", "P025"),
    ("site_head", "DISDIK", "P041"),
    ("site_head", SCHOOL, HEADMASTER),
    ("site_head", "DINKES", "P067"),
    ("site_head", "DISKOMINFO", "P091"),
    ("site_head", "KECRAK", "P105"),
    ("decision_secretary", ANYWHERE, "P004"),
    ("verifier", ANYWHERE, "P029"),
    ("verifier", ANYWHERE, "P025"),
    ("data_approver", ANYWHERE, "P027"),
    ("payroll_treasurer", ANYWHERE, "P010"),
    ("bkpsdm_head", ANYWHERE, "P025"),
    ("sekda", ANYWHERE, "P001"),
    ("regent", ANYWHERE, REGENT),
    ("auditor", ANYWHERE, "P012"),
    ("process_owner", ANYWHERE, "P026"),
    ("helper", ANYWHERE, "P033"),
    ("privacy_officer", ANYWHERE, "P006"),
)
"""Role, unit, whose post holds it. The staff list names no personnel officer for SETDA, no auditor and no help desk:
the records keeper under the assistant for general administration, a policy analyst and a computer officer stand in for
them; decisions on paper are entered by the head of the general section, and the head of the legal section answers for
data protection."""

LEAVE_TAKEN = ((12, 12), (12, 8), (12, 6), (12, 9), (12, 0), (0, 0), (12, 10))
"""Days taken in the year before last and in the last year; each person gets one of these, by number."""

CONTRACT_YEARS = (5, 3, 1)
"""Contract lengths of PPPK staff, by number in turn: a full, an ordinary and no carry-over."""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody whom a visitor of the demo can sign in as."""

    person: str
    nip: str
    name: str
    tried_as: Text


_TRIED_AS = (
    ("P097", Text("Pegawai: mengajukan cuti, mengubah data", "Employee: asks for leave, changes data")),
    ("P092", Text("Petugas kepegawaian pegawai itu", "That employee's personnel officer")),
    ("P094", Text("Atasan langsung pegawai itu", "That employee's direct superior")),
    ("P091", Text("Pejabat yang berwenang bagi pegawai itu", "Authorised official for that employee")),
    ("P096", Text("Pegawai PPPK di dinas yang sama", "Contract employee (PPPK) in the same department")),
    ("P001", Text("Sekretaris Daerah: cuti kepala dinas", "Regional Secretary: leave of department heads")),
    (REGENT, Text("Bupati: cuti di luar negeri", "Regent: leave abroad")),
    ("P029", Text("BKPSDM: verifikator cuti dan data", "BKPSDM: verifier of leave and data")),
    ("P027", Text("BKPSDM: penyetuju perubahan data", "BKPSDM: approves changes of data")),
    ("P010", Text("Bendahara gaji: rekening pegawai", "Payroll treasurer: accounts of staff")),
    ("P004", Text("Sekretaris pejabat: keputusan di atas kertas", "Secretary of officials: decisions on paper")),
    ("P045", Text("Kepala sekolah: izin sementara bagi guru", "Headmaster: interim leave for teachers")),
    ("P049", Text("Guru: cuti mendesak", "Teacher: urgent leave")),
    ("P072", Text("Perawat: bekerja pada cuti bersama", "Nurse: on duty on joint leave")),
    ("P033", Text("Petugas bantuan: menjawab pertanyaan", "Help desk: answers questions")),
    ("P006", Text("Petugas pelindungan data: hak atas data, kebocoran", "Data protection officer: rights, breaches")),
    (NEWCOMER, Text("Pegawai baru: membaca pemberitahuan data dahulu", "Newcomer: reads the notice on data first")),
    ("P012", Text("Auditor: melihat, tidak mengubah", "Auditor: sees, changes nothing")),
    ("P026", Text("Pemilik proses: mengubah alur", "Process owner: changes the flows")),
)


def demo_people() -> tuple[DemoPerson, ...]:
    """Whom to try the demo as, the main path first."""
    staff = {row["id"]: row for row in _rows("pegawai_sintetis_120.csv")}
    staff[REGENT] = {"nip": REGENT, "nama": "Bupati Rakumpit"}
    return tuple(DemoPerson(id, staff[id]["nip"], staff[id]["nama"], text) for id, text in _TRIED_AS)


def load_demo(session: Session, now: datetime) -> None:
    """Fill an empty database with the demo office; one that has people already is left alone."""
    if session.scalar(select(Person.id).limit(1)) is not None:
        return
    rows, year = _rows("pegawai_sintetis_120.csv"), now.astimezone(ZoneInfo(ZONE)).year
    people = (_regent(), *(_person(row) for row in rows))
    tables: tuple[Iterable[object], ...] = (
        (Unit(id=id, name=name, parent=parent, zone=ZONE, week=week) for id, name, parent, week in UNITS),
        people,
        _positions(rows),
        _holdings(rows),
        (RoleHolder(role=role, unit=unit, position=_position(rows, who)) for role, unit, who in ROLES),
        _calendar(),
        (LeaveAccount(person=person.id, opened=year) for person in people if person.service_start),
        (entry for person in people for entry in _leave(person, year, now)),
        demo_records((_staff(rows, row) for row in rows), now),
    )
    for table in tables:  # what others refer to comes first, and superiors before their staff
        session.add_all(table)
        session.flush()


def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("workflows.demo").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _unit(row: Mapping[str, str]) -> str:
    """The school's staff are those who report to its headmaster; the list has them under the department."""
    return SCHOOL if HEADMASTER in {row["id"], row["id_atasan_langsung"]} else row["unit"]


def _position(rows: tuple[dict[str, str], ...], person: str) -> str:
    """The id of a person's post: its department and a running number, as it does not change with its holder."""
    if person == REGENT:
        return REGENT
    unit = next(row["unit"] for row in rows if row["id"] == person)
    department = [row["id"] for row in rows if row["unit"] == unit]
    return f"{unit}-{department.index(person) + 1:02}"


def _regent() -> Person:
    return Person(id=REGENT, nip=REGENT, name="Bupati Rakumpit", kind="NEGARA", unit="SETDA")


def _positions(rows: tuple[dict[str, str], ...]) -> Iterator[Position]:
    yield Position(id=REGENT, title="Bupati Rakumpit", unit="SETDA", reports_to=None, level="REGENT")
    for row in rows:
        yield _post(rows, row)


def _holdings(rows: tuple[dict[str, str], ...]) -> Iterator[Holding]:
    yield Holding(person=REGENT, position=REGENT, first=date(2025, 2, 20))
    for row in rows:
        yield Holding(person=row["id"], position=_position(rows, row["id"]), first=_started(row))


def _started(row: Mapping[str, str]) -> date:
    return date.fromisoformat(row["tmt_cpns_atau_pppk"])


def _person(row: Mapping[str, str]) -> Person:
    pppk = row["jenis_asn"] == "PPPK"
    return Person(
        id=row["id"],
        nip=row["nip"],
        nik=row["nik"],
        name=row["nama"],
        sex=row["jk"],
        born=date.fromisoformat(row["tgl_lahir"]),
        kind=row["jenis_asn"],
        grade=row["golongan"],
        service_start=_started(row),
        contract_years=CONTRACT_YEARS[_number(row["id"]) % len(CONTRACT_YEARS)] if pppk else None,
        unit=_unit(row),
    )


def _post(rows: tuple[dict[str, str], ...], row: Mapping[str, str]) -> Position:
    return Position(
        id=_position(rows, row["id"]),
        title=row["jabatan"],
        unit=_unit(row),
        reports_to=_position(rows, row["id_atasan_langsung"]),
        level="SCHOOL" if _teaches(row) else LEVELS[row["kelompok_jabatan"]],
    )


def _staff(rows: tuple[dict[str, str], ...], row: Mapping[str, str]) -> Staff:
    """Somebody as the personnel record sees them."""
    post = _post(rows, row)
    return Staff(_person(row), post.title, post.level, next(name for id, name, *_rest in UNITS if id == _unit(row)))


def _teaches(row: Mapping[str, str]) -> bool:
    return row["jabatan"].startswith("Guru ") or _unit(row) == SCHOOL


def _number(person: str) -> int:
    return int(person.removeprefix("P"))


def _calendar() -> Iterator[CalendarDay]:
    """2026 as decreed, and what is known or forecast of the years beside it."""
    for row in _rows("kalender_2026.csv"):
        yield CalendarDay(
            day=date.fromisoformat(row["tanggal"]),
            kind=PUBLIC if row["jenis"] == "LIBUR_NASIONAL" else JOINT,
            name=row["nama"].replace("CB ", "Cuti bersama "),
            source="SKB 3 Menteri; Keppres 42/2025",
            confirmed=True,
        )
    for year in (2025, 2027):
        yield from holidays_of(year)


def _leave(person: Person, year: int, now: datetime) -> Iterator[LeaveEntry]:
    """Two past years by the pattern of the person's number, then this year as the rules open it."""
    if person.service_start is None:
        return
    applicant = Applicant(person.kind, person.service_start, person.contract_years)
    law = law_on(date(year, 1, 1))
    before = zip((year - 2, year - 1), LEAVE_TAKEN[_number(person.id) % len(LEAVE_TAKEN)], strict=True)
    entries = tuple(
        Entry(past, "opening", past, granted=law.annual_days, used=taken)
        for past, taken in before
        if applicant.is_entitled_in(past, law)
    )
    for each in (year - 1, year):
        entries += opening(entries, each, applicant, law)
    yield from (LeaveEntry(person=person.id, at=now, day=date(entry.in_year, 1, 1), **vars(entry)) for entry in entries)
