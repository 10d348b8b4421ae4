"""Every expression of a diagram is FEEL that compiles, whole, and reads only what there is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import Formula, Node, Process
from engine.bpmn.nodes import formula as read_formula
from engine.bpmn.xml import BPMN, SPIFF, is_cut, line_of, local, namespace, text_of
from engine.check.elements import owner
from engine.check.subject import Place, Subject
from engine.feel import Expression, FeelError, compile_expression
from engine.problems import Problem, problem

FEEL_NAMES = ("feel", "https://www.omg.org/spec/dmn/20191111/feel/", "http://www.omg.org/spec/feel/20140401")
MOST_ITEMS = 1_000
_TEXTS = frozenset({"documentation", "text", "messagePath"})


def check_expressions(subject: Subject) -> Iterator[Problem]:
    """All findings about conditions, repetitions, payloads and service parameters."""
    yield from _cut_texts(subject)
    yield from _payloads(subject)
    for process in subject.diagram.processes:
        yield from _conditions(subject, process)
        for node in process.nodes.values():
            yield from _conditional_events(subject, node)
            yield from _parameters(subject, node)


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


def _cut_texts(subject: Subject) -> Iterator[Problem]:
    """A comment inside a text: people and programs would read different things. Other languages are told, too."""
    for element in subject.diagram.root.iter("{*}*"):
        if namespace(element) not in (BPMN, SPIFF) or local(element) in _TEXTS:
            continue
        if is_cut(element):
            place = owner(element)
            yield problem(
                "expression-cut", subject.diagram.file, element=place, line=line_of(element), text=text_of(element)
            )
        language = (element.get("language") or "").strip()
        if local(element).endswith(("ondition", "xpression")) and language and language.lower() not in FEEL_NAMES:
            place = owner(element)
            yield problem(
                "expression-language", subject.diagram.file, element=place, line=line_of(element), name=language
            )
