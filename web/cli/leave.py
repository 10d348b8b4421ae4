"""The year of leave from the command line: its end, and what people had before Alur."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.errors import Refused
from web.cli.base import Commands, Stop, command, installed, now, say
from web.parts import Parts
from workflows.leave import before, year
from workflows.leave.before import Problem

ZONE = ZoneInfo("Asia/Jakarta")
"""Where the year of a file's balances is told; the other zones of the country are at most two hours ahead."""


def add(commands: Commands) -> None:
    """`alur year-end`, `alur opening-balances`, `alur opening-absences`."""
    parser = command(commands, "year-end", year_end)
    parser.add_argument("year", type=int, help="the year that ends")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--post", action="store_true", help="write it; may be repeated at any time")
    either.add_argument("--undo", action="store_true", help="take it back by entries with the opposite figures")
    for name, run in (("opening-balances", opening_balances), ("opening-absences", opening_absences)):
        parser = command(commands, name, run)
        parser.add_argument("file", type=Path, help="a CSV file with a heading")
        parser.add_argument("--post", action="store_true", help="write it; without this it is only looked at")


def year_end(options: argparse.Namespace) -> int:
    """Show, post or undo what the end of a year grants, carries over and lets lapse."""
    parts = installed()
    if options.post:
        return _in_batches(parts, year.post, options.year, "dibuka / opened")
    if options.undo:
        return _in_batches(parts, year.undo, options.year, "dibatalkan / undone")
    say("nip;nama;unit;hak;dibawa;gugur;tersedia;sudah")
    with parts.database.snapshot() as session:
        for line in year.preview(session, options.year):
            days = f"{line.granted};{line.carried};{line.lapsed};{line.available}"
            say(f"{line.nip};{line.name};{line.unit};{days};{'ya' if line.posted else 'belum'}")
    return 0


def opening_balances(options: argparse.Namespace) -> int:
    """Look at a file of opening balances (nip,year,left,taken[,deferred]), or post it."""
    parts, text, at = installed(), _read(options.file), now()
    today = _today(at, ZONE)
    rows, problems = before.balances(text, today)

    def work(session: Session) -> tuple[list[before.Opened], list[Problem]]:
        found, more = before.opened(session, rows, today.year)
        if options.post and not (problems or more):
            before.post_balances(session, found, today.year, at)
        return found, more

    people, unopened = _done(parts, work, writes=options.post and not problems)
    for person in people:
        say(f"{person.nip};{person.name};" + ";".join(f"{each}: {days}" for each, days in person.buckets.items()))
    return _told([*problems, *unopened], len(people), posted=options.post)


def opening_absences(options: argparse.Namespace) -> int:
    """Look at a file of past leave (nip,type,first,last[,case,days,birth_order]), or post it."""
    parts, text = installed(), _read(options.file)
    rows, problems = before.absences(text, _today(now(), ZONE))

    def work(session: Session) -> tuple[int, list[Problem]]:
        more = before.unknown(session, rows)
        if options.post and not (problems or more):
            return before.post_absences(session, rows), more
        return len(rows), more

    number, unopened = _done(parts, work, writes=options.post and not problems)
    return _told([*problems, *unopened], number, posted=options.post)


Answer = TypeVar("Answer")
Work = Callable[[Session, int, str, datetime], year.Progress]


def _in_batches(parts: Parts, work: Work, closed: int, told: str) -> int:
    """Batch after batch, each in its own transaction, until no account is left."""
    at, by, done = now(), f"alur year-end ({getpass.getuser()})"[:64], 0
    while True:
        try:
            progress = parts.database.command(lambda session: work(session, closed, by, at))
        except Refused as refused:
            raise Stop(" ".join(f"{text.id} / {text.en}" for text in refused.problems["year"])) from refused
        done += progress.done
        if progress.left == 0:
            say(f"{done} {told}")
            return 0


def _done(parts: Parts, work: Callable[[Session], Answer], *, writes: bool) -> Answer:
    if writes:
        return parts.database.command(work)
    with parts.database.snapshot() as session:
        return work(session)


def _told(problems: Sequence[Problem], number: int, *, posted: bool) -> int:
    for problem in sorted(problems, key=lambda each: each.line):
        say(f"baris/line {problem.line}: {problem.text.id} / {problem.text.en}")
    if problems:
        say("Tidak ada yang ditulis / nothing was written")
        return 1
    say(f"{number} " + ("ditulis / written" if posted else "siap; tulis dengan --post / ready; write with --post"))
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"The file cannot be read as UTF-8 text: {error}") from error


def _today(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()
