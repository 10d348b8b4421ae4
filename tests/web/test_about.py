"""Requests about requests and for colleagues, on the pages and through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.db import Instance
from engine.package import Package
from tests.conftest import Clock
from tests.support import choice, diagram, form, form_of, package
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.db import Draft
from web.parts import Parts
from workflows import packages

# P097 works in the office of communication, whose personnel officer is P092; P098 is a colleague, P072 a nurse.
WATI, OFFICER, COLLEAGUE, NURSE = "P097", "P092", "P098", "P072"


def certificate() -> Package:
    """The certificate of employment, which the personnel officer may also enter from paper."""
    own = Package.read(packages() / "surat_keterangan")
    files = {**own.files, "process.toml": own.files["process.toml"] + b'\nbehalf = ["personnel_officer"]\n'}
    return Package.read(Package(dict(sorted(files.items())), own.manifest).to_zip())


def withdrawal(first: str = "requester", then: str = "personnel_officer", **manifest: Any) -> Package:
    """A withdrawal of a certificate, answered by somebody."""
    return package(
        diagram(
            {"begin": "startEvent", "ask": "userTask", "answer": "userTask", "done": "endEvent"},
            ["begin ask", "ask answer", "answer done"],
            lanes={first: ["ask"], then: ["answer"]},
            inside={"ask": form_of("ask"), "answer": form_of("answer")},
        ),
        files={
            "ask.form": form(why={"label": "Mengapa", "validate": {"required": True}}),
            "answer.form": form(outcome=choice("yes", "no")),
        },
        **{
            "key": "withdrawal",
            "title": "Penarikan surat",
            "reference": "TARIK",
            "about": ["surat_keterangan"],
            "about_when": 'instance.status = "running"',
            **manifest,
        },
    )


@pytest.fixture(autouse=True)
def deployed(parts: Parts) -> None:
    """The certificate that may be entered for colleagues, and its withdrawal."""
    for one in (certificate(), withdrawal()):
        parts.database.command(
            lambda session, one=one: parts.engine.deploy(session, one, by="test", now=parts.clock(), state="live")
        )


def asked(visit: Visit, purpose: str = "Kredit bank") -> Visitor:
    """Wati's page of the request that she has just sent."""
    wati = visit(WATI).open("/start/surat_keterangan/all")
    wati.send({"purpose": purpose}, to="/start/surat_keterangan").send()
    return wati.follow("Lihat permohonan")


def rows(parts: Parts) -> list[Instance]:
    with parts.database.reads() as session:
        return list(session.scalars(select(Instance).order_by(Instance.started_at, Instance.id)))


def test_what_can_be_done_about_a_request_stands_on_its_page_and_is_kept_to_the_end(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    wati = asked(visit)
    assert "Penarikan surat" not in visit(WATI).open("/").text
    assert "Yang dapat Anda lakukan" in wati.text
    wati.follow("Penarikan surat")
    [meant] = rows(parts)
    assert meant.reference in wati.text
    clock.forward(seconds=1)
    wati.send({"why": ""}, to=f"about={meant.id}")
    assert wati.answer.status_code == 422
    assert meant.reference in wati.text
    wati.send({"why": "Batal"}, to=f"about={meant.id}")
    assert wati.path.startswith("/start/withdrawal/check/")
    assert meant.reference in wati.text
    wati.send()
    _, made = rows(parts)
    assert (made.process, made.about, made.subject) == ("withdrawal", meant.id, WATI)


def test_both_pages_link_to_each_other_and_nothing_is_offered_twice(visit: Visit, parts: Parts, clock: Clock) -> None:
    wati = asked(visit).follow("Penarikan surat")
    clock.forward(seconds=1)
    wati.send({"why": "Batal"}).send().follow("Lihat permohonan")
    assert "Tentang permohonan" in wati.text
    wati.follow("Surat keterangan")
    assert rows(parts)[0].reference in wati.text
    assert "Permohonan tentang ini" in wati.text
    assert "Yang dapat Anda lakukan Anda tinggal menunggu" in wati.text, "of what waits, not of what can be started"
    assert not wati.main.select('a[href*="about="]')
    wati.follow("Penarikan surat")
    assert rows(parts)[1].reference in wati.text


def test_a_draft_is_kept_for_each_request_that_it_is_about(visit: Visit, parts: Parts, clock: Clock) -> None:
    wati = asked(visit).follow("Penarikan surat")
    wati.send({"why": "Batal"})
    clock.forward(seconds=1)
    asked(visit, "Visa")
    first, second = (row.id for row in rows(parts))
    typed = visit(WATI).open(f"/start/withdrawal?about={first}")
    assert typed.kept(typed.form())["why"] == "Batal"
    empty = visit(WATI).open(f"/start/withdrawal?about={second}")
    assert empty.kept(empty.form())["why"] == ""


@pytest.mark.parametrize("address", ["about=x", "about=00000000-0000-0000-0000-000000000000", "draft=x", ""])
def test_an_address_that_means_no_request_is_not_found(visit: Visit, address: str) -> None:
    assert visit(WATI).open(f"/start/withdrawal?{address}").answer.status_code == 404


def test_another_persons_request_is_not_found(visit: Visit, parts: Parts) -> None:
    asked(visit)
    [meant] = rows(parts)
    assert visit(NURSE).open(f"/start/withdrawal?about={meant.id}").answer.status_code == 404
    assert visit(OFFICER).open(f"/start/withdrawal?about={meant.id}").answer.status_code == 403


def test_who_comes_too_late_is_told_that_the_request_has_changed(visit: Visit, parts: Parts) -> None:
    wati = asked(visit).follow("Penarikan surat")
    wati.send({"why": "Batal"})
    officer = visit(OFFICER).open("/inbox").follow("Terbitkan")
    officer.send({"outcome": "issue", "number": "800/1/2026"})
    assert wati.send().answer.status_code == 409
    assert [row.process for row in rows(parts)] == ["surat_keterangan"]


def test_an_officer_enters_a_request_for_a_colleague(visit: Visit, parts: Parts) -> None:
    officer = visit(OFFICER).open("/start/surat_keterangan/all").follow("Masukkan untuk pegawai lain")
    with parts.database.reads() as session:
        name = parts.people.name(session, COLLEAGUE)
    officer.send({"who": name[:4]}, to="/colleague")
    assert name in officer.text
    assert name[:4] not in officer.answer.request.full_path
    chosen = next(f for f in officer.main.find_all("form") if officer.kept(f).get("person") == COLLEAGUE)
    officer.open("/start/surat_keterangan/colleague")
    answer = officer.client.post("/start/surat_keterangan/colleague/choose", data=officer.kept(chosen))
    assert answer.status_code == 303
    officer.open(answer.headers["Location"])
    assert name in officer.text
    assert COLLEAGUE not in answer.headers["Location"]
    officer.send({"purpose": "Visa"}, to=answer.headers["Location"].split("?")[1])
    assert name in officer.text
    officer.send()
    [made] = rows(parts)
    assert (made.subject, made.starter, made.unit) == (COLLEAGUE, OFFICER, "DISKOMINFO")
    told = visit(COLLEAGUE).open("/notices")
    assert "Ada permohonan yang dimulai untuk Anda" in told.text
    told.follow("Ada permohonan")
    assert "Dimulai oleh" in told.text


def test_drafts_for_colleagues_wait_on_the_page_where_they_are_chosen(visit: Visit, parts: Parts) -> None:
    officer = visit(OFFICER).open("/start/surat_keterangan/colleague")
    kept = {**officer.kept(officer.form()), "person": COLLEAGUE}
    for _ in range(2):
        officer.client.post("/start/surat_keterangan/colleague/choose", data=kept)
    officer.client.post("/start/surat_keterangan/colleague/choose", data={**kept, "_key": "another-one-time-key"})
    with parts.database.reads() as session:
        drafts = session.scalars(select(Draft)).all()
    assert [(draft.subject, draft.person) for draft in drafts] == [(COLLEAGUE, OFFICER)]
    assert f"draft={drafts[0].id}" in str(officer.open("/start/surat_keterangan/colleague").main)
    assert visit(WATI).open(f"/start/surat_keterangan?draft={drafts[0].id}").answer.status_code == 404


def test_people_of_other_units_are_neither_found_nor_chosen(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        name = parts.people.name(session, NURSE)
    officer = visit(OFFICER).open("/start/surat_keterangan/colleague")
    officer.send({"who": name}, to="/colleague")
    assert "Tidak ada pegawai unit Anda yang cocok" in officer.text
    for person in (NURSE, OFFICER, "P999", ""):
        kept = {**officer.kept(officer.form("/colleague")), "person": person}
        answer = officer.client.post("/start/surat_keterangan/colleague/choose", data=kept)
        assert answer.status_code == 403, person
        officer.open("/start/surat_keterangan/colleague")
    for words in ("%%%", "___"):
        officer.send({"who": words}, to="/colleague")
        assert "Tidak ada pegawai unit Anda yang cocok" in officer.text


def test_who_holds_no_such_role_enters_nothing_for_others(visit: Visit) -> None:
    wati = visit(WATI)
    assert "Masukkan untuk pegawai lain" not in wati.open("/start/surat_keterangan/all").text
    assert wati.open("/start/surat_keterangan/colleague").answer.status_code == 403


def test_the_api_starts_requests_about_requests_and_for_colleagues(
    app: Flask, token_of: Callable[[str], str], parts: Parts
) -> None:
    def post(person: str, process: str, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_of(person)}"}
        return app.test_client().post(f"/api/v1/processes/{process}/instances", json=sent, headers=headers)

    purpose, why = {"purpose": "Visa"}, {"why": "Batal"}
    meant = post(OFFICER, "surat_keterangan", answers=purpose, subject=COLLEAGUE)
    assert meant.status_code == 201
    assert (meant.json["subject"], meant.json["starter"], meant.json["about"]) == (COLLEAGUE, OFFICER, None)
    assert post(WATI, "surat_keterangan", answers=purpose, subject=COLLEAGUE).status_code == 403
    assert post(OFFICER, "surat_keterangan", answers=purpose, subject=NURSE).status_code == 403
    assert post(OFFICER, "surat_keterangan", answers=purpose, subject="nobody").status_code == 404
    assert post(OFFICER, "surat_keterangan", answers=purpose, subject=7).status_code == 422
    made = post(COLLEAGUE, "withdrawal", answers=why, about=meant.json["id"])
    assert (made.status_code, made.json["about"]) == (201, meant.json["id"])
    assert post(COLLEAGUE, "withdrawal", answers=why, about=meant.json["id"]).status_code == 409
    assert post(NURSE, "withdrawal", answers=why, about=meant.json["id"]).status_code == 404
    assert post(COLLEAGUE, "withdrawal", answers=why, about="x").status_code == 422
    assert post(COLLEAGUE, "withdrawal", answers=why).status_code == 404
