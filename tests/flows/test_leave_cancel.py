"""Leave that was granted is cancelled: the employee asks, the official decides."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Conflict, NotFound, Refused
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    HEAD,
    REGENT,
    SEKDA,
    SUPERIOR,
    act_for,
    approved,
    balance,
    considered,
    dates,
    lines,
    offers,
)
from tests.support import Case, Office
from workflows.leave import telling


def ask(office: Office, case: Case, **answers: str) -> Case:
    return office.start("leave_cancel", EMPLOYEE, about=case.id, reason="Acara batal", **answers)


def test_before_it_begins_all_its_days_come_back(office: Office) -> None:
    case = approved(office)
    asked = ask(office, case)
    assert (asked.open, balance(office)) == (["decide"], BALANCE - 3)
    assert asked.complete("decide", HEAD, outcome="approve").outcome == "cancelled"
    assert (balance(office), dates(office, case)[2]) == (BALANCE, "cancelled")
    with office.database.reads() as session:
        told = telling.as_it_is_now(session, case.id, case.seen_by(EMPLOYEE).facts)
    assert "cancelled after approval" in [fact.value.en for fact in told]
    assert {line[0] for line in lines(office, asked)} == {"cancel"}


def test_later_only_the_days_from_a_day_on_come_back(office: Office) -> None:
    case = approved(office)
    office.wait(days=8)
    asked = ask(office, case, from_day="2026-11-11")
    asked.complete("decide", HEAD, outcome="approve")
    assert balance(office) == BALANCE - 2
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 10), "approved")


def test_of_leave_that_has_begun_the_official_says_from_which_day(office: Office) -> None:
    case = approved(office)
    asked = ask(office, case)
    office.wait(days=8)
    with pytest.raises(Refused) as refused:
        asked.complete("decide", HEAD, outcome="approve")
    assert set(refused.value.problems) == {"from_day"}
    asked.complete("decide", HEAD, outcome="approve", from_day="2026-11-11")
    assert balance(office) == BALANCE - 2


def test_the_official_may_let_the_leave_stand(office: Office) -> None:
    case = approved(office)
    asked = ask(office, case)
    with pytest.raises(Refused):
        asked.complete("decide", HEAD, outcome="reject")
    assert asked.complete("decide", HEAD, outcome="reject", reason="Pengganti siap").outcome == "kept"
    assert (balance(office), dates(office, case)[2]) == (BALANCE - 3, "approved")


def test_only_granted_leave_is_cancelled_and_only_once_at_a_time(office: Office) -> None:
    waiting = considered(office)
    assert "leave_cancel" not in offers(office, waiting)
    with pytest.raises(Conflict):
        ask(office, waiting)
    waiting.complete("decide", HEAD, outcome="approve")
    ask(office, waiting)
    assert "leave_cancel" not in offers(office, waiting)
    with pytest.raises(Conflict):
        ask(office, waiting)


def test_leave_that_is_over_cannot_be_cancelled(office: Office) -> None:
    case = approved(office)
    office.wait(days=21)
    asked = ask(office, case, from_day="2026-11-20")
    with pytest.raises(Refused) as refused:
        asked.complete("decide", HEAD, outcome="approve")
    assert "from_day" in refused.value.problems
    assert balance(office) == BALANCE - 3


def test_no_acting_officer_cancels_leave_abroad(office: Office) -> None:
    case = considered(office, asked={"abroad": True})
    case.complete("decide", REGENT, outcome="approve")
    act_for(office, SEKDA, REGENT)
    asked = ask(office, case)
    for person in (SEKDA, HEAD, SUPERIOR):
        with pytest.raises(NotFound):
            asked.complete("decide", person, outcome="approve")
    assert asked.complete("decide", REGENT, outcome="approve").outcome == "cancelled"
