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
from engine.check.compiled import standing_alone
from engine.diagram import read_diagram
from engine.problems import Problem
from engine.spiff import compiled_nodes
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


NO_DIAGRAM = frozenset({"bpmn-root", "no-process", "xml-prefix", "xml-syntax"})
"""Broken XML, pieces of a BPMN file, and drawings without any process: there is nothing that could run."""
LONE_START = frozenset({"dead-end"})
"""A start event alone that is marked as executable: the standard wants a flow out of it."""
BY_DESIGN = frozenset(
    {
        *("script-task", "script-extension"),  # code without a name and a test must not change a request
        *("expression", "expression-empty", "extension-incomplete", "service-elsewhere"),  # Python and JavaScript
        *("start-trigger", "event-reference"),  # a message that starts a subprocess; a reference to nothing
        "event-subprocess",
    }
)
"""Why a whole diagram is refused in which the independent reading found nothing."""


def test_clean_diagrams_are_refused_only_for_what_alur_does_not_run_at_all(verdicts: Verdicts) -> None:
    clean = [problems for row, problems, _ in verdicts.values() if row["kind"] == "bpmn" and row["expect"] == []]
    refused = [frozenset(p.code for p in problems if p.is_error) for problems in clean if not deployable(problems)]
    whole = [codes for codes in refused if not codes <= NO_DIAGRAM and codes != LONE_START]
    unexplained = [codes for codes in whole if not codes <= BY_DESIGN]
    assert len(unexplained) <= len(clean) / 50
    assert len([codes for codes in refused if codes == LONE_START]) <= len(clean) / 10
    assert len(whole) <= len(clean) / 8


def test_every_flow_node_of_an_accepted_diagram_is_in_its_compiled_process(verdicts: Verdicts) -> None:
    for row, problems, _ in verdicts.values():
        if row["kind"] == "bpmn" and deployable(problems) and not any(p.code == "call-unknown" for p in problems):
            diagram = read_diagram(row["path"].read_bytes(), row["file"])
            processes = [p for p in diagram.processes if p.nodes]
            compiled = compiled_nodes(standing_alone(diagram, processes[0].id), [p.id for p in processes])
            assert compiled == {node.id for node in diagram.nodes()}, row["file"]
