"""Documents: what is taken, whose they are, and how an answer makes them a request's."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.orm import undefer

from engine import documents, inspection
from engine.actor import Actor
from engine.audit import verify
from engine.db import Document, Event
from engine.errors import Conflict, NotFound, Refused
from engine.forms import Attached
from engine.record import read_payload
from engine.uploads import LARGEST, Upload, checked, clean_name
from tests import papers
from tests.support import Case, Office, choice, diagram, form, form_of, package

REQUESTER, OTHER, OFFICER = "P097", "P045", "P092"
LETTER = Upload("surat dokter.pdf", "application/pdf", papers.pdf())


@pytest.mark.parametrize("what", papers.GOOD)
def test_a_good_file_is_taken_by_its_content_and_named_by_it(what: str) -> None:
    name, content, kept = papers.GOOD[what]
    assert checked(name, content).name == kept


@pytest.mark.parametrize("what", papers.BAD)
def test_a_bad_file_is_refused_with_what_to_do_in_two_languages(what: str) -> None:
    name, content, why = papers.BAD[what]
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        checked(name, content)
    (said,) = refused.value.problems["file"]
    assert why in said.id
    assert said.en != said.id
    assert "nggah" in said.id or "Pilih" in said.id  # what to do
    assert time.monotonic() - began < inspection.PATIENCE


def test_whoever_looks_has_no_secret_and_can_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALUR_SECRET", "s" * 48)
    asks = "import os, engine.inspection as i; i._shut_in(); print('ALUR_SECRET' in os.environ); open('/etc/hostname')"
    asked = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, env=inspection.NO_SECRETS)
    assert asked.stdout.strip() == "False"
    assert "Too many open files" in asked.stderr


@pytest.mark.parametrize("name", papers.NAMES)
def test_a_name_loses_its_path_and_whatever_steers_a_screen_or_a_disk(name: str) -> None:
    assert clean_name(name, ".pdf") == papers.NAMES[name]


def test_a_file_of_the_largest_size_is_taken() -> None:
    content = papers.photo()
    checked("foto.jpg", content + bytes(LARGEST - len(content)))
    with pytest.raises(Refused):
        checked("foto.jpg", content + bytes(LARGEST - len(content) + 1))


@pytest.fixture
def sick(office: Office) -> Office:
    """An office with a process whose first step asks for a letter, and whose second may add some."""
    nodes = {"begin": "startEvent", "ask": "userTask", "check": "userTask", "choose": "exclusiveGateway"}
    drawn = diagram(
        {**nodes, "done": "endEvent"},
        ["begin ask", "ask check", "check choose", 'choose ask | check.outcome = "repair"', "choose done | default"],
        lanes={"requester": ["begin", "ask"], "personnel_officer": ["check", "choose", "done"]},
        inside={step: form_of(step) for step in ("ask", "check")},
    )
    picker = {"type": "filepicker", "label": "Surat dokter"}
    lines = {"type": "dynamiclist", "path": "lines", "label": "Biaya"}
    nested = {**lines, "components": [{"id": "bill", "key": "bill", **picker}]}
    asked = form(letter={**picker, "validate": {"required": True}}, lines=nested)
    checked_by = form(outcome=choice("complete", "repair"), more={**picker, "multiple": True})
    office.deploy(package(drawn, files={"ask.form": asked, "check.form": checked_by}))
    return office


def kept(office: Office, owner: str = REQUESTER, upload: Upload = LETTER) -> str:
    """The id of a document that a person has uploaded."""
    return str(office.database.command(lambda s: documents.store(s, owner=owner, upload=upload, now=office.now)))


def opened(office: Office, person: str, document: str) -> bytes:
    """The content, as a person gets it."""
    with office.database.reads() as session:
        content = documents.document_for(session, office.actor(person), UUID(document)).content
    assert content is not None
    return content


def row_of(office: Office, document: str) -> Document:
    with office.database.reads() as session:
        return session.get_one(Document, UUID(document), options=[undefer(Document.content)])


def events_of(case: Case) -> list[dict[str, Any]]:
    with case.office.database.reads() as session:
        wanted = select(Event.payload).where(Event.instance_id == case.id).order_by(Event.number)
        return [read_payload(payload) for payload in session.scalars(wanted)]


def test_an_uploaded_document_is_its_owners_alone_until_it_is_sent(sick: Office) -> None:
    letter = kept(sick)
    assert opened(sick, REQUESTER, letter) == LETTER.content
    for person in (OTHER, OFFICER, "P026"):
        with pytest.raises(NotFound):
            opened(sick, person, letter)
    sick.start("flow", by=REQUESTER, letter=letter)
    assert opened(sick, OFFICER, letter) == LETTER.content
    with pytest.raises(NotFound):
        opened(sick, OTHER, letter)


def test_the_request_holds_the_document_and_its_record_the_digest(sick: Office) -> None:
    letter = kept(sick)
    case = sick.start("flow", by=REQUESTER, letter=letter)
    row = row_of(sick, letter)
    assert (row.instance_id, row.step, row.owner, row.kind) == (case.id, "ask", REQUESTER, "attachment")
    assert row.digest == hashlib.sha256(LETTER.content).digest()
    (started,) = events_of(case)
    assert started["answers"]["letter"] == [letter]
    assert started["documents"] == {letter: row.digest.hex()}


def test_a_request_without_documents_has_none_in_its_record(sick: Office) -> None:
    case = sick.start("flow", by=REQUESTER, letter=kept(sick))
    case.complete("check", OFFICER, outcome="complete")
    assert ["documents" in event for event in events_of(case)] == [True, False]


def test_documents_are_shown_by_name_with_the_document_itself(sick: Office) -> None:
    letter = kept(sick)
    view = sick.start("flow", by=REQUESTER, letter=letter).seen_by(OFFICER)
    for pairs in (view.answers[0].rows, view.timeline[0].answers):
        (shown,) = [value for label, value in pairs if label.id == "Surat dokter"]
        assert isinstance(shown, Attached)
        assert shown.id == "surat dokter.pdf"
        (document,) = shown.documents
        assert (str(document.id), document.size) == (letter, len(LETTER.content))


@pytest.mark.parametrize("strange", ["", "nobody", "x", "{0}"])
def test_an_id_that_is_not_ours_is_refused_by_field(sick: Office, strange: str) -> None:
    ids = {"": str(uuid4()), "nobody": kept(sick, OTHER), "x": "x", "{0}": kept(sick).upper()}
    with pytest.raises(Refused) as refused:
        sick.start("flow", by=REQUESTER, letter=ids[strange])
    (said,) = refused.value.problems["letter"]
    assert said.id == "Unggah surat dokter sekali lagi."


def test_an_id_of_another_request_is_refused_even_to_its_owner(sick: Office) -> None:
    letter = kept(sick)
    sick.start("flow", by=REQUESTER, letter=letter)
    with pytest.raises(Refused):
        sick.start("flow", by=REQUESTER, letter=letter)


def test_a_strange_id_in_a_row_of_a_list_is_refused_there(sick: Office) -> None:
    rows = [{"bill": kept(sick, upload=Upload("a.png", "image/png", b"a"))}, {"bill": str(uuid4())}]
    with pytest.raises(Refused) as refused:
        sick.start("flow", by=REQUESTER, letter=kept(sick), lines=rows)
    assert list(refused.value.problems) == ["lines-1-bill"]


def test_documents_in_rows_of_a_list_are_the_requests_too(sick: Office) -> None:
    bills = [kept(sick, upload=Upload(f"{n}.png", "image/png", n.encode())) for n in ("a", "b")]
    case = sick.start("flow", by=REQUESTER, letter=kept(sick), lines=[{"bill": bill} for bill in bills])
    assert {row_of(sick, bill).instance_id for bill in bills} == {case.id}
    (shown,) = [value for label, value in case.seen_by(OFFICER).answers[0].rows if label.id == "Biaya"]
    assert isinstance(shown, Attached)
    assert (shown.id, len(shown.documents)) == ("a.png, b.png", 2)


def test_a_later_step_attaches_its_own_and_a_repaired_one_may_keep_what_it_had(sick: Office) -> None:
    letter = kept(sick)
    case = sick.start("flow", by=REQUESTER, letter=letter)
    sick.now += timedelta(hours=1)
    proof = kept(sick, OFFICER, Upload("bukti.png", "image/png", b"p"))
    case.complete("check", OFFICER, outcome="repair", more=[proof])
    assert (row_of(sick, proof).step, row_of(sick, proof).owner) == ("check", OFFICER)
    case.complete("ask", REQUESTER, letter=letter)
    assert row_of(sick, letter).step == "ask"
    sick.now += timedelta(hours=1)
    newer = kept(sick, upload=Upload("baru.pdf", "application/pdf", b"n"))
    case.complete("check", OFFICER, outcome="repair")
    case.complete("ask", REQUESTER, letter=newer)
    with sick.database.reads() as session:
        names = [one.name for one in documents.of_instance(session, case.id)]
    assert names == ["surat dokter.pdf", "bukti.png", "baru.pdf"]


def test_what_fails_after_attaching_leaves_the_document_with_its_owner(sick: Office) -> None:
    letter = kept(sick)

    def fail(session: Any) -> None:
        sick.engine.start(session, "flow", sick.actor(REQUESTER), {"letter": letter}, now=sick.now)
        raise LookupError

    with pytest.raises(LookupError):
        sick.database.command(fail)
    assert row_of(sick, letter).instance_id is None


def test_of_two_requests_with_the_same_document_the_second_is_refused(sick: Office) -> None:
    letter = kept(sick)
    deployed = sick.start("flow", by=REQUESTER, letter=kept(sick, upload=Upload("b.pdf", "application/pdf", b"b")))
    with sick.database.reads() as session:
        asked = sick.engine.start_form(session, "flow", sick.actor(REQUESTER), now=sick.now)

    def taken(session: Any) -> None:
        session.execute(update(Document).where(Document.id == UUID(letter)).values(instance_id=deployed.id))
        documents.attach(session, asked, {"letter": [letter]}, owner=REQUESTER, instance=uuid4(), step="ask")

    with pytest.raises(Conflict):
        sick.database.command(taken)


def test_the_same_file_again_is_the_same_document_and_waits_anew(sick: Office) -> None:
    letter = kept(sick)
    sick.now += timedelta(days=20)
    assert kept(sick) == letter
    assert kept(sick, OTHER) != letter
    sick.now += timedelta(days=20)
    sick.database.command(lambda session: documents.forget_unsent(session, now=sick.now))
    assert opened(sick, REQUESTER, letter)


def test_what_waits_too_long_is_forgotten_and_what_was_sent_is_not(sick: Office) -> None:
    sent, waiting = kept(sick), kept(sick, OTHER)
    sick.start("flow", by=REQUESTER, letter=sent)
    sick.now += documents.KEPT + timedelta(seconds=1)
    sick.database.command(lambda session: documents.forget_unsent(session, now=sick.now))
    assert opened(sick, REQUESTER, sent)
    with pytest.raises(NotFound):
        opened(sick, OTHER, waiting)


def test_a_person_may_have_only_so_many_waiting(sick: Office) -> None:
    for number in range(documents.MOST_UNSENT):
        kept(sick, upload=Upload("a.png", "image/png", str(number).encode()))
    with pytest.raises(Refused, match="mended"):
        kept(sick)
    kept(sick, OTHER)


def test_a_person_may_have_only_so_many_bytes_waiting(sick: Office) -> None:
    for number in range(documents.LARGEST_UNSENT // LARGEST):
        kept(sick, upload=Upload("a.png", "image/png", bytes([number]) * LARGEST))
    with pytest.raises(Refused):
        kept(sick)


def test_what_is_thrown_away_is_ones_own_and_not_yet_sent(sick: Office) -> None:
    sent, mine = kept(sick), kept(sick, upload=Upload("b.pdf", "application/pdf", b"b"))
    theirs = kept(sick, OTHER)
    sick.start("flow", by=REQUESTER, letter=sent)
    ids = [sent, mine, theirs, "no id"]
    sick.database.command(lambda session: documents.discard(session, REQUESTER, ids))
    assert opened(sick, REQUESTER, sent)
    assert opened(sick, OTHER, theirs)
    with pytest.raises(NotFound):
        opened(sick, REQUESTER, mine)


def test_a_document_that_the_system_made_is_seen_with_its_request(sick: Office) -> None:
    case = sick.start("flow", by=REQUESTER, letter=kept(sick))
    sick.now += timedelta(hours=1)
    made = sick.database.command(
        lambda session: documents.add(
            session,
            instance=case.id,
            kind="letter",
            name="Surat Izin Cuti.pdf",
            media_type="application/pdf",
            content=b"%PDF",
            now=sick.now,
        )
    )
    assert opened(sick, REQUESTER, str(made)) == b"%PDF"
    with sick.database.reads() as session:
        assert [one.kind for one in documents.of_instance(session, case.id)] == ["attachment", "letter"]
    with pytest.raises(NotFound):
        opened(sick, OTHER, str(made))


def test_an_erased_document_leaves_its_digest(sick: Office) -> None:
    letter = kept(sick)
    case = sick.start("flow", by=REQUESTER, letter=letter)
    sick.database.command(lambda session: documents.erase(session, case.id))
    row = row_of(sick, letter)
    assert (row.content, row.name, row.digest) == (None, "", hashlib.sha256(LETTER.content).digest())
    with pytest.raises(NotFound):
        opened(sick, REQUESTER, letter)
    assert case.seen_by(OFFICER).answers[0].rows[0][1].id == "berkas yang sudah dihapus"
    with sick.database.reads() as session:
        assert documents.of_instance(session, case.id) == []


def test_an_auditor_sees_what_was_sent_and_nothing_that_was_not(sick: Office) -> None:
    auditor = Actor("P001", "Auditor", "dinas", auditor=True)
    sent, waiting = kept(sick), kept(sick, OTHER)
    sick.start("flow", by=REQUESTER, letter=sent)
    with sick.database.reads() as session:
        assert documents.document_for(session, auditor, UUID(sent)).content == LETTER.content
        with pytest.raises(NotFound):
            documents.document_for(session, auditor, UUID(waiting))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE document SET content = digest", "its content was changed"),
        ("UPDATE document SET digest = content", "it is not the one that the record names"),
        ("DELETE FROM document", "the record names it, and it is missing"),
    ],
)
def test_a_document_that_was_exchanged_or_removed_is_found(sick: Office, statement: str, found: str) -> None:
    sick.start("flow", by=REQUESTER, letter=kept(sick))
    key = Ed25519PrivateKey.generate().public_key()

    def findings() -> list[str]:
        with sick.database.snapshot() as session:
            return [finding.what for finding in verify(session, key)]

    assert findings() == []
    with sick.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert found in findings()


def test_an_erased_document_leaves_the_record_valid(sick: Office) -> None:
    case = sick.start("flow", by=REQUESTER, letter=kept(sick))
    sick.database.command(lambda session: documents.erase(session, case.id))
    with sick.database.snapshot() as session:
        assert list(verify(session, Ed25519PrivateKey.generate().public_key())) == []
