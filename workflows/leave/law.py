"""The numbers of the annual leave rules, with their articles and the day from which they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflows.workdays import years_later

BKN24, MAKS18 = "BKN24", "MAKS18"


@dataclass(frozen=True)
class LeaveLaw:
    """The numbers of the rules, from the day they hold.

    ``carry``: ``BKN24`` follows the text of the regulation; ``MAKS18`` caps every year at 18, as some offices do.
    """

    effective: date
    annual_days: int = 12
    """Source: PP 11/2017 art. 312; PP 49/2018 art. 78 with Peraturan BKN 7/2022 (PPPK)."""
    waiting_years: int = 1
    """Source: PP 11/2017 art. 311; Peraturan BKN 7/2022 (one year of continuous service)."""
    carry_ordinary: int = 6
    """Source: Peraturan BKN 24/2017 III.A (18 days with the current year)."""
    carry_full: int = 12
    """Source: Peraturan BKN 24/2017 III.A (24 days with the current year)."""
    carry: str = BKN24
    pppk_early_days: int = 6
    """Source: Peraturan BKN 7/2022 (annual leave within the first year, for listed reasons)."""
    pppk_carry_above_years: int = 2
    """Source: Peraturan BKN 7/2022 (up to 18 days with a contract of more than two years)."""
    pppk_full_carry_above_years: int = 3
    """Source: Peraturan BKN 7/2022 (up to 24 days with a contract of more than three years)."""


LAWS = (LeaveLaw(effective=date(2018, 1, 1)),)
"""Newest last. 2018 is the first leave year under Peraturan BKN 24/2017; a new regulation is a new line here."""

EARLY_GROUNDS = frozenset({"gravely_ill", "death", "estate", "first_marriage"})
"""Why PPPK staff may take leave in their first year.

Source: Peraturan BKN 7/2022 (a close relative gravely ill or deceased, settling their rights, first marriage).
"""


def law_on(day: date) -> LeaveLaw:
    """The law that holds on a day."""
    return next((law for law in reversed(LAWS) if law.effective <= day), LAWS[0])


@dataclass(frozen=True)
class Applicant:
    """What the rules need to know of a person. ``kind``: PNS, CPNS, PPPK; others have no annual leave here."""

    kind: str
    service_start: date | None
    contract_years: int | None = None

    def has_served_by(self, day: date, law: LeaveLaw) -> bool:
        """Whether the waiting period is over on a day.

        Source: PP 11/2017 art. 311; Peraturan BKN 7/2022.
        """
        return self.service_start is not None and years_later(self.service_start, law.waiting_years) <= day

    def is_entitled_in(self, year: int, law: LeaveLaw) -> bool:
        """Whether the year brings a bucket: whole, from 1 January or from the end of the waiting period.

        Source: Peraturan BKN 24/2017 III.A (no reduction by months).
        """
        return self.kind in {"PNS", "CPNS", "PPPK"} and self.has_served_by(date(year, 12, 31), law)
