"""Finding one's way in a DMN file: names without namespaces, texts, places, and problems in one list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from lxml import etree

from engine.feel import Expression, FeelError, UnaryTests, compile_expression, compile_unary
from engine.problems import Problem, problem

NAMESPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/(?:20151101|20180521|20191111|20211108|20230324)(?:/[\w.]*)*")
"""DMN 1.1, 1.2, 1.3, 1.4 and 1.5; some tools leave the ending away."""

LETTERS_LIMIT = 50_000
"""How long all expressions of a file may be together."""

Compiled = TypeVar("Compiled", Expression, UnaryTests)


class Reader:
    """One file being read: its namespace, the names its expressions may use, and the problems found so far.

    ``names`` are all names of the file (those with spaces must be known to be read), ``known`` those that stand
    for a value: input data, decisions, and what the columns ask for, ``functions`` those that may be called.
    """

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.file = file
        self.namespace = etree.QName(root).namespace
        self.problems: list[Problem] = []
        self.names: frozenset[str] = frozenset()
        self.known: set[str] = set()
        self.functions: frozenset[str] = frozenset()
        self.letters = 0
        self.language = root.get("expressionLanguage")

    def children(self, element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
        """The child elements of DMN with these local names, or all of them."""
        for child in () if element is None else element:
            ours = isinstance(child.tag, str) and etree.QName(child).namespace == self.namespace
            if ours and (not names or local(child) in names):
                yield child

    def child(self, element: etree._Element | None, name: str) -> etree._Element | None:
        """The first child of that name."""
        return next(self.children(element, name), None)

    def report(self, code: str, element: etree._Element, **values: Any) -> None:
        """Note a problem at an element."""
        self.problems.append(problem(code, self.file, element=nearest_id(element), line=line_of(element), **values))

    def text(self, owner: etree._Element | None) -> str | None:
        """The ``<text>`` of an expression; None, and a problem, if something hides in it."""
        element = self.child(owner, "text")
        if element is None:
            return ""
        if len(element):
            self.report("rules-comment", element)
            return None
        return element.text or ""

    def expression(self, owner: etree._Element | None) -> Expression | None:
        """The compiled expression of an element; None if it is empty or wrong."""
        return self._compiled(owner, compile_expression)

    def tests(self, owner: etree._Element | None) -> UnaryTests | None:
        """The compiled tests of a cell; None if it is wrong."""
        return self._compiled(owner, compile_unary)

    def _compiled(
        self, owner: etree._Element | None, compiler: Callable[[str, frozenset[str], frozenset[str]], Compiled]
    ) -> Compiled | None:
        if owner is None or not self.in_feel(owner):
            return None
        text = self.text(owner)
        if text is None or self._too_long(owner, text) or (not text.strip() and compiler is compile_expression):
            return None
        try:
            return compiler(text, self.names, self.functions)
        except FeelError as error:
            self._wrong(owner, text, error)
            return None

    def _too_long(self, owner: etree._Element, text: str) -> bool:
        """Whether the expressions of the file together are longer than allowed; told once."""
        before = self.letters
        self.letters += len(text)
        if before <= LETTERS_LIMIT < self.letters:
            self.report("rules-too-long", owner, limit=LETTERS_LIMIT)
        return self.letters > LETTERS_LIMIT

    def _wrong(self, owner: etree._Element, text: str, error: FeelError) -> None:
        place = self.child(owner, "text")
        line = line_of(owner if place is None else place)
        self.problems.append(
            problem(
                "rules-expression",
                self.file,
                element=nearest_id(owner),
                line=line + error.line - 1,
                text=text.strip(),
                column=error.column,
                message=error.text,
            )
        )

    def in_feel(self, element: etree._Element) -> bool:
        """Whether an element's language is FEEL; a problem if not."""
        language = element.get("expressionLanguage") or self.language
        if language is None or "feel" in language.lower():
            return True
        self.report("rules-language", element, name=language)
        return False


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname


def line_of(element: etree._Element) -> int:
    """The line where an element begins."""
    line: Any = element.sourceline
    return int(line or 1)


def nearest_id(element: etree._Element) -> str | None:
    """The id of the element or of the closest one around it."""
    current: etree._Element | None = element
    while current is not None:
        if found := current.get("id"):
            return str(found)
        current = current.getparent()
    return None
