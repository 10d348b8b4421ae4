"""The child process of `alur check`: judges one path with the services, roles and fences of this installation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.check import check_path
from engine.check.guard import child
from engine.problems import Problem
from workflows import fences, services
from workflows.people import People
from workflows.practice import play


def judge(path: Path) -> Sequence[Problem]:
    """All problems of a package or file, as this installation sees it."""
    return check_path(path, services=services, roles=People().roles(), fences=fences, run_scenario=play)


if __name__ == "__main__":
    sys.exit(child(sys.argv[1:], judge))
