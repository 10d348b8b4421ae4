"""The rules of leave, as pure functions: what a request comes to, and why it cannot be made as it is.

`assess` judges a request of any type; the other names say what may be done with it afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import workflows.leave.rules.notes as notes
from engine.errors import Text
from workflows.leave.law import ANNUAL, IMPORTANT, LONG, MATERNITY, SICK, UNPAID, LeaveLaw, law_on
from workflows.leave.rules.annual import advance, assess_annual
from workflows.leave.rules.births import assess_maternity
from workflows.leave.rules.carry import carried
from workflows.leave.rules.changes import (
    Return,
    days_not_taken,
    deferred_until,
    may_defer,
    may_recall,
    reporting_back,
    usable_in,
)
from workflows.leave.rules.common import barred, counted, far_off, interrupts, is_late, is_unplanned
from workflows.leave.rules.evidence import evidence
from workflows.leave.rules.facts import Absence, Application, Assessment, Facts
from workflows.leave.rules.important import assess_important
from workflows.leave.rules.long import assess_long
from workflows.leave.rules.pay import pay_during
from workflows.leave.rules.sick import assess_sick, is_long
from workflows.leave.rules.unpaid import assess_unpaid
from workflows.months import end_of

__all__ = [
    "Absence",
    "Application",
    "Assessment",
    "Facts",
    "Return",
    "advance",
    "assess",
    "carried",
    "days_not_taken",
    "deferred_until",
    "end_of",
    "is_unplanned",
    "may_defer",
    "may_recall",
    "pay_during",
    "reporting_back",
    "route_type",
    "usable_in",
]

_BY_TYPE: Mapping[str, Callable[[Facts, Application, LeaveLaw], Assessment]] = {
    ANNUAL: assess_annual,
    LONG: assess_long,
    SICK: assess_sick,
    MATERNITY: assess_maternity,
    IMPORTANT: assess_important,
    UNPAID: assess_unpaid,
}


def assess(facts: Facts, application: Application) -> Assessment:
    """Count a request and judge it; refusals are data, all of them, in the order in which they matter.

    Nothing is counted where the dates are far off.

    Source: as the types of leave say, each in its module.
    """
    if refusals := far_off(facts, application):
        return Assessment(application.span, 0, "working", refusals=refusals)
    law, known = law_on(application.span.first), _with_unpaid(facts)
    if refusals := barred(known, application, law):
        return replace(counted(known, application.type, application.span, law), refusals=refusals)
    found = _BY_TYPE[application.type](known, application, law)
    return replace(
        found,
        notes=(*_notes(known, application), *found.notes),
        evidence=evidence(known, application, law),
        pay=pay_during(known.applicant.kind, application.type),
        flags=(*_flags(known, application), *found.flags),
    )


def route_type(facts: Facts, application: Application) -> str:
    """The type by which the approver table finds the official: sick leave is short or long.

    Source: PP 11/2017 art. 320(2) (more than fourteen days of illness).
    """
    if application.type != SICK:
        return application.type
    return "sick_long" if is_long(facts, application, law_on(application.span.first)) else "sick_short"


def _with_unpaid(facts: Facts) -> Facts:
    """The facts with granted unpaid leave known to the applicant's clock of service."""
    unpaid = {*facts.applicant.unpaid, *(absence.span for absence in facts.of_type(UNPAID))}
    spans = tuple(sorted(unpaid, key=lambda span: span.first))
    return replace(facts, applicant=replace(facts.applicant, unpaid=spans))


def _notes(facts: Facts, application: Application) -> Iterator[Text]:
    for other in facts.absences:
        if other.span.overlaps(application.span) and interrupts(application, other):
            yield notes.of_interruption(other, application)
    if application.abroad:
        yield notes.ABROAD


def _flags(facts: Facts, application: Application) -> Iterator[str]:
    if any(other.span.overlaps(application.span) and interrupts(application, other) for other in facts.absences):
        yield "interrupts"
    if application.abroad:
        yield "abroad"
    if is_late(facts, application):
        yield "filed_late"
