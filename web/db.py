"""The tables that only the web side needs: who may sign in, who has, and what was typed but not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, table


class Credential(Base):
    """A person's password as an argon2 hash; an initial password must be changed at the first sign-in."""

    __tablename__ = "credential"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool]
    changed_at: Mapped[datetime]


class WebSession(Base):
    """A signed-in browser. The browser holds the token, the database only its hash."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_person", "person"), Index("ix_web_session_seen_at", "seen_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    unsent: Mapped[str | None] = mapped_column(Text)
    """What was typed while it ran out (see `web.unsent`)."""


class LoginAttempt(Base):
    """Failed sign-ins in a row for one NIP or one address; ``subject`` is a keyed hash of which."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_last_at", "last_at"),)

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token for programs, kept as a hash; it acts with the rights of its person."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_person", "person"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Draft(Base):
    """What somebody typed for a new request and has not sent; once sent, only which request it became."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_person", "person", "process"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    process: Mapped[str] = mapped_column(String(64))
    about: Mapped[UUID | None]
    """The request that this one is to be about."""
    subject: Mapped[str | None] = mapped_column(String(64))
    """The colleague that it is to be for, where somebody starts it on their behalf."""
    answers: Mapped[str] = mapped_column(Text)
    """JSON of the raw form values; emptied when the request is sent."""
    instance_id: Mapped[UUID | None]
    at: Mapped[datetime]


class HandedOver(Base):
    """A notice that somebody passed on by word of mouth to a person whom nothing else reaches."""

    __tablename__ = "handed_over"

    notice: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class HintSeen(Base):
    """A first-visit hint that a person has put away."""

    __tablename__ = "hint_seen"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    hint: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


def add_missing(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet; of two who add the same at once, both find it there."""
    add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(add(table(model)).on_conflict_do_nothing(), rows)
