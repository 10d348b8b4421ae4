"""The tables of the README as data, and the words of BPMN that they must all name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.bpmn.schema import schema
from engine.bpmn.xml import names

README = (Path(__file__).parents[3] / "README.md").read_text()
RUNS, REFUSED, DRAWN = "runs", "refused", "drawn only"
ABSTRACT = names(
    "activity artifact callableElement choreographyActivity conversationNode eventDefinition flowElement"
    " loopCharacteristics rootElement"
)
"""Names of the schema that only stand for others: no file can use them."""

Word = tuple[str, ...]
"""An element, an attribute, or both: ``("userTask", "default")``."""


Test = TypeVar("Test", bound=Callable[..., None])
SHOWN: dict[str, list[str]] = {}
"""The rows that run, or ``trigger, place`` of the events that do, and the tests that show how."""


def shows(*labels: str) -> Callable[[Test], Test]:
    """Mark a test as showing how rows of the README run."""

    def mark(test: Test) -> Test:
        for label in labels:
            SHOWN.setdefault(label, []).append(test.__name__)
        return test

    return mark


@dataclass(frozen=True)
class Row:
    """A row: what it is about, the verdict, the codes it names, and what is said of it."""

    label: str
    verdict: str
    codes: frozenset[str]
    said: str

    @property
    def words(self) -> set[Word]:
        """The elements and attributes that the row is about."""
        return {word for span in code_spans(self.label) for word in [_word(span)]}


def code_spans(text: str) -> list[str]:
    """Whatever stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def _word(span: str) -> Word:
    return tuple(re.sub(r'="[^"]*"', "", span).split())


def tables(title: str) -> Iterator[list[list[str]]]:
    """The tables under a heading, each a list of rows of cells, the heading row first."""
    start = README.index(f"\n### {title}\n")
    text = README[start : README.index("\n### ", start + 5)]
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [line.strip().strip("|") for line in block.splitlines()]
        cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
        yield [cells[0], *cells[2:]]


def rows() -> list[Row]:
    """All rows with a verdict."""
    found = [cells for head, *body in tables("Diagrams") if head[1] == "verdict" for cells in body]
    return [_row(*cells) for cells in found]


def _row(label: str, verdict: str, said: str) -> Row:
    kind = next(k for k in (RUNS, REFUSED, DRAWN) if verdict.startswith(k))
    return Row(label, kind, frozenset(code_spans(verdict)), said)


def reasons() -> Iterator[tuple[str, str]]:
    """What is refused somewhere, and why."""
    yield from ((row.label, row.said) for row in rows() if row.verdict == REFUSED)
    [(_, *body)] = [table for table in tables("Diagrams") if table[0][0] == "trigger"]
    yield from ((cells[0], cells[6]) for cells in body if set(cells[1:6]) != {RUNS})


def matrix() -> dict[tuple[str, str], str]:
    """Triggers by the event they stand in: ``runs``, or the code of the refusal."""
    [(head, *body)] = [table for table in tables("Diagrams") if table[0][0] == "trigger"]
    positions = [code_spans(cell)[0] for cell in head[1:6]]
    return {
        (cells[0].strip("`"), position): cell.strip("`")
        for cells in body
        for position, cell in zip(positions, cells[1:6], strict=True)
    }


def every_word() -> Iterator[tuple[str, set[Word]]]:
    """Each element and attribute that a file may hold, and the words that would name it in a table."""
    kinds = schema()
    named = {name: part.type for kind in kinds.values() for name, part in kind.parts.items()}
    elements = {(name,) for name in named} | {("definitions",)}
    for (element,) in sorted(elements - {(name,) for name in ABSTRACT}):
        holders = {(holder, element) for holder, type_name in named.items() if element in _parts(type_name)}
        yield element, {(element,), *holders}
    attributes = {name for kind in kinds.values() for name in kind.attributes}
    for attribute in sorted(attributes):
        yield attribute, {(attribute,)} | {(e, attribute) for e, t in named.items() if attribute in _attributes(t)}


def _parts(type_name: str) -> set[str]:
    return set(schema()[type_name].parts) if type_name in schema() else set()


def _attributes(type_name: str) -> set[str]:
    return set(schema()[type_name].attributes) if type_name in schema() else set()
