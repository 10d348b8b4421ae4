"""What events throw and wait for, and whom that which is thrown reaches (BPMN 2.0, section 10.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ServiceFailed, Text
from engine.scopes import is_repetition, known_everywhere, terminate


class Trigger(EventDefinition):
    """What an event throws or waits for; two mean the same when their kind and key agree.

    ``payload`` is a FEEL expression over the thrower's data, whose value the catcher keeps as ``variable``.
    """

    def __init__(self, key: str | None = None, payload: str | None = None, variable: str | None = None) -> None:
        super().__init__(name=key)
        self.key, self.payload, self.variable = key, payload, variable

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def throw(self, my_task: SpiffTask) -> None:
        """Note what is thrown: it reaches others when the node that throws it is done."""
        top = my_task.workflow.top_workflow
        value = None if self.payload is None else top.host.evaluate(self.payload, my_task.data)
        top.thrown.append(Thrown(self, my_task, value, tuple(top.event_manager.tasks.values())))

    def reach(self, thrown: Thrown) -> None:
        """Let those know who wait for it."""

    def meets(self, thrown: Thrown) -> bool:
        """Whether this, waiting, means what was thrown."""
        return type(self) is type(thrown.trigger) and self.key == thrown.trigger.key

    def catches(self, my_task: SpiffTask, event: BpmnEvent) -> bool:
        return event.event_definition is self

    def catch(self, my_task: SpiffTask, event: BpmnEvent) -> None:
        my_task.internal_data["event_fired"] = True
        if self.variable is not None:
            my_task.internal_data["payload"] = event.payload

    def update_task_data(self, my_task: SpiffTask) -> None:
        if self.variable is not None:
            my_task.data = {**my_task.data, self.variable: my_task.internal_data.pop("payload", None)}


@dataclass(frozen=True)
class Thrown:
    """Something thrown: what, by which task, with which value, and which tasks waited for anything then."""

    trigger: Trigger
    task: SpiffTask
    payload: Any
    waiting: tuple[SpiffTask, ...]


class _Published(Trigger):
    """Reaches everything in the instance that waits for it at this moment, outer scopes first; then it is gone."""

    def reach(self, thrown: Thrown) -> None:
        for task in sorted(thrown.waiting, key=lambda task: task.workflow.depth):
            for trigger in awaited(task):
                if isinstance(trigger, Trigger) and trigger.meets(thrown):
                    _happen(task, trigger, thrown.payload)


class Message(_Published):
    """A message, known by its id."""


class Signal(_Published):
    """A signal, known by its id."""


class _Propagated(Trigger):
    """Goes outwards from where it is thrown, to the first activity with a boundary event that catches it.

    A boundary event without a code catches every code; beside it, one with the very code comes first.
    """

    def reach(self, thrown: Thrown) -> None:
        for activity in _around(thrown.task):
            events = [task for task in _beside(activity) if task.task_spec.event_definition.meets(thrown)]
            if events:
                event = min(events, key=lambda task: task.task_spec.event_definition.key is None)
                _happen(event, event.task_spec.event_definition, thrown.payload)
                return
        self.uncaught(thrown.task.task_spec.bpmn_id)

    def meets(self, thrown: Thrown) -> bool:
        return type(self) is type(thrown.trigger) and self.key in (None, thrown.trigger.key)

    def uncaught(self, node: str) -> None:
        """What happens when nothing catches what a node has thrown: for all but errors, nothing."""


class Escalation(_Propagated):
    """An escalation, known by its code; where it is thrown, the path goes on."""


class Error(_Propagated):
    """An error, known by its code; it ends the activities that it leaves."""

    def uncaught(self, node: str) -> None:
        raise ErrorUncaught(node, self.key)


class ErrorUncaught(ServiceFailed):
    """An error end event was reached that no boundary event around it catches."""

    code = "error-uncaught"

    def __init__(self, node: str, code: str | None) -> None:
        named = f" “{code}”" if code else ""
        super().__init__(
            Text(
                f"Alur berakhir dengan galat{named} yang tidak ditangkap peristiwa tepi mana pun.",
                f"The process came to an error{named} that no boundary event catches.",
            ),
            element=node,
        )


class Terminate(Trigger):
    """Ends the scope of its end event at once."""

    def reach(self, thrown: Thrown) -> None:
        terminate(thrown.task)


class Condition(Trigger):
    """Happens when its FEEL expression becomes true over what is known in the whole instance.

    It is looked at after every step, so after every change of data, from the moment it is waited for; once
    it has happened, it must be false before it can happen again. The path behind it goes on with the data
    of its own branch: those of others come with the join.
    """

    def __init__(self, node: str, expression: str) -> None:
        super().__init__(key=node)
        self.expression = expression

    def look(self, my_task: SpiffTask, data: dict[str, Any]) -> None:
        """See whether it has become true."""
        seen = f"held {self.key}"
        holds = my_task.workflow.top_workflow.host.evaluate(self.expression, data) is True
        held = my_task.internal_data.get(seen, False)
        my_task.internal_data[seen] = holds
        if holds and not held:
            _happen(my_task, self, None)


def settle(top: Any) -> None:
    """Let what was thrown reach those who wait for it, and conditions that have become true happen."""
    while top.thrown:
        thrown = top.thrown.pop(0)
        thrown.trigger.reach(thrown)
    conditions = [
        (task, trigger)
        for task in top.event_manager.tasks.values()
        for trigger in awaited(task)
        if isinstance(trigger, Condition)
    ]
    if conditions:
        data = known_everywhere(top)
        for task, condition in conditions:
            condition.look(task, data)


def awaited(spiff_task: SpiffTask) -> list[EventDefinition]:
    """What a waiting task waits for: behind an event gateway, several things."""
    definition = spiff_task.task_spec.event_definition
    return list(getattr(definition, "event_definitions", [definition]))


def _happen(spiff_task: SpiffTask, trigger: Trigger, payload: Any) -> None:
    if spiff_task.state == TaskState.WAITING:
        spiff_task.task_spec.catch(spiff_task, BpmnEvent(trigger, payload))
        spiff_task.task_spec._update(spiff_task)


def _around(spiff_task: SpiffTask) -> Iterator[SpiffTask]:
    """The activities that a task goes on in, the innermost first; each as a whole, however often it is repeated."""
    scope = spiff_task.workflow
    while scope.parent_task_id is not None:
        activity = scope.top_workflow.get_task_from_id(scope.parent_task_id)
        while is_repetition(activity):
            activity = activity.parent
        yield activity
        scope = activity.workflow


def _beside(activity: SpiffTask) -> list[SpiffTask]:
    """The boundary events of an activity that wait to catch something thrown inside it."""
    return [
        task
        for task in activity.parent.children
        if isinstance(task.task_spec, BoundaryEvent)
        and isinstance(task.task_spec.event_definition, _Propagated)
        and task.state == TaskState.WAITING
    ]
