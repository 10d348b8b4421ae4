"""Extensions of other tools: what they would do there and does not happen here."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.model import SUBPROCESS_KINDS
from engine.bpmn.xml import BPMN, SPIFF, line_of, local, names, namespace
from engine.check.elements import owner
from engine.check.subject import Subject
from engine.problems import Problem, problem

ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://www.camunda.com/fox": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://cibseven.org/schema/1.0/bpmn": "cibseven",
    "http://www.jboss.org/drools": "drools",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "",
}
"""Namespaces of other engines, which give a diagram meaning; an empty name marks pure decoration."""

_BY_CODE = {
    "vendor-assignment": names(
        "assignee candidateUsers candidateGroups assignmentDefinition candidateStarterUsers candidateStarterGroups"
    ),
    "vendor-service": names(
        "class delegateExpression expression topic type taskDefinition connector connectorId resultVariable"
        " resultVariableName field taskName packageName modelerTemplate calledFunction"
    ),
    "vendor-form": names(
        "formKey formRef formData formField formDefinition formHandlerClass formProperty userTaskForm"
    ),
    "vendor-listener": names(
        "executionListener taskListener eventListener executionListeners taskListeners onEntry-script onExit-script"
        " script"
    ),
    "vendor-mapping": names("inputOutput ioMapping in out inputParameter outputParameter input output"),
    "vendor-loop": names("collection elementVariable loopCharacteristics elementIndexVariable"),
    "vendor-decision": names(
        "decisionRef calledDecision decisionRefBinding decisionRefVersion mapDecisionResult rules"
    ),
    "vendor-call": names(
        "calledElement calledElementBinding calledElementVersion calledElementTenantId caseRef variableMappingClass"
    ),
    "vendor-time": names("dueDate followUpDate businessCalendarName taskSchedule subscription correlationKey"),
    "vendor-harmless": names(
        "async asyncBefore asyncAfter exclusive jobPriority initiator historyTimeToLive versionTag properties property"
        " priority isStartableInTasklist diagramRelationId"
    ),
}
CODES = {name: code for code, known in _BY_CODE.items() for name in known}
XINCLUDE = "http://www.w3.org/2001/XInclude"
_WITH_STEPS = SUBPROCESS_KINDS | {"process"}
_FREE_TEXT = names("documentation text")
_INSIDE_OTHERS = names("value values string list map entry constraint validation key config")


def check_vendor(subject: Subject) -> Iterator[Problem]:
    """A finding for each extension of another engine, one per file for each tool's notes to itself."""
    noted: set[str] = set()
    for element in subject.diagram.root.iter("{*}*"):
        yield from _attributes(subject, element)
        yield from _element(subject, element, noted)


def _attributes(subject: Subject, element: etree._Element) -> Iterator[Problem]:
    if namespace(element) != BPMN:
        return
    for name in element.attrib:
        space, _, attribute = str(name)[1:].rpartition("}") if str(name).startswith("{") else ("", "", "")
        if ENGINES.get(space):
            yield _tell(subject, element, ENGINES[space], attribute)


def _element(subject: Subject, element: etree._Element, noted: set[str]) -> Iterator[Problem]:
    space = namespace(element)
    holder = element.getparent()
    if space in (SPIFF, BPMN) or holder is None or "omg.org" in space:
        return
    if space not in ENGINES:
        yield from _foreign(subject, element, holder, noted)
        return
    if ENGINES[space] and local(element) not in _INSIDE_OTHERS:
        yield _tell(subject, element, ENGINES[space], local(element))


def _foreign(subject: Subject, element: etree._Element, holder: etree._Element, noted: set[str]) -> Iterator[Problem]:
    """What no engine that we know reads: in an extension it is a note, among the steps of a process it is lost."""
    space, file, place, line = namespace(element), subject.diagram.file, owner(element), line_of(element)
    if space == XINCLUDE:
        yield problem("import", file, element=place, line=line, name=element.get("href", "?"))
    elif namespace(holder) == BPMN and local(holder) in _WITH_STEPS:
        yield problem("element-foreign", file, element=place, line=line, name=local(element))
    elif namespace(holder) == BPMN and local(holder) not in _FREE_TEXT and space not in noted:
        noted.add(space)
        yield problem("vendor-notes", file, element=place, line=line, name=space or local(element))


def _tell(subject: Subject, element: etree._Element, tool: str, name: str) -> Problem:
    return problem(
        CODES.get(name, "vendor-unknown"),
        subject.diagram.file,
        element=owner(element),
        line=line_of(element),
        name=f"{tool}:{name}",
    )
