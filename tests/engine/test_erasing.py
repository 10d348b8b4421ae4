"""Erasing what a request says: nothing of it is left, and its record still proves who did what and when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from engine import audit, documents, erasing
from engine.db import Base, Event, IdempotencyKey, Message
from engine.erasing import ERASED, FILES_ERASED
from engine.errors import Conflict, NotFound, Text
from engine.idempotency import once
from engine.record import read_facts, read_payload
from engine.uploads import Upload
from tests import papers
from tests.leftovers import places
from tests.support import Case, Office, at_once, choice, diagram, form, form_of, package

REQUESTER, OFFICER, KEEPER = "P097", "P092", "P026"
SECRET = "sakitparah"
"""What the request says, and nothing of it may be left."""
LETTER = Upload(f"{SECRET}.pdf", "application/pdf", papers.pdf(SECRET))
WHY = Text("Dihapus atas permintaan.", "Erased on demand.")
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def sick(office: Office) -> Office:
    """An office with a process that asks for a reason and a letter, and whose second step decides."""
    drawn = diagram(
        {"begin": "startEvent", "ask": "userTask", "check": "userTask", "done": "endEvent"},
        ["begin ask", "ask check", "check done"],
        lanes={"requester": ["begin", "ask"], "personnel_officer": ["check", "done"]},
        inside={step: form_of(step) for step in ("ask", "check")},
    )
    asked = form(reason={"type": "textarea", "label": "Alasan"}, letter={"type": "filepicker", "label": "Surat"})
    decided = form(outcome=choice("approve", "reject"), remark={"type": "textarea", "label": "Catatan"})
    files = {"ask.form": asked, "check.form": decided}
    office.deploy(package(drawn, files=files, summary="[ask.reason]"))
    return office


def sent(office: Office) -> Case:
    """A request that says the secret in its answers, its summary and a file."""
    letter = office.database.command(
        lambda session: documents.store(session, owner=REQUESTER, upload=LETTER, now=office.now)
    )
    return office.start("flow", by=REQUESTER, reason=SECRET, letter=str(letter))


def over(office: Office) -> Case:
    """The same request, decided with the secret in a remark."""
    case = sent(office)
    case.complete("check", OFFICER, outcome="approve", remark=SECRET)
    return case


def erase(case: Case) -> None:
    case.office.database.command(
        lambda session: erasing.erase(
            session, case.id, by=KEEPER, reason=WHY, through="HAK-2026-1", now=case.office.now
        )
    )


def seal(office: Office) -> list[str]:
    """Seal what is not sealed yet; the line of the file that is kept outside."""
    made = office.database.command(lambda session: audit.seal(session, KEY, now=office.now))
    return [audit.outside_line(made)] if made else []


def findings(office: Office, outside: list[str]) -> list[str]:
    with office.database.snapshot() as session:
        return [f"{each.where}: {each.what}" for each in audit.verify(session, KEY.public_key(), outside)]


def events(case: Case) -> list[Any]:
    with case.office.database.reads() as session:
        wanted = select(Event).where(Event.instance_id == case.id).order_by(Event.number)
        return list(session.scalars(wanted))


def test_an_erased_request_leaves_nothing_that_it_said(sick: Office) -> None:
    case = over(sick)
    assert places(sick.database, SECRET) == {"event", "instance", "document"}
    erase(case)
    assert places(sick.database, SECRET) == set()


def test_the_record_stays_valid_and_tells_of_the_erasure(sick: Office) -> None:
    case = over(sick)
    outside = seal(sick)
    hashes = [event.hash for event in events(case)]
    erase(case)
    assert findings(sick, outside) == []
    outside += seal(sick)
    assert findings(sick, outside) == []
    after = events(case)
    assert [event.hash for event in after[:-1]] == hashes
    assert all(event.payload is None and event.salt is None for event in after[:-1])
    facts = read_facts(after[-1].record)
    assert (facts["kind"], facts["actor"]) == (ERASED, KEEPER)
    assert read_payload(after[-1].payload) == {"reason": {"id": WHY.id, "en": WHY.en}, "by": "HAK-2026-1"}


def test_the_page_of_an_erased_request_has_its_history_and_no_answers(sick: Office) -> None:
    case = over(sick)
    erase(case)
    view = case.seen_by(OFFICER)
    assert view.erased_at == sick.now
    assert (view.answers, view.summary) == ([], None)
    assert [line.kind for line in view.timeline] == ["started", "completed", ERASED]
    assert [line.answers for line in view.timeline[:2]] == [[], []]
    assert view.timeline[1].outcome == "approve"


def test_a_request_that_runs_is_not_erased(sick: Office) -> None:
    case = sent(sick)
    with pytest.raises(Conflict):
        erase(case)
    assert case.seen_by(OFFICER).erased_at is None
    assert "event" in places(sick.database, SECRET)


def test_a_request_is_erased_once(sick: Office) -> None:
    case = over(sick)
    erase(case)
    with pytest.raises(Conflict):
        erase(case)
    assert [event.number for event in events(case)] == [1, 2, 3]


def test_there_must_be_such_a_request(sick: Office) -> None:
    gone = uuid4()
    with pytest.raises(NotFound):
        sick.database.command(
            lambda session: erasing.erase(session, gone, by=KEEPER, reason=WHY, through="", now=sick.now)
        )


def test_mail_about_an_erased_request_is_not_sent_any_more_and_its_events_are_sealed(sick: Office) -> None:
    case = over(sick)
    erase(case)
    with sick.database.reads() as session:
        kinds = session.scalars(select(Message.kind).where(Message.instance_id == case.id)).all()
    assert set(kinds) == {"seal"}
    assert len(kinds) == 3


def test_a_repeated_key_gets_its_answer_without_the_summary(sick: Office) -> None:
    case = over(sick)
    kept: dict[str, Any] = {"person": REQUESTER, "route": "/api/v1/x", "key": "k" * 20, "body": {}, "now": sick.now}
    said = {"id": str(case.id), "reference": "R-1", "summary": SECRET}
    once(sick.database, **kept, work=lambda _: said)
    erase(case)
    assert places(sick.database, SECRET) == set()
    with sick.database.reads() as session:
        assert '"R-1"' in session.scalars(select(IdempotencyKey.answer)).one()


def test_other_requests_stay_as_they_are(sick: Office) -> None:
    case, other = over(sick), over(sick)
    erase(case)
    assert other.seen_by(OFFICER).erased_at is None
    assert SECRET in str(other.seen_by(OFFICER).answers)


def test_files_alone_go_when_their_time_is_over(sick: Office) -> None:
    case = over(sick)
    outside = seal(sick)
    with sick.database.reads() as session:
        (file,) = documents.of_instance(session, case.id)
    sick.database.command(lambda session: erasing.erase_files(session, case.id, [file.id], reason=WHY, now=sick.now))
    view = case.seen_by(OFFICER)
    assert (view.erased_at, view.timeline[-1].kind) == (None, FILES_ERASED)
    assert SECRET in str(view.answers)
    assert places(sick.database, SECRET) == {"event", "instance"}
    assert findings(sick, outside + seal(sick)) == []
    erase(case)
    assert findings(sick, outside + seal(sick)) == []


def test_what_fails_on_the_way_leaves_everything_as_it_was(sick: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise Conflict

    case = over(sick)
    before = everything(sick)
    monkeypatch.setattr(erasing, "_ALSO", [fails])
    with pytest.raises(Conflict):
        erase(case)
    assert everything(sick) == before


def test_killed_in_the_middle_everything_is_as_it_was_and_the_erasure_can_be_done_again(sick: Office) -> None:
    case = over(sick)
    before = everything(sick)
    url = sick.database.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLS_ITSELF, url, str(case.id)], timeout=60, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    assert everything(sick) == before
    assert findings(sick, []) == []
    erase(case)
    assert places(sick.database, SECRET) == set()
    assert findings(sick, []) == []


KILLS_ITSELF = """
import os, signal, sys
from datetime import UTC, datetime
from uuid import UUID
from engine import erasing
from engine.db import Database
from engine.errors import Text
erasing.also(lambda session, found: (session.flush(), os.kill(os.getpid(), signal.SIGKILL)))
why = Text("x", "x")
Database(sys.argv[1]).command(
    lambda session: erasing.erase(session, UUID(sys.argv[2]), by="P026", reason=why, through="", now=datetime.now(UTC))
)
"""


def everything(office: Office) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with office.database.reads() as session:
        tables = Base.metadata.tables.items()
        return {name: sorted(map(repr, session.execute(select(table)).all())) for name, table in tables}


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE event SET payload = NULL, salt = NULL WHERE number = 3", None),
        ("UPDATE event SET record = hash WHERE number = 3", "its hash does not follow"),
        ("DELETE FROM event WHERE number = 3", "its newest events are missing"),
    ],
)
def test_the_line_that_tells_of_an_erasure_cannot_be_taken_away(
    sick: Office, tampering: str, found: str | None
) -> None:
    case = over(sick)
    erase(case)
    outside = seal(sick)
    with sick.database.engine.begin() as connection:
        connection.execute(text(tampering))
    wrong = findings(sick, outside)
    assert any(found in each for each in wrong) if found else wrong == []


def test_of_two_who_erase_at_once_one_does(sick: Office) -> None:
    case = over(sick)
    assert sorted(at_once(partial(erase, case), partial(erase, case))) == [False, True]
    assert [event.number for event in events(case)] == [1, 2, 3]
    assert findings(sick, []) == []
