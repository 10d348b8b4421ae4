"""“Data saya”: what the office knows of somebody, history by history, and where each change of it begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Instance
from engine.errors import Conflict, NotFound, Text
from web.basket import Basket
from web.commands import actor, command
from web.data_fields import GROUPS, may_be_asked, parts_of
from web.data_place import PROCESS, Where, where
from web.data_rules import onward
from web.data_sight import Sight, looked, sight_of
from web.i18n import _, say
from web.parts import parts, utcnow
from web.place import already
from workflows.data_update.synchronising import ERASED
from workflows.data_update.words import STATES
from workflows.record import rows as record_rows
from workflows.record import values
from workflows.record.confirming import Confirmed, confirm, confirmed
from workflows.record.histories import HISTORIES, SENSITIVE, History
from workflows.record.open import Running, histories, running
from workflows.record.rows import Record, Row
from workflows.record.sight import OWNER

bp = Blueprint("data", __name__)

FEW = 3
"""Rows of a history that the first page names; the rest is one tap away."""


@dataclass(frozen=True)
class Line:
    """A field of a row as the reader sees it; ``change`` is the page on which another value is asked for.

    ``unsent``: the value that was collected for it and not sent.
    """

    label: Text
    value: Text
    filled: bool
    change: str | None = None
    photo: str | None = None
    unsent: Text | None = None


@dataclass(frozen=True)
class Card:
    """A history on the first page; that of another's record says only how many rows there are.

    ``count`` is None where even that there are any would tell too much.
    """

    history: History
    count: int | None
    rows: list[tuple[str, str]]
    lines: list[Line]
    more: int
    running: list[Running]
    confirmed: Confirmed | None

    @property
    def filled(self) -> bool:
        """Whether any field of a single row has a value."""
        return any(line.filled for line in self.lines)


@dataclass(frozen=True)
class Step:
    """One change of a row: when, by whom, by which request, and what it said before and after."""

    row: Row
    who: str
    reference: str | None
    changes: list[tuple[Text, Text, Text]]


@dataclass(frozen=True)
class Shown:
    """A row on the page of its history: what it says, how it came to that, and what can be asked for."""

    row: Row
    name: str
    lines: list[Line]
    steps: list[Step]
    running: Running | None
    change: str | None
    remove: str | None
    back: bool


@bp.app_template_filter()
def record_state(state: str) -> Text:
    """A state of a request to change a record, in words."""
    return STATES.get(state, _RUNS)


@bp.get("/data")
def index() -> ResponseReturnValue:
    """All histories with what they say now."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        here = where(session, me, now)
        if here.became is not None:
            return already(here.became)
        sight, record = sight_of(session, me, here.subject, now), record_rows.record(session, here.subject)
        open_rows, of_history = running(session, here.subject), histories(session, here.subject)
        known_requests = {each.instance: each for each in open_rows.values()}
        asked = {key: [known_requests[one] for one in ids] for key, ids in of_history.items()}
        found = confirmed(session, record)
        groups = [
            (title, [_card(HISTORIES[key], record, sight, asked.get(key, []), found) for key in keys if sight.any(key)])
            for title, keys in GROUPS
        ]
        page = {
            "groups": groups,
            "running": sorted(known_requests.values(), key=lambda each: each.reference),
            "own": is_own(here, me),
            "mine": here.subject == me.person,
            "for_others": is_own(here, me) and _enters_for_others(session, me, now),
            "rights": _rights(),
        }
        return render_template("data.html", **page, **head(session, here))


@bp.get("/data/<history>")
def history(history: str) -> ResponseReturnValue:
    """All rows of a history: what each says, who changed it last, and what can be asked for."""
    now, wanted = utcnow(), known(history)
    with parts().database.reads() as session:
        me = actor(session, now)
        here = where(session, me, now)
        if here.became is not None:
            return already(here.became)
        sight, record = sight_of(session, me, here.subject, now), record_rows.record(session, here.subject)
        if not sight.any(history):
            raise NotFound
        shown = _shown(session, here, sight, record, wanted)
        found = confirmed(session, record).get(history)
        page = {
            "rows": [each for each in shown if not each.row.removed],
            "gone": [each for each in shown if each.row.removed],
            "busy": _busy(session, here, history, shown),
            "add": _add(here, wanted),
            "confirmed": found,
            "digest": record_rows.digest(record, history),
            "own": is_own(here, me),
            "links": here.subject == me.person,
            "here_title": say(wanted.title),
        }
        drawn = render_template("data_history.html", history=wanted, **page, **head(session, here))
    looked(me, here.subject, history, sight, now)
    return drawn


@bp.post("/data/<history>/right")
def right(history: str) -> ResponseReturnValue:
    """“Data sudah sesuai”: the person has looked at a history of theirs, and finds it right."""
    known(history)

    def work(session: Session, me: Actor, now: datetime) -> str:
        record = record_rows.record(session, me.person)
        confirm(session, record, history, request.form.get("digest", ""), now)
        return url_for(".history", history=history, said="data_right")

    return command(work)


@bp.post("/data/<history>/<uuid:row>/back")
def back(history: str, row: UUID) -> ResponseReturnValue:
    """Ask for what a row said before its last change: a change like any other, with its evidence and its deciders."""
    known(history)

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        past = record_rows.revisions(session, row)
        if not past or past[0].person != me.person or past[0].history != history or not is_own(here, me):
            raise NotFound
        if request.form.get("revision") != str(past[0].revision):
            raise Conflict(_CHANGED)
        kept = here.keep(session, me, _before(here.basket, past), now)
        return onward(session, me, kept, now)

    return command(work)


@bp.get("/start/data_update")
@bp.get("/start/data_update/all")
@bp.get("/start/data_update/check/<uuid:draft_id>")
def start(draft_id: UUID | None = None) -> ResponseReturnValue:
    """The start button of the process, and what was begun of it, lead to the pages of the record."""
    if draft_id is not None:
        return redirect(url_for("data_check.check", draft=draft_id), 303)
    carried: dict[str, Any] = {name: request.args[name] for name in ("draft", "about") if name in request.args}
    return redirect(url_for(".index", **carried), 303)


def known(history: str) -> History:
    """The history of this key. Raises `NotFound`."""
    if history not in HISTORIES:
        raise NotFound
    return HISTORIES[history]


def is_own(here: Where, me: Actor) -> bool:
    """Whether it is the reader's own record, and no returned request."""
    return here.subject == me.person and here.wish.about is None


def head(session: Session, here: Where) -> dict[str, Any]:
    """What each page says at its top: for whom it is, which request is mended, and how much waits to be sent."""
    return {
        "colleague": parts().people.name(session, here.subject) if here.for_colleague else None,
        "mended": here.task.instance if here.task else None,
        "waiting": len(here.basket.items),
        "shown": here.shown,
        "address": here.address,
        "on_device": here.on_device,
    }


def named(history: History, values: Mapping[str, str], sight: Sight) -> str:
    """What people call a row: the value that names it, in words."""
    field = history.field(history.name)
    return "" if field is None else say(sight.words(history, field, values.get(field.key, "")))


def _card(
    history: History,
    record: Record,
    sight: Sight,
    waits: list[Running],
    found: Mapping[str, Confirmed],
) -> Card:
    rows = record.rows(history.key)
    if OWNER not in sight.relations.roles:
        name = history.field(history.name)
        count = None if name is not None and name.care == SENSITIVE else len(rows)
        return Card(history, count, [], [], 0, waits, None)
    single = lines_of(history, record.single(history.key), sight, {}) if history.single else []
    few = [] if history.single else [(named(history, row.values, sight), _since(row)) for row in rows[:FEW]]
    return Card(history, len(rows), few, single, max(0, len(rows) - FEW), waits, found.get(history.key))


def _since(row: Row) -> str:
    return row.since.isoformat() if HISTORIES[row.history].since else ""


def lines_of(
    history: History,
    row: Row,
    sight: Sight,
    changes: Mapping[str, str],
    unsent: Mapping[str, str] = MappingProxyType({}),
) -> list[Line]:
    """The fields of a row that the reader sees; ``changes``: where another value of a field is asked for.

    ``unsent``: values that the reader has collected and not sent.
    """
    return [
        Line(
            field.label,
            sight.words(history, field, row.values.get(field.key, "")),
            bool(row.values.get(field.key)),
            changes.get(field.key),
            row.values.get(field.key) if field.type == "photo" and sight.full(history, field) else None,
            values.shown(field, unsent[field.key]) if field.key in unsent else None,
        )
        for field in history.fields
        if sight.sees(history, field)
    ]


def _shown(session: Session, here: Where, sight: Sight, record: Record, history: History) -> list[Shown]:
    past = record_rows.revisions_of(session, here.subject, history.key)
    current = [record.single(history.key)] if history.single else list(record.rows(history.key))
    gone = [each[0] for each in past.values() if each[0].removed]
    steps = [row for each in past.values() for row in each]
    who = parts().people.names(session, {row.by for row in steps})
    references = references_of(session, {row.instance_id for row in steps if row.instance_id})
    open_rows = running(session, here.subject)
    return [
        _one(here, sight, history, row, past.get(row.id, ()), who, references, open_rows.get(row.id))
        for row in [*current, *gone]
    ]


def _one(
    here: Where,
    sight: Sight,
    history: History,
    row: Row,
    past: tuple[Row, ...],
    who: Mapping[str, str],
    references: Mapping[UUID, str],
    waits: Running | None,
) -> Shown:
    free = (waits is None or waits.instance == here.wish.about) and not row.removed
    pages = {
        key: url_for("data_forms.change", history=history.key, row=row.id, part=part.key, **here.address)
        for part in parts_of(history, officer=here.for_colleague)
        for key in part.keys
    }
    whole = not history.single and bool(pages) and free
    asked = here.basket.of_row(history.key, str(row.id))
    unsent = {key: value for item in asked for key, value in item.values.items()}
    return Shown(
        row,
        named(history, row.values, sight) or say(history.title),
        lines_of(history, row, sight, pages if history.single and free else {}, unsent),
        steps_of(history, past, sight, who, references),
        waits,
        next(iter(pages.values())) if whole else None,
        url_for("data_forms.remove", history=history.key, row=row.id, **here.address) if whole else None,
        _may_go_back(history, past) and not here.for_colleague and here.task is None and waits is None,
    )


def steps_of(
    history: History, past: tuple[Row, ...], sight: Sight, who: Mapping[str, str], references: Mapping[UUID, str]
) -> list[Step]:
    """How a row came to what it says, the latest first; names of people and references of requests by their ids."""
    return [
        Step(
            each,
            who.get(each.by, each.by),
            references.get(each.instance_id) if each.instance_id else None,
            difference(history, past[place + 1] if place + 1 < len(past) else None, each, sight),
        )
        for place, each in enumerate(past)
    ]


def difference(history: History, old: Row | None, new: Row, sight: Sight) -> list[tuple[Text, Text, Text]]:
    """The fields in which two revisions of a row differ, as the reader sees them."""
    before: Mapping[str, str] = old.values if old else {}
    return [
        (
            field.label,
            ERASED if old.erased else sight.words(history, field, before.get(field.key, "")),
            ERASED if new.erased else sight.words(history, field, new.values.get(field.key, "")),
        )
        for field in history.fields
        if old is not None and sight.sees(history, field) and before.get(field.key) != new.values.get(field.key)
    ]


def _may_go_back(history: History, past: tuple[Row, ...]) -> bool:
    """Whether the person may ask for what a row said before its last change."""
    if not past or past[0].instance_id is None or (history.single and len(past) == 1):
        return False
    if past[0].erased or (len(past) > 1 and past[1].erased):
        return False
    keys = past[0].values.keys() if past[0].removed else _differing(past)
    return all(may_be_asked(field, officer=False) for field in history.fields if field.key in keys)


def _differing(past: tuple[Row, ...]) -> set[str]:
    """The fields that the last change of a row has changed."""
    new, old = past[0].values, past[1].values if len(past) > 1 else {}
    return {key for key in {*old, *new} if old.get(key) != new.get(key)}


def _before(basket: Basket, past: tuple[Row, ...]) -> Basket:
    """The basket with what undoes the last change of a row."""
    last, history = past[0], past[0].history
    if last.removed:
        return basket.added(history, basket.next_row(), dict(last.values))
    if len(past) == 1:
        return basket.removed(history, str(last.id))
    old = past[1].values
    differing = _differing(past)
    return basket.changed(history, str(last.id), {key: old.get(key, "") for key in sorted(differing)}, differing)


def _enters_for_others(session: Session, me: Actor, now: datetime) -> bool:
    found = parts().engine.startable(session, me, now=now)
    return any(each.process == PROCESS and each.behalf for each in found)


def _rights() -> list[tuple[str, str]]:
    """What the person may do about their data beside changing it, by the pages that there are."""
    pages = {
        "looking.seen": _("Siapa melihat data saya"),
        "own_data.show": _("Unduh data saya"),
        "privacy.index": _("Pelindungan data"),
    }
    return [(url_for(name), words) for name, words in pages.items() if name in current_app.view_functions]


def _busy(session: Session, here: Where, history: str, shown: list[Shown]) -> list[Running]:
    """The running requests that ask for new rows of a history, so that nobody asks for them twice."""
    told = {each.running.instance for each in shown if each.running}
    asked = histories(session, here.subject).get(history, frozenset()) - told
    known_requests = {each.instance: each for each in running(session, here.subject).values()}
    return sorted((known_requests[one] for one in asked), key=lambda each: each.reference)


def _add(here: Where, history: History) -> str | None:
    """Where a new row is asked for, if the reader may ask for one."""
    if history.single or not parts_of(history, officer=here.for_colleague):
        return None
    return url_for("data_forms.add", history=history.key, **here.address)


def references_of(session: Session, instances: Collection[UUID]) -> dict[UUID, str]:
    """The references of requests."""
    if not instances:
        return {}
    found = session.execute(select(Instance.id, Instance.reference).where(Instance.id.in_(sorted(instances))))
    return {row.id: row.reference for row in found}


_RUNS = Text("Sedang diproses", "Being dealt with")
_CHANGED = Text(
    "Data ini sudah berubah lagi sejak halaman itu dibuka. Lihat riwayatnya sekali lagi.",
    "This has changed again since that page was opened. Look at its history once more.",
)
