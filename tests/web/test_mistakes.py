"""What a form says when something is wrong: on its page, with what was typed, first in a list and at each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.flows.stories import EMPLOYEE, FORM, OFFICER, VERIFIER
from tests.web.visitor import Visitor
from web.i18n import COOKIE
from web.parts import Parts
from workflows.record.rows import single_row

PEER = "P094"


@dataclass(frozen=True)
class Form:
    """Where a form stands, whose it is, and what is sent that cannot be taken."""

    person: str | None
    page: str
    to: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    """Words of links on the way to the form."""

    @property
    def kept(self) -> dict[str, str]:
        """What must stand in the form again: all that was typed but passwords."""
        return {name: typed for name, typed in self.sent.items() if not name.startswith(("new", "again", "current"))}


FORMS = {
    "signing in": Form(None, "/sign-in", sent={"nip": "", "password": ""}),
    "a password": Form(EMPLOYEE, "/account/password", sent={"current": "", "new": "abc", "again": "abd"}),
    "a question page": Form(EMPLOYEE, "/start/leave"),
    "a question of words": Form(EMPLOYEE, "/start/surat_keterangan", sent={"purpose": "x" * 1_001}),
    "all questions on one page": Form(
        EMPLOYEE, "/start/leave/all", "/start/leave", {"type": "annual", "first": "besok", "phone": "12"}
    ),
    "a task": Form(OFFICER, "/inbox", sent={"repair": "Lampirkan surat"}, links=("Periksa permohonan",)),
    "handing a task on": Form(OFFICER, "/inbox", links=("Periksa permohonan", "Teruskan")),
    "a colleague": Form(OFFICER, "/start/leave_paper/colleague", "/colleague", {"who": "xy"}),
    "who acts": Form(OFFICER, f"/acting/posts/DISKOMINFO-02/{PEER}", sent={"decree": "", "first": "31/2/2026"}),
    "a day of the calendar": Form(VERIFIER, "/calendar/days/new?unit=*", sent={"date": "31/2/2026", "name": ""}),
    "a roster": Form(VERIFIER, "/calendar/units/DINKES/rosters/new"),
    "what was before": Form(VERIFIER, "/leave/opening"),
    "initial records": Form(VERIFIER, "/data/import"),
    "a row of the record": Form(EMPLOYEE, "/data/training/add", sent={"name": "Pelatihan arsip", "hours": "banyak"}),
    "a field of the record": Form(
        EMPLOYEE, f"/data/contact/{single_row(EMPLOYEE, 'contact')}/change/phone", sent={"phone": "12"}
    ),
    "why to see it all": Form(OFFICER, f"/data/people/{EMPLOYEE}/identity", "/identity", {"reason": "ktp"}),
    "a hold": Form("P006", "/privacy/retention", "/hold", {"who": "12", "reason": "Perkara 12"}),
    "an address": Form(EMPLOYEE, "/account/addresses", "/mail", {"address": "wati di rumah"}),
}


@pytest.fixture
def kind() -> str:
    """Forms are the same on both kinds of database."""
    return "sqlite"


@pytest.fixture
def at(app: Flask, parts: Parts, client_as: Callable[[str], FlaskClient]) -> Callable[[Form], Visitor]:
    """A browser at a form, after what cannot be taken was sent."""

    def wanted(session: Session) -> None:
        me = parts.people.actor(session, EMPLOYEE, parts.clock())
        parts.engine.start(session, "leave", me, FORM, now=parts.clock())

    def sent(form: Form) -> Visitor:
        visitor = Visitor(client_as(form.person) if form.person else app.test_client())
        if form.links:
            parts.database.command(wanted)
        visitor.open(form.page)
        for words in form.links:
            visitor.follow(words)
        return visitor.send(dict(form.sent), to=form.to)

    return sent


@pytest.mark.parametrize("name", FORMS)
def test_ux_12_mistakes_are_listed_first_stand_at_their_fields_and_nothing_typed_is_lost(
    at: Callable[[Form], Visitor], name: str
) -> None:
    visitor = at(FORMS[name])
    assert visitor.answer.status_code == 422
    assert visitor.title.startswith("Kesalahan: ")
    listed_first(visitor.main)
    for link in visitor.main.select(".mistakes li a"):
        said_at_its_field(visitor.main, link)
    kept = visitor.kept(visitor.form(FORMS[name].to))
    assert {key: kept.get(key, "") for key in FORMS[name].kept} == FORMS[name].kept


def listed_first(main: Tag) -> None:
    """The list of mistakes stands above the heading, has the focus, and is not empty."""
    heading, summary = main.find("h1"), main.find(class_="mistakes")
    assert isinstance(heading, Tag)
    assert isinstance(summary, Tag)
    assert heading in summary.find_all_next("h1")
    assert (summary["role"], summary["tabindex"], summary.has_attr("autofocus")) == ("alert", "-1", True)
    assert summary.get_text(" ", strip=True).startswith("Ada masalah")
    assert summary.select("li a")


def said_at_its_field(main: Tag, link: Tag) -> None:
    """The link leads to what can be mended, and the same words stand there."""
    target = main.select_one(str(link["href"]))
    assert target is not None, link
    assert target.name in {"input", "textarea", "select", "fieldset"}
    place = target.find_parent(class_="wrong")
    assert isinstance(place, Tag), link
    assert link.get_text(" ", strip=True) in place.get_text(" ", strip=True)


def test_ux_12_the_title_is_english_where_the_page_is(app: Flask) -> None:
    stranger = Visitor(app.test_client())
    stranger.client.set_cookie(COOKIE, "en")
    stranger.open("/sign-in").send({"nip": "", "password": ""})
    assert stranger.title.startswith("Error: Sign in")
    assert "There is a problem" in stranger.text
