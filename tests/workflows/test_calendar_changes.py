"""Changing the calendar: each act is kept with who and when, of two at once one wins, and nothing is lost silently."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.db import Database
from engine.errors import Conflict, Refused, Text
from tests.workflows.conftest import NOON
from workflows.calendar import CalendarDay, Calendars, calendar_of
from workflows.calendar_changes import (
    CalendarChange,
    DayEntry,
    DaysChange,
    Proposal,
    WeekChange,
    confirmed_by,
    entry_on,
    missing_of,
)
from workflows.people import Unit
from workflows.roster_changes import Plan, RosterChange, Turn, plan_of
from workflows.roster_lists import days_by_person, read_list
from workflows.rosters import RosterPlan, rosters_of
from workflows.workdays import Span

BY = "P029"
NURSE, COLLEAGUE, ELSEWHERE = "P070", "P071", "P097"
ELECTION = DayEntry(date(2026, 11, 18), "public", "Pilkada", "Keppres 1/2026", confirmed=True)
DECEMBER = Span(date(2026, 12, 1), date(2026, 12, 31))
IN_TURN = Plan("IGD", DECEMBER, (NURSE, COLLEAGUE), Turn(2, 1, date(2026, 12, 1)))


def post(database: Database, proposal: Proposal) -> CalendarChange:
    return database.command(lambda session: proposal.post(session, by=BY, now=NOON))


def changes(database: Database) -> list[CalendarChange]:
    with database.reads() as session:
        return list(session.scalars(select(CalendarChange).order_by(CalendarChange.id)))


def count(database: Database, span: Span, person: str = ELSEWHERE) -> int:
    with database.reads() as session:
        return calendar_of(session, person, span.first.year, span.last.year).calendar.working_days(span)


def tried(database: Database, proposal: Proposal, span: Span, person: str, unit: str) -> int:
    """What the days would count after the change, and that trying it has changed nothing."""
    with database.reads() as session:
        calendars = proposal.tried_on(session, Calendars.read(session, span), span)
        return calendars.of(person, unit).working_days(span)


def test_a_declared_day_stands_and_is_kept_with_who_and_when(demo: Database) -> None:
    week = Span(date(2026, 11, 16), date(2026, 11, 20))
    assert tried(demo, DaysChange(None, after=(ELECTION,)), week, ELSEWHERE, "DISKOMINFO") == 4
    assert count(demo, week) == 5
    change = post(demo, DaysChange(None, after=(ELECTION,)))
    assert count(demo, week) == 4
    assert (change.by, change.at, change.unit, change.before) == (BY, NOON, None, None)
    assert json.loads(change.after or "")["days"][0]["source"] == "Keppres 1/2026"
    assert change.reach.span == Span(ELECTION.day, ELECTION.day)


def test_a_withdrawn_day_leaves_its_trace(demo: Database) -> None:
    post(demo, DaysChange(None, after=(ELECTION,)))
    post(demo, DaysChange(None, before=(ELECTION,)))
    with demo.reads() as session:
        assert entry_on(session, None, ELECTION.day) is None
    last = changes(demo)[-1]
    assert last.after is None
    assert json.loads(last.before or "")["days"][0]["name"] == "Pilkada"


def test_a_day_may_move_to_another_date(demo: Database) -> None:
    post(demo, DaysChange(None, after=(ELECTION,)))
    moved = DayEntry(date(2026, 11, 25), "public", "Pilkada", "Keppres 2/2026", confirmed=True)
    change = post(demo, DaysChange(None, (ELECTION,), (moved,)))
    assert change.reach.span == Span(ELECTION.day, moved.day)
    assert count(demo, Span(date(2026, 11, 16), date(2026, 11, 27))) == 9


def test_what_counts_the_same_before_and_after_reaches_nobody(demo: Database) -> None:
    forecast = DayEntry(ELECTION.day, "public", "Pilkada (perkiraan)", "python-holidays", confirmed=False)
    settled = confirmed_by((forecast,), "SKB 3 Menteri")
    assert settled == (DayEntry(ELECTION.day, "public", "Pilkada", "SKB 3 Menteri", confirmed=True),)
    assert DaysChange(None, (forecast,), settled).reach is None
    joint = DayEntry(ELECTION.day, "joint", "Pilkada", "SKB 3 Menteri", confirmed=True)
    assert DaysChange(None, settled, (joint,)).reach is not None


def test_a_units_own_day_concerns_that_unit_alone(demo: Database) -> None:
    local = DayEntry(date(2026, 11, 18), "local", "HUT SMP", "SK Kepala", confirmed=True)
    change = post(demo, DaysChange("SMPN1", after=(local,)))
    assert change.reach.unit == "SMPN1"
    week = Span(date(2026, 11, 16), date(2026, 11, 21))
    assert (count(demo, week, "P045"), count(demo, week)) == (5, 5)


def test_of_two_who_declare_a_day_at_once_one_learns_that_it_stands(demo: Database) -> None:
    other = DayEntry(ELECTION.day, "public", "Pilkada serentak", "SE Bupati", confirmed=True)
    outcomes = at_once(
        *(lambda e=entry: post(demo, DaysChange(None, after=(e,))) for entry in (ELECTION, other)),
    )
    assert sorted(outcomes) == ["Conflict", "done"]
    with demo.reads() as session:
        wanted = select(func.count()).where(CalendarDay.day == ELECTION.day)
        assert session.scalar(wanted) == 1
    assert len(changes(demo)) == 1


def test_who_looked_at_an_older_calendar_changes_nothing(demo: Database) -> None:
    post(demo, DaysChange(None, after=(ELECTION,)))
    seen = DayEntry(ELECTION.day, "public", "Another name", ELECTION.source, confirmed=True)
    with pytest.raises(Conflict):
        post(demo, DaysChange(None, before=(seen,)))
    assert len(changes(demo)) == 1


def test_a_year_is_filled_with_what_is_missing_and_no_more(demo: Database) -> None:
    with demo.reads() as session:
        assert missing_of(session, 2026) == ()
        missing = missing_of(session, 2028)
    assert date(2028, 8, 17) in {entry.day for entry in missing}
    assert not any(entry.confirmed for entry in missing)
    post(demo, DaysChange(None, after=missing))
    with demo.reads() as session:
        assert missing_of(session, 2028) == ()


def test_a_unit_changes_its_week_from_a_day_on(demo: Database) -> None:
    week = Span(date(2026, 11, 16), date(2026, 11, 21))
    change = WeekChange("DISKOMINFO", date(2026, 11, 16), 6, before=5)
    assert tried(demo, change, week, ELSEWHERE, "DISKOMINFO") == 6
    post(demo, change)
    assert (count(demo, week), count(demo, Span(date(2026, 11, 9), date(2026, 11, 14)))) == (6, 5)
    with pytest.raises(Conflict):
        post(demo, change)
    post(demo, WeekChange("DISKOMINFO", date(2026, 11, 16), 5, before=6))
    assert count(demo, week) == 5


def test_a_roster_begins_changes_and_ends_each_with_its_trace(demo: Database) -> None:
    week = Span(date(2026, 12, 7), date(2026, 12, 13))
    began = RosterChange("DINKES", after=IN_TURN)
    assert tried(demo, began, week, NURSE, "DINKES") == 5
    post(demo, began)
    assert count(demo, week, NURSE) == 5
    with demo.reads() as session:
        roster = session.scalars(select(RosterPlan.id)).one()
        assert plan_of(session, roster) == IN_TURN
    other = Plan("IGD", DECEMBER, (NURSE,), Turn(1, 3, date(2026, 12, 1)))
    changed = RosterChange("DINKES", roster, IN_TURN, other)
    assert tried(demo, changed, week, NURSE, "DINKES") == 2
    post(demo, changed)
    assert (count(demo, week, NURSE), count(demo, week, COLLEAGUE)) == (2, 5)
    with demo.reads() as session:
        roster = session.scalars(select(RosterPlan.id)).one()
        assert rosters_of(session, (COLLEAGUE,), DECEMBER) == {}
    ended = RosterChange("DINKES", roster, before=other)
    assert tried(demo, ended, week, NURSE, "DINKES") == 5
    post(demo, ended)
    assert [change.kind for change in changes(demo)] == ["roster"] * 3
    assert changes(demo)[1].reach.people == {NURSE, COLLEAGUE}


def test_nobody_has_two_rosters_on_one_day_and_no_stranger_has_one(demo: Database) -> None:
    post(demo, RosterChange("DINKES", after=IN_TURN))
    later = Plan("Rawat inap", Span(date(2026, 12, 31), date(2027, 1, 5)), (NURSE, ELSEWHERE), IN_TURN.turn)
    with pytest.raises(Refused) as refused:
        post(demo, RosterChange("DINKES", after=later))
    said = " ".join(text.en for text in refused.value.problems[""])
    assert "Not of this unit" in said
    assert "another roster" in said


def test_of_two_rosters_for_one_nurse_at_once_one_is_refused(demo: Database) -> None:
    ways = [lambda: post(demo, RosterChange("DINKES", after=IN_TURN))] * 2
    assert sorted(at_once(*ways)) == ["Refused", "done"]


def test_a_roster_that_somebody_changed_meanwhile_is_left_alone(demo: Database) -> None:
    post(demo, RosterChange("DINKES", after=IN_TURN))
    with demo.reads() as session:
        roster = session.scalars(select(RosterPlan.id)).one()
    seen = Plan("IGD", DECEMBER, (NURSE,), IN_TURN.turn)
    with pytest.raises(Conflict):
        post(demo, RosterChange("DINKES", roster, before=seen))


def test_a_list_is_read_whatever_its_separator_and_date_style() -> None:
    lines = read_list(b"\xef\xbb\xbfNama;NIP;Tanggal\r\nSiti;1985 0101;2026-12-01\r\n;'1985.0101;2 Des 2026\r\n\r\n")
    assert [(line.number, line.nip, line.day.day) for line in lines] == [(2, "19850101", 1), (3, "19850101", 2)]
    assert days_by_person(lines, {"19850101": NURSE}) == {NURSE: (date(2026, 12, 1), date(2026, 12, 2))}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "NIP and tanggal"),
        (b"nama,hari\nSiti,1", "NIP and tanggal"),
        (b"nip,tanggal\n", "no day in it"),
        (b"nip,tanggal\n1,31/2/2026\n", "Line 2"),
        (b"nip,tanggal\n1\n", "Line 2"),
        (b"nip,tanggal\n9,2026-12-01\n", "not of this unit"),
        (b"\xff\xfe\x00", "no CSV list"),
        (b"nip,tanggal\n1,2026-12-01\x00\n", "no CSV list"),
        (b"nip,tanggal\n" + b"1,2026-12-01\n" * 20_000, "too large"),
        (b'nip,tanggal\n"' + b"x" * 140_000, "no CSV list"),
    ],
    ids=["empty", "columns", "no days", "no such date", "short line", "stranger", "bytes", "null", "large", "quote"],
)
def test_a_list_that_cannot_be_taken_says_what_to_mend(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        days_by_person(read_list(content), {"1": NURSE})
    assert said in " ".join(text.en for text in refused.value.problems["list"])


def test_of_many_mistakes_in_a_list_the_first_are_told_and_the_rest_counted() -> None:
    with pytest.raises(Refused) as refused:
        read_list(b"nip,tanggal\n" + b"1,x\n" * 25)
    texts: tuple[Text, ...] = refused.value.problems["list"]
    assert len(texts) == 11
    assert "15" in texts[-1].en


def at_once(*ways: Callable[[], object]) -> list[str]:
    """What becomes of each, all started by one shot: ``done`` or the name of the error."""
    shot = Barrier(len(ways))

    def run(way: Callable[[], object]) -> str:
        shot.wait()
        try:
            way()
        except (Conflict, Refused) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(ways)) as pool:
        return list(pool.map(run, ways))


def test_a_change_that_reaches_far_is_read_within_days() -> None:
    assert IN_TURN.roster_of(NURSE, Span(date(2027, 1, 1), date(2027, 1, 2))).spans == ()
    far = IN_TURN.roster_of(NURSE, Span(date(2026, 12, 30), DECEMBER.last + timedelta(days=30)))
    assert max(far.days) == date(2026, 12, 31)


def test_the_units_of_the_office_stay_as_they_are(demo: Database) -> None:
    post(demo, WeekChange("DINKES", date(2026, 12, 1), 6, before=5))
    with demo.reads() as session:
        assert session.get_one(Unit, "DINKES").week == 5  # what held before the change is not lost
