"""The official form of leave as a page to be printed: filled in for a request, or empty for paper."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from web.commands import actor
from web.parts import parts, utcnow
from workflows.leave import official_form

bp = Blueprint("papers", __name__)

BLANK = {"pns": "PNS", "pppk": "PPPK"}


@bp.get("/requests/<uuid:instance_id>/form")
def filled(instance_id: UUID) -> ResponseReturnValue:
    """The form of a request for leave, as its record stands now."""
    now = utcnow()
    with parts().database.reads() as session:
        view = parts().engine.instance_for(session, actor(session, now), instance_id, now=now)
        form = official_form.filled(session, view.id)
        if form is None:
            raise NotFound
        return render_template("official_form.html", form=form, view=view)


@bp.get("/leave/forms/<any(pns, pppk):status>")
def blank(status: str) -> ResponseReturnValue:
    """The empty form, for those who ask on paper."""
    with parts().database.reads() as session:
        actor(session, utcnow())
        return render_template("official_form.html", form=official_form.blank(BLANK[status]), view=None)
