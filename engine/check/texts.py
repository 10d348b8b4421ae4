"""Is every text that people see there in English, too; and does texts.en.toml speak of what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.bpmn.model import Diagram
from engine.errors import DiagramError, Text
from engine.forms import read_form
from engine.package import TEXTS, Package, text_key
from engine.problems import Problem, problem
from engine.toml import line_of


def check_texts(package: Package, diagrams: Sequence[Diagram]) -> Iterator[Problem]:
    """A finding for each gap in the English texts, and for each text that belongs to nothing."""
    wanted = dict(_wanted(package, diagrams))
    for key, (file, element, line) in wanted.items():
        if key not in package.english:
            yield problem("text-missing", file, element=element, line=line, name=key)
    content = package.files.get(TEXTS, b"")
    for key in package.english:
        if key not in wanted and not key.startswith("process.toml#"):
            yield problem("text-unknown", TEXTS, element=key, line=line_of(content, key), name=key)


Wanted = tuple[str, tuple[str, str, int | None]]


def _wanted(package: Package, diagrams: Iterable[Diagram]) -> Iterator[Wanted]:
    if package.manifest.title.id == package.manifest.title.en:
        yield "process.toml#title", ("process.toml", "title", None)
    for diagram in diagrams:
        yield from _of_diagram(diagram)
    for file, content in package.named(".form").items():
        yield from _of_form(file, content)


def _of_diagram(diagram: Diagram) -> Iterator[Wanted]:
    for node in diagram.nodes():
        for attribute, words in (("name", node.name), ("instructions", node.instructions)):
            if words:
                yield text_key(diagram.file, node.id, attribute), (diagram.file, node.id, node.line)
    for process in diagram.processes:
        for flow in process.flows.values():
            if flow.name:
                yield text_key(diagram.file, flow.id, "name"), (diagram.file, flow.id, flow.line)


def _of_form(file: str, content: bytes) -> list[Wanted]:
    """All texts that reading the form asks for."""
    asked: list[tuple[str, str]] = []

    def ask(_file: str, element: str, attribute: str, words: str) -> Text:
        asked.append((element, attribute))
        return Text(words, words)

    try:
        form = read_form(content, file, ask)
    except DiagramError:
        return []
    lines = {f.key: f.line for f in form.fields}
    return [(text_key(file, e, a), (file, e, lines.get(e, 1))) for e, a in asked]
