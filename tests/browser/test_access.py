"""Every page for everybody, in both languages: axe finds nothing, nothing scrolls sideways, targets are easy to hit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.db import Task
from tests.browser.conftest import NARROW, PHONE, People
from tests.browser.test_data import add_course, prove
from tests.browser.test_leave import OFFICER, WATI, ask_for_leave, fill_in_leave
from tests.conftest import Clock
from tests.web.leaves import HEAD, to_decide
from tests.web.test_acting import DECREE, POST, acts
from tests.web.test_letters import approved, works
from tests.web.test_privacy import in_register
from tests.web.visitor import Visitor
from web.i18n import LANGUAGES
from web.parts import Parts
from workflows.letters.model import Letter

PROCESS_OWNER, VERIFIER, PRIVACY_OFFICER = "P026", "P029", "P006"
RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
LOW_TARGETS = """[...document.querySelectorAll('button, .button, main input:not([type=hidden]), select, nav a')]
    .filter(e => e.checkVisibility() && !['radio', 'checkbox'].includes(e.type)
        && e.getBoundingClientRect().height < 43.5)
    .map(e => e.outerHTML.slice(0, 80))"""
SMALL_TEXT = """[...document.querySelectorAll('body :not(svg, svg *)')]
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 80))"""
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"

FILES = frozenset(
    {
        "documents.show",
        "letters.document",
        "leave_reports.balances_file",
        "leave_reports.recap_file",
        "studio.export",
        "offline.worker",
        "offline.manifest",
        "offline.token",
        "offline.forms",
        "overdue.file",
        "record_import.sheet",
        "record_import.workbook",
        "synchronising.file",
        "static",
    }
)
"""Addresses that give no page: files, and what scripts ask for."""
LEADING_ON = frozenset({"i18n.choose", "helpdesk.start", "inbox.following", "data.start"})
"""Addresses that lead to another page."""
OF_CALENDAR = frozenset(
    {
        "calendar.check",
        "calendar.confirm",
        "calendar.fill",
        "calendar.form",
        "calendar.withdraw",
        "calendar_changes.index",
        "calendar_changes.show",
        "calendar_units.check",
    }
)
"""Pages that `test_calendar` opens one by one, in both languages."""
ON_PAPER = frozenset({"papers.blank", "papers.filled"})
"""Pages that are an official form, in the letters of the form."""
IN_INDONESIAN = ON_PAPER | {"offline.lost"}
"""Pages whose language does not follow the reader: what is printed, and what the phone keeps in both."""


@dataclass
class Tour:
    """Walks through the pages; ``met`` are the endpoints it has been at, ``wrong`` what is wrong by address."""

    app: Flask
    base: str
    met: set[str] = field(default_factory=set)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, set[str]] = field(default_factory=dict)

    def endpoint(self, address: str) -> str | None:
        """What answers at an address of ours; None for any other."""
        parts = urlsplit(address)
        if parts.scheme not in {"", "http"} or (parts.netloc and parts.netloc not in self.base) or not parts.path:
            return None
        try:
            return str(self.app.url_map.bind("localhost").match(parts.path)[0])
        except (HTTPException, RequestRedirect):
            return None

    def look(self, page: Page, language: str = "id") -> None:
        """Judge the page as it stands."""
        page.wait_for_load_state()
        endpoint = self.endpoint(page.url) or "error"
        self.met.add(endpoint)
        self.titles.setdefault(page.title(), set()).add(endpoint)
        found = axe_complaints(page) + shape_complaints(page, "id" if endpoint in IN_INDONESIAN else language)
        found += size_complaints(page, printed=endpoint in ON_PAPER)
        if found:
            self.wrong[f"{page.url} ({language})"] = found

    def open(self, page: Page, path: str) -> None:
        """Open a page in each language and judge it; it then stands there in Indonesian."""
        for language in reversed(LANGUAGES):
            speak(page, language, self.base)
            answer = page.goto(path)
            self.look(page, language)
            if answer is None or answer.status >= 500:
                self.wrong[path] = ["fails"]
        page.context.clear_cookies(name="alur_language")

    def crawl(self, page: Page, *paths: str) -> None:
        """Open these pages and, by their links, one page of each kind that was not met yet."""
        for path in paths:
            self.open(page, path)
        waiting = deque(page.evaluate(LINKS))
        for path in paths:
            page.goto(path)
            waiting.extend(page.evaluate(LINKS))
        while waiting:
            path = waiting.popleft()
            endpoint = self.endpoint(path)
            if endpoint is None or endpoint in self.met | FILES | LEADING_ON:
                continue
            self.met.add(endpoint)
            self.open(page, path)
            waiting.extend(page.evaluate(LINKS))


def speak(page: Page, language: str, base: str) -> None:
    """Choose the language as the switch does."""
    page.context.add_cookies([{"name": "alur_language", "value": language, "url": base}])


def axe_complaints(page: Page) -> list[str]:
    """What the accessibility rules find on a page, once all of it is there: a click returns when it begins."""
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def shape_complaints(page: Page, language: str) -> list[str]:
    """What is wrong with the page's heading, title, language, landmarks, labels and table heads."""
    complaints = []
    if page.locator("h1").count() != 1:
        complaints.append("not exactly one h1")
    if not page.title():
        complaints.append("no title")
    if page.locator("html").get_attribute("lang") != language:
        complaints.append("another language than chosen")
    if page.locator("main").count() != 1:
        complaints.append("not exactly one main part")
    headless = page.locator("table:not(:has(th))").count()
    return complaints + ([f"{headless} tables without heads"] if headless else [])


def size_complaints(page: Page, *, printed: bool = False) -> list[str]:
    """Targets that are hard to hit, text that is hard to read, and scrolling sideways on a narrow phone."""
    low = [f"low target {html}" for html in page.evaluate(LOW_TARGETS)]
    small = [] if printed else [f"small text {html}" for html in page.evaluate(SMALL_TEXT)]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return low + small + ([f"{width} pixels wide"] if width > NARROW[0] else [])


@pytest.fixture
def decided(parts: Parts, clock: Clock, client_as: Callable[[str], FlaskClient]) -> str:
    """An office at work: somebody acts for the head, a roster runs, and a leave has its letter. Its address."""
    acts(parts)
    officer = Visitor(client_as(OFFICER)).open("/calendar/units/DISKOMINFO/rosters/new")
    plan = {"name": "Piket server", "first": "2/11/2026", "last": "31/12/2026", "way": "pattern"}
    officer.send({**plan, "days_on": "2", "days_off": "1", "anchor": "", "members[]": ["P096"]}, to="/check")
    officer.send(to="/rosters")
    instance = approved(parts, first="2026-11-23", last="2026-11-24")
    clock.forward(minutes=15)
    works(parts)
    return f"/requests/{instance}"


@pytest.fixture
def refused(parts: Parts) -> str:
    """A leave of Wati's that was not granted. Its address."""
    waiting = to_decide(parts, WATI, "2026-12-21", "2026-12-22")

    def refuse(session: Session) -> str:
        task = session.get_one(Task, waiting)
        head = parts.people.actor(session, HEAD, parts.clock())
        answers = {"outcome": "reject", "reason": "Ada pemeriksaan BPK"}
        parts.engine.decide(session, waiting, head, answers, now=parts.clock())
        return f"/requests/{task.instance_id}"

    return parts.database.command(refuse)


def of_employee(people: People, tour: Tour, decided: str, refused: str) -> None:
    """The pages of somebody who asks for leave."""
    wati = people.page(WATI, PHONE, scripts=True)
    tour.crawl(wati, "/", "/start/leave", "/help", "/offline/form/leave", decided)
    wati.goto("/start/surat_keterangan/all")
    wati.locator("main form").last.get_by_role("button").click()
    tour.look(wati)  # mistakes
    fill_in_leave(wati)
    tour.open(wati, wati.url.removeprefix(tour.base))
    tour.open(wati, f"{refused}/again")
    request = ask_for_leave(wati).removeprefix(tour.base)
    tour.crawl(wati, request, f"{request}/sent", "/requests", "/notices")


def of_record(people: People, tour: Tour) -> None:
    """The pages of somebody who looks at their data and asks for them to be changed."""
    wati = people.page(WATI, PHONE, scripts=True)
    tour.crawl(wati, "/data", "/data/contact", "/data/training")
    add_course(wati, hours="")
    tour.look(wati)  # mistakes
    add_course(wati)
    tour.open(wati, wati.url.removeprefix(tour.base))
    wati.get_by_role("button", name="Lanjut").click()
    tour.look(wati)  # mistakes
    prove(wati)
    tour.crawl(wati, wati.url.removeprefix(tour.base))
    wati.goto("/data/check")
    wati.get_by_role("button", name="Kirim permohonan perubahan data").click()
    tour.open(wati, "/data")


def of_officer(people: People, tour: Tour) -> None:
    """The pages of a personnel officer with a task in their hands."""
    officer = people.page(OFFICER, PHONE, scripts=True)
    tour.open(officer, "/inbox")
    officer.get_by_role("link", name="Periksa permohonan").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("Periksa permohonan")
    task = officer.url.removeprefix(tour.base)
    tour.crawl(officer, task, f"/inbox/together?task={task.rpartition('/')[2]}", "/letters", "/acting")
    tour.open(officer, f"{POST}/check?{urlencode(DECREE)}")
    tour.crawl(officer, "/calendar/units", "/calendar/units/DISKOMINFO/rosters/1")
    officer.goto(task)
    officer.get_by_role("button", name="Kirim keputusan").click()
    tour.look(officer)  # mistakes


def of_offices(people: People, tour: Tour) -> None:
    """The pages of those who keep leave and processes."""
    verifier = people.page(VERIFIER, PHONE, scripts=True)
    tour.crawl(verifier, "/", "/leave/year", "/leave/year/2025/post", "/leave/opening", "/data/import", "/data/siasn")
    verifier.goto("/data/import")
    file = {
        "name": "penghargaan.csv",
        "mimeType": "text/csv",
        "buffer": b"NIP;Nama penghargaan;Tanggal diberikan\n1;;\n",
    }
    verifier.get_by_label("Berkas XLSX atau CSV").set_input_files([file])  # type: ignore[list-item]  # a plain dict is one
    verifier.get_by_role("button", name="Coba berkas ini").click()
    tour.look(verifier)  # mistakes
    owner = people.page(PROCESS_OWNER, PHONE, scripts=True)
    tour.crawl(owner, "/", "/processes")


def of_privacy(people: People, tour: Tour, parts: Parts) -> None:
    """The pages of whoever answers for data protection, with a limit in force and a breach to be told."""
    in_register(parts)
    tour.crawl(people.page(PRIVACY_OFFICER, PHONE, scripts=True), "/privacy", "/privacy/notice")


def test_ux_33_34_35_every_page_is_for_everybody(
    people: People, app: Flask, parts: Parts, refused: str, decided: str
) -> None:
    tour = Tour(app, people.server.url)
    stranger = people.page(None, PHONE, scripts=True)
    with parts.database.reads() as session:
        code = session.scalars(select(Letter.code)).one()
    for path in ("/sign-in", "/help", "/nothing-here", "/offline/id", "/surat", f"/surat/{code}"):
        tour.open(stranger, path)
    of_employee(people, tour, decided, refused)
    of_record(people, tour)
    of_officer(people, tour)
    of_offices(people, tour)
    of_privacy(people, tour, parts)
    assert tour.wrong == {}
    shared = {title: at for title, at in tour.titles.items() if len(at) > 1}
    assert shared == {}, "pages that bear one title"
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    missed = pages - tour.met - FILES - LEADING_ON - OF_CALENDAR
    assert sorted(page for page in missed if not page.startswith("api.")) == []


def test_no_page_asks_any_other_host_or_breaks_its_own_policy(people: People) -> None:
    asked, complaints = set(), []
    page = people.page(None, PHONE)
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/sign-in", "/nothing-here"):
        page.goto(path)
    assert asked == {people.server.url.split("/")[2]}
    assert [text for text in complaints if "404" not in text] == []
