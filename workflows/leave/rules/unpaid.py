"""Unpaid leave (cuti di luar tanggungan negara): three years and one more, for six personal reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import workflows.leave.refusals as say
import workflows.leave.rules.notes as notes
from workflows.leave.law import UNPAID, LeaveLaw
from workflows.leave.refusals import Refusal
from workflows.leave.rules.common import counted, on_dates, too_long
from workflows.leave.rules.facts import Absence, Application, Assessment, Facts
from workflows.months import end_of
from workflows.wording import months, plain_date
from workflows.workdays import ONE_DAY


def assess_unpaid(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Judge a request for unpaid leave, or for its one extension, which begins the day after it ends.

    Source: PP 11/2017 art. 334-337; Peraturan BKN 24/2017 III.G.
    """
    span, earlier = application.span, stretches_before(facts, application)
    most = law.unpaid_extension_months if earlier else law.unpaid_months
    return replace(
        counted(facts, application.type, span, law),
        refusals=(
            *(_extended(earlier, law) if earlier else _waiting(facts, application, law)),
            *on_dates(facts, application, span, law),
            *too_long(span, end_of(span.first, most), months(most)),
        ),
        notes=(notes.UNPAID, notes.EXTENSION) if earlier else (notes.UNPAID,),
        flags=("extension",) if earlier else (),
    )


def stretches_before(facts: Facts, application: Application) -> tuple[Absence, ...]:
    """The unpaid leave that this one goes on from, the latest first."""
    found: list[Absence] = []
    first = application.span.first
    for absence in reversed(facts.of_type(UNPAID)):
        if absence.span.last == first - ONE_DAY:
            found.append(absence)
            first = absence.span.first
    return tuple(found)


def report_by(ended: date, law: LeaveLaw) -> date:
    """The last day for reporting back after unpaid leave.

    Source: PP 11/2017 art. 337; Peraturan BKN 24/2017 III.G (one month; afterwards dismissal with honour).
    """
    return end_of(ended + ONE_DAY, law.unpaid_report_months)


def _waiting(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    since = facts.applicant.serves_from(law.unpaid_waiting_years)
    if since is not None and application.span.first < since:
        years = say.same(law.unpaid_waiting_years)
        yield say.refusal("waiting_period", "first", say.WAITING_YEARS, years, plain_date(since))


def _extended(earlier: tuple[Absence, ...], law: LeaveLaw) -> Iterator[Refusal]:
    if len(earlier) > 1:
        report = plain_date(report_by(earlier[0].span.last, law))
        yield say.refusal("unpaid_extended", "first", say.UNPAID_EXTENDED, report)
