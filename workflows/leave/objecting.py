"""The days of an objection (keberatan) against a leave that was not granted."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from workflows.leave.law import law_on
from workflows.leave.standing import working_calendar
from workflows.workdays import Span

FAR = 366
"""Days ahead whose calendar is looked at: no count of working days here goes over a year."""


def objection_until(session: Session, person: str, decided: date) -> date:
    """The last day on which the person can object: 21 working days after the decision.

    Source: UU 30/2014 art. 77(1).
    """
    return _nth(session, person, decided, law_on(decided).objection_days)


def answered_by(session: Session, person: str, objected: date) -> date:
    """The day by which an objection is answered: 10 working days after it.

    Source: UU 30/2014 art. 77(4).
    """
    return _nth(session, person, objected, law_on(objected).objection_answer_days)


def _nth(session: Session, person: str, day: date, number: int) -> date:
    calendar = working_calendar(session, person, Span(day, date.fromordinal(day.toordinal() + FAR)))
    return calendar.nth_working_day(day, number)
