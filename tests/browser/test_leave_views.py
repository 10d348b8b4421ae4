"""The pages about leave in a real browser: on a phone and at a desk, with the keyboard, printed, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.browser.test_leave import HEAD, OFFICER, SUPERIOR, WATI, ask_for_leave, decide
from web.parts import Parts
from workflows.leave.model import LeaveRequest

VERIFIER, PEER = "P029", "P096"
ABSENCES = (
    ("P100", "sick", "2026-12-08", "2026-12-11", "approved"),
    ("P099", "long", "2026-11-16", "2027-02-15", "approved"),
    ("P095", "annual", "2026-12-09", "2026-12-09", "reserved"),
    ("P098", "maternity", "2026-10-01", "2026-12-31", "approved"),
    ("P102", "important", "2026-12-21", "2026-12-23", "approved"),
)


@pytest.fixture
def absences(parts: Parts) -> None:
    """Some colleagues of Wati who are away in December, or ask to be."""
    rows = [
        LeaveRequest(
            instance=uuid4(),
            person=person,
            type=type,
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            days=3,
            abroad=False,
            changed=False,
            status=status,
        )
        for person, type, first, last, status in ABSENCES
    ]
    parts.database.command(lambda session: session.add_all(rows))


def tour(people: People, size: tuple[int, int]) -> Iterator[tuple[Page, str | None]]:
    """The pages about leave, each in the browser of those who see different things."""
    wati = people.page(WATI, size, scripts=True)
    ask_for_leave(wati)
    for path in ("/", "/leave", "/leave?on=1/10/2026", "/leave?on=kemarin", "/leave/calendar?month=2026-12"):
        yield wati, path
    officer = people.page(OFFICER, size, scripts=True)
    officer.goto("/inbox")
    yield officer, officer.locator("tbody a").first.get_attribute("href")
    for path in (
        f"/leave/people/{WATI}",
        "/leave/calendar?month=2026-12",
        "/leave/balances",
        "/leave/recap?month=2026-12",
    ):
        yield officer, path
    officer.goto("/leave/people")
    officer.get_by_label("Awal NIP atau nama").fill("w")
    officer.get_by_role("button", name="Cari").click()
    yield officer, None
    verifier = people.page(VERIFIER, size, scripts=True)
    for path in (
        "/leave/balances?sort=left&down=1",
        "/leave/calendar?unit=SMPN1",
        "/leave/year",
        "/leave/year?year=2025",
    ):
        yield verifier, path
    yield verifier, "/leave/year/2025/undo"


@pytest.mark.usefixtures("absences")
@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_about_leave_is_for_everybody(people: People, language: str, size: tuple[int, int]) -> None:
    complaints: dict[str, list[str]] = {}
    for page, path in tour(people, size):
        spoken = language if path else "id"
        if spoken == "en":
            page.context.add_cookies([{"name": "alur_language", "value": "en", "url": people.server.url}])
        if path:
            page.goto(path)
        found = axe_complaints(page) + shape_complaints(page, spoken) + size_complaints(page)
        complaints[page.url] = complaints.get(page.url, []) + found
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.context.clear_cookies(name="alur_language")
    assert {url: found for url, found in complaints.items() if found} == {}


@pytest.mark.usefixtures("absences")
def test_the_month_is_a_list_on_a_phone_and_a_table_at_a_desk(people: People) -> None:
    officer = people.page(OFFICER, PHONE)
    officer.goto("/leave/calendar?month=2026-12")
    expect(officer.get_by_role("heading", name="Siapa tidak hadir")).to_be_visible()
    expect(officer.locator("table.plan")).to_be_hidden()
    officer.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    expect(officer.locator("table.plan")).to_be_visible()
    expect(officer.get_by_role("heading", name="Siapa tidak hadir")).to_be_hidden()
    assert officer.evaluate("document.documentElement.scrollWidth") <= DESK[0]


@pytest.mark.usefixtures("absences")
def test_months_are_turned_with_the_keyboard(people: People) -> None:
    officer = people.page(OFFICER, DESK)
    officer.goto("/leave/calendar?month=2026-12")
    officer.get_by_role("link", name="November 2026").focus()
    officer.keyboard.press("Tab")
    expect(officer.get_by_role("link", name="Januari 2027")).to_be_focused()
    officer.keyboard.press("Tab")
    expect(officer.get_by_role("region", name="Siapa tidak hadir, menurut hari")).to_be_focused()
    officer.get_by_role("link", name="Januari 2027").press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_have_text("Kalender unit: Januari 2027")


@pytest.mark.usefixtures("absences")
def test_a_report_is_printed_without_what_only_a_screen_needs(people: People) -> None:
    officer = people.page(OFFICER, PHONE)
    for path in ("/leave/calendar?month=2026-12", "/leave/balances"):
        officer.goto(path)
        officer.emulate_media(media="print")
        expect(officer.locator("main table").first).to_be_visible()
        for unwanted in ("nav.menu", "nav.tabs", "form.filters", "nav.pager", "footer"):
            assert not any(place.is_visible() for place in officer.locator(unwanted).all()), unwanted
        officer.emulate_media(media="screen")


@pytest.mark.usefixtures("absences")
def test_pictures_of_the_pages_about_leave(people: People, shoot: Shoot) -> None:
    wati, officer, verifier = people.page(WATI), people.page(OFFICER), people.page(VERIFIER)
    ask_for_leave(wati)
    decide(officer, "Periksa permohonan", "Lengkap dan sesuai catatan cuti")
    superior = people.page(SUPERIOR)
    superior.goto("/inbox")
    superior.get_by_role("link", name="Pertimbangkan cuti").click()
    shoot(superior, "leave-card")
    decide(superior, "Pertimbangkan cuti", "Setujui")
    decide(people.page(HEAD), "Putuskan cuti", "Setujui")
    views = (
        (wati, "/", "leave-home"),
        (wati, "/leave?on=1/10/2026", "leave-mine"),
        (people.page(PEER), "/leave/calendar?month=2026-12", "leave-calendar-peer"),
        (officer, "/leave/calendar?month=2026-12", "leave-calendar"),
        (officer, "/leave/balances", "leave-balances"),
        (officer, "/leave/recap?month=2026-12", "leave-recap"),
        (verifier, "/leave/year?year=2025", "leave-year"),
    )
    for page, path, name in views:
        page.goto(path)
        shoot(page, name)
    officer.emulate_media(color_scheme="dark")
    officer.goto("/leave/calendar?month=2026-12")
    shoot(officer, "leave-calendar-dark")
