"""Illness or a birth inside annual leave stops it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Refused
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    HEAD,
    OFFICER,
    SICK,
    approved,
    balance,
    dates,
    leave,
    lines,
    offers,
    requested,
)
from tests.support import Case, Office

TWO_WEEKS = {"first": "2026-11-09", "last": "2026-11-20"}
ILL = {"type": "sick", "first": "2026-11-12", "last": "2026-11-18", "letter": "doctor"}


def told(office: Office, case: Case, **answers: Any) -> Case:
    told = office.start("leave_interrupt", EMPLOYEE, about=case.id, **(ILL | answers))
    told.complete("check", OFFICER, outcome="complete", evidence_seen=True)
    return told


def test_annual_leave_stops_on_the_first_day_of_illness_and_the_rest_comes_back(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    assert balance(office) == BALANCE - 10
    office.wait(days=10)
    ill = told(office, case)
    assert ill.open == ["decide"]
    assert ill.complete("decide", HEAD, outcome="approve").outcome == "interrupted"
    assert balance(office) == BALANCE - 3
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 11), "approved")
    assert (leave(office, ill).type, *dates(office, ill)) == (
        "sick",
        date(2026, 11, 12),
        date(2026, 11, 18),
        "approved",
    )
    assert {line[0] for line in lines(office, ill)} == {"interrupt"}


def test_a_birth_stops_annual_leave_too(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    office.wait(days=10)
    birth = {"type": "maternity", "letter": None, "birth_order": 1, "first": "2026-11-16", "last": "2027-02-15"}
    born = told(office, case, **birth)
    born.complete("decide", HEAD, outcome="approve")
    assert balance(office) == BALANCE - 5
    assert (leave(office, born).type, leave(office, born).last) == ("maternity", date(2027, 2, 15))


def test_the_officer_sends_it_back_and_it_goes_round_again(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    ill = office.start("leave_interrupt", EMPLOYEE, about=case.id, **ILL)
    with pytest.raises(Refused) as refused:
        ill.complete("check", OFFICER, outcome="complete")
    assert set(refused.value.problems) == {"evidence_seen"}
    ill.complete("check", OFFICER, outcome="return", repair="Tanggal surat berbeda")
    ill.complete("submit", EMPLOYEE, **(ILL | {"last": "2026-11-17"}))
    ill.complete("check", OFFICER, outcome="complete", evidence_seen=True)
    ill.complete("decide", HEAD, outcome="approve")
    assert dates(office, ill)[1] == date(2026, 11, 17)


def test_the_official_may_refuse_it(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    ill = told(office, case)
    assert ill.complete("decide", HEAD, outcome="reject", reason="Surat tidak sah").outcome == "kept"
    assert (balance(office), dates(office, case)[1]) == (BALANCE - 10, date(2026, 11, 20))


def test_more_than_two_weeks_need_a_government_doctor(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    office.wait(days=10)
    ill = told(office, case, last="2026-11-30")
    with pytest.raises(Refused):
        ill.complete("decide", HEAD, outcome="approve")
    assert balance(office) == BALANCE - 10


def test_who_asks_for_sick_leave_inside_annual_leave_is_shown_this_way(office: Office) -> None:
    case = approved(office, **TWO_WEEKS)
    office.wait(days=10)
    with pytest.raises(Refused) as refused:
        requested(office, **(SICK | {"first": "2026-11-12", "last": "2026-11-18"}))
    assert set(refused.value.problems) <= {"first", "type", ""}
    assert "leave_interrupt" in offers(office, case)
