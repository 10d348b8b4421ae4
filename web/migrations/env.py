"""Run by Alembic for each upgrade, downgrade and draft."""

from __future__ import annotations

from typing import Literal

from alembic import context

import web.db
import workflows
from engine.db import Base, UtcDateTime

WITH_TABLES = (web.db, workflows)
"""Importing them is what puts their tables on the metadata."""


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Moments are written as plain columns, so that an old revision does not hang on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
