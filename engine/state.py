"""The compact state of an instance: only what can still matter, in bytes of our own format.

A finished step leaves the state (its record is in the event chain), so that saving and loading cost
the same after a thousand rounds as after one. Kept are the unfinished tasks, their parents, the points
where parallel branches began, and what a collecting join or a repeated step still looks at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgpack
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ServiceFailed, Text
from engine.feel.moments import time_of, time_text
from engine.feel.values import Months
from engine.merge import same
from engine.nodes import UNFINISHED, Lazy
from engine.spiff import Compiled, Host, Workflow
from engine.waiting import SubWorkflow

FORMAT = 1
"""Number of this layout, the first byte of a state; a later release reads every earlier one."""

_DECIMAL, _DATE, _MOMENT, _DURATION, _MONTHS, _TIME = 1, 2, 3, 4, 5, 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_SAME = 0
"""Written instead of a task's data when it equals its parent's."""
_STATES = (
    TaskState.MAYBE,
    TaskState.LIKELY,
    TaskState.FUTURE,
    TaskState.WAITING,
    TaskState.READY,
    TaskState.STARTED,
    TaskState.COMPLETED,
    TaskState.ERROR,
    TaskState.CANCELLED,
)
"""A task's state is written as its place in here: the library may change its own numbers."""


class StateUnreadable(ServiceFailed):
    """This release cannot go on with what was saved; it stays as it is, for a release that can."""

    text = Text(
        "Keadaan tersimpan permohonan ini tidak dapat dibaca. Tidak ada yang diubah; hubungi pengelola sistem.",
        "The saved state of this request cannot be read. Nothing was changed; ask the administrator.",
    )


OTHER_FORMAT = "state-format"
"""Code of the incident of an instance that another release saved in a format of its own."""


class FormatUnknown(StateUnreadable):
    """The state was saved by a release that this one does not know."""

    code = OTHER_FORMAT

    def __init__(self, state: bytes) -> None:
        found = state[0] if state else 0
        super().__init__(
            Text(
                f"Permohonan ini disimpan oleh rilis Alur lain (format {found}); rilis ini membaca format {FORMAT}. "
                "Tidak ada yang hilang: minta pengelola sistem memasang kembali rilis yang menyimpannya.",
                f"This request was saved by another release of Alur (format {found}); this one reads format {FORMAT}. "
                "Nothing is lost: ask the administrator to install the release that saved it again.",
            )
        )


class NodeUnknown(StateUnreadable):
    """The state stands at a node that this release does not make of the diagram."""

    def __init__(self, node: str) -> None:
        super().__init__(
            Text(
                f"Permohonan ini berada pada “{node}”, yang tidak dikenal rilis Alur ini. Tidak ada yang hilang: "
                "minta pengelola sistem memasang kembali rilis yang menyimpannya.",
                f"This request stands at “{node}”, which this release of Alur does not know. Nothing is lost: "
                "ask the administrator to install the release that saved it again.",
            )
        )


def pack(value: Any) -> bytes:
    """Bytes of plain values: text, boolean, whole number, Decimal, date, moment, time, duration, list, map, null.

    Raises TypeError for any other type: what cannot come back as it was does not go in.
    """
    return bytes(msgpack.packb(value, default=_tagged, strict_types=True))


def unpack(data: bytes) -> Any:
    """The values that `pack` was given, types and all."""
    return msgpack.unpackb(data, ext_hook=_untagged, strict_map_key=False)


def _tagged(value: Any) -> msgpack.ExtType:
    if isinstance(value, Decimal) and value.is_finite():
        return msgpack.ExtType(_DECIMAL, str(value).encode())
    if isinstance(value, int) and not isinstance(value, bool):
        return msgpack.ExtType(_DECIMAL, str(value).encode())
    if isinstance(value, datetime) and value.tzinfo is not None:
        return msgpack.ExtType(_MOMENT, struct.pack(">q", (value - _EPOCH) // _MICRO))
    if type(value) is date:
        return msgpack.ExtType(_DATE, struct.pack(">i", value.toordinal()))
    if isinstance(value, timedelta):
        return msgpack.ExtType(_DURATION, struct.pack(">q", value // _MICRO))
    if isinstance(value, Months):
        return msgpack.ExtType(_MONTHS, struct.pack(">i", value.count))
    if isinstance(value, time):
        return msgpack.ExtType(_TIME, time_text(value).encode())
    raise TypeError(f"a {type(value).__name__} has no place in process data")


def _untagged(code: int, data: bytes) -> Any:
    if code == _DECIMAL:
        return Decimal(data.decode())
    if code == _MOMENT:
        return _EPOCH + struct.unpack(">q", data)[0] * _MICRO
    if code == _DATE:
        return date.fromordinal(struct.unpack(">i", data)[0])
    if code == _DURATION:
        return struct.unpack(">q", data)[0] * _MICRO
    if code == _MONTHS:
        return Months(struct.unpack(">i", data)[0])
    if code == _TIME and (clock := time_of(data.decode())) is not None:
        return clock
    raise ValueError(f"unknown tag {code} in a state")


def dump(workflow: Workflow, steps: Mapping[str, Any]) -> bytes:
    """The instance's state; ``steps`` is what the engine keeps beside it (latest completion of each step).

    Raises `LimitExceeded` when it is larger than the limit, `ServiceFailed` when something in it cannot be kept.
    """
    numbers: dict[UUID, int] = {}
    parts = [_dump_tree(workflow, numbers)]
    for subprocess in sorted(_open_subprocesses(workflow), key=lambda s: s.depth):
        parts.append([numbers[subprocess.parent_task_id], *_dump_tree(subprocess, numbers)])
    blob = bytes([FORMAT]) + _packed([dict(steps), *parts])
    limits = workflow.host.limits
    if len(blob) > 1_000 * limits.largest_state:
        raise limits.exceeded("largest_state", workflow.path[-1] if workflow.path else workflow.spec.name)
    return blob


def _packed(parts: list[Any]) -> bytes:
    try:
        return pack(parts)
    except (TypeError, ValueError, OverflowError) as error:
        raise ServiceFailed(
            Text(
                "Data permohonan memuat nilai yang tidak dapat disimpan.",
                "The request's data hold a value that cannot be kept.",
            )
        ) from error


def load(blob: bytes, compiled: Compiled, host: Host) -> tuple[Workflow, dict[str, Any]]:
    """The instance that `dump` wrote, ready to go on, and the steps beside it. Raises `StateUnreadable`."""
    if blob[:1] != bytes([FORMAT]):
        raise FormatUnknown(blob)
    try:
        steps, main, *subprocesses = unpack(blob[1:])
        workflow = Workflow(compiled, host, deserializing=True)
        tasks: list[SpiffTask] = []
        _load_tree(workflow, main, tasks)
        for parent, *part in subprocesses:
            _load_tree(_subprocess(workflow, tasks[parent]), part, tasks)
    except (LookupError, TypeError, ValueError, ArithmeticError, struct.error) as error:
        raise StateUnreadable from error  # whatever is damaged about it, told apart from a failure of the process
    return workflow, steps


def _subprocess(workflow: Workflow, task: SpiffTask) -> Any:
    spec = workflow.compiled.subprocesses[task.task_spec.spec]
    subprocess = SubWorkflow(spec, parent_task_id=task.id, top_workflow=workflow, deserializing=True)
    workflow.subprocesses[task.id] = subprocess
    subprocess.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    return subprocess


def _open_subprocesses(workflow: Workflow) -> list[Any]:
    return [
        s for s in workflow.subprocesses.values() if workflow.get_task_from_id(s.parent_task_id).has_state(UNFINISHED)
    ]


def _dump_tree(workflow: Any, numbers: dict[UUID, int]) -> list[Any]:
    number_of = workflow.top_workflow.compiled.numbers.get(workflow.spec.name, {})
    rows = []
    for task, parent in _kept(workflow):
        numbers[task.id] = len(numbers)
        name = task.task_spec.name
        rows.append(_row(task, parent, number_of.get(name, name), numbers))
    return [workflow.data, rows]


def _row(task: SpiffTask, parent: SpiffTask | None, spec: int | str, numbers: Mapping[UUID, int]) -> list[Any]:
    row = [
        spec,
        -1 if parent is None else numbers[parent.id],
        _STATES.index(task.state),
        _delta(task.data, {} if parent is None else parent.data),
    ]
    identity = task.id.bytes if task.has_state(UNFINISHED) or task.triggered else None
    optional = [identity, dict(task.internal_data) or None, task.triggered or None]
    while optional and optional[-1] is None:
        optional.pop()
    return row + optional


def _delta(data: Mapping[str, Any], base: Mapping[str, Any]) -> Any:
    changed = {key: value for key, value in data.items() if key not in base or not same(base[key], value)}
    removed = [key for key in base if key not in data]
    if not changed and not removed:
        return _SAME
    return [changed, removed] if removed else [changed]


def _load_tree(workflow: Any, part: Any, tasks: list[SpiffTask]) -> None:
    data, rows = part
    workflow.data = data
    names = workflow.top_workflow.compiled.names.get(workflow.spec.name, ())
    root = SpiffTask(workflow, workflow.spec.start, state=TaskState.COMPLETED, id=-len(tasks) - 1)
    workflow.task_tree = root
    loaded = []
    for order, (spec, parent, state, delta, *optional) in enumerate(rows):
        identity, internal, triggered = (*optional, None, None, None)[:3]
        above = root if parent < 0 else tasks[parent]
        key = UUID(bytes=identity) if identity else len(tasks) + 1  # who has finished needs no name in the world
        task = SpiffTask(workflow, _spec(workflow, spec, names), above, _STATES[state], key)
        task.data = _applied(above.data, delta)
        task.internal_data = internal or {}
        task.triggered = bool(triggered)
        task.last_state_change = order
        tasks.append(task)
        loaded.append(task)
    for task in loaded:
        _revive(task)


def _spec(workflow: Any, written: int | str, names: Sequence[str]) -> Any:
    """The node that a number in the version's table, or a name that is not in the table, stands for."""
    name = written if isinstance(written, str) else names[written]
    found = workflow.spec.task_specs.get(name)
    if found is None:
        raise NodeUnknown(name)
    return found


def _applied(base: Mapping[str, Any], delta: Any) -> dict[str, Any]:
    data = dict(base)
    if delta != _SAME:
        for key in delta[1] if len(delta) > 1 else ():
            data.pop(key)
        data.update(delta[0])
    return data


def _revive(task: SpiffTask) -> None:
    """Register waiting events, and predict again what the library expects below an unfinished task."""
    if not task.has_state(UNFINISHED):
        return
    if isinstance(task.task_spec, CatchingEvent) and task.state == TaskState.WAITING:
        task.workflow.top_workflow.event_manager.add_task(task)
    if not isinstance(task.task_spec, Lazy) and not task.children:
        task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def _kept(workflow: Any) -> list[tuple[SpiffTask, SpiffTask | None]]:
    """The tasks that stay, parents first, each with its nearest ancestor that stays (None: the root)."""
    if (step := _only_step(workflow)) is not None:
        return [(step, None)]
    root = workflow.task_tree
    keep = _needed(workflow.tasks.values())
    keep |= _branching_points(keep)
    keep.discard(root)
    in_order: list[tuple[SpiffTask, SpiffTask | None]] = []
    for task in sorted(keep, key=lambda t: (t.depth, t.last_state_change)):
        parent = task.parent
        while parent is not root and parent not in keep:
            parent = parent.parent
        in_order.append((task, None if parent is root else parent))
    return in_order


def _only_step(workflow: Any) -> SpiffTask | None:
    """The person's step that alone is left to do, if that is all: nothing before it matters any more."""
    unfinished = [task for task in workflow.tasks.values() if task.has_state(UNFINISHED)]
    if len(unfinished) != 1 or not (unfinished[0].state == TaskState.READY and unfinished[0].task_spec.manual):
        return None
    return None if isinstance(unfinished[0].parent.task_spec, BoundaryEventSplit) else unfinished[0]


def _needed(tasks: Iterable[SpiffTask]) -> set[SpiffTask]:
    every = list(tasks)
    needed = {task for task in every if task.has_state(UNFINISHED)}
    for task in list(needed):
        if isinstance(task.task_spec, LoopTask):
            needed.update(child for child in task.children if child.triggered)
        if isinstance(task.task_spec, BoundaryEventJoin):
            needed.add(task.find_ancestor(task.task_spec.split_task))
    needed |= {task.parent for task in needed if task.parent is not None}
    for task in list(needed):
        if isinstance(task.task_spec, BoundaryEventSplit):
            needed.update(
                child for child in task.children if not child.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE)
            )
    return needed


def _branching_points(keep: set[SpiffTask]) -> set[SpiffTask]:
    """Tasks below which two or more lines of kept tasks part: the base of a later merge."""
    came_from: dict[SpiffTask, set[UUID]] = {}
    for task in keep:
        child, parent = task, task.parent
        while parent is not None:
            known = came_from.setdefault(parent, set())
            if child.id in known:
                break
            known.add(child.id)
            child, parent = parent, parent.parent
    return {task for task, children in came_from.items() if len(children) > 1}
