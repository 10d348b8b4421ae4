"""Evidence that follows: added by the applicant while the request runs, in the record, seen by who has it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine import audit
from engine.db import Document, Event, Message, Notice
from engine.record import read_facts, read_payload
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor, one
from web.keys import read_key
from web.parts import Parts

WATI, OFFICER, OUTSIDER, AUDITOR = "P097", "P092", "P045", "P012"


@pytest.fixture
def kind() -> str:
    """What differs between the kinds of database is tested without pages."""
    return "sqlite"


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """The process is live."""
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    return parts


def pdf(name: str, words: str = "Bukti") -> tuple[BytesIO, str]:
    return BytesIO(papers.pdf(words)), name


@pytest.fixture
def request_page(parts: Parts, visit: Visit) -> str:
    """The address of a request that Wati has sent with her letter alone."""
    wati = visit(WATI).open("/start/sick/all")
    wati.send({"reason": "Demam", "letter": pdf("surat.pdf", "Surat")}, to="/start/sick").send()
    return wati.follow("Lihat permohonan").path


def added(visit: Visit, request_page: str, name: str = "kuitansi.pdf") -> Visitor:
    wati = visit(WATI).open(request_page).follow("Susulkan berkas")
    return wati.send({"bills": pdf(name, name)}, to="/evidence")


def events(parts: Parts, request_page: str) -> list[tuple[dict[str, object], dict[str, object]]]:
    wanted = select(Event).where(Event.instance_id == UUID(request_page.rpartition("/")[2])).order_by(Event.number)
    with parts.database.reads() as session:
        return [(read_facts(e.record), read_payload(e.payload)) for e in session.scalars(wanted)]


def test_ux_18_a_file_follows_and_is_seen_on_the_card_and_the_page(
    visit: Visit, parts: Parts, request_page: str
) -> None:
    wati = added(visit, request_page)
    assert "Berkas terkirim. Yang memegang permohonan ini diberi tahu." in wati.text
    assert wati.path == request_page
    card = visit(OFFICER).open("/inbox").follow("check")
    for visitor in (wati, card):
        shown = [a.get_text().replace("(tab baru)", "").strip() for a in visitor.main.select("section .files a")]
        assert {"surat.pdf", "kuitansi.pdf"} <= set(shown)
    timeline = one(wati.main, ".timeline").get_text(" ")
    assert "Berkas menyusul" in timeline
    facts, payload = events(parts, request_page)[-1]
    assert (facts["kind"], facts["actor"], facts["adds"]) == ("evidence", WATI, "ask")
    documents = payload["documents"]
    assert isinstance(documents, dict)
    assert payload["answers"] == {"bills": list(documents)}


def test_whoever_has_the_request_is_told_and_the_applicant_is_not(
    visit: Visit, parts: Parts, request_page: str
) -> None:
    added(visit, request_page)
    with parts.database.reads() as session:
        told = session.scalars(select(Notice.person).where(Notice.kind == "evidence")).all()
        outside = session.scalars(select(Message.recipient).where(Message.kind == "evidence")).all()
    assert told == [OFFICER]
    assert outside == ["role:personnel_officer@DISKOMINFO"]


def test_the_record_with_added_files_is_whole(visit: Visit, parts: Parts, request_page: str) -> None:
    added(visit, request_page)
    added(visit, request_page, "resep.pdf")
    assert "kuitansi.pdf" in visit(WATI).open(request_page).text
    assert parts.settings.key_file is not None
    key = read_key(parts.settings.key_file).public_key()
    with parts.database.snapshot() as session:
        assert list(audit.verify(session, key)) == []


def test_a_question_that_has_its_one_file_takes_no_other(visit: Visit, request_page: str) -> None:
    wati = visit(WATI).open(f"{request_page}/evidence")
    assert wati.main.select_one("#letter") is None
    assert wati.main.select_one("#bills") is not None
    wati.send({}, to="/evidence")
    assert wati.answer.status_code == 422
    assert [item.get_text() for item in wati.main.select(".mistakes li")] == ["Lampirkan kuitansi."]


def test_a_file_that_is_not_taken_is_told_and_the_others_are_kept(visit: Visit, request_page: str) -> None:
    wati = visit(WATI).open(f"{request_page}/evidence")
    wati.send({"bills": [(BytesIO(papers.HTML), "a.pdf"), pdf("kuitansi.pdf")]}, to="/evidence")
    assert wati.answer.status_code == 422
    assert "“a.pdf” bukan PDF" in wati.text
    assert "Pakai kuitansi.pdf" in one(wati.main, ".kept").get_text()
    wati.send({}, to="/evidence")
    assert "kuitansi.pdf" in wati.text
    assert wati.path == request_page


def test_sent_twice_it_is_added_once(visit: Visit, parts: Parts, request_page: str) -> None:
    wati = visit(WATI).open(f"{request_page}/evidence")
    form = wati.form("/evidence")
    for _try in range(2):
        sent = {**wati.kept(form), "bills": pdf("kuitansi.pdf")}
        assert wati.client.post(wati.target(form), data=sent).status_code == 303
    assert [facts["kind"] for facts, _ in events(parts, request_page)] == ["started", "evidence"]
    with parts.database.reads() as session:
        attached = session.scalars(select(Document.name).where(Document.instance_id.is_not(None))).all()
    assert sorted(attached) == ["kuitansi.pdf", "surat.pdf"]


def test_only_the_applicant_adds_and_only_while_it_runs(
    visit: Visit, parts: Parts, clock: Clock, request_page: str
) -> None:
    for person, status in ((OFFICER, 403), (AUDITOR, 403), (OUTSIDER, 404)):
        visitor = visit(person)
        assert visitor.open(f"{request_page}/evidence").answer.status_code == 404
        assert "Susulkan berkas" not in visitor.open(request_page).text
        token = visitor.open("/account/password").kept(visitor.form())["csrf_token"]
        sent = {"csrf_token": token, "_key": person * 5}
        assert visitor.client.post(f"{request_page}/evidence", data=sent).status_code == status
    wati = visit(WATI).open(f"{request_page}/evidence")
    visit(OFFICER).open("/inbox").follow("check").send({"outcome": "complete"})
    clock.forward(hours=1)
    wati.send({"bills": pdf("kuitansi.pdf")}, to="/evidence")
    assert wati.answer.status_code == 409
    assert "sudah selesai" in wati.text
    assert "Susulkan berkas" not in wati.open(request_page).text


def test_a_request_that_came_back_has_the_added_files_in_its_form(visit: Visit, request_page: str) -> None:
    added(visit, request_page)
    visit(OFFICER).open("/inbox").follow("check").send({"outcome": "repair"})
    wati = visit(WATI).open(request_page)
    assert "Susulkan berkas" not in wati.text
    wati.follow("Kerjakan tugas ini")
    kept = [" ".join(label.get_text().split()) for label in wati.main.select(".kept label")]
    assert [label.split(" (")[0] for label in kept] == ["Pakai surat.pdf", "Pakai kuitansi.pdf"]


def test_a_program_adds_a_document_that_follows_once_per_key_and_nobody_else_does(
    app: Flask, parts: Parts, request_page: str, token_of: Callable[[str], str]
) -> None:
    client, path = app.test_client(use_cookies=False), f"/api/v1/instances/{request_page.rpartition('/')[2]}/evidence"
    mine = {"Authorization": f"Bearer {token_of(WATI)}", "Accept-Language": "en"}
    made = client.post("/api/v1/documents", data={"file": pdf("kuitansi.pdf", "Kuitansi")}, headers=mine).get_json()
    body = {"answers": {"bills": [made["id"]]}}
    for person, status in {OFFICER: 403, OUTSIDER: 404, AUDITOR: 403}.items():
        theirs = {"Authorization": f"Bearer {token_of(person)}"}
        assert client.post(path, json=body, headers=theirs).status_code == status, person
    empty = client.post(path, json={"answers": {}}, headers=mine)
    assert (empty.status_code, list(empty.get_json()["errors"])) == (422, ["bills"])
    for _ in range(2):
        answer = client.post(path, json=body, headers={**mine, "Idempotency-Key": "bill-1"})
        assert (answer.status_code, answer.get_json()["status"]) == (200, "running")
    assert [facts["kind"] for facts, _ in events(parts, request_page)].count("evidence") == 1
