"""Requests about requests: who may start one, what it may do to the request that is meant, and who sees which."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from engine.audit import seal, verify
from engine.db import Event, Instance, Message, Notice, Task
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Text
from engine.package import Package
from engine.record import read_facts, read_payload
from engine.services import ServiceContext, Services
from tests.support import Case, Office, at_once, diagram, package, service, timer

# P072 is a nurse; P068 the secretary of the health department, superior and personnel officer in one;
# P067 the head of that department, P001 the regional secretary, P095 somebody of another department.

WHY = Text("Ditarik oleh pemohon", "Withdrawn by the requester")
services = Services("test")


@services.register("test.end@1")
def end(ctx: ServiceContext) -> Mapping[str, Any]:
    """End the request that is meant."""
    ctx.end_about(WHY)
    return {"meant": ctx.about_reference}


@services.register("test.look@1", reads_only=True)
def look(ctx: ServiceContext) -> Mapping[str, Any]:
    """Say what the request is about."""
    return {"id": str(ctx.about), "reference": ctx.about_reference}


@services.register("test.route@1", reads_only=True)
def route(ctx: ServiceContext) -> Mapping[str, Any]:
    """The post that decides."""
    return {"principal": "position:DINKES-01"}


def leave() -> Package:
    """submit, then check by the personnel officer with a timer on it, then decide by the secretary of the regency."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "check": "userTask",
                "late": "boundaryEvent",
                "decide": "userTask",
                "approved": "endEvent",
            },
            ["begin submit", "submit check", "check decide", "late decide", "decide approved"],
            lanes={"requester": ["submit"], "personnel_officer": ["check", "late"], "sekda": ["decide"]},
            inside={"late": timer("P5D")},
            attributes={"late": 'attachedToRef="check"'},
        ),
        key="leave",
    )


def about(key: str, lane: str, *, inside: str | None = None, then: str | None = None, **manifest: Any) -> Package:
    """A process about a leave: one step in a lane, perhaps a service, perhaps another's step."""
    nodes = {"begin": "startEvent", "ask": "userTask"}
    lanes, middle = {lane: ["ask"]}, []
    if inside is not None:
        nodes["act"], middle = "serviceTask", ["act"]
    if then is not None:
        nodes["answer"], middle = "userTask", [*middle, "answer"]
        lanes[then] = ["answer"] if then != lane else ["ask", "answer"]
    nodes["done"] = "endEvent"
    line = ["begin", "ask", *middle, "done"]
    return package(
        diagram(
            nodes,
            [f"{source} {target}" for source, target in pairwise(line)],
            lanes=lanes,
            inside={"act": service(inside)} if inside else {},
        ),
        key=key,
        **{"about": ["leave"], "reference": key.upper().replace("_", "-"), **manifest},
    )


WITHDRAW = about("withdraw", "requester", inside="test.end@1", about_when='instance.status = "running"')
RECALL = about("recall", "sekda", then="requester", about_when='instance.outcome = "approved"')


@pytest.fixture
def own(office: Office) -> Office:
    """The office with a leave, its withdrawal and its recall."""
    made = Office(office.database, services=services)
    made.deploy(leave(), WITHDRAW, RECALL)
    return made


@pytest.fixture
def asked(own: Office) -> Case:
    return own.start("leave", "P072")


def offered(case: Case, person: str) -> list[str]:
    office = case.office
    with office.database.reads() as session:
        actor = office.directory.actor(session, person, office.now)
        return [each.process for each in office.engine.offers(session, actor, case.id, now=office.now)]


def approved(case: Case) -> Case:
    case.complete("check", "P068")
    case.complete("decide", "P001")
    return case


def test_what_is_about_another_request_is_offered_there_and_not_on_the_first_page(asked: Case) -> None:
    office = asked.office
    with office.database.reads() as session:
        first_page = office.engine.startable(session, office.actor("P072"), now=office.now)
    assert [each.process for each in first_page] == ["leave"]
    assert offered(asked, "P072") == ["withdraw"]


def test_a_condition_says_when_it_is_offered(asked: Case) -> None:
    approved(asked)
    assert offered(asked, "P072") == []
    assert offered(asked, "P001") == ["recall"]


def test_who_asked_withdraws_and_nobody_else_does(asked: Case) -> None:
    with pytest.raises(NotPermitted):
        asked.office.start("withdraw", "P068", about=asked.id)
    ended = asked.office.start("withdraw", "P072", about=asked.id)
    assert ended.ended
    assert asked.row.status == "cancelled"
    assert (ended.row.subject, ended.row.starter, ended.row.about) == ("P072", "P072", asked.id)


def test_an_ended_request_has_no_task_no_timer_and_no_state_left(asked: Case) -> None:
    office = asked.office
    office.start("withdraw", "P072", about=asked.id)
    row = asked.row
    assert (row.state, row.next_due, row.outcome, row.ended_at) == (None, None, None, office.now)
    assert asked.open == []
    office.wait(days=9)
    assert asked.row.events == 2
    with pytest.raises(AssertionError):
        asked.open_task("check")


def test_the_record_of_an_ended_request_says_why_and_through_which_other(asked: Case) -> None:
    office = asked.office
    other = office.start("withdraw", "P072", about=asked.id)
    line = asked.seen_by("P072").timeline[-1]
    assert (line.kind, line.name.en, line.who) == ("cancelled", "Withdrawn", other.seen_by("P072").subject_name)
    assert [(label.en, value.en) for label, value in line.answers] == [
        ("Reason", WHY.en),
        ("Through", other.row.reference),
    ]
    with office.database.reads() as session:
        record = session.scalars(select(Event.record).where(Event.instance_id == asked.id)).all()[-1]
    facts = read_facts(record)
    assert (facts["kind"], facts["by"], facts["number"]) == ("cancelled", other.row.reference, 2)


def test_the_chain_of_an_ended_request_verifies(asked: Case) -> None:
    office, key = asked.office, Ed25519PrivateKey.generate()
    office.start("withdraw", "P072", about=asked.id)
    office.database.command(lambda session: seal(session, key, now=office.now))
    with office.database.snapshot() as session:
        assert list(verify(session, key.public_key())) == []


def test_who_was_called_to_a_step_is_told_that_it_is_gone_and_no_mail_calls_them_any_more(asked: Case) -> None:
    office = asked.office
    task = asked.open_task("check")
    office.database.command(
        lambda s: office.engine.claim(s, task, office.directory.actor(s, "P068", office.now), now=office.now)
    )
    office.start("withdraw", "P072", about=asked.id)
    with office.database.reads() as session:
        told = session.execute(select(Notice.person, Notice.kind).where(Notice.instance_id == asked.id)).all()
        mail = session.execute(
            select(Message.recipient, Message.kind).where(Message.instance_id == asked.id, Message.kind != "seal")
        ).all()
    assert [tuple(row) for row in told] == [("P068", "cancelled")]
    assert sorted(tuple(row) for row in mail) == [
        ("person:P068", "cancelled"),
        ("role:personnel_officer@DINKES", "cancelled"),
    ]


def test_of_a_decision_and_a_withdrawal_the_later_learns_that_it_is_over(asked: Case) -> None:
    task = asked.open_task("check")
    asked.office.start("withdraw", "P072", about=asked.id)
    with pytest.raises(Conflict):
        _complete(asked, task, "P068")
    with pytest.raises(Conflict):
        asked.office.start("withdraw", "P072", about=asked.id)


def test_a_withdrawal_of_what_has_been_decided_is_refused(asked: Case) -> None:
    approved(asked)
    with pytest.raises(Conflict):
        asked.office.start("withdraw", "P072", about=asked.id)
    assert asked.row.status == "ended"


def test_a_decision_and_a_withdrawal_at_the_same_moment_have_one_winner(asked: Case) -> None:
    asked.complete("check", "P068")
    task = asked.open_task("decide")
    won = at_once(
        lambda: _complete(asked, task, "P001"), lambda: asked.office.start("withdraw", "P072", about=asked.id)
    )
    assert won.count(True) == 1
    assert asked.row.status == ("ended" if won[0] else "cancelled")
    with asked.office.database.reads() as session:
        number = session.scalar(select(func.count()).where(Instance.process == "withdraw"))
    assert number == (0 if won[0] else 1)


def test_two_withdrawals_at_the_same_moment_have_one_effect(asked: Case) -> None:
    won = at_once(*[lambda: asked.office.start("withdraw", "P072", about=asked.id)] * 2)
    assert won.count(True) == 1
    with asked.office.database.reads() as session:
        assert session.scalar(select(func.count()).where(Instance.process == "withdraw")) == 1


def test_an_office_begins_a_recall_and_the_employee_answers_it(asked: Case) -> None:
    office = approved(asked).office
    recall = office.start("recall", "P001", about=asked.id)
    row = recall.row
    assert (row.subject, row.starter, row.unit, row.about) == ("P072", "P001", "DINKES", asked.id)
    assert recall.open == ["answer"]
    with office.database.reads() as session:
        [task] = session.scalars(select(Task).where(Task.instance_id == recall.id)).all()
        told = session.execute(select(Notice.person, Notice.kind).where(Notice.instance_id == recall.id)).all()
        record = session.scalars(select(Event.record).where(Event.instance_id == recall.id)).one()
    assert task.principal == "person:P072"
    assert [tuple(row) for row in told] == [("P072", "begun")]
    facts = read_facts(record)
    assert (facts["actor"], facts["principal"]) == ("P001", "role:sekda@*")
    recall.complete("answer", "P072")
    assert recall.ended


@pytest.mark.parametrize("person", ["P072", "P068", "P095"])
def test_nobody_begins_a_recall_who_does_not_hold_the_role(asked: Case, person: str) -> None:
    approved(asked)
    with pytest.raises((NotPermitted, NotFound)):
        asked.office.start("recall", person, about=asked.id)


def test_roles_of_the_request_that_is_meant_count_where_a_rule_says_who_holds_them(own: Office) -> None:
    """The authorised official of a leave is whoever its own approver table named."""
    routed = package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "name": "serviceTask",
                "decide": "userTask",
                "approved": "endEvent",
            },
            ["begin submit", "submit name", "name decide", "decide approved"],
            lanes={"requester": ["submit"], "authorised_official": ["decide"]},
            inside={"name": service("test.route@1", result="route")},
        ),
        key="leave",
        title="Cuti dengan pejabat",
    )
    own.deploy(routed, about("call_back", "authorised_official", then="requester"))
    case = own.start("leave", "P072")
    case.complete("decide", "P067")
    assert "call_back" in offered(case, "P067")
    assert own.start("call_back", "P067", about=case.id).row.subject == "P072"


def test_one_of_several_roles_may_be_enough(own: Office) -> None:
    own.deploy(about("call_back", "sekda", then="requester", starters=["sekda", "direct_superior"]))
    case = approved(own.start("leave", "P072"))
    recall = own.start("call_back", "P068", about=case.id)
    with own.database.reads() as session:
        record = session.scalars(select(Event.record).where(Event.instance_id == recall.id)).one()
    assert read_facts(record)["principal"] == "position:DINKES-02"


def test_who_started_it_decides_none_of_its_later_steps(own: Office) -> None:
    own.deploy(about("call_back", "personnel_officer", then="personnel_officer"))
    case = approved(own.start("leave", "P072"))
    recall = own.start("call_back", "P068", about=case.id)
    with own.database.reads() as session:
        [task] = session.scalars(select(Task).where(Task.instance_id == recall.id)).all()
    assert task.principal == "role:verifier@*"
    assert "P068" in task.barred.split()


def test_the_person_it_is_about_is_never_the_office_that_begins_it(own: Office) -> None:
    own.deploy(about("call_back", "personnel_officer", then="requester"))
    case = own.start("leave", "P068")
    with pytest.raises(NotPermitted):
        own.start("call_back", "P068", about=case.id)


def test_the_same_is_asked_for_once_at_a_time(own: Office) -> None:
    own.deploy(about("cancel", "requester", then="personnel_officer"))
    case = approved(own.start("leave", "P072"))
    first = own.start("cancel", "P072", about=case.id)
    assert "cancel" not in offered(case, "P072")
    with pytest.raises(Conflict) as refused:
        own.start("cancel", "P072", about=case.id)
    assert first.row.reference in refused.value.text.id
    first.complete("answer", "P068")
    assert "cancel" in offered(case, "P072")


def test_a_request_of_another_kind_or_of_nobody_is_not_what_is_meant(own: Office, asked: Case) -> None:
    withdrawn = own.start("withdraw", "P072", about=asked.id)
    for about_what in (withdrawn.id, None):
        with pytest.raises(NotFound):
            own.start("withdraw", "P072", about=about_what)
    with pytest.raises(NotFound):
        own.start("leave", "P072", about=asked.id)
    with pytest.raises(NotFound):
        own.start("withdraw", "P072", about=asked.id, subject="P073")


def test_a_stranger_does_not_learn_that_there_is_such_a_request(asked: Case) -> None:
    for process in ("withdraw", "recall"):
        with pytest.raises(NotFound):
            asked.office.start(process, "P095", about=asked.id)
    with pytest.raises(NotFound):
        offered(asked, "P095")


def test_both_requests_name_each_other(own: Office) -> None:
    own.deploy(about("cancel", "requester", then="personnel_officer"))
    case = approved(own.start("leave", "P072"))
    cancel = own.start("cancel", "P072", about=case.id)
    meant = cancel.seen_by("P072").about
    assert meant is not None
    assert (meant.id, meant.reference, meant.status) == (case.id, case.row.reference, "ended")
    assert [each.id for each in _requests_about(case, "P072")] == [cancel.id]
    assert _requests_about(case, "P001") == []


def test_whoever_decides_about_a_request_sees_it(own: Office) -> None:
    own.deploy(about("cancel", "requester", then="regent"))
    case = approved(own.start("leave", "P072"))
    assert not _sees(case, "BUPATI")
    cancel = own.start("cancel", "P072", about=case.id)
    assert _sees(case, "BUPATI")
    cancel.complete("answer", "BUPATI")
    assert _sees(case, "BUPATI")


def test_a_service_knows_what_the_request_is_about(own: Office) -> None:
    own.deploy(about("cancel", "requester", inside="test.look@1"))
    case = own.start("leave", "P072")
    cancel = own.start("cancel", "P072", about=case.id)
    with own.database.reads() as session:
        payload = session.scalars(select(Event.payload).where(Event.instance_id == cancel.id)).one()
    [[_, found]] = read_payload(payload)["results"]
    assert found == {"id": str(case.id), "reference": case.row.reference}


def test_a_request_about_nothing_ends_nothing(own: Office) -> None:
    alone = package(
        diagram(
            {"begin": "startEvent", "ask": "userTask", "act": "serviceTask", "done": "endEvent"},
            ["begin ask", "ask act", "act done"],
            lanes={"requester": ["ask"]},
            inside={"act": service("test.end@1")},
        ),
        key="alone",
    )
    own.deploy(alone)
    with pytest.raises(Conflict):
        own.start("alone", "P072")


def test_a_condition_that_cannot_be_computed_offers_nothing(own: Office, asked: Case) -> None:
    own.deploy(about("odd", "requester", about_when="1 / 0 = 1"))
    assert offered(asked, "P072") == ["withdraw"]
    with pytest.raises(EngineError):
        own.start("odd", "P072", about=asked.id)


def _complete(case: Case, task: Any, by: str) -> None:
    office = case.office
    office.database.command(
        lambda session: office.engine.complete(
            session, task, office.directory.actor(session, by, office.now), {}, now=office.now
        )
    )


def _sees(case: Case, person: str) -> bool:
    try:
        case.seen_by(person)
    except NotFound:
        return False
    return True


def _requests_about(case: Case, person: str) -> list[Any]:
    office = case.office
    with office.database.reads() as session:
        actor = office.directory.actor(session, person, office.now)
        return office.engine.requests_about(session, actor, case.id, now=office.now)
