"""Which names an expression has bound itself at a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The names that hold at a place: each has a place in `Run.locals`; ``item`` marks an item of a filter."""

    names: Mapping[str, int]
    outer: Scope | None = None
    item: int | None = None


def bound(name: str, scope: Scope | None) -> int | None:
    """The place of a name that the expression binds itself; None for one of the data or of a filter's items."""
    while scope is not None:
        if name in scope.names and scope.item is None:
            return scope.names[name]
        scope = scope.outer
    return None
