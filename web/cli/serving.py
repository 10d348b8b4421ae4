"""Running an installation: the demo, the web process, the worker, the schema."""

from __future__ import annotations

import argparse
from pathlib import Path
from threading import Thread

from engine.library import require_tested
from web import installation, migrations, server
from web.cli.base import DEMO, Commands, Stop, command, installed, now, say, tell
from web.config import Settings
from web.parts import Parts
from web.worker import Worker


def add(commands: Commands) -> None:
    """`alur demo | serve | worker | migrate`."""
    parser = command(commands, "demo", demo)
    _address(parser)
    parser.add_argument("--folder", type=Path, default=DEMO, help="where the demo keeps its database and keys")
    parser.add_argument("--url", help="the address that people type, if it is another")
    parser.add_argument(
        "--take-back",
        type=int,
        default=Settings.take_back,
        metavar="MINUTES",
        help="how long a decision can be taken back; letters wait for it",
    )
    parser = command(commands, "serve", serve)
    _address(parser)
    parser.add_argument("--threads", type=int, default=server.THREADS, help="requests answered at the same time")
    command(commands, "worker", worker)
    parser = command(commands, "migrate", migrate)
    parser.add_argument("--draft", metavar="MESSAGE", help="write the next revision from the tables (for developers)")


def demo(options: argparse.Namespace) -> int:
    """Serve the demo office on SQLite with a worker inside; the first start sets it up."""
    from web import create_app

    require_tested()
    port = server.free_port(options.host, options.port)
    address = options.url or f"http://{options.host}:{port}"
    app = create_app(installation.demo_settings(options.folder, address, options.take_back))
    parts: Parts = app.extensions["alur"]
    tell("Basis data / database ...")
    migrations.upgrade(parts.database.engine)
    tell("Data demo dan paket / demo office and packages ...")
    installation.fill_demo(parts, now())
    _check_versions(parts)
    inside = Worker(parts)
    Thread(target=inside.run, name="worker", daemon=True).start()
    server.serve(app, options.host, port, ready=lambda: _welcome(address, options.folder))
    inside.stop()
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve the installation whose settings stand in the environment."""
    from web import create_app

    parts = installed()
    _check_ready(parts)
    app = create_app(parts.settings)
    server.serve(
        app,
        options.host,
        options.port,
        ready=lambda: tell(f"http://{options.host}:{options.port}"),
        threads=options.threads,
        proxies=parts.settings.proxies,
    )
    return 0


def worker(_options: argparse.Namespace) -> int:
    """Fire timers, carry out what waits to be sent and seal the record, until SIGTERM or Ctrl+C."""
    parts = installed()
    _check_ready(parts)
    server.end_on_sigterm()
    Worker(parts).run()
    return 0


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to this release's schema."""
    parts = installed()
    if options.draft:
        migrations.draft(parts.database.engine, options.draft)
        return 0
    migrations.upgrade(parts.database.engine)
    parts.database.command(lambda session: installation.deploy_packages(parts, session, now()))
    return 0


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the interface to listen on")
    parser.add_argument("--port", type=int, default=8080)


def _check_ready(parts: Parts) -> None:
    require_tested()
    with parts.database.engine.connect() as connection:
        if not migrations.is_current(connection):
            raise Stop("The database has another schema than this release: run `alur migrate` first.")
    _check_versions(parts)


def _check_versions(parts: Parts) -> None:
    with parts.database.reads() as session:
        parts.engine.catalog.require_runnable(session)


def _welcome(address: str, folder: Path) -> None:
    say(f"\n  Alur: {address}")
    say("  Masuk sebagai siapa saja yang tercantum di halaman masuk / sign in as anybody named on the sign-in page.")
    say(f"  Berhenti: Ctrl+C; data tetap ada di {folder} / stop: Ctrl+C; the data stays there.\n")
