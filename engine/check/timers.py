"""When: every timer is read as the engine will read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC

from engine import timers
from engine.bpmn.model import Event, Node
from engine.check.expressions import expression
from engine.check.subject import Subject
from engine.errors import EngineError, LimitExceeded, Text
from engine.limits import DEFAULT, Limits
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
    elif (mistake := _mistake(kind, formula.text, subject.around.limits, node.id)) is not None:
        beyond = isinstance(mistake, LimitExceeded)
        hint = _bounds(subject.around.limits) if beyond else _hint(kind, formula.text)
        yield subject.tell(
            "timer-value", node, line=formula.line, text=formula.text, hint=hint, example=_EXAMPLES[kind]
        )
    if kind == "cycle" and not _repeats(node):
        yield subject.tell("timer-cycle", node, line=formula.line)


def _mistake(kind: str, text: str, limits: Limits, at: str) -> EngineError | None:
    """What the engine would say of a timer's text; None if it can be read and is within the limits."""
    try:
        if kind == "duration":
            timers.duration(text, limits, at)
        elif kind == "date":
            timers.moment(text, UTC, at)
        else:
            timers.repetition(text, limits, at)
    except EngineError as error:
        return error
    return None


def _bounds(limits: Limits) -> Text:
    """What a timer may be."""
    least, most = limits.shortest_timer, limits.longest_timer
    pause, times = limits.shortest_cycle, limits.most_repeats
    return Text(
        f"lamanya di luar batas: {least} detik sampai {most} hari, berulang paling cepat tiap {pause} detik dan "
        f"paling banyak {times} kali",
        f"it is beyond the limits: {least} s to {most} days, repeated every {pause} s at the most often and "
        f"at most {times} times",
    )


def _repeats(node: Node) -> bool:
    """Only a boundary event that does not interrupt may happen more than once."""
    return node.kind == "boundaryEvent" and node.attributes.get("cancelActivity") == "false"


def _hint(kind: str, text: str) -> Text:
    """What the author probably meant."""
    bare = text.strip("\"'")
    if bare != text and _mistake(kind, bare, DEFAULT, "") is None:
        return Text(f"tulis {bare} tanpa tanda kutip", f"write {bare} without quotes")
    if "${" in text or "#{" in text:
        return Text("ungkapan FEEL ditulis setelah tanda =", "a FEEL expression is written after an =")
    if "-P" in text:
        return Text("lamanya tidak boleh negatif", "a duration is never negative")
    if re.fullmatch(r"[A-Za-z_][\w.]*", text) and not text.startswith(("P", "R")):
        return Text(f"tulis ={text} bila itu nilai dari data", f"write ={text} if it is a value of the data")
    return Text("waktu ditulis menurut ISO 8601", "times are written as in ISO 8601")
