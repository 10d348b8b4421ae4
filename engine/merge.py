"""Three-way merge of what parallel branches wrote, so that no branch's values are lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import ServiceFailed, Text

_ABSENT = object()


class ParallelConflict(ServiceFailed):
    """Two parallel branches wrote different values to the same place; a person must decide."""

    code = "parallel-conflict"

    def __init__(self, path: str, first: str, second: str) -> None:
        super().__init__(
            Text(
                f"Cabang paralel “{first}” dan “{second}” mengisi “{path}” dengan nilai yang berbeda.",
                f"The parallel branches “{first}” and “{second}” gave “{path}” different values.",
            )
        )


def merge_branches(base: Mapping[str, Any], branches: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """What the data is after a join: ``base`` with the changes of every ``(name, data)`` branch.

    Entries appended to one list by several branches are all kept, in the order of the branches.
    Raises `ParallelConflict` where two branches changed one value differently.
    """
    merged: Mapping[str, Any] = base
    for number, (name, data) in enumerate(branches):
        try:
            merged = _merge_maps(base, merged, data, ())
        except _Contradiction as found:
            raise ParallelConflict(".".join(found.path), _author(base, branches[:number], found.path), name) from None
    return dict(merged)


class _Contradiction(Exception):
    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path


def _author(base: Mapping[str, Any], branches: Sequence[tuple[str, Mapping[str, Any]]], path: tuple[str, ...]) -> str:
    """The first branch that changed what stands at ``path``."""
    return next(name for name, data in branches if not same(_at(base, path), _at(data, path)))


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        data = data.get(key, _ABSENT) if isinstance(data, dict) else _ABSENT
    return data


def _merge_maps(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: tuple[str, ...]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in [*ours, *(k for k in theirs if k not in ours)]:
        sides = (base.get(key, _ABSENT), ours.get(key, _ABSENT), theirs.get(key, _ABSENT))
        value = _merge_values(*sides, (*path, str(key)))
        if value is not _ABSENT:
            merged[key] = value
    return merged


def _merge_values(base: Any, ours: Any, theirs: Any, path: tuple[str, ...]) -> Any:
    if same(ours, theirs) or same(base, theirs):
        return ours
    if same(base, ours):
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _merge_maps(base if isinstance(base, dict) else {}, ours, theirs, path)
    if isinstance(ours, list) and isinstance(theirs, list):
        start = base if isinstance(base, list) else []
        if same(ours[: len(start)], start) and same(theirs[: len(start)], start):
            return [*ours, *theirs[len(start) :]]
    raise _Contradiction(path)


def same(one: Any, other: Any) -> bool:
    """Equal in type too, at every depth: true and 1 are different answers."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def own_copy(value: Any) -> Any:
    """A copy that shares no list and no map with the original, at any depth."""
    if isinstance(value, dict):
        return {key: own_copy(inner) for key, inner in value.items()}
    return [own_copy(inner) for inner in value] if isinstance(value, list) else value
