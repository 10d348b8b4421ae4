"""Counting requests anew after a change of the calendar: listed with the change, done in batches, each exactly once.

The first batch is part of the act that changes the calendar; the worker does the rest, a transaction a batch. Whoever
is killed leaves a batch undone, and the next one does it: what is listed as waiting is what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import deadlines, notes
from engine.db import Base, Message, table
from engine.deadlines import Stretch
from engine.errors import Text
from engine.notes import RECOUNTED, Note
from engine.runtime import Engine
from workflows.calendar import Calendars
from workflows.calendar_changes import CalendarChange, Reach
from workflows.calendar_words import basis_of, change_in_words
from workflows.leave import recount, telling
from workflows.leave.ledger import Ledger, lines_of
from workflows.leave.model import Cause, LeaveRequest
from workflows.leave.recount import Touched
from workflows.positions import Person
from workflows.workdays import ONE_DAY, Span

MESSAGE = "recount"
"""The kind of the outbox's messages that let the worker go on."""
WAITING, DONE, RIGHT, SHORT = "waiting", "done", "right", "short"
BATCH = 50
"""Requests counted in one transaction."""
TASKS = 500
"""Due dates computed in one transaction."""
LOOK_AGAIN = timedelta(minutes=5)
"""When it is looked once more, after the time to take decisions back: a request may have been counted by the old
calendar while the change was made, and a decision that was taken back brings its old days with it."""
FARTHEST_DUE = timedelta(days=730)
PAUSE = timedelta(seconds=1)
"""Before another look at what another worker is busy with."""

REQUESTS_FIRST, THEN_TASKS, LIST_AGAIN = "requests", "tasks", "again"


class LeaveRecount(Base):
    """A request that a change of the calendar counts anew: from how many days to how many.

    ``waiting`` for its turn, ``done``, already ``right`` when its turn came, or ``short``: the account could not pay,
    nothing was changed, and an officer has to see to it.
    """

    __tablename__ = "leave_recount"
    __table_args__ = (
        Index("ix_leave_recount_person", "change", "person"),
        Index(
            "ix_leave_recount_open",
            "change",
            "status",
            sqlite_where=text("status IN ('waiting', 'short')"),
            postgresql_where=text("status IN ('waiting', 'short')"),
        ),
    )

    change: Mapped[int] = mapped_column(ForeignKey("calendar_change.id"), primary_key=True)
    instance: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(String(8))
    before: Mapped[int]
    after: Mapped[int]
    told: Mapped[bool]
    """Whether this is the request by which the person was told of the change."""
    event: Mapped[int | None]
    """The number in the request's record."""
    at: Mapped[datetime | None]


@dataclass(frozen=True)
class Progress:
    """How far the counting is."""

    waiting: int
    done: int
    short: int
    stopped: bool
    """Whether the worker has given up for now."""

    @property
    def all(self) -> int:
        """All that were listed."""
        return self.waiting + self.done + self.short


def begin(session: Session, engine: Engine, change: CalendarChange, *, now: datetime) -> None:
    """List what a change that was just made counts anew, and do the first batch; the worker does the rest."""
    _list(session, change)
    _step(session, engine, change, REQUESTS_FIRST, None, now)
    _ask(session, change, LIST_AGAIN, now, due=now + engine.take_back_within + LOOK_AGAIN)


def carry_on(session: Session, engine: Engine, body: str, *, now: datetime) -> None:
    """Do the next batch, as a message of the outbox asks for it."""
    number, phase, *rest = body.split()
    change = session.get_one(CalendarChange, int(number))
    _step(session, engine, change, phase, UUID(rest[0]) if rest else None, now)


def try_again(session: Session, engine: Engine, change: CalendarChange, *, now: datetime) -> None:
    """Count once more what could not be paid, and go on where the worker stopped."""
    short = (LeaveRecount.change == change.id, LeaveRecount.status == SHORT)
    session.execute(update(LeaveRecount).where(*short).values(status=WAITING))
    _step(session, engine, change, REQUESTS_FIRST, None, now)


def progress(session: Session, change: int) -> Progress:
    """How far the counting for a change is."""
    grouped = select(LeaveRecount.status, func.count()).where(LeaveRecount.change == change)
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(grouped.group_by(LeaveRecount.status))}
    failed = select(Message.id).where(Message.kind == MESSAGE, Message.key.startswith(_key(change)))
    stopped = session.scalar(failed.where(Message.failed_at.is_not(None)).limit(1)) is not None
    waiting = counts.get(WAITING, 0)
    return Progress(waiting, counts.get(DONE, 0) + counts.get(RIGHT, 0), counts.get(SHORT, 0), stopped and waiting > 0)


def stretch_of(reach: Reach) -> Stretch | None:
    """The moments in which the time of open tasks may run differently; wide enough for every zone."""
    if reach.people is not None:
        return None  # due times go by the unit's calendar, not by anybody's roster
    first = datetime.combine(reach.span.first, time.min, UTC) - ONE_DAY
    last = min(reach.span.last, reach.span.first + FARTHEST_DUE)
    units = None if reach.unit is None else (reach.unit,)
    return Stretch(first, datetime.combine(last, time.max, UTC) + ONE_DAY, units)


def _step(
    session: Session, engine: Engine, change: CalendarChange, phase: str, after: UUID | None, now: datetime
) -> None:
    """A batch of requests, and once there are none left a batch of due dates; what remains is asked for."""
    if phase == LIST_AGAIN:
        _list(session, change)
    done, left = (0, 0) if phase == THEN_TASKS else _count_batch(session, engine, change, now)
    if left:
        due = now if done else now + PAUSE
        _ask(session, change, REQUESTS_FIRST, now, due=due, left=left)
        return
    stretch = stretch_of(change.reach)
    if stretch is None:
        return
    last = deadlines.move(session, engine.catalog, engine.directory, stretch, after=after, limit=TASKS)
    if last is not None:
        _ask(session, change, f"{THEN_TASKS} {last}", now, due=now)


def _list(session: Session, change: CalendarChange) -> None:
    """Put down as waiting whatever holds other days than it should; what is listed waits once more."""
    session.flush()
    add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "change": change.id,
            "instance": each.instance,
            "person": each.person,
            "status": WAITING,
            "before": each.days,
            "after": each.after,
            "told": False,
        }
        for each in recount.touched_by(session, change.reach)
    ]
    if rows:
        listed = add(table(LeaveRecount))
        key = [LeaveRecount.change, LeaveRecount.instance]
        session.execute(listed.on_conflict_do_update(index_elements=key, set_={"status": WAITING}), rows)


def _count_batch(session: Session, engine: Engine, change: CalendarChange, now: datetime) -> tuple[int, int]:
    """Count the next requests; how many those were and are left. Every instance is locked before any account is."""
    waiting = (LeaveRecount.change == change.id, LeaveRecount.status == WAITING)
    turn = select(LeaveRecount).where(*waiting).order_by(LeaveRecount.person, LeaveRecount.instance).limit(BATCH)
    rows = session.scalars(turn.with_for_update(skip_locked=True)).all()
    if rows:
        instances = {id: notes.take(session, id) for id in sorted(row.instance for row in rows)}
        people = session.scalars(select(Person).where(Person.id.in_({row.person for row in rows}))).all()
        calendars = Calendars.read(session, _view(session, change, rows), [person.id for person in people])
        for row in rows:
            _count(session, engine, change, calendars, row, instances[row.instance], now)
    session.flush()
    return len(rows), session.scalar(select(func.count()).where(*waiting)) or 0


def _view(session: Session, change: CalendarChange, rows: Sequence[LeaveRecount]) -> Span:
    """The years in which the requests can lie, also if one got other dates since it was read."""
    bounds = select(func.min(LeaveRequest.first).label("first"), func.max(LeaveRequest.last).label("last"))
    found = session.execute(bounds.where(LeaveRequest.instance.in_([row.instance for row in rows]))).one()
    first, last = found.first or change.first, found.last or change.first  # a request may be gone by now
    return Span(date(first.year - 1, 1, 1), date(last.year + 1, 12, 31))


def _count(
    session: Session,
    engine: Engine,
    change: CalendarChange,
    calendars: Calendars,
    row: LeaveRecount,
    instance: Any,
    now: datetime,
) -> None:
    """Count one request under its locks: it becomes right, or is left for an officer."""
    person = session.get_one(Person, row.person)
    today = now.astimezone(engine.directory.zone(session, person.unit, now)).date()
    ledger = Ledger.locked(session, person, today.year, now)
    request, found = _standing(session, calendars, row.instance, person, change.reach)
    row.at = now
    if request is None or found is None or found.is_right:
        row.status = DONE if row.event else RIGHT
        return
    row.before, row.after = found.days, found.after
    moves = recount.recounted(ledger.entries, ledger.opened, found.held, found.wanted)
    if moves is None:
        row.status = SHORT
        return
    cause = Cause(now, row.instance, instance.events + 1 if instance else None, day=today)
    ledger.append(recount.as_entries(moves, approved=found.approved), cause)
    if any(leave_year < ledger.opened for leave_year, _, _ in moves):
        ledger.settle(cause)
    request.days, row.status = found.after, DONE
    if instance is not None:
        row.event = engine.note(session, instance, _note(session, change, row, request, ledger), now=now)


def _standing(
    session: Session, calendars: Calendars, instance: UUID, person: Person, reach: Reach
) -> tuple[LeaveRequest | None, Touched | None]:
    """The request and what it holds, read under the account's lock; nothing if it no longer is what was listed."""
    listed = select(LeaveRequest).join(Person, Person.id == LeaveRequest.person)
    listed = listed.where(LeaveRequest.instance == instance, recount.within(reach))
    request = session.scalars(listed.execution_options(populate_existing=True)).one_or_none()
    if request is None:
        return None, None
    held: dict[tuple[int, int], int] = {}
    for line in lines_of(session, instance):
        key = (line.in_year, line.bucket)
        held[key] = held.get(key, 0) + line.used + line.reserved
    debits = tuple((year, bucket, days) for (year, bucket), days in sorted(held.items()) if days)
    return request, recount.look(request, person.unit, calendars.of(person.id, person.unit), debits, reach)


def _note(session: Session, change: CalendarChange, row: LeaveRecount, request: LeaveRequest, ledger: Ledger) -> Note:
    """What the record says, and one notice for each person and change, however many of their requests it touches."""
    told = select(LeaveRecount.told).where(LeaveRecount.change == change.id, LeaveRecount.person == row.person)
    row.told = not any(session.scalars(told))
    words, days = change_in_words(change), f"{row.before} → {row.after}"
    reason = Text(f"{words.id}. Hari kerja cuti: {days}.", f"{words.en}. Working days of leave: {days}.")
    facts = [*telling.which(request), *telling.record(ledger, request.last.year), telling.fact(_WHY, reason)]
    return Note(
        RECOUNTED, change.by, reason, basis_of(change), tuple(facts), {row.person: RECOUNTED} if row.told else {}
    )


def _ask(session: Session, change: CalendarChange, what: str, now: datetime, *, due: datetime, left: int = 0) -> None:
    """Let the worker go on; two that were at the same point at the same moment ask once."""
    add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"key": f"{_key(change.id)}{now.timestamp()}.{what}.{left}", "kind": MESSAGE, "recipient": ""}
    body = {"body": f"{change.id} {what}", "due": due, "tries": 0}
    session.execute(add(table(Message)).values(**values, **body).on_conflict_do_nothing())


def _key(change: int) -> str:
    return f"recount.{change}."


_WHY = Text("Dihitung ulang", "Counted anew")
