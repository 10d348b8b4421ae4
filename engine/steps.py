"""The steps that wait for a person, as our own reading of the diagrams has them.

The library takes the lane that stands last in the file where several hold a step; the verdict, and the reader
of the picture, the innermost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.model import Node
from engine.diagram import read_diagram
from engine.package import Package

DUE_DAYS = 3
"""Working days until a task is due whose step names none."""
REMIND_DAYS = 1
"""Working days before the due day on whose morning the holder is reminded, where the step names none."""
ESCALATE_DAYS = 2
"""Working days after the due day on whose morning the post above is told, where the step names none; 0: never."""
DAYS = {"dueDays": DUE_DAYS, "remindDays": REMIND_DAYS, "escalateDays": ESCALATE_DAYS}
"""The properties of a step that are numbers of working days."""
DUE_HOURS = "dueHours"
"""The property of a step whose time a law counts by the clock: hours since the request was sent, nights and all."""


@dataclass(frozen=True)
class Step:
    """A person's step as the diagram draws it."""

    id: str
    name: str
    lane: str
    form: str | None
    due_days: int
    due_hours: int | None
    """Instead of ``due_days``: hours by the clock since the request was sent."""
    remind_days: int
    escalate_days: int
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
                    due_days=_days(node, "dueDays"),
                    due_hours=int(node.properties[DUE_HOURS]) if DUE_HOURS in node.properties else None,
                    remind_days=_days(node, "remindDays"),
                    escalate_days=_days(node, "escalateDays"),
                    instructions=node.instructions or None,
                )


def _days(node: Node, name: str) -> int:
    return int(node.properties.get(name, DAYS[name]))
