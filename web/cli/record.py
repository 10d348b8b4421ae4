"""Proving that the record is whole."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from engine.audit import verify as findings
from web.cli.base import Commands, Stop, command, installed, say
from web.keys import read_key


def add(commands: Commands) -> None:
    """`alur verify`."""
    parser = command(commands, "verify", verify)
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="the copy kept outside the database")


def verify(options: argparse.Namespace) -> int:
    """Recompute every chain, signature and checkpoint of the record; exit code 1 if something does not fit."""
    parts = installed()
    key = read_key(parts.settings.key_file).public_key()
    with parts.database.snapshot() as session:
        found = [f"{finding.where}: {finding.what}" for finding in findings(session, key, _lines(options.checkpoint))]
    for line in found:
        say(line)
    say(f"{len(found)} hal tidak cocok / findings" if found else "Catatan utuh / the record is whole")
    return 1 if found else 0


def _lines(path: Path | None) -> Iterator[str]:
    if path is None:
        return
    try:
        yield from path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Stop(f"The checkpoint file cannot be read: {error}") from error
