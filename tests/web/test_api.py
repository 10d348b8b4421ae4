from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.db import Instance
from engine.package import Package
from tests.conftest import Clock
from web.parts import Parts
from workflows import packages

EMPLOYEE, OFFICER, STRANGER, OWNER = "P097", "P092", "P002", "P026"


class Program:
    """A program that bears one person's token."""

    def __init__(self, app: Flask, token: str) -> None:
        self._client: FlaskClient = app.test_client(use_cookies=False)
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._client.get(f"/api/v1{path}", headers=self._headers, **more)

    def post(self, path: str, body: object = None, *, key: str | None = None, **more: Any) -> TestResponse:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        sent = {"json": body} if body is not None else {}
        return self._client.post(f"/api/v1{path}", headers=headers, **sent, **more)

    def start(self, **answers: str) -> dict[str, Any]:
        answer = self.post("/processes/surat_keterangan/instances", {"answers": {"purpose": "kredit", **answers}})
        assert answer.status_code == 201, answer.text
        return dict(answer.json or {})


@pytest.fixture
def program_of(app: Flask, token_of: Callable[[str], str]) -> Callable[[str], Program]:
    return lambda person: Program(app, token_of(person))


def instances(parts: Parts) -> int:
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(Instance)) or 0


def test_a_request_is_started_decided_and_read_back(program_of: Callable[[str], Program]) -> None:
    employee, officer = program_of(EMPLOYEE), program_of(OFFICER)
    started = employee.start()
    [task] = started["tasks"]
    assert (started["status"], task["step"], task["name"]) == ("running", "issue", "Issue the certificate")
    assert [row["id"] for row in (officer.get("/tasks").json or {})["items"]] == [task["id"]]

    done = officer.post(f"/tasks/{task['id']}/complete", {"answers": {"outcome": "issue", "number": "1/2026"}})
    assert (done.status_code, done.json["status"]) == (200, "ended")  # type: ignore[index]  # JSON is untyped

    read = employee.get(f"/instances/{started['id']}").json or {}
    assert [(entry["step"], entry["outcome"]) for entry in read["timeline"]] == [("submit", None), ("issue", "issue")]
    assert [row["id"] for row in (employee.get("/instances?mine").json or {})["items"]] == [started["id"]]


def test_the_same_key_and_body_have_one_effect_and_the_same_answer(
    program_of: Callable[[str], Program], parts: Parts
) -> None:
    employee, path = program_of(EMPLOYEE), "/processes/surat_keterangan/instances"
    first, second = (employee.post(path, {"answers": {"purpose": "kredit"}}, key="k-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert instances(parts) == 1


def test_the_same_key_with_another_body_is_refused(program_of: Callable[[str], Program], parts: Parts) -> None:
    employee, path = program_of(EMPLOYEE), "/processes/surat_keterangan/instances"
    employee.post(path, {"answers": {"purpose": "kredit"}}, key="k-1")
    assert employee.post(path, {"answers": {"purpose": "visa"}}, key="k-1").status_code == 409
    assert instances(parts) == 1


def test_a_key_belongs_to_its_person(program_of: Callable[[str], Program], parts: Parts) -> None:
    for person in (EMPLOYEE, STRANGER):
        answer = program_of(person).post(
            "/processes/surat_keterangan/instances", {"answers": {"purpose": "kredit"}}, key="k-1"
        )
        assert answer.status_code == 201
    assert instances(parts) == 2


def test_completing_again_with_the_same_answers_gets_the_same_answer(program_of: Callable[[str], Program]) -> None:
    [task] = program_of(EMPLOYEE).start()["tasks"]
    path, sent = f"/tasks/{task['id']}/complete", {"answers": {"outcome": "issue", "number": "1/2026"}}
    officer = program_of(OFFICER)
    first, second = (officer.post(path, sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json


def test_who_comes_second_with_other_answers_learns_who_decided_what_and_when(
    program_of: Callable[[str], Program], clock: Clock
) -> None:
    [task] = program_of(EMPLOYEE).start()["tasks"]
    path, officer = f"/tasks/{task['id']}/complete", program_of(OFFICER)
    officer.post(path, {"answers": {"outcome": "issue", "number": "1/2026"}})
    late = officer.post(path, {"answers": {"outcome": "refuse", "reason": "bukan"}})
    assert late.status_code == 409
    assert late.mimetype == "application/problem+json"
    told = late.json or {}
    assert (told["decided_by"], told["outcome"], told["decided_at"]) == ("Yuni Santoso", "issue", clock().isoformat())


def test_a_mistake_is_told_by_field_and_changes_nothing(program_of: Callable[[str], Program]) -> None:
    [task] = program_of(EMPLOYEE).start()["tasks"]
    officer = program_of(OFFICER)
    wrong = officer.post(f"/tasks/{task['id']}/complete", {"answers": {"outcome": "issue"}})
    assert (wrong.status_code, list((wrong.json or {})["errors"])) == (422, ["number"])
    assert len((officer.get("/tasks").json or {})["items"]) == 1


def test_a_task_is_claimed_and_released(program_of: Callable[[str], Program]) -> None:
    [task] = program_of(EMPLOYEE).start()["tasks"]
    officer = program_of(OFFICER)
    assert (officer.post(f"/tasks/{task['id']}/claim").json or {})["claimed_by"] == OFFICER
    assert (officer.get("/tasks").json or {})["items"][0]["claimed_by"] == OFFICER
    assert (officer.post(f"/tasks/{task['id']}/release").json or {})["claimed_by"] is None


def test_a_stranger_learns_nothing_of_a_request(program_of: Callable[[str], Program]) -> None:
    started = program_of(EMPLOYEE).start()
    stranger, [task] = program_of(STRANGER), started["tasks"]
    complete = stranger.post(f"/tasks/{task['id']}/complete", {"answers": {"outcome": "issue", "number": "1"}})
    answers = [
        stranger.get(f"/instances/{started['id']}"),
        complete,
        stranger.post(f"/tasks/{task['id']}/claim"),
        stranger.post(f"/tasks/{task['id']}/release"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_the_applicant_cannot_decide_their_own_request(program_of: Callable[[str], Program]) -> None:
    officer = program_of(OFFICER)
    [task] = officer.start()["tasks"]
    own = officer.post(f"/tasks/{task['id']}/complete", {"answers": {"outcome": "issue", "number": "1"}})
    assert own.status_code == 403


@pytest.mark.parametrize("extra", ["starter", "principal", "role", "assignee", "status", "now"])
def test_a_key_beside_the_answers_is_refused(program_of: Callable[[str], Program], parts: Parts, extra: str) -> None:
    sent = {"answers": {"purpose": "kredit"}, extra: STRANGER}
    refused = program_of(EMPLOYEE).post("/processes/surat_keterangan/instances", sent)
    assert (refused.status_code, list((refused.json or {})["errors"])) == (422, [extra])
    assert instances(parts) == 0


def test_an_answer_that_no_form_asks_for_changes_nothing(program_of: Callable[[str], Program]) -> None:
    started = program_of(EMPLOYEE).start(
        subject=STRANGER, role="process_owner", issue="x", instance="x", outcome="issued", principal="person:P097"
    )
    assert (started["subject"], started["starter"], started["tasks"][0]["step"]) == (EMPLOYEE, EMPLOYEE, "issue")
    assert started["tasks"][0]["principal"] == "role:personnel_officer@DISKOMINFO"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"answers": 1}', "application/json", 422),
        (b'{"answers": {"purpose": "a", "purpose": "b"}}', "application/json", 400),
        (b'{"answers": {"purpose": "a\\u0000b"}}', "application/json", 400),
        (b'{"answers": {"purpose": "\\ud800"}}', "application/json", 400),
        (b'{"answers": {"purpose": NaN}}', "application/json", 400),
        (b'{"answers": ' + b"[" * 100_000, "application/json", 400),
        (b'{"answers": {"purpose": 1' + b"0" * 5_000 + b"}}", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"answers": {"purpose": "' + b"a" * 1_000_001 + b'"}}', "application/json", 413),
        (b"answers=1", "application/x-www-form-urlencoded", 415),
        (b"", "", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(
    program_of: Callable[[str], Program], parts: Parts, body: bytes, kind: str, status: int
) -> None:
    path = "/processes/surat_keterangan/instances"
    refused = program_of(EMPLOYEE).post(path, data=body, content_type=kind)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json")
    assert instances(parts) == 0


def test_without_a_valid_token_nothing_is_told(app: Flask, token_of: Callable[[str], str], clock: Clock) -> None:
    token, client = token_of(EMPLOYEE), app.test_client()
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {token}"}):
        refused = client.get("/api/v1/tasks", headers=header)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    clock.forward(days=91)
    assert client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_browser_session_opens_no_door_of_the_api(client_as: Callable[[str], FlaskClient]) -> None:
    assert client_as(EMPLOYEE).get("/api/v1/tasks").status_code == 401


def test_a_token_opens_no_page(app: Flask, token_of: Callable[[str], str]) -> None:
    page = app.test_client().get("/inbox", headers={"Authorization": f"Bearer {token_of(EMPLOYEE)}"})
    assert page.status_code == 303


def test_pages_of_a_list_follow_each_other_without_gap_or_repetition(program_of: Callable[[str], Program]) -> None:
    employee = program_of(EMPLOYEE)
    started = {employee.start()["id"] for _ in range(5)}
    seen: list[str] = []
    after = ""
    while after is not None:
        page = employee.get(f"/instances?limit=2{f'&after={after}' if after else ''}").json or {}
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
    assert (len(seen), set(seen)) == (5, started)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "after=%00", "after=nonsense", f"limit=1{'0' * 5000}"]
)
def test_a_parameter_that_cannot_be_read_is_refused(program_of: Callable[[str], Program], query: str) -> None:
    assert program_of(EMPLOYEE).get(f"/instances?{query}").status_code == 400


def test_a_path_knows_its_methods(app: Flask) -> None:
    refused = app.test_client().put("/api/v1/tasks")
    assert (refused.status_code, refused.mimetype) == (405, "application/problem+json")
    assert "GET" in refused.headers["Allow"]


def test_a_process_owner_deploys_a_draft(program_of: Callable[[str], Program]) -> None:
    package = Package.read(packages() / "surat_keterangan")
    changed = {**package.files, "note.typ": b"baru"}
    content = Package(dict(sorted(changed.items())), package.manifest, package.english).to_zip()
    stored = program_of(OWNER).post("/deployments", data=content, content_type="application/zip")
    assert (stored.status_code, (stored.json or {})["state"], (stored.json or {})["version"]) == (201, "draft", 2)


def test_a_package_may_be_as_large_as_the_limit_says(program_of: Callable[[str], Program]) -> None:
    sent = program_of(OWNER).post("/deployments", data=b"x" * 5_000_000, content_type="application/zip")
    assert sent.status_code == 422
    sent = program_of(OWNER).post("/deployments", data=b"x" * 5_000_001, content_type="application/zip")
    assert sent.status_code == 413


def test_deploying_runs_the_same_check(program_of: Callable[[str], Program]) -> None:
    leave = Package.read(packages() / "leave")
    avoided = leave.files["leave.bpmn"].replace(
        b'sourceRef="checked" targetRef="one_person"', b'sourceRef="checked" targetRef="grant"'
    )
    assert avoided != leave.files["leave.bpmn"]
    content = Package({**leave.files, "leave.bpmn": avoided}, leave.manifest, leave.english).to_zip()
    refused = program_of(OWNER).post("/deployments", data=content, content_type="application/zip")
    assert refused.status_code == 422
    assert "decision-avoided" in {problem["code"] for problem in json.loads(refused.text)["problems"]}


def test_nobody_else_deploys(program_of: Callable[[str], Program]) -> None:
    content = Package.read(packages() / "surat_keterangan").to_zip()
    assert program_of(EMPLOYEE).post("/deployments", data=content, content_type="application/zip").status_code == 403


def test_what_speaks_against_a_package_is_told_with_its_place(program_of: Callable[[str], Program]) -> None:
    refused = program_of(OWNER).post("/deployments", data=b"PK nonsense", content_type="application/zip")
    told = json.loads(refused.text)
    assert refused.status_code == 422
    assert {"severity", "code", "file", "element", "line", "message"} == set(told["problems"][0])


def test_health_and_readiness_need_no_token(app: Flask) -> None:
    client = app.test_client()
    for path in ("/health", "/ready", "/api/v1/health", "/api/v1/ready"):
        assert (client.get(path).status_code, client.get(path).json) == (200, {"status": "ok"})


def test_the_applicant_reminds_from_the_next_working_day_on_and_once_a_day(
    program_of: Callable[[str], Program], clock: Clock
) -> None:
    employee = program_of(EMPLOYEE)
    path = f"/instances/{employee.start()['id']}/remind"
    assert employee.post(path).status_code == 409
    clock.forward(days=1)
    first, again = (employee.post(path, key="remind-1") for _ in range(2))
    assert (first.status_code, again.json) == (200, first.json)
    assert employee.post(path, key="remind-2").status_code == 409
    assert program_of(OFFICER).post(path).status_code == 403
    assert program_of(STRANGER).post(path).status_code == 404
