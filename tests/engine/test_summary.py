"""One line of what is asked for: made with the first step, kept with the request, read with its lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from engine.errors import Text
from engine.package import Package
from engine.runtime import Engine as Alur
from engine.summary import LONGEST, LONGEST_WORDS
from tests.engine.test_check_package import MANIFEST, found
from tests.engine.test_check_package import package as checked
from tests.support import Office, choice, diagram, form, form_of, package

DAYS = 'string(submit.first) + " \N{EN DASH} " + string(submit.last)'
WEEK, SHORTER = "2026-12-07 \N{EN DASH} 2026-12-11", "2026-12-07 \N{EN DASH} 2026-12-09"
AGAIN = 'which submit | decide.outcome = "again"'
ASKED: dict[str, Any] = {"type": "annual", "first": "2026-12-07", "last": "2026-12-11", "reason": "rahasia"}


def leave(summary: str | None, *, first_decides: bool = False, key: str = "flow", **manifest: Any) -> Package:
    """submit, then a decision that may send it back."""
    kinds = {**choice("annual", "sick"), "values": [{"value": "annual", "label": "Cuti tahunan"}, SICK]}
    outcome = {"outcome": choice("ask", "plead")} if first_decides else {}
    date = {"type": "datetime", "subtype": "date"}
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "decide": "userTask",
                "which": "exclusiveGateway",
                "done": "endEvent",
            },
            ["begin submit", "submit decide", "decide which", AGAIN, "which done | default"],
            lanes={"requester": ["begin", "submit"], "sekda": ["decide", "which", "done"]},
            inside={step: form_of(step) for step in ("submit", "decide")},
        ),
        key=key,
        files={
            "submit.form": form(type=kinds, first=date, last=date, reason={}, days={"type": "number"}, **outcome),
            "decide.form": form(outcome=choice("approve", "again")),
            "texts.en.toml": b'"submit.form#type.values.annual" = "Annual leave"',
        },
        **({} if summary is None else {"summary": summary}),
        **manifest,
    )


SICK = {"value": "sick", "label": "Cuti sakit"}


def kept(office: Office, summary: str | None, **answers: Any) -> str | None:
    """What is kept of a request with these answers."""
    office.deploy(leave(summary))
    return office.start("flow", "P072", **{**ASKED, **answers}).row.summary


def in_the_inbox(office: Office, person: str) -> dict[UUID, Text | None]:
    """What the inbox of a person says of each request."""
    with office.database.reads() as session:
        me = office.directory.actor(session, person, office.now)
        return {row.instance_id: row.summary for row in office.engine.inbox(session, me, now=office.now).rows}


def among_mine(office: Office, person: str) -> dict[UUID, Text | None]:
    """What the list of a person's own requests says of each."""
    with office.database.reads() as session:
        me = office.directory.actor(session, person, office.now)
        return {row.id: row.summary for row in office.engine.instances(session, me, now=office.now).rows}


def test_a_list_says_the_words_of_the_choice_and_the_days_in_both_languages(office: Office) -> None:
    office.deploy(leave(f"[submit.type, {DAYS}]"))
    case = office.start("flow", "P072", **ASKED)
    told = Text(f"Cuti tahunan · {WEEK}", f"Annual leave · {WEEK}")
    assert in_the_inbox(office, "P001") == among_mine(office, "P072") == {case.id: told}
    assert case.seen_by("P001").summary == told


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        (None, None),
        (DAYS, WEEK),
        ("submit.first", "2026-12-07"),
        ("[submit.days, null, submit.first]", "2026-12-07"),
        ('{id: "mulai " + submit.reason, en: "from " + submit.reason}', "mulai rahasia\tfrom rahasia"),
        ('{id: "hari " + submit.nothing, en: "day " + submit.nothing}', None),
        ('{id: "sama", en: "sama"}', "sama"),
        (r'["satu\n\tbaris", "  "]', "satu baris"),
        ("[instance.subject, 1 + 1, 0.5]", "P072\n2\n0.5"),
        ("[true, [1], submit]", None),
        ("submit.nothing.at.all", None),
        ("sum(for i in 1..100000 return i * i * i)", None),
        ("not an expression (", None),
    ],
)
def test_what_an_expression_gives_becomes_one_short_line(office: Office, summary: str | None, line: str | None) -> None:
    assert kept(office, summary) == line


def test_it_never_grows_beyond_its_column(office: Office) -> None:
    line = kept(office, f"[submit.reason, submit.reason, submit.reason, {DAYS}]", reason="x" * 150)
    assert line is not None
    assert len(line) <= LONGEST
    assert line.split("\n") == ["x" * (LONGEST_WORDS - 1) + "…"] * 2 + [WEEK]


def test_who_gives_the_first_step_again_changes_it(office: Office) -> None:
    office.deploy(leave(DAYS))
    case = office.start("flow", "P072", **ASKED)
    case.complete("decide", "P001", outcome="again")
    assert case.row.summary == WEEK
    case.complete("submit", "P072", **{**ASKED, "last": "2026-12-09"})
    assert case.row.summary == SHORTER
    case.complete("decide", "P001", outcome="approve")
    assert (case.ended, case.row.summary) == (True, SHORTER)


def test_who_takes_the_first_step_back_has_the_line_of_before(office: Office) -> None:
    engine, minutes = office.engine, timedelta(minutes=10)
    office.engine = Alur(engine.catalog, engine.services, engine.directory, take_back=minutes)
    office.deploy(leave(DAYS, first_decides=True))
    case = office.start("flow", "P072", **ASKED, outcome="ask")
    case.complete("decide", "P001", outcome="again")
    case.complete("submit", "P072", **{**ASKED, "last": "2026-12-09"}, outcome="plead")
    assert case.row.summary == SHORTER
    me = office.actor("P072")
    office.database.command(lambda session: office.engine.take_back(session, case.id, me, now=office.now))
    assert case.row.summary == WEEK


def test_a_request_about_another_shows_what_was_asked_for_there(office: Office) -> None:
    office.deploy(leave(DAYS), leave('{id: "mulai", en: "from"}', key="stop", about=["flow"]))
    case = office.start("flow", "P072", **ASKED)
    later = office.start("stop", "P072", about=case.id, **ASKED)
    days = Text(WEEK, WEEK)
    told = {case.id: days, later.id: Text(f"mulai · {days.id}", f"from · {days.id}")}
    assert in_the_inbox(office, "P001") == among_mine(office, "P072") == told
    view = later.seen_by("P001")
    assert view.about is not None
    assert (view.summary, view.about.summary) == (Text("mulai", "from"), days)


def test_it_costs_no_statement_more(office: Office) -> None:
    numbers = []
    for summary in (None, f"[submit.type, {DAYS}]"):
        office.deploy(leave(summary))
        office.start("flow", "P072", **ASKED)  # what is read once has been read
        with statements() as seen:
            case = office.start("flow", "P072", **ASKED)
            case.complete("decide", "P001", outcome="again")
            case.complete("submit", "P072", **ASKED)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def executed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    yield seen
    event.remove(Engine, "before_cursor_execute", executed)


def test_the_check_names_what_the_summary_cannot_know_at_the_first_step() -> None:
    late, well = (found(checked(manifest=MANIFEST + b'summary = "%s.day"\n' % step)) for step in (b"decide", b"submit"))
    assert {code for code, element in late if element == "summary"} == {"name-unknown"}
    assert {code for code, element in well if element == "summary"} == set()
