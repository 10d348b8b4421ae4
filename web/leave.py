"""What people see of leave: their own, that of people whose leave they keep, and the month of their unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import Refused, Text
from engine.forms import Field, Form, Page
from web.commands import actor
from web.forms import Answers, bound
from web.furniture import me
from web.leave_pages import keeper, month_in_address, page_in_address, today_of, words_in_form
from web.parts import parts, utcnow
from workflows.leave import absences, records, sight
from workflows.leave.ledger import balance_on
from workflows.leave.names import AWAY, LETTERS, TYPES, type_name
from workflows.workdays import ONE_DAY

bp = Blueprint("leave", __name__, url_prefix="/leave")

LINES = 30
"""Lines of the ledger on a page."""
COLLEAGUES = 40
"""People on a page of the calendar: those who are away at some time of the month."""

ON = Form("", (Page(None, (Field("on", "datetime", Text("Sisa pada tanggal", "Left on the day"), required=True),)),))
"""The question for a balance in the past."""

_NOT_YET = Text("Isi tanggal hari ini atau sebelumnya.", "Enter today's date or an earlier one.")


@bp.app_template_global()
def keeps_leave() -> bool:
    """Whether the signed-in person is entitled to reports on leave."""
    who = me()
    return who is not None and sight.reports(who)


@bp.app_template_filter()
def leave_type(type: str) -> Text:
    """The name of a type of leave."""
    return type_name(type)


@bp.app_template_global()
def closes_years() -> bool:
    """Whether the signed-in person may look at and post the turn of a year."""
    who = me()
    return who is not None and sight.verifies(who)


# One person


@bp.get("")
def show() -> ResponseReturnValue:
    """My own balances, history and leaves."""
    return _record(None)


@bp.get("/people/<person>")
def person(person: str) -> ResponseReturnValue:
    """The same of somebody whose leave one keeps."""
    return _record(person)


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Where to look for somebody whose leave one keeps."""
    with parts().database.reads() as session:
        keeper(actor(session, utcnow()))
        return render_template("leave_people.html", words="", found=None, more=False)


@bp.post("/people")
def find() -> ResponseReturnValue:
    """Those found; the words are posted, so that no name stands in an address or a log."""
    words = words_in_form()
    with parts().database.reads() as session:
        who = keeper(actor(session, utcnow()))
        found, more = records.find(session, who, words) if words else (None, False)
        return render_template("leave_people.html", words=words, found=found, more=more)


def _record(person: str | None) -> ResponseReturnValue:
    now = utcnow()
    with parts().database.reads() as session:
        who = actor(session, now)
        today = today_of(session, who)
        found = records.record(session, who, person or who.person, today)
        page = min(page_in_address(), pages := max(1, -(-len(found.lines) // LINES)))
        asked, past, status = _past(session, found.person.id, today)
        shown = {
            "record": found,
            "lines": found.lines[(page - 1) * LINES : page * LINES],
            "page": page,
            "pages": pages,
            "own": found.person.id == who.person,
            "past": past,
            "asked": asked,
        }
        return render_template("leave.html", **shown), status


def _past(session: Session, person: str, today: date) -> tuple[Any, tuple[date, dict[int, int]] | None, int]:
    """The question for a past day, its answer if it was asked, and the status of the page."""
    raw = request.args.get("on")
    if raw is None:
        return bound(ON, Answers()), None, 200
    typed = {"on": [raw]}
    try:
        day: date = ON.accept({"on": raw}, context={})["on"]
        if day > today:
            raise Refused({"on": [_NOT_YET]})
    except Refused as refusal:
        return bound(ON, Answers(typed=typed, problems=refusal.problems)), None, 422
    return bound(ON, Answers(typed=typed)), (day, balance_on(session, person, day)), 200


# The month of a unit


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Who is away when in a unit; why, only for those who decide on leave there."""
    with parts().database.reads() as session:
        who = actor(session, utcnow())
        today = today_of(session, who)
        units = absences.units_of(session, who, today)
        unit = request.args.get("unit") or (units[0][0] if units else who.unit)
        month = month_in_address(today)
        found = absences.unit_month(session, who, unit, month.first, today, page=page_in_address(), size=COLLEAGUES)
        return render_template(
            "leave_calendar.html",
            found=found,
            units=units,
            page=min(page_in_address(), found.pages),
            before=month.first - ONE_DAY,
            after=month.last + ONE_DAY,
            today=today,
            seen={leave.type for who in found.people for leave in who.leaves},
            types=TYPES,
            letters=LETTERS,
            away=AWAY,
        )
