"""My requests, and the page of one request: where it is, with whom, since when, until when."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.commands import actor
from web.flow import flow_of
from web.parts import parts, utcnow

bp = Blueprint("requests", __name__, url_prefix="/requests")


@bp.get("")
def index() -> ResponseReturnValue:
    """What I asked for, newest first."""
    p, now = parts(), utcnow()
    after = request.args.get("after")
    with p.database.reads() as session:
        page = p.engine.instances(session, actor(session, now), now=now, after=after)
        return render_template("requests.html", page=page, after=after, now=now)


@bp.get("/<uuid:instance_id>")
def show(instance_id: UUID) -> ResponseReturnValue:
    """The state of a request, its history, its answers and its way through the flow."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.instance_for(session, actor(session, now), instance_id, now=now)
        flow = flow_of(session, view)
        return render_template("request.html", view=view, flow=flow, now=now)


@bp.get("/<uuid:instance_id>/sent")
def sent(instance_id: UUID) -> ResponseReturnValue:
    """The confirmation: the reference, what happens next and until when. It can be opened again."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.instance_for(session, actor(session, now), instance_id, now=now)
        return render_template("sent.html", view=view)
