"""Words in Indonesian and English, and dates and numbers in the form of each language.

The sentences in templates and code are Indonesian; `translations/en.po` holds the English ones.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Blueprint, Flask, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue

from engine.characters import marked
from engine.errors import Text
from web.parts import parts
from web.safety import local_target, public

LANGUAGES = ("id", "en")
COOKIE = "alur_language"
ONE_YEAR = 365 * 24 * 3600
FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})
"""Directions of Hebrew and Arabic letters and of Arabic digits."""
ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}
"""Hours ahead of UTC, and what Indonesians call that zone."""

DASH = "\N{EN DASH}"
DAYS = re.compile(rf"\b(\d{{4}}-\d\d-\d\d)(?: {DASH} (\d{{4}}-\d\d-\d\d))?\b")
"""A day as programs write it, or a first and a last one."""

bp = Blueprint("i18n", __name__)


@cache
def catalogue() -> dict[str, str]:
    """The English sentence for each Indonesian one."""
    with files("web").joinpath("translations/en.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="en") if message.id}


def language() -> str:
    """The language of this request: Indonesian unless the reader chose English."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        chosen = request.cookies.get(COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return str(g.language)


def _(sentence: str, **values: Any) -> str:
    """The sentence in the reader's language, with ``%(name)s`` filled in."""
    found = _found(sentence)
    return found % values if values else found


def say(text: Text | str | None) -> str:
    """A text of a package, an answer or the engine in the reader's language, as it stands on a page.

    Here alone it is seen to that the text cannot reorder what stands around it: characters that steer are
    shown by their numbers, and what is read from the right is isolated.
    """
    if text is None:
        return ""
    return _isolated(marked(in_language(text)))


def in_language(text: Text | str) -> str:
    """A text in the reader's language just as it was written, for programs."""
    return text.to(language()) if isinstance(text, Text) else text


def day(value: date | datetime, *, short: bool = False) -> str:
    """``Senin, 2 November 2026``; short: ``2 Nov 2026``. A moment is taken in the office's zone."""
    local = value.astimezone(zone()).date() if isinstance(value, datetime) else value
    return format_date(local, "d MMM y" if short else "EEEE, d MMMM y", locale=language())


def period(first: date, last: date) -> str:
    """The days from one to another as ``7 Des 2026``; what both have in common, month or year, is said once."""
    end = day(last, short=True)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{DASH}{end}"
    begin = format_date(first, "d MMM", locale=language()) if first.year == last.year else day(first, short=True)
    return f"{begin} {DASH} {end}"


def dated(text: Text | str | None) -> str:
    """As `say`, with the days in the text in the form of the language."""
    return DAYS.sub(_in_words, say(text))


def month(value: date) -> str:
    """``November 2026``."""
    return format_date(value, "MMMM y", locale=language())


def weekday(value: date) -> str:
    """``Sn``, ``Mo``: two letters, as a calendar with little room heads its columns."""
    short = ("Sn", "Sl", "Rb", "Km", "Jm", "Sb", "Mg")
    return short[value.weekday()] if language() == "id" else format_date(value, "EEEEEE", locale="en")


def moment(value: datetime, *, short: bool = False) -> str:
    """``Senin, 2 November 2026 pukul 16.00 WIB``."""
    local = value.astimezone(zone())
    clock = local.strftime("%H.%M" if language() == "id" else "%H:%M")
    at = {"id": "pukul", "en": "at"}[language()]
    return f"{day(value, short=short)}{',' if short else f' {at}'} {clock} {_zone_name(local)}"


def number(value: Any) -> str:
    """A number with the separators of the language."""
    return format_decimal(value, locale=language())


def zone() -> tzinfo:
    """The zone in which moments are shown."""
    return ZoneInfo(parts().settings.zone)


def install(app: Flask) -> None:
    """Give templates the words, dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension adds the method; no sentence of ours counts, so there is one form of each.
    app.jinja_env.install_gettext_callables(_found, lambda one, _many, _count: _found(one), newstyle=True)  # type: ignore[attr-defined]  # see above
    app.jinja_env.filters.update(
        say=say, day=day, dated=dated, month=month, weekday=weekday, moment=moment, number=number
    )
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES)
    app.register_blueprint(bp)


@bp.get("/language/<any(id, en):code>")
@public
def choose(code: str) -> ResponseReturnValue:
    """Remember the language in this browser and go back to the page."""
    response = redirect(local_target(request.args.get("next")), 303)
    secure = parts().settings.https
    response.set_cookie(COOKIE, code, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _found(sentence: str) -> str:
    return sentence if language() == "id" else catalogue().get(sentence, sentence)


def _in_words(found: re.Match[str]) -> str:
    try:
        first, last = (date.fromisoformat(each) for each in (found[1], found[2] or found[1]))
    except ValueError:  # it only looks like a day
        return found[0]
    return period(first, last)


def _isolated(words: str) -> str:
    """The words between the signs by which Unicode isolates (U+2068, U+2069) if any is read from the right.

    Titles, attributes and pictures know no ``<bdi>``; the signs work everywhere.
    """
    if words.isascii() or not any(unicodedata.bidirectional(c) in FROM_THE_RIGHT for c in words):
        return words
    return f"\u2068{words}\u2069"


def _zone_name(local: datetime) -> str:
    offset = local.utcoffset()
    hours = None if offset is None else int(offset.total_seconds() // 3600)
    return ZONE_NAMES.get(hours, local.tzname() or "") if hours is not None else ""
