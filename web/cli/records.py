"""Initial records of staff from the command line: looked at, then written in portions of whole people."""

from __future__ import annotations

import argparse
import getpass
import hashlib
from functools import partial
from pathlib import Path

from engine.errors import Refused
from web.cli.base import Commands, Stop, command, installed, now, say
from web.cli.leave import ZONE
from web.parts import Parts
from workflows.record import importing, incoming
from workflows.record.histories import HISTORIES
from workflows.record.importing import Trial
from workflows.record.incoming import Incoming


def add(commands: Commands) -> None:
    """`alur import-records`."""
    parser = command(commands, "import-records", import_records)
    parser.add_argument("file", type=Path, help="an XLSX file, or a CSV file named after its history")
    parser.add_argument("--post", action="store_true", help="write it; may be repeated at any time")


def import_records(options: argparse.Namespace) -> int:
    """Look at a file of initial records of staff (XLSX, or CSV of one history), or write it."""
    parts, file = installed(), options.file
    if not file.is_file():
        raise Stop(f"There is no file {file}")
    today = now().astimezone(ZONE).date()
    try:
        found = incoming.read(file, today, file.name)
    except Refused as refused:
        raise Stop(" ".join(f"{text.id} / {text.en}" for text in refused.problems[incoming.FILE])) from refused
    with parts.database.snapshot() as session:
        trial = importing.tried(session, found)
    if trial.problems:
        return _told(trial)
    _counted(trial)
    if options.post:
        _post(parts, found, file)
    else:
        say("Tulis dengan --post / write with --post")
    return 0


def _post(parts: Parts, found: Incoming, file: Path) -> None:
    """One transaction for each portion: a file that was half written goes on where it was when it is posted again."""
    by, at, written = f"alur import-records ({getpass.getuser()})"[:64], now(), 0
    today = at.astimezone(ZONE).date()
    for portion in importing.portions(found):
        post = partial(importing.post, found=portion, by=by, now=at, today=today)
        written += parts.database.command(post).rows
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    parts.database.command(
        lambda session: importing.note(session, name=file.name, digest=digest, by=by, now=at, rows=written)
    )
    say(f"{written} ditulis / written")


def _counted(trial: Trial) -> None:
    for key, count in trial.counts.items():
        say(f"{HISTORIES[key].title.id} / {HISTORIES[key].title.en}: {count}")
    if trial.same:
        say(f"sudah tercatat / on record already: {trial.same}")
    say(f"{trial.rows} baris dari {len(trial.writes)} pegawai / rows of {len(trial.writes)} people")


def _told(trial: Trial) -> int:
    for problem in trial.problems:
        place = f"{problem.sheet}, baris/line {problem.line}" if problem.line else problem.sheet
        say(f"{place}: {problem.text.id} / {problem.text.en}")
    if trial.more:
        say(f"dan {trial.more} lagi / and {trial.more} more")
    say("Tidak ada yang ditulis / nothing was written")
    return 1
