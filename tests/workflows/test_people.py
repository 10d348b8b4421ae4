"""Who holds what, whose task it is, and to whom it falls when nobody may do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from engine.actor import Case
from engine.db import Database
from engine.errors import NotFound
from tests.workflows.conftest import NOON
from workflows import People
from workflows.organisation import forget
from workflows.people import Acting, Holding, RoleHolder
from workflows.seats import KEPT_FROM_ACTING

PEOPLE = People()
EMPLOYEE, OFFICER, SUPERIOR, HEAD = "P097", "P092", "P094", "P091"
UNIT_OF_EMPLOYEE = "DISKOMINFO"


def case(subject: str = EMPLOYEE, unit: str = UNIT_OF_EMPLOYEE, **data: object) -> Case:
    return Case("leave", subject, subject, unit, data)


def acting(person: str, position: str, **overrides: object) -> Acting:
    about = {"kind": "Plh", "decree": "800/1/2026", "first": date(2026, 11, 1), "last": date(2026, 11, 30)}
    return Acting(person=person, position=position, **(about | {"excluded": "", "only": None} | overrides))


def add(database: Database, *rows: object) -> None:
    database.command(lambda session: session.add_all(rows))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile, transaction control aside."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.split()[0] in ("SELECT", "WITH"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def principals(session: Session, person: str, now: datetime = NOON) -> set[str]:
    return {grant.principal for grant in PEOPLE.actor(session, person, now).grants}


def principal(session: Session, role: str, of: Case) -> str | None:
    return PEOPLE.principal(session, PEOPLE.roles()[role], of, NOON)


def holder(session: Session, wanted: str, *barred: str, matter: str = "leave", now: datetime = NOON) -> str | None:
    return PEOPLE.holder(session, wanted, barred=barred, matter=matter, now=now)


def test_a_person_is_granted_their_post_and_the_roles_that_go_with_it(demo: Database) -> None:
    with demo.reads() as session:
        actor = PEOPLE.actor(session, OFFICER, NOON)
        assert {g.principal for g in actor.grants} == {
            "person:P092",
            "position:DISKOMINFO-02",
            "role:personnel_officer@DISKOMINFO",
        }
        assert (actor.unit, actor.oversees, actor.auditor) == ("DISKOMINFO", {"DISKOMINFO"}, False)


def test_an_unknown_person_is_not_found(demo: Database) -> None:
    with demo.reads() as session, pytest.raises(NotFound):
        PEOPLE.actor(session, "P999", NOON)


def test_a_post_ends_with_its_last_day(demo: Database) -> None:
    add(demo, Holding(person=EMPLOYEE, position="KECRAK-03", first=date(2026, 10, 1), last=date(2026, 11, 1)))
    with demo.reads() as session:
        assert "position:KECRAK-03" in principals(session, EMPLOYEE, NOON - timedelta(days=1))
        assert "position:KECRAK-03" not in principals(session, EMPLOYEE, NOON)


def test_days_begin_and_end_in_the_zone_of_the_unit(demo: Database) -> None:
    add(demo, acting(EMPLOYEE, "KECRAK-03", first=date(2026, 11, 3)))
    with demo.reads() as session:
        before_midnight = NOON.replace(hour=16, minute=59)
        assert "position:KECRAK-03" not in principals(session, EMPLOYEE, before_midnight)
        assert "position:KECRAK-03" in principals(session, EMPLOYEE, before_midnight + timedelta(minutes=1))


def test_an_acting_officer_gets_the_post_and_its_roles_within_the_decree(demo: Database) -> None:
    add(demo, acting(SUPERIOR, "DISKOMINFO-02", kind="Plt", excluded="promotion"))
    with demo.reads() as session:
        actor = PEOPLE.actor(session, SUPERIOR, NOON)
        acted = {g.principal: g for g in actor.grants if g.capacity == "Plt."}
        assert set(acted) == {"position:DISKOMINFO-02", "role:personnel_officer@DISKOMINFO"}
        assert acted["position:DISKOMINFO-02"].excluded == {"promotion"} | KEPT_FROM_ACTING
        assert actor.oversees == {"DISKOMINFO"}


def test_acting_is_not_passed_on(demo: Database) -> None:
    add(demo, acting(OFFICER, "DISKOMINFO-01"), acting(SUPERIOR, "DISKOMINFO-02"))
    with demo.reads() as session:
        assert "position:DISKOMINFO-01" in principals(session, OFFICER)
        assert "position:DISKOMINFO-01" not in principals(session, SUPERIOR)


def test_whose_task_it_is_follows_the_kind_of_the_role(demo: Database) -> None:
    with demo.reads() as session:
        route = {"route": {"principal": "position:DISKOMINFO-01"}}
        assert principal(session, "requester", case()) == "person:P097"
        assert principal(session, "direct_superior", case()) == "position:DISKOMINFO-04"
        assert principal(session, "personnel_officer", case()) == "role:personnel_officer@DISKOMINFO"
        assert principal(session, "verifier", case()) == "role:verifier@*"
        assert principal(session, "authorised_official", case(**route)) == "position:DISKOMINFO-01"


@pytest.mark.parametrize("value", [None, "P001", "position:", "role:x", "position:A person:B", 7, {"principal": "x"}])
def test_a_rule_that_names_no_principal_names_nobody(demo: Database, value: object) -> None:
    with demo.reads() as session:
        assert principal(session, "authorised_official", case(route={"principal": value})) is None


def test_somebody_without_a_post_has_the_personnel_office_as_superior(demo: Database) -> None:
    with demo.reads() as session:
        nobody = case("P999")
        assert principal(session, "direct_superior", nobody) == "role:personnel_officer@DISKOMINFO"


def test_a_task_stays_with_a_post_that_somebody_may_decide_in(demo: Database) -> None:
    with demo.reads() as session:
        assert holder(session, "position:DISKOMINFO-04", EMPLOYEE) == "position:DISKOMINFO-04"


def test_a_superior_who_is_a_party_is_passed_over_for_the_next_above(demo: Database) -> None:
    with demo.reads() as session:
        assert holder(session, "position:DISKOMINFO-04", EMPLOYEE, SUPERIOR) == "position:DISKOMINFO-01"
        assert holder(session, "position:DISKOMINFO-04", SUPERIOR, HEAD) == "position:SETDA-01"


def test_an_empty_post_falls_upward_until_somebody_acts_in_it(demo: Database) -> None:
    def leave_office(session: Session) -> None:
        held = session.query(Holding).filter_by(person=SUPERIOR).one()
        held.last = date(2026, 10, 31)

    demo.command(leave_office)
    with demo.reads() as session:
        assert holder(session, "position:DISKOMINFO-04", EMPLOYEE) == "position:DISKOMINFO-01"
    add(demo, acting("P099", "DISKOMINFO-04"))
    with demo.reads() as session:
        assert holder(session, "position:DISKOMINFO-04", EMPLOYEE) == "position:DISKOMINFO-04"


def test_what_an_acting_officer_may_not_decide_goes_past_the_post(demo: Database) -> None:
    def hand_over(session: Session) -> None:
        session.query(Holding).filter_by(person=HEAD).one().last = date(2026, 10, 31)
        session.add(acting(OFFICER, "DISKOMINFO-01", only="leave leave_abroad"))

    demo.command(hand_over)
    with demo.reads() as session:
        assert holder(session, "position:DISKOMINFO-01") == "position:DISKOMINFO-01"
        assert holder(session, "position:DISKOMINFO-01", matter="promotion") == "position:SETDA-01"
        assert holder(session, "position:DISKOMINFO-01", matter="leave_abroad") == "position:SETDA-01"


def test_when_nobody_above_may_decide_the_personnel_office_gets_the_task(demo: Database) -> None:
    with demo.reads() as session:
        line = (SUPERIOR, HEAD, "P001", "BUPATI")
        assert holder(session, "position:DISKOMINFO-04", *line) == "role:personnel_officer@DISKOMINFO"
        assert holder(session, "position:DISKOMINFO-04", *line, OFFICER) == "role:verifier@*"
        assert holder(session, "position:DISKOMINFO-04", *line, OFFICER, "P029", "P025") is None


def test_the_personnel_officers_own_request_is_checked_by_bkpsdm(demo: Database) -> None:
    with demo.reads() as session:
        assert holder(session, "role:personnel_officer@DISKOMINFO", OFFICER) == "role:verifier@*"


def test_a_part_of_a_department_is_served_by_the_department(demo: Database) -> None:
    def close_office(session: Session) -> None:
        session.delete(session.get_one(RoleHolder, ("personnel_officer", "SMPN1", "DISDIK-02")))

    demo.command(close_office)
    with demo.reads() as session:
        assert holder(session, "role:personnel_officer@SMPN1") == "role:personnel_officer@DISDIK"


def test_superiors_in_a_circle_end_the_search(demo: Database) -> None:
    def bend(session: Session) -> None:
        from workflows.people import Position

        session.get_one(Position, "BUPATI").reports_to = "DISKOMINFO-04"

    demo.command(bend)
    with demo.reads() as session:
        line = (SUPERIOR, HEAD, "P001", "BUPATI")
        assert holder(session, "position:DISKOMINFO-04", *line) == "role:personnel_officer@DISKOMINFO"


@pytest.mark.parametrize("wanted", ["person:P999", "person:P091\r\nBcc: x@x.id", "person:" + "P" * 400, "person:"])
def test_a_task_falls_to_no_person_whom_nobody_knows(demo: Database, wanted: str) -> None:
    with demo.reads() as session:
        assert holder(session, wanted) is None
        ruled = Case("leave", EMPLOYEE, EMPLOYEE, "DISKOMINFO", {"route": {"principal": wanted}})
        named = principal(session, "authorised_official", ruled)
        assert named is None or holder(session, named) is None


def test_a_post_and_its_holder_are_named(demo: Database) -> None:
    add(demo, acting(SUPERIOR, "DISKOMINFO-01"))
    with demo.reads() as session:
        head = PEOPLE.principal_label(session, "position:DISKOMINFO-01", NOON)
        assert head.id == "Kepala Dinas Kominfo (Andi Dayak, Plh. Karel Setiawan)"
        role = PEOPLE.principal_label(session, "role:personnel_officer@DISKOMINFO", NOON)
        assert role.id == "Petugas kepegawaian, Dinas Komunikasi dan Informatika (Yuni Santoso)"
        assert role.en == "Personnel officer, Dinas Komunikasi dan Informatika (Yuni Santoso)"
        assert (
            PEOPLE.principal_label(session, "role:verifier@*", NOON).en == "BKPSDM verifier (Yusuf Siregar and 1 other)"
        )
        assert PEOPLE.principal_label(session, f"person:{EMPLOYEE}", NOON).id == "Wati Pratama"


def test_a_completion_asks_for_grants_owner_and_holder_in_two_statements(demo: Database) -> None:
    with demo.reads() as session, statements(demo) as sent:
        PEOPLE.actor(session, SUPERIOR, NOON)
        wanted = principal(session, "direct_superior", case())
        assert wanted is not None
        assert holder(session, wanted, EMPLOYEE) == wanted
        assert len(sent) == 2
        PEOPLE.due(session, UNIT_OF_EMPLOYEE, NOON, 2)
        PEOPLE.zone(session, UNIT_OF_EMPLOYEE, NOON)
        assert len(sent) == 3


def test_a_page_of_names_is_read_at_once(demo: Database) -> None:
    with demo.reads() as session, statements(demo) as sent:
        names = PEOPLE.names(session, ["P097", "P092", "P999"])
        assert names == {"P097": "Wati Pratama", "P092": "Yuni Santoso", "P999": "P999"}
        assert (PEOPLE.name(session, "P097"), PEOPLE.unit(session, "P092")) == ("Wati Pratama", "DISKOMINFO")
        assert len(sent) == 1


def test_what_was_read_lasts_no_longer_than_its_transaction(demo: Database) -> None:
    with Session(demo.engine) as session:
        assert holder(session, "position:DISKOMINFO-04") == "position:DISKOMINFO-04"
        session.query(Holding).filter_by(person=SUPERIOR).one().last = date(2026, 10, 31)
        session.flush()
        forget(session)
        assert holder(session, "position:DISKOMINFO-04") == "position:DISKOMINFO-01"
        session.rollback()
        assert holder(session, "position:DISKOMINFO-04") == "position:DISKOMINFO-04"


def test_everybody_may_start_what_is_for_employees_and_only_holders_the_rest(demo: Database) -> None:
    with demo.reads() as session:
        employee, officer = PEOPLE.actor(session, EMPLOYEE, NOON), PEOPLE.actor(session, OFFICER, NOON)
        assert PEOPLE.starters(session, employee, ["requester"])
        assert PEOPLE.starters(session, officer, ["personnel_officer"])
        assert not PEOPLE.starters(session, employee, ["personnel_officer", "verifier"])


@pytest.mark.parametrize(
    ("principal", "above"),
    [
        ("position:DINKES-02", "position:DINKES-01"),
        ("role:personnel_officer@DISKOMINFO", "position:DISKOMINFO-01"),
        ("role:unit_head@DISKOMINFO", "position:SETDA-01"),
        ("role:verifier@*", "position:SETDA-01"),
        (f"person:{EMPLOYEE}", "position:DISKOMINFO-04"),
        ("position:BUPATI", None),
        ("role:regent@*", None),
    ],
    ids=[
        "a post",
        "a queue of a unit",
        "the head",
        "a queue that the head serves too",
        "a person",
        "nobody above",
        "the regent",
    ],
)
def test_above_a_holder_is_the_next_post_up_and_above_a_queue_the_head_of_its_unit(
    demo: Database, principal: str, above: str | None
) -> None:
    with demo.reads() as session:
        assert PEOPLE.above(session, principal, barred=(), matter="leave", now=NOON) == above


def test_nobody_barred_is_above_a_holder(demo: Database) -> None:
    with demo.reads() as session:
        assert (
            PEOPLE.above(session, "position:DINKES-02", barred={"P067"}, matter="leave", now=NOON)
            == "position:SETDA-01"
        )


def test_who_acts_for_some_matters_only_neither_audits_nor_owns_processes(demo: Database) -> None:
    add(demo, acting("P027", "BKPSDM-02", only="leave"), acting("P028", "BKPSDM-02"), acting("P007", "SETDA-12"))
    with demo.reads() as session:
        some, all_of_it, auditor = (PEOPLE.actor(session, person, NOON) for person in ("P027", "P028", "P007"))
    assert (some.process_owner, all_of_it.process_owner, auditor.auditor) == (False, True, True)
    assert [(post.capacity, post.title) for post in some.acting] == [("Plh.", "Sekretaris BKPSDM")]
