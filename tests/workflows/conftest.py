"""The demo office in a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from engine.db import Database
from tests.conftest import Databases
from workflows import load_demo

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
"""Monday, 2 November 2026, 12.00 WIB."""


@pytest.fixture
def demo(kind: str, databases: Databases) -> Iterator[Database]:
    """A fresh demo office: each test runs on both kinds of database."""
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    database = Database(url)
    yield database
    database.dispose()
    databases.drop(url)
