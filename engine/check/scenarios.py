"""Scenarios of a package: small stories, each with how it must end. Their form is checked here; playing them is not.

A file ``scenarios/<name>.yaml`` holds::

    title: Approved as asked            # optional
    on: 2026-02-02                      # optional: the day on which it begins, at noon
    about:                              # of a process with `about`: the story of the request that is meant,
      process: leave                    # played before on the released package of that process
      start: {by: P007, answers: {…}}
      steps: […]
    start:                              # who begins, and the answers of the first step
      by: P007                          # optional: a person; else anybody who may start
      behalf: P008                      # optional: the colleague for whom it is begun
      answers: {first: 2026-02-02, last: 2026-02-04}
    steps:                              # in order; each step is one person's answer
      - step: check
        role: personnel_officer         # optional: by a holder of this role; or  by: P011
        answers: {outcome: forward}
      - wait: P3D                       # or time that passes: timers go off when they are due
    expect:
      outcome: approved                 # the id of the end event that is reached
      open: [decide]                    # or the steps that are waiting at the end
      refused: true                     # or: the last answer must be refused
      about: cancelled                  # the status or the end of the request that is meant

An answer to a question for files is the name of a file, which is then made up. Where a one-time code is asked for, the
answer ``sent`` is the one that was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from engine.check.clock import OutOfTime
from engine.check.subject import Surroundings
from engine.errors import Text
from engine.feel.moments import duration_of
from engine.manifest import KEY, Field
from engine.package import Package
from engine.problems import Problem, problem

FOLDER = "scenarios/"
SIZE_LIMIT = 100_000
LEVELS_LIMIT = 12
MOST_STEPS = 200
LONGEST_WAIT = timedelta(days=3_660)
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Between these the stories play."""

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
    """One person's answer in a scenario, for a colleague perhaps; or time that passes."""

    step: str | None
    by: str | None
    role: str | None
    answers: Mapping[str, Any]
    line: int = 1
    behalf: str | None = None
    wait: timedelta | None = None


@dataclass(frozen=True)
class Story:
    """What happened before: an instance of another process, from its start on."""

    process: str
    start: Turn
    steps: tuple[Turn, ...]


@dataclass(frozen=True)
class Scenario:
    """A story with its expected end, which stands at ``line``. ``meant``: how the request that it is about ends up."""

    file: str
    title: str
    start: Turn
    steps: tuple[Turn, ...]
    outcome: str | None
    open: tuple[str, ...] | None
    refused: bool
    line: int = 1
    on: date | None = None
    about: Story | None = None
    meant: str | None = None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(v) for v in value)


def _is_turns(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_STEPS and all(isinstance(v, dict) for v in value)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) for k in value)


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(KEY, value) is not None


def _is_day(value: Any) -> bool:
    return type(value) is date and FIRST_YEAR <= value.year <= LAST_YEAR


def _waited(value: Any) -> timedelta | None:
    """How long a story waits, if it is a time that makes sense."""
    found = duration_of(value) if isinstance(value, str) else None
    return found if isinstance(found, timedelta) and timedelta(0) < found <= LONGEST_WAIT else None


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
START = {**TURN, "behalf": Field(False, _is_text, _PERSON)}
STEP = {"step": Field(True, _is_text, _STEP), **TURN}
WAIT = {
    "wait": Field(
        True,
        lambda v: _waited(v) is not None,
        Text("lama waktu, mis. P3D atau PT4H", "how long, e.g. P3D or PT4H"),
    )
}
EXPECT = {
    "outcome": Field(False, _is_text, Text("id peristiwa akhir", "the id of an end event")),
    "open": Field(False, _is_texts, Text("daftar langkah yang menunggu", "the list of steps that wait")),
    "refused": Field(False, lambda v: isinstance(v, bool), Text("true atau false", "true or false")),
    "about": Field(
        False,
        _is_text,
        Text("status atau akhir permohonan yang dimaksud", "the status or the end of the request that is meant"),
    ),
}
_START = Field(True, _is_map, Text("siapa memulai dan jawabannya", "who starts, and the answers"))
_TURNS = Field(False, _is_turns, Text("daftar langkah dengan jawabannya", "the list of steps with their answers"))
ABOUT = {
    "process": Field(True, _is_key, Text("kunci proses", "the key of a process")),
    "start": _START,
    "steps": _TURNS,
}
SCENARIO = {
    "title": Field(False, _is_text, _TEXT),
    "on": Field(False, _is_day, Text("tanggal, mis. 2026-12-01", "a date, e.g. 2026-12-01")),
    "about": Field(False, _is_map, Text("cerita permohonan yang dimaksud", "the story of the request that is meant")),
    "start": _START,
    "steps": _TURNS,
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
        yield from _meant(package, scenario, content)
        for role in dict.fromkeys(t.role for t in scenario.steps if t.role):
            if around.roles is not None and role not in around.roles:
                yield problem(
                    "manifest-role", file, element=role, line=_line_of(content, role), name=role, known=[*around.roles]
                )
        if run is not None and not problems:
            yield from _played(package, scenario, run)


def _meant(package: Package, scenario: Scenario, content: bytes) -> Iterator[Problem]:
    """A story is about a request if, and only if, its process is."""
    told, known = scenario.about.process if scenario.about else None, package.manifest.about
    if told not in known and (told is not None or known):
        yield problem("scenario-about", scenario.file, element="about", line=_line_of(content, "about"), known=[*known])


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
        problems += _fields(table["expect"], EXPECT, file, content, "expect.")
        problems += _of_story(table, file, content, "")
        if "about" in table:
            problems += _of_about(table["about"], file, content)
    return (None if any(p.is_error for p in problems) else _scenario(table, lines, file)), problems


def _of_about(table: Mapping[str, Any], file: str, content: bytes) -> Iterator[Problem]:
    found = [*_fields(table, ABOUT, file, content, "about.")]
    yield from found
    if not found:
        yield from _of_story(table, file, content, "about.")


def _of_story(table: Mapping[str, Any], file: str, content: bytes, path: str) -> Iterator[Problem]:
    yield from _fields(table["start"], START, file, content, f"{path}start.")
    for number, step in enumerate(table.get("steps", ()), 1):
        yield from _fields(step, WAIT if "wait" in step else STEP, file, content, f"{path}steps[{number}].")


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
    expect, about = table["expect"], table.get("about")
    return Scenario(
        file=file,
        title=table.get("title", file),
        start=_turn(table["start"], lines["start", 0]),
        steps=_turns(table, lines, ""),
        outcome=expect.get("outcome"),
        open=tuple(expect["open"]) if "open" in expect else None,
        refused=expect.get("refused", False),
        line=lines["expect", 0],
        on=table.get("on"),
        about=None if about is None else _story(about, lines),
        meant=expect.get("about"),
    )


def _story(table: Mapping[str, Any], lines: Lines) -> Story:
    start = _turn(table["start"], lines["about.start", 0])
    return Story(table["process"], start, _turns(table, lines, "about."))


def _turns(table: Mapping[str, Any], lines: Lines, path: str) -> tuple[Turn, ...]:
    steps = enumerate(table.get("steps", ()))
    return tuple(_turn(step, lines[f"{path}steps", number]) for number, step in steps)


def _turn(table: Mapping[str, Any], line: int) -> Turn:
    answers, behalf, wait = table.get("answers", {}), table.get("behalf"), _waited(table.get("wait"))
    return Turn(table.get("step"), table.get("by"), table.get("role"), answers, line, behalf, wait)


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
        return (
            {"on" if key is True else key: value for key, value in table.items()},
            lines,
            [],
        )  # YAML's own word for yes
    return {}, {}, [problem("scenario-syntax", file, line=line or 1)]


def _built(content: bytes) -> tuple[Any, Lines]:
    """What the file says, and the lines on which the parts of its entries begin."""
    loader = yaml.SafeLoader(content)
    try:
        root = loader.get_single_node()
        return (None, {}) if root is None else (loader.construct_document(root), dict(_lines(root)))
    finally:
        loader.dispose()


def _lines(root: yaml.Node, path: str = "") -> Iterator[tuple[tuple[str, int], int]]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        parts = value.value if isinstance(value, yaml.SequenceNode) else [key]
        for number, part in enumerate(parts):
            yield (f"{path}{key.value}", number), part.start_mark.line + 1
        if not path and key.value == "about":
            yield from _lines(value, "about.")


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
