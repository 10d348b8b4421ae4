"""Reporting back after leave, in time and late."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Conflict, NotPermitted, Refused
from tests.flows.stories import (
    EMPLOYEE,
    OFFICER,
    SUPERIOR,
    VERIFIER,
    approved,
    considered,
    leave,
)
from tests.flows.test_leave_unpaid import granted
from tests.support import Case, Office


def reported(office: Office, case: Case, day: str = "2026-11-12") -> Case:
    return office.start("leave_return", EMPLOYEE, about=case.id, returned_on=day)


def test_the_superior_confirms_who_is_back(office: Office) -> None:
    case = approved(office)
    office.wait(days=10)
    report = reported(office, case)
    with pytest.raises(NotPermitted):
        report.complete("confirm", OFFICER, outcome="confirm")
    assert report.complete("confirm", SUPERIOR, outcome="confirm").outcome == "returned"
    assert leave(office, case).returned == date(2026, 11, 12)


def test_what_the_superior_has_not_seen_is_not_kept(office: Office) -> None:
    case = approved(office)
    office.wait(days=10)
    report = reported(office, case)
    assert report.complete("confirm", SUPERIOR, outcome="refuse", reason="Belum masuk").outcome == "not_confirmed"
    assert leave(office, case).returned is None


@pytest.mark.parametrize("day", ["2026-11-11", "2026-11-30"])
def test_the_day_lies_after_the_leave_and_not_ahead(office: Office, day: str) -> None:
    case = approved(office)
    office.wait(days=10)
    report = reported(office, case, day)
    with pytest.raises(Refused) as refused:
        report.complete("confirm", SUPERIOR, outcome="confirm")
    assert "returned_on" in refused.value.problems


def test_l49_who_reports_more_than_a_month_after_unpaid_leave_is_flagged(office: Office) -> None:
    case = granted(office, first="2027-01-04", last="2027-06-30")
    office.wait(days=290)
    report = reported(office, case, "2027-08-09")
    report.complete("confirm", SUPERIOR, outcome="confirm")
    assert report.open == ["follow_up"]
    view = report.complete("follow_up", VERIFIER, measure="Usul pemberhentian 800/3/2027")
    assert view.outcome == "late"


def test_within_the_month_it_is_in_time(office: Office) -> None:
    case = granted(office, first="2027-01-04", last="2027-06-30")
    office.wait(days=290)
    report = reported(office, case, "2027-07-12")
    assert report.complete("confirm", SUPERIOR, outcome="confirm").outcome == "returned"


def test_nobody_reports_back_from_leave_that_was_not_granted(office: Office) -> None:
    with pytest.raises(Conflict):
        reported(office, considered(office))
