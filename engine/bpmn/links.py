"""Link events: a path that is drawn in two pieces, the one ending and the other beginning with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.nodes import children, link_name
from engine.bpmn.xml import BPMN, line_of

Element = etree._Element


def join_links(root: Element) -> list[Element]:
    """Draw the flow that each pair of link events stands for; the flows drawn, still without ids.

    It leads from a throwing event to the one that catches its name in the same process or subprocess. Where
    none does, or several do, nothing is drawn.
    """
    catching: dict[tuple[Element, str], list[str]] = {}
    for scope, name, event in _links(root, "intermediateCatchEvent"):
        catching.setdefault((scope, name), []).append(event.get("id", ""))
    flows = {(f.get("sourceRef"), f.get("targetRef")) for f in root.iter(f"{{{BPMN}}}sequenceFlow")}
    drawn = []
    for scope, name, event in list(_links(root, "intermediateThrowEvent")):
        targets = catching.get((scope, name), [])
        source = event.get("id", "")
        if len(targets) == 1 and (source, targets[0]) not in flows:  # else the file was read and written before
            drawn.append(_draw(scope, source, targets[0], line_of(event)))
    return drawn


def _links(root: Element, kind: str) -> Iterator[tuple[Element, str, Element]]:
    """The link events of a kind that have a name: where they stand, and the name."""
    for event in root.iter(f"{{{BPMN}}}{kind}"):
        scope = event.getparent()
        if scope is not None and next(children(event, "linkEventDefinition"), None) is not None and link_name(event):
            yield scope, link_name(event), event


def _draw(scope: Element, source: str, target: str, line: int) -> Element:
    flow = etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", sourceRef=source, targetRef=target)
    flow.sourceline = line  # type: ignore[assignment]  # the stubs know it as read-only
    return flow
