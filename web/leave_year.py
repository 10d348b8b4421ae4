"""The turn of a year, for BKPSDM: look at what it means for everybody, post it, and take it back if need be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Message
from engine.errors import Text
from engine.jobs import Outgoing, Sender
from web.commands import actor, command
from web.leave_pages import page_in_address, today_of, verifier
from web.parts import Parts, parts, utcnow
from workflows.leave import year
from workflows.leave.law import LAWS
from workflows.leave.model import LeaveTurn
from workflows.leave.year import Line
from workflows.positions import Unit

bp = Blueprint("leave_year", __name__, url_prefix="/leave/year")

MESSAGE = "leave_turn"
"""The kind of message by which the worker goes on with what a page has begun."""
ROWS = 25
TURNED = 6
"""Until this month the year that ended is shown first; after it, the year that is coming to its end."""

ACTS = {year.POST: year.post, year.UNDO: year.undo}
STATES = {
    "": Text("Semua", "All"),
    "open": Text("Belum dibukukan", "Not posted"),
    "posted": Text("Sudah dibukukan", "Posted"),
    "lapsing": Text("Ada hari yang gugur", "With days that lapse"),
}


@dataclass(frozen=True)
class Totals:
    """What a turn comes to for everybody in a list."""

    people: int
    posted: int
    granted: int
    carried: int
    lapsed: int

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Totals:
        """The sums of the lines."""
        return cls(
            len(lines),
            sum(line.posted for line in lines),
            sum(line.granted for line in lines),
            sum(line.carried for line in lines),
            sum(line.lapsed for line in lines),
        )


@bp.get("")
def show() -> ResponseReturnValue:
    """Grants, carried and lapsing days by person, with the sums and what has been posted."""
    with parts().database.reads() as session:
        who = verifier(actor(session, utcnow()))
        today = today_of(session, who)
        ended = _year(today)
        every = list(year.preview(session, ended))
        shown = [line for line in every if _wanted(line)]
        pages = max(1, -(-len(shown) // ROWS))
        page = min(page_in_address(), pages)
        return render_template(
            "leave_year.html",
            year=ended,
            over=today > date(ended, 12, 31),
            totals=Totals.of(every),
            of_shown=Totals.of(shown),
            lines=shown[(page - 1) * ROWS : page * ROWS],
            page=page,
            pages=pages,
            units={row.id: row.name for row in session.execute(select(Unit.id, Unit.name).order_by(Unit.name))},
            turns=_turns(session, ended),
            states=STATES,
            state=request.args.get("state", ""),
            unit=request.args.get("unit", ""),
            years=(ended - 1 if ended > LAWS[0].effective.year else None, ended + 1 if ended < today.year else None),
        )


@bp.get("/<int(min=2018, max=2100):ended>/<any(post, undo):act>")
def confirm(ended: int, act: str) -> ResponseReturnValue:
    """What will be written, before it is."""
    with parts().database.reads() as session:
        verifier(actor(session, utcnow()))
        return render_template("leave_year_confirm.html", year=ended, act=act, totals=_totals(session, ended))


@bp.post("/<int(min=2018, max=2100):ended>/<any(post, undo):act>")
def run(ended: int, act: str) -> ResponseReturnValue:
    """Begin with the first accounts; the worker goes on with the rest."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        verifier(me)
        if ACTS[act](session, ended, me.person, now).left:
            session.add(_message(ended, act, me.person, now))
        return url_for(".show", year=ended, said="turned")

    return command(work)


def turner(p: Parts) -> Sender:
    """What the worker does with the message: batch after batch, each its own transaction, until nobody is left.

    Told twice it finds nothing more to do.
    """

    def turn(message: Outgoing) -> None:
        told = json.loads(message.body)
        act = ACTS[told["act"]]
        while p.database.command(lambda session: act(session, told["year"], told["by"], p.clock())).left:
            pass

    return turn


def _message(ended: int, act: str, by: str, now: datetime) -> Message:
    body = json.dumps({"year": ended, "act": act, "by": by})
    key = f"{MESSAGE}:{ended}:{act}:{now.isoformat()}"
    return Message(key=key, kind=MESSAGE, recipient=by, body=body, due=now)


def _totals(session: Session, ended: int) -> Totals:
    return Totals.of(list(year.preview(session, ended)))


def _turns(session: Session, ended: int) -> list[tuple[LeaveTurn, str]]:
    """The runs of the year with who began each, newest first."""
    turns = session.scalars(select(LeaveTurn).where(LeaveTurn.year == ended).order_by(LeaveTurn.id.desc())).all()
    names = parts().people.names(session, {turn.by for turn in turns})
    return [(turn, names[turn.by]) for turn in turns]


def _year(today: date) -> int:
    """The year in the address, if its turn can be looked at; else the one that ended last or ends next."""
    given = request.args.get("year", "")
    if given in map(str, range(LAWS[0].effective.year, today.year + 1)):
        return int(given)
    return today.year - 1 if today.month <= TURNED else today.year


def _wanted(line: Line) -> bool:
    unit, state = request.args.get("unit", ""), request.args.get("state", "")
    fits = {"open": not line.posted, "posted": line.posted, "lapsing": line.lapsed > 0}
    return (not unit or line.unit == unit) and fits.get(state, True)
