"""The processes and moves whose saved states are kept: every construct, half way."""

from __future__ import annotations

from collections.abc import Iterator

from tests.golden import event_cases, flow_cases
from tests.golden.play import Case


def cases() -> Iterator[Case]:
    """Every case, each with a name of its own."""
    yield from flow_cases.cases()
    yield from event_cases.cases()
