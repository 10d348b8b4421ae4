"""Sick leave: how long, and on whose letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import workflows.leave.refusals as say
import workflows.leave.rules.notes as notes
from workflows.leave.law import SICK, LeaveLaw
from workflows.leave.refusals import Refusal
from workflows.leave.rules.births import LETTERS_OF_DOCTORS
from workflows.leave.rules.common import MAN, counted, on_dates, too_long
from workflows.leave.rules.facts import LONGEST_BREAK, Application, Assessment, Facts, days_in
from workflows.months import end_of
from workflows.wording import calendar_days, plain_date
from workflows.workdays import ONE_DAY, Span

HEALTH_TEAM = "health_team"
GOVERNMENT = frozenset({"government_doctor", HEALTH_TEAM})
"""Letters that do for more than fourteen days.

Source: PP 11/2017 art. 320(2) (a doctor in state service or in a government health unit).
"""
ILLNESS = frozenset({"", "illness"})


def assess_sick(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Judge a request for sick leave; leave that goes on from earlier sick leave is one illness with it.

    Source: PP 11/2017 art. 319-321; Peraturan BKN 24/2017 III.C as changed by 7/2021; Peraturan BKN 7/2022 for PPPK.
    """
    span = application.span
    judged = {"miscarriage": _miscarriage, "work_accident": _accident}.get(application.case, _illness)
    refusals = tuple(judged(facts, application, law))
    return replace(
        counted(facts, application.type, span, law),
        refusals=(*refusals, *on_dates(facts, application, span, law)),
        notes=(notes.SUPERIOR_ONLY,) if is_one_day(facts, application) else (),
        flags=tuple(_flags(facts, application, refusals)),
    )


def illness(facts: Facts, application: Application) -> Span:
    """The whole illness: the leave, with sick leave before and after it that no working day parts from it.

    Source: PP 11/2017 art. 320 (the limits are of an illness). That days off do not part it is a setting.
    """
    whole = application.span
    others = [other.span for other in facts.of_type(SICK, decided=False) if other.case in ILLNESS]
    while joined := [span for span in others if _touches(facts, whole, span)]:
        whole = Span(min(whole.first, *(s.first for s in joined)), max(whole.last, *(s.last for s in joined)))
        others = [span for span in others if span not in joined]
    return whole


def _touches(facts: Facts, one: Span, other: Span) -> bool:
    if one.overlaps(other):
        return True
    earlier, later = sorted((one, other), key=lambda span: span.first)
    gap = (later.first - earlier.last).days - 1
    if gap == 0 or gap > LONGEST_BREAK:
        return gap == 0
    return facts.calendar.working_days(Span(earlier.last + ONE_DAY, later.first - ONE_DAY)) == 0


def is_one_day(facts: Facts, application: Application) -> bool:
    """Whether it is the sickness of a single day, of which the superior is told and nobody decides.

    Source: Peraturan BKN 7/2021; Peraturan BKN 7/2022 for PPPK.
    """
    return application.type == SICK and days_in(_extent(facts, application)) == 1


def is_long(facts: Facts, application: Application, law: LeaveLaw) -> bool:
    """Whether it is sick leave of more than fourteen days.

    Source: PP 11/2017 art. 320(2).
    """
    return application.type == SICK and days_in(_extent(facts, application)) > law.sick_doctor_days


def _extent(facts: Facts, application: Application) -> Span:
    return illness(facts, application) if application.case in ILLNESS else application.span


def _flags(facts: Facts, application: Application, refusals: tuple[Refusal, ...]) -> Iterator[str]:
    if is_one_day(facts, application):
        yield "superior_only"
    codes = {refusal.code for refusal in refusals}
    if "pppk_sick_too_long" in codes:
        yield "contract_rule"
    if "sick_too_long" in codes:
        yield "health_test"


def _illness(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    whole = illness(facts, application)
    if facts.applicant.kind == "PPPK":
        most = end_of(whole.first, law.pppk_sick_months)
        if whole.last > most:
            values = say.same(law.pppk_sick_months), plain_date(most)
            yield say.refusal("pppk_sick_too_long", "last", say.PPPK_SICK_TOO_LONG, *values)
    elif whole.last > end_of(whole.first, law.sick_months):
        yield from _over_a_year(whole, application, law)
        return
    yield from _letter(whole, application, law)


def _over_a_year(whole: Span, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    first, year = whole.first, end_of(whole.first, law.sick_months)
    most = end_of(first, law.sick_months + law.sick_extra_months)
    if whole.last > most:
        total = say.same(law.sick_months + law.sick_extra_months)
        yield say.refusal("sick_too_long", "last", say.SICK_TOO_LONG, total, plain_date(most))
    elif application.letter != HEALTH_TEAM:
        text = say.HEALTH_TEAM if year >= application.span.first else say.HEALTH_TEAM_NOW
        yield say.refusal("health_team", "letter", text, say.same(law.sick_months), plain_date(year))


def _letter(whole: Span, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    most = whole.first + timedelta(days=law.sick_doctor_days - 1)
    if whole.last > most and application.letter not in GOVERNMENT:
        days = say.same(law.sick_doctor_days)
        if most >= application.span.first:
            yield say.refusal("government_doctor", "letter", say.GOVERNMENT_DOCTOR, days, plain_date(most))
        else:
            since = plain_date(whole.first)
            yield say.refusal("government_doctor", "letter", say.GOVERNMENT_DOCTOR_NOW, days, since)
    elif application.letter not in LETTERS_OF_DOCTORS:
        yield say.refusal("doctor_letter", "letter", say.LETTER_WANTED)


def _miscarriage(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    if facts.applicant.sex == MAN:
        yield say.refusal("women_only", "case", say.WOMEN_ONLY)
    if application.letter not in {"midwife", *LETTERS_OF_DOCTORS}:
        yield say.refusal("midwife_letter", "letter", say.MIDWIFE_WANTED)
    most = miscarriage_until(application.span.first, law)
    yield from too_long(application.span, most, calendar_days(law.miscarriage_days))


def miscarriage_until(first: date, law: LeaveLaw) -> date:
    """The last day of sick leave after a miscarriage: one and a half months.

    Source: PP 11/2017 art. 321; Peraturan BKN 7/2022 for PPPK.
    """
    return first + timedelta(days=law.miscarriage_days - 1)


def _accident(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    """Without a limit: until recovery, for PPPK staff until the contract ends, which holds for all their leave.

    Source: PP 11/2017 art. 321 (accident in and because of duty); Peraturan BKN 7/2022.
    """
    if application.letter not in LETTERS_OF_DOCTORS:
        yield say.refusal("doctor_letter", "letter", say.LETTER_WANTED)
