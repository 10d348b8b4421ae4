"""Faults that can be seen before anything is evaluated: a constant that is no date, a pattern that is none."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.errors import FeelError, refused
from engine.feel.functions import Signature, called
from engine.feel.patterns import PatternError, pattern
from engine.feel.tree import Node, Place
from engine.feel.values import Run

FORMS = {
    "date": 'date("2026-01-31")',
    "date and time": 'date and time("2026-01-31T09:00:00+07:00")',
    "duration": 'duration("P5D")',
}
"""Functions whose constant arguments must make sense, with an example."""

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
    if len(values) < len(arguments) or None in values:
        return
    if called(signature, Run({}, 0, None, None), values) is None:
        form = FORMS[function]
        raise refused(
            f"Nilai ini tidak dikenal sebagai {function}. Contoh: {form}; tahun 1 sampai 9999, detik dengan paling"
            " banyak 6 desimal.",
            f"This is no {function} that can be used. Example: {form}; years 1 to 9999, seconds with 6 decimals"
            " at most.",
            at,
        )


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
