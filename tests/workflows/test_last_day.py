"""Two requests against one remaining day, from two processes at the same moment, 500 times: one of them is refused."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import date
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import Refused
from engine.package import Package
from tests.support import NOON, Office
from workflows import packages, services
from workflows.leave.model import LeaveAccount, LeaveEntry
from workflows.people import Person

ROUNDS = 500
PATIENCE = 300
"""Seconds after which a process that says nothing counts as dead."""
DAYS = ("2026-11-09", "2026-11-10")
FORM = {"type": "annual", "reason": "x", "abroad": False, "address": "x", "phone": "081234567890"}
PEOPLE = [f"X{number:03}" for number in range(ROUNDS)]


def ask(url: str, day: str, gate: Barrier, answers: Queue[tuple[str, list[bool]]]) -> None:
    """What each process does: ask for one day on behalf of one person after the other, both always of the same."""
    database = Database(url)
    office = Office(database, services=services)
    answers.put((day, [asked(office, person, day, gate) for person in PEOPLE]))
    database.dispose()


def asked(office: Office, person: str, day: str, gate: Barrier) -> bool:
    """Whether the request was accepted."""
    gate.wait(PATIENCE)
    try:
        office.start("leave", person, first=day, last=day, **FORM)
    except Refused:
        return False
    return True


def with_one_day_left() -> Iterator[list[Any]]:
    """Staff whose leave of this year is used but for a day."""
    about = {"kind": "PNS", "unit": "DISKOMINFO", "service_start": date(2015, 1, 1)}
    yield [Person(id=person, nip=f"{n:018}", name=person, **about) for n, person in enumerate(PEOPLE)]
    yield [LeaveAccount(person=person, opened=2026) for person in PEOPLE]
    taken = {"bucket": 2026, "kind": "opening", "in_year": 2026, "granted": 12, "used": 11, "reserved": 0}
    yield [LeaveEntry(person=person, day=date(2026, 1, 1), at=NOON, **taken) for person in PEOPLE]


def fill(session: Session) -> None:
    for rows in with_one_day_left():
        session.add_all(rows)
        session.flush()


def test_of_two_requests_for_one_last_day_one_is_refused(demo: Database) -> None:
    Office(demo, services=services).deploy(Package.read(packages() / "leave"))
    demo.command(fill)
    apart = multiprocessing.get_context("spawn")
    gate, answers = apart.Barrier(2), apart.Queue()
    url = demo.engine.url.render_as_string(hide_password=False)
    asking = [apart.Process(target=ask, args=(url, day, gate, answers)) for day in DAYS]
    for process in asking:
        process.start()
    accepted = dict(answers.get(timeout=PATIENCE) for _ in DAYS)
    for process in asking:
        process.join()
    wins = list(zip(accepted[DAYS[0]], accepted[DAYS[1]], strict=True))
    assert len(wins) == ROUNDS
    assert all(first != second for first, second in wins)
    assert {first for first, _ in wins} == {True, False}, "neither process was always first"
    assert balances(demo) == {0}


def balances(database: Database) -> set[int]:
    left = func.sum(LeaveEntry.granted - LeaveEntry.used - LeaveEntry.reserved)
    with database.reads() as session:
        wanted = select(left).where(LeaveEntry.person.in_(PEOPLE)).group_by(LeaveEntry.person)
        return {int(each) for each in session.scalars(wanted)}
