"""Workbooks (XLSX) and CSV files of strangers, as sheets of cells: read within limits, never worked out.

openpyxl reads the workbooks; here is what it does not look at: how much a file unpacks to, what is smuggled in it, and
what a cell cannot mean. Formulas are not followed, macros and locked files are not taken.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import StringIO
from pathlib import PurePosixPath
from typing import IO, Any
from xml.parsers import expat

from engine.errors import Text

LARGEST_PART, LARGEST_WHOLE = 120 * 2**20, 200 * 2**20
"""Bytes of a part of a workbook, and of all of them, once unpacked: about a million cells."""
MOST_PARTS = 500
MOST_LINES = 100_000
"""Lines of all sheets together."""
MOST_COLUMNS = 100
LONGEST_CELL = 2_000


class Kind(Enum):
    """What a cell holds: a text, a number, a day, or something that is not taken."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; of an odd one, ``odd`` says what is wrong with it."""

    text: str
    kind: Kind = Kind.TEXT
    odd: Text | None = None


Row = tuple[int, Mapping[int, Cell]]
"""The number of a line, from 1, and its cells that are not empty, by column from 0."""


@dataclass(frozen=True)
class Sheet:
    """A sheet with its lines, in their order; empty lines are left out."""

    name: str
    rows: tuple[Row, ...]


class Unreadable(Exception):
    """The file cannot be taken; ``text`` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


BROKEN = Text(
    "Berkas ini rusak atau bukan XLSX maupun CSV. Buka di program lembar kerja, lalu simpan lagi sebagai .xlsx.",
    "This file is broken, or neither XLSX nor CSV. Open it in a spreadsheet program and save it again as .xlsx.",
)
LOCKED = Text(
    "Berkas ini terkunci kata sandi atau berbentuk Excel lama (.xls). Simpan sebagai .xlsx tanpa kata sandi.",
    "This file is locked by a password or an old Excel file (.xls). Save it as .xlsx without a password.",
)
MACROS = Text(
    "Berkas ini berisi makro. Simpan sebagai .xlsx tanpa makro.",
    "There are macros in this file. Save it as .xlsx without macros.",
)
OTHER_OFFICE = Text(
    "Berkas ini berbentuk OpenDocument (.ods). Simpan sebagai .xlsx.",
    "This is an OpenDocument file (.ods). Save it as .xlsx.",
)
TOO_MUCH = Text(
    "Isi berkas ini terlalu banyak. Bagilah menjadi beberapa berkas.",
    "There is too much in this file. Divide it into several files.",
)
NOT_UTF8 = Text(
    "Huruf dalam berkas CSV ini tidak dapat dibaca. Simpan sebagai “CSV UTF-8”.",
    "The letters of this CSV file cannot be read. Save it as “CSV UTF-8”.",
)
_FORMULA = Text(
    "sel berisi rumus. Salin, lalu tempel sebagai nilai saja.",
    "the cell holds a formula. Copy it, then paste it as a value only.",
)
_FAULT = Text("sel berisi kesalahan Excel.", "the cell holds an error of Excel.")
_ROUNDED = Text(
    "angka ini terlalu panjang, sehingga Excel membulatkannya. Jadikan kolomnya Teks, lalu ketik lagi.",
    "this number is too long, so that Excel has rounded it. Make the column Text, then type it again.",
)
_TOO_LONG = Text("isi sel terlalu panjang.", "there is too much in this cell.")
_NO_DAY = Text("sel berisi tanggal yang tidak ada.", "the cell holds a day that does not exist.")

_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; those after them are lost."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it, Excel counts a 29 February 1900 that never was."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def sheets(file: IO[bytes], name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or the one of a CSV file of this name. Raises `Unreadable`."""
    start = file.read(4)
    file.seek(0)
    if start == _OLD_OFFICE:
        raise Unreadable(LOCKED)
    if not start.startswith(b"PK"):
        return (_of_csv(file.read(LARGEST_PART + 1), PurePosixPath(name).stem),)
    try:
        with zipfile.ZipFile(file) as parts:
            _check(parts)
        return tuple(_of_workbook(file))
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable(TOO_MUCH) from error
    except Exception as error:  # the library has no error of its own for a file that is not as it should be
        raise Unreadable(BROKEN) from error


def _of_csv(content: bytes, name: str) -> Sheet:
    if len(content) > LARGEST_PART:
        raise Unreadable(TOO_MUCH)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_UTF8) from error
    if "\0" in text:
        raise Unreadable(BROKEN)
    heading = text.partition("\n")[0]
    separator = max(";,\t", key=heading.count)
    reader, rows = csv.reader(StringIO(text), delimiter=separator), list[Row]()
    try:
        for values in reader:
            _within(len(rows), len(values))
            found = {place: _of_text(value) for place, value in enumerate(values) if value.strip()}
            if found:
                rows.append((reader.line_num, found))
    except csv.Error as error:
        raise Unreadable(BROKEN) from error
    return Sheet(name, tuple(rows))


def _within(lines: int, columns: int) -> None:
    if lines > MOST_LINES or columns > MOST_COLUMNS:
        raise Unreadable(TOO_MUCH)


def _of_text(value: str) -> Cell:
    text = value.strip()
    if len(text) > LONGEST_CELL:
        return Cell("", Kind.ODD, _TOO_LONG)
    return Cell("", Kind.ODD, _FORMULA) if text.startswith(("=", "@")) else Cell(text)


def _check(parts: zipfile.ZipFile) -> None:
    """Refuse what is too much before anything is unpacked; what a part unpacks to cannot be more than it says."""
    infos = parts.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise Unreadable(TOO_MUCH)
    if any(info.file_size > LARGEST_PART for info in infos):
        raise Unreadable(TOO_MUCH)
    if any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in names):
        raise Unreadable(MACROS)
    if "mimetype" in names and "content.xml" in names:
        raise Unreadable(OTHER_OFFICE)
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable(LOCKED)
    if len(names) != len(infos):  # programs differ in which of two parts of a name they show
        raise Unreadable(BROKEN)
    for info in infos:
        if not info.filename.lower().endswith(".svg"):  # drawings declare what they are, and are never read
            parser = expat.ParserCreate()
            parser.StartDoctypeDeclHandler = _not_declared
            with parts.open(info) as part, suppress(expat.ExpatError):  # photos are no XML
                parser.ParseFile(part)


def _not_declared(*_: object) -> None:
    """Refuse a part that declares what stands for something else: no program writes one."""
    raise Unreadable(BROKEN)


def _of_workbook(file: IO[bytes]) -> Iterator[Sheet]:
    """Every sheet, hidden ones too: what is taken is what is shown before it is written."""
    from openpyxl import load_workbook  # here, as the web process needs the names above and reads no workbook itself

    book, lines = load_workbook(file, read_only=True, keep_links=False), 0
    if not book.worksheets:  # such as of "Strict Open XML", whose names the library does not know
        raise Unreadable(BROKEN)
    for sheet in book.worksheets:
        rows = list[Row]()
        for line, cells in _lines(sheet):
            lines += 1
            _within(lines, len(cells))
            found = {each["column"] - 1: cell for each in cells if (cell := _cell(each, book)) is not None}
            _within(lines, max(found, default=-1) + 1)
            if found:
                rows.append((line, found))
        yield Sheet(sheet.title[:100], tuple(rows))


def _lines(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The lines of a sheet by the library's own parser: what it makes of them leaves out those out of order."""
    from openpyxl.worksheet._reader import WorkSheetParser

    last = 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings)
        parser.parse_formula = lambda _element: None  # nothing but that it is one
        for line, cells in parser.parse():
            if line <= last:  # programs differ in what they show
                raise Unreadable(BROKEN)
            last = line
            yield line, cells


def _cell(told: Mapping[str, Any], book: Any) -> Cell | None:
    kind, value = told["data_type"], told["value"]
    if kind == "f":
        return Cell("", Kind.ODD, _FORMULA)
    if value is None or not str(value).strip():
        return None
    if kind == "e":
        return Cell("", Kind.ODD, _FAULT)
    if kind == "d":
        return _of_day(value)
    if kind == "n":
        return _of_serial(value, book.epoch) if told["style_id"] in book._date_formats else _of_number(value)
    return _of_text(str(int(value)) if kind == "b" else value)


def _of_serial(value: float, epoch: datetime) -> Cell:
    from openpyxl.utils.datetime import from_excel

    try:
        return _of_day(from_excel(value, epoch))
    except (OverflowError, ValueError):
        return _of_day(None)


def _of_day(value: object) -> Cell:
    day = value.date() if isinstance(value, datetime) else value
    if not isinstance(day, date) or day < _FIRST_DAY:
        return Cell("", Kind.ODD, _NO_DAY)
    return Cell(day.isoformat(), Kind.DAY)


def _of_number(value: float) -> Cell:
    if not abs(value) < _EXACT:
        return Cell("", Kind.ODD, _ROUNDED)
    return Cell(str(int(value)) if value == int(value) else repr(value), Kind.NUMBER)
