"""The numbers of the leave rules, with their articles and the day from which they hold.

Articles of PP 11/2017 other than 309-313, 319-321 and 338-341 were not read in their text; check them before go-live.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.months import length, months_later
from workflows.workdays import ONE_DAY, Span, years_later

BKN24, MAKS18 = "BKN24", "MAKS18"

ANNUAL, LONG, SICK, MATERNITY, IMPORTANT, UNPAID = "annual", "long", "sick", "maternity", "important", "unpaid"
TYPES = (ANNUAL, LONG, SICK, MATERNITY, IMPORTANT, UNPAID)
"""In the order of the official form.

Source: Peraturan BKN 24/2017, form 1.b part II.
"""

RELATIONS = (
    "mother",
    "father",
    "spouse",
    "child",
    "younger_sibling",
    "older_sibling",
    "parent_in_law",
    "child_in_law",
)


@dataclass(frozen=True)
class LeaveLaw:
    """The numbers of the rules, from the day they hold.

    Where a docstring says *setting*, the regulation is silent or open; an office may fix it otherwise (`office_law`).
    """

    effective: date

    # Who has which leave

    pns_types: tuple[str, ...] = TYPES
    """Source: PP 11/2017 art. 310."""
    cpns_types: tuple[str, ...] = (ANNUAL, SICK, MATERNITY, IMPORTANT)
    """Source: PP 11/2017 art. 340."""
    pppk_types: tuple[str, ...] = (ANNUAL, SICK, MATERNITY)
    """Source: PP 49/2018 art. 77; Peraturan BKN 7/2022."""

    in_working_days: tuple[str, ...] = ()
    """Setting: the types besides annual leave whose length is told in working days and not in calendar days.

    Source: PP 11/2017 art. 312 (annual leave); of sick leave and leave for important reasons it says nothing.
    """

    # Annual leave

    annual_days: int = 12
    """Working days a year. Source: PP 11/2017 art. 312; PP 49/2018 art. 78 with Peraturan BKN 7/2022 (PPPK)."""
    waiting_years: int = 1
    """Source: PP 11/2017 art. 311; Peraturan BKN 7/2022 (one year of continuous service)."""
    carry_ordinary: int = 6
    """Source: Peraturan BKN 24/2017 III.A (18 days with the current year)."""
    carry_full: int = 12
    """Source: Peraturan BKN 24/2017 III.A (24 days with the current year)."""
    carry: str = BKN24
    """Setting: ``BKN24`` follows the text of the regulation; ``MAKS18`` caps every year at 18, as some offices do."""
    travel_days: int = 12
    """Calendar days added for a place that is hard to reach. Source: Peraturan BKN 24/2017 III.A."""
    pppk_travel_days: int = 6
    """Calendar days. Source: Peraturan BKN 7/2022."""
    pppk_early_days: int = 6
    """Working days of the first year, for listed reasons. Source: Peraturan BKN 7/2022."""
    pppk_early_relations: tuple[str, ...] = (*RELATIONS[:6], "parent_in_law")
    """Setting where siblings are concerned, whom some texts leave out. Source: Peraturan BKN 7/2022."""
    pppk_carry_above_years: int = 2
    """Source: Peraturan BKN 7/2022 (up to 18 days with a contract of more than two years)."""
    pppk_full_carry_above_years: int = 3
    """Source: Peraturan BKN 7/2022 (up to 24 days with a contract of more than three years)."""
    joint_last_days: int = 8
    """Setting: joint leave worked on one of the last days of the year, so many, counts in the next year.

    Source: Peraturan BKN 7/2021 and 7/2022, which do not say which days these are; eight reach back to 24 December.
    """

    # Long leave

    long_months: int = 3
    """Source: PP 11/2017 art. 316."""
    long_waiting_years: int = 5
    """Also from one long leave to the next. Source: PP 11/2017 art. 316; Peraturan BKN 24/2017 III.B (Aldi)."""
    hajj_waives_interval: bool = True
    """Setting: a first hajj waits neither for five years of service, as written, nor for five since the last one."""

    # Sick leave

    sick_doctor_days: int = 14
    """Calendar days for which any doctor's letter does. Source: PP 11/2017 art. 320; Peraturan BKN 7/2022."""
    sick_months: int = 12
    """Source: PP 11/2017 art. 320(3)."""
    sick_extra_months: int = 6
    """Added on a letter of the health team. Source: PP 11/2017 art. 320(4)."""
    pppk_sick_months: int = 1
    """Source: PP 49/2018 art. 80; Peraturan BKN 7/2022."""
    miscarriage_days: int = 45
    """One and a half months, in calendar days. Source: PP 11/2017 art. 321; Peraturan BKN 7/2022."""

    # Maternity leave

    maternity_months: int = 3
    """Source: PP 11/2017 art. 325; Peraturan BKN 7/2022."""
    maternity_births: int = 3
    """Births since becoming PNS or PPPK. Source: PP 11/2017 art. 325; Peraturan BKN 24/2017 III.D."""
    maternity_extension_months: int = 0
    """Setting: further months on a doctor's letter. Source: UU 4/2024 art. 4, not yet carried into the leave rules."""

    # Leave for important reasons

    important_months: int = 1
    """Source: PP 11/2017 art. 330; Peraturan BKN 24/2017 III.E."""
    important_relations: tuple[str, ...] = RELATIONS
    """Source: PP 11/2017 art. 328."""
    wife_birth_inpatient_only: bool = True
    """Setting: as many days as the wife is an inpatient. Source: practice of BKN on Peraturan BKN 24/2017 III.E."""

    # Unpaid leave

    unpaid_waiting_years: int = 5
    """Source: PP 11/2017 art. 334."""
    unpaid_months: int = 36
    """Source: PP 11/2017 art. 335."""
    unpaid_extension_months: int = 12
    """Once. Source: PP 11/2017 art. 335."""
    unpaid_report_months: int = 1
    """For reporting back. Source: PP 11/2017 art. 337; Peraturan BKN 24/2017 III.G."""

    # Filing, deferral, objection

    late_types: tuple[str, ...] = (SICK, IMPORTANT, MATERNITY)
    """Setting: leave that nobody can plan may be filed afterwards; so may long leave for a birth."""
    late_days: int = 7
    """Setting: calendar days after the first day within which such leave is filed."""
    notice_days: int = 0
    """Setting: calendar days ahead within which planned leave must be filed; some offices want fourteen."""
    deferrable: tuple[str, ...] = (ANNUAL, LONG, IMPORTANT)
    """Source: PP 11/2017 art. 313 and 317; for important reasons a setting, as the form allows it."""
    deferral_years: int = 1
    """Source: PP 11/2017 art. 313(4) and 317."""
    recallable: tuple[str, ...] = (ANNUAL, LONG, IMPORTANT)
    """Source: PP 11/2017 art. 338; for PPPK Peraturan BKN 7/2022, which leaves annual leave of these."""
    objection_days: int = 21
    """Working days. Source: UU 30/2014 art. 77."""
    objection_answer_days: int = 10
    """Working days. Source: UU 30/2014 art. 77."""


LAWS = (LeaveLaw(effective=date(2018, 1, 1)),)
"""Newest last. 2018 is the first leave year under Peraturan BKN 24/2017; a new regulation is a new line here."""

EARLY_GROUNDS = frozenset({"gravely_ill", "death", "estate", "first_marriage"})
"""Why PPPK staff may take leave in their first year.

Source: Peraturan BKN 7/2022 (a close relative gravely ill or deceased, settling their rights, first marriage).
"""


_in_force: list[LeaveLaw] = [*LAWS]


def adopt(laws: Sequence[LeaveLaw]) -> None:
    """Let these laws hold in this process; done once, when an installation is put together. Newest last."""
    _in_force[:] = laws


def law_on(day: date) -> LeaveLaw:
    """The law that holds on a day."""
    return next((law for law in reversed(_in_force) if law.effective <= day), _in_force[0])


def years_of_service(start: date, years: int, unpaid: Iterable[Span]) -> date:
    """The day on which so many years since ``start`` are complete, unpaid leave not counted.

    Source: PP 11/2017 art. 311, 316 and 334 (continuous service); art. 336 (unpaid leave is not service).
    """
    complete = years_later(start, years)
    for span in sorted(unpaid, key=lambda span: span.first):
        if span.last < start or span.first >= complete:
            continue
        months, days = length(Span(max(start, span.first), span.last))
        complete = months_later(complete, months) + days * ONE_DAY
    return complete


@dataclass(frozen=True)
class Applicant:
    """What the rules need to know of a person.

    ``kind``: PNS, CPNS, PPPK; others have no leave here. ``sex``: L or P, None where it is not on record.
    ``births_before``: births since becoming PNS or PPPK that are known from before Alur. ``remote_workplace``:
    whether the place of work is itself hard to reach. ``unpaid``: unpaid leave that was granted.
    """

    kind: str
    service_start: date | None
    contract_years: int | None = None
    sex: str | None = None
    births_before: int = 0
    contract_start: date | None = None
    contract_end: date | None = None
    remote_workplace: bool = False
    unpaid: tuple[Span, ...] = ()

    def has_served_by(self, day: date, law: LeaveLaw) -> bool:
        """Whether the waiting period of annual leave is over on a day.

        Source: PP 11/2017 art. 311; Peraturan BKN 7/2022.
        """
        since = self.serves_from(law.waiting_years)
        return since is not None and since <= day

    def is_entitled_in(self, year: int, law: LeaveLaw) -> bool:
        """Whether the year brings a bucket: whole, from 1 January or from the end of the waiting period.

        A year that is all unpaid leave brings none.

        Source: Peraturan BKN 24/2017 III.A (no reduction by months); PP 11/2017 art. 336 (no service meanwhile).
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        away = any(span.first <= first and span.last >= last for span in self.unpaid)
        return self.kind in {"PNS", "CPNS", "PPPK"} and not away and self.has_served_by(last, law)

    def serves_from(self, years: int) -> date | None:
        """The day on which so many years of service are complete; None for somebody without service."""
        return None if self.service_start is None else years_of_service(self.service_start, years, self.unpaid)

    def contract_above(self, years: int) -> bool:
        """Whether the contract of PPPK staff runs for more than so many years."""
        if self.contract_start and self.contract_end:
            return self.contract_end >= years_later(self.contract_start, years)
        return (self.contract_years or 0) > years

    def types(self, law: LeaveLaw) -> tuple[str, ...]:
        """The types of leave that staff of this kind have, joint leave apart, which nobody asks for.

        Source: PP 11/2017 art. 310 and 340; PP 49/2018 art. 77.
        """
        return {"PNS": law.pns_types, "CPNS": law.cpns_types, "PPPK": law.pppk_types}.get(self.kind, ())
