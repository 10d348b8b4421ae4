"""The working calendar: everybody reads that of their unit, and its keepers declare, move and withdraw days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from engine.forms import Field, Form, Page
from web.calendar_scope import Scope, require_year, scope_to_change, scope_to_read, scopes_of, today_of, years_kept
from web.calendar_steps import Look, check_page, described, look_again, posted, seal
from web.commands import actor, command, sent_values
from web.forms import Answers, bound
from web.i18n import _
from web.months import looks, months_of
from web.parts import parts, utcnow
from web.spelling import Typed, given
from workflows.calendar import WORKDAY, CalendarDay, Mark, calendar_of, office_in_years, work_calendar
from workflows.calendar_changes import FORECAST, DayEntry, DaysChange, confirmed_by, entry_of, entry_on, missing_of
from workflows.calendar_keepers import keeps, kinds_for
from workflows.calendar_words import KINDS
from workflows.workdays import WorkCalendar

bp = Blueprint("calendar", __name__, url_prefix="/calendar")

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
COMING = 3
"""Days off that are named at the top."""

DAY_IN_FORM = "date"
YES, NO = "yes", "no"
LONGEST_NAME = 120 - len(FORECAST)
"""So that a forecast day can say that it is one."""
SOURCE = Field(
    "source",
    "textfield",
    Text("Dasar", "Basis"),
    description=Text("Misalnya SKB 3 Menteri atau keputusan bupati.", "For example the decree that declares it."),
    required=True,
    longest=120,
)


@bp.get("")
def show() -> ResponseReturnValue:
    """A year: the months with their working days, the named days, and for keepers the ways to change them."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope, today = scope_to_read(session, me), today_of(session, me)
        year = _year(today)
        calendar, rows = _calendar(session, me, scope, year), _rows(session, scope.unit, year)
        page = {
            "scopes": scopes_of(session, me),
            "keeper": keeps(me, scope.unit),
            "editable": year in years_kept(today),
            "known": year in calendar.years,
            "this_month": today.month if today.year == year else None,
            "rostered": bool(calendar.roster.spans),
            "week": calendar.week_on(max(today, date(year, 1, 1))),
            "unconfirmed": any(not row.confirmed for row in rows if row.unit == scope.unit),
            "coming": [row for row in rows if row.day >= today and row.kind != WORKDAY][:COMING],
            "months": months_of(year, calendar, rows, today),
        }
        return render_template("calendar.html", scope=scope, year=year, kinds=KINDS, looks=looks(), **page)


@bp.get("/days/new")
def form() -> ResponseReturnValue:
    """The form of a day: a new one, or (``day``) one that stands in the calendar."""
    with parts().database.reads() as session:
        scope = scope_to_change(session, actor(session, utcnow()))
        entry = _entry(session, scope)
        values = {**vars(entry), DAY_IN_FORM: entry.day, "confirmed": _yes_or_no(entry)} if entry else {}
        answers = Answers(typed=_typed()) if "kind" in request.args else Answers(values=values)
        return _form_page(scope, answers, entry)


@bp.get("/days/check")
def check() -> ResponseReturnValue:
    """What the day would change; mistakes come back with what was typed."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = scope_to_change(session, me)
        before = _entry(session, scope)
        try:
            change = _change(session, me, scope, before, _typed())
        except Refused as refusal:
            return _form_page(scope, Answers(typed=_typed(), problems=refusal.problems), before), 422
        back = url_for(".form", **_asked())
        title = _("Ubah hari di kalender") if before else _("Tambah hari ke kalender")
        sent = [*_asked().items(), ("seen", seal(before))]
        return check_page(session, me, change, Look(title, _told(scope, change), url_for(".post"), sent, back))


@bp.get("/days/withdraw")
def withdraw() -> ResponseReturnValue:
    """What it would change if a day were no longer in the calendar."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = scope_to_change(session, me)
        change = _withdrawal(session, me, scope)
        day = change.before[0].day.isoformat()
        sent = [("unit", scope.key), ("day", day), ("withdraw", "yes"), ("seen", seal(change.before[0]))]
        back = url_for(".form", unit=scope.key, day=day)
        title = _("Hapus hari dari kalender")
        return check_page(session, me, change, Look(title, _told(scope, change), url_for(".post"), sent, back))


@bp.post("/days")
def post() -> ResponseReturnValue:
    """Make the change that was looked at, and count anew what it touches."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        scope = scope_to_change(session, me)
        before = _entry(session, scope)
        look_again(before)
        if request.form.get("withdraw"):
            return posted(session, me, _withdrawal(session, me, scope), now)
        return posted(session, me, _change(session, me, scope, before, sent_values()), now)

    return command(work)


@bp.get("/fill")
def fill() -> ResponseReturnValue:
    """The holidays of a year that the library knows and the calendar lacks, and what adding them would change."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope_to_change(session, me, "*")
        year = _year_kept(today_of(session, me))
        missing = missing_of(session, year)
        title, back = _("Isi kalender %(year)s", year=year), url_for(".show", year=year)
        if not missing:
            return render_template("calendar_full.html", title=title, back=back)
        sent = [("year", str(year)), ("seen", seal(*missing))]
        look = Look(title, (), url_for(".fill_in"), sent, back, days=missing)
        return check_page(session, me, DaysChange(None, after=missing), look)


@bp.post("/fill")
def fill_in() -> ResponseReturnValue:
    """Add the holidays that were looked at."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        scope_to_change(session, me, "*")
        missing = missing_of(session, _year_kept(today_of(session, me)))
        look_again(*missing)
        return posted(session, me, DaysChange(None, after=missing), now)

    return command(work)


@bp.get("/confirm")
def confirm() -> ResponseReturnValue:
    """The days of a year that are only forecast, and the decree that settles them."""
    return _confirm_page(Answers())


@bp.post("/confirm")
def confirm_all() -> ResponseReturnValue:
    """Settle the forecast days that were looked at, by a decree; nobody's days count differently."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        scope_to_change(session, me, "*")
        forecast = _forecast(session, _year_kept(today_of(session, me)))
        source = _CONFIRM.accept(given(sent_values()), context={})["source"]
        look_again(*forecast)
        return posted(session, me, DaysChange(None, forecast, confirmed_by(forecast, source)), now)

    try:
        return command(work)
    except Refused as refusal:
        return _confirm_page(Answers(typed=sent_values(), problems=refusal.problems)), 422


# What the calendar says


def _calendar(session: Session, me: Actor, scope: Scope, year: int) -> WorkCalendar:
    """One's own with the roster, another unit's without; that of all units has a week of five days."""
    if scope.unit is None:
        marks = (Mark(row.day, row.kind, row.name, None) for row in _rows(session, None, year))
        return work_calendar(5, (), marks)
    if scope.unit == me.unit:
        return calendar_of(session, me.person, year, year).calendar
    return office_in_years(session, scope.unit, year, year).calendar


def _rows(session: Session, unit: str | None, year: int) -> Sequence[CalendarDay]:
    """The named days of a year: those for all units, and a unit's own in their place."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    scope = or_(CalendarDay.unit.is_(None), CalendarDay.unit == unit)
    found = session.scalars(select(CalendarDay).where(within, scope)).all()
    return sorted(found, key=lambda row: (row.day, row.unit is not None))


def _forecast(session: Session, year: int) -> tuple[DayEntry, ...]:
    return tuple(entry_of(row) for row in _rows(session, None, year) if not row.confirmed)


def _year(today: date) -> int:
    """The year that the address asks for; this one for anything that is none."""
    asked = request.values.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else today.year
    return year if EARLIEST_YEAR <= year <= LATEST_YEAR else today.year


def _year_kept(today: date) -> int:
    year = _year(today)
    if year not in years_kept(today):
        raise NotFound
    return year


# A day's form


def _form_of(scope: Scope) -> Form:
    kinds = tuple((kind, KINDS[kind]) for kind in kinds_for(scope.unit))
    yes, no = Text("Sudah, dengan keputusan", "Yes, by a decree"), Text("Belum, masih perkiraan", "No, a forecast")
    fields = (
        Field(DAY_IN_FORM, "datetime", Text("Tanggal", "Date"), required=True),
        Field("kind", "radio", Text("Jenis hari", "Kind of day"), required=True, values=kinds),
        Field("name", "textfield", Text("Nama hari", "Name of the day"), required=True, longest=LONGEST_NAME),
        SOURCE,
        Field(
            "confirmed",
            "radio",
            Text("Sudah ditetapkan?", "Settled?"),
            required=True,
            values=((YES, yes), (NO, no)),
        ),
    )
    return Form("calendar day", (Page(None, fields),))


_CONFIRM = Form("confirmation", (Page(None, (SOURCE,)),))


def _yes_or_no(entry: DayEntry) -> str:
    return YES if entry.confirmed else NO


def _asked() -> dict[str, Any]:
    """What the address asks for: the form's answers, and whose day it is about. Nothing else is handed on."""
    names = ("unit", "day", DAY_IN_FORM, "kind", "name", "source", "confirmed")
    return {name: request.args[name] for name in names if name in request.args}


def _typed() -> Typed:
    return {name: [value] for name, value in _asked().items() if name not in {"unit", "day"}}


def _entry(session: Session, scope: Scope) -> DayEntry | None:
    """The day that the page or form is about, as it stands; None for a new one. Raises `NotFound`."""
    asked = request.values.get("day", "")
    if not asked:
        return None
    try:
        entry = entry_on(session, scope.unit, date.fromisoformat(asked))
    except ValueError:
        raise NotFound from None
    if entry is None:
        raise NotFound
    return entry


def _change(session: Session, me: Actor, scope: Scope, before: DayEntry | None, typed: Typed) -> DaysChange:
    """The change that the form asks for. Raises `Refused` by field."""
    answers = _form_of(scope).accept(given(typed), context={})
    day, today = answers.pop(DAY_IN_FORM), today_of(session, me)
    require_year(DAY_IN_FORM, day, today)
    if before is not None:
        require_year("", before.day, today)
    confirmed, name = answers.pop("confirmed") == YES, answers.pop("name").removesuffix(FORECAST)
    entry = DayEntry(day=day, name=name if confirmed else name + FORECAST, confirmed=confirmed, **answers)
    if entry == before:
        raise Refused({"": [_SAME]})
    there = entry_on(session, scope.unit, day)
    if there is not None and there != before:
        raise Refused({DAY_IN_FORM: [Text(_TAKEN.id.format(there.name), _TAKEN.en.format(there.name))]})
    return DaysChange(scope.unit, () if before is None else (before,), (entry,))


def _withdrawal(session: Session, me: Actor, scope: Scope) -> DaysChange:
    before = _entry(session, scope)
    if before is None or before.day.year not in years_kept(today_of(session, me)):
        raise NotFound
    return DaysChange(scope.unit, before=(before,))


def _told(scope: Scope, change: DaysChange) -> list[tuple[Text, Text]]:
    """The change in words: where, what stood, what will stand."""
    sides = ((_BEFORE, change.before), (_AFTER, change.after))
    return [(_WHERE, scope.name), *((label, described(entry)) for label, side in sides for entry in side)]


def _form_page(scope: Scope, answers: Answers, entry: DayEntry | None) -> str:
    drawn = bound(_form_of(scope), answers)
    return render_template("calendar_day.html", form=drawn, scope=scope, entry=entry, today=utcnow())


def _confirm_page(answers: Answers) -> str:
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope_to_change(session, me, "*")
        year = _year_kept(today_of(session, me))
        days = _forecast(session, year)
        form = bound(_CONFIRM, answers)
        return render_template("calendar_confirm.html", form=form, year=year, days=days, seen=seal(*days), kinds=KINDS)


_WHERE = Text("Berlaku untuk", "Holds for")
_BEFORE = Text("Tercatat sekarang", "Stands now")
_AFTER = Text("Akan tercatat", "Will stand")
_SAME = Text(
    "Belum ada yang diubah. Ubah isian, atau kembali ke kalender.",
    "Nothing is changed yet. Change an answer, or go back.",
)
_TAKEN = Text(
    "Tanggal itu sudah tercatat sebagai {}. Buka hari itu di kalender untuk mengubahnya.",
    "That date stands in the calendar already as {}. Open that day in the calendar to change it.",
)
