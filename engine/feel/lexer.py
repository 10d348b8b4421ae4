"""Cuts an expression into tokens: one pass, no backtracking beyond the next word.

Two things of FEEL are decided here because they depend on what stands around them: names that contain
spaces (built-in functions, and those given as ``names``), and whether ``[`` and ``]`` open a list, close
one, or stand for the excluded end of a range as in ``]1..3[``.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lark import Token

from engine.feel.errors import FeelError, refused
from engine.feel.hints import CODE, TERNARY, WORDS, habit, leading_method
from engine.feel.names import FULL_WORD, WORD, Names, Pieces, known_names
from engine.feel.values import DEPTH_LIMIT, TEXT_LIMIT

KEYWORDS = {
    "if": "_IF",
    "then": "_THEN",
    "else": "_ELSE",
    "for": "_FOR",
    "in": "_IN",
    "return": "_RETURN",
    "some": "SOME",
    "every": "EVERY",
    "satisfies": "_SATISFIES",
    "and": "_AND",
    "or": "_OR",
    "between": "_BETWEEN",
    "true": "TRUE",
    "false": "FALSE",
    "null": "NULL",
}
SYMBOLS = {
    "!=": "COMPARE",
    "<=": "COMPARE",
    ">=": "COMPARE",
    "=": "COMPARE",
    "<": "COMPARE",
    ">": "COMPARE",
    "+": "PLUS",
    "-": "MINUS",
    "**": "_POWER",
    "*": "STAR",
    "/": "STAR",
    "..": "_DOTS",
    ".": "_DOT",
    ",": "_COMMA",
    "?": "QUESTION",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQUARE",
    "]": "RSQUARE",
    "{": "_LCURLY",
    "}": "_RCURLY",
}
VALUE_ENDS = frozenset(
    {
        "NUMBER",
        "STRING",
        "AT",
        "NAME",
        "TRUE",
        "FALSE",
        "NULL",
        "QUESTION",
        "RPAR",
        "RSQUARE",
        "_RCURLY",
        "OPEN_RIGHT",
        "TYPE",
    }
)
"""Tokens after which a value is complete, so that an operator or a closing bracket must follow."""

SPACE = re.compile(r"(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
TOKEN = re.compile(
    rf"""(?P<word>{WORD})
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<at>@\s*"[^"\\\n]*")
    |(?P<symbol>!=(?!=)|<=(?!>)|>=|=(?![=>])|<(?!>)|>|\+|-|\*\*|\*|/(?!\*)|\.\.|\.|,|\?|[()\[\]{{}}])""",
    re.VERBOSE,
)
KEY = re.compile(rf'\s*(?P<key>"(?:[^"\\\n]|\\.)*"|(?:{WORD})(?:[ \t\n]+(?:{WORD}))*)\s*:')
FREE_KEY = re.compile(rf"\s*(?P<key>(?:{WORD})[\w\s./*'+-]*):")
INSTANCE = re.compile(r"instance\s+of\b\s*")
TYPE = re.compile(
    r"(?:days\s+and\s+time\s+duration|years\s+and\s+months\s+duration|date\s+and\s+time|[^\W\d]\w*)"
    r"(?:\s*<[\w\s,:<>]*>)?"
)
PROPERTY = re.compile(r"(?:time\s+offset|start\s+included|end\s+included)\b")
CALLED = re.compile(r"\s*\(")
FUNCTION = re.compile(r"function\s*\((?P<parameters>[^()]*)\)")
PARAMETER = re.compile(rf"\s*(?P<name>(?:{WORD})(?:\s+(?:{WORD}))*)\s*(?::\s*(?P<type>[\w\s<>]*\w>*)\s*)?")
GOES_ON = re.compile(r"(?:and|or|then|else|return|satisfies|in|between|instance)\b")
STARTS_VALUE = re.compile(r'[\w"@(\[{.?-]')


class Lexer:
    """Tokens of one text. ``functions`` are the built-in names with spaces, ``names`` the ones of the model."""

    def __init__(self, text: str, functions: frozenset[str], names: frozenset[str]) -> None:
        if len(text) > TEXT_LIMIT:
            raise refused(
                f"Ungkapan terlalu panjang: paling banyak {TEXT_LIMIT} huruf.",
                f"The expression is too long: {TEXT_LIMIT} letters at most.",
                (1, 1),
            )
        self.source = text
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.functions = known_names(functions)
        self.known = known_names(names)
        self.keys = Names()
        self.pieces = Pieces(text)
        self.tokens: list[Token] = []
        self.brackets: list[str] = []
        self.position = 0

    def at(self, position: int) -> tuple[int, int]:
        """Line and column of a position, both from 1."""
        line = bisect_right(self.lines, position)
        return line, position - self.lines[line - 1] + 1

    def run(self) -> list[Token]:
        """All tokens. Raises `FeelError` at the first thing that is none, with the habit it may come from."""
        while True:
            if space := SPACE.match(self.source, self.position):
                self.position = space.end()
            if self.position >= len(self.source):
                return self.tokens
            self._next()

    def _next(self) -> None:
        if self._key() or self._known_name():
            return
        match = TOKEN.match(self.source, self.position)
        if match is None:
            raise self._unreadable()
        kind, value = str(match.lastgroup), match.group()
        if kind == "word":
            self._word(value)
        elif kind == "symbol":
            self._symbol(value)
        else:
            self._add({"number": "NUMBER", "string": "STRING", "at": "AT"}[kind], value)

    def _unreadable(self) -> FeelError:
        if self.source[self.position] == ":" and any(token.type == "QUESTION" for token in self.tokens):
            return FeelError(TERNARY, *self.at(self.position))
        kinds = [token.type for token in self.tokens[:2]]
        if kinds == ["_DOT", "NAME"] and (method := leading_method(str(self.tokens[1]))):
            return FeelError(method, *self.at(self.tokens[0].start_pos or 0))
        for token in self.tokens:
            if token in ("lambda", "function"):
                return FeelError(WORDS[str(token)], *self.at(token.start_pos or 0))
        return FeelError(habit(self.source, self.position), *self.at(self.position))

    def _add(self, kind: str, value: str, length: int | None = None) -> None:
        line, column = self.at(self.position)
        self.tokens.append(Token(kind, value, self.position, line, column))
        self.position += len(value) if length is None else length

    def _previous(self) -> str:
        return self.tokens[-1].type if self.tokens else ""

    def _after_value(self) -> bool:
        return self._previous() in VALUE_ENDS

    def _key(self) -> bool:
        """``name:`` in a context or among named arguments; a context's names may hold spaces and signs."""
        if not self.brackets or self._previous() not in ("_LCURLY", "LPAR", "_COMMA") or self.brackets[-1] == "[":
            return False
        inside = self.brackets[-1] == "{"
        match = KEY.match(self.source, self.position) or (inside and FREE_KEY.match(self.source, self.position))
        if not match:
            return False
        key = match["key"] if match["key"].startswith('"') else " ".join(match["key"].split())
        if inside and not FULL_WORD.fullmatch(key) and not key.startswith('"'):
            self.keys.add(key)
        self._add("KEY", key, match.end() - self.position)
        return True

    def _known_name(self) -> bool:
        function = self.functions.match(self.pieces, self.position)
        if function is not None and not CALLED.match(self.source, function[1]):
            function = None
        found = self.known.match(self.pieces, self.position) or self.keys.match(self.pieces, self.position) or function
        if found is None:
            return False
        self._add("NAME", found[0], found[1] - self.position)
        return True

    def _word(self, word: str) -> None:
        if word.startswith("__"):
            raise FeelError(CODE, *self.at(self.position))
        if self._previous() == "_DOT":
            match = PROPERTY.match(self.source, self.position)
            return self._add("NAME", " ".join(match.group().split()) if match else word, match and len(match.group()))
        if word == "instance" and (match := INSTANCE.match(self.source, self.position)):
            return self._instance_of(match)
        if word == "function" and (match := FUNCTION.match(self.source, self.position)):
            return self._function(match)
        if word == "not" and CALLED.match(self.source, self.position + 3):
            return self._add("_NOT", word)
        return self._add(KEYWORDS.get(word, "NAME"), word)

    def _instance_of(self, match: re.Match[str]) -> None:
        self._add("_INSTANCE", "instance of", match.end() - self.position)
        if named := TYPE.match(self.source, self.position):
            self._add("TYPE", " ".join(named.group().split()), named.end() - self.position)

    def _function(self, match: re.Match[str]) -> None:
        """``function(a: number, b)`` is one token, so that its names are known before its body is read."""
        for part in match["parameters"].split(",") if match["parameters"].strip() else ():
            named = PARAMETER.fullmatch(part)
            if named is None:
                raise refused(
                    "Parameter fungsi ditulis `function(nama: tipe, nama: tipe)`.",
                    "Parameters of a function are written `function(name: type, name: type)`.",
                    self.at(self.position),
                )
            self.keys.add(named["name"])
        self._add("FUNCTION", match["parameters"].strip(), match.end() - self.position)

    def _symbol(self, symbol: str) -> None:
        if symbol == "[" and self._closes_range():
            self.brackets.pop()
            return self._add("OPEN_RIGHT", symbol)
        if symbol == "]" and not self._after_value() and self._previous() != "LSQUARE":
            self.brackets.append("]")
            return self._add("OPEN_LEFT", symbol)
        if symbol in "([{":
            self._open(symbol)
        elif symbol in ")]}" and self.brackets:
            self.brackets.pop()
        elif symbol == ".." and self.brackets:
            self.brackets[-1] = ".."
        return self._add(SYMBOLS[symbol], symbol)

    def _open(self, symbol: str) -> None:
        self.brackets.append(symbol)
        if len(self.brackets) > DEPTH_LIMIT:
            raise refused(
                f"Kurung bersarang terlalu dalam: paling banyak {DEPTH_LIMIT} tingkat.",
                f"Brackets are nested too deeply: {DEPTH_LIMIT} levels at most.",
                self.at(self.position),
            )

    def _closes_range(self) -> bool:
        """Whether this ``[`` ends a range: one is open, its end is complete, and no value follows."""
        if not self.brackets or self.brackets[-1] != ".." or not self._after_value():
            return False
        after = SPACE.match(self.source, self.position + 1)
        following = after.end() if after else self.position + 1
        return not STARTS_VALUE.match(self.source, following) or GOES_ON.match(self.source, following) is not None
