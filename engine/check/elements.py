"""Which elements and attributes run as the standard says; every other one is named, with what to draw instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.model import NODE_KINDS, SUBPROCESS_KINDS, Node
from engine.bpmn.nodes import children
from engine.bpmn.xml import BPMN, SPIFF, line_of, local, names, namespace, text_of
from engine.check.subject import Subject
from engine.problems import Problem, problem
from engine.steps import DAYS, DUE_HOURS

REFUSED_KINDS = {
    "scriptTask": "script-task",
    "complexGateway": "complex-gateway",
    "adHocSubProcess": "ad-hoc",
    "transaction": "transaction",
}
DRAWN_ONLY = names(
    "laneSet documentation extensionElements incoming outgoing textAnnotation association group dataObject"
    " dataObjectReference dataStoreReference property sequenceFlow auditing monitoring supportedInterfaceRef"
    " correlationSubscription ioSpecification ioBinding artifact supports"
)
RESOURCES = names("potentialOwner humanPerformer performer resourceRole")
ASSOCIATIONS = names("dataInputAssociation dataOutputAssociation")
SPIFF_KNOWN = names(
    "properties property instructionsForEndUser serviceTaskOperator parameters parameter calledDecisionId"
    " messagePayload messageVariable payloadExpression variableName"
)
SPIFF_SCRIPTS = names("preScript postScript")
SPIFF_IGNORED = names("unitTests unitTest inputJson expectedOutputJson taskMetadataValues category")
PROPERTIES = frozenset({"formKey", DUE_HOURS, *DAYS})
_NEEDED = {"property": ("name", "value"), "parameter": ("id", "value"), "serviceTaskOperator": ("id",)}
_PART_OF_ACTIVITY = (
    RESOURCES | ASSOCIATIONS | names("multiInstanceLoopCharacteristics standardLoopCharacteristics completionCondition")
)


def check_elements(subject: Subject) -> Iterator[Problem]:
    """All findings about elements that are refused, ignored or only drawn."""
    for node in subject.diagram.nodes():
        yield from _kind(subject, node)
        yield from _attributes(subject, node)
    for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        yield from _element(subject, element)
    for element in subject.diagram.root.iter(f"{{{SPIFF}}}*"):
        yield from _spiff(subject, element)


def _kind(subject: Subject, node: Node) -> Iterator[Problem]:
    if node.kind in REFUSED_KINDS:
        yield subject.tell(REFUSED_KINDS[node.kind], node)
    elif node.kind == "task":
        yield subject.tell("plain-task", node)
    if node.attributes.get("triggeredByEvent") == "true":
        yield subject.tell("event-subprocess", node)
    if node.attributes.get("isForCompensation") == "true":
        yield subject.tell("compensation", node)


def _attributes(subject: Subject, node: Node) -> Iterator[Problem]:
    for name in ("startQuantity", "completionQuantity"):
        if node.attributes.get(name, "1") != "1":
            yield subject.tell("quantity", node, name=name)
    if node.attributes.get("instantiate") == "true":
        yield subject.tell("instantiate", node)
    for name in node.properties:
        if name not in PROPERTIES:
            yield subject.tell("property-unknown", node, name=name, known=PROPERTIES)


def _element(subject: Subject, element: etree._Element) -> Iterator[Problem]:
    kind, holder = local(element), element.getparent()
    if holder is None:
        return
    in_flow = local(holder) == "process" or local(holder) in SUBPROCESS_KINDS
    if in_flow and kind not in NODE_KINDS | DRAWN_ONLY | _PART_OF_ACTIVITY:
        yield _at(subject, "element-unsupported", element, name=kind)
    if kind in RESOURCES:
        yield _at(subject, "resource", element, name=kind)
    elif kind in ASSOCIATIONS:
        yield _at(subject, "data-association", element)
    elif kind == "ioSpecification" and next(children(element, "dataInput", "dataOutput"), None) is not None:
        yield _at(subject, "io-specification", element)
    elif kind == "ioBinding":
        yield _at(subject, "element-unsupported", element, name=kind)
    elif kind == "import":
        yield _at(subject, "import", element, name=element.get("location", "?"))


def _spiff(subject: Subject, element: etree._Element) -> Iterator[Problem]:
    kind, holder = local(element), element.getparent()
    if holder is None:
        return
    if kind in SPIFF_SCRIPTS and text_of(element):
        yield _at(subject, "script-extension", element, name=kind)
    elif missing := [name for name in _NEEDED.get(kind, ()) if element.get(name) is None]:
        yield _at(subject, "extension-incomplete", element, name=kind, missing=missing)
    elif kind == "processVariableCorrelation":
        yield _at(subject, "correlation", element)
    elif kind == "variableName" and not _of_event(element):
        yield _at(subject, "variable-name", element)
    elif kind not in SPIFF_KNOWN | SPIFF_SCRIPTS | SPIFF_IGNORED and namespace(holder) != SPIFF:
        yield _at(subject, "extension-ignored", element, name=f"spiffworkflow:{kind}")
    for name in element.attrib:
        if name == "retry" and kind == "serviceTaskOperator":
            yield _at(subject, "extension-ignored", element, name="retry")


def _of_event(element: etree._Element) -> bool:
    """Whether an extension belongs to a signal, error or escalation, which carry a value along."""
    return any(local(around) in ("signal", "error", "escalation") for around in element.iterancestors(f"{{{BPMN}}}*"))


def _at(subject: Subject, code: str, element: etree._Element, **values: Any) -> Problem:
    """A finding at an element that is no node itself: it is told of the nearest thing that has an id and is drawn."""
    return problem(code, subject.diagram.file, element=owner(element), line=line_of(element), **values)


def owner(element: etree._Element) -> str | None:
    """The id of the nearest flow node, flow or process around an element, or the element's own."""
    here: etree._Element | None = element
    while here is not None:
        if namespace(here) == BPMN and here.get("id") and local(here) in _OWNERS:
            return here.get("id")
        here = here.getparent()
    return element.get("id")


_OWNERS = NODE_KINDS | {"sequenceFlow", "process", "dataStoreReference", "dataObjectReference", "message", "signal"}
