"""What BPMN 2.0 itself allows in a file: read from the standard's own XML schema, which comes with the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from engine.bpmn.xml import names

_XS = "{http://www.w3.org/2001/XMLSchema}"
_FILES = ("BPMN20.xsd", "Semantic.xsd")
_BOOLEAN = names("true false")
_RICHER = {"tExpression": "tFormalExpression"}
"""Types of which a file may write the richer form in the same place (xsi:type)."""

_Types = Mapping[str, etree._Element]


@dataclass(frozen=True)
class Part:
    """An element that may stand in another: its type, and what it may stand for at most once, if so."""

    type: str
    once: str | None = None


@dataclass(frozen=True)
class Kind:
    """What an element may hold: attributes with the values allowed (None: any), and elements."""

    attributes: Mapping[str, frozenset[str] | None]
    parts: Mapping[str, Part]


_MORE = {
    "tDefinitions": {
        "documentation": Part("tDocumentation"),
        "extensionElements": Part("tExtensionElements", "extensionElements"),
    },
    "tCorrelationPropertyRetrievalExpression": {"formalExpression": Part("tFormalExpression")},
}
"""What the text of the standard allows and its schema has forgotten, and how bpmn.io writes a message path."""


@cache
def schema() -> Mapping[str, Kind]:
    """What each type of element may hold; that of the file's outermost element is ``tDefinitions``."""
    roots = [etree.parse(_folder() / name).getroot() for name in _FILES]
    types = {str(t.get("name")): t for root in roots for t in root.iterfind(f"{_XS}complexType")}
    values = {
        str(t.get("name")): frozenset(str(v.get("value")) for v in t.iterfind(f"{_XS}restriction/{_XS}enumeration"))
        for root in roots
        for t in root.iterfind(f"{_XS}simpleType")
    }
    elements = {str(e.get("name")): e for root in roots for e in root.iterfind(f"{_XS}element")}
    stand_ins: dict[str, list[str]] = {}
    for name, element in elements.items():
        stand_ins.setdefault(element.get("substitutionGroup", ""), []).append(name)
    return {
        name: Kind(
            {k: v for t in _lineage(types, name) for k, v in _attributes(t, values)},
            {k: v for t in _lineage(types, name) for k, v in _parts(t, elements, stand_ins)} | _MORE.get(name, {}),
        )
        for name in types
    }


def kind_of(type_name: str) -> Kind | None:
    """What an element of a type may hold; None if it holds text alone."""
    return schema().get(_RICHER.get(type_name, type_name))


def _folder() -> Path:
    """The folder with the schema; the library itself need not be loaded for it."""
    found = find_spec("SpiffWorkflow")
    folders = found.submodule_search_locations if found is not None else None
    assert folders, "the library is a dependency"
    return Path(folders[0]) / "bpmn" / "parser" / "schema"


def _lineage(types: _Types, name: str) -> Iterator[etree._Element]:
    """A type and those that it extends."""
    here: str | None = name
    while here in types and here is not None:
        yield types[here]
        base = types[here].find(f".//{_XS}extension")
        here = None if base is None else base.get("base")


def _attributes(
    of: etree._Element, values: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, frozenset[str] | None]]:
    for attribute in of.iter(f"{_XS}attribute"):
        kind = str(attribute.get("type"))
        allowed = _BOOLEAN if kind == "xsd:boolean" else values.get(kind)
        yield str(attribute.get("name")), allowed or None


def _parts(of: etree._Element, elements: _Types, stand_ins: Mapping[str, list[str]]) -> Iterator[tuple[str, Part]]:
    """The elements that may stand within, those that may stand for one of them included."""
    for child in of.iter(f"{_XS}element"):
        named = str(child.get("ref") or child.get("name"))
        either = child.getparent()
        group = "choice" if either is not None and either.tag == f"{_XS}choice" else named
        once = None if child.get("maxOccurs") == "unbounded" else group
        if child.get("name"):
            yield named, Part(str(child.get("type")), once)
            continue
        todo = [named]
        while todo:
            name = todo.pop()
            todo += stand_ins.get(name, ())
            if name in elements:
                yield name, Part(str(elements[name].get("type")), once)
