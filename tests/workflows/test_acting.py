"""Appointments in databases of both kinds: who may, whom, what waits, what is written down, and two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Database
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from tests.support import at_once
from tests.workflows.conftest import NOON
from workflows import People
from workflows.acting import appointing
from workflows.acting.appointing import COMING, NOW, PAST, Appointment, Decree, Limits
from workflows.acting.rules import PLH, PLT, Wanted
from workflows.people import Acting

PEOPLE = People()
TODAY, LAST = date(2026, 11, 2), date(2026, 11, 13)
OFFICER, VERIFIER, HEAD, SUPERIOR, CHIEF = "P092", "P029", "P091", "P094", "P093"
HEADS_POST, SCHOOL_POST, SUBDISTRICT_POST = "DISKOMINFO-01", "DISDIK-05", "KECRAK-01"


def act(demo: Database, by: str, work: Callable[[Session, Actor], Any]) -> Any:
    return demo.command(lambda session: work(session, PEOPLE.actor(session, by, NOON)))


def appoint(
    demo: Database, person: str = SUPERIOR, *, by: str = OFFICER, limits: Limits | None = None, **changed: Any
) -> int:
    """The id of the appointment of somebody as acting head, from today on."""
    about: dict[str, Any] = {
        "kind": PLH,
        "first": TODAY,
        "last": LAST,
        "decree_on": TODAY,
        "position": HEADS_POST,
    } | changed
    position = about.pop("position")

    def work(session: Session, me: Actor) -> int:
        post = appointing.post(session, me, position, TODAY)
        wanted = Wanted(person=person, **about)
        row = appointing.appoint(session, me, post, wanted, "800/1", limits or Limits(), today=TODAY, now=NOON)
        return row.id

    return int(act(demo, by, work))


def found(demo: Database, acting: int, by: str = OFFICER, today: date = TODAY) -> Appointment:
    with demo.reads() as session:
        return appointing.appointment(session, PEOPLE.actor(session, by, NOON), acting, today)


def kinds(demo: Database, acting: int) -> list[str]:
    with demo.reads() as session:
        return [change.kind for change in appointing.changes(session, acting)]


def grants(demo: Database, person: str, days: int = 0) -> set[str]:
    with demo.reads() as session:
        return {grant.principal for grant in PEOPLE.actor(session, person, NOON + timedelta(days=days)).grants}


def test_an_appointment_gives_the_post_and_its_roles_from_the_first_day_to_the_last(demo: Database) -> None:
    acting = appoint(demo, first=date(2026, 11, 3), last=date(2026, 11, 4))
    held = ["position:DISKOMINFO-01" in grants(demo, SUPERIOR, days) for days in range(4)]
    assert held == [False, True, True, False]
    assert "role:unit_head@DISKOMINFO" in grants(demo, SUPERIOR, 1)
    days = (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 5))
    assert [found(demo, acting, today=day).state for day in days] == [COMING, NOW, PAST]
    assert kinds(demo, acting) == ["appointed"]


def test_the_own_department_offers_people_of_the_same_level_or_one_below(demo: Database) -> None:
    def offered(by: str, position: str) -> set[str]:
        with demo.reads() as session:
            me = PEOPLE.actor(session, by, NOON)
            post = appointing.post(session, me, position, TODAY)
            return {each.person for each in appointing.candidates(session, me, post, TODAY)}

    assert offered(OFFICER, HEADS_POST) == {CHIEF, SUPERIOR}
    assert offered(VERIFIER, HEADS_POST) == {CHIEF, SUPERIOR, OFFICER}
    assert offered(VERIFIER, SUBDISTRICT_POST) == {"P106", "P107", "P108", "P109"}
    assert {"P049", "P047"} <= offered(VERIFIER, SCHOOL_POST)  # a teacher of the school, and one of its department
    assert "P045" not in offered(VERIFIER, SCHOOL_POST)


def test_units_are_those_of_ones_own_office_and_of_bkpsdm_all(demo: Database) -> None:
    with demo.reads() as session:
        units = {
            by: [unit for unit, _ in appointing.units(session, PEOPLE.actor(session, by, NOON))]
            for by in (OFFICER, "P042", VERIFIER, SUPERIOR)
        }
        with pytest.raises(NotFound):
            appointing.post(session, PEOPLE.actor(session, OFFICER, NOON), SUBDISTRICT_POST, TODAY)
        with pytest.raises(NotFound):
            appointing.post(session, PEOPLE.actor(session, "P008", NOON), "BUPATI", TODAY)
    assert units[OFFICER] == ["DISKOMINFO"]
    assert units["P042"] == ["DISDIK", "SMPN1"]
    assert len(units[VERIFIER]) == 7
    assert units[SUPERIOR] == []


def test_of_two_who_appoint_at_the_same_moment_one_finds_the_post_taken(demo: Database) -> None:
    assert sorted(at_once(lambda: appoint(demo, SUPERIOR), lambda: appoint(demo, CHIEF))) == [False, True]
    with demo.reads() as session:
        assert session.scalar(select(func.count()).select_from(Acting)) == 1


def test_of_two_who_extend_a_plt_at_the_same_moment_one_comes_too_late(demo: Database) -> None:
    acting = appoint(demo, kind=PLT)

    def extend(last: date) -> None:
        def work(session: Session, me: Actor) -> None:
            one = appointing.appointment(session, me, acting, TODAY)
            appointing.extend(session, me, one, last, Decree("800/2", TODAY), today=TODAY, now=NOON)

        act(demo, OFFICER, work)

    assert sorted(at_once(lambda: extend(date(2026, 12, 31)), lambda: extend(date(2027, 1, 31)))) == [False, True]
    assert kinds(demo, acting) == ["appointed", "extended"]


def test_what_is_over_is_not_ended_again_and_ones_own_is_left_alone(demo: Database) -> None:
    def end(acting: int, by: str, last: date | None = None) -> None:
        def work(session: Session, me: Actor) -> None:
            one = appointing.appointment(session, me, acting, TODAY)
            appointing.end(session, me, one, last, "Kembali", today=TODAY, now=NOON)

        act(demo, by, work)

    own = appoint(demo, OFFICER, by=VERIFIER)
    with pytest.raises(NotPermitted):
        end(own, OFFICER)
    with pytest.raises(NotPermitted):
        appoint(demo, OFFICER)
    with pytest.raises(Refused):
        end(own, VERIFIER, LAST)
    end(own, VERIFIER)
    assert found(demo, own).called_off  # it would have begun today
    assert f"position:{HEADS_POST}" not in grants(demo, OFFICER)
    with pytest.raises(Conflict):
        end(own, VERIFIER)
    assert kinds(demo, own) == ["appointed", "ended"]
