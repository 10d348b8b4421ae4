"""Judging in a child process within limits, so that no file of anybody can hold up or bring down the program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.archive import NAME_LIMIT
from engine.problems import Problem, in_order, problem

SECONDS = 5
MEGABYTES = 512
_CHILD_SECONDS = 4
"""The child's own limit of processor time; the parent waits a little longer on the clock."""

MOST_TOLD = 2_000


def guarded(path: Path, child_module: str, *, seconds: float = SECONDS - 0.3) -> dict[str, Any]:
    """The verdict of ``python -m child_module PATH --json``, or one that says that the limits were reached."""
    if len(str(path)) > 4_000 or "\0" in str(path):
        return verdict([problem("file-name", shorter(path.name), limit=NAME_LIMIT)])
    try:
        ran = subprocess.run(
            [sys.executable, "-m", child_module, str(path), "--json"],
            capture_output=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=None,
        )
        answer = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return verdict([problem("limits", shorter(path.name), line=1, seconds=SECONDS, megabytes=MEGABYTES)])
    return dict(answer)


def shorter(name: str) -> str:
    """A file name that fits into a message."""
    return name if len(name) <= NAME_LIMIT else f"{name[:NAME_LIMIT]}…"


def verdict(problems: Sequence[Problem]) -> dict[str, Any]:
    """The verdict as JSON data."""
    ordered = in_order(problems)
    return {
        "deployable": not any(p.is_error for p in ordered),
        "problems": [p.as_json() for p in ordered[:MOST_TOLD]],
    }


def child(arguments: Sequence[str], check: Callable[[Path], Sequence[Problem]]) -> int:
    """What the child process does: set its limits, judge, and write the verdict as JSON; never a traceback."""
    limit()
    path = Path(arguments[0])
    try:
        answer = verdict(check(path))
    except MemoryError:
        answer = verdict([problem("limits", path.name, line=1, seconds=SECONDS, megabytes=MEGABYTES)])
    except Exception:  # whatever a file made our own code do, its owner gets a verdict and not a traceback
        answer = verdict([problem("check-failed", path.name, line=1)])
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0 if answer["deployable"] else 1


def limit() -> None:
    """Bound this process in memory, processor time and what it may write."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20, MEGABYTES * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (_CHILD_SECONDS, _CHILD_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
