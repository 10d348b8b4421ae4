"""Urgent leave: let go on site, ratified by the authorised official afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotFound, NotPermitted, Refused
from tests.flows.stories import (
    EMPLOYEE,
    HEADMASTER,
    REGENT,
    SCHOOL_HEAD,
    SCHOOL_OFFICER,
    SEKDA,
    TEACHER,
    act_for,
    balance,
    dates,
    leave,
    offers,
    opinions,
)
from tests.support import Case, Office

DEATH: dict[str, Any] = {
    "type": "important",
    "case_important": "relative_death",
    "relation_important": "mother",
    "first": "2026-11-02",
    "last": "2026-11-06",
    "reason": "Ibu meninggal Jumat malam",
    "address": "Jalan Contoh 1, Rakumpit",
    "phone": "0812 3456 7890",
}
ABROAD = DEATH | {"type": "annual", "first": "2026-11-03", "last": "2026-11-05", "reason": "Anak sakit di Malaysia"}


def let_go(office: Office, **answers: Any) -> Case:
    case = office.start("leave_interim", TEACHER, **(DEATH | answers))
    case.complete("let_go", HEADMASTER, outcome="approve")
    case.complete("check", SCHOOL_OFFICER, evidence_seen=True)
    return case


def test_l45_the_head_on_site_lets_go_and_the_official_ratifies(office: Office) -> None:
    case = office.start("leave_interim", TEACHER, **DEATH)
    assert case.open == ["let_go"]
    with pytest.raises(NotFound):
        case.complete("let_go", SCHOOL_HEAD, outcome="approve")
    case.complete("let_go", HEADMASTER, outcome="approve")
    assert (leave(office, case).interim, dates(office, case)[2]) == (True, "reserved")
    case.complete("check", SCHOOL_OFFICER, evidence_seen=True)
    assert case.complete("decide", SCHOOL_HEAD, outcome="approve").outcome == "approved"
    assert dates(office, case)[2] == "approved"
    assert [(part, outcome) for part, _, outcome in opinions(office, case)] == [
        ("site", "approve"),
        ("VIII", "approve"),
    ]


def test_what_the_official_does_not_ratify_is_no_leave(office: Office) -> None:
    case = let_go(office)
    view = case.complete("decide", SCHOOL_HEAD, outcome="reject", reason="Bukti tidak ada")
    assert (view.outcome, dates(office, case)[2]) == ("not_ratified", "released")
    assert "leave_objection" in offers(office, case, TEACHER)


def test_the_head_on_site_may_say_no(office: Office) -> None:
    case = office.start("leave_interim", TEACHER, **DEATH)
    with pytest.raises(Refused):
        case.complete("let_go", HEADMASTER, outcome="refuse")
    view = case.complete("let_go", HEADMASTER, outcome="refuse", reason="Pejabat dapat dihubungi")
    assert (view.outcome, dates(office, case)[2]) == ("refused", "released")


def test_urgent_leave_abroad_is_ratified_by_the_regent_in_person(office: Office) -> None:
    before = balance(office, TEACHER)
    act_for(office, SEKDA, REGENT)
    case = let_go(office, **ABROAD)
    for person in (SCHOOL_HEAD, SEKDA):
        with pytest.raises(NotFound):
            case.complete("decide", person, outcome="approve")
    assert case.complete("decide", REGENT, outcome="approve").outcome == "approved"
    assert balance(office, TEACHER) < before


def test_nobody_lets_themselves_go(office: Office) -> None:
    case = office.start("leave_interim", HEADMASTER, **DEATH)
    with pytest.raises((NotFound, NotPermitted)):
        case.complete("let_go", HEADMASTER, outcome="approve")


def test_leave_that_can_wait_has_no_interim(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.start("leave_interim", EMPLOYEE, **(DEATH | {"type": "long"}))
    assert set(refused.value.problems) == {"type"}


def test_before_sending_the_head_on_site_is_named_as_the_first_to_look(office: Office) -> None:
    with office.database.reads() as session:
        actor = office.directory.actor(session, TEACHER, office.now)
        preview = office.engine.preview(session, "leave_interim", actor, DEATH, now=office.now)
    assert preview.following is not None
    assert "Yusuf Suryadi" in preview.following.holder.en
