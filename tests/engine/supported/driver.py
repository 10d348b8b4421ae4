"""A small diagram, compiled and run by the real engine, saved and loaded after every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from engine.feel import compile_expression
from engine.limits import Limits
from engine.spiff import Compiled, Workflow, compile_package
from engine.state import dump, load
from tests.support import diagram, package


class Host:
    """Surroundings of a workflow without a database; its services answer with what they were given."""

    zone: tzinfo = UTC
    limits = Limits()

    def __init__(self, compiled: Compiled) -> None:
        self.compiled, self.now = compiled, datetime(2026, 11, 2, tzinfo=UTC)
        self.called: list[tuple[str, Mapping[str, Any]]] = []

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        return compile_expression(expression).evaluate(data, now=self.now, zone=self.zone)

    def call_service(self, name: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.called.append((name, dict(parameters)))
        return {"given": dict(parameters)}

    def decide(self, decision: str, data: Mapping[str, Any]) -> Any:
        return self.compiled.decisions[decision][decision].evaluate(data, now=self.now, zone=self.zone)


class Run:
    """An instance of a package's process."""

    def __init__(self, bpmn: bytes, *, files: Mapping[str, bytes] | None = None, process: str = "flow") -> None:
        self.compiled = compile_package(package(bpmn, files=files, process=process))
        self.host = Host(self.compiled)
        self.workflow = Workflow(self.compiled, self.host)
        self.path: list[str] = []
        self.workflow.advance()
        self._save()

    def do(self, *steps: str, **answers: Any) -> Run:
        """Complete steps one after the other, each with these answers; of several items, the first that waits."""
        for step in steps:
            waiting = [t for t in self.workflow.waiting_steps() if self.compiled.step_of(t) == step]
            assert waiting, f"{step} is not open; open are {self.open}"
            first = min(waiting, key=lambda task: task.internal_data.get("key_or_index", 0))
            self.workflow.give(first, answers)
            self._save()
        return self

    def wait(self, **time: float) -> Run:
        """Let time pass, and what is due happen."""
        self.host.now += timedelta(**time)
        self.workflow.advance()
        self._save()
        return self

    def _save(self) -> None:
        self.path += self.workflow.path
        if not self.workflow.completed:  # else the engine keeps no state
            self.workflow, _ = load(dump(self.workflow, {}), self.compiled, self.host)

    @property
    def open(self) -> list[str]:
        """The steps that wait for a person, as often as they do."""
        return sorted(self.compiled.step_of(task) for task in self.workflow.waiting_steps())

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return bool(self.workflow.completed)

    @property
    def data(self) -> dict[str, Any]:
        """What the process knows: at its end, or at the one step that waits."""
        if self.ended:
            return dict(self.workflow.data)
        [task] = self.workflow.waiting_steps()
        return dict(task.data)


def begun(
    nodes: Mapping[str, str], flows: Iterable[str], *, files: Mapping[str, bytes] | None = None, **more: Any
) -> Run:
    """An instance of a small diagram, told as in `tests.support.diagram`."""
    return Run(diagram(nodes, flows, **more), files=files)
