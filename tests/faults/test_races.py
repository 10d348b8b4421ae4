"""Many at once: one wins, the others learn who, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.db import Event
from tests.faults import invariants
from tests.faults.office import Office
from tests.faults.site import Answer, Site
from web.parts import Parts
from workflows.leave.bookkeeping import buckets
from workflows.leave.model import LeaveEntry

EMPLOYEE, OFFICER = "P097", "P092"
LETTER = "/processes/surat_keterangan/instances"


@pytest.fixture
def served(site: Site, people: Office) -> Office:
    """The office with two web processes on one database."""
    for role in ("web", "web2"):
        site.begin(role)
    for role in ("web", "web2"):
        site.wait_until_ready(role)
    return people


def test_of_eight_clients_on_one_task_one_succeeds_and_the_others_learn_who_and_when(
    served: Office, inside: Parts, long: bool
) -> None:
    for _ in range(200 if long else 12):
        started = served.client(EMPLOYEE).post(LETTER, {"purpose": "Kredit"}).body
        [task] = started["tasks"]
        path = f"/tasks/{task['id']}/complete"
        answers = at_once([partial(decide, served, path, number) for number in range(8)])
        assert Counter(answer.status for answer in answers) == {200: 1, 409: 7}
        lost = [answer.body for answer in answers if answer.status == 409]
        [won] = [answer.body for answer in answers if answer.status == 200]
        assert {(body["decided_by"], body["outcome"]) for body in lost} == {("Yuni Santoso", "issue")}
        assert {body["decided_at"] for body in lost} == {won["ended_at"]}
    with inside.database.reads() as session:
        invariants.no_task_is_open_twice(session)
        invariants.nothing_is_dead(session)


def test_every_post_sent_twice_has_one_effect_and_one_answer(served: Office, inside: Parts, long: bool) -> None:
    rounds = 500 if long else 12
    for _ in range(rounds):
        started = twice(served, EMPLOYEE, LETTER, {"purpose": "Kredit"})
        task = started["tasks"][0]["id"]
        twice(served, OFFICER, f"/tasks/{task}/complete", {"outcome": "refuse", "reason": "Belum lengkap"})
    with inside.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 2 * rounds


def test_of_two_requests_for_the_last_day_one_is_refused(served: Office, inside: Parts, long: bool) -> None:
    people = [f"P{number:03}" for number in range(2, 121)]
    rounds = 0
    for person in people * (5 if long else 1):
        if rounds >= (500 if long else 10):
            break
        if not one_day_left(served, inside, person):
            continue
        rounds += 1
        asks = {"web": date(2026, 12, 7), "web2": date(2026, 12, 8)}
        answers = at_once([partial(ask_leave, served, person, day, role) for role, day in asks.items()])
        assert sorted(answer.status for answer in answers) == [201, 422]
        with inside.database.reads() as session:
            assert left_of(session, person) == 0
    assert rounds >= (100 if long else 10)


def twice(office: Office, person: str, path: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Post the same body under the same key to two processes at once."""
    key = uuid4().hex
    asks = [partial(office.client(person, role).post, path, answers, key=key) for role in ("web", "web2")]
    first, second = at_once(asks)
    assert first == second
    assert first.status in (200, 201), first
    return first.body


def decide(office: Office, path: str, number: int) -> Answer:
    """The officer's decision through one of the two processes, each time in other words."""
    client = office.client(OFFICER, ("web", "web2")[number % 2])
    return client.post(path, {"outcome": "issue", "number": f"800/{number}"})


def at_once(asks: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """All of them, started by one shot."""
    shot = Barrier(len(asks))

    def ask(one: Callable[[], Answer]) -> Answer:
        shot.wait()
        return one()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask, asks))


def ask_leave(office: Office, person: str, day: date, role: str = "web") -> Answer:
    """Ask for one day of leave."""
    return office.client(person, role).post(
        "/processes/leave/instances",
        {
            "type": "annual",
            "first": day.isoformat(),
            "last": day.isoformat(),
            "reason": "Acara keluarga",
            "abroad": False,
            "address": "Jalan Contoh 1",
            "phone": "0812 3456 7890",
        },
    )


def one_day_left(office: Office, parts: Parts, person: str) -> bool:
    """Ask for leave until one day is left; False for somebody who has none to begin with."""
    with parts.database.reads() as session:
        left = left_of(session, person)
    day = date(2026, 11, 9)
    while left > 1 and day < date(2026, 12, 5):
        if ask_leave(office, person, day).status == 201:
            left -= 1
        day += timedelta(days=1)
    return left == 1


def left_of(session: Any, person: str) -> int:
    """What the ledger has left for a person this year."""
    lines = session.scalars(select(LeaveEntry).where(LeaveEntry.person == person)).all()
    return sum(buckets([line.entry for line in lines], 2026).values())
