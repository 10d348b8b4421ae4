"""The history of the calendar: who changed what and when, and what became of the requests that it touched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from engine.access import sees
from engine.actor import Actor
from engine.db import Instance
from engine.errors import NotFound, Text
from web.calendar_scope import ALL_UNITS
from web.calendar_steps import described
from web.commands import actor, command
from web.parts import parts, utcnow
from workflows.calendar_changes import DAYS, CalendarChange, DayEntry
from workflows.calendar_keepers import keeps, keeps_all, units_kept
from workflows.calendar_words import basis_of, change_in_words
from workflows.leave import recounting
from workflows.leave.recounting import DONE, RIGHT, SHORT, WAITING, LeaveRecount
from workflows.positions import Person, Unit

bp = Blueprint("calendar_changes", __name__, url_prefix="/calendar/changes")

A_PAGE = 20
SHOWN = 200
"""Requests that a page lists, those that need an officer first."""
HIGHEST_ID = 2**31 - 1

STATES = {
    WAITING: Text("menunggu dihitung", "waits its turn"),
    DONE: Text("sudah dihitung ulang", "counted anew"),
    RIGHT: Text("sudah sesuai", "already right"),
    SHORT: Text("perlu ditangani", "needs an officer"),
}


@dataclass(frozen=True)
class Row:
    """A change as a line of the history; ``open``: requests that an officer has to see to."""

    change: CalendarChange
    words: Text
    unit: Text
    by: str
    open: int


@bp.get("")
def index() -> ResponseReturnValue:
    """The changes that concern the reader's calendars, newest first."""
    before = request.args.get("after", "")
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        _require_reader(me)
        newest = int(before[:9]) if before.isascii() and before.isdecimal() else HIGHEST_ID
        wanted = select(CalendarChange).where(_visible(me), CalendarChange.id < newest)
        changes = session.scalars(wanted.order_by(CalendarChange.id.desc()).limit(A_PAGE + 1)).all()
        following = str(changes[A_PAGE - 1].id) if len(changes) > A_PAGE else None
        rows = list(_rows(session, me, changes[:A_PAGE]))
        return render_template("calendar_changes.html", rows=rows, next=following, after=before)


@bp.get("/<int(max=2147483647):change_id>")
def show(change_id: int) -> ResponseReturnValue:
    """One change: what stood and stands, how far the counting is, and the requests with their days."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        change = _change(session, me, change_id)
        [row] = _rows(session, me, [change])
        lines = _lines(session, me, change)
        page = {
            "words": row.words,
            "unit": row.unit,
            "by": row.by,
            "basis": basis_of(change),
            "sides": list(_sides(change)),
            "state": recounting.progress(session, change.id),
            "lines": lines[:SHOWN],
            "hidden": max(0, len(lines) - SHOWN),
            "may_count": keeps(me, change.unit),
        }
        return render_template("calendar_change.html", change=change, states=STATES, **page)


@bp.post("/<int(max=2147483647):change_id>/again")
def again(change_id: int) -> ResponseReturnValue:
    """Count once more what could not be counted."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        change = _change(session, me, change_id)
        if not keeps(me, change.unit):
            raise NotFound
        recounting.try_again(session, parts().engine, change, now=now)
        return url_for(".show", change_id=change_id, said="recounted")

    return command(work)


def _require_reader(me: Actor) -> None:
    """Others are not told that there is such a page. Raises `NotFound`."""
    if not (keeps_all(me) or units_kept(me) or me.auditor):
        raise NotFound


def _visible(me: Actor) -> ColumnElement[bool]:
    """All changes for who keeps or audits all; else those for all units, and those of the units kept."""
    if keeps_all(me) or me.auditor:
        return true()
    return or_(CalendarChange.unit.is_(None), CalendarChange.unit.in_(sorted(units_kept(me))))


def _change(session: Session, me: Actor, change_id: int) -> CalendarChange:
    _require_reader(me)
    found = session.scalars(select(CalendarChange).where(CalendarChange.id == change_id, _visible(me))).one_or_none()
    if found is None:
        raise NotFound
    return found


def _rows(session: Session, me: Actor, changes: Sequence[CalendarChange]) -> Iterator[Row]:
    people = parts().people.names(session, {change.by for change in changes})
    units = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}
    unfinished = select(LeaveRecount.change, func.count().label("open")).join(Person, Person.id == LeaveRecount.person)
    ids = [change.id for change in changes]
    counted = unfinished.where(LeaveRecount.change.in_(ids), LeaveRecount.status == SHORT, _of_my_units(me))
    open_ones = {row.change: row.open for row in session.execute(counted.group_by(LeaveRecount.change))}
    for change in changes:
        unit = Text(*2 * (units[change.unit],)) if change.unit else ALL_UNITS
        yield Row(change, change_in_words(change), unit, people[change.by], open_ones.get(change.id, 0))


def _lines(session: Session, me: Actor, change: CalendarChange) -> Sequence[Any]:
    """The requests of the reader's units, those that need an officer first; one more than the page shows at most."""
    wanted = (
        select(
            LeaveRecount.instance,
            LeaveRecount.before,
            LeaveRecount.after,
            LeaveRecount.status,
            Person.name,
            Unit.name.label("unit_name"),
            func.coalesce(Instance.reference, "").label("reference"),
            func.coalesce(sees(me), False).label("visible"),
        )
        .join(Person, Person.id == LeaveRecount.person)
        .join(Unit, Unit.id == Person.unit)
        .outerjoin(Instance, Instance.id == LeaveRecount.instance)
        .where(LeaveRecount.change == change.id, _of_my_units(me))
        .order_by(LeaveRecount.status != SHORT, LeaveRecount.status != WAITING, Person.name, LeaveRecount.instance)
    )
    return session.execute(wanted).all()


def _of_my_units(me: Actor) -> ColumnElement[bool]:
    return true() if keeps_all(me) or me.auditor else Person.unit.in_(sorted(units_kept(me)))


def _sides(change: CalendarChange) -> Iterator[tuple[Text, Text]]:
    """The days as they stood and stand, one by one."""
    for label, side in ((_BEFORE, change.before), (_AFTER, change.after)):
        for day in json.loads(side)["days"] if side and change.kind == DAYS else ():
            yield label, described(DayEntry(**{**day, "day": date.fromisoformat(day["day"])}))


_BEFORE = Text("Semula", "Before")
_AFTER = Text("Menjadi", "After")
