"""Help from any page: what goes along with a question, what never does, and who answers."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.db import Version
from tests.web.conftest import Visit
from tests.web.test_leave_pages import OFFICER, WATI, asked
from tests.web.visitor import Visitor
from web.helpdesk import PAGES, TITLES
from web.parts import Parts

HELPER, STRANGER = "P033", "P042"
PRIVATE = "Sakit tifus di Jalan Rahasia 7"


@pytest.fixture
def kind() -> str:
    """What is kept is kept by the engine, which is tested on both kinds of database."""
    return "sqlite"


def help_for(visitor: Visitor) -> Visitor:
    """Follow the link at the foot of the page."""
    [link] = visitor.page.select("footer a.button")
    return visitor.open(str(link["href"]))


def test_ux_42_help_is_one_link_on_each_page_and_takes_page_step_and_reference_along(visit: Visit) -> None:
    wati = asked(visit)
    reference = wati.main.select_one(".big")
    assert reference is not None
    help_for(visit(OFFICER).open("/inbox").follow("Periksa permohonan"))
    officer = help_for(visit(OFFICER).open("/inbox").follow("Periksa permohonan"))
    for words in ("Halaman tugas", "Periksa permohonan", reference.get_text()):
        assert words in officer.text
    officer.send({"question": "Tombol mana yang saya tekan?"}, to="/help")
    assert "Terkirim" in officer.title
    assert "Pertanyaan terkirim" in str(officer.main.h1), "a question is no request for the office to grant"
    assert "Permohonan terkirim" not in officer.text
    helper = visit(HELPER).open("/inbox").follow("Jawab permintaan bantuan")
    for words in ("Halaman tugas", "Periksa permohonan", reference.get_text(), "Tombol mana yang saya tekan?"):
        assert words in helper.text
    helper.send({"reply": "answer", "words": "Tekan Kirim keputusan"})
    asker = visit(OFFICER).open("/requests").follow("Minta bantuan")
    assert "Dijawab" in asker.text
    assert "Tekan Kirim keputusan" in asker.text


def test_ux_42_nothing_that_was_typed_on_the_page_goes_along(visit: Visit) -> None:
    wati = visit(WATI).open("/start/surat_keterangan/all")
    wati.send({"purpose": PRIVATE, "addressee": PRIVATE}, to="/start/surat_keterangan")
    asker = help_for(wati)
    assert PRIVATE not in asker.answer.get_data(as_text=True)
    assert asker.answer.request.full_path.count("=") <= 2
    asker.send({"question": "Apa itu pemeriksaan isian?", "page": "start.check", "address": PRIVATE}, to="/help")
    helper = visit(HELPER).open("/inbox").follow("Jawab permintaan bantuan")
    assert "Apa itu pemeriksaan isian?" in helper.text
    assert PRIVATE not in helper.answer.get_data(as_text=True)


def test_what_the_asker_may_not_see_does_not_go_along(visit: Visit) -> None:
    wati = asked(visit).follow("Lihat permohonan")
    [link] = wati.page.select("footer a.button")
    assert "CUTI-" in visit(WATI).open(str(link["href"])).text
    assert "CUTI-" not in visit(STRANGER).open(str(link["href"])).text
    assert visit(WATI).open("/help?page=inbox.task&task_id=nonsense").answer.status_code == 200


def test_a_question_without_words_comes_back(visit: Visit) -> None:
    wati = help_for(visit(WATI).open("/")).send({"question": " "}, to="/help")
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    assert "Beranda" in wati.text
    bare = {name: value for name, value in wati.kept(wati.form("/help")).items() if name != "question"}
    assert wati.client.post("/help", data=bare).status_code == 422


def test_whoever_cannot_ask_in_alur_is_told_whom_to_ask(visit: Visit, stranger: Visitor, parts: Parts) -> None:
    assert "Temui petugas kepegawaian" in help_for(stranger.open("/sign-in")).text

    def retire(session: Session) -> None:
        session.execute(update(Version).where(Version.process == "help").values(state="retired"))

    parts.database.command(retire)
    asker = help_for(visit(WATI).open("/"))
    assert "Petugas kepegawaian" in asker.text
    assert asker.main.find("form") is None


def test_the_start_button_of_help_leads_to_the_same_page(visit: Visit) -> None:
    assert visit(WATI).open("/start/help").path == "/help"


def test_every_page_has_a_name_that_people_know(visit: Visit) -> None:
    app = visit(WATI).client.application
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }
    foreign = {"api", "auth", "i18n", "surat", "helpdesk"}
    blueprints = {endpoint.split(".")[0] for endpoint in pages}
    assert blueprints - foreign - TITLES.keys() == set()
    assert {name.split(".")[0] for name in PAGES} <= TITLES.keys()
