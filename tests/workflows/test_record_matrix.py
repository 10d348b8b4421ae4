"""Who may read, propose, verify and approve each field of a record: every role, every field, by the office as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db import Database
from tests.workflows.conftest import NOON
from tests.workflows.record_matrix import EXCEPT, LEVELS, PEOPLE, WATI, May, cells, level_of
from web.synchronising import CAPACITY, REASON
from workflows.people import Acting, People, Person
from workflows.positions import Holding
from workflows.record.histories import HISTORIES, History, RecordField, fields
from workflows.record.looking import note
from workflows.record.register import listed
from workflows.record.relations import relations_of
from workflows.record.sight import (
    AUDITOR,
    RELATIONS,
    UNIT_OFFICER,
    Relations,
    may_decide,
    may_propose,
    may_reveal,
    sees_any,
    sight,
)

LETTERS = {"full": "F", "masked": "M", "hidden": "-"}


def relations(demo: Database, who: str, of: str = WATI) -> Relations:
    """What somebody is to a record."""
    with demo.reads() as session:
        return relations_of(session, People().actor(session, who, NOON), of, NOON)


def cell(found: Relations, history: History, field: RecordField) -> str:
    """What somebody may do with a field, as the matrix writes it."""
    level = level_of(history.key, field.key)
    verify = {1: "verify_unit", 2: "verify", 3: "verify"}.get(level or 0, "")
    read = "R" if may_reveal(found, history, field) else LETTERS[sight(found, history, field)]
    return "".join(
        (
            read,
            "p" if may_propose(found, history, field) else "-",
            "v" if may_decide(found, verify) else "-",
            "a" if level in (2, 3) and may_decide(found, "approve") else "-",
        )
    )


def test_the_matrix_knows_every_history_and_every_relation() -> None:
    assert LEVELS.keys() == HISTORIES.keys()
    assert {(history.key, field.key) for history, field in fields()} >= EXCEPT.keys()
    assert len([*fields()]) == 105


@pytest.mark.parametrize(("who", "may"), PEOPLE.values(), ids=PEOPLE)
def test_each_may_do_with_each_field_what_the_matrix_says(demo: Database, who: str, may: May) -> None:
    found = relations(demo, who)
    expected = {f"{history.key}.{field.key}": cells for history, field, cells in cells(may)}
    assert {f"{history.key}.{field.key}": cell(found, history, field) for history, field in fields()} == expected
    assert {
        step
        for step in ("desk", "verify_unit", "verify", "approve", "national", "treasurer")
        if may_decide(found, step)
    } == may.steps


@pytest.mark.parametrize("who", ["P092", "P029", "P027", "P010", "P012", "P026", "P042"])
def test_nobody_keeps_verifies_or_approves_their_own_record(demo: Database, who: str) -> None:
    found = relations(demo, who, who)
    of_the_person = PEOPLE["the person"][1]
    assert [cell(found, history, field) for history, field in fields()] == [each for *_at, each in cells(of_the_person)]


def test_an_acting_officer_stands_in_for_a_keeper_unless_the_decree_says_otherwise(demo: Database) -> None:
    about = {"person": "P098", "position": "DISKOMINFO-02", "kind": "Plh", "decree": "800/1"}
    days = {"first": NOON.date() - timedelta(days=1), "last": NOON.date() + timedelta(days=1)}

    def acting(only: str | None, excluded: str = "") -> Relations:
        def work(session: Session) -> None:
            session.execute(delete(Acting))
            session.add(Acting(**about, **days, only=only, excluded=excluded))

        demo.command(work)
        return relations(demo, "P098")

    assert acting(None).roles == {UNIT_OFFICER}
    assert acting(" leave_annual ").roles == set()
    assert acting(None, " data_update ").roles == set()
    with demo.reads() as session:
        about["position"] = session.scalars(select(Holding.position).where(Holding.person == "P012")).one()
    assert AUDITOR in acting(None).roles
    assert acting(None, " data_update ").roles == set()


def test_a_reason_opens_one_history_for_an_hour_and_only_for_who_keeps_records(demo: Database) -> None:
    people = People()

    def revealed(who: str, later: timedelta = timedelta(0)) -> frozenset[str]:
        with demo.reads() as session:
            return relations_of(session, people.actor(session, who, NOON), WATI, NOON + later).revealed

    def look(who: str, reason: str) -> None:
        words = RELATIONS[UNIT_OFFICER]
        demo.command(
            lambda session: note(
                session, people.actor(session, who, NOON), WATI, "identity", words, NOON, reason=reason
            )
        )

    def downloaded(who: str) -> None:
        demo.command(
            lambda session: note(
                session, people.actor(session, who, NOON), WATI, "identity", CAPACITY, NOON, reason=REASON
            )
        )

    look("P092", "")
    downloaded("P029")  # has a reason of its own, which opens no page
    assert revealed("P092") == frozenset()
    look("P092", "KTP")
    look("P012", "KTP")
    assert (revealed("P092"), revealed("P012"), revealed("P029")) == ({"identity"}, set(), set())
    assert revealed("P092", timedelta(minutes=59)) == {"identity"}
    assert revealed("P092", timedelta(minutes=60)) == frozenset()


def test_a_task_opens_the_histories_that_it_is_about_and_no_other() -> None:
    nik, name = (
        (HISTORIES["identity"], HISTORIES["identity"].fields[0]),
        (HISTORIES["child"], HISTORIES["child"].fields[0]),
    )
    of_a_task = Relations(frozenset(), frozenset({"identity"}))
    assert (sight(of_a_task, *nik), sight(of_a_task, *name)) == ("full", "hidden")
    assert sees_any(of_a_task)
    assert not may_propose(of_a_task, *nik)


@pytest.mark.parametrize("who", ["P092", "P094", "P029", "P012", "P098", "P042"])
def test_the_list_of_records_has_just_those_that_open(demo: Database, who: str) -> None:
    people = People()
    with demo.reads() as session:
        actor = people.actor(session, who, NOON)
        first = listed(session, actor, "", 1, NOON)
        pages = [first, *(listed(session, actor, "", page, NOON) for page in range(2, first.pages + 1))]
        found = [each.person for page in pages for each in page.people]
        others = session.scalars(select(Person.id).where(Person.id != who)).all()
        opened = {person for person in others if sees_any(relations_of(session, actor, person, NOON))}
    assert len(found) == len(set(found)) == first.total
    assert set(found) == opened


def test_people_are_looked_for_by_any_part_of_the_name_and_by_nip(demo: Database) -> None:
    people = People()
    with demo.reads() as session:
        officer = people.actor(session, "P092", NOON)
        for words in ("wati", "Wati Pra", "pratama", "1991 0504", "199105042018012997"):
            assert WATI in [each.person for each in listed(session, officer, words, 1, NOON).people], words
        for words in ("%", "_", "atama", "199105042018012998", "Hendra"):
            assert listed(session, officer, words, 1, NOON).total == 0, words
