"""Workbooks and CSV files: what programs write is read, and what strangers smuggle is refused in words."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from engine.errors import Refused, Text
from workflows.record import incoming, spreadsheets
from workflows.record.incoming import FILE, Incoming
from workflows.record.spreadsheets import Cell, Kind, Unreadable

TODAY = date(2026, 11, 2)
NIP = "199105042018012997"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
Write = Callable[[Any, Any], None]


def book(write: Write, name: str = "Data pribadi") -> bytes:
    """A workbook as Excel writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        write(made, made.add_worksheet(name))
    return file.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def added(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with more parts."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, more in parts.items():
            opened.writestr(name, more)
    return file.getvalue()


def cells(content: bytes, name: str = "file.xlsx") -> list[dict[int, Cell]]:
    """The cells of the first sheet."""
    return [dict(row[1]) for row in spreadsheets.sheets(io.BytesIO(content), name)[0].rows]


def read(folder: Path, content: bytes, name: str = "data.xlsx") -> Incoming:
    """The file as the child process reads it."""
    file = folder / "given"
    file.write_bytes(content)
    return incoming.read(file, TODAY, name)


def refusal(folder: Path, content: bytes, name: str = "data.xlsx") -> Text:
    """Why the child process does not take it."""
    with pytest.raises(Refused) as refused:
        read(folder, content, name)
    return refused.value.problems[FILE][0]


def sound(made: Any, sheet: Any) -> None:
    """One line that is right."""
    sheet.write_row(0, 0, ["NIP", "Nama lengkap", "Tanggal lahir"])
    sheet.write_row(1, 0, [NIP, "Wati"])
    sheet.write_datetime(
        1, 2, datetime(1991, 5, 4, tzinfo=UTC).replace(tzinfo=None), made.add_format({"num_format": 14})
    )


def test_texts_numbers_and_days_are_told_apart() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_string(0, 0, " satu ")
        sheet.write_number(0, 1, 12)
        sheet.write_number(0, 2, 1.5)
        for column, form in enumerate(("yyyy-mm-dd", "[$-421]dd mmmm yyyy", 14, "dd/mm/yy hh:mm"), 3):
            sheet.write_number(0, column, 46000.75, made.add_format({"num_format": form}))
        sheet.write_number(0, 7, 46000, made.add_format({"num_format": '#,##0 "days"'}))
        sheet.write_boolean(0, 8, True)
        sheet.write_rich_string(0, 9, "te", made.add_format({"bold": True}), "bal")

    found = cells(book(write))[0]
    day = Cell("2025-12-09", Kind.DAY)
    assert found[0] == Cell("satu")
    assert (found[1], found[2]) == (Cell("12", Kind.NUMBER), Cell("1.5", Kind.NUMBER))
    assert [found[place] for place in (3, 4, 5, 6)] == [day] * 4
    assert found[7] == Cell("46000", Kind.NUMBER)
    assert (found[8].text, found[9].text) == ("1", "tebal")


def test_days_of_the_other_epoch_and_days_as_texts_are_read() -> None:
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.iso_dates = True
    made.active.append([date(2026, 3, 2)])
    file = io.BytesIO()
    made.save(file)
    assert cells(file.getvalue())[0][0] == Cell("2026-03-02", Kind.DAY)
    made.iso_dates, file = False, io.BytesIO()
    made.save(file)
    assert cells(file.getvalue())[0][0] == Cell("2026-03-02", Kind.DAY)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("=1+1", "rumus"),
        (199105042018012997, "membulatkannya"),
        ("x" * 2_001, "terlalu panjang"),
        ("@SUM(A1)", "rumus"),
    ],
)
def test_what_a_cell_cannot_mean_is_odd(value: object, why: str) -> None:
    odd = cells(book(lambda _made, sheet: sheet.write(0, 0, value)))[0][0]
    assert odd.kind is Kind.ODD
    assert odd.odd is not None
    assert why in odd.odd.id


def test_a_formula_is_not_followed_whatever_it_showed_last() -> None:
    found = cells(book(lambda _made, sheet: sheet.write_formula(0, 0, "=A2", None, "Wati")))
    assert found[0][0].kind is Kind.ODD


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_has_any_separator_and_quoted_lines(separator: str) -> None:
    text = separator.join(("NIP", "Nama", "Alamat")) + "\r\n" + separator.join((NIP, "Wati", '"Jalan 1\nKota"'))
    found = spreadsheets.sheets(io.BytesIO(text.encode("utf-8-sig")), "data/Alamat (2).csv")[0]
    assert (found.name, found.rows[0][1][0], found.rows[1][1][2]) == ("Alamat (2)", Cell("NIP"), Cell("Jalan 1\nKota"))


def bomb() -> bytes:
    """A workbook of 200 kB that unpacks to more than is taken."""
    return added(book(sound), {"xl/bomb.bin": b"\0" * (spreadsheets.LARGEST_PART + 1)})


def doubled() -> bytes:
    """A workbook with two parts of one name."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        return added(book(sound), {"xl/workbook.xml": b"<x/>"})


def understated() -> bytes:
    """A workbook whose sheet unpacks to more than its contents say."""
    content = bytearray(book(sound))
    entry = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def with_rows(rows: bytes) -> Callable[[], bytes]:
    """A workbook whose sheet holds these rows."""
    put = b"<sheetData>" + rows + b"</sheetData>"
    return lambda: changed(
        book(sound),
        "xl/worksheets/sheet1.xml",
        lambda old: re.sub(rb"<sheetData>.*</sheetData>", lambda _: put, old, flags=re.DOTALL),
    )


HOSTILE: Mapping[str, tuple[Callable[[], bytes], Text]] = {
    "a zip bomb": (bomb, spreadsheets.TOO_MUCH),
    "a million cells in a row": (
        with_rows(b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>"),
        spreadsheets.TOO_MUCH,
    ),
    "a part that is said to be small": (understated, spreadsheets.BROKEN),
    "many parts": (lambda: added(book(sound), {f"x/{n}": b"" for n in range(500)}), spreadsheets.TOO_MUCH),
    "macros": (lambda: added(book(sound), {"xl/vbaProject.bin": b"x"}), spreadsheets.MACROS),
    "an old or locked workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, spreadsheets.LOCKED),
    "another office": (
        lambda: added(b"PK\x05\x06" + b"\0" * 18, {"mimetype": b"x", "content.xml": b"<x/>"}),
        spreadsheets.OTHER_OFFICE,
    ),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0\xff" * 300, spreadsheets.NOT_UTF8),
    "a paper": (lambda: b"%PDF-1.7\n\0\0", spreadsheets.BROKEN),
    "a zip cut short": (lambda: book(sound)[:2_000], spreadsheets.BROKEN),
    "a zip of nothing": (lambda: b"PK\x05\x06" + b"\0" * 18, spreadsheets.BROKEN),
    "a part of two names": (doubled, spreadsheets.BROKEN),
    "rows out of order": (
        with_rows(b"<row r='5'><c><v>1</v></c></row><row r='2'><c><v>1</v></c></row>"),
        spreadsheets.BROKEN,
    ),
    "a text that is not there": (with_rows(b"<row r='1'><c t='s'><v>99</v></c></row>"), spreadsheets.BROKEN),
    "a number that is none": (with_rows(b"<row r='1'><c><v>1e</v></c></row>"), spreadsheets.BROKEN),
    "a column far out": (with_rows(b"<row r='1'><c r='XFD1'><v>1</v></c></row>"), spreadsheets.TOO_MUCH),
    "a row that never ends": (with_rows(b"<row r='1'>" + b"<a>" * 5_000), spreadsheets.BROKEN),
    "entities": (
        lambda: changed(
            book(sound),
            "xl/sharedStrings.xml",
            lambda old: old.replace(b"<sst", ENTITIES + b"<sst", 1).replace(b"Wati", b"&b;"),
        ),
        spreadsheets.BROKEN,
    ),
    "nothing": (lambda: b"", incoming.EMPTY),
    "a heading alone": (lambda: b"NIP,Nama lengkap\n", incoming.EMPTY),
    "a cell that never ends": (lambda: b'"' + b"x" * 200_000, spreadsheets.BROKEN),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, name: str) -> None:
    make, why = HOSTILE[name]
    assert refusal(tmp_path, make(), "data-pribadi.csv") == why


def test_no_file_of_the_machine_is_put_into_a_cell(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("rahasia")
    fetch = f'<!DOCTYPE x [<!ENTITY b SYSTEM "{(tmp_path / "secret").as_uri()}">]>'.encode()
    content = changed(
        book(sound),
        "xl/sharedStrings.xml",
        lambda old: old.replace(b"<sst", fetch + b"<sst", 1).replace(b"Wati", b"&b;"),
    )
    try:
        found = read(tmp_path, content)
    except Refused:
        return
    assert "rahasia" not in incoming.packed(found)


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "PATIENCE", 0.01)
    assert refusal(tmp_path, book(sound)) == incoming.TOO_MUCH


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, book(sound))
    assert found.problems == ()
    assert [(line.history, line.line, line.nip, dict(line.values)) for line in found.lines] == [
        ("personal", 2, NIP, {"name": "Wati", "birth_date": "1991-05-04"})
    ]


def test_cells_raise_what_the_file_says_of_itself() -> None:
    with pytest.raises(Unreadable):
        cells(b"PK\3\4")


def test_a_drawing_in_a_workbook_keeps_nobody_from_being_read(tmp_path: Path) -> None:
    drawing = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    assert len(read(tmp_path, added(book(sound), {"xl/media/image1.svg": drawing})).lines) == 1


@pytest.mark.parametrize("serial", [0, 12, 60.5, -3, 2_958_466, 1e300])
def test_a_day_that_no_calendar_has_is_odd(serial: float) -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_number(0, 0, serial, made.add_format({"num_format": 14}))

    assert cells(book(write))[0][0].odd == spreadsheets._NO_DAY


def test_an_error_of_excel_is_odd() -> None:
    odd = cells(with_rows(b"<row r='1'><c t='e'><v>#N/A</v></c></row>")())[0][0].odd
    assert odd == spreadsheets._FAULT


def test_who_asks_for_a_file_to_be_read_does_not_load_what_reads_it() -> None:
    loaded = "import sys, web.application, web.cli, workflows.record.incoming; print('openpyxl' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert said == "False\n"
