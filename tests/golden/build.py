"""Cases from few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.golden.play import Case, Move
from tests.support import diagram, package


def built(
    name: str,
    nodes: str,
    flows: Sequence[str],
    before: Sequence[Move],
    after: Sequence[Move],
    files: Mapping[str, bytes] | None = None,
    **more: Any,
) -> Case:
    """A case from few words: ``nodes`` reads ``"id=kind id=kind"``; a start ``begin`` and an end ``done`` are there."""
    drawn = diagram(kinds(f"begin=startEvent done=endEvent {nodes}"), flows, **more)
    return Case(name, package(drawn, files=files), before, after)


def kinds(nodes: str) -> dict[str, str]:
    """Ids with their kinds, from ``"id=kind id=kind"``; ``user`` is a user task."""
    return {key: {"user": "userTask"}.get(kind, kind) for key, _, kind in (n.partition("=") for n in nodes.split())}


def did(*steps: str, **answers: Any) -> list[Move]:
    """Steps that people answer one after the other."""
    return [Move(step, {"by": step, **answers}) for step in steps]


def later(*, days: float = 0, hours: float = 0) -> Move:
    """Time passes, and what is due happens."""
    return Move(hours=24 * days + hours)


def on(node: str, interrupts: bool = True) -> str:
    """The attributes of a boundary event."""
    return f'attachedToRef="{node}" cancelActivity="{str(interrupts).lower()}"'
