"""What an erasure takes out of proposals, and, where it is asked for, out of earlier states of a record."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.db import table
from engine.erasing import Erased
from workflows.record.model import ProposedChange, RecordRow

NOTHING = "{}"
"""The values of a row, or of a change, that were erased."""

_ROWS, _CHANGES = table(RecordRow).c, table(ProposedChange).c


def clear_proposal(session: Session, found: Erased) -> None:
    """Values and reasons of a proposal; that there was a change, of which field and when, is known on."""
    gone = {"old": NOTHING, "new": NOTHING, "reason": None}
    session.execute(update(table(ProposedChange)).where(_CHANGES.instance_id == found.id).values(gone))


def clear_earlier_states(session: Session, found: Erased) -> int:
    """The values that the request brought into the record and that hold no more; of how many revisions.

    What holds today stays: it is the office's duty to know it. Where it is to go, a proposal removes it first.
    """
    later = table(RecordRow).alias("later").c
    newest = select(func.max(later.revision)).where(later.row == _ROWS.row).scalar_subquery()
    superseded = (_ROWS.revision < newest) | _ROWS.removed
    gone = update(table(RecordRow)).where(_ROWS.instance_id == found.id, superseded).values({"values": NOTHING})
    return len(session.execute(gone.returning(_ROWS.row)).all())
