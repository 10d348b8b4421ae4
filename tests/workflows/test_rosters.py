"""Whose days are counted by which calendar: the unit's week as it changes, and rosters of those in shifts."""

from __future__ import annotations

from datetime import date

import pytest

from engine.db import Database
from engine.errors import NotFound
from workflows.calendar import CalendarDay, UnitWeek, calendar_of
from workflows.people import Person
from workflows.rosters import RosterDay, RosterMember, RosterPlan, pattern_days
from workflows.workdays import DayOff, Roster, Span, WorkCalendar

NURSE, COLLEAGUE = "P070", "P071"
JANUARY = Span(date(2027, 1, 1), date(2027, 1, 31))
WEEK = (date(2027, 1, 18), date(2027, 1, 24))
"""Monday to Sunday, without a holiday."""


def plan(**overrides: object) -> RosterPlan:
    about = {"id": 1, "unit": "DINKES", "name": "IGD", "first": JANUARY.first, "last": JANUARY.last}
    return RosterPlan(**(about | overrides))


def patterned(database: Database, **overrides: object) -> None:
    """Two days on and one off from 1 January, for the nurse."""
    turn = {"days_on": 2, "days_off": 1, "anchor": date(2027, 1, 1)}
    database.command(lambda s: (s.add(plan(**(turn | overrides))), s.flush()))
    database.command(lambda s: s.add(RosterMember(roster=1, person=NURSE)))


def counted(database: Database, first: date, last: date, person: str = NURSE) -> int:
    with database.reads() as session:
        return calendar_of(session, person, first.year, last.year).calendar.working_days(Span(first, last))


def test_a_pattern_turns_from_its_anchor_both_ways() -> None:
    days = [day.day for day in pattern_days(2, 1, date(2027, 1, 11), Span(date(2027, 1, 8), date(2027, 1, 14)))]
    assert days == [8, 9, 11, 12, 14]


def test_leave_of_somebody_in_shifts_counts_rostered_days_only(demo: Database) -> None:
    patterned(demo)
    assert counted(demo, *WEEK) == 4  # 19, 20, 22 and 23 January, a Saturday
    assert counted(demo, *WEEK, person=COLLEAGUE) == 5
    assert counted(demo, date(2027, 1, 23), date(2027, 1, 24)) == 1


def test_outside_its_dates_a_roster_says_nothing(demo: Database) -> None:
    patterned(demo, last=date(2027, 1, 20))
    assert counted(demo, date(2027, 1, 20), date(2027, 1, 27)) == 1 + 5


def test_a_listed_roster_gives_each_person_their_own_days(demo: Database) -> None:
    demo.command(lambda s: (s.add(plan()), s.flush()))
    listed = {NURSE: (18, 19, 23), COLLEAGUE: (20,)}
    demo.command(lambda s: s.add_all(RosterMember(roster=1, person=person) for person in listed))
    days = [(person, date(2027, 1, day)) for person, numbers in listed.items() for day in numbers]
    demo.command(lambda s: s.add_all(RosterDay(roster=1, person=person, day=day) for person, day in days))
    assert counted(demo, *WEEK) == 3
    assert counted(demo, *WEEK, COLLEAGUE) == 1


def test_a_roster_counts_while_one_belongs_to_its_unit(demo: Database) -> None:
    patterned(demo)
    demo.command(lambda s: setattr(s.get_one(Person, NURSE), "unit", "SETDA"))
    assert counted(demo, date(2027, 1, 23), date(2027, 1, 24)) == 0


def test_a_rostered_day_is_worked_on_a_holiday_but_not_on_joint_leave() -> None:
    feast, bridge = date(2027, 1, 4), date(2027, 1, 5)
    off = {feast: DayOff("Hari raya"), bridge: DayOff("Cuti bersama", joint=True)}
    days = frozenset({feast, bridge, date(2027, 1, 9)})
    calendar = WorkCalendar(5, off, roster=Roster((JANUARY,), days))
    span = Span(date(2027, 1, 4), date(2027, 1, 10))
    assert calendar.working_days(span) == 2
    assert calendar.holidays(span) == ((bridge, off[bridge]),)
    assert calendar.rest_days(span) == 4


def test_a_week_changes_from_a_day_on(demo: Database) -> None:
    demo.command(lambda s: s.add(UnitWeek(unit="DINKES", first=WEEK[0], week=6)))
    assert counted(demo, date(2027, 1, 11), date(2027, 1, 17)) == 5
    assert counted(demo, *WEEK) == 6
    assert counted(demo, date(2027, 1, 15), date(2027, 1, 23)) == 1 + 6
    assert counted(demo, *WEEK, person="P003") == 5


def test_a_holiday_next_to_a_change_of_the_week_counts_once(demo: Database) -> None:
    demo.command(lambda s: s.add(UnitWeek(unit="DINKES", first=WEEK[0], week=6)))
    demo.command(
        lambda s: s.add(CalendarDay(day=WEEK[0], kind="local", name="HUT", unit="DINKES", source="SK", confirmed=True))
    )
    assert counted(demo, *WEEK) == 5


def test_the_calendar_of_somebody_unknown_is_not_found(demo: Database) -> None:
    with demo.reads() as session, pytest.raises(NotFound):
        calendar_of(session, "nobody", 2026, 2026)
