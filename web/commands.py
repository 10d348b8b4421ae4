"""The one way in which a page changes something: once per key, in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound
from engine.idempotency import once
from web import sessions, unsent
from web.parts import parts, utcnow

KEY = "_key"
SHORTEST_KEY, LONGEST_KEY = 16, 64
LONGEST_PATH = 120
"""Characters of an address that a key is kept with; no page of ours has a longer one."""

Work = Callable[[Session, Actor, datetime], str]
"""Does the act for the actor and returns the address to go on to."""


class KeyMissing(Exception):
    """The form carries no one-time key: it was not made by one of our pages."""


def one_time_key() -> str:
    """A new key for a form; posting the form twice then has one effect."""
    return secrets.token_urlsafe(18)


def command(work: Work) -> ResponseReturnValue:
    """Run ``work`` for the signed-in person in one transaction, at most once per key, and go on.

    The actor's rights are loaded in the same transaction, so that a right that was
    just withdrawn is not used. A repetition gets the same address and changes nothing.
    """
    return redirect(act(work, request.path, sent_values() | _digests()), 303)


def act(work: Work, route: str, body: dict[str, list[str]]) -> str:
    """As `command`, for one of several acts that a form asks for at once; the address to go on to.

    ``route`` and ``body``: what the page of the single act would have been sent.
    """
    key, now, user = _key(), utcnow(), current_user
    if len(route) > LONGEST_PATH:
        raise NotFound

    def run(session: Session) -> str:
        if sessions.needs_touch(user, now):
            sessions.touch(session, user, now)
        unsent.sent(session, user, route)
        return work(session, actor(session, now), now)

    return str(once(parts().database, person=user.person, route=route, key=key, body=body, now=now, work=run))


def actor(session: Session, now: datetime) -> Actor:
    """The signed-in person with the rights of this moment; the page's head shows who it is."""
    g.actor = parts().people.actor(session, current_user.person, now)
    return cast("Actor", g.actor)


def sent_values() -> dict[str, list[str]]:
    """What the form sent, without the tokens."""
    values = {name: request.form.getlist(name) for name in request.form if name not in {KEY, sessions.CSRF}}
    return dict(sorted(values.items()))


def _digests() -> dict[str, list[str]]:
    """What files were sent, in short: the same key with another file is another request."""
    found: dict[str, list[str]] = {}
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        found.setdefault(f"{name} file", []).append(hashlib.sha256(file.stream.read()).hexdigest())
        file.stream.seek(0)
    return found


def _key() -> str:
    key = request.form.get(KEY, "")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise KeyMissing
    return key
