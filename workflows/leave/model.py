"""The ledger of annual leave: append-only entries, and the requests that reserve days in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import Applicant, LeaveLaw, law_on
from workflows.leave.rules import opening
from workflows.positions import Person
from workflows.workdays import Span

RESERVED, APPROVED, RELEASED, DEFERRED = "reserved", "approved", "released", "deferred"
HOLDING_DATES = (RESERVED, APPROVED)
"""The states in which a request keeps its dates: no other leave may overlap them."""


class LeaveAccount(Base):
    """A person's account: the row that every change of it locks. ``opened``: the newest year opened."""

    __tablename__ = "leave_account"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    opened: Mapped[int]


class LeaveEntry(Base):
    """One line of the ledger (see `bookkeeping.Entry`). Never changed or deleted: a balance is their sum."""

    __tablename__ = "leave_entry"
    __table_args__ = (Index("ix_leave_entry_person", "person"), Index("ix_leave_entry_instance", "instance"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    bucket: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    in_year: Mapped[int]
    granted: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    instance: Mapped[UUID | None]
    event: Mapped[int | None]
    """The number in the instance's record of the act that caused the entry."""
    at: Mapped[datetime]

    @property
    def entry(self) -> Entry:
        """The line as the rules see it."""
        return Entry(self.bucket, self.kind, self.in_year, self.granted, self.used, self.reserved)


class LeaveRequest(Base):
    """The dates that an instance asks for or has. States: reserved, approved, released, deferred."""

    __tablename__ = "leave_request"
    __table_args__ = (Index("ix_leave_request_person", "person", "last"),)

    instance: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    first: Mapped[date]
    last: Mapped[date]
    days: Mapped[int]
    abroad: Mapped[bool]
    changed: Mapped[bool]
    """Whether the dates are the official's own, which the requester has yet to accept or has accepted."""
    status: Mapped[str] = mapped_column(String(8))

    @property
    def span(self) -> Span:
        """The dates as one span."""
        return Span(self.first, self.last)


@dataclass(frozen=True)
class Cause:
    """What an entry hangs on: an act in an instance's record, or (None) the turn of a year."""

    at: datetime
    instance: UUID | None = None
    event: int | None = None


class Ledger:
    """A person's account with its entries. Locked, it is the only way to write to it."""

    def __init__(self, session: Session, person: str, entries: Iterable[Entry], opened: int) -> None:
        self._session = session
        self.person = person
        self.entries = tuple(entries)
        self.opened = opened

    @classmethod
    def read(cls, session: Session, person: str, applicant: Applicant, year: int) -> Ledger:
        """The ledger as it would stand with the year opened; writes nothing."""
        opened = session.scalar(select(LeaveAccount.opened).where(LeaveAccount.person == person))
        entries = _entries(session, person)
        for each in range((opened or year - 1) + 1, year + 1):
            entries = (*entries, *opening(entries, each, applicant, _law(each)))
        return cls(session, person, entries, max(year, opened or year))

    @classmethod
    def locked(cls, session: Session, person: str, applicant: Applicant, year: int, at: datetime) -> Ledger:
        """The ledger under its lock until the transaction ends, with all years up to ``year`` opened."""
        opened = _lock(session, person, year)
        ledger = cls(session, person, _entries(session, person), opened)
        ledger.open(year, applicant, at)
        return ledger

    def open(self, year: int, applicant: Applicant, at: datetime) -> None:
        """Write the openings of the years up to ``year`` that are still missing."""
        for each in range(self.opened + 1, year + 1):
            self.append(opening(self.entries, each, applicant, _law(each)), Cause(at))
        if year > self.opened:
            self.opened = year
            self._session.execute(update(LeaveAccount).where(LeaveAccount.person == self.person).values(opened=year))

    def settle(self, applicant: Applicant, at: datetime) -> None:
        """Let lapse what a release has brought back into a year that is already closed."""
        self.append(opening(self.entries, self.opened, applicant, _law(self.opened)), Cause(at))

    def append(self, entries: Iterable[Entry], cause: Cause) -> None:
        """Write entries, and count them from now on."""
        new = tuple(entries)
        self._session.add_all(
            LeaveEntry(
                person=self.person,
                bucket=entry.bucket,
                kind=entry.kind,
                in_year=entry.in_year,
                granted=entry.granted,
                used=entry.used,
                reserved=entry.reserved,
                instance=cause.instance,
                event=cause.event,
                at=cause.at,
            )
            for entry in new
        )
        self.entries += new


def reserved_by(session: Session, instance: UUID) -> tuple[tuple[int, int], ...]:
    """The days that an instance has reserved and not yet used or released, as (bucket, days), oldest first."""
    session.flush()
    left: dict[int, int] = {}
    for line in session.scalars(select(LeaveEntry).where(LeaveEntry.instance == instance)):
        left[line.bucket] = left.get(line.bucket, 0) + line.reserved
    return tuple((bucket, days) for bucket, days in sorted(left.items()) if days)


def busy_spans(session: Session, person: str, span: Span, besides: UUID | None) -> tuple[Span, ...]:
    """The person's other leaves, asked for or approved, that touch the span."""
    found = session.scalars(
        select(LeaveRequest).where(
            LeaveRequest.person == person,
            LeaveRequest.status.in_(HOLDING_DATES),
            LeaveRequest.last >= span.first,
            LeaveRequest.first <= span.last,
        )
    )
    return tuple(request.span for request in found if request.instance != besides)


def _lock(session: Session, person: str, year: int) -> int:
    """Lock the account, made if need be, and say which year it has opened."""
    wanted = select(LeaveAccount.opened).where(LeaveAccount.person == person).with_for_update()
    opened = session.scalar(wanted)
    if opened is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(LeaveAccount).values(person=person, opened=year - 1).on_conflict_do_nothing())
        opened = session.scalar(wanted)
    assert opened is not None
    return opened


def _entries(session: Session, person: str) -> tuple[Entry, ...]:
    lines = session.scalars(select(LeaveEntry).where(LeaveEntry.person == person).order_by(LeaveEntry.id))
    return tuple(line.entry for line in lines)


def _law(year: int) -> LeaveLaw:
    return law_on(date(year, 1, 1))


def applicant_of(person: Person) -> Applicant:
    """A person as the rules see them."""
    return Applicant(person.kind, person.service_start, person.contract_years)
