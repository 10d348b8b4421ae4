"""Answers in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.errors import Text

if TYPE_CHECKING:
    from engine.forms.model import Field

MONTHS = (
    ("Januari", "January"),
    ("Februari", "February"),
    ("Maret", "March"),
    ("April", "April"),
    ("Mei", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("Agustus", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Desember", "December"),
)


ERASED = Text("berkas yang sudah dihapus", "a file that was erased")


@dataclass(frozen=True)
class Attachment:
    """A document as people see it. ``size`` in bytes; an erased one has no name."""

    id: UUID
    kind: str
    name: str
    media_type: str
    size: int


Attachments = Mapping[str, Attachment]
"""Documents by id, as answers name them."""


@dataclass(frozen=True)
class Attached(Text):
    """The names of documents in words, with the documents themselves."""

    documents: tuple[Attachment, ...]


def date_in_words(day: date) -> Text:
    """A date as people write it: 3 Juni 2026, 3 June 2026."""
    indonesian, english = MONTHS[day.month - 1]
    return Text(f"{day.day} {indonesian} {day.year}", f"{day.day} {english} {day.year}")


def number_in_words(number: int | Decimal) -> Text:
    """A number with thousands apart: 1.234,5 in Indonesian, 1,234.5 in English."""
    english = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def same(words: str) -> Text:
    """A text that is the same in both languages."""
    return Text(words, words)


def in_words(field: Field, value: Any, attachments: Attachments) -> Text:
    """An accepted answer as the check page and the record show it."""
    if isinstance(value, list):
        items = [_item(field, number, one, attachments) for number, one in enumerate(value, 1)]
        return _joined(items, "; " if field.fixed else ", ")
    if field.type == "filepicker":
        return _attached(attachments.get(str(value)))
    if (chosen := field.told_of(value)) is not None:
        return chosen
    if isinstance(value, bool):
        return Text("Ya", "Yes") if value else Text("Tidak", "No")
    if isinstance(value, datetime):
        day = date_in_words(value)
        return Text(f"{day.id} pukul {value:%H.%M}", f"{day.en} at {value:%H:%M}")
    if isinstance(value, date):
        return date_in_words(value)
    return number_in_words(value) if isinstance(value, int | Decimal) else same(str(value))


def _attached(document: Attachment | None) -> Text:
    if document is None or not document.name:
        return ERASED
    return Attached(document.name, document.name, (document,))


def _item(field: Field, number: int, value: Any, attachments: Attachments) -> Text:
    """One of several values; the rows of a fixed list are known by their number."""
    if not isinstance(value, dict):
        return in_words(field, value, attachments)
    row = _row(field, value, attachments)
    return Text(f"{number}. {row.id}", f"{number}. {row.en}") if field.fixed else row


def _row(field: Field, row: dict[str, Any], attachments: Attachments) -> Text:
    inner = {f.key: f for f in field.fields if not f.apart}
    return _joined([in_words(inner[k], v, attachments) for k, v in row.items() if k in inner and v is not None])


def _joined(parts: list[Text], between: str = ", ") -> Text:
    words = between.join(p.id for p in parts), between.join(p.en for p in parts)
    documents = tuple(document for part in parts if isinstance(part, Attached) for document in part.documents)
    return Attached(*words, documents) if documents else Text(*words)
