"""What an erasure takes out of the tables of leave; the ledger with its dates and days stays."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine.db import table
from engine.erasing import Erased
from workflows.leave.model import LeaveChange, LeaveOpinion

_OPINIONS, _CHANGES = table(LeaveOpinion).c, table(LeaveChange).c


def clear_opinions(session: Session, found: Erased) -> None:
    """Reasons that officials gave, and what a row held before an act changed it."""
    session.execute(update(table(LeaveOpinion)).where(_OPINIONS.instance == found.id).values(reason=""))
    session.execute(delete(table(LeaveChange)).where(_CHANGES.instance == found.id))
