"""From what somebody typed, or a program sent, to one value: a function a kind of field.

Each takes the field and a raw answer that is not empty and gives the value, or raises `Unfit` with what to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Text
from engine.forms.model import Field
from engine.forms.words import MONTHS, date_in_words, number_in_words

TEXT_LONGEST = 500
AREA_LONGEST = 5_000
LARGEST = Decimal(10) ** 15
MOST_DECIMALS = 15
MOST_FILES = 20
LOST = "\ufffd"
"""What stands where bytes were sent that are no text: a letter was lost on the way."""
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)

_THOUSANDS = re.compile(r"-?(\d{1,3}(\.\d{3})+(,\d+)?|\d{1,3}(,\d{3})+(\.\d+)?)")
_AMBIGUOUS = re.compile(r"-?\d{1,3},\d{3}")  # a thousand to some, one and no thousandth to others: ask again
_DATE = re.compile(r"(\d{1,2})(?:[\s/.-]+(\d{1,2})[\s/.,-]+|[\s/.-]*([A-Za-z]{3,9})[\s/.,-]*)(\d{4}|\d{2})")
_NO_ARTICLE = re.compile(
    r"(an?|the|th(is|at|ese|ose)|my|your|his|her|wh(ich|o|y|at|en|ere)|how|\S+['\u2019]s)\b|[A-Z]{2}|I |“"
)
_FILE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PHONE = re.compile(r"\+?\d{6,15}")
_NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
_EMAIL = re.compile(r"[^@\s<>\",;]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")


class Unfit(Exception):
    """The answer cannot be taken; ``text`` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def asked(field: Field) -> Text:
    """What the field is called inside a sentence: as its author says, else by its label; a question is quoted."""
    label = field.label
    english = _small(label.en) if label.en == label.id else _with_article(_small(label.en))
    return field.asked or Text(_small(label.id), english)


def _small(label: str) -> str:
    if label.endswith("?"):
        return f"“{label}”"
    return label[:1].lower() + label[1:] if label[1:2].islower() or len(label) == 1 else label


def _with_article(label: str) -> str:
    """An English label as part of a sentence: most are nouns without an article."""
    return label if _NO_ARTICLE.match(label) else f"the {label}"


def unfit(field: Field, indonesian: str, english: str) -> Unfit:
    """`Unfit` with the field's label in the place of ``{}``."""
    label = asked(field)
    return Unfit(Text(indonesian.replace("{}", label.id), english.replace("{}", label.en)))


def text(field: Field, raw: Any, zone: tzinfo) -> str:
    """One line, or several in a ``textarea``."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise unfit(field, "Isi {} dengan tulisan.", "Write text for {}.")
    written = _clean(field, str(raw))
    if field.digits or field.kind == "phone":
        written = re.sub(r"[\s.\-\u2013()/]", "", written)
    _fits(field, written)
    return written


def _clean(field: Field, raw: str) -> str:
    one = raw if field.type == "textarea" else " ".join(raw.split())
    if any(unicodedata.category(c) in _NOT_TEXT and c not in "\n\t" for c in one) or LOST in one:
        raise unfit(
            field,
            "Ketik ulang {}: ada karakter yang tidak dapat disimpan.",
            "Type {} again: it holds characters that cannot be stored.",
        )
    return one


def _fits(field: Field, written: str) -> None:
    limit = field.longest or (AREA_LONGEST if field.type == "textarea" else TEXT_LONGEST)
    if len(written) > limit:
        raise unfit(
            field, f"Persingkat {{}} menjadi paling banyak {limit} karakter.", f"Shorten {{}} to {limit} characters."
        )
    if field.shortest and len(written) < field.shortest:
        least = field.shortest
        raise unfit(
            field, f"Isi {{}} dengan sedikitnya {least} karakter.", f"Write at least {least} characters for {{}}."
        )
    if field.digits and not re.fullmatch(rf"[0-9]{{{field.digits}}}", written):
        raise unfit(field, f"Isi {{}} dengan {field.digits} angka.", f"Give {{}} as {field.digits} digits.")
    if field.kind == "phone" and not _PHONE.fullmatch(written):
        raise unfit(field, "Isi {}, misalnya 0812 3456 7890.", "Give {}, for example 0812 3456 7890.")
    if field.kind == "email" and not _EMAIL.fullmatch(written):
        raise unfit(field, "Isi {} seperti nama@contoh.go.id.", "Give {} like name@example.org.")
    if field.pattern and not field.pattern.matches(written):
        raise _pattern(field)


def _pattern(field: Field) -> Unfit:
    """The field's own hint says what is wanted, if it has one."""
    if field.description is None:
        return unfit(field, "Periksa {}: bentuknya belum sesuai.", "Check {}: it does not have the right form.")
    label, hint = asked(field), field.description
    return Unfit(Text(f"Perbaiki {label.id}. {hint.id}", f"Mend {label.en}. {hint.en}"))


def number(field: Field, raw: Any, zone: tzinfo) -> int | Decimal:
    """A whole number as int, any other as Decimal. ``1.000`` is a thousand, ``12,5`` and ``12.5`` are 12½."""
    value = _number(raw)
    if value is None or not value.is_finite() or value.copy_abs() > LARGEST:
        raise _no_number(field)
    if _places(value) > (places := MOST_DECIMALS if field.decimals is None else field.decimals):
        raise _decimals(field, places)
    if field.min is not None and value < field.min:
        least = number_in_words(field.min)
        raise unfit(field, f"Isi {{}} dengan {least.id} atau lebih.", f"Give {{}} as {least.en} or more.")
    if field.max is not None and value > field.max:
        most = number_in_words(field.max)
        raise unfit(field, f"Isi {{}} dengan {most.id} atau kurang.", f"Give {{}} as {most.en} or less.")
    return int(value) if value == int(value) else value


def _no_number(field: Field) -> Unfit:
    if field.decimals == 0:
        return unfit(field, "Isi {} dengan angka, misalnya 12.", "Give {} as a number, for example 12.")
    return unfit(field, "Isi {} dengan angka, misalnya 12 atau 12,5.", "Give {} as a number, for example 12 or 12.5.")


def _places(value: Decimal) -> int:
    """Digits behind the comma, zeros at the end not counted. Nothing is rounded: no arithmetic, no limit of its own."""
    _sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits))
    zeros = len(written) - len(written.rstrip("0"))
    return max(0, -int(exponent) - zeros) if value else 0


def _decimals(field: Field, most: int) -> Unfit:
    if not most:
        return unfit(field, "Isi {} dengan angka bulat, tanpa koma.", "Give {} as a whole number.")
    return unfit(
        field,
        f"Isi {{}} dengan paling banyak {most} angka di belakang koma.",
        f"Give {{}} with at most {most} decimals.",
    )


def _number(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str) or len(str(raw)) > 40:
        return None
    written = re.sub(r"[\s\u00a0_]", "", str(raw))
    if isinstance(raw, str) and _AMBIGUOUS.fullmatch(written):
        return None
    if isinstance(raw, str) and _THOUSANDS.fullmatch(written):
        written = written.replace(next(c for c in written if c in ".,"), "")
    try:
        return Decimal(written.replace(",", "."))
    except InvalidOperation:
        return None


def day(field: Field, raw: Any, zone: tzinfo) -> date:
    """A date: 2026-02-03, 3/2/2026, 03-02-26, 3 Feb 2026, or the parts day, month and year. A datetime: ISO, UTC."""
    if field.with_time:
        return _moment(field, raw, zone)
    found = read_date(raw)
    if found is None and isinstance(raw, str) and _DATE.fullmatch(raw[:40].strip()):
        raise unfit(
            field,
            "Isi {} seperti 3 Juni 2026; hari itu tidak ada di kalender.",
            "Give {} like 3 June 2026; the calendar has no such day.",
        )
    if found is None or not EARLIEST <= found <= LATEST:
        raise unfit(field, "Isi {} seperti 3 Juni 2026 atau 3/6/2026.", "Give {} like 3 June 2026 or 3/6/2026.")
    return found


def _moment(field: Field, raw: Any, zone: tzinfo) -> datetime:
    try:
        found = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw)[:40])
        local = found if found.tzinfo else found.replace(tzinfo=zone)
        if EARLIEST <= local.date() <= LATEST:
            return local.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise unfit(
        field,
        "Isi {} dengan tanggal dan jam, misalnya 2026-06-03 08:30.",
        "Give {} with date and time, for example 2026-06-03 08:30.",
    )


def read_date(raw: Any) -> date | None:
    """A date as people write it: 2026-02-03, 3/2/2026, 03-02-26, 3 Feb 2026, or its parts; None for anything else."""
    if isinstance(raw, date):
        return raw.date() if isinstance(raw, datetime) else raw
    if isinstance(raw, Mapping):
        raw = "/".join(str(raw.get(part, ""))[:10] for part in ("day", "month", "year"))
    if not isinstance(raw, str) or len(raw) > 40:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw.strip()):
            return date.fromisoformat(raw.strip())
        if parts := _DATE.fullmatch(raw.strip()):
            return date(_year(parts[4]), _month(parts[2] or parts[3]), int(parts[1]))
    except ValueError:
        return None
    return None


def _year(digits: str) -> int:
    """Two digits mean this century up to 69, the last one from 70."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _month(written: str) -> int:
    """A month's number, or its name or the beginning of it in either language. Raises ValueError."""
    if written.isdecimal():
        return int(written)
    begun = {"agt": "agustus", "ags": "agustus", "agu": "agustus", "sept": "september"}.get(
        written.lower(), written.lower()
    )
    for number, names in enumerate(MONTHS, 1):
        if any(name.lower().startswith(begun) for name in names):
            return number
    raise ValueError(written)


def choice(field: Field, raw: Any, zone: tzinfo) -> Any:
    """One of the declared values, as it is declared."""
    return field.values[_chosen(field, raw)][0]


def choices(field: Field, raw: Any, zone: tzinfo) -> list[Any]:
    """Some of the declared values, in the order of the form."""
    given = raw if isinstance(raw, list | tuple) else [raw]
    if len(given) > 2 * len(field.values) + 1:
        raise unfit(field, "Pilih {} dari daftar.", "Choose {} from the list.")
    chosen = {_chosen(field, one) for one in given}
    return [field.values[number][0] for number in sorted(chosen)]


def _chosen(field: Field, raw: Any) -> int:
    """Which of the values is meant: HTML sends texts, JSON the value itself."""
    wanted = _as_sent(raw)
    for number, (value, _) in enumerate(field.values):
        if wanted is not None and wanted == _as_sent(value):
            return number
    raise unfit(field, "Pilih {} dari daftar.", "Choose {} from the list.")


def _as_sent(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else None


def tick(field: Field, raw: Any, zone: tzinfo) -> bool:
    """Yes or no."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("on", "true", "1", "y", "yes", "ya"):
        return True
    if isinstance(raw, str) and raw.lower() in ("off", "false", "0", "n", "no", "tidak"):
        return False
    raise unfit(field, "Centang atau kosongkan {}.", "Tick {} or leave it empty.")


def files(field: Field, raw: Any, zone: tzinfo) -> list[str]:
    """Ids of documents that were uploaded before."""
    given = raw if isinstance(raw, list | tuple) else [raw]
    most = MOST_FILES if field.several else 1
    if len(given) > most:
        raise unfit(
            field, f"Lampirkan paling banyak {most} berkas untuk {{}}.", f"Attach at most {most} files for {{}}."
        )
    if not all(isinstance(one, str) and _FILE.fullmatch(one) for one in given):
        raise unfit(field, "Unggah {} sekali lagi.", "Upload {} once more.")
    return list(dict.fromkeys(given))


READERS: dict[str, Callable[[Field, Any, tzinfo], Any]] = {
    "textfield": text,
    "textarea": text,
    "number": number,
    "datetime": day,
    "radio": choice,
    "select": choice,
    "checklist": choices,
    "checkbox": tick,
    "filepicker": files,
}


def missing(field: Field) -> Text:
    """What to do about a required answer that is not there."""
    if field.type == "checkbox":
        return Text(f"Centang “{field.label.id}” untuk melanjutkan.", f"Tick “{field.label.en}” to go on.")
    ways = {
        "datetime": ("Isi {}, misalnya 3 Juni 2026.", "Give {}, for example 3 June 2026."),
        "radio": ("Pilih {}.", "Choose {}."),
        "select": ("Pilih {}.", "Choose {}."),
        "checklist": ("Pilih sedikitnya satu untuk {}.", "Choose at least one for {}."),
        "filepicker": ("Lampirkan {}.", "Attach {}."),
        "dynamiclist": ("Tambahkan sedikitnya satu {}.", "Give at least one of {}."),
    }
    return unfit(field, *ways.get(field.type, ("Isi {}.", "Fill in {}."))).text


def outside(field: Field, *, first: date | None, last: date | None) -> Text:
    """What to do about a date before ``first`` or after ``last``."""
    if first is not None:
        bound = date_in_words(first)
        return unfit(field, f"Isi {{}}, sama atau setelah {bound.id}.", f"Give {{}} as {bound.en} or later.").text
    assert last is not None
    bound = date_in_words(last)
    return unfit(field, f"Isi {{}}, sama atau sebelum {bound.id}.", f"Give {{}} as {bound.en} or earlier.").text
