"""Approved changes for SIASN: taken out as a file, entered there by hand, and marked once they are in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from engine.notes import ENTERED, NOT_ENTERED
from web.commands import actor, command
from web.data_sight import verifier
from web.exports import FORMS, download
from web.leave_pages import page_in_address
from web.parts import parts, utcnow
from workflows.data_update import synchronising
from workflows.data_update.synchronising import DONE, EXPORTED, NEW, Change, Key
from workflows.data_update.words import ACTIONS, title
from workflows.record import looking

bp = Blueprint("synchronising", __name__, url_prefix="/data/siasn")

ROWS = 50
"""Changes of a page, all of which may be chosen at once."""
STATES = {
    NEW: Text("Belum diunduh", "Not downloaded"),
    EXPORTED: Text("Sudah diunduh", "Downloaded"),
    DONE: Text("Tercatat di SIASN", "Recorded in SIASN"),
}
MARK, UNMARK = "mark", "unmark"
NONE_CHOSEN = Text("Centang dahulu perubahan yang dimaksud.", "Tick the changes first.")
CAPACITY = Text("Verifikator BKPSDM, untuk SIASN", "BKPSDM verifier, for SIASN")
TAKEN_OUT = Text("Diunduh untuk dicatat di SIASN.", "Downloaded to be entered in SIASN.")
REASON = TAKEN_OUT.id
"""As a line keeps it that somebody's data stood in a file."""

_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,4})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 2**53


@bp.get("")
def show() -> ResponseReturnValue:
    """The changes that are so far, and the files that were taken out of them."""
    return _page()


@bp.post("/export")
def export() -> ResponseReturnValue:
    """Put what is in no file yet into one, and go to it."""
    form = "csv" if request.form.get("form") == "csv" else "xlsx"

    def work(session: Session, me: Actor, now: datetime) -> str:
        verifier(me)
        if not synchronising.export(session, now):
            return url_for(".show")
        return url_for(".file", moment=_number(now), form=form)

    return command(work)


@bp.get("/<int:moment>.<any(csv, xlsx):form>")
def file(moment: int, form: str) -> Response:
    """The file that was taken out at a moment. That it was looked at is written down for everybody in it."""
    at, now = _moment(moment), utcnow()
    with parts().database.snapshot() as session:
        me = verifier(actor(session, now))
        changes = synchronising.batch(session, at)
    if not changes:
        raise NotFound
    seen = sorted({(change.person, change.history) for change in changes})

    def noted(session: Session) -> None:
        for person, history in seen:
            looking.note(session, me, person, history, CAPACITY, now, reason=REASON)

    parts().database.command(noted)
    return download(synchronising.as_table(changes, at), form, now)


@bp.post("/<any(mark, unmark):act>/check")
def check(act: str) -> ResponseReturnValue:
    """Show what was chosen, and ask; nothing is written."""
    keys, at = _keys(), _batch()
    with parts().database.snapshot() as session:
        verifier(actor(session, utcnow()))
        found = _chosen(session, act, keys, at)
        if found:
            return render_template(
                "synchronising_check.html", act=act, changes=found, number=at and _number(at), words=_words
            )
    return _page(NONE_CHOSEN), 422


@bp.post("/mark")
def mark() -> ResponseReturnValue:
    """Say that what was chosen is in SIASN; what is marked already stays as it is."""
    keys, at = _keys(), _batch()

    def work(session: Session, me: Actor, now: datetime) -> str:
        verifier(me)
        if at is not None:
            marked = synchronising.mark_batch(session, at, by=me.person, now=now)
        else:
            marked = synchronising.mark(session, keys, by=me.person, now=now)
        _remark(session, marked, ENTERED, me, now)
        return url_for(".show", state=EXPORTED, said="in_siasn")

    return command(work)


@bp.post("/unmark")
def unmark() -> ResponseReturnValue:
    """Take the mark of what was chosen away."""
    keys = _keys()

    def work(session: Session, me: Actor, now: datetime) -> str:
        verifier(me)
        _remark(session, synchronising.unmark(session, keys), NOT_ENTERED, me, now)
        return url_for(".show", state=DONE, said="not_in_siasn")

    return command(work)


def _remark(session: Session, instances: Iterable[UUID], kind: str, me: Actor, now: datetime) -> None:
    """Write into the record of each request, once, what was said of its changes; in one order, so that none waits."""
    for instance in sorted(set(instances)):
        parts().engine.remark(session, instance, kind, me, now=now)


def _page(mistake: Text | None = None) -> str:
    given = request.args.get("state") or request.form.get("state", NEW)
    state = given if given in STATES else NEW
    with parts().database.snapshot() as session:
        verifier(actor(session, utcnow()))
        counts, page = synchronising.counts(session), page_in_address()
        changes = synchronising.listed(session, state, page=page, size=ROWS)
        batches = synchronising.batches(session) if state == EXPORTED else []
        names = parts().people.names(session, {each.synchronised_by for each in changes if each.synchronised_by})
        return render_template(
            "synchronising.html",
            state=state,
            states=STATES,
            counts=counts,
            changes=changes,
            batches=[(at, _number(at), count) for at, count in batches],
            names=names,
            page=page,
            pages=-(-counts[state] // ROWS),
            forms=FORMS,
            mistake=mistake,
            words=_words,
        )


def _words(change: Change) -> Text:
    """What changed, without a word of what stands in it."""
    said, done = title(change.history, change.field), ACTIONS[change.action]
    return Text(f"{said.id} ({done.id.lower()})", f"{said.en} ({done.en.lower()})")


def _chosen(session: Session, act: str, keys: list[Key], at: datetime | None) -> list[Change]:
    if act == UNMARK:
        return synchronising.chosen(session, keys, DONE)
    if at is not None:
        return [change for change in synchronising.batch(session, at) if change.synchronised_at is None]
    return [change for state in (NEW, EXPORTED) for change in synchronising.chosen(session, keys, state)]


def _keys() -> list[Key]:
    """The changes that were ticked. Raises `Refused` for more than a page has."""
    found = [_KEY.fullmatch(each) for each in request.form.getlist("change")]
    if len(found) > ROWS:
        raise Refused({"": [NONE_CHOSEN]})
    return [(UUID(each[1]), int(each[2])) for each in found if each]


def _batch() -> datetime | None:
    """The file that was chosen as a whole."""
    given = request.form.get("batch", "")
    return _moment(int(given)) if given.isascii() and given.isdecimal() and len(given) < 18 else None


def _number(at: datetime) -> int:
    """A moment as an address says it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _moment(number: int) -> datetime:
    """Raises `NotFound` for a number that is no moment."""
    if not 0 < number < _LATEST:
        raise NotFound
    return _EPOCH + timedelta(microseconds=number)
