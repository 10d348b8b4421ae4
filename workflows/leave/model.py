"""The tables of leave: the ledger of working days, what is asked for, what officials said, and the turns of years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import Applicant
from workflows.positions import Person
from workflows.workdays import Span

RESERVED, APPROVED, RELEASED, DEFERRED = "reserved", "approved", "released", "deferred"
CANCELLED, NOTED, BEFORE_ALUR = "cancelled", "noted", "opening"
HOLDING_DATES = (RESERVED, APPROVED, NOTED)
"""The states in which a request keeps its dates: no other leave may overlap them."""
ABSENT = (APPROVED, NOTED, BEFORE_ALUR)
"""The states of leave that was or will be taken."""


class LeaveAccount(Base):
    """A person's account: the row that every change of it locks. ``opened``: the newest year opened."""

    __tablename__ = "leave_account"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    opened: Mapped[int]


class LeaveEntry(Base):
    """One line of the ledger (see `bookkeeping.Entry`). Never changed or deleted: a balance is their sum."""

    __tablename__ = "leave_entry"
    __table_args__ = (
        Index("ix_leave_entry_person", "person"),
        Index("ix_leave_entry_instance", "instance"),
        Index("ix_leave_entry_request", "request"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    bucket: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    in_year: Mapped[int]
    granted: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    request: Mapped[UUID | None]
    """The leave whose days they are."""
    instance: Mapped[UUID | None]
    """The request in whose record the act stands that caused the entry; for a change that of the change."""
    event: Mapped[int | None]
    """The number of that act in the record."""
    turn: Mapped[int | None] = mapped_column(ForeignKey("leave_turn.id"))
    """The year-end job that wrote it, if it was one."""
    day: Mapped[date]
    """From which day on it counts in a balance; what opens a year counts from 1 January."""
    at: Mapped[datetime]
    """When it was written."""

    @property
    def entry(self) -> Entry:
        """The line as the rules see it."""
        return Entry(self.bucket, self.kind, self.in_year, self.granted, self.used, self.reserved)


class LeaveTurn(Base):
    """One run of the year-end job: by whom, when, for which year (the one that ends). Kinds: post, undo."""

    __tablename__ = "leave_turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(4))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    """When the last account was done; None while some are left, and a repetition goes on with them."""


class LeaveRequest(Base):
    """What an instance asks for or has, as it stands now: type and reason, dates, state.

    States: reserved (waiting), approved, released, deferred, cancelled, noted (one day's sickness, which nobody
    decides), opening (taken before Alur; its id is no instance).
    """

    __tablename__ = "leave_request"
    __table_args__ = (Index("ix_leave_request_person", "person", "last"),)

    instance: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    type: Mapped[str] = mapped_column(String(12), default="annual")
    case: Mapped[str] = mapped_column(String(24), default="")
    relation: Mapped[str] = mapped_column(String(24), default="")
    first: Mapped[date]
    last: Mapped[date]
    """The dates still held: shorter than what was granted after a recall, a return or an interruption."""
    asked_first: Mapped[date | None]
    asked_last: Mapped[date | None]
    """What the employee asked for, whatever the official made of it."""
    days: Mapped[int]
    """Working days of annual leave, calendar days of every other type."""
    abroad: Mapped[bool]
    changed: Mapped[bool]
    """Whether the dates are the official's own, which the requester has yet to accept or has accepted."""
    status: Mapped[str] = mapped_column(String(12))
    travel_days: Mapped[int] = mapped_column(default=0)
    birth_order: Mapped[int] = mapped_column(default=0)
    inpatient_days: Mapped[int] = mapped_column(default=0)
    letter: Mapped[str] = mapped_column(String(24), default="none")
    filed: Mapped[date | None]
    """The day on which it counts as filed, if that is not the day of the first act in Alur (a paper request)."""
    until: Mapped[date | None]
    """To which day it was deferred."""
    interim: Mapped[bool] = mapped_column(default=False)
    """Whether the head on site let the employee go before the official could decide."""
    returned: Mapped[date | None]
    """When the employee reported back."""
    owed: Mapped[int] = mapped_column(default=0)
    """Calendar days of leave other than annual that a recall left as a right."""
    bkn_number: Mapped[str | None] = mapped_column(String(64))
    bkn_date: Mapped[date | None]
    """The approval of BKN, without which nobody grants unpaid leave."""
    principal: Mapped[str | None] = mapped_column(String(160))
    """The post of the official who decided."""
    decided_at: Mapped[datetime | None]

    @property
    def span(self) -> Span:
        """The dates of the leave proper as one span."""
        return Span(self.first, self.last)

    @property
    def absence(self) -> Span:
        """The dates of the leave with the days of travel that follow it."""
        return Span(self.first, self.last + timedelta(days=self.travel_days))


class LeaveChange(Base):
    """What a request's row held before an act changed it, so that the act can be taken back. ``before``: JSON.

    The worker drops it after ``kept_until``, a day after the act is final.
    """

    __tablename__ = "leave_change"
    __table_args__ = (Index("ix_leave_change_instance", "instance", "event"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[UUID]
    instance: Mapped[UUID]
    event: Mapped[int]
    before: Mapped[str | None] = mapped_column(Text)
    """None: there was no row yet."""
    kept_until: Mapped[datetime]


class LeaveOpinion(Base):
    """What a superior (part VII), an official (part VIII) or a head on site (``site``) said, as the form has it.

    ``round`` counts the times that the part was filled in. ``paper_on``: decided on paper on that day, and recorded by
    ``person``.
    """

    __tablename__ = "leave_opinion"
    __table_args__ = (Index("ix_leave_opinion_instance", "instance"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance: Mapped[UUID]
    part: Mapped[str] = mapped_column(String(4))
    round: Mapped[int]
    event: Mapped[int]
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    principal: Mapped[str] = mapped_column(String(160))
    capacity: Mapped[str] = mapped_column(String(8), default="")
    outcome: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text, default="")
    first: Mapped[date | None]
    last: Mapped[date | None]
    paper_on: Mapped[date | None]
    taken_back: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class LeaveCredit(Base):
    """A day of joint leave on which somebody was on duty; each is credited once. ``year``: in which it can be used."""

    __tablename__ = "leave_credit"
    __table_args__ = (UniqueConstraint("person", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    year: Mapped[int]
    instance: Mapped[UUID]


@dataclass(frozen=True)
class Cause:
    """What an entry hangs on: an act in an instance's record, or (no instance) the turn of a year.

    ``request``: the leave whose days move, if it is not the instance itself. ``day``: from when it counts, if that is
    not the day of writing. ``turn``: the run of the year-end job.
    """

    at: datetime
    instance: UUID | None = None
    event: int | None = None
    request: UUID | None = None
    day: date | None = None
    turn: int | None = None

    @property
    def counts_from(self) -> date:
        """The day from which the entry counts."""
        return self.day or self.at.astimezone(UTC).date()


def applicant_of(person: Person) -> Applicant:
    """A person as the rules see them."""
    return Applicant(
        person.kind,
        person.service_start,
        person.contract_years,
        sex=person.sex,
        contract_start=person.contract_start,
        contract_end=person.contract_end,
    )
