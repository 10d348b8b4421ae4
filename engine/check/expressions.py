"""Every expression of a diagram is FEEL that compiles, whole, and reads only what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.model import Formula, Node, Process
from engine.bpmn.nodes import formula as read_formula
from engine.bpmn.xml import BPMN, SPIFF, is_cut, line_of, local, names, namespace, text_of
from engine.check.elements import owner
from engine.check.subject import Place, Subject
from engine.feel import Expression, FeelError, compile_expression
from engine.problems import Problem, problem

_FORMULAS = names("conditionExpression condition loopCondition completionCondition loopCardinality activationCondition")
_CONSTANT = re.compile(r'"[^"]*"|[+-]?[\d.]+|null')
"""What is neither true nor false, whatever the data are."""
_TEXTS = frozenset({"documentation", "text", "messagePath"})


def check_expressions(subject: Subject) -> Iterator[Problem]:
    """All findings about conditions, repetitions, payloads and service parameters."""
    yield from _cut_texts(subject)
    yield from _languages(subject)
    yield from _payloads(subject)
    yield from _variables(subject)
    for process in subject.diagram.processes:
        yield from _conditions(subject, process)
        for node in process.nodes.values():
            yield from _conditional_events(subject, node)
            yield from _parameters(subject, node)


def is_name(text: str) -> bool:
    """Whether an expression can read what is kept under this name."""
    try:
        return compile_expression(text).names == {text}
    except FeelError:
        return False


def compiled(formula: Formula) -> Expression | None:
    """The compiled expression, or None if it does not compile."""
    text = formula.text.removeprefix("=").strip()
    try:
        return compile_expression(text) if text else None
    except FeelError:
        return None


def expression(subject: Subject, place: Place, formula: Formula, text: str | None = None) -> Iterator[Problem]:
    """The findings about one expression: empty, or not FEEL (with the hint what to write)."""
    written = formula.text if text is None else text
    if not written:
        yield subject.tell("expression-empty", place, line=formula.line)
        return
    try:
        compile_expression(written)
    except FeelError as error:
        line = formula.line + error.line - 1
        yield subject.tell("expression", place, line=line, text=written, reason=error.text)


def _conditions(subject: Subject, process: Process) -> Iterator[Problem]:
    for flow in process.flows.values():
        if flow.condition is not None:
            yield from expression(subject, flow, flow.condition)
            if _CONSTANT.fullmatch(text := flow.condition.text):
                yield subject.tell("condition-constant", flow, line=flow.condition.line, text=text)


def _conditional_events(subject: Subject, node: Node) -> Iterator[Problem]:
    for event in node.events:
        if event.kind != "conditional":
            continue
        if event.formula is None:
            yield subject.tell("expression-empty", node, line=event.line)
        else:
            yield from expression(subject, node, event.formula)


def _parameters(subject: Subject, node: Node) -> Iterator[Problem]:
    for value in node.call.parameters.values() if node.call else ():
        yield from expression(subject, node, value)


def _payloads(subject: Subject) -> Iterator[Problem]:
    for element in subject.diagram.root.iter(f"{{{SPIFF}}}messagePayload", f"{{{SPIFF}}}payloadExpression"):
        written = read_formula(element)
        try:
            compile_expression(written.text or "null")
        except FeelError as error:
            yield problem(
                "expression",
                subject.diagram.file,
                element=owner(element),
                line=written.line,
                text=written.text,
                reason=error.text,
            )


def _variables(subject: Subject) -> Iterator[Problem]:
    for element in subject.diagram.root.iter(f"{{{SPIFF}}}messageVariable"):
        if not is_name(name := text_of(element)):
            place, line = owner(element), line_of(element)
            yield problem("result-name", subject.diagram.file, element=place, line=line, name=name)


def _cut_texts(subject: Subject) -> Iterator[Problem]:
    """A comment inside a text: people and programs would read different things."""
    for element in subject.diagram.root.iter("{*}*"):
        if namespace(element) not in (BPMN, SPIFF) or local(element) in _TEXTS:
            continue
        if is_cut(element):
            place = owner(element)
            yield problem(
                "expression-cut", subject.diagram.file, element=place, line=line_of(element), text=text_of(element)
            )


def _languages(subject: Subject) -> Iterator[Problem]:
    """Expressions that say they are in another language, one by one or by the declaration of the whole file."""
    root = subject.diagram.root
    written = [e for e in root.iter(f"{{{BPMN}}}*") if local(e) in _FORMULAS and text_of(e)]
    told = [(e, e.get("language", "")) for e in written]
    if any(not language.strip() for _, language in told):
        told.append((root, root.get("expressionLanguage", "")))
    for element, language in told:
        if language.strip() and "feel" not in language.lower():
            place, line = owner(element), line_of(element)
            yield problem("expression-language", subject.diagram.file, element=place, line=line, name=language)
