"""The list of a roster as it is uploaded: a line per person and day, read without trusting a byte of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from engine.errors import Refused, Text
from engine.forms import Field
from engine.forms.answers import Unfit
from engine.forms.answers import day as read_day

LARGEST = 200_000
"""Bytes of a list: more than 5,000 lines."""
MOST_TOLD = 10
"""Mistakes that are told at once; the rest shows when these are mended."""
FIELD = "list"
_DATE = Field("date", "datetime", Text("tanggal", "the date"))


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, whose day it is, and the day."""

    number: int
    nip: str
    day: date


def read_list(content: bytes) -> list[Line]:
    """The lines of a CSV file with the columns NIP and tanggal. Raises `Refused` with every line to mend."""
    rows = _rows(content)
    header = [cell.strip().lower() for cell in next(rows, (0, []))[1]]
    if not {"nip", "tanggal"} <= set(header):
        raise Refused({FIELD: [_NO_HEADER]})
    lines: list[Line] = []
    mistakes: list[Text] = []
    for number, row in rows:
        cells = dict(zip(header, row, strict=False))
        nip = re.sub(r"[\s.'-]", "", cells.get("nip", ""))
        try:
            lines.append(Line(number, nip, read_day(_DATE, cells.get("tanggal", "").strip(), UTC)))
        except Unfit as wrong:
            mistakes.append(at_line(number, wrong.text))
    _refuse(mistakes)
    if not lines:
        raise Refused({FIELD: [_EMPTY]})
    return lines


def days_by_person(lines: list[Line], people: Mapping[str, str]) -> dict[str, tuple[date, ...]]:
    """The days of each person of the unit; ``people`` gives their ids by NIP. Raises `Refused` for other NIPs."""
    _refuse([at_line(line.number, _UNKNOWN) for line in lines if line.nip not in people])
    found: dict[str, set[date]] = {}
    for line in lines:
        found.setdefault(people[line.nip], set()).add(line.day)
    return {person: tuple(sorted(days)) for person, days in sorted(found.items())}


def at_line(number: int, text: Text) -> Text:
    """What to mend, with the line where it stands."""
    return Text(f"Baris {number}: {text.id}", f"Line {number}: {text.en}")


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    if len(content) > LARGEST:
        raise Refused({FIELD: [_TOO_LARGE]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused({FIELD: [_NO_TEXT]}) from None
    if "\0" in text:
        raise Refused({FIELD: [_NO_TEXT]})
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    try:
        for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), 1):
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error:
        raise Refused({FIELD: [_NO_TEXT]}) from None


def _refuse(mistakes: list[Text]) -> None:
    if mistakes:
        rest = len(mistakes) - MOST_TOLD
        more = [Text(f"Dan {rest} baris lain.", f"And {rest} more lines.")] if rest > 0 else []
        raise Refused({FIELD: [*mistakes[:MOST_TOLD], *more]})


_NO_HEADER = Text(
    "Baris pertama daftar harus memuat judul kolom NIP dan tanggal.",
    "The first line of the list must name the columns NIP and tanggal.",
)
_EMPTY = Text("Daftar ini belum memuat satu hari pun.", "The list has no day in it yet.")
_TOO_LARGE = Text(
    "Daftar ini terlalu besar. Bagi menjadi beberapa jadwal, misalnya per bulan.",
    "The list is too large. Split it into several rosters, for example by month.",
)
_NO_TEXT = Text(
    "Berkas ini bukan daftar CSV. Simpan lembar kerja sebagai “CSV UTF-8”, lalu pilih lagi.",
    "This file is no CSV list. Save the sheet as “CSV UTF-8” and choose it again.",
)
_UNKNOWN = Text("NIP ini bukan pegawai unit ini.", "This NIP is not of this unit.")
