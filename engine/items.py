"""Steps that are repeated: for each item of a list or map, a number of times, or while a condition holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ServiceFailed, Text
from engine.merge import same
from engine.nodes import UNFINISHED, Lazy
from engine.scopes import below, call_off


class _Items(Lazy):
    """Mixin: a step for each item; what they bring is collected in the order of the items.

    The library's own needs an output item named like the step, which no valid file can have, cannot count
    with FEEL numbers, and fails when a rework comes by a second time.
    """

    bpmn_id: str
    cardinality: str | None
    data_input: Any
    input_item: Any
    data_output: Any
    output_item: Any
    task_spec: str
    condition: str | None
    side_by_side: bool

    def _update_hook(self, my_task: SpiffTask) -> bool:
        my_task.data = dict(my_task.parent.data)
        keys = self._keys(my_task)
        my_task.internal_data.update(collected=[], left=keys)
        my_task.workflow.top_workflow.require_room(len(keys) if self.side_by_side else 1, self.bpmn_id)
        for _ in range(len(keys) if self.side_by_side else min(1, len(keys))):
            self._begin_next(my_task)
        if keys:
            my_task._set_state(TaskState.STARTED)
        else:
            self._keep(my_task)
        return not keys

    def _keys(self, my_task: SpiffTask) -> list[Any]:
        """The keys of a map, or the places 0, 1, … in a list or of a number."""
        limits, items = my_task.workflow.top_workflow.host.limits, self._source(my_task)
        keys: list[Any] | None = None
        if self.data_input is None:
            if isinstance(items, int | Decimal) and not isinstance(items, bool) and items == int(items) >= 0:
                keys = list(range(min(int(items), limits.most_items + 1)))
        elif isinstance(items, dict | list):
            keys = list(items) if isinstance(items, dict) else list(range(len(items)))
        if keys is None:
            raise ItemsUnclear(self.bpmn_id)
        if len(keys) > limits.most_items:
            raise limits.exceeded("most_items", self.bpmn_id, element=self.bpmn_id)
        return keys

    def _source(self, my_task: SpiffTask) -> Any:
        """The number, or the list or map that is kept under a name or found by FEEL."""
        written = self.cardinality if self.data_input is None else self.data_input.bpmn_id
        if self.data_input is not None and written in my_task.data:
            return my_task.data[written]
        return my_task.workflow.top_workflow.host.evaluate(written, my_task.data)

    def _begin_next(self, my_task: SpiffTask) -> None:
        key, *my_task.internal_data["left"] = my_task.internal_data["left"]
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["key_or_index"] = key
        child.data = dict(my_task.data)
        if self.input_item is not None:
            self.input_item.set(child, key if self.data_input is None else self._source(my_task)[key])
        child.task_spec._update(child)

    def merge_child(self, workflow: Any, child: SpiffTask) -> None:
        """Take what an item's step brought; the library calls this when the step is done."""
        my_task = child.parent
        my_task.internal_data["collected"].append([child.internal_data["key_or_index"], self._brought(my_task, child)])
        items = [task for task in my_task.children if task.triggered]
        if self._is_enough(my_task, items):
            my_task.internal_data["left"] = []
            call_off(task for item in items for task in below(item))
        elif my_task.internal_data["left"]:
            self._begin_next(my_task)
            return
        if not any(item.has_state(UNFINISHED) for item in items):
            self._keep(my_task)
            my_task._set_state(TaskState.READY)

    def _is_enough(self, my_task: SpiffTask, items: list[SpiffTask]) -> bool:
        """Whether the completion condition holds, judged by what has been collected so far."""
        if self.condition is None:
            return False
        numbers = {
            "numberOfInstances": len(items) + len(my_task.internal_data["left"]),
            "numberOfActiveInstances": sum(item.has_state(UNFINISHED) for item in items),
            "numberOfCompletedInstances": len(my_task.internal_data["collected"]),
            "numberOfTerminatedInstances": 0,
        }
        known = {**my_task.data, **self._so_far(my_task), **numbers}
        value = my_task.workflow.top_workflow.host.evaluate(self.condition, known)
        if not isinstance(value, bool):
            raise CompletionUnclear(self.bpmn_id, self.condition)
        return value

    def _brought(self, my_task: SpiffTask, child: SpiffTask) -> dict[str, Any]:
        """What an item's step changed, and in any case its result; the item itself is nobody else's."""
        item = None if self.input_item is None else self.input_item.bpmn_id
        results, before = self._results(my_task), my_task.data
        return {
            name: value
            for name, value in child.data.items()
            if name in results or (name != item and not (name in before and same(before[name], value)))
        }

    def _keep(self, my_task: SpiffTask) -> None:
        my_task.data.update(self._so_far(my_task))
        my_task.internal_data.pop("collected")

    def _so_far(self, my_task: SpiffTask) -> dict[str, Any]:
        """The collection if one is asked for, in the order of the items, else each value as the last item left it."""
        collected = my_task.internal_data["collected"]
        if self.data_output is None:
            return {name: value for _, brought in collected for name, value in brought.items()}
        results = {key: self._result(my_task, brought) for key, brought in collected}
        items = None if self.data_input is None else self._source(my_task)
        if isinstance(items, dict):
            return {self.data_output.bpmn_id: {key: results[key] for key in items if key in results}}
        return {self.data_output.bpmn_id: [results[key] for key in sorted(results)]}

    def _result(self, my_task: SpiffTask, brought: dict[str, Any]) -> Any:
        """What stands under the output item's name, or the step's own; of a subprocess, all that it changed."""
        return next((brought[name] for name in self._results(my_task) if name in brought), brought)

    def _results(self, my_task: SpiffTask) -> list[str]:
        """The names under which an item's step may leave its result."""
        own = _result_name(my_task.workflow.spec.task_specs[self.task_spec])
        return [own] if self.output_item is None else [self.output_item.bpmn_id, own]


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

    code = "items-unclear"

    def __init__(self, step: str) -> None:
        super().__init__(
            Text(
                f"Langkah “{step}” diulang untuk daftar atau bilangan yang tidak ada.",
                f"Step “{step}” is to be repeated for a list or number that is not there.",
            ),
            element=step,
        )


class CompletionUnclear(ServiceFailed):
    """The condition of a repeated step was neither true nor false."""

    code = "completion-unclear"

    def __init__(self, step: str, expression: str) -> None:
        super().__init__(
            Text(
                f"Syarat pengulangan “{expression}” pada langkah “{step}” tidak menghasilkan ya atau tidak.",
                f"The condition “{expression}” of the repeated step “{step}” is neither true nor false.",
            ),
            element=step,
        )


class LoopTask(Lazy, spiff.StandardLoopTask):
    """A step that is repeated while its condition holds."""

    bpmn_id: str
    condition: str | None

    def merge_child(self, workflow: Any, child: SpiffTask) -> None:
        """Take over what the last repetition left; merged into older data, its lists would be mixed with theirs."""
        child.parent.data = {}
        super().merge_child(workflow, child)

    def loop_complete(self, my_task: SpiffTask) -> bool:
        """Whether it has been done often enough; what is neither yes nor no is no reason to leave the loop."""
        if self.maximum is not None and len(self._merged_children(my_task)) >= self.maximum:
            return True
        if self.condition is None:
            return False
        value = my_task.workflow.top_workflow.host.evaluate(self.condition, my_task.data)
        if not isinstance(value, bool):
            raise CompletionUnclear(self.bpmn_id, self.condition)
        return not value
