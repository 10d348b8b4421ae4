"""What reaches a request from outside its flow: a note in its record, and due dates when the calendar changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import deadlines, notes
from engine.audit import seal, verify
from engine.db import Instance, Message, Notice, Task
from engine.deadlines import Stretch
from engine.errors import Text
from engine.notes import RECOUNTED, Note
from tests.support import Case, Office, diagram, form, form_of, package
from workflows.calendar import CalendarDay

EMPLOYEE, OFFICER, KEEPER = "P097", "P092", "P029"
WHY = Text("4 → 3 hari kerja", "4 → 3 working days")
FACT = {"label": {"id": "Lamanya", "en": "Length"}, "value": {"id": "3 hari", "en": "3 days"}}


def asked(office: Office) -> Case:
    """A request that waits for the unit's personnel officer."""
    office.deploy(
        package(
            diagram(
                {"begin": "startEvent", "submit": "userTask", "check": "userTask", "end": "endEvent"},
                ["begin submit", "submit check", "check end"],
                lanes={"requester": ["begin", "submit", "end"], "personnel_officer": ["check"]},
                inside={"submit": form_of("submit"), "check": form_of("check")},
            ),
            files={"submit.form": form(why={"type": "textfield"}), "check.form": form(note={"type": "textfield"})},
        )
    )
    return office.start("flow", EMPLOYEE, why="-")


def noted(office: Office, case: Case, by: str = KEEPER) -> int:
    def write(session: Session) -> int:
        note = Note(RECOUNTED, by, WHY, "SKB 3 Menteri", (FACT,), {EMPLOYEE: RECOUNTED})
        return office.engine.note(session, notes.take(session, case.id), note, now=office.now)

    return office.database.command(write)


def test_a_note_stands_in_the_history_with_who_why_and_on_what_basis(office: Office) -> None:
    case = asked(office)
    assert noted(office, case) == 2
    view = case.seen_by(EMPLOYEE)
    line = view.timeline[-1]
    assert (line.name.en, line.who) == ("Working days counted anew", view.timeline[-1].who)
    assert [value.en for _, value in line.answers] == [WHY.en, "SKB 3 Menteri"]
    assert [(fact.label.en, fact.value.en) for fact in view.facts] == [("Length", "3 days")]


def test_a_note_tells_each_person_once_and_nobody_of_their_own_act(office: Office) -> None:
    case = asked(office)
    noted(office, case)
    noted(office, case, by=EMPLOYEE)
    with office.database.reads() as session:
        told = session.execute(select(Notice.person, Notice.kind, Notice.event)).all()
        mails = session.scalars(select(Message.recipient).where(Message.kind == RECOUNTED)).all()
    assert told == [(EMPLOYEE, RECOUNTED, 2)]
    assert mails == [f"person:{EMPLOYEE}"]


def test_a_request_goes_on_after_a_note_and_its_record_verifies(office: Office) -> None:
    case = asked(office)
    noted(office, case)
    case.complete("check", OFFICER)
    assert case.ended
    noted(office, case)  # one that has ended takes notes too: days of granted leave change as well
    key = Ed25519PrivateKey.generate()
    office.database.command(lambda session: seal(session, key, now=office.now))
    with office.database.snapshot() as session:
        assert list(verify(session, key.public_key())) == []


def test_after_a_note_the_last_decision_can_no_longer_be_taken_back(office: Office) -> None:
    case = asked(office)
    window = {"undo": b"-", "undo_until": office.now + timedelta(minutes=10)}
    office.database.command(lambda s: s.execute(update(Instance).where(Instance.id == case.id).values(**window)))
    noted(office, case)
    assert case.row.undo_until is None


def declared(office: Office, day: date) -> None:
    office.database.command(
        lambda s: s.add(CalendarDay(day=day, kind="public", name="Pilkada", source="Keppres", confirmed=True))
    )


def due_of(office: Office, case: Case) -> datetime:
    with office.database.reads() as session:
        return session.scalars(select(Task.due).where(Task.instance_id == case.id, Task.state == "open")).one()


def moved(office: Office, stretch: Stretch, limit: int = 100) -> int:
    """How many rounds it takes until every due date in the stretch is computed again."""
    after, rounds = None, 0
    while rounds == 0 or after is not None:
        after = office.database.command(
            lambda s, a=after: deadlines.move(s, office.engine.catalog, office.directory, stretch, after=a, limit=limit)
        )
        rounds += 1
    return rounds


TUESDAY = Stretch(datetime(2026, 11, 2, 17, tzinfo=UTC), datetime(2026, 11, 3, 17, tzinfo=UTC))
"""3 November 2026 in WIB."""


def test_a_day_declared_late_moves_the_due_dates_of_open_tasks(office: Office) -> None:
    case = asked(office)
    before = due_of(office, case)
    assert before == datetime(2026, 11, 5, 9, tzinfo=UTC)
    declared(office, date(2026, 11, 3))
    with office.database.reads() as session:
        assert deadlines.concerned(session, TUESDAY) == 1
    moved(office, TUESDAY)
    moved(office, TUESDAY)  # a repetition changes nothing more
    assert due_of(office, case) == before + timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "units"),
    [
        (datetime(2026, 11, 6, tzinfo=UTC), datetime(2026, 11, 7, tzinfo=UTC), None),
        (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC), None),
        (TUESDAY.first, TUESDAY.last, ["DINKES"]),
    ],
    ids=["due before", "begun after", "another unit"],
)
def test_tasks_that_have_no_time_in_a_stretch_are_left_alone(
    office: Office, first: datetime, last: datetime, units: list[str] | None
) -> None:
    case = asked(office)
    before = due_of(office, case)
    declared(office, date(2026, 11, 3))
    moved(office, Stretch(first, last, units))
    assert due_of(office, case) == before


def test_a_day_declared_late_moves_the_reminders_with_the_due_date_and_tells_nobody_twice(office: Office) -> None:
    case = asked(office)
    task = case.open_task(case.open[0])

    def alert() -> datetime | None:
        with office.database.reads() as session:
            return session.get_one(Task, task).alert_at

    def look() -> str | None:
        return office.database.command(lambda s: office.engine.look_at_deadline(s, task, now=office.now))

    assert alert() == datetime(2026, 11, 4, 1, tzinfo=UTC)
    declared(office, date(2026, 11, 3))
    moved(office, TUESDAY)
    assert alert() == datetime(2026, 11, 5, 1, tzinfo=UTC), "the morning before the new due day"
    office.now = datetime(2026, 11, 5, 1, tzinfo=UTC)
    assert look() == "reminder"
    office.now = datetime(2026, 11, 9, 1, tzinfo=UTC)
    assert look() == "overdue"
    assert alert() == datetime(2026, 11, 10, 1, tzinfo=UTC)
    declared(office, date(2026, 11, 10))
    moved(office, Stretch(datetime(2026, 11, 9, 17, tzinfo=UTC), datetime(2026, 11, 10, 17, tzinfo=UTC)))
    assert alert() == datetime(2026, 11, 11, 1, tzinfo=UTC), "it is over its due day, and those above are told later"
    office.now = datetime(2026, 11, 11, 1, tzinfo=UTC)
    assert [look(), look()] == ["escalated", None]


def test_many_due_dates_are_moved_in_rounds(office: Office) -> None:
    first = asked(office)
    cases = [first, *(office.start("flow", EMPLOYEE, why="-") for _ in range(4))]
    declared(office, date(2026, 11, 3))
    assert moved(office, TUESDAY, limit=2) == 3
    assert {due_of(office, case) for case in cases} == {datetime(2026, 11, 6, 9, tzinfo=UTC)}
