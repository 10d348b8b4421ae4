"""Signing in at a real browser: a password may be pasted and looked at, and nobody has to solve a puzzle."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, People
from web.accounts import DEMO_PASSWORD
from workflows import demo_people

WATI = next(person for person in demo_people() if person.person == "P097")


def paste(page: Page, label: str, words: str) -> None:
    """Put words into a field as from the clipboard of a password store."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.insert_text(words)


def test_ux_36_a_password_may_be_pasted_and_looked_at_and_a_nip_has_spaces(people: People) -> None:
    page = people.page(None, PHONE, strict=True)
    page.goto("/sign-in")
    password = page.get_by_label("Kata sandi", exact=True)
    paste(page, "NIP", f"{WATI.nip[:8]} {WATI.nip[8:14]} {WATI.nip[14]} {WATI.nip[15:]}")
    paste(page, "Kata sandi", DEMO_PASSWORD)
    expect(password).to_have_attribute("type", "password")
    page.get_by_role("button", name="Tampilkan kata sandi").click()
    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_value(DEMO_PASSWORD)
    expect(password).to_be_focused()
    page.get_by_role("button", name="Sembunyikan kata sandi").click()
    expect(password).to_have_attribute("type", "password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(WATI.name)


def test_ux_36_without_scripts_nothing_is_offered_that_does_not_work(people: People) -> None:
    page = people.page(None)
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Tampilkan kata sandi")).to_be_hidden()
    assert page.locator("main input").evaluate_all("all => all.map(e => e.name)") == ["csrf_token", "nip", "password"]
