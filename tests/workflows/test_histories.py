"""Random lives over four years: the balance shown is the ledger's sum and what the decisions come to, all the time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.db import Database
from tests.conftest import Databases
from tests.workflows.conftest import NOON
from tests.workflows.lives import LAST_YEAR, Life
from workflows import load_demo
from workflows.calendar import CalendarDay, holidays_of
from workflows.leave.ledger import balance_on
from workflows.leave.model import LeaveAccount, LeaveEntry
from workflows.people import Person

ACTS = 30
CONTRACTS = (None, None, None, 5, 3, 1)
"""Lengths of contracts, and None for civil servants."""


def prepare(session: Session) -> None:
    """The demo's posts and officials, holidays for the years to come, and nobody else who has leave."""
    load_demo(session, NOON)
    session.execute(update(Person).values(service_start=None))
    for each in range(2028, LAST_YEAR + 3):
        session.add_all(holidays_of(each))


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Database]:
    """An office for lives that nobody else takes part in."""
    url = databases.fresh(kind, "lives", lambda db: db.command(prepare))
    database = Database(url)
    yield database
    database.dispose()
    databases.drop(url)


def life_of(session: Session, seed: int) -> Life:
    """One random life; what it writes is dropped by its reader."""
    days = session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
    chance = random.Random(seed)
    life = Life(
        session,
        chance,
        off={row.day for row in days},
        joint=[row.day for row in days if row.kind == "joint" and row.day.weekday() < 5],
        person=f"L{seed}",
        contract_years=chance.choice(CONTRACTS),
    )
    life.live(ACTS)
    return life


def written(session: Session, person: str, year: int) -> Counter[int]:
    """What the database itself adds up, of each bucket."""
    left = LeaveEntry.granted - LeaveEntry.used - LeaveEntry.reserved
    lines = select(LeaveEntry.bucket, func.sum(left)).where(LeaveEntry.person == person, LeaveEntry.bucket <= year)
    return Counter({bucket: int(days) for bucket, days in session.execute(lines.group_by(LeaveEntry.bucket)) if days})


def test_balance_shown_ledger_and_decisions_agree_all_through_random_lives(office: Database, long: bool) -> None:
    done: Counter[str] = Counter()
    for seed in range(10_000 if long else 300):
        with Session(office.engine) as session:
            life = life_of(session, seed)
            opened = session.get_one(LeaveAccount, life.person).opened
            assert written(session, life.person, opened) == Counter(_some(life.facts.balance(opened))), life.acts
            if not life.undone:
                for day, shown in life.seen.items():
                    assert balance_on(session, life.person, day) == shown, (day, life.acts)
            done.update(act.split()[1] for act in life.acts)
            done.update(f"{asked.type} {asked.state}" for asked in life.requests)
            session.rollback()
    assert min(done[f"annual {state}"] for state in ("granted", "deferred", "rejected", "over", "waiting")) > 20, done


def _some(buckets: dict[int, int]) -> dict[int, int]:
    return {bucket: days for bucket, days in buckets.items() if days}
