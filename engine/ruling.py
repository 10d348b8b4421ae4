"""Asking a decision of a process beforehand: a page says what the diagram will find, by the same table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.budget import Budget
from engine.catalog import Catalog
from engine.errors import NotFound
from engine.limits import Limits


def decided(
    catalog: Catalog,
    limits: Limits,
    session: Session,
    process: str,
    decision: str,
    context: Mapping[str, Any],
    now: datetime,
) -> Any:
    """What a decision of the live version of a process says of a context; days are counted in UTC.

    Raises `NotFound`, `ServiceFailed` for a table that contradicts itself.
    """
    found = catalog.live(session, process).compiled.decisions.get(decision)
    if found is None:
        raise NotFound
    return Budget(limits, now, None).decided(found[decision], context)
