"""My requests, and the page of one request: where it is, with whom, since when, until when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import InstanceView, nudging
from engine.actor import Actor
from engine.errors import NotFound, NotPermitted, Text
from web import drafts, looking, offline
from web.commands import actor, command
from web.drafts import Wish
from web.flow import flow_of
from web.parts import parts, utcnow
from web.spelling import given, question_of, typed_of
from workflows import contents
from workflows.leave import official_form, telling
from workflows.letters import standing
from workflows.privacy import keeping

bp = Blueprint("requests", __name__, url_prefix="/requests")

NOT_GRANTED = frozenset({"reject", "refuse", "defer"})
"""Outcomes of a decision after which the same can be asked for again."""


@bp.get("")
def index() -> ResponseReturnValue:
    """What I asked for, newest first."""
    p, now = parts(), utcnow()
    after = request.args.get("after")
    with p.database.reads() as session:
        page = p.engine.instances(session, actor(session, now), now=now, after=after)
        letters = standing.of_instances(session, [row.id for row in page.rows])
        return render_template("requests.html", page=page, letters=letters, after=after, now=now)


@bp.get("/<uuid:instance_id>")
def show(instance_id: UUID) -> ResponseReturnValue:
    """The state of a request, its history, its answers and its way through the flow."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        view = p.engine.instance_for(session, me, instance_id, now=now)
        if (next_of_mine := _at_once(view, me)) is not None:
            return redirect(url_for("inbox.task", task_id=next_of_mine), 303)
        offline.about(view.subject)
        flow = flow_of(session, view)
        offers = p.engine.offers(session, me, instance_id, now=now)
        later = p.engine.requests_about(session, me, instance_id, now=now)
        leave = {
            "letter": standing.of_instances(session, [view.id]).get(view.id),
            "has_form": official_form.stands_for(session, view.id),
            "told": telling.as_it_is_now(session, view.id, view.facts),
            "nudging": nudging.offered(session, p.people, view, me, now),
        }
        about = contents(session, view, me, now)
        if any(card.items for card in about):  # values of the record, as on its own pages
            offline.keep_nothing()
        looking.write_down(session, me, about, view.id, now)
        mine = {
            "party": me.person in (view.subject, view.starter),
            "again": _may_ask_again(session, view, me, now),
            "kept_until": keeping.until_of(session, view.id) if view.ended_at else None,
        }
        return render_template(
            "request.html", view=view, flow=flow, offers=offers, later=later, contents=about, **mine, **leave, now=now
        )


def _at_once(view: InstanceView, me: Actor) -> UUID | None:
    """The step that waits for exactly the person who just answered the one before: they go on without a detour."""
    if request.args.get("said") != "done":
        return None
    return next((task.id for task in view.tasks if task.principal == f"person:{me.person}"), None)


@bp.post("/<uuid:instance_id>/take-back")
def take_back(instance_id: UUID) -> ResponseReturnValue:
    """Undo my own last decision; its task is mine again."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.take_back(session, instance_id, me, now=now)
        return url_for(".show", instance_id=instance_id, said="taken-back")

    return command(work)


@bp.get("/<uuid:instance_id>/sent")
def sent(instance_id: UUID) -> ResponseReturnValue:
    """The confirmation: the reference, what happens next and until when. It can be opened again."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.instance_for(session, actor(session, now), instance_id, now=now)
        offline.about(view.subject)
        return render_template("sent.html", view=view, contact=_contact(session, view, now))


@bp.get("/<uuid:instance_id>/again")
def ask_again(instance_id: UUID) -> ResponseReturnValue:
    """Which answers shall stay: those of the request, or those of the draft that they would replace?"""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        view = parts().engine.instance_for(session, me, instance_id, now=now)
        if not _may_ask_again(session, view, me, now):
            raise NotFound
        other = drafts.latest(session, me.person, Wish(view.process))
        if other is None or not drafts.values_of(other):
            return redirect(url_for(".show", instance_id=instance_id), 303)
        return render_template("again.html", view=view, draft=other, seal=drafts.seal(other))


@bp.post("/<uuid:instance_id>/again")
def again(instance_id: UUID) -> ResponseReturnValue:
    """Begin anew what was not granted, with the answers of then but for the files, at the check page.

    Another draft gives way only if ``replaced`` says that the person has agreed to that, as it stands now.
    """

    def work(session: Session, me: Actor, now: datetime) -> str:
        engine = parts().engine
        view = engine.instance_for(session, me, instance_id, now=now)
        if not _may_ask_again(session, view, me, now):
            raise NotPermitted
        form = engine.start_form(session, view.process, me, now=now)
        answers = engine.first_answers(session, me, instance_id, now=now)
        typed = {n: v for n, v in typed_of(form.fields if form else (), answers) if question_of(form, n) is None}
        other = drafts.latest(session, me.person, Wish(view.process), lock=True)
        kept = drafts.values_of(other) if other else {}
        if other and kept not in ({}, typed) and request.form.get("replaced") != drafts.seal(other):
            return url_for(".ask_again", instance_id=instance_id)
        asked = engine.progress(session, view.process, me, given(typed), now=now)
        passed = [page.key for page in asked.pages]
        draft = drafts.keep(session, me.person, Wish(view.process), typed, now, passed=passed)
        return url_for("start.check", process=view.process, draft_id=draft.id)

    return command(work)


def _may_ask_again(session: Session, view: InstanceView, me: Actor, now: datetime) -> bool:
    """Whether it is the reader's own request, which an official did not grant, and they may start one like it."""
    if view.status != "ended" or me.person != view.subject or view.about is not None or view.erased_at:
        return False
    decided = [line.outcome for line in view.timeline if line.outcome and not line.taken_back]
    if not decided or decided[-1] not in NOT_GRANTED:
        return False
    known = parts().engine.startable(session, me, now=now)
    return any(each.process == view.process and each.own for each in known)


def _contact(session: Session, view: InstanceView, now: datetime) -> Text:
    """Whom to ask about a request: the personnel office of its unit, with the name of whoever sits there."""
    people = parts().people
    office = f"role:personnel_officer@{view.unit}"
    found = people.holder(session, office, barred={view.subject}, matter=view.process, now=now)
    return people.principal_label(session, found or office, now)
