"""The picture of a flow: drawn from the diagram's layout, for those who see it and those who do not."""

from __future__ import annotations

import math

import pytest
from bs4 import BeautifulSoup, Tag

from engine.diagram import Diagram, Edge, Shape, read_diagram
from tests.web.visitor import one
from web.picture import LARGEST, Marks, drawn
from workflows import packages

START = Shape("start", "startEvent", "Mulai", 100, 100, 36, 36)
CHECK = Shape("check", "userTask", "Periksa permohonan cuti pegawai", 180, 80, 100, 80)
WAY = Edge("flow", "sequenceFlow", "lengkap", ((136, 118), (180, 118)))


def diagram(*shapes: Shape, edges: tuple[Edge, ...] = ()) -> Diagram:
    leave = packages() / "leave"
    read = read_diagram((leave / "leave.bpmn").read_bytes(), "leave.bpmn")
    return Diagram(read.file, read.processes, read.pools, shapes, edges, (), read.root)


def svg(*shapes: Shape, edges: tuple[Edge, ...] = (), marks: Marks | None = None) -> Tag:
    markup = drawn(diagram(*shapes, edges=edges), marks or Marks(), title="Alur: cuti", description="Di bawah.")
    found = BeautifulSoup(markup, "html.parser").svg
    assert isinstance(found, Tag)
    return found


def test_the_picture_has_a_name_and_a_description() -> None:
    picture = svg(START)
    assert picture["role"] == "img"
    named = [picture.find(id=part) for part in str(picture["aria-labelledby"]).split()]
    assert [part.get_text() for part in named if part] == ["Alur: cuti", "Di bawah."]


def test_done_and_waiting_steps_are_told_by_a_sign_and_not_by_colour_alone() -> None:
    picture = svg(START, CHECK, marks=Marks(done={"start"}, open={"check"}))
    assert one(picture, ".step.open .tick").get_text() == "●"
    assert picture.select_one(".event.done") is not None


def test_long_names_are_wrapped_into_their_box() -> None:
    lines = [line.get_text() for line in svg(CHECK).select(".step tspan")]
    assert len(lines) > 1
    assert all(len(line) <= 16 for line in lines)


def test_names_cannot_break_out_of_the_picture() -> None:
    evil = Shape("x", "userTask", '</text></svg><script>alert("x")</script>', 0, 0, 400, 80)
    picture = svg(evil, edges=(Edge("e", "sequenceFlow", "<img src=x onerror=alert(1)>", ((0, 0), (9, 9))),))
    assert picture.find("script") is None
    assert picture.find("img") is None


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, LARGEST * 2])
def test_a_stray_number_leaves_its_shape_out_and_nothing_else(number: float) -> None:
    picture = svg(START, Shape("far", "userTask", "Jauh", number, 0, 100, 80))
    assert "Jauh" not in picture.get_text()
    assert "Mulai" in picture.get_text()


def test_without_a_layout_there_is_no_picture() -> None:
    assert drawn(diagram(), Marks(), title="x", description="y") == ""


def test_the_words_of_a_line_stand_beside_it() -> None:
    assert "lengkap" in svg(START, CHECK, edges=(WAY,)).get_text()


def test_the_picture_holds_no_style_and_no_script_of_its_own() -> None:
    markup = str(svg(START, CHECK, edges=(WAY,)))
    assert "style" not in markup
    assert "href" not in markup
