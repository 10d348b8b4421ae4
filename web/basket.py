"""What somebody has collected to change in a record and not sent: a draft of the form of the process, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import date
from typing import Any
from uuid import UUID

from web.spelling import Typed, given
from workflows.record import values
from workflows.record.histories import HISTORIES, History, RecordField

ADD, CHANGE, REMOVE = "add", "change", "remove"
NEW = "new-"
"""How the row of an addition begins; the rest is its number."""
PHOTO = "photo"
"""The type of a field whose value is a document, and the kind of evidence under which that goes along."""


@dataclass(frozen=True)
class Item:
    """One thing that is asked for and decided on its own: a field that changes, a new row, a row that goes.

    ``values`` are those of the new row, or of the one field (empty: it is emptied); nothing where a row goes.
    """

    history: str
    row: str
    action: str
    values: Mapping[str, str] = made(default_factory=dict)

    @property
    def of(self) -> History:
        """The history that it belongs to."""
        return HISTORIES[self.history]

    @property
    def fields(self) -> Iterator[tuple[RecordField, str]]:
        """The fields that it gives a value, in the order of the history."""
        return ((each, self.values[each.key]) for each in self.of.fields if each.key in self.values)

    @property
    def name(self) -> str:
        """What pages call it in a form: no two items of a basket have the same."""
        return f"{self.history}.{self.row}.{self.field}"

    @property
    def field(self) -> str:
        """The key of the field that changes; empty for a whole row."""
        return next(iter(self.values), "") if self.action == CHANGE else ""

    def entries(self) -> Iterator[dict[str, str]]:
        """Its lines in the form of the process."""
        base = {"history": self.history, "row": self.row, "action": self.action}
        pairs = [(each.key, value) for each, value in self.fields] or [("", "")]
        yield from ({**base, "field": key, "value": value} for key, value in pairs)


@dataclass(frozen=True)
class Basket:
    """The items in their order, the documents by the kind of evidence that they are, and a note to who decides."""

    items: tuple[Item, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = made(default_factory=dict)
    note: str = ""

    @classmethod
    def read(cls, typed: Typed, today: date) -> Basket:
        """What a draft keeps, or a program sent; lines that no history knows, or that say nothing, are left out."""
        answers = given(typed)
        evidence = {
            str(row["kind"]): tuple(row["files"])
            for row in answers.get("evidence", ())
            if row.get("kind") and row.get("files")
        }
        return cls(tuple(_items(answers.get("changes", ()), today)), evidence, str(answers.get("note", "")))

    def typed(self) -> dict[str, list[str]]:
        """The same as the form of the process would send it."""
        found: dict[str, list[str]] = {}
        for number, entry in enumerate(each for item in self.items for each in item.entries()):
            found |= {f"changes[{number}][{key}]": [value] for key, value in entry.items()}
        for number, (kind, ids) in enumerate(self.sent_evidence.items()):
            found |= {f"evidence[{number}][kind]": [kind], f"evidence[{number}][files][]": list(ids)}
        return found | ({"note": [self.note]} if self.note else {})

    @property
    def sent_evidence(self) -> Mapping[str, tuple[str, ...]]:
        """The documents by kind, with the photos among the new values: a document goes along only where it is named."""
        photos = tuple(value for item in self.items for each, value in item.fields if each.type == PHOTO and value)
        others = {kind: ids for kind, ids in self.evidence.items() if kind != PHOTO and ids}
        return others | ({PHOTO: photos} if photos else {})

    def changed(self, history: str, row: str, values: Mapping[str, str], keys: Iterable[str]) -> Basket:
        """With these new values of a row, in the place of what was asked for these fields before."""
        own = {f"{history}.{row}.{key}" for key in keys}
        return self._with(own, [Item(history, row, CHANGE, {key: value}) for key, value in values.items()])

    def added(self, history: str, row: str, values: Mapping[str, str]) -> Basket:
        """With a new row; one of the same token gives way."""
        item = Item(history, row, ADD, {key: value for key, value in values.items() if value})
        return self._with({item.name}, [item])

    def removed(self, history: str, row: str) -> Basket:
        """Without a row that is there; what was asked for its fields is of no use any more."""
        own = {item.name for item in self.items if (item.history, item.row) == (history, row)}
        return self._with(own, [Item(history, row, REMOVE)])

    def without(self, name: str) -> Basket:
        """Without one item."""
        return self._with({name}, [])

    def with_evidence(self, evidence: Mapping[str, tuple[str, ...]]) -> Basket:
        """With the documents of these kinds, in the place of what they had."""
        return replace(self, evidence={kind: ids for kind, ids in {**self.evidence, **evidence}.items() if ids})

    def item(self, history: str, row: str, action: str, key: str = "") -> Item | None:
        """What is asked for a row, or for one field of it."""
        wanted = f"{history}.{row}.{key}"
        return next((item for item in self.items if item.action == action and item.name == wanted), None)

    def of_row(self, history: str, row: str) -> list[Item]:
        """All that is asked for a row."""
        return [item for item in self.items if (item.history, item.row) == (history, row)]

    def next_row(self) -> str:
        """A token for another new row."""
        numbers = [int(item.row.removeprefix(NEW)) for item in self.items if item.action == ADD]
        return f"{NEW}{max(numbers, default=0) + 1}"

    def _with(self, names: set[str], items: list[Item]) -> Basket:
        """The items with those of these names replaced, where the first of them stood."""
        places = [place for place, item in enumerate(self.items) if item.name in names]
        kept = [item for item in self.items if item.name not in names]
        place = places[0] if places else len(kept)
        return replace(self, items=(*kept[:place], *items, *kept[place:]))


def _items(entries: Iterable[Mapping[str, Any]], today: date) -> list[Item]:
    """Items as they are numbered: the lines of one new row make one, any other line is one."""
    added: dict[tuple[str, str], dict[str, str]] = {}
    found: list[Item] = []
    for entry in entries:
        history, written, action, key, value = (str(entry.get(name) or "") for name in _PARTS)
        row = _row(history, written, action)
        kept = {} if action == REMOVE else _value(history, key, value, today)
        if row is None or kept is None:
            continue
        if action != ADD:
            found.append(Item(history, row, action, kept))
            continue
        if (history, row) not in added:
            added[history, row] = {}
            found.append(Item(history, row, ADD, added[history, row]))
        added[history, row].update(kept)
    return found


def _row(history: str, written: str, action: str) -> str | None:
    """The row that a line is about; None where there can be none."""
    if history not in HISTORIES or (HISTORIES[history].single and action != CHANGE):
        return None
    if action == ADD:
        return written if _NEW_ROW.fullmatch(written) else None
    try:
        return str(UUID(written)) if action in (CHANGE, REMOVE) else None
    except ValueError:
        return None


def _value(history: str, key: str, value: str, today: date) -> dict[str, str] | None:
    """The value of a field as it is kept, however it was spelled; None where it is none."""
    field = HISTORIES[history].field(key) if history in HISTORIES else None
    taken = values.read(field, value, today) if field else None
    return {key: taken} if isinstance(taken, str) else None


_PARTS = ("history", "row", "action", "field", "value")
_NEW_ROW = re.compile(rf"{NEW}[1-9][0-9]{{0,5}}")
