"""kill -9 of the web process and the worker at random moments: nothing lost, nothing doubled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from urllib.parse import urlsplit

from sqlalchemy import func, select

from engine.db import Instance, Message
from engine.jobs import LEASE
from tests.faults import invariants
from tests.faults.office import Office
from tests.faults.site import PATIENCE, Site, killing
from web.parts import Parts

CLIENTS = 6
LATE = timedelta(seconds=30)
"""How late a timer may fire here: the worker may just have been killed, and starts again on a busy machine."""


def test_nothing_is_lost_or_doubled_however_often_the_processes_are_killed(
    site: Site, inside: Parts, people: Office, long: bool
) -> None:
    actions, pause = (2_000, (0.05, 2.0)) if long else (150, (0.05, 2.0))
    workers = ("worker",) if site.settings.database.startswith("sqlite") else ("worker", "worker2")
    for role in ("web", *workers):
        site.begin(role)
    site.wait_until_ready()
    with killing(site, ("web", *workers), pause, seed=1):
        people.work(actions, CLIENTS, seed=2)
    drained(inside, "timers")
    taking_back = timedelta(minutes=site.settings.take_back)
    site.offset += LEASE + taking_back  # what a killed worker had in its hands is free again, and decisions stand
    for role in workers:
        site.kill(role)
    drained(inside, "messages")
    assert site.kills >= (50 if long else 2)
    assert people.acknowledged.total() >= actions
    sink = Path(urlsplit(site.settings.mail or "").path)
    with inside.database.snapshot() as session:
        invariants.decisions_have_one_effect(session, people.acknowledged)
        invariants.ledger_is_the_sum_of_decisions(session)
        invariants.messages_reach_the_sink_once(session, sink)
        invariants.each_letter_is_made_once(session)
        invariants.record_is_whole(session, inside)
        invariants.nothing_is_dead(session)
        invariants.no_task_is_open_twice(session)
        invariants.states_load_and_save_to_the_same(session, inside, site.now())
        invariants.records_hold_what_was_decided(session)
        invariants.timers_fired_once(session, "timed", timedelta(seconds=2), LATE)


WAITING = {
    "messages": select(func.count()).select_from(Message).where(Message.done_at.is_(None)),
    "timers": select(func.count()).select_from(Instance).where(Instance.next_due.is_not(None)),
}


def drained(parts: Parts, *names: str) -> None:
    """Wait until the worker has nothing left to do."""
    pause, left = Signal(), dict.fromkeys(names, 1)
    for _ in range(int(PATIENCE / 0.2)):
        with parts.database.reads() as session:
            left = {name: session.scalar(WAITING[name]) or 0 for name in names}
        if not any(left.values()):
            return
        pause.wait(0.2)
    raise TimeoutError(f"still waiting: {left}")
