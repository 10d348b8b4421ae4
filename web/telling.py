"""What the worker does to tell people outside Alur: who is told what, through which channel, and when.

A message of the engine names a kind and a principal. It becomes one delivery for each person and each address in use:
news of one's own requests at once, tasks in a digest once a working day, and at once only what cannot wait for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.access import may_do
from engine.db import Event, Instance, Message, Notice, Task, table
from engine.errors import NotFound, Text
from engine.jobs import UNREACHABLE, NotDelivered, Outgoing, Sender
from engine.record import read_facts
from web import contacts, mail, webhook
from web.contacts import ALL, OWN
from web.notices import KINDS, page_of
from web.parts import Parts
from workflows import organisation
from workflows.data_update import codes
from workflows.positions import Person, Unit
from workflows.reach import FORMER, KIND_OF, MAIL, Contact, FormerAddress

CHANNEL_OF = {kind: channel for channel, kind in KIND_OF.items()}
CODE, DIGEST = "code", "digest"
CODES = frozenset({CODE, codes.RECORD_CODE})
ESCALATED = "escalated"
URGENT = frozenset({"overdue", ESCALATED})
"""What its holder is told at once."""
MOVED_AWAY = "moved_away"
TASKS = frozenset({"task", "reminder", "nudged", "referred", "reassigned", "evidence", MOVED_AWAY})
"""What its holder finds in the digest, unless the task is due today."""
OF_ACTS = TASKS - {"reminder"}
"""What follows from somebody's act, and is not told to themselves."""
FIRST_HOUR, LAST_HOUR = 7, 12
"""Between which hours, in the zone of the person's unit, a digest leaves."""
MOST_LOOKED_AT = 1_000
"""People whose digest is looked at in one transaction."""
KEPT = timedelta(days=30)
"""How long it is known what was delivered."""
AWAY = timedelta(minutes=1)
"""How long a server that did not answer is not asked again."""
LISTED = 20
"""Tasks named in a digest."""

PLAIN_NEWS = Text("Ada kabar tentang permohonan Anda", "There is news about your request")
"""All that the gateway of a phone learns."""
ALARMS = frozenset({codes.CHANGED, codes.COOLING, FORMER})
"""What a phone is told in so many words, since it may not have been the person who acted."""


def senders(parts: Parts) -> Mapping[str, Sender]:
    """What carries out the outbox's messages about people: one for each kind of notice, and one for each channel."""
    able = contacts.channels(parts.settings)

    def tell(message: Outgoing) -> None:
        if able:
            parts.database.command(lambda session: _fan_out(parts, session, message, able, parts.clock()))

    away: dict[str, datetime] = {}

    def deliver(message: Outgoing) -> None:
        now = parts.clock()
        if message.kind in away and now < away[message.kind] + AWAY:
            raise NotDelivered(UNREACHABLE)  # timers and letters do not wait while a silent server is asked again
        try:
            _deliver(parts, message)
        except NotDelivered as failure:
            if str(failure) == UNREACHABLE:
                away[message.kind] = now
            raise

    return {**dict.fromkeys(KINDS, tell), **dict.fromkeys(CHANNEL_OF, deliver)}


def digests(parts: Parts, session: Session, *, now: datetime) -> int:
    """Ask for the digests that are due, each person's once a working day at most; how many.

    Each row is taken by whoever looks at it first, so two workers ask once.
    """
    if not contacts.channels(parts.settings):
        return 0
    found = 0
    for zone in session.scalars(select(Unit.zone).distinct()).all():
        local = now.astimezone(ZoneInfo(zone))
        if FIRST_HOUR <= local.hour < LAST_HOUR:
            found += _digests(parts, session, zone, now)
    return found


def forget(session: Session, *, now: datetime) -> None:
    """Drop what was delivered long ago."""
    of_people = text("kind IN ('mail', 'webhook')")  # word for word as in the index, or SQLite reads all messages
    session.execute(delete(table(Message)).where(of_people, table(Message).c.done_at < now - KEPT))


# Who is told.


def _fan_out(parts: Parts, session: Session, message: Outgoing, able: Collection[str], now: datetime) -> None:
    """A delivery for each person and address; asked for twice, there is still one."""
    people = _people(parts, session, message, now)
    if not people:
        return
    news = message.kind not in TASKS | URGENT
    wanted = (Contact.person.in_(sorted(people)), Contact.channel.in_(sorted(able)), Contact.confirmed_at.is_not(None))
    found = session.scalars(select(Contact).where(*wanted, Contact.wants.in_((ALL, OWN) if news else (ALL,)))).all()
    change = message.key.removesuffix(f".{message.recipient}")  # who holds two posts is told once
    rows = [
        {
            "key": f"{contact.channel}.{mail.name_of(f'{change}.{message.kind}.{contact.person}')}",
            "kind": KIND_OF[contact.channel],
            "recipient": f"person:{contact.person}",
            "instance_id": message.instance_id,
            "body": message.kind,
            "due": now,
        }
        for contact in found
    ]
    _add(session, rows)


def _people(parts: Parts, session: Session, message: Outgoing, now: datetime) -> set[str]:
    kind, _, person = message.recipient.partition(":")
    if message.kind not in TASKS | URGENT:  # whoever waited at a desk sees what became of it there
        return {person} if kind == "person" else set()
    if message.instance_id is None:
        return set()
    tasks = _open_tasks(session, message.instance_id)
    if message.kind in URGENT:
        return _pressed(parts, session, message, tasks, now)
    people = set(parts.people.people_of(session, message.recipient, now))
    zone = parts.people.zone(session, tasks[0].unit, now) if tasks else None
    today = [task for task in tasks if task.due.astimezone(zone).date() <= now.astimezone(zone).date()]
    people -= {_actor_of(session, message)} if message.kind in OF_ACTS else set()
    if message.kind == MOVED_AWAY:  # what was theirs is theirs no more
        return people if today else set()
    actors = [parts.people.actor(session, person, now) for person in sorted(people)] if today else []
    return {actor.person for actor in actors if any(may_do(actor, task) for task in today)}


def _pressed(parts: Parts, session: Session, message: Outgoing, tasks: Sequence[Any], now: datetime) -> set[str]:
    """Who is told that a task is late: whoever still has it, or stands above them, within what each may decide."""
    to = message.recipient
    late = [task for task in tasks if message.kind == ESCALATED or to in (task.principal, f"person:{task.claimed_by}")]
    return {
        person
        for task in late
        for person in parts.people.people_of(session, to, now, barred=task.barred.split(), matter=task.matter)
    }


def _open_tasks(session: Session, instance: Any) -> Sequence[Any]:
    tasks = select(*table(Task).columns, Instance.unit).join(Instance, Instance.id == Task.instance_id)
    return session.execute(tasks.where(Task.instance_id == instance, Task.state == "open")).all()


def _actor_of(session: Session, message: Outgoing) -> str | None:
    """Whose act it was that the message follows from."""
    number = int(message.body) if message.body.isdecimal() else 0
    record = select(Event.record).where(Event.instance_id == message.instance_id, Event.number == number)
    found = session.scalar(record)
    return None if found is None else read_facts(found).get("actor")


# The digest.


def _digests(parts: Parts, session: Session, zone: str, now: datetime) -> int:
    today = now.astimezone(ZoneInfo(zone)).date()
    due = (
        Contact.confirmed_at.is_not(None),
        Contact.wants == ALL,
        Contact.channel.in_(sorted(contacts.channels(parts.settings))),
        or_(Contact.digest_on.is_(None), Contact.digest_on < today),
        Unit.zone == zone,
    )
    looked = select(Contact, Person.unit).join(Person, Person.id == Contact.person).join(Unit, Unit.id == Person.unit)
    taken = looked.where(*due).order_by(Contact.person).limit(MOST_LOOKED_AT)
    rows = session.execute(taken.with_for_update(of=Contact, skip_locked=True)).all()
    holders = _holders(parts, session, now) if rows else set()
    asked = []
    for contact, unit in rows:
        contact.digest_on = today
        if contact.person in holders and organisation.office(session, unit, now).calendar.is_working_day(today):
            key = f"{DIGEST}.{contact.channel}.{contact.person}.{today}"
            kind, recipient = KIND_OF[contact.channel], f"person:{contact.person}"
            asked.append({"key": key, "kind": kind, "recipient": recipient, "body": DIGEST, "due": now})
    _add(session, asked)
    return len(asked)


def _holders(parts: Parts, session: Session, now: datetime) -> set[str]:
    """Everybody with whom a task waits, or in whose line; what each may really do is looked at before it is sent."""
    principals = session.scalars(select(Task.principal).where(Task.state == "open").distinct()).all()
    return {person for principal in principals for person in parts.people.people_of(session, principal, now)}


def _add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        messages = add(table(Message)).on_conflict_do_nothing(index_elements=[Message.key])
        session.execute(messages, [{"instance_id": None, "tries": 0, **row} for row in rows])


# What they read.


@dataclass(frozen=True)
class _Said:
    """What one delivery says: a line, more lines below it, and the page that it leads to."""

    line: Text
    more: Text
    page: str


def _deliver(parts: Parts, message: Outgoing) -> None:
    channel, person = CHANNEL_OF[message.kind], message.recipient.removeprefix("person:")
    now, settings = parts.clock(), parts.settings
    with parts.database.reads() as session:
        to = _address(session, message, person, channel)
        if to is None or channel not in contacts.channels(settings):
            return  # it was given up meanwhile
        said = _said(parts, session, message, person, now)
    if said is None:
        return
    link = f"{settings.url}{said.page}"
    if channel == MAIL:
        text = f"{said.line.id}\n{said.more.id}{link}\n\n{said.line.en}\n{said.more.en}{link}\n"
        mail.post(settings)(mail.letter(settings, message.key, to, said.line.id, text, now))
    elif message.body in CODES:
        webhook.post(settings, message.key, to, said.line.id, None, now)
    else:
        line = said.line if message.body in ALARMS else PLAIN_NEWS
        webhook.post(settings, message.key, to, line.id, link, now)


def _address(session: Session, message: Outgoing, person: str, channel: str) -> str | None:
    """Where a delivery goes: a code for a new address to that one, a farewell to the one that it is about."""
    if message.body == FORMER:
        former = session.get(FormerAddress, UUID(message.key.removeprefix(f"{FORMER}.")))
        return former.address if former else None
    contact = session.get(Contact, (person, channel))
    if contact is None:
        return None
    return contact.asked if message.body == CODE else contact.address


def _said(parts: Parts, session: Session, message: Outgoing, person: str, now: datetime) -> _Said | None:
    """What a delivery says; None if there is nothing to say any more."""
    if message.body == CODE:
        contact = session.get(Contact, (person, CHANNEL_OF[message.kind]))
        return _code(parts.settings.secret, contact, now) if contact else None
    if message.body == codes.RECORD_CODE:
        return _record_code(session, message, person, now)
    if message.body == DIGEST:
        return _digest(parts, session, person, now)
    return _FAREWELL if message.body == FORMER else _news(session, message)


def _code(secret: str, contact: Contact, now: datetime) -> _Said | None:
    if not contacts.waits(contact, now):
        return None
    code, minutes = contacts.code_of(secret, contact, contact.asked), contacts.CODE_LIVES // timedelta(minutes=1)
    return _asked_for(
        code,
        Text(
            f"Masukkan kode ini di halaman Alamat pemberitahuan. Kode berlaku {minutes} menit.\n",
            f"Type this code on the page Where you are told. It holds for {minutes} minutes.\n",
        ),
        Text("Bukan Anda yang meminta? Abaikan saja.\n", "If it was not you who asked, ignore it.\n"),
        "/account/addresses",
    )


def _record_code(session: Session, message: Outgoing, person: str, now: datetime) -> _Said | None:
    """The code of a data change, unless it was used, replaced or ran out, or the address is another one, meanwhile."""
    assert message.instance_id is not None  # it is sent for a request
    contact, minutes = session.get(Contact, (person, CHANNEL_OF[message.kind])), codes.LIVES // timedelta(minutes=1)
    since = contact.confirmed_at if contact else None
    code = codes.sent_code(session, message.instance_id, now, in_use_since=since)
    if code is None or since is None:
        return None
    return _asked_for(
        code,
        Text(
            f"Masukkan kode ini di permohonan perubahan data Anda. Kode berlaku {minutes} menit.\n",
            f"Type this code into your request for a data change. It holds for {minutes} minutes.\n",
        ),
        Text(
            "Bukan Anda yang meminta? Jangan berikan kode ini kepada siapa pun, dan ganti kata sandi Anda.\n",
            "If it was not you who asked, give this code to nobody, and change your password.\n",
        ),
        f"/requests/{message.instance_id}",
    )


def _asked_for(code: str, where: Text, otherwise: Text, page: str) -> _Said:
    more = Text(where.id + otherwise.id, where.en + otherwise.en)
    return _Said(Text(f"Kode Anda {code}", f"Your code is {code}"), more, page)


_FAREWELL = _Said(
    Text("Ada perubahan pada data Anda di Alur", "Something in your data in Alur has changed"),
    Text(
        "Bukan Anda yang mengubahnya? Beri tahu petugas kepegawaian unit Anda, dan ganti kata sandi Anda.\n",
        "If it was not you, tell the personnel officer of your unit, and change your password.\n",
    ),
    "/account",
)


def _news(session: Session, message: Outgoing) -> _Said:
    line = KINDS[message.body]
    if message.instance_id is not None:
        reference = session.scalar(select(Instance.reference).where(Instance.id == message.instance_id))
        line = Text(f"{reference}: {line.id}", f"{reference}: {line.en}")
    return _Said(line, Text("", ""), page_of(message.body, message.instance_id))


def _digest(parts: Parts, session: Session, person: str, now: datetime) -> _Said | None:
    """What waits at this moment; None if nothing does any more."""
    try:
        actor = parts.people.actor(session, person, now)
    except NotFound:
        return None
    page = parts.engine.inbox(session, actor, now=now, limit=LISTED)
    if not page.count:
        return None
    new = (Notice.person == person, Notice.at <= now, Notice.read_at.is_(None))
    unread = len(session.scalars(select(Notice.id).where(*new).limit(LISTED + 1)).all())
    lines_id, lines_en = [], []
    for row in page.rows:
        day = row.due.astimezone(parts.people.zone(session, actor.unit, now)).date()
        late = row.due < now
        lines_id.append(f"- {row.reference}, {'lewat tenggat' if late else 'paling lambat'} {day:%d-%m-%Y}")
        lines_en.append(f"- {row.reference}, {'overdue since' if late else 'due'} {day:%d-%m-%Y}")
    if unread:
        lines_id.append(f"Pemberitahuan yang belum dibaca: {unread if unread <= LISTED else f'lebih dari {LISTED}'}")
        lines_en.append(f"Notices not yet read: {unread if unread <= LISTED else f'more than {LISTED}'}")
    count = f"{page.count}+" if page.count >= 100 else str(page.count)
    line = Text(f"Tugas yang menunggu Anda: {count}", f"Tasks that wait for you: {count}")
    return _Said(line, Text("\n".join(lines_id) + "\n", "\n".join(lines_en) + "\n"), "/inbox")
