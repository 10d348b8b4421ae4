"""What is wrong with an expression, where, and what to write instead."""

from __future__ import annotations

from engine.errors import EngineError, Text


class FeelError(EngineError):
    """An expression that cannot be compiled; ``line`` and ``column`` count from 1."""

    def __init__(self, text: Text, line: int = 1, column: int = 1) -> None:
        super().__init__(text)
        self.line = line
        self.column = column


LONGEST = 60


def short(text: str) -> str:
    """Somebody's text cut to what fits into a sentence."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def refused(id: str, en: str, at: tuple[int, int]) -> FeelError:
    """A `FeelError` from its text in both languages and its place."""
    return FeelError(Text(id, en), *at)
