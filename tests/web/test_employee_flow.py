"""The way of an employee through a request: question by question, the check page, the confirmation, its status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.support import at_once
from tests.web.conftest import Visit
from tests.web.test_leave_pages import HEAD, LEAVE, OFFICER, SUPERIOR, WATI, asked, decided
from tests.web.visitor import Visitor, one
from web import drafts, sessions
from web.db import Draft
from web.parts import Parts

PPPK, NEW = "P096", "P075"
"""Contract staff: of long standing, and with less than a year of service."""
MOST_WORDS = 20
PROCESSES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "annual": ("leave", LEAVE),
    "sick": ("leave", {**LEAVE, "type": "sick", "case_sick": "illness", "letter": "doctor"}),
    "important": ("leave", {**LEAVE, "type": "important", "case_important": "marriage"}),
    "izin": (
        "izin",
        {"kind": "out", "first": "3/11/2026", "out_from": "10.00", "out_until": "11.30", "reason": "Bank"},
    ),
    "surat_keterangan": ("surat_keterangan", {"purpose": "Kredit bank"}),
}
"""Ways through the questions that differ: a process and what is answered."""


@pytest.fixture
def kind() -> str:
    """Drafts and progress are the same statements on both kinds of database; `test_ux_32` runs on both."""
    return "sqlite"


def pages(visitor: Visitor, process: str, answers: Mapping[str, str]) -> Iterator[Visitor]:
    """Each page of questions in turn, answered after it was looked at; at last the check page, which is not yielded."""
    visitor.open(f"/start/{process}")
    while "/check/" not in visitor.path:
        yield visitor
        here, names = visitor.path, controls(visitor)
        visitor.send({name: answers[name] for name in names & answers.keys()}, to=str(visitor.form()["action"]))
        assert visitor.answer.status_code == 200, visitor.text
        assert visitor.path != here, visitor.text


def through(visitor: Visitor, process: str = "leave", answers: Mapping[str, str] = LEAVE) -> Visitor:
    """A visitor at the check page."""
    for _page in pages(visitor, process, answers):
        pass
    return visitor


def controls(visitor: Visitor) -> set[str]:
    """The questions on the page, by the names of their controls."""
    found = visitor.form().select("input:not([type=hidden]), select, textarea")
    return {str(control["name"]).removesuffix("[]") for control in found}


def labels(visitor: Visitor) -> list[str]:
    return [" ".join(one.get_text().split()) for one in visitor.form().select("label, legend")]


@pytest.mark.parametrize("way", PROCESSES)
def test_ux_01_a_page_asks_one_thing_with_one_heading_a_way_back_and_one_button(visit: Visit, way: str) -> None:
    titles = []
    for page in pages(visit(WATI), *PROCESSES[way]):
        [heading] = page.page.select("h1")
        assert heading in page.form().select("legend h1") or heading.select("label"), "the heading is the question"
        assert one(page.main, "a.back")["href"]
        assert len(page.form().select("button")) == 1
        assert 1 <= len(page.form().select("fieldset.field, .field")) <= 3
        titles.append(page.title)
    assert len(set(titles)) == len(titles) > 1


@pytest.mark.parametrize("way", ["annual"])
def test_ux_03_nothing_is_asked_twice_and_what_is_known_is_shown(visit: Visit, way: str) -> None:
    visitor, names = visit(WATI), list[str]()
    for page in pages(visitor, *PROCESSES[way]):
        names += sorted(controls(page))
    assert len(set(names)) == len(names)
    assert not {"name", "nip", "unit", "superior", "approver", "balance"} & set(names)
    assert "Wati Pratama, NIP " in visitor.text
    assert "Dinas Komunikasi" in visitor.text


@pytest.mark.parametrize("way", ["annual", "important", "izin"])
def test_ux_04_what_may_be_left_empty_says_so_and_no_label_has_an_asterisk(visit: Visit, way: str) -> None:
    process, answers = PROCESSES[way]
    for page in pages(visit(WATI), process, answers):
        assert not any("*" in label for label in labels(page))
        left_empty = controls(page) - answers.keys() - {"abroad"}
        for name in left_empty:
            label = one(page.form(), f"label[for={name}]").get_text()
            heading = page.form().select_one("h1")
            hidden = one(page.form(), f"#{name}").find_parent(class_="field")
            assert "(opsional)" in label or (heading and "(opsional)" in heading.get_text()) or _hangs(hidden), name


def _hangs(field: object) -> bool:
    """Whether a question appears only at some choice of the same page."""
    return "hangs-" in str(getattr(field, "attrs", {}).get("class", ""))


@pytest.mark.parametrize("way", ["annual", "sick", "important"])
def test_ux_05_a_hint_is_one_short_sentence_without_links(visit: Visit, way: str) -> None:
    for page in pages(visit(WATI), *PROCESSES[way]):
        for hint in page.form().select(".hint"):
            words = " ".join(hint.get_text().split())
            assert not hint.select("a")
            assert len(words.split()) <= MOST_WORDS, words
            assert not re.search(r"[.!?]\s+[A-Z]", words), words


def test_the_reason_for_contract_staff_is_asked_in_their_first_year_alone(visit: Visit) -> None:
    asked_of = {
        person: {name for page in pages(visit(person), "leave", {**LEAVE, "ground": "none"}) for name in controls(page)}
        for person in (WATI, PPPK, NEW)
    }
    assert asked_of[NEW] - asked_of[WATI] == {"ground", "relation_annual"}
    assert asked_of[PPPK] == asked_of[WATI]
    assert "Alasan khusus PPPK" not in visit(WATI).open("/start/leave/all").text


def test_ux_07_one_check_page_where_each_answer_is_changed_and_one_comes_back_to_it(visit: Visit) -> None:
    wati = through(visit(WATI))
    check = wati.path
    assert wati.title.startswith("Periksa isian")
    changes = {" ".join(a.get_text().split()): a for a in wati.main.select("dd.act a")}
    assert {"Ubah Hari terakhir cuti", "Ubah Alasan cuti", "Ubah Surat keterangan tempat sulit dijangkau"} <= set(
        changes
    )
    assert all(a.select_one(".unseen") for a in changes.values())
    assert "Tidak diisi" in wati.text
    wati.open(str(changes["Ubah Hari terakhir cuti"]["href"]).partition("#")[0])
    assert wati.kept(wati.form())["last"] == "11 Des 2026"
    assert one(wati.main, "a.back")["href"] == check
    wati.send({"last": "10/12/2026"})
    assert wati.path == check
    assert "10 Desember 2026" in wati.text


def test_an_answer_that_opens_further_questions_leads_to_them_and_then_back(visit: Visit) -> None:
    wati = through(visit(WATI)).follow("Ubah Jenis cuti")
    asked_now = []
    wati.send({"type": "sick"})
    while "/check/" not in wati.path:
        asked_now.append(wati.path.rpartition("/")[2])
        wati.send(
            {"case_sick": "illness", "letter": "doctor"} if asked_now[-1] == "letter" else {"case_sick": "illness"}
        )
    assert asked_now == ["case_sick", "letter"]
    assert "Cuti sakit" in wati.text
    assert "Hari perjalanan" not in wati.text


def test_ux_08_the_check_page_says_what_follows(visit: Visit) -> None:
    wati = through(visit(WATI), answers={**LEAVE, "first": "21/12/2026", "last": "28/12/2026"})
    follows = {
        dt.get_text(): " ".join(one(row, "dd").get_text().split())
        for row in wati.main.select(".facts > div")
        for dt in row.select("dt")
    }
    assert "hari kerja" in follows["Lamanya cuti"]
    assert "Natal" in follows["Tidak dihitung"]
    assert "→" in follows["Sisa cuti"]
    assert "Yuni Santoso" in follows["Diperiksa dahulu oleh"]
    assert follows["Diperiksa paling lambat"] == "Selasa, 3 November 2026"
    assert "November 2026" in follows["Perkiraan keputusan"]


def test_where_the_diagram_leaves_no_doubt_the_first_step_is_told(visit: Visit) -> None:
    wati = through(visit(WATI), *PROCESSES["surat_keterangan"])
    assert "Langkah pertama Terbitkan surat" in wati.text
    assert "Yuni Santoso" in wati.text
    assert "Paling lambat" in wati.text


@pytest.mark.parametrize(("way", "act"), [("annual", "Kirim permohonan cuti"), ("izin", "Kirim permohonan izin")])
def test_ux_09_the_button_says_what_it_does(visit: Visit, way: str, act: str) -> None:
    wati = through(visit(WATI), *PROCESSES[way])
    assert one(wati.form(), "button").get_text() == act


def test_ux_10_the_confirmation_tells_what_happens_when_and_whom_to_ask_and_can_be_reopened(visit: Visit) -> None:
    wati = asked(visit)
    confirmation, text = wati.path, wati.text
    assert re.search(r"CUTI-[0-9A-Z]{8}", text)
    assert "Periksa permohonan: Petugas kepegawaian" in text
    assert "paling lambat Selasa, 3 November 2026" in text
    assert "Hubungi: Petugas kepegawaian" in text
    assert "Yuni Santoso" in text
    assert visit(WATI).open(confirmation).text == text


def test_ux_13_what_speaks_against_a_request_is_a_page_with_the_next_step(visit: Visit) -> None:
    wati = through(visit(WATI), answers={**LEAVE, "last": "31/12/2026"})
    assert wati.title.startswith("Belum dapat diajukan")
    assert not wati.main.select(".mistakes, form button")
    wati.follow("Ubah Hari terakhir cuti").send({"last": "8/12/2026"})
    assert wati.title.startswith("Periksa isian")


def test_ux_16_a_date_is_typed_without_any_picker(visit: Visit) -> None:
    for written in ("11 Des 2026", "11-12-2026", "11/12/26"):
        wati = through(visit(WATI), answers={**LEAVE, "last": written})
        assert "11 Desember 2026" in wati.text
    last = visit(WATI).open("/start/leave/all").main.select_one("#last")
    assert last is not None
    assert last["type"] == "text"


@pytest.mark.parametrize("process", ["leave", "leave_unpaid", "izin", "surat_keterangan", "joint_leave_duty"])
def test_ux_17_few_choices_are_all_seen_and_only_many_are_a_list(visit: Visit, process: str) -> None:
    page = visit(PPPK).open(f"/start/{process}/all")
    for choices in page.main.select("select"):
        assert not choices.has_attr("multiple")
        assert len(choices.select("option[value]:not([value=''])")) >= 8
    names = [str(radio["name"]) for radio in page.main.select("input[type=radio]")]
    assert all(names.count(name) <= 7 for name in names)


def test_ux_19_the_page_of_a_request_answers_the_five_questions_at_its_top_once(visit: Visit) -> None:
    wati = asked(visit).follow("Lihat permohonan")
    top = " ".join(one(wati.main, ".state").get_text(" ").split())
    for words in ("Sedang diproses", "Langkah Periksa permohonan", "Ada pada Petugas kepegawaian", "Yuni Santoso"):
        assert words in top
    assert "Sejak Senin, 2 November 2026 pukul 12.00 WIB" in top
    assert "Paling lambat 3 Nov 2026" in top
    assert "Yang dapat Anda lakukan Anda tinggal menunggu. Anda diberi tahu bila ada keputusan." in top
    assert wati.text.count("Yang dapat Anda lakukan") == 1
    officer = visit(OFFICER).open(wati.path)
    assert "Kerjakan tugas ini" in one(officer.main, ".state").get_text()
    assert "Anda diberi tahu" not in visit("P012").open(wati.path).text, "the auditor is told nothing"


def test_ux_20_a_status_has_the_same_words_in_the_list_on_the_page_and_in_the_notice(
    visit: Visit, clock: Clock
) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    for person, answers in ((OFFICER, {"outcome": "complete"}), (SUPERIOR, {"outcome": "approve"})):
        decided(visit, person, **answers)
    decided(visit, HEAD, outcome="reject", reason="Ada pemeriksaan BPK")
    clock.forward(minutes=30)
    wati = visit(WATI)
    said = one(wati.open(request).main, "#state").get_text(strip=True)
    assert said == "Tidak disetujui"
    for path in ("/requests", "/", "/notices"):
        assert said in wati.open(path).text, path


def test_ux_22_a_refusal_shows_its_reason_first_and_is_asked_again_with_the_values_kept(
    visit: Visit, parts: Parts
) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    decided(visit, OFFICER, outcome="complete")
    decided(visit, SUPERIOR, outcome="approve")
    assert "Ajukan perubahan" not in visit(WATI).open(request).text
    decided(visit, HEAD, outcome="reject", reason="Ada pemeriksaan BPK")
    wati = visit(WATI).open(request)
    state = one(wati.main, ".state")
    assert "Ada pemeriksaan BPK" in " ".join(one(state, "h2 ~ p").get_text().split())
    wati.send(to="/again")
    assert wati.title.startswith("Periksa isian")
    assert LEAVE["reason"] in wati.text
    wati.follow("Ubah Hari terakhir cuti").send({"last": "8/12/2026"}).send()
    assert "Permohonan terkirim" in wati.text
    for other in (OFFICER, HEAD):
        assert not visit(other).open(request).main.select("form[action$='/again']")


def refused(visit: Visit) -> str:
    """The page of a request of Wati's that was not granted."""
    request = asked(visit).follow("Lihat permohonan").path
    decided(visit, OFFICER, outcome="complete")
    decided(visit, SUPERIOR, outcome="approve")
    decided(visit, HEAD, outcome="reject", reason="Ada pemeriksaan BPK")
    return request


class TestDraftsOnBothDatabases:
    """What is kept step by step is kept in both kinds of database."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def kind(self, request: pytest.FixtureRequest) -> str:
        """Both kinds."""
        return str(request.param)

    def test_ux_32_an_hour_over_a_question_loses_nothing_and_the_draft_is_there_the_next_day(
        self, visit: Visit, parts: Parts, clock: Clock
    ) -> None:
        wati = visit(WATI).open("/start/leave").send({"type": "annual"})
        clock.forward(minutes=59)
        wati.send({"first": "7/12/2026", "last": "11/12/2026"}).send({})
        assert wati.path == "/start/leave/reason"
        clock.forward(hours=24)
        assert wati.open("/").path == "/sign-in"
        parts.database.command(lambda s: sessions.open_for(s, WATI, sessions.hash_of("t" * 43), parts.clock()))
        wati.client.set_cookie("alur", "t" * 43)
        wati.open("/start/leave")
        assert wati.path == "/start/leave/reason"
        assert "Isian Anda belum terkirim" in wati.text
        with parts.database.reads() as session:
            [draft] = session.scalars(select(Draft)).all()
        assert "7/12/2026" in draft.answers

    def test_what_two_tabs_answer_on_two_pages_at_the_same_moment_is_all_kept(self, visit: Visit, parts: Parts) -> None:
        tabs = [visit(WATI) for _ in range(2)]
        tabs[0].open("/start/leave").send({"type": "annual"}).send({"first": "7/12/2026", "last": "11/12/2026"})
        tabs[0].send({}).send({"reason": "Keluarga"})
        tabs[1].open("/start/leave/reason")
        for number in range(5):
            given = ({"address": f"Jalan {number}", "phone": "081234567890"}, {"reason": f"Sebab {number}"})
            sent = [{**tab.kept(tab.form()), **typed} for tab, typed in zip(tabs, given, strict=True)]
            posts = (partial(t.client.post, t.target(t.form()), data=s) for t, s in zip(tabs, sent, strict=True))
            at_once(*posts)
            assert kept(parts)["address"] == [f"Jalan {number}"]
            assert kept(parts)["reason"] == [f"Sebab {number}"]
            tabs[0].open("/start/leave/address")
            tabs[1].open("/start/leave/reason")

    def test_ux_22_asking_again_takes_no_other_draft_away_without_a_yes(
        self, visit: Visit, parts: Parts, clock: Clock
    ) -> None:
        request = refused(visit)
        wati = visit(WATI).open("/start/leave").send({"type": "annual"}).send({"first": "1/2/2027", "last": "2/2/2027"})
        clock.forward(minutes=5)
        wati.open(request).send(to="/again")
        assert wati.title.startswith("Ganti isian yang belum terkirim?")
        assert "Terakhir disimpan Senin, 2 November 2026" in wati.text
        answer = wati.kept(wati.form("/again"))
        wati.follow("Lanjutkan yang belum terkirim")
        assert kept(parts)["first"] == ["1/2/2027"]
        wati.open("/start/leave/first").send({"first": "3/2/2027", "last": "4/2/2027"})
        wati.open(request).send(to="/again")
        wati._show(wati.client.post(wati.path, data=answer, follow_redirects=True))
        assert wati.title.startswith("Ganti isian"), "the draft has changed since the question was asked"
        assert kept(parts)["first"] == ["3/2/2027"]
        wati.send(to="/again")
        assert wati.title.startswith("Periksa isian")
        assert kept(parts)["first"] == ["07/12/2026"]
        wati.open(request).send(to="/again")
        assert wati.title.startswith("Periksa isian"), "nothing is lost, nothing is asked"
        assert visit(OFFICER).open(f"{request}/again").answer.status_code == 404


def test_mistakes_on_a_page_come_back_with_what_was_typed_and_go_no_further(visit: Visit) -> None:
    wati = visit(WATI).open("/start/leave").send({"type": "annual"})
    wati.send({"first": "7/12/2026", "last": "1/12/2026"})
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    assert wati.kept(wati.form())["last"] == "1/12/2026"
    assert [a["href"] for a in wati.main.select(".mistakes a")] == ["#last"]
    assert wati.open("/start/leave/address").path == "/start/leave/first", "a later question waits for this one"


def test_a_page_takes_only_the_answers_that_it_asks_for(visit: Visit, parts: Parts) -> None:
    visit(WATI).open("/start/leave").send({"type": "annual", "reason": "lain", "_passed": "first"})
    with parts.database.reads() as session:
        [draft] = session.scalars(select(Draft)).all()
    assert "lain" not in draft.answers
    assert "first" not in draft.answers


def test_who_comes_back_to_finished_answers_goes_straight_to_the_check_page(visit: Visit) -> None:
    check = through(visit(WATI)).path
    wati = visit(WATI).open("/start/leave")
    assert wati.path == "/start/leave/type"
    assert wati.follow("Langsung periksa dan kirim").path == check
    wati.open("/start/leave").send(to="/clear")
    assert "Langsung periksa" not in wati.text


def test_the_first_page_leads_back_to_what_is_begun_until_it_is_sent(visit: Visit) -> None:
    visit(WATI).open("/start/leave").send({"type": "annual"})
    wati = visit(WATI).open("/")
    assert "Anda belum pernah mengajukan permohonan" not in wati.text
    assert wati.follow("Lanjutkan isian: Cuti").path == "/start/leave/first"
    assert "Lanjutkan isian" not in visit(PPPK).open("/").text
    through(wati).send()
    assert "Lanjutkan isian" not in wati.open("/").text


def test_what_was_sent_is_said_on_every_page_of_its_questions(visit: Visit) -> None:
    wati, seen = visit(WATI), list[str]()
    for page in pages(wati, "leave", LEAVE):
        seen.append(page.answer.request.full_path)
    wati.send()
    for path in seen[1:]:
        wati.open(path)
        assert "Permohonan ini sudah terkirim. Tidak ada yang dikirim dua kali." in wati.text
        assert re.search(r"CUTI-[0-9A-Z]{8}", wati.text)


def test_nobody_answers_in_the_draft_of_another(visit: Visit) -> None:
    path = visit(WATI).open("/start/leave").send({"type": "annual"}).answer.request.full_path
    other = visit(OFFICER)
    assert other.open(path).answer.status_code == 404
    sent = other.open("/start/leave")
    assert other.client.post(path, data=sent.kept(sent.form())).status_code == 404


def kept(parts: Parts) -> dict[str, list[str]]:
    """What Wati's one unsent draft keeps."""
    with parts.database.reads() as session:
        draft = drafts.latest(session, WATI, drafts.Wish("leave"))
        assert draft is not None
        return drafts.values_of(draft)
