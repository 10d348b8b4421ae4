"""What a decision needs to know that changes from day to day: worked out when the task is opened, never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import Text
from engine.views import Fact, TaskView


@dataclass(frozen=True)
class Card:
    """A heading, a sentence below it (empty: none), and facts."""

    title: Text
    lead: Text
    facts: tuple[Fact, ...]


Cards = Callable[[Session, TaskView, Actor, datetime], tuple[Card, ...]]
"""What a flow has to say beside a task that the actor may decide; nothing where the request is none of its own."""


def decides(view: TaskView, actor: Actor) -> bool:
    """Whether the actor decides by this task, on somebody else's request."""
    asked = view.form.field("outcome") if view.form is not None else None
    return view.mine and asked is not None and view.instance.subject != actor.person
