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
UNCOUNTED = EACH // 2
"""The days at first whose leaves only fill the first pages of each table and index."""
SEAL_EVERY = 50
LATER = timedelta(days=2)
"""When nothing can be taken back any more."""


def measure(office: Office, *, leaves: int) -> dict[str, float]:
    """Bytes and rows that one more leave adds to the total relation sizes, after as many others."""
    people = office.hire(leaves // EACH, "S")
    days = list(weekdays(date(2026, 9, 1)))[: EACH * 3 : 3]  # no holiday falls into these weeks
    key = Ed25519PrivateKey.generate()
    sizes = []
    for day in days:
        for number, person in enumerate(people, 1):
            _leave(office, person, day)
            if number % SEAL_EVERY == 0 or number == len(people):
                office.parts.database.command(lambda session: _tidy(session, key, office))
        sizes.append(_sizes(office))
    (bytes_before, rows_before), (bytes_after, rows_after) = sizes[UNCOUNTED - 1], sizes[-1]
    counted = len(people) * (EACH - UNCOUNTED)
    return {
        "leaves": float(counted),
        "bytes": (bytes_after - bytes_before) / counted,
        "rows": (rows_after - rows_before) / counted,
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
        connection.execute(text("VACUUM ANALYZE"))  # as often as autovacuum would, which is off in this server
        size = sum(connection.scalar(select(func.pg_total_relation_size(table))) or 0 for table in tables)
        rows = sum(connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables)
    return size, rows
