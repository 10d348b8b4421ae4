"""The records of others, for who keeps them: who there is, what is known of each, and why it was looked at in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.characters import cleaned
from engine.errors import NotFound, NotPermitted, Text
from web.commands import actor, command
from web.data import Line, Step, known, lines_of, named, references_of, steps_of
from web.data_place import PROCESS
from web.data_sight import Sight, sight_of
from web.forms import Problems
from web.furniture import me
from web.i18n import _, say
from web.leave_pages import page_in_address, words_in_form
from web.looking import noted
from web.parts import parts, utcnow
from workflows import colleagues
from workflows.colleagues import Colleague
from workflows.privacy import rights
from workflows.record import looking, register, rows
from workflows.record.histories import HISTORIES, PLAIN, SENSITIVE, History
from workflows.record.rows import Record, Row
from workflows.record.sight import may_propose, may_reveal, sees_any
from workflows.record.values import shown

bp = Blueprint("records", __name__, url_prefix="/data/people")

LONGEST_REASON, SHORTEST_REASON = 200, 5
NO_REASON = Text(
    "Tulis alasannya, sedikitnya lima huruf. Pegawai ini dapat membacanya.",
    "Write why, in five letters or more. The person can read it.",
)


NIP = HISTORIES["personal"].fields[0]


@dataclass(frozen=True)
class Part:
    """A history on the first page of a record: how many rows it has, and the name of the latest.

    None: it is not even said there whether there are any, as that alone would tell too much.
    """

    history: History
    rows: int | None
    latest: str


@dataclass(frozen=True)
class Shown:
    """A row as an officer sees it, with how it came to that."""

    name: str
    lines: list[Line]
    steps: list[Step]


@bp.app_template_global()
def keeps_records() -> bool:
    """Whether the signed-in person keeps records of others by office."""
    who = me()
    return who is not None and register.keeps_records(who)


@bp.get("")
def people() -> ResponseReturnValue:
    """The people whose records I may open."""
    return _people("")


@bp.post("")
def find() -> ResponseReturnValue:
    """Those of them who were looked for; the words are posted, so that no name stands in an address or a log."""
    return _people(words_in_form())


@bp.get("/<person>")
def person(person: str) -> ResponseReturnValue:
    """What there is in a record; it says nothing yet that is more than plain."""
    now = utcnow()
    with parts().database.reads() as session:
        who = actor(session, now)
        somebody, sight = _opened(session, who, person, now)
        record = rows.record(session, person)
        post, grade = (_current(record, history, sight, now) for history in ("position", "rank"))
        page = {
            "somebody": somebody,
            "nip": shown(NIP, somebody.nip),
            "capacity": sight.relations.capacity,
            "post": post,
            "grade": grade,
            "found": [_part(record, history, sight) for history in HISTORIES.values() if sight.any(history.key)],
            "enters": _enters(session, who, person, sight, now),
            "limits": rights.in_force(session, person),
            "process": PROCESS,
        }
        return render_template("record.html", **page)


@bp.get("/<person>/<history>")
def history(person: str, history: str) -> ResponseReturnValue:
    """The rows of a history as I may see them; the person can read that I looked."""
    return _history(person, known(history), {})


@bp.post("/<person>/<history>")
def reveal(person: str, history: str) -> ResponseReturnValue:
    """See it in full for an hour, for a reason that is written down for the person."""
    wanted, reason = known(history), " ".join(cleaned(request.form.get("reason", "")).split())[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        return _history(person, wanted, {"reason": [NO_REASON]}, reason), 422

    def work(session: Session, who: Actor, now: datetime) -> str:
        _somebody, sight = _opened(session, who, person, now)
        capacity = sight.relations.capacity
        if capacity is None or not _masks(sight, wanted):
            raise NotPermitted
        looking.note(session, who, person, history, capacity, now, reason=reason)
        return url_for(".history", person=person, history=history)

    return command(work)


def _people(words: str) -> ResponseReturnValue:
    now, page = utcnow(), page_in_address()
    with parts().database.reads() as session:
        who = actor(session, now)
        found = register.listed(session, who, words, page, now)
        if not (found.total or words or register.keeps_records(who)):
            raise NotFound
        return render_template("records.html", words=words, found=found, page=page, tools=_tools(who))


def _tools(who: Actor) -> Sequence[tuple[str, str]]:
    """What BKPSDM does for all records at once, where this installation has it."""
    if not register.brings_in_and_out(who):
        return ()
    pages = {"record_import.show": _("Data awal pegawai"), "synchronising.show": _("Pencatatan di SIASN")}
    return [(url_for(name), words) for name, words in pages.items() if name in current_app.view_functions]


def _opened(session: Session, who: Actor, person: str, now: datetime) -> tuple[Colleague, Sight]:
    """Somebody whose record the reader may open, and how much of it they see. Raises `NotFound`; one's own is apart."""
    somebody = colleagues.known(session, person)
    if somebody is None or person == who.person:
        raise NotFound
    sight = sight_of(session, who, person, now)
    if not sees_any(sight.relations):
        raise NotFound
    return somebody, sight


def _history(person: str, wanted: History, problems: Problems, reason: str = "") -> str:
    now = utcnow()
    with parts().database.reads() as session:
        who = actor(session, now)
        somebody, sight = _opened(session, who, person, now)
        if not sight.any(wanted.key):
            raise NotFound
        there = _shown(session, person, wanted, sight)
        page = {
            "somebody": somebody,
            "history": wanted,
            "rows": there,
            "masked": bool(there) and _masks(sight, wanted),
            "revealed": wanted.key in sight.relations.revealed,
            "problems": problems,
            "reason": reason,
            "longest": LONGEST_REASON,
        }
        _note(session, who, person, wanted, sight, now)
        return render_template("record_history.html", **page)


def _note(session: Session, who: Actor, person: str, history: History, sight: Sight, now: datetime) -> None:
    """Write down that somebody opened what is more than plain, masked or not, before they see it."""
    capacity, revealed = sight.relations.capacity, history.key in sight.relations.revealed
    told = any(field.care != PLAIN and sight.sees(history, field) for field in history.fields)
    if told and capacity is not None and not revealed:
        noted(session, who, person, history.key, capacity, now)


def _shown(session: Session, person: str, history: History, sight: Sight) -> list[Shown]:
    past = rows.revisions_of(session, person, history.key)
    steps = [row for each in past.values() for row in each]
    who = parts().people.names(session, {row.by for row in steps})
    references = references_of(session, {row.instance_id for row in steps if row.instance_id})
    latest = sorted((each[0] for each in past.values()), key=lambda row: (row.since, row.at), reverse=True)
    return [
        Shown(
            _name(history, row, sight, number),
            lines_of(history, row, sight, {}),
            steps_of(history, past[row.id], sight, who, references),
        )
        for number, row in enumerate((row for row in latest if not row.removed), 1)
    ]


def _name(history: History, row: Row, sight: Sight, number: int) -> str:
    """What to call a row: by its name, or by its place where the name is not seen in full."""
    field = history.field(history.name)
    seen = field is not None and sight.full(history, field)
    return named(history, row.values, sight) if seen else f"{say(history.title)} {number}"


def _current(record: Record, history: str, sight: Sight, now: datetime) -> str:
    """What the row of a history is called that is in effect, if the reader sees it."""
    row = record.current(history, now.date()) if sight.any(history) else None
    return row.name if row else ""


def _part(record: Record, history: History, sight: Sight) -> Part:
    """A history as it is listed: the latest row by its name, where that is plain."""
    found, name = record.rows(history.key), history.field(history.name)
    if name is not None and name.care == SENSITIVE:
        return Part(history, None, "")
    told = bool(found) and name is not None and name.care == PLAIN
    return Part(history, len(found), named(history, found[0].values, sight) if told else "")


def _masks(sight: Sight, history: History) -> bool:
    """Whether there is something in a history that the reader sees once they have said why."""
    return any(may_reveal(sight.relations, history, field) for field in history.fields)


def _enters(session: Session, who: Actor, person: str, sight: Sight, now: datetime) -> bool:
    """Whether the reader may send a request to change this record for the person."""
    able = any(may_propose(sight.relations, each, field) for each in HISTORIES.values() for field in each.fields)
    return able and parts().engine.may_start_for(session, PROCESS, who, person, now=now)
