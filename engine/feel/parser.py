"""From text to tree: the grammar of feel.lark, fed with the tokens of the lexer."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from engine.feel import tree
from engine.feel.errors import FeelError, refused, short
from engine.feel.functions import FUNCTIONS, UNSUPPORTED
from engine.feel.hints import FOREIGN_NAMES, METHODS, WORDS, called_method
from engine.feel.lexer import PARAMETER, Lexer
from engine.feel.moments import literal_of
from engine.feel.tree import Node, Place
from engine.feel.unexpected import unexpected
from engine.feel.values import DIGITS, LARGEST_EXPONENT, TREE_LIMIT

SPACED_FUNCTIONS = frozenset(name for name in (*FUNCTIONS, *UNSUPPORTED) if " " in name)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}


def expression(text: str, names: frozenset[str]) -> Node:
    """The tree of an expression. Raises `FeelError`."""
    return _parsed(text, "expression", names)


def unary_tests(text: str, names: frozenset[str]) -> Node:
    """The tree of a decision table's cell; empty and ``-`` match everything. Raises `FeelError`."""
    if text.strip() in ("", "-"):
        return tree.Tests((1, 1), ())
    return _parsed(text, "unary_tests", names)


def _parsed(text: str, start: str, names: frozenset[str]) -> Node:
    lexer = Lexer(text, SPACED_FUNCTIONS, names)
    tokens = lexer.run()
    if not tokens:
        raise refused("Ungkapan ini kosong.", "This expression is empty.", (1, 1))
    parser = _lark().parse_interactive(start=start)
    fed = 0
    try:
        for token in tokens:
            parser.feed_token(token)
            fed += 1
        node: Node = parser.feed_eof(tokens[-1])  # type: ignore[no-untyped-call]  # lark leaves it untyped
    except UnexpectedInput:
        raise unexpected(lexer, fed, in_cell=start == "unary_tests") from None
    return _not_too_deep(node)


def _not_too_deep(node: Node) -> Node:
    if tree.depth(node) > TREE_LIMIT:
        raise refused(
            "Ungkapan ini bersarang terlalu dalam; pecah menjadi beberapa bagian.",
            "This expression is nested too deeply; split it into parts.",
            node.at,
        )
    return node


def _place(token: Token) -> Place:
    return token.line or 1, token.column or 1


@cache
def _lark() -> Lark:
    return Lark.open(
        "feel.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        start=["expression", "unary_tests"],
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def text_of(token: str, at: Place) -> str:
    """The text inside the quotes, escapes resolved. Raises `FeelError` for half a surrogate pair."""
    joined = ESCAPE.sub(_unescaped, token[1:-1])
    try:
        return joined.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise refused("Kode huruf `\\u` ini tidak lengkap.", "This `\\u` letter code is incomplete.", at) from None


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    if match[2]:
        code = int(match[2], 16)
        return chr(code) if code <= 0x10FFFF else match[0]
    return ESCAPED.get(match[3], match[0])


def _operators(parts: list[Any]) -> Node:
    """``a + b - c`` as one node, so that a long chain is not a deep tree."""
    first, rest = parts[0], parts[1:]
    return tree.Sum(first.at, first, tuple(zip(map(str, rest[::2]), rest[1::2], strict=True)))


class _Builder(Transformer[Token, Node]):
    """Makes a node of each rule of the grammar, while it is being parsed."""

    def unary_tests(self, parts: list[Node]) -> Node:
        return tree.Tests(parts[0].at, tuple(parts))

    def comparison_test(self, parts: list[Any]) -> Node:
        return tree.Test(_place(parts[0]), str(parts[0]), parts[1])

    def conditional(self, parts: list[Node]) -> Node:
        return tree.Conditional(parts[0].at, *parts)

    def iterators(self, parts: list[tree.Iterator_]) -> Any:
        return tuple(parts)

    def iterator(self, parts: list[Any]) -> Node:
        end = parts[2] if len(parts) > 2 else None
        return tree.Iterator_(_place(parts[0]), str(parts[0]), parts[1], end)

    def iteration(self, parts: list[Any]) -> Node:
        return tree.Iteration(parts[0][0].at, parts[0], parts[1])

    def quantified(self, parts: list[Any]) -> Node:
        return tree.Quantified(_place(parts[0]), parts[0] == "every", parts[1], parts[2])

    def disjunction(self, parts: list[Node]) -> Node:
        return tree.Logic(parts[0].at, "or", tuple(parts))

    def conjunction(self, parts: list[Node]) -> Node:
        return tree.Logic(parts[0].at, "and", tuple(parts))

    def compare(self, parts: list[Any]) -> Node:
        return tree.Compare(parts[0].at, str(parts[1]), parts[0], parts[2])

    def between(self, parts: list[Node]) -> Node:
        return tree.Between(parts[0].at, *parts)

    def within(self, parts: list[Any]) -> Node:
        tests = tuple(part for part in parts[1:] if isinstance(part, Node))
        return tree.Within(parts[0].at, parts[0], tests)

    def function(self, parts: list[Any]) -> Node:
        return tree.Lambda(_place(parts[0]), _parameters(parts[0]), parts[1])

    def instance(self, parts: list[Any]) -> Node:
        return tree.Instance(parts[0].at, parts[0], str(parts[1]))

    def sum(self, parts: list[Any]) -> Node:
        return _operators(parts)

    def product(self, parts: list[Any]) -> Node:
        return _operators(parts)

    def power(self, parts: list[Node]) -> Node:
        return tree.Sum(parts[0].at, parts[0], tuple(("**", part) for part in parts[1:]))

    def negated(self, parts: list[Any]) -> Node:
        value = parts[1]
        if isinstance(value, tree.Literal) and isinstance(value.value, Decimal):
            return tree.Literal(_place(parts[0]), -value.value)
        return tree.Negated(_place(parts[0]), value)

    def postfix(self, parts: list[Any]) -> Node:
        node: Node = parts[0]
        for trailer in parts[1:]:
            node = trailer(node)
        return node

    def property(self, parts: list[Token]) -> Callable[[Node], Node]:
        return lambda base: tree.Property(_place(parts[0]), base, str(parts[0]))

    def filter(self, parts: list[Any]) -> Callable[[Node], Node]:
        return lambda base: tree.Filter(base.at, base, parts[1])

    def call(self, parts: list[Any]) -> Callable[[Node], Node]:
        return lambda base: _call(base, [part for part in parts if not isinstance(part, Token)])

    def named(self, parts: list[Any]) -> Any:
        key = str(parts[0])
        return (text_of(key, _place(parts[0])) if key.startswith('"') else key), parts[1]

    def number(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), _number(parts[0]))

    def string(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), text_of(str(parts[0]), _place(parts[0])))

    def at_literal(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), _at_literal(parts[0]))

    def true(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), True)

    def false(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), False)

    def null(self, parts: list[Token]) -> Node:
        return tree.Literal(_place(parts[0]), None)

    def name(self, parts: list[Token]) -> Node:
        if parts[0] in FOREIGN_NAMES:
            raise FeelError(WORDS[str(parts[0])], *_place(parts[0]))
        return tree.Name(_place(parts[0]), str(parts[0]))

    def question(self, parts: list[Token]) -> Node:
        return tree.Question(_place(parts[0]))

    def negative(self, parts: list[Any]) -> Node:
        tests = tuple(part for part in parts if isinstance(part, Node))
        return tree.Negative(_place(parts[0]), tests)

    def group(self, parts: list[Any]) -> Node:
        node: Node = parts[1]
        return node

    def listing(self, parts: list[Any]) -> Node:
        return tree.Listing(_place(parts[0]), tuple(part for part in parts if isinstance(part, Node)))

    def context(self, parts: list[Any]) -> Node:
        at = parts[0][1].at if parts else (1, 1)
        seen: set[str] = set()
        for key, value in parts:
            if key in seen:
                raise refused(
                    f"Nama `{short(key)}` dipakai dua kali.", f"The name `{short(key)}` is used twice.", value.at
                )
            seen.add(key)
        return tree.Context(at, tuple(parts))

    def range(self, parts: list[Any]) -> Node:
        opening, low, high, closing = parts
        return tree.Interval(_place(opening), low, high, opening == "[", closing == "]")


def _number(token: Token) -> Decimal:
    value = Decimal(str(token))
    if len(value.as_tuple().digits) > DIGITS or value.adjusted() > LARGEST_EXPONENT or value.adjusted() < -100:
        raise refused(
            f"Angka terlalu panjang: paling banyak {DIGITS} angka, di bawah 10 pangkat {LARGEST_EXPONENT + 1}.",
            f"The number is too long: {DIGITS} digits at most, below 10 to the {LARGEST_EXPONENT + 1}.",
            _place(token),
        )
    return value


def _at_literal(token: Token) -> Any:
    inside = short(token[token.index('"') + 1 : -1])
    value = literal_of(inside)
    if value is None:
        raise refused(
            f"`{inside}` bukan tanggal, waktu, jam, atau durasi yang didukung, misalnya 2026-01-31, "
            "2026-01-31T09:00:00+07:00, 09:00:00, P5D, P1Y6M.",
            f"`{inside}` is no supported date, date and time, time or duration, such as 2026-01-31, "
            "2026-01-31T09:00:00+07:00, 09:00:00, P5D, P1Y6M.",
            _place(token),
        )
    return value


def _parameters(token: Token) -> tuple[tuple[str, str | None], ...]:
    found = (PARAMETER.fullmatch(part) for part in token.split(",") if token)
    pairs = [(" ".join(match["name"].split()), match["type"]) for match in found if match is not None]
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise refused("Nama parameter dipakai dua kali.", "A parameter's name is used twice.", _place(token))
    return tuple((name, None if kind is None else " ".join(kind.split())) for name, kind in pairs)


def _call(base: Node, arguments: list[Any]) -> Node:
    if isinstance(base, tree.Property) and base.name in METHODS:
        raise FeelError(called_method(short(base.name)), *base.at)
    if isinstance(base, tree.Literal):
        raise refused("Nilai ini bukan fungsi.", "This value is no function.", base.at)
    named = bool(arguments) and isinstance(arguments[0], tuple)
    given, by_name = ((), tuple(arguments)) if named else (tuple(arguments), ())
    if not isinstance(base, tree.Name):
        return tree.Invoke(base.at, base, given, by_name)
    if base.name in UNSUPPORTED:
        raise FeelError(UNSUPPORTED[base.name], *base.at)
    return tree.Call(base.at, base.name, given, by_name)
