"""What an erasure takes out of the tables of the pages: drafts, and what was typed as a session ran out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from engine.db import table
from engine.erasing import Erased
from web.db import Draft, WebSession

_DRAFTS, _SESSIONS = table(Draft).c, table(WebSession).c


def clear_what_was_typed(session: Session, found: Erased) -> None:
    """The draft that the request was, drafts of requests about it, and what a session keeps of either or of its tasks.

    A draft for a new request of the same kind is another matter, and stays.
    """
    gone = delete(table(Draft)).where(or_(_DRAFTS.instance_id == found.id, _DRAFTS.about == found.id))
    drafts = session.scalars(gone.returning(_DRAFTS.id)).all()
    _forget_unsent(session, (*found.ids, *map(str, drafts)))


def _forget_unsent(session: Session, ids: Iterable[str]) -> None:
    named = or_(*(_SESSIONS.unsent.contains(each) for each in ids))
    session.execute(update(table(WebSession)).where(_SESSIONS.unsent.is_not(None), named).values(unsent=None))
