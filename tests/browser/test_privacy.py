"""The notice at the first sign-in, and the pages of data protection, in a real browser without scripts."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, People, Shoot, sign_in
from tests.web.test_privacy import OFFICER, WATI, in_register
from web.parts import Parts
from workflows.demo import NEWCOMER


def test_a_newcomer_reads_the_notice_before_the_page_that_was_asked_for(people: People, shoot: Shoot) -> None:
    page = people.page(None, PHONE)
    sign_in(page, NEWCOMER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pemberitahuan tentang data pribadi")
    expect(page.get_by_role("navigation", name="Menu utama")).to_have_count(0)
    shoot(page, "privacy-notice")
    page.get_by_role("button", name="Saya sudah membaca").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")
    page.goto("/privacy/notice")
    expect(page.get_by_text("Anda sudah membacanya")).to_be_visible()


def test_an_employee_finds_their_rights_and_asks_for_one(people: People, shoot: Shoot) -> None:
    page = people.page(WATI, PHONE)
    page.get_by_text("Menu lain").click()
    page.get_by_role("link", name="Pelindungan data").click()
    shoot(page, "privacy")
    page.get_by_role("link", name="Hak atas data pribadi").click()
    page.get_by_label("Memperbaiki data yang salah").check()
    shoot(page, "privacy-right")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Data atau hal yang dimaksud").fill("Gelar saya di daftar hadir")
    shoot(page, "privacy-right-meant")
    page.get_by_role("button", name="Lanjut").click()
    shoot(page, "privacy-right-check")
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("terkirim")


def test_the_officer_sees_the_clocks_and_prints_the_letters(people: People, parts: Parts, shoot: Shoot) -> None:
    view = in_register(parts)
    page = people.page(OFFICER, PHONE)
    page.goto("/privacy")
    shoot(page, "privacy-officer")
    page.get_by_role("link", name="Permintaan hak atas data").click()
    expect(page.get_by_text("sisa 72 jam")).to_be_visible()
    shoot(page, "privacy-rights")
    page.goto("/privacy/breaches")
    shoot(page, "privacy-breaches")
    page.get_by_role("link", name="Daftar gaji Oktober").click()
    shoot(page, "privacy-breach")
    page.get_by_role("link", name="Surat kepada orang yang terkena").click()
    shoot(page, "privacy-letter")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Surat kepada orang yang terkena")).to_be_hidden()
    expect(page.get_by_text("Daftar gaji Oktober")).to_be_visible()
    page.goto(f"/privacy/breaches/{view.id}/letters/public")
    expect(page.get_by_role("heading", name="PENGUMUMAN", exact=True)).to_be_visible()
    page.goto("/inbox")
    page.get_by_role("link", name="Beri tahu yang terkena dan lembaga").click()
    shoot(page, "privacy-notify")
