"""What is asked for and when: in lists and at the head of pages, in the reader's language, for those who may see it."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.leaves import HEAD, OFFICER, ask, complete, to_decide
from web.i18n import DASH
from web.parts import Parts

WATI = "P097"
LINE = f"Cuti tahunan · 7{DASH}8 Des 2026"
ENGLISH = f"Annual leave · 7{DASH}8 Dec 2026"


def test_everybody_who_sees_the_request_in_a_list_reads_what_it_asks_for(visit: Visit, parts: Parts) -> None:
    tasks = [to_decide(parts, person) for person in (WATI, "P098")]
    head = visit(HEAD)
    pages = ["/", "/inbox", f"/tasks/{tasks[0]}", f"/inbox/together?task={tasks[0]}&task={tasks[1]}"]
    assert [path for path in pages if LINE not in head.open(path).text] == []
    wati = visit(WATI)
    assert LINE in wati.open("/").text
    assert LINE in wati.open("/requests").text
    wati.follow("Cuti")
    assert LINE in wati.text
    wati.open("/language/en")
    assert ENGLISH in wati.open("/requests").text


def test_a_returned_request_shows_what_it_asks_for_now(visit: Visit, parts: Parts) -> None:
    instance = ask(parts, WATI)
    complete(parts, instance, outcome="return", repair="Tanggalnya keliru")
    wati = visit(WATI).open("/inbox").follow("Ajukan cuti")
    wati.send({"last": "2026-12-10"})
    assert f"7{DASH}10 Des 2026" in visit(OFFICER).open("/inbox").text
    assert f"7{DASH}10 Des 2026" in wati.open("/requests").text


def test_the_overdue_list_does_not_tell_what_a_request_is_about(visit: Visit, parts: Parts, clock: Clock) -> None:
    to_decide(parts, WATI)
    clock.forward(seconds=timedelta(days=20).total_seconds())
    overdue = visit(OFFICER).open("/overdue").text
    assert "Putuskan cuti" in overdue
    assert "Cuti tahunan" not in overdue
    assert LINE not in overdue
    assert LINE not in visit(HEAD).open("/notices").text
