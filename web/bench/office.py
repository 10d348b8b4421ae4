"""A PostgreSQL installation to measure on: the demo office, and as many plain staff as a measurement needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Task
from web import create_app, installation, migrations
from web.cli.base import ROOT, Stop
from web.config import Settings
from web.keys import make_key
from web.parts import Parts
from workflows.positions import Holding, Person, Position

OFFICER, SUPERIOR, HEAD = "P092", "P094", "P091"
"""Who checks, considers and decides in the department whose staff the measurements multiply."""
UNIT, ABOVE = "DISKOMINFO", "P094"


@dataclass
class Clock:
    """A clock that the measurement sets."""

    now: datetime = datetime(2026, 2, 2, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Office:
    """The application on its own database."""

    app: Flask
    parts: Parts
    clock: Clock

    def submit(self, person: str, day: date) -> UUID:
        """Start one day of annual leave."""
        answers = {
            "type": "annual",
            "first": day.isoformat(),
            "last": day.isoformat(),
            "reason": "Keperluan keluarga",
            "address": "Jalan Merdeka 1, Rakumpit",
            "phone": "081234567890",
        }
        engine, people = self.parts.engine, self.parts.people

        def start(session: Session) -> UUID:
            actor = people.actor(session, person, self.clock.now)
            return engine.start(session, "leave", actor, answers, now=self.clock.now).id

        return self.parts.database.command(start)

    def decide(self, instance: UUID, step: str, person: str, outcome: str) -> None:
        """Complete the open step of an instance."""
        engine, people = self.parts.engine, self.parts.people

        def complete(session: Session) -> None:
            actor = people.actor(session, person, self.clock.now)
            engine.decide(session, open_task(session, instance, step), actor, {"outcome": outcome}, now=self.clock.now)

        self.parts.database.command(complete)

    def hire(self, number: int, letter: str) -> list[str]:
        """Add numbered staff of one superior, with a letter before the number, and return their ids."""
        ids = [f"{letter}{n:06}" for n in range(number)]

        def add(session: Session) -> None:
            above = session.scalars(select(Holding.position).where(Holding.person == ABOVE)).one()
            session.add_all(_person(id) for id in ids)
            session.add_all(Position(id=id, title="Staf", unit=UNIT, reports_to=above, level="PELAKSANA") for id in ids)
            session.flush()
            session.add_all(Holding(person=id, position=id, first=date(2020, 1, 1), last=None) for id in ids)

        self.parts.database.command(add)
        return ids


def open_task(session: Session, instance: UUID, step: str) -> UUID:
    """The open task of a step."""
    wanted = select(Task.id).where(Task.instance_id == instance, Task.step == step, Task.state == "open")
    return session.scalars(wanted).one()


def weekdays(start: date) -> Iterator[date]:
    """Mondays to Fridays from a day on."""
    return (day for n in range(400) if (day := start + timedelta(days=n)).weekday() < 5)


@contextmanager
def office(url: str | None) -> Iterator[Office]:
    """The office on the given empty database, or on a server started for the run."""
    with TemporaryDirectory(prefix="alur-bench-") as folder, _database(url) as found:
        clock = Clock()
        settings = Settings(database=found, secret="b" * 48, key_file=make_key(Path(folder) / "key"), demo=True)
        app = create_app(settings, clock)
        parts: Parts = app.extensions["alur"]
        migrations.upgrade(parts.database.engine)
        installation.fill_demo(parts, clock.now)
        yield Office(app, parts, clock)
        parts.database.dispose()


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    if not (ROOT / "tests").is_dir():
        raise Stop("Name an empty PostgreSQL database with --database, or run ./alur bench in a checkout.")
    sys.path.append(str(ROOT))  # the checkout's tests are not installed
    from tests import postgres

    with postgres.cluster("") as server:
        yield server.create("bench")


def _person(id: str) -> Person:
    about: dict[str, Any] = {"kind": "PNS", "grade": "II/c", "service_start": date(2015, 1, 1), "unit": UNIT}
    return Person(id=id, nip=id, name=f"Pegawai {id}", sex="P", born=date(1990, 1, 1), **about)
