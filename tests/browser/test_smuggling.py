"""A package and answers whose every text would do harm: a real browser, with scripts and no policy, shows text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine.characters import marked
from engine.db import Incident
from engine.package import Package
from tests import smuggled
from tests.browser.conftest import DESK, NARROW, People, sign_in
from tests.browser.test_leave import OFFICER, WATI
from web.parts import Parts

OWNER = "P026"
FOREIGN = f"""[...document.querySelectorAll(`script:not([src^="/static/"]), iframe, img,
    object, embed, base, style, meta[http-equiv], main link,
    main svg [href], [style]:not([style='']), [onload], [onerror], [onfocus], [onclick]`)]
    .map(e => e.outerHTML.slice(0, 120))
    .concat([...document.querySelectorAll('[href], [src], [action], [formaction], [srcdoc]')]
        .flatMap(e => ['href', 'src', 'action', 'formaction', 'srcdoc'].map(name => e.getAttribute(name)))
        .filter(target => target && !/^(\\/(?!\\/)|#)/.test(target)))
    .concat('{smuggled.CANARY}' in window ? ['the canary: ' + window.{smuggled.CANARY}] : [])"""
STEERING = """[document.title, document.body.innerText, document.querySelector('main svg')?.textContent ?? '']
    .flatMap(words => words.match(/[\\u202a-\\u202e]/g) ?? []).map(c => c.codePointAt(0).toString(16))"""
BLOCKED = "Service Worker registration blocked by Playwright"
"""Said by the browser of the tests, which starts none here; what one keeps is tried in `test_offline.py`."""
SUBMIT = "main form button[type=submit]"


@dataclass
class Witness:
    """What a page did that a page of ours never does."""

    host: str
    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Listen to a page from its first moment on."""
        page.on("dialog", lambda dialog: (self.seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: message.text == BLOCKED or self.seen.append(f"console {message.text}"))
        page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        page.on("request", lambda request: self.asked(request.url))
        page.on("popup", lambda _popup: self.seen.append("popup"))
        return page

    def asked(self, url: str) -> None:
        """Note what is asked of anybody else."""
        if not url.startswith(self.host):
            self.seen.append(f"request {url}")


@pytest.fixture
def live(parts: Parts) -> Parts:
    """The harmful package is live, and one of its steps has failed."""
    package = Package.read(smuggled.package())

    def deploy(session: Session) -> None:
        version = parts.engine.deploy(session, package, by=OWNER, now=parts.clock(), state="live")
        values = {"version_id": version.id, "step": "issue", "element": "rated", "code": "x", "tries": 1}
        session.add(Incident(**values, message_id=smuggled.TITLE, message_en=smuggled.TITLE, at=parts.clock()))

    parts.database.command(deploy)
    return parts


def tour(people: People, witness: Witness) -> Iterator[tuple[str, Page]]:
    """Every page that shows a text of the package or an answer, as the person sees it who opens it."""

    def opened(person: str) -> Page:
        page = witness.watch(people.page(None, NARROW, scripts=True))
        sign_in(page, person)
        return page

    wati, officer, owner = opened(WATI), opened(OFFICER), opened(OWNER)
    wati.goto("/")
    yield "home", wati
    wati.goto("/start/smuggled/all")
    yield "start", wati
    fill_in(wati)
    press(wati, SUBMIT)
    yield "check", wati
    press(wati, SUBMIT)
    yield "sent", wati
    press(wati, "main a.button")
    yield "request", wati
    request = wati.url
    wati.goto("/requests")
    yield "requests", wati
    officer.goto("/inbox?process=smuggled")
    yield "inbox", officer
    press(officer, "tbody a")
    yield "task", officer
    officer.locator("input[type=radio]").first.check()
    officer.locator("textarea").fill("\n".join(smuggled.ALL))
    press(officer, SUBMIT)
    yield "decided", officer
    wati.goto(request)
    yield "ended", wati
    wati.goto("/notices")
    yield "notices", wati
    owner.goto("/incidents")
    yield "incidents", owner
    owner.goto("/processes")
    yield "versions", owner
    press(owner, f"main a[href='/processes/{last_version(owner)}']")
    yield "version", owner
    press(owner, "main a.button[href$=verdict]")
    yield "verdict", owner


def press(page: Page, selector: str) -> None:
    """Press the last such thing on the page and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(selector).last.click()


def last_version(owner: Page) -> int:
    """The newest version on the page of versions."""
    links = owner.locator("main table a")
    return max(int(str(links.nth(n).get_attribute("href")).rpartition("/")[2]) for n in range(links.count()))


def fill_in(page: Page) -> None:
    """Type the harmful answers."""
    for name, text in smuggled.answers().items():
        control = page.locator(f'main [name="{name}"]')
        if name in {"pick", "radio", "sure", "several[]"}:
            continue
        control.fill(str(text))
    page.locator('main [name="pick"]').select_option(index=1)
    page.locator('main [name="radio"]').nth(2).check()
    for box in page.locator('main [name="several[]"]').all():
        box.check()


def complaints(page: Page) -> list[str]:
    """What is on the page that no template of ours puts there, and what of it does not fit a narrow phone."""
    page.wait_for_load_state()  # a click returns when its page begins
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*page.evaluate(FOREIGN), *page.evaluate(STEERING), *([f"{width} wide"] if width > NARROW[0] else [])]


def test_harmful_texts_are_text_on_every_page_in_both_languages(people: People, live: Parts) -> None:
    witness = Witness(people.server.url)
    found = {}
    for name, page in tour(people, witness):
        found[name] = complaints(page)
        page.context.add_cookies([{"name": "alur_language", "value": "en", "url": people.server.url}])
        page.reload()
        found[f"{name} in English"] = complaints(page)
        page.context.clear_cookies(name="alur_language")
    assert {name: those for name, those in found.items() if those} == {}
    assert witness.seen == []


def test_every_harmful_answer_is_read_as_it_was_typed(people: People, live: Parts) -> None:
    wati = people.page(WATI, DESK)
    wati.goto("/start/smuggled/all")
    for text in smuggled.ALL:
        expect(wati.locator("main")).to_contain_text(marked(text))
