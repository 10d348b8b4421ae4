"""How long playing a package's scenarios may take: what does not fit is told, and never counts as failed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType

ENOUGH = 2.5
"""Seconds of processor time after which a scenario is itself too slow, and not the machine too busy."""


class OutOfTime(BaseException):
    """The time for this is over; no `Exception`, so that nothing on the way takes it for a failure of its own."""

    def __init__(self, *, too_slow: bool = False) -> None:
        super().__init__()
        self.too_slow = too_slow


@contextmanager
def in_time(until: float) -> Iterator[None]:
    """Let something run until a moment of the monotonic clock; the limit for judging the files stands still.

    Only in the main thread, unless ``until`` is endless. Raises `OutOfTime`.
    """
    if until == inf:
        yield
        return
    left, started = until - time.monotonic(), time.process_time()
    if left <= 0:
        raise OutOfTime
    judging, _ = signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    except OutOfTime:
        raise OutOfTime(too_slow=time.process_time() - started > ENOUGH) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, judging)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
