"""One's own data on a phone and a desk: who saw them, the file of all of them, and what the privacy officer holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from engine.db import Instance
from engine.errors import Text
from tests.browser.conftest import PHONE, People, Shoot
from tests.conftest import Clock
from tests.web.test_keeping import case, ended_with_its_date, sick
from web.parts import Parts
from workflows.record import looking

__all__ = ["case", "sick"]

WATI, KEEPER, OFFICER = "P097", "P006", "P092"


@pytest.fixture
def seen(parts: Parts, clock: Clock) -> None:
    """Two people have looked at Wati's data, one of them at much of them."""

    def look(session: Any) -> None:
        officer = parts.people.actor(session, OFFICER, clock())
        unit = Text("Petugas kepegawaian unit", "Personnel officer of the unit")
        looking.note(session, officer, WATI, "identity", unit, clock(), reason="Mencocokkan NIK dengan KTP yang baru")
        for history in ("bank", "contact", "spouse", "child"):
            looking.note(session, officer, WATI, history, unit, clock())
        verifier = parts.people.actor(session, "P025", clock())
        what = Text("Verifikator BKPSDM", "BKPSDM verifier")
        looking.note(session, verifier, WATI, "identity", what, clock())

    parts.database.command(look)


def test_people_see_who_looked_and_take_their_data_home(
    people: People, seen: None, shoot: Shoot, tmp_path: Path
) -> None:
    wati = people.page(WATI, PHONE)
    wati.goto("/data")
    wati.get_by_role("link", name="Siapa melihat data saya").first.click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Siapa melihat data saya")
    expect(wati.get_by_text("Alasan: Mencocokkan NIK dengan KTP yang baru")).to_be_visible()
    shoot(wati, "data-seen")
    wati.get_by_role("link", name="Unduh data saya").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Unduh data saya")
    shoot(wati, "data-export")
    with wati.expect_download() as download:
        wati.get_by_role("button", name="Unduh data saya").click()
    download.value.save_as(tmp_path / "data.json")
    data = json.loads((tmp_path / "data.json").read_text("utf-8"))
    assert data["person"]["id"] == WATI
    assert len(data["views"]) == 6


def test_the_privacy_officer_holds_what_a_case_needs(
    people: People, sick: Parts, case: UUID, clock: Clock, shoot: Shoot
) -> None:
    ended_with_its_date(sick, clock)
    with sick.database.reads() as session:
        reference = session.get_one(Instance, case).reference
    clock.at = clock.at.replace(year=2031, month=11, day=3)
    keeper = people.page(KEEPER, PHONE)
    keeper.goto("/privacy/retention")
    keeper.get_by_text("Tahan permohonan", exact=True).click()
    keeper.get_by_role("button", name="Tahan").click()
    expect(keeper.get_by_role("alert")).to_contain_text("Periksa lagi")
    keeper.get_by_label("NIP pegawai atau nomor permohonan").fill(reference)
    keeper.get_by_label("Alasan").fill("Perkara 12/G/2031")
    keeper.get_by_role("button", name="Tahan").click()
    expect(keeper.get_by_role("status")).to_contain_text("Permohonan ditahan")
    shoot(keeper, "retention")
    keeper.get_by_text("Akhiri penahanan").first.click()
    keeper.get_by_role("button", name="Ya, akhiri penahanan").click()
    expect(keeper.get_by_text("Tidak ada yang ditahan")).to_be_visible()
