"""What may be done with leave that was asked for or granted: deferral, recall, reporting back, and duty instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import workflows.leave.refusals as say
from workflows.leave.law import ANNUAL, LONG, UNPAID, LeaveLaw, law_on
from workflows.leave.refusals import Refusal
from workflows.leave.rules.carry import carried
from workflows.leave.rules.facts import Application, Facts
from workflows.leave.rules.unpaid import report_by
from workflows.wording import plain_date, working_days
from workflows.workdays import ONE_DAY, Span, WorkCalendar, years_later


def may_defer(facts: Facts, application: Application, until: date | None = None) -> Refusal | None:
    """Why the authorised official cannot defer this leave (until that day), or None.

    Source: PP 11/2017 art. 313(4) and 317; Peraturan BKN 24/2017 III.A-B and III.D.
    """
    law = law_on(application.span.first)
    if application.is_birth or application.type == "maternity":
        return say.refusal("not_deferrable", "outcome", say.BIRTH_NOT_DEFERRABLE)
    if application.type == LONG and application.case in {"hajj_first", "religious"}:
        return say.refusal("not_deferrable", "outcome", say.HAJJ_NOT_DEFERRABLE)
    if application.type not in law.deferrable:
        return say.refusal("not_deferrable", "outcome", say.NOT_DEFERRABLE)
    return _lost(facts, application, law) or _too_far(application, until, law)


def deferred_until(application: Application) -> date:
    """The last day to which leave can be deferred: for annual leave the end of the next year.

    Source: PP 11/2017 art. 313(4) and 317 (one year at most).
    """
    first, years = application.span.first, law_on(application.span.first).deferral_years
    return date(first.year + years, 12, 31) if application.type == ANNUAL else years_later(first, years)


def _lost(facts: Facts, application: Application, law: LeaveLaw) -> Refusal | None:
    """PPPK staff keep what their contract lets them keep; more than that cannot be put off."""
    if facts.applicant.kind != "PPPK" or application.type != ANNUAL:
        return None
    days = facts.calendar.working_days(application.span)
    kept = carried(facts.applicant, days, unused_two_years=False, deferred=days, law=law)
    return say.refusal("deferred_lost", "outcome", say.DEFERRED_LOST, working_days(kept)) if kept < days else None


def _too_far(application: Application, until: date | None, law: LeaveLaw) -> Refusal | None:
    latest, earliest = deferred_until(application), application.span.first + ONE_DAY
    if until is None or earliest <= until <= latest:
        return None
    return say.refusal("deferred_too_far", "until", say.DEFERRED_TOO_FAR, plain_date(earliest), plain_date(latest))


def may_recall(type: str, law: LeaveLaw) -> Refusal | None:
    """Why nobody can be called back from this type of leave, or None.

    Source: PP 11/2017 art. 338; Peraturan BKN 7/2022 for PPPK.
    """
    return None if type in law.recallable else say.refusal("not_recallable", "", say.NOT_RECALLABLE)


@dataclass(frozen=True)
class Return:
    """Back at work: by which day it was due, how many days late it is, and what follows.

    ``late_days``: calendar days after unpaid leave, working days after other leave.
    """

    due: date
    late_days: int
    flags: tuple[str, ...]


def reporting_back(calendar: WorkCalendar, type: str, ended: date, returned: date, law: LeaveLaw) -> Return:
    """When somebody had to be back, and whether they are late.

    After unpaid leave that is a month; who reports later is dismissed with honour by a procedure of its own.

    Source: PP 11/2017 art. 337; Peraturan BKN 24/2017 III.G; letter of leave, form 1.b (report back after leave).
    """
    if type == UNPAID:
        due = report_by(ended, law)
        late = max(0, (returned - due).days)
        return Return(due, late, ("dismissal_procedure",) if late else ())
    due = calendar.nth_working_day(ended, 1)
    late = calendar.working_days(Span(due, returned - ONE_DAY)) if returned > due else 0
    return Return(due, late, ("late_return",) if late else ())


def usable_in(day: date, law: LeaveLaw) -> int:
    """The year in which a day of joint leave that was worked can be taken: its own, after its last days the next.

    Source: Peraturan BKN 7/2021; Peraturan BKN 7/2022; the Keppres on joint leave of the year.
    """
    return day.year + ((date(day.year, 12, 31) - day).days < law.joint_last_days)


def days_not_taken(calendar: WorkCalendar, application: Application, since: date) -> dict[int, int]:
    """The working days of annual leave from a day on, by the year in which they lie: what comes back.

    Source: PP 11/2017 art. 338 (leave not yet taken stays a right).
    """
    span, back = application.span, {}
    for year in range(span.first.year, span.last.year + 1):
        first, last = max(span.first, since, date(year, 1, 1)), min(span.last, date(year, 12, 31))
        if first <= last and (days := calendar.working_days(Span(first, last))):
            back[year] = days
    return back
