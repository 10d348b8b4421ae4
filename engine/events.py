"""The library's event nodes as Alur runs them."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.task import Task as SpiffTask

from engine.nodes import Lazy, Plain, begin_beside, follow
from engine.scopes import interrupt


class StartEvent(Lazy, bpmn.StartEvent):
    """Where a process, or a subprocess, begins."""


class EndEvent(Plain, Lazy, bpmn.EndEvent):
    """Where a path ends, and may throw something."""


class IntermediateThrowEvent(Lazy, bpmn.IntermediateThrowEvent):
    """Throws a message, a signal or an escalation, or merely marks a point."""


class IntermediateCatchEvent(Lazy, bpmn.IntermediateCatchEvent):
    """Waits for a time, a message, a signal or a condition."""


class BoundaryEvent(Lazy, bpmn.BoundaryEvent):
    """Waits beside an activity; one that does not interrupt it may occur again and again."""

    def catch(self, my_task: SpiffTask, event: BpmnEvent) -> None:
        super().catch(my_task, event)
        if not self.cancel_activity:
            self.event_definition.update_task_data(my_task)
            self.event_definition.reset(my_task)
            begin_beside(my_task)

    def _on_ready_hook(self, my_task: SpiffTask) -> None:
        super()._on_ready_hook(my_task)
        if self.cancel_activity:
            interrupt(my_task)

    def _go_on(self, my_task: SpiffTask) -> None:
        if not my_task.children:
            follow(my_task)  # a repeated timer has begun what follows at each occurrence


class SendTask(Lazy, spiff.SendTask):
    """Sends a message."""


class ReceiveTask(Lazy, spiff.ReceiveTask):
    """Waits for a message."""


class EventGateway(bpmn.EventBasedGateway):
    """Waits for the first of several events."""
