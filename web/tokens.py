"""Bearer tokens for programs: shown once, kept as a hash, valid for a while, with the rights of one person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from web.db import ApiToken

PREFIX = "alur_"
"""Lets a scanner for leaked secrets know one of ours."""
VALID_FOR = timedelta(days=90)


def issue(session: Session, person: str, label: str, now: datetime, valid_for: timedelta = VALID_FOR) -> str:
    """A new token for a person; only its hash is kept, so it cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(32)
    session.execute(delete(ApiToken).where(ApiToken.expires_at <= now))
    session.add(
        ApiToken(token_hash=_hash(token), person=person, label=label, created_at=now, expires_at=now + valid_for)
    )
    return token


def owner(session: Session, token: str, now: datetime) -> str | None:
    """The person a token acts for, if it is known and has not run out."""
    return session.scalar(select(ApiToken.person).where(ApiToken.token_hash == _hash(token), ApiToken.expires_at > now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
