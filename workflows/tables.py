"""Reports as tables: columns that say what they mean, and rows of plain values; pages and exports show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Text

Value = Text | str | int | date | None


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it means in one sentence, and whether a page can be sorted by it."""

    key: str
    title: Text
    meaning: Text
    sorts: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a report about one person."""

    person: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A report: what it is about (label and value), its columns, and its rows. ``file``: a name without personal data.

    ``total``: the rows of the whole report, of which these may be one page; ``pages`` is then how many there are.
    """

    file: str
    title: Text
    about: tuple[tuple[Text, Value], ...]
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: int
    page: int = 1
    pages: int = 1
