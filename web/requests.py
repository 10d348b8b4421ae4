"""My requests, and the page of one request: where it is, with whom, since when, until when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from web.commands import actor, command
from web.flow import flow_of
from web.parts import parts, utcnow
from workflows.leave import official_form, telling
from workflows.letters import standing

bp = Blueprint("requests", __name__, url_prefix="/requests")


@bp.get("")
def index() -> ResponseReturnValue:
    """What I asked for, newest first."""
    p, now = parts(), utcnow()
    after = request.args.get("after")
    with p.database.reads() as session:
        page = p.engine.instances(session, actor(session, now), now=now, after=after)
        letters = standing.of_instances(session, [row.id for row in page.rows])
        return render_template("requests.html", page=page, letters=letters, after=after, now=now)


@bp.get("/<uuid:instance_id>")
def show(instance_id: UUID) -> ResponseReturnValue:
    """The state of a request, its history, its answers and its way through the flow."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        view = p.engine.instance_for(session, me, instance_id, now=now)
        flow = flow_of(session, view)
        offers = p.engine.offers(session, me, instance_id, now=now)
        later = p.engine.requests_about(session, me, instance_id, now=now)
        leave = {
            "letter": standing.of_instances(session, [view.id]).get(view.id),
            "has_form": official_form.stands_for(session, view.id),
            "told": telling.as_it_is_now(session, view.id, view.facts),
        }
        return render_template("request.html", view=view, flow=flow, offers=offers, later=later, **leave, now=now)


@bp.post("/<uuid:instance_id>/take-back")
def take_back(instance_id: UUID) -> ResponseReturnValue:
    """Undo my own last decision; its task is mine again."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.take_back(session, instance_id, me, now=now)
        return url_for(".show", instance_id=instance_id, said="taken-back")

    return command(work)


@bp.get("/<uuid:instance_id>/sent")
def sent(instance_id: UUID) -> ResponseReturnValue:
    """The confirmation: the reference, what happens next and until when. It can be opened again."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.instance_for(session, actor(session, now), instance_id, now=now)
        return render_template("sent.html", view=view)
