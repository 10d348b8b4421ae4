"""What pages weigh and what a decision costs: the budgets of the first view, the inbox and a command."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

import web
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.test_leave_pages import LEAVE, OFFICER, WATI, asked
from tests.web.visitor import Visitor
from web.parts import Parts

STATIC = Path(web.__file__).parent / "static"


@contextmanager
def statements(parts: Parts) -> Iterator[list[str]]:
    """The statements and commits that the database gets meanwhile."""
    seen: list[str] = []
    engine = Engine  # reading and writing have an engine each

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    def committed(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    yield seen
    event.remove(engine, "before_cursor_execute", executed)
    event.remove(engine, "commit", committed)


def cost(seen: list[str]) -> tuple[int, int]:
    """Statements without the frame of a transaction, and commits."""
    frame = ("BEGIN", "PRAGMA", "SET TRANSACTION", "COMMIT")
    return sum(not statement.startswith(frame) for statement in seen), seen.count("COMMIT")


def test_an_intermediate_decision_takes_twelve_statements_and_one_commit(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    asked(visit)
    officer = visit(OFFICER).open("/inbox").follow("Periksa permohonan")
    clock.forward(minutes=11)  # so that the sign of life is due as well
    form = officer.form()
    body = {**officer.kept(form), "outcome": "complete"}
    with statements(parts) as seen:
        assert officer.client.post(officer.target(form), data=body).status_code == 303
    done, commits = cost(seen)
    assert commits == 1, seen
    assert done <= 13, seen  # twelve, and the sign of life that is written every ten minutes


def test_a_page_of_twenty_tasks_takes_few_statements_and_weighs_little(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    for _ in range(20):
        wati = visit(WATI).open("/start/surat_keterangan/all")
        wati.send({"purpose": "Kredit bank", "addressee": "Bank Kalsel"}, to="/start/surat_keterangan").send()
        clock.forward(seconds=1)
    officer = visit(OFFICER)
    officer.open("/inbox")
    with statements(parts) as seen:
        answer = officer.client.get("/inbox", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding" or "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.data).count(b"<tr>") == 21
    assert gzip.decompress(answer.data).count(b"kepada Bank Kalsel") == 20
    assert len(answer.data) <= 6_000
    done, commits = cost(seen)
    assert commits == 0
    assert done <= 6, seen


FIRST_VIEW, FIRST_REQUESTS, SCRIPTS = 20_000, 6, 6_000
"""Bytes after compression and requests of a page that nothing is kept of yet (DESIGN.md), and bytes of its scripts."""


@dataclass(frozen=True)
class Load:
    """What a browser fetches for a page when it has kept nothing: bytes by address."""

    weights: dict[str, int]

    @classmethod
    def of(cls, visitor: Visitor) -> Load:
        """The page on the screen, opened once more, with its style sheets, scripts and pictures."""
        found = visitor.page.select("link[href], script[src], img[src]")
        addresses = {str(tag.get("href") or tag.get("src")) for tag in found if tag.get("loading") != "lazy"}
        packed = {"Accept-Encoding": "gzip"}
        here = visitor.answer.request.full_path.rstrip("?")
        return cls({path: len(visitor.client.get(path, headers=packed).data) for path in {here, *addresses}})

    @property
    def scripts(self) -> int:
        """Bytes of its scripts."""
        return sum(weight for path, weight in self.weights.items() if path.endswith(".js"))

    def complaints(self) -> list[str]:
        """What is beyond the budgets."""
        told = [f"{sum(self.weights.values())} bytes"] if sum(self.weights.values()) > FIRST_VIEW else []
        told += [f"{len(self.weights)} requests"] if len(self.weights) > FIRST_REQUESTS else []
        told += [f"{self.scripts} bytes of scripts"] if self.scripts > SCRIPTS else []
        return told + [path for path in self.weights if not path.startswith("/") or path.startswith("//")]


def test_ux_28_the_first_view_of_each_main_page_is_small_and_asks_for_few_files(
    visit: Visit, stranger: Visitor
) -> None:
    wati, loads = visit(WATI), {"sign-in": Load.of(stranger.open("/sign-in"))}
    for path in (
        "/",
        "/start/leave",
        "/start/leave/all",
        "/requests",
        "/leave",
        "/data",
        "/data/personal",
        "/notices",
        "/help",
        "/account",
    ):
        loads[path] = Load.of(wati.open(path))
    check = visit(WATI).open("/start/leave/all").send(LEAVE, to="/start/leave")
    loads["check"] = Load.of(check)
    loads["sent"] = Load.of(check.send())
    loads["request"] = Load.of(check.follow("Lihat permohonan"))
    officer = visit(OFFICER)
    loads["inbox"] = Load.of(officer.open("/inbox"))
    loads["task"] = Load.of(officer.follow("Periksa permohonan"))
    assert {name: found for name, load in loads.items() if (found := load.complaints())} == {}


def test_ux_31_static_files_are_named_by_their_content_and_kept_for_a_year(visit: Visit) -> None:
    page = visit(WATI).open("/inbox").page
    for tag in page.select("link[rel=stylesheet], script[src]"):
        path = str(tag.get("href") or tag.get("src"))
        answer = visit(WATI).client.get(path)
        assert hashlib.sha256(answer.data).hexdigest()[:12] in path
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert visit(WATI).client.get(path.replace(".", ".0", 1)).status_code == 404


def test_the_style_sheet_stays_small() -> None:
    assert len(gzip.compress((STATIC / "alur.css").read_bytes(), 9)) <= 6_000


@pytest.mark.parametrize("coding", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_plain_pages(stranger: Visitor, coding: str) -> None:
    answer = stranger.client.get("/sign-in", headers={"Accept-Encoding": coding})
    assert "Content-Encoding" not in answer.headers


def test_the_picture_of_a_flow_is_small(visit: Visit) -> None:
    svg = asked(visit).follow("Lihat permohonan").main.select_one("svg.flow")
    assert len(gzip.compress(str(svg).encode(), 9)) <= 5_000
