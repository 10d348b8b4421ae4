"""Rosters of a unit's staff in shifts: by a pattern for a group, or by a list with the days of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from engine.feel import Expression, compile_expression
from engine.forms import Field, Form, Page
from web.calendar_scope import Scope, require_year, scope_to_change, today_of, years_kept
from web.calendar_steps import Look, check_page, look_again, posted, seal
from web.commands import actor, command, sent_values
from web.forms import Answers, bound
from web.i18n import _
from web.parts import parts, utcnow
from web.spelling import Typed, given
from workflows.positions import Person
from workflows.roster_changes import LONGEST_SPAN, Plan, RosterChange, Turn, clashes, plan_of
from workflows.roster_lists import LARGEST, days_by_person, read_list
from workflows.rosters import LONGEST_TURN, RosterPlan
from workflows.wording import long_date, plain_date
from workflows.workdays import ONE_DAY, Span

bp = Blueprint("calendar_rosters", __name__, url_prefix="/calendar/units/<unit>/rosters")

BY_PATTERN, BY_LIST = "pattern", "list"
FILE, LIST = "file", "list"
"""The upload, and the field that what is in it goes on in, as if it had been typed."""
MOST_NAMED = 60
"""Members that a page names; of more it gives the number."""


@bp.get("/new")
def new(unit: str) -> ResponseReturnValue:
    """The form of a new roster."""
    with parts().database.reads() as session:
        scope = scope_to_change(session, actor(session, utcnow()), unit)
        return _form_page(session, scope, None, Answers())


@bp.get("/<int(max=2147483647):roster>")
def show(unit: str, roster: int) -> ResponseReturnValue:
    """A roster: whom it is for, and on which days."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = scope_to_change(session, me, unit)
        plan = _plan(session, unit, roster)
        names = _names(session, plan.members)
        years, today = years_kept(today_of(session, me)), today_of(session, me)
        others = me.person not in plan.members
        may = {"change": others and plan.span.first.year in years, "end": others and plan.span.last >= today}
        return render_template("calendar_roster.html", scope=scope, roster=roster, plan=plan, names=names, may=may)


@bp.get("/<int(max=2147483647):roster>/change")
def change(unit: str, roster: int) -> ResponseReturnValue:
    """The form of a roster that stands, with what is in it."""
    with parts().database.reads() as session:
        scope = scope_to_change(session, actor(session, utcnow()), unit)
        plan = _plan(session, unit, roster)
        return _form_page(session, scope, roster, Answers(values=_values(session, plan)))


@bp.post("/check")
def check(unit: str) -> ResponseReturnValue:
    """What the roster would change; mistakes come back with what was typed, an uploaded list as text."""
    typed = _typed()
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = scope_to_change(session, me, unit)
        roster = _roster(session, unit)
        try:
            proposal = _change(session, me, unit, roster, typed)
            if problems := clashes(session, proposal):
                raise Refused({"": problems})
        except Refused as refusal:
            return _form_page(session, scope, roster, Answers(typed=typed, problems=refusal.problems)), 422
        title = _("Jadwal sif baru") if roster is None else _("Ubah jadwal sif")
        sent = [(name, value) for name, values in typed.items() for value in values]
        sent += [("roster", "" if roster is None else str(roster)), ("seen", seal(proposal.before))]
        back = url_for("calendar_units.show", unit=unit)
        look = Look(title, _told(session, scope, proposal), url_for(".post", unit=unit), sent, back)
        return check_page(session, me, proposal, look)


@bp.post("")
def post(unit: str) -> ResponseReturnValue:
    """Begin or change the roster that was looked at."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        scope_to_change(session, me, unit)
        proposal = _change(session, me, unit, _roster(session, unit), _typed())
        look_again(proposal.before)
        return posted(session, me, proposal, now)

    return command(work)


@bp.get("/<int(max=2147483647):roster>/end")
def ending(unit: str, roster: int) -> ResponseReturnValue:
    """What it would change if a roster ended today, or (one that has not begun) were not there."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        scope = scope_to_change(session, me, unit)
        proposal = _end(session, me, unit, roster)
        back, sent = url_for(".show", unit=unit, roster=roster), [("seen", seal(proposal.before, proposal.after))]
        target = url_for(".end", unit=unit, roster=roster)
        look = Look(_("Akhiri jadwal sif"), _told(session, scope, proposal), target, sent, back)
        return check_page(session, me, proposal, look)


@bp.post("/<int(max=2147483647):roster>/end")
def end(unit: str, roster: int) -> ResponseReturnValue:
    """End the roster; the days until then stay as they were rostered."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        scope_to_change(session, me, unit)
        proposal = _end(session, me, unit, roster)
        look_again(proposal.before, proposal.after)
        return posted(session, me, proposal, now)

    return command(work)


# The form


def _form_of(session: Session, unit: str) -> Form:
    listed, turning = compile_expression('way = "list"'), compile_expression('way != "list"')
    people = tuple((row.id, Text(*2 * (f"{row.name} ({row.nip})",))) for row in _staff(session, unit))
    ways = (
        (BY_PATTERN, Text("Pola berulang, sama untuk semua", "A pattern that repeats, the same for all")),
        (BY_LIST, Text("Daftar hari untuk tiap orang", "A list of days for each person")),
    )
    fields = (
        Field("name", "textfield", Text("Nama jadwal", "Name of the roster"), required=True, longest=80),
        Field("first", "datetime", Text("Hari pertama", "First day"), required=True),
        Field(
            "last", "datetime", Text("Hari terakhir", "Last day"), required=True, earliest=compile_expression("first")
        ),
        Field("way", "radio", Text("Cara mengisi", "How to fill it in"), required=True, values=ways),
        _number("days_on", Text("Hari masuk berturut-turut", "Days on in a row"), listed),
        _number("days_off", Text("Hari libur sesudahnya", "Days off after them"), listed),
        Field(
            "anchor",
            "datetime",
            Text("Salah satu hari masuk pertama", "A first day on"),
            description=Text("Kosongkan bila sama dengan hari pertama.", "Leave empty if it is the first day."),
            hide=listed,
        ),
        Field("members", "checklist", Text("Pegawai", "Staff"), required=True, values=people, hide=listed),
        Field(
            LIST,
            "textarea",
            Text("Daftar NIP dan tanggal", "List of NIP and date"),
            description=Text(
                "Baris pertama: NIP;tanggal. Lalu satu baris untuk tiap orang dan hari masuk.",
                "First line: NIP;tanggal. Then a line for each person and day on.",
            ),
            required=True,
            longest=LARGEST,
            hide=turning,
        ),
    )
    return Form("roster", (Page(None, fields),))


def _number(key: str, label: Text, hide: Expression) -> Field:
    most = Decimal(LONGEST_TURN)
    return Field(key, "number", label, required=True, min=Decimal(1), max=most, decimals=0, hide=hide)


def _typed() -> Typed:
    """What was sent; an uploaded list takes the place of the typed one."""
    typed = {name: values for name, values in sent_values().items() if name not in {"roster", "seen"}}
    sent = request.files.get(FILE)
    content = sent.read(LARGEST + 1) if sent else b""
    if content:
        typed[LIST] = [content.decode("utf-8-sig", errors="replace")]
    return typed


def _change(session: Session, me: Actor, unit: str, roster: int | None, typed: Typed) -> RosterChange:
    """The roster that the form asks for. Raises `Refused` by field."""
    answers, today = _form_of(session, unit).accept(given(typed), context={}), today_of(session, me)
    for name in ("first", "last"):
        require_year(name, answers[name], today)
    span = Span(answers["first"], answers["last"])
    if (span.last - span.first).days >= LONGEST_SPAN:
        raise Refused({"last": [_TOO_LONG]})
    after = _listed(session, unit, answers, span) if answers["way"] == BY_LIST else _turning(answers, span)
    before = None if roster is None else _plan(session, unit, roster)
    if before == after:
        raise Refused({"": [_SAME]})
    return _of_others(me, RosterChange(unit, roster, before, after))


def _of_others(me: Actor, proposal: RosterChange) -> RosterChange:
    """Nobody counts the days of their own leave. Raises `Refused`."""
    if any(me.person in plan.members for plan in (proposal.before, proposal.after) if plan is not None):
        raise Refused({"": [_OWN]})
    return proposal


def _turning(answers: dict[str, Any], span: Span) -> Plan:
    turn = Turn(int(answers["days_on"]), int(answers["days_off"]), answers["anchor"] or span.first)
    return Plan(answers["name"], span, tuple(sorted(answers["members"])), turn)


def _listed(session: Session, unit: str, answers: dict[str, Any], span: Span) -> Plan:
    lines = read_list(answers[LIST].encode())
    days = days_by_person(lines, {row.nip: row.id for row in _staff(session, unit)})
    if outside := next((line for line in lines if line.day not in span), None):
        day = plain_date(outside.day)
        words = (_OUTSIDE.id.format(outside.number, day.id), _OUTSIDE.en.format(outside.number, day.en))
        raise Refused({LIST: [Text(*words)]})
    return Plan(answers["name"], span, tuple(sorted(days)), days=days)


def _end(session: Session, me: Actor, unit: str, roster: int) -> RosterChange:
    plan, today = _plan(session, unit, roster), today_of(session, me)
    if plan.span.last < today:
        raise NotFound
    begun = plan.span.first < today
    return _of_others(me, RosterChange(unit, roster, plan, plan.until(today - ONE_DAY) if begun else None))


def _form_page(session: Session, scope: Scope, roster: int | None, answers: Answers) -> str:
    form = bound(_form_of(session, scope.unit or ""), answers)
    return render_template("calendar_roster_form.html", form=form, scope=scope, roster=roster)


# What stands


def _roster(session: Session, unit: str) -> int | None:
    """The roster that the form changes; None for a new one. Raises `NotFound` for one that is not the unit's."""
    asked = request.form.get("roster", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        raise NotFound
    _plan(session, unit, int(asked))
    return int(asked)


def _plan(session: Session, unit: str, roster: int) -> Plan:
    owner = session.scalar(select(RosterPlan.unit).where(RosterPlan.id == roster))
    plan = plan_of(session, roster) if owner == unit else None
    if plan is None:
        raise NotFound
    return plan


def _values(session: Session, plan: Plan) -> dict[str, Any]:
    """A roster as the form's answers."""
    about = {"name": plan.name, "first": plan.span.first, "last": plan.span.last}
    if plan.turn is not None:
        return {**about, "way": BY_PATTERN, **vars(plan.turn), "members": list(plan.members)}
    nips = {
        row.id: row.nip for row in session.execute(select(Person.id, Person.nip).where(Person.id.in_(plan.members)))
    }
    lines = [f"{nips[person]};{day.isoformat()}" for person, days in plan.days.items() for day in days]
    return {**about, "way": BY_LIST, LIST: "\n".join(["NIP;tanggal", *lines])}


def _staff(session: Session, unit: str) -> Sequence[Any]:
    wanted = select(Person.id, Person.nip, Person.name).where(Person.unit == unit, Person.service_start.is_not(None))
    return session.execute(wanted.order_by(Person.name, Person.id)).all()


def _names(session: Session, people: Sequence[str]) -> list[str]:
    return list(session.scalars(select(Person.name).where(Person.id.in_(people)).order_by(Person.name)))


def _told(session: Session, scope: Scope, proposal: RosterChange) -> list[tuple[Text, Text]]:
    """The roster in words: what it is now, and what it will be."""
    rows = [(_UNIT, scope.name)]
    for label, plan in ((_NOW, proposal.before), (_THEN, proposal.after)):
        rows += [(label, described(plan, _names(session, plan.members)))] if plan else []
    return rows if proposal.after else [*rows, (_THEN, _NONE)]


def described(plan: Plan, names: Sequence[str]) -> Text:
    """A roster in a sentence: name, dates, pattern, people."""
    first, last = plain_date(plan.span.first), plain_date(plan.span.last)
    who = "; ".join(names[:MOST_NAMED]) + (f" (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else "")
    how = _by_list(plan) if plan.turn is None else _by_turn(plan.turn)
    return Text(
        f"{plan.name}, {first.id} sampai {last.id}. {how.id} Pegawai: {who}.",
        f"{plan.name}, {first.en} to {last.en}. {how.en} Staff: {who}.",
    )


def _by_turn(turn: Turn) -> Text:
    anchor = long_date(turn.anchor)
    return Text(
        f"{turn.days_on} hari masuk, {turn.days_off} hari libur, berulang sejak {anchor.id}.",
        f"{turn.days_on} days on, {turn.days_off} days off, in turn since {anchor.en}.",
    )


def _by_list(plan: Plan) -> Text:
    days = sum(len(listed) for listed in plan.days.values())
    return Text(f"Daftar {days} hari masuk.", f"A list of {days} days on.")


_UNIT = Text("Unit kerja", "Unit")
_NOW = Text("Tercatat sekarang", "Stands now")
_THEN = Text("Akan tercatat", "Will stand")
_NONE = Text(
    "Tidak ada jadwal. Hari kerja mengikuti kalender unit.", "No roster. Working days follow the unit's calendar."
)
_TOO_LONG = Text(
    f"Satu jadwal paling lama {LONGEST_SPAN} hari. Isi hari terakhir yang lebih awal.",
    f"A roster is at most {LONGEST_SPAN} days long. Give an earlier last day.",
)
_SAME = Text(
    "Belum ada yang diubah. Ubah isian, atau kembali.", "Nothing is changed yet. Change an answer, or go back."
)
_OWN = Text(
    "Jadwal Anda sendiri diisi petugas lain atau BKPSDM. Pisahkan jadwal Anda dari jadwal pegawai lain.",
    "Your own roster is kept by another officer or BKPSDM. Keep it apart from that of the others.",
)
_OUTSIDE = Text(
    "Baris {0}: {1} di luar masa jadwal. Perbaiki tanggalnya atau masa jadwalnya.",
    "Line {0}: {1} is outside the roster's dates. Mend the date, or the roster's dates.",
)
