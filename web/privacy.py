"""Personal data: the notice that everybody confirms, what is kept for what purpose, rights and breaches."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from babel.dates import format_date
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound
from web.commands import actor, command
from web.db import add_missing
from web.i18n import LANGUAGES, language
from web.parts import parts, utcnow
from web.safety import local_target
from workflows.privacy import breaches, registers, rights
from workflows.privacy import notice as notices
from workflows.privacy.model import NoticeAck
from workflows.privacy.purposes import PURPOSES

bp = Blueprint("privacy", __name__, url_prefix="/privacy")

PROCESSES = frozenset({rights.PROCESS, breaches.PROCESS})
"""What is started from these pages, and not from the first one."""


@bp.get("")
def index() -> ResponseReturnValue:
    """What is processed for what purpose, what I can ask for, and what is limited because I asked."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        who = actor(session, now)
        startable = [item for item in p.engine.startable(session, who, now=now) if item.process in PROCESSES]
        looks = registers.may_look(who)
        return render_template(
            "privacy.html",
            purposes=PURPOSES,
            limits=rights.in_force(session, who.person),
            startable=[item for item in startable if item.own],
            looks=looks,
            keeps=registers.answers_for_data(who),
            open_rights=registers.open_ones(session, rights.PROCESS) if looks else 0,
            open_breaches=registers.open_ones(session, breaches.PROCESS) if looks else 0,
        )


@bp.get("/notice")
def notice() -> ResponseReturnValue:
    """What the office tells about personal data, to be confirmed once per version."""
    with parts().database.reads() as session:
        who = actor(session, utcnow())
        confirmed = notices.acknowledged(session, who.person)
        return render_template(
            "privacy_notice.html",
            notice=notices.notice(notices.versions()[0], language()),
            confirmed=confirmed,
            next=request.args.get("next"),
        )


@bp.post("/notice")
def acknowledge() -> ResponseReturnValue:
    """Keep that the signed-in person has read the version that the page showed, and go on to where they wanted."""
    shown = request.form.get("version", "")
    wanted = local_target(request.form.get("next"))

    def work(session: Session, who: Actor, now: datetime) -> str:
        if shown == str(notices.versions()[0]):  # another one has come since: it is shown next
            said = {"version": int(shown), "language": _language_read(), "at": now}
            add_missing(session, NoticeAck, [{"person": who.person, **said}])
        return wanted

    return command(work)


@bp.get("/rights")
def requests() -> ResponseReturnValue:
    """Requests by right with their clocks, and the limits in force."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        who = actor(session, now)
        register = registers.of_rights(session, p.engine.catalog, p.people, who, page=_page(), now=now)
        limits = rights.in_force(session)
        names = p.people.names(session, {row.person for row in limits})
        return render_template(
            "privacy_rights.html",
            register=register,
            limits=[(row, names[row.person]) for row in limits],
            keeps=registers.answers_for_data(who),
        )


@bp.post("/rights/<uuid:limit>/lift")
def lift(limit: UUID) -> ResponseReturnValue:
    """End a limit of processing."""

    def work(session: Session, who: Actor, now: datetime) -> str:
        if not registers.answers_for_data(who):
            raise NotFound
        rights.lift(session, limit, by=who.person, now=now)
        return url_for(".requests", said="limit_lifted")

    return command(work)


@bp.get("/breaches")
def breach_register() -> ResponseReturnValue:
    """The register of breaches with their clocks."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        who = actor(session, now)
        register = registers.of_breaches(session, p.engine.catalog, p.people, who, page=_page(), now=now)
        return render_template("privacy_breaches.html", register=register, now=now)


@bp.get("/breaches/<uuid:breach>")
def breach(breach: UUID) -> ResponseReturnValue:
    """One breach with all that the register says of it, and the letters about it."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        entry = registers.breach(session, p.engine.catalog, p.people, actor(session, now), breach, now=now)
        return render_template("privacy_breach.html", entry=entry)


@bp.get("/breaches/<uuid:breach>/letters/<any(people, institution, public):whom>")
def letter(breach: UUID, whom: str) -> ResponseReturnValue:
    """A letter about a breach to be printed: to those concerned, to the institution, or a notice to the public."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        who = actor(session, now)
        entry = registers.breach(session, p.engine.catalog, p.people, who, breach, now=now)
        if entry.breach is None:
            raise NotFound
        happened = format_date(entry.breach.breach_happened_on, "d MMMM y", locale=LANGUAGES[0])
        signer = who.name if registers.answers_for_data(who) else ""
        return render_template("privacy_letter.html", entry=entry, whom=whom, happened=happened, signer=signer)


def _page() -> int:
    typed = request.args.get("page", "")
    return int(typed[:6]) if typed.isdecimal() else 1


def _language_read() -> str:
    read = request.form.get("language", "")
    return read if read in LANGUAGES else LANGUAGES[0]
