"""What an office fixes otherwise where the regulation leaves it open: a file, with the day from which each holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from workflows.leave.law import BKN24, LAWS, MAKS18, RELATIONS, TYPES, LeaveLaw

FIELDS = {field.name: field.default for field in fields(LeaveLaw) if field.name != "effective"}
WORDS = {
    "carry": (BKN24, MAKS18),
    **{name: (*TYPES, *RELATIONS) for name, value in FIELDS.items() if isinstance(value, tuple)},
}
"""What may be written where words are wanted."""
MOST = 1000
"""No number of the law is greater."""


def laws_of_office(file: Path | None) -> tuple[LeaveLaw, ...]:
    """The laws with the office's own lines. Raises ValueError that says which line of the file is wrong.

    The file is TOML: a table ``[[law]]`` for each day from which something else holds, with ``effective`` and the
    fields of `LeaveLaw` that change; all others stay as they were the day before.
    """
    return LAWS if file is None else read_laws(file.read_text("utf-8"))


def read_laws(text: str) -> tuple[LeaveLaw, ...]:
    """As `laws_of_office`, from the text of the file."""
    laws = {law.effective: law for law in LAWS}
    for table in sorted(_tables(text), key=_effective):
        since = _effective(table)
        before = laws[max(day for day in laws if day <= since)]
        changed = {name: _value(name, value) for name, value in table.items() if name != "effective"}
        laws[since] = replace(before, effective=since, **changed)
    return tuple(laws[day] for day in sorted(laws))


def _tables(text: str) -> list[Mapping[str, Any]]:
    whole = tomllib.loads(text)
    tables = whole.get("law")
    if whole.keys() != {"law"} or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ValueError("the file holds tables [[law]] and nothing else")
    return tables


def _effective(table: Mapping[str, Any]) -> date:
    day = table.get("effective")
    if type(day) is not date or day < LAWS[0].effective:
        raise ValueError(f"effective must be a day, {LAWS[0].effective} or later, and not {day!r}")
    return day


def _value(name: str, value: Any) -> Any:
    if name not in FIELDS:
        raise ValueError(f"{name} is not known; the fields are {', '.join(FIELDS)}")
    usual, read = FIELDS[name], tuple(value) if isinstance(value, list) else value
    if type(read) is not type(usual) or (isinstance(read, int) and not 0 <= read <= MOST):
        raise ValueError(f"{name} must be like {usual!r}, and not {value!r}")
    for word in (read,) if isinstance(read, str) else read if isinstance(read, tuple) else ():
        if word not in WORDS[name]:
            raise ValueError(f"{name} cannot be {word!r}; it is of {', '.join(WORDS[name])}")
    return read
