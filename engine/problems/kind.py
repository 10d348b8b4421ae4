"""How a kind of problem is described in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Text

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its severity and a message that says what, why and what to do instead.

    Gaps in braces are filled by the finding.
    """

    severity: str
    message: Text


def error(indonesian: str, english: str) -> Kind:
    """A kind that stands in the way of deploying."""
    return Kind(ERROR, Text(indonesian, english))


def warning(indonesian: str, english: str) -> Kind:
    """A kind that is told, but does not stop a deployment."""
    return Kind(WARNING, Text(indonesian, english))
