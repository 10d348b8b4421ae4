"""The real server on a demo installation, and people at real browsers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from waitress.server import create_server

from tests.conftest import Clock
from web.accounts import DEMO_PASSWORD
from web.server import end
from workflows import demo_people

PHONE, NARROW, DESK = (360, 740), (320, 640), (1280, 900)
SCREENSHOTS = Path(__file__).parent / "screenshots"

expect.set_options(timeout=20_000)  # a busy machine is slow; a page that is wrong stays wrong


@pytest.fixture(autouse=True)
def whole_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A click that leads to another page is over when that page is whole, so that no test asks half a page."""
    click = Locator.click

    def click_and_arrive(self: Locator, **options: Any) -> None:
        click(self, **options)
        self.page.wait_for_load_state("domcontentloaded")

    monkeypatch.setattr(Locator, "click", click_and_arrive)


@dataclass(frozen=True)
class Server:
    """The address of the server, and the clock it goes by."""

    url: str
    clock: Clock


@pytest.fixture
def kind() -> str:
    """The demo runs on SQLite; what PostgreSQL does is tested without a browser."""
    return "sqlite"


@pytest.fixture
def server(app: object, clock: Clock) -> Iterator[Server]:
    """The application behind waitress on a free port."""
    running = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    yield Server(f"http://127.0.0.1:{running.effective_port}", clock)
    end(running)
    thread.join(timeout=10)


@dataclass
class People:
    """Opens browsers for the people of the demo."""

    browser: Browser
    server: Server
    contexts: list[BrowserContext]

    def page(
        self,
        person: str | None,
        size: tuple[int, int] = PHONE,
        *,
        scripts: bool = False,
        strict: bool = False,
        worker: bool = False,
    ) -> Page:
        """A page of a new browser; the person has signed in through the sign-in page.

        ``strict``: with scripts, and the pages' own policy holds. ``worker``: with the service worker, too.
        """
        context = self.browser.new_context(
            base_url=self.server.url,
            viewport={"width": size[0], "height": size[1]},
            locale="id-ID",
            java_script_enabled=scripts or strict,
            bypass_csp=scripts,  # only for axe, which a test brings into the page
            service_workers="allow" if worker else "block",
        )
        self.contexts.append(context)
        page = context.new_page()
        if person is not None:
            sign_in(page, person)
        return page


def sign_in(page: Page, person: str) -> None:
    """Type NIP and password as on the day's first visit."""
    page.goto("/sign-in")
    page.get_by_label("NIP").fill(next(p.nip for p in demo_people() if p.person == person))
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Masuk").click()


@pytest.fixture
def people(browser: Browser, server: Server) -> Iterator[People]:
    """Browsers without scripts, as the pages must work in."""
    made = People(browser, server, [])
    yield made
    for context in made.contexts:
        context.close()


Shoot = Callable[[Page, str], None]


@pytest.fixture
def shoot() -> Shoot:
    """Keep pictures of a page beside the tests, to look at: on a phone and at a desk."""

    def taken(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.wait_for_load_state()
        for device, (width, height) in (("phone", PHONE), ("desk", DESK)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=SCREENSHOTS / f"{name}-{device}.png", full_page=True)

    return taken
