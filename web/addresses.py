"""Where I am told outside Alur: addresses, confirmed by a one-time code, and what goes to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Text
from web import contacts
from web.commands import actor, command
from web.contacts import ALL, CHANNELS, OWN, Channel, TooSoon
from web.i18n import _, moment
from web.parts import parts, utcnow
from workflows.reach import Contact

bp = Blueprint("addresses", __name__, url_prefix="/account/addresses")

WANTS = {
    ALL: Text("Pemberitahuan tentang permohonan saya, dan tugas saya", "Notices about my requests, and my tasks"),
    OWN: Text("Hanya pemberitahuan tentang permohonan saya", "Only notices about my requests"),
}
Problems = Mapping[str, Text | str]
"""What is wrong, by the field it is about: ``mail-address``, ``phone-code``."""


@dataclass(frozen=True)
class Line:
    """A channel as it is shown: its address in use, the one that waits for a code, and whether sending fails."""

    channel: Channel
    address: str | None
    wants: str
    asked: str | None
    failing: bool


@bp.get("")
def show() -> ResponseReturnValue:
    """My addresses."""
    return _page({})


@bp.post("/<any(mail, phone):channel>")
def ask(channel: str) -> ResponseReturnValue:
    """Send a code to an address that I want to be told at."""
    typed = request.form.get("address", "")
    address = contacts.fitting(_able(channel), typed)
    if address is None:
        return _page({f"{channel}-address": CHANNELS[channel].wrong}, typed), 422

    def work(session: Session, me: Actor, now: datetime) -> str:
        contacts.ask(session, me.person, channel, address, now)
        return url_for(".show", said="code_sent")

    try:
        return command(work)
    except TooSoon as soon:
        words = _("Kode baru saja diminta. Minta lagi setelah %(moment)s.", moment=moment(soon.until, short=True))
        return _page({f"{channel}-address": words}, typed), 429


@bp.post("/<any(mail, phone):channel>/confirm")
def confirm(channel: str) -> ResponseReturnValue:
    """Type the code that came; a wrong one is counted, whatever becomes of the page."""
    person, code, now = current_user.person, request.form.get("code", ""), utcnow()
    secret = parts().settings.secret
    right = parts().database.command(
        lambda session: contacts.confirm(session, person, _able(channel), code, secret, now)
    )
    if right:
        return redirect(url_for(".show", said="confirmed"), 303)
    words = _("Kode tidak cocok atau sudah tidak berlaku. Periksa lagi, atau minta kode baru.")
    return _page({f"{channel}-code": words}), 422


@bp.post("/<any(mail, phone):channel>/wants")
def choose(channel: str) -> ResponseReturnValue:
    """Say what I want to be told there."""
    wants = request.form.get("wants", "")

    def work(session: Session, me: Actor, _now: datetime) -> str:
        contacts.choose(session, me.person, _able(channel), wants)
        return url_for(".show", said="address_set")

    return command(work)


@bp.post("/<any(mail, phone):channel>/remove")
def remove(channel: str) -> ResponseReturnValue:
    """Be told nothing there any more."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        contacts.remove(session, me.person, _able(channel), now)
        return url_for(".show", said="address_gone")

    return command(work)


def _able(channel: str) -> str:
    """The channel, if this installation can send through it. Raises `NotFound`."""
    if channel not in contacts.channels(parts().settings):
        raise NotFound
    return channel


def _page(problems: Problems, typed: str = "") -> str:
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        known = contacts.of_person(session, me.person)
        failing = set(session.scalars(select(Contact.channel).where(Contact.person == me.person, contacts.failing())))
    problems = {_shown(name, known, now): words for name, words in problems.items()}
    lines = [
        _line(channel, known.get(channel), channel in failing, now) for channel in contacts.channels(parts().settings)
    ]
    return render_template("addresses.html", lines=lines, problems=problems, typed=typed, wants=WANTS)


def _shown(name: str, known: Mapping[str, Contact], now: datetime) -> str:
    """The field beside which a problem stands: where no code is waited for any more, the one that asks for another."""
    channel, _dash, what = name.partition("-")
    waits = channel in known and contacts.waits(known[channel], now)
    return f"{channel}-address" if what == "code" and not waits else name


def _line(channel: str, contact: Contact | None, failing: bool, now: datetime) -> Line:
    if contact is None:
        return Line(CHANNELS[channel], None, ALL, None, False)
    asked = contact.asked if contacts.waits(contact, now) else None
    return Line(CHANNELS[channel], contact.address, contact.wants, asked, failing)
