"""What a decision needs to know that changes from day to day: worked out when the task is opened, never stored.

And what a request is about where answers would not say it well: items, each with what stands there now, what shall
stand there, and the evidence for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import Text
from engine.forms import Attachment
from engine.views import Fact, InstanceView, TaskView


@dataclass(frozen=True)
class Line:
    """A field of an item: what stands there, and what shall stand there; None: nothing.

    ``old_file`` and ``new_file`` are the documents that these are, where they are documents.
    """

    label: Text
    old: Text | None
    new: Text | None
    old_file: Attachment | None = None
    new_file: Attachment | None = None


@dataclass(frozen=True)
class Proof:
    """A document that speaks for an item, and what kind of evidence it is."""

    kind: Text
    document: Attachment


@dataclass(frozen=True)
class Item:
    """One thing of a request that is decided for itself.

    ``action``: what shall happen to it; ``warnings`` what to look at, ``affects`` what follows elsewhere; ``proofs``
    the evidence, ``elsewhere`` that which stands beside an earlier item, ``sealed``: it is kept from the reader;
    ``verdict`` (None: none yet) and ``reason`` of whoever looked last, ``done`` what has come of it.
    """

    title: Text
    action: Text
    lines: tuple[Line, ...]
    warnings: tuple[Text, ...] = ()
    affects: tuple[Text, ...] = ()
    proofs: tuple[Proof, ...] = ()
    elsewhere: tuple[Proof, ...] = ()
    sealed: bool = False
    verdict: Text | None = None
    reason: str = ""
    done: Text | None = None


@dataclass(frozen=True)
class Look:
    """What a card shows of somebody's that the law has written down: of whom, what, and as what it is seen."""

    person: str
    what: str
    capacity: Text


@dataclass(frozen=True)
class Card:
    """A heading, a sentence below it (empty: none), and facts or items.

    ``name`` tells its items from those of other cards of a page. ``answers`` is the list of the form that has a row for
    each item, in their order. ``looks``: what is to be noted once the card is shown.
    """

    title: Text
    lead: Text
    facts: tuple[Fact, ...] = ()
    items: tuple[Item, ...] = ()
    name: str = "item"
    answers: str = ""
    looks: tuple[Look, ...] = ()


Cards = Callable[[Session, TaskView, Actor, datetime], tuple[Card, ...]]
"""What a flow has to say beside a task that the actor may decide; nothing where the request is none of its own."""
Contents = Callable[[Session, InstanceView, Actor, datetime], tuple[Card, ...]]
"""What a flow tells of a request on its page in place of answers; nothing where the request is none of its own."""


def decides(view: TaskView, actor: Actor) -> bool:
    """Whether the actor decides by this task, on somebody else's request."""
    asked = view.form.field("outcome") if view.form is not None else None
    return view.mine and asked is not None and view.instance.subject != actor.person
