"""For whoever keeps the processes running: requests that are stuck, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Incident, Instance, Version
from engine.errors import EngineError, NotFound, Text
from engine.incidents import retry as try_again
from web.commands import actor, command
from web.parts import parts, utcnow

bp = Blueprint("incidents", __name__, url_prefix="/incidents")

MOST = 100
"""Incidents on the page; who has more than these mends the oldest first."""


@dataclass(frozen=True)
class Line:
    """An incident as it is shown: the request's number, but nobody's name and none of its answers."""

    id: int
    reference: str | None
    title: Text
    version: int
    step: Text | None
    element: Text | None
    code: str
    message: Text
    tries: int
    at: datetime
    can_be_retried: bool


@bp.get("")
def index() -> ResponseReturnValue:
    """The open incidents, the oldest first."""
    with parts().database.reads() as session:
        _require_keeper(actor(session, utcnow()))
        return render_template("incidents.html", rows=_lines(session))


@bp.post("/<int(max=2147483647):incident_id>/retry")
def retry(incident_id: int) -> ResponseReturnValue:
    """Close the incident; what waits for no person is tried again at once."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_keeper(me)
        again = try_again(session, incident_id, by=me.person, now=now)
        return url_for(".index", said="retried" if again else "closed")

    return command(work)


def _lines(session: Session) -> Sequence[Line]:
    found = session.execute(
        select(Incident, Instance.reference)
        .outerjoin(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.at, Incident.id)
        .limit(MOST)
    )
    return [_line(session, incident, reference) for incident, reference in found]


def _line(session: Session, incident: Incident, reference: str | None) -> Line:
    version = session.get_one(Version, incident.version_id)
    return Line(
        id=incident.id,
        reference=reference,
        version=version.number,
        **_names(session, version, incident),
        code=incident.code,
        message=Text(incident.message_id, incident.message_en),
        tries=incident.tries,
        at=incident.at,
        can_be_retried=incident.can_be_retried,
    )


def _names(session: Session, version: Version, incident: Incident) -> dict[str, Any]:
    """What process, step and element are called; their ids where the version itself is what cannot be read."""
    nodes = {"step": incident.step, "element": incident.element}
    try:
        deployed = parts().engine.catalog.version(session, version.id)
    except EngineError:
        named = {key: Text(node, node) if node else None for key, node in nodes.items()}
        return {"title": Text(version.process, version.process), **named}
    return {"title": deployed.manifest.title} | {
        key: deployed.node_name(node) if node else None for key, node in nodes.items()
    }


def _require_keeper(me: Actor) -> None:
    """Others are not told that there is such a page. Raises `NotFound`."""
    if not me.process_owner:
        raise NotFound
