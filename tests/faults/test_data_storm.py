"""Two hundred proposals, verdicts and withdrawals by three processes on few records: each holds what was decided."""

from __future__ import annotations

import json
import multiprocessing
import random
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.audit import verify
from engine.db import Database, Instance, Task
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from engine.inspection import PDF
from engine.package import Package
from engine.uploads import Upload
from tests.conftest import Databases
from tests.faults import invariants
from tests.support import NOON, Office
from web.keys import make_key, read_key
from workflows import load_demo, packages, services
from workflows.record.model import OpenRow, Proposal, ProposedChange, RecordRow
from workflows.record.rows import single_row

PROCESSES, ACTS = 3, 210
PEOPLE = ("P096", "P097", "P098", "P099")
OFFICER, VERIFIER, APPROVER = "P092", "P029", "P027"
PATIENCE = 240
"""Seconds after which a process that says nothing counts as dead."""
STEPS = ("submit", "confirm", "desk", "verify_unit", "verify", "approve")
ALL_RIGHT, MIXED = ("ok",), ("ok", "ok", "refuse", "repair")
Told = tuple[Counter[str], Counter[str]] | str
"""How often a process did what, and was refused; or why it failed."""


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """The demo office with the flows that change a record."""
    url = databases.fresh(kind, "data_storm", lambda db: db.command(lambda session: load_demo(session, NOON)))
    found = Office(Database(url), services=services)
    found.deploy(*(Package.read(packages() / name) for name in ("data_update", "data_withdraw")))
    yield found
    found.database.dispose()
    databases.drop(url)


class Worker:
    """One process's people, who propose, decide and withdraw at random."""

    def __init__(self, url: str, seed: int) -> None:
        self.office = Office(Database(url), services=services)
        self.chance, self.seed = random.Random(seed), seed
        self.done, self.refused = Counter[str](), Counter[str]()
        self.papers = 0

    def act(self) -> None:
        """One act; another process may just have done the same, or hold the row."""
        act = self.chance.choices((self.propose, self.decide, self.withdraw), (4, 7, 1))[0]
        try:
            act()
        except (Refused, Conflict, NotFound, NotPermitted) as refusal:
            self.refused[type(refusal).__name__] += 1

    def propose(self) -> None:
        person = self.chance.choice(PEOPLE)
        self.start("data_update", person, None, self.wish(person, self.chance.choice(("home", "registered", "cards"))))

    def wish(self, person: str, what: str) -> dict[str, Any]:
        """The answers of a proposal: of level 0 and 1 about the same row, or of level 2 with two items."""
        number = self.chance.randrange(1_000_000)
        if what == "cards":
            values = {"karpeg": f"K{number:06}", "taspen": f"T{number:06}"}
            changes, proof = [_change(person, "identity", *each) for each in values.items()], "card"
        else:
            changes, proof = [_change(person, "address", what, f"Jalan {number}")], "ktp"
        return {"changes": changes, "evidence": [] if what == "home" else [self.proof(person, proof)]}

    def proof(self, person: str, kind: str) -> dict[str, Any]:
        self.papers += 1
        scan = Upload("bukti.pdf", PDF, f"%PDF-1.4\n{self.seed}.{self.papers}\n%%EOF\n".encode())
        stored = self.command(lambda session: documents.store(session, owner=person, upload=scan, now=NOON))
        return {"kind": kind, "files": [str(stored)]}

    def decide(self) -> None:
        with self.office.database.reads() as session:
            waiting = select(Task.id, Task.step, Instance.subject, Instance.id.label("instance")).join(Instance)
            found = session.execute(waiting.where(Task.state == "open", Task.step.in_(STEPS)).limit(30)).all()
            task = self.chance.choice(found) if found else None
            number = 0 if task is None else _items(session, task.instance)
        if task is None:
            return self.propose()
        who, answers = self.answer(task.step, task.subject, number)
        engine, people = self.office.engine, self.office.directory
        self.command(
            lambda session: engine.decide(session, task.id, people.actor(session, who, NOON), answers, now=NOON)
        )
        self.done[task.step] += 1

    def answer(self, step: str, subject: str, number: int) -> tuple[str, dict[str, Any]]:
        if step == "submit":
            return subject, self.wish(subject, "registered" if number == 1 else "cards")
        if step == "confirm":
            return subject, {"outcome": "desk"}
        if step == "desk":
            return OFFICER, self.chance.choice(({"outcome": "same", "card": "ktp"}, {"outcome": "other"}))
        verdicts = [self.chance.choice(ALL_RIGHT if step == "approve" else MIXED) for _ in range(number)]
        rows = [
            {"number": place, "verdict": verdict, "reason": None if verdict == "ok" else "Tidak terbaca"}
            for place, verdict in enumerate(verdicts)
        ]
        who = {"verify_unit": OFFICER, "verify": VERIFIER, "approve": APPROVER}[step]
        return who, {"decisions": rows}

    def withdraw(self) -> None:
        with self.office.database.reads() as session:
            running = select(Instance.id, Instance.subject).where(
                Instance.process == "data_update", Instance.status == "running"
            )
            found = session.execute(running).all()
        if not found:
            return self.propose()
        one = self.chance.choice(found)
        self.start("data_withdraw", one.subject, one.id, {"ground": "not_needed"})

    def start(self, process: str, person: str, about: UUID | None, answers: dict[str, Any]) -> None:
        engine, people = self.office.engine, self.office.directory
        self.command(
            lambda session: engine.start(
                session, process, people.actor(session, person, NOON), answers, now=NOON, about=about
            )
        )
        self.done[process] += 1

    def command(self, act: Any) -> Any:
        return self.office.database.command(act)


def _change(person: str, history: str, field: str, value: str) -> dict[str, str]:
    row = str(single_row(person, history))
    return {"history": history, "row": row, "action": "change", "field": field, "value": value}


def _items(session: Session, instance: UUID) -> int:
    return len(session.scalars(select(ProposedChange.number).where(ProposedChange.instance_id == instance)).all())


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


def test_parallel_proposals_leave_each_record_as_it_was_decided(office: Office, tmp_path: Path) -> None:
    apart = multiprocessing.get_context("spawn")
    told: Queue[Told] = apart.Queue()
    url = office.database.engine.url.render_as_string(hide_password=False)
    workers = [apart.Process(target=work, args=(url, seed, ACTS // PROCESSES, told)) for seed in range(PROCESSES)]
    for worker in workers:
        worker.start()
    answers = [told.get(timeout=PATIENCE) for _ in workers]
    for worker in workers:
        worker.join(PATIENCE)
    assert [answer for answer in answers if isinstance(answer, str)] == []
    done = sum((answer[0] for answer in answers if not isinstance(answer, str)), Counter[str]())
    refused = sum((answer[1] for answer in answers if not isinstance(answer, str)), Counter[str]())
    assert done.total() + refused.total() == ACTS
    assert done.total() > ACTS // 3, refused
    assert refused["Conflict"] > 0, "some came to a row that another proposal was about"
    with office.database.snapshot() as session:
        _every_acknowledged_act_is_there(session, done)
        applied = _each_proposal_did_what_was_decided(session)
        _each_row_is_the_sum_of_its_proposals(session)
        _rows_are_held_by_running_proposals_alone(session)
        invariants.no_task_is_open_twice(session)
        key = read_key(make_key(tmp_path / "checkpoint.key")).public_key()
        assert list(verify(session, key)) == []
    assert applied > 0
    _all_can_be_withdrawn(office)


def _every_acknowledged_act_is_there(session: Session, done: Mapping[str, int]) -> None:
    started = Counter(session.scalars(select(Instance.process)))
    assert started == {name: done[name] for name in ("data_update", "data_withdraw") if done[name]}
    steps = Counter(session.scalars(select(Task.step).where(Task.state == "done", Task.process == "data_update")))
    assert {step: steps[step] for step in STEPS} == {step: done[step] for step in STEPS}


def _each_proposal_did_what_was_decided(session: Session) -> int:
    """Approved ones wrote their approved items, all others nothing; how many were approved."""
    states = {"refused": {"refused"}, "approved": {"approved"}, "not_confirmed": {"not_confirmed"}}
    writers = set(session.scalars(select(RecordRow.instance_id).where(RecordRow.instance_id.is_not(None))))
    approved = 0
    for instance in session.scalars(select(Instance).where(Instance.process == "data_update")):
        proposal = session.get_one(Proposal, instance.id)
        if instance.status == "cancelled":
            assert proposal.state == "withdrawn"
        elif instance.status == "ended":
            assert proposal.state in states[instance.outcome or ""]
        wanted = select(ProposedChange).where(ProposedChange.instance_id == instance.id)
        items = session.scalars(wanted).all()
        good = instance.outcome == "approved"
        approved += good
        assert (instance.id in writers) == good
        assert {item.number for item in items if item.applied_at} == {
            item.number for item in items if good and item.verdict == "ok"
        }
    return approved


def _each_row_is_the_sum_of_its_proposals(session: Session) -> None:
    """Revisions follow one another without a gap, each the one before with what its proposal changed."""
    rows: dict[UUID, dict[str, str]] = {}
    last: Counter[UUID] = Counter()
    for revision in session.scalars(select(RecordRow).order_by(RecordRow.row, RecordRow.revision)):
        before, values = rows.get(revision.row, {}), json.loads(revision.values)
        assert revision.revision == last[revision.row] + 1
        if revision.instance_id is not None:
            wanted = select(ProposedChange.new).where(
                ProposedChange.instance_id == revision.instance_id,
                ProposedChange.row == revision.row,
                ProposedChange.applied_at.is_not(None),
            )
            changes = [json.loads(new) for new in session.scalars(wanted)]
            assert changes
            merged = {**before, **{name: value for new in changes for name, value in new.items()}}
            assert values == {name: value for name, value in merged.items() if value}
        rows[revision.row], last[revision.row] = values, revision.revision


def _rows_are_held_by_running_proposals_alone(session: Session) -> None:
    held = {(open_.row, open_.instance_id) for open_ in session.scalars(select(OpenRow))}
    running = select(ProposedChange.row, ProposedChange.instance_id).join(
        Instance, Instance.id == ProposedChange.instance_id
    )
    wanted = {(each.row, each.instance_id) for each in session.execute(running.where(Instance.status == "running"))}
    assert held == wanted
    assert len({row for row, _ in held}) == len(held)


def _all_can_be_withdrawn(office: Office) -> None:
    """Whatever still runs can be ended by its owner, and then nothing is held."""
    with office.database.reads() as session:
        running = select(Instance).where(Instance.process == "data_update", Instance.status == "running")
        left = [(one.id, one.subject) for one in session.scalars(running)]
    office.now += timedelta(minutes=1)
    for instance, subject in left:
        office.start("data_withdraw", subject, about=instance, ground="not_needed")
    with office.database.reads() as session:
        assert session.scalars(select(OpenRow)).all() == []
