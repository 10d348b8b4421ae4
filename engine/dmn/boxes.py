"""Reading what a decision consists of: a table, an expression, or a boxed expression with either inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from engine.dmn.boxed import Choice, Context, Definition, Invocation, Items, Logic, Loop, Selection, Typed
from engine.dmn.references import type_of
from engine.dmn.tables import read_table
from engine.dmn.types import Type
from engine.dmn.xml import Reader, local
from engine.errors import Text
from engine.feel import tree
from engine.feel.functions import FUNCTIONS

DEPTH_LIMIT = 20
"""How deep boxes may lie one in another."""


def read_logic(reader: Reader, owner: etree._Element, types: Mapping[str, Type], name: str) -> Logic | None:
    """What stands in an element; None if it has a fault, which the reader then knows."""
    return _Boxes(reader, types, name).inside(owner)


def read_definition(reader: Reader, owner: etree._Element, types: Mapping[str, Type], name: str) -> Definition | None:
    """The function that an element defines."""
    return _Boxes(reader, types, name).function(owner)


class _Boxes:
    """Reads the boxes of one decision or function; ``name`` is what messages call it."""

    def __init__(self, reader: Reader, types: Mapping[str, Type], name: str) -> None:
        self.reader = reader
        self.types = types
        self.name = name
        self.depth = 0

    def inside(self, owner: etree._Element) -> Logic | None:
        """The first box in an element."""
        found = next(self._boxes(owner), None)
        if found is None:
            self.reader.report("rules-no-logic", owner, name=self.name)
            return None
        return self._box(found)

    def _boxes(self, owner: etree._Element) -> Iterator[etree._Element]:
        return self.reader.children(owner, *_READERS)

    def _box(self, element: etree._Element) -> Logic | None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            self.reader.report("rules-too-deep", element, limit=DEPTH_LIMIT)
            return None
        logic = _READERS[local(element)](self, element)
        self.depth -= 1
        if logic is None or self.depth == 0 or local(element) == "decisionTable":
            return logic  # what is outermost has the type of its decision, and a table those of its columns
        kind = type_of(self.reader, element, self.types)
        return logic if kind.free else Typed(kind, logic)

    def table(self, element: etree._Element) -> Logic | None:
        return read_table(self.reader, element, self.types, self.name)

    def literal(self, element: etree._Element) -> Logic | None:
        known = len(self.reader.problems)
        expression = self.reader.expression(element)
        if expression is None and len(self.reader.problems) == known:
            self.reader.report("rules-empty", element, what=Text("Ungkapan", "The expression"))
        return expression

    def context(self, element: etree._Element) -> Logic | None:
        entries: list[tuple[str, Type, Logic]] = []
        result, complete = None, True
        for entry in self.reader.children(element, "contextEntry"):
            variable, logic = self.reader.child(entry, "variable"), self.inside(entry)
            if logic is None:
                complete = False
            elif variable is None or not variable.get("name"):
                result = logic
            else:
                entries.append((_name(variable), type_of(self.reader, variable, self.types), logic))
        return Context(tuple(entries), result) if complete else None

    def items(self, element: etree._Element) -> Logic | None:
        items = [self._box(box) for box in self._boxes(element)]
        return None if None in items else Items(tuple(item for item in items if item is not None))

    def relation(self, element: etree._Element) -> Logic | None:
        columns = [
            (_name(column), type_of(self.reader, column, self.types))
            for column in self.reader.children(element, "column")
        ]
        rows = [self._row(row, columns) for row in self.reader.children(element, "row")]
        return None if None in rows else Items(tuple(row for row in rows if row is not None))

    def _row(self, element: etree._Element, columns: list[tuple[str, Type]]) -> Logic | None:
        cells = [self._box(box) for box in self._boxes(element)]
        if len(cells) != len(columns):
            self.reader.report("rules-cells", element, found=len(cells), wanted=len(columns))
            return None
        entries = [(name, type_, cell) for (name, type_), cell in zip(columns, cells, strict=True) if cell is not None]
        return Context(tuple(entries), None) if len(entries) == len(columns) else None

    def choice(self, element: etree._Element) -> Logic | None:
        parts = self._parts(element, "if", "then", "else")
        return None if parts is None else Choice(*parts)

    def selection(self, element: etree._Element) -> Logic | None:
        parts = self._parts(element, "in", "match")
        return None if parts is None else Selection(*parts)

    def loop(self, element: etree._Element) -> Logic | None:
        parts = self._parts(element, "in", "return" if local(element) == "for" else "satisfies")
        variable = " ".join((element.get("iteratorVariable") or "").split())
        return None if parts is None else Loop(local(element), variable, *parts)

    def _parts(self, element: etree._Element, *names: str) -> list[Logic] | None:
        """What stands in the parts of these names; None, and a problem, if one is missing."""
        found: list[Logic] = []
        for name in names:
            part = self.reader.child(element, name)
            logic = self.inside(element if part is None else part)
            if logic is not None:
                found.append(logic)
        return found if len(found) == len(names) else None

    def function(self, element: etree._Element) -> Definition | None:
        kind = (element.get("kind") or "FEEL").strip()
        if kind not in ("FEEL", "F"):
            advice = Text("Tulis fungsinya dalam FEEL.", "Write the function in FEEL.")
            self.reader.report("rules-unsupported", element, name=f"{local(element)} {kind}", advice=advice)
            return None
        parameters = tuple(
            (_name(parameter), type_of(self.reader, parameter, self.types))
            for parameter in self.reader.children(element, "formalParameter")
        )
        self.depth += 1
        body = self.inside(element)
        self.depth -= 1
        return None if body is None else Definition(parameters, body)

    def invocation(self, element: etree._Element) -> Logic | None:
        function = self.inside(element)
        bindings = [self._binding(part) for part in self.reader.children(element, "binding")]
        if function is None or None in bindings:
            return None
        named = getattr(function, "tree", None)
        if isinstance(named, tree.Name) and named.name in FUNCTIONS and named.name not in self.reader.functions:
            advice = Text("Tulis pemanggilannya sebagai ungkapan biasa.", "Write the call as a plain expression.")
            self.reader.report("rules-unsupported", element, name=f"invocation {named.name}", advice=advice)
            return None
        return Invocation(function, tuple(binding for binding in bindings if binding is not None))

    def _binding(self, element: etree._Element) -> tuple[str, Logic] | None:
        parameter, logic = self.reader.child(element, "parameter"), self.inside(element)
        return None if parameter is None or logic is None else (_name(parameter), logic)


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())


_READERS: dict[str, Callable[[_Boxes, etree._Element], Logic | None]] = {
    "decisionTable": _Boxes.table,
    "literalExpression": _Boxes.literal,
    "context": _Boxes.context,
    "list": _Boxes.items,
    "relation": _Boxes.relation,
    "conditional": _Boxes.choice,
    "filter": _Boxes.selection,
    "for": _Boxes.loop,
    "some": _Boxes.loop,
    "every": _Boxes.loop,
    "functionDefinition": _Boxes.function,
    "invocation": _Boxes.invocation,
}
