"""A day declared late reaches leave on its way: what the pages tell, the decision, and the changes that come after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.errors import EngineError
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    HEAD,
    NURSE,
    SUPERIOR,
    approved,
    balance,
    checked,
    considered,
    dates,
    facts,
    leave,
    requested,
)
from tests.support import Case, Office
from tests.workflows.leaves import days, post
from workflows.calendar_changes import DayEntry, DaysChange
from workflows.roster_changes import Plan, RosterChange, Turn
from workflows.workdays import Span

TUESDAY = DayEntry(date(2026, 11, 10), "joint", "Cuti bersama tambahan", "Keppres 9/2026", confirmed=True)
DECLARED, WITHDRAWN = DaysChange(None, after=(TUESDAY,)), DaysChange(None, before=(TUESDAY,))


@pytest.mark.parametrize("way", [requested, checked, considered, approved])
def test_wherever_a_request_is_it_holds_a_day_less_and_goes_on(office: Office, way: object) -> None:
    case = way(office)  # type: ignore[operator]  # one of the stories
    post(office, DECLARED)
    assert (days(office, case.id), balance(office)) == (2, BALANCE - 2)
    assert facts(case)["Length of leave"] == "2 working days"
    steps = {
        "check": ("P092", {"outcome": "complete", "evidence_seen": True}),
        "consider": (SUPERIOR, {}),
        "decide": (HEAD, {}),
    }
    while case.open:
        [step] = case.open
        person, answers = steps[step]
        case.complete(step, person, **({"outcome": "approve"} | answers))
    assert (days(office, case.id), balance(office), leave(office, case).status) == (2, BALANCE - 2, "approved")


def test_a_request_made_after_the_day_was_declared_counts_without_it(office: Office) -> None:
    post(office, DECLARED)
    assert days(office, requested(office).id) == 2


def test_leave_that_was_counted_anew_is_cancelled_whole(office: Office) -> None:
    case = approved(office)
    post(office, DECLARED)
    asked = office.start("leave_cancel", EMPLOYEE, about=case.id, reason="Acara batal")
    asked.complete("decide", HEAD, outcome="approve")
    assert (balance(office), dates(office, case)[2]) == (BALANCE, "cancelled")
    post(office, WITHDRAWN)  # what is cancelled holds no days
    assert balance(office) == BALANCE


def test_of_leave_that_was_shortened_only_the_days_that_are_left_are_counted_anew(office: Office) -> None:
    case = approved(office)
    office.wait(days=8)
    asked = office.start("leave_cancel", EMPLOYEE, about=case.id, reason="Acara batal", from_day="2026-11-10")
    asked.complete("decide", HEAD, outcome="approve")
    assert balance(office) == BALANCE - 1
    post(office, DECLARED)
    assert (days(office, case.id), balance(office)) == (1, BALANCE - 1)


def test_a_withdrawn_request_gives_back_what_it_then_holds(office: Office) -> None:
    case = checked(office)
    post(office, DECLARED)
    office.start("leave_withdraw", EMPLOYEE, about=case.id, reason="Tidak jadi")
    assert balance(office) == BALANCE


def test_a_deferred_day_stays_a_day_however_the_calendar_changes(office: Office) -> None:
    case = considered(office)
    case.complete("decide", HEAD, outcome="defer", reason="Audit", until="2027-06-30")
    before = balance(office)
    post(office, DECLARED)
    assert balance(office) == before


def test_a_decision_is_no_longer_taken_back_once_its_days_were_counted_anew(office: Office) -> None:
    office.engine.take_back_within = timedelta(minutes=10)
    case = approved(office)
    post(office, DECLARED)
    with pytest.raises(EngineError):
        taken_back(office, case)
    assert (days(office, case.id), leave(office, case).status) == (2, "approved")


def test_a_decision_that_was_taken_back_before_is_counted_like_any_that_waits(office: Office) -> None:
    office.engine.take_back_within = timedelta(minutes=10)
    case = approved(office)
    taken_back(office, case)
    post(office, DECLARED)
    assert (days(office, case.id), balance(office), case.open) == (2, BALANCE - 2, ["decide"])


def taken_back(office: Office, case: Case) -> None:
    office.database.command(
        lambda session: office.engine.take_back(
            session, case.id, office.directory.actor(session, HEAD, office.now), now=office.now
        )
    )


def test_a_nurse_asks_for_the_days_of_her_roster(office: Office) -> None:
    week = Span(date(2026, 11, 9), date(2026, 11, 15))
    post(office, RosterChange("DINKES", after=Plan("IGD", week, (NURSE,), Turn(2, 1, week.first))))
    case = requested(office, NURSE, first="2026-11-09", last="2026-11-15")
    assert days(office, case.id) == 5
    post(office, DECLARED)  # she is on duty on that Tuesday; joint leave costs her no day of annual leave
    assert days(office, case.id) == 4


def test_leave_that_is_over_is_counted_anew_too(office: Office) -> None:
    case = approved(office)
    office.now += timedelta(days=20)
    post(office, DECLARED)
    assert (days(office, case.id), balance(office)) == (2, BALANCE - 2)
