"""A limit on how fast one token may ask, per process: a bucket that refills steadily."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

KEPT = 10_000
"""Buckets remembered; the one used longest ago is forgotten first."""


class Buckets:
    """At most ``burst`` requests at once and ``rate`` per second in the long run, for each owner."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, owner: str, at: float) -> float:
        """Take one request at the second ``at``; the seconds to wait if there is none left, else 0."""
        with self._lock:
            level, before = self._levels.pop(owner, (float(self._burst), at))
            level = min(self._burst, level + max(0.0, at - before) * self._rate)
            missing = max(0.0, 1 - level)
            self._levels[owner] = (level if missing else level - 1, at)
            if len(self._levels) > KEPT:
                self._levels.popitem(last=False)
            return missing / self._rate
