"""The demo office: complete, consistent, and loaded once."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.db import Database
from tests.workflows.conftest import NOON
from workflows import People, demo_people, load_demo
from workflows.leave.model import LeaveAccount, LeaveEntry
from workflows.people import Holding, Person, Position, RoleHolder, Unit
from workflows.roles import read_roles

PEOPLE = People()


def test_the_demo_has_120_staff_and_the_regent(demo: Database) -> None:
    with demo.reads() as session:
        kinds = dict(session.execute(select(Person.kind, func.count()).group_by(Person.kind)).all())
    assert kinds == {"PNS": 90, "PPPK": 30, "NEGARA": 1}


def test_loading_twice_changes_nothing(demo: Database) -> None:
    def counts() -> list[int | None]:
        with demo.reads() as session:
            tables = (Person, Unit, Position, Holding, RoleHolder, LeaveAccount, LeaveEntry)
            return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counts()
    demo.command(lambda session: load_demo(session, NOON + timedelta(days=400)))
    assert counts() == before


def test_everybody_has_a_superior_up_to_the_regent(demo: Database) -> None:
    with demo.reads() as session:
        above = dict(session.execute(select(Position.id, Position.reports_to)).all())
    assert [position for position, boss in above.items() if boss is None] == ["BUPATI"]
    for position in above:
        steps, at = 0, position
        while (boss := above[at]) is not None:
            steps, at = steps + 1, boss
        assert steps < 6


def test_every_unit_has_a_personnel_officer_and_a_head(demo: Database) -> None:
    with demo.reads() as session:
        for unit in session.scalars(select(Unit.id)):
            for role in ("personnel_officer", "unit_head", "site_head"):
                held = PEOPLE.holder(session, f"role:{role}@{unit}", barred=(), matter="leave", now=NOON)
                assert held is not None
                assert held.startswith(f"role:{role}@")


def test_each_office_wide_role_has_a_holder(demo: Database) -> None:
    with demo.reads() as session:
        for role in PEOPLE.roles().values():
            if role.kind == "office_wide":
                held = PEOPLE.holder(session, f"role:{role.key}@*", barred=(), matter="leave", now=NOON)
                assert held == f"role:{role.key}@*"


def test_balances_lie_within_the_law_and_differ(demo: Database) -> None:
    left = func.sum(LeaveEntry.granted - LeaveEntry.used - LeaveEntry.reserved)
    with demo.reads() as session:
        balances = [int(b) for b in session.scalars(select(left).group_by(LeaveEntry.person))]
    assert len(balances) >= 110
    assert {12, 18, 24} <= set(balances)
    assert min(balances) >= 12
    assert max(balances) == 24


def test_the_people_to_try_exist_and_fit_their_description(demo: Database) -> None:
    with demo.reads() as session:
        for one in demo_people():
            person = session.scalars(select(Person).where(Person.nip == one.nip)).one()
            assert (person.id, person.name) == (one.person, one.name)
        actors = {one.person: PEOPLE.actor(session, one.person, NOON) for one in demo_people()}
    assert actors["P012"].auditor
    assert actors["P026"].process_owner
    assert actors["P092"].oversees == {"DISKOMINFO"}


def test_a_role_by_rule_must_say_where_its_principal_stands(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text('[x]\nname = "X"\nname_en = "X"\nkind = "by_rule"\n')
    with pytest.raises(ValueError, match="role 'x'"):
        read_roles(file)


@pytest.mark.parametrize("line", ['kind = "boss"', 'kind = "superior"\nvalu = "x"', 'kind = "superior"\nvalue = "x"'])
def test_a_role_that_breaks_the_schema_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(f'[x]\nname = "X"\nname_en = "X"\n{line}\n')
    assert tomllib.loads(file.read_text())
    with pytest.raises(ValueError, match="role 'x'"):
        read_roles(file)
