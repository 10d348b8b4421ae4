"""A person's balance worked out anew from what was decided: simple, slow, and without a line of the ledger's code.

Every decision is a fact that is added or struck out; nothing is kept but the facts. What is left of a year's days is
asked of them from the beginning, each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

FULL, ORDINARY, MOST = 12, 6, 12
"""Days of a year; what is carried of them ordinarily; what is carried at most."""

Day = tuple[int, int]
"""A day of leave: the year in which it lies, and the year whose days paid for it."""


@dataclass
class Leave:
    """An annual leave that is waiting, granted or over: its working days in order, each with what paid for it."""

    dates: list[date]
    paid: list[int]

    @property
    def days(self) -> list[Day]:
        return [(day.year, bucket) for day, bucket in zip(self.dates, self.paid, strict=True)]


@dataclass
class Facts:
    """All that was decided about one person. ``served``: when the first year of service was complete."""

    since: int
    served: date
    contract_years: int | None = None
    leaves: dict[object, Leave] = field(default_factory=dict)
    put_off: dict[object, list[Day]] = field(default_factory=dict)
    credits: dict[object, list[int]] = field(default_factory=dict)
    long: dict[object, int] = field(default_factory=dict)
    early: dict[int, int] = field(default_factory=dict)

    # What there is

    def given(self, bucket: int) -> int:
        """The days that a year brings: all of them, or none before the first year of service is over."""
        if bucket < self.since:
            return 0
        return FULL if self.served <= date(bucket, 12, 31) else 0

    def credited(self, bucket: int) -> int:
        return sum(years.count(bucket) for years in self.credits.values())

    def taken(self, bucket: int | None, before: int | None = None, within: int | None = None) -> int:
        """Days of leave, waiting or granted, that a bucket pays for, in years before or within one."""
        return sum(
            (bucket is None or day[1] == bucket)
            and (before is None or day[0] < before)
            and (within is None or day[0] == within)
            for leave in self.leaves.values()
            for day in leave.days
        )

    def deferred(self, bucket: int, year: int) -> int:
        return sum(days.count((year, bucket)) for days in self.put_off.values())

    # What becomes of it

    def unused_duty(self, bucket: int) -> int:
        """Duty on joint leave is used before the year's own days, and lapses with the year."""
        used = self.taken(bucket, before=bucket + 1)
        return max(0, self.credited(bucket) - used)

    def lost_to_long_leave(self, bucket: int) -> int:
        if bucket not in self.long.values():
            return 0
        there = self.given(bucket) + self.credited(bucket) - self.taken(bucket, before=bucket + 1)
        return max(0, there - self.unused_duty(bucket))

    def at_the_end(self, bucket: int, year: int) -> int:
        """What is left of a bucket when the year before ``year`` ends."""
        left = self.given(bucket) + self.credited(bucket) - self.lost_to_long_leave(bucket)
        left -= sum(self.lapses(bucket, each) for each in range(bucket + 1, year))
        return max(0, left - self.taken(bucket, before=year))

    def lapses(self, bucket: int, year: int) -> int:
        return self.at_the_end(bucket, year) - self.carried(bucket, year)

    def carried(self, bucket: int, year: int) -> int:
        if bucket == year - 1:
            return self.carried_first(year)
        if bucket == year - 2:
            once_more = self.deferred(bucket, year - 1) - self.deferred(bucket, bucket)
            room = self.most_carried() - self.carried_first(year)
            return max(0, min(self.at_the_end(bucket, year), once_more, room))
        return 0

    def most_carried(self) -> int:
        """By contract: more than three years all, more than two years the ordinary six, else none."""
        if self.contract_years is None or self.contract_years > 3:
            return MOST
        return ORDINARY if self.contract_years > 2 else 0

    def carried_first(self, year: int) -> int:
        last = year - 1
        if last in self.long.values() or self.given(last) == 0:
            return 0
        left = self.at_the_end(last, year) - self.unused_duty(last)
        if self.most_carried() <= ORDINARY:
            return min(left, self.most_carried())
        if put_off := min(left, self.deferred(last, last)):
            return min(MOST, put_off + min(ORDINARY, left - put_off))
        idle = all(
            self.given(each) == FULL and each not in self.long.values() and not self.taken(None, within=each)
            for each in (last, last - 1)
        )
        return min(MOST, left) if idle else min(ORDINARY, left)

    # What is shown

    def balance(self, year: int) -> dict[int, int]:
        """What is left of each year's days in a year that is open."""
        return {bucket: self.left(bucket, year) for bucket in range(self.since, year + 1)}

    def left(self, bucket: int, year: int) -> int:
        there = self.given(bucket) + self.credited(bucket) - self.lost_to_long_leave(bucket)
        there -= sum(self.lapses(bucket, each) for each in range(bucket + 1, year + 1))
        return max(0, there - self.taken(bucket))

    def pay(self, dates: Iterable[date], today: date) -> list[int]:
        """Which year's days pay for each day of a leave: the oldest first; of a year to come only its own."""
        paid: list[int] = []
        left = self.balance(today.year)
        for day in dates:
            if day.year > today.year and day.year not in left:
                left[day.year] = self.left(day.year, day.year)
            usable = [day.year] if day.year > today.year else sorted(b for b in left if b <= day.year)
            bucket = next(each for each in usable if left[each] > 0)
            left[bucket] -= 1
            paid.append(bucket)
        return paid
