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
from engine.forms import Attachments, Field, Form, Page, Progress
from web import drafts, failures, unsent, uploads
from web.commands import actor, command
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.place import Place, already, head, of_draft, only_for_others, place, progress
from web.spelling import given
from workflows import colleagues
from workflows.colleagues import Colleague

bp = Blueprint("start", __name__, url_prefix="/start")

NOTHING_ASKED = Form("", ())
"""For a process whose first step has no form."""

CHANGED = Text(
    "Isian berubah sejak halaman pemeriksaan ini dibuka, misalnya di tab lain. Periksa sekali lagi.",
    "The answers have changed since this check page was opened, perhaps in another tab. Check once more.",
)


@dataclass(frozen=True)
class Row:
    """A question and its answer on the check page, and where it is changed; a value of None was left empty."""

    label: Text
    value: Text | None
    change: str


@bp.get("/<process>")
def show(process: str) -> ResponseReturnValue:
    """To the first question that is not answered; a process that asks nothing shows what it is."""
    now = utcnow()
    with parts().database.reads() as session:
        here = place(session, process)
        if here.became is not None:
            return already(here.became)
        me = actor(session, now)
        if only_for_others(session, here, me, now):
            return redirect(url_for("colleagues.show", process=process), 303)
        asked = progress(session, here, me, now, here.typed)
        if not asked.pages:
            return redirect(url_for(".whole", **here.address), 303)
        again = {"again": 1} if here.typed else {}
        return redirect(here.question(here.first_open(asked) or asked.pages[0], **again), 303)


@bp.get("/<process>/all")
def whole(process: str) -> ResponseReturnValue:
    """All questions of the first step on one page, with what was typed before."""
    with parts().database.reads() as session:
        here = place(session, process)
        if here.became is not None:
            return already(here.became)
        typed = unsent.typed() or here.typed
        answers = Answers(typed=typed) if typed else Answers()
        return _form_page(session, here, answers, saved_at=here.draft.at if here.draft and here.typed else None)


@bp.post("/<process>")
def fill(process: str) -> ResponseReturnValue:
    """Keep the answers and go on to the check page; mistakes come back with what was typed and uploaded."""
    engine = parts().engine
    with parts().database.reads() as session:
        here = place(session, process)
    what = here.wish.of_engine
    sent = uploads.received(lambda session, me, now: engine.start_form(session, process, me, now=now, **what))

    def work(session: Session, me: Actor, now: datetime) -> str:
        asked = progress(session, here, me, now, sent.values)
        with sent.judged():
            engine.preview(session, process, me, given(sent.values), now=now, **what)
        passed = [page.key for page in asked.pages]
        draft = drafts.keep(session, me.person, here.wish, sent.values, now, passed=passed)
        return url_for(".check", process=process, draft_id=draft.id)

    try:
        return command(work)
    except Refused as refusal:
        return _again(here, Answers(typed=sent.values, problems=refusal.problems)), 422
    except ServiceFailed as failure:
        return _again(here, Answers(typed=sent.values), failure), 503


@bp.post("/<process>/clear")
def clear(process: str) -> ResponseReturnValue:
    """Throw away what was typed and begin with the first question."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = place(session, process)
        drafts.keep(session, me.person, here.wish, {}, now)
        return url_for(".show", **here.address)

    return command(work)


@bp.get("/<process>/check/<uuid:draft_id>")
def check(process: str, draft_id: UUID) -> ResponseReturnValue:
    """The answers with what follows from them, before anything is sent."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        draft = drafts.get(session, current_user.person, draft_id)
        if draft.instance_id is not None:
            return already(draft.instance_id)
        here = of_draft(draft, process)
        me, what = actor(session, now), here.wish.of_engine
        asked = progress(session, here, me, now, here.typed)
        try:
            preview = p.engine.preview(session, process, me, given(drafts.values_of(draft)), now=now, **what)
        except Refused as refusal:  # something is not answered yet, or the form has changed since the draft was kept
            if here.first_open(asked) is not None:
                return redirect(url_for(".show", process=process, draft=draft_id), 303)
            return _form_page(session, here, Answers(typed=here.typed, problems=refusal.problems)), 422
        return render_template(
            "check.html",
            **head(session, here, me),
            draft=draft,
            applicant=_applicant(session, here, me),
            rows=_rows(session, here, asked, preview.answers),
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
        what = of_draft(draft, process).wish.of_engine
        view = parts().engine.start(session, process, me, given(drafts.values_of(draft)), now=now, **what)
        drafts.sent(draft, view.id, now)
        return url_for("requests.sent", instance_id=view.id)

    try:
        return command(work)
    except Refused:
        return redirect(url_for(".check", process=process, draft_id=draft_id), 303)
    except ServiceFailed as failure:
        with parts().database.reads() as session:
            draft = drafts.get(session, current_user.person, draft_id)
            here, kept = of_draft(draft, process), drafts.values_of(draft)
        return _again(here, Answers(typed=kept), failure), 503


def _again(here: Place, answers: Answers, failure: ServiceFailed | None = None) -> str:
    if failure is not None:
        failures.note(failure)
    with parts().database.reads() as session:
        return _form_page(session, here, answers, failure=failure)


def _form_page(
    session: Session,
    here: Place,
    answers: Answers,
    *,
    saved_at: datetime | None = None,
    failure: ServiceFailed | None = None,
) -> str:
    engine, now = parts().engine, utcnow()
    me, process = actor(session, now), here.wish.process
    asked = engine.start_form(session, process, me, now=now, **here.wish.of_engine) or NOTHING_ASKED
    form = bound(asked, uploads.with_documents(session, asked, answers))
    own = here.wish.subject is None and here.wish.about is None
    others = own and any(each.process == process and each.behalf for each in engine.startable(session, me, now=now))
    return render_template(
        "start.html", **head(session, here, me), form=form, saved_at=saved_at, failure=failure, for_others=others
    )


def _applicant(session: Session, here: Place, me: Actor) -> Colleague | None:
    """Whom it concerns: this is shown, and never asked."""
    meant = here.wish.about and parts().engine.instance_for(session, me, here.wish.about, now=utcnow())
    return colleagues.known(session, meant.subject if meant else here.wish.subject or me.person)


def _rows(session: Session, here: Place, asked: Progress, answers: Mapping[str, Any]) -> list[Row]:
    """Every question that was asked, the ones left empty too; questions that do not apply are not in the answers."""
    ids = [one for page in asked.pages for _name, _field, ids in page.form.files(answers) for one in ids]
    known = documents.named(session, ids, owner=current_user.person, instance=None)
    return [
        Row(field.label, _said(field, answers, known), f"{here.question(page, change=1)}#{field.key}")
        for page in asked.pages
        for field in page.form.fields
        if field.key in answers
    ]


def _said(field: Field, answers: Mapping[str, Any], known: Attachments) -> Text | None:
    """An answer in words."""
    found = Form("", (Page(None, (field,)),)).described(answers, known)
    return found[0][1] if found else None
