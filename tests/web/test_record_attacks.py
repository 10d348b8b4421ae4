"""What somebody with a browser and bad intentions tries on the pages of the record."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import Tag
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db import Document
from tests.flows.data_stories import CHILD, added
from tests.flows.stories import BKPSDM_HEAD
from tests.web.conftest import Visit
from tests.web.proposals import APPROVER, OFFICER, VERIFIER, WATI, judge, propose
from tests.web.test_data import chosen
from tests.web.test_records import AUDITOR, CHILDREN
from tests.web.visitor import Visitor
from web.offline import KEEP
from web.parts import Parts
from workflows.positions import Acting, Holding, RoleHolder
from workflows.record import rows
from workflows.record.looking import looks

PEER = "P098"
OWN, PHOTO = (str(rows.single_row(WATI, history)) for history in ("personal", "photo"))


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


# Who looks is written down, and whose decree leaves records out gets at none.


def test_the_head_who_answers_an_objection_leaves_a_line_for_each_history_they_open(visit: Visit, parts: Parts) -> None:
    refused = propose(parts)
    judge(parts, refused, "refuse", "refuse")

    def object_to(session: Session) -> None:
        me = parts.people.actor(session, WATI, parts.clock())
        parts.engine.start(session, "data_objection", me, {"reason": "Jelas"}, now=parts.clock(), about=refused)

    parts.database.command(object_to)
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == BKPSDM_HEAD)).one()
    verifies = delete(RoleHolder).where(RoleHolder.position == post, RoleHolder.role == "verifier")
    parts.database.command(lambda session: session.execute(verifies))  # so that only the task lets them look
    head = visit(BKPSDM_HEAD).open(f"/data/people/{WATI}/identity")
    assert "6299 0144 0591 0097" in head.text
    assert seen(parts) == [(BKPSDM_HEAD, "identity")]


@pytest.mark.parametrize(("excluded", "only"), [(" data_update ", None), ("", " leave ")])
def test_who_acts_for_a_verifier_in_other_matters_takes_no_records_in_or_out(
    visit: Visit, parts: Parts, excluded: str, only: str | None
) -> None:
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == VERIFIER)).one()
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    about = {"person": PEER, "position": post, "kind": "Plh", "decree": "1"}
    parts.database.command(lambda s: s.add(Acting(**about, **days, excluded=excluded, only=only)))
    acting = visit(PEER)
    for path in ("/data/import", "/data/import/template.xlsx", "/data/siasn"):
        assert acting.open(path).answer.status_code == 404, path
    token = acting.kept(acting.open("/account/password").form())["csrf_token"]
    for number, path in enumerate(("/data/import", "/data/siasn/export", "/data/siasn/mark", "/data/siasn/unmark")):
        sent = {"csrf_token": token, "_key": f"{number:02}" * 10, "form": "csv"}
        assert acting.client.post(path, data=sent).status_code == 404, path


def test_what_a_program_sent_in_its_own_spelling_is_mended_on_the_pages(visit: Visit, parts: Parts) -> None:
    spelled = CHILD | {"birth_date": "4 Mei 2019", "sex": "Perempuan", "allowance": "Ya"}
    judge(parts, propose(parts, added("child", spelled)), "repair")
    wati = visit(WATI).open("/inbox").follow("Ajukan perubahan data")
    assert wati.answer.status_code == 200
    assert "4 Mei 2019" in wati.text
    assert wati.open(link(wati, "Ubah")).answer.status_code == 200


@pytest.mark.parametrize(
    "entry",
    [
        {"history": "personal", "row": "x", "action": "change", "field": "birth_date", "value": "kapan-kapan"},
        {"history": "personal", "row": OWN, "action": "change", "field": "birth_date", "value": "kapan-kapan"},
        {"history": "personal", "row": OWN, "action": "remove", "field": "", "value": ""},
        {"history": "personal", "row": "new-1", "action": "add", "field": "name", "value": "Ani"},
        {"history": "child", "row": "new-x", "action": "add", "field": "birth_date", "value": "2019-05-04"},
        {"history": "child", "row": "new-1", "action": "add", "field": "birth_date", "value": "kemarin"},
        {"history": "child", "row": "new-" + "9" * 60, "action": "add", "field": "name", "value": "Ani"},
        {"history": "child", "row": "1", "action": "remove", "field": "", "value": ""},
        {"history": "increment", "row": "new-1", "action": "add", "field": "salary", "value": "banyak"},
        {"history": "photo", "row": PHOTO, "action": "change", "field": "profile", "value": "bukan-berkas"},
    ],
)
def test_whatever_a_form_of_somebodys_own_making_collects_no_page_breaks_of_it(
    visit: Visit, parts: Parts, entry: dict[str, str]
) -> None:
    wati = visit(WATI).open("/account/password")
    sent = {"csrf_token": wati.kept(wati.form())["csrf_token"], "_key": "01" * 10}
    sent |= {f"changes[0][{name}]": value for name, value in entry.items()}
    wati.client.post("/start/data_update/changes", data=sent)
    wati.client.post("/start/data_update", data={**sent, "_key": "02" * 10})
    for path in ("/data", f"/data/{entry['history']}", "/data/check", "/data/evidence", "/data/training/add"):
        assert wati.open(path).answer.status_code == 200, path


def test_evidence_opens_for_who_checks_it_and_not_for_whoever_has_its_address(visit: Visit, parts: Parts) -> None:
    proposal = propose(parts)
    with parts.database.reads() as session:
        files = session.scalars(select(Document.id).where(Document.instance_id == proposal)).all()

    def opened(person: str) -> set[int]:
        return {visit(person).client.get(f"/documents/{file}").status_code for file in files}

    assert {who: opened(who) for who in (WATI, VERIFIER, OFFICER, AUDITOR, APPROVER, PEER)} == {
        WATI: {200},
        VERIFIER: {200},
        OFFICER: {404},
        AUDITOR: {404},
        APPROVER: {404},
        PEER: {404},
    }
    judge(parts, proposal, "ok", "ok")
    assert (opened(VERIFIER), opened(APPROVER)) == ({404}, {200}), "who has decided needs it no more"


def test_no_phone_keeps_a_page_with_values_of_the_record(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI)
    pages = ("/data", "/data/identity", f"/requests/{propose(parts)}")
    assert [KEEP in wati.client.get(path).headers for path in (*pages, "/requests")] == [False, False, False, True]
