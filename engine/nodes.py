"""The library's node classes as Alur runs them: plugged in by the parser, the library itself untouched.

Every node here is *lazy*: what comes after it is created when it runs, not predicted before. So a
diagram with many parallel blocks costs no more than its open steps, and a saved state holds them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine import timers
from engine.errors import ServiceFailed, Text
from engine.merge import merge_branches

UNFINISHED = TaskState.WAITING | TaskState.READY | TaskState.STARTED
"""States of tasks that something may still happen to, predictions aside."""


def follow(spiff_task: SpiffTask, specs: Sequence[Any] | None = None) -> None:
    """Create what comes next, just before ``spiff_task`` completes."""
    spiff_task._sync_children(list(spiff_task.task_spec.outputs if specs is None else specs), TaskState.FUTURE)
    for child in spiff_task.children:
        if child.state != TaskState.FUTURE:
            continue
        if isinstance(child.task_spec, LAZY):
            child.data = dict(spiff_task.data)  # else the library copies each value one by one
        else:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


class _Lazy:
    """Mixin: no prediction; the next nodes are created on running."""

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Nothing is known before the node has run."""

    def _run_hook(self, my_task: SpiffTask) -> Any:
        result = super()._run_hook(my_task)  # type: ignore[misc]
        if result and not isinstance(getattr(self, "event_definition", None), CycleTimer):
            follow(my_task)  # a repeated timer has created what follows at each occurrence
        return result


class UserTask(_Lazy, spiff.UserTask):
    """A step that waits for a person."""


class ManualTask(_Lazy, spiff.ManualTask):
    """A step done outside the computer and reported by a person."""


class StartEvent(_Lazy, bpmn.StartEvent):
    """Where a process, or a subprocess, begins."""


class EndEvent(_Lazy, bpmn.EndEvent):
    """Where a path ends."""


class IntermediateThrowEvent(_Lazy, bpmn.IntermediateThrowEvent):
    """Sends a message, a signal or an escalation, or merely marks a point."""


class IntermediateCatchEvent(_Lazy, bpmn.IntermediateCatchEvent):
    """Waits for a time or a message."""


class BoundaryEvent(_Lazy, bpmn.BoundaryEvent):
    """Waits beside an activity."""


class SendTask(_Lazy, spiff.SendTask):
    """Sends a message."""


class ReceiveTask(_Lazy, spiff.ReceiveTask):
    """Waits for a message."""


class SubProcess(_Lazy, spiff.SubWorkflowTask):
    """An embedded subprocess."""


class CallActivity(_Lazy, spiff.CallActivity):
    """Another process of the same package, run as a step of this one."""


class ParallelItems(_Lazy, spiff.ParallelMultiInstanceTask):
    """A step for each item of a list, all at once."""


class SequentialItems(_Lazy, spiff.SequentialMultiInstanceTask):
    """A step for each item of a list, one after the other."""


class LoopTask(_Lazy, spiff.StandardLoopTask):
    """A step that is repeated while its condition holds."""


class EventGateway(bpmn.EventBasedGateway):
    """Waits for the first of several events."""


class ServiceTask(_Lazy, spiff.ServiceTask):
    """An automatic step: calls a service of the registered catalogue."""

    def _execute(self, task: SpiffTask) -> bool:
        host = task.workflow.top_workflow.host
        parameters = {name: host.evaluate(p["value"], task.data) for name, p in self.operation_params.items()}
        result = host.call_service(self.operation_name, parameters, task.data)
        # Facts are for readers: they stay in the record, while the process data are saved again at every step.
        task.data[self.result_variable] = {name: value for name, value in result.items() if name != "facts"}
        return True


class RuleTask(_Lazy, spiff.BusinessRuleTask):
    """A decision by a DMN table; the result is stored under the step's id."""

    def __init__(self, wf_spec: Any, name: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, dmnEngine=None, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: SpiffTask) -> bool:
        my_task.data[self.name] = my_task.workflow.top_workflow.host.decide(self.decision, my_task.data)
        follow(my_task)
        return True


class Condition(Operator):
    """A condition in FEEL that must be true or false; anything else stops the step, never the default flow."""

    def __init__(self, expression: str, gateway: str) -> None:
        super().__init__(expression)
        self.expression, self.gateway = expression, gateway

    def _matches(self, task: SpiffTask) -> bool:
        value = task.workflow.top_workflow.host.evaluate(self.expression, task.data)
        if not isinstance(value, bool):
            raise ConditionUnclear(self.gateway, self.expression)
        return value


class ConditionUnclear(ServiceFailed):
    """A gateway's condition was neither true nor false."""

    def __init__(self, gateway: str, expression: str) -> None:
        super().__init__(
            Text(
                f"Syarat “{expression}” pada gerbang “{gateway}” tidak menghasilkan ya atau tidak.",
                f"The condition “{expression}” at gateway “{gateway}” is neither true nor false.",
            )
        )


class NoWayOut(ServiceFailed):
    """No condition of a gateway held, and it has no default flow."""

    def __init__(self, gateway: str) -> None:
        super().__init__(
            Text(
                f"Tidak ada syarat yang terpenuhi pada gerbang “{gateway}”, dan tidak ada jalur bawaan.",
                f"No condition held at gateway “{gateway}”, and it has no default flow.",
            )
        )


class _Conditional:
    """Mixin: outgoing flows carry FEEL conditions; no prediction."""

    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        if condition is None:
            self.connect(taskspec)  # type: ignore[attr-defined]
        else:
            self.connect_if(Condition(condition, self.name), taskspec)  # type: ignore[attr-defined]

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Which way it goes is known when it runs."""


class ExclusiveGateway(_Conditional, bpmn.ExclusiveGateway):
    """Takes the first flow whose condition holds, else the default flow."""

    def _run_hook(self, my_task: SpiffTask) -> bool:
        taken = next(
            (name for condition, name in self.cond_task_specs if condition and condition._matches(my_task)), None
        )
        taken = taken or self.default_task_spec
        if taken is None:
            raise NoWayOut(self.name)
        follow(my_task, [my_task.workflow.spec.task_specs[taken]])
        return True


class InclusiveGateway(_Conditional, bpmn.InclusiveGateway):
    """Takes every flow whose condition holds, else the default flow."""

    def _run_hook(self, my_task: SpiffTask) -> bool:
        try:
            return bool(super()._run_hook(my_task))
        except WorkflowTaskException as error:
            raise NoWayOut(self.name) from error


class ParallelGateway(bpmn.ParallelGateway):
    """Waits for one token on each incoming flow, consumes exactly those, and goes on along every outgoing flow.

    The library's own join also counts tokens of earlier rounds (one approval instead of two after a
    rework), keeps only the last branch's data, and predicts every path behind it.
    """

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Nothing is known before the tokens are there."""

    def _update_hook(self, my_task: SpiffTask) -> bool:
        my_task.data = dict(my_task.parent.data)
        if len(self._inputs) < 2:
            return True
        my_task._set_state(TaskState.WAITING)
        tokens = self._one_on_each_flow(my_task)
        if tokens is None or my_task not in tokens:
            return False
        my_task.data = merge_branches(
            _branching_point(tokens).data, [(t.parent.task_spec.name, t.parent.data) for t in tokens]
        )
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        follow(my_task)
        return True

    def _one_on_each_flow(self, my_task: SpiffTask) -> list[SpiffTask] | None:
        """The oldest waiting token of each incoming flow, or None while a flow has none."""
        waiting = [t for t in my_task.workflow.tasks.values() if t.task_spec is self and t.state == TaskState.WAITING]
        waiting.sort(key=lambda t: t.last_state_change)
        chosen = []
        for source in self._inputs:
            token = next((t for t in waiting if t.parent.task_spec.name == source and t not in chosen), None)
            if token is None:
                return None
            chosen.append(token)
        return chosen


def _branching_point(tokens: Sequence[SpiffTask]) -> SpiffTask:
    """The nearest common ancestor, whose data all branches started from."""
    lines = [_ancestors(token) for token in tokens]
    shared = set(lines[0]).intersection(*map(set, lines[1:]))
    return next(task for task in lines[0] if task in shared)


def _ancestors(spiff_task: SpiffTask) -> list[SpiffTask]:
    line = []
    task = spiff_task.parent
    while task is not None:
        line.append(task)
        task = task.parent
    return line


class _Timer:
    """Mixin: the value is FEEL when it starts with ``=``, else ISO text; 'now' is given, never read."""

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
        return bool(my_task.internal_data[self.key] <= host.now)

    def reset(self, my_task: SpiffTask) -> None:
        my_task.internal_data.pop(self.key, None)


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
        if inner[self.key] > host.now or inner["left"] == 0:
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


LAZY = (UserTask, ManualTask, ServiceTask, RuleTask, EndEvent, ExclusiveGateway, InclusiveGateway)
"""Nodes that begin with just the data of the node before them and predict nothing."""
