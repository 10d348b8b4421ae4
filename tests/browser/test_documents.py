"""Real files in a real browser, on a phone: with scripts, under the pages' own policy, and without any."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests import papers
from tests.browser.conftest import PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.browser.test_leave import OFFICER, WATI
from web.parts import Parts


@pytest.fixture(autouse=True)
def live(parts: Parts) -> None:
    """A process that asks for files is live."""
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )


def file(name: str, content: bytes) -> FilePayload:
    """A file as a person chooses it."""
    kind = {"pdf": "application/pdf", "png": "image/png"}.get(name.rpartition(".")[2], "image/jpeg")
    return {"name": name, "mimeType": kind, "buffer": content}


LETTER = file("surat dokter.pdf", papers.pdf())
LARGE = file("foto besar.jpg", papers.noise((4_000, 3_000), quality=85))
PHOTO = file("IMG_2031.jpg", papers.noise((1_000, 750)))
SHRUNK = 300_000
"""Bytes of a photo that a phone has made smaller, at most."""


def start(page: Page) -> Page:
    page.goto("/start/sick/all")
    return page


def go_on(page: Page) -> None:
    followed(page, page.get_by_role("button", name="Lanjut ke pemeriksaan"))


def followed(page: Page, way: Locator) -> None:
    """Click, and wait for the page that it leads to: a form may hold its sending back until its photo is small."""
    with page.expect_navigation():
        way.click()


@pytest.mark.parametrize("strict", [False, True], ids=["without scripts", "with scripts"])
def test_files_go_from_the_form_to_the_decision_on_a_phone(people: People, strict: bool) -> None:
    wati = start(people.page(WATI, PHONE, strict=strict))
    wati.get_by_label("Surat dokter").set_input_files(LETTER)
    wati.get_by_label("Kuitansi (opsional)").set_input_files([PHOTO])
    go_on(wati)
    expect(wati).to_have_title("Kesalahan: Izin sakit · Alur")
    expect(wati.get_by_label("Pakai surat dokter.pdf")).to_be_checked()
    wati.get_by_label("Alasan").fill("Demam")
    go_on(wati)
    expect(wati.get_by_role("link", name="surat dokter.pdf")).to_be_visible()
    wati.get_by_role("button", name="Kirim permohonan izin sakit").click()
    officer = people.page(OFFICER, PHONE, strict=strict)
    officer.goto("/inbox")
    officer.get_by_role("link", name="check").click()
    expect(officer.get_by_role("link", name="surat dokter.pdf")).to_have_attribute("target", "_blank")
    officer.get_by_text("Tampilkan gambar").click()
    picture = officer.get_by_role("img", name="IMG_2031.jpg")
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert picture.bounding_box()["width"] <= PHONE[0]  # type: ignore[index]  # it is visible
    assert not shape_complaints(officer, "id")
    officer.get_by_label("complete").check()
    officer.get_by_role("button", name="Kirim keputusan").click()
    expect(officer.get_by_role("status")).to_have_text("Jawaban Anda tersimpan.")


def test_a_photo_is_made_smaller_on_the_phone_and_can_still_be_read(people: People) -> None:
    wati = start(people.page(WATI, PHONE, strict=True))
    assert len(LARGE["buffer"]) > 5 * 2**20
    wati.get_by_label("Surat dokter").set_input_files(LARGE)
    wati.get_by_label("Alasan").fill("Demam")
    go_on(wati)  # at once: the form waits for its photo
    link = wati.get_by_role("link", name="foto besar.jpg").get_attribute("href")
    content = wati.request.get(str(link)).body()
    assert len(content) <= SHRUNK
    assert max(Image.open(BytesIO(content)).size) >= 1_000


def test_a_photo_that_is_too_large_is_refused_in_words_where_there_are_no_scripts(people: People) -> None:
    wati = start(people.page(WATI, PHONE))
    wati.get_by_label("Alasan").fill("Demam")
    wati.get_by_label("Surat dokter").set_input_files(LARGE)
    go_on(wati)
    expect(wati.get_by_role("alert")).to_contain_text("“foto besar.jpg” lebih besar dari 5 MB.")
    expect(wati.get_by_role("alert")).to_be_focused()
    expect(wati.get_by_label("Alasan")).to_have_value("Demam")
    wati.get_by_role("alert").get_by_role("link").click()
    assert wati.url.endswith("#letter")


def test_other_files_are_sent_as_they_are(people: People) -> None:
    wati = start(people.page(WATI, PHONE, strict=True))
    small = file("kecil.png", papers.photo("PNG"))
    wati.get_by_label("Surat dokter").set_input_files(LETTER)
    wati.get_by_label("Kuitansi (opsional)").set_input_files([small])
    wati.get_by_label("Alasan").fill("Demam")
    go_on(wati)
    for name, sent in (("surat dokter.pdf", LETTER), ("kecil.png", small)):
        link = wati.get_by_role("link", name=name).get_attribute("href")
        assert wati.request.get(str(link)).body() == sent["buffer"]


def test_pages_with_files_are_for_everybody(people: People, shoot: Shoot) -> None:
    wati = start(people.page(WATI, PHONE, scripts=True))
    wati.get_by_label("Surat dokter").set_input_files(LETTER)
    wati.get_by_label("Kuitansi (opsional)").set_input_files([PHOTO, file("bukan.jpg", papers.HTML)])
    go_on(wati)
    judged(wati)
    shoot(wati, "upload-again")
    wati.get_by_label("Alasan").fill("Demam")
    go_on(wati)
    judged(wati)
    shoot(wati, "upload-check")
    followed(wati, wati.get_by_role("button", name="Kirim permohonan izin sakit"))
    followed(wati, wati.get_by_role("link", name="Lihat permohonan"))
    judged(wati)
    shoot(wati, "upload-request")
    officer = people.page(OFFICER, PHONE, scripts=True)
    officer.goto("/inbox")
    followed(officer, officer.get_by_role("link", name="check"))
    officer.get_by_text("Tampilkan gambar").click()
    expect(officer.get_by_role("img")).not_to_have_js_property("naturalWidth", 0)
    judged(officer)
    shoot(officer, "upload-decision")


def judged(page: Page) -> None:
    """Nothing is wrong with the page on a phone."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not [*axe_complaints(page), *shape_complaints(page, "id"), *size_complaints(page)]
