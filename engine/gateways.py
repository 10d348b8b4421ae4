"""Gateways: which ways are taken, and what their joins wait for."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.task import Task as SpiffTask

from engine.errors import ServiceFailed, Text
from engine.joins import joined, wait_in_line, waiting_line
from engine.merge import merge_branches
from engine.nodes import Plain, follow


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


class ExclusiveGateway(Plain, _Conditional, bpmn.ExclusiveGateway):
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


class InclusiveGateway(Plain, _Conditional, bpmn.InclusiveGateway):
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
        wait_in_line(my_task)
        tokens = self._one_on_each_flow(my_task)
        if tokens is None or my_task not in tokens:
            return False
        my_task.data = joined(tokens, merge_branches)
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        follow(my_task)
        return True

    def _one_on_each_flow(self, my_task: SpiffTask) -> list[SpiffTask] | None:
        """The oldest waiting token of each incoming flow, or None while a flow has none."""
        waiting = waiting_line(my_task)
        chosen = []
        for source in self._inputs:
            token = next((t for t in waiting if t.parent.task_spec.name == source and t not in chosen), None)
            if token is None:
                return None
            chosen.append(token)
        return chosen
