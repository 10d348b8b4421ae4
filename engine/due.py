"""Timers: when they are due, and how they go off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.task import Task as SpiffTask

from engine import timers
from engine.nodes import begin_beside


def due_timers(spiff_task: SpiffTask) -> Iterator[tuple[str, datetime]]:
    """The timers that a task waits for: their keys, and when they are due."""
    for key, value in spiff_task.internal_data.items():
        if key.startswith("due "):
            yield key, value


def set_off(spiff_task: SpiffTask, timer: str) -> None:
    """Let a timer go off that the task waits for."""
    spiff_task.internal_data["goes off"] = timer
    spiff_task.task_spec._update(spiff_task)


class _Timer:
    """Mixin: the value is FEEL when it starts with ``=``, else ISO text; 'now' is given, never read.

    An overdue timer goes off when it is its turn (`set_off`), not when the library looks at it: of two that
    are overdue, both interrupting one step, the later one must find itself gone.
    """

    expression: str
    name: str

    @property
    def key(self) -> str:
        """Where a waiting task keeps this timer's due moment: several timers may share one task."""
        return f"due {self.name}"

    def _value(self, my_task: SpiffTask) -> Any:
        text = self.expression.strip()
        return my_task.workflow.top_workflow.host.evaluate(text[1:], my_task.data) if text.startswith("=") else text

    _first_due: Callable[[SpiffTask, Any], datetime]

    def has_fired(self, my_task: SpiffTask) -> bool:
        host = my_task.workflow.top_workflow.host
        if self.key not in my_task.internal_data:
            my_task.internal_data[self.key] = self._first_due(my_task, host)
        return bool(my_task.internal_data.get("goes off") == self.key)

    def reset(self, my_task: SpiffTask) -> None:
        my_task.internal_data.pop(self.key, None)
        my_task.internal_data.pop("goes off", None)


class DateTimer(_Timer, TimeDateEventDefinition):
    """Fires at a moment."""

    def _first_due(self, my_task: SpiffTask, host: Any) -> datetime:
        due = timers.moment(self._value(my_task), host.zone, self.name)
        return timers.near(due, host.limits, self.name, now=host.now)


class DurationTimer(_Timer, DurationTimerEventDefinition):
    """Fires a duration after it began to wait."""

    def _first_due(self, my_task: SpiffTask, host: Any) -> datetime:
        return timers.duration(self._value(my_task), host.limits, self.name).after(host.now, host.zone)


class CycleTimer(_Timer, CycleTimerEventDefinition):
    """Fires again and again; occurrences missed while nothing ran are made up for once."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        return bool(my_task.internal_data.get("event_fired", False))

    def cycle_complete(self, my_task: SpiffTask) -> bool:
        host = my_task.workflow.top_workflow.host
        repetition = timers.repetition(self._value(my_task), host.limits, self.name)
        inner = my_task.internal_data
        if self.key not in inner:
            inner[self.key], inner["left"] = repetition.every.after(host.now, host.zone), repetition.count
        if inner.pop("goes off", None) != self.key:
            return False
        while inner[self.key] <= host.now:
            inner[self.key] = repetition.every.after(inner[self.key], host.zone)
        if inner["left"] is not None:
            inner["left"] -= 1
            if inner["left"] == 0:
                inner.pop(self.key)
                inner["event_fired"] = True
        return True

    def update_task(self, my_task: SpiffTask) -> None:
        if my_task.internal_data.get("event_fired") or not self.cycle_complete(my_task):
            return
        begin_beside(my_task)
        if my_task.internal_data.get("event_fired"):
            my_task._ready()
