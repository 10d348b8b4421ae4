"""The steps that wait for a person, as our own reading of the diagrams has them.

The library takes the lane that stands last in the file where several hold a step; the verdict, and the reader
of the picture, the innermost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagram import read_diagram
from engine.package import Package

DUE_DAYS = 3
"""Working days until a task is due whose step names none."""


@dataclass(frozen=True)
class Step:
    """A person's step as the diagram draws it."""

    id: str
    name: str
    lane: str
    form: str | None
    due_days: int
    instructions: str | None


def persons_steps(package: Package) -> Iterator[Step]:
    """All persons' steps of a package's diagrams, whether or not the process that it starts comes by them."""
    for file, content in package.named(".bpmn").items():
        for node in read_diagram(content, file).nodes():
            if node.is_person:
                yield Step(
                    id=node.id,
                    name=node.name or node.id,
                    lane=node.lane or "",
                    form=node.form,
                    due_days=int(node.properties.get("dueDays", DUE_DAYS)),
                    instructions=node.instructions or None,
                )
