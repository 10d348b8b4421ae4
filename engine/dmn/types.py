"""The types of a decision file: what a value must be, and how it is brought there (DMN 10.3.2.9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from engine.feel import UnaryTests, Value
from engine.feel.values import KINDS, Run

BUILT_IN = {
    **dict.fromkeys(("string", "String", "enum"), "string"),
    **dict.fromkeys(("number", "integer", "long", "double", "decimal", "float", "Integer", "Number"), "number"),
    **dict.fromkeys(("boolean", "Boolean"), "boolean"),
    **dict.fromkeys(("date", "Date"), "date"),
    **dict.fromkeys(("dateTime", "date and time", "dateAndTime", "datetime"), "date and time"),
    **dict.fromkeys(("time", "Time"), "time"),
    **dict.fromkeys(("dayTimeDuration", "days and time duration"), "days and time duration"),
    **dict.fromkeys(("yearMonthDuration", "years and months duration"), "years and months duration"),
    **dict.fromkeys(("context", "Context"), "context"),
}
"""Names of types, as the standard and the common tools write them, to kinds of FEEL."""

EITHER_DURATION = frozenset({"duration", "daysAndTimeDuration"})
ANYTHING = frozenset({"", "Any", "any", "list", "List", "collection", "object", "Object"})


@dataclass(frozen=True)
class Type:
    """What a value must be: a kind, a context with typed ``entries``, or a list of ``element``; else anything."""

    name: str
    kind: str | None = None
    element: Type | None = None
    entries: Mapping[str, Type] = field(default_factory=dict)
    allowed: UnaryTests | None = None

    @property
    def free(self) -> bool:
        """Whether any value will do."""
        return self.kind is None and not (self.element or self.entries or self.allowed)

    def brought(self, value: Value, run: Run) -> Value:
        """The value, as a list or out of a list of one where that makes it fit; null where it does not fit."""
        if self.free or value is None:
            return value
        if self.element is not None:
            return self._as_list(value, self.element, run)
        if self._fits(value, run):
            return value
        if self.kind == "date and time" and type(value) is date:
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        return value[0] if type(value) is list and len(value) == 1 and self._fits(value[0], run) else None

    def _as_list(self, value: Value, element: Type, run: Run) -> Value:
        values = value if type(value) is list else [value]
        run.spend(len(values))
        return values if all(item is None or element._fits(item, run) for item in values) else None

    def _fits(self, value: Value, run: Run) -> bool:
        run.spend(1)
        if self.element is not None:
            return type(value) is list and self._as_list(value, self.element, run) is not None
        if self.kind is not None and KINDS.get(type(value)) != self.kind:
            return False
        if self.entries and not self._entries_fit(value, run):
            return False
        return self.allowed is None or self.allowed.passes(value, run)

    def _entries_fit(self, value: Value, run: Run) -> bool:
        if type(value) is not dict or not self.entries.keys() <= value.keys():
            return False
        return all(
            value[name] is None or entry.brought(value[name], run) is not None for name, entry in self.entries.items()
        )


ANY_TYPE = Type("Any")
