"""Built-in functions on text (DMN 10.3.4.3) and conversions to and from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.functions import feel
from engine.feel.moments import days_text, moment_text, months_text, time_text
from engine.feel.patterns import Pattern, pattern
from engine.feel.values import DIGITS, LARGEST_EXPONENT, MATH, Months, Range, Run, Value

ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
REPLACEMENT = re.compile(r"(?:\$\d|\\[\\$]|[^$\\])*", re.ASCII | re.DOTALL)
NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


def text_of(value: Value, run: Run) -> str:
    """A value as text: text is itself, lists and contexts show their text in quotes."""
    return value if type(value) is str else written(value, run)


def written(value: Value, run: Run) -> str:
    """A value as it would be written in an expression, texts in quotes."""
    run.spend(1)
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is str:
        return run.text(f'"{value.translate(ESCAPES)}"')
    if type(value) is list:
        return run.text("[" + ", ".join(written(item, run) for item in value) + "]")
    if type(value) is dict:
        return run.text("{" + ", ".join(f"{key}: {written(item, run)}" for key, item in value.items()) + "}")
    return _scalar(value, run)


def _scalar(value: Value, run: Run) -> str:
    if type(value) is Decimal:
        return number_text(value)
    if type(value) is datetime:
        return moment_text(value)
    if type(value) is date:
        return value.isoformat()
    if type(value) is time:
        return time_text(value)
    if type(value) is timedelta:
        return days_text(value)
    if type(value) is Months:
        return months_text(value)
    if type(value) is Range:
        return _range_text(value, run)
    return f"function({', '.join(value.parameters or ('...',))})"


def _range_text(value: Range, run: Run) -> str:
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{written(value.start, run)}..{written(value.end, run)}{closing}"


def number_text(value: Decimal) -> str:
    """A number in plain digits, without exponent and without zeros at the end of a fraction."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@feel("string(from: any)")
def string(run: Run, value: Value) -> Value:
    return None if value is None else text_of(value, run)


@feel("number(from: string)", "number(from: string, grouping separator: any, decimal separator: any)")
def number(run: Run, text: str, grouping: Value = None, point: Value = None) -> Value:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and grouping == point):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    if not NUMBER.fullmatch(text) or len(text) > DIGITS * 4 or Decimal(text).adjusted() > LARGEST_EXPONENT:
        return None
    return MATH.create_decimal(text)


@feel("string length(string: string)")
def string_length(run: Run, string: str) -> Value:
    return Decimal(len(string))


@feel("upper case(string: string)")
def upper_case(run: Run, string: str) -> Value:
    return run.text(string.upper())


@feel("lower case(string: string)")
def lower_case(run: Run, string: str) -> Value:
    return run.text(string.lower())


@feel("substring(string: string, start position: number, length?: number)")
def substring(run: Run, string: str, position: Decimal, length: Decimal | None = None) -> Value:
    start = int(position)
    if not start or abs(start) > len(string) or (length is not None and length < 1):
        return None
    first = start - 1 if start > 0 else len(string) + start
    return run.text(string[first:] if length is None else string[first : first + int(length)])


@feel("substring before(string: string, match: string)")
def substring_before(run: Run, string: str, match: str) -> Value:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return run.text(before) if found else ""


@feel("substring after(string: string, match: string)")
def substring_after(run: Run, string: str, match: str) -> Value:
    if not match:
        return string
    return run.text(string.partition(match)[2])


@feel("contains(string: string, match: string)")
def contains(run: Run, string: str, match: str) -> Value:
    run.spend(len(string) >> 6)
    return match in string


@feel("starts with(string: string, match: string)")
def starts_with(run: Run, string: str, match: str) -> Value:
    return string.startswith(match)


@feel("ends with(string: string, match: string)")
def ends_with(run: Run, string: str, match: str) -> Value:
    return string.endswith(match)


@feel("string join(list: list)", "string join(list: list, delimiter: any)")
def string_join(run: Run, parts: list[Value], delimiter: Value = None) -> Value:
    run.spend(len(parts))
    if any(part is not None and type(part) is not str for part in parts) or not isinstance(delimiter, str | None):
        return None
    texts = [part for part in parts if part is not None]
    between = delimiter or ""
    run.spend((sum(map(len, texts)) + len(between) * len(texts)) >> 6)
    return run.text(between.join(texts))


@feel("matches(input: string, pattern: string, flags?: string)")
def matches(run: Run, text: str, source: str, flags: str | None = None) -> Value:
    return pattern(source, flags or "").find(text, 0, run) is not None


@feel("replace(input: string, pattern: string, replacement: string, flags?: string)")
def replace(run: Run, text: str, source: str, replacement: str, flags: str | None = None) -> Value:
    pieces: list[str] = []
    last = 0
    for begin, end, groups in _occurrences(pattern(source, flags or ""), text, run):
        pieces += [text[last:begin], _with_groups(replacement, groups, run)]
        last = end
    return run.text("".join([*pieces, text[last:]]))


@feel("split(string: string, delimiter: string)")
def split(run: Run, text: str, source: str) -> Value:
    pieces: list[Value] = []
    last = 0
    for begin, end, _ in _occurrences(pattern(source), text, run):
        pieces.append(text[last:begin])
        last = end
    return run.list([*pieces, text[last:]])


def _occurrences(wanted: Pattern, text: str, run: Run) -> Iterator[tuple[int, int, list[str]]]:
    """Begin, end and group texts of each match. Raises ValueError for a pattern that matches no letter at all."""
    if wanted.find("", 0, run):
        raise ValueError("the pattern matches nothing")
    position = 0
    while spans := wanted.find(text, position, run):
        groups = ["" if begin is None else text[begin:end] for begin, end in zip(spans[::2], spans[1::2], strict=True)]
        position = spans[1] or 0
        yield spans[0] or 0, position, groups


def _with_groups(replacement: str, groups: list[str], run: Run) -> str:
    """The replacement with ``$0`` to ``$99`` filled in. Raises ValueError for a lone ``$`` or backslash."""
    if not REPLACEMENT.fullmatch(replacement):
        raise ValueError("a lone $ or backslash")

    def filled(match: re.Match[str]) -> str:
        number = match[1]
        if number is None:
            return match[0][1:]
        if len(number) == 2 and int(number) >= len(groups):
            return _group(groups, int(number[0])) + number[1]
        return _group(groups, int(number))

    return run.text(re.sub(r"\$(\d\d?)|\\[\\$]", filled, replacement))


def _group(groups: list[str], number: int) -> str:
    return groups[number] if number < len(groups) else ""
