"""The turn of a year: seen before it is posted, posted once however often it is killed or run, and taken back."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import Refused
from tests.workflows.conftest import NOON
from workflows.leave import bookkeeping, year
from workflows.leave.ledger import Ledger, balance_on
from workflows.leave.model import APPROVED, Cause, LeaveAccount, LeaveEntry, LeaveRequest, LeaveTurn
from workflows.people import Person

NEW_YEAR = datetime(2027, 1, 4, 5, tzinfo=UTC)
EMPLOYEE = "P097"
PATIENCE = 60
STAFF = 120
Line = tuple[str, int, str, int, int, date]


def staff(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.service_start.is_not(None)).order_by(Person.id)))


def lines(session: Session, in_year: int = 2027) -> Counter[Line]:
    """The ledger's lines of a year, for everybody."""
    found = session.scalars(select(LeaveEntry).where(LeaveEntry.in_year == in_year))
    return Counter((e.person, e.bucket, e.kind, e.in_year, e.granted, e.day) for e in found)


def lazily(session: Session) -> Counter[Line]:
    """What would be written if each person acted first in the new year."""
    found: Counter[Line] = Counter()
    for person in staff(session):
        for entry in Ledger.read(session, person, 2027).entries:
            if entry.in_year == 2027:
                found[person.id, entry.bucket, entry.kind, 2027, entry.granted, date(2027, 1, 1)] += 1
    return found


def run(database: Database, work: Callable[..., year.Progress], closed: int = 2026, now: datetime = NEW_YEAR) -> int:
    """The job, batch after batch; how many accounts it did."""
    done = 0
    while True:
        progress = database.command(lambda session: work(session, closed, "test", now))
        done += progress.done
        if not progress.left:
            return done


def opened(database: Database) -> Counter[int]:
    with database.reads() as session:
        return Counter(session.scalars(select(LeaveAccount.opened)))


def test_the_job_writes_what_the_first_act_of_the_year_would(demo: Database) -> None:
    with demo.reads() as session:
        expected, number = lazily(session), len(staff(session))
    assert run(demo, year.post) == number
    with demo.reads() as session:
        assert lines(session) == expected
        assert set(session.scalars(select(LeaveEntry.turn).where(LeaveEntry.in_year == 2027))) == {1}
        assert session.get_one(LeaveTurn, 1).done_at == NEW_YEAR


def test_a_second_run_writes_nothing(demo: Database) -> None:
    run(demo, year.post)
    with demo.reads() as session:
        once = lines(session)
    assert run(demo, year.post) == 0
    with demo.reads() as session:
        assert lines(session) == once
        assert session.scalar(select(func.count()).select_from(LeaveTurn)) == 1


def test_the_preview_says_what_will_be_written(demo: Database) -> None:
    with demo.reads() as session:
        seen = {line.person: line for line in year.preview(session, 2026)}
    run(demo, year.post)
    with demo.reads() as session:
        for person in staff(session):
            left, line = balance_on(session, person.id, date(2027, 1, 1)), seen[person.id]
            assert (sum(left.values()), line.posted) == (line.available, False), person.id
        after = {line.person: line for line in year.preview(session, 2026)}
    assert {line.available for line in after.values()} == {line.available for line in seen.values()}
    assert all(line.posted for line in after.values())
    assert seen[EMPLOYEE].lapsed == 8, "two carried days, and six of the twelve that were not used"


def test_a_year_that_is_not_over_is_not_closed(demo: Database) -> None:
    with pytest.raises(Refused):
        run(demo, year.post, now=datetime(2026, 12, 31, 22, tzinfo=UTC))
    assert opened(demo) == {2026: STAFF}


def test_an_undone_year_is_as_if_it_had_not_been_posted_and_can_be_posted_again(demo: Database) -> None:
    with demo.reads() as session:
        expected = lazily(session)
    run(demo, year.post)
    assert run(demo, year.undo) == STAFF
    with demo.reads() as session:
        sums: Counter[tuple[str, int]] = Counter()
        for entry in session.scalars(select(LeaveEntry).where(LeaveEntry.in_year == 2027)):
            sums[entry.person, entry.bucket] += entry.granted
        assert not any(sums.values()), "compensated"
        assert lines(session) > expected, "nothing was deleted"
    assert run(demo, year.post) == STAFF
    with demo.reads() as session:
        for person in staff(session):
            assert balance_on(session, person.id, date(2027, 1, 1)) == _by_bucket(expected, session, person)


def _by_bucket(expected: Counter[Line], session: Session, person: Person) -> dict[int, int]:
    """What the first opening leaves: the sums of before, and what it added."""
    left = balance_on(session, person.id, date(2026, 12, 31))
    for (who, bucket, _, _, granted, _), times in expected.items():
        if who == person.id:
            left[bucket] = left.get(bucket, 0) + granted * times
    return dict(sorted(left.items()))


def test_undoing_keeps_what_was_granted_in_advance_and_what_was_used_since(demo: Database) -> None:
    instance = uuid4()

    def ask(session: Session) -> None:
        ledger = Ledger.locked(session, session.get_one(Person, EMPLOYEE), 2026, NOON)
        ledger.append((bookkeeping.Entry(2027, "grant", 2027, granted=12),), Cause(NOON))
        ledger.append(bookkeeping.reserve(((2027, 2027, 3),)), Cause(NOON, instance, 1))

    demo.command(ask)
    run(demo, year.post)
    run(demo, year.undo)
    run(demo, year.post)
    with demo.reads() as session:
        assert balance_on(session, EMPLOYEE, date(2027, 1, 1)) == {2024: 0, 2025: 0, 2026: 6, 2027: 9}


def test_a_year_under_a_newer_one_cannot_be_undone(demo: Database) -> None:
    run(demo, year.post)
    demo.command(lambda s: Ledger.locked(s, s.get_one(Person, EMPLOYEE), 2028, NEW_YEAR.replace(year=2028)))
    with pytest.raises(Refused):
        run(demo, year.undo)


def test_a_year_with_long_leave_brings_no_annual_leave_of_its_own(demo: Database) -> None:
    leave = LeaveRequest(
        instance=uuid4(),
        person=EMPLOYEE,
        type="long",
        case="other",
        first=date(2027, 2, 1),
        last=date(2027, 4, 30),
        days=89,
        abroad=False,
        changed=False,
        status=APPROVED,
    )
    demo.command(lambda session: session.add(leave))
    with demo.reads() as session:
        line = next(line for line in year.preview(session, 2026) if line.person == EMPLOYEE)
    assert (line.granted, line.carried) == (0, 6)
    run(demo, year.post)
    with demo.reads() as session:
        assert balance_on(session, EMPLOYEE, date(2027, 1, 1)) == {2024: 0, 2025: 0, 2026: 6, 2027: 0}


def work_until_killed(url: str, told: Connection) -> None:
    """Post in a process of its own, telling of each batch."""
    database = Database(url)
    while (progress := database.command(lambda session: year.post(session, 2026, "test", NEW_YEAR))).left:
        told.send(progress.done)
    told.send(0)


def test_a_job_that_is_killed_in_the_middle_goes_on_where_it_was(demo: Database) -> None:
    with demo.reads() as session:
        expected = lazily(session)
    apart = multiprocessing.get_context("spawn")
    here, there = apart.Pipe(duplex=False)
    url = demo.engine.url.render_as_string(hide_password=False)
    child = apart.Process(target=work_until_killed, args=(url, there))
    child.start()
    assert here.poll(PATIENCE)
    assert here.recv() == year.BATCH
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(PATIENCE)
    assert opened(demo)[2027] >= year.BATCH
    run(demo, year.post)
    assert opened(demo) == {2027: STAFF}
    with demo.reads() as session:
        assert lines(session) == expected


def test_two_jobs_and_people_who_act_at_the_same_time_open_each_account_once(demo: Database) -> None:
    with demo.reads() as session:
        expected, people = lazily(session), [person.id for person in staff(session)]
    gate = Barrier(4)

    def act(some: list[str]) -> None:
        gate.wait(PATIENCE)
        for id in some:
            demo.command(lambda s, id=id: _reserves(s, id))

    def job() -> None:
        gate.wait(PATIENCE)
        run(demo, year.post)

    with ThreadPoolExecutor(4) as pool:
        waiting: list[Any] = [pool.submit(job), pool.submit(job)]
        waiting += [pool.submit(act, people[::6]), pool.submit(act, people[::-6])]
        for each in waiting:
            each.result(PATIENCE)
    with demo.reads() as session:
        turns = Counter({line: n for line, n in lines(session).items() if line[2] in bookkeeping.TURN_OF_YEAR})
        assert turns == expected
        assert all(left >= 0 for id in people for left in balance_on(session, id, date(2027, 1, 4)).values())


def _reserves(session: Session, person: str) -> None:
    """One day of the new year, from the oldest bucket that has one."""
    ledger = Ledger.locked(session, session.get_one(Person, person), 2027, NEW_YEAR)
    left = bookkeeping.usable(ledger.entries, 2027, ledger.opened)
    if any(left.values()):
        days = bookkeeping.oldest_first(left, 1)
        ledger.append(bookkeeping.reserve((2027, *debit) for debit in days), Cause(NEW_YEAR, uuid4(), 1))
