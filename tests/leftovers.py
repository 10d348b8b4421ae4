"""Where in a database certain words stand, in whatever form they are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.db import Base, Database
from engine.record import read_payload


def places(database: Database, words: str) -> set[str]:
    """Every table in which the words stand."""
    with database.reads() as session:
        return {
            name
            for name, table in Base.metadata.tables.items()
            if any(words in _spelled(value) for row in session.execute(select(table)) for value in row)
        }


def _spelled(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return str(read_payload(value))
    except Exception:  # it is no payload
        return value.decode("latin-1")
