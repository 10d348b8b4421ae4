"""Calls: of built-in functions, of functions of one's own, and how the latter keep what they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import tree
from engine.feel.checks import check_constants
from engine.feel.errors import FeelError, refused, short
from engine.feel.functions import FUNCTIONS, Signature, called
from engine.feel.hints import FUNCTION_NAMES, METHODS, called_method
from engine.feel.scope import Scope, bound
from engine.feel.values import KINDS, Code, Function, Run, Value

if TYPE_CHECKING:
    from engine.feel.compiler import Compiler

ANYTHING = frozenset({"Any", "any"})


def call_of(compiler: Compiler, node: tree.Call, scope: Scope | None) -> Code:
    """``name(...)``: a function of one's own hides a built-in one of its name. Raises `FeelError` for neither."""
    name = node.function
    if name in compiler.functions or bound(name, scope) is not None:
        return _invoked(compiler, compiler.code(tree.Name(node.at, name), scope), node, scope)
    if name not in FUNCTIONS:
        raise _unknown(name, node.at)
    return _built_in(compiler, node, scope)


def invocation_of(compiler: Compiler, node: tree.Invoke, scope: Scope | None) -> Code:
    """A call of a value, which must come from the expression or a function: process data hold none."""
    root = node.function
    while isinstance(root, tree.Property | tree.Filter | tree.Invoke):
        root = root.function if isinstance(root, tree.Invoke) else root.base
    if isinstance(root, tree.Name) and root.name not in compiler.functions and bound(root.name, scope) is None:
        last = node.function.name if isinstance(node.function, tree.Property) else root.name
        raise FeelError(called_method(short(last)), *node.function.at)
    return _invoked(compiler, compiler.code(node.function, scope), node, scope)


def function_of(compiler: Compiler, node: tree.Lambda, scope: Scope | None) -> Code:
    """``function(a, b) body`` as a value that remembers where it was made."""
    kinds = [_kind(kind, node.at) for _, kind in node.parameters]
    names = tuple(name for name, _ in node.parameters)
    places = [compiler.place() for _ in names]
    body, size = compiler.measured(node.body, Scope(dict(zip(names, places, strict=True)), scope))

    def made(run: Run) -> Value:
        kept, data = list(run.locals), run.data
        run.spend(len(kept))

        def answer(run: Run, arguments: list[Value]) -> Value:
            run.spend(size + len(kept) + 1)
            values = [_brought(value, kind) for value, kind in zip(arguments, kinds, strict=True)]
            if any(new is None and old is not None for new, old in zip(values, arguments, strict=True)):
                return None
            outside = run.locals, run.data
            run.locals, run.data = list(kept), data
            for place, value in zip(places, values, strict=True):
                run.locals[place] = value
            try:
                return body(run)
            finally:
                run.locals, run.data = outside

        return Function(names, answer)

    return made


def _kind(name: str | None, at: tree.Place) -> str | None:
    if name is None or name in ANYTHING:
        return None
    if name in KINDS.values():
        return name
    raise refused(
        f"Tipe parameter `{short(name)}` tidak didukung.", f"The parameter type `{short(name)}` is not supported.", at
    )


def _brought(value: Value, kind: str | None) -> Value:
    """The value, out of a list of one or into it where that makes it fit; null where it does not fit."""
    if kind is None or KINDS.get(type(value)) == kind:
        return value
    if kind == "list":
        return None if value is None else [value]
    return value[0] if type(value) is list and len(value) == 1 and KINDS.get(type(value[0])) == kind else None


def _invoked(compiler: Compiler, function: Code, node: tree.Call | tree.Invoke, scope: Scope | None) -> Code:
    names = tuple(name for name, _ in node.named)
    nodes = [value for _, value in node.named] if names else list(node.arguments)
    codes = [_argument(compiler, argument, scope) for argument in nodes]

    def call(run: Run) -> Value:
        wanted = function(run)
        if type(wanted) is not Function:
            return None
        arguments = [code(run) for code in codes]
        if names:
            if wanted.parameters is None or sorted(names) != sorted(wanted.parameters):
                return None
            given = dict(zip(names, arguments, strict=True))
            arguments = [given[name] for name in wanted.parameters]
        return wanted.called(run, arguments)

    return call


def _argument(compiler: Compiler, node: tree.Node, scope: Scope | None) -> Code:
    """An argument; the name of a built-in function stands for it where nothing else has that name."""
    code = compiler.code(node, scope)
    if not isinstance(node, tree.Name) or node.name not in FUNCTIONS or bound(node.name, scope) is not None:
        return code
    name, function = node.name, _as_value(FUNCTIONS[node.name])
    return lambda run: code(run) if name in run.data else function


def _as_value(signatures: tuple[Signature, ...]) -> Function:
    """A built-in function as a value; which form of it is meant shows when it is called."""

    def answer(run: Run, arguments: list[Value]) -> Value:
        fitting = next((s for s in signatures if s.takes(len(arguments))), None)
        return None if fitting is None else called(fitting, run, _spread(fitting, arguments, run))

    return Function(None, answer)


def _built_in(compiler: Compiler, node: tree.Call, scope: Scope | None) -> Code:
    signatures = FUNCTIONS[node.function]
    if node.named:
        return _named(compiler, node, signatures, scope)
    fitting = next((s for s in signatures if s.takes(len(node.arguments))), None)
    if fitting is None:
        raise _misfit(node, signatures)
    check_constants(node.function, fitting, node.arguments, node.at)
    codes = [_argument(compiler, argument, scope) for argument in node.arguments]
    if any(p.variadic for p in fitting.parameters):
        return lambda run: called(fitting, run, _spread(fitting, [code(run) for code in codes], run))
    return lambda run: called(fitting, run, [code(run) for code in codes])


def _named(compiler: Compiler, node: tree.Call, signatures: tuple[Signature, ...], scope: Scope | None) -> Code:
    given = dict(node.named)
    fitting = next((s for s in signatures if s.takes_named(frozenset(given))), None)
    if fitting is None or len(given) != len(node.named):
        raise _misfit(node, signatures)
    arguments = tuple(given.get(p.name, tree.Literal(node.at, None)) for p in fitting.parameters)
    check_constants(node.function, fitting, arguments, node.at)
    codes = [_argument(compiler, argument, scope) for argument in arguments]
    return lambda run: called(fitting, run, [code(run) for code in codes])


def _spread(signature: Signature, values: list[Value], run: Run) -> list[Value]:
    """The arguments with all that the last parameter takes as one list, unless it was given as one."""
    if not any(p.variadic for p in signature.parameters):
        return values
    fixed = len(signature.parameters) - 1
    if fixed == 0 and len(values) == 1 and signature.parameters[0].name == "list":
        return values
    return [*values[:fixed], run.list(values[fixed:])]


def _misfit(node: tree.Call, signatures: tuple[Signature, ...]) -> FeelError:
    forms = " | ".join(
        f"{node.function}({', '.join(p.name + ('' if p.required else '?') for p in s.parameters)})" for s in signatures
    )
    return refused(
        f"Argumen tidak cocok. Bentuknya: {forms}", f"The arguments do not fit. The form is: {forms}", node.at
    )


def _unknown(name: str, at: tree.Place) -> FeelError:
    told = short(name)
    if instead := FUNCTION_NAMES.get(name) or METHODS.get(name):
        return refused(
            f"Fungsi `{told}` tidak ada; tulis `{instead}`.", f"There is no function `{told}`; write `{instead}`.", at
        )
    return refused(
        f"Fungsi `{told}` tidak ada; hanya fungsi bawaan FEEL yang dapat dipakai.",
        f"There is no function `{told}`; only the built-in functions of FEEL can be used.",
        at,
    )
