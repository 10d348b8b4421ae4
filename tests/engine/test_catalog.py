"""Versions: numbered, immutable, one live per process, and only with the services of today."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from engine.db import Version
from engine.errors import Conflict, DiagramError
from engine.package import Package
from engine.services import ServiceContext, Services
from tests.support import Office, diagram, package, service


def _tiny(title: str, inside: dict[str, str] | None = None) -> Package:
    kinds = {"begin": "startEvent", "submit": "userTask", "do": "serviceTask" if inside else "manualTask"}
    drawn = diagram(
        {**kinds, "done": "endEvent"},
        ["begin submit", "submit do", "do done"],
        lanes={"requester": ["begin", "submit"], "personnel_officer": ["do", "done"]},
        inside=inside,
    )
    return package(drawn, title=title)


def _states(office: Office) -> list[tuple[int, str]]:
    with office.database.reads() as session:
        return [(v.number, v.state) for v in session.scalars(select(Version).order_by(Version.number))]


def test_a_new_live_version_retires_the_one_before_and_running_instances_stay_on_theirs(office: Office) -> None:
    office.deploy(_tiny("Satu"))
    case = office.start("flow", "P072")
    office.deploy(_tiny("Dua"))
    assert _states(office) == [(1, "retired"), (2, "live")]
    case.complete("do", "P068")
    assert case.seen_by("P072").version == 1


def test_the_same_package_twice_is_the_same_version(office: Office) -> None:
    office.deploy(_tiny("Satu"), _tiny("Satu"))
    assert _states(office) == [(1, "live")]


def test_of_many_who_put_versions_live_at_once_none_fails_and_one_version_is_live(office: Office) -> None:
    packages = [_tiny(f"Versi {number}") for number in range(6)]
    for one in packages:
        office.database.command(lambda session, one=one: office.engine.deploy(session, one, by="t", now=office.now))
    with office.database.reads() as session:
        ids = list(session.scalars(select(Version.id)))
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda i: _move(office, i, "live"), ids))
    assert [state for _, state in _states(office)].count("live") == 1


def test_a_live_version_does_not_become_a_draft_again(office: Office) -> None:
    office.deploy(_tiny("Satu"))
    with office.database.reads() as session:
        version = session.scalars(select(Version.id)).one()
    with pytest.raises(Conflict):
        _move(office, version, "draft")


def test_a_version_whose_service_has_another_signature_neither_goes_live_nor_lets_the_server_start(
    office: Office,
) -> None:
    services = Services("trial")

    @services.register("trial.count@1")
    def count(ctx: ServiceContext, *, amount: int) -> dict[str, int]:
        return {"amount": amount}

    office = Office(office.database, services)
    office.deploy(_tiny("Satu", {"do": service("trial.count@1", amount="1")}))
    changed = text('UPDATE version SET services = \'{"trial.count@1": "trial.count@1(amount: str)"}\'')
    office.database.command(lambda session: session.execute(changed))
    with office.database.reads() as session:
        version = session.scalars(select(Version.id)).one()
        with pytest.raises(DiagramError, match="amount: str"):
            office.engine.catalog.require_runnable(session)
    with pytest.raises(DiagramError, match="amount: str"):
        _move(office, version, "live")


def _move(office: Office, version: int, state: str) -> None:
    office.database.command(lambda session: office.engine.catalog.move(session, version, state))
