"""Acting officers and files that follow, in a real browser: on a phone without scripts, and for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import papers
from tests.browser.conftest import PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.browser.test_leave import ask_for_leave

OFFICER, SUPERIOR, WATI = "P092", "P094", "P097"


def fill_in(page: Page) -> None:
    """Appoint the chief of public information as daily acting head, as far as the page that says what it means."""
    page.goto("/acting")
    page.get_by_role("link", name="Tunjuk Plh. atau Plt.").click()
    page.get_by_role("link", name="Kepala Dinas Kominfo").click()
    page.get_by_role("link", name="Karel Setiawan").click()
    page.get_by_label("Nomor SK").fill("800.1.3.3/7/2026")
    page.get_by_label("Tanggal SK").fill("1 Nov 2026")
    page.get_by_label("Hari pertama bertindak").fill("2/11/2026")
    page.get_by_label("Hari terakhir bertindak").fill("13/11/2026")
    page.get_by_role("button", name="Lihat artinya").click()
    expect(page.get_by_role("heading", name="Periksa penunjukan")).to_be_visible()


def test_an_officer_appoints_on_a_phone_and_the_banner_stays_until_it_is_ended(people: People, shoot: Shoot) -> None:
    officer, karel = people.page(OFFICER), people.page(SUPERIOR)
    fill_in(officer)
    shoot(officer, "acting-check")
    officer.get_by_role("button", name="Tunjuk sebagai Plh.").click()
    expect(officer.get_by_role("status")).to_have_text("Penunjukan tersimpan.")
    banner = karel.get_by_role("complementary", name="Anda bertindak untuk jabatan lain")
    for path in ("/", "/inbox", "/leave", "/account"):
        karel.goto(path)
        expect(banner).to_contain_text("Plh. Kepala Dinas Kominfo")
    shoot(karel, "acting-banner")
    officer.get_by_role("link", name="Akhiri lebih awal").click()
    officer.get_by_label("Sekarang juga").check()
    expect(officer.get_by_label("Hari terakhir bertindak")).to_be_hidden()
    officer.get_by_label("Alasan").fill("Pejabat sudah kembali")
    officer.get_by_role("button", name="Akhiri penunjukan ini").click()
    expect(officer.get_by_role("status")).to_have_text("Penunjukan diakhiri. Riwayat mencatatnya.")
    karel.goto("/")
    expect(banner).to_have_count(0)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_acting_officers_is_for_everybody(people: People, language: str, shoot: Shoot) -> None:
    page = people.page(OFFICER, PHONE, scripts=True)
    fill_in(page)
    check = page.url
    page.get_by_role("button", name="Tunjuk sebagai Plh.").click()
    expect(page.get_by_role("status")).to_be_visible()
    one = page.url.partition("?")[0]
    page.context.add_cookies([{"name": "alur_language", "value": language, "url": people.server.url}])
    form = check.replace("/check", "")
    pages = {
        "list": "/acting",
        "posts": "/acting/posts",
        "people": "/acting/posts/DISKOMINFO-04",
        "form": form,
        "mistakes": check.replace("decree=", "x="),
        "check": check.replace("first=2%2F11", "first=14%2F11").replace("last=13%2F11", "last=20%2F11"),
        "one": one,
        "extend": f"{one}/extend",
        "end": f"{one}/end",
    }
    complaints = {}
    for name, path in pages.items():
        page.goto(path)
        complaints[name] = axe_complaints(page) + shape_complaints(page, language) + size_complaints(page)
        if language == "id":
            shoot(page, f"acting-{name}")
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert {name: found for name, found in complaints.items() if found} == {}


def test_ux_18_a_file_follows_on_a_phone(people: People, shoot: Shoot, tmp_path: Path) -> None:
    letter = tmp_path / "surat keterangan.pdf"
    letter.write_bytes(papers.pdf("Surat keterangan"))
    wati = people.page(WATI, scripts=True)
    ask_for_leave(wati)
    wati.get_by_role("link", name="Susulkan berkas").click()
    expect(wati.get_by_role("heading", name="Susulkan berkas")).to_be_visible()
    assert axe_complaints(wati) + shape_complaints(wati, "id") + size_complaints(wati) == []
    wati.get_by_label("Surat keterangan tempat sulit dijangkau").set_input_files(letter)
    wati.get_by_role("button", name="Kirim berkas").click()
    expect(wati.get_by_role("status")).to_contain_text("Berkas terkirim.")
    expect(wati.get_by_text("Berkas menyusul")).to_be_visible()
    shoot(wati, "evidence")
