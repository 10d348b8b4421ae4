"""What is known of a person when leave is judged: the ledger, the calendar, and all leave they had or asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.calendar import calendar_of
from workflows.leave import rules
from workflows.leave.law import LONG
from workflows.leave.ledger import Ledger
from workflows.leave.model import ABSENT, DEFERRED, RESERVED, LeaveRequest
from workflows.workdays import Span, WorkCalendar


def facts_of(session: Session, ledger: Ledger, span: Span, today: date, besides: UUID | None = None) -> rules.Facts:
    """What a request for leave on the span is judged by; ``besides``: a request that does not stand in its way."""
    return rules.Facts(
        applicant=ledger.holder.applicant,
        calendar=_calendar_around(session, ledger.person, span),
        entries=ledger.entries,
        opened=ledger.opened,
        today=today,
        absences=tuple(absences_of(session, ledger.person, besides)),
        long_not_before=_long_not_before(session, ledger.person),
    )


def working_calendar(session: Session, person: str, span: Span) -> WorkCalendar:
    """The days on which a person works in the years of a span, by their unit and roster."""
    return calendar_of(session, person, span.first.year, span.last.year).calendar


def _calendar_around(session: Session, person: str, span: Span) -> WorkCalendar:
    """From the year before to the year after: an illness goes on over New Year, and long leave may end in the next."""
    first, last = span.first.year - 1, max(span.last.year, span.first.year + 1)
    return calendar_of(session, person, first, last).calendar


def absences_of(session: Session, person: str, besides: UUID | None = None) -> Iterator[rules.Absence]:
    """All leave of a person that holds dates or was taken, also before Alur, the earliest first."""
    session.flush()
    wanted = select(LeaveRequest).where(LeaveRequest.person == person, LeaveRequest.status.in_((RESERVED, *ABSENT)))
    for request in session.scalars(wanted.order_by(LeaveRequest.first)):
        if request.instance != besides:
            yield absence_of(request)


def absence_of(request: LeaveRequest) -> rules.Absence:
    """A leave as the rules see it."""
    return rules.Absence(
        request.type,
        request.absence,
        request.case,
        request.days,
        decided=request.status != RESERVED,
        birth_order=request.birth_order,
    )


def _long_not_before(session: Session, person: str) -> date | None:
    """The day to which the newest deferral of long leave put it off."""
    put_off = (LeaveRequest.person == person, LeaveRequest.type == LONG, LeaveRequest.status == DEFERRED)
    return session.scalars(select(LeaveRequest.until).where(*put_off).order_by(LeaveRequest.decided_at.desc())).first()
