"""The parser and the workflow that run a package on SpiffWorkflow; nobody else touches the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Protocol

from lxml import etree
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import task_spec as tasks
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine import event_parsing, events, gateways, items, joins, nodes
from engine.diagram import prepared
from engine.dmn import Decisions, read_decisions
from engine.due import due_timers, set_off
from engine.errors import ServiceFailed, Text
from engine.limits import Limits
from engine.package import Package
from engine.parsing import PackageParser, SubprocessParser
from engine.readable import readable_errors
from engine.steps import Step, persons_steps
from engine.triggers import Thrown, settle
from engine.waiting import SubWorkflow, Waiting


class Host(Protocol):
    """What a running workflow asks of its surroundings."""

    now: datetime
    zone: tzinfo
    limits: Limits

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        """The value of a FEEL expression."""

    def call_service(self, name: str, parameters: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The result of a service."""

    def decide(self, decision: str, data: Mapping[str, Any]) -> Any:
        """The result of a decision table."""


class _Environment(BasePythonScriptEngineEnvironment):
    """Every expression of the library, also where it bypasses the engine, is FEEL; scripts do not run."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return self.host.evaluate(expression, context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise ServiceFailed(Text("Skrip di dalam diagram tidak dijalankan.", "Scripts in a diagram do not run."))

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise ServiceFailed(Text("Layanan ini tidak terdaftar.", "This service is not registered."))


class Workflow(Waiting, BpmnWorkflow):
    """One instance in memory.

    ``path`` lists the ids of the nodes that ran in this activation, in order; ``current`` is what runs now.
    """

    def __init__(self, compiled: Compiled, host: Host, *, deserializing: bool = False) -> None:
        self.host = host
        self.compiled = compiled
        self.path: list[str] = []
        self.thrown: list[Thrown] = []
        self.current = compiled.spec.name
        super().__init__(
            compiled.spec,
            compiled.subprocesses,
            script_engine=PythonScriptEngine(_Environment(host)),
            deserializing=deserializing,
        )

    def advance(self) -> None:
        """Run everything that needs no person, until the instance waits. Raises an `EngineError` on failure."""
        with readable_errors():
            self._run_on()

    def give(self, spiff_task: SpiffTask, answers: Mapping[str, Any]) -> None:
        """Complete a person's step with its answers, kept under the step's id, and go on."""
        with readable_errors():
            self.current = self.compiled.step_of(spiff_task)
            spiff_task.data = {**spiff_task.data, self.current: dict(answers)}
            spiff_task.run()
            self._note(spiff_task)
            settle(self)
            self._run_on()

    def waiting_steps(self) -> list[SpiffTask]:
        """The person's steps that are ready, in this process and its subprocesses."""
        return [t for t in self.everything() if t.state == TaskState.READY and t.task_spec.manual]

    def everything(self) -> Iterator[SpiffTask]:
        """Every task object, of subprocesses too."""
        yield from self.tasks.values()
        for subprocess in self.subprocesses.values():
            yield from subprocess.tasks.values()

    def next_due(self) -> datetime | None:
        """The moment of the earliest waiting timer."""
        moments = (
            due
            for task in self.event_manager.tasks.values()
            if task.state == TaskState.WAITING
            for _, due in due_timers(task)
        )
        return min(moments, default=None)

    def waits(self) -> bool:
        """Whether something outside can still move it: a person, a timer or a message."""
        return bool(self.waiting_steps()) or any(
            t.state == TaskState.WAITING for t in self.event_manager.tasks.values()
        )

    def awaited_elements(self) -> set[str]:
        """Ids of the events that are waited for."""
        return {self.compiled.step_of(t) for t in self.event_manager.tasks.values() if t.state == TaskState.WAITING}

    def outcome(self) -> str | None:
        """The id of the end event that this activation reached, if the process has ended."""
        ends = [n for n in self.path if isinstance(self.spec.task_specs.get(n), events.EndEvent)]
        return ends[-1] if self.completed and ends else None

    def create_subprocess(self, my_task: SpiffTask, spec_name: str) -> SubWorkflow:
        """As the library's, of our own class."""
        subprocess = SubWorkflow(self.compiled.subprocesses[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def _run_on(self) -> None:
        self._run_ready()
        while self.event_manager.tasks and self._a_timer_goes_off():
            self._run_ready()

    def _a_timer_goes_off(self) -> bool:
        """Let the one that is overdue longest go off: what it interrupts, the others no longer wait for."""
        due, _, task, timer = min(
            (
                (due, number, task, key)
                for number, task in enumerate(self.event_manager.tasks.values())
                if task.state == TaskState.WAITING
                for key, due in due_timers(task)
            ),
            default=(None, 0, None, ""),
        )
        if due is None or due > self.host.now:
            return False
        self.current = self.compiled.step_of(task)
        set_off(task, timer)
        return True

    def _run_ready(self) -> None:
        """As the library's `do_engine_steps`, inner subprocesses first, by scans instead of walks."""
        moved = True
        while moved:
            moved = False
            for subprocess in sorted(self.get_active_subprocesses(), key=lambda s: s.depth, reverse=True):
                moved |= self._run_ready_of(subprocess)
                parent = self.get_task_from_id(subprocess.parent_task_id)
                if not parent.has_state(TaskState.FINISHED_MASK):
                    parent.task_spec._update(parent)
            moved |= self._run_ready_of(self)
            moved = moved and bool(self.subprocesses)  # without any, nothing else could be ready by now

    def _run_ready_of(self, workflow: Any) -> bool:
        moved = False
        while ready := [t for t in workflow.tasks.values() if t.state == TaskState.READY and not t.task_spec.manual]:
            moved = True
            for task in ready:
                if task.state == TaskState.READY:
                    self._count(task)
                    task.run()
                    self.require_room(0, self.current)
                    self._note(task)
                    settle(self)
        return moved

    def _count(self, spiff_task: SpiffTask) -> None:
        self.current = self.compiled.step_of(spiff_task)
        if len(self.path) >= self.host.limits.most_steps:
            raise self.host.limits.exceeded("most_steps", self.current)

    def require_room(self, number: int, at: str) -> None:
        """Refuse so many more tasks at an element if the instance would then have too many. Raises `LimitExceeded`."""
        present = len(self.tasks) + sum(len(inner.tasks) for inner in self.subprocesses.values())
        if present + number > self.host.limits.most_tasks:
            raise self.host.limits.exceeded("most_tasks", at, element=at)

    def _note(self, spiff_task: SpiffTask) -> None:
        if getattr(spiff_task.task_spec, "bpmn_id", None):
            self.path.append(spiff_task.task_spec.bpmn_id)


@dataclass(frozen=True)
class Compiled:
    """A parsed package, shared by all its instances and never changed by them."""

    package: Package
    spec: Any
    subprocesses: Mapping[str, Any]
    decisions: Mapping[str, Decisions]
    steps: Mapping[str, Step]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By process, the nodes that saved states name by their place in here: as the version was deployed, for ever."""

    @cached_property
    def numbers(self) -> dict[str, dict[str, int]]:
        """The number of each node in the state codec, by process; a node without one is saved by its name."""
        return {process: {name: number for number, name in enumerate(names)} for process, names in self.names.items()}

    @property
    def nodes(self) -> set[str]:
        """Ids of all flow nodes that are really in the compiled process."""
        return _nodes((self.spec, *self.subprocesses.values()))

    @property
    def services(self) -> set[str]:
        """Names of the services that the package calls."""
        return {
            spec.operation_name
            for process in (self.spec, *self.subprocesses.values())
            for spec in process.task_specs.values()
            if isinstance(spec, nodes.ServiceTask)
        }

    @property
    def first_step(self) -> str | None:
        """The step right after the start event, whose answers start an instance."""
        start = self.spec.start.outputs[0]
        following = start.outputs[0].name if start.outputs else ""
        name = str(following).removesuffix(".BoundaryEventSplit")  # the library's, before a step with a timer
        return name if name in self.steps else None

    def step_of(self, spiff_task: SpiffTask) -> str:
        """The id of the step that a task object belongs to."""
        return str(spiff_task.task_spec.bpmn_id or spiff_task.task_spec.name)


class _UserTaskParser(tasks.SpiffTaskParser):
    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)


class _RuleParser(tasks.BusinessRuleTaskParser):
    def create_task(self) -> Any:
        return nodes.RuleTask(
            self.spec, self.bpmn_id, decision=self.get_decision_ref(self.node), **self.bpmn_attributes
        )


class _ServiceParser(tasks.ServiceTaskParser):
    def create_task(self) -> Any:
        task = super().create_task()
        if task.result_variable.startswith("spiff__"):
            task.result_variable = self.bpmn_id
        return task


def _looping(parser: type) -> type:
    """The same parser with our classes for repeated steps."""
    classes = {
        "STANDARD_LOOP_CLASS": items.LoopTask,
        "PARALLEL_MI_CLASS": items.ParallelItems,
        "SEQUENTIAL_MI_CLASS": items.SequentialItems,
    }
    return type(f"Alur{parser.__name__}", (parser,), classes)


class _Parser(PackageParser):
    OVERRIDE_PARSER_CLASSES: Mapping[str, tuple[type, type]] = {
        full_tag("userTask"): (_looping(_UserTaskParser), nodes.UserTask),
        full_tag("manualTask"): (_looping(_UserTaskParser), nodes.ManualTask),
        full_tag("task"): (_looping(_UserTaskParser), nodes.ManualTask),  # of no kind: somebody does it and says so
        full_tag("serviceTask"): (_looping(_ServiceParser), nodes.ServiceTask),
        full_tag("businessRuleTask"): (_looping(_RuleParser), nodes.RuleTask),
        full_tag("subProcess"): (_looping(SubprocessParser), nodes.SubProcess),
        full_tag("callActivity"): (_looping(tasks.CallActivityParser), nodes.CallActivity),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, gateways.ExclusiveGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, gateways.InclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, gateways.ParallelGateway),
        full_tag("eventBasedGateway"): (
            PackageParser.PARSER_CLASSES[full_tag("eventBasedGateway")][0],
            events.EventGateway,
        ),
        full_tag("startEvent"): (event_parsing.StartParser, events.StartEvent),
        full_tag("endEvent"): (event_parsing.EndParser, events.EndEvent),
        full_tag("boundaryEvent"): (event_parsing.BoundaryParser, events.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (event_parsing.CatchParser, events.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (event_parsing.ThrowParser, events.IntermediateThrowEvent),
        full_tag("sendTask"): (_looping(event_parsing.SendParser), events.SendTask),
        full_tag("receiveTask"): (_looping(event_parsing.ReceiveParser), events.ReceiveTask),
    }
    PARSER_CLASSES: Mapping[str, tuple[type, type]] = {}  # what is not listed above is refused, never guessed


def compile_package(package: Package) -> Compiled:
    """Parse a package into what its instances share. Raises `DiagramError` if the library cannot."""
    with readable_errors():
        parser = _parser(package)
        spec = parser.get_spec(package.manifest.process)
        subprocesses = parser.get_subprocess_specs(package.manifest.process)
    processes = {spec.name: spec, **subprocesses}
    _replace_joins(processes.values())
    _connect_loops(processes.values())
    persons = _persons(processes.values())
    return Compiled(
        package=package,
        spec=spec,
        subprocesses=subprocesses,
        decisions=_decisions(package),
        steps={step.id: step for step in persons_steps(package) if step.id in persons},
        names={name: tuple(sorted(process.task_specs)) for name, process in processes.items()},
    )


def compiled_nodes(package: Package, processes: Iterable[str]) -> set[str]:
    """Ids of the flow nodes that some processes have when compiled, with all that they call; else `DiagramError`."""
    with readable_errors():
        parser = _parser(package)
        specs = {name: parser.get_spec(name) for name in processes}
        for name in list(specs):
            parser.get_subprocess_specs(name, specs)
        return _nodes(specs.values())


def _parser(package: Package) -> _Parser:
    parser = _Parser()
    for name, content in package.named(".bpmn").items():
        parser.add_bpmn_xml(etree.fromstring(prepared(content)), name)
    return parser


def _nodes(processes: Iterable[Any]) -> set[str]:
    return {
        spec.bpmn_id or name.removesuffix(" [child]")
        for process in processes
        for name, spec in process.task_specs.items()
        if getattr(spec, "bpmn_id", None)
    }


def _decisions(package: Package) -> dict[str, Decisions]:
    """Which file's tables hold which decision id."""
    files = [read_decisions(content) for name, content in package.files.items() if name.endswith(".dmn")]
    return {decision: table for table in files for decision in table}


def _persons(processes: Iterable[Any]) -> set[str]:
    """Ids of the steps that wait for a person."""
    kinds = (nodes.UserTask, nodes.ManualTask)
    return {str(spec.bpmn_id) for p in processes for spec in p.task_specs.values() if isinstance(spec, kinds)}


def _replace_joins(processes: Any) -> None:
    """Give the joins that the library makes by itself, asking no parser, our classes."""
    for process in processes:
        process.end.__class__ = joins.EndJoin
        for spec in process.task_specs.values():
            if isinstance(spec, BoundaryEventJoin):
                spec.__class__ = joins.BoundaryJoin


def _connect_loops(processes: Any) -> None:
    """Connect repeated steps now: the library would do it at the first run and so change a shared spec."""
    for process in processes:
        for spec in process.task_specs.values():
            if isinstance(spec, items.LoopTask | items.ParallelItems | items.SequentialItems):
                repeated = process.task_specs[spec.task_spec]
                if not repeated.completed_event.is_connected(spec.merge_child):
                    repeated.completed_event.connect(spec.merge_child)
