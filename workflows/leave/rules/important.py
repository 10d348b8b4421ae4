"""Leave for important reasons (cuti karena alasan penting): a month at most, for the reasons that the law lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import workflows.leave.refusals as say
from workflows.leave.law import LeaveLaw
from workflows.leave.refusals import Refusal
from workflows.leave.rules.common import WOMAN, counted, on_dates, too_long
from workflows.leave.rules.facts import Application, Assessment, Facts, days_in
from workflows.months import end_of
from workflows.wording import calendar_days, months, plain_date

OF_RELATIVES = frozenset({"relative_ill", "relative_death", "estate"})


def assess_important(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Judge a request for leave for important reasons.

    Source: PP 11/2017 art. 328-331; Peraturan BKN 24/2017 III.E.
    """
    span = application.span
    return replace(
        counted(facts, application.type, span, law),
        refusals=(
            *_reason(facts, application, law),
            *on_dates(facts, application, span, law),
            *too_long(span, end_of(span.first, law.important_months), months(law.important_months)),
        ),
    )


def _reason(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    if application.case in OF_RELATIVES:
        if not application.relation:
            yield say.refusal("relation_wanted", "relation", say.RELATION_WANTED)
        elif application.relation not in law.important_relations:
            yield say.refusal("relation", "relation", say.OTHER_RELATION)
    if application.case == "wife_birth":
        yield from _wife_birth(facts, application, law)


def _wife_birth(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    if facts.applicant.sex == WOMAN:
        yield say.refusal("men_only", "case", say.MEN_ONLY)
    elif application.inpatient_days < 1:
        yield say.refusal("inpatient_days", "inpatient_days", say.INPATIENT_WANTED)
    elif law.wife_birth_inpatient_only and days_in(application.span) > application.inpatient_days:
        last = application.span.first + timedelta(days=application.inpatient_days - 1)
        days = calendar_days(application.inpatient_days)
        yield say.refusal("inpatient_only", "last", say.INPATIENT_ONLY, days, plain_date(last))
