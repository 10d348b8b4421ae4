"""Small BPMN files for tests: a sound one, and pieces to put other things in."""

from __future__ import annotations

import itertools

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\n'
    ' xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"\n'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"\n'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="definitions" targetNamespace="test">\n'
)
END = "</bpmn:definitions>\n"


def file(*parts: str) -> bytes:
    """A file around processes, messages and whatever else stands beside them."""
    return (HEAD + "\n".join(parts) + "\n" + END).encode()


def process(*lines: str, name: str = "p", attributes: str = 'isExecutable="true"') -> bytes:
    """A file with one process; elements are written without the ``bpmn:`` prefix."""
    return file(inner_process(*lines, name=name, attributes=attributes))


def inner_process(*lines: str, name: str = "p", attributes: str = 'isExecutable="true"') -> str:
    """A process element."""
    return f'<bpmn:process id="{name}" {attributes}>\n' + "\n".join(map(prefixed, lines)) + "\n</bpmn:process>"


def prefixed(line: str) -> str:
    """The line with ``bpmn:`` before every element that has no prefix."""
    marked = line.replace("</", "</bpmn:").replace("<", "<bpmn:").replace("<bpmn:/bpmn:", "</bpmn:")
    for prefix in ("s", "camunda", "!--", "![CDATA[", "?"):
        own = prefix if prefix[0] in "!?" else f"{prefix}:"
        marked = marked.replace(f"<bpmn:{own}", f"<{own}").replace(f"</bpmn:{own}", f"</{own}")
    return marked


def flow(number: str, source: str, target: str, condition: str | None = None) -> str:
    """A sequence flow, with a condition if it has one."""
    inner = "" if condition is None else f"<conditionExpression>{condition}</conditionExpression>"
    return f'<sequenceFlow id="{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*nodes: str) -> list[str]:
    """Flows from each node to the next, named f1, f2, …"""
    return [flow(f"f{n}", a, b) for n, (a, b) in enumerate(itertools.pairwise(nodes), 1)]


START, END_EVENT = '<startEvent id="start"/>', '<endEvent id="end"/>'
SUBMIT = '<userTask id="submit" name="Ajukan"/>'


def around(middle: str, *more: str, name: str = "x") -> bytes:
    """start -> submit -> the element called ``name`` -> end, with more lines beside."""
    return process(START, SUBMIT, middle, END_EVENT, *chain("start", "submit", name, "end"), *more)
