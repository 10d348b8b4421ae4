"""Habits from other tools and languages, and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Text


@dataclass(frozen=True)
class Habit:
    """A way of writing that FEEL does not have; ``pattern`` is looked for at the place of the error."""

    pattern: re.Pattern[str]
    text: Text


def _habit(pattern: str, id: str, en: str) -> Habit:
    return Habit(re.compile(pattern), Text(id, en))


HABITS = (
    _habit(r"==+", "Tulis `=` untuk membandingkan, bukan `==`.", "Write `=` to compare, not `==`."),
    _habit(r"!==", "Tulis `!=`, bukan `!==`.", "Write `!=`, not `!==`."),
    _habit(r"<>", "Tulis `!=` untuk tidak sama, bukan `<>`.", "Write `!=` for not equal, not `<>`."),
    _habit(r"=>", "Tulis `>=`, bukan `=>`.", "Write `>=`, not `=>`."),
    _habit(r"&&?", "Tulis `and`, bukan `&&`.", "Write `and`, not `&&`."),
    _habit(r"\|\|?", "Tulis `or`, bukan `||`.", "Write `or`, not `||`."),
    _habit(r"!", "Tulis `not(...)`, bukan `!`.", "Write `not(...)`, not `!`."),
    _habit(
        r"[$#]\{",
        "Hapus `${` dan `}`: tulis ungkapannya saja.",
        "Remove `${` and `}`: write the expression alone.",
    ),
    _habit(
        r"['\u2018\u2019`\u00b4]",
        'Teks ditulis dengan kutip ganda: `"..."`.',
        'Text is written in double quotes: `"..."`.',
    ),
    _habit(
        r"[\u201c\u201d\u201e\u00ab\u00bb]",
        'Pakai kutip ganda lurus `"`, bukan kutip melengkung.',
        'Use straight double quotes `"`, not curly ones.',
    ),
    _habit(r'"', 'Teks ini tidak ditutup dengan `"`.', 'This text is not closed with `"`.'),
    _habit(
        r"@",
        'Tanggal dan durasi ditulis `@"2026-01-31"` atau `@"P5D"`.',
        'Dates and durations are written `@"2026-01-31"` or `@"P5D"`.',
    ),
    _habit(r"%", "Tulis `modulo(a, b)`, bukan `%`.", "Write `modulo(a, b)`, not `%`."),
    _habit(r"\^", "Tulis `**` untuk pangkat, bukan `^`.", "Write `**` for powers, not `^`."),
    _habit(
        r":=?",
        "`:` hanya dipakai di dalam `{nama: nilai}` dan di antara argumen bernama.",
        "`:` stands only inside `{name: value}` and between named arguments.",
    ),
    _habit(r";", "Satu ungkapan saja, tanpa `;`.", "One expression only, without `;`."),
    _habit(r"~", '`~` tidak dikenal: tulis `contains(?, "...")`.', '`~` is unknown: write `contains(?, "...")`.'),
    _habit(r"\\", r"`\` hanya dipakai di dalam teks.", r"`\` stands only inside text."),
)

WORDS = {
    "True": Text("Tulis `true`, bukan `True`.", "Write `true`, not `True`."),
    "TRUE": Text("Tulis `true`, bukan `TRUE`.", "Write `true`, not `TRUE`."),
    "False": Text("Tulis `false`, bukan `False`.", "Write `false`, not `False`."),
    "FALSE": Text("Tulis `false`, bukan `FALSE`.", "Write `false`, not `FALSE`."),
    "None": Text("Tulis `null`, bukan `None`.", "Write `null`, not `None`."),
    "NULL": Text("Tulis `null`, bukan `NULL`.", "Write `null`, not `NULL`."),
    "nil": Text("Tulis `null`, bukan `nil`.", "Write `null`, not `nil`."),
    "undefined": Text("Tulis `null`, bukan `undefined`.", "Write `null`, not `undefined`."),
    "AND": Text("Tulis `and` dengan huruf kecil.", "Write `and` in small letters."),
    "OR": Text("Tulis `or` dengan huruf kecil.", "Write `or` in small letters."),
    "NOT": Text("Tulis `not(...)` dengan huruf kecil.", "Write `not(...)` in small letters."),
    "dan": Text("Tulis `and`, bukan `dan`.", "Write `and`, not `dan`."),
    "atau": Text("Tulis `or`, bukan `atau`.", "Write `or`, not `atau`."),
    "not": Text("`not` memerlukan kurung: `not(...)`.", "`not` needs brackets: `not(...)`."),
    "is": Text("Tulis `=` untuk membandingkan, bukan `is`.", "Write `=` to compare, not `is`."),
    "eq": Text("Tulis `=`, bukan `eq`.", "Write `=`, not `eq`."),
    "ne": Text("Tulis `!=`, bukan `ne`.", "Write `!=`, not `ne`."),
    "gt": Text("Tulis `>`, bukan `gt`.", "Write `>`, not `gt`."),
    "ge": Text("Tulis `>=`, bukan `ge`.", "Write `>=`, not `ge`."),
    "lt": Text("Tulis `<`, bukan `lt`.", "Write `<`, not `lt`."),
    "le": Text("Tulis `<=`, bukan `le`.", "Write `<=`, not `le`."),
    "lambda": Text(
        "Fungsi buatan sendiri tidak ada di sini; pakai fungsi bawaan.",
        "There are no functions of one's own here; use the built-in ones.",
    ),
    "function": Text(
        "`function` (fungsi buatan sendiri) tidak didukung; pakai fungsi bawaan.",
        "`function` (a function of one's own) is not supported; use the built-in ones.",
    ),
    "import": Text("Ungkapan tidak dapat memuat modul.", "An expression cannot import anything."),
    "new": Text("Ungkapan tidak dapat membuat objek.", "An expression cannot create objects."),
    "var": Text("Tulis ungkapannya saja, tanpa `var`.", "Write the expression alone, without `var`."),
    "elif": Text("Tulis `else if`, bukan `elif`.", "Write `else if`, not `elif`."),
}
FOREIGN_NAMES = frozenset(
    {"True", "TRUE", "False", "FALSE", "None", "NULL", "undefined", "nil", "AND", "OR", "NOT", "lambda", "function"}
)
"""Words that would silently be unknown variables, that is null, if they were not refused."""

METHODS = {
    "upper": "upper case(x)",
    "lower": "lower case(x)",
    "toUpperCase": "upper case(x)",
    "toLowerCase": "lower case(x)",
    "equals": "a = b",
    "startsWith": 'starts with(x, "...")',
    "startswith": 'starts with(x, "...")',
    "endsWith": 'ends with(x, "...")',
    "endswith": 'ends with(x, "...")',
    "contains": 'contains(x, "...")',
    "length": "string length(x)",
    "size": "count(x)",
    "isEmpty": "count(x) = 0",
    "get": 'get value(x, "...")',
    "keys": "get entries(x)",
    "items": "get entries(x)",
}


def habit(source: str, position: int) -> Text:
    """What to write instead of what stands at a place that is no token of FEEL."""
    for known in HABITS:
        if known.pattern.match(source, position):
            return known.text
    sign = source[position]
    return Text(f"Tanda `{sign}` tidak dikenal di sini.", f"The sign `{sign}` has no meaning here.")


def called_method(name: str) -> Text:
    """What to write instead of ``value.name(...)``."""
    instead = METHODS.get(name)
    if instead is None:
        return Text(
            f"Pemanggilan `.{name}(...)` tidak ada di FEEL; pakai fungsi bawaan.",
            f"There is no call `.{name}(...)` in FEEL; use a built-in function.",
        )
    return Text(f"Tulis `{instead}`, bukan `.{name}(...)`.", f"Write `{instead}`, not `.{name}(...)`.")
