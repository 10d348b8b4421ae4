"""What an official or superior decided is taken back within ten minutes: leave, days and request are as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import Conflict, EngineError
from engine.runtime import Engine
from tests.flows import (
    test_joint_leave_duty,
    test_leave_interim,
    test_leave_interrupt,
    test_leave_objection,
    test_leave_return,
    test_leave_shorten,
    test_leave_unpaid,
)
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    HEAD,
    HEALTH_HEAD,
    NURSE,
    NURSES_OFFICER,
    REGENT,
    SCHOOL_HEAD,
    SUPERIOR,
    TEACHER,
    approved,
    balance,
    considered,
    rejected,
)
from tests.support import Case, Office
from workflows.flows import chores
from workflows.leave.model import LeaveChange, LeaveRequest
from workflows.letters.model import Letter

NEW = {"first": "2026-11-16", "last": "2026-11-17", "reason": "Rapat"}


@pytest.fixture
def office(office: Office) -> Office:
    """The office with ten minutes to take a decision back."""
    engine = office.engine
    office.engine = Engine(engine.catalog, office.services, office.directory, take_back=timedelta(minutes=10))
    return office


def cancelling(office: Office) -> Case:
    case = approved(office)
    return office.start("leave_cancel", EMPLOYEE, about=case.id, reason="Acara batal")


def recalling(office: Office) -> Case:
    case = approved(office)
    return office.start("leave_recall", SUPERIOR, about=case.id, return_on="2026-11-11", reason="Gangguan")


def interrupting(office: Office) -> Case:
    case = approved(office, **test_leave_interrupt.TWO_WEEKS)
    office.wait(days=10)
    return test_leave_interrupt.told(office, case)


def shortening(office: Office) -> Case:
    case = approved(office)
    office.wait(days=9)
    return test_leave_shorten.back(office, case)


def returning(office: Office) -> Case:
    case = approved(office)
    office.wait(days=10)
    return test_leave_return.reported(office, case)


def objecting(office: Office) -> Case:
    case = rejected(office)
    return test_leave_objection.objected(office, case)


def crediting(office: Office) -> Case:
    case = test_joint_leave_duty.asked(office, "2026-03-18")
    case.complete("check", NURSES_OFFICER, outcome="complete")
    return case


def unpaid(office: Office) -> Case:
    case = test_leave_unpaid.considered(office)
    test_leave_unpaid.bkn(office, case)
    return case


STORIES: tuple[tuple[Callable[[Office], Case], str, str, dict[str, Any]], ...] = (
    (considered, "decide", HEAD, {"outcome": "approve"}),
    (considered, "decide", HEAD, {"outcome": "reject", "reason": "Audit"}),
    (considered, "decide", HEAD, {"outcome": "defer", "reason": "Audit", "until": "2027-03-31"}),
    (considered, "decide", HEAD, {"outcome": "change", **NEW}),
    (cancelling, "decide", HEAD, {"outcome": "approve"}),
    (recalling, "decide", HEAD, {"outcome": "approve"}),
    (interrupting, "decide", HEAD, {"outcome": "approve"}),
    (shortening, "confirm", SUPERIOR, {"outcome": "confirm"}),
    (returning, "confirm", SUPERIOR, {"outcome": "confirm"}),
    (objecting, "answer", HEAD, {"outcome": "uphold", "reason": "Selesai"}),
    (crediting, "decide", HEALTH_HEAD, {"outcome": "approve"}),
    (test_leave_interim.let_go, "decide", SCHOOL_HEAD, {"outcome": "approve"}),
    (unpaid, "decide", REGENT, {"outcome": "approve"}),
)
NAMES = (
    *("grant", "reject", "defer", "change", "cancel", "recall", "interrupt", "shorten"),
    *("return", "uphold", "credit", "ratify", "unpaid"),
)
KEPT = [column for column in LeaveRequest.__table__.columns if column.name != "instance"]


def standing(office: Office) -> list[Any]:
    """All that a decision may have moved: what is left to everybody in these stories, and every leave there is."""
    with office.database.reads() as session:
        rows = session.execute(select(*KEPT).order_by(LeaveRequest.instance)).all()
    return [*(balance(office, person) for person in (EMPLOYEE, NURSE, TEACHER)), *map(tuple, rows)]


def take_back(office: Office, case: Case, by: str) -> None:
    office.database.command(
        lambda session: office.engine.take_back(
            session, case.id, office.directory.actor(session, by, office.now), now=office.now
        )
    )


@pytest.mark.parametrize(("story", "step", "by", "answers"), STORIES, ids=NAMES)
def test_a_decision_is_taken_back_with_all_that_came_of_it(
    office: Office, story: Callable[[Office], Case], step: str, by: str, answers: dict[str, Any]
) -> None:
    case = story(office)
    before = standing(office)
    case.complete(step, by, **answers)
    decided = standing(office)
    assert decided != before
    office.now += timedelta(minutes=9)
    take_back(office, case, by)
    assert (case.open, standing(office)) == ([step], before)
    office.now -= timedelta(minutes=9)
    case.complete(step, by, **answers)
    assert standing(office) == decided


def test_after_ten_minutes_it_stands(office: Office) -> None:
    case = cancelling(office)
    case.complete("decide", HEAD, outcome="approve")
    office.now += timedelta(minutes=11)
    with pytest.raises(Conflict):
        take_back(office, case, HEAD)


def test_taking_back_the_ratification_leaves_the_letter_of_the_head_on_site(office: Office) -> None:
    case = test_leave_interim.let_go(office)
    office.now += timedelta(minutes=2)
    case.complete("decide", SCHOOL_HEAD, outcome="approve")
    take_back(office, case, SCHOOL_HEAD)
    with office.database.reads() as session:
        assert session.scalars(select(Letter.kind)).all() == ["leave_interim"]


def test_a_change_stands_once_another_change_was_made_upon_it(office: Office) -> None:
    case = approved(office, last="2026-11-20")
    office.wait(days=9)
    cancelled = office.start("leave_cancel", EMPLOYEE, about=case.id, from_day="2026-11-18", reason="Acara batal")
    shortened = test_leave_shorten.back(office, case)
    cancelled.complete("decide", HEAD, outcome="approve")
    shortened.complete("confirm", SUPERIOR, outcome="confirm")
    changed = standing(office)
    with pytest.raises(Conflict):
        take_back(office, cancelled, HEAD)
    assert standing(office) == changed
    take_back(office, shortened, SUPERIOR)
    take_back(office, cancelled, HEAD)
    assert balance(office) == BALANCE - 10


def test_a_recall_that_the_employee_has_taken_note_of_stands(office: Office) -> None:
    case = recalling(office)
    case.complete("decide", HEAD, outcome="approve")
    case.complete("acknowledge", EMPLOYEE)
    with pytest.raises(EngineError):
        take_back(office, case, HEAD)


def test_what_an_employee_asked_for_is_withdrawn_and_not_taken_back(office: Office) -> None:
    case = considered(office)
    with pytest.raises(EngineError):
        take_back(office, case, EMPLOYEE)


def test_what_rows_held_before_is_dropped_a_day_after_the_act_is_final(office: Office) -> None:
    approved(office)
    for hours, kept in ((23, True), (48, False)):
        at = office.now + timedelta(hours=hours)
        office.database.command(lambda session, at=at: [chore(session, now=at) for chore in chores])
        with office.database.reads() as session:
            assert bool(session.scalars(select(LeaveChange)).all()) is kept
