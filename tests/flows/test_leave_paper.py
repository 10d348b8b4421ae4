"""Leave on paper: an officer enters it, the named secretary records the decision, a second officer confirms it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import NotFound, NotPermitted, Refused
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    FORM,
    OFFICER,
    SECRETARY,
    SUPERIOR,
    VERIFIER,
    balance,
    dates,
    leave,
    opinions,
    paper,
)
from tests.support import Case, Office
from workflows.letters import standing


def entered(office: Office, by: str = OFFICER, subject: str = EMPLOYEE, **answers: Any) -> Case:
    scan = {"filed": "2026-10-30", "form_scan": paper(office, by, "formulir.pdf")}
    return office.start("leave_paper", by, subject=subject, **(FORM | scan | answers))


def recorded(office: Office, case: Case, outcome: str = "approve", **answers: Any) -> None:
    scan = {"decided_on": "2026-11-02", "scan": paper(office, SECRETARY, f"{case.row.events}.pdf")}
    case.complete("record_decision", SECRETARY, outcome=outcome, **(scan | answers))


def test_a_paper_form_and_decision_become_leave_once_three_people_have_seen_them(office: Office) -> None:
    case = entered(office)
    assert (case.row.subject, case.row.starter, balance(office)) == (EMPLOYEE, OFFICER, BALANCE - 3)
    assert leave(office, case).filed == date(2026, 10, 30)
    recorded(office, case)
    assert case.complete("confirm", VERIFIER, outcome="confirm").outcome == "approved"
    assert (dates(office, case)[2], balance(office)) == ("approved", BALANCE - 3)
    assert opinions(office, case) == [("VIII", SECRETARY, "approve")]


def test_nobody_of_the_three_takes_the_part_of_another(office: Office) -> None:
    case = entered(office)
    for person in (OFFICER, SUPERIOR, VERIFIER):
        with pytest.raises((NotFound, NotPermitted)):
            case.complete("record_decision", person, outcome="approve")
    recorded(office, case)
    for person in (OFFICER, SECRETARY, EMPLOYEE):
        with pytest.raises((NotFound, NotPermitted)):
            case.complete("confirm", person, outcome="confirm")
    case.complete("confirm", VERIFIER, outcome="confirm")


def test_a_difference_goes_back_to_the_secretary(office: Office) -> None:
    case = entered(office)
    recorded(office, case)
    case.complete("confirm", VERIFIER, outcome="return", difference="Tanggal berbeda")
    assert (case.open, dates(office, case)[2]) == (["record_decision"], "reserved")
    recorded(office, case, decided_on="2026-11-01")
    assert case.complete("confirm", VERIFIER, outcome="confirm").outcome == "approved"


def test_a_letter_that_was_signed_on_paper_too_is_on_record_under_its_own_number(office: Office) -> None:
    case = entered(office)
    recorded(office, case, number="96", letter_scan=paper(office, SECRETARY, "surat cuti.pdf"))
    case.complete("confirm", VERIFIER, outcome="confirm")
    with office.database.reads() as session:
        letter = standing.of_instances(session, [case.id])[case.id]
    assert (letter.status, letter.number) == ("signed", "800.1.11.4/96/DISKOMINFO/2026")


def test_without_one_its_letter_is_made_as_any_other(office: Office) -> None:
    case = entered(office)
    recorded(office, case)
    case.complete("confirm", VERIFIER, outcome="confirm")
    with office.database.reads() as session:
        assert standing.of_instances(session, [case.id])[case.id].status == "waiting"


def test_what_was_not_approved_on_paper_gives_the_days_back(office: Office) -> None:
    case = entered(office)
    recorded(office, case, "reject", reason="Sedang audit")
    assert case.complete("confirm", VERIFIER, outcome="confirm").outcome == "rejected"
    assert (dates(office, case)[2], balance(office)) == ("released", BALANCE)


def test_without_the_scans_nothing_is_entered(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.start("leave_paper", OFFICER, subject=EMPLOYEE, **FORM)
    assert set(refused.value.problems) == {"filed", "form_scan"}
    case = entered(office)
    with pytest.raises(Refused) as refused:
        case.complete("record_decision", SECRETARY, outcome="approve")
    assert set(refused.value.problems) == {"decided_on", "scan"}


def test_the_date_of_the_form_counts_for_the_days_within_which_leave_is_filed(office: Office) -> None:
    sick = {"type": "sick", "case_sick": "illness", "letter": "doctor", "first": "2026-10-19", "last": "2026-10-21"}
    assert entered(office, **sick, filed="2026-10-22").open == ["record_decision"]
    with pytest.raises(Refused):
        entered(office, **(sick | {"first": "2026-10-12", "last": "2026-10-14"}), filed="2026-10-30")


@pytest.mark.parametrize("by", [EMPLOYEE, SUPERIOR])
def test_only_officers_enter_a_form_and_never_their_own(office: Office, by: str) -> None:
    with pytest.raises(NotPermitted):
        entered(office, by, EMPLOYEE)
    with pytest.raises(NotPermitted):
        entered(office, OFFICER, OFFICER)


def test_the_employee_is_told_and_may_withdraw_it(office: Office) -> None:
    case = entered(office)
    assert case.seen_by(EMPLOYEE).starter == OFFICER
    office.start("leave_withdraw", EMPLOYEE, about=case.id, reason="Acara batal")
    assert (case.row.status, balance(office)) == ("cancelled", BALANCE)
