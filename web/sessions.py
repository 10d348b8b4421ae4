"""Sessions kept on the server: the cookie is a random token, the database knows only its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from engine.db import table
from web.config import Settings
from web.db import Credential, WebSession
from workflows.privacy import notice
from workflows.privacy.model import NoticeAck

IDLE = timedelta(hours=2)
"""A form may be left open for at least an hour; touches are up to `TOUCH_EVERY` late."""
LIFETIME = timedelta(hours=12)
REMEMBERED = timedelta(days=1)
"""How long it is known whose a session was that has run out."""
TOUCH_EVERY = timedelta(minutes=10)
CSRF = "csrf_token"


@dataclass(frozen=True)
class SignedIn:
    """Who uses this browser, in the form that Flask-Login wants."""

    person: str
    token_hash: str
    must_change: bool
    seen_at: datetime
    unsent: str | None = None
    """See `web.unsent`."""
    noticed: int | None = None
    """The newest version of the notice on personal data that they have confirmed."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def must_read(self) -> bool:
        """Whether the notice on personal data that holds now is still to be confirmed."""
        return self.noticed != notice.versions()[0]

    def get_id(self) -> str:
        """The key of the session row; the person is looked up through it at each request."""
        return self.token_hash


class BrowserSession(dict[str, Any], SessionMixin):
    """What Flask calls the session. Nothing is stored in it: all follows from the token.

    The CSRF token is a keyed hash of the token, so it is bound to this browser and changes at sign-in.
    """

    def __init__(self, token: str | None, secret: str) -> None:
        super().__init__()
        self._secret = secret
        self.is_needed = False
        self.use(token or secrets.token_urlsafe(32))

    def use(self, token: str) -> None:
        """Go on under another token."""
        self.token = token
        self["_user_id"] = hash_of(token)
        self[CSRF] = hmac.new(self._secret.encode(), f"csrf:{token}".encode(), "sha256").hexdigest()

    def renew(self) -> str:
        """Take a new token, because the rights of this browser change; returns its hash."""
        self.use(secrets.token_urlsafe(32))
        self.is_needed = True
        return hash_of(self.token)

    def __getitem__(self, key: str) -> Any:
        if key == CSRF:
            self.is_needed = True
        return super().__getitem__(key)


class CookieSessions(SessionInterface):
    """Reads and writes the one cookie."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret
        self._secure = settings.https
        self._name = "__Host-alur" if settings.https else "alur"

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of this browser; costs no query, Flask-Login looks the row up when somebody asks."""
        return BrowserSession(request.cookies.get(self._name), self._secret)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie when a form or a sign-in needs it and the browser does not have it yet."""
        assert isinstance(session, BrowserSession)
        from flask import request

        if session.is_needed and request.cookies.get(self._name) != session.token:
            response.set_cookie(self._name, session.token, path="/", secure=self._secure, httponly=True, samesite="Lax")


def hash_of(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


_SESSIONS, _CREDENTIALS = table(WebSession).c, table(Credential).c
_ACKS = table(NoticeAck).c
_NOTICED = select(func.max(_ACKS.version)).where(_ACKS.person == _SESSIONS.person).scalar_subquery()
_FIND = (
    select(_SESSIONS.person, _CREDENTIALS.must_change, _SESSIONS.seen_at, _SESSIONS.unsent, _NOTICED.label("noticed"))
    .join_from(table(WebSession), table(Credential), _CREDENTIALS.person == _SESSIONS.person)
    .where(
        _SESSIONS.token_hash == bindparam("token"),
        _SESSIONS.seen_at >= bindparam("seen"),
        _SESSIONS.started_at >= bindparam("started"),
    )
)
"""Made once: every request asks it."""


def open_for(session: Session, person: str, token_hash: str, now: datetime, *, before: str | None = None) -> None:
    """Sign a browser in, and forget sessions that ran out long ago.

    ``before``: the session that the browser had; what its person could not send goes along to the same person only.
    """
    session.execute(delete(WebSession).where(WebSession.seen_at < now - REMEMBERED))
    mine = (WebSession.token_hash == before, WebSession.person == person)
    unsent = session.scalar(select(WebSession.unsent).where(*mine)) if before else None
    if before:
        close(session, before)
    session.add(WebSession(token_hash=token_hash, person=person, started_at=now, seen_at=now, unsent=unsent))


def keep_unsent(session: Session, token_hash: str, unsent: str | None) -> bool:
    """Keep with a session what was typed while it ran out, or (None) no more; whether there is such a session."""
    keep = update(WebSession).where(WebSession.token_hash == token_hash).values(unsent=unsent)
    return session.scalar(keep.returning(WebSession.token_hash)) is not None


def find(session: Session, token_hash: str, now: datetime) -> SignedIn | None:
    """Who is signed in under a token, if the session has not run out. One statement."""
    wanted = {"token": token_hash, "seen": now - IDLE, "started": now - LIFETIME}
    row = session.execute(_FIND, wanted).one_or_none()
    if row is None:
        return None
    return SignedIn(row.person, token_hash, row.must_change, row.seen_at, row.unsent, row.noticed)


def needs_touch(user: SignedIn, now: datetime) -> bool:
    """Whether the last sign of life on record is old enough to write a newer one."""
    return now - user.seen_at >= TOUCH_EVERY


def touch(session: Session, user: SignedIn, now: datetime) -> None:
    """Note that the session is still in use."""
    session.execute(update(WebSession).where(WebSession.token_hash == user.token_hash).values(seen_at=now))


def close(session: Session, token_hash: str) -> None:
    """Sign one browser out."""
    session.execute(delete(WebSession).where(WebSession.token_hash == token_hash))


def close_all(session: Session, person: str) -> None:
    """Sign a person out of every browser, as after a change of password."""
    session.execute(delete(WebSession).where(WebSession.person == person))
