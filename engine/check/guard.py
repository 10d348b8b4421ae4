"""Judging in a child process within limits, so that no file of anybody can hold up or bring down the program."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.archive import NAME_LIMIT
from engine.problems import Problem, in_order, problem

SECONDS = 5
"""`alur check` answers within this time, start-up of both processes included, on a machine that is not overloaded."""
DEPLOYING = 20
"""Deploying waits for scenarios so long: all of them are to be played."""
PATIENCE = 30
"""Seconds on the clock after which the parent gives up on a machine that is overloaded."""
MEGABYTES = 512
JUDGING = 3.0
"""Seconds of processor time for judging the files: other programs on the machine cannot make a file look bad.

Playing scenarios has what is then left on the clock.
"""
AROUND = 0.6
"""Seconds kept for what was before the clock starts, and for the verdict after the last scenario was stopped."""
MOST_TOLD = 2_000
"""Problems in one verdict; nobody reads more."""
LONGEST_PATH = 4_000


def guarded(path: Path, child_module: str, *, seconds: int = SECONDS) -> dict[str, Any]:
    """The verdict of ``python -m child_module PATH UNTIL``, or one that says that the limits were reached."""
    until = time.monotonic() + seconds - AROUND
    name = shorter(path.name)
    if len(str(path)) > LONGEST_PATH or "\0" in str(path):
        return verdict([problem("file-name", name, limit=NAME_LIMIT)])
    too_much = problem("limits", name, line=1, seconds=seconds, megabytes=MEGABYTES)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", child_module, str(path), str(until)],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return dict(json.loads(ran.stdout))
    except subprocess.TimeoutExpired:
        return verdict([too_much])
    except ValueError:
        return verdict([too_much if ran.returncode < 0 else problem("check-failed", name, line=1)])


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


def child(arguments: Sequence[str], check: Callable[[Path, float], Sequence[Problem]]) -> int:
    """What the child process does: set its limits, judge, and write the verdict as JSON; never a traceback."""
    limit()
    path, until = Path(arguments[0]), float(arguments[1])
    try:
        answer = verdict(check(path, until))
    except MemoryError:
        answer = verdict([problem("limits", path.name, line=1, seconds=SECONDS, megabytes=MEGABYTES)])
    except Exception:  # whatever a file made our own code do, its owner gets a verdict and not a traceback
        answer = verdict([problem("check-failed", path.name, line=1)])
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0 if answer["deployable"] else 1


def limit(seconds: float = JUDGING) -> None:
    """Bound this process in memory, seconds of processor time and what it may write; beyond that it is ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20, MEGABYTES * 2**20))
    resource.setrlimit(resource.RLIMIT_CPU, (DEPLOYING, DEPLOYING))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, seconds)
