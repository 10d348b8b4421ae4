"""Scenarios of a package: small stories, each with how it must end. Their form is checked here; playing them is not.

A file ``scenarios/<name>.yaml`` holds::

    title: Approved as asked            # optional
    start:                              # who begins, and the answers of the first step
      by: P007                          # optional: a person; else anybody who may start
      answers: {first: 2026-02-02, last: 2026-02-04}
    steps:                              # in order; each step is one person's answer
      - step: check
        role: personnel_officer         # optional: by a holder of this role; or  by: P011
        answers: {outcome: forward}
    expect:
      outcome: approved                 # the id of the end event that is reached
      open: [decide]                    # or the steps that are waiting at the end
      refused: true                     # or: the last answer must be refused
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from engine.check.clock import OutOfTime
from engine.check.subject import Surroundings
from engine.errors import Text
from engine.manifest import Field
from engine.package import Package
from engine.problems import Problem, problem

FOLDER = "scenarios/"
SIZE_LIMIT = 100_000
LEVELS_LIMIT = 12
MOST_STEPS = 200

Lines = Mapping[tuple[str, int], int]
"""The line of each entry of a scenario; of each of its parts, if it is a list."""

RunScenario = Callable[[Package, "Scenario"], "Surprise | None"]
"""Plays a scenario; None if it ends as it says. May raise `OutOfTime`."""


@dataclass(frozen=True)
class Surprise:
    """Where and how a story goes another way than it is written."""

    line: int
    reason: Text


@dataclass(frozen=True)
class Turn:
    """One person's answer in a scenario."""

    step: str | None
    by: str | None
    role: str | None
    answers: Mapping[str, Any]
    line: int = 1


@dataclass(frozen=True)
class Scenario:
    """A story with its expected end, which stands at ``line``."""

    file: str
    title: str
    start: Turn
    steps: tuple[Turn, ...]
    outcome: str | None
    open: tuple[str, ...] | None
    refused: bool
    line: int = 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(v) for v in value)


def _is_turns(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_STEPS and all(isinstance(v, dict) for v in value)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) for k in value)


_TEXT = Text("tulisan", "a text")
_STEP = Text("id sebuah langkah orang", "the id of a person's step")
_PERSON = Text("nomor pegawai", "the id of a person")
_ROLE = Text("kunci sebuah peran", "the key of a role")
_ANSWERS = Text("pasangan isian: jawaban", "pairs of field: answer")

TURN = {
    "by": Field(False, _is_text, _PERSON),
    "role": Field(False, _is_text, _ROLE),
    "answers": Field(False, _is_map, _ANSWERS),
}
STEP = {"step": Field(True, _is_text, _STEP), **TURN}
EXPECT = {
    "outcome": Field(False, _is_text, Text("id peristiwa akhir", "the id of an end event")),
    "open": Field(False, _is_texts, Text("daftar langkah yang menunggu", "the list of steps that wait")),
    "refused": Field(False, lambda v: isinstance(v, bool), Text("true atau false", "true or false")),
}
SCENARIO = {
    "title": Field(False, _is_text, _TEXT),
    "start": Field(True, _is_map, Text("siapa memulai dan jawabannya", "who starts, and the answers")),
    "steps": Field(False, _is_turns, Text("daftar langkah dengan jawabannya", "the list of steps with their answers")),
    "expect": Field(True, _is_map, Text("bagaimana akhirnya", "how it must end")),
}


def check_scenarios(
    package: Package, steps: frozenset[str], around: Surroundings, run: RunScenario | None
) -> Iterator[Problem]:
    """All findings about the scenarios' form; with ``run``, also about how they end."""
    for file, content in package.named(".yaml").items():
        if not file.startswith(FOLDER):
            continue
        scenario, problems = read_scenario(content, file)
        yield from problems
        if scenario is None:
            continue
        named = [t.step for t in scenario.steps if t.step] + list(scenario.open or ())
        for name in dict.fromkeys(n for n in named if n not in steps):
            yield problem("scenario-step", file, element=name, line=_line_of(content, name), name=name)
        for role in dict.fromkeys(t.role for t in scenario.steps if t.role):
            if around.roles is not None and role not in around.roles:
                yield problem(
                    "manifest-role", file, element=role, line=_line_of(content, role), name=role, known=[*around.roles]
                )
        if run is not None and not problems:
            yield from _played(package, scenario, run)


def _played(package: Package, scenario: Scenario, run: RunScenario) -> Iterator[Problem]:
    try:
        surprise = run(package, scenario)
    except OutOfTime as stopped:
        code = "scenario-slow" if stopped.too_slow else "scenario-unplayed"
        yield problem(code, scenario.file, line=1)
        return
    if surprise is not None:
        yield problem("scenario-failed", scenario.file, line=surprise.line, reason=surprise.reason)


def read_scenario(content: bytes, file: str) -> tuple[Scenario | None, list[Problem]]:
    """The scenario in a YAML file, or None, with all that is wrong with it."""
    table, lines, problems = _read_yaml(content, file)
    if problems:
        return None, problems
    problems = [*_fields(table, SCENARIO, file, content, "")]
    if not any(p.is_error for p in problems):
        problems += _fields(table["start"], TURN, file, content, "start.")
        problems += _fields(table["expect"], EXPECT, file, content, "expect.")
        for number, step in enumerate(table.get("steps", ()), 1):
            problems += _fields(step, STEP, file, content, f"steps[{number}].")
    return (None if any(p.is_error for p in problems) else _scenario(table, lines, file)), problems


def _fields(
    table: Mapping[Any, Any], known: Mapping[str, Field], file: str, content: bytes, path: str
) -> Iterator[Problem]:
    for name in table:
        if name not in known:
            line = _line_of(content, str(name))
            yield problem("scenario-unknown", file, element=str(name), line=line, field=f"{path}{name}", known=[*known])
    for name, field in known.items():
        if name in table and not field.accepts(table[name]):
            line = _line_of(content, name)
            yield problem("scenario-value", file, element=name, line=line, field=path + name, meaning=field.meaning)
        elif field.required and name not in table:
            yield problem("scenario-missing", file, element=name, line=1, field=path + name, meaning=field.meaning)


def _scenario(table: Mapping[str, Any], lines: Lines, file: str) -> Scenario:
    expect = table["expect"]
    steps = enumerate(table.get("steps", ()))
    return Scenario(
        file=file,
        title=table.get("title", file),
        start=_turn(table["start"], lines["start", 0]),
        steps=tuple(_turn(step, lines["steps", number]) for number, step in steps),
        outcome=expect.get("outcome"),
        open=tuple(expect["open"]) if "open" in expect else None,
        refused=expect.get("refused", False),
        line=lines["expect", 0],
    )


def _turn(table: Mapping[str, Any], line: int) -> Turn:
    return Turn(table.get("step"), table.get("by"), table.get("role"), table.get("answers", {}), line)


def _read_yaml(content: bytes, file: str) -> tuple[dict[Any, Any], Lines, list[Problem]]:
    """A YAML mapping without anchors, references and deep nesting: those are checked before anything is built."""
    if len(content) > SIZE_LIMIT:
        return {}, {}, [problem("file-too-large", file, limit="100 kB")]
    try:
        line = _refused_line(content)
        table, lines = _built(content) if line is None else (None, {})
    except yaml.MarkedYAMLError as error:
        line, table = int(getattr(error.problem_mark, "line", 0)) + 1, None
    except (yaml.YAMLError, ValueError):
        line, table = 1, None
    if isinstance(table, dict):
        return table, lines, []
    return {}, {}, [problem("scenario-syntax", file, line=line or 1)]


def _built(content: bytes) -> tuple[Any, Lines]:
    """What the file says, and the lines on which the parts of its entries begin."""
    loader = yaml.SafeLoader(content)
    try:
        root = loader.get_single_node()
        return (None, {}) if root is None else (loader.construct_document(root), dict(_lines(root)))
    finally:
        loader.dispose()


def _lines(root: yaml.Node) -> Iterator[tuple[tuple[str, int], int]]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        parts = value.value if isinstance(value, yaml.SequenceNode) else [key]
        for number, part in enumerate(parts):
            yield (str(key.value), number), part.start_mark.line + 1


def _refused_line(content: bytes) -> int | None:
    """The first line with an anchor, a reference, a tag of another language or too deep a nesting."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        marked = getattr(event, "anchor", None) or (getattr(event, "tag", None) or "").startswith(
            "tag:yaml.org,2002:python"
        )
        if marked or depth > LEVELS_LIMIT:
            return int(getattr(event.start_mark, "line", 0)) + 1
    return None


def _line_of(content: bytes, name: str) -> int:
    at = content.find(name.encode())
    return content.count(b"\n", 0, at) + 1 if at >= 0 else 1
