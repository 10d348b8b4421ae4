"""Databases of earlier releases: migrated, verified, and every request in them decided to its end."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, create_engine, insert, select, text

from engine.audit import verify
from tests.conftest import Databases
from tests.golden import office
from tests.golden.__main__ import DATA, ROOT
from tests.golden.office import CHECKPOINTS, DATABASE, KEY, Site, differences, ends
from tests.golden.play import Json
from web import migrations
from web.worker import Worker

RELEASES = sorted(folder.name for folder in DATA.iterdir())
NUMBERS = itertools.count()


@pytest.fixture(params=RELEASES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A release's database and what belongs to it, unpacked."""
    kept = DATA / str(request.param)
    (tmp_path / DATABASE).write_bytes(gzip.decompress((kept / f"{DATABASE}.gz").read_bytes()))
    (tmp_path / CHECKPOINTS).write_bytes((kept / CHECKPOINTS).read_bytes())
    (tmp_path / "office.json").write_bytes((kept / "office.json").read_bytes())
    return tmp_path


@pytest.fixture
def expected(folder: Path) -> Json:
    """What the release that made the database says of it."""
    found: Json = json.loads((folder / "office.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def site(kind: str, folder: Path, expected: Json, databases: Databases) -> Iterator[Site]:
    """The installation after `alur migrate`, on both kinds of database."""
    url = f"sqlite:///{folder / DATABASE}"
    if kind == "postgresql":
        url = _moved(url, databases.cluster.create(f"golden_{next(NUMBERS)}"))
    found = Site.at(url, folder, datetime.fromisoformat(expected["moment"]))
    migrations.upgrade(found.parts.database.engine)
    yield found
    found.parts.database.dispose()
    if kind == "postgresql":
        databases.drop(url)


def _moved(source: str, target: str) -> str:
    """The same rows in the same schema on PostgreSQL."""
    old, new = create_engine(source), create_engine(target)
    with old.connect() as connection:
        migrations.upgrade(new, connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    _copy(old, new)
    old.dispose()
    new.dispose()
    return target


def _copy(old: Engine, new: Engine) -> None:
    schema = MetaData()
    schema.reflect(new)
    with old.connect() as source, new.begin() as target:
        target.execute(text("SET LOCAL TIME ZONE 'UTC'"))  # SQLite keeps moments without their zone, in UTC
        for table in (table for table in schema.sorted_tables if table.name != "alembic_version"):
            generic = Table(table.name, MetaData(), *(Column(c.name, c.type.as_generic()) for c in table.columns))
            rows = [dict(row) for row in source.execute(select(generic)).mappings()]
            if rows:
                target.execute(insert(table), rows)
            for column in table.primary_key:
                if column.server_default is not None:  # a sequence, which goes on after the last number
                    last = f"SELECT max({column.name}) FROM {table.name}"
                    sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                    target.execute(text(f"SELECT setval({sequence}, ({last}))"))


def test_every_request_stands_where_it_stood_and_is_decided_as_then_and_the_record_verifies(
    site: Site, expected: Json
) -> None:
    assert list(differences(site, expected)) == []
    found = ends(site, expected)
    assert found == {name: expected[name] for name in found}
    Worker(site.parts).pass_once()
    assert _verify(site) == "Catatan utuh / the record is whole"


def test_the_record_verifies_as_it_was_left(site: Site) -> None:
    outside = site.parts.settings.checkpoint_file.read_text(encoding="utf-8").splitlines()
    with site.parts.database.snapshot() as session:
        assert list(verify(session, KEY.public_key(), outside)) == []
        assert session.execute(text("SELECT count(*) FROM checkpoint")).scalar_one() == len(outside) > 0


def _verify(site: Site) -> str:
    """What `alur verify` says."""
    settings = site.parts.settings
    named = {"ALUR_DATABASE": settings.database, "ALUR_SECRET": settings.secret, "ALUR_KEY_FILE": settings.key_file}
    command = [sys.executable, "-m", "web", "verify", "--checkpoint", str(settings.checkpoint_file)]
    environment = {**os.environ, **{name: str(value) for name, value in named.items()}}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_the_database_of_this_release_holds_what_an_office_leaves_behind(site: Site) -> None:
    tables = ("version", "instance", "task", "event", "checkpoint", "message", "notice", "incident", "idempotency_key")
    with site.parts.database.reads() as session:
        rows = {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
        unsent = session.execute(text("SELECT count(*) FROM message WHERE done_at IS NULL")).scalar_one()
    assert min(rows.values()) >= 1
    assert unsent >= 2
    assert rows["instance"] >= len(list(office.stories()))
