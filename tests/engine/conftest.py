"""The demo office with an engine on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.db import Database
from tests.conftest import Databases
from tests.support import NOON, Office
from workflows import load_demo


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """A fresh demo office: each test runs on both kinds of database."""
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    database = Database(url)
    yield Office(database)
    database.dispose()
    databases.drop(url)
