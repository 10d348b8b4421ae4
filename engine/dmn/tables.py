"""Reading one decision table: columns, hit policy, rules; every fault is noted."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.dmn.model import CELLS_LIMIT, Input, Output, Rule, Table
from engine.dmn.references import type_of
from engine.dmn.samples import compared_with
from engine.dmn.types import Type
from engine.dmn.xml import Reader, line_of, local
from engine.errors import Text
from engine.feel import Expression, UnaryTests, Value, compile_expression
from engine.feel import tree as feel
from engine.feel.values import KINDS

POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
ORDERED_POLICIES = frozenset({"PRIORITY", "OUTPUT ORDER"})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})
KNOWN_PARTS = frozenset({"description", "extensionElements", "input", "output", "annotation", "rule"})


def read_table(reader: Reader, element: etree._Element, types: Mapping[str, Type], name: str) -> Table | None:
    """The table of a decision or function of that name; None if it has a fault, which the reader then knows."""
    known = _errors(reader)
    policy, aggregation = _policy(reader, element)
    for part in reader.children(element):
        if local(part) not in KNOWN_PARTS:
            reader.report("rules-unsupported", part, name=local(part), advice=Text("Hapus.", "Remove it."))
    inputs = [_input(reader, part, types) for part in reader.children(element, "input")]
    reader.known |= {name for column in inputs if column is not None for name in column.expression.names}
    outputs = [_output(reader, part, types) for part in reader.children(element, "output")]
    _check_outputs(reader, element, policy, outputs)
    rules = _rules(reader, element, inputs, outputs)
    if _errors(reader) > known:
        return None
    return Table(
        name=name,
        id=element.get("id"),
        line=line_of(element),
        hit_policy=policy,
        aggregation=aggregation,
        inputs=tuple(column for column in inputs if column is not None),
        outputs=tuple(outputs),
        rules=tuple(rules),
    )


def _errors(reader: Reader) -> int:
    return sum(one.is_error for one in reader.problems)


def _policy(reader: Reader, element: etree._Element) -> tuple[str, str]:
    policy = (element.get("hitPolicy") or "UNIQUE").strip()
    aggregation = (element.get("aggregation") or "").strip()
    if policy not in POLICIES:
        reader.report("rules-hit-policy", element, name=policy)
    several = len(list(reader.children(element, "output"))) > 1
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT" or several):
        reader.report("rules-aggregation", element, name=aggregation)
    return policy, aggregation


def _input(reader: Reader, element: etree._Element, types: Mapping[str, Type]) -> Input | None:
    inside = reader.child(element, "inputExpression")
    known = len(reader.problems)
    expression = reader.expression(inside)
    if expression is None:
        if len(reader.problems) == known:
            reader.report("rules-empty", element, what=Text("Masukan kolom ini", "This column's input"))
        return None
    values = reader.child(element, "inputValues")
    return Input(
        label=(element.get("label") or expression.text).strip(),
        expression=expression,
        allowed=None if values is None else _filled(reader.tests(values)),
        type=type_of(reader, inside, types),
    )


def _filled(tests: UnaryTests | None) -> UnaryTests | None:
    """Listed values; an empty list allows everything."""
    return tests if tests is not None and tests.any_of else None


def _output(reader: Reader, element: etree._Element, types: Mapping[str, Type]) -> Output:
    listed = reader.child(element, "outputValues")
    allowed = None if listed is None else _filled(reader.tests(listed))
    kind = type_of(reader, element, types)
    allowed = allowed or kind.allowed or (kind.element.allowed if kind.element else None)
    return Output(
        name=(element.get("name") or element.get("label") or "").strip(),
        values=() if allowed is None else constants(allowed),
        allowed=allowed,
        default=reader.expression(reader.child(element, "defaultOutputEntry")),
        type=kind,
    )


def constants(tests: UnaryTests) -> tuple[Value, ...]:
    """The values of a cell that is nothing but a list of them; empty if it holds anything else."""
    if tests.negative or not all(isinstance(test, feel.Literal) for test in tests.any_of):
        return ()
    return tuple(test.value for test in tests.any_of if isinstance(test, feel.Literal))


def _check_outputs(reader: Reader, element: etree._Element, policy: str, outputs: list[Output]) -> None:
    if not outputs:
        reader.report("rules-no-output", element)
    names = [output.name for output in outputs]
    if len(outputs) > 1 and ("" in names or len(set(names)) < len(names)):
        reader.report("rules-output-name", element)
    if policy in ORDERED_POLICIES and not any(output.values for output in outputs):
        reader.report("rules-priority", element, name=policy)


def _rules(reader: Reader, element: etree._Element, inputs: list[Input | None], outputs: list[Output]) -> list[Rule]:
    elements = list(reader.children(element, "rule"))
    if not elements:
        reader.report("rules-no-rule", element)
    if len(elements) * (len(inputs) + len(outputs)) > CELLS_LIMIT:
        reader.report("rules-too-many", element, limit=CELLS_LIMIT)
        return []
    rules = (_rule(reader, part, number, inputs, outputs) for number, part in enumerate(elements, 1))
    return [rule for rule in rules if rule is not None]


def _rule(
    reader: Reader, element: etree._Element, number: int, inputs: list[Input | None], outputs: list[Output]
) -> Rule | None:
    asked, told = list(reader.children(element, "inputEntry")), list(reader.children(element, "outputEntry"))
    for cells, columns in ((asked, len(inputs)), (told, len(outputs))):
        if len(cells) != columns:
            reader.report("rules-cells", element, found=len(cells), wanted=columns)
            return None
    tests = [_test(reader, cell, column) for cell, column in zip(asked, inputs, strict=True)]
    results = [_result(reader, cell, column) for cell, column in zip(told, outputs, strict=True)]
    if None in tests or None in results:
        return None
    return Rule(
        number,
        element.get("id"),
        line_of(element),
        tuple(test for test in tests if test is not None),
        tuple(result for result in results if result is not None),
    )


def _test(reader: Reader, cell: etree._Element, column: Input | None) -> UnaryTests | None:
    tests = reader.tests(cell)
    if tests is None:
        return None
    _check_cell_variable(reader, cell, tests)
    _check_words(reader, cell, tests.text, tests.any_of)
    if column is not None:
        _check_kinds(reader, cell, tests, column)
    if column is not None and column.allowed is not None and (listed := constants(column.allowed)):
        for value in constants(tests):
            if value is not None and value not in listed:
                reader.report("rules-input-value", cell, text=tests.text.strip(), allowed=column.allowed.text.strip())
    return tests


def _check_kinds(reader: Reader, cell: etree._Element, tests: UnaryTests, column: Input) -> None:
    """A cell that compares with nothing of its column's type can never match."""
    found = compared_with(tests)
    kinds = {KINDS[type(value)] for value in found or () if value is not None}
    if column.type.kind is not None and kinds and None not in (found or ()) and column.type.kind not in kinds:
        text, told = tests.text.strip(), ", ".join(sorted(kinds))
        reader.report("rules-cell-type", cell, text=text, wanted=column.type.name, found=told)


def _check_cell_variable(reader: Reader, cell: etree._Element, tests: UnaryTests) -> None:
    """Camunda names a cell's own value in an attribute of the column; here that name would be null."""
    if not tests.names:
        return
    rule = cell.getparent()
    table = rule.getparent() if rule is not None else None
    for column in reader.children(table, "input"):
        for name, value in column.attrib.items():
            if etree.QName(name).localname == "inputVariable" and str(value) in tests.names:
                reader.report("rules-cell-variable", cell, name=value)


def _result(reader: Reader, cell: etree._Element, column: Output) -> Expression | None:
    known = len(reader.problems)
    expression = reader.expression(cell)
    if expression is None:
        if len(reader.problems) == known:
            reader.report("rules-empty-output", cell)
            return compile_expression("null")
        return None
    _check_words(reader, cell, expression.text, (expression.tree,))
    _check_result(reader, cell, expression, column)
    return expression


def _check_words(reader: Reader, cell: etree._Element, text: str, parts: tuple[feel.Node, ...]) -> None:
    """A cell of nothing but unknown names was meant as text; as names they are null and never match."""
    for part in parts:
        names = [node.name for node in feel.walk(part) if isinstance(node, feel.Name)]
        others = [node for node in feel.walk(part) if not isinstance(node, feel.Name | feel.Sum | feel.Logic)]
        if names and not others and not reader.known.issuperset(names):
            repair = ", ".join(f'"{word.strip()}"' for word in text.split(","))
            return reader.report("rules-bare-word", cell, text=text.strip(), repair=repair)
    return None


def _check_result(reader: Reader, cell: etree._Element, expression: Expression, column: Output) -> None:
    """A constant result must be one of the listed values and of the column's type."""
    if not isinstance(expression.tree, feel.Literal) or expression.tree.value is None:
        return
    value, text = expression.tree.value, expression.text.strip()
    if column.type.kind and KINDS.get(type(value)) != column.type.kind:
        reader.report("rules-type", cell, text=text, wanted=column.type.name)
    elif column.allowed is not None and column.values and value not in column.values:
        reader.report("rules-output-value", cell, text=text, allowed=column.allowed.text.strip())
