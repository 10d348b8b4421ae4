"""What another release or another version of the library may do to saved instances: nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.catalog import Catalog
from engine.db import Incident, Instance, Task, Version
from engine.errors import DiagramError
from engine.jobs import OTHER_FORMAT
from engine.package import Package
from engine.spiff import Workflow, compile_package
from engine.state import FORMAT, FormatUnknown, NodeUnknown, StateUnreadable, dump, load
from engine.watch import report_stuck
from tests.engine.conformance.driving import Host, boundary
from tests.engine.test_jobs import Desk
from tests.support import Case, Office, diagram, package, timer

NEWER = FORMAT + 1


def checking() -> Package:
    """A request with a deadline and a reminder beside its second step: the library adds nodes of its own to it."""
    kinds = {"begin": "startEvent", "submit": "userTask", "check": "userTask", "weekly": "boundaryEvent"}
    drawn = diagram(
        {**kinds, "remind": "manualTask", "reminded": "endEvent", "done": "endEvent"},
        ["begin submit", "submit check", "check done", "weekly remind", "remind reminded"],
        lanes={
            "requester": ["begin", "submit"],
            "personnel_officer": ["check", "weekly", "remind", "reminded", "done"],
        },
        inside={"weekly": timer("R3/P7D", "timeCycle")},
        attributes={"weekly": boundary("check", interrupts=False)},
    )
    return package(drawn)


def waiting() -> tuple[Workflow, Host]:
    """An instance that waits at its second step."""
    workflow = Workflow(compile_package(checking()), host := Host())
    workflow.advance()
    workflow.give(workflow.waiting_steps()[0], {"reason": "x"})
    return workflow, host


def test_a_state_begins_with_the_number_of_its_format() -> None:
    workflow, _ = waiting()
    assert dump(workflow, {})[0] == FORMAT == 1


@pytest.mark.parametrize("gone", ["check.BoundaryEventSplit", "check.BoundaryEventJoin", "flow.EndJoin", "check"])
def test_a_node_that_the_library_adds_later_shifts_the_number_of_no_other(gone: str) -> None:
    workflow, host = waiting()
    nodes = workflow.compiled.names["flow"]
    assert gone in nodes
    at_deployment = replace(workflow.compiled, names={"flow": tuple(name for name in nodes if name != gone)})
    workflow.compiled = at_deployment
    again, _ = load(dump(workflow, {}), at_deployment, host)
    assert [again.compiled.step_of(task) for task in again.waiting_steps()] == ["check"]
    again.give(again.waiting_steps()[0], {})
    assert again.completed


def test_a_node_that_is_gone_is_named_and_only_who_stands_there_is_held_up() -> None:
    workflow, host = waiting()
    table = (*workflow.compiled.names["flow"], "of.the.old.library")
    compiled = replace(workflow.compiled, names={"flow": table})
    workflow.compiled = compiled
    load(dump(workflow, {}), compiled, host)
    workflow.compiled = replace(compiled, names={"flow": tuple("gone" if n == "check" else n for n in table)})
    with pytest.raises(NodeUnknown, match="“gone”"):
        load(_numbered(workflow), workflow.compiled, host)


def _numbered(workflow: Workflow) -> bytes:
    """The state as the version's own release saved it, when its table's names were those of its nodes."""
    mine = workflow.compiled
    workflow.compiled = replace(mine, names={"flow": tuple("check" if n == "gone" else n for n in mine.names["flow"])})
    blob = dump(workflow, {})
    workflow.compiled = mine
    return blob


def test_a_format_of_another_release_is_named() -> None:
    workflow, host = waiting()
    blob = dump(workflow, {})
    with pytest.raises(FormatUnknown, match=f"format {NEWER}.*reads format {FORMAT}"):
        load(bytes([NEWER]) + blob[1:], workflow.compiled, host)
    with pytest.raises(FormatUnknown):
        load(b"", workflow.compiled, host)


def test_a_damaged_state_is_told_apart_from_a_failure_of_the_process() -> None:
    workflow, host = waiting()
    blob = dump(workflow, {})
    for length in range(1, len(blob)):
        with pytest.raises(StateUnreadable):
            load(blob[:length], workflow.compiled, host)


def test_a_version_whose_nodes_another_library_names_otherwise_still_runs(office: Office) -> None:
    office.deploy(checking())
    with office.database.reads() as session:
        names = json.loads(session.scalars(select(Version.names)).one())
    before = [name for name in names["flow"] if not name.endswith("Join")] + ["of.the.old.library"]
    stored = update(Version).values(names=json.dumps({"flow": before}))
    office.database.command(lambda session: session.execute(stored))
    office.engine.catalog = Catalog(office.services)
    case = office.start("flow", "P072")
    office.engine.catalog = Catalog(office.services)
    case.complete("check", "P068")
    assert case.ended


def test_a_version_that_a_stricter_release_would_refuse_still_runs(office: Office) -> None:
    one = checking()
    office.deploy(replace(one, files={**one.files, "texts.en.toml": b"wrong = 1\n"}))
    case = office.start("flow", "P072")
    office.engine.catalog = Catalog(office.services)
    case.complete("check", "P068")
    assert case.ended


def _store(office: Office, diagram: bytes) -> None:
    """Put another diagram into the version that was deployed first."""
    content = replace(checking(), files={**checking().files, "flow.bpmn": diagram})
    change = update(Version).where(Version.number == 1).values(package=content.to_zip())
    office.database.command(lambda session: session.execute(change))
    office.engine.catalog = Catalog(office.services)


def test_a_release_does_not_start_while_it_cannot_read_a_version_that_requests_are_on(office: Office) -> None:
    office.deploy(checking())
    case = office.start("flow", "P072")
    office.deploy(replace(checking(), files={**checking().files, "note.typ": b"new"}))
    _store(office, b"<no/>")
    with (
        office.database.reads() as session,
        pytest.raises(DiagramError, match=r"versions in use.*flow 1: "),
    ):
        office.engine.catalog.require_runnable(session)
    _store(office, checking().files["flow.bpmn"])
    case.complete("check", "P068")
    _store(office, b"<no/>")
    with office.database.reads() as session:
        office.engine.catalog.require_runnable(session)


@pytest.fixture
def rolled_back(office: Office, tmp_path: Path) -> tuple[Desk, Case]:
    """An instance that waits for a person, saved by a newer release than the one that starts now."""
    office.deploy(checking())
    case = office.start("flow", "P072")
    _reformat(case, NEWER)
    return Desk(office, tmp_path), case


def _reformat(case: Case, number: int) -> None:
    state = case.row.state
    assert state is not None
    change = update(Instance).where(Instance.id == case.id).values(state=bytes([number]) + state[1:])
    case.office.database.command(lambda session: session.execute(change))


def incidents(case: Case) -> list[tuple[str, bool]]:
    """Code of each incident, and whether it is open."""
    with case.office.database.reads() as session:
        wanted = select(Incident).where(Incident.instance_id == case.id).order_by(Incident.id)
        return [(found.code, found.resolved_at is None) for found in session.scalars(wanted)]


def test_a_release_rolled_back_changes_nothing_of_what_it_cannot_read(rolled_back: tuple[Desk, Case]) -> None:
    _, case = rolled_back
    before = case.row.state, case.row.events, case.open
    with pytest.raises(FormatUnknown):
        case.complete("check", "P068")
    assert (case.row.state, case.row.events, case.open) == before


def test_a_worker_of_a_release_rolled_back_makes_an_incident_that_the_newer_release_closes_by_itself(
    rolled_back: tuple[Desk, Case],
) -> None:
    desk, case = rolled_back
    desk.office.now = desk.office.now.replace(month=12)
    desk.worker.run_once()
    assert (case.row.status, case.row.next_due) == ("incident", None)
    assert incidents(case) == [(OTHER_FORMAT, True)]
    _reformat(case, FORMAT)
    Desk(desk.office, desk.file.parent).worker.run_once()
    Desk(desk.office, desk.file.parent).worker.run_once()
    assert incidents(case) == [(OTHER_FORMAT, False)]
    assert case.row.status == "running"
    assert case.open == ["check", "remind"], "what was due meanwhile has happened"
    case.complete("check", "P068")
    case.complete("remind", "P068")
    assert case.ended


def test_a_timer_of_an_instance_saved_by_a_newer_release_beside_it_becomes_an_incident(
    office: Office, tmp_path: Path
) -> None:
    office.deploy(checking())
    case, desk = office.start("flow", "P072"), Desk(office, tmp_path)
    desk.worker.run_once()
    _reformat(case, NEWER)
    office.now = office.now.replace(month=12)
    desk.worker.run_once()
    assert incidents(case) == [(OTHER_FORMAT, True)]


def test_the_watchdog_survives_an_instance_that_it_cannot_load(office: Office) -> None:
    office.deploy(checking())
    case = office.start("flow", "P072")
    _reformat(case, NEWER)
    gone = update(Instance).values(next_due=None)
    office.database.command(lambda session: session.execute(gone))
    office.database.command(lambda session: session.execute(update(Task).values(state="cancelled")))
    assert office.database.command(lambda session: report_stuck(office.engine, session, now=office.now)) == 1
