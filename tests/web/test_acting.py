"""Acting officers: who appoints them, within which rules, and that everybody always sees who acts as whom."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.web.conftest import Visit
from web.parts import Parts
from workflows.people import Acting

OFFICER, HEAD, SUPERIOR, WATI, VERIFIER, AUDITOR = "P092", "P091", "P094", "P097", "P029", "P012"
HEADS_POST = "DISKOMINFO-01"


def acts(parts: Parts, person: str = SUPERIOR, position: str = HEADS_POST, kind: str = "Plh") -> None:
    """Let somebody act in November, as if it had been appointed long ago."""
    about = {"decree": "800.1.3.3/7/2026", "first": date(2026, 11, 1), "last": date(2026, 11, 30)}
    parts.database.command(lambda s: s.add(Acting(person=person, position=position, kind=kind, excluded="", **about)))


def pages_without_arguments(app: Flask) -> list[str]:
    adapter = app.url_map.bind("localhost")
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments)
    return [adapter.build(rule.endpoint) for rule in rules if not rule.endpoint.startswith("api")]


def test_ux_26_who_acts_for_somebody_reads_so_on_every_page(app: Flask, visit: Visit, parts: Parts) -> None:
    acts(parts)
    karel, told, pages = visit(SUPERIOR), [], 0
    for path in (*pages_without_arguments(app), "/start/leave/all", "/nothing-here"):
        answer = karel.client.get(path)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            pages += 1
            karel._show(answer)
            banner = karel.page.select_one("aside.acting")
            told += [] if banner and "Plh. Kepala Dinas Kominfo" in banner.get_text() else [path]
    assert pages > 15
    assert told == []
    banner = " ".join(karel.page.select_one("aside.acting").get_text(" ").split())  # type: ignore[union-attr]  # it was just found
    assert banner == (
        "Anda bertindak sebagai Plh. Kepala Dinas Kominfo . Dasar: 800.1.3.3/7/2026. Sampai Senin, 30 November 2026."
    )


def test_nobody_else_sees_the_banner_and_it_goes_with_the_last_day(visit: Visit, parts: Parts) -> None:
    acts(parts)
    assert visit(WATI).open("/").page.select_one("aside.acting") is None
    parts.clock.forward(days=28)  # type: ignore[attr-defined]  # the clock of the tests
    assert visit(SUPERIOR).open("/").page.select_one("aside.acting") is not None
    parts.clock.forward(days=1)  # type: ignore[attr-defined]  # see above
    assert visit(SUPERIOR).open("/").page.select_one("aside.acting") is None
