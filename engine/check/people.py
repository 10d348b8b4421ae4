"""Who: lanes are roles, a request begins with its own person, and every form a step shows is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.actor import Role
from engine.bpmn.model import Node, Process
from engine.check.expressions import is_name
from engine.check.subject import Subject
from engine.problems import WARNING, Problem, problem
from engine.steps import DAYS, DUE_HOURS

_MACHINES = frozenset({"serviceTask", "businessRuleTask"})
_WORKING_DAYS = re.compile(r"[0-9]{1,3}")
_HOURS = re.compile(r"[1-9][0-9]{0,3}")


def check_people(subject: Subject) -> Iterator[Problem]:
    """All findings about lanes, roles, persons' steps and their forms."""
    for process in subject.diagram.processes:
        yield from _lanes(subject, process)
        for node in process.persons():
            yield from _step(subject, node)
        if _is_started(subject, process):
            yield from _first_step(subject, process)


def _is_started(subject: Subject, process: Process) -> bool:
    """Whether people start this process: the one the package names, or any that no other one calls."""
    if subject.package is not None:
        return process.id == subject.package.manifest.process
    called = {n.attributes.get("calledElement") for n in subject.diagram.nodes()}
    return bool(process.nodes) and process.id not in called


def _lanes(subject: Subject, process: Process) -> Iterator[Problem]:
    held: dict[str, str] = {}
    for lane in process.lanes:
        for name in lane.nodes:
            if name not in process.nodes:
                yield _at_lane(subject, "lane-node", lane.id, lane.line, name=name)
            elif name not in lane.inner and held.setdefault(name, lane.id) != lane.id:
                yield _at_lane(subject, "lane-twice", lane.id, lane.line, name=name)
        if not lane.name and any(process.nodes[n].is_person for n in lane.nodes if n in process.nodes):
            severity = WARNING if subject.alone else None
            yield _at_lane(subject, "lane-unnamed", lane.id, lane.line, severity=severity)


def _at_lane(subject: Subject, code: str, lane: str, line: int, **values: Any) -> Problem:
    return problem(code, subject.diagram.file, element=lane or None, line=line, **values)


def _step(subject: Subject, node: Node) -> Iterator[Problem]:
    name = node.name or node.id
    if not subject.alone and not is_name(node.id):
        yield subject.tell("step-name", node, name=node.id)
    if not node.lane:
        yield subject.tell_if_packed("person-without-lane", node, name=name)
    elif subject.around.roles is not None and subject.around.role(node.lane) is None:
        known = [role.name.id for role in subject.around.roles.values()]
        yield subject.tell_if_packed("role-unknown", node, name=node.lane, known=known)
    else:
        yield from _by_rule(subject, node)
    if node.form is not None and (subject.package is None or node.form not in subject.package.files):
        yield subject.tell_if_packed("form-missing", node, name=node.form)
    for name in DAYS:
        days = node.properties.get(name)
        if days is not None and not _WORKING_DAYS.fullmatch(days):
            yield subject.tell("due-days", node, name=name, text=days)
    hours = node.properties.get(DUE_HOURS)
    if hours is not None and not _HOURS.fullmatch(hours):
        yield subject.tell("due-hours", node, text=hours)
    if hours is not None and "dueDays" in node.properties:
        yield subject.tell("due-twice", node)


def _by_rule(subject: Subject, node: Node) -> Iterator[Problem]:
    """Who gets a task by rule stands in the data, written by a decision or a service; never by a form."""
    role = subject.around.role(node.lane or "")
    if role is None or role.value is None or subject.alone or _only_begins(subject, node):
        return
    machines = [n for p in subject.processes() for n in p.nodes.values() if n.kind in _MACHINES]
    written = {n.id for n in machines} | {n.call.result for n in machines if n.call}
    if role.value.partition(".")[0] not in written:
        yield subject.tell("role-value", node, name=role.name, value=role.value)


def _only_begins(subject: Subject, node: Node) -> bool:
    """Whether a step only begins a request about a request: who holds its role is known from that one."""
    if subject.package is None or not subject.package.manifest.about:
        return False
    flows = [p.flows[f] for p in subject.processes() for f in node.incoming if f in p.flows]
    starts = {n.id for p in subject.processes() for n in p.nodes.values() if n.kind == "startEvent"}
    return all(flow.source in starts for flow in flows)


def _first_step(subject: Subject, process: Process) -> Iterator[Problem]:
    """Starting a request means answering its first step: one step right after the start, of the requester as a rule."""
    start = next((n for n in process.inside(process.id) if n.kind == "startEvent"), None)
    if start is None or not start.outgoing:
        return
    flows = [process.flows[f] for f in start.outgoing if f in process.flows]
    first = process.nodes.get(flows[0].target)
    if len(flows) != 1 or first is None or not first.is_person or first.loop is not None:
        yield subject.tell_if_packed("start-without-person", start)
        return
    role = subject.around.role(first.lane) if first.lane else None
    if role is not None and role.kind != "requester" and not _may_begin(subject, role):
        yield subject.tell_if_packed("start-not-requester", first, name=first.name or first.id)


def _may_begin(subject: Subject, role: Role) -> bool:
    """Whether process.toml lets holders of a role begin it: for a colleague, or about a request."""
    if subject.package is None:
        return False
    manifest = subject.package.manifest
    about = bool(manifest.about) and (not manifest.starters or role.key in manifest.starters)
    return about or role.key in manifest.behalf
