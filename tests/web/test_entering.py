"""Who may enter a request only for colleagues is asked first for whom."""

from __future__ import annotations

import pytest

from tests.flows.stories import EMPLOYEE, OFFICER
from tests.web.conftest import Visit
from tests.web.test_sign_in import WATI
from tests.web.test_without_scripts import earlier
from web.parts import Parts


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what does not depend on it."""
    return "sqlite"


def test_paper_leave_opened_by_its_address_asks_first_for_whom(visit: Visit) -> None:
    officer = visit(OFFICER).open("/start/leave_paper")
    assert officer.path == "/start/leave_paper/colleague"
    assert officer.answer.status_code == 200


def test_who_may_not_enter_it_at_all_is_told_so(visit: Visit) -> None:
    assert visit(EMPLOYEE).open("/start/leave_paper").answer.status_code == 403


def test_a_search_for_a_colleague_without_words_says_what_to_type(visit: Visit) -> None:
    officer = visit(OFFICER).open("/start/leave_paper/colleague").send({"who": "ab"}, to="/colleague")
    assert officer.answer.status_code == 422
    assert officer.title.startswith("Kesalahan: ")
    assert officer.main.select_one(".mistakes a[href='#who']") is not None
    assert officer.kept(officer.form("/colleague"))["who"] == "ab"


@pytest.mark.parametrize("sign", [" ", ".", "-"])
def test_ux_14_a_nip_in_the_search_may_have_spaces_dots_and_dashes(visit: Visit, sign: str) -> None:
    officer = visit(OFFICER).open("/start/leave_paper/colleague")
    nip = sign.join((WATI.nip[:8], WATI.nip[8:14], WATI.nip[14], WATI.nip[15:]))
    officer.send({"who": nip}, to="/colleague")
    assert WATI.name in officer.text


def test_ux_09_what_is_sent_about_a_request_is_sent_by_a_button_that_says_so(visit: Visit, parts: Parts) -> None:
    about = earlier(parts, ())
    wati = visit(EMPLOYEE).open(f"/start/leave_withdraw?about={about}")
    assert "hari cutinya kembali" in wati.text, "what the act means is said before anything is asked"
    wati.send({"reason": "Acara batal"})
    assert wati.form().find_all("button")[-1].get_text(strip=True) == "Tarik permohonan"
    wati.send()
    assert "Permohonan ditarik" in str(wati.main.h1), "what was done, not that something was sent"
    withdrawn = wati.open(f"/requests/{about}").text
    assert ("Ditarik" in withdrawn, "Dibatalkan" in withdrawn) == (True, False)
