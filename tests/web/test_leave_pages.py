"""The main job as people see it: leave is asked for, checked, considered and decided, page by page."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.db import Instance, Task
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor, one
from web.db import Draft
from web.parts import Parts
from workflows.people import Acting, Holding

WATI, OFFICER, SUPERIOR, HEAD, OUTSIDER = "P097", "P092", "P094", "P091", "P045"

LEAVE = {
    "type": "annual",
    "first": "7/12/2026",
    "last": "11 Des 2026",
    "reason": "Acara keluarga",
    "address": "Jl. Cilik Riwut Km 3, Palangka Raya",
    "phone": "0812 3456 7890",
}


def asked(visit: Visit) -> Visitor:
    """Wati with her request sent."""
    wati = visit(WATI).open("/start/leave/all")
    return wati.send(LEAVE, to="/start/leave").send()


def decided(visit: Visit, person: str, **answers: str) -> Visitor:
    visitor = visit(person).open("/inbox")
    return visitor.open(str(one(visitor.main, "tbody a")["href"])).send(answers)


def test_leave_is_asked_for_decided_in_three_steps_and_seen_by_everybody(visit: Visit) -> None:
    wati = asked(visit)
    assert "Permohonan terkirim" in wati.text
    request = wati.follow("Lihat permohonan").path
    assert "Sedang diproses" in wati.text
    assert "Periksa permohonan" in wati.text
    decided(visit, OFFICER, outcome="complete")
    decided(visit, SUPERIOR, outcome="approve")
    head = decided(visit, HEAD, outcome="approve")
    assert head.path == request
    assert "Jawaban Anda tersimpan" in head.text
    for person in (WATI, OFFICER, SUPERIOR, HEAD):
        page = visit(person).open(request).text
        assert "Disetujui, surat sedang dibuat Selesai pada Senin, 2 November 2026 pukul 12.00 WIB" in page


def test_the_check_page_says_what_follows_before_anything_is_sent(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave")
    assert wati.title.startswith("Periksa isian")
    assert "5 hari kerja" in wati.text
    assert "14 → 9" in wati.text
    assert "Tidak diisi" in wati.text
    assert "Kirim permohonan cuti" in wati.text
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 0


def test_mistakes_come_back_on_the_same_page_with_everything_that_was_typed(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave/all")
    wati.send({**LEAVE, "last": "1/12/2026", "reason": ""}, to="/start/leave")
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    kept = wati.kept(wati.form("/start/leave"))
    assert (kept["first"], kept["last"], kept["address"]) == ("7/12/2026", "1/12/2026", LEAVE["address"])
    links = {a["href"]: a.get_text() for a in wati.main.select(".mistakes a")}
    assert set(links) == {"#last", "#reason"}
    for target in links:
        control = wati.main.select_one(target)
        assert control is not None
        assert control["aria-invalid"] == "true"
        assert wati.main.select_one(f"#{str(control['aria-describedby']).split()[-1]}") is not None


def test_what_speaks_against_a_request_is_a_page_that_explains(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave/all")
    wati.send({**LEAVE, "last": "31/12/2026"}, to="/start/leave")
    assert wati.answer.status_code == 200
    assert "Permohonan ini belum dapat diajukan" in wati.text
    assert "Ubah isian" in wati.text
    assert not wati.main.select("form button")


def test_what_was_typed_but_not_sent_is_there_again(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave")
    wati.open("/start/leave/all")
    assert wati.kept(wati.form("/start/leave"))["first"] == "7/12/2026"
    wati.send(to="/clear")
    assert wati.path == "/start/leave/type"
    wati.open("/start/leave/all")
    assert wati.kept(wati.form("/start/leave"))["first"] == ""


def test_sending_the_same_form_twice_makes_one_request_and_leads_to_the_same_page(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave")
    form = wati.form()
    body = wati.kept(form)
    answers = [wati.client.post(wati.target(form), data=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 1


def test_a_check_page_that_was_sent_leads_to_the_request(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave")
    check = wati.path
    wati.send()
    assert "Tidak ada yang dikirim dua kali" in wati.open(check).text


def test_two_tabs_that_send_the_same_check_page_at_once_make_one_request(
    visit: Visit, client_as: Callable[[str], FlaskClient], parts: Parts
) -> None:
    first = visit(WATI).open("/start/surat_keterangan/all")
    first.send({"purpose": "Kredit bank"}, to="/start/surat_keterangan")
    tabs = [Visitor(client_as(WATI)).open(first.path) for _ in range(4)]
    forms = [(tab, tab.target(tab.form()), tab.kept(tab.form())) for tab in tabs]
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda sent: sent[0].client.post(sent[1], data=sent[2]), forms))
    assert [answer.status_code for answer in answers] == [303] * len(tabs)
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 1


def test_a_check_page_is_not_sent_with_answers_that_it_did_not_show(visit: Visit, parts: Parts) -> None:
    here, there = visit(WATI), visit(WATI)
    here.open("/start/leave/all").send(LEAVE, to="/start/leave")
    there.open("/start/leave/all").send({**LEAVE, "last": "8/12/2026"}, to="/start/leave")
    here.send()
    assert here.answer.status_code == 409
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 0


def test_a_sent_draft_keeps_no_answers(visit: Visit, parts: Parts) -> None:
    asked(visit)
    with parts.database.reads() as session:
        assert session.scalars(select(Draft.answers)).all() == ["{}"]


def test_nobody_reads_the_draft_of_another(visit: Visit) -> None:
    check = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave").path
    assert visit(OFFICER).open(check).answer.status_code == 404


def test_who_is_too_late_is_told_who_decided_and_when(visit: Visit) -> None:
    asked(visit)
    first, second = visit(OFFICER).open("/inbox"), visit(OFFICER).open("/inbox")
    for visitor in (first, second):
        visitor.follow("Periksa permohonan")
    first.send({"outcome": "complete"})
    second.send({"outcome": "return", "repair": "Alamat"})
    assert second.answer.status_code == 409
    assert "Diputuskan oleh Yuni Santoso pada Senin, 2 November 2026 pukul 12.00 WIB" in second.text


def test_a_decision_sent_twice_counts_once_and_gets_the_same_answer(visit: Visit, parts: Parts) -> None:
    asked(visit)
    officer = visit(OFFICER).open("/inbox").follow("Periksa permohonan")
    form = officer.form()
    body = {**officer.kept(form), "outcome": "complete"}
    answers = [officer.client.post(officer.target(form), data=body) for _ in range(2)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, answers[0].headers["Location"])}
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Task).where(Task.step == "check")) == 1


def test_the_same_key_with_other_answers_is_refused(visit: Visit) -> None:
    asked(visit)
    officer = visit(OFFICER).open("/inbox").follow("Periksa permohonan")
    form = officer.form()
    body = {**officer.kept(form), "outcome": "complete"}
    officer.client.post(officer.target(form), data=body)
    other = officer.client.post(officer.target(form), data={**body, "outcome": "return", "repair": "Alamat"})
    assert other.status_code == 409


def test_an_outsider_is_not_told_that_the_request_exists(visit: Visit) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    officer = visit(OFFICER).open("/inbox").follow("Periksa permohonan")
    outsider = visit(OUTSIDER)
    for path in (request, f"{request}/sent", officer.path):
        assert outsider.open(path).answer.status_code == 404


def test_added_fields_change_nothing(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave/all")
    wati.send({**LEAVE, "official": "P097", "lane_owners": "P097", "outcome": "approve"}, to="/start/leave").send()
    assert "Tidak ada tugas" in wati.open("/inbox").text
    assert "Yuni Santoso" in wati.open("/requests").follow("Cuti").text


def test_a_returned_request_comes_back_with_its_answers_and_goes_round_again(visit: Visit, clock: Clock) -> None:
    asked(visit)
    decided(visit, OFFICER, outcome="return", repair="Alamat kurang lengkap")
    clock.forward(minutes=10)
    wati = visit(WATI).open("/notices")
    assert "perlu tindakan Anda" in wati.text
    wati.open("/inbox").follow("Ajukan cuti")
    assert "Alamat kurang lengkap" in wati.text
    assert wati.kept(wati.form())["address"] == LEAVE["address"]
    wati.send({"address": "Jl. Tjilik Riwut Km 3 RT 4, Palangka Raya"})
    assert "Periksa permohonan" in visit(OFFICER).open("/inbox").text


def test_a_refusal_shows_its_reason_first(visit: Visit) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    decided(visit, OFFICER, outcome="complete")
    decided(visit, SUPERIOR, outcome="approve")
    decided(visit, HEAD, outcome="reject", reason="Ada pemeriksaan BPK")
    wati = visit(WATI).open(request)
    state = wati.main.select_one(".state")
    assert state is not None
    assert "Tidak disetujui" in state.get_text()
    assert "Ada pemeriksaan BPK" in state.get_text()


def test_a_task_is_claimed_and_let_go_of(visit: Visit) -> None:
    asked(visit)
    officer = visit(OFFICER).open("/inbox").follow("Periksa permohonan")
    officer.send(to="/claim")
    assert "Anda sudah mengambil tugas ini" in officer.text
    officer.send(to="/release")
    assert "Ambil tugas" in officer.text


def test_the_inbox_is_found_by_reference_and_by_the_start_of_a_name(visit: Visit) -> None:
    reference = one(asked(visit).main, ".big").get_text()
    officer = visit(OFFICER)
    for words in (reference, reference[:8].lower(), "wati pra"):
        assert reference in officer.open(f"/inbox?q={words}").text
    assert "Tidak ada tugas yang cocok" in officer.open("/inbox?q=pratama").text
    assert officer.main.select_one("form[role=search]")
    assert not officer.open("/inbox").main.select_one("form[role=search]"), "few tasks are seen without searching"
    assert "Tidak ada tugas yang cocok" in officer.open("/inbox?process=surat_keterangan").text


def test_the_inbox_is_paged_by_key_and_loses_nothing(visit: Visit, parts: Parts, clock: Clock) -> None:
    for _ in range(23):
        wati = visit(WATI).open("/start/surat_keterangan/all")
        wati.send({"purpose": "Kredit bank"}, to="/start/surat_keterangan").send()
        clock.forward(minutes=1)
    officer = visit(OFFICER).open("/inbox")
    first = [a["href"] for a in officer.main.select("tbody a")]
    second = [a["href"] for a in officer.follow("Berikutnya").main.select("tbody a")]
    assert (len(first), len(second)) == (20, 3)
    assert not set(first) & set(second)


def test_a_damaged_page_address_is_told_and_not_an_error(visit: Visit) -> None:
    assert visit(OFFICER).open("/inbox?after=rubbish").answer.status_code == 400


def test_notices_are_marked_as_read(visit: Visit, clock: Clock) -> None:
    asked(visit)
    decided(visit, OFFICER, outcome="return", repair="Alamat kurang lengkap")
    clock.forward(minutes=10)
    wati = visit(WATI).open("/notices")
    assert "Belum dibaca" in wati.text
    wati.send(to="/read")
    assert "Belum dibaca" not in wati.text


def test_the_picture_and_the_words_of_the_flow_say_where_it_is(visit: Visit) -> None:
    wati = asked(visit).follow("Lihat permohonan")
    svg = wati.main.select_one("svg.flow")
    assert svg is not None
    assert svg.select_one(".step.open") is not None
    steps = [li.get_text(" ", strip=True) for li in wati.main.select(".steps li")]
    assert any("Periksa permohonan" in step and "sedang berjalan" in step for step in steps)
    assert any("Ajukan cuti" in step and "sudah dilalui" in step for step in steps)


def test_who_acts_for_somebody_is_told_in_what_capacity(visit: Visit, parts: Parts) -> None:
    asked(visit)
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == OFFICER)).one()
    acting = Acting(
        person=OUTSIDER, position=post, kind="Plh", decree="SP 1/2026", first=date(2026, 11, 1), last=date(2026, 11, 30)
    )
    parts.database.command(lambda session: session.add(acting))
    outsider = visit(OUTSIDER).open("/inbox")
    assert "Plh." in outsider.text
    outsider.follow("Periksa permohonan")
    assert "Anda bertindak sebagai Plh. untuk Petugas kepegawaian" in outsider.text
    request = outsider.send({"outcome": "complete"}).path
    assert "Plh. " in visit(WATI).open(request).text


@pytest.mark.parametrize("person", [SUPERIOR, HEAD])
def test_an_official_may_look_at_no_request_before_it_reaches_them(visit: Visit, person: str) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    assert visit(person).open(request).answer.status_code == 404
