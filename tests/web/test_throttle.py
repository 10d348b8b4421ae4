"""Counting failed sign-ins on both kinds of database, also when guesses come at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engine.db import Database
from web.db import LoginAttempt
from web.throttle import FORGET_AFTER, LIMITS, Throttle

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
WHO = {"nip": "199105042018012997", "address": "192.0.2.7"}
GUARD = Throttle("s" * 48)


def begin(database: Database, at: datetime = NOON, who: dict[str, str] = WHO) -> timedelta:
    return database.command(lambda session: GUARD.begin(session, who, at))


def test_guesses_at_the_same_time_are_all_counted(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: begin(database), range(24)))
    assert sum(wait <= timedelta() for wait in waits) == LIMITS["nip"].free


def test_the_wait_grows_up_to_its_limit_and_never_beyond(database: Database) -> None:
    at, waits = NOON, []
    for _ in range(30):
        while (wait := begin(database, at)) <= timedelta():
            pass
        waits.append(wait)
        at += wait
    assert waits == sorted(waits)
    assert waits[0] < timedelta(seconds=5)
    assert waits[-1] == LIMITS["nip"].longest


def test_one_address_may_try_many_nips_but_not_without_end(database: Database) -> None:
    waits = [begin(database, who={**WHO, "nip": str(number)}) for number in range(LIMITS["address"].free + 1)]
    assert all(wait <= timedelta() for wait in waits[:-1])
    assert waits[-1] > timedelta()


def test_a_day_later_everything_is_forgotten(database: Database) -> None:
    for _ in range(9):
        begin(database)
    begin(database, NOON + FORGET_AFTER + timedelta(seconds=1))
    with database.reads() as session:
        assert set(session.scalars(select(LoginAttempt.failures))) == {1}
