"""Personal data: the notice that comes before anything else, the registers with their clocks, the letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import documents, uploads
from engine.views import InstanceView
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.accounts import DEMO_PASSWORD
from web.db import Credential
from web.parts import Parts
from workflows import demo_people
from workflows.demo import NEWCOMER
from workflows.positions import Acting, Holding
from workflows.privacy import notice
from workflows.privacy.model import NoticeAck

WATI = "P097"


def nip_of(person: str) -> str:
    return next(one.nip for one in demo_people() if one.person == person)


def signed_in(visitor: Visitor, person: str, path: str = "/sign-in") -> Visitor:
    return visitor.open(path).send({"nip": nip_of(person), "password": DEMO_PASSWORD})


def acks(parts: Parts, person: str) -> list[tuple[int, str]]:
    with parts.database.reads() as session:
        wanted = select(NoticeAck.version, NoticeAck.language).where(NoticeAck.person == person)
        return [(row.version, row.language) for row in session.execute(wanted)]


@pytest.fixture
def kind() -> str:
    """What differs between the databases is tested where it differs."""
    return "sqlite"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release with one more version of the notice, which reads like the first."""
    first = notice.notice
    monkeypatch.setattr(notice, "versions", lambda: (2, 1))
    monkeypatch.setattr(notice, "notice", lambda version, language: replace(first(1, language), version=version))


def test_at_the_first_sign_in_the_notice_comes_before_the_page_that_was_asked_for(
    stranger: Visitor, parts: Parts
) -> None:
    signed_in(stranger, NEWCOMER, "/requests?after=1")
    assert stranger.path == "/privacy/notice"
    assert "Baca dahulu" in stranger.text
    assert "UU 20/2023" in stranger.text
    assert stranger.page.select("nav.menu") == []
    assert acks(parts, NEWCOMER) == []
    stranger.send(to="/privacy/notice")
    assert stranger.answer.request.full_path == "/requests?after=1"
    assert acks(parts, NEWCOMER) == [(1, "id")]
    assert stranger.open("/").path == "/"


@pytest.mark.parametrize("path", ["/", "/inbox", "/start/leave", "/account", "/account/password", "/notices"])
def test_until_then_every_other_page_leads_to_it(visit: Visit, path: str) -> None:
    assert visit(NEWCOMER).open(path).path == "/privacy/notice"


def test_until_then_nothing_can_be_sent_but_a_question_to_the_help_desk(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    kept = visitor.kept(visitor.form("/privacy/notice"))
    assert visitor.client.post("/hints/employee/dismiss", data=kept).location.startswith("/privacy/notice")
    assert visitor.open("/help").path == "/help"
    visitor.send({"question": "Apa ini?"}, to="/help", follow=False)
    assert visitor.answer.location.startswith("/requests/")


def test_one_can_sign_out_without_it_and_read_another_language(visit: Visit) -> None:
    visitor = visit(NEWCOMER).open("/language/en?next=/privacy/notice")
    assert visitor.path == "/privacy/notice"
    assert "What for, and on what basis" in visitor.text
    token = visitor.page.select_one("form.who input[name=csrf_token]")
    assert token is not None
    gone = visitor.client.post("/sign-out", data={"csrf_token": token["value"]})
    assert gone.location == "/sign-in?said=out"


def test_whoever_has_read_it_reads_it_again_without_a_button(visit: Visit) -> None:
    visitor = visit(WATI).open("/privacy/notice")
    assert "Anda sudah membacanya pada Senin, 2 November 2026" in visitor.text
    assert visitor.main.select("button") == []


def test_sent_twice_it_is_kept_once(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    sent = visitor.kept(visitor.form("/privacy/notice"))
    for _ in range(2):
        assert visitor.client.post("/privacy/notice", data=sent).status_code == 303
    assert acks(parts, NEWCOMER) == [(1, "id")]


@pytest.mark.usefixtures("newer")
def test_a_newer_version_is_shown_to_everybody_once_more(visit: Visit, parts: Parts) -> None:
    visitor = visit(WATI).open("/inbox")
    assert visitor.path == "/privacy/notice"
    assert "Isinya berubah" in visitor.text
    visitor.send(to="/privacy/notice")
    assert visitor.path == "/inbox"
    assert acks(parts, WATI) == [(1, "id"), (2, "id")]


@pytest.mark.usefixtures("newer")
def test_what_was_being_filled_in_when_it_came_is_still_sent(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, parts: Parts
) -> None:
    now = notice.versions
    monkeypatch.setattr(notice, "versions", lambda: (1,))
    visitor = visit(WATI).open("/")
    kept = visitor.kept(visitor.form("/dismiss"))
    monkeypatch.setattr(notice, "versions", now)
    assert visitor.client.post("/hints/employee/dismiss", data=kept).location == "/"


def test_what_was_typed_before_there_was_a_notice_stands_in_its_page_again(visit: Visit, parts: Parts) -> None:
    visitor = visit(WATI).open("/start/surat_keterangan/all")
    typed = {**visitor.kept(visitor.form()), "purpose": "Kredit rumah"}
    gone = delete(NoticeAck).where(NoticeAck.person == WATI)
    parts.database.command(lambda session: session.execute(gone))
    answer = visitor.client.post(visitor.target(visitor.form()), data=typed, follow_redirects=True)
    assert answer.request.path == "/privacy/notice"
    visitor.open(answer.request.full_path).send(to="/privacy/notice")
    assert visitor.path == "/start/surat_keterangan/all"
    assert "Kredit rumah" in str(visitor.main)


@pytest.mark.usefixtures("newer")
def test_what_was_written_without_signal_is_still_sent(visit: Visit) -> None:
    answer = visit(WATI).client.get("/offline/token")
    assert answer.status_code == 200
    assert answer.is_json


@pytest.mark.usefixtures("newer")
def test_a_confirmation_of_a_version_that_has_passed_is_none_of_the_new_one(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    visitor.send({"version": "1"}, to="/privacy/notice")
    assert visitor.path == "/privacy/notice"
    assert acks(parts, NEWCOMER) == []


def test_a_link_in_the_notice_form_leads_nowhere_outside(visit: Visit) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice?next=https://example.org/")
    visitor.send(to="/privacy/notice", follow=False)
    assert visitor.answer.location == "/"


def test_an_initial_password_is_changed_before_the_notice_is_read(visit: Visit, parts: Parts) -> None:
    initial = update(Credential).where(Credential.person == NEWCOMER).values(must_change=True)
    parts.database.command(lambda session: session.execute(initial))
    assert visit(NEWCOMER).open("/").path == "/account/password"


@pytest.mark.parametrize("version", notice.versions())
def test_both_languages_of_a_version_have_the_same_day_headings_and_lists(version: int) -> None:
    one, other = notice.notice(version, "id"), notice.notice(version, "en")
    assert one.since == other.since
    assert [[len(block) for block in part.blocks] for part in one.parts] == [
        [len(block) for block in part.blocks] for part in other.parts
    ]


OFFICER, AUDITOR, HEAD, OWNER = "P006", "P012", "P025", "P026"


def started(parts: Parts, process: str, by: str, **answers: object) -> InstanceView:
    def start(session: Session) -> InstanceView:
        me = parts.people.actor(session, by, parts.clock())
        return parts.engine.start(session, process, me, answers, now=parts.clock())

    return parts.database.command(start)


def answered(parts: Parts, view: InstanceView, by: str, **answers: object) -> InstanceView:
    def complete(session: Session) -> InstanceView:
        me = parts.people.actor(session, by, parts.clock())
        found = parts.engine.instance_for(session, me, view.id, now=parts.clock())
        return parts.engine.complete(session, found.tasks[0].id, me, answers, now=parts.clock())

    return parts.database.command(complete)


ASSESSED = {
    "outcome": "breach",
    "revealed": "Daftar gaji Oktober",
    "kinds": ["identity", "finance"],
    "happened_on": "2026-11-01",
    "how": "Berkas terkirim ke grup yang salah",
    "whose": "Pegawai Dinas Kominfo",
    "people": 14,
    "handling": "Penerima sudah menghapusnya",
    "public": "no",
}
TOLD = {
    "subjects_on": "2026-11-03",
    "subjects_by": "letter",
    "institution_on": "2026-11-03",
    "institution_number": "800/1/2026",
}
MENDED = {"cause": "Berkas tanpa sandi", "recovery": "Semua salinan dihapus", "prevention": "Gaji hanya lewat Alur"}


def leaked(parts: Parts) -> InstanceView:
    return started(parts, "data_breach", WATI, what="Daftar gaji ada di grup", noticed_on="2026-11-02")


def in_register(parts: Parts) -> InstanceView:
    """A breach that is to be told, beside a limit in force and a request that waits; the breach."""
    limited = started(parts, "data_rights", WATI, kind="limit", what="Penilaian tahun lalu")
    answered(parts, limited, OFFICER, outcome="fulfil", done="Tidak dipakai dahulu")
    started(parts, "data_rights", "P098", kind="correct", what="Gelar saya")
    view = leaked(parts)
    answered(parts, view, OFFICER, **{**ASSESSED, "public": "yes"})
    return view


def test_everybody_finds_what_data_are_for_and_how_to_use_their_rights(visit: Visit) -> None:
    page = visit(WATI).open("/privacy")
    assert "Untuk apa data diolah" in page.text
    assert "PP 11/2017" in page.text
    assert [link.get_text() for link in page.main.select("a.button")] == [
        "Hak atas data pribadi",
        "Kebocoran data pribadi",
    ]
    assert "Daftar petugas" not in page.text


def test_a_right_is_used_from_that_page_and_the_officer_sees_its_clock(visit: Visit, clock: Clock) -> None:
    wati = visit(WATI).open("/privacy").follow("Hak atas data pribadi")
    wati.send({"kind": "correct"}).send({"what": "Gelar saya di daftar hadir"})
    assert "lebih cepat diperbaiki lewat Data saya" in wati.text
    wati.send()
    clock.forward(hours=5, minutes=30)
    officer = visit(OFFICER).open("/privacy")
    assert "belum selesai: 1" in officer.text
    officer.follow("Permintaan hak atas data")
    assert "Memperbaiki data yang salah" in officer.text
    assert "sisa 66 jam" in officer.text
    assert "Gelar saya" not in officer.text, "a list says nothing of what was written"
    clock.forward(hours=70)
    assert "lewat 3 jam" in visit(OFFICER).open("/privacy/rights").text


def test_what_was_answered_late_stays_late(visit: Visit, parts: Parts, clock: Clock) -> None:
    view = started(parts, "data_rights", WATI, kind="access", what="Semua")
    clock.forward(hours=80)
    answered(parts, view, OFFICER, outcome="fulfil", done="Terlampir")
    clock.forward(hours=100)
    assert "terlambat 8 jam Keadaan: Dipenuhi" in visit(AUDITOR).open("/privacy/rights").text


@pytest.mark.parametrize("person", [WATI, HEAD, OWNER, "P092", "P094"])
def test_only_the_officer_and_auditors_see_the_registers(visit: Visit, parts: Parts, person: str) -> None:
    view = leaked(parts)
    visitor = visit(person)
    for path in ("/privacy/rights", "/privacy/breaches", f"/privacy/breaches/{view.id}"):
        assert visitor.open(path).answer.status_code == 404


def test_a_limit_is_shown_to_its_person_and_ended_by_the_officer_once(visit: Visit, parts: Parts) -> None:
    view = started(parts, "data_rights", WATI, kind="limit", what="Penilaian tahun lalu")
    answered(parts, view, OFFICER, outcome="fulfil", done="Tidak dipakai dahulu")
    wati, officer, auditor = visit(WATI), visit(OFFICER), visit(AUDITOR)
    assert "Pengolahan dibatasi sejak 2 Nov 2026" in wati.open("/privacy").text
    assert "Pengolahan dibatasi atas permintaan pegawai ini" in visit("P092").open(f"/data/people/{WATI}").text
    auditor.open("/privacy/rights")
    assert "Penilaian tahun lalu" in auditor.text
    assert auditor.main.select("form") == []
    officer.open("/privacy/rights")
    again = officer.kept(officer.form("/lift"))
    officer.send(to="/lift")
    assert "Pembatasan diakhiri." in officer.text
    assert "Tidak ada pembatasan." in officer.text
    assert "dibatasi sejak" not in wati.open("/privacy").text
    repeated = officer.client.post(f"/privacy/rights/{view.id}/lift", data={**again, "_key": "x" * 20})
    assert repeated.status_code == 409
    page = wati.open("/privacy/notice")
    token = page.page.select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"], "_key": "y" * 20}
    assert wati.client.post(f"/privacy/rights/{view.id}/lift", data=sent).status_code == 404


def test_a_breach_stands_in_the_register_with_the_letters_that_the_law_asks_for(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    view = leaked(parts)
    officer = visit(OFFICER).open("/privacy/breaches")
    assert "Laporan belum dinilai" in officer.text
    assert "sisa 72 jam" in officer.text
    assert officer.open(f"/privacy/breaches/{view.id}/letters/people").answer.status_code == 404, "not assessed yet"
    answered(parts, view, OFFICER, **ASSESSED)
    officer.open("/privacy/breaches").follow("Daftar gaji Oktober")
    assert "Nama, NIP, NIK, dan data lahir, Rekening dan gaji" in officer.text
    assert "Belum dicatat." in officer.text
    officer.follow("Surat kepada orang yang terkena")
    for said in ("Daftar gaji Oktober", "1 November 2026", "Berkas terkirim ke grup", "Penerima sudah menghapusnya"):
        assert said in officer.text
    officer.open(f"/privacy/breaches/{view.id}/letters/institution")
    assert "Pasal 46" in officer.text
    assert "jumlah orang: 14" in officer.text
    clock.forward(hours=30)
    answered(parts, view, OFFICER, **TOLD)
    officer = visit(OFFICER).open(f"/privacy/breaches/{view.id}")
    assert "tepat waktu" in officer.text
    assert "800/1/2026" in officer.text
    answered(parts, view, OFFICER, **MENDED)
    assert "Gaji hanya lewat Alur" in officer.open(f"/privacy/breaches/{view.id}").text
    assert "Sudah ditangani" in officer.open("/privacy/breaches").text
    assert "Daftar gaji Oktober" in visit(AUDITOR).open("/privacy/breaches").text


def test_what_turned_out_to_be_no_breach_has_no_clock_and_no_letters(visit: Visit, parts: Parts) -> None:
    view = leaked(parts)
    answered(parts, view, OFFICER, outcome="none", reason="Hanya daftar kosong")
    officer = visit(OFFICER).open("/privacy/breaches")
    assert "Tidak perlu" in officer.text
    assert "Bukan kebocoran" in officer.text
    assert officer.open(f"/privacy/breaches/{view.id}").main.select(".starts a") == []


def test_the_first_page_does_not_offer_what_stands_under_personal_data(visit: Visit) -> None:
    offered = [link["href"] for link in visit(WATI).open("/").main.select(".starts a")]
    assert "/start/leave" in offered
    assert {"/start/data_rights", "/start/data_breach"} & set(offered) == set()


def test_where_a_law_counts_hours_the_hour_is_told(visit: Visit, parts: Parts) -> None:
    view = started(parts, "data_rights", WATI, kind="access", what="Semua")
    officer, wati = visit(OFFICER), visit(WATI)
    assert "5 Nov 2026, 12.00 WIB" in officer.open("/inbox").text
    assert "Paling lambat 5 Nov 2026, 12.00 WIB" in officer.follow("Jawab permintaan hak").text
    assert "5 Nov 2026, 12.00 WIB" in wati.open(f"/requests/{view.id}").text
    assert "paling lambat Kamis, 5 November 2026 pukul 12.00 WIB" in wati.open(f"/requests/{view.id}/sent").text


@pytest.mark.parametrize(("excluded", "only"), [(" data_rights ", None), ("", " leave ")])
def test_who_acts_for_the_officer_in_other_matters_keeps_no_registers_and_lifts_no_holds(
    visit: Visit, parts: Parts, excluded: str, only: str | None
) -> None:
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == OFFICER)).one()
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    about = {"person": WATI, "position": post, "kind": "Plh", "decree": "1"}
    parts.database.command(lambda s: s.add(Acting(**about, **days, excluded=excluded, only=only)))
    acting = visit(WATI)
    for path in ("/privacy/rights", "/privacy/breaches", "/privacy/retention"):
        assert acting.open(path).answer.status_code == 404, path
    token = acting.kept(acting.open("/account/password").form())["csrf_token"]
    sent = {"csrf_token": token, "_key": "01" * 10, "who": "DATA-2026-1", "reason": "Perkara 1"}
    assert acting.client.post("/privacy/retention/hold", data=sent).status_code == 404


def test_whom_a_breach_concerns_is_listed_in_the_register_and_not_for_who_reported_it(
    visit: Visit, parts: Parts
) -> None:
    view, listed = leaked(parts), uploads.checked("Yang terkena.pdf", papers.pdf("Budi, Siti"))

    def store(session: Session) -> str:
        return str(documents.store(session, owner=OFFICER, upload=listed, now=parts.clock()))

    file = parts.database.command(store)
    answered(parts, view, OFFICER, **{**ASSESSED, "list": [file]})
    for person in (WATI, "P092"):
        reader = visit(person).open(f"/requests/{view.id}")
        assert "Pegawai Dinas Kominfo" in reader.text, person
        assert "Yang terkena" not in reader.text, person
        assert reader.client.get(f"/documents/{file}").status_code == 404, person
    officer = visit(OFFICER).open(f"/privacy/breaches/{view.id}")
    assert "Yang terkena.pdf" in officer.text
    assert officer.client.get(f"/documents/{file}").status_code == 200
