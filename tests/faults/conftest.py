"""A site of real processes on a fresh demo installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.office import Office
from tests.faults.site import Site
from tests.support import diagram, package, timer
from web import assemble
from web.config import Settings
from web.parts import Parts

TIMED = package(
    diagram(
        {
            "begin": "startEvent",
            "ask": "userTask",
            "wait": "intermediateCatchEvent",
            "end": "endEvent",
        },
        ["begin ask", "ask wait", "wait end"],
        lanes={"requester": ["begin", "ask", "wait", "end"]},
        inside={"wait": timer("PT2S")},
    ),
    key="timed",
    reference="UJI",
)
"""A request that waits two seconds by itself."""


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    """An installation with an outbox; its processes are started by the test."""
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    made = Site(replace(settings, outbox=outbox), tmp_path)
    yield made
    made.end()


@pytest.fixture
def inside(site: Site) -> Iterator[Parts]:
    """The same installation as the test itself sees it."""
    parts = assemble(site.settings, site.now)
    parts.database.command(
        lambda session: parts.engine.deploy(session, TIMED, by="test", now=datetime.now(UTC), state="live")
    )
    yield parts
    parts.database.dispose()


@pytest.fixture
def people(site: Site, inside: Parts) -> Office:
    """The people of the office with their tokens."""
    return Office.at(site, inside)
