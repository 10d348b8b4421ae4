"""What an intermediate decision costs the web process on PostgreSQL, beside the same rows written by bare Core."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, redirect, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, update
from sqlalchemy.orm import Session
from werkzeug import Response

from engine.db import Database, Event, IdempotencyKey, Instance, Message, Task, table
from web import sessions
from web.bench.office import OFFICER, SUPERIOR, Office, open_task, weekdays


class Counter:
    """Statements and commits on every engine; BEGIN and COMMIT are not statements."""

    def __init__(self) -> None:
        self.statements = 0
        self.commits = 0
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)

    def _statement(self, *_all: Any) -> None:
        self.statements += 1

    def _commit(self, _connection: Any) -> None:
        self.commits += 1


def measure(office: Office, *, repeat: int) -> dict[str, float]:
    """Medians of CPU microseconds of a superior's decision to its 303, its statements and commits, and the ratio."""
    instances = _waiting(office, repeat)
    token = _signed_in(office, SUPERIOR)
    client = office.app.test_client()
    client.set_cookie("alur", token)
    csrf = _csrf(client)
    counter = Counter()
    yardstick = _yardstick(office.parts.database)
    ours: list[float] = []
    core: list[float] = []
    statements, commits = 0, 0
    for instance in instances:
        with office.parts.database.reads() as session:
            task = open_task(session, instance, "consider")
        counter.statements = counter.commits = 0
        ours.append(_timed(_decide, client, task, csrf))
        statements, commits = max(statements, counter.statements), max(commits, counter.commits)
        core.append(_timed(yardstick, instance))
    return {
        "us": median(ours),
        "core_us": median(core),
        "ratio_to_core": median(ours) / median(core),
        "statements": float(statements),
        "commits": float(commits),
    }


def _waiting(office: Office, number: int) -> list[UUID]:
    """Requests that wait for the superior."""
    days = weekdays(date(2026, 3, 2))
    first = [next(days) for _ in range(5)]
    instances = [office.submit(person, day) for person in office.hire(number // 5 + 1, "W") for day in first][:number]
    for instance in instances:
        office.decide(instance, "check", OFFICER, "complete")
    return instances


def _decide(client: FlaskClient, task: UUID, csrf: str) -> None:
    sent = {"csrf_token": csrf, "_key": secrets.token_urlsafe(18), "outcome": "approve"}
    answer = client.post(f"/tasks/{task}", data=sent)
    if answer.status_code != 303:
        raise RuntimeError(f"the decision was answered with {answer.status}")


def _timed(work: Callable[..., None], *arguments: Any) -> float:
    start = time.thread_time_ns()
    work(*arguments)
    return (time.thread_time_ns() - start) / 1000


def _signed_in(office: Office, person: str) -> str:
    token = secrets.token_urlsafe(32)
    office.parts.database.command(
        lambda session: sessions.open_for(session, person, sessions.hash_of(token), office.clock.now)
    )
    return token


def _csrf(client: FlaskClient) -> str:
    page = client.get("/inbox").get_data(as_text=True)
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def _yardstick(database: Database) -> Callable[[UUID], None]:
    """A Flask view that writes the same rows with Core and redirects: the least that such an act can cost."""
    app = Flask("yardstick")

    @app.post("/<uuid:instance>")
    def write(instance: UUID) -> Response:
        outcome = request.form["outcome"]
        database.command(lambda session: _same_rows(session, instance, outcome))
        return redirect("/", 303)

    client = app.test_client()

    def post(instance: UUID) -> None:
        client.post(f"/{instance}", data={"outcome": "approve"})

    return post


def _same_rows(session: Session, instance: UUID, outcome: str) -> None:
    """The rows of such a decision: instance and task updated; task, event, message and key inserted."""
    now, blob, number = datetime(2026, 2, 2, 2, tzinfo=UTC), secrets.token_bytes(450), secrets.randbelow(1 << 30)
    instances, tasks = table(Instance), table(Task)
    changed = {"events": instances.c.events, "head": blob[:32], "state": instances.c.state, "next_due": None}
    session.execute(update(instances).where(instances.c.id == instance).values(**changed))
    waiting = (tasks.c.instance_id == instance) & (tasks.c.state == "open")
    session.execute(update(tasks).where(waiting).values(outcome=None, done_by=None, done_at=None, capacity=None))
    session.execute(insert(tasks).values(**_task(instance, now)))
    event_row = {"record": blob[:400], "hash": blob[:32], "payload": blob, "salt": blob[:16]}
    session.execute(insert(table(Event)).values(instance_id=instance, number=number, **event_row))
    message = {"key": f"bench.{number}.{uuid4()}", "kind": "task", "recipient": "position:x", "body": "{}", "due": now}
    session.execute(insert(table(Message)).values(**message))
    key = {"person": "bench", "route": f"/{instance}", "key": str(uuid4()), "digest": "0" * 64, "answer": outcome}
    session.execute(insert(table(IdempotencyKey)).values(**key, at=now))


def _task(instance: UUID, now: datetime) -> dict[str, Any]:
    about = {"process": "leave", "step": "bench", "role": "x", "matter": "leave", "principal": "position:x"}
    moments = {"due": now, "created_at": now}
    return {
        **about,
        **moments,
        "id": uuid4(),
        "instance_id": instance,
        "barred": " x ",
        "subject_name": "x",
        "state": "done",
    }
