"""The library's node classes as Alur runs them: plugged in by the parser, the library itself untouched.

Every node here is *lazy*: what comes after it is created when it runs, not predicted before. So a
diagram with many parallel blocks costs no more than its open steps, and a saved state holds them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
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
from engine.errors import LimitExceeded, ServiceFailed, Text
from engine.merge import ParallelConflict, merge_branches, same

MOST_ITEMS = 1_000
"""Items that a step may be repeated for."""

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
        result = super()._run_hook(my_task)  # type: ignore[misc]  # the library's method
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


class _Items(_Lazy):
    """Mixin: a step for each item; what they bring is collected in the order of the items.

    The library's own needs an output item named like the step, which no valid file can have, cannot count
    with FEEL numbers, and fails when a rework comes by a second time.
    """

    bpmn_id: str
    cardinality: str | None
    data_input: Any
    input_item: Any
    data_output: Any
    task_spec: str
    side_by_side: bool

    def _update_hook(self, my_task: SpiffTask) -> bool:
        my_task.data = dict(my_task.parent.data)
        keys = self._keys(my_task)
        my_task.internal_data.update(collected=[], left=keys)
        for _ in range(len(keys) if self.side_by_side else min(1, len(keys))):
            self._begin_next(my_task)
        if keys:
            my_task._set_state(TaskState.STARTED)
        else:
            self._keep(my_task)
        return not keys

    def _keys(self, my_task: SpiffTask) -> list[Any]:
        """The keys of a map, or the places 0, 1, … in a list or of a number."""
        if self.data_input is None:
            items = my_task.workflow.top_workflow.host.evaluate(self.cardinality, my_task.data)
        else:
            items = self.data_input.get(my_task)
        if isinstance(items, dict):
            keys: list[Any] = list(items)
        elif isinstance(items, list):
            keys = list(range(len(items)))
        elif isinstance(items, int | Decimal) and not isinstance(items, bool) and items == int(items) >= 0:
            keys = list(range(min(int(items), MOST_ITEMS + 1)))
        else:
            raise ItemsUnclear(self.bpmn_id)
        if len(keys) > MOST_ITEMS:
            raise TooManyItems(self.bpmn_id)
        return keys

    def _begin_next(self, my_task: SpiffTask) -> None:
        key, *my_task.internal_data["left"] = my_task.internal_data["left"]
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["key_or_index"] = key
        child.data = dict(my_task.data)
        if self.input_item is not None:
            self.input_item.set(child, key if self.data_input is None else self.data_input.get(my_task)[key])
        child.task_spec._update(child)

    def merge_child(self, workflow: Any, child: SpiffTask) -> None:
        """Take what an item's step brought; the library calls this when the step is done."""
        my_task = child.parent
        my_task.internal_data["collected"].append([child.internal_data["key_or_index"], self._brought(my_task, child)])
        if my_task.internal_data["left"]:
            self._begin_next(my_task)
        elif all(task.state == TaskState.COMPLETED for task in my_task.children if task.triggered):
            self._keep(my_task)
            my_task._set_state(TaskState.READY)

    def _brought(self, my_task: SpiffTask, child: SpiffTask) -> dict[str, Any]:
        """What an item's step changed, and in any case its result; the item itself is nobody else's."""
        item = None if self.input_item is None else self.input_item.bpmn_id
        result, before = _result_name(child.task_spec), my_task.data
        return {
            name: value
            for name, value in child.data.items()
            if name == result or (name != item and not (name in before and same(before[name], value)))
        }

    def _keep(self, my_task: SpiffTask) -> None:
        """The collection if one is asked for, else each value as the last item left it."""
        collected = my_task.internal_data.pop("collected")
        if self.data_output is None:
            for _, brought in collected:
                my_task.data.update(brought)
            return
        places = {key: place for place, key in enumerate(self._keys(my_task))}
        in_order = {
            key: self._result(my_task, brought) for key, brought in sorted(collected, key=lambda c: places[c[0]])
        }
        over_a_map = self.data_input is not None and isinstance(self.data_input.get(my_task), dict)
        self.data_output.set(my_task, in_order if over_a_map else list(in_order.values()))

    def _result(self, my_task: SpiffTask, brought: dict[str, Any]) -> Any:
        """What stands under the step's own name; of a subprocess, all that it changed."""
        return brought.get(_result_name(my_task.workflow.spec.task_specs[self.task_spec]), brought)


def _result_name(task_spec: Any) -> str:
    """The name under which a task leaves its result."""
    return str(getattr(task_spec, "result_variable", None) or task_spec.bpmn_id)


class ParallelItems(_Items, spiff.ParallelMultiInstanceTask):
    """A step for each item of a list, all at once."""

    side_by_side = True


class SequentialItems(_Items, spiff.SequentialMultiInstanceTask):
    """A step for each item of a list, one after the other."""

    side_by_side = False


class ItemsUnclear(ServiceFailed):
    """What a step is to be repeated for is no list, map or whole number."""

    def __init__(self, step: str) -> None:
        super().__init__(
            Text(
                f"Langkah “{step}” diulang untuk daftar atau bilangan yang tidak ada.",
                f"Step “{step}” is to be repeated for a list or number that is not there.",
            )
        )


class TooManyItems(LimitExceeded):
    """A step is to be repeated too often."""

    def __init__(self, step: str) -> None:
        super().__init__(
            Text(
                f"Langkah “{step}” diulang lebih dari {MOST_ITEMS} kali.",
                f"Step “{step}” is to be repeated more than {MOST_ITEMS} times.",
            )
        )


class LoopTask(_Lazy, spiff.StandardLoopTask):
    """A step that is repeated while its condition holds."""

    def merge_child(self, workflow: Any, child: SpiffTask) -> None:
        """Take over what the last repetition left; merged into older data, its lists would be mixed with theirs."""
        child.parent.data = {}
        super().merge_child(workflow, child)


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
            self.connect(taskspec)  # type: ignore[attr-defined]  # the library's
        else:
            self.connect_if(Condition(condition, self.name), taskspec)  # type: ignore[attr-defined]  # the library's

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
        _wait_in_line(my_task)
        tokens = self._one_on_each_flow(my_task)
        if tokens is None or my_task not in tokens:
            return False
        my_task.data = _joined(tokens, merge_branches)
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        follow(my_task)
        return True

    def _one_on_each_flow(self, my_task: SpiffTask) -> list[SpiffTask] | None:
        """The oldest waiting token of each incoming flow, or None while a flow has none."""
        waiting = _line(my_task)
        chosen = []
        for source in self._inputs:
            token = next((t for t in waiting if t.parent.task_spec.name == source and t not in chosen), None)
            if token is None:
                return None
            chosen.append(token)
        return chosen


class EndJoin(_EndJoin):
    """Where a process, or a subprocess, waits for all its paths to end, and keeps what each of them wrote.

    The library's own looks at most 1,000 steps back, and lets a path that ends late (the answer to a
    reminder, say) undo what was written since it began.
    """

    def _update_hook(self, my_task: SpiffTask) -> bool:
        my_task.data = dict(my_task.parent.data)
        _wait_in_line(my_task)
        if any(
            t.has_state(UNFINISHED | TaskState.FUTURE) and self._is_before(t) for t in my_task.workflow.tasks.values()
        ):
            return False
        tokens = _line(my_task)
        # What leaves a boundary event's join knows nothing that the path itself does not know better.
        paths = [t for t in tokens if not isinstance(t.parent.task_spec, BoundaryEventJoin)] or tokens
        my_task.data = _joined(paths, _merge_latest)
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        my_task.workflow.data.update(my_task.data)
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


def _wait_in_line(spiff_task: SpiffTask) -> None:
    """Let a token wait at a join; its place in the line survives saving, as the clock of its arrival does not."""
    if "place" not in spiff_task.internal_data:
        spiff_task.internal_data["place"] = 1 + max((t.internal_data["place"] for t in _line(spiff_task)), default=0)
    spiff_task._set_state(TaskState.WAITING)


def _line(spiff_task: SpiffTask) -> list[SpiffTask]:
    """The tokens that wait at the same join, in the order of their arrival."""
    same_join = (t for t in spiff_task.workflow.tasks.values() if t.task_spec is spiff_task.task_spec)
    return sorted((t for t in same_join if t.state == TaskState.WAITING), key=lambda t: t.internal_data["place"])


Merge = Callable[[Mapping[str, Any], Sequence[tuple[str, Mapping[str, Any]]]], dict[str, Any]]


def _joined(tokens: Sequence[SpiffTask], merge: Merge) -> dict[str, Any]:
    """What the tokens know together, merged at each point where their paths parted, the last parting first."""
    lines = {token: [token, *_ancestors(token)] for token in tokens}
    if len(tokens) == 1:
        return dict(tokens[0].parent.data)
    shared = set.intersection(*map(set, lines.values()))
    parting = next(task for task in lines[tokens[0]] if task in shared)
    branches: dict[SpiffTask, list[SpiffTask]] = {}
    for token, line in lines.items():
        branches.setdefault(line[line.index(parting) - 1], []).append(token)
    return merge(
        parting.data, [(group[-1].parent.task_spec.name, _joined(group, merge)) for group in branches.values()]
    )


def _merge_latest(base: Mapping[str, Any], branches: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """As `merge_branches`; but nobody is left to settle a conflict when a process ends, so the last word counts."""
    try:
        return merge_branches(base, branches)
    except ParallelConflict:
        merged = dict(base)
        for _, data in branches:
            merged.update({k: v for k, v in data.items() if not (k in base and same(base[k], v))})
        return merged


def _ancestors(spiff_task: SpiffTask) -> list[SpiffTask]:
    line = []
    task = spiff_task.parent
    while task is not None:
        line.append(task)
        task = task.parent
    return line


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


LAZY = (UserTask, ManualTask, ServiceTask, RuleTask, EndEvent, ExclusiveGateway, InclusiveGateway)
"""Nodes that begin with just the data of the node before them and predict nothing."""
