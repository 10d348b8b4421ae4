"""What fails under somebody's hands: undone as a whole, kept as one incident per cause, closed when it goes through."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from engine import incidents
from engine.db import Event, Incident, Task
from engine.errors import LimitExceeded, ServiceFailed, Where
from engine.gateways import NoWayOut
from engine.merge import ParallelConflict
from engine.services import ServiceContext, Services
from tests.support import Case, Office, choice, diagram, form, form_of, package, service

services = Services("trial")
LANES = {"requester": ["begin", "ask", "answer", "left", "right"]}
TO_THE_END = ["ask answer", "answer which", 'which end | answer.outcome = "on"']


@services.register("trial.work@1")
def work(ctx: ServiceContext) -> dict[str, str]:
    """Fails in a way of its own until the unit is mended."""
    if ctx.session.scalar(text("SELECT name FROM unit WHERE id = 'SETDA'")) != "mended":
        raise RuntimeError("Budi, NIK 6271")
    return {"done": "yes"}


@pytest.fixture
def trial(office: Office) -> Office:
    return Office(office.database, services)


def mend(office: Office) -> None:
    office.database.command(lambda session: session.execute(text("UPDATE unit SET name = 'mended' WHERE id = 'SETDA'")))


def gateway() -> Any:
    """A step whose answer ``off`` finds no way out of the gateway behind it."""
    nodes = {"begin": "startEvent", "ask": "userTask", "answer": "userTask", "which": "exclusiveGateway"}
    flows = ["begin ask", *TO_THE_END, 'which end | answer.outcome = "never"']
    bpmn = diagram({**nodes, "end": "endEvent"}, flows, lanes=LANES, inside={"answer": form_of("answer")})
    return package(bpmn, files={"answer.form": form(outcome=choice("on", "off"))})


def failing(case: Case, step: str, **answers: Any) -> ServiceFailed:
    """How completing the step fails, and what the web side then keeps of it."""
    with pytest.raises(ServiceFailed) as caught:
        case.complete(step, "P097", **answers)
    kept(case.office, caught.value)
    return caught.value


def kept(office: Office, error: ServiceFailed) -> int | None:
    return office.database.command(lambda session: incidents.report(session, error, now=office.now))


def known(office: Office) -> list[tuple[str | None, str | None, str, int, bool]]:
    """Step, element, code, tries and whether it is open, of each incident."""
    with office.database.reads() as session:
        every = session.scalars(select(Incident).order_by(Incident.id)).all()
        return [(i.step, i.element, i.code, i.tries, i.resolved_at is None) for i in every]


def test_an_act_that_fails_is_undone_and_becomes_one_incident_however_often_it_is_tried(trial: Office) -> None:
    trial.deploy(gateway())
    case = trial.start("flow", "P097")
    before = case.row.state
    for _ in range(3):
        assert isinstance(failing(case, "answer", outcome="off"), NoWayOut)
    assert known(trial) == [("answer", "which", "no-way-out", 3, True)]
    assert (case.row.state, case.row.events, case.row.status, case.open) == (before, 1, "running", ["answer"])


def test_the_incident_is_closed_when_the_step_goes_through(trial: Office) -> None:
    trial.deploy(gateway())
    case = trial.start("flow", "P097")
    failing(case, "answer", outcome="off")
    case.complete("answer", "P097", outcome="on")
    assert case.ended
    assert known(trial) == [("answer", "which", "no-way-out", 1, False)]


def test_a_request_that_cannot_start_is_an_incident_of_its_version_until_one_starts(trial: Office) -> None:
    nodes = {"begin": "startEvent", "ask": "userTask", "auto": "serviceTask", "answer": "userTask", "end": "endEvent"}
    flows = ["begin ask", "ask auto", "auto answer", "answer end"]
    trial.deploy(package(diagram(nodes, flows, lanes=LANES, inside={"auto": service("trial.work@1")})))
    for _ in range(2):
        with pytest.raises(ServiceFailed) as caught:
            trial.start("flow", "P097")
        kept(trial, caught.value)
    assert known(trial) == [("ask", "auto", "step-failed", 2, True)]
    with trial.database.reads() as session:
        [incident] = session.scalars(select(Incident))
        assert (incident.instance_id, incident.can_be_retried) == (None, False)
        assert "Budi" not in incident.message_en + incident.message_id
    mend(trial)
    trial.start("flow", "P097")
    assert known(trial) == [("ask", "auto", "step-failed", 2, False)]


def parallel() -> Any:
    """Two steps side by side whose services give ``shared`` different values."""
    nodes = {"begin": "startEvent", "ask": "userTask", "split": "parallelGateway", "left": "userTask"}
    nodes |= {"right": "userTask", "one": "serviceTask", "two": "serviceTask", "join": "parallelGateway"}
    flows = ["begin ask", "ask split", "split left", "split right", "left one", "right two", "one join", "two join"]
    inside = {
        "one": service("trial.tell@1", "shared", what='"a"'),
        "two": service("trial.tell@1", "shared", what='"b"'),
    }
    return package(diagram({**nodes, "end": "endEvent"}, [*flows, "join end"], lanes=LANES, inside=inside))


@services.register("trial.tell@1")
def tell(ctx: ServiceContext, *, what: str) -> dict[str, str]:
    """What it was told."""
    return {"said": what}


def test_a_conflict_of_parallel_branches_is_an_incident_that_names_both(trial: Office) -> None:
    trial.deploy(parallel())
    case = trial.start("flow", "P097")
    case.complete("left", "P097")
    assert isinstance(failing(case, "right"), ParallelConflict)
    assert known(trial) == [("right", "join", "parallel-conflict", 1, True)]
    with trial.database.reads() as session:
        [incident] = session.scalars(select(Incident))
        assert all(name in incident.message_en for name in ("“one”", "“two”", "“shared.said”"))
    assert case.open == ["right"]


def test_an_incident_of_one_step_stays_open_when_another_goes_through(trial: Office) -> None:
    trial.deploy(parallel())
    case = trial.start("flow", "P097")
    error = ServiceFailed(element="one")
    error.where = Where(case.row.version_id, case.id, "left")
    kept(trial, error)
    case.complete("right", "P097")
    assert known(trial) == [("left", "one", "step-failed", 1, True)]
    assert case.open == ["left"]


def test_nothing_is_kept_of_a_request_that_is_over_or_was_never_there(trial: Office) -> None:
    trial.deploy(gateway())
    case = trial.start("flow", "P097")
    case.complete("answer", "P097", outcome="on")
    late, nowhere = ServiceFailed(), LimitExceeded()
    late.where = Where(case.row.version_id, case.id, "answer")
    nowhere.where = Where(case.row.version_id, uuid4(), "answer")
    assert [kept(trial, error) for error in (late, nowhere, ServiceFailed())] == [None, None, None]
    assert known(trial) == []


def test_an_administrator_closes_what_waits_for_a_person_without_making_it_due(trial: Office) -> None:
    trial.deploy(gateway())
    case = trial.start("flow", "P097")
    error = failing(case, "answer", outcome="off")
    number = kept(trial, error)
    assert number is not None
    again = trial.database.command(lambda session: incidents.retry(session, number, by="P026", now=trial.now))
    assert (again, case.row.next_due) == (False, None)
    assert known(trial) == [("answer", "which", "no-way-out", 2, False)]


LONG = "x" * 200


def test_outcomes_items_and_ids_may_be_longer_than_any_list_shows(trial: Office) -> None:
    """PostgreSQL minds what SQLite does not."""
    nodes = {"begin": "startEvent", "ask": "userTask", f"end_{LONG}": "endEvent", f"step_{LONG}": "userTask"}
    flows = ["begin ask", f"ask step_{LONG}", f"step_{LONG} end_{LONG}"]
    lanes = {"requester": ["begin", "ask", f"step_{LONG}"]}
    bpmn = diagram(nodes, flows, lanes=lanes, inside={"ask": form_of("ask")})
    files = {"ask.form": form(outcome={"type": "textfield"})}
    trial.deploy(package(bpmn, files=files, matter="ask.outcome"))
    case = trial.start("flow", "P097", outcome=LONG)
    with trial.database.reads() as session:
        assert session.scalars(select(Task.matter)).one() == LONG
    case.complete(f"step_{LONG}", "P097")
    assert case.row.outcome == f"end_{LONG}"
    with trial.database.reads() as session:
        assert len(session.scalars(select(Event)).all()) == 2
