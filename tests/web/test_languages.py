"""Two languages: no sentence is missing in either, and dates and numbers have the form of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from flask import Flask, g

import web
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web import i18n

WEB = Path(web.__file__).parent
SAME_IN_BOTH = {"NIP", "Status"}


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what does not depend on it."""
    return "sqlite"


def sentences() -> Iterator[str]:
    """Every sentence that stands in the code and the templates of the pages."""
    for path in WEB.glob("*.py"):
        yield from (str(found[1]) for found in extract_from_file("python", path, keywords={"_": None}))
    words = {"_": None, "gettext": None}
    trimmed = {"trim_blocks": "true", "lstrip_blocks": "true"}
    for path in (WEB / "templates").glob("*.html"):
        found_here = extract_from_file("jinja2.ext:babel_extract", path, keywords=words, options=trimmed)
        yield from (str(found[1]) for found in found_here)


def test_every_sentence_has_its_english_and_no_english_is_left_over() -> None:
    assert set(sentences()) == set(i18n.catalogue())


def test_no_sentence_is_left_untranslated() -> None:
    assert {indonesian for indonesian, english in i18n.catalogue().items() if english == indonesian} == SAME_IN_BOTH


def test_both_languages_fill_in_the_same_values() -> None:
    for indonesian, english in i18n.catalogue().items():
        assert sorted(re.findall(r"%\(\w+\)s", indonesian)) == sorted(re.findall(r"%\(\w+\)s", english))


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("2026-12-07", "7 Des 2026", "7 Dec 2026"),
        ("2026-12-07 {} 2026-12-07", "7 Des 2026", "7 Dec 2026"),
        ("2026-12-07 {} 2026-12-11", "7{}11 Des 2026", "7{}11 Dec 2026"),
        ("2026-11-30 {} 2026-12-02", "30 Nov {} 2 Des 2026", "30 Nov {} 2 Dec 2026"),
        ("x, 2026-12-30 {} 2027-01-02", "x, 30 Des 2026 {} 2 Jan 2027", "x, 30 Dec 2026 {} 2 Jan 2027"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("12026-12-07, 2026-12-071", "12026-12-07, 2026-12-071", "12026-12-07, 2026-12-071"),
    ],
)
def test_days_in_a_summary_are_written_as_the_language_writes_them(
    app: Flask, text: str, indonesian: str, english: str
) -> None:
    for code, expected in (("id", indonesian), ("en", english)):
        with app.test_request_context():
            g.language = code
            assert i18n.dated(text.format(i18n.DASH)) == expected.replace("{}", i18n.DASH)


def test_one_word_for_one_thing() -> None:
    for sentence in sentences():
        assert not re.search(r"\b(usulan|pengajuan|aplikasi|request|submit)\b", sentence, re.IGNORECASE), sentence


def test_sentences_are_short() -> None:
    lengths = [len(part.split()) for text in sentences() for part in re.split(r"[.!?]\s", text)]
    assert max(lengths) <= 20


@pytest.mark.parametrize(
    ("language", "in_full", "briefly"),
    [
        ("id", "Senin, 2 November 2026 pukul 16.05 WIB", "2 Nov 2026, 16.05 WIB"),
        ("en", "Monday, 2 November 2026 at 16:05 WIB", "2 Nov 2026, 16:05 WIB"),
    ],
)
def test_moments_are_told_in_the_form_of_the_language(app: Flask, language: str, in_full: str, briefly: str) -> None:
    with app.test_request_context():
        g.language = language
        at = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
        assert i18n.moment(at) == in_full
        assert i18n.moment(at, short=True) == briefly


def test_days_and_numbers_are_told_in_the_form_of_the_language(app: Flask) -> None:
    with app.test_request_context():
        assert i18n.day(date(2026, 11, 2)) == "Senin, 2 November 2026"
        assert i18n.number(4490400) == "4.490.400"
        g.language = "en"
        assert i18n.day(date(2026, 11, 2)) == "Monday, 2 November 2026"
        assert i18n.number(4490400) == "4,490,400"


def test_pages_are_indonesian_until_the_reader_chooses_english(visit: Visit) -> None:
    wati = visit("P097").open("/requests")
    assert wati.page.html is not None
    assert wati.page.html["lang"] == "id"
    assert wati.title.startswith("Permohonan saya")
    link = wati.page.select_one("footer a[hreflang]")
    assert link is not None
    wati.open(str(link["href"]))
    assert wati.path == "/requests"
    assert wati.page.html["lang"] == "en"
    assert wati.title.startswith("My requests")


def test_packages_speak_the_language_of_the_reader(visit: Visit) -> None:
    wati = visit("P097").open("/language/en")
    assert "Leave" in [link.get_text() for link in wati.main.select(".starts a")]
    wati.open("/start/leave/all").send(to="/start/leave")
    assert wati.title.startswith("Error: Leave")
    assert "There is a problem" in wati.text


def test_an_unknown_language_is_not_a_page(stranger: Visitor) -> None:
    assert stranger.client.get("/language/fr").status_code in {303, 404}
    stranger.client.set_cookie("alur_language", "xx")
    page = stranger.open("/sign-in").page
    assert page.html is not None
    assert page.html["lang"] == "id"
