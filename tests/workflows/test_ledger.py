"""The ledger in the database: append-only, opened year by year, and safe against two at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Database
from tests.workflows.conftest import NOON
from workflows.leave import bookkeeping
from workflows.leave.ledger import Ledger, balance_on, reserved_by, used_by
from workflows.leave.model import Cause, LeaveAccount, LeaveEntry, LeaveRequest
from workflows.leave.standing import absences_of
from workflows.people import Person
from workflows.workdays import Span

EMPLOYEE = "P097"
NEXT_YEAR = datetime(2027, 1, 4, 5, tzinfo=UTC)


def locked(session: Session, person: str = EMPLOYEE, now: datetime = NOON) -> Ledger:
    return Ledger.locked(session, session.get_one(Person, person), now.year, now)


def seen(session: Session, person: str = EMPLOYEE, year: int = 2026) -> Ledger:
    return Ledger.read(session, session.get_one(Person, person), year)


def left(ledger: Ledger, year: int = 2026) -> dict[int, int]:
    return bookkeeping.buckets(ledger.entries, year)


def test_a_balance_is_the_sum_of_its_entries(demo: Database) -> None:
    with Session(demo.engine) as session:
        ledger = locked(session)
        ledger.append(bookkeeping.reserve(((2026, 2025, 2), (2026, 2026, 3))), Cause(NOON, uuid4(), 1))
        session.flush()
        assert left(ledger) == left(seen(session)) == {2024: 0, 2025: 0, 2026: 9}


def test_reserved_days_are_found_by_their_instance(demo: Database) -> None:
    instance = uuid4()
    with Session(demo.engine) as session:
        ledger = locked(session)
        days = ((2026, 2025, 2), (2026, 2026, 1))
        ledger.append(bookkeeping.reserve(days), Cause(NOON, instance, 1))
        assert (reserved_by(session, instance), used_by(session, instance)) == (days, ())
        ledger.append(bookkeeping.debit(days), Cause(NOON, instance, 4))
        assert (reserved_by(session, instance), used_by(session, instance)) == ((), days)


def test_the_balance_of_a_past_day_is_the_sum_of_the_entries_up_to_it(demo: Database) -> None:
    later = NOON.replace(day=20)
    with Session(demo.engine) as session:
        locked(session).append(bookkeeping.reserve(((2026, 2025, 2),)), Cause(NOON, uuid4(), 1))
        locked(session, now=later).append(bookkeeping.reserve(((2026, 2026, 4),)), Cause(later, uuid4(), 1))
        locked(session, now=NEXT_YEAR)
        days = (date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 20), date(2027, 1, 1))
        assert [balance_on(session, EMPLOYEE, day) for day in days] == [
            {2024: 0, 2025: 2, 2026: 12},
            {2024: 0, 2025: 0, 2026: 12},
            {2024: 0, 2025: 0, 2026: 8},
            {2024: 0, 2025: 0, 2026: 6, 2027: 12},
        ]
        session.rollback()


def test_the_balance_of_a_year_that_nobody_opened_yet_is_told_as_if_it_were(demo: Database) -> None:
    with demo.reads() as session:
        assert balance_on(session, EMPLOYEE, date(2027, 2, 1)) == {2024: 0, 2025: 0, 2026: 6, 2027: 12}


def test_reading_shows_the_new_year_without_writing_it(demo: Database) -> None:
    with demo.reads() as session:
        before = len(session.scalars(select(LeaveEntry.id)).all())
        assert left(seen(session, year=2027), 2027) == {2024: 0, 2025: 0, 2026: 6, 2027: 12}
        assert len(session.scalars(select(LeaveEntry.id)).all()) == before


def test_the_first_writer_of_a_year_opens_it_once(demo: Database) -> None:
    for _ in range(2):
        demo.command(lambda session: locked(session, now=NEXT_YEAR))
    with demo.reads() as session:
        wanted = select(LeaveEntry).where(LeaveEntry.person == EMPLOYEE, LeaveEntry.in_year == 2027)
        opened = [(line.bucket, line.kind, line.granted) for line in session.scalars(wanted)]
        assert sorted(opened) == [(2025, "carry", -2), (2026, "carry", -6), (2027, "grant", 12)]
        assert session.get_one(LeaveAccount, EMPLOYEE).opened == 2027


def test_an_account_that_slept_for_years_opens_them_all(demo: Database) -> None:
    later = NOON.replace(year=2029)
    demo.command(lambda session: locked(session, now=later))
    with demo.reads() as session:
        assert left(seen(session, year=2029), 2029) == {2024: 0, 2025: 0, 2026: 0, 2027: 0, 2028: 12, 2029: 12}


def test_somebody_new_gets_an_account_with_the_first_request(demo: Database) -> None:
    demo.command(lambda session: session.add(_newcomer()))
    with demo.reads() as session:
        assert left(seen(session, "P900")) == {2026: 12}
    demo.command(lambda session: locked(session, "P900"))
    with demo.reads() as session:
        assert left(seen(session, "P900")) == {2026: 12}


def _newcomer() -> Person:
    about = {"id": "P900", "nip": "200001012025041001", "name": "Pegawai Baru", "kind": "PNS", "unit": "SETDA"}
    return Person(service_start=date(2025, 4, 1), **about)


def test_days_released_in_the_next_year_lapse_as_they_would_have(demo: Database) -> None:
    instance = uuid4()

    def reserve(session: Session) -> None:
        locked(session).append(bookkeeping.reserve(((2026, 2026, 8),)), Cause(NOON, instance, 1))

    def release(session: Session) -> None:
        ledger = locked(session, now=NEXT_YEAR)
        assert left(ledger, 2027) == {2024: 0, 2025: 0, 2026: 4, 2027: 12}
        ledger.append(bookkeeping.release(((2026, 2026, 8),)), Cause(NEXT_YEAR, instance, 2))
        ledger.settle(Cause(NEXT_YEAR, instance, 2))
        assert left(ledger, 2027) == {2024: 0, 2025: 0, 2026: 6, 2027: 12}

    demo.command(reserve)
    demo.command(release)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("reserved", 1),
        ("approved", 1),
        ("noted", 1),
        ("opening", 1),
        ("released", 0),
        ("deferred", 0),
        ("cancelled", 0),
    ],
)
def test_only_leave_that_is_asked_for_or_taken_keeps_its_dates(demo: Database, status: str, found: int) -> None:
    request = LeaveRequest(
        instance=uuid4(),
        person=EMPLOYEE,
        first=date(2026, 11, 9),
        last=date(2026, 11, 11),
        days=3,
        abroad=False,
        changed=False,
        travel_days=2,
        status=status,
    )
    with Session(demo.engine) as session:
        session.add(request)
        known = list(absences_of(session, EMPLOYEE))
        assert len(known) == found
        assert [absence.span for absence in known] == [Span(date(2026, 11, 9), date(2026, 11, 13))] * found
        assert list(absences_of(session, EMPLOYEE, request.instance)) == []
        session.rollback()
