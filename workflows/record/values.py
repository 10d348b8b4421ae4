"""Values of the record: from what somebody typed to the one text that is kept, and from that to words on a page.

A date is kept as 2026-02-03, a choice as its key, a mobile number as +62812…, digits and amounts without separators,
a photo as the id of its document. An optional field without a value is not kept at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from engine.characters import cleaned, is_text
from engine.errors import Text
from engine.forms import read_date
from workflows.record.histories import History, RecordField
from workflows.wording import plain_date

NOT_FILLED = Text("Belum diisi", "Not filled in")
HIDDEN = "******"
"""What stands for a value of which nothing is shown."""
EARLIEST = date(1900, 1, 1)
LONGEST_TYPED = 2_000

_IN_ORDER = (("first", "last"), ("cpns_since", "pns_since"), ("birth_date", "married_on"))
"""Days of which the second is never before the first."""
_SEPARATORS = re.compile(r"[\s\u00a0./\-\u2013()_]")
_MOBILE = re.compile(r"(?:\+?62|0)(8\d{7,12})")
_EMAIL = re.compile(r"[^@\s<>\",;]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_AMOUNT = re.compile(r"(?:Rp\.?)?(\d+)(?:,-|,00)?", re.IGNORECASE)
_CENTURY = re.compile(r"\d{4}")
_NUMBERS = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(\d{4}|\d{2})")


class _Unfit(Exception):
    """The value cannot be taken; ``text`` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read(field: RecordField, typed: str, today: date) -> str | Text:
    """The value as it is kept, or in words what is wrong with it.

    Nothing typed is the empty text for a field that may be without, and wrong for any other.
    """
    written = " ".join(cleaned(typed[:LONGEST_TYPED]).split())
    if not written:
        return "" if field.optional else Text("Isi bagian ini.", "Fill this in.")
    if not is_text(written):
        return Text(
            "Ketik ulang bagian ini: ada huruf yang tidak dapat dibaca.", "Type this again: a letter cannot be read."
        )
    try:
        return _READERS[field.type](field, written, today)
    except _Unfit as unfit:
        return unfit.text


def contradictions(history: History, values: Mapping[str, str]) -> dict[str, Text]:
    """What in a row cannot be true together, by the field to mend."""
    found = {}
    for first, last in _IN_ORDER:
        if history.field(first) and values.get(last) and values.get(first, "") > values[last]:
            label = next(field.label for field in history.fields if field.key == first)
            found[last] = Text(
                f"Isi dengan tanggal yang tidak sebelum “{label.id}”.", f"Give a day that is not before “{label.en}”."
            )
    return found


def is_kept(field: RecordField, value: str, today: date) -> bool:
    """Whether this is a value in the form that is kept, and one that may be sent today."""
    return read(field, value, today) == value


def shown(field: RecordField, value: str) -> Text:
    """The value in words."""
    if not value:
        return NOT_FILLED
    if field.type == "choice":
        return dict(field.choices).get(value, Text(value, value))
    if field.type == "date":
        return plain_date(date.fromisoformat(value))
    if field.type == "money":
        grouped = f"{int(value):,}"
        return Text(f"Rp{grouped.replace(',', '.')}", f"Rp{grouped}")
    if field.type == "photo":
        return Text("Foto", "Photo")
    spaced = _spaced(field, value)
    return Text(spaced, spaced)


def masked(field: RecordField, value: str) -> str:
    """So much of a value that somebody who knows it recognises it, and nobody else learns it; nothing of nothing."""
    if not value:
        return ""
    if field.type == "digits" and len(value) == 16:
        return f"{value[:6]}******{value[-4:]}"
    if field.type == "digits" and len(value) >= 8:
        return f"{HIDDEN}{value[-4:]}"
    if field.type == "phone":
        return f"{value[:4]}{HIDDEN}{value[-3:]}"
    if field.type == "email":
        return f"{value[:1]}{HIDDEN}@{value.rpartition('@')[2]}"
    return HIDDEN


def _text(field: RecordField, written: str, today: date) -> str:
    if len(written) > field.longest:
        raise _Unfit(
            Text(f"Isi dengan paling banyak {field.longest} huruf.", f"Write at most {field.longest} characters.")
        )
    return written


def _date(field: RecordField, written: str, today: date) -> str:
    day = read_date(written)
    if day is not None and field.past and day > today and not _CENTURY.search(written):
        day = day.replace(year=day.year - 100)  # 65 is 1965, not 2065
    if day is None and _NUMBERS.fullmatch(written.strip()):
        raise _Unfit(
            Text(
                "Isi dengan tanggal seperti 3/6/2026; hari itu tidak ada di kalender.",
                "Give a date like 3/6/2026; the calendar has no such day.",
            )
        )
    if day is None or day < EARLIEST or day.year > today.year + 20:
        raise _Unfit(
            Text("Isi dengan tanggal seperti 3/6/2026 atau 3 Juni 2026.", "Give a date like 3/6/2026 or 3 June 2026.")
        )
    if field.past and day > today:
        raise _Unfit(Text("Isi dengan tanggal yang sudah lewat atau hari ini.", "Give a day that is not after today."))
    if field.month_begin and day.day != 1:
        raise _Unfit(Text("Isi dengan tanggal 1 suatu bulan.", "Give the first day of a month."))
    return day.isoformat()


def _choice(field: RecordField, written: str, today: date) -> str:
    meant = written.casefold()
    for key, label in field.choices:
        if meant in (key.casefold(), label.id.casefold(), label.en.casefold()):
            return key
    raise _Unfit(Text("Pilih salah satu dari daftar.", "Choose one of the list."))


def _digits(field: RecordField, written: str, today: date) -> str:
    bare = _SEPARATORS.sub("", written)
    if not (bare.isascii() and bare.isdecimal() and len(bare) in field.digits):
        raise _Unfit(_wanted(field))
    if field.digits == (4,) and not EARLIEST.year <= int(bare) <= today.year:
        raise _Unfit(Text(f"Isi dengan tahun sampai {today.year}.", f"Give a year up to {today.year}."))
    return bare


def _wanted(field: RecordField) -> Text:
    """How many digits a field asks for."""
    first, last = field.digits[0], field.digits[-1]
    if len(field.digits) == 1:
        return Text(f"Isi dengan {first} angka.", f"Give {first} digits.")
    if len(field.digits) == 2:
        return Text(f"Isi dengan {first} atau {last} angka.", f"Give {first} or {last} digits.")
    return Text(f"Isi dengan {first} sampai {last} angka.", f"Give {first} to {last} digits.")


def _number(field: RecordField, written: str, today: date) -> str:
    bare = written.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", written) else written
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 12 and field.least <= int(bare) <= field.most):
        raise _Unfit(
            Text(
                f"Isi dengan angka bulat dari {field.least} sampai {field.most}.",
                f"Give a whole number from {field.least} to {field.most}.",
            )
        )
    return str(int(bare))


def _money(field: RecordField, written: str, today: date) -> str:
    found = _AMOUNT.fullmatch(re.sub(r"[\s.]", "", written.replace("Rp.", "Rp")))
    if found is None or not found[1].isascii() or not field.least <= int(found[1]) <= field.most:
        raise _Unfit(Text("Isi dengan rupiah, misalnya 3.456.700.", "Give an amount in rupiah, such as 3.456.700."))
    return str(int(found[1]))


def _phone(field: RecordField, written: str, today: date) -> str:
    found = _MOBILE.fullmatch(_SEPARATORS.sub("", written))
    if found is None or not found[1].isascii():
        raise _Unfit(
            Text("Isi nomor HP yang dimulai dengan 08 atau +62.", "Give a mobile number that begins with 08 or +62.")
        )
    return f"+62{found[1]}"


def _email(field: RecordField, written: str, today: date) -> str:
    if len(written) > field.longest or not _EMAIL.fullmatch(written):
        raise _Unfit(Text("Isi alamat email seperti nama@contoh.com.", "Give a mail address like name@example.com."))
    return written


def _photo(field: RecordField, written: str, today: date) -> str:
    try:
        return str(UUID(written))
    except ValueError:
        raise _Unfit(Text("Pilih foto yang akan dipakai.", "Choose the photo.")) from None


def _spaced(field: RecordField, value: str) -> str:
    """Long numbers in groups, as cards print them."""
    if field.type == "digits" and len(value) == 18:
        return f"{value[:8]} {value[8:14]} {value[14]} {value[15:]}"
    if field.type == "digits" and len(value) == 16:
        return " ".join(value[at : at + 4] for at in range(0, 16, 4))
    if field.type == "phone":
        return " ".join((value[:3], value[3:6], value[6:10], value[10:])).strip()
    return value


_READERS: Mapping[str, Callable[[RecordField, str, date], str]] = {
    "text": _text,
    "date": _date,
    "choice": _choice,
    "digits": _digits,
    "number": _number,
    "money": _money,
    "phone": _phone,
    "email": _email,
    "photo": _photo,
}
