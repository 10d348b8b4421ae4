"""What BPMN itself does not know: misspelt or misplaced elements and attributes, and values it does not allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.bpmn.model import NODE_KINDS
from engine.bpmn.schema import Kind, kind_of
from engine.bpmn.xml import BPMN, line_of, local, namespace, own_attributes
from engine.check.elements import owner
from engine.check.subject import Subject
from engine.check.vendor import CODES as VENDORS
from engine.problems import Problem, problem


def check_standard(subject: Subject) -> Iterator[Problem]:
    """All findings about what the standard does not know and no program will therefore read."""
    yield from _element(subject, subject.diagram.root, "tDefinitions")


def _element(subject: Subject, element: etree._Element, type_name: str) -> Iterator[Problem]:
    kind = kind_of(type_name)
    if kind is None:
        return
    yield from _attributes(subject, element, kind)
    seen: set[str] = set()
    for inner in (e for e in element if namespace(e) == BPMN):
        part = kind.parts.get(local(inner))
        if part is None:
            yield _at(subject, "element-misplaced", inner, name=local(inner), holder=local(element))
            continue
        if part.once is not None and part.once in seen:
            yield _at(subject, "element-twice", inner, name=local(inner), holder=local(element))
        seen |= {part.once} if part.once else set()
        yield from _element(subject, inner, part.type)


def _attributes(subject: Subject, element: etree._Element, kind: Kind) -> Iterator[Problem]:
    for name, value in own_attributes(element).items():
        if name not in kind.attributes:
            known_elsewhere = VENDORS.get(name) if local(element) in NODE_KINDS else None
            yield _at(subject, known_elsewhere or "attribute-unknown", element, name=name)
        elif (allowed := kind.attributes[name]) is not None and value not in allowed:
            yield _at(subject, "attribute-value", element, name=name, text=value, known=allowed)


def _at(subject: Subject, code: str, element: etree._Element, **values: Any) -> Problem:
    return problem(code, subject.diagram.file, element=owner(element), line=line_of(element), **values)
