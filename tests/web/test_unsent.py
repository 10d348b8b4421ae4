"""A page that is sent after the session has run out: nothing typed is lost, nothing is sent, nobody else sees it."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from engine.db import Event
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.leaves import HEAD, to_decide
from tests.web.visitor import Visitor
from web.accounts import DEMO_PASSWORD
from web.db import Draft, WebSession
from web.parts import Parts
from web.unsent import LARGEST
from workflows.positions import Person

WATI, BUDI = "P097", "P098"
TYPED = "Menengok orang tua yang sakit di kampung"


def enters(visitor: Visitor, person: str, parts: Parts) -> Visitor:
    """Sign in on the page that stands there."""
    with parts.database.reads() as session:
        nip = session.get_one(Person, person).nip
    return visitor.send({"nip": nip, "password": DEMO_PASSWORD})


def test_what_was_typed_stands_in_the_question_again_after_signing_in_and_is_not_sent_by_itself(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    wati = visit(WATI).open("/start/leave").send({"type": "annual"}).send({"first": "7/12/2026", "last": "11/12/2026"})
    wati.send({})
    question = wati.answer.request.full_path
    clock.forward(hours=2, minutes=1)
    wati.send({"reason": TYPED})
    assert wati.path == "/sign-in"
    assert "Isian Anda tersimpan. Masuk lagi untuk melanjutkan." in wati.page.get_text()
    assert TYPED not in wati.answer.get_data(as_text=True)
    enters(wati, WATI, parts)
    assert wati.answer.request.full_path == question
    assert "sebelum masuk lagi, dan belum terkirim. Periksa, lalu kirim." in wati.text
    assert "Berkas harus" not in wati.text
    assert wati.kept(wati.form())["reason"] == TYPED
    assert TYPED not in kept(parts)
    wati.send()
    assert wati.path == "/start/leave/address"
    assert TYPED in kept(parts)
    assert "sebelum masuk lagi" not in wati.open(question).text
    assert unsent(parts) == [None]


def test_a_whole_form_stands_there_again_and_says_that_its_files_have_to_be_chosen_again(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    wati = visit(WATI).open("/start/sick/all")
    clock.forward(hours=3)
    wati.send({"reason": TYPED, "letter": (BytesIO(papers.pdf()), "surat.pdf")}, to="/start/sick")
    enters(wati, WATI, parts)
    assert wati.path == "/start/sick/all"
    assert "Periksa, lalu kirim. Berkas harus dipilih lagi." in wati.text
    assert wati.kept(wati.form("/start/sick"))["reason"] == TYPED


def test_a_decision_stands_in_its_form_again_and_the_head_decides(visit: Visit, parts: Parts, clock: Clock) -> None:
    path = f"/tasks/{to_decide(parts, WATI)}"
    head = visit(HEAD).open(path)
    clock.forward(hours=3)
    before = events(parts)
    head.send({"outcome": "reject", "reason": TYPED})
    enters(head, HEAD, parts)
    assert (head.path, events(parts)) == (path, before)
    assert head.kept(head.form())["outcome"] == "reject"
    assert head.kept(head.form())["reason"] == TYPED
    head.send()
    assert head.path.startswith("/requests/")
    assert events(parts) == before + 1


def test_on_a_shared_phone_nobody_else_finds_it_and_later_it_is_gone(visit: Visit, parts: Parts, clock: Clock) -> None:
    wati = visit(WATI).open("/start/leave/all")
    clock.forward(hours=3)
    wati.send({"reason": TYPED})
    enters(wati, BUDI, parts)
    assert wati.path == "/start/leave/all"
    assert TYPED not in wati.answer.get_data(as_text=True)
    assert unsent(parts) == [None]


class TestWithoutASession:
    """What is no page of somebody's own is not kept."""

    @pytest.fixture
    def kind(self) -> str:
        """Nothing is read or written here that differs between the kinds of database."""
        return "sqlite"

    def test_who_signed_out_or_comes_from_another_site_or_sends_too_much_leaves_nothing(
        self, app: Flask, visit: Visit, parts: Parts, clock: Clock
    ) -> None:
        wati = visit(WATI).open("/start/leave/all")
        form = wati.kept(wati.form())
        clock.forward(hours=3)
        assert wati.client.post("/start/leave", data={**form, "csrf_token": "x"}).status_code == 400
        too_much = wati.client.post("/start/leave", data={**form, "reason": "x" * (LARGEST + 1)})
        assert "said" not in too_much.location
        elsewhere = wati.client.post("/account/password", data={**form, "current": "secret"})
        assert "said" not in elsewhere.location
        assert unsent(parts) == [None]
        stranger = Visitor(app.test_client())
        token = stranger.open("/sign-in").kept(stranger.form())["csrf_token"]
        assert "said" not in stranger.client.post("/start/leave", data={"csrf_token": token}).location
        assert unsent(parts) == [None]

    @pytest.mark.parametrize("asked", ["endpoint=x", "_method=DELETE", "_external=1&_scheme=ftp", "process=other"])
    def test_what_stands_in_the_address_stays_there(self, visit: Visit, clock: Clock, asked: str) -> None:
        wati = visit(WATI).open("/start/leave/all")
        form = wati.kept(wati.form())
        clock.forward(hours=3)
        answer = wati.client.post(f"/start/leave?{asked}", data=form)
        address = parse_qs(urlsplit(answer.location).query)["next"]
        assert (answer.status_code, address) == (303, [f"/start/leave/all?{asked}"])


def kept(parts: Parts) -> str:
    """What the only draft keeps."""
    with parts.database.reads() as session:
        return session.scalars(select(Draft.answers)).one()


def unsent(parts: Parts) -> list[str | None]:
    """What lies with the sessions there are."""
    with parts.database.reads() as session:
        return list(session.scalars(select(WebSession.unsent)))


def events(parts: Parts) -> int:
    """How much has been done."""
    with parts.database.reads() as session:
        return len(session.scalars(select(Event.number)).all())
