"""The summary of a request in lists: what is asked for and when, as `summary` in process.toml has it.

It is made when the first step is given and kept with the request, so that a list reads nothing more for it. One item
is a line of what is kept: a text, or with a tab between them its Indonesian and its English words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.budget import Budget
from engine.characters import cleaned
from engine.errors import EngineError, Text
from engine.feel import compile_expression

if TYPE_CHECKING:
    from engine.catalog import Deployed

LONGEST = 200
"""Characters that are kept of a summary."""
LONGEST_WORDS = 80
"""Characters of one text within it."""


def summary_of(deployed: Deployed, known: Mapping[str, Any], budget: Budget) -> str | None:
    """What is kept of the summary over ``known``, the answers of the first step by its id and ``instance``.

    None where the package has none, nothing was answered that it shows, or it cannot be computed: an act never fails
    because of what a list would have shown.
    """
    expression = deployed.manifest.summary
    if expression is None:
        return None
    try:
        value = budget.computed(expression, known)
    except EngineError:
        return None
    choices = _choices(deployed, expression)
    kept, left = list[str](), LONGEST
    for line in (_line(item, choices) for item in (value if isinstance(value, list) else [value])):
        if line and len(line) < left:
            kept.append(line)
            left -= len(line) + 1
    return "\n".join(kept) or None


def in_short(*kept: str | None) -> Text | None:
    """What was kept of one or several requests, in both languages; days in it are written as 2026-12-07."""
    lines = [line.partition("\t") for one in kept if one for line in one.split("\n")]
    if not lines:
        return None
    return Text(" · ".join(id for id, _, _ in lines), " · ".join(en or id for id, _, en in lines))


def _choices(deployed: Deployed, expression: str) -> dict[str, Text]:
    """The words for the codes of the choices that the expression reads of the first step's form."""
    first = deployed.compiled.first_step
    form = deployed.form_of(first) if first else None
    read = {path[1] for path in compile_expression(expression).paths if len(path) > 1 and path[0] == first}
    asked = (field for field in (form.fields if form else ()) if field.key in read)
    return {value: label for field in asked for value, label in field.values if isinstance(value, str)}


def _line(item: Any, choices: Mapping[str, Text]) -> str:
    """An item as it is kept; empty for what says nothing."""
    if isinstance(item, str) and item in choices:
        item = {"id": choices[item].id, "en": choices[item].en}
    if not isinstance(item, Mapping):
        return _words(item)
    both = [_words(item.get(language)) for language in ("id", "en")]
    return "\t".join(dict.fromkeys(both)) if all(both) else ""


def _words(value: Any) -> str:
    """A text, a day or a number on one line; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | date | Decimal | int):
        return ""
    line = " ".join(cleaned(str(value)).split())
    return line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1]}…"
