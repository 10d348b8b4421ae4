"""What the demo office needs for its letters: addresses, and a block of numbers for each department."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.demo import ZONE
from workflows.letters import numbers
from workflows.letters.model import Letterhead
from workflows.positions import Unit

PLACE = "Rakumpit"
KEEPER = "P026"
"""Who gave the blocks: the demo's personnel officer of BKPSDM."""
BLOCK = (101, 500)


def load_letterheads(session: Session, now: datetime) -> None:
    """Give each department of an empty demo an address and numbers; one that has some already is left alone."""
    if session.scalar(select(Letterhead.unit).limit(1)) is not None:
        return
    year = now.astimezone(ZoneInfo(ZONE)).year
    for at, unit in enumerate(session.scalars(select(Unit).order_by(Unit.id)), 1):
        address = f"Jalan Contoh Nomor {at}, {PLACE} 74000\nTelepon (0536) 000{at:03}"
        session.add(Letterhead(unit=unit.id, address=address, place=PLACE))
        if unit.parent is None:
            numbers.give_block(session, unit.id, year, *BLOCK, by=KEEPER, now=now)
