"""Requests about requests, for colleagues, and decisions taken back, in a real browser without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.web.test_about import certificate, withdrawal
from web.parts import Parts

WATI, OFFICER = "P097", "P092"


@pytest.fixture(autouse=True)
def deployed(parts: Parts) -> None:
    """The certificate that may be entered for colleagues, and its withdrawal by either side."""
    again = withdrawal(about_when='instance.status != "cancelled"')
    for one in (certificate(), again):
        parts.database.command(
            lambda session, one=one: parts.engine.deploy(session, one, by="test", now=parts.clock(), state="live")
        )


def complaints(page: Page) -> list[str]:
    return axe_complaints(page) + shape_complaints(page, "id") + size_complaints(page)


def test_a_decision_is_taken_back_and_a_request_about_it_begun(people: People, shoot: Shoot) -> None:
    found = {}
    wati, officer = people.page(WATI, PHONE, scripts=True), people.page(OFFICER, PHONE, scripts=True)
    wati.goto("/start/surat_keterangan/all")
    wati.locator("main textarea, main input[type=text]").first.fill("Kredit bank")
    wati.get_by_role("button", name="Lanjut ke pemeriksaan").click()
    wati.get_by_role("button", name="Kirim permohonan").click()
    wati.get_by_role("link", name="Lihat permohonan").click()
    found["offered"] = complaints(wati)
    shoot(wati, "request-offers")
    wati.get_by_role("link", name="Penarikan surat").click()
    found["start"] = complaints(wati)

    officer.goto("/inbox")
    officer.locator("tbody a").first.click()
    officer.get_by_role("radio", name="Surat diterbitkan").check()
    officer.get_by_label("Nomor surat").fill("800/1/2026")
    officer.get_by_role("button", name="Kirim keputusan").click()
    officer.get_by_text("Tarik kembali keputusan saya").click()
    found["decided"] = complaints(officer)
    shoot(officer, "take-back")
    officer.get_by_role("button", name="Ya, tarik kembali").click()
    expect(officer.get_by_text("Keputusan Anda ditarik kembali")).to_be_visible()
    found["taken back"] = complaints(officer)
    shoot(officer, "taken-back")
    expect(officer.get_by_role("link", name="Kerjakan tugas ini")).to_be_visible()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_a_colleague_is_chosen_without_scripts(people: People, parts: Parts, shoot: Shoot) -> None:
    with parts.database.reads() as session:
        name = parts.people.name(session, WATI)
    officer = people.page(OFFICER)
    officer.goto("/start/surat_keterangan/all")
    officer.get_by_role("link", name="Masukkan untuk pegawai lain").click()
    officer.get_by_label("NIP atau awal nama").fill(name[:4])
    officer.get_by_role("button", name="Cari").click()
    shoot(officer, "colleague")
    officer.get_by_role("button", name=f"Pilih {name}").click()
    expect(officer.get_by_text(f"Anda memasukkan permohonan ini untuk {name}.")).to_be_visible()
    shoot(officer, "for-colleague")


def test_the_page_where_a_colleague_is_chosen_is_for_everybody(people: People, parts: Parts) -> None:
    with parts.database.reads() as session:
        name = parts.people.name(session, WATI)
    officer = people.page(OFFICER, PHONE, scripts=True)
    officer.goto("/start/surat_keterangan/colleague")
    found = complaints(officer)
    officer.get_by_label("NIP atau awal nama").fill(name[:4])
    officer.get_by_role("button", name="Cari").click()
    found += complaints(officer)
    officer.get_by_role("button", name=f"Pilih {name}").click()
    officer.goto("/start/surat_keterangan/colleague")
    expect(officer.get_by_role("heading", name="Belum terkirim")).to_be_visible()
    assert found + complaints(officer) == []
