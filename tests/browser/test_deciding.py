"""Deciding a change of data in a real browser: values, evidence and verdict together, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, NARROW, PHONE, People, Shoot
from tests.browser.test_access import axe_complaints, shape_complaints, size_complaints
from tests.web.leaves import task_of
from tests.web.proposals import APPROVER, VERIFIER, WATI, judge, propose
from web.parts import Parts


def opened(people: People, parts: Parts, person: str, size: tuple[int, int], **how: bool) -> Page:
    """The page of the task that a proposal waits at."""
    page = people.page(person, size, **how)
    page.goto(f"/tasks/{task_of(parts, propose(parts)).id}")
    return page


def box(locator: Locator) -> dict[str, float]:
    """Where something stands on the page."""
    found = locator.bounding_box()
    assert found is not None
    return dict(found)


def item(page: Page, number: int) -> Locator:
    """One of the changes."""
    return page.locator(f"section.item[aria-labelledby=change-{number}]")


def complaints(page: Page) -> list[str]:
    """What is wrong with a page."""
    return axe_complaints(page) + shape_complaints(page, "id") + size_complaints(page)


def test_at_a_desk_values_and_verdict_stand_beside_the_evidence(people: People, parts: Parts, shoot: Shoot) -> None:
    page = opened(people, parts, VERIFIER, DESK)
    number = item(page, 1)
    expect(number.get_by_role("columnheader")).to_have_text(["Semula", "Menjadi"])
    expect(number.get_by_role("row").last).to_contain_text("0001234567891")
    picture, verdict = number.get_by_role("img", name="Kartu BPJS.jpg"), number.get_by_role("group", name="Perubahan")
    expect(picture).to_be_visible()
    assert box(picture)["x"] > box(verdict)["x"] + box(verdict)["width"]
    assert box(verdict)["y"] < box(picture)["y"] + box(picture)["height"]
    pdf = item(page, 0).locator("iframe")
    expect(pdf).to_be_visible()
    expect(pdf).to_have_attribute("title", "Akta kelahiran: Akta lahir Rara.pdf")
    shoot(page, "deciding")


def test_a_picture_is_enlarged_in_its_place_without_scripts_and_by_keyboard(people: People, parts: Parts) -> None:
    page = opened(people, parts, VERIFIER, DESK)
    card = item(page, 1)
    picture, frame = card.get_by_role("img", name="Kartu BPJS.jpg"), card.get_by_role("group", name="Kartu BPJS.jpg")
    picture.scroll_into_view_if_needed()
    before = box(picture)["width"]
    card.get_by_label("Perbesar gambar").focus()
    page.keyboard.press("Space")
    assert box(picture)["width"] > 2 * before
    page.keyboard.press("Tab")
    expect(frame).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(frame).not_to_have_js_property("scrollLeft", 0)
    assert page.evaluate("document.documentElement.scrollWidth") == DESK[0]


def test_on_a_phone_the_same_stands_below_each_other_and_the_verdict_comes_last(
    people: People, parts: Parts, shoot: Shoot
) -> None:
    page = opened(people, parts, VERIFIER, NARROW, scripts=True)
    card = item(page, 1)
    order = [
        card.get_by_role("row").last,
        card.get_by_role("heading", name="Bukti"),
        card.get_by_role("img", name="Kartu BPJS.jpg"),
        card.get_by_role("radio").first,
    ]
    tops = [box(each)["y"] for each in order]
    assert tops == sorted(tops)
    expect(item(page, 0).locator("iframe")).to_be_hidden()
    expect(item(page, 0).get_by_role("link", name="Akta lahir Rara.pdf")).to_have_attribute("target", "_blank")
    card.get_by_label("Perbesar gambar").check()
    card.get_by_role("radio", name="Perlu diperbaiki").check()
    expect(card.get_by_label("Alasan")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    assert complaints(page) == []


def test_each_change_has_a_verdict_and_what_is_missing_is_told_with_its_name(
    people: People, parts: Parts, shoot: Shoot
) -> None:
    page = opened(people, parts, VERIFIER, PHONE)
    item(page, 0).get_by_role("radio", name="Memenuhi syarat", exact=True).check()
    expect(item(page, 0).get_by_label("Alasan")).to_be_hidden()
    item(page, 1).get_by_role("radio", name="Tidak memenuhi syarat").check()
    page.get_by_role("button", name="Kirim keputusan").click()
    expect(page.get_by_role("alert")).to_contain_text("Nomor identitas: Nomor BPJS Kesehatan: Isi alasan.")
    expect(item(page, 0).get_by_role("radio", name="Memenuhi syarat", exact=True)).to_be_checked()
    shoot(page, "deciding-mistake")
    item(page, 1).get_by_label("Alasan").fill("Nomor pada kartu berbeda")
    page.get_by_role("button", name="Kirim keputusan").click()
    expect(page.get_by_role("heading", level=1, name="Perubahan data")).to_be_visible()
    expect(item(page, 1)).to_contain_text("Hasil pemeriksaan: Tidak memenuhi syarat")
    expect(item(page, 1)).to_contain_text("Nomor pada kartu berbeda")


def test_without_a_mouse_a_number_chooses_the_verdict_of_the_change_that_has_the_focus(
    people: People, parts: Parts
) -> None:
    page = opened(people, parts, VERIFIER, DESK, strict=True)
    for number, key in ((0, "1"), (1, "2")):
        item(page, number).get_by_role("radio").first.focus()
        page.keyboard.press(key)
    expect(item(page, 0).get_by_role("radio", name="Memenuhi syarat", exact=True)).to_be_checked()
    expect(item(page, 1).get_by_role("radio", name="Perlu diperbaiki")).to_be_checked()
    item(page, 1).get_by_label("Alasan").fill("Foto kartu tidak terbaca")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Verifikasi bukti: Perlu diperbaiki")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_approver_sees_what_the_verifier_found_beside_each_change(
    people: People, parts: Parts, shoot: Shoot, dark: bool
) -> None:
    instance = propose(parts, note="Anak kedua kami lahir bulan lalu.")
    judge(parts, instance, "ok", "refuse")
    page = people.page(APPROVER, DESK, scripts=True)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.goto(f"/tasks/{task_of(parts, instance).id}")
    expect(item(page, 0)).to_contain_text("Hasil pemeriksaan: Memenuhi syarat")
    expect(item(page, 1)).to_contain_text("Alasan: Foto tidak terbaca")
    assert complaints(page) == []
    shoot(page, f"approving-{'dark' if dark else 'light'}")


def test_the_request_tells_its_owner_each_change_with_what_was_found(
    people: People, parts: Parts, shoot: Shoot
) -> None:
    instance = propose(parts, note="Anak kedua kami lahir bulan lalu.")
    judge(parts, instance, "ok", "refuse")
    judge(parts, instance, "ok", "refuse")
    page = people.page(WATI, NARROW, scripts=True)
    page.goto(f"/requests/{instance}")
    expect(item(page, 0)).to_contain_text("Sudah berlaku dalam data.")
    expect(item(page, 0).locator("iframe")).to_have_count(0)
    expect(item(page, 1)).to_contain_text("Alasan: Foto tidak terbaca")
    expect(page.get_by_role("heading", level=2, name="Disetujui")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    assert complaints(page) == []
    shoot(page, "proposal")
