"""Letters in a real browser: the pages are for everybody, and the official form is one sheet of paper."""

from __future__ import annotations

import io
from uuid import UUID

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, PHONE, People
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.conftest import Clock
from tests.web.test_letters import OFFICER, WATI, approved, letter_of, works
from web.parts import Parts


@pytest.fixture
def instance(parts: Parts, clock: Clock) -> UUID:
    """A leave whose letter is made."""
    made = approved(parts)
    clock.forward(minutes=15)
    works(parts)
    return made


def complaints(page: Page) -> list[str]:
    return axe_complaints(page) + shape_complaints(page, "id") + size_complaints(page)


def test_the_pages_of_letters_are_for_everybody(people: People, parts: Parts, instance: UUID) -> None:
    letter, found = letter_of(parts, instance), {}
    visits = {
        None: ("/surat", f"/surat/{letter.code}", "/surat/0000"),
        OFFICER: ("/letters", f"/letters/{letter.id}", "/letters/numbers", "/letters?status=signed"),
        WATI: (f"/requests/{instance}",),
    }
    for person, paths in visits.items():
        page = people.page(person, PHONE, scripts=True)
        for path in paths:
            page.goto(path)
            if wrong := complaints(page):
                found[path] = wrong
    assert found == {}


def test_the_public_page_reads_well_on_the_smallest_phone(people: People, parts: Parts, instance: UUID) -> None:
    page = people.page(None, NARROW)
    page.goto(f"/surat/{letter_of(parts, instance).code}")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    expect(page.get_by_role("heading", name="Menunggu tanda tangan")).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize("paper", ["A4", {"width": "215mm", "height": "330mm"}], ids=["A4", "F4"])
def test_the_official_form_is_one_sheet(people: People, instance: UUID, paper: str | dict[str, str]) -> None:
    page = people.page(WATI)
    size = {"format": paper} if isinstance(paper, str) else paper
    for path in (f"/requests/{instance}/form", "/leave/forms/pns", "/leave/forms/pppk"):
        page.goto(path)
        with pikepdf.open(io.BytesIO(page.pdf(**size))) as printed:  # type: ignore[arg-type]  # one of its two ways
            assert len(printed.pages) == 1, path


def test_the_official_form_is_read_aloud_in_order(people: People, instance: UUID) -> None:
    page = people.page(WATI, PHONE, scripts=True)
    for path in (f"/requests/{instance}/form", "/leave/forms/pppk"):
        page.goto(path)
        assert axe_complaints(page) == []
