"""`alur bench`: the figures of the README, each beside its yardstick in the same run."""

from __future__ import annotations

import json
from dataclasses import dataclass

from engine import bench as decisions
from web.bench import http, noise, storage
from web.bench.office import office
from web.cli.base import say, tell


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was measured, and what is to be reached."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value <= self.most


def run(*, as_json: bool, quick: bool, database: str | None) -> int:
    """Measure and print; 0 when every target is reached, else 1."""
    tell("engine: completing a step, beside the bare library ...")
    engine = decisions.measure(repeat=15 if quick else 25)
    with office(database) as place:
        tell("web: an intermediate decision on PostgreSQL, beside bare Core ...")
        web = http.measure(place, repeat=40 if quick else 200)
        tell("noise: others' requests beside a hostile one ...")
        beside = noise.measure(place, repeat=40 if quick else 150)
        tell("storage: finished leaves on PostgreSQL ...")
        kept = storage.measure(place, leaves=400 if quick else 10_000)
    figures = _figures(engine, web, kept, beside)
    raw = {"engine": engine, "web": web, "storage": kept, "noise": beside}
    say(_json(figures, raw) if as_json else _table(figures))
    return 0 if all(figure.met for figure in figures) else 1


def _figures(
    engine: dict[str, float], web: dict[str, float], kept: dict[str, float], beside: dict[str, float]
) -> list[Figure]:
    return [
        Figure("completing a step after 20, CPU", engine["ratio_to_raw"], 0.4, "x the library in memory"),
        Figure("completing a step after 200, CPU", engine["growth"], 1.1, "x that after 20"),
        Figure("an intermediate decision over HTTP, CPU", web["ratio_to_core"], 2.0, "x the same rows by Core"),
        Figure("SQL statements of that decision", web["statements"], 12, "statements"),
        Figure("commits of that decision", web["commits"], 1, "commits"),
        Figure("stored per finished leave", kept["bytes"] / 1000, 4, "kB"),
        Figure("rows per finished leave", kept["rows"], 15, "rows"),
        Figure("others' p95 beside a hostile request", beside["ratio"], 2.0, "x that without it"),
        Figure("others' requests that failed meanwhile", beside["failed"], 0, "requests"),
    ]


def _json(figures: list[Figure], raw: dict[str, dict[str, float]]) -> str:
    lines = [{"name": f.name, "value": f.value, "most": f.most, "unit": f.unit, "met": f.met} for f in figures]
    return json.dumps({"figures": lines, "measured": raw}, indent=1)


def _table(figures: list[Figure]) -> str:
    return "\n".join(
        f"{'ok  ' if f.met else 'OVER'} {f.name:<42} {f.value:8.2f}  (at most {f.most:g}) {f.unit}" for f in figures
    )
