"""Empty files for initial records: what BKPSDM fills in, with a dictionary of what each column means."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from web.i18n import _, in_language
from workflows.record import incoming
from workflows.record.histories import History, RecordField
from workflows.record.incoming import NIP

if TYPE_CHECKING:
    from xlsxwriter import Workbook

LINES = 5_000
"""Lines of a sheet whose cells offer the choices of their column."""
LONGEST_LIST = 255
"""Characters of the choices that a cell can offer."""


def as_csv(history: History) -> bytes:
    """The heading of one history's file, with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    csv.writer(text).writerow([NIP.upper(), *(in_language(field.label) for field in incoming.columns(history))])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx() -> bytes:
    """A workbook with a sheet for each history, and one that says what the columns mean."""
    import xlsxwriter  # here, as few requests need it and every web process would pay for it

    file = BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        book.set_properties({"title": _("Data awal pegawai")})
        _dictionary(book)
        for history in incoming.histories():
            _sheet(book, history)
    return file.getvalue()


def dictionary(history: History) -> Iterator[tuple[str, str, bool]]:
    """The columns of a history: heading, what stands in it, and whether a row is none without it."""
    yield NIP.upper(), in_language(incoming.NIP_MEANING), True
    for field in incoming.columns(history):
        hint = f" {in_language(field.hint)}" if field.hint else ""
        yield (
            in_language(field.label),
            in_language(incoming.form_of(field)) + hint,
            field.key in incoming.needed(history),
        )


def _dictionary(book: Workbook) -> None:
    sheet, bold = book.add_worksheet(in_language(incoming.DICTIONARY)), book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, width in enumerate((34, 34, 70, 10)):
        sheet.set_column(place, place, width, wrapped)
    lines = [(_("Lembar"), _("Kolom"), _("Isi"), _("Wajib"))]
    for history in incoming.histories():
        name = incoming.sheet_name(history)
        lines += [(name, head, meaning, _("Ya") if must else "") for head, meaning, must in dictionary(history)]
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, bold if number == 0 else wrapped)
    sheet.freeze_panes(1, 0)


def _sheet(book: Workbook, history: History) -> None:
    sheet = book.add_worksheet(incoming.sheet_name(history))
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {name: book.add_format({"num_format": code}) for name, code in _CODES.items()}
    sheet.set_column(0, 0, 22, formats["text"])
    sheet.write_string(0, 0, NIP.upper(), heading)
    for place, field in enumerate(incoming.columns(history), 1):
        sheet.set_column(place, place, 24, formats[_KIND.get(field.type, "text")])
        sheet.write_string(0, place, in_language(field.label), heading)
        if offered := _offered(field):
            # Typing something else is warned of, not forbidden: the trial of the file judges it.
            options = {"validate": "list", "source": offered, "error_type": "warning"}
            sheet.data_validation(1, place, LINES, place, options)
    sheet.freeze_panes(1, 1)


def _offered(field: RecordField) -> list[str]:
    labels = [in_language(label) for _key, label in field.choices]
    fits = len(",".join(labels)) <= LONGEST_LIST and not any("," in label for label in labels)
    return labels if fits else []


_CODES = {"text": "@", "date": "yyyy-mm-dd", "number": "0"}
_KIND = {"date": "date", "number": "number", "money": "number"}
