"""Leave, told from beginning to end with real people on the real diagram: annual leave and its four outcomes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine.diagram import read_diagram
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from engine.package import Package
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    FORM,
    HEAD,
    OFFICER,
    REGENT,
    SEKDA,
    SUPERIOR,
    act_for,
    approved,
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
from workflows import packages
from workflows.leave import official_form
from workflows.leave.bookkeeping import buckets
from workflows.leave.ledger import Ledger
from workflows.leave.model import LeaveEntry, LeaveRequest
from workflows.leave.telling import TARGET_DAYS
from workflows.people import Acting, Holding, Person


def test_approved_leave_is_taken_off_the_balance_oldest_days_first(office: Office) -> None:
    case = considered(office)
    assert (case.open, balance(office)) == (["decide"], BALANCE - 3)
    view = case.complete("decide", HEAD, outcome="approve")
    assert (case.ended, view.outcome, view.outcome_name and view.outcome_name.en) == (True, "approved", "Approved")
    assert balance(office) == BALANCE - 3
    assert lines(office, case) == [
        ("reserve", 2025, 0, 2),
        ("reserve", 2026, 0, 1),
        ("debit", 2025, 2, -2),
        ("debit", 2026, 1, -1),
    ]
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 11), "approved")


def test_the_history_names_everybody_and_what_they_chose(office: Office) -> None:
    case = considered(office)
    case.complete("decide", HEAD, outcome="approve")
    told = [(line.who, line.outcome_label.id if line.outcome_label else "") for line in case.seen_by(EMPLOYEE).timeline]
    assert told == [
        ("Wati Pratama", ""),
        ("Yuni Santoso", "Lengkap dan sesuai catatan cuti"),
        ("Karel Setiawan", "Disetujui"),
        ("Andi Dayak", "Disetujui"),
    ]


def test_not_approved_leave_gives_the_days_back(office: Office) -> None:
    case = considered(office, "reject", reason="Sedang audit")
    assert case.open == ["decide"], "the superior only advises"
    view = case.complete("decide", HEAD, outcome="reject", reason="Sedang audit")
    assert (view.outcome, balance(office)) == ("rejected", BALANCE)
    assert dates(office, case)[2] == "released"


def test_deferred_leave_gives_the_days_back_and_marks_them(office: Office) -> None:
    case = considered(office, "defer", reason="Laporan keuangan")
    until = {"reason": "Laporan keuangan", "until": "2027-03-31"}
    view = case.complete("decide", HEAD, outcome="defer", **until)
    assert (view.outcome, balance(office)) == ("deferred", BALANCE)
    assert [line[0] for line in lines(office, case)] == ["reserve", "reserve", "defer", "defer"]
    assert facts(case)["State"] == "deferred", "and no balance as if the days were still put aside"


def test_leave_is_not_deferred_beyond_the_end_of_the_next_year(office: Office) -> None:
    case = considered(office)
    with pytest.raises(Refused) as refused:
        case.complete("decide", HEAD, outcome="defer", reason="Laporan keuangan", until="2028-01-01")
    assert set(refused.value.problems) == {"until"}
    assert case.open == ["decide"]


def test_the_form_bears_the_dates_of_the_office_and_not_those_of_greenwich(office: Office) -> None:
    office.wait(hours=14)  # evening in Greenwich: the next morning in the office
    case = approved(office)
    with office.database.reads() as session:
        form = official_form.filled(session, case.id)
    assert form is not None
    assert (form.filed, form.superior.at, form.official.at) == ("3 November 2026",) * 3


def changed(office: Office) -> Case:
    case = considered(office)
    new = {"first": "2026-11-16", "last": "2026-11-17", "reason": "Ada rapat"}
    case.complete("decide", HEAD, outcome="change", **new)
    return case


def test_changed_leave_is_debited_with_the_new_dates_once_the_employee_accepts(office: Office) -> None:
    case = changed(office)
    assert (case.open, balance(office)) == (["accept_change"], BALANCE - 2)
    assert facts(case)["Dates of the leave"] == "16 November 2026 to 17 November 2026"
    view = case.complete("accept_change", EMPLOYEE, outcome="accept")
    assert (view.outcome, balance(office)) == ("approved", BALANCE - 2)
    assert dates(office, case) == (date(2026, 11, 16), date(2026, 11, 17), "approved")


def test_changed_leave_that_is_not_accepted_gives_the_days_back(office: Office) -> None:
    case = changed(office)
    view = case.complete("accept_change", EMPLOYEE, outcome="decline")
    assert (view.outcome, balance(office)) == ("declined", BALANCE)


def test_the_official_is_told_by_field_why_new_dates_cannot_be(office: Office) -> None:
    case = considered(office)
    with pytest.raises(Refused) as refused:
        case.complete("decide", HEAD, outcome="change", first="2026-11-14", last="2026-11-15", reason="Rapat")
    assert set(refused.value.problems) == {"last"}
    assert (case.open, balance(office)) == (["decide"], BALANCE - 3)


@pytest.mark.parametrize("outcome", ["change", "defer", "reject"])
def test_a_reason_is_required_unless_approved(office: Office, outcome: str) -> None:
    case = checked(office)
    with pytest.raises(Refused) as refused:
        case.complete("consider", SUPERIOR, outcome=outcome, first="2026-11-16", last="2026-11-17")
    assert set(refused.value.problems) == {"reason"}


def test_a_returned_request_goes_round_again_and_replaces_its_reservation(office: Office) -> None:
    case = requested(office)
    case.complete("check", OFFICER, outcome="return", repair="Tanggal tidak sesuai")
    assert (case.open, balance(office)) == (["submit"], BALANCE - 3)
    case.complete("submit", EMPLOYEE, **(FORM | {"last": "2026-11-13"}))
    assert (case.open, balance(office)) == (["check"], BALANCE - 5)
    case.complete("check", OFFICER, outcome="return", repair="Masih salah")
    case.complete("submit", EMPLOYEE, **(FORM | {"last": "2026-11-09"}))
    case.complete("check", OFFICER, outcome="complete")
    case.complete("consider", SUPERIOR, outcome="approve")
    case.complete("decide", HEAD, outcome="approve")
    assert (case.ended, balance(office)) == (True, BALANCE - 1)


def test_days_that_come_back_in_the_next_year_are_carried_over_as_if_never_reserved(office: Office) -> None:
    office.now = datetime(2026, 12, 14, 3, tzinfo=UTC)
    case = requested(office, first="2026-12-15", last="2026-12-31")
    office.now = datetime(2027, 1, 5, 3, tzinfo=UTC)
    case.complete("check", OFFICER, outcome="return", repair="Pindahkan ke tahun 2027.")
    case.complete("submit", EMPLOYEE, **(FORM | {"first": "2027-02-22", "last": "2027-02-26"}))
    with office.database.reads() as session:
        left = Ledger.read(session, session.get_one(Person, EMPLOYEE), 2027)
    assert buckets(left.entries, 2027) == {2024: 0, 2025: 0, 2026: 6 - 5, 2027: 12}


def test_what_is_reserved_cannot_be_asked_for_twice(office: Office) -> None:
    requested(office, last="2026-11-24")
    assert balance(office) == 2
    with pytest.raises(Refused) as refused:
        requested(office, first="2026-11-25", last="2026-11-27")
    assert "2 hari kerja" in refused.value.problems["last"][0].id
    assert balance(office) == 2


def test_overlapping_leave_is_refused_at_its_first_day(office: Office) -> None:
    requested(office)
    with pytest.raises(Refused) as refused:
        requested(office, first="2026-11-11", last="2026-11-12")
    assert "9 November 2026" in refused.value.problems["first"][0].id


def test_a_refused_request_leaves_nothing_behind(office: Office) -> None:
    with pytest.raises(Refused):
        requested(office, first="2026-11-14", last="2026-11-15")
    with office.database.reads() as session:
        assert session.scalars(select(LeaveRequest)).all() == []
        assert session.scalars(select(LeaveEntry).where(LeaveEntry.kind == "reserve")).all() == []


def test_over_new_year_the_days_of_next_year_are_there_before_they_are_granted(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, EMPLOYEE, office.now)
        answers = FORM | {"first": "2026-12-28", "last": "2027-01-08"}
        preview = office.engine.preview(session, "leave", actor, answers, now=office.now)
    told = {fact.label.en: fact.value.en for fact in preview.facts}
    assert told["Leave left"] == "26 → 18"
    assert told["Left by year"] == "2025: 2 → 0 · 2026: 12 → 10 · 2027: 12 → 8"
    sent = facts(requested(office, first="2026-12-28", last="2027-01-08"))
    assert sent["Left by year"] == told["Left by year"]


def test_before_sending_the_employee_sees_what_will_happen(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, EMPLOYEE, office.now)
        answers = FORM | {"first": "2026-12-23", "last": "2026-12-28"}
        preview = office.engine.preview(session, "leave", actor, answers, now=office.now)
    assert {fact.label.en: fact.value.en for fact in preview.facts} == {
        "Type of leave": "Annual leave",
        "Length of leave": "2 working days",
        "Not counted": (
            "Thursday, 24 December 2026 (Cuti bersama Natal); Friday, 25 December 2026 (Natal); 2 weekend days"
        ),
        "Leave left": "14 → 12",
        "Left by year": "2025: 2 → 0 · 2026: 12 → 12",
        "Pay": "Pay goes on in full.",
        "First checked by": "Personnel officer, Dinas Komunikasi dan Informatika (Yuni Santoso)",
        "Check due by": "Tuesday, 3 November 2026",
        "Decision expected by": "Friday, 6 November 2026",
    }
    assert preview.refusals == []
    assert balance(office) == BALANCE


def test_before_sending_the_employee_is_told_what_stands_against_it(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, EMPLOYEE, office.now)
        answers = FORM | {"last": "2026-12-31"}
        preview = office.engine.preview(session, "leave", actor, answers, now=office.now)
    assert [refusal.en[:40] for refusal in preview.refusals] == ["This request takes 37 working days, and "]


@pytest.mark.parametrize(
    ("who", "answers", "officer", "superior", "official"),
    [
        ("P097", {}, "P092", "P094", "position:DISKOMINFO-01"),
        ("P094", {}, "P092", None, "position:DISKOMINFO-01"),
        ("P092", {}, "P029", "P091", "position:BKPSDM-01"),
        ("P091", {}, "P092", None, "position:SETDA-01"),
        ("P001", {}, "P008", None, "position:BUPATI"),
        ("P049", {}, "P042", "P045", "position:DISDIK-01"),
        ("P105", {}, "P106", None, "position:SETDA-01"),
        ("P097", {"abroad": True}, "P092", "P094", "position:BUPATI"),
        ("P001", {"abroad": True}, "P008", None, "position:BUPATI"),
    ],
    ids=["staff", "division head", "secretary", "department head", "Sekda", "teacher", "camat", "abroad", "both"],
)
def test_who_decides_follows_the_record_the_diagram_and_the_table(
    office: Office, who: str, answers: dict[str, Any], officer: str, superior: str | None, official: str
) -> None:
    case = checked(office, who, officer, **answers)
    if superior is not None:
        case.complete("consider", superior, outcome="approve")
    assert (case.open, principal(case, "decide")) == (["decide"], official)


def test_a_superior_who_is_the_official_has_one_screen_and_is_recorded_twice(office: Office) -> None:
    case = checked(office, "P094")
    assert case.open == ["decide"], "nobody considers it first"
    view = case.complete("decide", HEAD, outcome="approve")
    assert view.outcome == "approved"
    assert opinions(office, case) == [("VII", HEAD, "approve"), ("VIII", HEAD, "approve")]


def test_advice_and_decision_are_kept_for_the_form_each_with_its_person(office: Office) -> None:
    case = considered(office, "defer", reason="Laporan keuangan")
    case.complete("decide", HEAD, outcome="approve")
    assert opinions(office, case) == [("VII", SUPERIOR, "defer"), ("VIII", HEAD, "approve")]


def test_where_the_policy_says_so_the_superiors_no_ends_the_request(office: Office) -> None:
    released = Package.read(packages() / "leave")
    rule = b'<outputEntry id="no_next"><text>"pass_on"</text></outputEntry>'
    assert rule in released.files["policy.dmn"]
    stricter = released.files["policy.dmn"].replace(rule, rule.replace(b"pass_on", b"end"))
    office.deploy(Package({**released.files, "policy.dmn": stricter}, released.manifest, released.english))
    case = considered(office, "reject", reason="Sedang audit")
    assert (case.ended, case.row.outcome, balance(office)) == (True, "stopped", BALANCE)
    assert "leave_objection" in offers(office, case)
    objection = office.start("leave_objection", EMPLOYEE, about=case.id, reason="Audit sudah selesai")
    assert facts(objection)["State"] == "not approved"
    view = objection.complete("answer", HEAD, outcome="uphold", reason="Audit memang selesai")
    assert (view.outcome, balance(office)) == ("upheld", BALANCE - 3)


def test_leave_that_was_withdrawn_after_the_superiors_no_is_not_objected_to(office: Office) -> None:
    case = considered(office, "reject", reason="Sedang audit")
    office.start("leave_withdraw", EMPLOYEE, about=case.id, reason="Batal pergi")
    assert "leave_objection" not in offers(office, case)
    with pytest.raises(Conflict):
        office.start("leave_objection", EMPLOYEE, about=case.id, reason="Audit sudah selesai")


def test_not_approved_leave_tells_until_when_one_can_object(office: Office) -> None:
    case = considered(office, "reject", reason="Sedang audit")
    case.complete("decide", HEAD, outcome="reject", reason="Sedang audit")
    assert "1 December 2026" in facts(case)["An objection can be sent until"]


def test_the_applicant_never_considers_their_own_leave_even_when_acting_for_the_superior(office: Office) -> None:
    act_for(office, EMPLOYEE, "DISKOMINFO-04")
    case = checked(office)
    with pytest.raises(NotPermitted):
        case.complete("consider", EMPLOYEE, outcome="approve")
    case.complete("consider", SUPERIOR, outcome="approve")


def hand_over(office: Office) -> None:
    """The head is away; the secretary acts for her."""

    def change(session: Any) -> None:
        session.scalars(select(Holding).where(Holding.person == HEAD)).one().last = date(2026, 10, 31)
        about = {"kind": "Plt", "decree": "800/8/2026", "first": date(2026, 11, 1), "last": date(2026, 12, 31)}
        session.add(Acting(person=OFFICER, position="DISKOMINFO-01", excluded="", only=None, **about))

    office.database.command(change)


def test_an_acting_head_decides_in_that_capacity(office: Office) -> None:
    hand_over(office)
    case = considered(office)
    view = case.complete("decide", OFFICER, outcome="approve")
    assert (view.outcome, view.timeline[-1].capacity) == ("approved", "Plt.")


def test_an_acting_regent_may_not_decide_on_leave_abroad(office: Office) -> None:
    act_for(office, SEKDA, REGENT)
    case = checked(office, abroad=True)
    case.complete("consider", SUPERIOR, outcome="approve")
    with pytest.raises(NotFound):
        case.complete("decide", SEKDA, outcome="approve")
    view = case.complete("decide", REGENT, outcome="approve")
    assert view.outcome == "approved"


def test_the_regent_has_no_annual_leave_here(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        requested(office, REGENT)
    assert "BKPSDM" in refused.value.problems[""][0].id


def test_contract_staff_take_leave_on_the_same_diagram(office: Office) -> None:
    case = requested(office, "P096")
    case.complete("check", OFFICER, outcome="complete")
    case.complete("consider", "P093", outcome="approve")
    assert case.complete("decide", HEAD, outcome="approve").outcome == "approved"


def test_fields_that_the_form_does_not_ask_change_nothing(office: Office) -> None:
    case = requested(office, route={"principal": "person:P097"}, approver="unit_head", outcome="approve", days=0)
    case.complete("check", OFFICER, outcome="complete", route={"principal": "person:P097"})
    case.complete("consider", SUPERIOR, outcome="approve", reservation={"group": "sekda"})
    assert principal(case, "decide") == "position:DISKOMINFO-01"
    assert balance(office) == BALANCE - 3


def test_the_expected_decision_counts_the_days_that_the_diagram_gives_each_step() -> None:
    content = (packages() / "leave" / "leave.bpmn").read_bytes()
    given = {node.id: node.properties.get("dueDays") for node in read_diagram(content, "leave.bpmn").nodes()}
    assert sum(int(given[step] or 0) for step in ("check", "consider", "decide")) == TARGET_DAYS
