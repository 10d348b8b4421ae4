"""The library's parsers of events, with triggers of our own in place of its event definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.spiff.parser import event_parsers as library

from engine.bpmn.nodes import child, extension_text, formula
from engine.bpmn.xml import text_of
from engine.due import CycleTimer, DateTimer, DurationTimer
from engine.parsing import ProcessParser
from engine.triggers import Condition, Error, Escalation, Message, Signal, Terminate

_TIMERS = {"timeDate": DateTimer, "timeDuration": DurationTimer, "timeCycle": CycleTimer}


class _Triggers:
    """Mixin for event parsers: the event's one definition, read by us."""

    bpmn_id: str
    node: etree._Element
    process_parser: ProcessParser
    filename: str

    def get_event_definition(self, xpaths: Sequence[str]) -> Any:
        """What the event throws or waits for; what has several definitions is refused before."""
        for element in self.node:
            if element.tag in _READERS:
                return _READERS[element.tag](self, element)
        return NoneEventDefinition()

    def parse_message_event(self, element: etree._Element) -> Message:
        """A message, of an event or of a task that names it itself."""
        message = self._declared("message", element)
        holders = [holder for holder in (message, element) if holder is not None]
        payload, variable = (
            next((text for holder in holders if (text := extension_text(holder, name))), None)
            for name in ("messagePayload", "messageVariable")
        )
        return Message(self._name(message), payload, variable)

    def signal(self, element: etree._Element) -> Signal:
        declared = self._declared("signal", element)
        return Signal(self._name(declared), *_kept(declared))

    def error(self, element: etree._Element) -> Error:
        declared = self._declared("error", element)
        return Error(_code(declared, "errorCode"), *_kept(declared))

    def escalation(self, element: etree._Element) -> Escalation:
        declared = self._declared("escalation", element)
        return Escalation(_code(declared, "escalationCode"), *_kept(declared))

    def condition(self, element: etree._Element) -> Condition:
        expression = child(element, "condition")
        if expression is None:
            raise self._unclear("condition without expression")
        return Condition(self.bpmn_id, formula(expression).text)

    def terminate(self, element: etree._Element) -> Terminate:
        return Terminate()

    def timer(self, element: etree._Element) -> Any:
        for name, definition in _TIMERS.items():
            time = child(element, name)
            if time is not None and text_of(time):
                return definition(self.bpmn_id, text_of(time))
        raise self._unclear("timer without time")

    def _declared(self, kind: str, element: etree._Element) -> etree._Element | None:
        """The message, signal, error or escalation that an event refers to, if it refers to one."""
        ref = element.get(f"{kind}Ref")
        if ref is None:
            return None
        found = self.process_parser.declared.get((full_tag(kind), ref))
        if found is None:
            raise self._unclear(f"{kind} missing")
        return found

    def _name(self, declared: etree._Element | None) -> str:
        """What tells messages and signals apart: as in the standard their id, not their name."""
        return str(self.node.get("name") or self.bpmn_id) if declared is None else str(declared.get("id"))

    def _unclear(self, message: str) -> ValidationException:
        return ValidationException(message, node=self.node, file_name=self.filename)


_READERS: Mapping[str, Callable[[Any, etree._Element], Any]] = {
    full_tag("messageEventDefinition"): _Triggers.parse_message_event,
    full_tag("signalEventDefinition"): _Triggers.signal,
    full_tag("errorEventDefinition"): _Triggers.error,
    full_tag("escalationEventDefinition"): _Triggers.escalation,
    full_tag("conditionalEventDefinition"): _Triggers.condition,
    full_tag("terminateEventDefinition"): _Triggers.terminate,
    full_tag("timerEventDefinition"): _Triggers.timer,
}


def _code(declared: etree._Element | None, attribute: str) -> str | None:
    return None if declared is None else declared.get(attribute) or None


def _kept(declared: etree._Element | None) -> tuple[str | None, str | None]:
    """What is sent along, and the name under which it is kept."""
    if declared is None:
        return None, None
    return extension_text(declared, "payloadExpression") or None, extension_text(declared, "variableName") or None


class StartParser(_Triggers, library.SpiffStartEventParser):
    """Start events."""


class EndParser(_Triggers, library.SpiffEndEventParser):
    """End events."""


class CatchParser(_Triggers, library.SpiffIntermediateCatchEventParser):
    """Intermediate events that wait."""


class ThrowParser(_Triggers, library.SpiffIntermediateThrowEventParser):
    """Intermediate events that throw."""


class BoundaryParser(_Triggers, library.SpiffBoundaryEventParser):
    """Boundary events."""


class SendParser(_Triggers, library.SpiffSendTaskParser):
    """Tasks that send."""


class ReceiveParser(_Triggers, library.SpiffReceiveTaskParser):
    """Tasks that wait for a message."""
