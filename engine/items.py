"""Steps that are repeated: for each item of a list or map, a number of times, or while a condition holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ServiceFailed, Text
from engine.merge import same
from engine.nodes import Lazy


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
    task_spec: str
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
        limits = my_task.workflow.top_workflow.host.limits
        if self.data_input is None:
            items = my_task.workflow.top_workflow.host.evaluate(self.cardinality, my_task.data)
        else:
            items = self.data_input.get(my_task)
        if isinstance(items, dict):
            keys: list[Any] = list(items)
        elif isinstance(items, list):
            keys = list(range(len(items)))
        elif isinstance(items, int | Decimal) and not isinstance(items, bool) and items == int(items) >= 0:
            keys = list(range(min(int(items), limits.most_items + 1)))
        else:
            raise ItemsUnclear(self.bpmn_id)
        if len(keys) > limits.most_items:
            raise limits.exceeded("most_items", self.bpmn_id, element=self.bpmn_id)
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

    code = "items-unclear"

    def __init__(self, step: str) -> None:
        super().__init__(
            Text(
                f"Langkah “{step}” diulang untuk daftar atau bilangan yang tidak ada.",
                f"Step “{step}” is to be repeated for a list or number that is not there.",
            ),
            element=step,
        )


class LoopTask(Lazy, spiff.StandardLoopTask):
    """A step that is repeated while its condition holds."""

    def merge_child(self, workflow: Any, child: SpiffTask) -> None:
        """Take over what the last repetition left; merged into older data, its lists would be mixed with theirs."""
        child.parent.data = {}
        super().merge_child(workflow, child)
