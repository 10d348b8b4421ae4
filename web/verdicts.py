"""The verdict on a package that somebody brings: `alur check` in a child process within its limits."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.check.command import CHILD
from engine.check.guard import DEPLOYING, guarded
from engine.errors import Text
from engine.problems import Problem


def judged(content: bytes) -> list[Problem]:
    """All problems of a package's zip, errors first; scenarios have `DEPLOYING` seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(content)
        found = guarded(path, CHILD, seconds=DEPLOYING)
    return [Problem(**{**problem, "message": Text(**problem["message"])}) for problem in found["problems"]]
