"""Starting a request: fill in, check what follows from it, send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from engine import documents
from engine.actor import Actor
from engine.errors import Conflict, Refused, ServiceFailed, Text
from engine.forms import Form, Page
from web import drafts, failures, uploads
from web.commands import actor, command
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.spelling import given

bp = Blueprint("start", __name__, url_prefix="/start")

NOTHING_ASKED = Form("", ())
"""For a process whose first step has no form."""

CHANGED = Text(
    "Isian berubah sejak halaman pemeriksaan ini dibuka, misalnya di tab lain. Periksa sekali lagi.",
    "The answers have changed since this check page was opened, perhaps in another tab. Check once more.",
)


@dataclass(frozen=True)
class Row:
    """A question and its answer on the check page; None was left empty."""

    key: str
    label: Text
    value: Text | None


@bp.get("/<process>")
def show(process: str) -> ResponseReturnValue:
    """The form of the first step, with what was typed before."""
    with parts().database.reads() as session:
        draft = drafts.latest(session, current_user.person, process)
        answers = Answers(typed=drafts.values_of(draft)) if draft else Answers()
        return _form_page(session, process, answers, saved_at=draft.at if draft else None)


@bp.post("/<process>")
def fill(process: str) -> ResponseReturnValue:
    """Keep the answers and go on to the check page; mistakes come back with what was typed and uploaded."""
    engine = parts().engine
    sent = uploads.received(lambda session, me, now: engine.start_form(session, process, me, now=now))

    def work(session: Session, me: Actor, now: datetime) -> str:
        with sent.judged():
            engine.preview(session, process, me, given(sent.values), now=now)
        draft_id = drafts.keep(session, me.person, process, sent.values, now)
        return url_for(".check", process=process, draft_id=draft_id)

    try:
        return command(work)
    except Refused as refusal:
        return _again(process, Answers(typed=sent.values, problems=refusal.problems)), 422
    except ServiceFailed as failure:
        return _again(process, Answers(typed=sent.values), failure), 503


@bp.post("/<process>/clear")
def clear(process: str) -> ResponseReturnValue:
    """Throw the draft away and begin with an empty form."""

    def work(session: Session, me: Actor, _now: datetime) -> str:
        drafts.drop(session, me.person, process)
        return url_for(".show", process=process)

    return command(work)


@bp.get("/<process>/check/<uuid:draft_id>")
def check(process: str, draft_id: UUID) -> ResponseReturnValue:
    """The answers with what follows from them, before anything is sent."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        draft = drafts.get(session, current_user.person, draft_id)
        if draft.instance_id is not None:
            return redirect(url_for("requests.show", instance_id=draft.instance_id, said="already"), 303)
        me = actor(session, now)
        try:
            preview = p.engine.preview(session, process, me, given(drafts.values_of(draft)), now=now)
        except Refused as refusal:  # the form may have changed since the draft was kept
            typed = Answers(typed=drafts.values_of(draft), problems=refusal.problems)
            return _form_page(session, process, typed), 422
        return render_template(
            "check.html",
            process=process,
            title=_title(session, process),
            draft=draft,
            rows=_rows(session, p.engine.start_form(session, process, me, now=now), preview.answers),
            preview=preview,
            seal=drafts.seal(draft),
        )


@bp.post("/<process>/check/<uuid:draft_id>")
def send(process: str, draft_id: UUID) -> ResponseReturnValue:
    """Start the instance with the answers that the check page showed."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        draft = drafts.get(session, me.person, draft_id, lock=True)
        if draft.instance_id is not None:
            return url_for("requests.show", instance_id=draft.instance_id, said="already")
        if request.form.get("seal") != drafts.seal(draft):
            raise Conflict(CHANGED)
        view = parts().engine.start(session, process, me, given(drafts.values_of(draft)), now=now)
        drafts.sent(draft, view.id, now)
        return url_for("requests.sent", instance_id=view.id)

    try:
        return command(work)
    except Refused:
        return redirect(url_for(".check", process=process, draft_id=draft_id), 303)
    except ServiceFailed as failure:
        with parts().database.reads() as session:
            kept = drafts.values_of(drafts.get(session, current_user.person, draft_id))
        return _again(process, Answers(typed=kept), failure), 503


def _again(process: str, answers: Answers, failure: ServiceFailed | None = None) -> str:
    if failure is not None:
        failures.note(failure)
    with parts().database.reads() as session:
        return _form_page(session, process, answers, failure=failure)


def _form_page(
    session: Session,
    process: str,
    answers: Answers,
    *,
    saved_at: datetime | None = None,
    failure: ServiceFailed | None = None,
) -> str:
    engine, now = parts().engine, utcnow()
    asked = engine.start_form(session, process, actor(session, now), now=now) or NOTHING_ASKED
    form = bound(asked, uploads.with_documents(session, asked, answers))
    title = _title(session, process)
    return render_template("start.html", process=process, title=title, form=form, saved_at=saved_at, failure=failure)


def _title(session: Session, process: str) -> Text:
    return parts().engine.catalog.live(session, process).manifest.title


def _rows(session: Session, form: Form | None, answers: Mapping[str, Any]) -> list[Row]:
    """Every question that was asked, the ones left empty too; questions that do not apply are not in the answers."""
    asked = [field for field in (form.fields if form else ()) if field.key in answers]
    ids = [one for _name, _field, ids in (form.files(answers) if form else ()) for one in ids]
    known = documents.named(session, ids, owner=current_user.person, instance=None)
    said = {field.key: next(iter(Form("", (Page(None, (field,)),)).described(answers, known)), None) for field in asked}
    return [Row(field.key, field.label, found[1] if (found := said[field.key]) else None) for field in asked]
