"""What the packages of this release hold in common: a package is whole, so what two of them need stands in both."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.diagram import Diagram, Shape, read_diagram
from engine.feel import compile_expression
from workflows import packages

FOLDERS = sorted(file.parent for file in packages().glob("*/process.toml"))
WIDEST = 20
"""Words of a sentence that people read at most (UX 38)."""


def in_words(folder: Path) -> Iterator[tuple[str, str]]:
    """The Indonesian texts of a package's forms, each with its place."""
    for file in folder.glob("*.form"):
        yield from ((file.name, text) for text in _texts(json.loads(file.read_text())["components"]))


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        yield from (component[name] for name in ("label", "description", "text") if name in component)
        yield from (value["label"] for value in component.get("values", ()))
        yield from _texts(component.get("components", []))


def test_who_decides_on_leave_stands_in_each_package_that_asks_in_the_same_words() -> None:
    tables = {file.read_bytes() for file in packages().glob("*/approvers.dmn")}
    assert len(tables) == 1


IN_LISTS = {"type", "first", "last", "from_day", "return_on", "returned_on", "days", "day"}
"""What lists may say of leave: which leave, and when; never why, or what somebody suffers from."""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_a_list_says_which_leave_and_when_but_no_reason_and_no_illness(folder: Path) -> None:
    manifest = tomllib.loads((folder / "process.toml").read_text())
    summary, about = manifest.get("summary"), manifest.get("about")
    assert summary or about  # what is about a request shows what was asked for there
    read = {path[1] for path in compile_expression(summary).paths if len(path) > 1} if summary else set()
    if "leave" in folder.name:
        assert read <= IN_LISTS - ({"type"} if folder.name == "leave_interrupt" else set())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_sentences_are_short(folder: Path) -> None:
    sentences = [(file, part) for file, text in in_words(folder) for part in text.replace(";", ".").split(". ")]
    assert [each for each in sentences if len(each[1].split()) > WIDEST] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_no_wire_of_a_picture_crosses_a_box(folder: Path) -> None:
    [file] = folder.glob("*.bpmn")
    diagram = read_diagram(file.read_bytes(), file.name)
    assert list(_crossings(diagram)) == []


def _crossings(diagram: Diagram) -> Iterator[tuple[str, str]]:
    nodes = {node.id for node in diagram.nodes()}
    flows = {flow.id: flow for process in diagram.processes for flow in process.flows.values()}
    for edge in diagram.edges:
        ends = {flows[edge.element].source, flows[edge.element].target}
        boxes = [shape for shape in diagram.shapes if shape.element in nodes - ends]
        yield from ((edge.element, b.element) for b in boxes for a, z in pairwise(edge.points) if _through(a, z, b))


def _through(start: tuple[float, float], end: tuple[float, float], box: Shape) -> bool:
    """Whether a piece of a wire, upright or level, goes through the inside of a box."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    beside = right <= box.x or left >= box.x + box.width
    return not (beside or bottom <= box.y or top >= box.y + box.height)
