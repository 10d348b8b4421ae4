"""The calendar in a real browser: on a phone and at a desk, without scripts, for everybody."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.support import Office
from tests.workflows.leaves import leave, waiting_flow
from web.parts import Parts

KEEPER, OFFICER, WATI = "P029", "P092", "P097"


@pytest.fixture
def asked(parts: Parts) -> None:
    """Two people have asked for the week of the election."""
    office = Office(parts.database, parts.engine.services, parts.people, parts.clock())
    office.engine = parts.engine
    office.deploy(waiting_flow())
    leave(office, WATI, date(2026, 11, 16), date(2026, 11, 20))
    leave(office, "P096", date(2026, 11, 17), date(2026, 11, 20), approved=True)


def fill_in(page: Page) -> None:
    """Declare the day of the election, as far as the page that shows what it does."""
    page.goto("/calendar")
    page.get_by_role("link", name="Tambah hari").click()
    page.get_by_label("Tanggal").fill("18 Nov 2026")
    page.get_by_label("Hari libur nasional").check()
    page.get_by_label("Nama hari").fill("Pemilihan kepala daerah")
    page.get_by_label("Dasar").fill("Keppres 1/2026")
    page.get_by_label("Sudah, dengan keputusan").check()
    page.get_by_role("button", name="Lihat akibatnya").click()


@pytest.mark.usefixtures("asked")
def test_a_keeper_declares_a_day_on_a_phone_without_scripts(people: People, shoot: Shoot) -> None:
    page = people.page(KEEPER)
    fill_in(page)
    expect(page.get_by_text("2 permohonan cuti tahunan dihitung ulang")).to_be_visible()
    expect(page.get_by_text("5 → 4")).to_be_visible()
    shoot(page, "calendar-check")
    page.get_by_role("button", name="Simpan perubahan kalender").click()
    expect(page.get_by_text("2 dari 2 permohonan selesai dihitung")).to_be_visible()
    shoot(page, "calendar-change")
    reader = people.page(WATI)
    reader.goto("/calendar")
    expect(reader.get_by_text("Pemilihan kepala daerah").first).to_be_visible()
    shoot(reader, "calendar-read")


def test_back_from_the_check_page_finds_what_was_typed(people: People) -> None:
    page = people.page(KEEPER)
    fill_in(page)
    page.get_by_role("link", name="Kembali").click()
    expect(page.get_by_label("Nama hari")).to_have_value("Pemilihan kepala daerah")
    expect(page.get_by_label("Hari libur nasional")).to_be_checked()


def test_a_roster_asks_only_for_what_its_way_needs(people: People, shoot: Shoot) -> None:
    page = people.page(OFFICER)
    page.goto("/calendar/units/DISKOMINFO/rosters/new")
    shoot(page, "calendar-roster")
    page.get_by_label("Pola berulang").check()
    expect(page.get_by_label("Hari masuk berturut-turut")).to_be_visible()
    expect(page.get_by_label("Daftar NIP dan tanggal")).to_be_hidden()
    page.get_by_label("Daftar hari untuk tiap orang").check()
    expect(page.get_by_label("Hari masuk berturut-turut")).to_be_hidden()
    expect(page.get_by_label("Daftar NIP dan tanggal")).to_be_visible()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("size", "language"), [(PHONE, "id"), (DESK, "id"), (PHONE, "en")])
def test_every_page_of_the_calendar_is_for_everybody(
    people: People, size: tuple[int, int], language: str, shoot: Shoot
) -> None:
    page = people.page(KEEPER, size, scripts=True)
    fill_in(page)
    page.get_by_role("button", name="Simpan perubahan kalender").click()
    changed = page.url
    page.context.add_cookies([{"name": "alur_language", "value": language, "url": people.server.url}])
    query = "kind=public&name=Pilkada&source=Keppres&confirmed=yes"
    pages = {
        "year": "/calendar",
        "unit-year": "/calendar?unit=SMPN1&year=2027",
        "day": "/calendar/days/new?unit=*",
        "day-change": "/calendar/days/new?unit=*&day=2026-11-18",
        "mistakes": f"/calendar/days/check?unit=*&date=31/2/2026&{query}",
        "check": f"/calendar/days/check?unit=*&date=19/11/2026&{query}",
        "withdraw": "/calendar/days/withdraw?unit=*&day=2026-11-18",
        "fill": "/calendar/fill?year=2028",
        "full": "/calendar/fill?year=2026",
        "confirm": "/calendar/confirm?year=2027",
        "units": "/calendar/units",
        "unit": "/calendar/units/DINKES",
        "week": "/calendar/units/DINKES/week?week=6&first=1/12/2026",
        "roster-new": "/calendar/units/DINKES/rosters/new",
        "changes": "/calendar/changes",
        "change": changed,
    }
    complaints = {}
    for name, path in pages.items():
        page.goto(path)
        found = axe_complaints(page) + shape_complaints(page, language)
        complaints[name] = found + (size_complaints(page) if size == PHONE else [])
        if language == "id":
            shoot(page, f"calendar-{name}")
            page.set_viewport_size({"width": size[0], "height": size[1]})
    assert {name: found for name, found in complaints.items() if found} == {}
