"""Several decisions of the same step at once: looked at together, then taken one by one as on their own pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import TaskView
from engine.actor import Actor
from engine.errors import EngineError, NotFound, Refused, ServiceFailed, Text
from engine.forms import Field, Form, Page
from web import failures
from web.commands import act, actor
from web.forms import Answers, Bound, bound
from web.i18n import zone
from web.inbox import minutes_to_take_back
from web.parts import parts, utcnow
from web.spelling import given
from workflows import cards
from workflows.card import Card

bp = Blueprint("bulk", __name__, url_prefix="/inbox/together")

MOST = 20
"""Tasks that are decided at once: those of one page of the inbox."""
OUTCOME = "outcome"
A_REASON = "Alasan yang cukup panjang untuk setiap formulir."
"""Stands for what will be written, to find out what else a choice asks for."""


@dataclass(frozen=True)
class Item:
    """A task that was chosen, with what its own page shows before the decision."""

    task: TaskView
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Result:
    """What came of one decision: why it was not taken, and where its request is."""

    task: TaskView
    problems: tuple[Text, ...]
    address: str


@dataclass(frozen=True)
class Chosen:
    """The tasks of one step that were chosen, and the questions that are answered once for all of them."""

    items: tuple[Item, ...]
    form: Form

    @property
    def name(self) -> Text:
        """What the step is called."""
        return self.items[0].task.name

    @property
    def outcomes(self) -> Field | None:
        """The choices that can be made for several at once."""
        return self.form.field(OUTCOME)


@dataclass
class Shown:
    """What the page shows beside the tasks: what was typed, and what came of it."""

    answers: Answers = field(default_factory=Answers)
    results: Sequence[Result] = ()


@bp.get("")
def show() -> ResponseReturnValue:
    """The tasks that were chosen in the inbox, and one decision for all; of several steps, one is chosen first."""
    return _page(_asked(request.args.getlist("task")), Shown())


@bp.post("")
def decide() -> ResponseReturnValue:
    """Decide the chosen tasks, each in its own transaction; those that fail stay chosen, with the reason."""
    wanted = _asked(request.form.getlist("task"))
    with parts().database.reads() as session:
        groups = _groups(session, actor(session, utcnow()), wanted, utcnow(), over=True)
    if len(groups) != 1 or groups[0].outcomes is None:
        return _page(wanted, Shown()), 422
    typed = {name: request.form.getlist(name) for name in request.form if groups[0].form.field(name)}
    try:
        groups[0].form.accept(given(typed), context={}, zone=zone(), now=utcnow())
    except Refused as refusal:
        return _page(wanted, Shown(Answers(typed=typed, problems=refusal.problems))), 422
    results = [_result(item.task, typed) for item in groups[0].items]
    left = [each.task.id for each in results if each.problems]
    return _page(left, Shown(Answers(typed=typed), results)), 422 if left else 200


def _result(task: TaskView, typed: Mapping[str, list[str]]) -> Result:
    """Decide one as its own page would: the same checks in the same transaction, at most once per key."""
    address = url_for("requests.show", instance_id=task.instance.id)

    def work(session: Session, me: Actor, now: datetime) -> str:
        parts().engine.decide(session, task.id, me, given(typed), now=now)
        return address

    try:
        act(work, url_for("inbox.complete", task_id=task.id), dict(sorted(typed.items())))
    except Refused as refusal:
        return Result(task, tuple(text for texts in refusal.problems.values() for text in texts), address)
    except ServiceFailed as failure:
        failures.note(failure)
        return Result(task, (failure.text, failures.advice(failure)), address)
    except EngineError as error:
        return Result(task, (error.text,), address)
    return Result(task, (), address)


def _page(wanted: Sequence[UUID], shown: Shown) -> str:
    now = utcnow()
    with parts().database.reads() as session:
        groups = _groups(session, actor(session, now), wanted, now)
    form: Bound | None = None
    if len(groups) == 1 and groups[0].outcomes is not None:
        form = bound(groups[0].form, shown.answers)
    failed = {result.task.id: result.problems for result in shown.results if result.problems}
    return render_template(
        "together.html",
        groups=groups,
        form=form,
        shown=shown,
        failed=failed,
        minutes=minutes_to_take_back(),
        now=now,
    )


def _asked(sent: Sequence[str]) -> list[UUID]:
    """The tasks that were sent, each once. Raises `NotFound` for what is no task's id."""
    try:
        return list(dict.fromkeys(map(UUID, sent)))[:MOST]
    except ValueError as error:
        raise NotFound from error


def _groups(session: Session, me: Actor, wanted: Sequence[UUID], now: datetime, *, over: bool = False) -> list[Chosen]:
    """The tasks that the actor may decide, by step; with ``over`` also those that somebody has decided meanwhile."""
    found: dict[tuple[int, str], list[Item]] = {}
    for task_id in wanted:
        try:
            task = parts().engine.task_for(session, me, task_id, now=now)
        except NotFound:
            continue
        if task.form is not None and task.form.chooses and (task.mine or over):
            key = (task.instance.version_id, task.step)
            found.setdefault(key, []).append(Item(task, () if over else cards(session, task, me, now)))
    return [
        Chosen(tuple(items), _shared([item.task.form for item in items if item.task.form])) for items in found.values()
    ]


def _shared(forms: Sequence[Form]) -> Form:
    """One form for all: the choices that ask for nothing but words at least for one of them, and those words."""
    first = forms[0]
    possible = {value for form in forms for value in _possible(form)}
    fields = tuple(_of_all(first, possible))
    return Form(first.file, (Page(None, fields),))


def _of_all(form: Form, possible: set[str]) -> Iterator[Field]:
    for asked in form.fields:
        if asked.key == OUTCOME:
            values = tuple(pair for pair in asked.values if pair[0] in possible)
            if values:
                yield replace(asked, values=values)
        elif asked.type == "textarea" and possible:
            yield asked


def _possible(form: Form) -> Iterator[str]:
    """The outcomes for which words are enough: no date, number or proof that belongs to one request alone."""
    outcome = form.field(OUTCOME)
    words = {asked.key: A_REASON for asked in form.fields if asked.type == "textarea"}
    for value, _label in outcome.values if outcome else ():
        try:
            form.accept({**words, OUTCOME: value}, context={}, zone=zone(), now=utcnow())
        except Refused:
            continue
        yield value
