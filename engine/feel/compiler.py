"""From tree to Python closures: each node becomes one function of the `Run`, made once and called often.

Names are settled here: a name bound by ``for``, ``some``, a context or a filter has a numbered place in
`Run.locals`; all others are read from the data. Loops pay for the size of their body at each turn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal

from engine.feel import tree
from engine.feel.access import filtered, item_at, properties_in, property_in, static_path
from engine.feel.arithmetic import calculated, negated
from engine.feel.calls import call_of, function_of, invocation_of
from engine.feel.checks import check_comparison, check_filter
from engine.feel.comparing import (
    INSTANCE_TYPES,
    any_true,
    between,
    comparison,
    contained,
    interval_of,
    is_condition,
    is_instance,
)
from engine.feel.errors import refused, short
from engine.feel.loops import Turn, each, every, some
from engine.feel.scope import Scope
from engine.feel.values import Code, Run, Value, imported


class Compiler:
    """Compiles one tree; afterwards ``size`` is the number of local places and ``paths`` what it reads.

    ``functions`` are names of the data that may be called.
    """

    def __init__(self, functions: frozenset[str] = frozenset()) -> None:
        self.functions = functions
        self.size = 0
        self.nodes = 0
        self.paths: set[tuple[str, ...]] = set()
        self.item_names: set[str] = set()

    def code(self, node: tree.Node, scope: Scope | None) -> Code:
        """The function of a node."""
        self.nodes += 1
        return _COMPILERS[type(node)](self, node, scope)

    def place(self) -> int:
        """A new local place."""
        self.size += 1
        return self.size - 1

    def measured(self, node: tree.Node, scope: Scope | None) -> tuple[Code, int]:
        """The function of a node and how many nodes it consists of."""
        before = self.nodes
        code = self.code(node, scope)
        return code, self.nodes - before

    def literal(self, node: tree.Literal, scope: Scope | None) -> Code:
        value = node.value
        if isinstance(value, datetime | time) and value.tzinfo is None:
            return lambda run: imported(value, run)
        return lambda run: value

    def name(self, node: tree.Name, scope: Scope | None) -> Code:
        name, read = node.name, self._read(node.name, scope)
        if read is not None:
            return read
        if "." in name:
            return self._dotted(node, scope)
        self.paths.add((name,))
        return lambda run: imported(run.data.get(name), run)

    def _dotted(self, node: tree.Name, scope: Scope | None) -> Code:
        """A name with a dot in it is one where the data have it; elsewhere it is a path."""
        name, (root, *steps) = node.name, node.name.split(".")
        path: tree.Node = tree.Name(node.at, root.strip())
        for step in steps:
            path = tree.Property(node.at, path, step.strip())
        along = self.code(path, scope)
        return lambda run: imported(run.data[name], run) if name in run.data else along(run)

    def _read(self, name: str, scope: Scope | None) -> Code | None:
        """How a local name is read; None for a name of the data alone."""
        while scope is not None:
            if scope.item is not None:
                return self._read_item(name, scope)
            if name in scope.names:
                place = scope.names[name]
                return _partial(place) if name == "partial" else _local(place)
            scope = scope.outer
        return None

    def _read_item(self, name: str, scope: Scope) -> Code:
        """A name inside a filter: an entry of the item, if it has one of that name, else what it means outside."""
        place = scope.item
        assert place is not None
        outside = self._read(name, Scope(scope.names, scope.outer))
        if outside is None:
            self.item_names.add(name)

            def outside(run: Run) -> Value:
                return imported(run.data.get(name), run)

        otherwise = outside

        def read(run: Run) -> Value:
            item = run.locals[place]
            return item[name] if type(item) is dict and name in item else otherwise(run)

        return read

    def question(self, node: tree.Question, scope: Scope | None) -> Code:
        read = self._read("?", scope)
        if read is None:
            raise refused(
                "`?` hanya dipakai di dalam sel tabel keputusan.",
                "`?` stands only in a decision table's cell.",
                node.at,
            )
        return read

    def property(self, node: tree.Property, scope: Scope | None) -> Code:
        path = static_path(node)
        if path and self._read(path[0], scope) is None:
            return self._data_path(path)
        base, name = self.code(node.base, scope), node.name
        return lambda run: property_in(base(run), name, run)

    def _data_path(self, path: tuple[str, ...]) -> Code:
        """``a.b.c`` read from the data without looking at the rest of ``a``."""
        self.paths.add(path)
        root, steps = path[0], path[1:]
        if len(steps) == 1:
            only = steps[0]

            def read_two(run: Run) -> Value:
                value = run.data.get(root)
                if type(value) is dict:
                    return imported(value.get(only), run)
                return property_in(imported(value, run), only, run)

            return read_two

        def read(run: Run) -> Value:
            value = run.data.get(root)
            for number, name in enumerate(steps):
                if type(value) is not dict:
                    return properties_in(imported(value, run), steps[number:], run)
                value = value.get(name)
            return imported(value, run)

        return read

    def filter(self, node: tree.Filter, scope: Scope | None) -> Code:
        check_filter(node)
        base, place = self.code(node.base, scope), self.place()
        if isinstance(node.test, tree.Literal) and isinstance(node.test.value, Decimal):
            index = node.test.value
            return lambda run: item_at(base(run), index)
        inner = Scope({}, Scope({"item": place}, scope), place)
        test, size = self.measured(node.test, inner)
        return lambda run: filtered(base(run), test, size, place, run)

    def call(self, node: tree.Call, scope: Scope | None) -> Code:
        return call_of(self, node, scope)

    def invoke(self, node: tree.Invoke, scope: Scope | None) -> Code:
        return invocation_of(self, node, scope)

    def function(self, node: tree.Lambda, scope: Scope | None) -> Code:
        return function_of(self, node, scope)

    def sum(self, node: tree.Sum, scope: Scope | None) -> Code:
        first = self.code(node.first, scope)
        rest = [(sign, self.code(operand, scope)) for sign, operand in node.rest]
        if len(rest) == 1:
            return _two_operands(first, *rest[0])

        def many(run: Run) -> Value:
            value = first(run)
            for sign, operand in rest:
                value = calculated(sign, value, operand(run), run)
            return value

        return many

    def negated(self, node: tree.Negated, scope: Scope | None) -> Code:
        value = self.code(node.value, scope)
        return lambda run: negated(value(run))

    def compare(self, node: tree.Compare, scope: Scope | None) -> Code:
        check_comparison(node.left, node.right)
        return comparison(node.operator, self.code(node.left, scope), self.code(node.right, scope))

    def between(self, node: tree.Between, scope: Scope | None) -> Code:
        value, low, high = (self.code(part, scope) for part in (node.value, node.low, node.high))
        return lambda run: between(value(run), low(run), high(run))

    def within(self, node: tree.Within, scope: Scope | None) -> Code:
        place = self.place()
        value, tests = self.code(node.value, scope), self.tests(node.tests, Scope({"?": place}, scope), place)

        def found(run: Run) -> Value:
            run.locals[place] = value(run)
            return any_true(tests, run)

        return found

    def tests(self, nodes: tuple[tree.Node, ...], scope: Scope, place: int) -> list[Code]:
        """Each test as a function that says whether the value at a local place passes it."""
        return [self._test(node, scope, place) for node in nodes]

    def _test(self, node: tree.Node, scope: Scope, place: int) -> Code:
        if isinstance(node, tree.Test):
            return comparison(node.operator, lambda run: run.locals[place], self.code(node.right, scope))
        code = self.code(node, scope)
        if is_condition(node):
            return code
        if isinstance(node, tree.Literal) and type(node.value) in (str, Decimal, bool):
            literal, kind = node.value, type(node.value)
            return lambda run: type(run.locals[place]) is kind and run.locals[place] == literal
        return lambda run: contained(run.locals[place], code(run), run)

    def negative(self, node: tree.Negative, scope: Scope | None) -> Code:
        if len(node.tests) != 1 or isinstance(node.tests[0], tree.Test):
            raise refused(
                "`not(...)` dengan beberapa nilai hanya dipakai sebagai seluruh isi sel.",
                "`not(...)` with several tests is only used as a whole cell.",
                node.at,
            )
        value = self.code(node.tests[0], scope)

        def negation(run: Run) -> Value:
            truth = value(run)
            return not truth if type(truth) is bool else None

        return negation

    def logic(self, node: tree.Logic, scope: Scope | None) -> Code:
        operands = [self.code(operand, scope) for operand in node.operands]
        decisive = node.operator == "or"

        def combined(run: Run) -> Value:
            answer: bool | None = not decisive
            for operand in operands:
                value = operand(run)
                if value is decisive:
                    return decisive
                if type(value) is not bool:
                    answer = None
            return answer

        return combined

    def conditional(self, node: tree.Conditional, scope: Scope | None) -> Code:
        condition, then, otherwise = (self.code(part, scope) for part in (node.condition, node.then, node.otherwise))
        return lambda run: then(run) if condition(run) is True else otherwise(run)

    def iteration(self, node: tree.Iteration, scope: Scope | None) -> Code:
        partial = self.place()
        turns, inner = self._iterators(node.iterators, Scope({"partial": partial}, scope))
        body, size = self.measured(node.body, inner)

        def collected(run: Run) -> Value:
            results: list[Value] = []
            run.locals[partial] = results
            if each(turns, run, size, lambda: results.append(body(run))) is None:
                return None
            return run.list(results)

        return collected

    def quantified(self, node: tree.Quantified, scope: Scope | None) -> Code:
        turns, inner = self._iterators(node.iterators, scope)
        body, size = self.measured(node.body, inner)
        return (every if node.every else some)(turns, body, size)

    def _iterators(self, iterators: tuple[tree.Iterator_, ...], scope: Scope | None) -> tuple[list[Turn], Scope | None]:
        turns: list[Turn] = []
        for iterator in iterators:
            domain = self.code(iterator.domain, scope)
            end = None if iterator.end is None else self.code(iterator.end, scope)
            place = self.place()
            scope = Scope({iterator.name: place}, scope)
            turns.append(Turn(place, domain, end))
        return turns, scope

    def listing(self, node: tree.Listing, scope: Scope | None) -> Code:
        items = [self.code(item, scope) for item in node.items]
        return lambda run: run.list([item(run) for item in items])

    def context(self, node: tree.Context, scope: Scope | None) -> Code:
        entries: list[tuple[str, int, Code]] = []
        for key, value in node.entries:
            code, place = self.code(value, scope), self.place()
            scope = Scope({key: place}, scope)
            entries.append((key, place, code))

        def built(run: Run) -> Value:
            run.spend(len(entries))
            made: dict[str, Value] = {}
            for key, place, code in entries:
                made[key] = run.locals[place] = code(run)
            return made

        return built

    def interval(self, node: tree.Interval, scope: Scope | None) -> Code:
        low, high = self.code(node.low, scope), self.code(node.high, scope)
        return lambda run: interval_of(low(run), high(run), node)

    def instance(self, node: tree.Instance, scope: Scope | None) -> Code:
        value, kind = self.code(node.value, scope), node.type
        if kind not in INSTANCE_TYPES:
            raise refused(
                f"Tipe `{short(kind)}` tidak didukung di `instance of`.",
                f"The type `{short(kind)}` is not supported in `instance of`.",
                node.at,
            )
        return lambda run: is_instance(value(run), kind)

    def misplaced(self, node: tree.Node, scope: Scope | None) -> Code:
        raise refused("Uji ini tidak dapat berdiri di sini.", "This test cannot stand here.", node.at)


def _local(place: int) -> Code:
    return lambda run: run.locals[place]


def _partial(place: int) -> Code:
    """The results of a loop so far, copied: the list itself would grow while it is looked at."""
    return lambda run: run.list(list(run.locals[place]))


def _two_operands(left: Code, sign: str, right: Code) -> Code:
    return lambda run: calculated(sign, left(run), right(run), run)


_COMPILERS: dict[type[tree.Node], Callable[..., Code]] = {
    tree.Literal: Compiler.literal,
    tree.Name: Compiler.name,
    tree.Question: Compiler.question,
    tree.Property: Compiler.property,
    tree.Filter: Compiler.filter,
    tree.Call: Compiler.call,
    tree.Invoke: Compiler.invoke,
    tree.Lambda: Compiler.function,
    tree.Sum: Compiler.sum,
    tree.Negated: Compiler.negated,
    tree.Compare: Compiler.compare,
    tree.Between: Compiler.between,
    tree.Test: Compiler.misplaced,
    tree.Tests: Compiler.misplaced,
    tree.Within: Compiler.within,
    tree.Negative: Compiler.negative,
    tree.Logic: Compiler.logic,
    tree.Conditional: Compiler.conditional,
    tree.Iteration: Compiler.iteration,
    tree.Quantified: Compiler.quantified,
    tree.Listing: Compiler.listing,
    tree.Context: Compiler.context,
    tree.Interval: Compiler.interval,
    tree.Instance: Compiler.instance,
}
