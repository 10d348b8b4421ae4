"""The library's node classes as Alur runs them: plugged in by the parser, the library itself untouched.

Every node here is *lazy*: what comes after it is created when it runs, not predicted before. So a
diagram with many parallel blocks costs no more than its open steps, and a saved state holds them alone.

Tasks share the values they have in common, so no value may ever be changed in place: to write is to put another
value under a name of one's own data. What is not ours, a service, is given copies and gives copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.merge import own_copy

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


def begin_beside(spiff_task: SpiffTask) -> None:
    """Begin what comes after a task that goes on waiting, and may do so again."""
    for output in spiff_task.task_spec.outputs:
        child = spiff_task._add_child(output, TaskState.FUTURE)
        child.triggered = True
        child.data = dict(spiff_task.data)
        child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
        child.task_spec._update(child)


class Plain:
    """Mixin: begins with just the data of the node before it, and predicts nothing."""


class Lazy:
    """Mixin: no prediction; the next nodes are created on running."""

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Nothing is known before the node has run."""

    def _run_hook(self, my_task: SpiffTask) -> Any:
        result = super()._run_hook(my_task)  # type: ignore[misc]  # the library's method
        if result:
            self._go_on(my_task)
        return result

    def _go_on(self, my_task: SpiffTask) -> None:
        follow(my_task)


class UserTask(Plain, Lazy, spiff.UserTask):
    """A step that waits for a person."""


class ManualTask(Plain, Lazy, spiff.ManualTask):
    """A step done outside the computer and reported by a person."""


class SubProcess(Lazy, spiff.SubWorkflowTask):
    """An embedded subprocess."""


class CallActivity(Lazy, spiff.CallActivity):
    """Another process of the same package, run as a step of this one."""


class ServiceTask(Plain, Lazy, spiff.ServiceTask):
    """An automatic step: calls a service of the registered catalogue."""

    def _execute(self, task: SpiffTask) -> bool:
        host = task.workflow.top_workflow.host
        parameters = {name: host.evaluate(p["value"], task.data) for name, p in self.operation_params.items()}
        result = host.call_service(self.operation_name, own_copy(parameters), own_copy(task.data))
        # Facts are for readers: they stay in the record, while the process data are saved again at every step.
        task.data[self.result_variable] = own_copy({k: value for k, value in result.items() if k != "facts"})
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
