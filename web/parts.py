"""What the pages work with: the parts that `create_app` puts together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from engine import Engine
from engine.db import Database
from web.config import Settings
from workflows.people import People

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The moment by the machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """The settings, the database, the engine, the organisation and the clock of this application."""

    settings: Settings
    database: Database
    engine: Engine
    people: People
    clock: Clock = system_clock


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast("Parts", current_app.extensions["alur"])


def utcnow() -> datetime:
    """This moment; pages and commands read the clock here and hand it down."""
    return parts().clock()
