"""What is made of two real results: of the pinned library, and of one that is older (shortened)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.library.compare import changes

RESULTS = Path(__file__).parent / "results"


def result(version: str) -> dict[str, Any]:
    """A kept result of `python -m tests.library.probe`."""
    found: dict[str, Any] = json.loads((RESULTS / f"{version}.json").read_text(encoding="utf-8"))
    return found


PINNED, OLDER = result("3.2.0"), result("3.1.2")
REASON = "AttributeError: 'Workflow' object has no attribute 'event_manager'"


def test_nothing_speaks_against_the_library_that_is_pinned() -> None:
    assert [(change.worse, change.details) for change in changes(PINNED, PINNED)] == [(False, ())] * 5


def test_each_thing_that_another_version_does_otherwise_is_named() -> None:
    lines = [line for change in changes(PINNED, OLDER) for line in change.lines()]
    assert [line for line in lines if not line.startswith(" ")] == [
        "WORSE tests: 34 of 34 passed, 25 of 34 now; 9 fail now, 0 pass now",
        "WORSE saved instances: 0 of 8 load and finish as they did",
        "WORSE random models beside the token game: 0 of 300 wrong, 300 of 300 now",
        "ok    verdicts: 0 of 8 files judged otherwise",
        f"WORSE bench: could not be run on 3.1.2: {REASON}",
    ]
    assert f"        7 x {REASON}" in lines
    assert f"        0.1.0/deadline-met: {REASON}" in lines
    assert any(line.startswith("        seeds: 400000 400001 ") for line in lines)
    failing = "tests.engine.test_lists::test_an_inbox_holds_nobody_elses_tasks[sqlite]: failed on setup"
    assert any(line.startswith(f"        fails now: {failing}") for line in lines)


def test_a_file_that_is_judged_otherwise_is_named_with_both_verdicts() -> None:
    file, codes = next((file, codes) for file, codes in PINNED["verdicts"].items() if codes)
    other = {**PINNED, "verdicts": {**PINNED["verdicts"], file: []}}
    [said] = [change for change in changes(PINNED, other) if change.worse]
    assert list(said.lines()) == [
        "WORSE verdicts: 1 of 8 files judged otherwise",
        f"        {file}: {' '.join(codes)} -> nothing",
    ]


def test_what_another_version_mends_does_not_speak_against_it() -> None:
    compared = changes(OLDER, PINNED)
    assert [change.worse for change in compared[:3]] == [False, False, False]
    assert any(line.startswith("passes now: ") for line in compared[0].details)


def test_a_part_that_could_not_be_run_speaks_against_a_version() -> None:
    broken = {**PINNED, "walks": {"failed": "ImportError: cannot import name"}}
    [said] = [change for change in changes(PINNED, broken) if change.worse]
    assert said.summary == "walks: could not be run on 3.2.0: ImportError: cannot import name"
