"""Counting anew under stress: killed workers, two at once, decisions and new requests meanwhile; and ten thousand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from threading import Event as Pause
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from engine.db import Database, Event, Instance, Message, Notice, table
from engine.record import genesis, read_facts
from engine.services import ServiceContext, Services
from tests.conftest import Databases
from tests.faults.site import Site
from tests.support import NOON, Case, Office, diagram, package, service
from tests.workflows.leaves import ELECTION, KEEPER, days, leave, post, waiting_flow
from web.parts import Parts
from workflows import load_demo
from workflows.calendar_changes import DaysChange
from workflows.leave import bookkeeping, recount, recounting
from workflows.leave.ledger import Ledger, reserved_by
from workflows.leave.model import APPROVED, Cause, LeaveAccount, LeaveEntry, LeaveRequest
from workflows.leave.recounting import LeaveRecount
from workflows.people import Person

DECLARED = DaysChange(None, after=(ELECTION,))
MONDAY = date(2026, 11, 16)
services = Services("test")


@services.register("test.grant@1")
def grant(ctx: ServiceContext) -> Mapping[str, Any]:
    """Turn what the request holds into used days, as the grant of leave does."""
    person = ctx.session.get_one(Person, ctx.subject)
    ledger = Ledger.locked(ctx.session, person, ctx.today.year, ctx.now)
    ledger.append(bookkeeping.debit(reserved_by(ctx.session, ctx.instance)), Cause(ctx.now, ctx.instance, ctx.event))
    ctx.session.get_one(LeaveRequest, ctx.instance).status = APPROVED
    return {}


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """The demo office with a flow that grants leave."""
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    made = Office(Database(url), services)
    flow = diagram(
        {"begin": "startEvent", "submit": "userTask", "check": "userTask", "grant": "serviceTask", "end": "endEvent"},
        ["begin submit", "submit check", "check grant", "grant end"],
        lanes={"requester": ["begin", "submit", "grant", "end"], "personnel_officer": ["check"]},
        inside={"grant": service("test.grant@1")},
    )
    made.deploy(package(flow))
    yield made
    made.database.dispose()
    databases.drop(url)


def people(number: int) -> list[str]:
    """So many who have leave."""
    return [f"P{n:03}" for n in range(41, 41 + number)]


def at_once(*ways: Callable[[], object]) -> None:
    """All of them, started by one shot; the first error is raised."""
    shot = Barrier(len(ways))

    def run(way: Callable[[], object]) -> None:
        shot.wait()
        way()

    with ThreadPoolExecutor(len(ways)) as pool:
        for done in [pool.submit(run, way) for way in ways]:
            done.result()


def next_message(database: Database, office_now: Any) -> Message | None:
    with database.reads() as session:
        due = (Message.kind == recounting.MESSAGE, Message.done_at.is_(None), Message.due <= office_now)
        return session.scalars(select(Message).where(*due).order_by(Message.id)).first()


def batch(office: Office, body: str) -> None:
    office.database.command(lambda s: recounting.carry_on(s, office.engine, body, now=office.now))


def done(office: Office, message: Message) -> None:
    office.database.command(
        lambda s: s.execute(update(Message).where(Message.id == message.id).values(done_at=office.now))
    )


def finish(office: Office) -> None:
    """What a worker does until nothing is due any more."""
    while (message := next_message(office.database, office.now)) is not None:
        batch(office, message.body)
        done(office, message)


def exactly_once(database: Database, expected: int) -> None:
    """Every request moved by one day once, in row, ledger, record and notices."""
    with database.reads() as session:
        states = Counter(session.scalars(select(LeaveRecount.status)))
        moved = session.execute(
            select(LeaveEntry.request, func.sum(LeaveEntry.used + LeaveEntry.reserved).label("days"))
            .where(LeaveEntry.kind == bookkeeping.RECOUNT)
            .group_by(LeaveEntry.request)
        ).all()
        told = session.scalar(select(func.count()).where(Notice.kind == "recounted"))
        events = [read_facts(record)["kind"] for record in session.scalars(select(Event.record))]
    assert states == {"done": expected}
    assert {row.days for row in moved} == {-1}
    assert len(moved) == told == events.count("recounted") == expected


def test_a_batch_that_was_killed_is_done_by_the_next_and_nothing_happens_twice(office: Office) -> None:
    instances = [leave(office, person, MONDAY, MONDAY + timedelta(days=2)) for person in people(70)]
    post(office, DECLARED)
    message = next_message(office.database, office.now)
    assert message is not None

    def killed(session: Session) -> None:
        recounting.carry_on(session, office.engine, message.body, now=office.now)
        raise KeyboardInterrupt  # as if the process ended before its commit

    with pytest.raises(KeyboardInterrupt):
        office.database.command(killed)
    batch(office, message.body)  # this one ended after its commit, before the message was marked as done
    batch(office, message.body)
    finish(office)
    exactly_once(office.database, len(instances))


def test_two_workers_at_once_count_each_request_once(office: Office) -> None:
    instances = [leave(office, person, MONDAY, MONDAY + timedelta(days=2)) for person in people(70)]
    post(office, DECLARED)
    message = next_message(office.database, office.now)
    assert message is not None
    at_once(*[lambda: batch(office, message.body)] * 2)
    finish(office)
    exactly_once(office.database, len(instances))


def test_decisions_at_the_same_moment_and_the_count_leave_each_account_right(office: Office) -> None:
    instances = {
        person: leave(office, person, MONDAY, MONDAY + timedelta(days=4)) for person in ("P093", "P095", "P097")
    }
    tasks = {instance: office_task(office, instance) for instance in instances.values()}

    def decide(task: UUID) -> None:
        office.database.command(
            lambda session: office.engine.decide(
                session, task, office.directory.actor(session, "P092", office.now), {}, now=office.now
            )
        )

    at_once(lambda: post(office, DECLARED), *(lambda t=task: decide(t) for task in tasks.values()))
    finish(office)
    assert {days(office, instance) for instance in instances.values()} == {4}
    with office.database.reads() as session:
        assert set(session.scalars(select(LeaveRequest.status))) == {APPROVED}
        for instance in instances.values():
            assert reserved_by(session, instance) == ()
    exactly_once(office.database, len(instances))


def office_task(office: Office, instance: UUID) -> UUID:
    return Case(office, instance, "").open_task("check")


def test_requests_that_are_made_while_a_day_is_declared_are_counted_right_in_the_end(office: Office) -> None:
    made: dict[str, UUID] = {}

    def ask(person: str) -> None:
        made[person] = leave(office, person, MONDAY, MONDAY + timedelta(days=4))

    at_once(lambda: post(office, DECLARED), *(lambda p=person: ask(p) for person in people(7)))
    finish(office)
    office.now += recounting.LOOK_AGAIN + timedelta(minutes=1)
    finish(office)
    assert {days(office, instance) for instance in made.values()} == {4}


def test_a_worker_that_is_killed_again_and_again_still_counts_each_request_once(site: Site, inside: Parts) -> None:
    office = Office(inside.database, inside.engine.services, inside.people, site.now())
    office.engine = inside.engine
    office.deploy(waiting_flow())
    instances = [leave(office, person, MONDAY, MONDAY + timedelta(days=2)) for person in people(78)]
    post(office, DECLARED)
    site.begin("worker")
    for _ in range(3):
        site.kill("worker")
        site.offset += timedelta(minutes=2)  # whoever was killed held the message for a minute
    wait_for(lambda: counted(inside) == len(instances))
    exactly_once(inside.database, len(instances))


def counted(inside: Parts) -> int:
    with inside.database.reads() as session:
        return session.scalar(select(func.count()).where(LeaveRecount.status == "done")) or 0


def wait_for(what: Callable[[], bool], patience: float = 60.0) -> None:
    """Look again and again, as a person would reload a page."""
    until = time.monotonic() + patience
    while not what():
        assert time.monotonic() < until, "it takes too long"
        Pause().wait(0.1)


def many(office: Office, number: int) -> None:
    """So many people of one unit, each with leave in the week of the election; half of it granted."""

    def fill(session: Session) -> None:
        version = session.scalars(select(Instance.version_id)).one()
        ids = [uuid4() for _ in range(number)]
        names = [f"X{n:05}" for n in range(number)]
        rows: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (Person, LeaveAccount, Instance, LeaveRequest, LeaveEntry)
        }
        for n, (id, name) in enumerate(zip(ids, names, strict=True)):
            granted = n % 2 == 0
            rows[Person].append(
                {
                    "id": name,
                    "nip": f"9{n:017}",
                    "name": f"Pegawai {n}",
                    "kind": "PNS",
                    "unit": "DINKES",
                    "service_start": date(2015, 1, 1),
                }
            )
            rows[LeaveAccount].append({"person": name, "opened": 2026})
            rows[Instance].append(instance_row(id, name, version, office.now))
            rows[LeaveRequest].append(
                {
                    "instance": id,
                    "person": name,
                    "type": "annual",
                    "case": "",
                    "relation": "",
                    "first": MONDAY,
                    "last": MONDAY + timedelta(days=4),
                    "days": 5,
                    "abroad": False,
                    "changed": False,
                    "status": "approved" if granted else "reserved",
                    "travel_days": 0,
                    "birth_order": 0,
                    "inpatient_days": 0,
                    "letter": "none",
                    "interim": False,
                    "owed": 0,
                }
            )
            same = {
                "person": name,
                "bucket": 2026,
                "in_year": 2026,
                "day": date(2026, 1, 1),
                "at": office.now,
                "instance": None,
                "request": None,
                "granted": 0,
                "used": 0,
                "reserved": 0,
            }
            rows[LeaveEntry].append({**same, "kind": "grant", "granted": 12})
            rows[LeaveEntry].append(
                {**same, "kind": "reserve", "request": id, "instance": id, "used" if granted else "reserved": 5}
            )
        for model, values in rows.items():
            session.execute(insert(table(model)), values)

    office.database.command(fill)


def instance_row(id: UUID, person: str, version: int, now: Any) -> dict[str, Any]:
    about = {"process": "flow", "version_id": version, "subject": person, "starter": person, "unit": "DINKES"}
    state = {"status": "ended", "revision": 0, "events": 0, "head": genesis(id), "started_at": now}
    return {"id": id, "reference": f"UJI-{id.hex[:20]}", **about, **state}


def test_many_requests_are_looked_at_and_counted_in_batches(office: Office, long: bool) -> None:
    number = 10_000 if long else 300
    office.start("flow", "P041")
    many(office, number)
    took: dict[str, float] = {}

    def timed(name: str, what: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = what()
        took[name] = time.perf_counter() - began
        return answer

    def look() -> recount.Effect:
        with office.database.reads() as session:
            return recount.effect_of(session, DECLARED, year=2026, shown=100)

    effect = timed("preview", look)
    assert (effect.count, effect.short, len(effect.lines)) == (number, 0, 100)
    timed("posting", lambda: post(office, DECLARED, KEEPER))
    timed("counting", lambda: finish(office))
    exactly_once(office.database, number)
    with office.database.reads() as session:
        assert set(session.scalars(select(LeaveRequest.days).where(LeaveRequest.person.startswith("X")))) == {4}
    if long:
        assert took["preview"] < 15, took
        assert took["posting"] < 20, took
