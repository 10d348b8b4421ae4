"""The instance that another one is about: ended from there, with a line in its own record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from engine import incidents, locks
from engine.access import INSTANCES, TASKS
from engine.chain import append
from engine.db import Instance, Message, Task, table
from engine.errors import Conflict, Text
from engine.notices import notify, post

if TYPE_CHECKING:
    from engine.run import Run

CANCELLED = "cancelled"
"""The status of an instance that was ended from outside, the kind of the event that says so, and of the notices."""

_OVER = update(table(Instance)).where(INSTANCES.id == bindparam("instance"))
_CANCEL_TASKS = update(table(Task)).where(TASKS.instance_id == bindparam("instance"), TASKS.state == "open")


def end_about(run: Run, reason: Text) -> None:
    """End what the run's instance is about: no step of it is open any more. Raises `Conflict` when it is over."""
    session, target = run.session, locks.take(run.session, locks.BY_ID, instance=run.row.about)
    if target is None or target.status not in ("running", "incident"):
        raise Conflict(_OVER_ALREADY, decided_at=target.ended_at if target else None)
    waited = session.execute(_open_tasks(target)).all()
    session.execute(_CANCEL_TASKS.values(state="cancelled", done_at=run.now), {"instance": target.id})
    head = append(session, target, CANCELLED, at=run.now, facts=_facts(run), payload=_payload(run, reason))
    session.execute(_OVER.values(**_ended(run.now, target.events + 1, head)), {"instance": target.id})
    incidents.close(session, incidents.of_instance(target.id), by=None, now=run.now)
    _tell(run, target, waited)


def _open_tasks(target: Any) -> Any:
    return select(TASKS.principal, TASKS.claimed_by).where(TASKS.instance_id == target.id, TASKS.state == "open")


def _ended(now: datetime, events: int, head: bytes) -> dict[str, Any]:
    over = {"status": CANCELLED, "ended_at": now, "events": events, "head": head}
    return over | dict.fromkeys(("state", "next_due", "undo", "undo_until"))


def _facts(run: Run) -> dict[str, Any]:
    return {
        "actor": run.actor.person if run.actor else None,
        "capacity": run.cause.capacity if run.cause else None,
        "by": run.row.reference,
        "release": run.release,
    }


def _payload(run: Run, reason: Text) -> dict[str, Any]:
    return {"reason": {"id": reason.id, "en": reason.en}, "by": run.row.reference}


def _tell(run: Run, target: Any, waited: Collection[Any]) -> None:
    """The parties and who was working on it are told; mail that called somebody to a step is not sent any more."""
    me = run.actor.person if run.actor else ""
    unsent = (Message.instance_id == target.id, Message.kind == "task", Message.done_at.is_(None))
    run.session.execute(delete(Message).where(*unsent))
    people = {target.subject, target.starter, *(task.claimed_by for task in waited if task.claimed_by)} - {me}
    notify(run.session, target, dict.fromkeys(sorted(people), CANCELLED), at=run.now)
    recipients = {f"person:{person}" for person in people} | {task.principal for task in waited}
    mail = dict.fromkeys(sorted(recipients - {f"person:{me}"}), CANCELLED)
    post(run.session, target, mail, now=run.now, due=run.now)


_OVER_ALREADY = Text(
    "Permohonan yang dimaksud sudah selesai, sehingga tidak dapat dihentikan lagi. Buka permohonan itu sekali lagi.",
    "The request that is meant is over, so it can no longer be ended. Open that request once more.",
)
