"""What happens without a person: due timers, messages that leave the database, checkpoints, the watchdog."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from engine import incidents, reminders, take_back
from engine.audit import outside_line, seal
from engine.db import Database, Incident, Instance, Message
from engine.documents import forget_unsent
from engine.errors import ServiceFailed
from engine.idempotency import forget_old_keys
from engine.incidents import TRIES
from engine.runtime import Engine
from engine.state import FORMAT, OTHER_FORMAT, FormatUnknown
from engine.watch import rehome, report_stuck

log = logging.getLogger("alur.jobs")

LEASE = timedelta(seconds=60)
"""A message that a worker took and did not finish is taken again after this time."""
PATIENT_TRIES = 6
"""How often is tried what a receiver outside does not take: with the growing pauses, over almost six hours."""
LOOK_AGAIN = timedelta(hours=1)
"""After this time a deadline is looked at again that could not be looked at."""
WATCH_EVERY = timedelta(minutes=1)
UNREACHABLE = "unreachable"
"""The code of a receiver that does not answer."""
SYSTEM = "system"
"""Who closes an incident that nobody had to mend."""


@dataclass(frozen=True)
class Outgoing:
    """A message as its sender gets it; ``key`` makes a repetition recognisable to the receiver."""

    key: str
    kind: str
    recipient: str
    instance_id: UUID | None
    body: str


class NotDelivered(Exception):
    """A receiver outside did not take a message; the text is a short code without anybody's address.

    It is tried again for hours, unless the refusal is ``lasting``.
    """

    def __init__(self, code: str, *, lasting: bool = False) -> None:
        super().__init__(code)
        self.tries = 1 if lasting else PATIENT_TRIES


Sender = Callable[[Outgoing], None]


class Chore(Protocol):
    """Something that is done every minute, such as dropping what is no longer needed."""

    def __call__(self, session: Session, *, now: datetime) -> object:
        """Do it in this transaction."""


class Worker:
    """Does what is due. Any number may run on PostgreSQL; one on SQLite."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        clock: Callable[[], datetime],
        *,
        key: Ed25519PrivateKey,
        checkpoints: Path,
        senders: Mapping[str, Sender],
        chores: Sequence[Chore] = (),
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._key = key
        self._checkpoints = checkpoints
        self._senders = senders
        self._chores = (take_back.forget, forget_old_keys, forget_unsent, *chores)
        self._watched: datetime | None = None

    def run_once(self, *, limit: int = 200) -> int:
        """One pass over everything that is due. Returns how much there was to do."""
        if self._watched is None:  # the first pass: a release is started, and does not change while it runs
            self._database.command(lambda session: note_formats(session, now=self._clock()))
        done = self._repeat(self._fire_timer, limit) + self._repeat(self._send, limit)
        done += self._repeat(self._remind, limit) + self._repeat(self._seal, limit)
        self._watch()
        return done

    def _repeat(self, job: Callable[[], bool], limit: int) -> int:
        return next((count for count in range(limit) if not job()), limit)

    def _fire_timer(self) -> bool:
        now = self._clock()
        instance_id = self._database.command(lambda session: self._due_instance(session, now))
        if instance_id is None:
            return False
        try:
            self._database.command(lambda session: self._engine.tick(session, instance_id, now=now))
        except Exception as error:  # whatever a diagram does, the worker lives and says what failed
            log.warning("timer of %s failed: %s", instance_id, type(error).__name__)
            failed = error  # the name `error` ends with this block
            self._database.command(lambda session: incidents.report_timer(session, instance_id, failed, now=now))
        return True

    def _due_instance(self, session: Session, now: datetime) -> UUID | None:
        due = select(Instance.id).where(Instance.next_due <= now).order_by(Instance.next_due).limit(1)
        return session.scalar(due.with_for_update(skip_locked=True))

    def _remind(self) -> bool:
        now = self._clock()
        task_id = self._database.command(lambda session: reminders.due(session, now=now))
        if task_id is None:
            return False
        try:
            self._database.command(lambda session: self._engine.look_at_deadline(session, task_id, now=now))
        except (SQLAlchemyError, OSError):
            raise
        except Exception as error:  # one request that cannot be looked at does not keep the others waiting
            log.warning("deadline of task %s: %s", task_id, type(error).__name__)
            later = now + LOOK_AGAIN
            self._database.command(lambda session: reminders.postpone(session, task_id, until=later))
        return True

    def _send(self) -> bool:
        now = self._clock()
        message = self._database.command(lambda session: _take_message(session, now))
        if message is None:
            return False
        try:
            self._senders[message.kind](message)
        except Exception as error:  # a mail server may fail in any way; the message stays and is tried again
            failed = error
            self._database.command(lambda session: _message_failed(session, message.key, failed, now))
        else:
            sent = update(Message).where(Message.key == message.key).values(done_at=now)
            self._database.command(lambda session: session.execute(sent))
        return True

    def _seal(self) -> bool:
        try:
            checkpoint = self._database.command(lambda session: seal(session, self._key, now=self._clock()))
        except IntegrityError:  # another worker sealed these events at the same moment
            return False
        if checkpoint is None:
            return False
        with self._checkpoints.open("a", encoding="utf-8") as file:
            file.write(outside_line(checkpoint) + "\n")
        return True

    def _watch(self) -> None:
        now = self._clock()
        if self._watched is not None and now - self._watched < WATCH_EVERY:
            return
        self._watched = now
        self._database.command(lambda session: report_stuck(self._engine, session, now=now))
        self._database.command(lambda session: rehome(self._engine.directory, session, now=now))
        for chore in self._chores:
            self._database.command(partial(chore, now=now))


def note_formats(session: Session, *, now: datetime) -> None:
    """Make incidents of the instances that another release saved in a format of its own, until one can go on.

    So a release that is rolled back says what it cannot touch, and the newer one goes on by itself when it returns.
    """
    known = func.substr(Instance.state, 1, 1) == bytes([FORMAT])
    noted = select(Incident.id).join(Instance, Instance.id == Incident.instance_id)
    open_before = (Incident.code == OTHER_FORMAT, Incident.resolved_at.is_(None))
    for incident in session.scalars(noted.where(*open_before, known)).all():
        incidents.retry(session, incident, by=SYSTEM, now=now)
    held = exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None))
    found = session.execute(select(Instance.id, Instance.state).where(Instance.state.is_not(None), ~known, ~held))
    for instance, state in found.all():
        incidents.report_held(session, instance, OTHER_FORMAT, FormatUnknown(state or b"").text, now=now)
        session.execute(update(Instance).where(Instance.id == instance).values(status="incident", next_due=None))


def _take_message(session: Session, now: datetime) -> Outgoing | None:
    unfinished = (Message.done_at.is_(None), Message.failed_at.is_(None), Message.kind != "seal")
    waiting = select(Message).where(*unfinished, Message.due <= now)
    message = session.scalars(waiting.order_by(Message.due).limit(1).with_for_update(skip_locked=True)).first()
    if message is None:
        return None
    message.due, message.tries = now + LEASE, message.tries + 1
    return Outgoing(message.key, message.kind, message.recipient, message.instance_id, message.body)


def _message_failed(session: Session, key: str, error: Exception, now: datetime) -> None:
    """Try again later; what was tried often enough, and says what to mend, becomes an incident of its request."""
    message = session.scalars(select(Message).where(Message.key == key)).one_or_none()
    if message is None:  # it was given up in the meantime
        return
    message.error = f"{type(error).__name__}: {error}"[:500]
    message.due = now + timedelta(minutes=4 ** (message.tries - 1))
    message.failed_at = now if message.tries >= getattr(error, "tries", TRIES) else None
    if message.failed_at and message.instance_id and isinstance(error, ServiceFailed):
        incidents.report_held(session, message.instance_id, error.code, error.text, now=now)
