"""The main pages at four widths, in light and dark: pictures to look at, nothing scrolls sideways or is too faint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENSHOTS, People
from tests.browser.test_leave import OFFICER, SUPERIOR, WATI, decide, fill_in_leave, onward

WIDTHS = {320: 640, 360: 740, 768: 1024, 1280: 900}
"""Pixels, each with the height of such a screen."""
PICTURES = {
    "question": (360, "light"),
    "check": (360, "light"),
    "status": (360, "light"),
    "decision": (360, "light"),
    "home": (360, "dark"),
}
"""The pictures of the README; they are copied to `web/static/img` when they have been looked at."""
TO_THE_BUTTONS = """() => {
    document.getElementById('answer')?.scrollIntoView({block: 'center'});
    scrollBy(0, document.getElementById('answer') ? 90 : 0);
}"""
"""What a decision rests on is long: the picture shows its end, with the choices."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FAINT = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = e => {
        for (let at = e; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$|transparent|\\/ 0\\.|, 0\\./.test(colour)) return colour;
        }
        return getComputedStyle(document.body).backgroundColor;
    };
    return [...document.querySelectorAll('h1, h2, p, a, button, label, legend, dt, dd, th, td, li, summary')]
        .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .filter(e => !e.matches('.unseen, .skip, .unseen *'))
        .filter(e => {
            const [a, b] = [light(getComputedStyle(e).color), light(paper(e))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
        }).map(e => e.outerHTML.slice(0, 120));
}"""
"""Texts that stand out too little from what is behind them (WCAG 1.4.3), in the colours that are shown now."""


Scheme = Literal["light", "dark"]


class Album:
    """Takes pictures of a page at every width in one scheme, and notes what is wrong on them."""

    def __init__(self, folder: Path, scheme: Scheme) -> None:
        self._folder, self._scheme = folder, scheme
        self.wrong: list[str] = []
        folder.mkdir(exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        """The page as it stands, from the smallest phone to the desk."""
        page.wait_for_load_state()
        page.emulate_media(color_scheme=self._scheme)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate(SIDEWAYS) > 0:
                self.wrong.append(f"{name} scrolls sideways at {width}")
            page.screenshot(path=self._folder / f"{name}-{width}-{self._scheme}.png", full_page=True)
            if PICTURES.get(name) == (width, self._scheme):
                page.evaluate(TO_THE_BUTTONS)
                page.screenshot(path=self._folder / f"readme-{name}.png")
        self.wrong.extend(f"{name}, {self._scheme}: {html}" for html in page.evaluate(FAINT))


@pytest.fixture(params=["light", "dark"])
def album(request: pytest.FixtureRequest) -> Album:
    """Pictures in light and in dark, kept beside the tests."""
    return Album(SCREENSHOTS, request.param)


def test_ux_33_the_main_pages_read_well_at_every_width_in_light_and_dark(people: People, album: Album) -> None:
    take: Callable[[Page, str], None] = album.take
    wati = people.page(WATI)
    expect(wati.get_by_role("heading", name="Baru pertama kali di sini?")).to_be_visible()
    take(wati, "home-first")
    wati.get_by_role("button", name="Mengerti").click()
    expect(wati.get_by_role("heading", name="Baru pertama kali di sini?")).to_be_hidden()
    wati.goto("/start/leave")
    wati.get_by_label("Cuti tahunan", exact=True).check()
    onward(wati, "Lamanya cuti")
    wati.get_by_label("Hari pertama cuti").fill("7/12/2026")
    take(wati, "question")
    wati.get_by_role("button", name="Lanjut").click()
    expect(wati.get_by_role("alert")).to_be_visible()
    take(wati, "mistakes")
    fill_in_leave(wati)
    take(wati, "check")
    wati.get_by_role("button", name="Kirim permohonan cuti").click()
    expect(wati.get_by_role("heading", name="Apa selanjutnya")).to_be_visible()
    take(wati, "sent")
    wati.get_by_role("link", name="Lihat permohonan").click()
    expect(wati.get_by_text("Ada pada").first).to_be_visible()
    take(wati, "status")
    officer = people.page(OFFICER)
    officer.goto("/inbox")
    take(officer, "inbox")
    officer.goto("/help?page=inbox.show")
    take(officer, "help")
    decide(officer, "Periksa permohonan", "Lengkap dan sesuai catatan cuti")
    superior = people.page(SUPERIOR)
    superior.goto("/inbox")
    superior.get_by_role("link", name="Pertimbangkan cuti").click()
    expect(superior.get_by_role("heading", name="Pertimbangkan cuti")).to_be_visible()
    take(superior, "decision")
    wati.goto("/leave")
    take(wati, "leave")
    wati.goto("/requests")
    take(wati, "requests")
    wati.goto("/")
    take(wati, "home")
    assert album.wrong == []
