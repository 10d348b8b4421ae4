"""Taking the last decision back, as long as nothing that follows from it has left the house.

A decision keeps beside the new state what it changed: the state before, the tasks it made and closed, and which
services it called. Until the time is over, that can be put back, with a line of its own in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from engine import incidents
from engine.access import INSTANCES, TASKS
from engine.chain import append
from engine.db import IdempotencyKey, Instance, Message, Notice, Task, table
from engine.errors import Conflict, EngineError, NotPermitted, Text
from engine.notices import SEAL, notify, post
from engine.services import Decision, Services
from engine.state import pack, unpack

if TYPE_CHECKING:
    from engine.run import Run

TAKEN_BACK = "taken_back"
"""The kind of the event, and of the notice to whoever had begun with what followed."""
MOST_FORGOTTEN = 1_000
"""Instances whose chance has gone by that one transaction of the worker clears."""

Calls = Sequence[tuple[str, Mapping[str, Any]]]
"""The services that were called and write, in order, each with what it returned."""

_STORE = update(table(Instance)).where(INSTANCES.id == bindparam("instance"))


@dataclass(frozen=True)
class Change:
    """What a decision changed, as it is kept. ``event`` is its number; ``moved`` are values that tasks had before."""

    event: int
    task: UUID
    by: str
    status: str
    state: bytes
    next_due: datetime | None
    created: tuple[UUID, ...]
    closed: tuple[UUID, ...]
    moved: tuple[Mapping[str, Any], ...]
    calls: tuple[tuple[str, Mapping[str, Any]], ...]

    def packed(self) -> bytes:
        """The change as bytes."""
        ids = {"task": self.task.bytes, **{name: [each.bytes for each in getattr(self, name)] for name in _IDS}}
        plain = {name: getattr(self, name) for name in ("event", "by", "status", "state", "next_due")}
        moved = [{**each, "id": each["id"].bytes} for each in self.moved]
        return pack({**plain, **ids, "moved": moved, "calls": [list(call) for call in self.calls]})

    @classmethod
    def read(cls, kept: bytes) -> Change:
        """What `packed` wrote."""
        values = dict(unpack(kept))
        values |= {name: tuple(UUID(bytes=each) for each in values[name]) for name in _IDS}
        values["moved"] = tuple({**each, "id": UUID(bytes=each["id"])} for each in values["moved"])
        values["calls"] = tuple((name, result) for name, result in values["calls"])
        return cls(**values | {"task": UUID(bytes=values["task"]), "event": int(values["event"])})


_IDS = ("created", "closed")


def can_be_undone(services: Services, calls: Calls) -> bool:
    """Whether each of the services that wrote something knows how to take it back."""
    return all(services[name].undo is not None for name, _ in calls)


def change_of(session: Session, row: Any, person: str, now: datetime) -> Change:
    """What the person may still take back of a locked instance. Raises `NotPermitted`, `Conflict`."""
    if row.undo is None or row.undo_until is None or row.undo_until <= now:
        raise _nothing_left(session, row.id, person)
    change = Change.read(row.undo)
    if change.by != person:
        raise NotPermitted(_NOT_YOURS)
    return change


def before(row: Any, change: Change) -> Any:
    """The instance's row as it was before the decision, with the record as it is now."""
    past = {"status": change.status, "state": change.state, "next_due": change.next_due}
    return SimpleNamespace(**{**row._mapping, **past, "ended_at": None, "outcome": None})


def put_back(run: Run, change: Change, task: Any, until: datetime) -> None:
    """Undo a decision in the run of the instance as it was before it. Raises what the services' undoing raises."""
    _require_unused(run, task)
    _stop_messages(run, change, until)
    waiting = (each.data for each in run.workflow.waiting_steps() if each.id == change.task)
    data: Mapping[str, Any] = next(waiting, {})
    _undo_services(run, change, task, until, data)
    run.sum_up(task.step, data.get(task.step) or {})
    claimed = _put_back_tasks(run, change)
    by = run.actor.person if run.actor else ""
    facts = {
        "actor": by,
        "step": task.step,
        "item": task.item,
        "principal": task.principal,
        "capacity": task.capacity,
        "undoes": change.event,
        "release": run.release,
    }
    head = append(run.session, run.row, TAKEN_BACK, at=run.now, facts=facts, payload={"answers": {}})
    told = dict.fromkeys(sorted(claimed - {by}), TAKEN_BACK)
    notify(run.session, run.row, told, at=run.now)
    post(run.session, run.row, {f"person:{each}": kind for each, kind in told.items()}, now=run.now, due=run.now)
    _store(run, change, head)


def forget(session: Session, *, now: datetime) -> int:
    """Drop what decisions changed that are final by now. Returns how many there were."""
    final = select(Instance.id).where(Instance.undo_until <= now).limit(MOST_FORGOTTEN)
    ids = session.scalars(final.with_for_update(skip_locked=True)).all()
    if ids:
        gone = update(table(Instance)).where(INSTANCES.id.in_(ids), INSTANCES.undo_until <= now)
        session.execute(gone.values(undo=None, undo_until=None))
    return len(ids)


def _require_unused(run: Run, task: Any) -> None:
    """Nobody has asked for anything about the instance as it was decided. Raises `Conflict`."""
    later = select(INSTANCES.reference).where(INSTANCES.about == run.row.id, INSTANCES.started_at >= task.done_at)
    if (found := run.session.scalar(later.limit(1))) is not None:
        text = Text(
            f"Keputusan ini tidak dapat ditarik kembali lagi: permohonan {found} sudah didasarkan padanya.",
            f"This decision can no longer be taken back: the request {found} builds on it.",
        )
        raise Conflict(text)


def _stop_messages(run: Run, change: Change, until: datetime) -> None:
    """Take notices and messages out before they leave. Raises `Conflict` if one is on its way."""
    of_instance = (Message.instance_id == run.row.id, Message.kind != SEAL)
    run.session.execute(delete(Message).where(*of_instance, Message.due == until))
    begun = exists().where(*of_instance, Message.key.startswith(f"{run.row.id}.{change.event}."))
    if run.session.scalar(select(begun)):
        raise Conflict(_LEFT)
    run.session.execute(delete(Notice).where(Notice.instance_id == run.row.id, Notice.event == change.event))
    repeated = (IdempotencyKey.route.contains(str(change.task)), IdempotencyKey.key.startswith("="))
    run.session.execute(delete(IdempotencyKey).where(IdempotencyKey.person == change.by, *repeated))


def _undo_services(run: Run, change: Change, task: Any, until: datetime, data: Mapping[str, Any]) -> None:
    """The last first. To each it looks as it did when it was called, but that the event is the new one."""
    context = replace(
        run.context(data),
        cause=Decision(
            task.step, task.role, task.done_by, task.principal, task.capacity or "", task.outcome, task.done_at
        ),
        final_at=until,
    )
    for name, result in reversed(change.calls):
        undo = run.services[name].undo if name in run.services else None
        if undo is None:  # a release between the decision and now no longer knows how
            raise Conflict(_NOT_UNDONE)
        undo(context, event=change.event, result=result)


def _put_back_tasks(run: Run, change: Change) -> set[str]:
    """The task is its person's again; who had taken one of those that followed."""
    session, tasks = run.session, table(Task)
    followed = TASKS.id.in_(sorted(change.created))
    claimed = set(session.scalars(select(TASKS.claimed_by).where(followed, TASKS.claimed_by.is_not(None))))
    if change.created:
        session.execute(update(tasks).where(followed).values(state="cancelled", done_at=run.now))
    if change.closed:
        reopened = {"state": "open", "done_at": None, "alert_at": run.now}
        session.execute(update(tasks).where(TASKS.id.in_(sorted(change.closed))).values(**reopened))
    for values in change.moved:
        session.execute(update(tasks).where(TASKS.id == values["id"]).values(**values))
    own = {"state": "open", **dict.fromkeys(("done_by", "done_at", "capacity", "outcome"))}
    own |= {"claimed_by": change.by, "claimed_at": run.now, "alert_at": run.now}  # the worker plans it anew
    session.execute(update(tasks).where(TASKS.id == change.task).values(**own))
    return claimed


def _store(run: Run, change: Change, head: bytes) -> None:
    values = {
        "status": change.status,
        "state": change.state,
        "next_due": change.next_due,
        "events": run.row.events + 1,
        "head": head,
        **dict.fromkeys(("outcome", "ended_at", "undo", "undo_until")),
        **run.summed_up,
    }
    run.session.execute(_STORE.values(**values), {"instance": run.row.id})
    held = incidents.of_instance(run.row.id)
    incidents.close(run.session, held, by=change.by, now=run.now)


def _nothing_left(session: Session, instance: UUID, person: str) -> EngineError:
    """Why nothing can be taken back any more, with what was done last; for who never decided, that it is not theirs."""
    done = select(TASKS.done_by, TASKS.done_at, TASKS.outcome).where(TASKS.instance_id == instance)
    steps = session.execute(done.where(TASKS.state == "done").order_by(TASKS.done_at.desc())).all()
    taken_back = select(TASKS.id).where(TASKS.instance_id == instance, TASKS.claimed_by == person)
    if all(step.done_by != person for step in steps) and session.execute(taken_back).first() is None:
        return NotPermitted(_NOT_YOURS)
    last = steps[0] if steps else None
    return Conflict(_TOO_LATE, decided_at=last.done_at if last else None, outcome=last.outcome if last else None)


_NOT_YOURS = Text("Hanya yang memutuskan yang menarik kembali.", "Only who decided takes it back.")
_TOO_LATE = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: waktunya lewat, langkah berikutnya sudah dikerjakan, atau sudah "
    "ditarik.",
    "This decision can no longer be taken back: its time is over, the next step has been done, or it has been taken "
    "back.",
)
_LEFT = Text(
    "Keputusan ini tidak dapat ditarik kembali lagi: pemberitahuan atau suratnya sudah dikirim.",
    "This decision can no longer be taken back: its notices or its letter have left.",
)
_NOT_UNDONE = Text(
    "Keputusan ini tidak dapat ditarik kembali: akibatnya tidak dapat dibatalkan.",
    "This decision cannot be taken back: what followed from it cannot be undone.",
)
