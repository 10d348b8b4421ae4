"""How many days of a year go on to the next."""

from __future__ import annotations

from workflows.leave.law import MAKS18, Applicant, LeaveLaw


def carried(applicant: Applicant, left: int, *, unused_two_years: bool, deferred: int, law: LeaveLaw) -> int:
    """How many of the days left of a year may be used in the next.

    ``unused_two_years``: nothing was taken in that year and the year before, with full entitlements.
    ``deferred``: days of that year which the authorised official deferred.

    Source: Peraturan BKN 24/2017 III.A; for PPPK Peraturan BKN 7/2022.
    """
    ordinary = min(law.carry_ordinary, left)
    if applicant.kind == "PPPK" and not applicant.contract_above(law.pppk_carry_above_years):
        return 0
    short_contract = applicant.kind == "PPPK" and not applicant.contract_above(law.pppk_full_carry_above_years)
    if law.carry == MAKS18 or short_contract:
        return ordinary
    kept = min(deferred, left)
    if kept:
        return min(law.carry_full, kept + min(law.carry_ordinary, left - kept))
    return min(law.carry_full, left) if unused_two_years else ordinary
