"""The drawn side of a file (BPMN DI): where each thing stands, for the picture drawn on the server."""

from __future__ import annotations

import math

from lxml import etree

from engine.bpmn.model import Edge, Shape
from engine.bpmn.xml import line_of, local, text_of
from engine.problems import WARNING, Problem, problem

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
FARTHEST = 100_000.0

Element = etree._Element


def read_drawing(
    root: Element, elements: dict[str, Element], file: str
) -> tuple[tuple[Shape, ...], tuple[Edge, ...], list[Problem]]:
    """All shapes and edges that stand for something; what cannot be drawn is told and left out."""
    shapes, edges, problems = [], [], []
    for drawn in root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge"):
        target = elements.get(drawn.get("bpmnElement", ""))
        if target is None:
            continue
        try:
            if local(drawn) == "BPMNShape":
                shapes.append(_shape(drawn, target))
            else:
                edges.append(_edge(drawn, target))
        except (ValueError, OverflowError) as error:
            severity = WARNING if isinstance(error, OverflowError) else None
            name, line = target.get("id"), line_of(drawn)
            problems.append(problem("drawing-number", file, element=name, line=line, severity=severity))
    return tuple(shapes), tuple(e for e in edges if len(e.points) > 1), problems


def _shape(drawn: Element, target: Element) -> Shape:
    bounds = drawn.find(f"{{{DC}}}Bounds")
    if bounds is None:
        raise ValueError("a shape without bounds")
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Shape(
        element=target.get("id", ""),
        kind=local(target),
        name=_name(target),
        x=x,
        y=y,
        width=width,
        height=height,
        horizontal=drawn.get("isHorizontal") != "false",
        expanded=drawn.get("isExpanded") != "false",
    )


def _edge(drawn: Element, target: Element) -> Edge:
    points = tuple((_number(p.get("x")), _number(p.get("y"))) for p in drawn.iter(f"{{{DD}}}waypoint"))
    return Edge(target.get("id", ""), local(target), _name(target), points)


def _name(target: Element) -> str:
    """The label of a thing: its name, or the words of an annotation."""
    annotation = next((text_of(c) for c in target if local(c) == "text"), "")
    return " ".join((target.get("name") or annotation).split())


def _number(text: str | None) -> float:
    number = float(text or "")
    if not math.isfinite(number):
        raise ValueError("no number at all")
    if abs(number) > FARTHEST:
        raise OverflowError("a number that no picture can hold")
    return number
