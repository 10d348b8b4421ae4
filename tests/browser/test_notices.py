"""Addresses, lists and failures of notices, in a real browser: by keyboard, on a narrow phone, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.db import Message
from tests.browser.conftest import NARROW, PHONE, People, Shoot
from tests.browser.test_access import Tour
from tests.browser.test_leave import OFFICER, WATI
from tests.conftest import Clock
from web.config import Settings
from web.parts import Parts
from web.worker import Worker

PROCESS_OWNER = "P026"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """An installation that tells people by mail and phone; nobody answers at the gateway."""
    way = {"webhook_url": "http://127.0.0.1:9/in", "webhook_secret": "w" * 40}
    return replace(settings, mail=(tmp_path / "mail").as_uri(), **way)


def test_an_address_is_confirmed_by_keyboard_and_what_does_not_arrive_is_seen_to(
    people: People, app: Flask, parts: Parts, clock: Clock, shoot: Shoot
) -> None:
    tour = Tour(app, people.server.url)
    wati = people.page(WATI, NARROW, scripts=True)
    tour.open(wati, "/account/addresses")
    for field, address in (("Alamat email", "wati@example.go.id"), ("Nomor HP", "0812 3456 7890")):
        wati.get_by_label(field).fill(address)
        wati.keyboard.press("Enter")
        expect(wati.get_by_role("status")).to_contain_text("Kode sedang dikirim")
    tour.look(wati)
    Worker(parts).pass_once()
    wati.get_by_label("Kode").first.fill(_code(parts))
    wati.keyboard.press("Enter")
    expect(wati.get_by_role("status")).to_contain_text("Alamat sudah dikonfirmasi")
    wati.get_by_label("Kode").fill("12")
    wati.get_by_label("Kode").press("Enter")
    expect(wati.get_by_role("alert")).to_be_focused()
    expect(wati.get_by_role("alert")).to_contain_text("Kode tidak cocok")
    tour.look(wati)
    shoot(wati, "addresses")
    _leave_untold(parts, clock)
    owner = people.page(PROCESS_OWNER, PHONE, scripts=True)
    tour.open(owner, "/notices/failed")
    expect(owner.get_by_role("row").filter(has_text="Wati")).to_contain_text("Server pengirim tidak menjawab")
    officer = people.page(OFFICER, PHONE, scripts=True)
    tour.open(officer, "/notices/without")
    shoot(officer, "without-address")
    officer.get_by_role("checkbox").first.check()
    officer.get_by_role("button", name="Tandai sudah disampaikan").click()
    expect(officer.get_by_role("status")).to_contain_text("sudah disampaikan")
    tour.look(officer)
    assert tour.wrong == {}


def _code(parts: Parts) -> str:
    """The code in the only mail there is."""
    [file] = Path(urlsplit(parts.settings.mail or "").path).iterdir()
    found = re.search(r"\b[0-9]{6}\b", message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"])
    assert found is not None
    return found[0]


def _leave_untold(parts: Parts, clock: Clock) -> None:
    """The code to Wati's phone is given up; a colleague without an address is refused a certificate."""

    def work(session: Session) -> None:
        session.execute(update(Message).where(Message.kind == "webhook").values(failed_at=clock()))
        colleague, officer = (parts.people.actor(session, person, clock()) for person in ("P098", OFFICER))
        view = parts.engine.start(session, "surat_keterangan", colleague, {"purpose": "Kredit bank"}, now=clock())
        refused = {"outcome": "refuse", "reason": "Belum lengkap"}
        parts.engine.complete(session, view.tasks[0].id, officer, refused, now=clock())

    parts.database.command(work)
    clock.forward(minutes=11)
