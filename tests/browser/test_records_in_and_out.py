"""Initial records brought in and approved changes taken out for SIASN, in a real browser on a phone."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.web.test_synchronising import approved as approved
from web.parts import Parts
from workflows.positions import Person

VERIFIER, WATI = "P029", "P097"
WRONG = "NIP;Nama penghargaan;Tanggal diberikan\n1;;31/2/2020\n"


@pytest.fixture
def right(parts: Parts) -> str:
    """A file with a row for Wati."""
    with parts.database.reads() as session:
        nip = session.get_one(Person, WATI).nip
    return f"NIP;Nama penghargaan;Tanggal diberikan\n{nip};Satyalancana Karya Satya X Tahun;17/8/2020\n"


def bring(page: Page, text: str) -> None:
    """Choose a file on the page and have it tried."""
    page.goto("/data/import")
    file = {"name": "penghargaan.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Berkas XLSX atau CSV").set_input_files([file])  # type: ignore[list-item]  # a plain dict is one
    page.get_by_role("button", name="Coba berkas ini").click()


def complaints(page: Page) -> list[str]:
    return axe_complaints(page) + shape_complaints(page, "id") + size_complaints(page)


def test_a_file_is_mended_tried_again_and_written(people: People, right: str) -> None:
    page = people.page(VERIFIER)
    bring(page, WRONG)
    expect(page.get_by_role("alert")).to_contain_text("penghargaan, baris 2: Isi NIP dengan 18 angka.")
    expect(page.get_by_role("button", name="Ya, tulis data ini")).to_have_count(0)
    bring(page, right)
    expect(page.get_by_text("Yang akan ditulis: 1 baris dari 1 pegawai.")).to_be_visible()
    page.get_by_role("button", name="Ya, tulis data ini").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data awal sudah ditulis")


@pytest.mark.usefixtures("approved")
def test_changes_are_downloaded_ticked_and_marked(people: People) -> None:
    page = people.page(VERIFIER)
    page.goto("/data/siasn")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh XLSX").click()
    assert download.value.suggested_filename.startswith("siasn-")
    page.goto("/data/siasn?state=exported")
    page.get_by_label("Nomor identitas: NIK").check()
    page.get_by_role("button", name="Tandai sudah tercatat di SIASN").click()
    expect(page.get_by_text("Jumlah perubahan: 1")).to_be_visible()
    page.get_by_role("button", name="Ya, tandai").click()
    expect(page.get_by_role("status")).to_contain_text("Perubahan ditandai sudah tercatat di SIASN.")
    expect(page.get_by_role("link", name="Tercatat di SIASN (1)")).to_be_visible()


def test_every_page_of_both_is_for_everybody(people: People, right: str, approved: UUID) -> None:
    page, found = people.page(VERIFIER, scripts=True), dict[str, list[str]]()
    page.goto("/data/import")
    page.get_by_role("button", name="Coba berkas ini").click()
    found["no file"] = complaints(page)
    for name, text in (("wrong", WRONG), ("right", right)):
        bring(page, text)
        found[name] = complaints(page)
    page.get_by_role("button", name="Ya, tulis data ini").click()
    found["written"] = complaints(page)
    page.goto("/data/import")
    found["import"] = complaints(page)
    page.goto("/data/siasn")
    page.get_by_role("button", name="Tandai sudah tercatat di SIASN").click()
    found["none ticked"] = complaints(page)
    page.get_by_label("Nomor identitas: NIK").check()
    page.get_by_role("button", name="Tandai sudah tercatat di SIASN").click()
    found["check"] = complaints(page)
    page.get_by_role("button", name="Ya, tandai").click()
    page.goto("/data/siasn")
    with page.expect_download():
        page.get_by_role("button", name="Unduh CSV").click()
    for state in ("new", "exported", "done"):
        page.goto(f"/data/siasn?state={state}")
        found[state] = complaints(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_pictures_of_both(people: People, shoot: Shoot, right: str, approved: UUID) -> None:
    page = people.page(VERIFIER)
    page.goto("/data/import")
    shoot(page, "import-empty")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    bring(page, WRONG)
    shoot(page, "import-wrong")
    bring(page, right)
    shoot(page, "import-check")
    page.get_by_role("button", name="Ya, tulis data ini").click()
    shoot(page, "import-written")
    page.goto("/data/import")
    page.locator("summary").nth(2).click()
    shoot(page, "import-listed")
    page.goto("/data/siasn")
    shoot(page, "siasn-new")
    page.get_by_label("Anak").check()
    page.get_by_role("button", name="Tandai sudah tercatat di SIASN").click()
    shoot(page, "siasn-check")
    page.get_by_role("button", name="Ya, tandai").click()
    page.goto("/data/siasn")
    with page.expect_download():
        page.get_by_role("button", name="Unduh XLSX").click()
    page.goto("/data/siasn?state=exported")
    shoot(page, "siasn-exported")
    page.emulate_media(color_scheme="dark")
    page.goto("/data/siasn?state=done")
    shoot(page, "siasn-done-dark")
    page.goto("/data/import")
    shoot(page, "import-dark")
