"""What of a new value is not as it was, for eyes that compare long numbers."""

from __future__ import annotations

from difflib import SequenceMatcher

ALIKE = 0.5
"""Values with less in common than this are simply two values."""


def pieces(new: str, old: str) -> list[tuple[str, bool]]:
    """The new value in pieces, each with whether it differs from the old one; one piece where too little is alike."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(new, False)]
    parts = ((new[first:last], kind != "equal") for kind, _i, _j, first, last in matcher.get_opcodes())
    return [(piece, differs) for piece, differs in parts if piece]
