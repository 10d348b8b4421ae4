"""The library's process parser without its recursion: first every node, then the flows between them.

The library follows each flow with a call inside a call, and so gives up on a chain of about 330 nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser, SpiffProcessParser
from SpiffWorkflow.spiff.parser.task_spec import SubWorkflowParser


class ProcessParser(SpiffProcessParser):
    """One process or subprocess: its start events and everything that flows lead to from there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.unconnected: deque[etree._Element] = deque()
        super().__init__(*args, **kwargs)

    def _index_process_nodes(self) -> None:
        """By their ids only elements of the standard: what an extension calls itself is its own affair."""
        self.nodes_by_id = {node.get("id"): node for node in self.xpath(".//bpmn:*[@id]")}
        for flow in self.xpath(".//bpmn:sequenceFlow"):
            self.outgoing_sequence_flows.setdefault(flow.get("sourceRef"), []).append(flow)
        for event in self.xpath(".//bpmn:boundaryEvent"):
            self.boundary_events_by_attached.setdefault(event.get("attachedToRef"), []).append(event)

    @property
    def declared(self) -> Mapping[tuple[str, str], etree._Element]:
        """The messages, signals, errors and escalations of the file, by element name and id."""
        return self.parser.declared[id(self.document_root)]  # type: ignore[no-any-return]  # the library's attribute

    def add_tasks(self) -> None:
        super().add_tasks()
        while self.unconnected:
            self._connect(self.unconnected.popleft())

    def get_outgoing_sequence_flows(self, source_ref: str) -> Sequence[etree._Element]:
        """None for the library, which would follow them at once."""
        return ()

    def parse_node(self, node: etree._Element) -> Any:
        """The node itself, or what stands before it for the sake of its boundary events."""
        name = node.get("id")
        if name not in self.spec.task_specs:
            super().parse_node(node)
            self.unconnected.append(node)
        return self.spec.task_specs.get(f"{name}.BoundaryEventSplit", self.spec.task_specs[name])

    def _connect(self, node: etree._Element) -> None:
        parser_class, spec_class = self.parser._get_parser_class(node.tag)
        parser = parser_class(self, spec_class, node, self.nsmap, lane=self.lane)
        parser.task = self.spec.task_specs[node.get("id")]
        flows = self.outgoing_sequence_flows.get(node.get("id"), [])
        if len(flows) > 1 and not parser.handles_multiple_outgoing():
            raise ValidationException("several flows without a gateway", node=node, file_name=self.filename)
        only_way = len(flows) == 1 and parser.parse_condition(flows[0]) is None
        for flow in flows:
            target = self.get_node_by_id(flow.get("targetRef"))
            if target is None:
                raise ValidationException("a flow without target", node=flow, file_name=self.filename)
            parser.connect_outgoing(self.parse_node(target), flow, only_way or flow.get("id") == node.get("default"))
        if not flows and self.spec.end not in parser.task.outputs and node.get("triggeredByEvent") != "true":
            parser.task.connect(self.spec.end)  # as in the standard, a path ends where nothing leads on


class SubprocessParser(SubWorkflowParser):
    """A subprocess, which as in the standard may end without an end event."""

    def create_task(self) -> Any:
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)


class PackageParser(SpiffBpmnParser):
    """All processes of a package; which class reads which element, the subclass says."""

    PROCESS_PARSER_CLASS = ProcessParser

    def __init__(self) -> None:
        super().__init__()
        self.declared: dict[int, Mapping[tuple[str, str], etree._Element]] = {}

    def _add_diagram_indexes(self, root: etree._Element) -> None:
        super()._add_diagram_indexes(root)
        self.declared[id(root)] = {(str(element.tag), element.get("id", "")): element for element in root}

    def get_subprocess_specs(self, name: str, specs: dict[str, Any] | None = None, _required: bool = True) -> Any:
        """As the library's, without a call inside a call for each process that is called."""
        found = {} if specs is None else specs
        todo = [name]
        while todo:
            for spec in self.get_spec(todo.pop()).task_specs.values():
                if isinstance(spec, SubWorkflowTaskMixin) and spec.spec not in found:
                    found[spec.spec] = self.get_spec(spec.spec)
                    todo.append(spec.spec)
        return found

    def get_engine(self, decision_ref: str, node: Any) -> None:
        """Decisions are ours; the library's Python tables are never built."""

    def _add_correlations(self, bpmn: Any) -> None:
        """A correlation that would decide anything is refused; the library need not understand the others."""
