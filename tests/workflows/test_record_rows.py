"""A record is written under its lock, by revisions, all or nothing; and read as it stands or as it stood."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import Conflict, NotFound, ServiceFailed
from tests.workflows.conftest import NOON
from workflows.positions import Person
from workflows.record.model import RecordHead, RecordRow
from workflows.record.rows import (
    ADD,
    CHANGE,
    REMOVE,
    Row,
    Write,
    after,
    digest,
    lock,
    record,
    records,
    revisions,
    revisions_of,
    single_row,
    take_effect,
    write,
)

WATI, VERIFIER = "P097", "P029"
TODAY = NOON.date()
PERSONAL = single_row(WATI, "personal")
TRAINING = {
    "name": "Diklat",
    "organiser": "BKPSDM",
    "hours": "8",
    "certificate": "C-1",
    "first": "2026-01-05",
    "last": "2026-01-06",
}


def put(session: Session, *writes: Write, on: date = TODAY) -> tuple[Row, ...]:
    """Write to Wati's record."""
    return write(session, WATI, writes, by=VERIFIER, now=NOON, today=on, instance=None)


def change(history: str, values: Mapping[str, str], base: int = 1, person: str = WATI) -> Write:
    """A change of a single row."""
    return Write(history, single_row(person, history), CHANGE, values, base)


def test_a_record_is_read_by_one_statement(demo: Database) -> None:
    statements: list[str] = []
    with demo.reads() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = record(session, WATI)
    assert len(statements) == 1
    assert found.value("personal", "name") == "Wati Pratama"
    assert found.single("identity").values["nik"] == "6299014405910097"
    assert found.rows("award") == ()
    assert found.value("award", "name") == ""


def test_a_change_is_a_new_revision_and_what_was_before_stays(demo: Database) -> None:
    def work(session: Session) -> None:
        (row,) = put(session, change("personal", {"birth_place": "Sampit", "title_back": ""}))
        assert row.revision == 2
        assert "title_back" not in row.values
        newest, first = revisions(session, PERSONAL)
        assert (newest.values["birth_place"], first.values["title_back"]) == ("Sampit", "S.Kom.")
        assert revisions_of(session, WATI, "personal") == {PERSONAL: (newest, first)}
        assert session.scalar(select(RecordHead.changes).where(RecordHead.person == WATI)) == 1

    demo.command(work)


def test_several_changes_of_a_row_are_one_revision(demo: Database) -> None:
    def work(session: Session) -> None:
        rows = put(session, change("personal", {"name": "Wati P."}), change("personal", {"sex": "L"}))
        assert [row.revision for row in rows] == [2]
        assert (rows[0].values["name"], rows[0].values["sex"]) == ("Wati P.", "L")

    demo.command(work)


def test_the_organisation_knows_what_it_uses_of_a_record(demo: Database) -> None:
    def work(session: Session) -> None:
        put(
            session,
            change("personal", {"name": "Wati Baru", "sex": "L", "birth_date": "1991-05-05"}),
            change("identity", {"nik": "6299010505910097"}),
            Write("rank", uuid4(), ADD, {"grade": "III/c", "since": "2026-10-01"}),
        )

    demo.command(work)
    with demo.reads() as session:
        person = session.get_one(Person, WATI)
        known = (person.name, person.sex, person.born, person.nik, person.grade)
    assert known == ("Wati Baru", "L", date(1991, 5, 5), "6299010505910097", "III/c")


def test_what_changed_nothing_that_the_organisation_uses_leaves_it_alone(demo: Database) -> None:
    def work(session: Session) -> list[str]:
        session.get_one(Person, WATI).grade = "III/d"  # as if somebody had known better
        session.flush()
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        put(session, Write("training", uuid4(), ADD, TRAINING))
        return statements

    assert len(demo.command(work)) <= 7  # lock (made the first time), read, insert, count, read back
    with demo.reads() as session:
        assert session.get_one(Person, WATI).grade == "III/d"


def test_a_grade_of_a_later_day_takes_effect_on_that_day_alone(demo: Database) -> None:
    later = date(2026, 12, 1)
    demo.command(lambda session: put(session, Write("rank", uuid4(), ADD, {"grade": "III/c", "since": str(later)})))

    def grade(days: int) -> str | None:
        demo.command(lambda session: take_effect(session, now=NOON + timedelta(days=days)))
        with demo.reads() as session:
            return session.get_one(Person, WATI).grade

    assert [grade(0), grade(28), grade(29), grade(30)] == ["III/b", "III/b", "III/c", "III/c"]


def test_a_row_that_goes_is_gone_and_still_known(demo: Database) -> None:
    def work(session: Session) -> None:
        (row,) = record(session, WATI).rows("training")
        put(session, Write("training", row.id, REMOVE, base=1))
        assert record(session, WATI).rows("training") == ()
        assert record(session, WATI).row(row.id) is None
        assert [each.removed for each in revisions(session, row.id)] == [True, False]
        with pytest.raises(Conflict):
            put(session, Write("training", row.id, CHANGE, {"hours": "9"}, 2))

    demo.command(work)


def test_a_record_is_read_as_it_stood_on_a_day(demo: Database) -> None:
    def work(session: Session) -> None:
        put(session, Write("training", uuid4(), ADD, TRAINING))
        put(session, change("personal", {"name": "Wati Esok"}), on=TODAY + timedelta(days=1))
        now, then = record(session, WATI), record(session, WATI, TODAY)
        assert (now.value("personal", "name"), then.value("personal", "name")) == ("Wati Esok", "Wati Pratama")
        assert len(record(session, WATI, date(2026, 1, 5)).rows("training")) == 1
        assert len(now.rows("training")) == 2
        assert now.rows("training")[0].values["name"] == "Diklat"  # the latest first
        assert now.current("training", date(2025, 1, 1)) == now.rows("training")[1]

    demo.command(work)


def test_a_preview_says_what_writing_would_bring_and_writes_nothing(demo: Database) -> None:
    writes = (change("personal", {"name": "Wati Baru"}), Write("training", uuid4(), ADD, TRAINING))

    def work(session: Session) -> None:
        before = record(session, WATI)
        preview = after(before, writes, TODAY)
        assert record(session, WATI) == before
        put(session, *writes)
        written = record(session, WATI)
        for history in ("personal", "training", "rank"):
            assert [row.values for row in preview.rows(history)] == [row.values for row in written.rows(history)]
        assert digest(before, "personal") != digest(written, "personal")
        assert digest(before, "rank") == digest(written, "rank")

    demo.command(work)


def test_a_row_that_changed_meanwhile_is_a_conflict_and_nothing_of_the_others_is_written(demo: Database) -> None:
    demo.command(lambda session: put(session, change("personal", {"name": "Wati Baru"})))
    stale = (Write("training", uuid4(), ADD, TRAINING), change("personal", {"name": "Wati Lama"}))
    with pytest.raises(Conflict) as failure:
        demo.command(lambda session: put(session, *stale))
    assert "Data pribadi sudah berubah" in failure.value.text.id
    with demo.reads() as session:
        found = record(session, WATI)
    assert found.value("personal", "name") == "Wati Baru"
    assert len(found.rows("training")) == 1


def test_a_single_row_that_nobody_filled_in_can_be_changed_from_nothing(demo: Database) -> None:
    def work(session: Session) -> None:
        assert record(session, "P098").single("contact").revision == 0
        assert record(session, "P098").row(single_row("P098", "contact")) is not None
        first = Write("contact", single_row("P098", "contact"), CHANGE, {"phone": "+6281234567890"})
        (row,) = write(session, "P098", [first], by="P098", now=NOON, today=TODAY, instance=None)
        assert (row.revision, dict(row.values)) == (1, {"phone": "+6281234567890"})
        with pytest.raises(Conflict):
            write(session, "P098", [first], by="P098", now=NOON, today=TODAY, instance=None)

    demo.command(work)


@pytest.mark.parametrize(
    "foreign",
    [
        Write("personal", single_row("P098", "personal"), CHANGE, {"name": "x"}, 1),
        Write("contact", single_row("P098", "contact"), CHANGE, {"phone": "+6281234567890"}),
        Write("training", uuid4(), CHANGE, {"hours": "9"}, 1),
        Write("rank", PERSONAL, CHANGE, {"grade": "III/c"}, 1),
    ],
)
def test_a_row_of_somebody_else_or_of_another_history_is_not_found(demo: Database, foreign: Write) -> None:
    with pytest.raises(NotFound):
        demo.command(lambda session: put(session, foreign))


@pytest.mark.parametrize(
    "senseless", [change("personal", {"salary": "1"}), Write("personal", PERSONAL, REMOVE, base=1)]
)
def test_what_a_history_does_not_have_is_a_bug(demo: Database, senseless: Write) -> None:
    with pytest.raises(ValueError, match="personal"):
        demo.command(lambda session: put(session, senseless))


def test_what_is_read_back_otherwise_than_it_was_written_undoes_all(demo: Database) -> None:
    def spoil(session: Session) -> None:
        @event.listens_for(session, "after_flush")
        def _after(of: Session, _context: object) -> None:
            rows = RecordRow.__table__
            of.connection().execute(
                rows.update().where(rows.c.row == PERSONAL, rows.c.revision == 2).values({"values": '{"name": "Lain"}'})
            )

        put(session, change("personal", {"name": "Wati Baru"}))

    with pytest.raises(ServiceFailed) as failure:
        demo.command(spoil)
    assert "Tidak ada yang berubah" in failure.value.text.id
    with demo.reads() as session:
        assert record(session, WATI).value("personal", "name") == "Wati Pratama"
        assert session.get_one(Person, WATI).name == "Wati Pratama"


def test_of_many_who_change_a_row_from_the_same_state_one_does(demo: Database) -> None:
    def attempt(name: str) -> bool:
        try:
            demo.command(lambda session: put(session, change("personal", {"name": name})))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, (f"Wati {number}" for number in range(8))))
    assert sum(done) == 1
    with demo.reads() as session:
        assert len(revisions(session, PERSONAL)) == 2
        assert record(session, WATI).value("personal", "name") == f"Wati {done.index(True)}"


def test_a_record_is_locked_by_who_changes_it_and_counts_its_changes(demo: Database) -> None:
    assert demo.command(lambda session: lock(session, WATI)) == 0
    demo.command(lambda session: put(session, change("personal", {"name": "Wati Baru"})))
    assert demo.command(lambda session: lock(session, WATI)) == 1


def test_records_of_several_people_are_read_by_one_statement(demo: Database) -> None:
    statements: list[str] = []
    with demo.reads() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = records(session, [WATI, "P098", "nobody"])
    assert len(statements) == 1
    assert found[WATI].value("personal", "nip") == "199105042018012997"
    assert found["nobody"].histories == {}
