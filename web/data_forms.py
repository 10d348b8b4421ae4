"""The pages on which another value, a new row or the end of a row is asked for; all of it goes into the basket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import documents
from engine.actor import Actor
from engine.errors import Conflict, NotFound, NotPermitted, Refused, Text
from engine.forms import Form
from web import unsent, uploads
from web.basket import ADD, CHANGE, NEW, REMOVE, Basket
from web.commands import actor, command
from web.data import head, known, named
from web.data_fields import UNCHANGED, Part, form_of, parts_of, read, read_changes, typed_of
from web.data_place import Where, today_of, where
from web.data_rules import NOT_HERE, judged, onward
from web.data_sight import Sight, looked, sight_of
from web.forms import Answers, Problems, bound
from web.i18n import _, say
from web.parts import parts, utcnow
from web.place import already
from web.spelling import Typed
from workflows.record import rows as record_rows
from workflows.record.histories import History
from workflows.record.open import running

bp = Blueprint("data_forms", __name__)


@dataclass(frozen=True)
class Asked:
    """A page of questions about a row: which fields, what is kept of them, and what the reader may not see of it."""

    here: Where
    sight: Sight
    part: Part
    row: str
    kept: Mapping[str, str]
    name: str = ""

    @property
    def history(self) -> History:
        """The history of the row."""
        return self.part.history

    @property
    def is_new(self) -> bool:
        """Whether the row is asked for now, and not there yet."""
        return self.row.startswith(NEW)

    @property
    def hidden(self) -> frozenset[str]:
        """The fields that stand empty although there is a value: the reader does not see all of it."""
        return self.sight.hidden(self.history) & self.kept.keys()

    @property
    def form(self) -> Form:
        """The questions."""
        return form_of(self.part, self.hidden)

    def typed(self) -> dict[str, list[str]]:
        """What stands in the questions: what was asked for before, else what is kept."""
        items = self.here.basket.of_row(self.history.key, self.row)
        new = {key: value for item in items for key, value in item.values.items() if item.action != REMOVE}
        own = {key: value for key, value in new.items() if key in self.part.keys}
        emptied = {key for key, value in own.items() if not value}
        found = typed_of(self.part, self.kept, self.hidden) | typed_of(self.part, own)
        return {key: values for key, values in found.items() if key not in emptied}

    def basket(self, sent: Typed, today: date) -> Basket:
        """The basket with what was answered. Raises `Refused` by field."""
        basket, key = self.here.basket, self.history.key
        if self.is_new:
            new = read(self.part, sent, today)
            _refuse(new.problems)
            return basket.added(key, self.row, new.values)
        found = read_changes(self.part, sent, today, self.kept, self.hidden)
        _refuse(found.problems)
        if not found.values and not any(basket.item(key, self.row, CHANGE, each) for each in self.part.keys):
            raise Refused({self.part.key: [UNCHANGED]})
        return basket.changed(key, self.row, found.values, self.part.keys)


Find = Callable[[Session, Actor, datetime, bool], Asked]
"""Finds what a page asks; locked, no other tab changes the draft meanwhile."""


@bp.get("/data/<history>/<uuid:row>/change/<part>")
def change(history: str, row: UUID, part: str) -> ResponseReturnValue:
    """The questions of a part of a row, with what is kept or was asked for before."""
    return _opened(_finder(history, str(row), part))


@bp.post("/data/<history>/<uuid:row>/change/<part>")
def changed(history: str, row: UUID, part: str) -> ResponseReturnValue:
    """Put what differs into the basket and go on; mistakes come back with what was typed and uploaded."""
    return _answered(_finder(history, str(row), part))


@bp.get("/data/<history>/add")
def add(history: str) -> ResponseReturnValue:
    """The questions of a new row; ``row`` in the address is one that was asked for before."""
    return _opened(_finder(history, request.args.get("row")))


@bp.post("/data/<history>/add")
def added(history: str) -> ResponseReturnValue:
    """Put the new row into the basket and go on."""
    return _answered(_finder(history, request.args.get("row")))


@bp.get("/data/<history>/<uuid:row>/remove")
def remove(history: str, row: UUID) -> ResponseReturnValue:
    """What would go, before it is asked for."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        found = _row(session, me, now, _of_rows(history), row)
        if found.here.became is not None:
            return already(found.here.became)
        lines = [
            (field.label, found.sight.words(found.history, field, found.kept.get(field.key, "")))
            for field in found.history.fields
            if found.sight.sees(found.history, field)
        ]
        target = url_for(".removed", history=history, row=row, **found.here.address)
        page = {"asked": found, "lines": lines, "target": target, "back": _back(found)}
        drawn = render_template("data_remove.html", **page, **head(session, found.here))
    looked(me, found.here.subject, history, found.sight, now)
    return drawn


@bp.post("/data/<history>/<uuid:row>/remove")
def removed(history: str, row: UUID) -> ResponseReturnValue:
    """Put into the basket that a row goes."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        found = _row(session, me, now, _of_rows(history), row, lock=True)
        if found.here.became is not None:
            return url_for("requests.show", instance_id=found.here.became, said="already")
        kept = found.here.keep(session, me, found.here.basket.removed(history, found.row), now)
        return onward(session, me, kept, now)

    return command(work)


def _opened(find: Find) -> ResponseReturnValue:
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        found = find(session, me, now, False)
        if found.here.became is not None:
            return already(found.here.became)
        typed = unsent.typed()
        drawn = _page(session, found, Answers(typed=found.typed() if typed is None else typed))
    looked(me, found.here.subject, found.history.key, found.sight, now)
    return drawn


def _answered(find: Find) -> ResponseReturnValue:
    sent = uploads.received(lambda session, me, now: find(session, me, now, False).form)

    def work(session: Session, me: Actor, now: datetime) -> str:
        found = find(session, me, now, True)
        if found.here.became is not None:
            return url_for("requests.show", instance_id=found.here.became, said="already")
        with sent.judged():
            basket = found.basket(sent.values, today_of(session, found.here, now))
            _require_own(session, me, found, sent.values)
        kept = found.here.keep(session, me, basket, now)
        return onward(session, me, kept, now)

    try:
        return command(work)
    except Refused as refusal:
        now = utcnow()
        with parts().database.reads() as session:
            found = find(session, actor(session, now), now, False)
            return _page(session, found, Answers(typed=sent.values, problems=refusal.problems)), 422


def _finder(history: str, row: str | None, part: str = "") -> Find:
    """Finds a page by what its address says. Raises `NotFound`, `NotPermitted`, `Conflict`."""
    of = known(history)

    def find(session: Session, me: Actor, now: datetime, lock: bool) -> Asked:
        if part:
            found = _row(session, me, now, of, UUID(row), lock=lock)
            return Asked(found.here, found.sight, _part(found, part), found.row, found.kept, found.name)
        here, sight = _reader(session, me, now, lock)
        if of.single or here.became is not None:
            return _ended(here, sight, of)
        token = row or here.basket.next_row()
        if row is not None and here.basket.item(history, row, ADD) is None:
            raise NotFound
        pages = parts_of(of, officer=here.for_colleague)
        if not pages:
            raise NotPermitted(NOT_HERE)
        return Asked(here, sight, pages[0], token, {})

    return find


def _row(session: Session, me: Actor, now: datetime, history: History, row: UUID, *, lock: bool = False) -> Asked:
    """A row that is there and may be changed. Raises `NotFound`, `NotPermitted`, and `Conflict` for a busy one."""
    here, sight = _reader(session, me, now, lock)
    if here.became is not None:
        return _ended(here, sight, history)
    found = record_rows.record(session, here.subject).row(row)
    if found is None or found.history != history.key:
        raise NotFound
    pages = parts_of(history, officer=here.for_colleague)
    if not pages:
        raise NotPermitted(NOT_HERE)
    waits = running(session, here.subject).get(row)
    if waits is not None and waits.instance != here.wish.about:
        raise Conflict(_busy(waits.reference))
    return Asked(here, sight, pages[0], str(row), found.values, named(history, found.values, sight))


def _of_rows(key: str) -> History:
    """The history of this key, if its rows can go. Raises `NotFound`."""
    history = known(key)
    if history.single:
        raise NotFound
    return history


def _reader(session: Session, me: Actor, now: datetime, lock: bool) -> tuple[Where, Sight]:
    here = where(session, me, now, lock=lock)
    return here, sight_of(session, me, here.subject, now)


def _ended(here: Where, sight: Sight, history: History) -> Asked:
    """Nothing is asked any more: what was collected has been sent. Raises `NotFound` if it has not."""
    if here.became is None:
        raise NotFound
    return Asked(here, sight, Part(history, history.fields), "", {})


def _part(found: Asked, key: str) -> Part:
    """The page of this key. Raises `NotFound`."""
    if found.here.became is not None:
        return found.part
    pages = parts_of(found.history, officer=found.here.for_colleague)
    part = next((page for page in pages if page.key == key), None)
    if part is None:
        raise NotFound
    return part


def _require_own(session: Session, me: Actor, found: Asked, sent: Typed) -> None:
    """Refuse a photo that is not the sender's to use. Raises `Refused` by field."""
    photos = {field.key: sent.get(field.key, [""])[0] for field in found.part.fields if field.type == "photo"}
    known = documents.named(session, photos.values(), owner=me.person, instance=found.here.wish.about)
    strange = {key: [_ONCE_MORE] for key, one in photos.items() if one not in known and one != found.kept.get(key)}
    _refuse(strange)


def _page(session: Session, found: Asked, answers: Answers) -> str:
    form = bound(found.form, uploads.with_documents(session, found.form, answers, found.here.wish.about))
    page: dict[str, Any] = {
        "asked": found,
        "form": form,
        "target": _target(found),
        "back": _back(found),
        "reasons": _reasons(session, found),
        "heading": heading(found),
    }
    return render_template("data_change.html", **page, **head(session, found.here))


def heading(found: Asked) -> str:
    """What the page asks, in words."""
    if found.is_new:
        return _("Tambah: %(what)s", what=say(found.history.title))
    return _("Ubah: %(what)s", what=found.name or say(found.part.label))


def _reasons(session: Session, found: Asked) -> list[tuple[Text, str]]:
    """What whoever returned the request wrote about these fields."""
    said = judged(session, found.here)
    own = (
        item for item in found.here.basket.of_row(found.history.key, found.row) if item.field in {"", *found.part.keys}
    )
    return [said[item.name] for item in own if item.name in said]


def _target(found: Asked) -> str:
    """Where the answers are sent to; a new row keeps its name from the first time on."""
    key, address = found.history.key, found.here.address
    if not found.is_new:
        return url_for(".changed", history=key, row=found.row, part=found.part.key, **address)
    if found.here.basket.item(key, found.row, ADD) is not None:
        address = {**address, "row": found.row}
    return url_for(".added", history=key, **address)


def _back(found: Asked) -> str:
    """One page back: the check page for who came from there, else the history."""
    if "change" in request.args and found.here.draft:
        return url_for("data_check.check", **found.here.address)
    return url_for("data.history", history=found.history.key, **found.here.shown)


def _busy(reference: str) -> Text:
    return Text(
        f"Data ini sedang diproses dalam permohonan {reference}. Tunggu sampai selesai, atau tarik permohonan itu.",
        f"This is being dealt with in request {reference}. Wait until it is over, or withdraw that request.",
    )


def _refuse(problems: Problems) -> None:
    if problems:
        raise Refused(problems)


_ONCE_MORE = Text("Unggah foto ini sekali lagi.", "Upload this photo once more.")
