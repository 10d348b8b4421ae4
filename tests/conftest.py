"""What tests ask for: databases of both kinds, the demo office, the application and its clients."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_laws
from playwright.sync_api import Browser, Page, sync_playwright

from engine.db import Database
from tests import chromium
from tests import postgres as pg
from web import assemble, create_app, installation, migrations, sessions, tokens
from web.config import Settings
from web.keys import make_key
from web.parts import Parts

# A busy machine is no finding: neither the time of one example nor that of making them is judged. And the same
# examples each time: what turns red is somebody's change.
settings_of_laws.register_profile("alur", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings_of_laws.load_profile("alur")

LEFT_OUT = pytest.StashKey[int]()
KINDS = ("sqlite", "postgresql")
Prepare = Callable[[Database], object]


class Databases:
    """Fresh databases of both kinds, each a cheap copy of a template that is prepared once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._cluster: pg.Cluster | None = None
        self._templates: dict[tuple[str, str], Exception | None] = {}
        self._numbers = itertools.count(1)

    def fresh(self, kind: str, template: str, prepare: Prepare) -> str:
        """The URL of a new database like the template that ``prepare`` fills when it is first asked for."""
        if (kind, template) not in self._templates:
            self._templates[kind, template] = self._prepared(self._url(kind, template), prepare)
        if failure := self._templates[kind, template]:
            raise RuntimeError(f"the template {template} could not be made: {failure!r}") from failure
        return self._copy(kind, template, f"{template}_{next(self._numbers)}")

    def drop(self, url: str) -> None:
        """Remove a database that `fresh` made."""
        kind, _, rest = url.partition(":")
        if kind.startswith("postgresql"):
            self.cluster.drop(rest.removeprefix("//postgres@/").partition("?")[0])
            return
        for file in self._folder.glob(f"{Path(rest).name}*"):
            file.unlink()

    @property
    def cluster(self) -> pg.Cluster:
        """The PostgreSQL server, started when it is first needed."""
        if self._cluster is None:
            self._cluster = self._stack.enter_context(pg.cluster())
        return self._cluster

    def close(self) -> None:
        """Stop the server."""
        self._stack.close()

    def _url(self, kind: str, name: str) -> str:
        return self.cluster.create(name) if kind == "postgresql" else f"sqlite:///{self._folder / name}.db"

    def _prepared(self, url: str, prepare: Prepare) -> Exception | None:
        """Fill a template; a failure is kept, so that it is not tried again for each test."""
        database = Database(url)
        try:
            migrations.upgrade(database.engine)
            prepare(database)
        except Exception as failure:
            return failure
        finally:
            database.dispose()
        return None

    def _copy(self, kind: str, template: str, name: str) -> str:
        if kind == "postgresql":
            return self.cluster.create(name, template)
        copy = self._folder / f"{name}.db"
        shutil.copyfile(self._folder / f"{template}.db", copy)
        return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The maker of databases, one for the whole run (of a worker)."""
    with tempfile.TemporaryDirectory(prefix="alur-db-", dir=pg.fast_folder()) as folder:
        maker = Databases(Path(folder))
        yield maker
        maker.close()


def _opened(databases: Databases, kind: str, template: str, prepare: Prepare) -> Iterator[Database]:
    url = databases.fresh(kind, template, prepare)
    database = Database(url)
    yield database
    database.dispose()
    databases.drop(url)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: each test that asks for one runs on both."""
    return str(request.param)


@pytest.fixture
def database(kind: str, databases: Databases) -> Iterator[Database]:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    yield from _opened(databases, kind, "empty", lambda _: None)


@pytest.fixture
def sqlite(databases: Databases) -> Iterator[Database]:
    """A migrated, empty SQLite database, for what does not depend on the kind."""
    yield from _opened(databases, "sqlite", "empty", lambda _: None)


@pytest.fixture
def postgres(databases: Databases) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database, for what only exists there."""
    yield from _opened(databases, "postgresql", "empty", lambda _: None)


class Clock:
    """A clock that tests set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self.at

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    """The clock of `app`; it starts on Monday, 2 November 2026, at noon in Jakarta."""
    return Clock(datetime(2026, 11, 2, 5, tzinfo=UTC))


@pytest.fixture
def settings(kind: str, databases: Databases, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a demo installation with its office, accounts and packages, on both kinds of database."""
    url = databases.fresh(kind, "demo", lambda database: _demo(database, tmp_path))
    yield _settings(url, tmp_path)
    databases.drop(url)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The application on a demo installation."""
    made = create_app(settings, clock)
    yield made
    made.extensions["alur"].database.dispose()


@pytest.fixture
def parts(app: Flask) -> Parts:
    """What the application is made of: settings, database, engine, people, clock."""
    made: Parts = app.extensions["alur"]
    return made


ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def client_as(app: Flask, parts: Parts) -> ClientAs:
    """A browser in which the person (``P097``) is signed in already."""

    def client(person: str) -> FlaskClient:
        token = secrets.token_urlsafe(32)
        hashed = sessions.hash_of(token)
        parts.database.command(lambda session: sessions.open_for(session, person, hashed, parts.clock()))
        browser = app.test_client()
        browser.set_cookie("alur", token)
        return browser

    return client


@pytest.fixture
def token_of(parts: Parts) -> Callable[[str], str]:
    """A bearer token of a person."""
    return lambda person: parts.database.command(lambda session: tokens.issue(session, person, "test", parts.clock()))


def _settings(url: str, folder: Path) -> Settings:
    key, mail = make_key(folder / "checkpoint.key"), (folder / "mail").as_uri()
    return Settings(database=url, secret="s" * 48, key_file=key, mail=mail, demo=True)


def _demo(database: Database, folder: Path) -> None:
    parts = assemble(_settings(database.engine.url.render_as_string(hide_password=False), folder))
    installation.fill_demo(parts, datetime(2026, 11, 2, 5, tzinfo=UTC))
    parts.database.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser; without one the test fails and says what to install."""
    found = chromium.find()
    if found is None:
        pytest.fail(chromium.HELP, pytrace=False)
    chromium.settle_playwright()
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, **found.environment}
        started = playwright.chromium.launch(executable_path=found.program, args=list(found.arguments), env=environment)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A blank page of the size of a phone, in a context of its own."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    yield context.new_page()
    context.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the long versions of tests that have a short one; `--seed` replays one random walk."""
    parser.addoption("--long", action="store_true", help="the long runs of the fault tests")
    parser.addoption("--seed", type=int, help="walk through the random model of this seed alone (tests/engine)")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long runs were asked for."""
    return bool(request.config.getoption("--long"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the browser tests where that was asked for in so many words."""
    if chromium.find() is None and os.environ.get("ALUR_ALLOW_NO_BROWSER") == "1":
        left_out = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
        config.stash[LEFT_OUT] = len(left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Never leave anything out silently."""
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left_out} browser tests not run: ALUR_ALLOW_NO_BROWSER=1 and no browser")
