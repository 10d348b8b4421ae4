"""The XML made ready for the engine's parser: what runs stays, in the form that the parser wants; the rest goes."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.xml import BPMN, SPIFF, local, names, namespace

_ROOTS = names("message signal error escalation")
_EXTENSIONS = names(
    "properties property serviceTaskOperator parameters parameter calledDecisionId instructionsForEndUser"
    " messagePayload messageVariable payloadExpression variableName"
)


def prepare(given: etree._Element) -> etree._Element:
    """A new root, without what is only drawn or another tool's, and with what the parser wants more than the standard.

    Pictures, data stores and the like cannot stop the parser then, and flows leave a gateway in the order of the
    file, not of the picture.
    """
    root = etree.Element(f"{{{BPMN}}}definitions")
    for element in list(given):
        if _is(element, "process") or (local(element) in _ROOTS and element.get("id")):
            root.append(element)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for holder in list(root.iter("{*}*")):
        for element in [e for e in holder if _is_foreign(e, holder)]:
            holder.remove(element)
    for element in root.iter(f"{{{BPMN}}}*", f"{{{SPIFF}}}*"):
        if not len(element) and element.text:
            element.text = element.text.strip()
    for parameter in root.iter(f"{{{SPIFF}}}parameter"):
        parameter.set("type", parameter.get("type", "any"))
    return root


def _is(element: etree._Element, name: str) -> bool:
    return namespace(element) == BPMN and local(element) == name


def _is_foreign(element: etree._Element, holder: etree._Element) -> bool:
    """Whether it is no element of the standard in its place and no extension that the engine knows."""
    if namespace(element) == SPIFF:
        return local(element) not in _EXTENSIONS
    return namespace(element) != BPMN or _is(holder, "extensionElements")
