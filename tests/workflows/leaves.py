"""Leave that stands in the ledger, with a request that waits or has ended, for tests of what happens to it later."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Database, Notice
from engine.package import Package
from tests.support import Office, diagram, form, form_of, package
from workflows.calendar import calendar_of
from workflows.calendar_changes import CalendarChange, DayEntry, Proposal
from workflows.leave import bookkeeping, recount, recounting
from workflows.leave.bookkeeping import Debit
from workflows.leave.ledger import Ledger
from workflows.leave.model import APPROVED, RESERVED, Cause, LeaveAccount, LeaveEntry, LeaveRequest
from workflows.leave.recounting import LeaveRecount
from workflows.positions import Person
from workflows.workdays import Span

KEEPER = "P029"
ELECTION = DayEntry(date(2026, 11, 18), "public", "Pilkada", "Keppres 1/2026", confirmed=True)


def waiting_flow() -> Package:
    """A request that waits for the unit's personnel officer."""
    return package(
        diagram(
            {"begin": "startEvent", "submit": "userTask", "check": "userTask", "end": "endEvent"},
            ["begin submit", "submit check", "check end"],
            lanes={"requester": ["begin", "submit", "end"], "personnel_officer": ["check"]},
            inside={"submit": form_of("submit"), "check": form_of("check")},
        ),
        files={"submit.form": form(why={"type": "textfield"}), "check.form": form(note={"type": "textfield"})},
    )


def leave(office: Office, person: str, first: date, last: date, *, approved: bool = False) -> UUID:
    """Annual leave counted by the calendar of this moment; pays from the oldest bucket of each year."""
    instance = office.start("flow", person, why="-").id
    office.database.command(lambda session: _book(session, office, instance, person, Span(first, last), approved))
    return instance


def _book(session: Session, office: Office, instance: UUID, person: str, span: Span, approved: bool) -> None:
    ledger = Ledger.locked(session, session.get_one(Person, person), office.now.year, office.now)
    counted = recount.wanted_days(calendar_of(session, person, span.first.year, span.last.year).calendar, span)
    cause = Cause(office.now, instance, 1)
    for year, days in counted.items():
        if year > ledger.opened:
            ledger.append(ledger.holder.opening(ledger.entries, year)[:1], cause)
        debits = [(year, *paid) for paid in bookkeeping.oldest_first(_usable(ledger, year), days)]
        ledger.append(bookkeeping.reserve(debits), cause)
        if approved:
            ledger.append(bookkeeping.debit(debits), cause)
    about = {"days": sum(counted.values()), "status": APPROVED if approved else RESERVED}
    dates = {"first": span.first, "last": span.last, "asked_first": span.first, "asked_last": span.last}
    session.add(LeaveRequest(instance=instance, person=person, abroad=False, changed=False, **dates, **about))


def _usable(ledger: Ledger, year: int) -> dict[int, int]:
    return bookkeeping.usable(ledger.entries, year, ledger.opened)


def post(office: Office, proposal: Proposal, by: str = KEEPER) -> CalendarChange:
    """Make a change of the calendar as the page does: the change, and the beginning of the counting."""

    def work(session: Session) -> CalendarChange:
        change = proposal.post(session, by=by, now=office.now)
        recounting.begin(session, office.engine, change, now=office.now)
        return change

    return office.database.command(work)


def _lines(session: Session, instance: UUID) -> list[LeaveEntry]:
    return list(session.scalars(select(LeaveEntry).where(LeaveEntry.request == instance)))


def days(office: Office, instance: UUID) -> int:
    """The days on the request's row, which must be those in the ledger."""
    with office.database.reads() as session:
        row = session.get_one(LeaveRequest, instance)
    debits = held(office, instance)
    assert row.days == sum(count for _, _, count in debits)
    assert min((count for _, _, count in debits), default=0) >= 0
    return row.days


def held(office: Office, instance: UUID) -> tuple[Debit, ...]:
    """What a leave has in the ledger, by year of the leave and bucket."""
    found: dict[tuple[int, int], int] = {}
    with office.database.reads() as session:
        for each in _lines(session, instance):
            found[each.in_year, each.bucket] = found.get((each.in_year, each.bucket), 0) + each.used + each.reserved
    return tuple((year, bucket, count) for (year, bucket), count in sorted(found.items()) if count)


def left(office: Office, person: str) -> dict[int, int]:
    """What is left in each bucket."""
    with office.database.reads() as session:
        lines = session.scalars(select(LeaveEntry).where(LeaveEntry.person == person))
        return {
            bucket: count
            for bucket, count in bookkeeping.buckets([line.entry for line in lines], 2027).items()
            if count
        }


def take_all_but(office: Office, person: str, keep: int) -> None:
    """Use up the person's days but for some."""

    def use(session: Session) -> None:
        ledger = Ledger.locked(session, session.get_one(Person, person), 2026, office.now)
        there = bookkeeping.usable(ledger.entries, 2026, ledger.opened)
        paid = bookkeeping.oldest_first(there, sum(there.values()) - keep)
        ledger.append(
            (bookkeeping.Entry(bucket, "debit", 2026, used=count) for bucket, count in paid), Cause(office.now)
        )

    office.database.command(use)


def recounts(database: Database) -> list[LeaveRecount]:
    """All that was listed, by person."""
    with database.reads() as session:
        return list(session.scalars(select(LeaveRecount).order_by(LeaveRecount.change, LeaveRecount.person)))


def notices(office: Office) -> list[tuple[str, str]]:
    """Who was told what."""
    with office.database.reads() as session:
        wanted = select(Notice.person, Notice.kind).where(Notice.kind == "recounted").order_by(Notice.person)
        return [(row.person, row.kind) for row in session.execute(wanted)]


def opened(office: Office, person: str) -> int:
    """The newest year of the person's account."""
    with office.database.reads() as session:
        return session.get_one(LeaveAccount, person).opened
