"""Files of initial records: one sheet or file per history, one line per row; read by a child process within limits.

As a program (``python -m workflows.record.incoming FILE TODAY NAME``) it writes what it read as JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.check import guard
from engine.errors import Refused, Text
from workflows.record import spreadsheets, values
from workflows.record.histories import HISTORIES, History, RecordField
from workflows.record.spreadsheets import Cell, Kind, Row, Sheet, Unreadable

CHILD = "workflows.record.incoming"
PATIENCE = 60
"""Seconds on the clock after which a file is given up."""
PROCESSOR = 18.0
"""Seconds of processor time for a file."""
MOST_TOLD = 200
"""Problems of a file that are told; nobody mends more before trying again."""
LARGEST_ANSWER = 64 * 2**20
FILE = "file"
"""The name of a problem with the file as a whole."""

NIP = "nip"
NIP_MEANING = Text(
    "NIP pegawai yang datanya ada di baris ini, 18 angka.",
    "The NIP of the person whose data stand in the line, 18 digits.",
)
EMPTY_MARKS = frozenset({"-", "\u2013", "\u2014"})
"""What people write into a cell that has nothing."""
DICTIONARY = Text("Keterangan", "About")
"""The sheet of our own template that says what the columns mean."""
LEFT_OUT = frozenset({"photo"})
"""Histories that no file brings in: photos are sent by the people themselves."""
LONGEST_SHEET_NAME = 31
"""Characters that a workbook allows."""

TOO_MUCH = Text(
    "Membaca berkas ini terlalu lama atau terlalu berat. Bagilah menjadi beberapa berkas.",
    "Reading this file takes too long or too much. Divide it into several files.",
)
EMPTY = Text("Berkas ini tidak berisi baris data.", "There are no lines of data in this file.")
_UNKNOWN_SHEET = Text(
    "lembar ini tidak dikenal. Beri nama seperti pada templat.",
    "this sheet is not known. Name it as in the template.",
)
_NO_NIP = Text("kolom NIP tidak ada pada baris judul.", "there is no column NIP in the heading.")
_WRONG_NIP = Text("Isi NIP dengan 18 angka.", "Give the NIP, 18 digits.")
_NOTHING = Text("Tidak ada data selain NIP.", "There is nothing but the NIP.")
_NEEDED = Text("isi, karena riwayat ini dikenal dari kolom ini.", "fill it in: rows of this history are known by it.")
_AS_TEXT = Text(
    "sel berisi angka. Jadikan kolomnya Teks agar nol di depan tidak hilang, lalu ketik lagi.",
    "the cell holds a number. Make the column Text, so that no leading zero is lost, and type it again.",
)
_FORMS = {
    "date": Text("Tanggal, misalnya 2026-03-02 atau 2/3/2026.", "A date such as 2026-03-02 or 2/3/2026."),
    "number": Text("Angka bulat.", "A whole number."),
    "money": Text("Rupiah bulat, misalnya 3456700.", "Whole rupiah, such as 3456700."),
    "phone": Text("Nomor HP, dalam sel berformat Teks.", "A mobile number, in a cell of the format Text."),
    "email": Text("Alamat email.", "A mail address."),
}
_FOLDED = re.compile(r"[^a-z0-9]+")
_COPY = re.compile(r"[\s_-]*(\(\d+\)|\d+)$")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of a sheet, and what to do; line 0 is the sheet as a whole."""

    sheet: str
    line: int
    text: Text


@dataclass(frozen=True)
class Line:
    """A row of a history for the person of this NIP, its values as they are kept."""

    history: str
    line: int
    nip: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Incoming:
    """What a file holds: its lines, and what is wrong with others; ``more`` are problems that are not told."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    more: int = 0


def histories() -> tuple[History, ...]:
    """The histories that files bring in, in the order of the pages."""
    return tuple(history for history in HISTORIES.values() if history.key not in LEFT_OUT)


def columns(history: History) -> tuple[RecordField, ...]:
    """The columns of a history beside that of the NIP."""
    return tuple(field for field in history.fields if field.key != NIP)


def needed(history: History) -> frozenset[str]:
    """The fields without which a row of a list is none; what else is missing can be added by a request."""
    return frozenset({history.name, history.since or history.name}) if not history.single else frozenset()


def form_of(field: RecordField) -> Text:
    """How the values of a column are written."""
    if field.type == "choice":
        return Text(
            f"Salah satu dari: {', '.join(label.id for _key, label in field.choices)}.",
            f"One of: {', '.join(label.en for _key, label in field.choices)}.",
        )
    if field.type == "digits":
        few, many = field.digits[0], field.digits[-1]
        lengths = Text(f"{few}", f"{few}")
        if few != many:
            lengths = Text(f"{few} sampai {many}", f"{few} to {many}")
        return Text(
            f"{lengths.id} angka, dalam sel berformat Teks.", f"{lengths.en} digits, in a cell of the format Text."
        )
    return _FORMS[field.type] if field.type in _FORMS else _text_of(field)


def _text_of(field: RecordField) -> Text:
    return Text(f"Teks, paling banyak {field.longest} huruf.", f"Text, at most {field.longest} characters.")


def sheet_name(history: History) -> str:
    """What the sheet of a history is called in a workbook, which allows 31 characters and no slash."""
    return re.sub(r"[\[\]:*?/\\]", " ", history.title.id)[:LONGEST_SHEET_NAME].strip()


def file_name(history: History) -> str:
    """The name of the CSV file of a history."""
    return re.sub(r"[^a-z0-9]+", "-", history.title.id.lower()).strip("-")


def read(path: Path, today: date, name: str) -> Incoming:
    """What a file holds, read by a child process. Raises `Refused` for one that cannot be read."""
    command = [sys.executable, "-m", CHILD, str(path), today.isoformat(), name[-200:]]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL, encoding="utf-8"
        )
    except subprocess.TimeoutExpired as error:
        raise Refused({FILE: [TOO_MUCH]}) from error
    if done.returncode != 0 or len(done.stdout) > LARGEST_ANSWER:
        raise Refused({FILE: [TOO_MUCH if done.returncode < 0 else spreadsheets.BROKEN]})
    said = json.loads(done.stdout)
    if "refused" in said:
        raise Refused({FILE: [Text(*said["refused"])]})
    found = _unpacked(said)
    if not found.lines and not found.problems:
        raise Refused({FILE: [EMPTY]})
    return found


def packed(found: Incoming) -> str:
    """As JSON, to keep until it is written."""
    return json.dumps(
        {
            "lines": [[line.history, line.line, line.nip, dict(line.values)] for line in found.lines],
            "problems": [[each.sheet, each.line, each.text.id, each.text.en] for each in found.problems],
            "more": found.more,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def unpacked(text: str) -> Incoming:
    """What `packed` wrote."""
    return _unpacked(json.loads(text))


def _unpacked(said: Mapping[str, Any]) -> Incoming:
    return Incoming(
        tuple(Line(*each) for each in said["lines"]),
        tuple(Problem(sheet, line, Text(id, en)) for sheet, line, id, en in said["problems"]),
        said["more"],
    )


def understood(found: Sequence[Sheet], today: date) -> Incoming:
    """The lines of all sheets."""
    lines, problems, more = list[Line](), list[Problem](), 0
    for sheet in found:
        for each in _of_sheet(sheet, today):
            if isinstance(each, Line):
                lines.append(each)
            elif len(problems) < MOST_TOLD:
                problems.append(each)
            else:
                more += 1
    return Incoming(tuple(lines), tuple(problems), more)


def _of_sheet(sheet: Sheet, today: date) -> Iterator[Line | Problem]:
    if not sheet.rows or _folded(sheet.name) in {_folded(DICTIONARY.id), _folded(DICTIONARY.en)}:
        return
    heading, *rows = sheet.rows
    history = _history_of(sheet.name, heading)
    if history is None:
        yield Problem(sheet.name, 0, _UNKNOWN_SHEET)
        return
    places, problems = _places(history, heading)
    yield from (Problem(sheet.name, heading[0], text) for text in problems)
    if not problems:
        for row in rows:
            yield from _of_row(sheet, history, places, row, today)


def _history_of(name: str, heading: Row) -> History | None:
    """The history whose name the sheet bears, or that alone has all columns of the heading."""
    meant = _folded(_COPY.sub("", name))
    for history in histories():
        names = {history.key, history.title.id, history.title.en, sheet_name(history), file_name(history)}
        if meant in {_folded(each) for each in names}:
            return history
    told = {_folded(cell.text) for cell in heading[1].values()}
    fitting = [each for each in histories() if len(told) > 1 and told <= {_folded(NIP), *_names(each)}]
    return fitting[0] if len(fitting) == 1 else None


def _names(history: History) -> dict[str, str]:
    """The fields of a history by the names that a column may have."""
    return {
        _folded(name): field.key for field in columns(history) for name in (field.label.en, field.label.id, field.key)
    }


def _places(history: History, heading: Row) -> tuple[dict[int, str], list[Text]]:
    """The field of each column, and what is wrong with the heading."""
    known, found, problems = _names(history) | {_folded(NIP): NIP}, dict[int, str](), list[Text]()
    for place, cell in sorted(heading[1].items()):
        field = known.get(_folded(cell.text))
        if field is None:
            problems.append(_about(cell.text[:40], "kolom ini tidak dikenal.", "this column is not known."))
        elif field in found.values():
            problems.append(_about(cell.text[:40], "kolom ini ada dua kali.", "this column is there twice."))
        else:
            found[place] = field
    if NIP not in found.values() and not problems:
        problems.append(_NO_NIP)
    labels = {field.key: field.label for field in history.fields}
    for key in sorted(needed(history) - set(found.values())):
        problems.append(_of(labels[key], Text("kolom ini tidak ada.", "this column is missing.")))
    return found, problems


def _of_row(
    sheet: Sheet, history: History, places: Mapping[int, str], row: Row, today: date
) -> Iterator[Line | Problem]:
    number, cells = row
    told: dict[str, Cell] = {}
    for place, cell in cells.items():
        if place in places:
            told[places[place]] = cell
        elif cell.text not in EMPTY_MARKS:
            yield Problem(
                sheet.name,
                number,
                Text("Ada isi di kolom tanpa judul.", "Something stands in a column without a name."),
            )
            return
    if all(cell.text in EMPTY_MARKS and cell.kind is Kind.TEXT for cell in told.values()):
        return
    problems = list[Text]()
    nip = _nip(told.pop(NIP, Cell("")), problems)
    kept = _values(history, told, problems, today)
    if not problems and not kept:
        problems.append(_NOTHING)
    labels = {field.key: field.label for field in history.fields}
    problems += [_of(labels[key], wrong) for key, wrong in values.contradictions(history, kept).items()]
    if problems:
        yield from (Problem(sheet.name, number, text) for text in problems)
    else:
        yield Line(history.key, number, nip, kept)


def _nip(cell: Cell, problems: list[Text]) -> str:
    bare = re.sub(r"[\s.'-]", "", cell.text)
    if cell.odd is not None:
        problems.append(_of(Text("NIP", "NIP"), cell.odd))
    elif not (bare.isascii() and bare.isdecimal() and len(bare) == 18):
        problems.append(_WRONG_NIP)
    return bare


def _values(history: History, told: Mapping[str, Cell], problems: list[Text], today: date) -> dict[str, str]:
    """The values of a line as they are kept; what is wrong with the others is added to the problems."""
    kept: dict[str, str] = {}
    for field in columns(history):
        cell = told.get(field.key)
        if cell is None or (cell.text in EMPTY_MARKS and cell.odd is None):
            if field.key in needed(history):
                problems.append(_of(field.label, _NEEDED))
            continue
        value = _value(field, cell, today)
        if isinstance(value, Text):
            problems.append(_of(field.label, value))
        elif value:
            kept[field.key] = value
    return kept


def _value(field: RecordField, cell: Cell, today: date) -> str | Text:
    if cell.odd is not None:
        return cell.odd
    if cell.kind is Kind.NUMBER and (field.type == "phone" or (field.type == "digits" and field.digits != (4,))):
        return _AS_TEXT
    return values.read(field, cell.text, today)


def _folded(name: str) -> str:
    return _FOLDED.sub("", name.casefold())


def _of(label: Text, wrong: Text) -> Text:
    return Text(f"{label.id}: {_begun(wrong.id)}", f"{label.en}: {_begun(wrong.en)}")


def _about(name: str, id: str, en: str) -> Text:
    return Text(f"“{name}”: {id}", f"“{name}”: {en}")


def _begun(sentence: str) -> str:
    """A sentence after a colon begins with a small letter."""
    return sentence[:1].lower() + sentence[1:]


def main(arguments: Sequence[str]) -> int:
    """Read the file within limits and write it as JSON; never a traceback with what stands in it."""
    guard.limit(PROCESSOR)
    path, today, name = Path(arguments[0]), date.fromisoformat(arguments[1]), arguments[2]
    try:
        with path.open("rb") as file:
            answer = packed(understood(spreadsheets.sheets(file, name), today))
    except Unreadable as unreadable:
        answer = json.dumps({"refused": [unreadable.text.id, unreadable.text.en]})
    except MemoryError:
        answer = json.dumps({"refused": [TOO_MUCH.id, TOO_MUCH.en]})
    except Exception:  # whatever a file made our own code do, its owner gets an answer
        answer = json.dumps({"refused": [spreadsheets.BROKEN.id, spreadsheets.BROKEN.en]})
    sys.stdout.buffer.write(answer.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
