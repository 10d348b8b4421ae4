"""Hostile files as evidence of a data change: refused where they are brought, harmless wherever they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from engine.db import Document
from tests import papers
from tests.web.conftest import Visit
from tests.web.visitor import Visitor, one
from web.parts import Parts
from workflows.record.rows import single_row

WATI, OFFICER, OUTSIDER = "P097", "P092", "P045"
COURSE = {
    "name": "Pelatihan arsip",
    "organiser": "BKPSDM",
    "hours": "20",
    "certificate": "800/1/2026",
    "first": "5/10/2026",
    "last": "7/10/2026",
}
TRAPS = (
    "a program",
    "a drawing with a script",
    "a drawing packed",
    "a document with macros",
    "a workbook with macros",
    "an old document with macros",
    "a PDF behind a page",
    "a PDF that is a page as well",
    "a PDF that is an archive as well",
    "a photo that is an archive as well",
    "an animation that is an archive as well",
    "a photo with a program behind it",
    "a PDF with a script on opening, packed",
    "a PDF with a file in it",
    "a PDF with a program that it starts",
    "a PDF with a page that it opens",
    "a PDF with a password",
    "a picture of 900 million pixels",
    "a PDF with a picture of 900 million pixels",
    "six megabytes",
)
"""Of `papers.BAD` those that evidence is known to be abused with: the page is another one than in `test_documents`."""


@pytest.fixture
def kind() -> str:
    """What is kept is kept by the engine, which is tested on both kinds of database."""
    return "sqlite"


@pytest.fixture
def wati(visit: Visit) -> Visitor:
    """Wati at the page that asks for the proof of a course."""
    visitor = visit(WATI).open("/data/training").follow("Tambah").send(COURSE)
    assert visitor.path == "/data/evidence"
    return visitor


def kept(parts: Parts) -> list[Document]:
    with parts.database.reads() as session:
        return list(session.scalars(select(Document).order_by(Document.name)))


def sent(wati: Visitor, *files: tuple[BytesIO, str]) -> str:
    """The address of the request that the course and its proof become."""
    wati.send({"certificate[]": list(files)})
    assert wati.path == "/data/check", wati.text
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    return wati.path.removesuffix("/sent")


def test_no_trap_becomes_evidence_and_each_is_told_by_name(wati: Visitor, parts: Parts) -> None:
    for what in TRAPS:
        name, content, why = papers.BAD[what]
        wati.send({"certificate[]": (BytesIO(content), name)})
        assert wati.answer.status_code == 422, what
        mistakes = [item.get_text() for item in wati.main.select(".mistakes li")]
        assert any(why in mistake for mistake in mistakes), (what, mistakes)
        assert kept(parts) == [], what
    wati.open("/data/check")
    assert "Pelatihan arsip" in wati.text, "what was asked for is still there"


def test_a_trap_beside_a_good_file_is_left_out_alone(wati: Visitor, parts: Parts) -> None:
    bad = papers.BAD["a PDF with a script on opening, packed"]
    wati.send({"certificate[]": [(BytesIO(bad[1]), "jebakan.pdf"), (BytesIO(papers.pdf()), "sertifikat.pdf")]})
    assert wati.answer.status_code == 422
    assert [row.name for row in kept(parts)] == ["sertifikat.pdf"]


def test_names_harm_neither_the_page_of_the_sender_nor_that_of_the_decider(
    wati: Visitor, visit: Visit, parts: Parts
) -> None:
    crude = [name.replace("\x00", "").replace("\r\n", "") for name in papers.NAMES if name]
    files = [(BytesIO(papers.pdf(f"Sertifikat {number}")), name) for number, name in enumerate(crude)]
    wati.send({"certificate[]": files})
    assert wati.path == "/data/check"
    names = [row.name for row in kept(parts)]
    assert len(names) == len(crude)
    assert not [name for name in names if re.search(r'[<>:"|?*/\\\x00-\x1f\u200b\u202a-\u202e\u2066-\u2069]', name)]
    _harmless(wati, names)
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    request = wati.open(wati.path.removesuffix("/sent"))
    _harmless(request, names)
    officer = visit(OFFICER).open("/inbox").follow("Periksa bukti")
    _harmless(officer, names)


def _harmless(visitor: Visitor, names: list[str]) -> None:
    """The page shows the names, and none of them has become a part of it."""
    assert visitor.answer.status_code == 200
    shown = visitor.main.get_text()
    assert all(name in shown for name in names)
    assert not visitor.main.select(
        "script:not([src^='/static/']), svg:not(.flow), [onerror], [onload], [src^=javascript]"
    )
    assert not [link for link in visitor.main.select("a[href]") if str(link["href"]).startswith("javascript")]


def test_evidence_is_shown_in_a_cage_to_those_who_decide_and_to_nobody_else(wati: Visitor, visit: Visit) -> None:
    page = sent(wati, (BytesIO(papers.pdf()), "sertifikat.pdf"), (BytesIO(papers.photo()), "foto.jpg"))
    officer = visit(OFFICER).open("/inbox").follow("Periksa bukti")
    links = {str(a["href"]).partition("?")[0] for a in officer.main.select("a[href*='/documents/']")}
    assert len(links) == 2, page
    for link in sorted(links):
        answer = officer.client.get(link)
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert ("sandbox" in policy) == (answer.mimetype != "application/pdf")
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert "no-store" in answer.headers["Cache-Control"]
        assert visit(OUTSIDER).client.get(link).status_code == 404


def test_a_face_is_a_picture_whoever_sends_it(visit: Visit, app: Flask, token_of: Callable[[str], str]) -> None:
    wati = visit(WATI).open("/data/photo")
    link = next(a for a in wati.main.select("dd.act a") if "Foto profil" in a.get_text())
    wati.open(str(link["href"])).send({"profile": (BytesIO(papers.pdf()), "saya.pdf")})
    assert wati.answer.status_code == 422
    assert "Unggah: JPG, PNG." in one(wati.main, ".mistakes").get_text()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token_of(WATI)}"}
    for content, status in ((papers.pdf("Bukan foto"), 422), (papers.photo(), 201)):
        made = client.post("/api/v1/documents", data={"file": (BytesIO(content), "saya")}, headers=headers).get_json()
        face = {"history": "photo", "row": str(single_row(WATI, "photo")), "action": "change", "field": "profile"}
        answers = {"changes": [face | {"value": made["id"]}], "evidence": [{"kind": "photo", "files": [made["id"]]}]}
        answer = client.post("/api/v1/processes/data_update/instances", json={"answers": answers}, headers=headers)
        assert answer.status_code == status, answer.get_json()
