"""What is wrong with a package, file or diagram: one `Problem` each, in both languages, with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.characters import spelled_out
from engine.errors import Text
from engine.problems.catalogue import CODES, ERROR, WARNING

__all__ = ["CODES", "ERROR", "WARNING", "Problem", "in_order", "problem", "shown"]

LONGEST_VALUE = 80
LONGEST_READ = 1_000
"""Letters of a value that are looked at to find those that are shown."""
MOST_VALUES = 20


@dataclass(frozen=True)
class Problem:
    """One finding: how bad, which kind (a key of `CODES`), where, and what to do about it."""

    severity: str
    code: str
    file: str
    element: str | None
    line: int | None
    message: Text

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way of deploying."""
        return self.severity == ERROR

    def as_json(self) -> dict[str, Any]:
        """The finding as `alur check --json` prints it."""
        return {
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "element": self.element,
            "line": self.line,
            "message": {"id": self.message.id, "en": self.message.en},
        }


def problem(
    code: str,
    file: str,
    *,
    element: str | None = None,
    line: int | None = None,
    severity: str | None = None,
    **values: object,
) -> Problem:
    """A finding of a catalogued kind; ``values`` fill the gaps of its message, a `Text` in its own language."""
    kind = CODES[code]
    english = {k: shown(v) for k, v in values.items()}
    indonesian = english | {k: shown(v, "id") for k, v in values.items() if not isinstance(v, str)}
    message = Text(kind.message.id.format_map(indonesian), kind.message.en.format_map(english))
    place = spelled_out(file), shown(element) if element else None
    return Problem(severity or kind.severity, code, *place, line, message)


def shown(value: object, language: str = "en") -> str:
    """A value of somebody else's file made fit for a sentence: one line, short, and what is unseen told by number."""
    if isinstance(value, Text):
        return spelled_out(value.to(language))
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, list | tuple):
        return ", ".join([*(shown(v, language) for v in value[:MOST_VALUES]), *(["…"] if value[MOST_VALUES:] else [])])
    plain = spelled_out(str(value)[:LONGEST_READ])
    return plain if len(plain) <= LONGEST_VALUE else plain[: LONGEST_VALUE - 1] + "…"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors before warnings, each by file and line, without repetitions."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=_place)


def _place(found: Problem) -> tuple[Any, ...]:
    return (found.severity != ERROR, found.file, found.line or 0, found.element or "", found.code)
