"""The turn of a year: what it grants, what lapses, and what a later act changes about a year that is closed.

Everything here can be asked for again: with its own result added to the entries it returns nothing more. So the
first act of a new year, the year-end job and a correction years later all come to the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from workflows.leave.bookkeeping import (
    CARRY,
    EARLY,
    FORFEIT,
    GRANT,
    JOINT,
    KEPT_IN_FULL,
    OPENING,
    Entry,
)
from workflows.leave.law import Applicant, LeaveLaw, law_on
from workflows.leave.rules.carry import carried

Years = Collection[int]


def law_of(year: int) -> LeaveLaw:
    """The law by which a year is opened."""
    return law_on(date(year, 1, 1))


def opening(
    entries: Collection[Entry], year: int, applicant: Applicant, law: LeaveLaw, long_years: Years = ()
) -> tuple[Entry, ...]:
    """The entries that open a year: its grant, and the lapse of what may not be carried into it.

    ``long_years``: the years in which the person was granted long leave (cuti besar).

    Source: PP 11/2017 art. 312-313 and 316; Peraturan BKN 24/2017 III.A.
    """
    granted = grant(entries, year, applicant, law)
    return (*granted, *_corrections((*entries, *granted), year, applicant, law, long_years))


def settle(entries: Collection[Entry], opened: int, applicant: Applicant, long_years: Years = ()) -> tuple[Entry, ...]:
    """What follows from a change for years that are open or closed: mostly a further lapse, or nothing.

    Source: as `opening`.
    """
    found: tuple[Entry, ...] = ()
    for year in range(min((entry.bucket for entry in entries), default=opened), opened):
        found += _corrections((*entries, *found), year, applicant, law_of(year), long_years)
    return found + opening((*entries, *found), opened, applicant, law_of(opened), long_years)


def grant(entries: Collection[Entry], year: int, applicant: Applicant, law: LeaveLaw) -> tuple[Entry, ...]:
    """The grant of a year's bucket, if the person is entitled to one and does not have it yet.

    Source: PP 11/2017 art. 312; Peraturan BKN 7/2022 for PPPK.
    """
    if _granted(entries, year) or not applicant.is_entitled_in(year, law):
        return ()
    return (Entry(year, GRANT, year, granted=law.annual_days),)


def advance(
    entries: Collection[Entry], year: int, opened: int, applicant: Applicant, law: LeaveLaw, *, early: bool
) -> tuple[Entry, ...]:
    """The grant that must be written before days of a year can be reserved; mostly nothing.

    It is the bucket of next year asked for in this one, or (``early``: there is a reason that the law lists) the
    few days of PPPK staff in their first year.

    Source: as `grant`; the few days of the first year by Peraturan BKN 7/2022.
    """
    if year > opened and (granted := grant(entries, year, applicant, law)):
        return granted
    if early and applicant.kind == "PPPK" and not _granted(entries, year):
        return (Entry(year, EARLY, year, granted=law.pppk_early_days),)
    return ()


def entitlement(entries: Iterable[Entry], year: int) -> int:
    """The days that a year's bucket was given, without joint-leave duty and less what long leave took of it."""
    return sum(e.granted for e in entries if e.bucket == year and e.kind in (GRANT, EARLY, OPENING, FORFEIT))


def taken_in(entries: Iterable[Entry], year: int) -> int:
    """The days of leave in a year, taken or put aside, of whatever bucket."""
    return sum(entry.taken for entry in entries if entry.in_year == year)


def deferred(entries: Iterable[Entry], bucket: int, year: int) -> int:
    """The days of a bucket that came back in a year because the office needed the person.

    Source: PP 11/2017 art. 313(4)-(5) (deferral); art. 338 (recall: what was not used stays a right).
    """
    kept = (e.taken for e in entries if e.bucket == bucket and e.in_year == year and e.kind in KEPT_IN_FULL)
    return max(0, -sum(kept))


def joint_left(entries: Collection[Entry], year: int) -> int:
    """Unused days for duty on joint leave; of their bucket they are used first, because they lapse whole.

    Source: Peraturan BKN 7/2021 and 7/2022 (usable in the current year only).
    """
    own = [entry for entry in entries if entry.bucket == year and entry.in_year <= year]
    credited = sum(entry.granted for entry in own if entry.kind == JOINT)
    return max(0, min(credited - sum(e.taken for e in own), sum(e.left for e in own)))


def _granted(entries: Iterable[Entry], year: int) -> int:
    return sum(e.granted for e in entries if e.bucket == year and e.kind in (GRANT, EARLY, OPENING))


@dataclass(frozen=True)
class _Turn:
    """One turn of a year for one person."""

    entries: Collection[Entry]
    year: int
    applicant: Applicant
    law: LeaveLaw
    long_years: Years

    def left(self, bucket: int) -> int:
        """What was left of a bucket when the year before ended."""
        return max(0, sum(e.left for e in self.entries if e.bucket == bucket and e.in_year < self.year))

    def kept(self, bucket: int) -> int:
        """How many of them may be used in this year."""
        if bucket == self.year - 1:
            return self._kept_of_last_year()
        return self._kept_of_year_before() if bucket == self.year - 2 else 0

    def _kept_of_last_year(self) -> int:
        last = self.year - 1
        if last in self.long_years or not self.applicant.is_entitled_in(last, self.law):
            return 0  # an early grant to PPPK staff is for its reason only
        full = all(entitlement(self.entries, y) >= self.law.annual_days for y in (last, last - 1))
        unused = full and not any(taken_in(self.entries, y) for y in (last, last - 1))
        left = self.left(last) - joint_left(self.entries, last)
        put_off = deferred(self.entries, last, last)
        return carried(self.applicant, left, unused_two_years=unused, deferred=put_off, law=self.law)

    def _kept_of_year_before(self) -> int:
        """Days carried once already, which were asked for in the last year and deferred: once, and in full."""
        bucket, most = self.year - 2, self.law.carry_full
        again = deferred(self.entries, bucket, self.year - 1) - deferred(self.entries, bucket, bucket)
        ceiling = carried(self.applicant, most, unused_two_years=False, deferred=most, law=self.law)
        return max(0, min(self.left(bucket), again, ceiling - self._kept_of_last_year()))


def _corrections(
    entries: Collection[Entry], year: int, applicant: Applicant, law: LeaveLaw, long_years: Years
) -> tuple[Entry, ...]:
    """What brings the lapse into a year, and the loss to long leave in it, to what they should be by now."""
    turn = _Turn(entries, year, applicant, law, long_years)
    older = sorted({entry.bucket for entry in entries if entry.bucket < year})
    lapsed = [_brought_to(entries, bucket, CARRY, year, turn.kept(bucket) - turn.left(bucket)) for bucket in older]
    lost = _brought_to(entries, year, FORFEIT, year, -_lost(entries, year) if year in long_years else 0)
    return tuple(entry for entry in (*lapsed, lost) if entry.granted)


def _lost(entries: Collection[Entry], year: int) -> int:
    """What long leave takes of its year's own bucket: all that was not used before, but for joint-leave duty.

    Source: PP 11/2017 art. 316(3) (no annual leave in the year of long leave).
    """
    own = [e for e in entries if e.bucket == year and e.in_year <= year and e.kind != FORFEIT]
    return max(0, sum(entry.left for entry in own) - joint_left(own, year))


def _brought_to(entries: Collection[Entry], bucket: int, kind: str, year: int, wanted: int) -> Entry:
    """The line after which a kind's sum is as wanted; it takes no more than there still is."""
    own = [entry for entry in entries if entry.bucket == bucket]
    there = sum(entry.granted for entry in own if entry.kind == kind and entry.in_year == year)
    return Entry(bucket, kind, year, granted=max(wanted - there, -max(0, sum(entry.left for entry in own))))
