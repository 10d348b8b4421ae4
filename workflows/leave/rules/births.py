"""Leave for a birth: maternity leave for the first three births in service, long leave from the fourth on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import workflows.leave.refusals as say
from workflows.leave.law import LONG, MATERNITY, LeaveLaw
from workflows.leave.refusals import Refusal
from workflows.leave.rules.common import MAN, counted, on_dates, too_long
from workflows.leave.rules.facts import LONGEST_BREAK, Absence, Application, Assessment, Facts
from workflows.months import end_of
from workflows.wording import months, plain_date
from workflows.workdays import ONE_DAY, Span

LETTERS_OF_DOCTORS = frozenset({"doctor", "government_doctor", "health_team"})


def assess_maternity(facts: Facts, application: Application, law: LeaveLaw) -> Assessment:
    """Judge a request for maternity leave; leave that goes on from earlier leave for a birth is for that birth.

    Source: PP 11/2017 art. 325-327; Peraturan BKN 24/2017 III.D; Peraturan BKN 7/2022 for PPPK.
    """
    span = application.span
    extended = application.letter in LETTERS_OF_DOCTORS
    length = law.maternity_months + (law.maternity_extension_months if extended else 0)
    return replace(
        counted(facts, application.type, span, law),
        refusals=(
            *_maternity_at_all(facts, application, law),
            *on_dates(facts, application, span, law),
            *longer_than_a_birth(facts, application, length),
        ),
    )


def longer_than_a_birth(facts: Facts, application: Application, length: int) -> Iterator[Refusal]:
    """Nothing, or the refusal of leave that ends more than so many months after the leave for this birth began."""
    span, most = application.span, end_of(began(facts, application), length)
    if most < span.first:
        yield say.refusal("too_long", "first", say.BIRTH_LEAVE_TAKEN, months(length), plain_date(most))
    else:
        yield from too_long(span, most, months(length))


def began(facts: Facts, application: Application) -> date:
    """The day on which the leave for this birth began."""
    return min([application.span.first, *(absence.span.first for absence in _same_birth(facts, application))])


def _same_birth(facts: Facts, application: Application) -> tuple[Absence, ...]:
    """The leave for a birth that this one goes on from: no working day parts them.

    Source: PP 11/2017 art. 325 (three months for a birth). That days off do not part it is a setting.
    """
    found: list[Absence] = []
    first = application.span.first
    for absence in sorted(_for_births(facts, decided=False), key=lambda absence: absence.span.last, reverse=True):
        days_off = (first - absence.span.last).days - 1
        if days_off < 0 or days_off > LONGEST_BREAK:
            continue
        if not days_off or not facts.calendar.working_days(Span(absence.span.last + ONE_DAY, first - ONE_DAY)):
            found.append(absence)
            first = absence.span.first
    return tuple(found)


def _for_births(facts: Facts, *, decided: bool = True) -> list[Absence]:
    leaves = facts.of_type(MATERNITY, LONG, decided=decided)
    return [absence for absence in leaves if absence.type == MATERNITY or absence.case == "birth"]


def births_known(facts: Facts, application: Application) -> int:
    """The births since becoming PNS or PPPK that the record knows of, the one at hand not counted.

    Births before that do not count, twins are one birth, and so is one with two leaves.

    Source: PP 11/2017 art. 325; Peraturan BKN 24/2017 III.D.
    """
    first, this_one = application.span.first, _same_birth(facts, application)
    leaves = [each for each in _for_births(facts) if each.span.first < first and each not in this_one]
    stated = {absence.birth_order for absence in leaves if absence.birth_order}
    unstated = sum(not absence.birth_order for absence in leaves)
    return max(facts.applicant.births_before + len(stated) + unstated, *stated, 0)


def birth_order(facts: Facts, application: Application) -> int:
    """The how-manieth birth it is: as stated, now or for leave that this one goes on from, or the next on record."""
    stated = (absence.birth_order for absence in _same_birth(facts, application))
    return application.birth_order or max(stated, default=0) or births_known(facts, application) + 1


def long_leave_for_birth(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    """Refusals of long leave for a birth: it is for the births that maternity leave is not for.

    Source: Peraturan BKN 24/2017 III.D (no five years of service, no deferral, as long as maternity leave).
    """
    if facts.applicant.sex == MAN:
        yield say.refusal("women_only", "case", say.WOMEN_ONLY)
        return
    yield from _order(facts, application)
    if (order := birth_order(facts, application)) <= law.maternity_births:
        yield say.refusal("use_maternity", "case", say.USE_MATERNITY, say.same(order))


def _maternity_at_all(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[Refusal]:
    who = facts.applicant
    if who.sex == MAN:
        yield say.refusal("women_only", "type", say.WIFE_OF_PPPK if who.kind == "PPPK" else say.WIFE_GIVES_BIRTH)
        return
    yield from _order(facts, application)
    if (order := birth_order(facts, application)) > law.maternity_births:
        text = say.USE_LONG_LEAVE if LONG in who.types(law) else say.NO_FURTHER_BIRTH
        yield say.refusal("fourth_birth", "type", text, say.same(law.maternity_births), say.same(order))


def _order(facts: Facts, application: Application) -> Iterator[Refusal]:
    expected = births_known(facts, application) + 1
    if application.birth_order and application.birth_order < expected:
        yield say.refusal("birth_order", "birth_order", say.BIRTH_ORDER, say.same(expected))
