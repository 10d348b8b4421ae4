"""One's own data: who saw them, and all of them as one file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from engine import documents
from engine.db import Base
from engine.errors import Text
from engine.uploads import Upload
from tests import papers
from tests.conftest import Clock
from tests.web import leaves
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.parts import Parts
from workflows.privacy import own_data
from workflows.record import looking, rows
from workflows.record.rows import Write

WATI, OFFICER, OUTSIDER, AUDITOR = "P097", "P092", "P045", "P012"
SEEN = "/data/seen"


@pytest.fixture
def sick(parts: Parts) -> Parts:
    """The process that asks for a letter is live."""
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    return parts


@pytest.fixture
def letter(sick: Parts) -> str:
    """The address of the letter that Wati has sent with a request."""
    scan, now = Upload("surat dokter.pdf", "application/pdf", papers.pdf()), sick.clock()

    def send(session: Any) -> str:
        me = sick.people.actor(session, WATI, now)
        file = documents.store(session, owner=WATI, upload=scan, now=now)
        sick.engine.start(session, "sick", me, {"reason": "Demam", "letter": str(file)}, now=now)
        return f"/documents/{file}"

    return sick.database.command(send)


def looks(visitor: Visitor) -> list[str]:
    """The lines of the page of looks."""
    return [" ".join(line.get_text().split()) for line in visitor.open(SEEN).main.select(".cards li")]


def downloaded(visitor: Visitor) -> dict[str, Any]:
    """The file that the button gives."""
    visitor.open("/data/export").send(to="/data/export")
    assert visitor.answer.mimetype == "application/json"
    found: dict[str, Any] = json.loads(visitor.answer.get_data())
    return found


def test_nobody_has_looked_yet(visit: Visit) -> None:
    page = visit(WATI).open(SEEN)
    assert "Belum ada orang lain yang membuka data Anda" in page.text


@pytest.mark.parametrize(("person", "words"), [(OFFICER, "Petugas kepegawaian"), (AUDITOR, "Auditor")])
def test_who_opens_evidence_of_another_is_shown_to_them(
    letter: str, visit: Visit, parts: Parts, person: str, words: str
) -> None:
    reader = visit(person)
    for _ in range(3):
        assert reader.client.get(letter).status_code == 200
    (line,) = looks(visit(WATI))
    with parts.database.reads() as session:
        name = parts.people.name(session, person)
    assert line.startswith(f"surat dokter.pdf {name} · {words} Permohonan SAKIT-")


def test_whoever_may_not_open_it_and_the_owner_are_not_written_down(letter: str, visit: Visit) -> None:
    assert visit(OUTSIDER).client.get(letter).status_code == 404
    assert visit(WATI).client.get(letter).status_code == 200
    assert looks(visit(WATI)) == []


def test_a_program_that_opens_evidence_is_written_down_too(
    letter: str, app: Flask, visit: Visit, token_of: Callable[[str], str]
) -> None:
    headers = {"Authorization": f"Bearer {token_of(OFFICER)}"}
    answer = app.test_client(use_cookies=False).get(f"/api/v1{letter}", headers=headers)
    assert answer.status_code == 200
    assert len(looks(visit(WATI))) == 1


def test_everybody_sees_the_looks_at_their_own_data_alone(letter: str, visit: Visit) -> None:
    visit(OFFICER).client.get(letter)
    assert looks(visit(OUTSIDER)) == []
    assert looks(visit(OFFICER)) == []


def test_looks_at_a_record_name_the_history_and_the_reason(parts: Parts, visit: Visit) -> None:
    as_what = Text("Verifikator BKPSDM", "BKPSDM verifier")

    def look(session: Any) -> None:
        viewer = parts.people.actor(session, "P025", parts.clock())
        for what, reason in (("identity", "Cocokkan <NIK>"), ("bank.account", "")):
            looking.note(session, viewer, WATI, what, as_what, parts.clock(), reason=reason)

    parts.database.command(look)
    bank, identity = looks(visit(WATI))
    assert "Alasan: Cocokkan <NIK>" in identity
    assert "Verifikator BKPSDM" in identity
    assert bank.startswith("Rekening gaji: Nomor rekening")


def test_many_looks_are_read_page_by_page(parts: Parts, visit: Visit, clock: Clock) -> None:
    def look(session: Any) -> None:
        viewer = parts.people.actor(session, OFFICER, clock())
        for number in range(45):
            looking.note(session, viewer, WATI, "bank", Text("a", "b"), clock(), reason=f"alasan {number}")

    parts.database.command(look)
    wati, found = visit(WATI), list[str]()
    page = wati.open(SEEN)
    for _ in range(3):
        found += [line.get_text() for line in page.main.select(".cards li")]
        following = page.main.select("a[rel=next]")
        page = wati.open(str(following[0]["href"])) if following else page
    assert len(found) == 45
    assert "alasan 44" in found[0]
    assert "alasan 0" in found[-1]


@pytest.mark.parametrize("after", ["x", "-1", "999999999999999", "٣"])
def test_a_place_that_is_none_shows_a_page_all_the_same(visit: Visit, after: str) -> None:
    assert visit(WATI).client.get(f"{SEEN}?after={after}").status_code == 200


def test_the_file_holds_all_that_is_known_of_the_person(letter: str, visit: Visit, parts: Parts) -> None:
    visit(OFFICER).client.get(letter)
    changed_record(parts)
    leaves.to_decide(parts, WATI, reason="Menengok ibu")
    data = downloaded(visit(WATI))
    assert (data["format"], data["version"], data["person"]["id"]) == ("alur-own-data", 1, WATI)
    sick, leave = sorted(data["requests"], key=lambda each: str(each["process"]), reverse=True)
    assert sick["steps"][0]["answers"]["reason"] == "Demam"
    assert [file["name"] for file in sick["files"]] == ["surat dokter.pdf"]
    assert leave["steps"][0]["answers"]["reason"] == "Menengok ibu"
    assert [step["kind"] for step in leave["steps"]] == ["started", "completed", "completed"]
    assert data["leave_ledger"]
    assert [each["status"] for each in data["leave"]] == ["reserved"]
    bank = [row["values"].get("account") for row in data["record"] if row["history"] == "bank"]
    assert bank[-1] == "1234567890"
    (view,) = data["views"]
    assert view["document"] == letter.rpartition("/")[2]
    assert view["capacity"] == "Petugas kepegawaian"


def changed_record(parts: Parts) -> None:
    def write(session: Any) -> None:
        today = date(2026, 11, 2)
        record = rows.record(session, WATI)
        row = record.single("bank")
        change = Write("bank", row.id, "change", {"account": "1234567890"}, row.revision)
        rows.write(session, WATI, [change], by=OFFICER, now=parts.clock(), today=today, instance=None)

    parts.database.command(write)


def test_the_file_holds_nothing_of_anybody_else(letter: str, visit: Visit, parts: Parts) -> None:
    leaves.ask(parts, OUTSIDER, reason="Rahasia orang lain")
    data = downloaded(visit(WATI))
    assert "Rahasia orang lain" not in json.dumps(data)
    assert {each["person"] for name in ("record", "leave", "leave_ledger", "notices") for each in data[name]} == {WATI}


def test_the_file_is_given_to_who_asks_on_the_page_alone(visit: Visit, app: Flask) -> None:
    wati = visit(WATI)
    assert wati.client.get("/data/export").mimetype == "text/html"
    assert wati.client.post("/data/export").status_code == 400  # no token of the page
    assert app.test_client().get("/data/export").status_code == 303
    wati.open("/data/export").send(to="/data/export")
    assert wati.answer.headers["Content-Disposition"] == "attachment; filename=data-saya-2026-11-02.json"
    assert "no-store" in wati.answer.headers["Cache-Control"]


def test_every_name_of_the_file_is_described(visit: Visit) -> None:
    """README describes the format; each part of the file stands there."""
    described = re.findall(r"^\| `(\w+)`", Path("README.md").read_text("utf-8"), re.MULTILINE)
    assert set(downloaded(visit(WATI))) - set(described) == set()


def test_what_the_tables_keep_of_a_person_is_in_the_file(parts: Parts) -> None:
    """A table with a column for a person is in the file, or it is said here why not."""
    told = {
        *("holding", "acting", "record_row", "record_confirmed", "record_proposal", "record_view", "leave_entry"),
        *("leave_request", "letter", "notice", "contact", "notice_ack", "document", "processing_limit", "roster_day"),
    }
    elsewhere = {
        "credential": "the hash of a password",
        "web_session": "sessions of the browser, gone within a day",
        "api_token": "hashes of tokens",
        "draft": "what was not sent, seen on its own page",
        "hint_seen": "which hints were put away",
        "idempotency_key": "answers to repetitions, with nothing that is not in the requests",
        "legal_hold": "a case that must not be told (UU 27/2022 art. 15)",
        "leave_account": "the lock of the ledger",
        "leave_opinion": "in the answers of the requests",
        "leave_credit": "in the ledger",
        "leave_recount": "in the ledger and the history of the requests",
        "record_head": "the lock of the record",
        "record_code": "one-time codes, gone once they are used",
        "former_address": "addresses that are told once, and then forgotten",
        "roster_member": "in the days of the rosters",
    }
    with_person = {name for name, each in Base.metadata.tables.items() if {"person", "owner"} & {*each.columns.keys()}}
    assert with_person == told | elsewhere.keys()
    assert not told & elsewhere.keys()


def test_a_longer_history_costs_no_more_statements(parts: Parts) -> None:
    leaves.ask(parts, WATI)
    few = statements(parts)
    leaves.ask(parts, WATI, "2026-12-14", "2026-12-15")
    assert statements(parts) == few
    assert few <= 25


def statements(parts: Parts) -> int:
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    with parts.database.snapshot() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", counted)
        own_data.everything(session, parts.people, WATI, now=parts.clock())
        event.remove(engine, "before_cursor_execute", counted)
    return count
