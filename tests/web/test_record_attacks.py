"""What somebody with a browser and bad intentions tries on the pages of the record."""

from __future__ import annotations

import pytest
from bs4 import Tag

from tests.web.conftest import Visit
from tests.web.proposals import OFFICER, WATI
from tests.web.test_data import chosen
from tests.web.test_records import CHILDREN
from tests.web.visitor import Visitor
from web.parts import Parts
from workflows.record import rows
from workflows.record.looking import looks


@pytest.fixture
def kind() -> str:
    """The pages are the same on both kinds of database."""
    return "sqlite"


def seen(parts: Parts) -> list[tuple[str, str]]:
    """Who looked at what of Wati's."""
    with parts.database.reads() as session:
        return [(look.viewer, look.what) for look in looks(session, WATI)]


def link(visitor: Visitor, words: str) -> str:
    """Where the first link with these words leads."""
    found = next(a for a in visitor.main.select("a") if words in a.get_text(" ", strip=True))
    assert isinstance(found, Tag)
    return str(found["href"])


# What is masked stays masked.


def test_the_check_page_of_an_officer_neither_names_a_child_nor_tells_its_birthday(visit: Visit, parts: Parts) -> None:
    officer = chosen(visit).follow("Anak")
    officer.open(link(officer, "Ubah")).send({"certificate": "6299-LU-01012020-0009"})
    officer.open(officer.answer.request.full_path.replace("/evidence", "/check"))
    assert "6299-LU-01012020-0009" in officer.text
    assert not any(name in officer.text for name in CHILDREN)
    assert "Tunjangan berlaku sampai" not in officer.text


def test_the_pages_of_a_draft_say_no_more_of_a_colleague_than_those_of_the_record(visit: Visit, parts: Parts) -> None:
    officer = chosen(visit)
    for path in ("child", "discipline"):
        entry = officer.main.select_one(f'li:has(a[href^="/data/{path}?"])')
        assert entry is not None
        assert "tercatat" not in entry.get_text(" "), path
    officer.follow("Anak")
    assert seen(parts) == [(OFFICER, "child")], "a masked look is written down here as there"


# What was collected may be anything: nobody's page breaks of it.


def test_a_single_row_does_not_go(visit: Visit) -> None:
    wati = visit(WATI).open("/data/address")
    path = f"/data/address/{rows.single_row(WATI, 'address')}/remove"
    assert wati.client.post(path, data=wati.kept(wati.form("/right"))).status_code == 404
    assert wati.open(path).answer.status_code == 404
    assert wati.open("/data/check").answer.status_code == 200
