"""The child process of `alur check`: judges one path with the services, roles and fences of this installation.

Each part is loaded when it is first needed: most files that stand alone are judged without a database library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path

from engine.check.clock import in_time
from engine.check.guard import child
from engine.check.scenarios import Scenario, Surprise
from engine.check.verdict import Fence, check_path
from engine.limits import Limits
from engine.package import Package
from engine.problems import Problem
from engine.services import Service
from workflows.roles import seeded_roles


def judge(path: Path, until: float = inf) -> Sequence[Problem]:
    """All problems of a package or file, as this installation sees it; scenarios play until then at most."""
    limits = Limits.from_env(os.environ)
    play = partial(_play, until=until, limits=limits)
    return check_path(
        path, services=_Services(), roles=seeded_roles(), fences=_fences(), run_scenario=play, limits=limits
    )


class _Services(Mapping[str, Service]):
    """The services of all flows, loaded when the first is asked for."""

    def __getitem__(self, name: str) -> Service:
        return _services()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_services())

    def __len__(self) -> int:
        return len(_services())


def _services() -> Mapping[str, Service]:
    from workflows import services

    return services


def _fences() -> Iterator[Fence]:
    from workflows import fences

    yield from fences


def _play(package: Package, scenario: Scenario, *, until: float, limits: Limits) -> Surprise | None:
    with in_time(until):
        from workflows.practice import play

        return play(package, scenario, limits)


if __name__ == "__main__":
    sys.exit(child(sys.argv[1:], judge))
