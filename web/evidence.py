"""Files that follow: the applicant adds them to a request that is on its way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused
from engine.evidence import form_for
from engine.forms import Form
from web import uploads
from web.commands import actor, command
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.spelling import given

bp = Blueprint("evidence", __name__, url_prefix="/requests/<uuid:instance_id>/evidence")


@bp.get("")
def show(instance_id: UUID) -> ResponseReturnValue:
    """What may still be added, to whoever may add it. Others are not told that there is such a page."""
    return _page(instance_id, Answers())


@bp.post("")
def send(instance_id: UUID) -> ResponseReturnValue:
    """Add the files; mistakes come back with what was uploaded."""
    engine = parts().engine

    def form_of(session: Session, me: Actor, now: datetime) -> Form | None:
        return form_for(engine.instance_for(session, me, instance_id, now=now).evidence)

    sent = uploads.received(form_of)

    def work(session: Session, me: Actor, now: datetime) -> str:
        with sent.judged():
            engine.add_evidence(session, instance_id, me, given(sent.values), now=now)
        return url_for("requests.show", instance_id=instance_id, said="evidence")

    try:
        return command(work)
    except Refused as refusal:
        return _page(instance_id, Answers(typed=sent.values, problems=refusal.problems)), 422


def _page(instance_id: UUID, answers: Answers) -> str:
    now = utcnow()
    with parts().database.reads() as session:
        view = parts().engine.instance_for(session, actor(session, now), instance_id, now=now)
        if not view.evidence:
            raise NotFound
        form = form_for(view.evidence)
        drawn = bound(form, uploads.with_documents(session, form, answers))
        return render_template("evidence.html", view=view, form=drawn)
