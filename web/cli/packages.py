"""Moving process packages into the database and back to files."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Version
from engine.package import Package
from web import installation
from web.cli.base import Commands, Stop, command, installed, now, say


def add(commands: Commands) -> None:
    """`alur deploy | export`."""
    parser = command(commands, "deploy", deploy)
    parser.add_argument("path", type=Path, help="a package: folder or zip")
    parser.add_argument("--live", action="store_true", help="let new requests use it at once")
    parser = command(commands, "export", export)
    parser.add_argument("key", help="the process, e.g. leave")
    parser.add_argument("directory", type=Path, help="a new or empty folder")
    parser.add_argument("--version", type=int, help="which version; the live one if not named")


def deploy(options: argparse.Namespace) -> int:
    """Check a package and store it as the next version of its process."""
    parts, by = installed(), f"cli:{getpass.getuser()}"[:64]
    package = installation.checked(Package.read(options.path))
    state = "live" if options.live else "draft"

    def store(session: Session) -> str:
        version = parts.engine.deploy(session, package, by=by, now=now(), state=state)
        return f"{version.process} {version.number} {version.state} {version.digest}"

    say(parts.database.command(store))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write a version's package back to files."""
    folder: Path = options.directory
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Stop(f"{folder} is not an empty folder; name a new one.")
    with installed().database.reads() as session:
        package = _stored(session, options.key, options.version)
    for name, content in package.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    say(f"{options.key} {package.digest}")
    return 0


def _stored(session: Session, key: str, number: int | None) -> Package:
    which = Version.state == "live" if number is None else Version.number == number
    content = session.scalar(select(Version.package).where(Version.process == key, which))
    if content is None:
        known = session.execute(select(Version.process, Version.number).order_by(Version.process, Version.number))
        raise Stop(f"There is no such version. Known: {', '.join(f'{row.process} {row.number}' for row in known)}")
    return Package.stored(content)
