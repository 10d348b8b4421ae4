"""The package as a whole: nothing twice, nothing left over, and no letter that reaches out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.bpmn.model import SUBPROCESS_KINDS, Diagram
from engine.check.rules import Rules
from engine.package import Package
from engine.problems import Problem, problem


def check_whole(package: Package, diagrams: Sequence[Diagram], rules: Rules) -> Iterator[Problem]:
    """All findings about how the files of a package belong together."""
    yield from _twice(diagrams)
    yield from _unused_processes(package, diagrams)
    yield from _unused_files(package, diagrams, rules)
    for file, content in package.named(".typ").items():
        if (at := content.find(b"@preview")) >= 0:
            yield problem("letter-package", file, line=content.count(b"\n", 0, at) + 1)


def _twice(diagrams: Sequence[Diagram]) -> Iterator[Problem]:
    """Ids of processes, subprocesses and persons' steps, which have one space of names in all files together."""
    seen: dict[str, str] = {}
    for diagram in diagrams:
        things = [(p.id, p.line) for p in diagram.processes]
        things += [(n.id, n.line) for n in diagram.nodes() if n.is_person or n.kind in SUBPROCESS_KINDS]
        for name, line in things:
            other = seen.setdefault(name, diagram.file)
            if other != diagram.file:
                yield problem("id-in-two-files", diagram.file, element=name, line=line, name=name, other=other)


def _unused_processes(package: Package, diagrams: Sequence[Diagram]) -> Iterator[Problem]:
    called = {n.attributes.get("calledElement") for d in diagrams for n in d.nodes()}
    for diagram in diagrams:
        for process in diagram.processes:
            if process.nodes and process.id not in called | {package.manifest.process}:
                yield problem("unused", diagram.file, element=process.id, line=process.line, name=process.id)


def _unused_files(package: Package, diagrams: Sequence[Diagram], rules: Rules) -> Iterator[Problem]:
    nodes = [n for d in diagrams for n in d.nodes()]
    forms, decided = {n.form for n in nodes}, {n.decision for n in nodes}
    for file in package.named(".form"):
        if file not in forms:
            yield problem("unused", file, line=1, name=file)
    required = {r.id for _, decision in rules.decisions.values() for r in decision.requires}
    for name, (file, decision) in rules.decisions.items():
        if name not in decided | required:
            yield problem("unused", file, element=name, line=decision.line, name=name)
