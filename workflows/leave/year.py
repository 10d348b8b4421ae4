"""The turn of a year for everybody: looked at first, posted in batches, and taken back if it has to be.

The job does nothing that the first act of the new year would not do for its person: both open the same account under
its lock, once. So it can be killed, run twice, or run beside people at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import Refused, Text
from workflows.leave.bookkeeping import CARRY, FORFEIT, GRANT, TURN_OF_YEAR, Entry
from workflows.leave.ledger import Holder, Ledger, holders
from workflows.leave.model import Cause, LeaveAccount, LeaveEntry, LeaveTurn
from workflows.positions import Person

BATCH = 50
"""Accounts that one transaction holds: few enough that nobody who asks for leave meanwhile has to wait."""
READ_AT_ONCE = 500
ENTRY = (
    *(LeaveEntry.bucket, LeaveEntry.kind, LeaveEntry.in_year),
    *(LeaveEntry.granted, LeaveEntry.used, LeaveEntry.reserved),
)
"""The columns that make a `bookkeeping.Entry`, in its order."""
POST, UNDO = "post", "undo"
STAFF = ("PNS", "CPNS", "PPPK")


@dataclass(frozen=True)
class Line:
    """What the end of a year means for one person. ``carried``, ``lapsed``: days of earlier years' buckets.

    ``granted``: the new year's days, less what long leave takes of them. ``posted``: whether it is written already.
    """

    person: str
    nip: str
    name: str
    unit: str
    granted: int
    carried: int
    lapsed: int
    posted: bool

    @property
    def available(self) -> int:
        """What can be taken in the new year, as far as nothing of it was asked for in advance."""
        return self.granted + self.carried


@dataclass(frozen=True)
class Progress:
    """What one batch did and how many accounts are left."""

    done: int
    left: int


def preview(session: Session, year: int) -> Iterator[Line]:
    """For each person, by NIP, what the end of ``year`` grants, carries over and lets lapse; writes nothing."""
    wanted, last = select(Person).where(*_staff()).order_by(Person.nip).limit(READ_AT_ONCE), ""
    while people := session.scalars(wanted.where(Person.nip > last)).all():
        yield from _lines(session, people, year + 1)
        last = people[-1].nip


def post(session: Session, year: int, by: str, now: datetime) -> Progress:
    """Open the year after ``year`` for the next few accounts that have not opened it.

    Repeated until nothing is left; a repetition after that changes nothing. Raises `Refused` before the year is over.
    """
    if now.astimezone(UTC).date() <= date(year, 12, 31):
        raise Refused({"year": [_NOT_OVER]})
    people = session.scalars(_unopened(year).order_by(Person.id).limit(BATCH)).all()
    if not people:
        return Progress(0, 0)
    turn = _turn(session, year, POST, by, now)
    for person in people:
        Ledger.locked(session, person, year + 1, now, turn=turn.id)
    return _progress(session, turn, len(people), _unopened(year), now)


def undo(session: Session, year: int, by: str, now: datetime) -> Progress:
    """Take back the opening of the year after ``year`` for the next few accounts, by entries with the opposite figures.

    Whoever acts in the new year before it is posted again opens it for themselves anew. Raises `Refused` when a
    later year is open already.
    """
    if session.scalar(select(func.count()).select_from(LeaveAccount).where(LeaveAccount.opened > year + 1)):
        raise Refused({"year": [_LATER_OPEN]})
    people = session.scalars(_opened(year).order_by(Person.id).limit(BATCH)).all()
    if not people:
        return Progress(0, 0)
    turn = _turn(session, year, UNDO, by, now)
    for person in people:
        ledger = Ledger.locked(session, person, year, now)
        if ledger.opened == year + 1:
            ledger.close(year + 1, Cause(now, turn=turn.id))
    return _progress(session, turn, len(people), _opened(year), now)


def _staff() -> tuple[ColumnElement[bool], ...]:
    return (Person.kind.in_(STAFF), Person.service_start.is_not(None))


def _unopened(year: int) -> Select[Person]:
    accounts = select(Person).outerjoin(LeaveAccount, LeaveAccount.person == Person.id)
    return accounts.where(*_staff(), or_(LeaveAccount.person.is_(None), LeaveAccount.opened <= year))


def _opened(year: int) -> Select[Person]:
    return select(Person).join(LeaveAccount, LeaveAccount.person == Person.id).where(LeaveAccount.opened == year + 1)


def _turn(session: Session, year: int, kind: str, by: str, now: datetime) -> LeaveTurn:
    """The run that these entries are put down to: one that was begun and not finished, else a new one."""
    begun = select(LeaveTurn).where(LeaveTurn.year == year, LeaveTurn.kind == kind, LeaveTurn.done_at.is_(None))
    turn = session.scalars(begun.order_by(LeaveTurn.id)).first()
    if turn is None:
        turn = LeaveTurn(year=year, kind=kind, by=by, at=now)
        session.add(turn)
        session.flush()
    return turn


def _progress(session: Session, turn: LeaveTurn, done: int, rest: Select[Person], now: datetime) -> Progress:
    session.flush()
    left = session.scalar(select(func.count()).select_from(rest.subquery())) or 0
    turn.done_at = None if left else now
    return Progress(done, left)


def _lines(session: Session, people: Sequence[Person], year: int) -> Iterator[Line]:
    """What the opening of a year does for each of these people, whether it is written or not."""
    ids = [person.id for person in people]
    accounts = select(LeaveAccount.person, LeaveAccount.opened).where(LeaveAccount.person.in_(ids))
    opened = {row.person: row.opened for row in session.execute(accounts)}
    entries: dict[str, list[Entry]] = {person: [] for person in ids}
    lines = select(LeaveEntry.person, *ENTRY).where(LeaveEntry.person.in_(ids)).order_by(LeaveEntry.id)
    for row in session.execute(lines):
        entries[row.person].append(Entry(*row[1:]))
    known = holders(session, people)
    for person in people:
        yield _line(person, known[person.id], tuple(entries[person.id]), opened.get(person.id), year)


def _line(person: Person, holder: Holder, entries: tuple[Entry, ...], opened: int | None, year: int) -> Line:
    newest = opened if opened is not None else year - 1
    for each in range(newest + 1, year + 1):
        entries += holder.opening(entries, each)
    turn = [entry for entry in entries if entry.in_year == year and entry.kind in TURN_OF_YEAR]
    lapsed = -sum(entry.granted for entry in turn if entry.kind == CARRY)
    before = sum(entry.left for entry in entries if entry.bucket < year and entry.in_year < year)
    return Line(
        person.id,
        person.nip,
        person.name,
        person.unit,
        granted=sum(entry.granted for entry in turn if entry.kind in (GRANT, FORFEIT)),
        carried=before - lapsed,
        lapsed=lapsed,
        posted=newest >= year,
    )


_NOT_OVER = Text(
    "Tahun ini belum berakhir. Penutupan dapat dijalankan mulai 1 Januari tahun berikutnya.",
    "This year is not over yet. It can be closed from 1 January of the next year on.",
)
_LATER_OPEN = Text(
    "Tahun sesudahnya sudah dibuka. Batalkan dahulu penutupan tahun yang lebih baru.",
    "A later year has been opened already. Undo the end of the newer year first.",
)
