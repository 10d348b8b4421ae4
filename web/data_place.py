"""Whose record somebody is changing, and what they have collected: their own, a colleague's, a returned request's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from engine import TaskView
from engine.actor import Actor
from engine.errors import NotFound, NotPermitted
from web import drafts
from web.basket import Basket
from web.db import Draft
from web.drafts import Wish
from web.parts import parts
from web.spelling import typed_of

PROCESS = "data_update"
"""The package whose first form has the lists `changes` and `evidence`, and `note`."""
CHANGES = "changes"


@dataclass(frozen=True)
class Where:
    """Whose record it is, the draft that keeps what was collected, and the task if a returned request is mended."""

    subject: str
    wish: Wish
    draft: Draft | None = None
    task: TaskView | None = None
    basket: Basket = field(default_factory=Basket)

    @property
    def became(self) -> UUID | None:
        """The request that the draft has become: nothing is sent twice."""
        return self.draft.instance_id if self.draft else None

    @property
    def for_colleague(self) -> bool:
        """Whether an officer enters it for somebody else."""
        return self.wish.subject is not None

    @property
    def shown(self) -> dict[str, Any]:
        """The values of an address that shows the same record: none names a colleague, but the draft for them."""
        if self.wish.about is not None:
            return {"about": self.wish.about}
        return {"draft": self.draft.id} if self.draft and self.for_colleague else {}

    @property
    def address(self) -> dict[str, Any]:
        """The values of an address that changes it; later the draft in it tells what became of it."""
        return {"draft": self.draft.id} if self.draft and self.wish.about is None else self.shown

    @property
    def on_device(self) -> str:
        """Under what name a phone keeps what is typed."""
        return f"{PROCESS}{self.wish.about or ''}{self.draft.id if self.draft and self.for_colleague else ''}"

    def keep(self, session: Session, me: Actor, basket: Basket, now: datetime) -> Where:
        """The same with this basket, which is kept from now on."""
        draft = drafts.keep(session, me.person, self.wish, basket.typed(), now)
        return replace(self, draft=draft, basket=basket)


def where(session: Session, me: Actor, now: datetime, *, lock: bool = False) -> Where:
    """What the address says is being changed; locked, no other tab changes it meanwhile.

    Raises `NotFound`, and `NotPermitted` for what is not the actor's to change.
    """
    draft_id, about = _id("draft"), _id("about")
    if draft_id is not None:
        return _of_draft(session, me, drafts.get(session, me.person, draft_id, lock=lock), now)
    wish = Wish(PROCESS, about)
    draft = drafts.latest(session, me.person, wish, lock=lock)
    return _repaired(session, me, wish, draft, now) if about else _filled(session, Where(me.person, wish, draft), now)


def repairs(task: TaskView) -> bool:
    """Whether a task is to mend what was asked for in a record, which is done on the pages of the record."""
    return task.mine and task.instance.process == PROCESS and bool(task.form and task.form.field(CHANGES))


def _of_draft(session: Session, me: Actor, draft: Draft, now: datetime) -> Where:
    if draft.process != PROCESS:
        raise NotFound
    wish = drafts.wish_of(draft)
    if draft.instance_id is not None:
        return Where(draft.subject or me.person, wish, draft)
    if wish.about is not None:
        return _repaired(session, me, wish, draft, now)
    if wish.subject and not parts().engine.may_start_for(session, PROCESS, me, wish.subject, now=now):
        raise NotPermitted
    return _filled(session, Where(wish.subject or me.person, wish, draft), now)


def _repaired(session: Session, me: Actor, wish: Wish, draft: Draft | None, now: datetime) -> Where:
    """A request that was returned: what was asked for before, until something is changed. Raises `NotFound`."""
    engine = parts().engine
    assert wish.about is not None  # the caller has asked
    view = engine.instance_for(session, me, wish.about, now=now)
    mine = (engine.task_for(session, me, task.id, now=now) for task in view.tasks if task.mine)
    task = next((each for each in mine if repairs(each)), None)
    if task is None or task.form is None:
        raise NotFound
    here = Where(view.subject, wish, draft, task)
    if draft is not None:
        return _filled(session, here, now)
    answers = task.previous or engine.first_answers(session, me, wish.about, now=now)
    typed = dict(typed_of(task.form.fields, answers))
    return replace(here, basket=Basket.read(typed, today_of(session, here, now)))


def _filled(session: Session, here: Where, now: datetime) -> Where:
    if here.draft is None:
        return here
    return replace(here, basket=Basket.read(drafts.values_of(here.draft), today_of(session, here, now)))


def _id(name: str) -> UUID | None:
    """The id in the address, if there is one. Raises `NotFound` for what is none."""
    written = request.args.get(name)
    try:
        return None if written is None else UUID(written)
    except ValueError as error:
        raise NotFound from error


def today_of(session: Session, here: Where, now: datetime) -> date:
    """The day in the unit of the person whose record it is."""
    people = parts().people
    return now.astimezone(people.zone(session, people.unit(session, here.subject), now)).date()
