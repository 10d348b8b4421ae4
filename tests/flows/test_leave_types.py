"""The other types of leave on the same diagram: who decides, what evidence is demanded, and what the law refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Refused
from tests.flows.stories import (
    BALANCE,
    BKPSDM_HEAD,
    CONTRACT,
    CONTRACT_SUPERIOR,
    EMPLOYEE,
    FORM,
    HEAD,
    IMPORTANT,
    LONG,
    MATERNITY,
    OFFICER,
    SICK,
    SUPERIOR,
    balance,
    checked,
    considered,
    dates,
    facts,
    lines,
    offers,
    opinions,
    principal,
    requested,
)
from tests.support import Case, Office

UNIT, BKPSDM = "position:DISKOMINFO-01", "position:BKPSDM-01"
FIVE_DAYS = SICK | {"first": "2026-11-02", "last": "2026-11-06"}
THREE_WEEKS = SICK | {"letter": "government_doctor", "first": "2026-11-02", "last": "2026-11-22"}


@pytest.mark.parametrize(
    ("asked", "official", "first", "last"),
    [
        (FIVE_DAYS, UNIT, date(2026, 11, 2), date(2026, 11, 6)),
        (THREE_WEEKS, BKPSDM, date(2026, 11, 2), date(2026, 11, 22)),
        (LONG, BKPSDM, date(2027, 1, 4), date(2027, 2, 20)),
        (MATERNITY, UNIT, date(2026, 11, 16), date(2027, 2, 15)),
        (IMPORTANT, UNIT, date(2026, 11, 3), date(2026, 11, 9)),
    ],
    ids=["sick", "sick for long", "long", "maternity", "important"],
)
def test_each_type_is_granted_by_its_official_and_takes_no_annual_leave(
    office: Office, asked: dict[str, Any], official: str, first: date, last: date
) -> None:
    case = considered(office, asked=asked)
    assert principal(case, "decide") == official
    view = case.complete("decide", BKPSDM_HEAD if official == BKPSDM else HEAD, outcome="approve")
    assert (view.outcome, dates(office, case)) == ("approved", (first, last, "approved"))
    assert ([line for line in lines(office, case) if line[0] == "debit"], balance(office)) == ([], BALANCE)
    assert opinions(office, case)[-1] == ("VIII", BKPSDM_HEAD if official == BKPSDM else HEAD, "approve")


def test_one_days_sickness_is_taken_note_of_by_the_superior_and_nobody_decides(office: Office) -> None:
    case = requested(office, **(SICK | {"first": "2026-11-02", "last": "2026-11-02"}))
    assert case.open == ["acknowledge"]
    view = case.complete("acknowledge", SUPERIOR)
    assert (view.outcome, dates(office, case)[2]) == ("noted", "noted")
    assert (opinions(office, case), balance(office)) == ([], BALANCE)
    assert not offers(office, case) & {"leave_cancel", "leave_recall", "leave_objection"}


@pytest.mark.parametrize("asked", [FIVE_DAYS, LONG, MATERNITY, IMPORTANT], ids=lambda asked: str(asked["type"]))
def test_what_needs_evidence_is_complete_only_once_the_officer_has_seen_it(
    office: Office, asked: dict[str, Any]
) -> None:
    case = requested(office, **asked)
    assert facts(case)["Documents needed"]
    with pytest.raises(Refused) as refused:
        case.complete("check", OFFICER, outcome="complete")
    assert set(refused.value.problems) == {"evidence_seen"}
    case.complete("check", OFFICER, outcome="return", repair="Lampirkan suratnya")
    case.complete("submit", EMPLOYEE, **(FORM | asked))
    case.complete("check", OFFICER, outcome="complete", evidence_seen=True)
    assert case.open == ["consider"]


def test_annual_leave_needs_no_evidence(office: Office) -> None:
    case = requested(office)
    case.complete("check", OFFICER, outcome="complete")
    assert case.open == ["consider"]


@pytest.mark.parametrize(
    ("asked", "deferrable"),
    [
        (LONG, False),
        (LONG | {"case_long": "other", "reason": "Mengurus keluarga"}, True),
        (MATERNITY, False),
        (FIVE_DAYS, False),
        (IMPORTANT, True),
    ],
    ids=["hajj", "long", "maternity", "sick", "important"],
)
def test_the_law_says_what_can_be_deferred(office: Office, asked: dict[str, Any], deferrable: bool) -> None:
    case = considered(office, asked=asked)
    by = BKPSDM_HEAD if principal(case, "decide") == BKPSDM else HEAD
    answers = {"outcome": "defer", "reason": "Kepentingan dinas", "until": "2027-05-01"}
    if deferrable:
        assert case.complete("decide", by, **answers).outcome == "deferred"
        assert dates(office, case)[2] == "deferred"
        return
    with pytest.raises(Refused) as refused:
        case.complete("decide", by, **answers)
    assert set(refused.value.problems) == {"outcome"}
    assert case.open == ["decide"]


def test_long_leave_that_was_deferred_cannot_begin_before_its_day(office: Office) -> None:
    case = considered(office, asked=LONG | {"case_long": "other", "reason": "Mengurus keluarga"})
    case.complete("decide", BKPSDM_HEAD, outcome="defer", reason="Kepentingan dinas", until="2027-05-01")
    with pytest.raises(Refused) as refused:
        requested(office, **(LONG | {"case_long": "other", "first": "2027-04-01", "last": "2027-05-31"}))
    assert "1 Mei 2027" in refused.value.problems["first"][0].id


@pytest.mark.parametrize(
    ("who", "asked", "field"),
    [
        (CONTRACT, IMPORTANT, "type"),
        (CONTRACT, LONG, "type"),
        ("P077", LONG | {"case_long": "other"}, "first"),
        (EMPLOYEE, IMPORTANT | {"case_important": "relative_death", "relation_important": "other"}, "relation"),
        (EMPLOYEE, MATERNITY | {"birth_order": 4}, "type"),
    ],
    ids=["contract staff, important", "contract staff, long", "too early", "nephew", "fourth birth"],
)
def test_what_the_law_does_not_give_is_refused_before_anything_is_kept(
    office: Office, who: str, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        requested(office, who, **asked)
    assert field in refused.value.problems
    assert balance(office, who) > 0


def test_contract_staff_take_sick_and_maternity_leave(office: Office) -> None:
    for asked in (FIVE_DAYS, MATERNITY):
        case = checked(office, CONTRACT, **asked)
        case.complete("consider", CONTRACT_SUPERIOR, outcome="approve")
        assert case.complete("decide", HEAD, outcome="approve").outcome == "approved"


def test_leave_over_the_turn_of_the_year_is_taken_from_both_years(office: Office) -> None:
    case = considered(office, asked={"first": "2026-12-28", "last": "2027-01-06"})
    case.complete("decide", HEAD, outcome="approve")
    assert dates(office, case)[2] == "approved"
    assert {line[1] for line in lines(office, case) if line[0] == "debit"} >= {2025}


def test_sickness_may_be_told_of_afterwards_but_not_for_ever(office: Office) -> None:
    case: Case = requested(office, **(SICK | {"first": "2026-10-28", "last": "2026-10-30"}))
    assert case.open == ["check"]
    with pytest.raises(Refused) as refused:
        requested(office, **(SICK | {"first": "2026-10-05", "last": "2026-10-09"}))
    assert "first" in refused.value.problems


def test_before_sending_the_employee_sees_what_documents_are_needed_and_what_is_paid(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, EMPLOYEE, office.now)
        preview = office.engine.preview(session, "leave", actor, FORM | IMPORTANT, now=office.now)
    assert preview.refusals == []
    told = {fact.label.en: fact.value.en for fact in preview.facts}
    assert told["Type of leave"] == "Leave for important reasons"
    assert {"Documents needed", "Pay", "Decision expected by"} <= set(told)
