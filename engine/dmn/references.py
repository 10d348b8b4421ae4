"""Reading the types of a file: item definitions and references to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.dmn.types import ANY_TYPE, ANYTHING, BUILT_IN, EITHER_DURATION, Type
from engine.dmn.xml import Reader

DEPTH_LIMIT = 20


def read_types(reader: Reader) -> dict[str, Type]:
    """The item definitions of a file by name."""
    elements = {str(e.get("name")): e for e in reader.children(reader.root, "itemDefinition") if e.get("name")}
    return {name: _defined(reader, element, elements, 0) for name, element in elements.items()}


def _defined(reader: Reader, element: etree._Element, elements: Mapping[str, etree._Element], depth: int) -> Type:
    reference = reader.child(element, "typeRef")
    base = _named(reader, element, _reference(reference), elements, depth)
    entries = {
        str(part.get("name")): _defined(reader, part, elements, depth + 1)
        for part in reader.children(element, "itemComponent")
        if depth < DEPTH_LIMIT
    }
    if entries:
        base = Type(str(element.get("name")), "context", entries=entries)
    if (allowed := reader.child(element, "allowedValues")) is not None:
        base = replace(base, allowed=reader.tests(allowed))
    return Type(str(element.get("name")), element=base) if element.get("isCollection") == "true" else base


def _reference(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _named(
    reader: Reader, place: etree._Element, name: str, elements: Mapping[str, etree._Element], depth: int
) -> Type:
    if name in elements and depth < DEPTH_LIMIT:
        return _defined(reader, elements[name], elements, depth + 1)
    return _built_in(reader, place, name)


def _built_in(reader: Reader, place: etree._Element, name: str) -> Type:
    plain = name.rpartition(":")[2].strip()
    if plain in ANYTHING or plain in EITHER_DURATION:
        return ANY_TYPE
    if plain in BUILT_IN:
        return Type(plain, BUILT_IN[plain])
    reader.report("rules-unknown-type", place, name=name)
    return ANY_TYPE


def type_of(reader: Reader, element: etree._Element | None, types: Mapping[str, Type]) -> Type:
    """The type that an element refers to with ``typeRef``; anything if it does not."""
    if element is None:
        return ANY_TYPE
    reference = element.get("typeRef") or _reference(reader.child(element, "typeRef"))
    plain = reference.rpartition(":")[2].strip()
    return types.get(reference) or types.get(plain) or _built_in(reader, element, reference)
