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
    _habit(r"%\s*(?:$|[^\s\w(.])", "Tulis persen sebagai pecahan: `0.1`.", "Write a percentage as a fraction: `0.1`."),
    _habit(r"%", "Tulis `modulo(a, b)`, bukan `%`.", "Write `modulo(a, b)`, not `%`."),
    _habit("\u2265", "Tulis `>=`.", "Write `>=`."),
    _habit("\u2264", "Tulis `<=`.", "Write `<=`."),
    _habit("\u2260", "Tulis `!=`.", "Write `!=`."),
    _habit("[\u00d7\u00b7]", "Tulis `*` untuk kali.", "Write `*` for times."),
    _habit("[\u00f7\u2215]", "Tulis `/` untuk bagi.", "Write `/` to divide."),
    _habit("[\u2012-\u2015\u2212]", "Tulis `-` biasa.", "Write a plain `-`."),
    _habit("\u2026", "Tulis `..` dengan dua titik biasa.", "Write `..` with two plain dots."),
    _habit(r"/\*", "Komentar ini tidak ditutup dengan `*/`.", "This comment is not closed with `*/`."),
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
        "Fungsi buatan sendiri ditulis `function(x) x + 1`, bukan dengan `lambda`.",
        "A function of one's own is written `function(x) x + 1`, not with `lambda`.",
    ),
    "function": Text(
        "Fungsi buatan sendiri ditulis `function(a, b) a + b`.",
        "A function of one's own is written `function(a, b) a + b`.",
    ),
    "import": Text("Ungkapan tidak dapat memuat modul.", "An expression cannot import anything."),
    "new": Text("Ungkapan tidak dapat membuat objek.", "An expression cannot create objects."),
    "var": Text("Tulis ungkapannya saja, tanpa `var`.", "Write the expression alone, without `var`."),
    **{
        word: Text(f"Tulis `{word.lower()}` dengan huruf kecil.", f"Write `{word.lower()}` in small letters.")
        for word in ("IF", "THEN", "ELSE", "IN", "BETWEEN", "SOME", "EVERY", "FOR", "RETURN")
    },
    "LIKE": Text('Tulis `contains(x, "...")`, bukan `LIKE`.', 'Write `contains(x, "...")`, not `LIKE`.'),
    "like": Text('Tulis `contains(x, "...")`, bukan `like`.', 'Write `contains(x, "...")`, not `like`.'),
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

FUNCTION_NAMES = {
    "len": "string length(x)",
    "length": "string length(x)",
    "empty": "count(x) = 0",
    "isNull": "x = null",
    "isnull": "x = null",
    "is_defined": "x != null",
    "defined": "x != null",
    "exists": "x != null",
    "coalesce": "if x != null then x else y",
    "nvl": "if x != null then x else y",
    "iif": "if ... then ... else ...",
    "IF": "if ... then ... else ...",
    "AND": "a and b",
    "OR": "a or b",
    "NOT": "not(x)",
    "avg": "mean(x)",
    "average": "mean(x)",
    "pow": "a ** b",
    "round": "round half up(x, 0)",
    "ceil": "ceiling(x)",
    "int": "number(x)",
    "float": "number(x)",
    "toNumber": "number(x)",
    "parseInt": "number(x)",
    "str": "string(x)",
    "toString": "string(x)",
    "substr": "substring(x, 1, 3)",
    "concat": "a + b",
    "strlen": "string length(x)",
    "lowercase": "lower case(x)",
    "uppercase": "upper case(x)",
    "dayOfWeek": "day of week(x)",
    "weekday": "day of week(x)",
    "days": "(b - a).days",
    "dateDiff": "(b - a).days",
    "datediff": "(b - a).days",
    "datetime": "date and time(x)",
    "timedelta": "duration(x)",
    "distinct": "distinct values(x)",
    "unique": "distinct values(x)",
}
"""Functions of other tools and languages, and what does the same in FEEL."""

CODE = Text(
    "Ini kode program; ungkapan hanya dapat memakai fungsi bawaan FEEL.",
    "This is program code; an expression can only use the built-in functions of FEEL.",
)

OTHER_TOOL = Text(
    "Fungsi dengan awalan adalah milik alat lain; pakai fungsi bawaan FEEL.",
    "A function with a prefix belongs to another tool; use a built-in function of FEEL.",
)
TERNARY = Text("Tulis `if ... then ... else ...`, bukan `? :`.", "Write `if ... then ... else ...`, not `? :`.")


QUOTED = re.compile(r"'([^'\"\\\n]{1,40})'")
WRAPPED = re.compile(r"[$#]\{\s*([^{}]{1,60}?)\s*\}")
COMPARED = re.compile(r"==+\s*([^=\s].{0,60}?)\s*$")
PREFIXED = re.compile(r":\s*\w+\s*\(")


def habit(source: str, position: int) -> Text:
    """What to write instead of what stands at a place that is no token of FEEL."""
    if repaired := _repaired(source, position):
        return Text("Tulis `{}`, bukan `{}`.".format(*repaired), "Write `{}`, not `{}`.".format(*repaired))
    if PREFIXED.match(source, position):
        return OTHER_TOOL
    for known in HABITS:
        if known.pattern.match(source, position):
            return known.text
    sign = source[position]
    return Text(f"Tanda `{sign}` tidak dikenal di sini.", f"The sign `{sign}` has no meaning here.")


def _repaired(source: str, position: int) -> tuple[str, str] | None:
    """What is meant and what was written, where that can be told exactly."""
    if match := QUOTED.match(source, position):
        return f'"{match[1]}"', match[0]
    if match := WRAPPED.match(source, position):
        return QUOTED.sub(r'"\1"', match[1]), match[0]
    if not source[:position].strip() and (match := COMPARED.match(source, position)):
        return QUOTED.sub(r'"\1"', match[1]), match[0].rstrip()
    return None


def leading_method(name: str) -> Text | None:
    """What to write in a cell instead of ``.name(...)``, another tool's test of the asked value."""
    instead = METHODS.get(name)
    if instead is None:
        return None
    instead = instead.replace("(x", "(?").replace("a = b", '"..."')
    return Text(
        f"Di sel, tulis `{instead}`, bukan `.{name}(...)`.", f"In a cell write `{instead}`, not `.{name}(...)`."
    )


def called_method(name: str) -> Text:
    """What to write instead of ``value.name(...)``."""
    instead = METHODS.get(name)
    if instead is None:
        return Text(
            f"Pemanggilan `.{name}(...)` tidak ada di FEEL; pakai fungsi bawaan.",
            f"There is no call `.{name}(...)` in FEEL; use a built-in function.",
        )
    return Text(f"Tulis `{instead}`, bukan `.{name}(...)`.", f"Write `{instead}`, not `.{name}(...)`.")
