"""The inbox: one's own tasks only, oldest due first, page by page, found by reference or name."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.access import acts_on, may_do
from engine.db import Task
from engine.errors import Conflict, NotFound
from engine.lists import BadCursor, Page, TaskRow
from engine.watch import rehome
from tests.engine.test_runtime import rework
from tests.support import Case, Office
from workflows.positions import Acting, Person

HEALTH = ("P072", "P076", "P080", "P084", "P088")
"""Staff of the health department whose superior is its secretary, P068."""


@pytest.fixture
def cases(office: Office) -> list[Case]:
    office.deploy(rework())
    started = []
    for person in HEALTH:
        started.append(office.start("flow", person, reason="x"))
        office.now += timedelta(minutes=1)
    return started


def _inbox(office: Office, person: str, **filters: object) -> Page[TaskRow]:
    with office.database.reads() as session:
        actor = office.directory.actor(session, person, office.now)
        return office.engine.inbox(session, actor, now=office.now, **filters)  # type: ignore[arg-type]


def test_every_task_is_reached_page_by_page_and_none_twice(office: Office, cases: list[Case]) -> None:
    seen, after = [], None
    while True:
        page = _inbox(office, "P068", after=after, limit=3)
        seen += [row.id for row in page.rows]
        assert page.count == 10
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 10


def test_the_oldest_due_stands_first(office: Office, cases: list[Case]) -> None:
    dues = [row.due for row in _inbox(office, "P068").rows]
    assert dues == sorted(dues)


def test_search_finds_by_reference_and_by_the_start_of_the_name(office: Office, cases: list[Case]) -> None:
    reference = cases[2].row.reference
    assert {row.reference for row in _inbox(office, "P068", search=reference.lower()).rows} == {reference}
    assert {row.subject_name for row in _inbox(office, "P068", search="galih").rows} == {"Galih Suryadi"}
    assert _inbox(office, "P068", search="%").rows == []


def test_an_inbox_holds_nobody_elses_tasks(office: Office, cases: list[Case]) -> None:
    assert _inbox(office, "P095").rows == []
    assert _inbox(office, "P072").rows == []


def test_a_taken_task_is_not_completed_by_another_until_it_is_put_back(office: Office, cases: list[Case]) -> None:
    task = cases[0].open_task("check")
    _appoint(office, "P067", "DINKES-02")
    _claim(office, task, "P068")
    with pytest.raises(Conflict, match="Siti Siregar is working"):
        _claim(office, task, "P067")
    _release(office, task, "P068")
    _claim(office, task, "P067")
    assert next(row for row in _inbox(office, "P067").rows if row.id == task).claimed_by == "P067"


def test_an_acting_officer_sees_the_tasks_for_the_time_of_the_decree_only(office: Office, cases: list[Case]) -> None:
    _appoint(office, "P069", "DINKES-02")
    rows = _inbox(office, "P069").rows
    assert {row.capacity for row in rows} == {"Plh."}
    office.now += timedelta(days=30)
    assert _inbox(office, "P069").rows == []


def test_what_an_acting_officer_decides_is_recorded_in_that_capacity(office: Office, cases: list[Case]) -> None:
    _appoint(office, "P069", "DINKES-02")
    view = cases[0].complete("consider", "P069", outcome="approve")
    assert (view.timeline[-1].who, view.timeline[-1].capacity) == ("Juli Pratama", "Plh.")


def test_a_task_of_a_post_that_fell_vacant_moves_to_the_next_above(office: Office, cases: list[Case]) -> None:
    from sqlalchemy import update

    from workflows.positions import Holding

    _claim(office, cases[0].open_task("consider"), "P068")
    ended = update(Holding).where(Holding.person == "P068").values(last=date(2026, 11, 1))
    office.database.command(lambda session: session.execute(ended))
    moved = office.database.command(lambda session: rehome(office.directory, session, now=office.now))
    assert moved == 10
    [task] = (t for t in cases[0].seen_by("P072").tasks if t.step == "consider")
    assert (task.principal, task.claimed_by) == ("position:DINKES-01", None)
    cases[0].complete("consider", by="P067", outcome="approve")


@pytest.mark.parametrize(
    "damaged",
    [
        "nonsense",
        f'["0001-01-01T00:00+14:00", "{UUID(int=0)}"]',
        f'["9999-12-31T23:59-14:00", "{UUID(int=0)}"]',
        '["2026-11-02", 7]',
        "[" * 9_000,
    ],
)
def test_a_damaged_cursor_is_refused_in_words(office: Office, damaged: str) -> None:
    for after in (damaged, urlsafe_b64encode(damaged.encode()).decode()):
        with pytest.raises(BadCursor):
            _inbox(office, "P068", after=after)


def test_a_cursor_without_a_zone_is_taken_as_utc(office: Office, cases: list[Case]) -> None:
    after = urlsafe_b64encode(f'["2026-01-01", "{UUID(int=0)}"]'.encode()).decode()
    assert len(_inbox(office, "P068", after=after).rows) == 10


def test_a_person_of_another_unit_cannot_claim(office: Office, cases: list[Case]) -> None:
    with pytest.raises(NotFound):
        _claim(office, cases[0].open_task("check"), "P095")


def _appoint(office: Office, person: str, position: str) -> None:
    acting = Acting(
        person=person,
        position=position,
        kind="Plh",
        decree="800/1/2026",
        first=date(2026, 11, 1),
        last=date(2026, 11, 20),
        excluded="",
        only=None,
    )
    office.database.command(lambda session: session.add(acting))


def _claim(office: Office, task: object, person: str) -> None:
    office.database.command(
        lambda session: office.engine.claim(
            session,
            task,
            office.directory.actor(session, person, office.now),
            now=office.now,  # type: ignore[arg-type]
        )
    )


def _release(office: Office, task: object, person: str) -> None:
    office.database.command(
        lambda session: office.engine.release(
            session,
            task,
            office.directory.actor(session, person, office.now),
            now=office.now,  # type: ignore[arg-type]
        )
    )


def test_the_inbox_and_the_right_to_act_are_one_and_the_same(office: Office, cases: list[Case]) -> None:
    _appoint(office, "P069", "DINKES-02")
    own = office.start("flow", "P068", reason="x")
    with office.database.reads() as session:
        tasks = session.scalars(select(Task).where(Task.state == "open")).all()
        for person in session.scalars(select(Person.id)):
            actor = office.directory.actor(session, person, office.now)
            listed = set(session.scalars(select(Task.id).where(Task.state == "open", acts_on(actor))))
            assert listed == {task.id for task in tasks if may_do(actor, task)}
    assert own.open
