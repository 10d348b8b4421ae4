"""What somebody is starting, where its pages are, and what these say at their top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound
from engine.forms import Progress, QuestionPage
from web import drafts
from web.db import Draft
from web.drafts import Wish
from web.parts import parts, utcnow
from web.spelling import given

TAKEN = frozenset({"all", "clear", "colleague"})
"""Addresses below that of a process that are no question's."""


@dataclass(frozen=True)
class Place:
    """What is being started, with its draft, if there is one; and the request that this draft has become."""

    wish: Wish
    draft: Draft | None = None
    became: UUID | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The values of an address that leads back here: none names a colleague, but the draft for them."""
        about = {"about": self.wish.about} if self.wish.about else {}
        draft = {"draft": self.draft.id} if self.draft and self.wish.subject else {}
        return {"process": self.wish.process, **about, **draft}

    @property
    def on_device(self) -> str:
        """Under what name a phone keeps the answers, the same on all pages of questions and on the whole form."""
        subject = str(self.draft.id) if self.draft and self.wish.subject else ""
        return f"{self.wish.process}{self.wish.about or ''}{subject}"

    def question(self, page: QuestionPage, **how: Any) -> str:
        """The address of a page of questions; the draft in it tells later what became of it."""
        name = f"{page.key}-" if page.key in TAKEN else page.key
        where = {"process": self.wish.process, "draft": self.draft.id} if self.draft else self.address
        return url_for("questions.show", name=name, **where, **how)

    @property
    def typed(self) -> dict[str, list[str]]:
        """What the draft keeps."""
        return drafts.values_of(self.draft) if self.draft else {}

    def first_open(self, progress: Progress) -> QuestionPage | None:
        """The first page that nobody has been through, or on which something is wrong."""
        passed = drafts.passed(self.draft) if self.draft else frozenset()
        return next((p for p in progress.pages if p.key not in passed or progress.wrong(p)), None)


def place(session: Session, process: str) -> Place:
    """What the address says is being started. Raises `NotFound`."""
    draft, about = _id("draft"), _id("about")
    if draft is not None:
        return of_draft(drafts.get(session, current_user.person, draft), process)
    wish = Wish(process, about)
    return Place(wish, drafts.latest(session, current_user.person, wish))


def of_draft(draft: Draft, process: str) -> Place:
    """What a draft is to start. Raises `NotFound` if it is another process."""
    if draft.process != process:
        raise NotFound
    return Place(drafts.wish_of(draft), draft, draft.instance_id)


def already(became: UUID) -> ResponseReturnValue:
    """To the request: it has been sent, and nothing is sent twice."""
    return redirect(url_for("requests.show", instance_id=became, said="already"), 303)


def progress(session: Session, here: Place, me: Actor, now: datetime, typed: dict[str, list[str]]) -> Progress:
    """How far what was typed goes."""
    return parts().engine.progress(session, here.wish.process, me, given(typed), now=now, **here.wish.of_engine)


def only_for_others(session: Session, here: Place, me: Actor, now: datetime) -> bool:
    """Whether the reader may start this for colleagues alone, and has not said for whom."""
    if here.draft is not None or here.wish.about is not None:
        return False
    known = parts().engine.startable(session, me, now=now)
    return any(each.process == here.wish.process and each.behalf and not each.own for each in known)


def head(session: Session, here: Place, me: Actor) -> dict[str, Any]:
    """What each page says: what is started and what that step is and means, about which request, for whom."""
    engine, wish = parts().engine, here.wish
    deployed = engine.catalog.live(session, wish.process)
    first = deployed.compiled.first_step
    return {
        "address": here.address,
        "on_device": here.on_device,
        "title": deployed.manifest.title,
        "act": deployed.node_name(first) if first else deployed.manifest.title,
        "instructions": deployed.instructions(first) if first else None,
        "meant": engine.meant(session, me, wish.about, now=utcnow()) if wish.about else None,
        "colleague": parts().people.name(session, wish.subject) if wish.subject else None,
    }


def _id(name: str) -> UUID | None:
    """The id in the address, if there is one. Raises `NotFound` for what is none."""
    written = request.args.get(name)
    try:
        return None if written is None else UUID(written)
    except ValueError as error:
        raise NotFound from error
