"""Handing an open task on: by who holds it, or by who sees to it that the tasks of its unit are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import notes
from engine.access import TASKS, capacity_for, claimed_by_another, may_do, may_move
from engine.actor import Actor, Directory
from engine.chain import append
from engine.db import Event, Task, table
from engine.errors import Conflict, NotPermitted, Refused, Text
from engine.notices import notify, post
from engine.record import read_facts

REFERRED, REASSIGNED = "referred", "reassigned"
"""The kinds of the events and of the notices: the holder handed it on, or the personnel office did."""
MOVED_AWAY = "moved_away"
"""The kind of the notice to whoever has a task no more because the personnel office handed it on."""
LONGEST_COMMENT = 500
"""Characters."""

_MOVE = update(table(Task)).where(TASKS.id == bindparam("task"))


@dataclass(frozen=True)
class Target:
    """To whom a task may go: a principal, and post and holder in words."""

    principal: str
    label: Text


@dataclass(frozen=True)
class Handable:
    """A task as whoever may hand it on sees it: nothing of what was asked, since not all of them may see that.

    ``right``: `REFERRED`, `REASSIGNED`, or None where the reader may only look.
    """

    id: UUID
    instance_id: UUID
    reference: str
    title: Text
    name: Text
    state: str
    holder: Text
    claimed_by_name: str | None
    since: datetime
    due: datetime
    right: str | None
    targets: list[Target]


@dataclass(frozen=True)
class Handing:
    """To which principal a task shall go, and why, in the words of whoever hands it on."""

    to: str
    comment: str


def right_to_hand_on(actor: Actor, task: Any, instance: Any, now: datetime) -> str | None:
    """By which right the actor may hand an open task on: `REFERRED`, `REASSIGNED`, or None.

    ``task`` and ``instance`` are their rows.
    """
    if task.state != "open":
        return None
    if may_do(actor, task) and not claimed_by_another(task, actor.person, now):
        return REFERRED
    return REASSIGNED if may_move(actor, task, instance) else None


def targets(session: Session, directory: Directory, actor: Actor, task: Any, *, now: datetime) -> list[Target]:
    """To whom the task may go: whoever the organisation entitles beside its holder, and who had it before.

    Nobody who is barred from it is among them, and nobody at all for what the applicant has to do themselves.
    """
    if directory.roles()[task.role].kind == "requester":
        return []
    barred = set(task.barred.split())
    entitled = directory.others(session, task.principal, barred=barred, matter=task.matter, now=now)
    earlier = [p for p in _earlier(session, task) if _is_live(session, directory, p, task, now)]
    present = {task.principal, f"person:{task.claimed_by or actor.person}"}
    found = [principal for principal in dict.fromkeys((*entitled, *earlier)) if principal not in present]
    return [Target(principal, directory.principal_label(session, principal, now)) for principal in found]


def hand_on(
    session: Session,
    directory: Directory,
    actor: Actor,
    task: Any,
    row: Any,
    handing: Handing,
    *,
    release: str,
    now: datetime,
) -> Target:
    """Give the task to a target, with a line in the record of its locked instance ``row``; who gets it is told.

    The new principal has it as if the diagram had named it: no watchdog brings it back. A colleague of the same
    queue gets it as a claim. Raises `NotPermitted`, `Conflict`, `Refused` by field.
    """
    kind = right_to_hand_on(actor, task, row, now)
    if kind is None:
        raise _refusal(session, directory, actor, task, now)
    found = targets(session, directory, actor, task, now=now)
    target = _judged(found, handing)
    session.execute(_MOVE.values(**_values(task, target, now)), {"task": task.id})
    facts = {
        "actor": actor.person,
        "capacity": capacity_for(actor, task),
        "moved": task.step,
        "task": str(task.id),
        "from": task.principal,
        "to": target.principal,
        "release": release,
    }
    comment = handing.comment.strip()
    payload = {"to": {"id": target.label.id, "en": target.label.en}, "comment": comment}
    head = append(session, row, kind, at=now, facts=facts, payload=payload)
    apart = {actor.person, *task.barred.split()}
    told = dict.fromkeys(directory.people_of(session, target.principal, now, barred=apart, matter=task.matter), kind)
    lost = dict.fromkeys(_losers(session, directory, task, target, apart | set(told), now), MOVED_AWAY)
    lost = lost if kind == REASSIGNED else {}
    notify(session, row, told | lost, at=now)
    post(session, row, {target.principal: kind} | {f"person:{who}": lost[who] for who in lost}, now=now, due=now)
    notes.advance(session, row, head)
    return target


def _judged(found: list[Target], handing: Handing) -> Target:
    target = next((each for each in found if each.principal == handing.to), None)
    problems = {}
    if target is None:
        problems["to"] = [_CHOOSE]
    if not handing.comment.strip():
        problems["comment"] = [_SAY_WHY]
    elif len(handing.comment) > LONGEST_COMMENT:
        problems["comment"] = [_TOO_LONG]
    if problems or target is None:
        raise Refused(problems)
    return target


def _losers(
    session: Session, directory: Directory, task: Any, target: Target, apart: set[str], now: datetime
) -> tuple[str, ...]:
    """Whoever has a task no more that was given to somebody else: who works on it, or all with whom it waited."""
    if claimed_by_another(task, "", now):
        return () if task.claimed_by in apart else (task.claimed_by,)
    if _stays_in_queue(task, target):
        return ()  # it is as if the colleague had taken it
    return tuple(directory.people_of(session, task.principal, now, barred=apart, matter=task.matter))


def _stays_in_queue(task: Any, target: Target) -> bool:
    return target.principal.startswith("person:") and task.principal.startswith("role:")


def _values(task: Any, target: Target, now: datetime) -> dict[str, Any]:
    if _stays_in_queue(task, target):
        return {"claimed_by": target.principal.removeprefix("person:"), "claimed_at": now}
    return {"principal": target.principal, "designed": None, "claimed_by": None, "claimed_at": None}


def _earlier(session: Session, task: Any) -> Iterator[str]:
    """The principals that had the task before, the diagram's own first."""
    if task.designed is not None:
        yield task.designed
    wanted = select(Event.record).where(Event.instance_id == task.instance_id).order_by(Event.number)
    for record in session.scalars(wanted):
        facts = read_facts(record)
        if facts["kind"] in (REFERRED, REASSIGNED) and facts["task"] == str(task.id):
            yield facts["from"]


def _is_live(session: Session, directory: Directory, principal: str, task: Any, now: datetime) -> bool:
    barred = set(task.barred.split())
    return directory.holder(session, principal, barred=barred, matter=task.matter, now=now) == principal


def _refusal(session: Session, directory: Directory, actor: Actor, task: Any, now: datetime) -> Conflict | NotPermitted:
    if task.state != "open":
        return Conflict(Text("Tugas ini sudah selesai.", "This task has been completed."))
    if may_do(actor, task):
        who = directory.name(session, task.claimed_by)
        return Conflict(Text(f"Tugas ini sedang dikerjakan oleh {who}.", f"{who} is working on this task."))
    return NotPermitted()


_CHOOSE = Text("Pilih kepada siapa tugas ini diberikan.", "Choose who shall have this task.")
_SAY_WHY = Text("Tulis alasannya.", "Write the reason.")
_TOO_LONG = Text(
    f"Tulis alasan paling banyak {LONGEST_COMMENT} huruf.", f"Write at most {LONGEST_COMMENT} letters as the reason."
)
