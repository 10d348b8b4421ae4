"""A record of another on a phone and at a desk: found, opened, seen in full for a reason that its owner then reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, NARROW, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints

WATI, OFFICER, SUPERIOR = "P097", "P092", "P094"
NIK, REASON = "6299 0144 0591 0097", "Mencocokkan NIK dengan KTP"


def whole(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    return [*axe_complaints(page), *shape_complaints(page, "id"), *size_complaints(page)]


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["phone", "desk"])
def test_an_officer_sees_a_number_in_full_for_a_reason_that_its_owner_reads(
    people: People, shoot: Shoot, size: tuple[int, int]
) -> None:
    officer = people.page(OFFICER, size, scripts=True)
    officer.goto("/data/people")
    officer.get_by_label("Awal NIP atau nama").fill("wati")
    officer.get_by_role("button", name="Cari").click()
    assert whole(officer) == []
    shoot(officer, "records-found")
    officer.set_viewport_size({"width": size[0], "height": size[1]})
    officer.get_by_role("link", name="Wati Pratama").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("Data pegawai: Wati Pratama")
    assert whole(officer) == []
    shoot(officer, "record")
    officer.set_viewport_size({"width": size[0], "height": size[1]})
    officer.get_by_role("link", name="Nomor identitas").click()
    expect(officer.get_by_text("629901******0097").first).to_be_visible()
    shoot(officer, "record-masked")
    officer.set_viewport_size({"width": size[0], "height": size[1]})
    officer.get_by_text("Sebagian isi ditutup").click()
    assert whole(officer) == []
    officer.get_by_role("button", name="Tampilkan", exact=True).click()
    expect(officer.get_by_role("alert")).to_contain_text("Tulis alasannya")
    assert whole(officer) == []
    officer.get_by_label("Mengapa Anda perlu melihatnya?").fill(REASON)
    officer.get_by_role("button", name="Tampilkan", exact=True).click()
    expect(officer.get_by_text(NIK).first).to_be_visible()
    assert whole(officer) == []
    shoot(officer, "record-revealed")
    owner = people.page(WATI, size)
    owner.goto("/data/seen")
    expect(owner.get_by_text(REASON).first).to_be_visible()


def test_a_superior_finds_their_staff_and_reads_what_is_plain(people: People, shoot: Shoot) -> None:
    superior = people.page(SUPERIOR, NARROW, scripts=True)
    superior.goto("/data/people")
    superior.get_by_role("link", name="Wati Pratama").click()
    superior.get_by_role("link", name="Data pribadi").click()
    expect(superior.get_by_text("S.Kom.")).to_be_visible()
    expect(superior.get_by_text("Agama")).to_have_count(0)
    assert whole(superior) == []
    shoot(superior, "record-superior")
