"""The flows of this installation, put together: their services and their legal fences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.erasing import also
from engine.services import Services
from engine.views import InstanceView, TaskView
from workflows import data_update, leave
from workflows.card import Card, Cards, Contents
from workflows.data_update import cards as data_cards
from workflows.data_update.codes import forget_codes
from workflows.leave import cards as leave_cards
from workflows.leave.erasing import clear_opinions
from workflows.leave.letters import kinds
from workflows.leave.requests import forget_changes
from workflows.letters.content import Kind
from workflows.letters.erasing import refuse_before_the_letter
from workflows.letters.trial import letter_can_be_set
from workflows.privacy import breaches, erasing, rights
from workflows.privacy.keeping import erase_overdue, set_dates
from workflows.record.erasing import clear_proposal, refuse_while_a_photo_is_used
from workflows.record.importing import forget as forget_imports
from workflows.record.rows import take_effect

services = Services().merged(leave.services, data_update.services, erasing.services, rights.services, breaches.services)
"""The automatic steps of all flows. A new flow is one more argument here."""

letters: Mapping[str, Kind] = {**kinds}
"""The kinds of letters of all flows."""

chores = (forget_changes, set_dates, erase_overdue, forget_codes, take_effect, forget_imports)
"""What the flows have the worker do every minute."""

# What a request leaves in the flows' own tables.
also(refuse_before_the_letter, refuse_while_a_photo_is_used, clear_opinions, clear_proposal, rights.clear_limit)

_CARDS: tuple[Cards, ...] = (leave_cards.of_unit, data_cards.of_task)
_CONTENTS: tuple[Contents, ...] = (data_cards.of_request,)


def cards(session: Session, view: TaskView, actor: Actor, now: datetime) -> tuple[Card, ...]:
    """What the flows know today that the actor should see before deciding a task."""
    return tuple(card for of_flow in _CARDS for card in of_flow(session, view, actor, now))


def contents(session: Session, view: InstanceView, actor: Actor, now: datetime) -> tuple[Card, ...]:
    """What a request is about, where its flow tells that better than answers do."""
    return tuple(card for of_flow in _CONTENTS for card in of_flow(session, view, actor, now))


fences = (*leave.fences, partial(letter_can_be_set, kinds=letters))
"""What the flows ask of a package beside the standard: their legal fences, and letters that can be made."""
