"""What people had before Alur: files are looked at first, and written once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from engine.db import Database
from tests.workflows.conftest import NOON
from workflows.leave import before
from workflows.leave.ledger import Ledger, balance_on
from workflows.leave.model import LeaveRequest
from workflows.leave.standing import absences_of
from workflows.people import Person

TODAY = NOON.date()
NIP, OTHER = "200001012015041001", "200001012015041002"


@pytest.fixture
def newcomers(demo: Database) -> Database:
    """Two people without a ledger."""
    about = {"kind": "PNS", "unit": "SETDA", "service_start": date(2015, 4, 1)}
    people = [Person(id=f"N{n}", nip=nip, name=f"Pegawai {n}", **about) for n, nip in enumerate((NIP, OTHER))]
    demo.command(lambda session: session.add_all(people))
    return demo


def looked_at(session: Session, text: str) -> tuple[list[before.Opened], list[before.Problem]]:
    rows, problems = before.balances(text, TODAY)
    found, more = before.opened(session, rows, 2026)
    return found, [*problems, *more]


FILE = f"nip,year,left,taken\n{NIP},2024,0,12\n{NIP},2025,8,4\n{NIP},2026,10,2\n{OTHER},2024,12,0\n{OTHER},2025,12,0\n"


def test_a_file_is_looked_at_without_writing_anything(newcomers: Database) -> None:
    with newcomers.reads() as session:
        found, problems = looked_at(session, FILE)
    assert problems == []
    assert {each.nip: dict(each.buckets) for each in found} == {
        NIP: {2024: 0, 2025: 6, 2026: 10},
        OTHER: {2024: 0, 2025: 12, 2026: 12},
    }


def test_what_was_looked_at_is_what_is_written_and_only_once(newcomers: Database) -> None:
    with newcomers.reads() as session:
        found, _ = looked_at(session, FILE)
    assert newcomers.command(lambda session: before.post_balances(session, found, 2026, NOON)) == 2
    with newcomers.reads() as session:
        assert balance_on(session, "N0", TODAY) == {2024: 0, 2025: 6, 2026: 10}
        again, problems = looked_at(session, FILE)
        assert (again, [problem.line for problem in problems]) == ([], [2, 5])
        opened = Ledger.read(session, session.get_one(Person, "N0"), 2027)
        assert opened.entries[-1].in_year == 2027, "the rules go on from there"


def test_days_that_were_deferred_before_count_in_full(newcomers: Database) -> None:
    with newcomers.reads() as session:
        found, _ = looked_at(session, f"nip;year;left;taken;deferred\n{NIP};2024;0;12;\n{NIP};2025;12;0;12\n")
    assert dict(found[0].buckets) == {2024: 0, 2025: 12, 2026: 12}


@pytest.mark.parametrize(
    ("years", "missing"), [((2024, 2026), "2025"), ((2024,), "2025"), ((2025,), ""), ((2026,), ""), ((2024, 2025), "")]
)
def test_a_year_that_the_record_leaves_out_is_asked_for_and_not_given_anew(
    newcomers: Database, years: tuple[int, ...], missing: str
) -> None:
    lines = "".join(f"{NIP},{year},0,12\n" for year in years)
    with newcomers.reads() as session:
        found, problems = looked_at(session, f"nip,year,left,taken\n{lines}")
    assert [missing in problem.text.id for problem in problems] == ([True] if missing else [])
    assert [sum(each.buckets.values()) for each in found] == ([] if missing else [0 if 2026 in years else 12])


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("nip,year\nx,2026", [1]),
        ("nip,year,left,taken\n123,2026,1,1", [2]),
        (f"nip,year,left,taken\n{NIP},2026,a,1", [2]),
        (f"nip,year,left,taken\n{NIP},2026,,1", [2]),
        (f"nip,year,left,taken\n{NIP},2026,13,0\n{NIP},2023,1,1\n{NIP},2027,1,1", [2, 3, 4]),
        (f"nip,year,left,taken\n{NIP},2026,-1,0\n{NIP},2025,0,-2", [2, 3]),
        (f"nip,year,left,taken\n{NIP},2026,2,367", [2]),
        (f"nip,year,left,taken,deferred\n{NIP},2026,2,0,3", [2]),
        (f"nip,year,left,taken\n{NIP},2026,2,0\n{NIP},2026,2,0", [3]),
        ("nip,year,left,taken\nP097", [2]),
        ("", [1]),
        (f"nip,year,left,taken\n{NIP},2026,2,{'9' * 140_000}", [2]),
    ],
    ids=[
        "column",
        "stranger",
        "word",
        "empty",
        "out of range",
        "negative",
        "taken",
        "deferred",
        "twice",
        "short",
        "no file",
        "huge field",
    ],
)
def test_what_is_wrong_is_told_by_line(newcomers: Database, lines: str, wrong: list[int]) -> None:
    with newcomers.reads() as session:
        _, problems = looked_at(session, lines)
    assert [problem.line for problem in problems] == wrong


def test_somebody_who_has_a_ledger_keeps_it(newcomers: Database) -> None:
    with newcomers.reads() as session:
        nip = session.get_one(Person, "P097").nip
        found, problems = looked_at(session, f"nip,year,left,taken\n{nip},2026,12,0\n")
    assert (found, len(problems)) == ([], 1)


@pytest.mark.parametrize("more", ["3,1", "2,21", "99999999999,1", "2,99999999999", "-1,1", "2,-1"])
def test_past_leave_is_no_longer_than_its_dates_and_of_a_likely_birth(more: str) -> None:
    text = f"nip,type,first,last,days,birth_order\n{NIP},maternity,2026-03-02,2026-03-03,{more}\n"
    rows, problems = before.absences(text, TODAY)
    assert ([*rows], [problem.line for problem in problems]) == ([], [2])


def test_past_leave_is_known_to_the_rules_and_written_once(newcomers: Database) -> None:
    text = (
        "nip,type,first,last,case,days,birth_order\n"
        f"{NIP},long,2023-03-01,2023-05-31,other,,\n{NIP},maternity,2021-01-04,2021-04-03,,,2\n"
    )
    rows, problems = before.absences(text, TODAY)
    assert problems == []
    for new in (2, 0):
        assert newcomers.command(lambda session: before.post_absences(session, rows)) == new
    with newcomers.reads() as session:
        known = [(a.type, a.span.last, a.days, a.birth_order) for a in absences_of(session, "N0")]
        assert known == [("maternity", date(2021, 4, 3), 90, 2), ("long", date(2023, 5, 31), 92, 0)]
        assert {row.status for row in session.query(LeaveRequest)} == {"opening"}


@pytest.mark.parametrize(
    "line",
    [
        "holiday,2023-03-01,2023-05-31",
        "long,2023-03-01,2023-02-01",
        "long,2027-03-01,2027-05-01",
        "sick,yesterday,today",
        "long,2023-03-01,2023-05-31,unknown",
        "long,2023-03-01",
    ],
)
def test_past_leave_that_cannot_be_is_told_by_line(line: str) -> None:
    rows, problems = before.absences(f"nip,type,first,last,case\n{NIP},{line}\n", TODAY)
    assert (rows, [problem.line for problem in problems]) == ([], [2])


def test_past_leave_of_strangers_is_told(newcomers: Database) -> None:
    rows, _ = before.absences("nip,type,first,last\n1,sick,2023-03-01,2023-03-02\n", TODAY)
    with newcomers.reads() as session:
        assert [problem.line for problem in before.unknown(session, rows)] == [2]
