"""How answers travel in an HTML form: by names that tell lists and rows, and as text that can be read back.

A name is ``a``, ``a[]`` for several values, or ``a[0][b]`` for a cell of a list's row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from engine import forms
from engine.characters import cleaned
from web.i18n import zone

Typed = Mapping[str, Sequence[str]]
"""What was sent: the values of each name."""

_CELL = re.compile(r"(?P<list>[^\[\]]+)\[(?P<row>\d{1,3})\]\[(?P<field>[^\[\]]+)\](?P<many>\[\])?")


def name_of(question: forms.Field, prefix: str = "") -> str:
    """The name of a question's control; ``prefix`` is the row it stands in."""
    name = question.key or question.id or f"text-{question.line}"
    inner = f"{prefix}[{name}]" if prefix else name
    return f"{inner}[]" if question.type == "checklist" or question.several else inner


def question_of(form: forms.Form | None, name: str) -> forms.Field | None:
    """The question about documents that a control of this name asks; None for any other name."""
    cell = _CELL.fullmatch(name)
    within = form.field(cell["list"] if cell else name.removesuffix("[]")) if form else None
    if cell and within:
        within = next((field for field in forms.flat(within.fields) if field.key == cell["field"]), None)
    return within if within and within.type == "filepicker" and within.asks else None


def list_of(name: str) -> str:
    """The list that a control of this name stands in a row of; of any other, its own name."""
    return name.partition("[")[0]


def problem_name(name: str) -> str:
    """The key under which the engine reports on a control: ``list[0][field]`` is ``list-0-field``."""
    cell = _CELL.fullmatch(name)
    return f"{cell['list']}-{cell['row']}-{cell['field']}" if cell else name.removesuffix("[]")


def given(typed: Typed) -> dict[str, Any]:
    """The answers that were sent, shaped as their names say; a list goes before a plain answer of its name."""
    answers: dict[str, Any] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    for name, values in closed_up(typed).items():
        if cell := _CELL.fullmatch(name):
            rows = lists.setdefault(cell["list"], [])
            rows.extend({} for _missing in range(int(cell["row"]) + 1 - len(rows)))
            rows[int(cell["row"])][cell["field"]] = list(values) if cell["many"] else values[0]
        else:
            answers[name.removesuffix("[]")] = list(values) if name.endswith("[]") else values[0]
    return answers | lists


def closed_up(typed: Typed) -> dict[str, Sequence[str]]:
    """The same without the empty rows of lists, so that rows are numbered as the engine numbers them."""
    cells = {name: cell for name in typed if (cell := _CELL.fullmatch(name))}
    filled = sorted({(c["list"], int(c["row"])) for name, c in cells.items() if any(v.strip() for v in typed[name])})
    of_each = (rows for _list, rows in groupby(filled, key=itemgetter(0)))
    numbers = {row: place for rows in of_each for place, row in enumerate(rows)}
    found: dict[str, Sequence[str]] = {name: values for name, values in typed.items() if name not in cells}
    for name, cell in cells.items():
        if (number := numbers.get((cell["list"], int(cell["row"])))) is not None:
            found[f"{cell['list']}[{number}][{cell['field']}]{cell['many'] or ''}"] = typed[name]
    return found


def rows_of(key: str, typed: Typed) -> int:
    """How many rows of a list were sent."""
    cells = (cell for name in typed if (cell := _CELL.fullmatch(name)) and cell["list"] == key)
    return max((int(cell["row"]) + 1 for cell in cells), default=0)


def typed_of(
    fields: Sequence[forms.Field], values: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Earlier answers as they would have been typed."""
    for question in fields:
        value = values.get(question.key, question.default)
        if question.type == "dynamiclist":
            for number, row in enumerate(value or ()):
                yield from typed_of(question.fields, row, f"{question.key}[{number}]")
        elif value is not None and not (value is False and question.type == "checkbox"):
            several = value if isinstance(value, list) else [value]
            yield name_of(question, prefix), [_offered(question, item) for item in several]


def _offered(question: forms.Field, value: Any) -> str:
    """An earlier answer, or one that the form's author suggests, as it would be stored."""
    return spelled(value) if question.type in forms.CHOICES else cleaned(spelled(value))


def spelled(value: Any) -> str:
    """A value as the form's reader takes it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
