"""The two predicates that decide who may act and who may see; lists, pages and the API share them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from engine.actor import Actor, Grant
from engine.db import Instance, Task, table

TASKS, INSTANCES = table(Task).c, table(Instance).c
"""The bare columns: what is asked on every act needs no objects made of it."""

CLAIM_HOLDS = timedelta(hours=24)
"""After this time another holder may do a task that somebody took and left."""


_LATER, _LATER_TASKS = table(Instance).alias("later").c, table(Task).alias("later_task").c
"""A request about a request, and its tasks."""


def acts_under(grant: Grant, person: str, tasks: Any = TASKS) -> ColumnElement[bool]:
    """Tasks that ``person`` may do because of this one grant."""
    conditions: list[ColumnElement[bool]] = [
        tasks.principal == grant.principal,
        tasks.barred.not_like(f"% {person} %"),
    ]
    if grant.excluded:
        conditions.append(tasks.matter.not_in(sorted(grant.excluded)))
    if grant.only is not None:
        conditions.append(tasks.matter.in_(sorted(grant.only)))
    return and_(*conditions)


def acts_on(actor: Actor, tasks: Any = TASKS) -> ColumnElement[bool]:
    """Tasks that the actor may do, claims by others aside."""
    return or_(false(), *(acts_under(grant, actor.person, tasks) for grant in actor.grants))


def capacity_for(actor: Actor, task: Any) -> str:
    """In what capacity the actor does this task: one's own post before an acting one."""
    capacities = [grant.capacity for grant in actor.grants if covers(grant, task)]
    return min(capacities, default="", key=lambda capacity: (capacity != "", capacity))


def covers(grant: Grant, task: Any) -> bool:
    """Whether a grant reaches a task's principal and matter."""
    return bool(task.principal == grant.principal and _within(grant, task.matter))


def may_move(actor: Actor, task: Any, instance: Any) -> bool:
    """Whether the actor sees to it by office that a task of an instance is done; acting, within the decree.

    ``task`` and ``instance`` are their rows. Never a task of one's own request, nor one that they are barred from: who
    may not decide it does not choose who decides, either.
    """
    if actor.person in (instance.subject, instance.starter, *task.barred.split()):
        return False
    reached = (grant for grant in actor.offices if grant.principal.rpartition("@")[2] in (instance.unit, "*"))
    return any(_within(grant, task.matter) for grant in reached)


def _within(grant: Grant, matter: str) -> bool:
    return matter not in grant.excluded and (grant.only is None or matter in grant.only)


def may_do(actor: Actor, task: Any) -> bool:
    """Whether the actor may do this task, claims by others aside: `acts_on`, for a task at hand.

    A test holds the two against each other for every person and task.
    """
    return actor.person not in task.barred.split() and any(covers(grant, task) for grant in actor.grants)


def claimed_by_another(task: Any, person: str, now: datetime) -> bool:
    """Whether somebody else took the task and still holds it."""
    return bool(task.claimed_by and task.claimed_by != person and task.claimed_at + CLAIM_HOLDS > now)


def sees(actor: Actor) -> ColumnElement[bool]:
    """Instances that the actor may look at: party, past actor, present holder, keeper of the unit, auditor.

    Whoever had taken a step that was then called off sees why. Whoever has or had a task of a request about a request
    sees that one too.
    """
    if actor.auditor:
        return true()
    of_instance = TASKS.instance_id == INSTANCES.id
    lost = and_(TASKS.state == "cancelled", TASKS.claimed_by == actor.person)
    of_later = and_(_LATER.about == INSTANCES.id, _LATER_TASKS.instance_id == _LATER.id)
    return or_(
        INSTANCES.subject == actor.person,
        INSTANCES.starter == actor.person,
        INSTANCES.unit.in_(sorted(actor.oversees)),
        exists().where(of_instance, or_(TASKS.done_by == actor.person, lost)),
        exists().where(of_instance, TASKS.state == "open", acts_on(actor)),
        exists().where(of_later, _LATER_TASKS.done_by == actor.person),
        exists().where(of_later, _LATER_TASKS.state == "open", acts_on(actor, _LATER_TASKS)),
    )
