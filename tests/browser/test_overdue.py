"""A late task on a phone: the applicant reminds, the head finds it on the list."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, People
from tests.browser.test_access import Tour
from tests.conftest import Clock
from tests.web.test_overdue import start
from web.parts import Parts
from web.worker import Worker

VERIFIER = "P029"


def test_an_applicant_reminds_without_scripts_and_whoever_answers_for_the_task_reads_how_late_it_is(
    people: People, app: Flask, parts: Parts, clock: Clock
) -> None:
    instance = start(parts, "P097")
    start(parts, "P072")
    clock.forward(days=1)
    applicant = people.page("P097", NARROW)
    applicant.goto(f"/requests/{instance}")
    applicant.get_by_role("button", name="Ingatkan").click()
    expect(applicant.get_by_role("status")).to_contain_text("Pengingat Anda tercatat")
    expect(applicant.get_by_role("button", name="Ingatkan")).to_have_count(0)
    clock.forward(days=3)
    Worker(parts).pass_once()
    tour = Tour(app, people.server.url)
    verifier = people.page(VERIFIER, NARROW, scripts=True)
    tour.open(verifier, "/overdue")
    expect(verifier.locator("tbody tr")).to_have_count(2)
    expect(verifier.locator("tbody tr").first).to_contain_text("terlambat 3 hari kerja")
    verifier.get_by_label("Unit pemohon").select_option(label="Dinas Kesehatan")
    verifier.get_by_role("button", name="Tampilkan").click()
    expect(verifier.locator("tbody tr")).to_have_count(1)
    verifier.get_by_role("link", name="Alihkan").click()
    expect(verifier.get_by_role("heading", level=1)).to_contain_text("Alihkan")
    assert tour.wrong == {}
