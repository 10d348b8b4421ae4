"""Days off, due times and zones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import NotFound
from tests.workflows.conftest import NOON
from workflows import People
from workflows.calendar import CalendarDay, holidays_of, office_in_years
from workflows.people import Unit
from workflows.workdays import Span, WorkCalendar, years_later

PEOPLE = People()


def due(session: Session, start: datetime, days: int, unit: str = "DISKOMINFO") -> datetime:
    return PEOPLE.due(session, unit, start, days)


def day_off(day: date, **overrides: object) -> CalendarDay:
    about = {"day": day, "kind": "local", "name": "Hari jadi", "unit": None, "source": "SK Bupati", "confirmed": True}
    return CalendarDay(**(about | overrides))


def working(session: Session, day: date, unit: str = "DISKOMINFO") -> bool:
    return office_in_years(session, unit, day.year, day.year).calendar.is_working_day(day)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (NOON, 1, datetime(2026, 11, 3, 9, tzinfo=UTC)),
        (NOON, 0, datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (datetime(2026, 11, 6, 5, tzinfo=UTC), 1, datetime(2026, 11, 9, 9, tzinfo=UTC)),
        (datetime(2026, 12, 23, 5, tzinfo=UTC), 2, datetime(2026, 12, 29, 9, tzinfo=UTC)),
        (datetime(2026, 11, 2, 18, tzinfo=UTC), 1, datetime(2026, 11, 4, 9, tzinfo=UTC)),
    ],
    ids=["the next day", "today", "over a weekend", "over Christmas and joint leave", "after midnight in the unit"],
)
def test_a_task_is_due_at_the_end_of_a_working_day(
    demo: Database, start: datetime, days: int, expected: datetime
) -> None:
    with demo.reads() as session:
        assert due(session, start, days) == expected


def test_a_task_may_be_due_further_away_than_the_usual_view(demo: Database) -> None:
    with demo.reads() as session:
        assert due(session, NOON, 60) == datetime(2027, 1, 29, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (datetime(2026, 11, 5, 9, tzinfo=UTC), -1, datetime(2026, 11, 4, 1, tzinfo=UTC)),
        (datetime(2026, 11, 5, 9, tzinfo=UTC), 0, datetime(2026, 11, 5, 1, tzinfo=UTC)),
        (datetime(2026, 11, 6, 9, tzinfo=UTC), 1, datetime(2026, 11, 9, 1, tzinfo=UTC)),
        (datetime(2026, 11, 9, 9, tzinfo=UTC), -2, datetime(2026, 11, 5, 1, tzinfo=UTC)),
        (datetime(2026, 11, 7, 9, tzinfo=UTC), 0, datetime(2026, 11, 9, 1, tzinfo=UTC)),
        (datetime(2027, 1, 29, 9, tzinfo=UTC), 1, datetime(2027, 2, 1, 1, tzinfo=UTC)),
    ],
    ids=["the day before", "that day", "over a weekend", "before a weekend", "no working day", "beyond the view"],
)
def test_people_are_reminded_on_the_morning_of_a_working_day(
    demo: Database, day: datetime, days: int, expected: datetime
) -> None:
    with demo.reads() as session:
        assert PEOPLE.morning(session, "DISKOMINFO", NOON, day, days) == expected


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (NOON, NOON),
        (datetime(2026, 11, 2, 0, 59, tzinfo=UTC), datetime(2026, 11, 2, 1, tzinfo=UTC)),
        (datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 3, 1, tzinfo=UTC)),
        (datetime(2026, 11, 7, 5, tzinfo=UTC), datetime(2026, 11, 9, 1, tzinfo=UTC)),
    ],
    ids=["at noon", "before eight", "after four", "on Saturday"],
)
def test_nobody_is_reminded_outside_of_office_hours(demo: Database, now: datetime, opens: datetime) -> None:
    with demo.reads() as session:
        assert PEOPLE.office_time(session, "DISKOMINFO", now) == opens


def test_an_information_request_is_due_after_ten_working_days(demo: Database) -> None:
    with demo.reads() as session:
        assert due(session, NOON, 10).date() == date(2026, 11, 16)
        assert due(session, NOON, 17).date() == date(2026, 11, 25)


def test_each_unit_has_its_own_zone(demo: Database) -> None:
    demo.command(lambda s: s.add(Unit(id="PULAU", name="Pulau", parent=None, zone="Asia/Jayapura", week=5)))
    late = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
    with demo.reads() as session:
        assert late.astimezone(PEOPLE.zone(session, "PULAU", late)).date() == date(2026, 11, 3)
        assert late.astimezone(PEOPLE.zone(session, "SETDA", late)).date() == date(2026, 11, 2)
        assert due(session, NOON, 1, "PULAU") == datetime(2026, 11, 3, 7, tzinfo=UTC)


def test_a_school_works_on_saturday(demo: Database) -> None:
    with demo.reads() as session:
        assert working(session, date(2026, 11, 7), "SMPN1")
        assert not working(session, date(2026, 11, 7), "DISDIK")


def test_a_units_own_day_goes_before_the_one_for_all(demo: Database) -> None:
    pilkada, duty = date(2026, 11, 18), date(2026, 12, 24)
    demo.command(lambda s: s.add_all([day_off(pilkada), day_off(duty, kind="workday", unit="DINKES", name="Piket")]))
    with demo.reads() as session:
        assert not working(session, pilkada)
        assert working(session, duty, "DINKES")
        assert not working(session, duty)


def test_a_day_declared_off_later_moves_due_times(demo: Database) -> None:
    demo.command(lambda s: s.add(day_off(date(2026, 11, 3))))
    with demo.reads() as session:
        assert due(session, NOON, 1) == datetime(2026, 11, 4, 9, tzinfo=UTC)


def test_an_unknown_unit_is_not_found(demo: Database) -> None:
    with demo.reads() as session, pytest.raises(NotFound):
        due(session, NOON, 1, "NOWHERE")


def test_forecast_holidays_are_not_confirmed_and_joint_leave_is_told_apart() -> None:
    found = {day.day: day for day in holidays_of(2027)}
    assert (found[date(2027, 8, 17)].kind, found[date(2027, 12, 24)].kind) == ("public", "joint")
    assert not any(day.confirmed for day in found.values())


def test_a_span_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Span(date(2026, 11, 3), date(2026, 11, 2))


def test_a_year_after_29_february_is_1_march() -> None:
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_without_holidays_a_week_has_five_or_six_working_days() -> None:
    week = Span(date(2026, 11, 2), date(2026, 11, 8))
    assert [WorkCalendar(days).working_days(week) for days in (5, 6)] == [5, 6]
