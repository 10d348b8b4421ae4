"""Until when the files of requests are kept: the date is set when a request is over, and the worker keeps to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from engine import erasing
from engine.access import INSTANCES
from engine.db import Document, table
from engine.errors import Text
from workflows.positions import Unit
from workflows.privacy.holding import is_held
from workflows.privacy.retention import kept_for
from workflows.record.erasing import photos_in_use

MOST_AT_ONCE = 500
"""Files that one transaction of the worker looks at."""

_DOCUMENTS = table(Document).c
_OF_REQUESTS = table(Document).join(INSTANCES.id.table, INSTANCES.id == _DOCUMENTS.instance_id)
_TIME_IS_OVER = Text("Masa simpannya sudah habis.", "The time for which they were kept is over.")


def set_dates(session: Session, *, now: datetime) -> int:
    """Say of the files of requests that are over until when they are kept; of how many.

    A decision that can still be taken back is waited for.
    """
    columns = (_DOCUMENTS.id, _DOCUMENTS.kind, INSTANCES.process, INSTANCES.status, INSTANCES.outcome, Unit.zone)
    final = or_(INSTANCES.undo_until.is_(None), INSTANCES.undo_until <= now)
    undated = (_DOCUMENTS.keep_until.is_(None), INSTANCES.status.in_(erasing.OVER), final)
    of_units = _OF_REQUESTS.join(table(Unit), Unit.id == INSTANCES.unit)
    wanted = select(*columns, INSTANCES.ended_at).select_from(of_units).where(*undated).limit(MOST_AT_ONCE)
    by_date = defaultdict[date, list[UUID]](list)
    for row in session.execute(wanted):
        by_date[_until(row)].append(row.id)
    for until, ids in by_date.items():
        session.execute(update(table(Document)).where(_DOCUMENTS.id.in_(sorted(ids))).values(keep_until=until))
    return sum(map(len, by_date.values()))


def _until(row: Any) -> date:
    outcome = row.status if row.outcome is None else row.outcome
    return kept_for(row.process, outcome, row.kind).until(row.ended_at.astimezone(ZoneInfo(row.zone)).date())


def erase_overdue(session: Session, *, now: datetime) -> int:
    """Erase files whose time is over, but those under a legal hold; of how many requests.

    A photo that the record still uses is kept to the end of another year.
    """
    columns = (_DOCUMENTS.instance_id, _DOCUMENTS.id, INSTANCES.subject)
    wanted = select(*columns).select_from(_OF_REQUESTS).where(*_over(now), ~is_held())
    due = session.execute(wanted.order_by(_DOCUMENTS.instance_id, _DOCUMENTS.id).limit(MOST_AT_ONCE)).all()
    used = photos_in_use(session, {row.subject for row in due}) if due else set()
    of_request = defaultdict[UUID, list[UUID]](list)
    for row in due:
        if row.id not in used:
            of_request[row.instance_id].append(row.id)
    if later := sorted(used & {row.id for row in due}):
        next_year = date(now.year + 1, 12, 31)
        session.execute(update(table(Document)).where(_DOCUMENTS.id.in_(later)).values(keep_until=next_year))
    for instance, ids in of_request.items():  # in the order of their ids: no two workers wait for each other
        erasing.erase_files(session, instance, ids, reason=_TIME_IS_OVER, now=now)
    return len(of_request)


def held_back(session: Session, *, now: datetime) -> int:
    """How many files a legal hold keeps beyond their time."""
    wanted = select(func.count()).select_from(_OF_REQUESTS).where(*_over(now), is_held())
    return session.scalar(wanted) or 0


def coming(session: Session, *, until: date, limit: int) -> Sequence[Any]:
    """By day and process, how many files are erased up to a day; the nearest first."""
    dated = (_DOCUMENTS.keep_until.is_not(None), _DOCUMENTS.content.is_not(None), _DOCUMENTS.keep_until <= until)
    count = func.count().label("files")
    wanted = select(_DOCUMENTS.keep_until, INSTANCES.process, count).select_from(_OF_REQUESTS).where(*dated)
    grouped = wanted.group_by(_DOCUMENTS.keep_until, INSTANCES.process)
    return session.execute(grouped.order_by(_DOCUMENTS.keep_until, INSTANCES.process).limit(limit)).all()


def _over(now: datetime) -> tuple[Any, ...]:
    return _DOCUMENTS.keep_until.is_not(None), _DOCUMENTS.content.is_not(None), _DOCUMENTS.keep_until < now.date()


def until_of(session: Session, instance: UUID) -> date | None:
    """The last day on which the newest-kept of a request's files is kept; None where it has no dated file."""
    there = (_DOCUMENTS.instance_id == instance, _DOCUMENTS.content.is_not(None))
    newest: date | None = session.scalar(select(func.max(_DOCUMENTS.keep_until)).where(*there))
    return newest
