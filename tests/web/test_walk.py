"""Every page that links lead to, in both languages: no word of the other, and the shape that all pages have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import pytest
from babel.dates import get_day_names, get_month_names
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.actor import Actor
from engine.errors import Text
from tests.contracts.test_glossary import everything
from tests.flows.stories import EMPLOYEE, FORM, HEAD, OFFICER, SUPERIOR, VERIFIER
from tests.web.crawl import walk
from web.i18n import COOKIE
from web.parts import Parts
from workflows.calendar import CalendarDay
from workflows.positions import Person, Position, Unit
from workflows.record.model import RecordRow

PEER, OWNER = "P098", "P026"
WALKERS = {"en": (EMPLOYEE, OFFICER, HEAD, VERIFIER, OWNER), "id": (EMPLOYEE, OFFICER, VERIFIER)}
"""An employee, a personnel officer, a head of unit, BKPSDM, the process owner; most pages are those of three."""
TYPED = {"reason": "xqreason", "address": "xqaddress"}
"""What people typed is in their language, whatever that of the page."""
NO_WORD = re.compile(r"https?://\S+|\S+@\S+|\S*\d\S*|\w+[._/]\w+")
WORD = re.compile(r"[a-z]{3,}")
PROPER: tuple[InstrumentedAttribute[str], ...] = (
    Person.name,
    Position.title,
    Unit.name,
    CalendarDay.name,
    CalendarDay.source,
)
PROGRAMS_WORD = re.compile(r"\b(?:person|position|role):\w+|\b[a-z]+_[a-z_]+\b")
NAMED_SO = {"BKPSDM"}
"""Units that everybody calls by the short name that is their code."""
OF_FILES = {"leave_opening.show", "record_import.show"}
"""Pages that say how the columns of a file are called."""
OWNER_OF_ALL = "Pemerintah Kabupaten"
SEEN_BY_ALL = ("aria-label", "title", "alt", "placeholder")
NAMES = {"alur", "pns", "pppk", "bkn", "bkpsdm", "siasn", "bpjs", "plh", "plt", "wib", "wita", "wit"}


@pytest.fixture
def kind() -> str:
    """Pages are the same on both kinds of database."""
    return "sqlite"


@pytest.fixture
def busy(parts: Parts) -> Parts:
    """An office in which leave was granted, refused, and waits at every step."""

    def work(session: Session) -> None:
        def me(person: str) -> Actor:
            return parts.people.actor(session, person, parts.clock())

        def asked(by: str, **answers: object) -> object:
            sent = {**FORM, **TYPED, **answers}
            return parts.engine.start(session, "leave", me(by), sent, now=parts.clock())

        def taken(by: str, **answers: object) -> None:
            task = parts.engine.inbox(session, me(by), now=parts.clock()).rows[0]
            parts.engine.complete(session, task.id, me(by), answers, now=parts.clock())

        for by, first, last, outcome in (
            (EMPLOYEE, "2026-11-09", "2026-11-11", "approve"),
            (EMPLOYEE, "2026-11-16", "2026-11-17", "reject"),
        ):
            asked(by, first=first, last=last)
            taken(OFFICER, outcome="complete", evidence_seen=True)
            taken(SUPERIOR, outcome="approve")
            taken(HEAD, outcome=outcome, reason="xqno")
        for day in ("2026-12-01", "2026-12-07", "2026-12-09"):
            asked(EMPLOYEE, first=day, last=day)
        taken(OFFICER, outcome="complete", evidence_seen=True)
        taken(SUPERIOR, outcome="approve")
        taken(OFFICER, outcome="complete", evidence_seen=True)

    parts.database.command(work)
    return parts


def data(session: Session) -> list[str]:
    """Names of the office's people, posts, units, holidays and decrees: they are the same in both languages.

    So is what stands in their records.
    """
    names = chain.from_iterable(session.scalars(select(column)) for column in PROPER)
    recorded = chain.from_iterable(json.loads(row).values() for row in session.scalars(select(RecordRow.values)))
    return sorted({name.lower() for name in (*names, *recorded, OWNER_OF_ALL)}, key=len, reverse=True)


def words_of(page: BeautifulSoup, names: Iterable[str], language: str) -> set[str]:
    """The words that a page says in the reader's language, to eyes and ears."""
    assert page.html is not None
    own = page.html["lang"]
    parts = [page] if own == language else page.select(f"[lang={language}]")
    said = " \n ".join(_said(part, language) for part in parts).lower()
    for name in names:
        said = said.replace(name, " ")
    return set(WORD.findall(NO_WORD.sub(" ", said)))


def _said(part: Tag, language: str) -> str:
    for other in part.select(f"[lang]:not(html):not([lang={language}]), script, style, textarea, code, kbd"):
        other.decompose()
    heard = (tag[name] for tag in part.find_all(True) for name in SEEN_BY_ALL if tag.has_attr(name))
    return " \n ".join([part.get_text(" \n "), *map(str, heard)])


def vocabulary() -> tuple[set[str], set[str]]:
    """The words that only Indonesian texts use, and those that only English ones use."""
    texts: list[Text] = [each.text for each in everything()]
    indonesian = {word for text in texts for word in WORD.findall(text.id.lower())} | of_calendar("id")
    english = {word for text in texts for word in WORD.findall(text.en.lower())} | of_calendar("en")
    return indonesian - english - NAMES, english - indonesian - NAMES


def codes(page: BeautifulSoup, units: Iterable[str]) -> Iterator[str]:
    """Names that only programs use, where people read: of units, posts, roles, steps and outcomes."""
    said = "\n".join(part.get_text("\n") for part in page.select("main"))
    found = (unit for unit in units if re.search(rf"(?<![/\w]){unit}(?![/\w])", said))
    yield from (f"the code {code}" for code in (*found, *PROGRAMS_WORD.findall(said)))


def of_calendar(language: str) -> set[str]:
    """The names of months and days."""
    names = [*get_month_names(locale=language).values(), *get_day_names(locale=language).values()]
    return {word for name in names for word in WORD.findall(name.lower())}


def shape(page: BeautifulSoup) -> Iterator[str]:
    """What is amiss with headings, labels, tables and landmarks."""
    if len(page.find_all("h1")) != 1:
        yield f"{len(page.find_all('h1'))} h1"
    if len(page.find_all("main")) != 1:
        yield "no main"
    labelled = {str(label["for"]) for label in page.select("label[for]")}
    for control in page.select("input:not([type=hidden]), select, textarea"):
        if control.get("id") not in labelled and not control.get("aria-label") and control.find_parent("label") is None:
            yield f"no label: {control.get('name')}"
        if {"required", "pattern", "min", "max"} & set(control.attrs):
            yield f"judged by the browser: {control.get('name')}"
    yield from (f"a form without novalidate: {form.get('action')}" for form in page.select("main form") if judges(form))
    yield from ("a table without headings" for table in page.select("main table") if not table.select("th"))


def judges(form: Tag) -> bool:
    """Whether a browser might hold a form back."""
    return bool(form.select("input[type=email], input[type=url], input[type=number]")) and not form.has_attr(
        "novalidate"
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_ux_38_no_page_says_a_word_of_the_other_language_and_each_has_its_own_title_and_labels(
    app: Flask, busy: Parts, client_as: Callable[[str], FlaskClient], language: str
) -> None:
    with busy.database.reads() as session:
        names, units = data(session), set(session.scalars(select(Unit.id))) - NAMED_SO
    foreign = vocabulary()[0 if language == "en" else 1]
    found: dict[str, list[str]] = {}
    for person in WALKERS[language]:
        client = client_as(person)
        client.set_cookie(COOKIE, language)
        titles: dict[str, str] = {}
        for each in walk(app, client):
            wrong = [
                *shape(each.page),
                *(codes(each.page, units) if each.endpoint not in OF_FILES else ()),
                *sorted(words_of(each.page, names, language) & foreign),
            ]
            title = each.page.title.get_text() if each.page.title else ""
            if titles.setdefault(title, each.endpoint) != each.endpoint:
                wrong.append(f"the title of {titles[title]}")
            if wrong:
                found[f"{person} {each.path}"] = wrong
    assert found == {}
