"""What is read and what is written: every name an expression reads exists, every answer is read by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.bpmn.model import Formula, Node
from engine.bpmn.xml import BPMN, SPIFF, line_of, local, text_of
from engine.check.elements import owner
from engine.check.expressions import compiled
from engine.check.repetition import INSTANCE_COUNTS
from engine.check.rules import Rules
from engine.check.subject import Place, Subject
from engine.dmn import Decision
from engine.feel import Expression, FeelError, compile_expression
from engine.forms import Form
from engine.problems import Problem, problem

INSTANCE = frozenset({"reference", "subject", "starter", "unit", "started", "today"})
MEANT = INSTANCE | {"process", "status", "outcome", "ended"}
"""What ``about_when`` can ask of the request that is meant: more is known of one that may be over."""
_FOR_PEOPLE = frozenset({"textarea", "filepicker", "text"})
_ITEMS = ("loopDataOutputRef", "inputDataItem", "outputDataItem")


@dataclass(frozen=True)
class Reading:
    """One expression that reads data, where it stands (a file, an element, a line), and what only it is given.

    ``instance``: what it can ask of ``instance``.
    """

    expression: Expression
    file: str
    element: str | None
    line: int | None
    given: frozenset[str] = frozenset()
    instance: frozenset[str] = INSTANCE


class Known(NamedTuple):
    """The names that can be read, and the same in order for whoever looks for the right one."""

    names: frozenset[str]
    listed: tuple[str, ...]


def check_data(subjects: Iterable[Subject], forms: Mapping[str, Form], rules: Rules) -> Iterator[Problem]:
    """All findings about names that nothing writes and, of a package, answers that nothing reads."""
    every = list(subjects)
    if not every:
        return
    steps = {n.id: n for s in every for n in s.diagram.nodes() if n.is_person}
    written = _written(every) | {"instance"}
    known = Known(frozenset(written), tuple(sorted(written)))
    readings = [r for s in every for r in _readings(s)] + list(_manifest_readings(every[0]))
    for reading in readings:
        yield from _unknown(every[0], reading, known, steps, forms)
    summaries = list(_manifest_readings(every[0], ("summary",)))
    for reading in summaries:
        yield from _unknown(every[0], reading, _at_first(every[0]), steps, forms)
    manifest = every[0].package.manifest if every[0].package else None
    meant = ("about", "instance") if manifest and manifest.about_facts else ("instance",)
    for reading in _manifest_readings(every[0], ("about_when",), MEANT):
        yield from _unknown(every[0], reading, Known(frozenset(meant), meant), steps, forms)
    yield from _unknown_in_rules(every[0], rules, known)
    yield from _overwritten(every)
    if not every[0].alone:
        yield from _unread(every[0], steps, forms, [*readings, *summaries], rules)


def _written(subjects: Iterable[Subject]) -> set[str]:
    """The names under which a package's steps, services, decisions, items and messages leave data."""
    names: set[str] = set()
    for subject in subjects:
        for node in subject.diagram.nodes():
            names |= {node.id} | ({node.call.result} if node.call and node.call.result else set())
        for element in subject.diagram.root.iter(f"{{{BPMN}}}*"):
            if local(element) in _ITEMS:
                names |= {text_of(element), element.get("name", ""), element.get("id", "")}
        names |= {text_of(e) for e in subject.diagram.root.iter(f"{{{SPIFF}}}messageVariable")}
    return names - {""}


def _at_first(subject: Subject) -> Known:
    """What can be read when the first step is given, and nothing else has been done."""
    manifest = subject.package.manifest if subject.package else None
    process = subject.called(manifest.process) if manifest else None
    starts = [n for n in process.inside(process.id) if n.kind == "startEvent"] if process else []
    flows = [process.flows[f] for n in starts for f in n.outgoing if f in process.flows] if process else []
    names = ("instance", *sorted({flow.target for flow in flows}))
    return Known(frozenset(names), names)


def _readings(subject: Subject) -> Iterator[Reading]:
    for place, formula in _formulas(subject):
        if (expression := compiled(formula)) is not None:
            yield Reading(expression, subject.diagram.file, place.id, formula.line, _given(place, formula))
    for element in subject.diagram.root.iter(f"{{{SPIFF}}}messagePayload", f"{{{SPIFF}}}payloadExpression"):
        if (expression := compiled(Formula(text_of(element), line_of(element)))) is not None:
            yield Reading(expression, subject.diagram.file, owner(element), line_of(element))


def _given(place: Place, formula: Formula) -> frozenset[str]:
    """How many items there are and are done, where a repeated step asks whether that is enough."""
    loop = place.loop if isinstance(place, Node) else None
    return INSTANCE_COUNTS if loop and loop.formulas.get("completionCondition") is formula else frozenset()


def _formulas(subject: Subject) -> Iterator[tuple[Place, Formula]]:
    for process in subject.diagram.processes:
        for flow in process.flows.values():
            if flow.condition is not None:
                yield flow, flow.condition
        for node in process.nodes.values():
            yield from ((node, formula) for formula in _of_node(node))


def _of_node(node: Node) -> Iterator[Formula]:
    for event in node.events:
        if event.formula is not None and (event.kind != "timer" or event.formula.text.startswith("=")):
            yield event.formula
    yield from node.loop.formulas.values() if node.loop else ()
    yield from node.call.parameters.values() if node.call else ()


def _manifest_readings(
    subject: Subject, fields: Iterable[str] = ("matter", "given"), instance: frozenset[str] = INSTANCE
) -> Iterator[Reading]:
    manifest = subject.package.manifest if subject.package else None
    written = [(name, text) for name in fields for text in (manifest.expressions(name) if manifest else ())]
    for name, text in written:
        try:
            yield Reading(compile_expression(text), "process.toml", name, None, instance=instance)
        except FeelError:
            continue  # told by the check of process.toml


def _unknown(
    subject: Subject, reading: Reading, known: Known, steps: Mapping[str, Node], forms: Mapping[str, Form]
) -> Iterator[Problem]:
    severity = "warning" if subject.alone else None
    for name in sorted(reading.expression.names - known.names - reading.given):
        yield problem(
            "name-unknown",
            reading.file,
            element=reading.element,
            line=reading.line,
            severity=severity,
            name=name,
            known=known.listed,
        )
    for path in sorted(p for p in reading.expression.paths if len(p) > 1):
        fields = reading.instance if path[0] == "instance" else _fields(steps.get(path[0]), forms)
        if fields is not None and path[1] not in fields:
            yield problem(
                "field-unknown",
                reading.file,
                element=reading.element,
                line=reading.line,
                severity=severity,
                name=".".join(path[:2]),
                known=fields,
            )


def _fields(node: Node | None, forms: Mapping[str, Form]) -> frozenset[str] | None:
    """The answers of a step, or None if they are not known."""
    if node is None or node.loop is not None:
        return None
    form = forms.get(node.form or "")
    return None if form is None else frozenset(f.key for f in form.fields)


def _unknown_in_rules(subject: Subject, rules: Rules, known: Known) -> Iterator[Problem]:
    if subject.alone:
        return
    for name, (file, decision) in rules.decisions.items():
        for missing in sorted(decision.names - known.names):
            yield problem("name-unknown", file, element=name, line=decision.line, name=missing, known=known.listed)


def _overwritten(subjects: Iterable[Subject]) -> Iterator[Problem]:
    """A service's answer that goes under the name of a person's step, or of what the engine says of the instance."""
    for subject in subjects:
        ids = {n.id for n in subject.diagram.nodes() if n.is_person}
        for node in subject.diagram.nodes():
            result = node.call.result if node.call else None
            if result and (result == "instance" or result in ids):
                yield subject.tell("name-taken", node, name=result)


def _unread(
    subject: Subject, steps: Mapping[str, Node], forms: Mapping[str, Form], readings: Iterable[Reading], rules: Rules
) -> Iterator[Problem]:
    """Answers that no expression, rule or service reads; long texts and files are for people to read."""
    paths = {p for r in readings for p in r.expression.paths} | {
        p for d in rules.decisions.values() for p in _paths(d[1])
    }
    whole = {p[0] for p in paths if len(p) == 1}
    read = {p[:2] for p in paths if len(p) > 1}
    for name, node in steps.items():
        form = forms.get(node.form or "")
        if form is None or name in whole:
            continue
        for field in form.fields:
            quiet = field.key == "outcome" or field.type in _FOR_PEOPLE or field.readonly
            if not quiet and (name, field.key) not in read and not _read_within(form, field.key):
                yield problem("field-unread", form.file, element=field.key, line=field.line, name=field.key, step=name)


def _read_within(form: Form, key: str) -> bool:
    """Whether another field of the form depends on it."""
    conditions = (e for f in form.fields for e in (f.hide, f.earliest, f.latest, f.computed) if e is not None)
    return any(key in e.names for e in conditions)


def _paths(decision: Decision) -> set[tuple[str, ...]]:
    return {path for one in (*decision.requires, decision) for path in one.logic.paths}
