"""The first view of pages in a real browser on a slow line: what it fetches is judged, when it is seen measured."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import PHONE, SCREENSHOTS, People
from tests.browser.test_leave import OFFICER, WATI

LINE = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s with 300 ms there and back (DESIGN.md)."""
MOST_BYTES, MOST_REQUESTS = 20_000, 6
PAINT = """() => new Promise(seen => {
    const first = list => list.find(entry => entry.name === 'first-contentful-paint');
    new PerformanceObserver((list, watching) => {
        const entry = first(list.getEntries());
        if (entry) { watching.disconnect(); seen(Math.round(entry.startTime)); }
    }).observe({type: 'paint', buffered: true});
})"""
"""Milliseconds from the click to the first words on the screen."""


@dataclass
class Fetched:
    """What a browser fetches over the line, as it was on the line."""

    session: CDPSession
    asked: list[str] = field(default_factory=list)
    bytes: float = 0

    def begin(self) -> None:
        """Watch, slow the line down, and take nothing from the cache or the service worker."""
        self.session.on("Network.requestWillBeSent", lambda event: self.asked.append(event["request"]["url"]))
        self.session.on("Network.loadingFinished", self._finished)
        for method, given in (
            ("Network.enable", {}),
            ("Network.setCacheDisabled", {"cacheDisabled": True}),
            ("Network.setBypassServiceWorker", {"bypass": True}),
            ("Network.emulateNetworkConditions", LINE),
        ):
            self.session.send(method, given)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


def first_view(page: Page, path: str) -> tuple[Fetched, int]:
    """Open a page as if for the first time; what was fetched until it was there, and when it was seen."""
    fetched = Fetched(page.context.new_cdp_session(page))
    fetched.begin()
    page.goto(path)
    seen = page.evaluate(PAINT)
    fetched.session.detach()
    return fetched, seen


def test_ux_28_on_a_slow_line_a_first_view_is_few_bytes_and_from_one_host(people: People) -> None:
    wati, officer = people.page(WATI, PHONE, strict=True), people.page(OFFICER, PHONE, strict=True)
    stranger = people.page(None, PHONE, strict=True)
    complaints, told = [], []
    visits = ((stranger, "/sign-in"), (wati, "/"), (wati, "/start/leave"), (wati, "/leave"), (officer, "/inbox"))
    for page, path in visits:
        page.wait_for_load_state()
        fetched, seen = first_view(page, path)
        told.append(f"{path}: {len(fetched.asked)} requests, {fetched.bytes:.0f} bytes, first words after {seen} ms")
        if len(fetched.asked) > MOST_REQUESTS or fetched.bytes > MOST_BYTES:
            complaints.append(told[-1])
        complaints.extend(url for url in fetched.asked if not url.startswith((people.server.url, "data:")))
    SCREENSHOTS.mkdir(exist_ok=True)
    (SCREENSHOTS / "first-view.txt").write_text("\n".join([*told, ""]))
    sys.stdout.write("\n".join(["", *told, ""]))
    assert complaints == []
