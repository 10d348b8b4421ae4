"""Does a gateway without a default flow leave an answer out? Not if its conditions name every choice of a field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.bpmn.model import Flow, Node
from engine.check.gateways import CHOOSING
from engine.check.subject import Subject
from engine.forms import CHOICES, Form
from engine.problems import Problem

_ONE = re.compile(r'([A-Za-z_]\w*)\.([A-Za-z_]\w*)\s*=\s*("[^"]*")')
_SOME = re.compile(r'([A-Za-z_]\w*)\.([A-Za-z_]\w*)\s+in\s*[(\[]\s*((?:"[^"]*"\s*,?\s*)+)[)\]]')
_CONSTANT = re.compile(r'"([^"]*)"')


def check_choices(subject: Subject, forms: Mapping[str, Form]) -> Iterator[Problem]:
    """Gateways where no way might be open: an instance would stop there as an incident."""
    for process in subject.diagram.processes:
        for node in process.nodes.values():
            flows = [process.flows[f] for f in node.outgoing if f in process.flows]
            if node.kind not in CHOOSING or len(flows) < 2 or node.default or any(f.condition is None for f in flows):
                continue
            if not _all_named(subject, flows, forms):
                yield subject.tell("no-default", node, name=node.name or node.id)


def _all_named(subject: Subject, flows: Sequence[Flow], forms: Mapping[str, Form]) -> bool:
    """Whether the flows' conditions ask one choice field for each of its values."""
    asked = [_asked(flow.condition.text) for flow in flows if flow.condition is not None]
    fields = {one[0] for one in asked if one is not None}
    if None in asked or len(fields) != 1:
        return False
    step, key = fields.pop()
    named = {value for one in asked if one is not None for value in one[1]}
    values = _values(subject.diagram.node(step), forms, key)
    return values is not None and values <= named


def _asked(condition: str) -> tuple[tuple[str, str], set[str]] | None:
    """The field that a simple condition compares, and with which texts."""
    found = _ONE.fullmatch(condition.strip()) or _SOME.fullmatch(condition.strip())
    return ((found[1], found[2]), set(_CONSTANT.findall(found[3]))) if found else None


def _values(node: Node | None, forms: Mapping[str, Form], key: str) -> set[str] | None:
    """The values of a required choice field of a step."""
    form = forms.get(node.form or "") if node is not None else None
    field = form.field(key) if form is not None else None
    if field is None or field.type not in CHOICES - {"checklist"} or not field.required or field.hide is not None:
        return None
    return {str(value) for value, _ in field.values}
