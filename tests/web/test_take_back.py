"""Taking a decision back, on the page and through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from engine.db import Event, Instance
from engine.record import read_facts
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.parts import Parts

WATI, OFFICER = "P097", "P092"
ISSUED = {"outcome": "issue", "number": "800/1/2026"}


def issued(visit: Visit) -> Visitor:
    """The officer's page of Wati's certificate, which they have just issued."""
    wati = visit(WATI).open("/start/surat_keterangan/all")
    wati.send({"purpose": "Kredit bank"}, to="/start/surat_keterangan").send()
    officer = visit(OFFICER).open("/inbox").follow("Terbitkan")
    return officer.send(ISSUED)


def kinds(parts: Parts) -> list[str]:
    with parts.database.reads() as session:
        records = session.scalars(select(Event.record).order_by(Event.number)).all()
    return [read_facts(record)["kind"] for record in records]


def test_who_decided_takes_it_back_and_decides_again(visit: Visit, parts: Parts) -> None:
    officer = issued(visit)
    assert "sampai Senin, 2 November 2026 pukul 12.10 WIB" in officer.text
    officer.send(to="/take-back")
    assert "Keputusan Anda ditarik kembali" in officer.text
    assert "(ditarik kembali)" in officer.text
    officer.follow("Kerjakan tugas ini")
    assert officer.kept(officer.form())["number"] == "800/1/2026"
    officer.send({"outcome": "refuse", "reason": "Salah orang"})
    assert kinds(parts) == ["started", "completed", "taken_back", "completed"]


def test_others_read_until_when_and_have_no_button(visit: Visit, parts: Parts) -> None:
    page = issued(visit).path
    wati = visit(WATI).open(page)
    assert "masih dapat ditarik kembali oleh yang memutuskan" in wati.text
    assert not wati.main.select('form[action$="/take-back"]')
    token = {"csrf_token": csrf_of(wati), "_key": "a-key-of-sixteen-letters"}
    assert wati.client.post(f"{page}/take-back", data=token).status_code == 403
    assert kinds(parts) == ["started", "completed"]


def csrf_of(visitor: Visitor) -> str:
    """The form token of a page of the visitor's."""
    page = visitor.open("/start/surat_keterangan/all")
    return str(page.kept(page.form())["csrf_token"])


def test_after_ten_minutes_the_page_offers_it_no_more_and_a_late_click_is_told(visit: Visit, clock: Clock) -> None:
    officer = issued(visit)
    late = officer.kept(officer.form("/take-back"))
    clock.forward(minutes=10)
    assert officer.client.post(f"{officer.path}/take-back", data=late).status_code == 409
    assert "dapat ditarik kembali" not in officer.open(officer.path).text


def test_a_taking_back_that_is_sent_twice_has_one_effect(visit: Visit, parts: Parts) -> None:
    officer = issued(visit)
    sent = officer.kept(officer.form("/take-back"))
    answers = [officer.client.post(f"{officer.path}/take-back", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert kinds(parts) == ["started", "completed", "taken_back"]


def test_the_applicant_is_told_of_what_stands_only(visit: Visit, clock: Clock) -> None:
    officer = issued(visit)
    assert "Belum ada pemberitahuan" in visit(WATI).open("/notices").text
    assert "Pemberitahuan baru" not in visit(WATI).open("/").text
    officer.send(to="/take-back")
    clock.forward(minutes=10)
    assert "Belum ada pemberitahuan" in visit(WATI).open("/notices").text
    officer.follow("Kerjakan tugas ini").send(ISSUED)
    clock.forward(minutes=10)
    assert "sudah dijawab" in visit(WATI).open("/notices").text
    assert "Pemberitahuan baru: 1" in visit(WATI).open("/").text


def test_marking_all_as_read_leaves_what_is_not_told_yet(visit: Visit, clock: Clock) -> None:
    issued(visit)
    clock.forward(minutes=10)
    wati = visit(WATI).open("/notices")
    issued(visit)
    wati.send({"until": "999999"}, to="/read")
    clock.forward(minutes=10)
    assert wati.open("/notices").text.count("Belum dibaca") == 1


def test_programs_take_back_too(app: Flask, token_of: Callable[[str], str], parts: Parts) -> None:
    def post(person: str, path: str, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_of(person)}"}
        return app.test_client().post(f"/api/v1{path}", headers=headers, **sent)

    made = post(WATI, "/processes/surat_keterangan/instances", json={"answers": {"purpose": "Visa"}}).json
    complete = f"/tasks/{made['tasks'][0]['id']}/complete"
    back = f"/instances/{made['id']}/take-back"
    assert post(OFFICER, back).status_code == 403
    for _ in range(2):
        assert post(OFFICER, complete, json={"answers": ISSUED}).json["status"] == "ended"
        assert post(WATI, back).status_code == 403
        again = post(OFFICER, back)
        assert (again.status_code, again.json["status"]) == (200, "running")
        assert [task["id"] for task in again.json["tasks"]] == [made["tasks"][0]["id"]]
    assert post(OFFICER, back).status_code == 409
    assert post("P072", back).status_code == 404
    with parts.database.reads() as session:
        assert session.scalars(select(Instance.status)).all() == ["running"]
