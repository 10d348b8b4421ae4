"""The records of the demo office are such as the rules of the record take."""

from __future__ import annotations

from sqlalchemy import select

from engine.db import Database
from tests.workflows.conftest import NOON
from workflows.demo.records import COMPLETE
from workflows.positions import Person
from workflows.record.histories import HISTORIES
from workflows.record.rows import Record, records
from workflows.record.values import contradictions, is_kept

TODAY = NOON.date()


def test_everybody_in_the_demo_has_a_record_whose_values_are_kept_as_they_are_read(demo: Database) -> None:
    with demo.reads() as session:
        staff = session.scalars(select(Person.id).where(Person.kind != "NEGARA")).all()
        found = records(session, staff)
    assert len(found) == 120
    assert [problem for record in found.values() for problem in _problems(record)] == []
    assert all(record.value("personal", "nip") and record.value("position", "title") for record in found.values())


def test_those_who_try_the_demo_have_rows_in_most_histories(demo: Database) -> None:
    with demo.reads() as session:
        found = records(session, COMPLETE)
    assert min(len(record.histories) for record in found.values()) >= 11


def _problems(record: Record) -> list[str]:
    found = []
    for row in (row for rows in record.histories.values() for row in rows):
        history = HISTORIES[row.history]
        for key, value in row.values.items():
            field = history.field(key)
            if field is None or not is_kept(field, value, TODAY):
                found.append(f"{record.person} {row.history}.{key}: {value}")
        if not history.single:
            found += [
                f"{record.person} {row.history} lacks {field.key}"
                for field in history.fields
                if not field.optional and field.key not in row.values
            ]
        found += [f"{record.person} {row.history}.{key}" for key in contradictions(history, row.values)]
    return found
