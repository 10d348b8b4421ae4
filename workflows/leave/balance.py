"""What a person's entries add up to in a year: each bucket with when it lapses, and the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from workflows.leave import bookkeeping, openings
from workflows.leave.bookkeeping import Entry

SHOWN_YEARS = 3
"""The current year and two before it.

Source: Peraturan BKN 24/2017, form 1.b part V (N, N-1, N-2).
"""


LOST = (bookkeeping.CARRY, bookkeeping.FORFEIT)
"""Lines by which days are lost: at the turn of a year, or to long leave."""


@dataclass(frozen=True)
class Bucket:
    """The days of one year's entitlement. ``lapsed``: what the turn of a year or long leave took away.

    ``deferred`` and ``joint`` are parts of it that the official put off, or that duty on joint leave added.
    ``carried``: how many of the days left go on to the next year if nobody uses them; the rest lapses on ``lapses``.
    """

    year: int
    granted: int
    lapsed: int
    used: int
    reserved: int
    deferred: int
    joint: int
    carried: int
    lapses: date

    @property
    def left(self) -> int:
        """What can still be taken."""
        return self.granted - self.lapsed - self.used - self.reserved


@dataclass(frozen=True)
class Balance:
    """An account in a year. ``left``: what can be taken in it; ``used`` and ``reserved``: by leave of this year."""

    year: int
    buckets: tuple[Bucket, ...]
    left: int
    used: int
    reserved: int

    def bucket(self, year: int) -> Bucket | None:
        """The bucket of a year, if there is anything in it."""
        return next((bucket for bucket in self.buckets if bucket.year == year), None)

    @property
    def deferred(self) -> int:
        """Days of earlier years that an official put off and that still count."""
        return sum(min(bucket.deferred, max(0, bucket.left)) for bucket in self.buckets if bucket.year < self.year)

    @property
    def joint(self) -> int:
        """Days added to this year by duty on joint leave."""
        return sum(bucket.joint for bucket in self.buckets if bucket.year == self.year)


def balance(entries: Collection[Entry], year: int, opened: int, following: Collection[Entry]) -> Balance:
    """The account as it stands in a year, newest bucket first. ``following``: what would open the next year now."""
    lapsing = _lapsing(following)
    years = sorted({entry.bucket for entry in entries if entry.bucket > year - SHOWN_YEARS}, reverse=True)
    return Balance(
        year,
        tuple(_bucket([e for e in entries if e.bucket == each], each, year, lapsing) for each in years),
        bookkeeping.available(entries, year, opened),
        sum(entry.used for entry in entries if entry.in_year == year),
        sum(entry.reserved for entry in entries if entry.in_year == year),
    )


def _bucket(own: Collection[Entry], bucket: int, year: int, lapsing: dict[int, int]) -> Bucket:
    left = sum(entry.left for entry in own)
    return Bucket(
        bucket,
        granted=sum(entry.granted for entry in own if entry.kind not in LOST),
        lapsed=-sum(entry.granted for entry in own if entry.kind in LOST),
        used=sum(entry.used for entry in own),
        reserved=sum(entry.reserved for entry in own),
        deferred=openings.deferred(own, bucket, bucket),
        joint=sum(entry.granted for entry in own if entry.kind == bookkeeping.JOINT),
        carried=max(0, left - lapsing.get(bucket, 0)) if bucket == year else 0,
        lapses=date(max(bucket, year), 12, 31),
    )


def _lapsing(following: Iterable[Entry]) -> dict[int, int]:
    """What the turn to the next year would take away of each bucket if nothing more were used."""
    lost: dict[int, int] = {}
    for entry in following:
        if entry.kind in LOST:
            lost[entry.bucket] = lost.get(entry.bucket, 0) - entry.granted
    return lost
