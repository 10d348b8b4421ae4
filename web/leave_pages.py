"""What an address of a page on leave says: which month and page; and who may ask for reports."""

from __future__ import annotations

import re
from datetime import date

from flask import request
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound
from web.parts import parts, utcnow
from workflows.leave import sight
from workflows.leave.absences import month_of
from workflows.workdays import Span

LONGEST_SEARCH = 80
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
PAGE = re.compile(r"[1-9][0-9]{0,4}")


def keeper(who: Actor) -> Actor:
    """The reader, if they keep somebody's leave. Raises `NotFound`."""
    if not sight.reports(who):
        raise NotFound
    return who


def verifier(who: Actor) -> Actor:
    """The reader, if they verify for BKPSDM, who alone post what concerns all. Raises `NotFound`."""
    if not sight.verifies(who):
        raise NotFound
    return who


def today_of(session: Session, who: Actor) -> date:
    """The date in the zone of the reader's unit."""
    now = utcnow()
    return now.astimezone(parts().people.zone(session, who.unit, now)).date()


def month_in_address(today: date) -> Span:
    """The month in the address, or this one."""
    found = MONTH.fullmatch(request.args.get("month", ""))
    return month_of(date(int(found[1]), int(found[2]), 1) if found else today)


def page_in_address() -> int:
    """The number of a page; the first for anything else."""
    given = request.args.get("page", "1")
    return int(given) if PAGE.fullmatch(given) else 1


def words_in_form() -> str:
    """What was searched for: posted, so that no name stands in an address or a log."""
    return request.form.get("q", "").strip()[:LONGEST_SEARCH]
