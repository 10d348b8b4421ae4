"""What holds for every type of leave: who may ask for it, and on which dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import workflows.leave.refusals as say
from engine.errors import Text
from workflows.leave.law import (
    ANNUAL,
    EARLY_GROUNDS,
    IMPORTANT,
    LONG,
    MATERNITY,
    SICK,
    TYPES,
    UNPAID,
    LeaveLaw,
    law_on,
)
from workflows.leave.refusals import Refusal
from workflows.leave.rules.facts import Absence, Application, Assessment, Facts, days_in
from workflows.wording import plain_date
from workflows.workdays import Span

CASES: Mapping[str, frozenset[str]] = {
    ANNUAL: frozenset({"", *EARLY_GROUNDS}),
    LONG: frozenset({"hajj_first", "religious", "birth", "other"}),
    SICK: frozenset({"", "illness", "miscarriage", "work_accident"}),
    MATERNITY: frozenset({""}),
    IMPORTANT: frozenset({"relative_ill", "relative_death", "estate", "marriage", "wife_birth", "disaster"}),
    UNPAID: frozenset(
        {"spouse_duty", "spouse_work", "child_programme", "special_child", "special_care", "aged_parents"}
    ),
}
"""Why leave is asked for, by type; empty: no reason is asked, or illness.

Source: PP 11/2017 art. 316, 319-321, 328 and 334; Peraturan BKN 24/2017 III.B-G.
"""

MAN, WOMAN = "L", "P"

YEARS_BACK, YEARS_AHEAD = 5, 10
"""Dates further away than this are slips of the pen, and nothing is reckoned with them."""


def far_off(facts: Facts, application: Application) -> tuple[Refusal, ...]:
    """The refusal of dates with which nothing can be reckoned, such as a year of 2206 for 2026."""
    first, last, this = application.span.first.year, application.span.last.year, facts.today.year
    if first > this + 1:
        return (say.refusal("too_far", "first", say.TOO_FAR, say.same(this + 1)),)
    if first < this - YEARS_BACK or (application.filed and application.filed.year < this - YEARS_BACK):
        return (say.refusal("past", "first", say.PAST, plain_date(facts.today)),)
    if last > this + YEARS_AHEAD:
        return (say.refusal("last_too_far", "last", say.LAST_TOO_FAR),)
    return ()


def barred(facts: Facts, application: Application, law: LeaveLaw) -> tuple[Refusal, ...]:
    """Reasons that leave nothing to judge: not staff, no such leave for them, no such reason."""
    who = facts.applicant
    if who.kind not in {"PNS", "CPNS", "PPPK"} or who.service_start is None:
        return (say.refusal("not_staff", "", say.NOT_STAFF),)
    if application.type not in TYPES:
        return (say.refusal("type_unknown", "type", say.NO_SUCH_TYPE),)
    if application.type not in who.types(law):
        text = say.NOT_FOR_PPPK if who.kind == "PPPK" else say.NOT_FOR_CPNS
        return (say.refusal("type_not_available", "type", text),)
    if application.case not in CASES[application.type]:
        return (say.refusal("case", "case", say.CASE_WANTED),)
    return ()


def counted(facts: Facts, type: str, span: Span, law: LeaveLaw) -> Assessment:
    """The length of a leave as it is told, with the days left out; nothing is judged yet.

    Source: PP 11/2017 art. 312 (working days of annual leave); the months of the other types are calendar months.
    """
    if type not in (ANNUAL, *law.in_working_days):
        return Assessment(span, days_in(span), "calendar")
    calendar = facts.calendar
    return Assessment(span, calendar.working_days(span), "working", calendar.holidays(span), calendar.rest_days(span))


def too_long(span: Span, most: date, length: Text) -> Iterator[Refusal]:
    """Nothing, or the refusal of a span that goes on after ``most``."""
    if span.last > most:
        yield say.refusal("too_long", "last", say.TOO_LONG, length, plain_date(most))


def on_dates(facts: Facts, application: Application, absence: Span, law: LeaveLaw) -> Iterator[Refusal]:
    """Refusals because of the dates alone; ``absence`` is the leave as it would be granted."""
    if application.half_day:
        yield say.refusal("half_day", "first", say.HALF_DAY)
    yield from _filing(facts, application, law)
    if application.travel_days and application.type != ANNUAL:
        yield say.refusal("travel_days", "travel_days", say.TRAVEL_ANNUAL_ONLY)
    ends = facts.applicant.contract_end
    if facts.applicant.kind == "PPPK" and ends is not None and absence.last > ends:
        yield say.refusal("contract_ends", "last", say.CONTRACT_ENDS, plain_date(ends))
    for other in facts.absences:
        if other.span.overlaps(absence) and not interrupts(application, other):
            yield _overlap(application, other)


def filed_on(facts: Facts, application: Application) -> date:
    """The day on which the request counts as filed: that of the paper, else today."""
    return application.filed or facts.today


def is_late(facts: Facts, application: Application) -> bool:
    """Whether it is filed after its first day."""
    return application.span.first < filed_on(facts, application)


def is_unplanned(type: str, case: str, law: LeaveLaw) -> bool:
    """Whether it is leave that nobody can plan, which may be filed afterwards.

    Source: none in the regulation; local rules of offices, a setting.
    """
    return type in law.late_types or (type == LONG and case == "birth")


def interrupts(application: Application, other: Absence) -> bool:
    """Whether other leave is no hindrance, because this one is filed as an interruption of it.

    Granted annual leave ends where illness or a birth begins, and its other days come back; sick leave ends
    where maternity leave begins. Leave that still waits is withdrawn instead.

    Source: none in the regulation; a setting of the office.
    """
    return application.interrupts and _may_interrupt(application, other)


def _may_interrupt(application: Application, other: Absence) -> bool:
    birth = application.type == MATERNITY or application.is_birth
    stopped = {ANNUAL, SICK} if birth else {ANNUAL} if application.type == SICK else set()
    return other.decided and other.type in stopped


def _overlap(application: Application, other: Absence) -> Refusal:
    first, last = plain_date(other.span.first), plain_date(other.span.last)
    if _may_interrupt(application, other):
        return say.refusal("interrupts", "first", say.INTERRUPTS, first, last)
    return say.refusal("overlap", "first", _what_to_do(application, other), first, last)


def _what_to_do(application: Application, other: Absence) -> Text:
    if not other.decided:
        return say.OVERLAP_WAITING
    unplanned = is_unplanned(application.type, application.case, law_on(application.span.first))
    return say.OVERLAP_UNPLANNED if unplanned else say.OVERLAP


def _filing(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    first, filed = application.span.first, filed_on(facts, application)
    if filed > facts.today:
        yield say.refusal("filed_ahead", "filed", say.FILED_AHEAD, plain_date(facts.today))
    elif is_unplanned(application.type, application.case, law):
        if filed > (latest := first + timedelta(days=law.late_days)):
            yield say.refusal(
                "filed_too_late", "first", say.FILED_TOO_LATE, say.same(law.late_days), plain_date(latest)
            )
    elif first < filed:
        yield say.refusal("past", "first", say.PAST, plain_date(filed))
    elif first < (earliest := filed + timedelta(days=law.notice_days)):
        yield say.refusal("too_soon", "first", say.TOO_SOON, say.same(law.notice_days), plain_date(earliest))
