"""What did not reach people outside Alur, for those who see to it: failed deliveries, and who has no address at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, exists, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Instance, Message, Notice, table
from engine.errors import NotFound, Text
from engine.jobs import UNREACHABLE
from web import contacts
from web.commands import actor, command
from web.contacts import CHANNELS
from web.db import HandedOver
from web.notices import KINDS, OTHER
from web.parts import parts, utcnow
from workflows.data_update.codes import RECORD_CODE
from workflows.leave import sight
from workflows.positions import Person, Unit
from workflows.reach import FORMER, KIND_OF

bp = Blueprint("deliveries", __name__, url_prefix="/notices")

MOST = 100
"""Failed deliveries on the page; who has more than these mends what they have in common first."""
MOST_LISTED = 500
"""Lines of a list that is printed."""

NAMES = {
    "code": Text("Kode konfirmasi alamat", "Code that confirms an address"),
    "digest": Text("Ringkasan tugas", "Digest of tasks"),
    RECORD_CODE: Text("Kode perubahan data", "Code of a data change"),
    FORMER: Text("Kabar ke alamat lama", "News to a former address"),
}
WHY = {
    UNREACHABLE: Text("Server pengirim tidak menjawab.", "The server does not answer."),
    "no TLS": Text("Server email tidak mengamankan sambungannya.", "The mail server does not secure its connection."),
    "certificate": Text("Sertifikat server tidak dapat dipercaya.", "The certificate of the server cannot be trusted."),
    "sign-in": Text("Server email menolak nama atau kata sandinya.", "The mail server refuses the name or password."),
    "refused": Text("Server pengirim menolak alamat atau isinya.", "The server refuses the address or the content."),
}
UNKNOWN = Text("Sebabnya tidak dikenal. Lihat catatan pekerja.", "The cause is not known. See the log of the worker.")
_CODE = re.compile(r"NotDelivered: ([a-zA-Z -]+?)(?: ([0-9]{3}))?")


@dataclass(frozen=True)
class Failure:
    """A delivery that does not go through: to whom, through what, of what kind, why, and how often it was tried."""

    id: int
    name: str
    channel: Text
    kind: Text
    reference: str | None
    why: Text
    code: str
    tries: int
    failed_at: datetime | None
    due: datetime


@dataclass(frozen=True)
class Untold:
    """Somebody whom nothing outside Alur reaches, with what they have not read."""

    name: str
    unit: str
    notices: tuple[tuple[int, str | None, Text, datetime], ...]
    """Number, reference of the request if it is about one, words and moment."""


@bp.app_template_global()
def passes_on() -> bool:
    """Whether the signed-in person passes notices on to people without an address; the menu then says so."""
    who = g.get("actor")
    return who is not None and looks_after(who)


@bp.get("/failed")
def failed() -> ResponseReturnValue:
    """What could not be delivered, or not yet."""
    with parts().database.reads() as session:
        _require_keeper(actor(session, utcnow()))
        rows = _failures(session)
        return render_template("failed.html", rows=rows, given_up=[row for row in rows if row.failed_at])


@bp.post("/failed/retry")
def retry() -> ResponseReturnValue:
    """Try again what was given up: one (``id``), or all of it."""
    wanted = request.form.get("id", "")

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_keeper(me)
        which = [*_of_people(), Message.failed_at.is_not(None)]
        if wanted:
            which.append(Message.id == (int(wanted[:9]) if wanted.isdecimal() else 0))
        session.execute(update(Message).where(*which).values(failed_at=None, tries=0, due=now))
        return url_for(".failed", said="delivery_retried")

    return command(work)


@bp.get("/without")
def without() -> ResponseReturnValue:
    """Those of my units whom nothing outside Alur reaches, with what to tell them; to be printed."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        units = _units(session, me)
        unit = request.args.get("unit") or ""
        people = _untold(session, me, unit, now)
        return render_template("without.html", units=units, unit=unit, people=people, now=now, most=MOST_LISTED)


@bp.post("/without")
def hand_over() -> ResponseReturnValue:
    """Note that these notices were passed on by word of mouth."""
    ids = {int(value) for value in request.form.getlist("notice") if value.isdecimal() and len(value) < 10}
    unit = request.form.get("unit") or None

    def work(session: Session, me: Actor, now: datetime) -> str:
        _units(session, me)
        mine = _select(me, "", now).where(Notice.id.in_(sorted(ids)[:MOST_LISTED]))
        rows = [{"notice": row.id, "by": me.person, "at": now} for row in session.execute(mine)]
        if rows:
            add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            session.execute(add(table(HandedOver)).on_conflict_do_nothing(), rows)
        return url_for(".without", unit=unit, said="handed_over" if rows else None)

    return command(work)


def _failures(session: Session) -> list[Failure]:
    """What was given up, then what is tried again; asked for one by one, as each has its index."""
    found = select(Message, Instance.reference).outerjoin(Instance, Instance.id == Message.instance_id)
    found = found.where(*_of_people(), Message.done_at.is_(None))
    given_up = found.where(Message.failed_at.is_not(None)).order_by(Message.failed_at, Message.id)
    retried = found.where(Message.failed_at.is_(None), Message.error.is_not(None)).order_by(Message.due, Message.id)
    rows = [row for each in (given_up, retried) for row in session.execute(each.limit(MOST)).all()]
    people = {message.recipient.removeprefix("person:") for message, _ in rows}
    names = parts().people.names(session, people) if people else {}
    return [_failure(message, names, reference) for message, reference in rows]


def _failure(message: Message, names: Mapping[str, str], reference: str | None) -> Failure:
    channel = next(key for key, kind in KIND_OF.items() if kind == message.kind)
    code = _CODE.fullmatch(message.error or "")
    why = WHY.get(code[1], UNKNOWN) if code else UNKNOWN
    kind = NAMES.get(message.body) or KINDS.get(message.body, OTHER)
    return Failure(
        id=message.id,
        name=names[message.recipient.removeprefix("person:")],
        channel=CHANNELS[channel].name,
        kind=kind,
        reference=reference,
        why=why,
        code=(code[2] or "") if code else "",
        tries=message.tries,
        failed_at=message.failed_at,
        due=message.due,
    )


def _of_people() -> tuple[ColumnElement[bool], ...]:
    return (Message.kind.in_(sorted(KIND_OF.values())),)


def _require_keeper(me: Actor) -> None:
    """Others are not told that there is such a page. Raises `NotFound`."""
    if not me.process_owner:
        raise NotFound


def _units(session: Session, me: Actor) -> Sequence[tuple[str, str]]:
    """The units whose people the reader looks after, as (id, name). Raises `NotFound`."""
    if not looks_after(me):
        raise NotFound
    units = select(Unit.id, Unit.name).where(true() if sight.verifies(me) else Unit.id.in_(sorted(me.oversees)))
    return [(row.id, row.name) for row in session.execute(units.order_by(Unit.name))]


def looks_after(me: Actor) -> bool:
    """Whether the reader passes notices on: a personnel officer in their units, BKPSDM in all."""
    return bool(me.oversees) or sight.verifies(me)


def _select(me: Actor, unit: str, now: datetime) -> Select[int, str, datetime, str, str, str, str]:
    """Unread notices of people whom the reader looks after and nothing else reaches."""
    mine = true() if sight.verifies(me) else Person.unit.in_(sorted(me.oversees))
    asked = (Person.unit == unit,) if unit else ()
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.at,
            Person.id.label("person"),
            Person.name,
            Unit.name.label("unit"),
            Instance.reference,
        )
        .join(Person, Person.id == Notice.person)
        .join(Unit, Unit.id == Person.unit)
        .outerjoin(Instance, Instance.id == Notice.instance_id)
        .where(mine, *asked, Notice.at <= now, Notice.read_at.is_(None), Person.id != me.person)
        .where(~exists().where(HandedOver.notice == Notice.id))
        .where(~contacts.reachable(Person.id, contacts.channels(parts().settings)))
    )


def _untold(session: Session, me: Actor, unit: str, now: datetime) -> list[Untold]:
    ordered = _select(me, unit, now).order_by(Unit.name, Person.name, Person.id, Notice.id)
    people: dict[str, Untold] = {}
    for row in session.execute(ordered.limit(MOST_LISTED)):
        told = people.get(row.person) or Untold(row.name, row.unit, ())
        notice = (row.id, row.reference, KINDS.get(row.kind, OTHER), row.at)
        people[row.person] = Untold(told.name, told.unit, (*told.notices, notice))
    return list(people.values())
