"""“Data saya” in a real browser: on the smallest phone and at a desk, with scripts and without."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.db import Document
from tests import papers
from tests.browser.conftest import DESK, NARROW, PHONE, People, Shoot
from tests.browser.test_questions import widest
from web.parts import Parts

WATI, OFFICER = "P097", "P092"
COURSE = {
    "name": "Pelatihan arsip",
    "organiser": "BKPSDM",
    "hours": "20",
    "certificate": "800/1/2026",
    "first": "5/10/2026",
    "last": "7 Okt 2026",
}
LARGEST_PHOTO = 300_000
KEPT = """async () => {
    const opened = indexedDB.open("alur");
    const base = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
    const wanted = base.transaction("drafts").objectStore("drafts").getAllKeys();
    return await new Promise((done) => { wanted.onsuccess = () => done(wanted.result); });
}"""
"""The names of what a device keeps of forms."""


def add_course(page: Page, **values: str) -> None:
    """Add a course, from the page of courses."""
    page.goto("/data/training")
    page.get_by_role("link", name="Tambah: Diklat dan kursus").click()
    for name, value in (COURSE | values).items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Lanjut").click()


def prove(page: Page, content: bytes | None = None) -> None:
    """Bring the certificate that is asked for."""
    file = {"name": "sertifikat.jpg", "mimeType": "image/jpeg", "buffer": content or papers.photo()}
    page.get_by_label("Sertifikat").set_input_files([file])  # type: ignore[list-item]  # a plain dict is one
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Periksa sebelum mengirim")  # a photo shrinks first


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert widest(page) == 0


def test_a_change_of_data_is_collected_proved_looked_at_and_sent_on_the_smallest_phone(
    people: People, shoot: Shoot
) -> None:
    wati = people.page(WATI, NARROW)
    wati.goto("/")
    wati.get_by_role("link", name="Perubahan data").click()
    heading(wati, "Data saya")
    shoot(wati, "data")
    wati.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    wati.get_by_role("link", name="Diklat dan kursus").click()
    heading(wati, "Diklat dan kursus")
    shoot(wati, "data-history")
    wati.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    add_course(wati, hours="banyak")
    expect(wati.get_by_role("alert")).to_contain_text("Jumlah jam pelajaran (JP)")
    wati.get_by_label("Jumlah jam pelajaran (JP)").fill("20")
    wati.get_by_role("button", name="Lanjut").click()
    heading(wati, "Bukti perubahan data")
    prove(wati)
    heading(wati, "Periksa sebelum mengirim: perubahan data")
    expect(wati.locator("#follows ~ dl")).to_contain_text("Petugas kepegawaian")
    shoot(wati, "data-check")
    wati.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    wati.get_by_role("button", name="Kirim permohonan perubahan data").click()
    heading(wati, "Permohonan terkirim")
    wati.go_back()
    expect(wati.get_by_role("status")).to_contain_text("Tidak ada yang dikirim dua kali")
    wati.goto("/data/training")
    heading(wati, "Diklat dan kursus")


def test_at_a_desk_all_is_done_with_the_keyboard_and_the_histories_stand_side_by_side(people: People) -> None:
    wati = people.page(WATI, DESK)
    wati.goto("/data")
    boxes = [card.bounding_box() for card in wati.locator(".cards.data > li").all()[:2]]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]
    wati.get_by_role("link", name="Kontak", exact=True).focus()
    wati.keyboard.press("Enter")
    heading(wati, "Kontak")
    wati.get_by_role("link", name="Ubah Nomor HP", exact=True).focus()
    wati.keyboard.press("Enter")
    heading(wati, "Nomor HP")
    wati.get_by_label("Nomor HP").fill("0813 1111 2222")
    wati.keyboard.press("Enter")
    heading(wati, "Periksa sebelum mengirim: perubahan data")
    expect(wati.locator(".compared")).to_contain_text("+62 813 1111 2222")


def test_a_photo_is_made_smaller_on_the_phone_and_the_device_forgets_what_the_server_has(
    people: People, parts: Parts
) -> None:
    wati = people.page(WATI, PHONE, strict=True)
    add_course(wati, hours="banyak")
    expect(wati.get_by_role("alert")).to_be_visible()
    wati.get_by_label("Jumlah jam pelajaran (JP)").fill("20")
    wati.wait_for_function(f"({KEPT})().then((kept) => kept.some((name) => name.includes('training')))")
    wati.get_by_role("button", name="Lanjut").click()
    heading(wati, "Bukti perubahan data")
    wati.wait_for_function(f"({KEPT})().then((kept) => !kept.some((name) => name.includes('training')))")
    prove(wati, papers.photo(size=(3000, 2200), quality=100))
    heading(wati, "Periksa sebelum mengirim: perubahan data")
    with parts.database.reads() as session:
        assert session.scalars(select(Document.size)).one() <= LARGEST_PHOTO
