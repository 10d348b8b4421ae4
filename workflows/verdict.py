"""The child process of `alur check`: judges one path with the services and roles of this installation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.check import check_path
from engine.check.guard import child
from engine.problems import Problem
from workflows import services
from workflows.people import People


def judge(path: Path) -> Sequence[Problem]:
    """All problems of a package or file, as this installation sees it."""
    return check_path(path, services=services, roles=People().roles())


if __name__ == "__main__":
    sys.exit(child(sys.argv[1:], judge))
