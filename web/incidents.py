"""For whoever keeps the processes running: requests that are stuck, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Incident, Instance
from engine.errors import NotFound, Text
from engine.jobs import retry as try_again
from web.commands import actor, command
from web.parts import parts, utcnow

bp = Blueprint("incidents", __name__, url_prefix="/incidents")

MOST = 100
"""Incidents on the page; who has more than these mends the oldest first."""


@dataclass(frozen=True)
class Line:
    """An incident as it is shown: the request's number, but nobody's name and none of its answers."""

    id: int
    reference: str
    title: Text
    code: str
    message: str
    at: datetime


@bp.get("")
def index() -> ResponseReturnValue:
    """The open incidents, the oldest first."""
    with parts().database.reads() as session:
        _require_keeper(actor(session, utcnow()))
        return render_template("incidents.html", rows=_lines(session))


@bp.post("/<int(max=2147483647):incident_id>/retry")
def retry(incident_id: int) -> ResponseReturnValue:
    """Close the incident and let the worker try the step again at once."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_keeper(me)
        try_again(session, incident_id, by=me.person, now=now)
        return url_for(".index", said="retried")

    return command(work)


def _lines(session: Session) -> Sequence[Line]:
    found = session.execute(
        select(Incident, Instance.reference, Instance.version_id)
        .join(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.at, Incident.id)
        .limit(MOST)
    )
    return [_line(session, incident, reference, version) for incident, reference, version in found]


def _line(session: Session, incident: Incident, reference: str, version_id: int) -> Line:
    title = parts().engine.catalog.version(session, version_id).manifest.title
    return Line(incident.id, reference, title, incident.code, incident.message, incident.at)


def _require_keeper(me: Actor) -> None:
    """Others are not told that there is such a page. Raises `NotFound`."""
    if not me.process_owner:
        raise NotFound
