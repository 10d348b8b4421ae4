"""What steps call: services with the values they want, decision tables, other processes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Call, Node
from engine.bpmn.nodes import children
from engine.check.drawn import GLOBAL_TASKS
from engine.check.expressions import is_name
from engine.check.rules import Rules
from engine.check.subject import Subject
from engine.problems import Problem
from engine.services import Service


def check_calls(subject: Subject, rules: Rules) -> Iterator[Problem]:
    """All findings about service tasks, decisions and called processes."""
    for node in subject.diagram.nodes():
        if node.kind == "serviceTask":
            yield from _service(subject, node)
        elif node.call is not None:
            yield subject.tell("service-elsewhere", node)
        if node.kind == "businessRuleTask":
            yield from _decision(subject, node, rules)
        elif node.kind == "callActivity":
            yield from _process(subject, node)


def _service(subject: Subject, node: Node) -> Iterator[Problem]:
    if node.call is None or not node.call.service:
        yield subject.tell("service-unbound", node)
        return
    if node.call.result and not is_name(node.call.result):
        yield subject.tell("result-name", node, line=node.call.line, name=node.call.result)
    services = subject.around.services
    if services is None:
        return
    if node.call.service not in services:
        yield subject.tell_if_packed(
            "service-unknown", node, line=node.call.line, name=node.call.service, known=[*services]
        )
        return
    yield from _parameters(subject, node, node.call, services[node.call.service])


def _parameters(subject: Subject, node: Node, call: Call, service: Service) -> Iterator[Problem]:
    for name, formula in call.parameters.items():
        if name not in service.parameters:
            known = [*service.parameters]
            yield subject.tell(
                "parameter-unknown", node, line=formula.line, name=name, service=service.name, known=known
            )
    for name, (_, required) in service.parameters.items():
        if required and name not in call.parameters:
            yield subject.tell("parameter-missing", node, line=call.line, name=name, service=service.name)


def _decision(subject: Subject, node: Node, rules: Rules) -> Iterator[Problem]:
    if not node.decision:
        yield subject.tell("decision-unbound", node)
    elif node.decision not in rules.ids:
        yield subject.tell_if_packed("decision-unknown", node, name=node.decision, known=rules.ids)


def _process(subject: Subject, node: Node) -> Iterator[Problem]:
    called = node.attributes.get("calledElement")
    if not called:
        yield subject.tell("call-unbound", node)
    elif any(e.get("id") == called for e in children(subject.diagram.root, *GLOBAL_TASKS)):
        yield subject.tell("global-task", node, name=called)
    elif subject.called(called) is None:
        yield subject.tell_if_packed("call-unknown", node, name=called)
