"""The applicant's polite reminder: a button on the page of the request, once a working day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from web.commands import command
from web.parts import parts

bp = Blueprint("nudging", __name__)


@bp.post("/requests/<uuid:instance_id>/nudge")
def nudge(instance_id: UUID) -> ResponseReturnValue:
    """Remind those who have my request."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.nudge(session, me, instance_id, now=now)
        return url_for("requests.show", instance_id=instance_id, said="nudged")

    return command(work)
