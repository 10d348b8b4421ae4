"""Scopes: what goes on in a process or an activity, what is known there, and how it is called off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.joins import ancestors, joined, merge_latest, on_paths
from engine.merge import same
from engine.nodes import UNFINISHED


def call_off(tasks: Iterable[SpiffTask]) -> None:
    """Cancel what has not finished among these tasks, and all that goes on inside them."""
    for task in list(tasks):
        if not task.has_state(TaskState.NOT_FINISHED_MASK):
            continue
        task._set_state(TaskState.CANCELLED)
        top = task.workflow.top_workflow
        top.event_manager.remove_task(task)
        inside = top.subprocesses.get(task.id)
        if inside is not None:
            inside.completed = True
            call_off(inside.tasks.values())


def interrupt(event: SpiffTask) -> None:
    """Call off the activity beside which a boundary event has occurred, and its other boundary events.

    What the activity wrote inside is gone with it: the path behind the event goes on with the data of the
    scope that caught it, as they were when the activity began.
    """
    for task in event.parent.children:
        if task is event:
            continue
        if isinstance(task.task_spec, BoundaryEvent):
            stop_waiting(task)
        else:
            call_off(below(task))


def stop_waiting(event: SpiffTask) -> None:
    """Let a boundary event wait no more; what it has begun beside the activity goes on."""
    if event.state == TaskState.WAITING and event.children:
        event.workflow.top_workflow.event_manager.remove_task(event)
        event._set_state(TaskState.COMPLETED)
    else:
        call_off([event])


def below(spiff_task: SpiffTask) -> Iterator[SpiffTask]:
    """The task and all that came of it."""
    todo = [spiff_task]
    while todo:
        task = todo.pop()
        yield task
        todo += task.children


def terminate(end: SpiffTask) -> None:
    """End the scope of an end event at once: what its paths have written stays, what they were at is called off."""
    [last] = end.children
    last.data = known(end.workflow, last)
    kept = set(below(last))
    call_off(task for task in end.workflow.tasks.values() if task not in kept)
    last.task_spec._update(last)


def known(workflow: Any, last: SpiffTask | None = None) -> dict[str, Any]:
    """What all tokens of a scope know together; where two contradict each other, ``last`` has the last word."""
    tokens = _tokens(workflow)
    return joined(sorted(on_paths(tokens), key=lambda task: task is last), merge_latest) if tokens else {}


def known_everywhere(top: Any) -> dict[str, Any]:
    """What is known in the whole instance: of each scope what its tokens know, inner scopes last."""
    data = known(top)
    for scope in sorted(top.get_active_subprocesses(), key=lambda scope: scope.depth):
        before = top.get_task_from_id(scope.parent_task_id).data
        data |= {
            name: value for name, value in known(scope).items() if not (name in before and same(before[name], value))
        }
    return data


def is_repetition(spiff_task: SpiffTask) -> bool:
    """Whether a task is one of the repetitions of an activity, which is the task above it."""
    return bool(spiff_task.triggered and isinstance(spiff_task.parent.task_spec, LoopTask))


def _has_items(spiff_task: SpiffTask) -> bool:
    return isinstance(spiff_task.task_spec, MultiInstanceTask)


def _tokens(workflow: Any) -> list[SpiffTask]:
    """The tasks that hold the tokens of a scope; a step repeated for items holds one for all of them."""
    tokens = [
        task
        for task in workflow.tasks.values()
        if task.has_state(UNFINISHED) and task.parent and not (is_repetition(task) and _has_items(task.parent))
    ]
    behind = {task.id for token in tokens for task in ancestors(token)}
    return [task for task in tokens if task.id not in behind]
