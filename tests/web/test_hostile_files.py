"""Hostile files brought to the running application: refused with a reason, or bounded, at every later step too."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.db import Database, Incident, Version
from engine.errors import EngineError, ServiceFailed
from engine.incidents import report
from engine.package import Package
from engine.watch import report_stuck
from tests.conftest import Clock, Databases
from tests.hostile import ROWS, archives, packed, runnable
from tests.support import NOON, Office
from tests.web.conftest import Visit
from web.parts import Parts
from web.worker import Worker
from workflows import load_demo, services

OWNER, APPLICANT = "P026", "P097"
SECONDS, MEGABYTES = 5, 512
CANARY = Path("/tmp/hostile_canary")
BY_NAME = ("zip", "name", "data")
"""Kinds that only the application can judge; what else is to be refused, `tests/engine/test_hostile.py` judges."""


def half_of(rows: list[Any], kind: str) -> list[Any]:
    """Each row is tried on one kind of database, both kinds together try them all."""
    return rows[::2] if kind == "sqlite" else rows[1::2]


@pytest.fixture
def posted(app: Flask, token_of: Callable[[str], str]) -> Callable[[bytes], tuple[int, dict[str, Any]]]:
    """Bring a package by the API; status and problem document."""
    headers = {"Authorization": f"Bearer {token_of(OWNER)}", "Content-Type": "application/zip"}

    def post(content: bytes) -> tuple[int, dict[str, Any]]:
        answer = app.test_client().post("/api/v1/deployments", data=content, headers=headers)
        return answer.status_code, answer.get_json()

    return post


def test_a_hostile_file_is_refused_at_the_door_or_runs_within_bounds(
    kind: str, posted: Any, app: Flask, parts: Parts, clock: Clock, token_of: Callable[[str], str]
) -> None:
    rows = half_of([row for row in ROWS if row["expected"] != "reject_upload" or row["kind"] in BY_NAME], kind)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(posted, [packed(row) for row in rows]))
    for row, (status, body) in zip(rows, answers, strict=True):
        assert status in (201, 422), (row["id"], body)
        assert status == 422 or row["expected"] != "reject_upload", row["id"]
        if status == 422:
            errors = [problem for problem in body["problems"] if problem["severity"] == "error"]
            assert errors, row["id"]
            assert not {problem["code"] for problem in errors} & {"limits", "check-failed"}, (row["id"], errors)
    for number, version in enumerate(_versions(parts)):
        parts.database.command(lambda session, v=version: parts.engine.catalog.move(session, v, "live"))
        _walk(app.test_client(), token_of(APPLICANT), f"hostile-{number}", parts, clock)
    assert not CANARY.exists() or not list(CANARY.iterdir())


def _versions(parts: Parts) -> list[int]:
    with parts.database.reads() as session:
        return list(session.scalars(select(Version.id).where(Version.process == "hostile")))


def _walk(client: FlaskClient, token: str, key: str, parts: Parts, clock: Clock) -> None:
    """Start the live version and complete what comes, with a worker's pass after each step."""
    headers = {"Authorization": f"Bearer {token}"}
    started = time.process_time()
    answer = client.post("/api/v1/processes/hostile/instances", json={"answers": {}}, headers=headers)
    worker = Worker(parts)
    for _ in range(4):
        assert answer.status_code in (200, 201, 404, 422, 503), answer.get_json()
        clock.forward(hours=2)
        worker.pass_once()
        tasks = client.get("/api/v1/tasks", headers=headers).get_json()["items"]
        if not tasks:
            break
        answer = client.post(f"/api/v1/tasks/{tasks[0]['id']}/complete", json={"answers": {}}, headers=headers)
    assert client.get("/ready").status_code == 200
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("kind", ["sqlite"])
def test_every_trap_of_an_archive_is_refused_by_name_on_the_page(visit: Visit, parts: Parts) -> None:
    owner = visit(OWNER).open("/processes")
    form = owner.form()
    for trap, content in archives():
        body = {**owner.kept(form), "_key": f"trap-{len(content):016}"}
        sent = {**body, "package": (BytesIO(content), "../../../etc/x.bpmn.html", "text/html")}
        answer = owner.client.post("/processes", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 422, trap
        assert "<td" in answer.get_data(as_text=True), trap
        assert len(answer.get_data()) < 200_000, trap
    with parts.database.reads() as session:
        assert "flow" not in session.scalars(select(Version.process)).all()


# As if an older release had let it in.


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """The demo office with its engine, and nobody at the door."""
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    database = Database(url)
    yield Office(database, services)
    database.dispose()
    databases.drop(url)


def test_past_the_door_the_limits_hold_by_themselves(kind: str, office: Office) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for row in half_of([row for row in ROWS if row["kind"] == "bpmn"], kind):
        content = runnable(row)
        if content is None:
            continue
        started = time.process_time()
        _run(office, content)
        assert time.process_time() - started < SECONDS, row["id"]
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES
    stuck = office.database.command(lambda session: report_stuck(office.engine, session, now=office.now))
    assert stuck == 0, "what fails leaves its request where it was, and the rest waits for something"
    with office.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) or not ROWS


def _run(office: Office, content: bytes) -> None:
    """Deploy it unchecked, start it, complete what comes and let its timers go off; what fails is an incident."""
    try:
        office.deploy(Package.read(content))
    except EngineError:
        return
    try:
        case = office.start("hostile", APPLICANT)
        for _ in range(4):
            office.now += timedelta(hours=2)
            office.wait(hours=2)
            if not case.open:
                return
            case.complete(case.open[0], APPLICANT)
    except ServiceFailed as error:
        failed = error
        office.database.command(lambda session: report(session, failed, now=office.now))
