"""Reports on leave for those who keep it: pages to look at and to print, and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from web.commands import actor
from web.exports import FORMS, download
from web.leave_pages import month_in_address, page_in_address, today_of, words_in_form
from web.parts import parts, utcnow
from workflows.leave import reports
from workflows.leave.reports import Wanted
from workflows.tables import Table
from workflows.workdays import ONE_DAY, Span

bp = Blueprint("leave_reports", __name__, url_prefix="/leave")

BALANCES, RECAP = "balances", "recap"
ROWS = 25
MOST_PRINTED = 1_000
"""Rows of a report that a page shows at once, to be printed; a longer one is a file."""


@bp.route("/balances", methods=["GET", "POST"])
def balances() -> ResponseReturnValue:
    """What is left to whom. A search is posted, so that no name stands in an address or a log."""
    return _report(BALANCES)


@bp.get("/balances.<any(csv, xlsx):form>")
def balances_file(form: str) -> ResponseReturnValue:
    """The same as a file, all rows of it."""
    return _file(BALANCES, form)


@bp.route("/recap", methods=["GET", "POST"])
def recap() -> ResponseReturnValue:
    """The days of leave of a month, by person and type."""
    return _report(RECAP)


@bp.get("/recap.<any(csv, xlsx):form>")
def recap_file(form: str) -> ResponseReturnValue:
    """The same as a file, all rows of it."""
    return _file(RECAP, form)


def _report(kind: str) -> ResponseReturnValue:
    wanted = replace(_wanted(), words=words_in_form())
    with parts().database.reads() as session:
        who = actor(session, utcnow())
        today = today_of(session, who)
        month = month_in_address(today)
        units = reports.units_kept(session, who)
        table = _table(session, who, kind, today, month, replace(wanted, size=_size(wanted)))
        return render_template(
            "leave_report.html",
            kind=kind,
            table=table,
            wanted=wanted,
            units=units,
            month=month if kind == RECAP else None,
            before=month.first - ONE_DAY,
            after=month.last + ONE_DAY,
            address=_address(wanted, month if kind == RECAP else None),
            most_printed=MOST_PRINTED,
            forms=FORMS,
        )


def _file(kind: str, form: str) -> Response:
    now = utcnow()
    with parts().database.snapshot() as session:
        who = actor(session, now)
        today = today_of(session, who)
        table = _table(session, who, kind, today, month_in_address(today), _wanted())
    return download(table, form, now)


def _table(session: Session, who: Actor, kind: str, today: date, month: Span, wanted: Wanted) -> Table:
    if kind == RECAP:
        return reports.recap(session, who, month, wanted)
    return reports.balance_report(session, who, today, wanted)


def _wanted() -> Wanted:
    return Wanted(
        unit=request.args.get("unit") or None,
        sort=request.args.get("sort", "name"),
        down=request.args.get("down") == "1",
        page=page_in_address(),
    )


def _size(wanted: Wanted) -> int:
    """What was searched for stands on one page, as its next page would need the words in its address."""
    return MOST_PRINTED if request.args.get("all") or wanted.words else ROWS


def _address(wanted: Wanted, month: Span | None) -> dict[str, str | None]:
    """What an address of the same report carries; nothing of a person."""
    return {
        "unit": wanted.unit,
        "sort": wanted.sort if wanted.sort != "name" else None,
        "down": "1" if wanted.down else None,
        "month": f"{month.first:%Y-%m}" if month else None,
    }
