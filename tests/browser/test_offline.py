"""A bad signal, a phone that several people share: nothing typed is lost, and what is sent arrives exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from engine.db import Instance
from tests import papers
from tests.browser.conftest import People, Server, sign_in
from tests.browser.line import Line, State
from tests.browser.test_documents import LARGE, SHRUNK, judged
from tests.browser.test_leave import OFFICER, WATI, fill_in_leave
from tests.web.leaves import ask
from web.parts import Parts

HOLDS = """async (wanted) => {
    for (const began = Date.now(); Date.now() - began < 20_000; await new Promise(done => setTimeout(done, 50))) {
        const kept = await (await caches.open('pages')).keys();
        const paths = kept.map(one => new URL(one.url).pathname);
        if (navigator.serviceWorker.controller && wanted.every(path => paths.includes(path))) return;
    }
    throw new Error(`not kept: ${wanted}`);
}"""
TYPED = """async (words) => {
    const result = request => new Promise(done => { request.onsuccess = () => done(request.result); });
    for (const began = Date.now(); Date.now() - began < 20_000; await new Promise(done => setTimeout(done, 50))) {
        const database = await result(indexedDB.open('alur'));
        const kept = await result(database.transaction('drafts').objectStore('drafts').getAll());
        database.close();
        if (JSON.stringify(kept).includes(JSON.stringify(words))) return;
    }
    throw new Error(`not kept: ${words}`);
}"""
EVERYTHING = """async () => {
    const pages = (await caches.has('pages')) ? await (await caches.open('pages')).keys() : [];
    const found = pages.map(one => one.url);
    const result = request => new Promise(done => { request.onsuccess = () => done(request.result); });
    const database = await result(indexedDB.open('alur'));
    for (const name of database.objectStoreNames) {
        const all = await result(database.transaction(name).objectStore(name).getAll());
        found.push(...all.map(one => JSON.stringify(one)));
    }
    database.close();
    return found;
}"""
AGED = """async () => {
    const pages = await caches.open('pages');
    for (const request of await pages.keys()) {
        const kept = await pages.match(request);
        const headers = new Headers(kept.headers);
        headers.set('Alur-At', Date.now() - 12 * 3_600_000);
        await pages.put(request, new Response(await kept.blob(), { headers }));
    }
}"""
SENT = re.compile(r"^Terkirim \d\d\.\d\d$")
FAILED: dict[State, Literal["requestfailed", "response"]] = {
    State.ANSWERS_LOST: "requestfailed",
    State.GATEWAY: "response",
}
ELSEWHERE = "http://elsewhere.example/"
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


def phone_of(phones: People, person: str, *, scripts: bool = False) -> Page:
    """A phone that has been online for a moment: it holds the first page and the forms."""
    page = phones.page(person, strict=not scripts, scripts=scripts, worker=True)
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


def signal_is_back(page: Page) -> None:
    """The phone notices that it is online again; a page that has just been opened may have noticed before."""
    page.context.set_offline(True)
    page.context.set_offline(False)


def arrived(page: Page, count: int = 1) -> None:
    """Wait until the page says of so many requests when they were sent."""
    expect(box(page).get_by_text(SENT)).to_have_count(count)


def fill_in_certificate(page: Page, purpose: str) -> None:
    """The short form, all of it on one page."""
    page.goto("/offline/form/surat_keterangan")
    page.get_by_label("Surat dipakai untuk").fill(purpose)


def send_without_signal(page: Page, purpose: str) -> None:
    fill_in_certificate(page, purpose)
    page.get_by_role("button", name="Kirim begitu ada sambungan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")


def send_from_elsewhere(page: Page, action: str, **values: str) -> None:
    """Send a form that stands on a page of another site."""
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in values.items())
    form = f'<form method="post" action="{action}">{inputs}<button>Menang!</button></form>'
    page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(ELSEWHERE)
    page.get_by_role("button").click()
    page.wait_for_url(lambda url: not url.startswith(ELSEWHERE))


def synchronising(page: Page) -> Callable[[], object]:
    """How the browser wakes the worker, without any page, because there is a connection again."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    event = {"origin": origin, "tag": "outbox", "lastChance": False}
    return lambda: session.send("ServiceWorker.dispatchSyncEvent", {**event, "registrationId": found[0]})


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
    signal_is_back(wati)
    expect(wati.get_by_text("Sekarang tidak ada sambungan")).to_have_count(0)
    arrived(wati)
    assert sent(parts, "surat_keterangan") == 1
    box(wati).get_by_role("link", name="Lihat permohonan").click()
    expect(wati.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("state", [State.ANSWERS_LOST, State.GATEWAY])
def test_b_an_answer_that_is_lost_after_the_request_was_stored_makes_no_second_one(
    phones: People, line: Line, parts: Parts, state: State
) -> None:
    wati = phone_of(phones, WATI)
    fill_in_certificate(wati, "Kredit bank")
    wati.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    expect(wati.get_by_role("heading", level=1)).to_contain_text("Periksa")
    with line.being(state):
        wati.get_by_role("button", name="Kirim permohonan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
        assert sent(parts, "surat_keterangan") == 1
    signal_is_back(wati)
    arrived(wati)
    assert sent(parts, "surat_keterangan") == 1
    assert line.forms >= 3  # signing in, the form, and its sending at least twice
    with line.being(State.DOWN):
        fill_in_certificate(wati, "Visa")
        wati.get_by_role("button", name="Kirim begitu ada sambungan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
    with line.being(state), wati.expect_event(FAILED[state], lambda told: "/offline/form/" in told.url):
        signal_is_back(wati)
    assert sent(parts, "surat_keterangan") == 2
    expect(box(wati)).to_contain_text("Belum terkirim")
    signal_is_back(wati)
    arrived(wati, 2)
    assert sent(parts, "surat_keterangan") == 2
    wati.goto("/start/surat_keterangan")
    expect(wati.get_by_label("Surat dipakai untuk")).to_have_value("")


def test_c_two_tabs_and_the_worker_that_send_at_once_send_each_request_once(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    other = wati.context.new_page()
    other.goto("/requests")
    with line.being(State.DOWN):
        for purpose in ("Kredit bank", "Visa", "Sekolah anak"):
            send_without_signal(wati, purpose)
        expect(box(wati).get_by_text("Belum terkirim")).to_have_count(3)
    dispatch = synchronising(wati)
    signal_is_back(wati)
    dispatch()
    arrived(wati, 3)
    assert sent(parts, "surat_keterangan") == 3


def test_d_what_waits_is_sent_when_a_page_is_opened_again_or_by_the_browser_alone(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    context = wati.context
    with line.being(State.DOWN):
        send_without_signal(wati, "Kredit bank")
        wati.close()
    wati = context.new_page()
    wati.goto("/requests")
    wati.goto("/")
    arrived(wati)
    assert sent(parts, "surat_keterangan") == 1
    with line.being(State.DOWN):
        send_without_signal(wati, "Visa")
    dispatch = synchronising(wati)
    wati.goto("about:blank")
    dispatch()
    dispatch()
    wati.goto("/offline/id")
    arrived(wati, 2)
    assert sent(parts, "surat_keterangan") == 2


def test_f_without_scripts_the_whole_form_is_an_ordinary_form(people: People, parts: Parts) -> None:
    wati = people.page(WATI)
    fill_in_certificate(wati, "Kredit bank")
    wati.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    wati.get_by_role("button", name="Kirim permohonan").click()
    expect(wati.get_by_role("heading", level=1)).to_contain_text("terkirim")
    assert sent(parts, "surat_keterangan") == 1


def test_ux_29_and_trial_e_at_each_step_that_loses_its_connection_nothing_typed_is_lost_and_one_request_arrives(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    wati.goto("/start/surat_keterangan")
    purpose = wati.get_by_label("Surat dipakai untuk")
    purpose.press_sequentially("Kredit")
    wati.evaluate(TYPED, "Kredit")
    wati.reload()
    expect(purpose).to_have_value("Kredit")
    expect(wati.get_by_text("sudah dipasang lagi")).to_be_visible()
    purpose.fill("Kredit bank")
    with line.being(State.DOWN):
        wati.get_by_role("button", name="Lanjut").click()
        expect(wati.get_by_text("Belum terkirim.")).to_be_visible()
        wati.get_by_role("link", name="Kembali ke isian").click()
        expect(purpose).to_have_value("Kredit bank")
    wati.goto("/start/surat_keterangan")
    expect(purpose).to_have_value("Kredit bank")
    wati.get_by_role("button", name="Lanjut").click()
    wati.get_by_role("button", name="Lanjut").click()
    expect(wati.get_by_role("heading", level=1)).to_contain_text("Periksa")
    with line.being(State.DOWN):
        wati.get_by_role("button", name="Kirim permohonan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
    signal_is_back(wati)
    arrived(wati)
    assert sent(parts, "surat_keterangan") == 1


def test_answers_of_all_pages_of_questions_are_there_when_the_connection_breaks_at_a_later_one(
    phones: People, line: Line
) -> None:
    wati = phone_of(phones, WATI)
    wati.goto("/start/leave")
    wati.get_by_label("Cuti tahunan").check()
    wati.get_by_role("button", name="Lanjut").click()
    wati.get_by_label("Hari pertama cuti").press_sequentially("7/12/2026")
    wati.evaluate(TYPED, "7/12/2026")
    with line.being(State.DOWN):
        wati.get_by_role("button", name="Lanjut").click()
        wati.get_by_role("link", name="Kembali ke isian").click()
        expect(wati.get_by_label("Cuti tahunan")).to_be_checked()
        expect(wati.get_by_label("Hari pertama cuti")).to_have_value("7/12/2026")


def test_what_was_typed_about_another_request_leaves_the_phone_once_it_is_sent(phones: People, parts: Parts) -> None:
    wati = phone_of(phones, WATI)
    wati.goto(f"/start/leave_withdraw?about={ask(parts, WATI)}")
    wati.get_by_label("Alasan").press_sequentially("Rahasia")
    wati.evaluate(TYPED, "Rahasia")
    wati.get_by_role("button", name="Lanjut").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text(re.compile("Periksa"))
    wati.get_by_role("button", name="Tarik permohonan").click()
    expect(wati.get_by_role("link", name="Lihat permohonan")).to_be_visible()
    wati.goto("/")
    assert "Rahasia" not in str(wati.evaluate(EVERYTHING))


def test_what_is_refused_stays_until_it_is_mended(phones: People, line: Line, parts: Parts) -> None:
    wati = phone_of(phones, WATI)
    with line.being(State.DOWN):
        wati.goto("/offline/form/surat_keterangan")
        wati.get_by_label("Ditujukan kepada").fill("Bank Kalteng")
        wati.get_by_role("button", name="Kirim begitu ada sambungan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
    signal_is_back(wati)
    expect(box(wati)).to_contain_text("Perlu diperbaiki")
    wati.reload()
    expect(box(wati)).to_contain_text("Isi ")
    box(wati).get_by_role("button", name="Perbaiki isian").click()
    expect(wati.get_by_label("Ditujukan kepada")).to_have_value("Bank Kalteng")
    wati.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    expect(wati.get_by_role("alert")).to_be_focused()
    wati.get_by_label("Surat dipakai untuk").fill("Kredit bank")
    wati.locator("main form").last.get_by_role("button").last.click()
    wati.get_by_role("button", name="Kirim permohonan").click()
    expect(wati.get_by_role("heading", level=1)).to_contain_text("terkirim")
    assert sent(parts, "surat_keterangan") == 1
    wati.goto("/")
    expect(wati.get_by_role("heading", level=1)).to_be_visible()
    expect(box(wati)).to_be_hidden()


def test_nothing_of_one_person_stays_on_a_shared_phone(phones: People, line: Line, parts: Parts) -> None:
    phone = phone_of(phones, WATI)
    with line.being(State.DOWN):
        send_without_signal(phone, "Kredit bank")
        phone.evaluate("document.querySelector('form.who').submit()")  # as from a page without our scripts
        expect(box(phone)).to_contain_text("Belum terkirim")
        phone.on("dialog", lambda dialog: dialog.accept())  # it says that something is not sent yet
        phone.get_by_role("button", name="Keluar").click()
        expect(phone.get_by_text("sudah dihapus dari perangkat ini")).to_be_visible()
        (token,) = phone.evaluate(EVERYTHING)
        assert token.startswith('"csrf_token=')  # by which the server is told, as soon as it can be
    phone.goto("/")
    expect(phone).to_have_title("Masuk · Alur")
    assert phone.evaluate(EVERYTHING) == []
    sign_in(phone, WATI)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Wati")
    has(phone, *FORMS_KEPT)
    fill_in_certificate(phone, "Rahasia Wati")
    phone.context.clear_cookies()  # the session has run out
    sign_in(phone, OFFICER)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Selamat datang")
    has(phone, *FORMS_KEPT)
    assert "Rahasia Wati" not in str(phone.evaluate(EVERYTHING))
    phone.get_by_role("button", name="Keluar").click()
    expect(phone).to_have_title("Masuk · Alur")
    assert phone.evaluate(EVERYTHING) == []
    assert sent(parts, "surat_keterangan") == 0


def test_who_signed_out_without_signal_is_signed_out_though_the_server_is_away_at_first(
    phones: People, line: Line
) -> None:
    phone = phone_of(phones, WATI)
    with line.being(State.DOWN):
        phone.get_by_role("button", name="Keluar").click()
        expect(phone.get_by_text("sudah dihapus dari perangkat ini")).to_be_visible()
    with line.being(State.AWAY):
        phone.goto("/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Tidak ada sambungan")
    phone.goto("/")
    expect(phone).to_have_title("Masuk · Alur")


def test_a_form_of_another_site_is_not_sent_later_and_has_nothing_forgotten(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    with line.being(State.DOWN):
        send_without_signal(wati, "Kredit bank")
    with line.being(State.GATEWAY):
        send_from_elsewhere(wati, f"{line.url}/start/surat_keterangan", purpose="Tipu daya")
    send_from_elsewhere(wati, f"{line.url}/sign-out?sure")
    expect(wati.get_by_role("heading", level=1)).to_have_text("Permintaan tidak dapat dibaca")
    wati.goto("/")
    arrived(wati)
    assert "Tipu daya" not in str(wati.evaluate(EVERYTHING))
    assert sent(parts, "surat_keterangan") == 1


def test_ux_30_kept_pages_say_when_they_were_kept_and_no_decision_is_made_on_one(
    phones: People, line: Line, parts: Parts
) -> None:
    fill_in_leave(wati := phone_of(phones, WATI))
    wati.get_by_role("button", name="Kirim permohonan").click()
    wati.get_by_role("link", name="Lihat permohonan").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Cuti")
    has(wati, request := wati.url.removeprefix(line.url))
    officer = phone_of(phones, OFFICER)
    expect(officer.get_by_text("Wati")).to_be_visible()
    officer.goto("/inbox")
    officer.get_by_role("link", name="Periksa permohonan").click()
    expect(officer.get_by_label("Lengkap dan sesuai catatan cuti")).to_be_visible()
    task = officer.url
    with line.being(State.DOWN):
        wati.goto(request)
        expect(wati.get_by_role("status").first).to_contain_text("Disimpan ")
        officer.get_by_label("Lengkap dan sesuai catatan cuti").check()
        officer.get_by_role("button", name="Kirim keputusan").click()
        expect(officer.get_by_text("Belum terkirim.")).to_be_visible()
        officer.goto(task)
        expect(officer.get_by_role("heading", level=1)).to_have_text("Tidak ada sambungan")
        officer.goto("/")
        expect(officer.get_by_role("status")).to_contain_text("Disimpan ")
        expect(officer.get_by_text("Wati")).to_have_count(0)  # nothing of others is kept, nor what they ask for
    officer.goto("/")
    expect(box(officer)).to_be_hidden()  # a decision is never sent later
    wati.evaluate(AGED)
    with line.being(State.DOWN):
        wati.goto(request)
        expect(wati.get_by_role("heading", level=1)).to_have_text("Tidak ada sambungan")


def test_what_waits_when_the_session_has_run_out_asks_to_sign_in_and_is_sent_then(
    phones: People, line: Line, parts: Parts
) -> None:
    wati = phone_of(phones, WATI)
    with line.being(State.DOWN):
        send_without_signal(wati, "Kredit bank")
        box(wati).get_by_role("button", name="Kirim sekarang").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
        wati.context.clear_cookies()
    signal_is_back(wati)
    box(wati).get_by_role("link", name="Masuk untuk mengirim").click()
    expect(box(wati)).to_contain_text("Belum terkirim")
    sign_in(wati, WATI)
    arrived(wati)
    assert sent(parts, "surat_keterangan") == 1


def test_pages_without_signal_are_for_everybody(phones: People, line: Line) -> None:
    wati = phone_of(phones, WATI, scripts=True)
    with line.being(State.DOWN):
        for path in ("/inbox", "/offline/form/leave"):
            wati.goto(path)
            judged(wati)
        wati.goto("/offline/form/surat_keterangan")
        wati.get_by_role("button", name="Kirim begitu ada sambungan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
        judged(wati)
    signal_is_back(wati)
    expect(box(wati)).to_contain_text("Perlu diperbaiki")
    judged(wati)


def test_ux_18_a_photo_goes_along_made_small_and_is_not_chosen_twice(phones: People, line: Line, parts: Parts) -> None:
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    wati = phone_of(phones, WATI)
    has(wati, "/offline/form/sick")
    with line.being(State.DOWN):
        wati.goto("/offline/form/sick")
        wati.get_by_label("Surat dokter").set_input_files(LARGE)
        wati.get_by_role("button", name="Kirim begitu ada sambungan").click()
        expect(box(wati)).to_contain_text("Belum terkirim")
    signal_is_back(wati)
    box(wati).get_by_role("button", name="Perbaiki isian").click()  # the reason is missing
    wati.get_by_label("Alasan").fill("Demam")
    wati.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    link = wati.get_by_role("link", name="foto besar.jpg").get_attribute("href")
    assert len(wati.request.get(str(link)).body()) <= SHRUNK
