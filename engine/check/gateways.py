"""Which way it goes: conditions, default flows, and splits that nobody drew."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import ACTIVITY_KINDS, EVENT_KINDS, Flow, Node, Process
from engine.check.subject import Subject
from engine.problems import Problem

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_ONE_WAY_EVENTS = EVENT_KINDS - {"startEvent", "endEvent"}
_AFTER_EVENT_GATEWAY = frozenset({"intermediateCatchEvent", "receiveTask"})


def check_gateways(subject: Subject) -> Iterator[Problem]:
    """All findings about gateways and the flows that leave other nodes."""
    for process in subject.diagram.processes:
        for node in process.nodes.values():
            flows = [process.flows[f] for f in node.outgoing if f in process.flows]
            yield from _default(subject, process, node)
            if node.kind in CHOOSING:
                yield from _choice(subject, node, flows)
            else:
                yield from _no_choice(subject, node, flows)
            if node.kind == "eventBasedGateway":
                yield from _events(subject, process, node, flows)


def _default(subject: Subject, process: Process, node: Node) -> Iterator[Problem]:
    if node.default is None or node.kind == "complexGateway":  # which is refused as a whole
        return
    if node.kind not in CHOOSING:
        yield subject.tell("default-ignored", node)
    elif node.default not in node.outgoing:
        yield subject.tell("default-elsewhere", node, name=node.default)
    elif (flow := process.flows.get(node.default)) is not None and flow.condition is not None and flow.condition.text:
        yield subject.tell("default-with-condition", flow)


def _choice(subject: Subject, node: Node, flows: list[Flow]) -> Iterator[Problem]:
    """A gateway that chooses: each way but the default one says when it is taken."""
    if len(flows) < 2:
        return
    open_ways = [f for f in flows if f.condition is None and f.id != node.default]
    for flow in open_ways:
        yield subject.tell("flow-without-condition", flow, name=node.name or node.id)


def _no_choice(subject: Subject, node: Node, flows: list[Flow]) -> Iterator[Problem]:
    for flow in flows:
        if flow.condition is not None:
            yield subject.tell("condition-ignored", flow, name=node.name or node.id)
    if len(flows) > 1 and (node.kind in ACTIVITY_KINDS or node.kind in _ONE_WAY_EVENTS):
        yield subject.tell("several-flows", node, name=node.name or node.id)


def _events(subject: Subject, process: Process, node: Node, flows: list[Flow]) -> Iterator[Problem]:
    if node.attributes.get("eventGatewayType") == "Parallel":
        yield subject.tell("event-gateway-parallel", node)
    for flow in flows:
        target = process.nodes.get(flow.target)
        if target is not None and target.kind not in _AFTER_EVENT_GATEWAY:
            yield subject.tell("event-gateway-target", flow, name=target.name or target.id)
        elif target is not None and (len(target.incoming) > 1 or process.attached(target.id)):
            yield subject.tell("event-gateway-shared", target, name=target.name or target.id)
