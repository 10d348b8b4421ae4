"""The worker of an installation: passes over what is due until it is told to stop."""

from __future__ import annotations

import logging
from functools import partial
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from engine import jobs
from web import calendar_work, leave_year, letter_work, telling
from web.keys import read_key
from web.parts import Parts
from workflows.flows import chores
from workflows.letters.lifecycle import MESSAGE

log = logging.getLogger("alur.worker")

PAUSE = 1.0
"""Seconds between two looks when there was nothing to do; a timer is at most this late."""
PAUSE_AFTER_TROUBLE = 5.0


class Worker:
    """Fires timers, sends what waits to be sent, seals the record. One on SQLite, any number on PostgreSQL."""

    def __init__(self, parts: Parts) -> None:
        self._jobs = jobs.Worker(
            parts.database,
            parts.engine,
            parts.clock,
            key=read_key(parts.settings.key_file),
            checkpoints=parts.settings.checkpoint_file,
            senders={
                **telling.senders(parts),
                MESSAGE: letter_work.maker(parts),
                leave_year.MESSAGE: leave_year.turner(parts),
                calendar_work.MESSAGE: calendar_work.counter(parts),
            },
            chores=(*chores, partial(telling.digests, parts), telling.forget),
        )
        self._stopped = Event()

    def run(self) -> None:
        """Work until `stop`; a database that is away is waited for."""
        log.info("worker started")
        while not self._stopped.is_set():
            self._stopped.wait(self.pass_once())
        log.info("worker stopped")

    def stop(self) -> None:
        """End after the pass at hand."""
        self._stopped.set()

    def pass_once(self) -> float:
        """Do what is due now; the answer is how many seconds to wait before the next look."""
        try:
            return 0.0 if self._jobs.run_once() else PAUSE
        except (SQLAlchemyError, OSError):
            log.exception("a pass failed; the next is in %s s", PAUSE_AFTER_TROUBLE)
            return PAUSE_AFTER_TROUBLE
