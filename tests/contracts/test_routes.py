"""Every route, every kind of user, somebody else's ids: nothing is told and nothing is done."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Event, Task
from web import sessions
from web.parts import Parts
from web.sessions import CSRF

APPLICANT, SEES_IT = "P097", frozenset({"P097", "P092", "P012"})
"""Whose request it is; who may see it: the applicant, the unit's personnel officer who holds it, the auditor."""
OTHERS = ("P001", "P002", "P008", "P025", "P026", "P029", "P041", "P042", "P068", "P091", "P094", "P096", "BUPATI")
"""Superiors and officials who are not asked yet, personnel officers of other units, colleagues, process owner."""
FOR_THE_APPLICANT = "/evidence"
"""How pages end that are for the applicant alone, whose own posts here lack something or come too early."""
NOT_YET = "/again"
"""How the page ends that asks how to begin anew: nothing has been refused here."""
MOVERS = frozenset({"P025", "P029"})
"""BKPSDM's verifiers: they may give anybody's task to somebody else, on a page that tells nothing of the request."""
ANSWERS = {"outcome": "complete", "repair": "-", "number": "1", "reason": "-"}


@pytest.fixture
def kind() -> str:
    """The predicates are the same statements on both kinds of database."""
    return "sqlite"


@pytest.fixture
def foreign(parts: Parts) -> dict[str, Any]:
    """A request with its open task, by the names that addresses give them."""

    def start(session: Session) -> dict[str, Any]:
        applicant = parts.people.actor(session, APPLICANT, parts.clock())
        answers = {
            "type": "annual",
            "first": "2026-11-09",
            "last": "2026-11-10",
            "reason": "Keluarga",
            "address": "Jalan Contoh 1",
            "phone": "081234567890",
        }
        view = parts.engine.start(session, "leave", applicant, answers, now=parts.clock())
        return {"instance_id": view.id, "task_id": view.tasks[0].id}

    return parts.database.command(start)


def addresses(app: Flask, ids: dict[str, Any], method: str) -> Iterator[str]:
    """The address of every route that names a request or a task."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.arguments & ids.keys() and method in (rule.methods or ()):
            values = {
                name: ids.get(name, (rule.defaults and rule.defaults.get(name)) or "1") for name in rule.arguments
            }
            yield adapter.build(rule.endpoint, values, method=method)


class Browser:
    """A signed-in browser that can also send forms with a valid token of its own."""

    def __init__(self, app: Flask, parts: Parts, person: str) -> None:
        token = secrets.token_urlsafe(32)
        parts.database.command(lambda s: sessions.open_for(s, person, sessions.hash_of(token), parts.clock()))
        self._client: FlaskClient = app.test_client()
        self._client.set_cookie("alur", token)
        page = BeautifulSoup(self._client.get("/").get_data(as_text=True), "html.parser")
        self._csrf = str(page.select_one(f"input[name={CSRF}]")["value"])  # type: ignore[index]  # it is there

    def get(self, address: str) -> int:
        return self._client.get(address).status_code

    def post(self, address: str) -> int:
        sent = {CSRF: self._csrf, "_key": secrets.token_urlsafe(18), **ANSWERS}
        return self._client.post(address, data=sent).status_code


def test_nobody_reads_somebody_elses_request(app: Flask, parts: Parts, foreign: dict[str, Any]) -> None:
    wanted = [address for address in addresses(app, foreign, "GET") if not address.startswith("/api/")]
    assert len(wanted) >= 2
    for person in (*SEES_IT, *OTHERS):
        browser = Browser(app, parts, person)
        for address in wanted:
            readers = {APPLICANT} if address.endswith(FOR_THE_APPLICANT) else SEES_IT
            readers = frozenset() if address.endswith(NOT_YET) else readers
            moves = person in MOVERS and address.endswith("/hand-on")
            allowed = {200} if person in readers or moves else {404}
            assert browser.get(address) in allowed, (person, address)


def test_nobody_acts_on_somebody_elses_task(app: Flask, parts: Parts, foreign: dict[str, Any]) -> None:
    wanted = [address for address in addresses(app, foreign, "POST") if not address.startswith("/api/")]
    assert len(wanted) >= 3
    before = state(parts)
    for person in (*OTHERS, APPLICANT, "P012"):
        browser = Browser(app, parts, person)
        for address in wanted:
            moves = person in MOVERS and address.endswith("/hand-on")
            refused = {403, 404, 409, 422} if person == APPLICANT or moves else {403, 404}
            assert browser.post(address) in refused, (person, address)
    assert state(parts) == before


def test_no_program_reads_or_acts_for_somebody_else(
    app: Flask, parts: Parts, foreign: dict[str, Any], token_of: Callable[[str], str]
) -> None:
    before, client = state(parts), app.test_client(use_cookies=False)
    for person in OTHERS:
        headers = {"Authorization": f"Bearer {token_of(person)}"}
        for method in ("GET", "POST"):
            for address in (a for a in addresses(app, foreign, method) if a.startswith("/api/")):
                sent = {"json": {"answers": ANSWERS}} if method == "POST" else {}
                answer = client.open(address, method=method, headers=headers, **sent)  # type: ignore[arg-type]  # either kind
                assert answer.status_code == 404, (person, method, address)
    assert state(parts) == before


def state(parts: Parts) -> tuple[object, ...]:
    """What must not have changed: the number of events, and the task as it stands."""
    with parts.database.reads() as session:
        events = session.scalar(select(func.count()).select_from(Event))
        tasks = session.execute(select(Task.id, Task.state, Task.claimed_by, Task.done_by)).all()
        return events, *tasks
