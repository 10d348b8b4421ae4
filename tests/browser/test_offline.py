"""A bad signal, a phone that several people share: nothing typed is lost, and what is sent arrives exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from engine.db import Instance
from tests import papers
from tests.browser.conftest import People, Server, sign_in
from tests.browser.line import Line, State
from tests.browser.test_documents import LARGE, SHRUNK
from tests.browser.test_leave import OFFICER, WATI, fill_in_leave
from web.parts import Parts

HOLDS = """async (wanted) => {
    for (const began = Date.now(); Date.now() - began < 20_000; await new Promise(done => setTimeout(done, 50))) {
        const kept = await (await caches.open('pages')).keys();
        const paths = kept.map(one => new URL(one.url).pathname);
        if (navigator.serviceWorker.controller && wanted.every(path => paths.includes(path))) return;
    }
    throw new Error(`not kept: ${wanted}`);
}"""
EVERYTHING = """async () => {
    const found = (await caches.has('pages')) ? await (await caches.open('pages')).keys().then(all => all.map(one => one.url)) : [];
    const database = await new Promise(done => { indexedDB.open('alur').onsuccess = event => done(event.target.result) });
    for (const name of database.objectStoreNames) {
        const store = database.transaction(name).objectStore(name);
        const all = await new Promise(done => { store.getAll().onsuccess = event => done(event.target.result) });
        found.push(...all.map(one => JSON.stringify(one)));
    }
    return found;
}"""
FORMS_KEPT = ("/offline/form/leave", "/offline/form/surat_keterangan")


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """The line between the phones of this test and the server."""
    made = Line(server.url)
    yield made
    made.close()


@pytest.fixture
def phones(browser: Browser, server: Server, line: Line) -> Iterator[People]:
    """Phones on that line."""
    made = People(browser, Server(line.url, server.clock), [])
    yield made
    for context in made.contexts:
        context.close()


def phone_of(phones: People, person: str) -> Page:
    """A phone that has been online for a moment: it holds the first page and the forms."""
    page = phones.page(person, strict=True, worker=True)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")
    has(page, *FORMS_KEPT)
    page.goto("/")
    has(page, "/")
    return page


def has(page: Page, *paths: str) -> None:
    """Wait until the phone holds these pages."""
    page.evaluate(HOLDS, paths)


def sent(parts: Parts, process: str) -> int:
    """How many requests of a process the server has."""
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(Instance).where(Instance.process == process)) or 0


def box(page: Page) -> Locator:
    """What the page says of what waits on the phone."""
    return page.get_by_role("region", name="Kiriman dari perangkat ini")


def fill_in_certificate(page: Page, purpose: str) -> None:
    """The short form, all of it on one page."""
    page.goto("/offline/form/surat_keterangan")
    page.get_by_label("Surat dipakai untuk").fill(purpose)


def send_without_signal(page: Page, purpose: str) -> None:
    fill_in_certificate(page, purpose)
    page.get_by_role("button", name="Kirim begitu ada sambungan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")


def test_a_what_is_filled_in_without_signal_is_sent_once_when_there_is_one(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    with line.being(State.DOWN):
        wati.goto("/")
        expect(wati.get_by_role("status")).to_contain_text("Disimpan ")
        wati.get_by_role("link", name="Surat keterangan bekerja").click()
        wati.get_by_label("Surat dipakai untuk").fill("Kredit bank")
        wati.reload()
        expect(wati.get_by_label("Surat dipakai untuk")).to_have_value("Kredit bank")
        wati.get_by_role("button", name="Kirim begitu ada sambungan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
        expect(box(wati)).to_contain_text("Surat keterangan bekerja")
        assert sent(parts, "surat_keterangan") == 0
    wati.context.set_offline(True)
    wati.context.set_offline(False)
    expect(box(wati)).to_contain_text("Terkirim ")
    assert sent(parts, "surat_keterangan") == 1
    box(wati).get_by_role("link", name="Lihat permohonan").click()
    expect(wati.get_by_role("heading", level=1)).to_be_visible()
