"""Instances from start to end: who may do what, what is stored, and what a conflict says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.db import Event, Incident, Instance, Message, Notice, Task
from engine.errors import Conflict, NotFound, NotPermitted, Refused, ServiceFailed
from engine.package import Package
from engine.services import ServiceContext, Services
from engine.watch import report_stuck
from tests.support import Case, Office, choice, diagram, form, form_of, package, service, timer

# P072 is a nurse; P068 the secretary of the health department, superior and personnel officer in one;
# P067 the head of that department, P001 the regional secretary, P095 somebody of another department.


def rework() -> Package:
    """submit, then two people side by side, then a decision that may send it back."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "split": "parallelGateway",
                "check": "userTask",
                "consider": "userTask",
                "join": "parallelGateway",
                "decide": "userTask",
                "which": "exclusiveGateway",
                "done": "endEvent",
            },
            [
                "begin submit",
                "submit split",
                "split check",
                "split consider",
                "check join",
                "consider join",
                "join decide",
                "decide which",
                'which submit | decide.outcome = "again"',
                "which done | default",
            ],
            lanes={
                "requester": ["begin", "submit"],
                "personnel_officer": ["check"],
                "direct_superior": ["split", "consider", "join"],
                "sekda": ["decide", "which", "done"],
            },
            inside={step: form_of(step) for step in ("submit", "check", "consider", "decide")},
        ),
        files={
            "submit.form": form(reason={"validate": {"required": True}}),
            "check.form": form(note={}),
            "consider.form": form(outcome=choice("approve", "reject")),
            "decide.form": form(outcome=choice("approve", "again")),
        },
    )


@pytest.fixture
def case(office: Office) -> Case:
    office.deploy(rework())
    return office.start("flow", "P072", reason="keluarga")


def test_an_instance_waits_for_the_people_its_lanes_name(case: Case) -> None:
    holders = {task.step: task.principal for task in case.seen_by("P072").tasks}
    assert holders == {"check": "role:personnel_officer@DINKES", "consider": "position:DINKES-02"}


def test_a_second_round_waits_for_both_approvals_again(case: Case) -> None:
    case.complete("check", "P068", note="ok")
    case.complete("consider", "P068", outcome="approve")
    case.complete("decide", "P001", outcome="again")
    case.complete("submit", "P072", reason="diperbaiki")
    case.complete("consider", "P068", outcome="approve")
    assert case.open == ["check"]
    case.complete("check", "P068", note="ok")
    case.complete("decide", "P001", outcome="approve")
    assert case.ended
    assert case.row.outcome == "done"
    assert case.row.state is None


def test_completing_twice_says_who_was_first_and_when(case: Case) -> None:
    task = case.open_task("consider")
    case.complete("consider", "P068", outcome="approve")
    with pytest.raises(Conflict) as refused:
        _complete(case, task, "P068", outcome="reject")
    assert refused.value.decided_by == "Siti Siregar"
    assert refused.value.decided_at == case.office.now
    assert refused.value.outcome == "approve"


def test_somebody_else_neither_sees_nor_completes_a_task(case: Case) -> None:
    task = case.open_task("consider")
    with pytest.raises(NotFound):
        _complete(case, task, "P095", outcome="approve")
    with pytest.raises(NotFound):
        case.seen_by("P095")


def test_the_applicant_sees_the_task_of_the_superior_but_may_not_complete_it(case: Case) -> None:
    with pytest.raises(NotPermitted):
        _complete(case, case.open_task("consider"), "P072", outcome="approve")


def test_nobody_decides_on_their_own_request(office: Office) -> None:
    office.deploy(rework())
    own = office.start("flow", "P068", reason="keluarga")
    holders = {task.step: task.principal for task in own.seen_by("P068").tasks}
    assert holders["consider"] == "position:DINKES-01", "the superior of the secretary is the head"
    assert holders["check"] != "role:personnel_officer@DINKES", "the only holder is the applicant"
    with pytest.raises(NotPermitted):
        _complete(own, own.open_task("check"), "P068", note="ok")


def two_looks() -> Package:
    """Two steps side by side for the same office, which two people have to do."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "split": "parallelGateway",
                "first": "userTask",
                "second": "userTask",
                "join": "parallelGateway",
                "done": "endEvent",
            },
            ["begin submit", "submit split", "split first", "split second", "first join", "second join", "join done"],
            lanes={"requester": ["begin", "submit"], "personnel_officer": ["split", "first", "second", "join", "done"]},
        ),
        different=[["first", "second"]],
    )


def test_two_tasks_for_one_holder_are_announced_once(office: Office) -> None:
    office.deploy(two_looks())
    office.start("flow", "P072")
    with office.database.reads() as session:
        told = session.scalars(select(Message.recipient).where(Message.kind == "task")).all()
    assert told == ["role:personnel_officer@DINKES"]


def test_steps_side_by_side_that_need_different_people_get_them(office: Office) -> None:
    office.deploy(two_looks())
    case = office.start("flow", "P072")
    second = case.open_task("second")
    office.database.command(lambda s: office.engine.claim(s, second, office.actor("P068"), now=office.now))
    case.complete("first", "P068")
    [task] = case.seen_by("P072").tasks
    assert (task.step, task.principal, task.claimed_by) == ("second", "role:verifier@*", None)
    with pytest.raises(NotPermitted):
        case.complete("second", "P068")
    case.complete("second", "P029")
    assert case.ended


def test_fields_that_the_form_does_not_declare_have_no_effect(office: Office) -> None:
    office.deploy(rework())
    case = office.start("flow", "P072", reason="x", lane_owners={"sekda": ["P072"]}, principal="person:P072", role="a")
    answers = case.seen_by("P072").answers
    assert [[label.id for label, _ in section.rows] for section in answers] == [["reason"]]
    assert "P072" not in {task.principal for task in case.seen_by("P072").tasks}


def test_a_missing_answer_is_refused_by_field_and_nothing_is_stored(office: Office) -> None:
    office.deploy(rework())
    with pytest.raises(Refused) as refused:
        office.start("flow", "P072")
    assert "reason" in refused.value.problems
    assert _count(office, Instance) == 0


def test_a_timer_takes_a_step_away_and_the_late_person_is_told(office: Office) -> None:
    office.deploy(
        package(
            diagram(
                {
                    "begin": "startEvent",
                    "submit": "userTask",
                    "check": "userTask",
                    "late": "boundaryEvent",
                    "done": "endEvent",
                    "lapsed": "endEvent",
                },
                ["begin submit", "submit check", "check done", "late lapsed"],
                lanes={"requester": ["begin", "submit"], "personnel_officer": ["check", "late", "done", "lapsed"]},
                inside={"late": timer("P3D")},
                attributes={"late": 'attachedToRef="check"'},
            )
        )
    )
    case = office.start("flow", "P072")
    task = case.open_task("check")
    assert case.row.next_due == office.now + timedelta(days=3)
    office.now += timedelta(days=3)
    with pytest.raises(Conflict):
        _complete(case, task, "P068")
    office.wait(seconds=1)
    assert case.row.outcome == "lapsed"
    assert _states(office) == {"check": "cancelled"}


def test_a_service_that_fails_leaves_everything_as_it_was(office: Office) -> None:
    failing = Services("trial")

    @failing.register("trial.fail@1")
    def fail(ctx: ServiceContext, *, amount: int) -> dict[str, int]:
        ctx.session.execute(text("UPDATE instance SET unit = 'X'"))
        raise ValueError("no")

    office = Office(office.database, failing)
    office.deploy(
        package(
            diagram(
                {
                    "begin": "startEvent",
                    "submit": "userTask",
                    "check": "userTask",
                    "do": "serviceTask",
                    "done": "endEvent",
                },
                ["begin submit", "submit check", "check do", "do done"],
                lanes={"requester": ["begin", "submit"], "personnel_officer": ["check", "do", "done"]},
                inside={"do": service("trial.fail@1", amount="1")},
            )
        )
    )
    case = office.start("flow", "P072")
    with pytest.raises(ServiceFailed):
        case.complete("check", "P068")
    assert case.open == ["check"]
    assert case.row.unit == "DINKES"
    assert case.row.events == 1


def test_a_loop_that_never_waits_is_stopped(office: Office) -> None:
    office.deploy(
        package(
            diagram(
                {
                    "begin": "startEvent",
                    "submit": "userTask",
                    "spin": "exclusiveGateway",
                    "again": "exclusiveGateway",
                    "done": "endEvent",
                },
                ["begin submit", "submit spin", "spin again | default", "again spin | 1 = 1", "again done | default"],
                lanes={"requester": ["begin", "submit", "spin", "again", "done"]},
            )
        )
    )
    with pytest.raises(ServiceFailed, match="automatic steps"):
        office.start("flow", "P072")


def test_a_condition_that_is_neither_true_nor_false_does_not_take_the_default_way(office: Office) -> None:
    office.deploy(
        package(
            diagram(
                {
                    "begin": "startEvent",
                    "submit": "userTask",
                    "which": "exclusiveGateway",
                    "no": "endEvent",
                    "yes": "endEvent",
                },
                ["begin submit", "submit which", "which no | submit.missing > 3", "which yes | default"],
                lanes={"requester": ["begin", "submit", "which", "no", "yes"]},
            )
        )
    )
    with pytest.raises(ServiceFailed, match="neither true nor false"):
        office.start("flow", "P072")


def test_rounds_of_rework_leave_the_state_as_large_as_it_was(office: Office) -> None:
    office.deploy(rework())
    case = office.start("flow", "P072", reason="x")
    sizes = set()
    for _ in range(12):
        case.complete("check", "P068", note="n")
        case.complete("consider", "P068", outcome="approve")
        case.complete("decide", "P001", outcome="again")
        case.complete("submit", "P072", reason="x")
        sizes.add(len(case.row.state or b""))
    assert len(sizes) == 1
    assert case.open == ["check", "consider"]


def test_parties_are_told_once_and_nobody_of_their_own_act(case: Case) -> None:
    case.complete("check", "P068", note="ok")
    case.complete("consider", "P068", outcome="approve")
    case.complete("decide", "P001", outcome="again")
    case.complete("submit", "P072", reason="y")
    with case.office.database.reads() as session:
        told = [(n.person, n.kind) for n in session.scalars(select(Notice).order_by(Notice.id))]
        mails = [(m.recipient, m.kind) for m in session.scalars(select(Message).order_by(Message.id))]
    assert told == [("P072", "returned")]
    assert mails.count(("person:P072", "returned")) == 1
    assert ("position:DINKES-02", "task") in mails


def test_an_instance_that_waits_for_nothing_becomes_an_incident(office: Office) -> None:
    office.deploy(rework())
    case = office.start("flow", "P072", reason="x")
    with office.database.engine.begin() as connection:
        connection.execute(text("UPDATE task SET state = 'cancelled'"))
        connection.execute(text("UPDATE instance SET next_due = NULL"))
    stuck = office.database.command(lambda session: report_stuck(office.engine, session, now=office.now))
    assert stuck == 0, "the state itself still waits for two people: only a dead state is an incident"
    assert _count(office, Incident) == 0
    assert case.row.status == "running"


def test_each_act_is_one_event_with_actor_step_and_outcome(case: Case) -> None:
    case.complete("consider", "P068", outcome="approve")
    line = case.seen_by("P072").timeline[-1]
    assert (line.who, line.step, line.outcome, line.kind) == ("Siti Siregar", "consider", "approve", "completed")
    assert _count(case.office, Event) == 2


def _complete(case: Case, task: object, by: str, **answers: object) -> object:
    office = case.office
    return office.database.command(
        lambda session: office.engine.complete(
            session,
            task,
            office.directory.actor(session, by, office.now),
            answers,
            now=office.now,  # type: ignore[arg-type]
        )
    )


def _count(office: Office, table: type) -> int:
    with office.database.reads() as session:
        return len(session.scalars(select(table)).all())


def _states(office: Office) -> dict[str, str]:
    with office.database.reads() as session:
        return {task.step: task.state for task in session.scalars(select(Task))}


def committee() -> Package:
    """Three votes side by side of which two alike are enough, then a decision."""
    repeated = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><loopDataOutputRef>votes"
        '</loopDataOutputRef><completionCondition>count(votes[outcome = "approve"]) = 2</completionCondition>'
        "</multiInstanceLoopCharacteristics>"
    )
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "vote": "userTask",
                "decide": "userTask",
                "done": "endEvent",
            },
            ["begin submit", "submit vote", "vote decide", "decide done"],
            lanes={"requester": ["begin", "submit"], "personnel_officer": ["vote"], "sekda": ["decide", "done"]},
            inside={"vote": form_of("vote") + repeated},
        ),
        files={"vote.form": form(outcome=choice("approve", "reject"))},
    )


def test_a_vote_that_is_decided_takes_its_other_tasks_from_the_inbox(office: Office) -> None:
    office.deploy(committee())
    case = office.start("flow", "P072")
    assert case.open == ["vote", "vote", "vote"]
    case.complete("vote", "P068", outcome="approve")
    case.complete("vote", "P068", outcome="approve")
    assert case.open == ["decide"]
    with office.database.reads() as session:
        states = session.scalars(select(Task.state).where(Task.instance_id == case.id, Task.step == "vote")).all()
        inbox = office.engine.inbox(session, office.actor("P068"), now=office.now)
    assert sorted(states) == ["cancelled", "done", "done"]
    assert [row.step for row in inbox.rows] == []
    case.complete("decide", "P001")
    assert case.ended


def contradicting(office: Office, *, late: bool) -> Case:
    """Two branches whose services leave different amounts under one name; of one a timer is in the way, or a step."""
    services = Services("test")
    amounts = iter((1, 2))
    services.register("test.amount@1")(lambda ctx: {"amount": next(amounts)})
    own = Office(office.database, services=services)
    nodes = {"begin": "startEvent", "submit": "userTask", "split": "parallelGateway", "join": "parallelGateway"}
    nodes |= {"early": "serviceTask", "wait": "intermediateCatchEvent" if late else "userTask"}
    nodes |= {"later": "serviceTask", "decide": "userTask", "done": "endEvent"}
    flows = ["begin submit", "submit split", "split early", "early join", "split wait", "wait later", "later join"]
    amount = service("test.amount@1", result="cost")
    own.deploy(
        package(
            diagram(
                nodes,
                [*flows, "join decide", "decide done"],
                lanes={"requester": ["submit"], "sekda": ["wait", "decide"]},
                inside={"early": amount, "later": amount, **({"wait": timer("P1D")} if late else {})},
            )
        )
    )
    return own.start("flow", "P072")


def test_branches_that_contradict_each_other_name_both_steps_and_the_value_and_leave_the_step_open(
    office: Office,
) -> None:
    case = contradicting(office, late=False)
    with pytest.raises(ServiceFailed) as failed:
        case.complete("wait", "P001")
    assert failed.value.text.en == "The parallel branches “early” and “later” gave “cost.amount” different values."
    assert failed.value.text.id == "Cabang paralel “early” dan “later” mengisi “cost.amount” dengan nilai yang berbeda."
    assert case.open == ["wait"]
