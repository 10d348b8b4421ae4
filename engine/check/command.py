"""`alur check PATH [--json]` and `alur check --codes`: the verdict on the screen or as JSON, and an exit code.

Exit 0: deployable, 1: not, 2: wrong usage, or no such path. JSON stands alone on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.check.guard import guarded
from engine.problems import CODES

USAGE = """usage: alur check PATH [--json]
       alur check --codes [--json]

PATH: a package folder, .zip, .bpmn, .dmn or .form
"""
DEPLOYABLE, REFUSED, MISUSED = 0, 1, 2
CHILD = "workflows.verdict"


def main(argv: Sequence[str], child_module: str = CHILD) -> int:
    """Run the command and answer with its exit code; the judging is done by a child process within limits."""
    given = [a for a in argv if a != "--json"]
    as_json = len(given) < len(argv)
    if given == ["--codes"]:
        _write(json.dumps(codes(), ensure_ascii=False, indent=2) if as_json else _codes_in_words())
        return DEPLOYABLE
    if len(given) != 1 or given[0].startswith("-"):
        sys.stderr.write(USAGE)
        return DEPLOYABLE if given in (["-h"], ["--help"]) else MISUSED
    verdict = guarded(Path(given[0]), child_module)
    _write(json.dumps(verdict, ensure_ascii=False) if as_json else in_words(verdict))
    if any(found["code"] == "file-not-found" for found in verdict["problems"]):
        return MISUSED
    return DEPLOYABLE if verdict["deployable"] else REFUSED


def codes() -> list[dict[str, Any]]:
    """The catalogue: each code with its severity and its message, gaps in braces."""
    return [
        {"code": code, "severity": kind.severity, "message": {"id": kind.message.id, "en": kind.message.en}}
        for code, kind in sorted(CODES.items())
    ]


def _codes_in_words() -> str:
    return "\n".join(f"{c['code']} ({c['severity']})\n  {c['message']['id']}\n  {c['message']['en']}" for c in codes())


def in_words(verdict: dict[str, Any]) -> str:
    """The verdict for people: one finding after another, Indonesian first."""
    lines = []
    for found in verdict["problems"]:
        place = ":".join(str(part) for part in (found["file"], found["line"]) if part)
        element = f" [{found['element']}]" if found["element"] else ""
        lines.append(f"{place}: {found['severity']} {found['code']}{element}")
        lines += [f"  {found['message']['id']}", f"  {found['message']['en']}"]
    lines.append(
        "Dapat dipasang. / Deployable." if verdict["deployable"] else "Belum dapat dipasang. / Not deployable yet."
    )
    return "\n".join(lines)


def _write(text: str) -> None:
    """Text of strangers may hold anything; what the terminal cannot show is escaped, never an error."""
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()
