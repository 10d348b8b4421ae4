"""Reports as files: CSV for programs, XLSX for people; no cell of either is ever read as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from flask import Response

from engine.characters import spelled_out
from engine.errors import Text
from web.i18n import _, in_language, zone
from workflows.tables import Table, Value

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""How a formula starts, in the letters of East Asia too; what stands before it, some programs take away."""
WIDEST = 60
"""Characters of the widest column of a sheet."""


def download(table: Table, form: str, now: datetime) -> Response:
    """The table as a file to keep. ``form``: ``csv`` or ``xlsx``."""
    make, mimetype = FORMS[form]
    response = Response(make(table, now), mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={table.file}.{form}"
    return response


def as_csv(table: Table, _now: datetime) -> bytes:
    """RFC 4180 with a mark by which spreadsheets know UTF-8; dates as 2026-11-02, a heading in the first line."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow([harmless(column.title) for column in table.columns])
    lines.writerows([_plain(value) for value in row.values] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table, now: datetime) -> bytes:
    """A workbook with the data and a sheet that says what they are; numbers are numbers, dates are dates."""
    import xlsxwriter  # here, as few requests need it and every web process would pay for it

    file = BytesIO()
    # Each row leaves the memory once it is written: thousands of people cost no more than a few.
    with xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": in_language(table.title), "created": now.replace(tzinfo=None)})
        _data(book, table)
        _dictionary(book, table, now)
    return file.getvalue()


def harmless(value: Text | str) -> str:
    """A text on one line, its steering characters by their numbers; before what looks like a formula stands a ``'``."""
    words = in_language(value)
    line = spelled_out(words)
    return f"'{line}" if FORMULA.match(words) or FORMULA.match(line) else line


FORMS: dict[str, tuple[Callable[[Table, datetime], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _plain(value: Value) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else harmless(value or "")


def _data(book: Workbook, table: Table) -> None:
    sheet = book.add_worksheet("Data")
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place))
        sheet.write_string(0, place, harmless(column.title), heading)
    for number, row in enumerate(table.rows, 1):
        _write(sheet, number, row.values)
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _dictionary(book: Workbook, table: Table, now: datetime) -> None:
    sheet, bold = book.add_worksheet(_("Keterangan")), book.add_format({"bold": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, harmless(table.title), bold)
    for number, line in enumerate(_told(table, now), 2):
        _write(sheet, number, line)


def _told(table: Table, now: datetime) -> Iterator[tuple[Value, ...]]:
    """What was asked for and when, how much there is, and what each column means."""
    yield _("Dibuat pada"), f"{now.astimezone(zone()):%Y-%m-%d %H:%M}"
    yield from table.about
    yield _("Jumlah baris"), len(table.rows)
    yield ()
    yield _("Kolom"), _("Arti")
    yield from ((column.title, column.meaning) for column in table.columns)


def _write(sheet: Worksheet, number: int, values: tuple[Value, ...]) -> None:
    for place, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(number, place, value)
        elif isinstance(value, int):
            sheet.write_number(number, place, value)
        else:
            sheet.write_string(number, place, harmless(value or ""))


def _width(table: Table, place: int) -> int:
    """Wide enough for the first rows; the heading wraps."""
    texts = [str(in_language(v) if isinstance(v := row.values[place], Text) else v) for row in table.rows[:200]]
    return min(WIDEST, max(10, *(len(text) + 2 for text in texts), 10))
