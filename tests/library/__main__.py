"""`alur test --library VERSION`: what changes when SpiffWorkflow is another version than the pinned one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.library.compare import Result, changes
from tests.library.environment import FOLDER, ROOT, Unavailable, python_with


def main(arguments: Sequence[str]) -> int:
    """Print what changed. Exit code 0: nothing speaks against the version; 1: something does; 2: no answer."""
    try:
        found = python_with(arguments[0])
        pinned, other = _result(Path(sys.executable)), _result(found)
    except Unavailable as reason:
        sys.stderr.write(f"alur: {reason}\n")
        return 2
    sys.stdout.write(f"SpiffWorkflow {pinned['library']} (pinned) and {other['library']}\n")
    compared = changes(pinned, other)
    sys.stdout.writelines(f"{line}\n" for change in compared for line in change.lines())
    sys.stdout.write(f"The whole results: {FOLDER}/*.json\n")
    return int(any(change.worse for change in compared))


def _result(python: Path) -> Result:
    """What holds in the environment of an interpreter; kept in a file, to be read afterwards."""
    file = FOLDER / "result.json"
    if subprocess.call([str(python), "-m", "tests.library.probe", str(file)], cwd=ROOT):
        raise Unavailable(f"{python} could not say what holds; the reason stands above.")
    found: Result = json.loads(file.read_text(encoding="utf-8"))
    file.replace(FOLDER / f"{found['library']}.json")
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
