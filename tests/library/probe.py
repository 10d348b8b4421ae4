"""`python -m tests.library.probe FILE`: what holds with the library that is installed here, as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

SUITES = ("tests/engine", "tests/flows", "tests/golden")
"""What tests the engine and the processes on it."""
PATIENCE = 3600
"""Seconds; tests that take longer hang."""
WALKS = range(400_000, 400_300)
"""Seeds of the models that are walked through here, besides those of the tests."""
ROOT = Path(__file__).parents[2]

Result = dict[str, Any]


def result() -> Result:
    """Everything; a part that cannot even begin says why."""
    parts: dict[str, Callable[[], Any]] = {
        "golden": golden,
        "walks": walks,
        "verdicts": verdicts,
        "bench": bench,
        "tests": tests,
    }
    return {"library": version("SpiffWorkflow"), **{name: _tried(part) for name, part in parts.items()}}


def _tried(part: Callable[[], Any]) -> Any:
    sys.stderr.write(f"alur: {version('SpiffWorkflow')}: {part.__name__} ...\n")
    try:
        return part()
    except Exception as error:  # whatever another version of the library does, it is what was asked for
        return {"failed": _short(error)}


def golden() -> dict[str, str]:
    """How each instance that a release saved goes on: ``as then``, or what is otherwise."""
    from tests.golden.__main__ import records
    from tests.golden.play import differences

    def said(record: Any) -> str:
        try:
            return "; ".join(differences(record)) or "as then"
        except Exception as error:
            return _short(error)

    return {name: said(record) for name, record in records()}


def walks() -> Result:
    """Random models walked through beside the token game: how many, and the seeds that went wrong."""
    from tests.engine.conformance.driving import Saved
    from tests.engine.conformance.walking import walk

    def wrong(seed: int) -> bool:
        try:
            walk(seed, Saved)
        except Exception:
            return True
        return False

    return {"made": len(WALKS), "wrong": [seed for seed in WALKS if wrong(seed)]}


def verdicts() -> dict[str, list[str]]:
    """What `alur check` finds in each file of strangers, where their collections lie beside the project."""
    from engine.check import check_path
    from tests.engine.shared import manifest

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("corpus", "hostile"):
            for row in manifest(name):
                upload = Path(folder) / f"upload.{row['kind']}"
                upload.write_bytes(row["path"].read_bytes())
                found[f"{name}/{row['file']}"] = sorted(p.code for p in check_path(upload))
    return found


def bench() -> dict[str, float]:
    """What completing a step costs beside the bare library."""
    from engine.bench import measure

    return measure(repeat=7)


def tests() -> dict[str, str]:
    """Each test with ``passed`` or the first line of what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", f"--junitxml={report}"]
        subprocess.run(
            [*command, "-p", "no:cacheprovider", *SUITES],
            cwd=ROOT,
            timeout=PATIENCE,
            stdout=sys.stderr,
            check=False,
        )
        cases = ET.parse(report).getroot().iter("testcase")
        return {f"{case.get('classname')}::{case.get('name')}": _outcome(case) for case in cases}


def _outcome(case: ET.Element) -> str:
    wrong = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
    return "passed" if wrong is None else (wrong.get("message") or wrong.tag).partition("\n")[0][:200]


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0][:200]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(result(), indent=1, sort_keys=True), encoding="utf-8")
