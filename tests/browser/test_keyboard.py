"""Leave asked for and decided with the keyboard alone, and the focus seen wherever it stands."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, People
from web.accounts import DEMO_PASSWORD
from workflows import demo_people

WATI, OFFICER, SUPERIOR, HEAD = "P097", "P092", "P094", "P091"
ANSWERS = {
    "Hari pertama cuti": "7/12/2026",
    "Hari terakhir cuti": "11 Des 2026",
    "Alasan cuti": "Acara keluarga",
    "Alamat selama menjalankan cuti": "Jl. Cilik Riwut Km 3",
    "Nomor telepon": "0812 3456 7890",
}
FARTHEST = 60
"""Stops on the way to anything that is needed on a page."""
HAS_FOCUS = "element => element === document.activeElement"
SHOWN = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return e === document.body || (ring && box.bottom > 0 && box.top < innerHeight) ? '' : e.outerHTML.slice(0, 120);
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Go there with Tab; each stop on the way is seen."""
    expect(wanted).to_be_visible()
    for _ in range(FARTHEST):
        if wanted.evaluate(HAS_FOCUS):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(SHOWN) == "", "the focus is not seen"
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def press(page: Page, name: str, role: str = "button") -> None:
    """Reach a button or link and press it."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]  # the roles are written out in the stubs
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, label: str) -> None:
    """Reach a group of choices, go to this one with the arrows."""
    wanted = page.get_by_label(label, exact=True)
    first = page.locator(f"input[name='{wanted.get_attribute('name')}']").first
    tab_to(page, first)
    page.keyboard.press("Space")
    while not wanted.evaluate(HAS_FOCUS):
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def write(page: Page, label: str, words: str) -> None:
    """Reach a field and type."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def sign_in(page: Page, person: str) -> None:
    """NIP and password without a mouse."""
    page.goto("/sign-in")
    write(page, "NIP", next(p.nip for p in demo_people() if p.person == person))
    write(page, "Kata sandi", DEMO_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def decide(page: Page, task: str, choice: str) -> None:
    """From the sign-in to a decision that was sent."""
    press(page, "Kotak tugas", "link")
    press(page, task, "link")
    choose(page, choice)
    press(page, "Kirim keputusan")
    expect(page.get_by_role("status")).to_have_text("Jawaban Anda tersimpan.")


def test_ux_33_leave_is_asked_for_and_decided_with_the_keyboard_alone(people: People) -> None:
    wati = people.page(None, DESK)
    sign_in(wati, WATI)
    wati.keyboard.press("Tab")
    expect(wati.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    tab_to(wati, wati.locator("main a[href='/start/leave']"))
    with wati.expect_navigation():
        wati.keyboard.press("Enter")
    choose(wati, "Cuti tahunan")
    press(wati, "Lanjut")
    while "/check/" not in wati.url:
        for label, words in ANSWERS.items():
            if wati.get_by_label(label, exact=True).count():
                write(wati, label, words)
        press(wati, "Lanjut")
    press(wati, "Kirim permohonan cuti")
    expect(wati.get_by_role("heading", level=1)).to_have_text("Permohonan terkirim")
    for person, task, choice in (
        (OFFICER, "Periksa permohonan", "Lengkap dan sesuai catatan cuti"),
        (SUPERIOR, "Pertimbangkan cuti", "Setujui"),
        (HEAD, "Putuskan cuti", "Setujui"),
    ):
        page = people.page(None, DESK)
        sign_in(page, person)
        decide(page, task, choice)


def test_mistakes_are_mended_with_the_keyboard_alone(people: People) -> None:
    wati = people.page(None, DESK)
    sign_in(wati, WATI)
    wati.goto("/start/surat_keterangan")
    press(wati, "Lanjut")
    expect(wati.get_by_role("alert")).to_be_focused()
    link = wati.get_by_role("alert").get_by_role("link")
    tab_to(wati, link)
    wati.keyboard.press("Enter")
    expect(wati.locator("main textarea")).to_be_focused()
    wati.keyboard.type("Kredit bank")
    press(wati, "Lanjut")
    expect(wati.get_by_role("alert")).to_have_count(0)
