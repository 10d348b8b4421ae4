"""The library's node classes as Alur runs them: plugged in by the parser, the library itself untouched.

Every node here is *lazy*: what comes after it is created when it runs, not predicted before. So a
diagram with many parallel blocks costs no more than its open steps, and a saved state holds them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine import timers

UNFINISHED = TaskState.WAITING | TaskState.READY | TaskState.STARTED
"""States of tasks that something may still happen to, predictions aside."""


def follow(spiff_task: SpiffTask, specs: Sequence[Any] | None = None) -> None:
    """Create what comes next, just before ``spiff_task`` completes."""
    spiff_task._sync_children(list(spiff_task.task_spec.outputs if specs is None else specs), TaskState.FUTURE)
    for child in spiff_task.children:
        if child.state != TaskState.FUTURE:
            continue
        if isinstance(child.task_spec, Plain):
            child.data = dict(spiff_task.data)  # else the library copies each value one by one
        else:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


class Plain:
    """Mixin: begins with just the data of the node before it, and predicts nothing."""


class Lazy:
    """Mixin: no prediction; the next nodes are created on running."""

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Nothing is known before the node has run."""

    def _run_hook(self, my_task: SpiffTask) -> Any:
        result = super()._run_hook(my_task)  # type: ignore[misc]  # the library's method
        if result and not isinstance(getattr(self, "event_definition", None), CycleTimer):
            follow(my_task)  # a repeated timer has created what follows at each occurrence
        return result


class UserTask(Plain, Lazy, spiff.UserTask):
    """A step that waits for a person."""


class ManualTask(Plain, Lazy, spiff.ManualTask):
    """A step done outside the computer and reported by a person."""


class StartEvent(Lazy, bpmn.StartEvent):
    """Where a process, or a subprocess, begins."""


class EndEvent(Plain, Lazy, bpmn.EndEvent):
    """Where a path ends."""


class IntermediateThrowEvent(Lazy, bpmn.IntermediateThrowEvent):
    """Sends a message, a signal or an escalation, or merely marks a point."""


class IntermediateCatchEvent(Lazy, bpmn.IntermediateCatchEvent):
    """Waits for a time or a message."""


class BoundaryEvent(Lazy, bpmn.BoundaryEvent):
    """Waits beside an activity."""


class SendTask(Lazy, spiff.SendTask):
    """Sends a message."""


class ReceiveTask(Lazy, spiff.ReceiveTask):
    """Waits for a message."""


class SubProcess(Lazy, spiff.SubWorkflowTask):
    """An embedded subprocess."""


class CallActivity(Lazy, spiff.CallActivity):
    """Another process of the same package, run as a step of this one."""


class EventGateway(bpmn.EventBasedGateway):
    """Waits for the first of several events."""


class ServiceTask(Plain, Lazy, spiff.ServiceTask):
    """An automatic step: calls a service of the registered catalogue."""

    def _execute(self, task: SpiffTask) -> bool:
        host = task.workflow.top_workflow.host
        parameters = {name: host.evaluate(p["value"], task.data) for name, p in self.operation_params.items()}
        result = host.call_service(self.operation_name, parameters, task.data)
        # Facts are for readers: they stay in the record, while the process data are saved again at every step.
        task.data[self.result_variable] = {name: value for name, value in result.items() if name != "facts"}
        return True


class RuleTask(Plain, Lazy, spiff.BusinessRuleTask):
    """A decision by a DMN table; the result is stored under the step's id."""

    def __init__(self, wf_spec: Any, name: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, dmnEngine=None, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: SpiffTask) -> bool:
        my_task.data[self.name] = my_task.workflow.top_workflow.host.decide(self.decision, my_task.data)
        follow(my_task)
        return True


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
        return timers.moment(self._value(my_task), host.zone)


class DurationTimer(_Timer, DurationTimerEventDefinition):
    """Fires a duration after it began to wait."""

    def _first_due(self, my_task: SpiffTask, host: Any) -> datetime:
        return timers.duration(self._value(my_task)).after(host.now, host.zone)


class CycleTimer(_Timer, CycleTimerEventDefinition):
    """Fires again and again; occurrences missed while nothing ran are made up for once."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        return bool(my_task.internal_data.get("event_fired", False))

    def cycle_complete(self, my_task: SpiffTask) -> bool:
        host = my_task.workflow.top_workflow.host
        repetition = timers.repetition(self._value(my_task))
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
        for output in my_task.task_spec.outputs:
            child = my_task._add_child(output, TaskState.FUTURE)
            child.triggered = True
            child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
            child.task_spec._update(child)
        if my_task.internal_data.get("event_fired"):
            my_task._ready()
