"""Workbooks (XLSX) and CSV files of strangers, as sheets of cells: read within limits, never worked out.

Formulas are not followed, macros and locked files are not taken, and of a workbook only the cells are looked at.
Source: ECMA-376-1 (5th edition), 18.2 workbook, 18.3 worksheets, 18.4 shared strings, 18.8 styles.
"""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from io import StringIO
from pathlib import PurePosixPath
from typing import IO

from lxml import etree

from engine.errors import Text

LARGEST_PART, LARGEST_WHOLE = 120 * 2**20, 200 * 2**20
"""Bytes of a part of a workbook, and of all of them, once unpacked: about a million cells."""
MOST_PARTS = 500
MOST_LINES = 100_000
"""Lines of all sheets together."""
MOST_COLUMNS = 100
LONGEST_CELL = 2_000

Element = etree._Element  # the only name that lxml gives it


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
_FIRST_REAL_SERIAL = 61
"""1 March 1900: before it, Excel counts a 29 February 1900 that never was."""
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DAY_FORMATS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
"""The built-in number formats that show a day (18.8.30)."""
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,  # a way of compressing that zipfile does not know
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    zlib.error,
    etree.LxmlError,
)


def sheets(file: IO[bytes], name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or the one of a CSV file of this name. Raises `Unreadable`."""
    start = file.read(4)
    file.seek(0)
    if start == _OLD_OFFICE:
        raise Unreadable(LOCKED)
    if not start.startswith(b"PK"):
        return (_of_csv(file.read(LARGEST_PART + 1), PurePosixPath(name).stem),)
    try:
        with zipfile.ZipFile(file) as book:
            return tuple(_Workbook(book).sheets())
    except _BROKEN as error:
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


class _Workbook:
    """Reads the cells of an opened workbook."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self._book = book
        self._check()
        self._days: frozenset[int] = frozenset()
        self._texts: list[str] = []
        self._epoch = _EPOCH
        self._lines = 0

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet with cells, hidden ones too: what is taken is what is shown before it is written."""
        main = self._main()
        links = self._links(main)
        root = self._tree(main)
        if any(_yes(each.get("date1904")) for each in root.iterfind("{*}workbookPr")):
            self._epoch = _EPOCH_1904
        for part, kind in links.values():
            if kind == "styles":
                self._days = frozenset(self._day_styles(part))
            elif kind == "sharedStrings":
                self._texts = list(self._shared(part))
        for each in root.iterfind("{*}sheets/{*}sheet"):
            link = next((value for key, value in each.attrib.items() if str(key).endswith("}id")), "")
            part, kind = links.get(str(link), ("", ""))
            if kind == "worksheet":
                yield Sheet(each.get("name", "")[:100], tuple(self._rows(part)))

    def _check(self) -> None:
        """Refuse what is too much before anything is unpacked; what a part unpacks to cannot be more than it says."""
        infos = self._book.infolist()
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

    def _main(self) -> str:
        return next(part for part, kind in self._links("").values() if kind == "officeDocument")

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part names by its relations: the parts with their kinds, by id (ECMA-376-2, 9.3)."""
        folder = PurePosixPath(part).parent
        file = folder / "_rels" / f"{PurePosixPath(part).name}.rels"
        found = {}
        for each in self._tree(str(file)).iterfind("{*}Relationship"):
            if each.get("TargetMode") != "External":
                target = each.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else str(folder / target)
                found[each.get("Id", "")] = (path, each.get("Type", "").rpartition("/")[2])
        return found

    def _tree(self, part: str) -> Element:
        with self._book.open(part) as opened:
            root = etree.parse(opened, _parser()).getroot()
        _without_entities(root)
        return root

    def _elements(self, part: str, *tags: str) -> Iterator[Element]:
        """The elements of these names as they end, the outer ones after the inner; none stays in the memory."""
        with self._book.open(part) as opened:
            found = etree.iterparse(
                opened,
                events=("end",),
                tag=[f"{{*}}{tag}" for tag in tags],
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
            )
            for number, (_event, element) in enumerate(found):
                if number == 0:
                    _without_entities(element)
                yield element
                if etree.QName(element).localname == tags[0]:
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]

    def _day_styles(self, part: str) -> Iterator[int]:
        root = self._tree(part)
        own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
        for number, each in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            id = each.get("numFmtId", "0")
            code = _NO_LETTERS.sub("", own.get(id, "")).lower()
            if (id in own and ("y" in code or "d" in code)) or (id not in own and int(id) in _DAY_FORMATS):
                yield number

    def _shared(self, part: str) -> Iterator[str]:
        for each in self._elements(part, "si"):
            yield _words(each)

    def _rows(self, part: str) -> Iterator[Row]:
        last = columns = 0
        for element in self._elements(part, "row", "c"):
            if etree.QName(element).localname == "c":
                columns += 1
                _within(self._lines, columns)
                continue
            self._lines += 1
            columns = 0
            _within(self._lines, columns)
            line = int(element.get("r") or last + 1)
            if line <= last:  # out of order: programs differ in what they show
                raise Unreadable(BROKEN)
            last = line
            if cells := dict(self._cells(element)):
                yield line, cells

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        place = -1
        for element in row.iterfind("{*}c"):
            place = _column(element.get("r"), place + 1)
            if (cell := self._cell(element)) is not None:
                if place >= MOST_COLUMNS:
                    raise Unreadable(TOO_MUCH)
                yield place, cell

    def _cell(self, element: Element) -> Cell | None:
        kind, value = element.get("t", "n"), ""
        for child in element.iterchildren("*"):
            name = etree.QName(child).localname
            if name == "f":
                return Cell("", Kind.ODD, _FORMULA)
            if name == "v":
                value = child.text or ""
            elif name == "is":
                value = _words(child)
        if not value.strip():
            return None
        if kind == "s":
            text = self._texts[int(value)]
            return _of_text(text) if text.strip() else None
        if kind == "e":
            return Cell("", Kind.ODD, _FAULT)
        if kind == "d":
            return Cell(value[:10], Kind.DAY)
        return self._number(value, element.get("s")) if kind == "n" else _of_text(value)

    def _number(self, value: str, style: str | None) -> Cell:
        number = float(value)
        if style is not None and int(style) in self._days:
            least = _FIRST_REAL_SERIAL if self._epoch is _EPOCH else 0
            if not least <= number < 2_958_466:  # the year 10000
                return Cell("", Kind.ODD, _NO_DAY)
            return Cell((self._epoch + timedelta(days=int(number))).isoformat(), Kind.DAY)
        if not abs(number) < _EXACT:
            return Cell("", Kind.ODD, _ROUNDED)
        return Cell(str(int(number)) if number.is_integer() else repr(number), Kind.NUMBER)


def _parser() -> etree.XMLParser:
    """Nothing of a file is fetched or put in place of something else, and no text is longer than 10 MB."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _without_entities(element: Element) -> None:
    """Refuse a part that declares what stands for something else: no program writes one, and it would be left out."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(BROKEN)


def _words(element: Element) -> str:
    """The words of a string item, without those that only say how it is pronounced."""
    if len(element) == 1 and (only := element[0].text) is not None and not len(element[0]):
        return only
    return "".join(
        each.text or ""
        for each in element.iterfind(".//{*}t")
        if (parent := each.getparent()) is not None and etree.QName(parent).localname != "rPh"
    )


def _column(reference: str | None, otherwise: int) -> int:
    """The column of a reference such as AB12, from 0."""
    found = _REFERENCE.fullmatch(reference) if reference else None
    if found is None:
        return otherwise
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _yes(value: str | None) -> bool:
    return value in {"1", "true"}
