"""What the standard lets write in several ways, written in one; the meaning stays the same."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from engine.bpmn.xml import BPMN, local, names, namespace, text_of

_REFERENCES = names(
    "messageRef signalRef errorRef escalationRef activityRef attachedToRef calledElement processRef sourceRef targetRef"
    " default"
)
_FORMULAS = names("conditionExpression condition loopCondition completionCondition loopCardinality loopDataInputRef")
_BOOLEANS = names(
    "isExecutable isClosed isForCompensation triggeredByEvent cancelActivity isInterrupting parallelMultiple"
    " instantiate isSequential testBefore isImmediate isCollection isUnlimited waitForCompletion isRequired"
    " cancelRemainingInstances mustUnderstand"
)
LARGEST_SHARED = 20
"""Elements in an event definition that others may share; a larger one is copied nowhere."""


def make_canonical(root: etree._Element) -> None:
    """Bring yes and no, references, expressions and shared event definitions into their plainest form."""
    for element in root.iter(f"{{{BPMN}}}*"):
        for name in _BOOLEANS.intersection(element.attrib):
            value = str(element.get(name)).strip()
            element.set(name, {"1": "true", "0": "false"}.get(value, value))
        for name in _REFERENCES.intersection(element.attrib):
            element.set(name, _own_name(str(element.get(name)), element, root))
        if local(element) in _FORMULAS and not len(element):
            element.text = text_of(element).removeprefix("=").strip()
    _share_events(root)


def _own_name(reference: str, element: etree._Element, root: etree._Element) -> str:
    """A reference without the prefix of the file's own target namespace, and without spaces around it."""
    prefix, _, name = reference.strip().rpartition(":")
    own = root.get("targetNamespace")
    return name if prefix and own and element.nsmap.get(prefix) == own else reference.strip()


def _share_events(root: etree._Element) -> None:
    """Put a copy of an event definition that stands at the top of the file wherever it is referred to."""
    shared = {e.get("id"): e for e in root if namespace(e) == BPMN and local(e).endswith("EventDefinition")}
    shared = {name: e for name, e in shared.items() if sum(1 for _ in e.iter()) <= LARGEST_SHARED}
    for reference in list(root.iter(f"{{{BPMN}}}eventDefinitionRef")) if shared else ():
        definition, holder = shared.get(_own_name(text_of(reference), reference, root)), reference.getparent()
        if definition is not None and holder is not None:
            copy = deepcopy(definition)
            del copy.attrib["id"]
            copy.sourceline = reference.sourceline
            holder.replace(reference, copy)
