"""The flow as a picture: an SVG drawn from the diagram's own layout, with the steps so far marked."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import chain, pairwise

from markupsafe import Markup

from engine.diagram import EVENT_KINDS, GATEWAY_KINDS, Diagram, Edge, Shape

MARGIN = 12.0
LINE = 15.0
"""Height of a line of text, in the diagram's pixels."""
GLYPH = 6.4
"""Mean width of a letter at 12 pixels."""
LARGEST = 20_000.0
"""Pixels; a shape further out is left away, so that one stray number cannot blow the picture up."""
MOST = 2_000
"""Shapes and lines that are drawn."""

SIGNS = {
    "exclusiveGateway": "×",  # noqa: RUF001  # the sign that BPMN draws
    "parallelGateway": "+",
    "inclusiveGateway": "○",
    "eventBasedGateway": "◇",
}
AREAS = frozenset({"participant", "lane"})
NOTES = frozenset({"textAnnotation", "dataObjectReference", "dataStoreReference", "group"})

Label = Callable[[str, str], str]
"""Gives the words for an element: its id, and its name in the file."""


@dataclass(frozen=True)
class Marks:
    """Which steps are done and which wait, and the words of the picture."""

    done: Collection[str] = ()
    open: Collection[str] = ()
    label: Label = field(default=lambda _element, name: name)

    def of(self, element: str) -> str:
        """The class of an element: ``open``, ``done`` or nothing."""
        return "open" if element in self.open else "done" if element in self.done else ""


def drawn(diagram: Diagram, marks: Marks, *, title: str, description: str) -> Markup:
    """The picture as SVG, named and described for those who do not see it; empty if nothing is laid out."""
    shapes = [s for s in diagram.shapes if _sane(s.x, s.y, s.width, s.height)][:MOST]
    edges = [e for e in diagram.edges if len(e.points) > 1 and _sane(*chain(*e.points))][:MOST]
    if not shapes:
        return Markup("")
    left, top, width, height = _frame(shapes, edges)
    inner = "".join(chain(_areas(shapes, marks), _lines(edges, marks), _nodes(shapes, marks)))
    # All texts are escaped where they are put in, and numbers are formatted; nothing of the file enters as it is.
    return Markup(
        '<svg class="flow" role="img" aria-labelledby="flow-title flow-text" xmlns="http://www.w3.org/2000/svg" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}">'
        f'<title id="flow-title">{escape(title)}</title><desc id="flow-text">{escape(description)}</desc>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>{inner}</svg>'
    )


def _sane(*numbers: float) -> bool:
    return all(math.isfinite(number) and abs(number) <= LARGEST for number in numbers)


def _frame(shapes: Sequence[Shape], edges: Sequence[Edge]) -> tuple[float, float, float, float]:
    points = [point for edge in edges for point in edge.points]
    points += [(s.x, s.y) for s in shapes] + [(s.x + s.width, s.y + s.height + _below(s)) for s in shapes]
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    return left, top, max(x for x, _ in points) + MARGIN - left, max(y for _, y in points) + MARGIN - top


def _below(shape: Shape) -> float:
    return 2 * LINE if shape.name and shape.kind in EVENT_KINDS | GATEWAY_KINDS else 0.0


def _areas(shapes: Sequence[Shape], marks: Marks) -> Iterator[str]:
    for shape in shapes:
        if shape.kind in AREAS:
            yield _rectangle(shape, "lane", 0)
            yield _side_label(shape, marks)


def _nodes(shapes: Sequence[Shape], marks: Marks) -> Iterator[str]:
    for shape in shapes:
        if shape.kind in AREAS:
            continue
        words = marks.label(shape.element, shape.name)
        state = marks.of(shape.element)
        if shape.kind in EVENT_KINDS:
            yield f'<g class="event {_end(shape)} {state}">{_circle(shape)}{_under(shape, words)}</g>'
        elif shape.kind in GATEWAY_KINDS:
            yield f'<g class="gateway {state}">{_diamond(shape)}{_under(shape, words)}</g>'
        elif shape.kind in NOTES:
            yield f'<g class="note">{_centred(shape, words)}</g>'
        else:
            kind = "group" if shape.expanded and shape.kind.endswith("ubProcess") else "step"
            text = _under_top(shape, words) if kind == "group" else _centred(shape, words)
            yield f'<g class="{kind} {state}">{_rectangle(shape, "box", 8)}{text}{_tick(shape, state)}</g>'


def _lines(edges: Sequence[Edge], marks: Marks) -> Iterator[str]:
    for edge in edges:
        path = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in edge.points)
        kind = "line" if edge.kind == "sequenceFlow" else "line dotted"
        yield f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>'
        if words := marks.label(edge.element, edge.name):
            x, y = _middle(edge.points)
            yield _text(x, y - 5, _wrapped(words, 110)[:2])


def _rectangle(shape: Shape, style: str, radius: int) -> str:
    return (
        f'<rect class="{style}" x="{shape.x:.0f}" y="{shape.y:.0f}" width="{shape.width:.0f}" '
        f'height="{shape.height:.0f}" rx="{radius}"/>'
    )


def _circle(shape: Shape) -> str:
    x, y = _centre(shape)
    return f'<circle class="box" cx="{x:.0f}" cy="{y:.0f}" r="{min(shape.width, shape.height) / 2:.0f}"/>'


def _diamond(shape: Shape) -> str:
    x, y = _centre(shape)
    w, h = shape.width / 2, shape.height / 2
    points = f"{x:.0f},{y - h:.0f} {x + w:.0f},{y:.0f} {x:.0f},{y + h:.0f} {x - w:.0f},{y:.0f}"
    sign = SIGNS.get(shape.kind, "")
    return f'<polygon class="box" points="{points}"/><text class="sign" x="{x:.0f}" y="{y + 7:.0f}">{sign}</text>'


def _tick(shape: Shape, state: str) -> str:
    """A sign beside the colour, for those who do not tell colours apart."""
    sign = {"done": "✓", "open": "●"}.get(state, "")
    if not sign:
        return ""
    return f'<text class="tick" x="{shape.x + shape.width - 12:.0f}" y="{shape.y + 17:.0f}">{sign}</text>'


def _centred(shape: Shape, words: str) -> str:
    x, y = _centre(shape)
    lines = _wrapped(words, shape.width - 8)[: max(1, int(shape.height // LINE))]
    return _text(x, y - (len(lines) - 1) * LINE / 2 + 4, lines)


def _under(shape: Shape, words: str) -> str:
    return _text(shape.x + shape.width / 2, shape.y + shape.height + LINE, _wrapped(words, 110)[:3])


def _under_top(shape: Shape, words: str) -> str:
    return _text(shape.x + shape.width / 2, shape.y + LINE, _wrapped(words, shape.width - 8)[:1])


def _side_label(shape: Shape, marks: Marks) -> str:
    words = marks.label(shape.element, shape.name)
    if not shape.horizontal:
        return _text(shape.x + shape.width / 2, shape.y + LINE + 4, _wrapped(words, shape.width - 8)[:2], "lane-name")
    x, y = shape.x + LINE + 4, shape.y + shape.height / 2
    lines = _wrapped(words, shape.height - 8)[:1]
    return f'<g transform="rotate(-90 {x:.0f} {y:.0f})">{_text(x, y, lines, "lane-name")}</g>'


def _text(x: float, y: float, lines: Sequence[str], style: str = "words") -> str:
    if not lines:
        return ""
    spans = "".join(
        f'<tspan x="{x:.0f}" y="{y + number * LINE:.0f}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f'<text class="{style}">{spans}</text>'


def _wrapped(words: str, width: float) -> list[str]:
    return textwrap.wrap(words[:400], max(6, int(width / GLYPH)))


def _centre(shape: Shape) -> tuple[float, float]:
    return shape.x + shape.width / 2, shape.y + shape.height / 2


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the longest piece of a line."""
    (ax, ay), (bx, by) = max(pairwise(points), key=lambda pair: math.dist(*pair))
    return (ax + bx) / 2, (ay + by) / 2


def _end(shape: Shape) -> str:
    return "end" if shape.kind == "endEvent" else ""
