"""Writing an event into an instance's record, whoever made it happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.db import Event, table
from engine.record import entry

_ADD_EVENT = insert(table(Event))


def append(
    session: Session, row: Any, kind: str, *, at: datetime, facts: Mapping[str, Any], payload: Mapping[str, Any]
) -> bytes:
    """Write the event that comes next in the record of a locked instance; its hash is the record's new head."""
    number = row.events + 1
    new = entry(row.head, {"number": number, "at": at, "kind": kind, "version": row.version_id, **facts}, payload)
    stored = {"record": new.record, "hash": new.hash, "payload": new.payload, "salt": new.salt}
    session.execute(_ADD_EVENT, {"instance_id": row.id, "number": number, **stored})
    return new.hash
