"""Reading the types of a file: item definitions and references to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.dmn.types import ANY_TYPE, ANYTHING, BUILT_IN, EITHER_DURATION, Type
from engine.dmn.xml import Reader
from engine.errors import Text


def read_types(reader: Reader) -> dict[str, Type]:
    """The item definitions of a file by name."""
    return _Definitions(reader).read()


class _Definitions:
    """Item definitions while they are read: each once, however often it is referred to."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.elements = {str(e.get("name")): e for e in reader.children(reader.root, "itemDefinition") if e.get("name")}
        self.made: dict[str, Type] = {}

    def read(self) -> dict[str, Type]:
        return {name: self._of(name, place) for name, place in self.elements.items()}

    def _of(self, name: str, place: etree._Element) -> Type:
        """The type of that name; one that refers to itself is not checked further."""
        if name not in self.elements:
            return _built_in(self.reader, place, name)
        if name not in self.made:
            self.made[name] = ANY_TYPE
            self.made[name] = self._defined(self.elements[name])
        return self.made[name]

    def _defined(self, element: etree._Element) -> Type:
        base = self._of(_reference(self.reader.child(element, "typeRef")), element)
        components = self.reader.children(element, "itemComponent")
        if entries := {str(part.get("name")): self._defined(part) for part in components}:
            base = Type(str(element.get("name")), "context", entries=entries)
        if (constraint := self.reader.child(element, "typeConstraint")) is not None:
            advice = Text("Tulis allowedValues.", "Write allowedValues.")
            self.reader.report("rules-unsupported", constraint, name="typeConstraint", advice=advice)
        if (allowed := self.reader.child(element, "allowedValues")) is not None:
            base = replace(base, allowed=self.reader.tests(allowed))
        return Type(str(element.get("name")), element=base) if element.get("isCollection") == "true" else base


def _reference(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


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
