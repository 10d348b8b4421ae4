"""A thousand requests, decisions and cancellations by four processes on few people's leave: no day is spent twice."""

from __future__ import annotations

import multiprocessing
import random
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from multiprocessing.queues import Queue
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Database, Event, Instance, Task
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from engine.package import Package
from engine.record import read_facts
from tests.conftest import Databases
from tests.faults import invariants
from tests.support import NOON, Office, choice, diagram, form, form_of, package, service
from workflows import load_demo, services
from workflows.leave.model import LeaveEntry, LeaveRequest
from workflows.people import Person

PROCESSES, ACTS, PEOPLE = 4, 1_000, [f"X{number:02}" for number in range(12)]
PATIENCE = 240
"""Seconds after which a process that says nothing counts as dead."""
HEAD = "P091"
DAY = {"type": "datetime", "subtype": "date", "dateLabel": "day", "validate": {"required": True}}
LATE = (Conflict, NotFound, NotPermitted)
"""What somebody is told who comes after another."""
Act = tuple[str, UUID, str]
"""What was acknowledged: started, or decided with an outcome."""
Told = tuple[list[Act], Counter[str]] | str
"""What a process did and was refused, or why it failed."""


def storm() -> Package:
    """Asked, reserved, decided: granted, deferred or given back."""
    dates = {"first": "ask.first", "last": "ask.last"}
    return package(
        diagram(
            {
                "begin": "startEvent",
                "ask": "userTask",
                "reserve": "serviceTask",
                "find": "serviceTask",
                "decide": "userTask",
                "which": "exclusiveGateway",
                "grant": "serviceTask",
                "defer": "serviceTask",
                "release": "serviceTask",
                "approved": "endEvent",
                "deferred": "endEvent",
                "rejected": "endEvent",
            },
            [
                *("begin ask", "ask reserve", "reserve find", "find decide", "decide which"),
                'which grant | decide.outcome = "approve"',
                'which defer | decide.outcome = "defer"',
                "which release | default",
                *("grant approved", "defer deferred", "release rejected"),
            ],
            lanes={"requester": ["ask"], "authorised_official": ["decide"]},
            inside={
                "ask": form_of("ask"),
                "reserve": service("leave.reserve@2", "reservation", type='"annual"', **dates),
                "find": service("leave.route@2", "route", official='"unit_head"'),
                "decide": form_of("decide"),
                "grant": service("leave.grant@1", "granted"),
                "defer": service("leave.defer@2", "put_off"),
                "release": service("leave.release@2", "given_back"),
            },
        ),
        key="storm",
        files={
            "ask.form": form(first=DAY, last=DAY),
            "decide.form": form(outcome=choice("approve", "defer", "reject")),
        },
    )


def calm() -> Package:
    """The cancellation of a granted one."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "ask": "userTask",
                "find": "serviceTask",
                "decide": "userTask",
                "which": "exclusiveGateway",
                "cancel": "serviceTask",
                "cancelled": "endEvent",
                "kept": "endEvent",
            },
            [
                *("begin ask", "ask find", "find decide", "decide which"),
                'which cancel | decide.outcome = "approve"',
                "which kept | default",
                "cancel cancelled",
            ],
            lanes={"requester": ["ask"], "authorised_official": ["decide"]},
            inside={
                "find": service("leave.about@1", "route"),
                "decide": form_of("decide"),
                "cancel": service("leave.cancel@1", "cut"),
            },
        ),
        key="calm",
        reference="BATAL",
        about=["storm"],
        about_when='instance.outcome = "approved"',
        files={"decide.form": form(outcome=choice("approve", "reject"))},
    )


def prepare(session: Session) -> None:
    """The demo office and twelve more people, whose accounts nobody has opened."""
    load_demo(session, NOON)
    about = {"kind": "PNS", "unit": "DISKOMINFO", "service_start": date(2015, 1, 1)}
    session.add_all(Person(id=id, nip=f"{number:018}", name=id, **about) for number, id in enumerate(PEOPLE))


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    url = databases.fresh(kind, "storm", lambda db: db.command(prepare))
    found = Office(Database(url), services=services)
    found.deploy(storm(), calm())
    yield found
    found.database.dispose()
    databases.drop(url)


class Worker:
    """One process's people, who ask, decide and cancel at random. ``done``: what was acknowledged."""

    def __init__(self, url: str, seed: int) -> None:
        self.office = Office(Database(url), services=services)
        self.chance = random.Random(seed)
        self.done: list[Act] = []
        self.refused: Counter[str] = Counter()

    def act(self) -> None:
        """One act; of an open task another process may just have taken care."""
        act = self.chance.choices((self.ask, self.decide, self.cancel), (4, 5, 1))[0]
        try:
            act()
        except (Refused, *LATE) as refusal:
            self.refused[type(refusal).__name__] += 1

    def ask(self) -> None:
        first = NOON.date() + timedelta(days=self.chance.randrange(60))
        dates = {"first": first.isoformat(), "last": (first + timedelta(days=self.chance.randrange(6))).isoformat()}
        self.start("storm", self.chance.choice(PEOPLE), None, dates)

    def decide(self) -> None:
        with self.office.database.reads() as session:
            waiting = select(Task.id, Task.instance_id, Task.process).where(Task.state == "open", Task.step == "decide")
            found = session.execute(waiting.order_by(Task.due, Task.id).limit(8)).all()
        if not found:
            return self.ask()
        task = self.chance.choice(found)
        outcome = self.chance.choice(("approve", "approve", "reject", *(("defer",) if task.process == "storm" else ())))
        self.office.database.command(lambda session: self.complete(session, task.id, outcome))
        self.done.append((outcome, task.instance_id, "decide"))

    def complete(self, session: Session, task: UUID, outcome: str) -> None:
        actor = self.office.directory.actor(session, HEAD, NOON)
        self.office.engine.complete(session, task, actor, {"outcome": outcome}, now=NOON)

    def cancel(self) -> None:
        with self.office.database.reads() as session:
            granted = select(LeaveRequest.instance, LeaveRequest.person).where(LeaveRequest.status == "approved")
            found = session.execute(granted.order_by(LeaveRequest.instance)).all()
        if not found:
            return self.ask()
        leave = self.chance.choice(found)
        self.start("calm", leave.person, leave.instance, {})

    def start(self, process: str, person: str, about: UUID | None, answers: dict[str, Any]) -> None:
        engine, people = self.office.engine, self.office.directory

        def begin(session: Session) -> UUID:
            actor = people.actor(session, person, NOON)
            return engine.start(session, process, actor, answers, now=NOON, about=about).id

        self.done.append(("started", self.office.database.command(begin), process))


def work(url: str, seed: int, acts: int, told: Queue[Told]) -> None:
    """What each process does; one that fails says why."""
    worker = Worker(url, seed)
    try:
        for _ in range(acts):
            worker.act()
        told.put((worker.done, worker.refused))
    except Exception:
        told.put(traceback.format_exc())
    worker.office.database.dispose()


def test_a_thousand_parallel_acts_spend_no_day_twice_and_lose_no_decision(office: Office) -> None:
    apart = multiprocessing.get_context("spawn")
    told: Queue[Told] = apart.Queue()
    url = office.database.engine.url.render_as_string(hide_password=False)
    share = ACTS // PROCESSES
    workers = [apart.Process(target=work, args=(url, seed, share, told)) for seed in range(PROCESSES)]
    for worker in workers:
        worker.start()
    answers = [told.get(timeout=PATIENCE) for _ in workers]
    for worker in workers:
        worker.join(PATIENCE)
    assert [answer for answer in answers if isinstance(answer, str)] == []
    done = [act for answer in answers for act in answer[0]]
    refused = sum((answer[1] for answer in answers if not isinstance(answer, str)), Counter[str]())
    assert len(done) + refused.total() == ACTS
    assert len(done) > ACTS // 3, refused
    assert refused["Refused"] > 0, "some asked for more than there was"
    with office.database.reads() as session:
        invariants.ledger_is_the_sum_of_decisions(session)
        _every_acknowledged_act_is_there(session, done)
        _each_leave_is_debited_once(session)
        _nobody_is_on_leave_twice_at_once(session)


def _every_acknowledged_act_is_there(session: Session, done: list[Act]) -> None:
    started = {instance for kind, instance, _ in done if kind == "started"}
    assert started == set(session.scalars(select(Instance.id)))
    decided = {instance: outcome for outcome, instance, _ in done if outcome != "started"}
    assert len(decided) == sum(kind != "started" for kind, _, _ in done), "nothing was decided twice"
    rows = session.execute(select(Task.instance_id, Task.outcome).where(Task.state == "done", Task.step == "decide"))
    assert decided == {row.instance_id: row.outcome for row in rows}
    kinds = Counter(read_facts(record)["kind"] for record in session.scalars(select(Event.record)))
    assert kinds == {"started": len(started), "completed": len(decided)}
    states = {row.instance: row.status for row in session.scalars(select(LeaveRequest))}
    for instance, outcome in decided.items():
        if instance in states:
            wanted = {"approve": {"approved", "cancelled"}, "defer": {"deferred"}, "reject": {"released"}}[outcome]
            assert states[instance] in wanted


def _each_leave_is_debited_once(session: Session) -> None:
    debits = select(LeaveEntry.request, func.sum(LeaveEntry.used)).where(LeaveEntry.kind == "debit")
    debited = {row[0]: row[1] for row in session.execute(debits.group_by(LeaveEntry.request))}
    backs = select(LeaveEntry.request, func.sum(LeaveEntry.used)).where(LeaveEntry.kind == "cancel")
    back = {row[0]: row[1] for row in session.execute(backs.group_by(LeaveEntry.request))}
    for request in session.scalars(select(LeaveRequest)):
        granted = request.days if request.status in ("approved", "cancelled") else 0
        given_back = 0 if request.status != "cancelled" else debited[request.instance]
        assert back.get(request.instance, 0) == -given_back
        assert debited.get(request.instance, 0) == (granted if request.status == "approved" else given_back)


def _nobody_is_on_leave_twice_at_once(session: Session) -> None:
    held = defaultdict(list)
    for request in session.scalars(select(LeaveRequest).where(LeaveRequest.status.in_(("reserved", "approved")))):
        held[request.person].append(request.span)
    for spans in held.values():
        assert not any(one.overlaps(other) for one, other in combinations(spans, 2))
