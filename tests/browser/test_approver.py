"""Whoever decides: the card on the smallest phone, several decisions at once, and a desktop without a mouse."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

from engine import documents, uploads
from tests import papers
from tests.browser.conftest import DESK, NARROW, People, Shoot
from tests.web.leaves import HEAD, to_decide
from web.parts import Parts

APPLICANT, COLLEAGUE, ANOTHER = "P097", "P098", "P101"


def with_a_photo(parts: Parts) -> None:
    """A decision on leave to a place that is hard to reach, with a photo of the statement."""
    upload = uploads.checked("Surat camat.jpg", papers.photo())
    kept = parts.database.command(
        lambda session: documents.store(session, owner=APPLICANT, upload=upload, now=parts.clock())
    )
    to_decide(parts, APPLICANT, travel_days="2", remote_statement=[str(kept)])


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def top_of(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def test_ux_23_at_320_px_the_card_shows_what_a_decision_needs_above_the_buttons(
    people: People, parts: Parts, shoot: Shoot
) -> None:
    with_a_photo(parts)
    to_decide(parts, COLLEAGUE, "2026-12-08", "2026-12-09")
    head = people.page(HEAD, NARROW)
    head.goto("/inbox")
    no_sideways_scroll(head)
    head.get_by_role("row", name="Wati Pratama").get_by_role("link").click()
    expect(head.get_by_role("heading", level=1, name="Putuskan cuti")).to_be_visible()
    no_sideways_scroll(head)
    main = head.locator("main")
    needed = [
        main.get_by_text("Wati Pratama").first,
        main.get_by_text("Cuti tahunan").first,
        main.get_by_text("7 Desember 2026").first,
        main.get_by_role("link", name="Surat camat.jpg").first,
        main.get_by_text("2 hari kerja").first,
        main.get_by_text("14 → 12").first,
        main.get_by_text("dari 14 hadir").first,
        main.get_by_role("heading", name="Riwayat"),
    ]
    for each in needed:
        expect(each).to_be_visible()
    assert max(top_of(each) for each in needed) < top_of(main.get_by_label("Setujui", exact=True))
    picture = main.locator(".files img").first
    expect(picture).to_be_hidden()
    main.get_by_text("Tampilkan gambar").first.click()
    expect(picture).to_be_visible()
    no_sideways_scroll(head)
    shoot(head, "decision")


def test_ux_24_the_outcomes_are_large_and_apart_and_a_refusal_needs_its_reason(people: People, parts: Parts) -> None:
    to_decide(parts, APPLICANT)
    to_decide(parts, COLLEAGUE)
    head = people.page(HEAD, NARROW)
    head.goto("/inbox/next")
    boxes = [box for row in head.locator(".decision .choice").all() if (box := row.bounding_box())]
    assert [row.inner_text() for row in head.locator(".decision .choice").all()] == [
        "Setujui",
        "Setujui dengan tanggal lain",
        "Tangguhkan (hak tetap ada)",
        "Tidak disetujui",
    ]
    boxes += [box for box in [head.get_by_role("button", name="Kirim keputusan").bounding_box()] if box]
    assert all(box["height"] >= 44 and box["x"] >= 8 and box["x"] + box["width"] <= 312 for box in boxes)
    assert all(lower["y"] - upper["y"] - upper["height"] >= 8 for upper, lower in pairwise(boxes))
    expect(head.get_by_text("Keputusan dapat ditarik kembali selama 10 menit")).to_be_visible()
    form = head.locator("form.decision")
    assert form.get_attribute("method") == "post"
    assert len(form.locator("input[name=_key]").get_attribute("value") or "") >= 16
    decided = head.url
    head.get_by_label("Tidak disetujui").check()
    head.get_by_role("button", name="Kirim keputusan").click()
    expect(head.get_by_role("alert")).to_be_focused()
    head.get_by_label("Alasan keputusan").fill("Sedang audit")
    head.get_by_role("button", name="Kirim keputusan").click()
    expect(head.get_by_role("status")).to_have_text("Jawaban Anda tersimpan.")
    head.get_by_role("link", name="Tugas berikutnya").click()
    expect(head.get_by_role("heading", level=1, name="Putuskan cuti")).to_be_visible()
    assert head.url != decided


def test_ux_25_several_are_decided_together_on_a_phone_without_any_script(
    people: People, parts: Parts, shoot: Shoot
) -> None:
    for person in (APPLICANT, COLLEAGUE, ANOTHER):
        to_decide(parts, person)
    head = people.page(HEAD, NARROW)
    head.goto("/inbox")
    head.get_by_role("link", name="Cuti: Putuskan cuti (3)").click()
    expect(head.get_by_role("checkbox", checked=True)).to_have_count(3)
    no_sideways_scroll(head)
    head.get_by_role("row", name="Dedi Hasan").get_by_role("checkbox").uncheck()
    head.get_by_role("button", name="Putuskan yang dicentang").first.click()
    expect(head).to_have_title("Putuskan bersama: Putuskan cuti · Alur")
    expect(head.get_by_role("checkbox", checked=True)).to_have_count(2)
    no_sideways_scroll(head)
    shoot(head, "together")
    head.get_by_role("button", name="Kirim 2 keputusan").click()
    expect(head.get_by_role("alert")).to_be_focused()
    head.get_by_label("Setujui", exact=True).check()
    head.get_by_role("button", name="Kirim 2 keputusan").click()
    expect(head.get_by_role("status")).to_contain_text("Keputusan tersimpan: 2")
    head.goto("/inbox")
    expect(head.get_by_role("row", name="Dedi Hasan")).to_be_visible()
    expect(head.get_by_role("row", name="Wati Pratama")).to_have_count(0)


def test_a_decision_is_taken_on_a_desktop_with_the_keyboard_alone(people: People, parts: Parts) -> None:
    """The keys of `keys.js`, and that they are dead while the focus is elsewhere (WCAG 2.1.4)."""
    to_decide(parts, APPLICANT)
    to_decide(parts, COLLEAGUE)
    head = people.page(HEAD, DESK, strict=True)
    head.goto("/inbox?process=leave")
    links = head.locator("tbody th a")
    head.get_by_label("Nomor permohonan atau awal nama").focus()
    head.keyboard.type("jx?")
    expect(head.get_by_label("Nomor permohonan atau awal nama")).to_have_value("jx?")
    expect(head.get_by_role("checkbox", checked=True)).to_have_count(0)
    links.first.focus()
    head.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    head.keyboard.press("x")
    expect(head.get_by_role("checkbox", checked=True)).to_have_count(1)
    links.nth(1).focus()
    head.keyboard.press("k")
    expect(links.first).to_be_focused()
    head.keyboard.press("?")
    expect(head.get_by_text("Berlaku selama fokus ada di daftar ini.")).to_be_visible()
    head.keyboard.press("Enter")
    expect(head.get_by_role("heading", level=1, name="Putuskan cuti")).to_be_visible()
    head.locator("main").focus()
    head.keyboard.press("4")
    expect(head.get_by_role("radio", checked=True)).to_have_count(0)
    head.get_by_role("radio", name="Setujui", exact=True).focus()
    head.keyboard.press("4")
    expect(head.get_by_role("radio", name="Tidak disetujui")).to_be_checked()
    head.get_by_label("Alasan keputusan").focus()
    head.keyboard.type("Sedang audit 1")
    head.keyboard.press("Control+Enter")
    expect(head.get_by_role("status")).to_have_text("Jawaban Anda tersimpan.")
