"""Staff who by their post work on joint leave get those days as annual leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.errors import NotPermitted, Refused
from tests.flows.stories import HEAD, HEALTH_HEAD, NURSE, NURSES_OFFICER, OFFICER, SEKDA, balance
from tests.support import Case, Office
from workflows.people import Person
from workflows.rosters import RosterDay, RosterMember, RosterPlan

HEADS_SECRETARY = "P068"
THREE_DAYS = ("2026-03-18", "2026-03-20", "2026-03-23")


def asked(office: Office, *days: str, by: str = NURSE) -> Case:
    answers: dict[str, Any] = {"days": [{"day": day} for day in days], "duty": "Jaga IGD"}
    return office.start("joint_leave_duty", by, **answers)


def test_l23_three_days_on_duty_are_three_days_more(office: Office) -> None:
    before = balance(office, NURSE)
    case = asked(office, *THREE_DAYS)
    case.complete("check", NURSES_OFFICER, outcome="complete")
    assert case.complete("decide", HEALTH_HEAD, outcome="approve").outcome == "credited"
    assert balance(office, NURSE) == before + 3


def test_the_days_of_a_head_are_decided_above_and_not_by_their_own_staff(office: Office) -> None:
    before = balance(office, HEAD)
    case = asked(office, "2026-03-18", by=HEAD)
    case.complete("check", OFFICER, outcome="complete")
    with pytest.raises(NotPermitted):
        case.complete("decide", OFFICER, outcome="approve")
    assert case.complete("decide", SEKDA, outcome="approve").outcome == "credited"
    assert balance(office, HEAD) == before + 1


def test_a_day_counts_once(office: Office) -> None:
    before = balance(office, NURSE)
    for _ in range(2):
        case = asked(office, "2026-03-18")
        case.complete("check", NURSES_OFFICER, outcome="complete")
    case.complete("decide", HEALTH_HEAD, outcome="reject", reason="Sudah diajukan")
    first = asked(office, "2026-03-20")
    first.complete("check", NURSES_OFFICER, outcome="complete")
    first.complete("decide", HEALTH_HEAD, outcome="approve")
    again = asked(office, "2026-03-20")
    again.complete("check", NURSES_OFFICER, outcome="complete")
    with pytest.raises(Refused) as refused:
        again.complete("decide", HEALTH_HEAD, outcome="approve")
    assert "20 Maret 2026" in refused.value.problems["dates"][0].id
    assert balance(office, NURSE) == before + 1


@pytest.mark.parametrize("day", ["2026-03-21", "2026-03-17", "2026-12-24"], ids=["a holiday", "a working day", "ahead"])
def test_only_days_of_joint_leave_that_are_over_count(office: Office, day: str) -> None:
    case = asked(office, day)
    case.complete("check", NURSES_OFFICER, outcome="complete")
    with pytest.raises(Refused) as refused:
        case.complete("decide", HEALTH_HEAD, outcome="approve")
    assert "dates" in refused.value.problems


def test_a_day_on_which_the_roster_has_somebody_at_home_does_not_count(office: Office) -> None:
    before, march = balance(office, NURSE), (date(2026, 3, 1), date(2026, 3, 31))

    def roster(session: Session) -> None:
        unit = session.get_one(Person, NURSE).unit
        session.add(RosterPlan(id=1, unit=unit, name="IGD", first=march[0], last=march[1]))
        session.flush()
        session.add(RosterMember(roster=1, person=NURSE))
        session.flush()
        session.add_all(RosterDay(roster=1, person=NURSE, day=date(2026, 3, day)) for day in (18, 20))

    office.database.command(roster)
    case = asked(office, *THREE_DAYS)
    case.complete("check", NURSES_OFFICER, outcome="complete")
    with pytest.raises(Refused) as refused:
        case.complete("decide", HEALTH_HEAD, outcome="approve")
    assert ["23 Maret 2026" in problem.id for problem in refused.value.problems["dates"]] == [True]
    case.complete("decide", HEALTH_HEAD, outcome="reject", reason="Tanggal 23 libur jaga")
    case = asked(office, *THREE_DAYS[:2])
    case.complete("check", NURSES_OFFICER, outcome="complete")
    case.complete("decide", HEALTH_HEAD, outcome="approve")
    assert balance(office, NURSE) == before + 2


def test_the_officer_compares_the_roster_and_the_head_decides(office: Office) -> None:
    before = balance(office, NURSE)
    case = asked(office, *THREE_DAYS)
    case.complete("check", NURSES_OFFICER, outcome="return", repair="Tanggal 20 tidak ada di jadwal")
    case.complete("submit", NURSE, days=[{"day": "2026-03-18"}], duty="Jaga IGD")
    case.complete("check", NURSES_OFFICER, outcome="complete")
    with pytest.raises(NotPermitted):
        case.complete("decide", NURSES_OFFICER, outcome="approve")
    case.complete("decide", HEALTH_HEAD, outcome="approve")
    assert balance(office, NURSE) == before + 1


def test_without_a_day_nothing_is_sent(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        asked(office)
    assert set(refused.value.problems) == {"days"}


@pytest.mark.parametrize(("day", "told"), [("2026-03-18", "1 working day"), ("2026-03-17", "no day of joint leave")])
def test_before_sending_one_learns_what_the_days_come_to(office: Office, day: str, told: str) -> None:
    answers = {"days": [{"day": day}], "duty": "Jaga IGD"}
    with office.database.reads() as session:
        actor = office.directory.actor(session, NURSE, office.now)
        found = office.engine.preview(session, "joint_leave_duty", actor, answers, now=office.now)
    assert told in " ".join([*(fact.value.en for fact in found.facts), *(text.en for text in found.refusals)])
