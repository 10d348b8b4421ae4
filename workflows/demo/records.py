"""The personnel records of the demo office: the main data of everybody, and all of it for those who try the demo.

Like the staff, whatever is said of them is made up; numbers of documents count on with the person's number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid5

from workflows.positions import Person
from workflows.record.histories import HISTORIES, RELIGIONS
from workflows.record.model import RecordRow
from workflows.record.rows import single_row

BROUGHT_IN_BY = "P029"
"""Who brought the first records in: the verifier of BKPSDM."""

COMPLETE = ("P097", "P092", "P096", "P049", "P072", "P045")
"""Whose record has rows in most histories: those whom a visitor tries first."""

PLACES = ("Rakumpit", "Palangka Raya", "Kuala Kapuas", "Sampit", "Buntok", "Muara Teweh")
NAMES = {"L": ("Arif", "Bayu", "Dimas"), "P": ("Citra", "Intan", "Rani")}
_TITLES = {"Guru": "S.Pd.", "Dokter": "", "Perawat": "A.Md.Kep.", "Pranata": "S.Kom.", "Analis": "S.AP."}
_Values = Mapping[str, str]


@dataclass(frozen=True)
class Staff:
    """Somebody of the staff list with their post: its title, its level and the name of its unit."""

    person: Person
    title: str
    level: str
    unit: str

    @property
    def number(self) -> int:
        """The number in the staff list."""
        return int(self.person.id.removeprefix("P"))

    @property
    def began(self) -> date:
        """The first day of service."""
        assert self.person.service_start is not None
        return self.person.service_start


def demo_records(staff: Iterable[Staff], now: datetime) -> Iterator[RecordRow]:
    """The rows of everybody's record, brought in at a moment."""
    for each in staff:
        for history, values in (*_main(each, now.date()), *(_more(each) if each.person.id in COMPLETE else ())):
            yield _row(each.person.id, history, values, now)


def _row(person: str, history: str, values: _Values, now: datetime) -> RecordRow:
    of = HISTORIES[history]
    said = values.get(of.since or "")
    single = single_row(person, history)
    return RecordRow(
        row=single if of.single else uuid5(single, values[of.name]),
        revision=1,
        person=person,
        history=history,
        values=json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False, sort_keys=True),
        since=date.fromisoformat(said) if said else now.date(),
        at=now,
        by=BROUGHT_IN_BY,
    )


def _main(staff: Staff, today: date) -> Iterator[tuple[str, _Values]]:
    """Personal data, identity numbers, appointment, grade and post."""
    person, n, married = staff.person, staff.number, staff.person.id in COMPLETE or staff.number % 3 > 0
    assert person.born is not None
    yield (
        "personal",
        {
            "nip": person.nip,
            "name": person.name,
            "title_back": _TITLES.get(staff.title.split()[0], ""),
            "birth_place": PLACES[n % len(PLACES)],
            "birth_date": person.born.isoformat(),
            "sex": person.sex or "",
            "religion": RELIGIONS[n % 4][0],
            "marital": "married" if married else "single",
        },
    )
    yield "identity", {"nik": person.nik or "", "npwp": person.nik or ""}
    yield "position", _post(staff)
    if person.kind != "PPPK":
        yield "appointment", _appointment(staff, today)
        yield "rank", _rank(staff, person.grade or "", _first_of_april(staff.began, 4))


def _more(staff: Staff) -> Iterator[tuple[str, _Values]]:
    """What people bring in themselves over the years."""
    person, n, born = staff.person, staff.number, staff.person.born
    assert born is not None
    wed = born.replace(year=born.year + 24, month=6, day=12)
    spouse = "P" if person.sex == "L" else "L"
    number = f"{n:04}"
    yield (
        "contact",
        {
            "phone": f"+62812555{number}",
            "email": f"{person.id.lower()}@contoh.com",
            "emergency_name": NAMES[spouse][n % 3],
            "emergency_phone": f"+62813555{number}",
        },
    )
    home = f"Jalan Merdeka {n}, {PLACES[0]}"
    yield "address", {"home": home, "registered": home}
    yield "bank", {"bank": "Bank Pembangunan Daerah", "account": f"62990100{number}", "holder": person.name}
    yield (
        "spouse",
        {
            "name": f"{NAMES[spouse][n % 3]} {PLACES[n % 3].split()[0]}",
            "birth_date": born.replace(year=born.year + 1, day=2).isoformat(),
            "married_on": wed.isoformat(),
            "certificate": f"{number}/12/VI/{wed.year}",
            "status": "active",
            "staff": "no",
        },
    )
    for order in range(1 + n % 2):
        yield "child", _child(n, order, wed)
    graduated = date(born.year + 22, 8, 20)
    yield (
        "education",
        {
            "level": "s1",
            "school": "Universitas Contoh",
            "major": "Administrasi Publik",
            "certificate": f"UC-{number}",
            "graduated_on": graduated.isoformat(),
        },
    )
    yield (
        "training",
        {
            "name": "Pelatihan Pelayanan Publik",
            "organiser": "BKPSDM Kabupaten Rakumpit",
            "hours": "32",
            "certificate": f"PP-{number}/2024",
            "first": "2024-05-13",
            "last": "2024-05-17",
        },
    )
    for year in ("2024", "2025"):
        yield "performance", {"year": year, "predicate": "good", "assessor": "Pejabat penilai kinerja"}
    if person.kind != "PPPK":
        yield from _increments(staff)


def _child(n: int, order: int, wed: date) -> _Values:
    sex = "LP"[order % 2]
    return {
        "name": NAMES[sex][(n + order) % 3],
        "birth_date": date(wed.year + 1 + 3 * order, 4, 9).isoformat(),
        "sex": sex,
        "relation": "own",
        "certificate": f"AL-{n:04}-{order + 1}",
        "allowance": "yes",
    }


def _increments(staff: Staff) -> Iterator[tuple[str, _Values]]:
    for order, since in enumerate((date(2023, 3, 1), date(2025, 3, 1))):
        letter = since - timedelta(days=30)
        yield (
            "increment",
            {
                "letter": f"800.1.11.13/{staff.number:03}/{since.year}",
                "letter_on": letter.isoformat(),
                "since": since.isoformat(),
                "salary": str(3_200_000 + 100_000 * order),
            },
        )


def _post(staff: Staff) -> _Values:
    kind = {"JF": "functional", "SCHOOL": "functional", "PELAKSANA": "executive"}.get(staff.level, "structural")
    since, number = staff.began, f"{staff.number:03}/{staff.began.year}"
    return {
        "title": staff.title,
        "kind": kind,
        "unit": staff.unit,
        "decree": f"821.2/{number}",
        "decree_on": (since - timedelta(days=10)).isoformat(),
        "since": since.isoformat(),
        "duty_letter": f"821.5/{number}",
    }


def _appointment(staff: Staff, today: date) -> _Values:
    since, number = staff.began, f"{staff.number:03}"
    whole = since.replace(year=since.year + 1)
    begun = {
        "cpns_decree": f"813/{number}/{since.year}",
        "cpns_since": since.isoformat(),
        "duty_letter": f"821.5/{number}/{since.year}",
    }
    decided = {"pns_decree": f"821.1/{number}/{whole.year}", "pns_since": whole.isoformat()}
    return begun | (decided if whole <= today else {})


def _rank(staff: Staff, grade: str, since: date) -> _Values:
    number = f"{staff.number:03}/{since.year}"
    return {
        "grade": grade,
        "decree": f"823/{number}",
        "decree_on": (since - timedelta(days=20)).isoformat(),
        "since": since.isoformat(),
        "opinion": f"PERTEK-{number}",
    }


def _first_of_april(began: date, years: int) -> date:
    """When the grade of today was reached: some years after service began, but not after last year."""
    return date(min(began.year + years, 2025), 4, 1) if began.year < 2025 else began
