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
from engine.errors import Conflict, NotFound, Refused, ServiceFailed, Text
from engine.forms import Form, Page
from web import drafts, failures, uploads
from web.commands import actor, command
from web.db import Draft
from web.drafts import Wish
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


@dataclass(frozen=True)
class Place:
    """What is being started, and its address: a colleague is never named in one, but the draft for them is."""

    wish: Wish
    draft_id: UUID | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The values of an address that leads back here."""
        about, draft = self.wish.about, self.draft_id if self.wish.subject else None
        return {
            "process": self.wish.process,
            **({"about": about} if about else {}),
            **({"draft": draft} if draft else {}),
        }


@bp.get("/<process>")
def show(process: str) -> ResponseReturnValue:
    """The form of the first step, with what was typed before."""
    with parts().database.reads() as session:
        place = _place(session, process)
        draft = drafts.latest(session, current_user.person, place.wish)
        typed = drafts.values_of(draft) if draft else {}
        answers = Answers(typed=typed) if typed else Answers()
        return _form_page(session, place, answers, saved_at=draft.at if draft and typed else None)


@bp.post("/<process>")
def fill(process: str) -> ResponseReturnValue:
    """Keep the answers and go on to the check page; mistakes come back with what was typed and uploaded."""
    engine = parts().engine
    with parts().database.reads() as session:
        place = _place(session, process)
    what = place.wish.of_engine
    sent = uploads.received(lambda session, me, now: engine.start_form(session, process, me, now=now, **what))

    def work(session: Session, me: Actor, now: datetime) -> str:
        with sent.judged():
            engine.preview(session, process, me, given(sent.values), now=now, **what)
        draft_id = drafts.keep(session, me.person, place.wish, sent.values, now)
        return url_for(".check", process=process, draft_id=draft_id)

    try:
        return command(work)
    except Refused as refusal:
        return _again(place, Answers(typed=sent.values, problems=refusal.problems)), 422
    except ServiceFailed as failure:
        return _again(place, Answers(typed=sent.values), failure), 503


@bp.post("/<process>/clear")
def clear(process: str) -> ResponseReturnValue:
    """Throw the draft away and begin with an empty form."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        place = _place(session, process)
        drafts.drop(session, me.person, place.wish)
        if place.wish.subject is None:
            return url_for(".show", **place.address)
        return url_for(".show", process=process, draft=drafts.keep(session, me.person, place.wish, {}, now))

    return command(work)


@bp.get("/<process>/check/<uuid:draft_id>")
def check(process: str, draft_id: UUID) -> ResponseReturnValue:
    """The answers with what follows from them, before anything is sent."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        draft = drafts.get(session, current_user.person, draft_id)
        if draft.instance_id is not None:
            return redirect(url_for("requests.show", instance_id=draft.instance_id, said="already"), 303)
        place = _of_draft(draft, process)
        me, what = actor(session, now), place.wish.of_engine
        try:
            preview = p.engine.preview(session, process, me, given(drafts.values_of(draft)), now=now, **what)
        except Refused as refusal:  # the form may have changed since the draft was kept
            typed = Answers(typed=drafts.values_of(draft), problems=refusal.problems)
            return _form_page(session, place, typed), 422
        return render_template(
            "check.html",
            **_head(session, place, me),
            draft=draft,
            rows=_rows(session, p.engine.start_form(session, process, me, now=now, **what), preview.answers),
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
        what = _of_draft(draft, process).wish.of_engine
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
            place, kept = _of_draft(draft, process), drafts.values_of(draft)
        return _again(place, Answers(typed=kept), failure), 503


def _place(session: Session, process: str) -> Place:
    """What the address says is being started. Raises `NotFound`."""
    draft, about = _id("draft"), _id("about")
    if draft is not None:
        return _of_draft(drafts.get(session, current_user.person, draft), process)
    return Place(Wish(process, about))


def _of_draft(draft: Draft, process: str) -> Place:
    if draft.process != process:
        raise NotFound
    return Place(drafts.wish_of(draft), draft.id)


def _id(name: str) -> UUID | None:
    """The id in the address, if there is one. Raises `NotFound` for what is none."""
    written = request.args.get(name)
    try:
        return None if written is None else UUID(written)
    except ValueError as error:
        raise NotFound from error


def _again(place: Place, answers: Answers, failure: ServiceFailed | None = None) -> str:
    if failure is not None:
        failures.note(failure)
    with parts().database.reads() as session:
        return _form_page(session, place, answers, failure=failure)


def _form_page(
    session: Session,
    place: Place,
    answers: Answers,
    *,
    saved_at: datetime | None = None,
    failure: ServiceFailed | None = None,
) -> str:
    engine, now = parts().engine, utcnow()
    me, process = actor(session, now), place.wish.process
    asked = engine.start_form(session, process, me, now=now, **place.wish.of_engine) or NOTHING_ASKED
    form = bound(asked, uploads.with_documents(session, asked, answers))
    own = place.wish.subject is None and place.wish.about is None
    others = own and any(each.process == process and each.behalf for each in engine.startable(session, me, now=now))
    return render_template(
        "start.html", **_head(session, place, me), form=form, saved_at=saved_at, failure=failure, for_others=others
    )


def _head(session: Session, place: Place, me: Actor) -> dict[str, Any]:
    """What both pages say at their top: what is started, about which request, for whom."""
    engine, wish = parts().engine, place.wish
    return {
        "address": place.address,
        "title": engine.catalog.live(session, wish.process).manifest.title,
        "meant": engine.meant(session, me, wish.about, now=utcnow()) if wish.about else None,
        "colleague": parts().people.name(session, wish.subject) if wish.subject else None,
    }


def _rows(session: Session, form: Form | None, answers: Mapping[str, Any]) -> list[Row]:
    """Every question that was asked, the ones left empty too; questions that do not apply are not in the answers."""
    asked = [field for field in (form.fields if form else ()) if field.key in answers]
    ids = [one for _name, _field, ids in (form.files(answers) if form else ()) for one in ids]
    known = documents.named(session, ids, owner=current_user.person, instance=None)
    said = {field.key: next(iter(Form("", (Page(None, (field,)),)).described(answers, known)), None) for field in asked}
    return [Row(field.key, field.label, found[1] if (found := said[field.key]) else None) for field in asked]
