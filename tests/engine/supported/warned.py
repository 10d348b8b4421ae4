"""The smallest diagrams that run, but not without a warning, by the label of their row in the README."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, prefixed, process
from tests.engine.supported.pieces import PERSON, step


def sent(kind: str, place: str = "intermediateThrowEvent") -> bytes:
    """start -> submit -> a message or signal that is sent, or awaited -> end."""
    event = f'<{place} id="x"><{kind}EventDefinition id="q" {kind}Ref="m"/></{place}>'
    nodes = (START, SUBMIT, event, END_EVENT, *chain("start", "submit", "x", "end"))
    return file(prefixed(f'<{kind} id="m" name="m"/>'), inner_process(*nodes))


def nameless() -> bytes:
    """start -> submit -> a message is sent that is not declared -> end, and a step waits for it, too."""
    sends = '<intermediateThrowEvent id="x" name="call"><messageEventDefinition id="q"/></intermediateThrowEvent>'
    waits = '<boundaryEvent id="b" name="call" attachedToRef="submit"><messageEventDefinition id="r"/></boundaryEvent>'
    return around(sends, waits, flow("g", "b", "end"))


def thrown(kind: str, code: str, *, inside: bool) -> bytes:
    """A subprocess with something on its border, that something inside throws or nothing."""
    event = f'<{kind}EventDefinition id="q{{}}" {kind}Ref="e"/>'
    end = f'<endEvent id="e2">{event.format(2) if inside else ""}</endEvent>'
    inner = f'<startEvent id="s2"/><userTask id="y"/>{end}' + flow("i", "s2", "y") + flow("j", "y", "e2")
    border = f'<boundaryEvent id="b" attachedToRef="x">{event.format(1)}</boundaryEvent>'
    nodes = (START, SUBMIT, f'<subProcess id="x">{inner}</subProcess>', border, END_EVENT, flow("g", "b", "end"))
    declared = prefixed(f'<{kind} id="e" name="e" {code}/>')
    return file(declared, inner_process(*nodes, *chain("start", "submit", "x", "end")))


WARNED: Mapping[str, tuple[bytes, ...]] = {
    "`task`": (step(kind="task"),),
    "`sendTask`, `receiveTask` without message": (step(kind="sendTask"),),
    "a step or event that no flow leaves": (process(START, SUBMIT, *chain("start", "submit")),),
    "`sequenceFlow` without `id`": (around(PERSON).replace(b' id="f3"', b""),),
    "`message`, `signal`, `messageEventDefinition messageRef`, `signalRef`": (
        sent("message"),
        sent("signal"),
        sent("message", "intermediateCatchEvent"),
    ),
    "a message or signal event that refers to none": (nameless(),),
    "`error`, `errorCode`, `errorRef`": (
        thrown("error", "", inside=True),
        thrown("error", 'errorCode="1"', inside=False),
    ),
    "`escalation`, `escalationCode`, `escalationRef`": (
        thrown("escalation", "", inside=True),
        thrown("escalation", 'escalationCode="1"', inside=False),
    ),
}
