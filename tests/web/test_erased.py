"""What is left of leave whose content was erased, on every page; and the page of the privacy officer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from engine.db import Document, Instance
from engine.errors import Conflict
from tests.conftest import Clock
from tests.leftovers import places
from tests.web import leaves
from tests.web.conftest import Visit
from tests.web.proposals import BPJS, judge, propose
from tests.web.test_keeping import (
    HEAD,
    KEEPER,
    OFFICER,
    SECRET,
    WATI,
    case,
    ended_with_its_date,
    erase,
    sick,
    worked,
)
from tests.web.test_own_data import downloaded
from web.parts import Parts
from workflows import demo_people
from workflows.leave.model import LeaveRequest

__all__ = ["case", "sick"]


@pytest.fixture
def kind() -> str:
    """What differs between the kinds of database is tested beside this."""
    return "sqlite"


@pytest.fixture
def granted(parts: Parts, clock: Clock) -> UUID:
    """Annual leave that was granted for a reason, with a letter that is made."""
    leaves.to_decide(parts, WATI, reason=SECRET, address=f"Jalan {SECRET} 1")
    with parts.database.reads() as session:
        instance = session.scalars(select(Instance.id).where(Instance.subject == WATI)).one()
    task = leaves.task_of(parts, instance)

    def decide(session: Any) -> None:
        holder = parts.people.people_of(session, task.principal, clock())[0]
        parts.engine.decide(
            session, task.id, parts.people.actor(session, holder, clock()), {"outcome": "approve"}, now=clock()
        )

    parts.database.command(decide)
    return instance


def test_leave_is_not_erased_before_its_letter_is_made(granted: UUID, parts: Parts) -> None:
    with pytest.raises(Conflict, match="letter"):
        erase(parts, granted)


@pytest.fixture
def gone(granted: UUID, parts: Parts, clock: Clock) -> UUID:
    """That leave, with its letter, erased."""
    clock.forward(days=2)
    worked(parts)
    assert places(parts.database, SECRET)
    erase(parts, granted)
    return granted


def test_erased_leave_keeps_its_days_in_the_ledger_and_nothing_of_its_reason(gone: UUID, parts: Parts) -> None:
    assert places(parts.database, SECRET) == set()
    with parts.database.reads() as session:
        assert session.get_one(LeaveRequest, gone).days == 2


@pytest.mark.parametrize("person", [WATI, OFFICER, HEAD, "P012"])
def test_every_page_about_it_still_opens_after_an_erasure(gone: UUID, visit: Visit, person: str) -> None:
    reader = visit(person)
    page = reader.open(f"/requests/{gone}")
    assert "Isi permohonan ini sudah dihapus" in page.text
    assert "Tidak diisi" not in page.text
    targets = {str(link["href"]) for link in page.main.select("a[href]")}
    for path in sorted(each for each in targets if each.startswith("/")):
        answer = reader.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert SECRET not in answer.get_data(as_text=True)


def test_lists_pages_of_letters_and_forms_still_open_after_an_erasure(gone: UUID, visit: Visit) -> None:
    for person, path in (
        (WATI, "/requests"),
        (WATI, "/leave"),
        (OFFICER, "/letters?status=made"),
        (OFFICER, "/letters"),
    ):
        page = visit(person).open(path)
        assert page.answer.status_code == 200, path
        assert SECRET not in page.text


def test_the_api_tells_of_an_erased_request_too(gone: UUID, app: Flask, token_of: Any) -> None:
    client = app.test_client(use_cookies=False)
    answer = client.get(f"/api/v1/instances/{gone}", headers={"Authorization": f"Bearer {token_of(WATI)}"})
    assert answer.get_json()["timeline"][-1]["kind"] == "erased"
    assert SECRET not in answer.get_data(as_text=True)


def test_the_privacy_officer_holds_a_request_and_ends_it_again(
    sick: Parts, case: UUID, visit: Visit, clock: Clock
) -> None:
    ended_with_its_date(sick, clock)
    keeper = visit(KEEPER).open("/privacy/retention")
    assert "Tidak ada yang ditahan" in keeper.text
    keeper.send({"who": "0", "reason": ""}, to="/hold")
    assert keeper.answer.status_code == 422
    assert "Periksa lagi" in keeper.text
    with sick.database.reads() as session:
        number = session.get_one(Instance, case).reference
    keeper.open("/privacy/retention").send({"who": number.lower(), "reason": "Perkara 12"}, to="/hold")
    assert "Permohonan ditahan" in keeper.text
    assert number in keeper.text
    keeper.send(to="/lift")
    assert "Penahanan diakhiri" in keeper.text
    assert number not in keeper.text
    nip = next(person.nip for person in demo_people() if person.person == WATI)
    keeper.send({"who": f"{nip[:8]} {nip[8:]}", "reason": "Perkara 13"}, to="/hold")
    assert "semua permohonan" in keeper.text


def test_what_is_erased_soon_is_listed_by_day(sick: Parts, case: UUID, visit: Visit, clock: Clock) -> None:
    ended_with_its_date(sick, clock)
    clock.at = clock.at.replace(year=2031, month=11, day=3)
    rows = visit(KEEPER).open("/privacy/retention").main.select("table tbody tr")
    assert [" ".join(row.get_text().split()) for row in rows] == ["31 Des 2031 Permohonan: Izin sakit Berkas: 1"]


@pytest.mark.parametrize("person", [WATI, OFFICER, "P012", "P026", "P025"])
def test_the_page_of_retention_is_the_privacy_officers_alone(parts: Parts, visit: Visit, person: str) -> None:
    reader = visit(person)
    assert reader.client.get("/privacy/retention").status_code == 404


def test_the_request_says_until_when_its_files_are_kept(sick: Parts, case: UUID, visit: Visit, clock: Clock) -> None:
    ended_with_its_date(sick, clock)
    assert "disimpan sampai 31 Des 2031" in visit(WATI).open(f"/requests/{case}").text
    sick.database.command(lambda session: session.execute(update(Document).values(keep_until=date(2026, 11, 1))))
    clock.forward(minutes=5)
    worked(sick)
    page = visit(WATI).open(f"/requests/{case}").text
    assert "Berkas dihapus" in page
    assert "Masa simpannya sudah habis" in page
    assert "disimpan sampai" not in page


def test_the_pages_of_an_erased_change_of_data_still_open(parts: Parts, visit: Visit) -> None:
    instance = propose(parts)
    judge(parts, instance, "ok", "refuse")
    judge(parts, instance, "ok", "ok")
    erase(parts, instance, record=True)
    assert places(parts.database, "Foto tidak terbaca") == set()
    for person in (WATI, OFFICER, "P012"):
        page = visit(person).open(f"/requests/{instance}")
        assert page.answer.status_code == 200
        assert "Isi permohonan ini sudah dihapus" in page.text
        assert BPJS not in page.text
    for path in ("/data", "/data/child", "/data/identity", "/data/seen"):
        assert visit(WATI).open(path).answer.status_code == 200, path
    assert downloaded(visit(WATI))["proposals"][0]["changes"][0]["new"] == {}
