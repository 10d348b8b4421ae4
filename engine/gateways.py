"""Gateways: which ways are taken, and what their joins wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ServiceFailed, Text
from engine.joins import joined, wait_in_line, waiting_line
from engine.merge import ParallelConflict, merge_branches
from engine.nodes import UNFINISHED, Plain, follow


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

    code = "condition-unclear"

    def __init__(self, gateway: str, expression: str) -> None:
        super().__init__(
            Text(
                f"Syarat “{expression}” pada gerbang “{gateway}” tidak menghasilkan ya atau tidak.",
                f"The condition “{expression}” at gateway “{gateway}” is neither true nor false.",
            )
        )


class NoWayOut(ServiceFailed):
    """No condition of a gateway held, and it has no default flow."""

    code = "no-way-out"

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


class _Join:
    """Mixin: tokens wait in line until some of them, one of a flow at most, may go on as one."""

    name: str
    _inputs: list[str]
    _that_go_on: Callable[[SpiffTask], list[SpiffTask]]
    """The tokens that the gateway consumes now; none as long as it has to wait."""

    def _predict_hook(self, my_task: SpiffTask) -> None:
        """Nothing is known before the tokens are there."""

    def _update_hook(self, my_task: SpiffTask) -> bool:
        if len(self._inputs) < 2:
            return True
        wait_in_line(my_task)
        tokens = self._that_go_on(my_task)
        if my_task not in tokens:
            return False
        try:
            my_task.data = joined(tokens, merge_branches)
        except ParallelConflict as conflict:
            conflict.element = self.name
            raise
        for token in tokens:
            if token is not my_task:
                token.cancel()
        return True

    def _first_on_each_flow(self, my_task: SpiffTask) -> list[SpiffTask | None]:
        """The oldest waiting token of each incoming flow, or None where the flow has none."""
        lines: dict[str, list[SpiffTask]] = {}
        for token in reversed(waiting_line(my_task)):
            lines.setdefault(token.parent.task_spec.name, []).append(token)
        return [lines[source].pop() if lines.get(source) else None for source in self._inputs]


class ParallelGateway(Plain, _Join, bpmn.ParallelGateway):
    """Waits for one token on each incoming flow, consumes exactly those, and goes on along every outgoing flow.

    The library's own join also counts tokens of earlier rounds (one approval instead of two after a
    rework), keeps only the last branch's data, and predicts every path behind it.
    """

    def _run_hook(self, my_task: SpiffTask) -> bool:
        follow(my_task)
        return True

    def _that_go_on(self, my_task: SpiffTask) -> list[SpiffTask]:
        tokens = self._first_on_each_flow(my_task)
        return [] if None in tokens else tokens


class InclusiveGateway(Plain, _Join, _Conditional, bpmn.InclusiveGateway):
    """Waits as long as another token may still arrive; then takes every flow whose condition holds, else the default.

    The library's own join mistakes tokens of earlier rounds for new ones, so in a loop it goes on too early.

    Source: BPMN 2.0.2, 13.4.3.
    """

    def _run_hook(self, my_task: SpiffTask) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not (matches or defaults):
            raise NoWayOut(self.name)
        follow(my_task, matches or defaults)
        return True

    def _that_go_on(self, my_task: SpiffTask) -> list[SpiffTask]:
        first = self._first_on_each_flow(my_task)
        return [] if self._may_still_arrive(my_task, first) else [token for token in first if token is not None]

    def _may_still_arrive(self, my_task: SpiffTask, first: list[SpiffTask | None]) -> bool:
        """Whether a token elsewhere can reach an empty flow, and none that holds a token already."""
        empty = {number for number, token in enumerate(first) if token is None}
        held = set(range(len(first))) - empty
        return bool(empty) and any(self._may_bring(t, empty, held) for t in my_task.workflow.tasks.values())

    def _may_bring(self, spiff_task: SpiffTask, empty: set[int], held: set[int]) -> bool:
        just_sent = spiff_task.state == TaskState.FUTURE and spiff_task.parent.state == TaskState.COMPLETED
        if spiff_task.task_spec is self and (just_sent or spiff_task.state == TaskState.WAITING):
            return bool(just_sent)
        ways = self._ways_in.get(spiff_task.task_spec.name, frozenset())
        return bool((just_sent or spiff_task.has_state(UNFINISHED)) and ways & empty and not ways & held)

    @cached_property
    def _ways_in(self) -> dict[str, frozenset[int]]:
        """The numbers of the incoming flows that can be reached from each node without passing this gateway.

        It depends on the drawing alone: whoever asks first, all instances see the same.
        """
        ways: dict[str, set[int]] = {}
        for number, source in enumerate(self._inputs):
            for name in self._before(source):
                ways.setdefault(name, set()).add(number)
        return {name: frozenset(numbers) for name, numbers in ways.items()}

    def _before(self, source: str) -> set[str]:
        """The node and all those before it, but none before this gateway."""
        found, todo = {source}, [source]
        while todo:
            name = todo.pop()
            if name != self.name:
                new = set(self._wf_spec.task_specs[name]._inputs) - found
                found |= new
                todo += new
        return found
