"""When: every timer is read as the engine will read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC

from engine import timers
from engine.bpmn.model import Event, Node
from engine.check.expressions import expression
from engine.check.subject import Subject
from engine.errors import Text
from engine.problems import Problem

_EXAMPLES = {"duration": "PT1H", "date": "2026-12-31T16:00+07:00", "cycle": "R3/P1D"}


def check_timers(subject: Subject) -> Iterator[Problem]:
    """All findings about timers."""
    for node in subject.diagram.nodes():
        for event in node.events:
            if event.kind == "timer":
                yield from _timer(subject, node, event)


def _timer(subject: Subject, node: Node, event: Event) -> Iterator[Problem]:
    formula, kind = event.formula, event.timer
    if formula is None or kind is None or not formula.text:
        yield subject.tell("timer-empty", node, line=event.line)
        return
    if formula.cut:
        yield subject.tell("expression-cut", node, line=formula.line, text=formula.text)
    if formula.text.startswith("="):
        yield from expression(subject, node, formula, formula.text[1:].strip())
    elif not _readable(kind, formula.text):
        hint = _hint(kind, formula.text)
        yield subject.tell(
            "timer-value", node, line=formula.line, text=formula.text, hint=hint, example=_EXAMPLES[kind]
        )
    if kind == "cycle" and not _repeats(node):
        yield subject.tell("timer-cycle", node, line=formula.line)


def _readable(kind: str, text: str) -> bool:
    try:
        if kind == "duration":
            timers.duration(text)
        elif kind == "date":
            timers.moment(text, UTC)
        else:
            timers.repetition(text)
    except timers.BadTimer:
        return False
    return True


def _repeats(node: Node) -> bool:
    """Only a boundary event that does not interrupt may happen more than once."""
    return node.kind == "boundaryEvent" and node.attributes.get("cancelActivity") == "false"


def _hint(kind: str, text: str) -> Text:
    """What the author probably meant."""
    bare = text.strip("\"'")
    if bare != text and _readable(kind, bare):
        return Text(f"tulis {bare} tanpa tanda kutip", f"write {bare} without quotes")
    if "${" in text or "#{" in text:
        return Text("ungkapan FEEL ditulis setelah tanda =", "a FEEL expression is written after an =")
    if "-P" in text:
        return Text("lamanya tidak boleh negatif", "a duration is never negative")
    if re.fullmatch(r"[A-Za-z_][\w.]*", text) and not text.startswith(("P", "R")):
        return Text(f"tulis ={text} bila itu nilai dari data", f"write ={text} if it is a value of the data")
    if re.fullmatch(r"P[\w.]*", text) or text.startswith("R"):
        return Text(
            "lamanya di luar batas: lebih dari nol, paling lama sepuluh tahun, berulang paling sering tiap menit",
            "it is beyond the limits: more than nothing, at most ten years, repeated once a minute at most",
        )
    return Text("waktu ditulis menurut ISO 8601", "times are written as in ISO 8601")
