"""What an erasure means for letters: none while a letter is still to come; its line in the register stays.

The public page goes on telling whoever holds the paper that the letter is real: it says no more than the paper does.
"""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.db import table
from engine.erasing import Erased
from engine.errors import Conflict, Text
from workflows.letters.model import UNNUMBERED, WAITING, Letter

_LETTERS = table(Letter).c


def refuse_before_the_letter(session: Session, found: Erased) -> None:
    """Raise `Conflict` while the request's letter is to be made: it is made of what the request says."""
    waits = (_LETTERS.instance == found.id, _LETTERS.status.in_((WAITING, UNNUMBERED)))
    if session.scalar(select(exists().where(*waits))):
        raise Conflict(_LETTER_WAITS)


_LETTER_WAITS = Text(
    "Surat permohonan ini belum selesai dibuat, sehingga isinya belum dapat dihapus.",
    "The letter of this request is not made yet, so what it says cannot be erased.",
)
