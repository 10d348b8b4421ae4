"""Reading a DMN file: every decision, or every problem with its element and line."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.xml import read_xml
from engine.dmn.boxed import Knowledge, Logic
from engine.dmn.boxes import read_definition, read_logic
from engine.dmn.model import Decision, Decisions
from engine.dmn.references import read_types, type_of
from engine.dmn.types import Type
from engine.dmn.xml import NAMESPACE, Reader, line_of, local
from engine.errors import DiagramError, Text
from engine.feel.functions import FUNCTIONS
from engine.problems import ERROR, in_order, problem

DECISIONS_LIMIT = 2_000
DEPTH_LIMIT = 50
HARMLESS = frozenset(
    {
        *("description", "extensionElements", "itemDefinition", "inputData", "decision", "knowledgeSource"),
        *("textAnnotation", "association", "group", "elementCollection", "performanceIndicator"),
        *("organizationUnit", "artifact", "businessKnowledgeModel", "decisionService"),
    }
)
"""What may stand in a file without any effect on its decisions."""

ADVICE = {
    "decisionService": Text("Panggil keputusannya langsung.", "Call the decision itself."),
    "import": Text("Satukan dalam satu berkas.", "Bring everything into one file."),
}
USE_TABLE = Text("Pakai tabel keputusan atau ungkapan biasa.", "Use a decision table or a plain expression.")
LOOPS = frozenset({"for", "some", "every"})
VALUES = ("decision", "inputData", "variable", "businessKnowledgeModel", "formalParameter", *sorted(LOOPS))
"""Elements whose names stand for a value in expressions."""
MAY_BE_FUNCTIONS = ("decision", "variable", "formalParameter")


class RulesError(DiagramError):
    """The decisions cannot be used; ``problems`` says what is wrong and where."""

    text = Text("Aturan keputusan ini belum dapat dipakai.", "These decision rules cannot be used yet.")


def read_decisions(xml: bytes, file: str = "rules.dmn") -> Decisions:
    """All decisions of a file. Raises `RulesError` with all problems; warnings are kept beside the decisions."""
    root, refused = read_xml(xml, file)
    if root is None:
        raise RulesError(refused)
    if local(root) != "definitions" or not NAMESPACE.fullmatch(etree.QName(root).namespace or ""):
        raise RulesError([problem("rules-not-dmn", file, line=line_of(root))])
    reader = Reader(root, file)
    decisions = _File(reader).read()
    found = in_order(reader.problems)
    if any(one.severity == ERROR for one in found):
        raise RulesError(found)
    return Decisions(decisions, tuple(found))


class _File:
    """The parts of one file by id, while its decisions are put together."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.elements: dict[str, etree._Element] = {}
        self.made: dict[str, Decision | None] = {}
        self.knowledge: dict[str, Knowledge | None] = {}
        self.types: Mapping[str, Type] = {}

    def read(self) -> dict[str, Decision]:
        self.reader.names = _names(self.reader, *VALUES, "itemComponent", "output", "column")
        self.reader.known |= _names(self.reader, *VALUES)
        self.reader.functions = _names(self.reader, *MAY_BE_FUNCTIONS).difference(FUNCTIONS)
        self.reader.functions |= _names(self.reader, "businessKnowledgeModel", "decisionService")
        self.types = read_types(self.reader)
        self._index()
        wanted = [id for id, element in self.elements.items() if local(element) == "decision"]
        if not wanted and not self.reader.problems:
            self.reader.report("rules-none", self.reader.root)
        if len(wanted) > DECISIONS_LIMIT:
            self.reader.report("rules-too-many-decisions", self.reader.root, limit=DECISIONS_LIMIT)
            return {}
        for id in wanted:
            self._decision(id, ())
        return {id: decision for id in wanted if (decision := self.made.get(id)) is not None}

    def _index(self) -> None:
        for element in self.reader.children(self.reader.root):
            name = local(element)
            if name not in HARMLESS:
                self.reader.report("rules-unsupported", element, name=name, advice=ADVICE.get(name, USE_TABLE))
            elif name in ("decision", "inputData", "businessKnowledgeModel", "decisionService"):
                self._keep(element)

    def _keep(self, element: etree._Element) -> None:
        id = element.get("id") or element.get("name")
        if not id:
            self.reader.report("rules-no-id", element, name=local(element))
        elif id in self.elements:
            self.reader.report("rules-same-id", element, name=id)
        else:
            self.elements[str(id)] = element

    def _decision(self, id: str, path: tuple[str, ...]) -> Decision | None:
        """A decision with all it requires; None, and a problem, if it cannot be had."""
        if len(path) > DEPTH_LIMIT:
            self.reader.report("rules-too-deep", self.elements[id], limit=DEPTH_LIMIT)
            return None
        if id in path:
            self.reader.report("rules-cycle", self.elements[id], name=id, path=[*path[path.index(id) :], id])
            return None
        if id not in self.made:
            self.made[id] = self._made(id, self.elements[id], (*path, id))
        return self.made[id]

    def _made(self, id: str, element: etree._Element, path: tuple[str, ...]) -> Decision | None:
        requires, inputs, complete = self._requirements(element, path)
        knowledge = self._knowledge_of(element)
        name = element.get("name") or id
        logic = read_logic(self.reader, element, self.types, str(name))
        if logic is None or knowledge is None or not complete:
            return None
        had = {known for decision in requires for known in (decision.name, decision.variable)}
        self._check_reads(element, logic, had | {model.name for model in knowledge})
        variable = self.reader.child(element, "variable")
        return Decision(
            id=id,
            name=str(name),
            line=line_of(element),
            variable=str((variable.get("name") if variable is not None else None) or name),
            type=type_of(self.reader, variable, self.types),
            logic=logic,
            requires=requires,
            knowledge=knowledge,
            inputs=inputs,
        )

    def _requirements(
        self, element: etree._Element, path: tuple[str, ...]
    ) -> tuple[tuple[Decision, ...], dict[str, Type], bool]:
        """All decisions needed, in order; the types of the input data; and whether nothing is missing."""
        needed: dict[str, Decision] = {}
        inputs: dict[str, Type] = {}
        complete = True
        for requirement in self.reader.children(element, "informationRequirement"):
            for reference in self.reader.children(requirement, "requiredDecision", "requiredInput"):
                target = self._target(reference)
                if target not in self.elements:
                    self.reader.report("rules-reference", reference, name=reference.get("href") or "?")
                    complete = False
                elif local(self.elements[target]) == "inputData":
                    inputs.update(self._input(self.elements[target]))
                elif (decision := self._decision(target, path)) is None:
                    complete = False
                else:
                    needed |= {one.id: one for one in (*decision.requires, decision)}
        return tuple(needed.values()), inputs, complete

    def _knowledge_of(self, element: etree._Element, path: tuple[str, ...] = ()) -> tuple[Knowledge, ...] | None:
        """The functions that an element requires; None, and a problem, if one cannot be had."""
        found: list[Knowledge | None] = []
        for requirement in self.reader.children(element, "knowledgeRequirement"):
            for reference in self.reader.children(requirement, "requiredKnowledge"):
                target = self._target(reference)
                if target in path[-1:]:
                    continue  # a function may always call itself
                found.append(self._knowledge(target, reference, path))
        return None if None in found else tuple(model for model in found if model is not None)

    def _knowledge(self, id: str, reference: etree._Element, path: tuple[str, ...]) -> Knowledge | None:
        element = self.elements.get(id)
        if element is None:
            self.reader.report("rules-reference", reference, name=reference.get("href") or "?")
            return None
        if local(element) != "businessKnowledgeModel":
            name = local(element)
            self.reader.report("rules-unsupported", element, name=name, advice=ADVICE.get(name, USE_TABLE))
            return None
        if len(path) > DEPTH_LIMIT:
            self.reader.report("rules-too-deep", element, limit=DEPTH_LIMIT)
            return None
        if id in path:
            self.reader.report("rules-cycle", element, name=id, path=[*path[path.index(id) :], id])
            return None
        if id not in self.knowledge:
            self.knowledge[id] = self._made_knowledge(id, element, (*path, id))
        return self.knowledge[id]

    def _made_knowledge(self, id: str, element: etree._Element, path: tuple[str, ...]) -> Knowledge | None:
        requires = self._knowledge_of(element, path)
        name = str(element.get("name") or id)
        logic = self.reader.child(element, "encapsulatedLogic")
        if logic is None:
            self.reader.report("rules-no-logic", element, name=name)
            return None
        definition = read_definition(self.reader, logic, self.types, name)
        if definition is None or requires is None:
            return None
        self._check_reads(element, definition, {model.name for model in requires})
        return Knowledge(name, definition, requires)

    def _target(self, reference: etree._Element) -> str:
        """The id that a reference within this file names."""
        own = self.reader.root.get("namespace") or ""
        return (reference.get("href") or "").removeprefix(own).removeprefix("#")

    def _input(self, element: etree._Element) -> dict[str, Type]:
        variable = self.reader.child(element, "variable")
        kind = type_of(self.reader, variable, self.types)
        return {} if kind.free else {str(element.get("name") or element.get("id")): kind}

    def _check_reads(self, element: etree._Element, logic: Logic, had: set[str]) -> None:
        """A decision or function that is read by its name must be required, else its value is not there."""
        missing = logic.names - had
        for other in self.elements.values() if missing else ():
            name = other.get("name")
            if name in missing and local(other) != "inputData" and other is not element:
                self.reader.report("rules-not-required", element, name=name)


def _names(reader: Reader, *kinds: str) -> frozenset[str]:
    """The names of all elements of these kinds; a loop has its name in an attribute of its own."""
    found = (
        element.get("iteratorVariable") if kind in LOOPS else element.get("name")
        for kind in kinds
        for element in reader.root.iter(f"{{{reader.namespace}}}{kind}")
    )
    return frozenset(str(name) for name in found if name)
