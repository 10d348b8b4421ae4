"""What is being judged, and how a check tells what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.actor import Role
from engine.bpmn.model import Diagram, Flow, Node, Process
from engine.limits import DEFAULT, Limits
from engine.package import Package
from engine.problems import WARNING, Problem, problem
from engine.services import Service

Place = Node | Flow | Process


@dataclass(frozen=True)
class Surroundings:
    """What a package may use: services by name, roles by key. None: not known here, so nothing is said of them."""

    services: Mapping[str, Service] | None = None
    roles: Mapping[str, Role] | None = None
    limits: Limits = DEFAULT

    def role(self, lane: str) -> Role | None:
        """The role that a lane's name stands for: its key or its name in either language."""
        known = self.roles or {}
        named = (r for r in known.values() if lane.casefold() in (r.name.id.casefold(), r.name.en.casefold()))
        return known.get(lane) or next(named, None)


@dataclass(frozen=True)
class Subject:
    """A diagram with its package; ``package`` is None for a file that stands alone.

    ``diagrams`` are all of the package, this one included.
    """

    diagram: Diagram
    package: Package | None
    around: Surroundings
    diagrams: tuple[Diagram, ...] = ()

    def processes(self) -> Iterator[Process]:
        """All processes of the package, or of the file that stands alone."""
        for diagram in self.diagrams or (self.diagram,):
            yield from diagram.processes

    def called(self, process_id: str | None) -> Process | None:
        """The process that a call activity means."""
        found = (d.process(process_id) for d in self.diagrams or (self.diagram,)) if process_id else ()
        return next((process for process in found if process is not None), None)

    @property
    def alone(self) -> bool:
        """Whether roles, forms and services of a package are out of sight."""
        return self.package is None

    def tell(
        self, code: str, place: Node | Flow | Process | None, *, line: int | None = None, **values: Any
    ) -> Problem:
        """A finding at a node, flow or process of the diagram."""
        return problem(
            code,
            self.diagram.file,
            element=place.id if place else None,
            line=line or (place.line if place else 1),
            **values,
        )

    def tell_if_packed(self, code: str, place: Place, *, line: int | None = None, **values: Any) -> Problem:
        """A finding that is only a warning as long as the file stands alone."""
        found = self.tell(code, place, line=line, **values)
        if not self.alone:
            return found
        return Problem(WARNING, found.code, found.file, found.element, found.line, found.message)
