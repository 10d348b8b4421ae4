"""The list of late tasks for those who answer for them: heads of units, personnel officers, BKPSDM, auditors."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from web.commands import actor
from web.exports import FORMS, download
from web.furniture import me
from web.i18n import zone
from web.leave_pages import page_in_address
from web.parts import parts, utcnow
from workflows.overdue import TITLE, Wanted, answers_for_others, as_table, choices, late_tasks

bp = Blueprint("overdue", __name__, url_prefix="/overdue")

ROWS = 25
MOST_PRINTED = 1_000
"""Rows that a page shows at once, to be printed; a longer list is a file."""


@bp.app_template_global()
def sees_overdue() -> bool:
    """Whether the signed-in person has a list of late tasks by office."""
    who = me()
    return who is not None and answers_for_others(who)


@bp.get("")
def show() -> ResponseReturnValue:
    """The late tasks that the reader answers for, the longest late first."""
    p, now, wanted = parts(), utcnow(), _wanted()
    with p.database.reads() as session:
        who = actor(session, now)
        size = MOST_PRINTED if request.args.get("all") else ROWS
        found = late_tasks(session, p.engine.catalog, p.people, who, replace(wanted, size=size), now)
        units, processes = choices(session, p.engine.catalog, who, now)
        return render_template(
            "overdue.html",
            title=TITLE,
            found=found,
            wanted=wanted,
            units=units,
            processes=processes,
            address={"unit": wanted.unit, "process": wanted.process},
            forms=FORMS,
            most_printed=MOST_PRINTED,
            now=now,
        )


@bp.get("/tasks.<any(csv, xlsx):form>")
def file(form: str) -> Response:
    """The same as a file, all rows of it."""
    p, now = parts(), utcnow()
    with p.database.snapshot() as session:
        found = late_tasks(session, p.engine.catalog, p.people, actor(session, now), _wanted(), now)
    return download(as_table(found.rows, now, zone()), form, now)


def _wanted() -> Wanted:
    given = request.args
    return Wanted(unit=given.get("unit") or None, process=given.get("process") or None, page=page_in_address())
