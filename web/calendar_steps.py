"""The steps that every change of the calendar takes: look at what it would do, then make it, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from engine import deadlines
from engine.actor import Actor
from engine.errors import Conflict, Text
from web.calendar_scope import today_of
from web.parts import parts
from workflows.calendar_changes import DayEntry, Proposal
from workflows.calendar_words import KINDS
from workflows.leave import recount, recounting
from workflows.roster_changes import Plan
from workflows.wording import long_date

SHOWN = 100
"""Requests that are listed before a change is made; all of them are counted."""


@dataclass(frozen=True)
class Look:
    """What a check page shows and sends on: the change in words, and where it is posted with which values."""

    title: str
    rows: Sequence[tuple[Text, Text]]
    target: str
    sent: Sequence[tuple[str, str]]
    back: str
    days: Sequence[DayEntry] = field(default=())


def check_page(session: Session, me: Actor, change: Proposal, look: Look) -> str:
    """A change with what it would do to requests and due dates, and the button that makes it."""
    effect = recount.effect_of(session, change, year=today_of(session, me).year, shown=SHOWN)
    stretch = recounting.stretch_of(change.reach) if change.reach else None
    tasks = deadlines.concerned(session, stretch) if stretch else 0
    return render_template("calendar_check.html", look=look, found=effect, tasks=tasks, kinds=KINDS)


def posted(session: Session, me: Actor, change: Proposal, now: datetime) -> str:
    """Make the change, begin to count anew what it touches, and say where its result can be seen."""
    made = change.post(session, by=me.person, now=now)
    if change.reach is not None:
        recounting.begin(session, parts().engine, made, now=now)
    return url_for("calendar_changes.show", change_id=made.id, said="calendar")


def seal(*seen: object) -> str:
    """What a page has shown of the calendar, in short: another seal means that it has changed since."""
    plain = [asdict(each) if isinstance(each, DayEntry | Plan) else each for each in seen]
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()[:32]


def look_again(*seen: object) -> None:
    """Raises `Conflict` when the form was made while the calendar said something else."""
    if request.form.get("seen", "") != seal(*seen):
        raise Conflict(_CHANGED)


def described(entry: DayEntry) -> Text:
    """A day in words: date, name, kind, source, and whether it is settled."""
    day, kind = long_date(entry.day), KINDS[entry.kind]
    tail_id, tail_en = ("", "") if entry.confirmed else ("; masih perkiraan", "; a forecast")
    return Text(
        f"{day.id}: {entry.name} ({kind.id}; {entry.source}{tail_id})",
        f"{day.en}: {entry.name} ({kind.en}; {entry.source}{tail_en})",
    )


_CHANGED = Text(
    "Kalender sudah diubah orang lain sejak halaman ini dibuka. Buka kalender lagi, lalu ulangi.",
    "Somebody has changed the calendar since this page was opened. Open the calendar again and repeat.",
)
