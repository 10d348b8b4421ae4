"""Annual leave: who may take how many working days, and from which year's bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import workflows.leave.openings as openings
import workflows.leave.refusals as say
import workflows.leave.rules.notes as notes
from workflows.leave.bookkeeping import Entry, oldest_first, usable
from workflows.leave.law import ANNUAL, EARLY_GROUNDS, LONG, LeaveLaw, law_on
from workflows.leave.refusals import Refusal
from workflows.leave.rules.common import counted, on_dates
from workflows.leave.rules.facts import Application, Assessment, Debit, Facts, years_of
from workflows.wording import plain_date, working_days
from workflows.workdays import Span

MOST_TRAVEL = 366
"""More days of travel are refused anyhow, and not reckoned with."""


@dataclass(frozen=True)
class _Part:
    """The days of a request that lie in one year, and what there is for them."""

    span: Span
    days: int
    left: dict[int, int]
    limit: int

    @property
    def year(self) -> int:
        """The year in which the days lie."""
        return self.span.first.year

    @property
    def debits(self) -> tuple[Debit, ...]:
        """Which buckets pay for the days."""
        return tuple((self.year, bucket, days) for bucket, days in oldest_first(self.left, self.days))


def assess_annual(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Count a request for annual leave and judge it; what lies in the next year is debited there.

    Source: PP 11/2017 art. 311-313, Peraturan BKN 24/2017 III.A; for PPPK Peraturan BKN 7/2022.
    """
    span, absence = application.span, whole(application)
    parts = [_part(facts, application, part) for part in years_of(span)]
    refusals = tuple(_too_early(facts, application, law)) or (
        *_travel(facts, application, law),
        *on_dates(facts, application, absence, law),
        *_no_days(facts, span, sum(part.days for part in parts)),
        *_not_so_many(facts, parts),
    )
    return replace(
        counted(facts, ANNUAL, span, law),
        span=absence,
        available=sum(sum(part.left.values()) for part in parts),
        debits=() if refusals else tuple(debit for part in parts for debit in part.debits),
        refusals=refusals,
        notes=tuple(notes.of_annual(application)),
    )


def whole(application: Application) -> Span:
    """The absence: the leave, and after it the days of travel.

    Source: Peraturan BKN 24/2017 III.A (added to the leave, in calendar days). That they follow it is a setting.
    """
    span = application.span
    return Span(span.first, span.last + timedelta(days=min(max(0, application.travel_days), MOST_TRAVEL)))


def advance(facts: Facts, application: Application) -> tuple[Entry, ...]:
    """The grants that must be written before days can be reserved; mostly none.

    Source: as `openings.advance`.
    """
    years = (part.first.year for part in years_of(application.span))
    return tuple(entry for year in years for entry in _advance(facts, application, year))


def _advance(facts: Facts, application: Application, year: int) -> tuple[Entry, ...]:
    early = application.case in EARLY_GROUNDS
    law = law_on(date(year, 1, 1))
    return openings.advance(facts.entries, year, facts.opened, facts.applicant, law, early=early)


def _part(facts: Facts, application: Application, span: Span) -> _Part:
    year, law = span.first.year, law_on(span.first)
    entries = (*facts.entries, *_advance(facts, application, year))
    left = usable(entries, year, facts.opened)
    if year in long_years(facts):
        left[year] = min(left.get(year, 0), openings.joint_left(entries, year))
    there = sum(left.values())
    if not facts.applicant.has_served_by(span.first, law):
        there = min(there, max(0, law.pppk_early_days - _taken_early(facts, law)))
    return _Part(span, facts.calendar.working_days(span), left, there)


def long_years(facts: Facts) -> frozenset[int]:
    """The years that have no annual leave of their own, because long leave begins in them or is asked for.

    Source: PP 11/2017 art. 316; Peraturan BKN 24/2017 III.B (Ahmad: the next year keeps its annual leave).
    """
    return frozenset(absence.span.first.year for absence in facts.of_type(LONG, decided=False))


def _taken_early(facts: Facts, law: LeaveLaw) -> int:
    """The days of annual leave that PPPK staff took, or asked for, before their first year was over."""
    earlier = (
        absence
        for absence in facts.of_type(ANNUAL, decided=False)
        if not facts.applicant.has_served_by(absence.span.first, law)
    )
    return sum(absence.days or facts.calendar.working_days(absence.span) for absence in earlier)


def _too_early(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    """Reasons within the waiting period that leave nothing to count."""
    who = facts.applicant
    since = who.serves_from(law.waiting_years)
    if since is None or since <= application.span.first:
        return
    if who.kind != "PPPK":
        yield say.refusal("waiting_period", "first", say.WAITING, plain_date(since))
    elif application.case not in EARLY_GROUNDS:
        yield say.refusal("early_ground", "case", say.EARLY_GROUND, plain_date(since))
    elif application.case != "first_marriage" and application.relation not in ("", *law.pppk_early_relations):
        yield say.refusal("early_relation", "relation", say.EARLY_RELATION, plain_date(since))


def _travel(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    most = law.pppk_travel_days if facts.applicant.kind == "PPPK" else law.travel_days
    if not 0 <= application.travel_days <= most:
        yield say.refusal("travel_days", "travel_days", say.TRAVEL, say.same(most))


def _no_days(facts: Facts, span: Span, days: int) -> Iterator[Refusal]:
    unknown = [year for year in range(span.first.year, span.last.year + 1) if year not in facts.calendar.years]
    if unknown:
        yield say.refusal("no_calendar", "first", say.NO_CALENDAR, say.same(unknown[0]))
    if days < 1:
        yield say.refusal("no_working_day", "last", say.NO_WORKING_DAY)


def _not_so_many(facts: Facts, parts: list[_Part]) -> Iterator[Refusal]:
    for part in parts:
        if part.days > part.limit:
            yield _too_many(facts, parts, part)
            return


def _too_many(facts: Facts, parts: list[_Part], part: _Part) -> Refusal:
    first = part is parts[0]
    if part.limit == 0 and first:
        if part.year in long_years(facts):
            next_year = plain_date(date(part.year + 1, 1, 1))
            return say.refusal("long_leave_year", "first", say.LONG_LEAVE_YEAR, say.same(part.year), next_year)
        return say.refusal("nothing_left", "first", say.NOTHING_LEFT)
    last = facts.calendar.last_day_of(part.span.first, part.limit) if part.limit else parts[0].span.last
    until, days, limit = plain_date(last), working_days(part.days), working_days(part.limit)
    if len(parts) == 1:
        return say.refusal("too_many", "last", say.TOO_MANY, days, limit, until)
    return say.refusal("too_many", "last", say.TOO_MANY_IN_YEAR, days, limit, until, say.same(part.year))
