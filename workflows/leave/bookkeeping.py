"""The arithmetic of the ledger: entries, the buckets they add up to, and the entries that move days.

A *bucket* is the entitlement of one calendar year. Days are working days and always whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: changes to a bucket. ``in_year``: the year of the leave, or in which the change holds.

    Kinds: ``opening``, ``grant``, ``carry`` (what lapses at the turn of a year), ``reserve``, ``debit``,
    ``release``, ``defer``.
    """

    bucket: int
    kind: str
    in_year: int
    granted: int = 0
    used: int = 0
    reserved: int = 0

    @property
    def left(self) -> int:
        """What the entry adds to what can still be taken."""
        return self.granted - self.used - self.reserved


def buckets(entries: Iterable[Entry], year: int) -> dict[int, int]:
    """What is left in each bucket up to ``year``, oldest first."""
    left: dict[int, int] = {}
    for entry in entries:
        if entry.bucket <= year:
            left[entry.bucket] = left.get(entry.bucket, 0) + entry.left
    return dict(sorted(left.items()))


def available(entries: Collection[Entry], year: int, opened: int) -> int:
    """The days that can be taken in a year: all buckets once it is open, before that only its own."""
    left = buckets(entries, year)
    return max(0, sum(left.values()) if year <= opened else left.get(year, 0))


def oldest_first(left: dict[int, int], days: int) -> tuple[tuple[int, int], ...]:
    """The days taken from each bucket. Raises ValueError when there are not enough.

    Source: none in the regulation; the oldest bucket goes first because it lapses first.
    """
    taken: list[tuple[int, int]] = []
    for bucket, there in sorted(left.items()):
        if (share := min(there, days)) > 0:
            taken.append((bucket, share))
            days -= share
    if days:
        raise ValueError("more days than the buckets hold")
    return tuple(taken)


def reserve(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Days put aside for a request."""
    return tuple(Entry(bucket, "reserve", year, reserved=days) for bucket, days in debits)


def debit(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days that become used ones."""
    return tuple(Entry(bucket, "debit", year, used=days, reserved=-days) for bucket, days in debits)


def release(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days that are given back."""
    return tuple(Entry(bucket, "release", year, reserved=-days) for bucket, days in debits)


def defer(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days given back that count in full next year.

    Source: PP 11/2017 art. 313(4)-(5); Peraturan BKN 24/2017 III.A (deferred at most one year).
    """
    return tuple(Entry(bucket, "defer", year, reserved=-days) for bucket, days in debits)
