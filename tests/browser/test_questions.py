"""Question by question in a real browser without scripts: going back, and what is left of it once it is sent."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, People
from tests.browser.test_leave import WATI, fill_in_leave, onward


def widest(page: Page) -> int:
    """How far a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_ux_02_back_shows_the_page_as_it_was_and_after_sending_says_so_without_sending_again(people: People) -> None:
    wati = people.page(WATI, NARROW)
    fill_in_leave(wati)
    wati.go_back()
    expect(wati.get_by_label("Alamat selama menjalankan cuti")).to_have_value("Jl. Cilik Riwut Km 3, Palangka Raya")
    wati.get_by_role("link", name="Kembali").click()
    expect(wati.get_by_label("Alasan cuti", exact=True)).to_have_value("Acara keluarga di Palangka Raya")
    onward(wati, "Alamat selama cuti")
    onward(wati, "Periksa sebelum mengirim")
    wati.get_by_role("button", name="Kirim permohonan cuti").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Permohonan terkirim")
    reference = wati.locator(".big").inner_text()
    for _page in ("the check page", "the last question"):
        wati.go_back()
        expect(wati.get_by_role("status")).to_contain_text("Tidak ada yang dikirim dua kali")
        expect(wati.locator(".lead").first).to_contain_text(reference)
    wati.goto("/requests")
    expect(wati.locator("tbody tr")).to_have_count(1)


def test_no_page_of_the_way_is_wider_than_the_smallest_phone(people: People) -> None:
    wati = people.page(WATI, NARROW, scripts=True)
    wati.goto("/start/leave")
    assert widest(wati) == 0
    fill_in_leave(wati)
    assert widest(wati) == 0
    wati.get_by_role("link", name="Ubah Hari pertama cuti").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Lamanya cuti")
    assert widest(wati) == 0
    wati.get_by_role("button", name="Lanjut", exact=True).click()
    wati.get_by_role("button", name="Kirim permohonan cuti").click()
    expect(wati.get_by_role("heading", level=1)).to_have_text("Permohonan terkirim")
    assert widest(wati) == 0
    wati.get_by_role("link", name="Lihat permohonan").click()
    expect(wati.locator("#state")).to_have_text("Sedang diproses")
    assert widest(wati) == 0
