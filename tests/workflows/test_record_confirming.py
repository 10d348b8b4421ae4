"""“Data sudah sesuai”: it holds until what was found right says something else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.db import Database
from engine.errors import Conflict
from workflows.record import rows
from workflows.record.confirming import Confirmed, confirm, confirmed
from workflows.record.rows import CHANGE, Write

WATI = "P097"
NOW = datetime(2026, 11, 3, 5, tzinfo=UTC)


def say_right(demo: Database, history: str, seen: str, now: datetime = NOW) -> None:
    demo.command(lambda session: confirm(session, rows.record(session, WATI), history, seen, now))


def seen_of(demo: Database, history: str) -> str:
    with demo.reads() as session:
        return rows.digest(rows.record(session, WATI), history)


def found(demo: Database) -> dict[str, Confirmed]:
    with demo.reads() as session:
        return confirmed(session, rows.record(session, WATI))


def test_a_history_is_right_until_it_changes_and_what_was_said_stays(demo: Database) -> None:
    assert found(demo) == {}
    say_right(demo, "contact", seen_of(demo, "contact"))
    say_right(demo, "award", seen_of(demo, "award"))  # there is none, and that is right
    assert found(demo) == {"contact": Confirmed(NOW, holds=True), "award": Confirmed(NOW, holds=True)}
    with demo.reads() as session:
        row = rows.record(session, WATI).single("contact")
    write = Write("contact", row.id, CHANGE, {"phone": "+6281311112222"}, row.revision)
    demo.command(lambda session: rows.write(session, WATI, [write], by=WATI, now=NOW, today=NOW.date(), instance=None))
    assert found(demo)["contact"] == Confirmed(NOW, holds=False)
    assert found(demo)["award"].holds
    later = NOW + timedelta(days=1)
    say_right(demo, "contact", seen_of(demo, "contact"), later)
    assert found(demo)["contact"] == Confirmed(later, holds=True)


def test_nobody_finds_right_what_they_have_not_seen(demo: Database) -> None:
    with pytest.raises(Conflict, match="just changed"):
        say_right(demo, "contact", seen_of(demo, "award"))
    assert found(demo) == {}
