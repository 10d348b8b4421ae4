"""The first page: what waits for me, what I asked for, what I can start."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.commands import actor
from web.notices import unread
from web.parts import parts, utcnow

bp = Blueprint("home", __name__)

FEW = 3
"""Tasks and requests shown here; the rest is one tap away."""


@bp.get("/")
def show() -> ResponseReturnValue:
    """Tasks, requests and what can be started, a few of each."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        tasks = p.engine.inbox(session, me, now=now, limit=FEW)
        requests = p.engine.instances(session, me, now=now, limit=FEW)
        startable = p.engine.startable(session, me, now=now)
        news = unread(session, me.person)
        return render_template("home.html", tasks=tasks, requests=requests, startable=startable, unread=news, now=now)
