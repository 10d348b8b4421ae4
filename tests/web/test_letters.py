"""A letter from its decision to its public page: made by the worker, signed on paper, checked by anybody."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Document, Incident, Message, Notice
from engine.jobs import LEASE, TRIES
from engine.package import Package
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor, one
from tests.workflows.test_seal import Office as Sealing
from tests.workflows.test_seal import made as sealing_office
from tests.workflows.test_seal import verify
from web.config import SettingsError
from web.letter_work import seal_of
from web.parts import Parts
from web.worker import Worker
from workflows import letters, packages
from workflows.letters import lifecycle, numbers
from workflows.letters.model import MADE, SIGNED, UNNUMBERED, WAITING, Letter, LetterNumber, NumberBlock
from workflows.people import Acting

WATI, OFFICER, SUPERIOR, HEAD, OUTSIDER, PPPK = "P097", "P092", "P094", "P091", "P045", "P096"
ANSWERS = {
    "type": "annual",
    "first": "2026-12-07",
    "last": "2026-12-11",
    "reason": "Berobat ke luar kota",
    "address": "Jalan Contoh 1",
    "phone": "081234567890",
}
STEPS = ((OFFICER, "complete"), (SUPERIOR, "approve"), (HEAD, "approve"))


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return sealing_office(tmp_path, "Kantor Rakumpit")


def approved(parts: Parts, person: str = WATI, head: str = HEAD, **other: str) -> UUID:
    """A leave that was asked for and approved, with its letter asked for."""

    def start(session: Session) -> UUID:
        me = parts.people.actor(session, person, parts.clock())
        return parts.engine.start(session, "leave", me, ANSWERS | other, now=parts.clock()).id

    instance = parts.database.command(start)
    for who, outcome in (*STEPS[:2], (head, "approve")):
        parts.database.command(lambda session, who=who, outcome=outcome: _do(parts, session, instance, who, outcome))
    parts.database.command(lambda session: asked_for(parts, session, instance, person))
    return instance


def _do(parts: Parts, session: Session, instance: UUID, who: str, outcome: str) -> None:
    me = parts.people.actor(session, who, parts.clock())
    view = parts.engine.instance_for(session, me, instance, now=parts.clock())
    parts.engine.decide(session, view.tasks[0].id, me, {"outcome": outcome}, now=parts.clock())


def asked_for(parts: Parts, session: Session, instance: UUID, person: str) -> None:
    """The letter is asked for by whoever grants; asking again changes nothing."""
    unit, now = parts.people.unit(session, person), parts.clock()
    letters.issue(session, instance=instance, kind="leave_granted", person=person, unit=unit, now=now, due=now)


def works(parts: Parts) -> None:
    """Let the worker do all that is due, in a thread of its own: the browser of other tests holds this one's loop."""
    worker = Worker(parts)
    with ThreadPoolExecutor(1) as thread:
        while thread.submit(worker.pass_once).result() == 0.0:
            pass


def letter_of(parts: Parts, instance: UUID) -> Letter:
    with parts.database.reads() as session:
        return session.scalars(select(Letter).where(Letter.instance == instance)).one()


def made(parts: Parts, clock: Clock, instance: UUID | None = None) -> Letter:
    """A letter that the worker has made."""
    instance = instance or approved(parts)
    clock.forward(minutes=15)
    works(parts)
    return letter_of(parts, instance)


def content(parts: Parts, document: UUID | None) -> bytes:
    with parts.database.reads() as session:
        found = session.scalars(select(Document.content).where(Document.id == document)).one()
        assert found is not None
        return found


def at_letter(visit: Visit, letter: Letter, person: str = OFFICER) -> Visitor:
    return visit(person).open(f"/letters/{letter.id}")


def upload(visitor: Visitor, letter: Letter, name: str, body: bytes) -> Visitor:
    """Send a file with the form for the signed letter."""
    form = visitor.form("/signed")
    sent: dict[str, Any] = {**visitor.kept(form), "scan": (io.BytesIO(body), name)}
    answer = visitor.client.post(
        f"/letters/{letter.id}/signed", data=sent, content_type="multipart/form-data", follow_redirects=True
    )
    visitor._show(answer)
    return visitor


# Making


def test_the_worker_makes_the_letter_and_tells_its_person(visit: Visit, parts: Parts, clock: Clock) -> None:
    letter = made(parts, clock)
    pdf = content(parts, letter.document)
    assert letter.status == MADE
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert (letter.office, letter.issued_on, letter.name) == ("DISKOMINFO", date(2026, 11, 2), "Wati Pratama")
    wati = visit(WATI).open(f"/requests/{letter.instance}")
    assert "Disetujui, surat menunggu tanda tangan" in wati.text
    assert "800.1.11.4/101/DISKOMINFO/2026" in wati.text
    assert "surat menunggu tanda tangan" in wati.open("/requests").text
    assert "surat menunggu tanda tangan" in wati.open("/notices").text


def test_before_the_worker_comes_the_page_says_that_the_letter_is_being_made(visit: Visit, parts: Parts) -> None:
    instance = approved(parts)
    assert "Disetujui, surat sedang dibuat" in visit(WATI).open(f"/requests/{instance}").text


def test_a_worker_that_is_killed_while_it_sets_a_letter_makes_no_second_number_and_no_second_letter(
    parts: Parts, clock: Clock
) -> None:
    slow = replace_template(parts, clock, "#for n in range(600000) [#n]")
    instance = approved(parts)
    clock.forward(minutes=15)
    settings, seconds = parts.settings, (clock.at - datetime.now(UTC)).total_seconds()
    environment = {
        "ALUR_DATABASE": settings.database,
        "ALUR_SECRET": settings.secret,
        "ALUR_KEY_FILE": str(settings.key_file),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.process", "worker", "0", str(seconds)],
        cwd=Path(__file__).parents[2],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    pause = Event()
    while letter_of(parts, instance).number is None:
        assert worker.poll() is None
        pause.wait(0.02)
    worker.kill()
    worker.wait()
    killed = letter_of(parts, instance)
    assert (killed.status, killed.document) == (WAITING, None)
    mend_template(parts, slow)
    clock.forward(seconds=LEASE.total_seconds() + 30)
    works(parts)
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(LetterNumber)) == 1
        assert list(session.scalars(select(Document.kind).where(Document.instance_id == instance))) == ["letter"]
    assert (letter_of(parts, instance).status, letter_of(parts, instance).number) == (MADE, killed.number)


def test_a_message_that_comes_twice_makes_one_letter(parts: Parts, clock: Clock) -> None:
    letter = made(parts, clock)
    parts.database.command(lambda session: again(session, letter.id, clock))
    works(parts)
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        told = session.scalars(select(Notice.kind).where(Notice.kind == "letter_made")).all()
    assert len(told) == 1


def again(session: Session, letter_id: int, clock: Clock) -> None:
    lifecycle.queue(session, session.get_one(Letter, letter_id), clock.at)


def test_a_revoked_leave_gets_no_letter_any_more(parts: Parts, clock: Clock) -> None:
    instance = approved(parts)
    parts.database.command(lambda session: letters.revoke(session, instance=instance, reason="cancelled", now=clock.at))
    clock.forward(minutes=15)
    works(parts)
    letter = letter_of(parts, instance)
    assert (letter.status, letter.number, letter.document) == ("revoked", None, None)


def test_the_letter_says_who_signs_and_in_what_capacity(parts: Parts, clock: Clock) -> None:
    parts.database.command(
        lambda session: session.add(
            Acting(
                person=SUPERIOR,
                position="DISKOMINFO-01",
                kind="Plh",
                decree="800/1/2026",
                first=date(2026, 11, 1),
                last=date(2026, 11, 30),
            )
        )
    )
    from workflows.leave.letters import write

    letter = made(parts, clock)
    with parts.database.reads() as session:
        said = write(session, session.get_one(Letter, letter.id)).data
    assert said["signer"]["on_behalf"] == "Bupati Rakumpit"
    assert said["signer"]["capacity"] == ""
    assert said["signer"]["nip"]
    assert said["leave"]["length"] == "5 (lima) hari kerja"
    assert said["person"]["nip_label"] == "NIP"
    assert said["copies"][0].startswith("Kepala")
    assert ANSWERS["reason"] not in str(said)


def test_a_template_that_fails_is_an_incident_that_can_be_retried(visit: Visit, parts: Parts, clock: Clock) -> None:
    broken = replace_template(parts, clock, '#panic("rusak")')
    instance = approved(parts)
    for _ in range(TRIES):
        clock.forward(hours=1)
        works(parts)
    with parts.database.reads() as session:
        [incident] = session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))
    assert (incident.code, incident.instance_id) == ("letter-failed", instance)
    assert "letter.typ" in visit("P026").open("/incidents").text
    first = letter_of(parts, instance).number
    mend_template(parts, broken)
    visit("P026").open("/incidents").send(to="/retry")
    works(parts)
    assert (letter_of(parts, instance).status, letter_of(parts, instance).number) == (MADE, first)


def replace_template(parts: Parts, clock: Clock, template: str) -> int:
    """A version of the leave package with another letter, live; returns its id."""
    package = Package.read(packages() / "leave")
    changed = replace(package, files={**package.files, "letter.typ": template.encode()})
    return parts.database.command(
        lambda session: parts.engine.deploy(session, changed, by="P026", now=clock.at, state="live").id
    )


def mend_template(parts: Parts, version: int) -> None:
    """Put the right letter into a version that is deployed already, as no page allows: the test is about the retry."""
    from engine.db import Version

    whole = Package.read(packages() / "leave").to_zip()

    def mend(session: Session) -> None:
        session.get_one(Version, version).package = whole

    parts.database.command(mend)
    parts.engine.catalog._kept.clear()


def test_a_letter_without_a_number_waits_until_an_officer_types_one(visit: Visit, parts: Parts, clock: Clock) -> None:
    parts.database.command(lambda session: [session.delete(b) for b in session.scalars(select(NumberBlock)).all()])
    letter = made(parts, clock)
    assert letter.status == UNNUMBERED
    assert "surat menunggu nomor" in visit(WATI).open(f"/requests/{letter.instance}").text
    officer = at_letter(visit, letter)
    assert officer.send({"number": "abc"}, to="/number").answer.status_code == 422
    assert "Ada masalah" in officer.text
    officer.send({"number": "77"}, to="/number")
    works(parts)
    assert "800.1.11.4/77/DISKOMINFO/2026" in at_letter(visit, letter).text
    assert letter_of(parts, letter.instance).status == MADE


def test_a_new_block_numbers_the_letters_that_wait(visit: Visit, parts: Parts, clock: Clock) -> None:
    parts.database.command(lambda session: [session.delete(b) for b in session.scalars(select(NumberBlock)).all()])
    letter = made(parts, clock)
    visit(OFFICER).open("/letters/numbers").send({"first": "31", "last": "40"}, to="/block")
    works(parts)
    assert letter_of(parts, letter.instance).status == MADE


def test_the_old_release_of_a_package_gets_the_letter_of_this_release(parts: Parts, clock: Clock) -> None:
    package = Package.read(packages() / "leave")
    without = replace(package, files={path: body for path, body in package.files.items() if path != "letter.typ"})
    parts.database.command(lambda session: parts.engine.deploy(session, without, by="P026", now=clock.at, state="live"))
    assert made(parts, clock).status == MADE


# The seal


def test_a_sealed_letter_is_verified_by_hand_and_still_waits_for_a_signature(
    visit: Visit, parts: Parts, clock: Clock, sealing: Sealing
) -> None:
    settings = replace(parts.settings, seal_certificate=sealing.certificate, seal_key=sealing.key)
    letter = made(replace(parts, settings=settings), clock)
    pdf = content(parts, letter.document)
    verify(pdf, sealing)
    with pytest.raises(Exception, match=r"changed|whole file|another"):
        verify(pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:], sealing)
    assert (letter.status, letter.sealed) == (MADE, True)
    assert "segel elektronik kantor" in at_letter(visit, letter).text
    assert "TTE" not in at_letter(visit, letter).text


def test_a_seal_that_cannot_be_used_stops_the_worker_at_its_start(parts: Parts, sealing: Sealing) -> None:
    sealing.key.chmod(0o644)
    settings = replace(parts.settings, seal_certificate=sealing.certificate, seal_key=sealing.key)
    with pytest.raises(SettingsError, match="ALUR_SEAL_KEY"):
        seal_of(settings)


# Signing


def test_the_signed_scan_makes_the_letter_signed_and_tells_its_person(visit: Visit, parts: Parts, clock: Clock) -> None:
    letter = made(parts, clock)
    officer = upload(at_letter(visit, letter), letter, "surat.pdf", papers.pdf())
    assert "Surat bertanda tangan tersimpan" in officer.text
    assert letter_of(parts, letter.instance).status == SIGNED
    wati = visit(WATI)
    assert "Disetujui, surat sudah ditandatangani" in wati.open(f"/requests/{letter.instance}").text
    assert "Surat sudah ditandatangani" in wati.open("/notices").text
    with parts.database.reads() as session:
        sent = session.scalars(select(Message.recipient).where(Message.kind == "letter_signed")).all()
    assert list(sent) == [f"person:{WATI}"]


@pytest.mark.parametrize(
    ("name", "body"), [("surat.pdf", b"<script>alert(1)</script>"), ("surat.docx", b"PK\x03\x04"), ("kosong.pdf", b"")]
)
def test_a_scan_that_is_none_is_refused_with_what_to_do(
    visit: Visit, parts: Parts, clock: Clock, name: str, body: bytes
) -> None:
    letter = made(parts, clock)
    officer = upload(at_letter(visit, letter), letter, name, body)
    assert officer.answer.status_code == 422
    assert "Ada masalah" in officer.text
    assert letter_of(parts, letter.instance).status == MADE


def test_a_better_scan_takes_the_place_of_the_first_and_is_told_once_more(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    letter = made(parts, clock)
    upload(at_letter(visit, letter), letter, "surat.pdf", papers.pdf())
    officer = upload(at_letter(visit, letter), letter, "surat lagi.pdf", papers.pdf() + b"\n")
    assert "Surat bertanda tangan tersimpan" in officer.text
    with parts.database.reads() as session:
        assert len(session.scalars(select(Message).where(Message.kind == "letter_signed")).all()) == 2


def test_a_scan_is_opened_whatever_letters_its_name_has(
    visit: Visit, parts: Parts, clock: Clock, client_as: Callable[[str], FlaskClient]
) -> None:
    letter = made(parts, clock)
    upload(at_letter(visit, letter), letter, "surat ✓.pdf", papers.pdf())
    answer = client_as(OFFICER).get(f"/letters/{letter.id}/scan")
    answer.headers["Content-Disposition"].encode("latin-1")
    assert "filename*=UTF-8''surat%20%E2%9C%93.pdf" in answer.headers["Content-Disposition"]


def test_the_list_of_letters_begins_at_any_number(client_as: Callable[[str], FlaskClient]) -> None:
    assert client_as(OFFICER).get("/letters?after=9999999999").status_code == 200


def test_only_whoever_keeps_the_letters_of_the_unit_reaches_them(
    visit: Visit, parts: Parts, clock: Clock, client_as: Callable[[str], FlaskClient]
) -> None:
    letter = made(parts, clock)
    paths = (f"/letters/{letter.id}", f"/letters/{letter.id}/letter", "/letters", "/letters/numbers")
    for person in (WATI, SUPERIOR, HEAD, PPPK):
        assert {client_as(person).get(path).status_code for path in paths} == {404}, person
    assert client_as("P042").get(paths[0]).status_code == 404
    assert {client_as(OFFICER).get(path).status_code for path in paths} == {200}
    assert client_as("P042").get("/letters/numbers?unit=DISKOMINFO").status_code == 404


def test_an_officer_does_not_keep_their_own_letter(
    parts: Parts, clock: Clock, client_as: Callable[[str], FlaskClient]
) -> None:
    letter = made(parts, clock)

    def becomes_own(session: Session) -> None:
        session.get_one(Letter, letter.id).person = OFFICER

    parts.database.command(becomes_own)
    assert client_as(OFFICER).get(f"/letters/{letter.id}").status_code == 404


def test_a_letter_is_given_up_with_a_reason_and_asked_for_again(visit: Visit, parts: Parts, clock: Clock) -> None:
    parts.database.command(lambda session: [session.delete(b) for b in session.scalars(select(NumberBlock)).all()])
    letter = made(parts, clock)
    officer = at_letter(visit, letter).send({"reason": ""}, to="/give-up")
    assert officer.answer.status_code == 422
    officer.send({"reason": "Salah kirim"}, to="/give-up")
    assert "Surat tidak jadi dibuat" in officer.text
    officer.send(to="/again")
    assert "surat sedang dibuat" in officer.text


# Numbers


def test_the_page_of_numbers_tells_blocks_gaps_and_their_reasons(visit: Visit, parts: Parts, clock: Clock) -> None:
    made(parts, clock)
    officer = visit(OFFICER).open("/letters/numbers")
    assert "101 sampai 500, sisa 399" in officer.text
    assert "Setiap nomor yang diambil mempunyai surat" in officer.text
    officer.send({"number": "102", "reason": "Surat undangan rapat"}, to="/elsewhere")
    assert "Surat undangan rapat" in officer.text
    for values, to in (
        ({"first": "400", "last": "600"}, "/block"),
        ({"first": "x", "last": "600"}, "/block"),
        ({"format": "tanpa nomor"}, "/format"),
        ({"place": ""}, "/letterhead"),
        ({"number": "103", "reason": ""}, "/elsewhere"),
    ):
        assert visit(OFFICER).open("/letters/numbers").send(values, to=to).answer.status_code == 422
    officer.open("/letters/numbers").send({"format": "850/{number}/{unit}/{year}"}, to="/format")
    assert "850/123/DISKOMINFO/2026" in officer.text
    officer.send({"address": "Jalan Baru 1", "place": "Palangka"}, to="/letterhead")
    assert "Kop surat disimpan" in officer.text


def test_a_number_that_was_taken_and_left_is_explained_on_the_page(visit: Visit, parts: Parts, clock: Clock) -> None:
    day = clock.at.date()
    parts.database.command(lambda session: numbers.take_next(session, "DISKOMINFO", day, clock.at))
    officer = visit(OFFICER).open("/letters/numbers")
    assert "Suratnya belum selesai dibuat" in officer.text
    officer.send({"reason": "Pegawai pindah"}, to="/explain")
    assert "Pegawai pindah" in officer.text


# The public page


def looked(client: FlaskClient, letter: Letter) -> str:
    answer = client.get(f"/surat/{letter.code}")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


def test_anybody_with_the_code_learns_whether_a_letter_is_valid_and_nothing_more(
    visit: Visit, parts: Parts, clock: Clock, anybody: FlaskClient
) -> None:
    letter = made(parts, clock)
    page = looked(anybody, letter)
    for told in ("Menunggu tanda tangan", "800.1.11.4/101/DISKOMINFO/2026", "7 Desember 2026", "Dinas Komunikasi"):
        assert told in page
    for secret in (ANSWERS["reason"], "tahunan", "annual", "Cuti ", "cuti ", ANSWERS["address"], "1995"):
        assert secret not in page.replace(str(letter.code), "")
    upload(at_letter(visit, letter), letter, "surat.pdf", papers.pdf())
    assert ">Berlaku<" in looked(anybody, letter)
    parts.database.command(
        lambda session: letters.revoke(session, instance=letter.instance, reason="recalled", now=clock.at)
    )
    assert "Dipanggil kembali" in looked(anybody, letter)
    assert ">Berlaku<" not in looked(anybody, letter)


def test_the_public_page_sets_no_cookie_and_is_kept_out_of_search_engines(
    parts: Parts, clock: Clock, anybody: FlaskClient
) -> None:
    letter = made(parts, clock)
    for path in (f"/surat/{letter.code}", "/surat", "/surat/unknown"):
        answer = anybody.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert 'name="robots" content="noindex' in answer.get_data(as_text=True)
        assert answer.headers["Cache-Control"] == "no-store"


def test_every_unknown_code_gets_the_same_answer(parts: Parts, clock: Clock, anybody: FlaskClient) -> None:
    waiting = approved(parts)
    codes = ("0" * 20, "x", "a b", letter_of(parts, waiting).code, "%C3%B1" * 10)
    answers = [anybody.get(f"/surat/{code}") for code in codes]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"next=[^\"]+", "", answer.get_data(as_text=True)) for answer in answers}) == 1


def test_a_code_is_typed_as_it_is_printed(parts: Parts, clock: Clock, anybody: FlaskClient) -> None:
    letter = made(parts, clock)
    typed = "-".join(letter.code[at : at + 4] for at in range(0, 20, 4)).lower()
    page = anybody.get("/surat", query_string={"kode": f" {typed} "}, follow_redirects=True).get_data(as_text=True)
    assert "800.1.11.4/101/DISKOMINFO/2026" in page


def test_whoever_tries_many_codes_is_slowed_down(parts: Parts, clock: Clock, anybody: FlaskClient) -> None:
    statuses = [anybody.get(f"/surat/{number:020}").status_code for number in range(40)]
    assert statuses[:30] == [404] * 30
    assert set(statuses[30:]) == {429}
    clock.forward(seconds=5)
    assert anybody.get("/surat/x").status_code == 404


# The official form


def test_the_official_form_is_filled_in_from_the_record(visit: Visit, parts: Parts) -> None:
    instance = approved(parts)
    page = visit(WATI).open(f"/requests/{instance}").follow("Cetak formulir cuti")
    for part in ("I. DATA", "II. JENIS", "III. ALASAN", "IV. LAMANYA", "V. CATATAN", "VI. ALAMAT", "VII.", "VIII."):
        assert part in page.text
    for said in (ANSWERS["reason"], ANSWERS["address"], "7 Desember 2026", "11 Desember 2026", "5 hari"):
        assert said in page.text
    ticked = one(page.main, ".types .tick").get_text()
    assert ticked.strip() == "√"


def test_the_form_is_for_whoever_may_see_the_request(parts: Parts, client_as: Callable[[str], FlaskClient]) -> None:
    instance = approved(parts)
    for person, status in ((WATI, 200), (OFFICER, 200), (HEAD, 200), (OUTSIDER, 404), (PPPK, 404)):
        assert client_as(person).get(f"/requests/{instance}/form").status_code == status


@pytest.mark.parametrize(("status", "boxes"), [("pns", 6), ("pppk", 3)])
def test_the_empty_form_has_the_boxes_of_its_kind_of_staff(visit: Visit, status: str, boxes: int) -> None:
    page = visit(WATI).open(f"/leave/forms/{status}")
    assert len(re.findall(r"\d\. Cuti ", one(page.main, ".types").get_text())) == boxes
    assert page.text.count("NI PPPK") == (2 if status == "pppk" else 0)
    assert "Wati" not in page.text


def test_another_kind_of_form_does_not_exist(client_as: Callable[[str], FlaskClient]) -> None:
    assert client_as(WATI).get("/leave/forms/lain").status_code == 404
