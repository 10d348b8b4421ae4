"""The arithmetic of the ledger: entries, the buckets they add up to, and the entries that move days.

A *bucket* is the entitlement of one calendar year. A *debit* is a triple: the year in which the days of leave lie,
the bucket that pays for them, and how many. Days are working days and always whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Debit: TypeAlias = tuple[int, int, int]

OPENING, GRANT, EARLY, CARRY, FORFEIT, JOINT = "opening", "grant", "early", "carry", "forfeit", "joint"
RESERVE, DEBIT, RELEASE, DEFER = "reserve", "debit", "release", "defer"
CANCEL, RECALL, SHORTEN, INTERRUPT, RECOUNT = "cancel", "recall", "shorten", "interrupt", "recount"

TURN_OF_YEAR = (GRANT, CARRY, FORFEIT)
"""What the turn of a year writes, and what it may have to correct later."""
KEPT_IN_FULL = (DEFER, RECALL)
"""Days that came back because the office needed the person: they count in full in the next year."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: changes to a bucket. ``in_year``: the year of the leave, or in which the change holds.

    Kinds: ``opening`` (from before Alur), ``grant``, ``early`` (the few days of PPPK staff in their first year),
    ``carry`` (what lapses at the turn of a year), ``forfeit`` (by long leave), ``joint`` (duty on joint leave);
    ``reserve``, ``debit``, ``release``, ``defer``; ``cancel``, ``recall``, ``shorten``, ``interrupt``, ``recount``
    (days of granted leave that come back or are added). What is undone stands twice: the second line has the
    opposite figures.
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

    @property
    def taken(self) -> int:
        """What the entry adds to what was taken or is put aside."""
        return self.used + self.reserved


def buckets(entries: Iterable[Entry], year: int) -> dict[int, int]:
    """What is left in each bucket up to ``year``, oldest first."""
    left: dict[int, int] = {}
    for entry in entries:
        if entry.bucket <= year:
            left[entry.bucket] = left.get(entry.bucket, 0) + entry.left
    return dict(sorted(left.items()))


def usable(entries: Collection[Entry], year: int, opened: int) -> dict[int, int]:
    """The buckets that pay for leave in a year, oldest first: all once it is open, before that only its own."""
    left = buckets(entries, year)
    there = left if year <= opened else {year: left.get(year, 0)}
    return {bucket: max(0, days) for bucket, days in there.items()}


def available(entries: Collection[Entry], year: int, opened: int) -> int:
    """The days that can be taken in a year: all buckets once it is open, before that only its own."""
    return sum(usable(entries, year, opened).values())


def oldest_first(left: Mapping[int, int], days: int) -> tuple[tuple[int, int], ...]:
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


def newest_first(debits: Iterable[Debit], back: Mapping[int, int]) -> tuple[Debit, ...]:
    """Which debits the last days of a leave were paid by. ``back``: how many come back, by year of the leave.

    The first days of a leave are paid by the oldest bucket, so the last days are the newest bucket's.
    Raises ValueError when more would come back than were debited.
    """
    found: list[Debit] = []
    for year, bucket, days in sorted(debits, reverse=True):
        already = sum(count for each, _, count in found if each == year)
        if (share := min(days, back.get(year, 0) - already)) > 0:
            found.append((year, bucket, share))
    if sum(days for _, _, days in found) != sum(back.values()):
        raise ValueError("more days than were debited")
    return tuple(sorted(found))


def reserve(debits: Iterable[Debit]) -> tuple[Entry, ...]:
    """Days put aside for a request."""
    return tuple(Entry(bucket, RESERVE, year, reserved=days) for year, bucket, days in debits)


def debit(debits: Iterable[Debit]) -> tuple[Entry, ...]:
    """Reserved days that become used ones."""
    return tuple(Entry(bucket, DEBIT, year, used=days, reserved=-days) for year, bucket, days in debits)


def release(debits: Iterable[Debit]) -> tuple[Entry, ...]:
    """Reserved days that are given back."""
    return tuple(Entry(bucket, RELEASE, year, reserved=-days) for year, bucket, days in debits)


def defer(debits: Iterable[Debit]) -> tuple[Entry, ...]:
    """Reserved days given back that count in full next year.

    Source: PP 11/2017 art. 313(4)-(5); Peraturan BKN 24/2017 III.A (deferred at most one year).
    """
    return tuple(Entry(bucket, DEFER, year, reserved=-days) for year, bucket, days in debits)


def give_back(debits: Iterable[Debit], kind: str) -> tuple[Entry, ...]:
    """Used days that return to the buckets that paid for them."""
    return tuple(Entry(bucket, kind, year, used=-days) for year, bucket, days in debits)


def opposite(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries that make others as if they had never been, without deleting them."""
    return tuple(Entry(e.bucket, e.kind, e.in_year, -e.granted, -e.used, -e.reserved) for e in entries)
