"""What may stand in the data of a request: plain values that come back from the database just as they went in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import ServiceFailed, Text
from engine.feel.values import Months
from engine.limits import Limits

_SMALLEST_EXPONENT = -6_200
"""Below the smallest number that the expression language makes."""
_PLAIN = frozenset({bool, type(None), date, time, timedelta, Months})
_NUMBERS = frozenset({int, Decimal})


class UnfitValue(ServiceFailed):
    """A form, a table, an expression or a service gave a value that cannot be kept as it is."""

    code = "unfit-value"

    def __init__(self, at: str, id: str, en: str) -> None:
        super().__init__(
            Text(
                f"“{at}” memberi {id}. Beri teks, bilangan, ya/tidak, tanggal, waktu, lamanya, daftar, atau peta teks.",
                f"“{at}” gave {en}. Give text, numbers, yes/no, dates, moments, durations, lists or maps by text.",
            )
        )


def require_fitting(value: Any, limits: Limits, at: str) -> None:
    """Refuse what may not stand in the data of a request; ``at`` names where it came from.

    Raises `UnfitValue` for a value of another kind, `LimitExceeded` for one that is too large.
    """
    if type(value) in _PLAIN:
        return
    waiting, parts = [(value, 0)], 0
    while waiting:
        inner, depth = waiting.pop()
        parts += 1
        if depth > limits.deepest_data:
            raise limits.exceeded("deepest_data", at)
        if parts + len(waiting) > 1_000 * limits.largest_state:  # each part takes a byte at least
            raise limits.exceeded("largest_state", at)
        waiting.extend((part, depth + 1) for part in _parts(inner, limits, at))


def _parts(value: Any, limits: Limits, at: str) -> Iterable[Any]:
    """What a value consists of, once it is itself found to fit."""
    kind = type(value)
    if kind in _PLAIN:
        return ()
    if kind is str:
        _require_text(value, limits, at)
    elif kind in _NUMBERS:
        _require_number(value, limits, at)
    elif kind is datetime:
        if value.tzinfo is None:
            raise UnfitValue(at, "waktu tanpa zona waktu", "a moment without its time zone")
    elif kind is list or kind is dict:
        if len(value) > limits.longest_list:
            raise limits.exceeded("longest_list", at)
        return value if kind is list else _entries(value, limits, at)
    else:
        raise UnfitValue(at, "nilai yang tidak dapat disimpan", "a value that cannot be kept")
    return ()


def _entries(value: dict[Any, Any], limits: Limits, at: str) -> Iterable[Any]:
    for key in value:
        if type(key) is not str:
            raise UnfitValue(at, "peta dengan kunci yang bukan teks", "a map whose keys are not text")
        _require_text(key, limits, at)
    return value.values()


def _require_text(value: str, limits: Limits, at: str) -> None:
    if len(value) > limits.longest_text:
        raise limits.exceeded("longest_text", at)
    if "\0" in value or (not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise UnfitValue(at, "teks dengan karakter yang rusak", "text with broken characters")


def _require_number(value: int | Decimal, limits: Limits, at: str) -> None:
    if isinstance(value, int):
        too_long = abs(value) >= 10**limits.most_digits
    elif value.is_finite():
        digits = len(value.as_tuple().digits)
        too_long = max(digits, value.adjusted() + 1) > limits.most_digits or value.adjusted() < _SMALLEST_EXPONENT
    else:
        raise UnfitValue(at, "sesuatu yang bukan bilangan", "something that is no number")
    if too_long:
        raise limits.exceeded("most_digits", at)
