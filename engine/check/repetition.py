"""How often: multi-instance activities and loops."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.bpmn.model import Loop, Node
from engine.check.expressions import compiled, expression, is_name
from engine.check.subject import Subject
from engine.problems import Problem

INSTANCE_COUNTS = frozenset(
    {
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
"""What a completion condition knows besides the data. Source: BPMN 2.0.2, 10.3.8."""

DATA = frozenset({"loopDataOutputRef", "inputDataItem", "outputDataItem"})
_BEHAVIOUR = frozenset({"complexBehaviorDefinition"})
_BEHAVIOUR_ATTRIBUTES = ("noneBehaviorEventRef", "oneBehaviorEventRef")


def check_repetition(subject: Subject) -> Iterator[Problem]:
    """All findings about repeated activities."""
    for node in subject.diagram.nodes():
        if node.loop is None:
            continue
        yield from (
            _standard(subject, node, node.loop) if node.loop.kind == "standard" else _items(subject, node, node.loop)
        )


def _standard(subject: Subject, node: Node, loop: Loop) -> Iterator[Problem]:
    most = subject.around.limits.most_items
    maximum, condition = loop.attributes.get("loopMaximum"), loop.formulas.get("loopCondition")
    if maximum is None and condition is None:
        yield subject.tell("loop-endless", node, line=loop.line)
    if maximum is not None and not (maximum.isdecimal() and 0 < int(maximum[:9]) <= most):
        yield subject.tell("loop-maximum", node, line=loop.line, text=maximum, limit=most)
    if condition is not None:
        yield from expression(subject, node, condition)


def _is_whole(value: object) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()


def _items(subject: Subject, node: Node, loop: Loop) -> Iterator[Problem]:
    sources = [s for s in ("loopCardinality", "loopDataInputRef") if s in loop.parts]
    if len(sources) != 1:
        yield subject.tell("items-source", node, line=loop.line)
    if (source := loop.formulas.get("loopDataInputRef")) is not None:
        yield from expression(subject, node, source)
    if (cardinality := loop.formulas.get("loopCardinality")) is not None:
        yield from expression(subject, node, cardinality)
        value = compiled(cardinality)
        most = subject.around.limits.most_items
        constant = value.evaluate({}) if value is not None and not value.names else None
        if constant is not None and not (_is_whole(constant) and 0 < constant <= most):
            yield subject.tell("items-number", node, line=cardinality.line, text=cardinality.text, limit=most)
    if (completion := loop.formulas.get("completionCondition")) is not None:
        yield from expression(subject, node, completion)
    if (
        loop.attributes.get("behavior", "All") != "All"
        or loop.parts.keys() & _BEHAVIOUR
        or any(loop.attributes.get(name) for name in _BEHAVIOUR_ATTRIBUTES)
    ):
        yield subject.tell("items-behaviour", node, line=loop.line)
    for part, name in loop.parts.items():
        if part in DATA and not is_name(name.text):
            yield subject.tell("items-name", node, line=name.line, name=name.text, part=part)
    if node.is_person and "loopDataOutputRef" not in loop.parts:
        yield subject.tell("items-without-output", node, line=loop.line)
