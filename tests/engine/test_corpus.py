"""Strangers' diagrams, tables and forms: each gets a clear, placed and honest verdict.

The files lie beside the project; where they do not, there is nothing to judge and the tests hold trivially.
Figures and their meaning: a verdict is honest if it refuses, or names every construct that an independent
reading expects to be ignored, misread or to fail.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from engine.check import check_path
from engine.problems import Problem
from tests.engine.shared import manifest

ROWS = manifest("corpus")
SECONDS = 2.0
INTERNALS = re.compile(
    r"Traceback|NoneType|object at 0x|<class|\b\w+Error\b|\w+Exception\b|lxml|SpiffWorkflow|\bself\b"
)
RUNS_NOW = frozenset({"timer-plain-text", "link-event"})
"""What the independent reading expects of the plain library, and Alur runs as the standard says."""

MISREAD = frozenset({("files/2465cdfa77d69c0f.bpmn", "Participant_5_expanded_call_activity")})
"""Where the independent reading is wrong: the called process stands in the same file, and runs."""

Verdicts = dict[str, tuple[dict[str, Any], list[Problem], float]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    folder = tmp_path_factory.mktemp("corpus")
    judged: Verdicts = {}
    for row in ROWS:
        path = _named_by_kind(row, folder)
        started = time.process_time()
        judged[row["file"]] = (row, check_path(path), time.process_time() - started)
    return judged


def _named_by_kind(row: dict[str, Any], folder: Path) -> Path:
    source: Path = row["path"]
    target = folder / f"{source.name.partition('.')[0]}.{row['kind']}"
    target.write_bytes(source.read_bytes())
    return target


def deployable(problems: list[Problem]) -> bool:
    return not any(p.is_error for p in problems)


def test_every_file_is_answered_in_time(verdicts: Verdicts) -> None:
    assert len(verdicts) == len({row["file"] for row in ROWS})
    assert [file for file, (_, _, seconds) in verdicts.items() if seconds > SECONDS] == []


def test_no_message_shows_the_insides_of_a_program(verdicts: Verdicts) -> None:
    messages = {
        (p.code, text)
        for _, problems, _ in verdicts.values()
        for p in problems
        for text in (_ours(p.message.id), _ours(p.message.en))
    }
    assert [m for m in messages if INTERNALS.search(m[1])] == []
    assert not [p for _, problems, _ in verdicts.values() for p in problems if p.code == "check-failed"]


def _ours(message: str) -> str:
    """The message without the quoted texts of the file."""
    return re.sub(r"'[^']*'|“[^”]*”|`[^`]*`", "", message)


def test_every_error_has_an_element_or_a_line(verdicts: Verdicts) -> None:
    errors = [p for _, problems, _ in verdicts.values() for p in problems if p.is_error]
    unplaced = [p for p in errors if not p.element and not p.line]
    assert len(unplaced) <= len(errors) / 100


def test_an_accepted_diagram_has_every_expected_construct_named(verdicts: Verdicts) -> None:
    silent = [
        (file, expected["code"], expected["id"])
        for file, (row, problems, _) in verdicts.items()
        if deployable(problems)
        for expected in row.get("expect") or ()
        if expected["code"] not in RUNS_NOW
        and (file, expected["id"]) not in MISREAD
        and not any(p.element == expected["id"] or p.line == expected["line"] for p in problems)
    ]
    assert silent == []


BY_DESIGN = frozenset(
    {
        *("script-task", "script-extension", "event-subprocess", "start-trigger"),
        *("expression", "expression-empty", "event-reference", "service-elsewhere"),
        *("no-process", "dead-end", "bpmn-root", "xml-prefix", "xml-syntax"),
    }
)
"""Why a file is refused in which the independent reading found nothing: not FEEL or BPMN, nothing to run (a lone
start, an empty pool), or not to be run."""


def test_clean_diagrams_are_refused_only_for_what_alur_does_not_run_at_all(verdicts: Verdicts) -> None:
    clean = [problems for row, problems, _ in verdicts.values() if row["kind"] == "bpmn" and row["expect"] == []]
    refused = [p for p in clean if not {e.code for e in p if e.is_error} <= BY_DESIGN]
    assert len(refused) <= len(clean) / 50
