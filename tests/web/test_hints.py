"""The first visit: a hint for each role, put away once and for all browsers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support import at_once
from tests.web.conftest import Visit
from tests.web.test_leave_pages import OFFICER, WATI, asked
from web.db import HintSeen
from web.hints import HINTS, Hint
from web.parts import Parts

AUDITOR, OWNER, HELPER, VERIFIER, KEEPER = "P012", "P026", "P033", "P029", "P006"
WIDEST = 20
"""Words of a sentence that people read at most (UX 38)."""


def hints_of(visit: Visit, person: str) -> list[str]:
    """The titles of the hints that a person meets, one after the other, until none is left."""
    page, met = visit(person).open("/"), []
    while (hint := page.page.select_one("#hint")) is not None:
        met.append(hint.get_text())
        page.send(to="/dismiss")
    return met


def test_a_hint_that_was_put_away_stays_away_in_every_browser(visit: Visit, parts: Parts) -> None:
    assert hints_of(visit, WATI) == ["Baru pertama kali di sini?"]
    assert visit(WATI).open("/").page.select_one("#hint") is None
    with parts.database.reads() as session:
        assert session.scalars(select(HintSeen.hint).where(HintSeen.person == WATI)).all() == ["employee"]


def test_each_role_has_its_hint(visit: Visit) -> None:
    asked(visit)
    first = "Baru pertama kali di sini?"
    assert hints_of(visit, OFFICER) == ["Untuk petugas kepegawaian", "Ada tugas yang menunggu Anda", first]
    assert hints_of(visit, HELPER) == ["Untuk petugas bantuan", first]
    assert hints_of(visit, OWNER)[0] == "Untuk pemilik proses"
    assert hints_of(visit, VERIFIER) == ["Untuk verifikator BKPSDM", first]
    assert hints_of(visit, AUDITOR) == ["Untuk auditor", first]
    assert hints_of(visit, KEEPER) == ["Untuk petugas pelindungan data", first]


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: hint.key)
def test_hints_are_short(hint: Hint) -> None:
    for words in (hint.words.id, hint.words.en):
        assert max(len(sentence.split()) for sentence in words.split(". ")) <= WIDEST


def test_nobody_puts_away_what_is_no_hint(visit: Visit) -> None:
    wati = visit(WATI).open("/")
    form = wati.form("/dismiss")
    assert wati.client.post("/hints/nonsense/dismiss", data=wati.kept(form)).status_code == 404


def test_a_hint_that_is_put_away_in_two_tabs_at_once_is_put_away(visit: Visit) -> None:
    tabs = [visit(WATI).open("/") for _ in range(4)]
    forms = [(tab.client, tab.kept(tab.form("/dismiss"))) for tab in tabs]
    answers: list[int] = []

    def dismiss(client: FlaskClient, sent: Mapping[str, object]) -> None:
        answers.append(client.post("/hints/employee/dismiss", data=sent).status_code)

    at_once(*(partial(dismiss, client, sent) for client, sent in forms))
    assert answers == [303] * len(tabs)
