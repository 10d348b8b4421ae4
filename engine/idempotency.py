"""Every request at most once: the answer is stored with the effect, under the key that came with the request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.db import Database, IdempotencyKey, table
from engine.errors import Conflict, EngineError, Text

LIVES = timedelta(days=30)
"""How long a key is remembered."""

Json = Any

_REMEMBER = insert(table(IdempotencyKey))


def once(
    database: Database,
    *,
    person: str,
    route: str,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
    work: Callable[[Session], Json],
) -> Json:
    """Run ``work`` in one transaction, or give the answer that the same key got before.

    ``work`` returns something JSON can hold. An unused key costs one statement: whether it was used is
    asked only when the work is refused or the key turns out to be taken.
    Raises `Conflict` when the key came with another body; else what ``work`` raises.
    """
    identity = {"person": person, "route": route, "key": key}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()

    def work_and_remember(session: Session) -> Json:
        answer = work(session)
        session.execute(_REMEMBER, {**identity, "digest": digest, "answer": json.dumps(answer), "at": now})
        return answer

    try:
        return database.command(work_and_remember)
    except (EngineError, IntegrityError):
        found = _stored(database, identity)
        if found is None:
            raise
    return _same_request(found, digest)


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Delete keys that are older than `LIVES`."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < now - LIVES))


def _stored(database: Database, identity: Mapping[str, str]) -> tuple[str, str] | None:
    wanted = [getattr(IdempotencyKey, column) == value for column, value in identity.items()]
    with database.reads() as session:
        row = session.execute(select(IdempotencyKey.digest, IdempotencyKey.answer).where(*wanted)).first()
    return None if row is None else (row.digest, row.answer)


def _same_request(found: tuple[str, str], digest: str) -> Json:
    if found[0] != digest:
        raise Conflict(
            Text(
                "Kunci ini sudah dipakai untuk isian lain. Muat ulang halaman, lalu kirim lagi.",
                "This key was used with other answers. Reload the page and send again.",
            )
        )
    return json.loads(found[1])
