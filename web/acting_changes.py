"""Letting an acting officer act longer by another decree, or stop earlier, for a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from engine.feel import compile_expression
from engine.forms import Field, Form, Page
from web.acting import in_words
from web.calendar_scope import today_of
from web.commands import actor, command, sent_values
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.spelling import given
from workflows.acting import appointing, rules
from workflows.acting.appointing import PAST, Appointment, Decree

bp = Blueprint("acting_changes", __name__, url_prefix="/acting/<int(max=2147483647):acting>")

_EXTEND = "acting_extend.html"
AT_ONCE, ON_DAY = "now", "day"
EXTENSION = Form(
    "extension",
    (
        Page(
            None,
            (
                Field("last", "datetime", Text("Hari terakhir yang baru", "New last day"), required=True),
                Field("decree", "textfield", Text("Nomor SK", "Number of the decree"), required=True, longest=120),
                Field("decree_on", "datetime", Text("Tanggal SK", "Date of the decree"), required=True),
            ),
        ),
    ),
)
END = Form(
    "end",
    (
        Page(
            None,
            (
                Field(
                    "when",
                    "radio",
                    Text("Kapan berakhir", "When it ends"),
                    required=True,
                    values=(
                        (AT_ONCE, Text("Sekarang juga", "At once")),
                        (ON_DAY, Text("Pada akhir hari yang saya isi", "At the end of a day that I give")),
                    ),
                ),
                Field(
                    "last",
                    "datetime",
                    Text("Hari terakhir bertindak", "Last day"),
                    required=True,
                    hide=compile_expression(f'when != "{ON_DAY}"'),
                ),
                Field("reason", "textarea", Text("Alasan", "Reason"), required=True, longest=300),
            ),
        ),
    ),
)


@bp.get("/extend")
def extend(acting: int) -> ResponseReturnValue:
    """The form for a later last day."""
    return _page(_EXTEND, acting, EXTENSION, Answers())


@bp.post("/extend")
def extended(acting: int) -> ResponseReturnValue:
    """Let the officer act until then."""

    def work(session: Session, me: Actor, found: Appointment, today: date, now: datetime) -> None:
        answers = EXTENSION.accept(given(sent_values()), context={})
        decree = Decree(answers["decree"], answers["decree_on"])
        appointing.extend(session, me, found, answers["last"], decree, today=today, now=now)

    return _changed(_EXTEND, acting, EXTENSION, work, "acting-extended")


@bp.get("/end")
def end(acting: int) -> ResponseReturnValue:
    """The form for an earlier last day."""
    return _page("acting_end.html", acting, END, Answers())


@bp.post("/end")
def ended(acting: int) -> ResponseReturnValue:
    """Let the officer stop."""

    def work(session: Session, me: Actor, found: Appointment, today: date, now: datetime) -> None:
        answers = END.accept(given(sent_values()), context={})
        appointing.end(session, me, found, answers.get("last"), answers["reason"], today=today, now=now)

    return _changed("acting_end.html", acting, END, work, "acting-ended")


Work = Callable[[Session, Actor, Appointment, date, datetime], None]


def _changed(template: str, acting: int, form: Form, work: Work, said: str) -> ResponseReturnValue:
    def run(session: Session, me: Actor, now: datetime) -> str:
        if not appointing.appoints(me):
            raise NotFound
        today = today_of(session, me)
        work(session, me, appointing.appointment(session, me, acting, today), today, now)
        return url_for("acting.show", acting=acting, said=said)

    try:
        return command(run)
    except Refused as refusal:
        return _page(template, acting, form, Answers(typed=sent_values(), problems=refusal.problems)), 422


def _page(template: str, acting: int, form: Form, answers: Answers) -> str:
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        today = today_of(session, me)
        found = appointing.appointment(session, me, acting, today)
        goes_on = found.may_go_on(today) if template == _EXTEND else found.state != PAST
        if not goes_on or not appointing.may_change(session, me, found):
            raise NotFound
        done = appointing.extensions(session, acting)
        again = found.row.kind != rules.PLT or done < rules.LAW.plt_extensions
        most = rules.longest(found.row.kind, found.row.first, done + 1) if again else None
        words = in_words(session, found.row)
        return render_template(template, found=found, form=bound(form, answers), most=most, **words)
