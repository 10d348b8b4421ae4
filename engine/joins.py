"""Where paths come together: tokens that wait in line, what they know together, and the joins that nobody draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.merge import ParallelConflict, merge_branches, same
from engine.nodes import UNFINISHED, Plain, follow


class EndJoin(Plain, _EndJoin):
    """Where a process, or a subprocess, waits for all its paths to end, and keeps what each of them wrote.

    The library's own looks at most 1,000 steps back, and lets a path that ends late (the answer to a
    reminder, say) undo what was written since it began.
    """

    def _update_hook(self, my_task: SpiffTask) -> bool:
        wait_in_line(my_task)
        if any(
            t.has_state(UNFINISHED | TaskState.FUTURE) and self._is_before(t) for t in my_task.workflow.tasks.values()
        ):
            return False
        tokens = waiting_line(my_task)
        my_task.data = joined(on_paths(tokens), merge_latest)
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        my_task.workflow.data.update(my_task.data)
        follow(my_task)
        return True

    def _is_before(self, spiff_task: SpiffTask) -> bool:
        return spiff_task.task_spec is not self and spiff_task.task_spec.name not in self._outputs


class BoundaryJoin(BoundaryEventJoin):
    """Where a step and its boundary events meet unseen: when the step is over, they stop waiting.

    The library's own also takes away what a repeated timer has started, a reminder that is being answered.
    """

    def _check_threshold_structured(self, my_task: SpiffTask) -> tuple[bool, list[SpiffTask]]:
        finished, cancelled = super()._check_threshold_structured(my_task)
        for event in cancelled:
            if event.children and isinstance(event.task_spec, BoundaryEvent):
                event.workflow.top_workflow.event_manager.remove_task(event)
                event._set_state(TaskState.COMPLETED)
        return finished, [task for task in cancelled if task.state != TaskState.COMPLETED]


def on_paths(tokens: list[SpiffTask]) -> list[SpiffTask]:
    """The tokens that are drawn: what leaves a boundary event's join knows nothing that its path knows no better."""
    drawn = (t for t in tokens if not isinstance(t.task_spec, BoundaryEventJoin))
    return [t for t in drawn if not isinstance(t.parent.task_spec, BoundaryEventJoin)] or tokens


def wait_in_line(spiff_task: SpiffTask) -> None:
    """Let a token wait at a join; its place in the line survives saving, as the clock of its arrival does not."""
    if "place" not in spiff_task.internal_data:
        spiff_task.internal_data["place"] = 1 + max(
            (t.internal_data["place"] for t in waiting_line(spiff_task)), default=0
        )
    spiff_task._set_state(TaskState.WAITING)


def waiting_line(spiff_task: SpiffTask) -> list[SpiffTask]:
    """The tokens that wait at the same join, in the order of their arrival."""
    same_join = (t for t in spiff_task.workflow.tasks.values() if t.task_spec is spiff_task.task_spec)
    return sorted((t for t in same_join if t.state == TaskState.WAITING), key=lambda t: t.internal_data["place"])


Merge = Callable[[Mapping[str, Any], Sequence[tuple[str, Mapping[str, Any]]]], dict[str, Any]]


def joined(tokens: Sequence[SpiffTask], merge: Merge) -> dict[str, Any]:
    """What the tokens know together, merged at each point where their paths parted, the last parting first."""
    lines = {token: [token, *ancestors(token)] for token in tokens}
    if len(tokens) == 1:
        return dict(tokens[0].data)
    shared = set.intersection(*map(set, lines.values()))
    parting = next(task for task in lines[tokens[0]] if task in shared)
    branches: dict[SpiffTask, list[SpiffTask]] = {}
    for token, line in lines.items():
        branches.setdefault(line[line.index(parting) - 1], []).append(token)
    return merge(parting.data, [(_last_step(group), joined(group, merge)) for group in branches.values()])


def _last_step(tokens: Sequence[SpiffTask]) -> str:
    """What a branch is called for people: the name of the last node on it."""
    spec = tokens[-1].parent.task_spec
    return str(spec.bpmn_name or spec.name)


def merge_latest(base: Mapping[str, Any], branches: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """As `merge_branches`; but nobody is left to settle a conflict when a process ends, so the last word counts."""
    try:
        return merge_branches(base, branches)
    except ParallelConflict:
        merged = dict(base)
        for _, data in branches:
            merged.update({k: v for k, v in data.items() if not (k in base and same(base[k], v))})
        return merged


def ancestors(spiff_task: SpiffTask) -> list[SpiffTask]:
    """The tasks before a task, the nearest first."""
    line = []
    task = spiff_task.parent
    while task is not None:
        line.append(task)
        task = task.parent
    return line
