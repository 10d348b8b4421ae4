"""The list is whole: every element and attribute of the standard, and every trigger in every place."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.problems import CODES, elements, events
from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, flow, process
from tests.engine.supported import test_events, test_file, test_gateways, test_repetition, test_steps
from tests.engine.supported.table import RUNS, SHOWN, every_word, matrix, reasons, rows
from tests.engine.supported.test_refused_and_drawn import judged
from tests.engine.supported.warned import WARNED

MATRIX, ROWS = matrix(), rows()
SHOWING = (test_events, test_file, test_gateways, test_repetition, test_steps)
INNER = {
    "timerEventDefinition": "<timeDuration>PT1H</timeDuration>",
    "conditionalEventDefinition": "<condition>submit.days &gt; 3</condition>",
}
ALONE = {"event-unnamed", "never-sent", "never-awaited", "never-thrown", "error-uncaught", "signal-within"}
ALONE |= {"link-unnamed"}
"""Findings about the other half of what is sent and awaited, which is not the point here."""


def with_event(trigger: str, place: str) -> bytes:
    """A small process with an event of some trigger in some place."""
    inner = "" if trigger == "none" else f'<{trigger} id="q">{INNER.get(trigger, "")}</{trigger}>'
    path = chain("start", "submit", "end")
    if place == "startEvent":
        return process(f'<startEvent id="start">{inner}</startEvent>', SUBMIT, END_EVENT, *path)
    if place == "endEvent":
        return process(START, SUBMIT, f'<endEvent id="end">{inner}</endEvent>', *path)
    if place == "boundaryEvent":
        event = f'<boundaryEvent id="b" attachedToRef="x">{inner}</boundaryEvent>'
        return around('<userTask id="x"/>', event, flow("g", "b", "end"))
    return around(f'<{place} id="x">{inner}</{place}>')


def test_every_element_and_attribute_of_the_standard_stands_in_a_row() -> None:
    words = {word for row in rows() for word in row.words} | {(name,) for pair in MATRIX for name in pair}
    assert [name for name, named_by in every_word() if not named_by & words] == []


def test_no_two_rows_are_about_the_same() -> None:
    labels = [row.label for row in rows()]
    assert len(set(labels)) == len(labels)


def test_every_refusal_says_why() -> None:
    assert [label for label, why in reasons() if not why] == []


def test_every_code_of_the_list_is_one_that_the_check_knows() -> None:
    codes = {code for row in rows() for code in row.codes} | (set(MATRIX.values()) - {RUNS})
    assert codes <= CODES.keys()


def test_every_code_about_an_element_or_an_event_stands_in_the_list() -> None:
    codes = {code for row in ROWS for code in row.codes} | set(MATRIX.values())
    assert (elements.KINDS.keys() | events.KINDS.keys()) - codes == set()


def test_every_row_that_says_runs_is_shown_by_a_test_and_every_such_test_has_its_row() -> None:
    run = {row.label for row in rows() if row.verdict == RUNS}
    run |= {" ".join(pair) for pair, verdict in MATRIX.items() if verdict == RUNS}
    assert SHOWN.keys() == run
    assert {test for tests in SHOWN.values() for test in tests} == {
        n for m in SHOWING for n in vars(m) if n[:5] == "test_"
    }


def test_every_row_that_runs_with_a_warning_has_its_examples() -> None:
    assert {row.label for row in ROWS if row.verdict == RUNS and row.codes} == WARNED.keys()


@pytest.mark.parametrize("label", WARNED, ids=str)
def test_what_runs_with_a_warning_is_warned_of_with_the_codes_of_its_row(label: str, tmp_path: Path) -> None:
    [codes] = [row.codes for row in ROWS if row.label == label]
    found = set().union(
        *(judged(tmp_path, content, beside_the_point={"person-without-lane"}) for content in WARNED[label])
    )
    assert found == {(code, False) for code in codes}


@pytest.mark.parametrize(("trigger", "place"), MATRIX, ids=str)
def test_a_trigger_runs_in_a_place_or_is_refused_with_the_code_that_stands_there(
    trigger: str, place: str, tmp_path: Path
) -> None:
    found = {code for code, _ in judged(tmp_path, with_event(trigger, place))} - ALONE
    assert found == ({MATRIX[trigger, place]} - {RUNS})
