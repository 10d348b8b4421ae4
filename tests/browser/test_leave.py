"""The main job in a real browser without scripts, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NARROW, PHONE, People

WATI, OFFICER, SUPERIOR, HEAD = "P097", "P092", "P094", "P091"


def onward(page: Page, heading: str) -> None:
    """Go on to the page with this heading."""
    page.get_by_role("button", name="Lanjut", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def fill_in_leave(page: Page) -> None:
    """The questions of annual leave one after the other, as somebody types the answers; at the end, the check page."""
    page.goto("/start/leave/type")
    page.get_by_label("Cuti tahunan", exact=True).check()
    onward(page, "Lamanya cuti")
    page.get_by_label("Hari pertama cuti").fill("7/12/2026")
    page.get_by_label("Hari terakhir cuti").fill("11 Des 2026")
    onward(page, "Perjalanan ke tempat yang sulit dijangkau")
    onward(page, "Alasan cuti")
    page.get_by_label("Alasan cuti", exact=True).fill("Acara keluarga di Palangka Raya")
    onward(page, "Alamat selama cuti")
    page.get_by_label("Alamat selama menjalankan cuti").fill("Jl. Cilik Riwut Km 3, Palangka Raya")
    page.get_by_label("Nomor telepon").fill("0812 3456 7890")
    onward(page, "Periksa sebelum mengirim")


def ask_for_leave(page: Page) -> str:
    """Send the request; the address of its page."""
    fill_in_leave(page)
    page.get_by_role("button", name="Kirim permohonan cuti").click()
    page.get_by_role("link", name="Lihat permohonan").click()
    return page.url


def decide(page: Page, task: str, choice: str) -> None:
    """Open the task from the inbox, choose and send."""
    page.goto("/inbox")
    page.get_by_role("link", name=task).click()
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Kirim keputusan").click()
    expect(page.get_by_role("status")).to_have_text("Jawaban Anda tersimpan.")


@pytest.mark.parametrize("size", [NARROW, PHONE, DESK])
def test_leave_is_asked_for_and_granted_without_any_script(people: People, size: tuple[int, int]) -> None:
    wati = people.page(WATI, size)
    request = ask_for_leave(wati)
    decide(people.page(OFFICER, size), "Periksa permohonan", "Lengkap dan sesuai catatan cuti")
    decide(people.page(SUPERIOR, size), "Pertimbangkan cuti", "Setujui")
    decide(people.page(HEAD, size), "Putuskan cuti", "Setujui")
    wati.goto(request)
    expect(wati.get_by_role("heading", name="Disetujui")).to_be_visible()
    expect(wati.locator(".facts")).to_contain_text("5 hari kerja")


def test_mistakes_are_listed_first_and_the_list_has_the_focus(people: People) -> None:
    wati = people.page(WATI)
    wati.goto("/start/leave")
    wati.get_by_role("button", name="Lanjut", exact=True).click()
    expect(wati).to_have_title("Kesalahan: Jenis cuti: Cuti · Alur")
    expect(wati.get_by_role("alert")).to_be_focused()
    wati.get_by_role("alert").get_by_role("link").first.click()
    assert wati.url.endswith("#type-0")


def test_back_after_sending_never_sends_again(people: People) -> None:
    wati = people.page(WATI)
    fill_in_leave(wati)
    wati.get_by_role("button", name="Kirim permohonan cuti").click()
    wati.go_back()
    expect(wati.get_by_role("status")).to_contain_text("Tidak ada yang dikirim dua kali")


def test_the_form_can_be_filled_in_with_the_keyboard_alone(people: People) -> None:
    wati = people.page(WATI)
    wati.goto("/")
    wati.keyboard.press("Tab")
    expect(wati.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    wati.goto("/start/surat_keterangan")
    wati.get_by_label("Surat dipakai untuk").focus()
    wati.keyboard.type("Kredit bank")
    wati.keyboard.press("Tab")
    wati.keyboard.press("Enter")
    wati.get_by_label("Ditujukan kepada").focus()
    wati.keyboard.type("Bank Kalteng")
    wati.keyboard.press("Tab")
    wati.keyboard.press("Enter")
    expect(wati).to_have_title("Periksa isian: Surat keterangan bekerja · Alur")


def test_a_question_that_a_choice_rules_out_is_hidden_and_comes_back(people: People) -> None:
    ask_for_leave(people.page(WATI))
    officer = people.page(OFFICER)
    officer.goto("/inbox")
    officer.get_by_role("link", name="Periksa permohonan").click()
    repair = officer.get_by_label("Yang perlu diperbaiki")
    expect(repair).to_be_hidden()
    officer.get_by_label("Kembalikan untuk diperbaiki").check()
    expect(repair).to_be_visible()
    officer.get_by_label("Lengkap dan sesuai catatan cuti").check()
    expect(repair).to_be_hidden()
