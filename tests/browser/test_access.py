"""Every page for everybody: axe finds nothing, nothing scrolls sideways, targets are large enough to hit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, PHONE, People
from tests.browser.test_leave import HEAD, OFFICER, SUPERIOR, WATI, ask_for_leave, decide, fill_in_leave

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
LOW_TARGETS = """[...document.querySelectorAll('button, .button, main input:not([type=hidden]), select, nav a')]
    .filter(e => e.offsetParent && !['radio', 'checkbox'].includes(e.type) && e.getBoundingClientRect().height < 43.5)
    .map(e => e.outerHTML.slice(0, 80))"""
SMALL_TEXT = """[...document.querySelectorAll('body :not(svg, svg *)')]
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 80))"""
PROCESS_OWNER = "P026"


def tour(people: People) -> Iterator[tuple[Page, str | None]]:
    """Every page there is, each in the browser of somebody who may see it."""
    stranger = people.page(None, PHONE, scripts=True)
    for path in ("/sign-in", "/nothing-here"):
        yield stranger, path
    wati = people.page(WATI, PHONE, scripts=True)
    for path in ("/", "/inbox", "/requests", "/notices", "/account", "/account/password", "/start/leave"):
        yield wati, path
    fill_in_leave(wati)
    yield wati, wati.url
    request = ask_for_leave(wati)
    for path in (request, f"{request}/sent", "/", "/requests"):
        yield wati, path
    officer = people.page(OFFICER, PHONE, scripts=True)
    yield officer, "/inbox"
    officer.locator("tbody a").click()
    yield officer, officer.url
    officer.locator("main form").last.get_by_role("button").click()
    yield officer, None
    decide(officer, "Periksa permohonan", "Lengkap dan sesuai catatan cuti")
    decide(people.page(SUPERIOR), "Pertimbangkan cuti", "Disetujui")
    decide(people.page(HEAD), "Putuskan cuti", "Disetujui")
    yield wati, request
    yield wati, "/notices"
    owner = people.page(PROCESS_OWNER, PHONE, scripts=True)
    for path in ("/processes", "/incidents", "/processes/1", "/processes/1/verdict"):
        yield owner, path


def visited(people: People, language: str) -> Iterator[tuple[Page, str]]:
    """The tour in a language; a page that only a form leads to is judged as it stands, in Indonesian."""
    for page, path in tour(people):
        if path and language == "en":
            page.context.add_cookies([{"name": "alur_language", "value": "en", "url": people.server.url}])
        if path:
            page.goto(path)
        yield page, language if path else "id"
        page.context.clear_cookies(name="alur_language")


def axe_complaints(page: Page) -> list[str]:
    """What the accessibility rules find on a page, once all of it is there: a click returns when it begins."""
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def shape_complaints(page: Page, language: str) -> list[str]:
    """What is wrong with the page's heading, title or language."""
    complaints = []
    if page.locator("h1").count() != 1:
        complaints.append("not exactly one h1")
    if not page.title().endswith(" · Alur"):
        complaints.append(f"title {page.title()!r}")
    if page.locator("html").get_attribute("lang") != language:
        complaints.append("another language than chosen")
    return complaints


def size_complaints(page: Page) -> list[str]:
    """Targets that are hard to hit, text that is hard to read, and scrolling sideways on a narrow phone."""
    low = [f"low target {html}" for html in page.evaluate(LOW_TARGETS)]
    small = [f"small text {html}" for html in page.evaluate(SMALL_TEXT)]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return low + small + ([f"{width} pixels wide"] if width > NARROW[0] else [])


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_for_everybody(people: People, language: str) -> None:
    complaints = {}
    for page, spoken in visited(people, language):
        found = axe_complaints(page) + shape_complaints(page, spoken) + size_complaints(page)
        complaints[page.url] = complaints.get(page.url, []) + found
    assert {url: found for url, found in complaints.items() if found} == {}


def test_no_page_asks_any_other_host_or_breaks_its_own_policy(people: People) -> None:
    asked, complaints = set(), []
    page = people.page(None, PHONE)
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/sign-in", "/nothing-here"):
        page.goto(path)
    assert asked == {people.server.url.split("/")[2]}
    assert [text for text in complaints if "404" not in text] == []
