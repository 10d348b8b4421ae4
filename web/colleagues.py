"""Choosing the colleague for whom a request is entered, from paper for instance."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotPermitted, Text
from web import drafts
from web.commands import actor, command
from web.drafts import Wish
from web.forms import Problems
from web.parts import parts, utcnow
from workflows import colleagues

bp = Blueprint("colleagues", __name__, url_prefix="/start")

LONGEST_SEARCH = 80
TOO_SHORT = Text("Isi NIP, atau sedikitnya tiga huruf nama.", "Give the NIP, or at least three letters of the name.")


@bp.get("/<process>/colleague")
def show(process: str) -> ResponseReturnValue:
    """Whom is it for? Drafts for colleagues that are not sent yet are listed."""
    with parts().database.reads() as session:
        return _page(session, process)


@bp.post("/<process>/colleague")
def find(process: str) -> ResponseReturnValue:
    """Who was looked for. No address carries a name, so that no log does; nothing is changed."""
    words = request.form.get("who", "")[:LONGEST_SEARCH]
    problems = {} if colleagues.is_enough(words) else {"who": [TOO_SHORT]}
    with parts().database.reads() as session:
        return _page(session, process, words, problems), 422 if problems else 200


@bp.post("/<process>/colleague/choose")
def choose(process: str) -> ResponseReturnValue:
    """Open a draft for the colleague, or go on with the one that there is."""
    subject = request.form.get("person", "")

    def work(session: Session, me: Actor, now: datetime) -> str:
        wish = Wish(process, None, subject)
        if subject == me.person or not parts().engine.may_start_for(session, process, me, subject, now=now):
            raise NotPermitted
        draft = drafts.latest(session, me.person, wish) or drafts.keep(session, me.person, wish, {}, now)
        return url_for("start.whole", process=process, draft=draft.id)

    return command(work)


def _page(session: Session, process: str, words: str = "", problems: Problems | None = None) -> str:
    p, now = parts(), utcnow()
    me, manifest = actor(session, now), p.engine.catalog.live(session, process).manifest
    if not any(each.process == process and each.behalf for each in p.engine.startable(session, me, now=now)):
        raise NotPermitted
    found = colleagues.find(session, me, manifest.behalf, words) if words and not problems else []
    waiting = drafts.for_colleagues(session, me.person, process)
    return render_template(
        "colleague.html",
        process=process,
        title=manifest.title,
        words=words,
        problems=problems or {},
        found=[each for each in found if p.engine.may_start_for(session, process, me, each.person, now=now)],
        more=len(found) > colleagues.MOST_FOUND,
        waiting=[(draft.id, p.people.name(session, draft.subject or ""), draft.at) for draft in waiting],
    )
