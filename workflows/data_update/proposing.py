"""What a proposal asks for: from the answers of its form to the changes of rows, with what is wrong about them.

The form has an entry for each field that changes. An *item* is what is decided as one: a field that changes, a whole
new row (all entries with its token `new-1`), or a row that goes. Items are numbered from 0 in the order of the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Document
from engine.errors import Text
from engine.inspection import JPEG, PNG
from workflows.data_update.rules import ADD, CHANGE, REMOVE, Asked, asked, case_of, files_of
from workflows.positions import Person
from workflows.record import values
from workflows.record.histories import HISTORIES, History, RecordField
from workflows.record.rows import Record, Row, Write, record
from workflows.record.sight import Relations, may_propose

PHOTO = "photo"
"""The kind of evidence that brings a photo itself."""
Problems = dict[str, list[Text]]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Item:
    """An item as it can be decided and applied: the row, what it holds now, and what it is to hold.

    ``base`` is the revision that ``old`` was read from, ``case`` what the decision table has to know beside the field.
    """

    number: int
    history: str
    row: UUID
    action: str
    field: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    base: int
    case: str = ""

    @property
    def write(self) -> Write:
        """The change of the record that it is."""
        return Write(self.history, self.row, self.action, self.new, self.base)

    @property
    def facts(self) -> dict[str, Any]:
        """What the decision table is asked with."""
        return {
            "number": self.number,
            "history": self.history,
            "field": self.field,
            "action": self.action,
            "case": self.case,
        }


@dataclass(frozen=True)
class Prepared:
    """The items that can be taken, and what is wrong with the others, by the name of the form's field."""

    items: tuple[Item, ...]
    problems: Problems
    before: Record


def prepare(
    session: Session,
    person: str,
    proposer: Relations | None,
    changes: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
    *,
    instance: UUID,
    today: date,
) -> Prepared:
    """Hold what was asked for against the record as it stands.

    ``proposer``: what whoever asks is to the record (None: not looked at); new rows get their ids from ``instance``.
    """
    before = record(session, person)
    service_start = session.scalar(select(Person.service_start).where(Person.id == person))
    photos = _pictures(session, evidence)
    reading = _Reading(before, proposer, instance, today, photos, {})
    items = [item for each in asked(changes) if (item := reading.item(each)) is not None]
    reading.refuse_doubles(changes)
    items = [replace(item, case=_case(item, items, before, service_start, today)) for item in items]
    return Prepared(tuple(items), reading.problems, before)


def _pictures(session: Session, evidence: Sequence[Mapping[str, Any]]) -> set[str]:
    """The documents that were sent as photos and are pictures: a program could send a PDF."""
    sent = {file for row in evidence if row.get("kind") == PHOTO for file in files_of(row)}
    if not sent:
        return sent
    wanted = select(Document.id).where(Document.media_type.in_((JPEG, PNG)), Document.id.in_(sorted(_ids(sent))))
    return sent & {str(found) for found in session.scalars(wanted)}


def _ids(written: Iterable[str]) -> Iterator[UUID]:
    """Those that are ids at all: a draft may hold anything."""
    for one in written:
        with suppress(ValueError):
            yield UUID(one)


@dataclass
class _Reading:
    """The items of one proposal while they are held against the record."""

    before: Record
    proposer: Relations | None
    instance: UUID
    today: date
    photos: set[str]
    problems: Problems

    def item(self, asked: Asked) -> Item | None:
        """The item, or nothing once its problem is noted."""
        known = HISTORIES.get(asked.history)
        row = self._row(asked) if known else None
        wrong = self._unfit(asked, known, row)
        if wrong is not None or row is None:
            self._tell(asked, *(wrong or ("row", _UNKNOWN)))
            return None
        new = {} if asked.action == REMOVE else self._values(asked, row)
        if new is None:
            return None
        old = {} if asked.action == ADD else _held(row, asked)
        return Item(asked.number, asked.history, row.id, asked.action, asked.field, old, new, row.revision)

    def _unfit(self, asked: Asked, known: History | None, row: Row | None) -> tuple[str, Text] | None:
        """What stands against the item whatever its values are: the part of the entry, and what to do."""
        if known is None or asked.action not in (ADD, CHANGE, REMOVE):
            return "history", _UNKNOWN
        if row is None or (known.single and asked.action != CHANGE):
            return "row", _UNKNOWN
        fields = known.fields if asked.action == REMOVE else [f for f in known.fields if f.key in asked.values]
        if not fields or (asked.action != REMOVE and len(fields) != len(asked.values)):
            return "field", _UNKNOWN
        if self.proposer and not all(may_propose(self.proposer, known, each) for each in fields):
            return "field", _NOT_YOURS
        return None

    def refuse_doubles(self, changes: Iterable[Mapping[str, Any]]) -> None:
        """A field that is asked for twice, or a row that both changes and goes."""
        seen: dict[tuple[str, str], set[str]] = {}
        for place, entry in enumerate(changes):
            names = seen.setdefault((str(entry.get("history") or ""), _spelled(str(entry.get("row") or ""))), set())
            name = "" if entry.get("action") == REMOVE else str(entry.get("field") or "")
            if name in names or "" in names or (names and not name):
                self.problems.setdefault(f"changes-{place}-row", []).append(_TWICE)
            names.add(name)

    def _row(self, asked: Asked) -> Row | None:
        """The row that is meant; a new one has an id that is the same however often it is sent."""
        if asked.action == ADD:
            new = self.before.single("personal")
            known = asked.row.startswith("new-") and asked.row[4:].isdecimal()
            made = uuid5(self.instance, f"{asked.history}/{asked.row}")
            return replace(new, id=made, history=asked.history, values={}, revision=0) if known else None
        try:
            row = self.before.row(UUID(asked.row))
        except ValueError:
            return None
        return row if row is not None and row.history == asked.history else None

    def _values(self, asked: Asked, row: Row) -> dict[str, str] | None:
        """The values as they are kept; None once something is wrong with one."""
        known, new, wrong = HISTORIES[asked.history], {}, False
        for each in known.fields if asked.action == ADD else [f for f in known.fields if f.key in asked.values]:
            found = self._value(each, asked, row)
            if isinstance(found, Text):
                self._tell(asked, "value", found, each.key)
                wrong = True
            elif found or asked.action == CHANGE:
                new[each.key] = found
        if wrong:
            return None
        known_before = values.contradictions(known, row.values)
        for name, text in values.contradictions(known, {**row.values, **new}).items():
            if name not in known_before:
                self._tell(asked, "value", text, name)
                wrong = True
        return None if wrong else new

    def _value(self, known: RecordField, asked: Asked, row: Row) -> str | Text:
        found = values.read(known, asked.values.get(known.key, ""), self.today)
        if isinstance(found, Text):
            return found
        if asked.action == CHANGE and found == row.values.get(known.key, ""):
            return _SAME
        return _NO_PHOTO if known.type == PHOTO and found and found not in self.photos else found

    def _tell(self, asked: Asked, part: str, text: Text, name: str = "") -> None:
        place = asked.places.get(name, asked.place)
        self.problems.setdefault(f"changes-{place}-{part}", []).append(text)


def _spelled(row: str) -> str:
    """A row as it is usually written, so that no other spelling passes for another row."""
    try:
        return str(UUID(row))
    except ValueError:
        return row


def _held(row: Row, asked: Asked) -> dict[str, str]:
    """What the row holds now of what changes; of a row that goes, all."""
    if asked.action == REMOVE:
        return dict(row.values)
    return {name: row.values.get(name, "") for name in asked.values}


def _case(item: Item, items: Iterable[Item], before: Record, service_start: date | None, today: date) -> str:
    """What the decision table has to know of an item beside its field."""
    if item.action == REMOVE:
        return ""
    row = before.row(item.row)
    held = dict(row.values) if row is not None else {}
    for each in items:
        held |= each.new if each.row == item.row else {}
    return case_of(item.history, item.field, held, service_start, today)


_UNKNOWN = Text(
    "Data yang dimaksud tidak ada atau sudah berubah. Buka “Data saya” dan ubah sekali lagi.",
    "The data that are meant are not there, or have changed. Open “My data” and change them once more.",
)
_NOT_YOURS = Text(
    "Data ini tidak dapat Anda ubah. Tanyakan kepada petugas kepegawaian.",
    "You cannot change this. Ask the personnel officer.",
)
_TWICE = Text("Data ini sudah ada dalam permohonan ini.", "This is in this request already.")
_SAME = Text("Nilai ini sama dengan yang sudah tercatat.", "This is what is recorded already.")
_NO_PHOTO = Text("Lampirkan fotonya sekali lagi.", "Attach the photo once more.")
