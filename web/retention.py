"""How long what is kept, what is erased soon, and what a case keeps from being erased: for the privacy officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from web.commands import actor, command
from web.parts import parts, utcnow
from workflows.privacy import holding, keeping, registers
from workflows.privacy.retention import KEPT

bp = Blueprint("retention", __name__, url_prefix="/privacy/retention")

SOON = timedelta(days=90)
MOST_LINES = 100

Problems = Mapping[str, Sequence[Text]]


@bp.get("")
def show() -> ResponseReturnValue:
    """The holds, what is erased soon, and the table."""
    return _page()


@bp.post("/hold")
def hold() -> ResponseReturnValue:
    """Keep a request, or all of a person's, from being erased."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_officer(me)
        who, reason = (request.form.get(name, "") for name in ("who", "reason"))
        holding.hold(session, who, reason, by=me.person, now=now)
        return url_for(".show", said="held")

    try:
        return command(work)
    except Refused as refusal:
        return _page(refusal.problems), 422


@bp.post("/<int(max=2147483647):hold>/lift")
def lift(hold: int) -> ResponseReturnValue:
    """End a hold."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_officer(me)
        holding.lift(session, hold, by=me.person, now=now)
        return url_for(".show", said="lifted")

    return command(work)


def _page(problems: Problems | None = None) -> str:
    now = utcnow()
    with parts().database.reads() as session:
        _require_officer(actor(session, now))
        holds = holding.in_force(session)
        names = parts().people.names(session, {each for row in holds for each in (row.person, row.by)})
        coming = keeping.coming(session, until=(now + SOON).date(), limit=MOST_LINES)
        return render_template(
            "retention.html",
            holds=[(row, names[row.person], names[row.by]) for row in holds],
            held_back=keeping.held_back(session, now=now),
            coming=coming,
            titles=_titles(session, {row.process for row in coming}),
            table=tuple(KEPT.values()),
            problems=problems or {},
            typed=request.form,
        )


def _require_officer(me: Actor) -> None:
    if not registers.answers_for_data(me):
        raise NotFound


def _titles(session: Session, processes: set[str]) -> dict[str, Any]:
    """What the processes are called that have a live version."""
    found = dict[str, Any]()
    for process in sorted(processes):
        try:
            found[process] = parts().engine.catalog.live(session, process).manifest.title
        except NotFound:
            continue
    return found
