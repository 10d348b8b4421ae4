"""What the pages work with: the parts that `create_app` puts together once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from engine import Engine
from engine.db import Database
from web.config import Settings
from workflows.people import People


@dataclass(frozen=True)
class Parts:
    """The settings, the database, the engine and the organisation of this application."""

    settings: Settings
    database: Database
    engine: Engine
    people: People


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast("Parts", current_app.extensions["alur"])


def utcnow() -> datetime:
    """This moment; pages and commands read the clock here and hand it down."""
    return datetime.now(UTC)
