"""Making an installation: its folder, secret, key and database, and the demo office with its packages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Version
from engine.errors import DiagramError
from engine.package import Package
from engine.problems import Problem
from web import accounts
from web.config import Settings
from web.db import add_missing
from web.keys import make_key, make_secret
from web.parts import Parts
from web.verdicts import judged
from workflows import load_demo, packages
from workflows.demo import NEWCOMER
from workflows.demo.letterheads import load_letterheads
from workflows.people import Person
from workflows.privacy import notice
from workflows.privacy.model import NoticeAck
from workflows.verdict import judge

DATABASE = "alur.db"
SYSTEM = "system"
"""Who deploys the packages that come with a release."""
UNPLAYED = 0.0
"""A moment long ago, until which scenarios may play."""


def demo_settings(folder: Path, url: str = Settings.url, take_back: int = Settings.take_back) -> Settings:
    """The settings of a demo in ``folder``; its secret and key are made when they are not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        database=f"sqlite:///{folder.resolve() / DATABASE}",
        secret=make_secret(folder / "secret"),
        key_file=make_key(folder / "checkpoint.key"),
        url=url,
        owner="Pemerintah Kabupaten Rakumpit (demo)",
        take_back=take_back,
        mail=(folder.resolve() / "mail").as_uri(),
        demo=True,
    )


def fill_demo(parts: Parts, now: datetime) -> None:
    """The demo office, its accounts and the packages of `bpmn/`; all of it at once, or what is there stays."""

    def fill(session: Session) -> None:
        load_demo(session, now)
        load_letterheads(session, now)
        accounts.open_demo(session, accounts.DEMO_PASSWORD, now)
        _have_read_the_notice(session, now)
        deploy_packages(parts, session, now)

    parts.database.command(fill)


def _have_read_the_notice(session: Session, now: datetime) -> None:
    """All of the demo but the newcomer, who shows how it is on the first day."""
    staff = session.scalars(select(Person.id).where(Person.id != NEWCOMER))
    said = {"version": notice.versions()[0], "language": "id", "at": now}
    add_missing(session, NoticeAck, [{"person": person, **said} for person in staff])


def deploy_packages(parts: Parts, session: Session, now: datetime) -> None:
    """The packages of this release: live where their process is new, else as a draft for its owner.

    They are the release's own: the check runs here and not in a child process that may run out of time, and their
    stories, which the release's tests play, are not played again while somebody waits for the first page.
    """
    known = set(session.scalars(select(Version.process)))
    for manifest in sorted(packages().glob("*/process.toml")):
        package = accepted(Package.read(manifest.parent), judge(manifest.parent, until=UNPLAYED))
        state = "draft" if package.manifest.key in known else "live"
        parts.engine.deploy(session, package, by=SYSTEM, now=now, state=state)


def checked(package: Package) -> Package:
    """The package, if `alur check` finds no error in it. Raises `DiagramError` with all problems."""
    return accepted(package, judged(package.to_zip()))


def accepted(package: Package, problems: Sequence[Problem]) -> Package:
    """The package, if none of the problems is an error. Raises `DiagramError` with all of them."""
    if any(problem.is_error for problem in problems):
        raise DiagramError(problems)
    return package
