"""Who looked at what of whom: one line an hour, none for oneself, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from engine.db import Database
from engine.errors import Text
from tests.conftest import Databases
from tests.support import NOON, Office
from workflows import load_demo
from workflows.record import looking
from workflows.record.looking import DOCUMENT, Look

WATI, OFFICER, OTHER = "P097", "P092", "P025"
AS = Text("Petugas kepegawaian unit", "Personnel officer of the unit")


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    url = databases.fresh(kind, "office", lambda db: db.command(lambda session: load_demo(session, NOON)))
    database = Database(url)
    yield Office(database)
    database.dispose()
    databases.drop(url)


def looked(office: Office, by: str, what: str = "identity", later: timedelta = timedelta(), **more: object) -> None:
    office.database.command(
        lambda session: looking.note(session, office.actor(by), WATI, what, AS, NOON + later, **more)  # type: ignore[arg-type]
    )


def lines(office: Office) -> list[Look]:
    with office.database.reads() as session:
        return list(looking.looks(session, WATI))


def test_a_look_says_who_as_what_at_what_when_and_why(office: Office) -> None:
    document, instance = uuid4(), uuid4()
    looked(office, OFFICER, DOCUMENT, document=document, instance=instance, reason="Memeriksa KK")
    (line,) = lines(office)
    assert (line.viewer, line.capacity, line.what, line.at) == (OFFICER, AS, DOCUMENT, NOON)
    assert (line.document, line.instance, line.reason) == (document, instance, "Memeriksa KK")


def test_the_same_look_within_an_hour_is_one_line_and_later_another(office: Office) -> None:
    for minutes in (0, 10, 59):
        looked(office, OFFICER, later=timedelta(minutes=minutes))
    assert len(lines(office)) == 1
    looked(office, OFFICER, later=timedelta(minutes=61))
    assert [line.at for line in lines(office)] == [NOON + timedelta(minutes=61), NOON]


def test_another_person_another_history_another_reason_or_file_is_another_line(office: Office) -> None:
    looked(office, OFFICER)
    looked(office, OTHER)
    looked(office, OFFICER, "bank")
    looked(office, OFFICER, reason="Perlu NIK")
    for _ in range(2):
        looked(office, OFFICER, DOCUMENT, document=uuid4())
    assert len(lines(office)) == 6


def test_ones_own_data_are_never_noted(office: Office) -> None:
    looked(office, WATI)
    assert lines(office) == []


def test_a_reason_is_kept_as_far_as_it_fits(office: Office) -> None:
    for _ in range(2):
        looked(office, OFFICER, reason="x" * 2_000)
    assert [len(line.reason) for line in lines(office)] == [looking.LONGEST_REASON]


def test_the_lines_are_read_page_by_page_newest_first(office: Office) -> None:
    for hours in range(5):
        looked(office, OFFICER, later=timedelta(hours=2 * hours))
    with office.database.reads() as session:
        first = looking.looks(session, WATI, limit=2)
        second = looking.looks(session, WATI, before=first[-1].id, limit=2)
        assert [line.at for line in (*first, *second)] == [NOON + timedelta(hours=hours) for hours in (8, 6, 4, 2)]
        assert looking.looks(session, OTHER) == []
