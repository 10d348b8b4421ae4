"""“Unduh data saya”: all that Alur keeps of the signed-in person, as one file for programs."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from web.commands import actor
from web.parts import parts, utcnow
from workflows.privacy import own_data

bp = Blueprint("own_data", __name__, url_prefix="/data")


@bp.get("/export")
def show() -> ResponseReturnValue:
    """What the file holds, and how to get it."""
    with parts().database.reads() as session:
        actor(session, utcnow())
        return render_template("data_export.html")


@bp.post("/export")
def download() -> ResponseReturnValue:
    """The file. It changes nothing, but nobody's browser is led to it by a link from elsewhere."""
    now = utcnow()
    with parts().database.snapshot() as session:
        me = actor(session, now)
        content = own_data.written(own_data.everything(session, parts().people, me.person, now=now))
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=data-saya-{now:%Y-%m-%d}.json"
    response.headers["Cache-Control"] = "private, no-store"
    return response
