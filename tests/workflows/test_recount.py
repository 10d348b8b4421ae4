"""A day declared late or withdrawn: every request that it touches holds the right days again, exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.db import Database, Message, Task
from engine.runtime import Engine
from tests.conftest import Databases
from tests.support import NOON, Office
from tests.workflows.leaves import (
    ELECTION,
    KEEPER,
    days,
    held,
    leave,
    left,
    notices,
    post,
    recounts,
    take_all_but,
    waiting_flow,
)
from workflows import load_demo
from workflows.calendar_changes import DayEntry, DaysChange, WeekChange
from workflows.leave import bookkeeping, recount, recounting
from workflows.leave.bookkeeping import Entry
from workflows.leave.ledger import Ledger
from workflows.leave.model import CANCELLED, Cause, LeaveEntry, LeaveRequest
from workflows.leave.recount import as_entries, recounted
from workflows.leave.recounting import LeaveRecount
from workflows.positions import Person
from workflows.roster_changes import Plan, RosterChange, Turn
from workflows.workdays import Span, WorkCalendar

WATI, PPPK, HEADMASTER, NURSE = "P097", "P096", "P045", "P070"
WEEK = (date(2026, 11, 16), date(2026, 11, 20))
DECLARED, WITHDRAWN = DaysChange(None, after=(ELECTION,)), DaysChange(None, before=(ELECTION,))


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """The demo office with a flow that waits: each test runs on both kinds of database."""
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    made = Office(Database(url))
    made.deploy(waiting_flow())
    yield made
    made.database.dispose()
    databases.drop(url)


# The arithmetic


def test_days_come_back_to_the_newest_bucket_first_as_if_they_had_never_been_asked_for() -> None:
    entries = (Entry(2025, "grant", 2025, granted=6), Entry(2026, "grant", 2026, granted=12))
    debits = ((2026, 2025, 6), (2026, 2026, 2))
    assert recounted(entries, 2026, debits, {2026: 7}) == ((2026, 2026, -1),)
    assert recounted(entries, 2026, debits, {2026: 5}) == ((2026, 2025, -1), (2026, 2026, -2))


def test_more_days_are_paid_by_the_buckets_that_pay_already_then_by_the_others() -> None:
    entries = (
        Entry(2025, "grant", 2025, granted=6, used=2),
        Entry(2026, "grant", 2026, granted=12),
        Entry(2026, "reserve", 2026, reserved=2),
    )
    assert recounted(entries, 2026, ((2026, 2026, 2),), {2026: 3}) == ((2026, 2026, 1),)
    assert recounted(entries, 2026, ((2026, 2025, 2),), {2026: 8}) == ((2026, 2025, 4), (2026, 2026, 2))
    assert recounted(entries, 2026, ((2026, 2026, 2),), {2026: 17}) is None


def test_a_leave_over_the_end_of_a_year_is_counted_for_each_year() -> None:
    span = Span(date(2026, 12, 28), date(2027, 1, 5))
    assert recount.wanted_days(WorkCalendar(5), span) == {2026: 4, 2027: 3}
    entries = (Entry(2026, "grant", 2026, granted=4), Entry(2027, "grant", 2027, granted=3))
    debits = ((2026, 2026, 4), (2027, 2027, 3))
    taken = (*entries, Entry(2026, "x", 2026, used=4), Entry(2027, "x", 2027, used=3))
    assert recounted(taken, 2026, debits, {2026: 3, 2027: 3}) == ((2026, 2026, -1),)
    assert recounted(taken, 2026, debits, {2026: 3, 2027: 4}) is None  # 2027 is not open: its own bucket alone pays


@given(
    granted=some.dictionaries(some.sampled_from((2024, 2025, 2026)), some.integers(0, 12), min_size=1),
    first=some.integers(0, 20),
    second=some.integers(0, 20),
)
def test_counting_anew_never_overdraws_and_counting_twice_changes_nothing(
    granted: Mapping[int, int], first: int, second: int
) -> None:
    entries = tuple(Entry(bucket, "grant", bucket, granted=days) for bucket, days in granted.items())
    moves = recounted(entries, 2026, (), {2026: first})
    if moves is None:
        assert first > sum(granted.values())
        return
    taken = (*entries, *as_entries(moves, approved=True))
    again = recounted(taken, 2026, moves, {2026: second})
    if again is None:
        assert second > sum(granted.values())
        return
    after = (*taken, *as_entries(again, approved=True))
    assert min(bookkeeping.buckets(after, 2026).values()) >= 0
    assert sum(entry.used for entry in after) == second
    holds: dict[tuple[int, int], int] = {}
    for year, bucket, moved in (*moves, *again):
        holds[year, bucket] = holds.get((year, bucket), 0) + moved
    debits = tuple((*key, number) for key, number in sorted(holds.items()) if number)
    assert recounted(after, 2026, debits, {2026: second}) == ()


# In the office


def test_a_day_declared_late_comes_back_to_whoever_has_asked_for_it(office: Office) -> None:
    waiting, granted = leave(office, WATI, *WEEK), leave(office, PPPK, *WEEK, approved=True)
    before = left(office, WATI), left(office, PPPK)
    post(office, DECLARED)
    assert (days(office, waiting), days(office, granted)) == (4, 4)
    for person, old in zip((WATI, PPPK), before, strict=True):
        assert sum(left(office, person).values()) == sum(old.values()) + 1
    assert notices(office) == [(PPPK, "recounted"), (WATI, "recounted")]
    assert [(row.status, row.before, row.after) for row in recounts(office.database)] == [("done", 5, 4)] * 2


def test_the_history_of_the_request_says_what_changed_and_why(office: Office) -> None:
    instance = leave(office, WATI, *WEEK)
    post(office, DECLARED)
    with office.database.reads() as session:
        view = office.engine.instance_for(session, office.actor(WATI), instance, now=office.now)
    said = " ".join(value.en for _, value in view.timeline[-1].answers)
    assert "Pilkada, 18 November 2026" in said
    assert "5 → 4" in said
    assert "Keppres 1/2026" in said
    assert "4 working days" in [fact.value.en for fact in view.facts]


def test_the_ledger_has_the_day_of_the_office_on_which_it_was_counted_anew(office: Office) -> None:
    office.now = datetime(2026, 11, 2, 20, tzinfo=UTC)
    instance = leave(office, WATI, *WEEK, approved=True)
    post(office, DECLARED)
    with office.database.reads() as session:
        lines = select(LeaveEntry.day).where(LeaveEntry.instance == instance, LeaveEntry.kind == "recount")
        assert set(session.scalars(lines)) == {date(2026, 11, 3)}


def test_a_withdrawn_day_is_taken_from_the_buckets_it_came_back_to(office: Office) -> None:
    instance = leave(office, WATI, *WEEK, approved=True)
    before = held(office, instance)
    post(office, DECLARED)
    post(office, WITHDRAWN)
    assert (days(office, instance), held(office, instance)) == (5, before)
    assert len(notices(office)) == 2  # one for each change


def test_who_cannot_pay_for_a_withdrawn_day_is_left_for_an_officer(office: Office) -> None:
    post(office, DECLARED)
    instance = leave(office, WATI, *WEEK)
    take_all_but(office, WATI, 0)
    with office.database.reads() as session:
        effect = recount.effect_of(session, WITHDRAWN, year=2026, shown=10)
    assert (effect.count, effect.short, effect.lines[0].back) == (1, 1, None)
    change = post(office, WITHDRAWN)
    assert days(office, instance) == 4
    assert left(office, WATI) == {}
    assert recounts(office.database)[-1].status == "short"
    assert notices(office) == []
    post(office, DECLARED)  # what was flagged is right again, and counting it once more says so
    office.database.command(lambda s: recounting.try_again(s, office.engine, s.merge(change), now=office.now))
    assert [row.status for row in recounts(office.database)] == ["right"]


def test_a_preview_says_exactly_what_then_happens_and_writes_nothing(office: Office) -> None:
    leave(office, WATI, *WEEK)
    leave(office, PPPK, *WEEK, approved=True)
    leave(office, NURSE, date(2026, 11, 19), date(2026, 11, 20))
    with office.database.reads() as session:
        effect = recount.effect_of(session, DECLARED, year=2026, shown=1)
    assert (effect.count, effect.short, len(effect.lines)) == (2, 0, 1)
    line = effect.lines[0]
    assert (line.touched.days, line.touched.after, sum((line.back or {}).values())) == (5, 4, 1)
    assert recounts(office.database) == []
    post(office, DECLARED)
    assert len(recounts(office.database)) == effect.count


def test_one_notice_tells_of_all_requests_that_a_change_touches(office: Office) -> None:
    first, last = date(2026, 11, 17), date(2026, 11, 24)
    both = [leave(office, WATI, first, first + timedelta(days=1)), leave(office, WATI, date(2026, 11, 23), last)]
    other = DayEntry(last, "public", "Pilkada putaran kedua", "Keppres 2/2026", confirmed=True)
    post(office, DaysChange(None, after=(ELECTION, other)))
    assert [days(office, instance) for instance in both] == [1, 1]
    assert notices(office) == [(WATI, "recounted")]


def test_nobody_is_told_of_their_own_act(office: Office) -> None:
    leave(office, KEEPER, *WEEK)
    post(office, DECLARED)
    assert notices(office) == []
    assert [row.status for row in recounts(office.database)] == ["done"]


def test_leave_over_the_end_of_the_year_gets_its_day_back_in_the_year_of_the_day(office: Office) -> None:
    instance = leave(office, WATI, date(2026, 12, 28), date(2027, 1, 8), approved=True)
    before = held(office, instance)
    new_year = DayEntry(date(2027, 1, 4), "local", "Hari jadi", "SK Bupati", confirmed=True)
    post(office, DaysChange(None, after=(new_year,)))
    changed = {year: sum(d for y, _, d in held(office, instance) if y == year) for year in (2026, 2027)}
    assert changed[2026] == sum(d for y, _, d in before if y == 2026)
    assert changed[2027] == sum(d for y, _, d in before if y == 2027) - 1
    days(office, instance)


def test_a_day_of_one_unit_concerns_its_staff_alone(office: Office) -> None:
    here, there = leave(office, WATI, *WEEK), leave(office, NURSE, *WEEK)
    local = DayEntry(date(2026, 11, 18), "local", "HUT dinas", "SK Kepala", confirmed=True)
    post(office, DaysChange("DISKOMINFO", after=(local,)))
    assert (days(office, here), days(office, there)) == (4, 5)


def test_a_saturday_counts_where_people_work_six_days(office: Office) -> None:
    saturday = DayEntry(date(2026, 11, 21), "local", "Hari jadi", "SK Bupati", confirmed=True)
    school = leave(office, HEADMASTER, date(2026, 11, 16), date(2026, 11, 21))
    five = leave(office, WATI, date(2026, 11, 16), date(2026, 11, 21))
    assert (days(office, school), days(office, five)) == (6, 5)
    post(office, DaysChange(None, after=(saturday,)))
    assert (days(office, school), days(office, five)) == (5, 5)


def test_a_working_saturday_declared_for_all_takes_a_day(office: Office) -> None:
    instance = leave(office, WATI, date(2026, 11, 16), date(2026, 11, 21))
    swapped = DayEntry(date(2026, 11, 21), "workday", "Pengganti cuti bersama", "SE Bupati", confirmed=True)
    post(office, DaysChange(None, after=(swapped,)))
    assert days(office, instance) == 6


def test_a_unit_that_goes_over_to_six_days_counts_leave_from_that_day_on(office: Office) -> None:
    over, later = leave(office, WATI, *WEEK), leave(office, PPPK, date(2026, 11, 20), date(2026, 11, 28))
    post(office, WeekChange("DISKOMINFO", date(2026, 11, 22), 6, before=5))
    assert (days(office, over), days(office, later)) == (5, 7)


def test_a_roster_counts_the_leave_of_its_members_anew_and_its_end_does_too(office: Office) -> None:
    instance, other = leave(office, NURSE, *WEEK), leave(office, "P071", *WEEK)
    plan = Plan("IGD", Span(*WEEK), (NURSE,), Turn(1, 2, WEEK[0]))
    change = RosterChange("DINKES", after=plan)
    with office.database.reads() as session:
        assert recount.effect_of(session, change, year=2026, shown=9).lines[0].touched.after == 2
    post(office, change)
    assert (days(office, instance), days(office, other)) == (2, 5)
    post(office, DECLARED)  # the nurse is not on duty that day, and a roster goes before the holidays
    assert (days(office, instance), days(office, other)) == (2, 4)
    post(office, RosterChange("DINKES", 1, before=plan))
    assert days(office, instance) == 4


def test_leave_that_is_over_withdrawn_or_of_another_type_is_left_alone(office: Office) -> None:
    gone, sick = leave(office, WATI, *WEEK), leave(office, PPPK, *WEEK)
    office.database.command(
        lambda s: (
            s.execute(update(LeaveRequest).where(LeaveRequest.instance == gone).values(status=CANCELLED)),
            s.execute(update(LeaveRequest).where(LeaveRequest.instance == sick).values(type="sick")),
        )
    )
    post(office, DECLARED)
    assert recounts(office.database) == []


def test_what_ended_between_the_listing_and_its_turn_is_left_alone(office: Office) -> None:
    people = [f"P{number:03}" for number in range(41, 97)]
    instances = [leave(office, person, WEEK[0], WEEK[0] + timedelta(days=2)) for person in people]
    change = post(office, DECLARED)
    [waiting] = [row for row in recounts(office.database) if row.status == "waiting"][:1]
    office.database.command(
        lambda s: s.execute(
            update(LeaveRequest).where(LeaveRequest.instance == waiting.instance).values(status=CANCELLED)
        )
    )
    assert worker(office) == 1
    states = {row.person: row.status for row in recounts(office.database)}
    assert states.pop(waiting.person) == "right"
    assert set(states.values()) == {"done"}
    assert len(states) + 1 == len(instances) > recounting.BATCH
    with office.database.reads() as session:
        assert recounting.progress(session, change.id).done == len(instances)


def test_a_request_whose_start_was_undone_meanwhile_stops_nothing(office: Office) -> None:
    instance = leave(office, WATI, *WEEK)
    change = post(office, DECLARED)
    office.database.command(
        lambda s: (
            s.execute(update(LeaveRecount).values(status="waiting")),
            s.execute(delete(LeaveRequest).where(LeaveRequest.instance == instance)),
        )
    )
    office.database.command(lambda s: recounting.try_again(s, office.engine, s.merge(change), now=office.now))
    assert [row.status for row in recounts(office.database)] == ["done"]


def worker(office: Office) -> int:
    """Do what the outbox asks for until nothing is due; how many batches that were."""
    done = 0
    while True:
        with office.database.reads() as session:
            due = (Message.kind == recounting.MESSAGE, Message.done_at.is_(None), Message.due <= office.now)
            message = session.scalars(select(Message).where(*due).order_by(Message.id)).first()
        if message is None:
            return done

        def work(session: Session, message: Message = message) -> None:
            recounting.carry_on(session, office.engine, message.body, now=office.now)
            session.execute(update(Message).where(Message.id == message.id).values(done_at=office.now))

        office.database.command(work)
        done += 1


def test_a_request_that_was_counted_while_the_change_was_made_is_found_later(office: Office) -> None:
    change = post(office, DECLARED)
    instance = leave(office, WATI, *WEEK)
    office.database.command(lambda s: by_the_old_calendar(s, office, instance))
    office.wait(minutes=16)
    assert worker(office) == 1
    assert days(office, instance) == 4
    with office.database.reads() as session:
        assert recounting.progress(session, change.id).done == 1


def test_it_is_looked_again_once_no_earlier_decision_can_be_taken_back_any_more(office: Office) -> None:
    engine, hour = office.engine, timedelta(hours=1)
    office.engine = Engine(engine.catalog, office.services, office.directory, take_back=hour)
    post(office, DECLARED)
    with office.database.reads() as session:
        looks = session.scalars(select(Message.due).where(Message.kind == recounting.MESSAGE)).all()
    assert max(looks) > office.now + hour


def by_the_old_calendar(session: Session, office: Office, instance: object) -> None:
    """As a transaction leaves it that read the calendar before the change and wrote after it."""
    row = session.get_one(LeaveRequest, instance)
    ledger = Ledger.locked(session, session.get_one(Person, row.person), 2026, office.now)
    ledger.append((Entry(2026, "reserve", 2026, reserved=1),), Cause(office.now, row.instance, 1))
    row.days += 1


def test_due_dates_of_open_steps_follow_the_calendar(office: Office) -> None:
    leave(office, WATI, *WEEK)
    tomorrow = DayEntry(date(2026, 11, 3), "public", "Pilkada", "Keppres 1/2026", confirmed=True)
    assert due(office) == datetime(2026, 11, 5, 9, tzinfo=UTC)
    post(office, DaysChange(None, after=(tomorrow,)))
    assert due(office) == datetime(2026, 11, 6, 9, tzinfo=UTC)
    post(office, DaysChange(None, before=(tomorrow,)))
    assert due(office) == datetime(2026, 11, 5, 9, tzinfo=UTC)


def due(office: Office) -> datetime:
    with office.database.reads() as session:
        return session.scalars(select(Task.due).where(Task.state == "open")).one()
