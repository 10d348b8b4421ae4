"""What was typed for a new request and is not sent yet, so that nothing is typed twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from engine import documents
from engine.errors import NotFound
from web.db import Draft

KEPT = timedelta(days=30)
PASSED = "_passed"
"""Among the values of a draft: the pages that were answered. No question is called so."""


@dataclass(frozen=True)
class Wish:
    """What somebody would start: a process, the request that it is about, the colleague that it is for."""

    process: str
    about: UUID | None = None
    subject: str | None = None

    @property
    def of_engine(self) -> dict[str, Any]:
        """What the engine is told beside the process."""
        return {"about": self.about, "subject": self.subject}


def latest(session: Session, person: str, wish: Wish, *, lock: bool = False) -> Draft | None:
    """The newest unsent draft of a person for what they would start; locked, no other tab changes it meanwhile."""
    newest = select(Draft).where(*_unsent(person, wish)).order_by(Draft.at.desc()).limit(1)
    return session.scalars(newest.with_for_update() if lock else newest).one_or_none()


def begun(session: Session, person: str) -> dict[str, datetime]:
    """The processes of which a person has unsent answers of their own, about no other request, and when kept."""
    own = (Draft.person == person, Draft.about.is_(None), Draft.subject.is_(None), Draft.instance_id.is_(None))
    found = session.execute(select(Draft.process, Draft.at).where(*own, Draft.answers != "{}").order_by(Draft.at))
    return {row.process: row.at for row in found}


def for_colleagues(session: Session, person: str, process: str) -> list[Draft]:
    """A person's unsent drafts of a process for colleagues, newest first."""
    own = (Draft.person == person, Draft.process == process, Draft.subject.is_not(None), Draft.instance_id.is_(None))
    return list(session.scalars(select(Draft).where(*own).order_by(Draft.at.desc())))


def get(session: Session, person: str, draft_id: UUID, *, lock: bool = False) -> Draft:
    """One's own draft, sent or not; locked, it can be sent by one tab only. Raises `NotFound`."""
    draft = session.get(Draft, draft_id, with_for_update=lock or None)
    if draft is None or draft.person != person:
        raise NotFound
    return draft


def keep(
    session: Session,
    person: str,
    wish: Wish,
    values: dict[str, list[str]],
    now: datetime,
    *,
    passed: Iterable[str] = (),
) -> Draft:
    """Store what was typed in the person's one unsent draft for the wish; its documents wait for it.

    ``passed``: the pages of questions that the person has been through.
    """
    session.execute(delete(Draft).where(Draft.person == person, Draft.at < now - KEPT))
    draft = latest(session, person, wish)
    if draft is None:
        draft = Draft(id=uuid4(), person=person, process=wish.process, instance_id=None, answers="{}", **wish.of_engine)
        session.add(draft)
    before, draft.at = _texts(values_of(draft)), now
    draft.answers = json.dumps({**values, PASSED: sorted(passed)} if passed else values)
    documents.discard(session, person, before - _texts(values))
    documents.renew(session, person, _texts(values), now=now)
    return draft


def wish_of(draft: Draft) -> Wish:
    """What the draft is to start."""
    return Wish(draft.process, draft.about, draft.subject)


def sent(draft: Draft, instance_id: UUID, now: datetime) -> None:
    """Remember only which request it became."""
    draft.answers, draft.instance_id, draft.at = "{}", instance_id, now


def values_of(draft: Draft) -> dict[str, list[str]]:
    """The raw form values as they were typed."""
    return {name: values for name, values in _stored(draft).items() if name != PASSED}


def passed(draft: Draft) -> frozenset[str]:
    """The pages of questions that the person has been through."""
    return frozenset(_stored(draft).get(PASSED, ()))


def _stored(draft: Draft) -> dict[str, list[str]]:
    stored: dict[str, list[str]] = json.loads(draft.answers)
    return stored


def _texts(values: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything in a form; the ids of documents are among it, and nothing else is written like one."""
    return {text for texts in values.values() for text in texts}


def seal(draft: Draft) -> str:
    """What the check page shows, in short: another tab may change the draft in the meantime."""
    return hashlib.sha256(draft.answers.encode()).hexdigest()[:32]


def _unsent(person: str, wish: Wish) -> tuple[ColumnElement[bool], ...]:
    return (
        Draft.person == person,
        Draft.process == wish.process,
        Draft.about.is_(None) if wish.about is None else Draft.about == wish.about,
        Draft.subject.is_(None) if wish.subject is None else Draft.subject == wish.subject,
        Draft.instance_id.is_(None),
    )
