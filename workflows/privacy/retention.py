"""How long what is kept: the table `retention.toml`, and until when the files of a request are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from engine.errors import Text
from workflows.workdays import years_later

YEAR_END, END, LAST_USED, EMPLOYMENT, ALWAYS = "year_end", "end", "last_used", "employment", "always"
"""From when the time is counted; see the head of the table."""

_FROM = {
    YEAR_END: Text("sesudah akhir tahun selesainya", "after the end of the year in which it ended"),
    END: Text("sesudah selesai", "after its end"),
    LAST_USED: Text("sesudah terakhir dipakai", "after it was last used"),
    EMPLOYMENT: Text("sesudah berhenti atau pensiun", "after the end of employment"),
}


@dataclass(frozen=True)
class Kept:
    """A line of the table: what is kept, how long counted from when, on what basis.

    ``by_itself``: the worker erases it when its time is over.
    """

    key: str
    title: Text
    basis: Text
    counted: str
    by_itself: bool
    years: int = 0
    days: int = 0
    processes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def how_long(self) -> Text:
        """For how long, in words."""
        if self.counted == ALWAYS:
            return Text("Selama Alur dipakai", "As long as Alur is in use")
        since = _FROM[self.counted]
        if self.years:
            return Text(f"{self.years} tahun {since.id}", f"{self.years} {_plural('year', self.years)} {since.en}")
        return Text(f"{self.days} hari {since.id}", f"{self.days} {_plural('day', self.days)} {since.en}")

    def covers(self, process: str, outcome: str | None, kind: str) -> bool:
        """Whether a file of this kind, of a request of this process that ended so, belongs here."""
        named = any(process == one or (one.endswith("*") and process.startswith(one[:-1])) for one in self.processes)
        return named and (not self.outcomes or outcome in self.outcomes) and (not self.kinds or kind in self.kinds)

    def until(self, ended: date) -> date:
        """The last day on which something is kept whose time began on the day ``ended``."""
        first = date(ended.year, 12, 31) if self.counted == YEAR_END else ended
        return years_later(first, self.years) + timedelta(days=self.days)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def read(table: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Kept]:
    """The lines by key. Raises `ValueError` or `TypeError` for what is no such table."""
    found = {key: _line(key, dict(entry)) for key, entry in table.items()}
    if not any(line.covers("", None, "") for line in found.values()):
        raise ValueError("no line is for the files of requests that no other line names")
    return found


def _line(key: str, entry: dict[str, Any]) -> Kept:
    title, basis = (Text(entry.pop(name), entry.pop(f"{name}_en")) for name in ("title", "basis"))
    processes, outcomes, kinds = (tuple(entry.pop(name, ())) for name in ("processes", "outcomes", "kinds"))
    line = Kept(key, title, basis, processes=processes, outcomes=outcomes, kinds=kinds, **entry)
    if line.counted not in (*_FROM, ALWAYS):
        raise ValueError(f"{key}: counted from {line.counted!r}")
    if (line.counted == ALWAYS) == bool(line.years or line.days):
        raise ValueError(f"{key}: years or days, or always")
    if line.processes and line.counted not in (YEAR_END, END):
        raise ValueError(f"{key}: files of requests are counted from their end")
    return line


KEPT: Mapping[str, Kept] = read(tomllib.loads(files(__package__).joinpath("retention.toml").read_text("utf-8")))
"""The table of this installation."""


def kept_for(process: str, outcome: str | None, kind: str, *, lines: Iterable[Kept] = tuple(KEPT.values())) -> Kept:
    """The line that a file of a request belongs to: the first that covers it."""
    return next(line for line in lines if line.covers(process, outcome, kind))
