"""Permissions of hours or a day: a flow made of files alone, its limits in a decision table."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotPermitted, Refused
from tests.support import Case, Office

EMPLOYEE, OFFICER, SUPERIOR = "P097", "P092", "P094"

LATE: dict[str, Any] = {"kind": "late", "first": "2026-11-03", "arrives": "08.30", "reason": "Mengantar anak berobat"}
EARLY: dict[str, Any] = {"kind": "early", "first": "2026-11-06", "leaves": "15:00", "reason": "Urusan bank"}
OUT: dict[str, Any] = {
    "kind": "out",
    "first": "2026-11-03",
    "out_from": "10.00",
    "out_until": "11.30",
    "reason": "Urusan bank",
}
ABSENT: dict[str, Any] = {"kind": "absent", "first": "2026-11-03", "reason": "Menghadiri wisuda anak"}
DUTY: dict[str, Any] = {
    "kind": "duty",
    "first": "2026-11-09",
    "last": "2026-11-12",
    "place": "Palangka Raya",
    "order_number": "800/77/DISKOMINFO/2026",
    "reason": "Bimbingan teknis",
}


def asked(office: Office, answers: dict[str, Any], **others: Any) -> Case:
    return office.start("izin", EMPLOYEE, **(answers | others))


@pytest.mark.parametrize("answers", [LATE, EARLY, OUT, ABSENT, DUTY], ids=["late", "early", "out", "absent", "duty"])
def test_the_superior_approves_and_the_personnel_officer_takes_note(office: Office, answers: dict[str, Any]) -> None:
    case = asked(office, answers)
    assert case.complete("approve", SUPERIOR, outcome="approve").outcome is None
    with pytest.raises(NotPermitted):
        case.complete("note", EMPLOYEE)
    view = case.complete("note", OFFICER, remark="Dicatat")
    assert (view.outcome, view.outcome_name and view.outcome_name.en) == ("granted", "Granted")


def test_a_refusal_needs_a_reason_and_ends_the_request(office: Office) -> None:
    case = asked(office, LATE)
    with pytest.raises(Refused) as refused:
        case.complete("approve", SUPERIOR, outcome="refuse")
    assert set(refused.value.problems) == {"reason"}
    assert case.complete("approve", SUPERIOR, outcome="refuse", reason="Ada rapat").outcome == "refused"


@pytest.mark.parametrize(
    ("answers", "others", "counted", "granted"),
    [
        (LATE, {"arrives": "09.30"}, "120 minutes", True),
        (LATE, {"arrives": "9.31"}, "121 minutes", False),
        (EARLY, {"leaves": "14.00"}, "120 minutes", True),
        (EARLY, {"leaves": "13:59"}, "121 minutes", False),
        (OUT, {"out_from": "08.00", "out_until": "12.00"}, "240 minutes", True),
        (OUT, {"out_from": "08.00", "out_until": "12.01"}, "241 minutes", False),
        (OUT, {"out_from": "11.00", "out_until": "10.00"}, "-60 minutes", False),
        (DUTY, {"last": "2026-12-09"}, "31 days", True),
        (DUTY, {"last": "2026-12-10"}, "32 days", False),
        (ABSENT, {}, "1 day", True),
    ],
)
def test_what_is_beyond_the_table_ends_with_what_to_do_instead(
    office: Office, answers: dict[str, Any], others: dict[str, Any], counted: str, granted: bool
) -> None:
    view = asked(office, answers, **others).seen_by(EMPLOYEE)
    assert [task.step for task in view.tasks] == (["approve"] if granted else [])
    assert view.outcome == (None if granted else "beyond")
    facts = {fact.label.en: fact.value for fact in view.facts}
    assert facts["Length of the permission"].en == counted
    assert facts["Limit"].id


@pytest.mark.parametrize("clock", ["25.00", "9", "9.5", "jam sembilan", "09.15.30"])
def test_a_time_that_is_none_is_asked_for_again(office: Office, clock: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(office, LATE, arrives=clock)
    assert set(refused.value.problems) == {"arrives"}


def test_only_what_belongs_to_the_kind_is_asked(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        asked(office, {"kind": "duty", "first": "2026-11-09"})
    assert set(refused.value.problems) == {"last", "place", "order_number", "reason"}
    case = asked(office, ABSENT, arrives="23.00", out_from="08.00")
    [asked_for] = [section for section in case.seen_by(EMPLOYEE).answers if section.step == "submit"]
    assert [label.en for label, _ in asked_for.rows] == ["Kind of permission", "Date", "Reason"]


def test_the_officers_own_permission_is_noted_by_bkpsdm(office: Office) -> None:
    case = office.start("izin", OFFICER, **ABSENT)
    case.complete("approve", "P091", outcome="approve")
    assert case.complete("note", "P029").outcome == "granted"
