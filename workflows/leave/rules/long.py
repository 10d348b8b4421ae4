"""Long leave (cuti besar): three months after five years of service, for hajj, a fourth birth or anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import workflows.leave.refusals as say
import workflows.leave.rules.notes as notes
from workflows.leave.bookkeeping import JOINT
from workflows.leave.law import LONG, LeaveLaw, years_of_service
from workflows.leave.refusals import Refusal
from workflows.leave.rules.births import long_leave_for_birth, longer_than_a_birth
from workflows.leave.rules.common import counted, on_dates, too_long
from workflows.leave.rules.facts import Application, Assessment, Facts
from workflows.months import end_of, months_later
from workflows.wording import months, plain_date
from workflows.workdays import ONE_DAY, Span, WorkCalendar


def assess_long(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Judge a request for long leave; annual leave used in its year moves its end back.

    Source: PP 11/2017 art. 316-318; Peraturan BKN 24/2017 III.B.
    """
    asked, used = application.span, _counted_against(facts, application)
    entitled = _entitled_until(asked, used, law)
    most = _moved_back(facts.calendar, entitled, used)
    granted = Span(asked.first, min(asked.last, most)) if asked.last <= entitled else asked
    again = next_long_leave(granted.last, facts, law)
    unknown = (
        used and entitled.year not in facts.calendar.years and (asked.last > most or asked.last.year == entitled.year)
    )
    return replace(
        counted(facts, application.type, granted, law),
        refusals=(
            *_waiting(facts, application, law),
            *on_dates(facts, application, granted, law),
            *([say.refusal("no_calendar", "last", say.NO_CALENDAR, say.same(entitled.year))] if unknown else ()),
            *_too_long(facts, application, granted, most, law),
        ),
        notes=tuple(notes.of_long(granted, asked, used, whole=asked.last >= most, again=again)),
    )


def _too_long(facts: Facts, application: Application, granted: Span, most: date, law: LeaveLaw) -> Iterator[Refusal]:
    if application.is_birth:
        return longer_than_a_birth(facts, application, law.long_months)
    return too_long(granted, most, months(law.long_months))


def _used_of(facts: Facts, year: int) -> int:
    """The days of a year's own annual leave that were used or are put aside; joint-leave duty pays first.

    Source: Peraturan BKN 24/2017 III.B.3.
    """
    own = [entry for entry in facts.entries if entry.bucket == year and entry.in_year == year]
    credited = sum(entry.granted for entry in own if entry.kind == JOINT)
    return max(0, sum(entry.used + entry.reserved for entry in own) - credited)


def next_long_leave(ended: date, facts: Facts, law: LeaveLaw) -> date:
    """The first day on which long leave can begin again.

    Source: Peraturan BKN 24/2017 III.B (Aldi: ended on 31 May 2019, again from 1 June 2024).
    """
    return years_of_service(ended + ONE_DAY, law.long_waiting_years, facts.applicant.unpaid)


def _counted_against(facts: Facts, application: Application) -> int:
    """Long leave for a birth is as long as maternity leave; from the other kinds used annual leave is taken off.

    Source: Peraturan BKN 24/2017 III.B.3 and III.D.
    """
    return 0 if application.is_birth else _used_of(facts, application.span.first.year)


def _entitled_until(asked: Span, used: int, law: LeaveLaw) -> date:
    """The end of the three months before anything is taken off.

    The regulation's example of leave that is moved back reckons from 18 November to 18 February, so that day is
    taken as the end where it is asked for and annual leave was used; else three months end the day before.

    Source: Peraturan BKN 24/2017 III.B (Ahmad, Aldi).
    """
    same_day = months_later(asked.first, law.long_months)
    return same_day if used and asked.last == same_day else end_of(asked.first, law.long_months)


def _moved_back(calendar: WorkCalendar, end: date, used: int) -> date:
    """The last working day before the ``used`` working days that are taken off the end.

    Source: Peraturan BKN 24/2017 III.B (Ahmad: 12 days used, 18 February 2020 becomes 31 January 2020).
    """
    if not used:
        return end
    steps = used + 1
    while steps:
        steps -= calendar.is_working_day(end)
        end -= ONE_DAY
    return end + ONE_DAY


def _waiting(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    if application.is_birth:
        yield from long_leave_for_birth(facts, application, law)
        return
    first = application.span.first
    hajj = application.case == "hajj_first"
    if hajj and any(absence.case == "hajj_first" for absence in facts.of_type(LONG)):
        yield say.refusal("hajj_again", "case", say.HAJJ_AGAIN)
    since = facts.applicant.serves_from(law.long_waiting_years)
    if not hajj and since is not None and first < since:
        years = say.same(law.long_waiting_years)
        yield say.refusal("waiting_period", "first", say.WAITING_YEARS, years, plain_date(since))
    if not (hajj and law.hajj_waives_interval):
        yield from _again(facts, first, law)
    if not hajj and facts.long_not_before is not None and first < facts.long_not_before:
        yield say.refusal("long_deferred", "first", say.LONG_DEFERRED, plain_date(facts.long_not_before))


def _again(facts: Facts, first: date, law: LeaveLaw) -> Iterator[Refusal]:
    ended = [absence.span.last for absence in facts.of_type(LONG, decided=False)]
    if ended and first < (again := next_long_leave(max(ended), facts, law)):
        yield say.refusal("long_again", "first", say.LONG_AGAIN, plain_date(max(ended)), plain_date(again))
