"""What waits in a process or subprocess, and who of them looks up when something has happened there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState


class Waiting:
    """Mixin: waiting tasks are found by a scan of the few there are, instead of by a walk along the tree.

    Of the tokens at a join only the oldest looks up: if it cannot go on, none can. Else a wide diagram would
    cost the square of its width at every step.
    """

    tasks: dict[Any, SpiffTask]

    def update_waiting_tasks(self) -> None:
        """Let what waits see whether it may go on."""
        for task in _oldest_at_each_join(t for t in self.tasks.values() if t.state == TaskState.WAITING):
            if task.state == TaskState.WAITING:  # not taken along by a join in the meantime
                task.task_spec._update(task)


class SubWorkflow(Waiting, BpmnSubWorkflow):
    """What goes on inside a subprocess or a called process."""


def _oldest_at_each_join(waiting: Iterable[SpiffTask]) -> list[SpiffTask]:
    oldest: dict[Any, SpiffTask] = {}
    for task in waiting:
        place = task.internal_data.get("place")
        known = oldest.get(task.task_spec) if place else None
        if known is None or place < known.internal_data["place"]:
            oldest[task.task_spec if place else task.id] = task
    return list(oldest.values())
