"""From XML elements to nodes, flows, lanes and what they carry."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.model import Call, Event, Flow, Formula, Lane, Loop, Node
from engine.bpmn.xml import BPMN, SPIFF, is_cut, line_of, local, namespace, own_attributes, text_of

Element = etree._Element

_EVENT_KINDS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensate",
    "terminateEventDefinition": "terminate",
    "cancelEventDefinition": "cancel",
}
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef", "activityRef")
_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_LOOPS = {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
_LOOP_FORMULAS = {"loopCardinality", "loopDataInputRef", "completionCondition", "loopCondition"}


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children of the standard's namespace with one of the names."""
    return (c for c in element if namespace(c) == BPMN and local(c) in names)


def child(element: Element, name: str) -> Element | None:
    """The first child of the standard's namespace with the name."""
    return next(children(element, name), None)


def formula(element: Element) -> Formula:
    """The expression in an element."""
    return Formula(text_of(element), line_of(element), is_cut(element))


def extensions(element: Element, name: str) -> Iterator[Element]:
    """The SpiffWorkflow extension elements with the name."""
    for holder in children(element, "extensionElements"):
        yield from (c for c in holder if namespace(c) == SPIFF and local(c) == name)


def extension_text(element: Element, name: str) -> str:
    """The text of the first such extension element; empty if there is none."""
    return next((text_of(e) for e in extensions(element, name)), "")


def read_node(element: Element, parent: str) -> Node:
    """The node an element stands for, without its lane and its flows."""
    attributes = own_attributes(element)
    return Node(
        id=attributes.get("id", ""),
        kind=local(element),
        name=" ".join(attributes.get("name", "").split()),
        line=line_of(element),
        parent=parent,
        attributes=attributes,
        properties=_properties(element),
        instructions=extension_text(element, "instructionsForEndUser"),
        documentation=next((text_of(c) for c in children(element, "documentation")), ""),
        attached_to=attributes.get("attachedToRef"),
        events=tuple(read_event(c) for c in children(element, *_EVENT_KINDS, "eventDefinitionRef")),
        loop=next((_loop(c) for c in children(element, *_LOOPS)), None),
        call=_call(element),
        decision=extension_text(element, "calledDecisionId") or None,
    )


def read_event(element: Element) -> Event:
    """An event definition; one that only refers to another has the kind ``reference``."""
    attributes = own_attributes(element)
    kind = _EVENT_KINDS.get(local(element), "reference")
    timer = next(((_TIMERS[local(c)], formula(c)) for c in children(element, *_TIMERS)), None)
    condition = child(element, "condition")
    found = timer[1] if timer else formula(condition) if condition is not None else None
    ref = next((attributes[name].strip() for name in _REFERENCES if name in attributes), None)
    return Event(
        kind=kind,
        id=attributes.get("id"),
        line=line_of(element),
        ref=link_name(element.getparent()) if kind == "link" else ref,
        timer=timer[0] if timer else None,
        formula=found,
    )


def link_name(event: Element | None) -> str:
    """The name by which the halves of a link find each other: that of the link or, if it has none, of the event."""
    if event is None:
        return ""
    named = next(children(event, "linkEventDefinition"), None)
    return (named.get("name", "") if named is not None else "").strip() or event.get("name", "").strip()


def read_flow(element: Element, parent: str, *, given: bool) -> Flow:
    """A sequence flow."""
    attributes = own_attributes(element)
    condition = child(element, "conditionExpression")
    return Flow(
        id=attributes.get("id", ""),
        source=attributes.get("sourceRef", "").strip(),
        target=attributes.get("targetRef", "").strip(),
        name=attributes.get("name", ""),
        line=line_of(element),
        parent=parent,
        condition=formula(condition) if condition is not None else None,
        given=given,
    )


def read_lanes(process: Element) -> list[Lane]:
    """The lanes of a process, inner ones before those around them, so that the first that holds a node counts."""
    lanes: list[Lane] = []
    for lane_set in children(process, "laneSet", "childLaneSet"):
        for lane in children(lane_set, "lane"):
            inner = read_lanes(lane)
            lanes += [*inner, _lane(lane, inner)]
    return lanes


def _lane(element: Element, inner: list[Lane]) -> Lane:
    own = [text_of(ref) for ref in children(element, "flowNodeRef")]
    within = frozenset(n for lane in inner for n in lane.nodes)
    name = " ".join(element.get("name", "").split())
    nodes = tuple(dict.fromkeys([*own, *sorted(within)]))
    return Lane(element.get("id", ""), name, line_of(element), nodes, within)


def _properties(element: Element) -> dict[str, str]:
    found = (p for holder in extensions(element, "properties") for p in holder if local(p) == "property")
    return {p.get("name", ""): p.get("value", "") for p in found}


def _loop(element: Element) -> Loop:
    attributes = own_attributes(element)
    sequential = "sequential" if attributes.get("isSequential") == "true" else "parallel"
    return Loop(
        kind="standard" if local(element).startswith("standard") else sequential,
        line=line_of(element),
        attributes=attributes,
        formulas={local(c): formula(c) for c in children(element, *_LOOP_FORMULAS)},
        parts={local(c): Formula(c.get("id") or text_of(c), line_of(c)) for c in element if namespace(c) == BPMN},
    )


def _call(element: Element) -> Call | None:
    operator = next(extensions(element, "serviceTaskOperator"), None)
    if operator is None:
        return None
    given = (p for holder in operator if local(holder) == "parameters" for p in holder if local(p) == "parameter")
    return Call(
        service=operator.get("id", ""),
        line=line_of(operator),
        result=operator.get("resultVariable") or None,
        parameters={p.get("id", ""): Formula(p.get("value", "").strip(), line_of(p)) for p in given},
    )
