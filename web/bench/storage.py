"""What a finished leave leaves behind in PostgreSQL: bytes and rows, indexes included."""

from __future__ import annotations

from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from engine import take_back
from engine.audit import seal
from engine.db import Base, Message
from web.bench.office import HEAD, OFFICER, SUPERIOR, Office, weekdays
from workflows.flows import chores

PURGED = {"message", "idempotency_key", "draft", "checkpoint", "web_session", "login_attempt"}
"""Purged after their time, or not kept per case (the checkpoints of an hour are a few hundred bytes in all)."""
PAPERS = {"document", "letter", "letter_number", "number_block", "number_series"}
"""Documents and letters are counted by themselves."""
LEFT_OUT = PURGED | PAPERS
EACH = 10
"""Leaves of a person."""
SEAL_EVERY = 50
LATER = timedelta(days=2)
"""When nothing can be taken back any more."""


def measure(office: Office, *, leaves: int) -> dict[str, float]:
    """Bytes and rows per leave: the difference of the total relation sizes, by the number of leaves."""
    people = office.hire(leaves // EACH, "S")
    days = list(weekdays(date(2026, 9, 1)))[: EACH * 3 : 3]  # no holiday falls into these weeks
    key = Ed25519PrivateKey.generate()
    before = _sizes(office)
    done = 0
    for day in days:
        for person in people:
            _leave(office, person, day)
            done += 1
            if done % SEAL_EVERY == 0:
                office.parts.database.command(lambda session: _tidy(session, key, office))
    office.parts.database.command(lambda session: _tidy(session, key, office))
    after = _sizes(office)
    return {
        "leaves": float(done),
        "bytes": (after[0] - before[0]) / done,
        "rows": (after[1] - before[1]) / done,
    }


def _leave(office: Office, person: str, day: date) -> None:
    office.clock.now += timedelta(seconds=20)
    instance = office.submit(person, day)
    office.decide(instance, "check", OFFICER, "complete")
    office.decide(instance, "consider", SUPERIOR, "approve")
    office.decide(instance, "decide", HEAD, "approve")


def _tidy(session: Session, key: Ed25519PrivateKey, office: Office) -> None:
    """What the worker does meanwhile."""
    seal(session, key, now=office.clock.now)
    session.execute(delete(Message).where(Message.kind != "seal"))
    for chore in (take_back.forget, *chores):
        chore(session, now=office.clock.now + LATER)


def _sizes(office: Office) -> tuple[int, int]:
    """Total size and number of rows of the tables that keep something of a leave."""
    tables = sorted(table for table in Base.metadata.tables if table not in LEFT_OUT)
    with office.parts.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # what autovacuum does by itself in a day
        size = sum(connection.scalar(select(func.pg_total_relation_size(table))) or 0 for table in tables)
        rows = sum(connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables)
    return size, rows
