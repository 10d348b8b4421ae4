"""A site of real processes on a fresh demo installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.office import Office
from tests.faults.site import START, Site
from tests.support import diagram, package, timer
from web import assemble
from web.config import Settings
from web.contacts import ALL
from web.parts import Parts
from workflows.positions import Person
from workflows.reach import MAIL, Contact

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
    """An installation that mails into a folder; its processes are started by the test."""
    made = Site(replace(settings, mail=(tmp_path / "mail").as_uri()), tmp_path)
    yield made
    made.end()


@pytest.fixture
def inside(site: Site) -> Iterator[Parts]:
    """The same installation as the test itself sees it."""
    parts = assemble(site.settings, site.now)
    parts.database.command(
        lambda session: parts.engine.deploy(session, TIMED, by="test", now=datetime.now(UTC), state="live")
    )
    parts.database.command(_give_addresses)
    yield parts
    parts.database.dispose()


def _give_addresses(session: Session) -> None:
    """Everybody is told by mail, of their tasks too."""
    session.add_all(
        Contact(
            person=person,
            channel=MAIL,
            address=f"{person.lower()}@example.go.id",
            confirmed_at=START,
            wants=ALL,
            asks=1,
            tries=0,
        )
        for person in session.scalars(select(Person.id))
    )


@pytest.fixture
def people(site: Site, inside: Parts) -> Office:
    """The people of the office with their tokens."""
    return Office.at(site, inside)
