"""Units as the calendar knows them: how many days a week they work and since when, and who works by a roster."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from engine.forms import Field, Form, Page
from web.calendar_scope import Scope, require_year, scope_to_change, scopes_of, today_of
from web.calendar_steps import Look, check_page, look_again, posted, seal
from web.commands import actor, command, sent_values
from web.forms import Answers, bound
from web.i18n import _
from web.parts import parts, utcnow
from web.spelling import given
from workflows.calendar import UnitWeek
from workflows.calendar_changes import WeekChange, week_on
from workflows.calendar_keepers import keeps, keeps_all, units_kept
from workflows.rosters import RosterMember, RosterPlan
from workflows.wording import plain_date

bp = Blueprint("calendar_units", __name__, url_prefix="/calendar/units")

WEEKS = (
    (5, Text("5 hari, Senin sampai Jumat", "5 days, Monday to Friday")),
    (6, Text("6 hari, Senin sampai Sabtu", "6 days, Monday to Saturday")),
)
_FORM = Form(
    "week",
    (
        Page(
            None,
            (
                Field("week", "radio", Text("Hari kerja seminggu", "Working days a week"), required=True, values=WEEKS),
                Field("first", "datetime", Text("Berlaku mulai", "Holds from"), required=True),
            ),
        ),
    ),
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The units whose week or rosters the reader keeps."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        kept = [scope for scope in scopes_of(session, me) if scope.unit is not None and keeps(me, scope.unit)]
        if not kept:
            raise NotFound
        today = today_of(session, me)
        rows = [(scope, week_on(session, scope.unit or "", today), _rosters(session, scope)) for scope in kept]
        return render_template("calendar_units.html", rows=rows)


@bp.get("/<unit>")
def show(unit: str) -> ResponseReturnValue:
    """A unit: its week, and its rosters."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        return _page(session, me, scope_to_change(session, me, unit), Answers())


@bp.get("/<unit>/week")
def check(unit: str) -> ResponseReturnValue:
    """What another week would change."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = _whole_office(session, me, unit)
        typed = {name: [request.args[name]] for name in ("week", "first") if name in request.args}
        try:
            change = _change(session, me, unit, typed)
        except Refused as refusal:
            return _page(session, me, scope, Answers(typed=typed, problems=refusal.problems)), 422
        rows = [(_UNIT, scope.name), (_NOW, dict(WEEKS)[change.before]), (_THEN, dict(WEEKS)[change.week])]
        rows.append((_FROM, plain_date(change.first)))
        sent = [*((name, values[0]) for name, values in typed.items()), ("seen", seal(change.before))]
        look = Look(_("Ubah minggu kerja"), rows, url_for(".post", unit=unit), sent, url_for(".show", unit=unit))
        return check_page(session, me, change, look)


@bp.post("/<unit>/week")
def post(unit: str) -> ResponseReturnValue:
    """Let the unit work another number of days a week from a day on."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _whole_office(session, me, unit)
        change = _change(session, me, unit, sent_values())
        look_again(change.before)
        return posted(session, me, change, now)

    return command(work)


def _whole_office(session: Session, me: Actor, unit: str) -> Scope:
    """The week of a unit is set by who keeps the calendar of all."""
    if not keeps_all(me):
        raise NotFound
    return scope_to_change(session, me, unit)


def _change(session: Session, me: Actor, unit: str, typed: Any) -> WeekChange:
    """The change that the form asks for. Raises `Refused` by field."""
    answers, today = _FORM.accept(given(typed), context={}), today_of(session, me)
    first: date = answers["first"]
    require_year("first", first, today)
    if first < today:
        raise Refused({"first": [_PAST]})
    before = week_on(session, unit, first)
    if before is None:
        raise NotFound
    if answers["week"] == before:
        raise Refused({"week": [_SAME]})
    return WeekChange(unit, first, answers["week"], before)


def _page(session: Session, me: Actor, scope: Scope, answers: Answers) -> str:
    unit = scope.unit
    if unit is None:
        raise NotFound
    today = today_of(session, me)
    planned = select(UnitWeek).where(UnitWeek.unit == unit, UnitWeek.first > today).order_by(UnitWeek.first)
    members = select(func.count()).where(RosterMember.roster == RosterPlan.id).scalar_subquery()
    rosters = select(RosterPlan, members).where(RosterPlan.unit == unit).order_by(RosterPlan.last.desc(), RosterPlan.id)
    page = {
        "week": dict(WEEKS)[week_on(session, unit, today) or 5],
        "planned": [(dict(WEEKS)[row.week], row.first) for row in session.scalars(planned)],
        "rosters": session.execute(rosters).all(),
        "form": bound(_FORM, answers) if keeps_all(me) else None,
        "several": keeps_all(me) or len(units_kept(me)) > 1,
    }
    return render_template("calendar_unit.html", scope=scope, today=today, **page)


def _rosters(session: Session, scope: Scope) -> int:
    return session.scalar(select(func.count()).where(RosterPlan.unit == scope.unit)) or 0


_UNIT = Text("Unit kerja", "Unit")
_NOW = Text("Sekarang", "Now")
_THEN = Text("Menjadi", "Becomes")
_FROM = Text("Berlaku mulai", "Holds from")
_PAST = Text(
    "Isi hari ini atau tanggal sesudahnya. Minggu kerja yang sudah lewat tidak diubah.",
    "Give today or a later date. Weeks that are over are not changed.",
)
_SAME = Text(
    "Pada tanggal itu unit ini sudah bekerja sebanyak hari itu. Pilih yang lain.",
    "On that date the unit works as many days already. Choose the other.",
)
