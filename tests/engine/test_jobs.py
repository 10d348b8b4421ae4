"""The worker: timers, messages at least once, checkpoints; nothing that fails stops the rest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.audit import verify
from engine.db import IdempotencyKey, Incident, Message
from engine.errors import Conflict, ServiceFailed, Text
from engine.idempotency import LIVES, once
from engine.incidents import TRIES, report_timer, retry
from engine.jobs import Outgoing, Worker
from engine.services import ServiceContext, Services
from tests.engine.test_audit import KEY
from tests.engine.test_runtime import contradicting, rework
from tests.support import Case, Office, diagram, package, service, timer


class Desk:
    """A worker with a mail desk that can be closed."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.sent, self.closed = office, list[Outgoing](), False
        self.file = folder / "checkpoints.jsonl"
        senders = dict.fromkeys(("task", "ended", "returned"), self._send)
        self.worker = Worker(
            office.database, office.engine, lambda: office.now, key=KEY, checkpoints=self.file, senders=senders
        )

    def _send(self, message: Outgoing) -> None:
        if self.closed:
            raise ConnectionRefusedError("mail server is down")
        self.sent.append(message)


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    office.deploy(rework())
    return Desk(office, tmp_path)


def test_every_message_is_sent_once_with_a_stable_key(desk: Desk) -> None:
    case = desk.office.start("flow", "P072", reason="x")
    desk.worker.run_once()
    desk.worker.run_once()
    keys = [message.key for message in desk.sent]
    assert sorted(keys) == [f"{case.id}.1.position:DINKES-02", f"{case.id}.1.role:personnel_officer@DINKES"]


def test_a_message_that_fails_is_tried_again_and_then_shown_as_failed(desk: Desk) -> None:
    desk.office.start("flow", "P072", reason="x")
    desk.closed = True
    for _ in range(TRIES):
        desk.worker.run_once()
        desk.office.now += timedelta(hours=1)
    with desk.office.database.reads() as session:
        messages = session.scalars(select(Message)).all()
        assert {m.tries for m in messages} == {TRIES}
        assert all(m.failed_at and "mail server is down" in (m.error or "") for m in messages)


def test_a_message_whose_worker_died_is_sent_by_the_next(desk: Desk) -> None:
    from engine.jobs import _take_message

    desk.office.start("flow", "P072", reason="x")
    taken = desk.office.database.command(lambda session: _take_message(session, desk.office.now))
    desk.worker.run_once()
    assert taken is not None
    assert taken.key not in {m.key for m in desk.sent}
    desk.office.now += timedelta(minutes=2)
    desk.worker.run_once()
    assert taken.key in {m.key for m in desk.sent}


def test_checkpoints_leave_the_database_and_verify(desk: Desk) -> None:
    desk.office.start("flow", "P072", reason="x")
    desk.worker.run_once()
    with desk.office.database.snapshot() as session:
        assert list(verify(session, KEY.public_key(), desk.file.read_text().splitlines())) == []
    assert len(desk.file.read_text().splitlines()) == 1


def _reminding(fail: str) -> bytes:
    return diagram(
        {
            "begin": "startEvent",
            "submit": "userTask",
            "check": "userTask",
            "late": "boundaryEvent",
            "do": "serviceTask",
            "done": "endEvent",
            "told": "endEvent",
        },
        ["begin submit", "submit check", "check done", "late do", "do told"],
        lanes={"requester": ["begin", "submit"], "personnel_officer": ["check", "late", "do", "done", "told"]},
        inside={"late": timer("PT1H"), "do": service("trial.remind@1", fail=fail)},
        attributes={"late": 'attachedToRef="check" cancelActivity="false"'},
    )


@pytest.fixture
def trial(office: Office, tmp_path: Path) -> Desk:
    services = Services("trial")

    @services.register("trial.remind@1")
    def remind(ctx: ServiceContext, *, fail: bool) -> dict[str, str]:
        broken = ctx.session.scalar(text("SELECT name FROM unit WHERE id = 'SETDA'"))
        if fail and broken != "mended":
            raise ServiceFailed(Text("Rusak.", "Broken."))
        return {"told": "yes"}

    return Desk(Office(office.database, services), tmp_path)


def test_a_due_timer_fires_once(trial: Desk) -> None:
    office = trial.office
    office.deploy(package(_reminding("false")))
    case = office.start("flow", "P072")
    office.now += timedelta(hours=2)
    trial.worker.run_once()
    trial.worker.run_once()
    assert [line.kind for line in case.seen_by("P072").timeline] == ["started", "timer"]
    assert case.open == ["check"]


def test_a_timer_that_fails_becomes_an_incident_that_can_be_tried_again(trial: Desk) -> None:
    office = trial.office
    office.deploy(package(_reminding("true")))
    broken, healthy = office.start("flow", "P072"), office.start("flow", "P076")
    for _ in range(TRIES + 1):
        office.now += timedelta(hours=2)
        trial.worker.run_once()
    assert broken.row.status == healthy.row.status == "incident"
    with office.database.reads() as session:
        incidents = session.scalars(select(Incident)).all()
        assert {(i.code, i.tries, i.message_en) for i in incidents} == {("timer-failed", TRIES, "Broken.")}
        assert {(i.version_id, i.step, i.element) for i in incidents} == {(broken.row.version_id, None, "do")}
        first = next(i.id for i in incidents if i.instance_id == broken.id)
    office.database.command(lambda session: session.execute(text("UPDATE unit SET name = 'mended' WHERE id = 'SETDA'")))
    office.database.command(lambda session: retry(session, first, by="P026", now=office.now))
    trial.worker.run_once()
    assert broken.row.status == "running"
    assert [line.kind for line in broken.seen_by("P072").timeline] == ["started", "timer"]


def _broken_once(trial: Desk) -> Case:
    trial.office.deploy(package(_reminding("true")))
    case = trial.office.start("flow", "P072")
    trial.office.now += timedelta(hours=2)
    trial.worker.run_once()
    return case


def _incidents(office: Office) -> list[tuple[str, int, bool]]:
    with office.database.reads() as session:
        return [(i.code, i.tries, i.resolved_at is None) for i in session.scalars(select(Incident))]


def test_an_incident_is_closed_when_the_next_try_goes_well(trial: Desk) -> None:
    office, case = trial.office, _broken_once(trial)
    office.database.command(lambda session: session.execute(text("UPDATE unit SET name = 'mended' WHERE id = 'SETDA'")))
    office.now += timedelta(hours=2)
    trial.worker.run_once()
    assert [line.kind for line in case.seen_by("P072").timeline] == ["started", "timer"]
    assert _incidents(office) == [("timer-failed", 1, False)]


def test_an_ended_request_stays_ended_whatever_its_timer_did(trial: Desk) -> None:
    office, case = trial.office, _broken_once(trial)
    late = office.now
    case.complete("check", by="P068")
    assert _incidents(office) == [("timer-failed", 1, False)]
    office.database.command(lambda session: report_timer(session, case.id, ServiceFailed(), now=late))
    office.now += timedelta(hours=2)
    trial.worker.run_once()
    assert (case.row.status, case.row.next_due, len(_incidents(office))) == ("ended", None, 1)


def test_an_incident_quotes_nothing_that_the_engine_did_not_word(office: Office, tmp_path: Path) -> None:
    services = Services("trial")

    @services.register("trial.remind@1")
    def remind(ctx: ServiceContext, *, fail: bool) -> dict[str, str]:
        raise RuntimeError("Budi, NIK 6271")

    _broken_once(Desk(Office(office.database, services), tmp_path))
    with office.database.reads() as session:
        assert session.scalars(select(Incident.message_en)).all() == [ServiceFailed.text.en]


def test_a_key_gives_the_first_answer_again_and_refuses_another_body(office: Office) -> None:
    calls = []

    def ask(body: dict[str, str]) -> object:
        identity = {"person": "P072", "route": "/x", "key": "k" * 16}
        return once(
            office.database, **identity, body=body, now=office.now, work=lambda session: calls.append(1) or len(calls)
        )

    assert ask({"a": "1"}) == 1
    assert ask({"a": "1"}) == 1
    with pytest.raises(Conflict, match="other answers"):
        ask({"a": "2"})


def test_old_keys_are_forgotten(trial: Desk) -> None:
    office = trial.office
    identity = {"person": "P072", "route": "/x", "key": "k" * 16}
    once(office.database, **identity, body={}, now=office.now, work=lambda session: 1)
    office.now += LIVES + timedelta(days=1)
    trial.worker.run_once()
    with office.database.reads() as session:
        assert session.scalars(select(IdempotencyKey)).all() == []


def test_branches_that_contradict_each_other_when_time_has_come_are_an_incident_that_names_both(
    office: Office, tmp_path: Path
) -> None:
    case = contradicting(office, late=True)
    desk = Desk(case.office, tmp_path)
    case.office.now += timedelta(days=2)
    desk.worker.run_once()
    with office.database.reads() as session:
        incident = session.scalars(select(Incident).where(Incident.instance_id == case.id)).one()
    assert incident.message_id == "Cabang paralel “early” dan “later” mengisi “cost.amount” dengan nilai yang berbeda."
    assert incident.message_en == "The parallel branches “early” and “later” gave “cost.amount” different values."
    assert case.open == []
