"""Personal data: the notice that everybody confirms, what is kept for what purpose, rights and breaches."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from web.commands import actor, command
from web.db import add_missing
from web.i18n import LANGUAGES, language
from web.parts import parts, utcnow
from web.safety import local_target
from workflows.privacy import notice as notices
from workflows.privacy.model import NoticeAck

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


@bp.get("/notice")
def notice() -> ResponseReturnValue:
    """What the office tells about personal data, to be confirmed once per version."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        confirmed = notices.acknowledged(session, me.person)
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

    def work(session: Session, me: Actor, now: datetime) -> str:
        if shown == str(notices.versions()[0]):  # another one has come since: it is shown next
            said = {"version": int(shown), "language": _language_read(), "at": now}
            add_missing(session, NoticeAck, [{"person": me.person, **said}])
        return wanted

    return command(work)


def _language_read() -> str:
    read = request.form.get("language", "")
    return read if read in LANGUAGES else LANGUAGES[0]
