"""Faults that can be seen before anything is evaluated, because the answer could only ever be null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel import tree
from engine.feel.errors import FeelError, refused, short
from engine.feel.functions import Signature, called
from engine.feel.moments import moment_of, time_of
from engine.feel.patterns import PatternError, pattern
from engine.feel.tree import Node, Place
from engine.feel.values import KINDS, Run

FORMS = {
    "date": 'date("2026-01-31")',
    "date and time": 'date and time("2026-01-31T09:00:00+07:00")',
    "time": 'time("09:00:00")',
    "duration": 'duration("P5D")',
}
"""Functions whose constant arguments must make sense, with an example."""

CLOCKS: dict[str, Callable[[str], datetime | time | None]] = {"date and time": moment_of, "time": time_of}
"""Functions whose text may name a zone."""

PATTERNS = {"matches": (1, 2), "replace": (1, 3), "split": (1, None)}
"""Where these functions take their pattern and its flags."""


def check_constants(function: str, signature: Signature, arguments: tuple[Node, ...], at: Place) -> None:
    """Refuse a call that can never have an answer. Raises `FeelError`."""
    if function in FORMS:
        _check_moment(function, signature, arguments, at)
    elif function in PATTERNS:
        _check_pattern(function, arguments, at)


def _check_moment(function: str, signature: Signature, arguments: tuple[Node, ...], at: Place) -> None:
    values = [argument.value for argument in arguments if isinstance(argument, tree.Literal)]
    unquoted = len(arguments) == 1 and _is_calculation(arguments[0])
    if not unquoted and (len(values) < len(arguments) or None in values):
        return
    if unquoted or called(signature, Run({}, 0, None, None), values) is None:
        form = FORMS[function]
        raise refused(
            f"Nilai ini tidak dikenal sebagai {function}. Contoh: {form}; tahun 1 sampai 9999, detik dengan paling"
            " banyak 6 desimal.",
            f"This is no {function} that can be used. Example: {form}; years 1 to 9999, seconds with 6 decimals"
            " at most.",
            at,
        )


def _is_calculation(node: Node) -> bool:
    """Whether it is a sum of bare numbers, as ``2026-01-31`` without quotes is."""
    operands = (node.first, *(operand for _, operand in node.rest)) if isinstance(node, tree.Sum) else ()
    return bool(operands) and all(isinstance(o, tree.Literal) and isinstance(o.value, Decimal) for o in operands)


def _check_pattern(function: str, arguments: tuple[Node, ...], at: Place) -> None:
    source, flags = (_constant(arguments, place) for place in PATTERNS[function])
    if source is None:
        return
    try:
        pattern(source, flags or "")
    except PatternError as error:
        raise FeelError(error.text, *at) from None


def _constant(arguments: tuple[Node, ...], place: int | None) -> str | None:
    if place is None or place >= len(arguments):
        return None
    argument = arguments[place]
    return argument.value if isinstance(argument, tree.Literal) and isinstance(argument.value, str) else None


RESULTS = {
    **dict.fromkeys(("date", "today"), "date"),
    **dict.fromkeys(("date and time", "now"), "date and time"),
    "time": "time",
    **dict.fromkeys(("string", "substring", "upper case", "lower case", "day of week", "string join"), "string"),
    **dict.fromkeys(("number", "count", "sum", "string length", "floor", "ceiling", "decimal", "modulo"), "number"),
    **dict.fromkeys(("contains", "starts with", "ends with", "matches", "list contains"), "boolean"),
    "years and months duration": "years and months duration",
}
"""What kind of value these functions have if any."""
MOMENTS = frozenset({"date", "date and time", "time", "days and time duration", "years and months duration"})


def kind_of(node: Node) -> str | None:
    """The kind of value that a node has for certain, or null; None if that depends on the data."""
    if isinstance(node, tree.Literal):
        return KINDS[type(node.value)] if node.value is not None else None
    return RESULTS.get(node.function) if isinstance(node, tree.Call) else None


def check_comparison(left: Node, right: Node) -> None:
    """Refuse to compare different kinds. Raises `FeelError`."""
    kinds = kind_of(left), kind_of(right)
    if None in kinds:
        return
    if kinds[0] == kinds[1]:
        return _check_zones(left, right)
    text_side = left if kinds[0] == "string" else right
    if "string" in kinds and MOMENTS.intersection(kinds) and isinstance(text_side, tree.Literal):
        text = short(text_side.value)
        raise refused(
            f'`"{text}"` adalah teks; tulis `@"{text}"` untuk tanggal atau durasi.',
            f'`"{text}"` is a text; write `@"{text}"` for a date or a duration.',
            text_side.at,
        )
    raise refused(
        f"{kinds[0]} tidak dapat dibandingkan dengan {kinds[1]}; hasilnya selalu null.",
        f"A {kinds[0]} cannot be compared with a {kinds[1]}; the result is always null.",
        right.at,
    )


def _check_zones(left: Node, right: Node) -> None:
    """Refuse to compare what has a zone with what has none."""
    kinds = {_zone_kind(clock) for clock in map(_clock, (left, right)) if clock is not None}
    if kinds >= {"named", "offset"}:
        raise refused(
            "Satu waktu punya selisih dari UTC, yang lain nama zona; tulis keduanya dengan cara yang sama.",
            "One time has an offset from UTC, the other the name of a zone; write both in the same way.",
            right.at,
        )
    if len(kinds) > 1:
        raise refused(
            "Satu waktu punya zona, yang lain tidak; tulis zona pada keduanya, misalnya +07:00.",
            "One time has a zone, the other has none; write a zone for both, such as +07:00.",
            right.at,
        )


def _zone_kind(clock: datetime | time) -> str:
    if clock.tzinfo is None:
        return "local"
    return "named" if isinstance(clock.tzinfo, ZoneInfo) else "offset"


def _clock(node: Node) -> datetime | time | None:
    value = node.value if isinstance(node, tree.Literal) else None
    if isinstance(node, tree.Call) and node.function in CLOCKS and len(node.arguments) == 1:
        text = _constant(node.arguments, 0)
        value = None if text is None else CLOCKS[node.function](text)
    return value if isinstance(value, datetime | time) else None


def check_filter(node: tree.Filter) -> None:
    """Refuse ``a["b"]``, another language's way to an entry. Raises `FeelError`."""
    if isinstance(node.test, tree.Literal) and isinstance(node.test.value, str):
        name = short(node.test.value)
        raise refused(f'Tulis `.{name}`, bukan `["{name}"]`.', f'Write `.{name}`, not `["{name}"]`.', node.test.at)


def check_cell(node: tree.Tests) -> None:
    """Refuse ``"a" or "b"`` in a cell: text has no truth. Raises `FeelError`."""
    for part in tree.walk(node):
        if isinstance(part, tree.Logic) and any(kind_of(operand) in ("string", "number") for operand in part.operands):
            raise refused(
                'Beberapa nilai dalam satu sel dipisah dengan koma: `"a", "b"`.',
                'Several values in a cell are separated by commas: `"a", "b"`.',
                part.at,
            )
