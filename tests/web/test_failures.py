"""A step that fails under somebody's hands: they learn why and lose nothing, and the owner finds an incident."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.support import choice, diagram, form, form_of, package, service
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.parts import Parts

OWNER = "P026"
FIELDS = {"outcome": choice("on", "off"), "why": {"type": "textfield"}}


@pytest.fixture
def kind() -> str:
    """One kind of database is enough here; what differs between them is tested in the engine."""
    return "sqlite"


@pytest.fixture
def deployed(parts: Parts) -> None:
    """A process whose gateway knows no way for ``off``, and one that calls a service which is not there."""
    nodes = {"begin": "startEvent", "ask": "userTask", "answer": "userTask", "which": "exclusiveGateway"}
    flows = ["begin ask", "ask answer", "answer which", 'which end | answer.outcome = "on"', "which end | false"]
    lanes = {"requester": ["begin", "ask", "answer"]}
    inside = {"ask": form_of("ask"), "answer": form_of("answer")}
    files = {"ask.form": form(why={"type": "textfield"}), "answer.form": form(**FIELDS)}
    gateway = package(diagram({**nodes, "end": "endEvent"}, flows, lanes=lanes, inside=inside), files=files)
    nodes = {"begin": "startEvent", "ask": "userTask", "auto": "serviceTask", "end": "endEvent"}
    inside = {"ask": form_of("ask"), "auto": service("gone.away@1")}
    bpmn = diagram(nodes, ["begin ask", "ask auto", "auto end"], lanes=lanes, inside=inside)
    absent = package(bpmn, key="absent", files={"ask.form": files["ask.form"]})
    for one in (gateway, absent):
        parts.database.command(
            lambda session, one=one: parts.engine.deploy(session, one, by="test", now=parts.clock(), state="live")
        )


def at_the_answer(visit: Visit) -> Visitor:
    """Somebody who has started a request and opened its next step."""
    wati = visit("P097").open("/start/flow/all").send({"why": "Kredit"}, to="/flow").send()
    task = wati.open("/inbox").main.select_one("a[href^='/tasks/']")
    assert task is not None
    return wati.open(str(task["href"]))


def test_the_person_learns_what_failed_and_keeps_what_was_typed(deployed: None, visit: Visit) -> None:
    wati = at_the_answer(visit).send({"outcome": "off", "why": "Sudah dipikirkan"})
    assert wati.answer.status_code == 503
    assert wati.title.startswith("Kesalahan: ")
    assert "Tidak ada syarat yang terpenuhi pada gerbang “which”" in wati.text
    assert "Tidak ada yang hilang" in wati.text
    assert "gangguan nomor 1" in wati.text
    assert wati.kept(wati.form())["why"] == "Sudah dipikirkan"
    wati.send({"outcome": "on"})
    assert "Jawaban Anda tersimpan" in wati.page.get_text()
    assert "Tidak ada gangguan" in visit(OWNER).open("/incidents").text


def test_the_owner_sees_one_incident_with_its_place_in_both_languages(deployed: None, visit: Visit) -> None:
    wati = at_the_answer(visit)
    wati.send({"outcome": "off"}).send({"outcome": "off"})
    owner = visit(OWNER).open("/incidents")
    assert len(owner.main.select("tbody tr")) == 1
    for words in ("Alur uji, versi 1", "Langkah: answer", "Unsur: which", "no-way-out", "2 kali", "Tutup"):
        assert words in owner.text
    assert "Wati" not in owner.text
    owner.open("/language/en?next=/incidents").open("/incidents")
    assert "No condition held at gateway “which”" in owner.text
    owner.send(to="/retry")
    assert "The incident is closed" in owner.page.get_text()


def test_a_request_that_cannot_start_keeps_its_answers_and_is_an_incident_of_the_version(
    deployed: None, visit: Visit
) -> None:
    wati = visit("P097").open("/start/absent/all").send({"why": "Kredit bank"}, to="/absent").send()
    assert wati.answer.status_code == 503
    assert "gone.away@1" in wati.text
    assert wati.kept(wati.form())["why"] == "Kredit bank"
    owner = visit(OWNER).open("/incidents")
    assert "Belum dimulai" in owner.text
    assert "Unsur: auto" in owner.text


def test_a_program_gets_a_problem_with_the_number_of_the_incident(
    deployed: None, client_as: Callable[[str], FlaskClient], token_of: Callable[[str], str]
) -> None:
    client, headers = client_as("P097"), {"Authorization": f"Bearer {token_of('P097')}", "Accept-Language": "en"}
    started = client.post("/api/v1/processes/flow/instances", json={"answers": {}}, headers=headers).get_json()
    path = f"/api/v1/tasks/{started['tasks'][0]['id']}/complete"
    for _ in range(2):
        answer = client.post(path, json={"answers": {"outcome": "off"}}, headers=headers)
        assert answer.status_code == 503
        assert answer.get_json() == {
            "type": "about:blank",
            "title": "The next step failed",
            "status": 503,
            "detail": "No condition held at gateway “which”, and it has no default flow.",
            "incident": "1",
        }
    assert client.post(path, json={"answers": {"outcome": "on"}}, headers=headers).status_code == 200
