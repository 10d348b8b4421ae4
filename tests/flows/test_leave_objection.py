"""An objection (keberatan) to leave that was not approved."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Conflict, NotPermitted, Refused
from tests.flows.stories import (
    BALANCE,
    BKPSDM_HEAD,
    EMPLOYEE,
    HEAD,
    SUPERIOR,
    approved,
    balance,
    dates,
    facts,
    offers,
    rejected,
    requested,
)
from tests.support import Case, Office
from workflows.leave.records import record


def objected(office: Office, case: Case) -> Case:
    return office.start("leave_objection", EMPLOYEE, about=case.id, reason="Audit sudah selesai")


def test_upheld_leave_is_granted_as_it_was_asked_for(office: Office) -> None:
    case = rejected(office)
    assert balance(office) == BALANCE
    objection = objected(office, case)
    assert (objection.open, facts(objection)["Type of leave"]) == (["answer"], "Annual leave")
    view = objection.complete("answer", HEAD, outcome="uphold", reason="Audit memang selesai")
    assert (view.outcome, balance(office)) == ("upheld", BALANCE - 3)
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 11), "approved")


def test_the_leave_is_called_what_it_is(office: Office) -> None:
    case = rejected(office)
    assert facts(objected(office, case))["State"] == "not approved"
    with office.database.reads() as session:
        [leave] = record(session, office.actor(EMPLOYEE), EMPLOYEE, date(2026, 11, 2)).leaves
    assert leave.state.id == "tidak disetujui"


def test_a_dismissed_objection_changes_nothing(office: Office) -> None:
    case = rejected(office)
    objection = objected(office, case)
    with pytest.raises(Refused):
        objection.complete("answer", HEAD, outcome="dismiss")
    with pytest.raises(NotPermitted):
        objection.complete("answer", EMPLOYEE, outcome="uphold", reason="Ya")
    assert objection.complete("answer", HEAD, outcome="dismiss", reason="Belum selesai").outcome == "dismissed"
    assert (balance(office), dates(office, case)[2]) == (BALANCE, "released")


def test_after_ten_working_days_without_an_answer_bkpsdm_is_called(office: Office) -> None:
    objection = objected(office, rejected(office))
    office.wait(days=13)
    assert objection.open == ["answer"], "the tenth working day is not over"
    office.wait(days=2)
    assert objection.open == ["answer", "remind"]
    objection.complete("remind", BKPSDM_HEAD, measure="Sudah ditelepon")
    assert objection.open == ["answer"]
    assert objection.complete("answer", HEAD, outcome="dismiss", reason="Belum selesai").outcome == "dismissed"


def test_the_answer_ends_the_reminder_too(office: Office) -> None:
    objection = objected(office, rejected(office, first="2026-12-07", last="2026-12-09"))
    office.wait(days=16)
    view = objection.complete("answer", HEAD, outcome="uphold", reason="Selesai")
    assert (view.outcome, objection.open) == ("upheld", [])


def test_it_comes_within_21_working_days(office: Office) -> None:
    case = rejected(office, first="2027-01-11", last="2027-01-13")
    office.wait(days=29)
    assert objected(office, case).open == ["answer"]


def test_later_it_is_refused_with_what_to_do_instead(office: Office) -> None:
    case = rejected(office)
    office.wait(days=30)
    with pytest.raises(Refused) as refused:
        objected(office, case)
    assert "BKPSDM" in refused.value.problems[""][0].id


def test_only_against_a_refusal_and_only_by_the_employee(office: Office) -> None:
    granted = approved(office)
    assert "leave_objection" not in offers(office, granted)
    with pytest.raises(Conflict):
        objected(office, granted)
    refused = rejected(office, first="2026-11-16", last="2026-11-17")
    assert "leave_objection" in offers(office, refused)
    assert "leave_objection" not in offers(office, refused, SUPERIOR)


def test_leave_whose_days_are_over_is_not_granted_any_more(office: Office) -> None:
    objection = objected(office, rejected(office))
    office.wait(days=10)
    with pytest.raises(Refused) as refused:
        objection.complete("answer", HEAD, outcome="uphold", reason="Selesai")
    assert "first" in refused.value.problems
    assert objection.complete("answer", HEAD, outcome="dismiss", reason="Tanggalnya sudah lewat").outcome == "dismissed"


def test_days_that_were_taken_meanwhile_stand_against_it(office: Office) -> None:
    case = rejected(office)
    objection = objected(office, case)
    requested(office)
    with pytest.raises(Refused):
        objection.complete("answer", HEAD, outcome="uphold", reason="Selesai")
    assert balance(office) == BALANCE - 3
