"""Each row of the README that says refused, or only drawn, holds of the smallest diagrams with what it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import pytest
from lxml import etree

from engine.check import check_path
from engine.diagram import read_diagram
from engine.errors import DiagramError
from engine.problems import Problem
from tests.engine.diagrams import around
from tests.engine.supported.drawn import DRAWN
from tests.engine.supported.driver import Run
from tests.engine.supported.refused import REFUSED
from tests.engine.supported.table import DRAWN as ONLY_DRAWN
from tests.engine.supported.table import REFUSED as IS_REFUSED
from tests.engine.supported.table import Row, Word, rows

IN_A_PACKAGE = {"error-uncaught"}
"""Refusals that are only warnings as long as a file stands alone."""

BESIDE_THE_POINT = {"person-without-lane", "never-awaited", "unreachable"}
NOT_TO_RUN = '`isExecutable="false"`'
WAY = ["start", "submit", "x", "end"]
ROWS = {row.label: row for row in rows()}


def labels(verdict: str) -> set[str]:
    return {label for label, row in ROWS.items() if row.verdict == verdict}


def judged(folder: Path, content: bytes, beside_the_point: Collection[str] = BESIDE_THE_POINT) -> set[tuple[str, bool]]:
    """The codes found in a diagram, and whether they are errors; whose a step is, is not the point here."""
    (folder / "x.bpmn").write_bytes(content)
    found: Iterable[Problem] = check_path(folder / "x.bpmn")
    return {(p.code, p.is_error or p.code in IN_A_PACKAGE) for p in found if p.code not in beside_the_point}


def written(content: bytes) -> set[Word]:
    """All elements, attributes, and both together, of a diagram."""
    words: set[Word] = set()
    for element in etree.fromstring(content).iter("{*}*"):
        own, holder = etree.QName(element).localname, element.getparent()
        words |= {(own,)} | ({(etree.QName(holder).localname, own)} if holder is not None else set())
        for name in map(etree.QName, element.attrib):
            words |= {(name.localname,), (own, name.localname)}
    return words


def unnamed(row: Row, examples: Collection[bytes]) -> set[Word]:
    """What a row is about and none of its examples holds."""
    known = set().union(*map(written, examples))
    return {word for word in row.words if (word[0].removeprefix("spiffworkflow:"), *word[1:]) not in known}


def test_every_row_that_says_refused_has_its_examples() -> None:
    assert set(REFUSED) == labels(IS_REFUSED)


def test_every_row_that_says_drawn_only_has_its_examples() -> None:
    assert set(DRAWN) == labels(ONLY_DRAWN)


def test_the_diagram_around_the_examples_has_no_fault_of_its_own(tmp_path: Path) -> None:
    assert judged(tmp_path, around('<userTask id="x"/>')) == set()


@pytest.mark.parametrize("label", REFUSED, ids=str)
def test_a_refused_construct_is_refused_with_the_codes_of_its_row(label: str, tmp_path: Path) -> None:
    verdicts = [{code for code, is_error in judged(tmp_path, content) if is_error} for content in REFUSED[label]]
    assert [len(codes) for codes in verdicts] == [1] * len(verdicts), verdicts
    assert set().union(*verdicts) == ROWS[label].codes


@pytest.mark.parametrize("label", DRAWN, ids=str)
def test_what_is_only_drawn_is_warned_of_with_the_codes_of_its_row_and_not_refused(label: str, tmp_path: Path) -> None:
    verdicts = set().union(*(judged(tmp_path, content) for content in DRAWN[label]))
    assert verdicts == {(code, False) for code in ROWS[label].codes}


@pytest.mark.parametrize("label", [*REFUSED, *DRAWN], ids=str)
def test_the_examples_of_a_row_hold_all_that_it_names(label: str) -> None:
    quoted = {("callActivity", "calledElement")}
    assert unnamed(ROWS[label], {**REFUSED, **DRAWN}[label]) - quoted == set()


@pytest.mark.parametrize("label", sorted(DRAWN.keys() - {NOT_TO_RUN}), ids=str)
def test_what_is_only_drawn_leaves_the_way_through_as_it_is(label: str) -> None:
    for content in DRAWN[label]:
        run = Run(content, process="p")
        while not run.ended:
            run = run.do(run.open[0], days=5) if run.open else run.wait(days=1)
        assert [node for node in run.path if node in WAY] == WAY
        drawn = {node.id for process in read_diagram(content, "x.bpmn").processes for node in process.nodes.values()}
        assert run.compiled.nodes == drawn


def test_a_process_that_is_not_to_run_does_not() -> None:
    with pytest.raises(DiagramError):
        Run(DRAWN[NOT_TO_RUN][0], process="p")
