"""The page on which an open task is given to somebody else, by its holder or by the personnel office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import Refused
from engine.referring import LONGEST_COMMENT, REFERRED, Handing
from web.commands import actor, command
from web.forms import Problems
from web.parts import parts, utcnow

bp = Blueprint("referring", __name__)


@bp.get("/tasks/<uuid:task_id>/hand-on")
def show(task_id: UUID) -> ResponseReturnValue:
    """To whom the task may go, with room for the reason."""
    return _page(task_id, {})


@bp.post("/tasks/<uuid:task_id>/hand-on")
def hand_on(task_id: UUID) -> ResponseReturnValue:
    """Give the task to somebody else; mistakes come back on the same page."""
    handing = Handing(request.form.get("to", ""), request.form.get("comment", ""))

    def work(session: Session, me: Actor, now: datetime) -> str:
        engine = parts().engine
        right = engine.handable(session, me, task_id, now=now).right
        engine.hand_on(session, task_id, me, handing, now=now)
        if right == REFERRED:  # who has handed it on may no longer see it
            return url_for("inbox.show", said="handed_on")
        return url_for(".show", task_id=task_id, said="handed_on")

    try:
        return command(work)
    except Refused as refusal:
        return _page(task_id, refusal.problems), 422


def _page(task_id: UUID, problems: Problems) -> str:
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        found = p.engine.handable(session, actor(session, now), task_id, now=now)
    return render_template(
        "hand_on.html", task=found, problems=problems, typed=request.form, now=now, most=LONGEST_COMMENT
    )
