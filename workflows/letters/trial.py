"""Whether the template of a package makes letters at all: it is tried out before anybody decides by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.diagram import Diagram
from engine.package import Package
from engine.problems import Problem, problem
from workflows.letters import rendering
from workflows.letters.content import Kind

TEMPLATE = "letter.typ"


def letter_can_be_set(diagram: Diagram, package: Package, *, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """A problem if the package's template fails with made-up data of one of the kinds that it is home to."""
    template = package.files.get(TEMPLATE)
    samples = [each for kind in kinds.values() if kind.home == package.manifest.key for each in kind.samples]
    if template is None or not samples or diagram.file != package.manifest.diagram:
        return
    if (failed := rendering.try_out(template.decode("utf-8", "replace"), samples)) is not None:
        yield problem("letter-broken", TEMPLATE, line=failed.line or 1, reason=failed.words or "limit")
