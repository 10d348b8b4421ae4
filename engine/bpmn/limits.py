"""How large a diagram may be: judging and running it must stay cheap for everybody else."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.bpmn.model import NODE_KINDS
from engine.bpmn.xml import BPMN, SPIFF, local, names, text_of
from engine.problems import Problem, problem

NODES_LIMIT = 2_000
FLOWS_LIMIT = 4_000
PROCESSES_LIMIT = 500
LANES_LIMIT = 2_000
LETTERS_LIMIT = 50_000
"""Letters of all expressions together: reading them takes the time that judging a diagram may take."""

_EXPRESSIONS = [
    f"{{{BPMN}}}{name}"
    for name in sorted(names("conditionExpression condition loopCondition completionCondition loopCardinality"))
] + [f"{{{SPIFF}}}{name}" for name in ("messagePayload", "payloadExpression")]


def too_large(root: etree._Element, file: str) -> list[Problem]:
    """What there is too much of in a diagram."""
    count = Counter(local(e) for e in root.iter(f"{{{BPMN}}}*"))
    found = []
    if sum(count[kind] for kind in NODE_KINDS) > NODES_LIMIT or count["sequenceFlow"] > FLOWS_LIMIT:
        found.append(problem("diagram-too-large", file, line=1, limit=NODES_LIMIT, flows=FLOWS_LIMIT))
    if count["process"] + count["participant"] > PROCESSES_LIMIT or count["lane"] > LANES_LIMIT:
        found.append(problem("too-many-pools", file, line=1, limit=PROCESSES_LIMIT, lanes=LANES_LIMIT))
    letters = sum(len(text_of(e)) for e in root.iter(*_EXPRESSIONS))
    letters += sum(len(e.get("value", "")) for e in root.iter(f"{{{SPIFF}}}parameter"))
    if letters > LETTERS_LIMIT:
        found.append(problem("expressions-too-long", file, line=1, limit=LETTERS_LIMIT))
    return found
