"""The demo office with the real packages deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.db import Database
from engine.package import Package
from tests.conftest import Databases
from tests.support import NOON, Office
from workflows import load_demo, packages, services


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    """A fresh demo office that runs the real packages: each test runs on both kinds of database."""
    url = databases.fresh(kind, "flows", _filled)
    database = Database(url)
    yield Office(database, services=services)
    database.dispose()
    databases.drop(url)


def _filled(database: Database) -> None:
    database.command(lambda session: load_demo(session, NOON))
    released = [Package.read(manifest.parent) for manifest in sorted(packages().glob("*/process.toml"))]
    Office(database, services=services).deploy(*released)
