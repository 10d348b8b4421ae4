"""The rules of a proposal that need no record: what is one item, what proves it, what the table has to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

ADD, CHANGE, REMOVE = "add", "change", "remove"
OTHER = "other"
"""The kind of evidence that no rule asks for by name."""
STUDENT_FROM = 21
"""From this age on a child that counts for the allowance has to study. Source: PP 7/1977 art. 16(3)."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Asked:
    """An item as it was typed. ``places`` are the numbers of its entries in the form, by field."""

    number: int
    history: str
    row: str
    action: str
    values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    places: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def field(self) -> str:
        """The field that changes; empty for a whole row."""
        return next(iter(self.values), "") if self.action == CHANGE else ""

    @property
    def place(self) -> int:
        """The number of its first entry."""
        return min(self.places.values())


def asked(changes: Iterable[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """The items of the form's entries, numbered; entries of one new row are one item."""
    found: dict[tuple[Any, ...], Asked] = {}
    for place, entry in enumerate(changes):
        history, row, action, name = (str(entry.get(key) or "") for key in ("history", "row", "action", "field"))
        key = (history, row) if action == ADD else (history, row, action, name, place)
        item = found.setdefault(key, Asked(len(found), history, row, action))
        values_ = {**item.values, name: str(entry.get("value") or "")} if action != REMOVE else {}
        found[key] = replace(item, values=values_, places={name: place} | dict(item.places))
    return tuple(found.values())


def groups_of(rule: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The evidence that a rule asks for: of each group one kind is enough."""
    return tuple(tuple(str(kinds).split("|")) for kinds in rule.get("evidence") or ())


def missing(rule: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """The groups of evidence that a rule asks for and of which nothing was sent."""
    sent = {str(row.get("kind")) for row in evidence if files_of(row)}
    return tuple(group for group in groups_of(rule) if not sent.intersection(group))


def documents(rule: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The documents sent that prove an item by its rule, by kind; what no rule asks for proves whatever it can."""
    wanted = {kind for group in groups_of(rule) for kind in group} | {OTHER}
    found: dict[str, list[str]] = {}
    for row in evidence:
        if row.get("kind") in wanted:
            found.setdefault(str(row["kind"]), []).extend(files_of(row))
    return found


def files_of(row: Mapping[str, Any]) -> list[str]:
    """The documents of a row of evidence; what somebody sent instead is none."""
    given = row.get("files")
    return [file for file in given if isinstance(file, str)] if isinstance(given, list | tuple) else []


def case_of(history: str, field: str, held: Mapping[str, str], service_start: date | None, today: date) -> str:
    """What the decision table has to know of an item beside its field; ``held`` are the values the row would have."""
    asks = _CASES.get(history)
    return asks(field, held, service_start, today) if asks else ""


def _married(field: str, held: Mapping[str, str], start: date | None, today: date) -> str:
    states = {"married": "married", "divorced": "divorced", "widowed": "died"}
    return states.get(held.get("marital", ""), "") if field == "marital" else ""


def _spouse(field: str, held: Mapping[str, str], start: date | None, today: date) -> str:
    states = {"divorced": "divorced", "died": "died"}
    return states.get(held.get("status", ""), "") if field in ("", "status") else ""


def _child(field: str, held: Mapping[str, str], start: date | None, today: date) -> str:
    born = held.get("birth_date")
    if held.get("allowance") != "yes" or not born:
        return ""
    day = date.fromisoformat(born)
    age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return "student" if age >= STUDENT_FROM else ""


def _education(field: str, held: Mapping[str, str], start: date | None, today: date) -> str:
    graduated = held.get("graduated_on")
    return "in_service" if graduated and start and date.fromisoformat(graduated) > start else ""


def _post(field: str, held: Mapping[str, str], start: date | None, today: date) -> str:
    return "structural" if held.get("kind") == "structural" else ""


_CASES: Mapping[str, Callable[[str, Mapping[str, str], date | None, date], str]] = {
    "personal": _married,
    "spouse": _spouse,
    "child": _child,
    "education": _education,
    "position": _post,
}
