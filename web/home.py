"""The first page: what waits for me, what I asked for, what I have left, what I can start."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web import drafts, helpdesk, privacy
from web.commands import actor
from web.hints import hint_for
from web.notices import unread
from web.parts import parts, utcnow
from workflows.leave import records
from workflows.letters import standing

bp = Blueprint("home", __name__)

ELSEWHERE = frozenset({helpdesk.PROCESS}) | privacy.PROCESSES
"""What is started from pages of its own, which each page or the menu leads to."""
FEW = 3
"""Tasks and requests shown here; the rest is one tap away."""


@bp.get("/")
def show() -> ResponseReturnValue:
    """Tasks, requests and what can be started, a few of each, and the leave that is left."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        tasks = p.engine.inbox(session, me, now=now, limit=FEW)
        requests = p.engine.instances(session, me, now=now, limit=FEW)
        startable = p.engine.startable(session, me, now=now)
        news = unread(session, me.person, now)
        today = now.astimezone(p.people.zone(session, me.unit, now)).date()
        leave = records.short(session, me.person, today)
        hint = hint_for(session, me, tasks=bool(tasks.rows))
        letters = standing.of_instances(session, [row.id for row in requests.rows])
        return render_template(
            "home.html",
            tasks=tasks,
            requests=requests,
            letters=letters,
            startable=[item for item in startable if item.process not in ELSEWHERE],
            begun=drafts.begun(session, me.person),
            unread=news,
            hint=hint,
            leave=leave,
            now=now,
        )
