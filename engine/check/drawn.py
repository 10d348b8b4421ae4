"""What a diagram says that has no effect here: named, so that nobody counts on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.model import GATEWAY_KINDS, Node
from engine.bpmn.xml import BPMN, line_of, local, names
from engine.check.elements import owner
from engine.check.subject import Subject
from engine.problems import Problem, problem

GLOBAL_TASKS = names("globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask")
DRAWN_ONLY = GLOBAL_TASKS | names(
    "dataStoreReference participantMultiplicity choreography globalChoreographyTask conversation subConversation"
    " callConversation globalConversation rendering partitionElement operationRef correlationKey"
    " correlationSubscription"
)
_USUAL = names("##unspecified ##WebService")


def check_drawn(subject: Subject) -> Iterator[Problem]:
    """All findings about what is only drawn, or would need something that there is not."""
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        yield from _element(subject, element)
    for node in subject.diagram.nodes():
        if node.kind in GATEWAY_KINDS:
            yield from _direction(subject, node)


def _element(subject: Subject, element: etree._Element) -> Iterator[Problem]:
    kind = local(element)
    if kind in DRAWN_ONLY or (kind == "itemDefinition" and element.get("structureRef")):
        yield _at(subject, "drawn-only", element, name=kind)
    elif kind == "messageFlow":
        yield _at(subject, "message-flow", element)
    elif kind == "extension" and element.get("mustUnderstand") == "true":
        yield _at(subject, "must-understand", element, name=element.get("definition", "?"))
    for name in ("implementation", "operationRef", "partitionElementRef"):
        if element.get(name, "##unspecified") not in _USUAL:
            yield _at(subject, "attribute-ignored", element, name=name, text=element.get(name))


def _direction(subject: Subject, gateway: Node) -> Iterator[Problem]:
    """A gateway that says it only splits or only joins, while its flows do the other thing."""
    direction = gateway.attributes.get("gatewayDirection")
    joins, splits = len(gateway.incoming) > 1, len(gateway.outgoing) > 1
    if (direction == "Diverging" and joins) or (direction == "Converging" and splits):
        yield subject.tell("gateway-direction", gateway, text=direction)


def _at(subject: Subject, code: str, element: etree._Element, **values: Any) -> Problem:
    place = element.get("id") or owner(element)
    return problem(code, subject.diagram.file, element=place, line=line_of(element), **values)
