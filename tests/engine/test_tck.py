"""The cases of the DMN Technology Compatibility Kit, where it lies beside the project.

Each case asks one decision of a model. It must be answered as expected, or the part of the model that the
decision needs must be refused with the construct named; no case may be answered wrongly.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.dmn import RulesError, read_decisions
from engine.errors import EngineError
from engine.feel.moments import duration_of, moment_of, time_of

KIT = Path(__file__).parents[2].parent / "shared" / "dmn-tck"
MODELS = sorted(KIT.glob("compliance-level-*/*/*.dmn"))
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
NOT_A_VALUE = object()
"""A value of a case that the language does not have: a year after 9999, a part of a microsecond."""


@dataclass(frozen=True)
class Question:
    """One result that a case asks for."""

    case: str
    invocable: str | None
    decision: str
    inputs: dict[str, Any]
    expected: Any


def questions(model: Path) -> Iterator[Question]:
    """What the case files beside a model ask."""
    for file in sorted(model.parent.glob("*.xml")):
        for case in _all(etree.parse(file).getroot(), "testCase"):
            inputs = {node.get("name"): value_of(node) for node in _all(case, "inputNode")}
            for result in _all(case, "resultNode"):
                expected = next(_all(result, "expected"), None)
                wanted = None if expected is None or result.get("errorResult") == "true" else value_of(expected)
                yield Question(
                    f"{file.stem}/{case.get('id')}", case.get("invocableName"), result.get("name"), inputs, wanted
                )


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name)


def value_of(element: etree._Element) -> Any:
    """The value that a case writes down in XML."""
    if (listed := next(_all(element, "list"), None)) is not None:
        return [value_of(item) for item in _all(listed, "item")]
    if components := list(_all(element, "component")):
        return {component.get("name"): value_of(component) for component in components}
    plain = next(_all(element, "value"), None)
    if plain is None or plain.get(XSI + "nil") == "true" or element.get(XSI + "nil") == "true":
        return None
    return _plain(plain.text or "", str(plain.get(XSI + "type")).rpartition(":")[2])


def _plain(text: str, kind: str) -> Any:
    match kind:
        case "string":
            return text
        case "boolean":
            return text == "true"
        case "decimal" | "double" | "integer" | "int" | "long" | "float":
            return Decimal(text)
        case "time":
            return time_of(text) or NOT_A_VALUE
        case "date":
            return _known(lambda: date.fromisoformat(text))
        case "dateTime":
            return moment_of(text) or NOT_A_VALUE
        case "duration" | "yearMonthDuration" | "dayTimeDuration":
            return duration_of(text) or NOT_A_VALUE
    return NOT_A_VALUE


def _known(read: Any) -> Any:
    try:
        return read()
    except ValueError:
        return NOT_A_VALUE


@cache
def elements_of(model: Path) -> tuple[etree._Element, ...]:
    """The parts of a model."""
    return tuple(element for element in etree.parse(model).getroot() if isinstance(element.tag, str))


def part_for(model: Path, question: Question) -> bytes:
    """The model without the decisions and functions that the question does not need."""
    elements = elements_of(model)
    by_id = {element.get("id"): element for element in elements}
    waiting = [element for element in elements if element.get("name") in (question.decision, question.invocable)]
    needed: set[etree._Element] = set()
    while waiting:
        element = waiting.pop()
        if element not in needed:
            needed.add(element)
            targets = (part.get("href", "").removeprefix("#") for part in element.iter() if part.get("href"))
            waiting += [by_id[target] for target in targets if target in by_id]
    root = elements[0].getparent()
    assert root is not None
    part = etree.Element(root.tag, root.attrib, root.nsmap)
    choosable = ("decision", "businessKnowledgeModel", "decisionService")
    part.extend(
        copy.deepcopy(element)
        for element in elements
        if element in needed or etree.QName(element).localname not in choosable
    )
    return etree.tostring(part)


def agree(answer: Any, expected: Any) -> bool:
    """Whether an answer is the expected one; the kit rounds its numbers."""
    if isinstance(expected, Decimal) and isinstance(answer, Decimal):
        return abs(answer - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(expected, list) and isinstance(answer, list):
        return len(answer) == len(expected) and all(map(agree, answer, expected))
    if isinstance(expected, dict) and isinstance(answer, dict):
        return answer.keys() == expected.keys() and all(agree(answer[key], expected[key]) for key in expected)
    if isinstance(expected, timedelta) and isinstance(answer, timedelta):
        return answer == expected
    if isinstance(expected, datetime) and isinstance(answer, datetime):
        return (answer.tzinfo is None) is (expected.tzinfo is None) and answer == expected
    return type(answer) is type(expected) and bool(answer == expected)


def outcome(model: Path, question: Question) -> str:
    """``passed``, ``refused`` or what was wrong."""
    if question.invocable is not None:
        return "refused"  # only decisions can be asked from outside
    if question.expected is NOT_A_VALUE or NOT_A_VALUE in question.inputs.values():
        return "refused"
    try:
        decisions = read_decisions(part_for(model, question), model.name)
    except RulesError as error:
        named = all(problem.line and problem.message.en for problem in error.problems)
        return "refused" if named else f"{question} -> refused without a reason"
    wanted = [decision for decision in decisions.values() if decision.name == question.decision]
    if not wanted:
        return "refused"
    try:
        answer = wanted[0].evaluate(question.inputs, now=datetime(2026, 1, 31, tzinfo=UTC))
    except EngineError as error:
        answer = None if question.expected is None else error
    return "passed" if agree(answer, question.expected) else f"{question} -> {answer!r}"


@cache
def outcomes(model: Path) -> tuple[str, ...]:
    """The outcome of all questions about a model."""
    return tuple(outcome(model, question) for question in questions(model))


if MODELS:

    @pytest.mark.parametrize("model", MODELS, ids=lambda path: f"{path.parent.parent.name[-1]}-{path.parent.name}")
    def test_no_case_of_the_kit_is_answered_wrongly(model: Path) -> None:
        assert [text for text in outcomes(model) if text not in ("passed", "refused")] == []

    def test_the_kit_is_answered_as_far_as_the_readme_says() -> None:
        totals = {level: Counter[str]() for level in ("compliance-level-2", "compliance-level-3")}
        for model in MODELS:
            totals[model.parent.parent.name].update(outcomes(model))
        assert totals == {
            "compliance-level-2": {"passed": 126},
            "compliance-level-3": {"passed": 1662, "refused": 214},
        }

else:

    def test_the_kit_does_not_lie_beside_the_project_so_its_cases_are_not_run() -> None:
        assert not KIT.exists()
