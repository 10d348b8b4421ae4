"""Decision tables of a package: read as the engine reads them, with their gaps and overlaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.xml import read_xml
from engine.dmn import Decision, RulesError, gaps_and_overlaps, read_decisions
from engine.problems import Problem, problem


@dataclass(frozen=True)
class Rules:
    """All decisions that could be read, with their file, and the ids of those that could not."""

    decisions: Mapping[str, tuple[str, Decision]] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()


def check_rules(files: Mapping[str, bytes]) -> tuple[Rules, list[Problem]]:
    """The decisions of the ``.dmn`` files with all findings about them."""
    decisions: dict[str, tuple[str, Decision]] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    for file, content in files.items():
        try:
            found = read_decisions(content, file)
        except RulesError as error:
            problems += [p for p in error.problems if isinstance(p, Problem)]
            unread |= _ids_in(content)
            continue
        problems += found.warnings
        for name in found:
            if name in decisions:
                line, other = found[name].line, decisions[name][0]
                problems.append(problem("decision-twice", file, element=name, line=line, name=name, other=other))
            decisions[name] = (file, found[name])
            if (table := found[name].table) is not None:
                problems += [finding.problem(file) for finding in gaps_and_overlaps(table)]
    return Rules(decisions, frozenset(decisions) | frozenset(unread)), problems


def _ids_in(content: bytes) -> set[str]:
    """Ids of the decisions in a file that is refused, so that calling them is not told as a second mistake."""
    root, _ = read_xml(content, "")
    return set() if root is None else {str(e.get("id")) for e in root.iter("{*}decision")}
