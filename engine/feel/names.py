"""Names that consist of more than one word, found in a text without ever looking at a letter twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

WORD = r"[^\W\d][\w\U00010000-\U000EFFFF]*|[\U00010000-\U000EFFFF][\w\U00010000-\U000EFFFF]*"
FULL_WORD = re.compile(WORD)
PIECE = re.compile(rf"(?P<space>\s+)|{WORD}|\d+|.", re.DOTALL)
LONGEST = 200
END = ""
"""Marks a place in the tree of names where one ends; the longest one wins."""

Branch = dict[str, Any]


class Names:
    """A set of names as a tree of their pieces: words, digits, single signs, and one blank for any white space."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.root: Branch = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know another name; single words need no knowing and are left out, as are names of absurd length."""
        plain = " ".join(name.split())
        if not plain or len(plain) > LONGEST or FULL_WORD.fullmatch(plain):
            return
        branch = self.root
        for piece in PIECE.finditer(plain):
            branch = branch.setdefault(_piece(piece), {})
        branch[END] = plain

    def match(self, text: Pieces, position: int) -> tuple[str, int] | None:
        """The longest known name that begins here, and where it ends."""
        if not self.root:
            return None
        branch, found = self.root, None
        for piece, end in text.following(position):
            if piece not in branch:
                break
            branch = branch[piece]
            if END in branch:
                found = branch[END], end
        return found


class Pieces:
    """A text cut into pieces, when somebody first asks for them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[tuple[str, int]] = []
        self.numbers: dict[int, int] = {}

    def following(self, position: int) -> Iterator[tuple[str, int]]:
        """The pieces from a place on, each with its end; none if the place lies inside a piece."""
        if not self.pieces:
            self._cut()
        for number in range(self.numbers.get(position, len(self.pieces)), len(self.pieces)):
            yield self.pieces[number]

    def _cut(self) -> None:
        for number, match in enumerate(PIECE.finditer(self.text)):
            self.numbers[match.start()] = number
            self.pieces.append((_piece(match), match.end()))


def _piece(match: re.Match[str]) -> str:
    return " " if match["space"] else match.group()


@lru_cache(maxsize=256)
def known_names(names: frozenset[str]) -> Names:
    """The tree of a model's names."""
    return Names(names)
