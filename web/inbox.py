"""The inbox and the page of one task: take it, let go of it, decide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import TaskView, TimelineEntry
from engine.actor import Actor
from engine.errors import Refused, ServiceFailed, Text
from engine.lists import TaskRow
from engine.referring import REASSIGNED, REFERRED
from web import failures, looking, unsent, uploads
from web.commands import actor, command
from web.comparing import pieces
from web.data_place import repairs
from web.forms import Answers, Problems, bound
from web.i18n import say
from web.parts import parts, utcnow
from web.spelling import Typed, given
from workflows import cards

bp = Blueprint("inbox", __name__)
bp.add_app_template_filter(pieces, "pieces")


@dataclass(frozen=True)
class Pick:
    """Tasks of one step on a page of the inbox, which can be ticked by one link."""

    key: str
    title: Text
    name: Text
    count: int


LONGEST_SEARCH = 80


@bp.get("/inbox")
def show() -> ResponseReturnValue:
    """My open tasks, oldest due first."""
    p, now = parts(), utcnow()
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    process = request.args.get("process") or None
    with p.database.reads() as session:
        me = actor(session, now)
        after = request.args.get("after")
        page = p.engine.inbox(session, me, now=now, search=search, process=process, after=after)
        picks = _picks(page.rows)
        pick = next((each for each in picks if each.key == request.args.get("pick")), None)
        titles = {v.process: v.manifest.title for v in p.engine.catalog.live_versions(session)}
        ticked = {"picks": picks, "pick": pick.key if pick else None, "picked": pick.count if pick else 0}
        about = {"search": search, "process": process, "titles": titles, "after": after}
        return render_template("inbox.html", page=page, now=now, **about, **ticked)


@bp.get("/inbox/next")
def following() -> ResponseReturnValue:
    """The task that is due first and that no colleague has taken; the inbox when there is none."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        rows = p.engine.inbox(session, me, now=now).rows
    free = next((row for row in rows if row.claimed_by in (None, me.person)), None)
    return redirect(url_for(".task", task_id=free.id) if free else url_for(".show"), 303)


@bp.get("/tasks/<uuid:task_id>")
def task(task_id: UUID) -> ResponseReturnValue:
    """Everything that a decision needs, above the form."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.task_for(session, actor(session, now), task_id, now=now)
        if view.state != "open":
            return redirect(url_for("requests.show", instance_id=view.instance.id), 303)
        if repairs(view):
            return redirect(url_for("data_check.check", about=view.instance.id), 303)
        typed = unsent.typed()
        return _page(session, view, Answers(values=view.previous) if typed is None else Answers(typed=typed))


@bp.post("/tasks/<uuid:task_id>")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Give the task its answers; mistakes come back on the same page with what was typed and uploaded."""
    engine = parts().engine
    sent = uploads.received(lambda session, me, now: engine.task_for(session, me, task_id, now=now).form)

    def work(session: Session, me: Actor, now: datetime) -> str:
        with sent.judged():
            instance_id = engine.decide(session, task_id, me, given(sent.values), now=now)
        more = "task" if "outcome" in sent.values else None
        return url_for("requests.show", instance_id=instance_id, said="done", next=more)

    try:
        return command(work)
    except Refused as refusal:
        return _again(task_id, sent.values, refusal.problems), 422
    except ServiceFailed as failure:
        failures.note(failure)
        return _again(task_id, sent.values, {}, failure), 503


@bp.post("/tasks/<uuid:task_id>/claim")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Tell colleagues of the same queue that I do this one."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.claim(session, task_id, me, now=now)
        return url_for(".task", task_id=task_id)

    return command(work)


@bp.post("/tasks/<uuid:task_id>/release")
def release(task_id: UUID) -> ResponseReturnValue:
    """Give the task back to the queue."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.release(session, task_id, me, now=now)
        return url_for(".task", task_id=task_id)

    return command(work)


def _again(task_id: UUID, typed: Typed, problems: Problems, failure: ServiceFailed | None = None) -> str:
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        view = p.engine.task_for(session, actor(session, now), task_id, now=now)
        return _page(session, view, Answers(typed=typed, problems=problems), failure)


def _page(session: Session, view: TaskView, answers: Answers, failure: ServiceFailed | None = None) -> str:
    form, now = None, utcnow()
    known = cards(session, view, g.actor, now)
    looking.write_down(session, g.actor, known, view.instance.id, now)
    rows = {card.answers: [say(item.title) for item in card.items] for card in known if card.items and card.answers}
    if view.form and view.mine:
        fresh = _without(answers, rows)
        form = bound(view.form, uploads.with_documents(session, view.form, fresh, view.instance.id), rows)
    place = next((task for task in view.instance.tasks if task.id == view.id), None)
    about = {
        "place": place,
        "cards": known,
        "handed": _handed(view),
        "minutes": minutes_to_take_back(),
    }
    return render_template("task.html", task=view, form=form, failure=failure, now=now, **about)


def _without(answers: Answers, lists: Mapping[str, Sequence[str]]) -> Answers:
    """The answers without earlier ones to lists whose rows may since be about something else."""
    return replace(answers, values={key: value for key, value in answers.values.items() if key not in lists})


def minutes_to_take_back() -> int:
    """For how many minutes a decision can be taken back; 0: never."""
    return parts().engine.take_back_within // timedelta(minutes=1)


def _picks(rows: Sequence[TaskRow]) -> list[Pick]:
    """The steps of which several tasks on this page can be decided together, in their order."""
    found: dict[str, list[TaskRow]] = {}
    for row in rows:
        if row.decides:
            found.setdefault(row.kind, []).append(row)
    return [Pick(key, each[0].title, each[0].name, len(each)) for key, each in found.items() if len(each) > 1]


def _handed(view: TaskView) -> TimelineEntry | None:
    """How the task came to whoever has it, where somebody gave it to them."""
    lines = (line for line in reversed(view.instance.timeline) if line.step == view.step)
    return next((line for line in lines if line.kind in (REFERRED, REASSIGNED)), None)
