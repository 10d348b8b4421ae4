"""Unpaid leave (CLTN): BKN approves, the regent decides in person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import NotFound, Refused
from tests.flows.stories import (
    BALANCE,
    BKPSDM_HEAD,
    CONTRACT,
    EMPLOYEE,
    HEAD,
    OFFICER,
    REGENT,
    SEKDA,
    SUPERIOR,
    VERIFIER,
    act_for,
    balance,
    dates,
    leave,
    opinions,
    paper,
)
from tests.support import Case, Office

FORM = {
    "case_unpaid": "spouse_duty",
    "first": "2027-01-04",
    "last": "2029-01-03",
    "reason": "Mengikuti suami tugas belajar",
    "address": "Jalan Contoh 2, Surabaya",
    "phone": "0812 3456 7890",
}


def asked(office: Office, by: str = EMPLOYEE, **answers: Any) -> Case:
    return office.start("leave_unpaid", by, **(FORM | answers))


def considered(office: Office, **answers: Any) -> Case:
    case = asked(office, **answers)
    case.complete("check", OFFICER, outcome="complete", evidence_seen=True)
    case.complete("consider", SUPERIOR, outcome="approve")
    return case


def bkn(office: Office, case: Case, outcome: str = "approved") -> None:
    letter = paper(office, VERIFIER, f"{case.id}.pdf")
    case.complete("bkn", VERIFIER, outcome=outcome, number="AB-1/2026", approved_on="2026-11-02", letter=letter)


def granted(office: Office, **answers: Any) -> Case:
    case = considered(office, **answers)
    bkn(office, case)
    case.complete("decide", REGENT, outcome="approve")
    return case


def test_l47_with_bkns_approval_the_regent_grants_it(office: Office) -> None:
    case = granted(office)
    assert (case.row.outcome, dates(office, case)) == ("approved", (date(2027, 1, 4), date(2029, 1, 3), "approved"))
    assert (leave(office, case).bkn_number, leave(office, case).bkn_date) == ("AB-1/2026", date(2026, 11, 2))
    assert opinions(office, case) == [("VII", SUPERIOR, "approve"), ("VIII", REGENT, "approve")]
    assert balance(office) == BALANCE


def test_bkns_letter_comes_with_its_number_date_and_scan(office: Office) -> None:
    case = considered(office)
    with pytest.raises(Refused) as refused:
        case.complete("bkn", VERIFIER, outcome="approved")
    assert set(refused.value.problems) == {"number", "approved_on", "letter"}


def test_without_bkns_approval_it_ends(office: Office) -> None:
    case = considered(office)
    bkn(office, case, "refused")
    assert (case.row.outcome, dates(office, case)[2]) == ("bkn_refused", "released")


def test_only_the_regent_in_person_decides_it(office: Office) -> None:
    act_for(office, SEKDA, REGENT)
    case = considered(office)
    bkn(office, case)
    for person in (SEKDA, BKPSDM_HEAD, HEAD):
        with pytest.raises(NotFound):
            case.complete("decide", person, outcome="approve")
    view = case.complete("decide", REGENT, outcome="reject", reason="Tenaga diperlukan")
    assert (view.outcome, dates(office, case)[2]) == ("rejected", "released")


@pytest.mark.parametrize(
    ("who", "answers"),
    [("P077", {}), (CONTRACT, {}), (EMPLOYEE, {"last": "2030-01-04"})],
    ids=["three years of service", "contract staff", "more than three years"],
)
def test_l48_what_the_law_does_not_give_is_refused(office: Office, who: str, answers: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        asked(office, who, **answers)


def test_it_is_extended_once_by_a_year_at_most(office: Office) -> None:
    granted(office)
    office.wait(days=730)
    with pytest.raises(Refused):
        asked(office, first="2029-01-04", last="2030-06-30")
    longer = considered(office, first="2029-01-04", last="2030-01-03")
    bkn(office, longer)
    assert longer.complete("decide", REGENT, outcome="approve").outcome == "approved"


def test_before_sending_nobody_says_when_bkn_will_have_approved(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, EMPLOYEE, office.now)
        preview = office.engine.preview(session, "leave_unpaid", actor, FORM, now=office.now)
    told = {fact.label.en for fact in preview.facts}
    assert preview.following is not None
    assert "Decision expected by" not in told
