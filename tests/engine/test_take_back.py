"""Taking the last decision back: by whom, until when, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from engine import take_back
from engine.audit import seal, verify
from engine.catalog import Catalog
from engine.db import Event, Instance, Message, Notice, Task
from engine.errors import Conflict, NotFound, NotPermitted, ServiceFailed, Text
from engine.idempotency import once
from engine.jobs import _take_message
from engine.package import Package
from engine.record import read_facts
from engine.runtime import Engine
from engine.services import Decision, ServiceContext, Services
from engine.views import InstanceView
from tests.support import Case, Office, at_once, choice, diagram, form, form_of, package, service, timer

# P072 is a nurse; P068 the secretary of the health department, superior and personnel officer in one;
# P067 the head of that department, P001 the regional secretary, P095 somebody of another department.

TEN_MINUTES = timedelta(minutes=10)
services = Services("test")
heard: list[tuple[Any, ...]] = []


def hear(ctx: ServiceContext, *, event: int, result: Mapping[str, Any]) -> None:
    """Note what is to be undone."""
    heard.append((ctx.cause, ctx.event, event, dict(result), ctx.data.get("decide")))


def say_no(ctx: ServiceContext, *, event: int, result: Mapping[str, Any]) -> None:
    """What was done cannot be undone any more."""
    raise ServiceFailed(Text("Sudah terlanjur.", "It is too late for that."))


@services.register("test.write@1", undo=hear)
def write(ctx: ServiceContext, *, what: str) -> Mapping[str, Any]:
    """Write something that can be undone."""
    return {"wrote": what, "final": ctx.final_at}


@services.register("test.final@1")
def final(ctx: ServiceContext) -> Mapping[str, Any]:
    """Write something that cannot be undone."""
    return {}


@services.register("test.stubborn@1", undo=say_no)
def stubborn(ctx: ServiceContext) -> Mapping[str, Any]:
    """Write something whose undoing fails."""
    return {}


@services.register("test.read@1", reads_only=True)
def read(ctx: ServiceContext) -> Mapping[str, Any]:
    """Read something."""
    return {"facts": [{"label": {"id": "Sisa", "en": "Left"}, "value": {"id": "3", "en": "3"}}]}


def flow(*then: str) -> Package:
    """submit; consider and check side by side, by different people, with a timer on check; decide; then services."""
    acts = [f"act_{number}" for number in range(len(then))]
    end = ["decide", *acts, "approved"]
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
                "late": "boundaryEvent",
                "forgotten": "endEvent",
                **dict.fromkeys(acts, "serviceTask"),
                "approved": "endEvent",
            },
            [
                "begin submit",
                "submit split",
                "split check",
                "split consider",
                "check join",
                "consider join",
                "join decide",
                "late forgotten",
                *(f"{source} {target}" for source, target in pairwise(end)),
            ],
            lanes={
                "requester": ["submit"],
                "personnel_officer": ["check"],
                "direct_superior": ["consider"],
                "sekda": ["decide", "late"],
            },
            inside={
                **{step: form_of(step) for step in ("check", "consider", "decide")},
                "late": timer("P5D"),
                **{
                    act: service(name, **({"what": "decide.outcome"} if name == "test.write@1" else {}))
                    for act, name in zip(acts, then, strict=True)
                },
            },
            attributes={"late": 'attachedToRef="decide"'},
        ),
        files={
            "check.form": form(note={}),
            "consider.form": form(outcome=choice("approve", "reject")),
            "decide.form": form(outcome=choice("approve", "reject"), why={}),
        },
        different=[["check", "consider"]],
    )


@pytest.fixture
def own(office: Office) -> Office:
    """The office on an engine whose decisions can be taken back for ten minutes."""
    heard.clear()
    return with_time(Office(office.database, services=services), TEN_MINUTES)


def with_time(office: Office, time: timedelta) -> Office:
    office.engine = Engine(Catalog(services), services, office.directory, take_back=time)
    return office


def considered(own: Office, *then: str) -> Case:
    """A request that waits for its decision."""
    own.deploy(flow(*then))
    case = own.start("flow", "P072")
    case.complete("consider", "P068", outcome="approve")
    case.complete("check", by_role(case), note="ok")
    return case


def by_role(case: Case) -> str:
    """Who may check after the secretary has considered: the verifier of the personnel office."""
    with case.office.database.reads() as session:
        [principal] = session.scalars(
            select(Task.principal).where(Task.instance_id == case.id, Task.step == "check", Task.state == "open")
        )
        return str(case.office.directory.people_of(session, principal, case.office.now)[0])


def taken_back(case: Case, by: str) -> InstanceView:
    office = case.office
    return office.database.command(
        lambda session: office.engine.take_back(
            session, case.id, office.directory.actor(session, by, office.now), now=office.now
        )
    )


def decided(case: Case, **answers: str) -> Case:
    case.complete("decide", "P001", **{"outcome": "reject", **answers})
    return case


def test_a_decision_that_ended_a_request_comes_back_as_an_open_task_of_the_same_person(own: Office) -> None:
    case = considered(own, "test.write@1")
    task, due = case.open_task("decide"), case.row.next_due
    decided(case)
    assert case.ended
    view = taken_back(case, "P001")
    assert (view.status, view.outcome, view.ended_at, case.open) == ("running", None, None, ["decide"])
    assert case.open_task("decide") == task
    [open_task] = view.tasks
    assert (open_task.mine, open_task.claimed_by) == (True, "P001")
    row = case.row
    assert (row.next_due, row.undo_until, row.outcome, undo_of(case)) == (due, None, None, None)
    decided(case, outcome="approve")
    assert case.row.outcome == "approved"


def test_a_decision_on_the_way_takes_the_next_step_away_again(own: Office) -> None:
    own.deploy(flow())
    case = own.start("flow", "P072")
    before = tasks_of(case)
    case.complete("consider", "P068", outcome="approve")
    assert tasks_of(case)["check"] != before["check"], "the secretary may not check any more"
    taken_back(case, "P068")
    assert tasks_of(case)["check"] == before["check"]
    assert sorted(case.open) == ["check", "consider"]
    case.complete("consider", "P068", outcome="reject")
    case.complete("check", by_role(case))
    assert case.open == ["decide"]


def test_a_reminder_by_the_applicant_meanwhile_leaves_the_decision_to_be_taken_back(own: Office) -> None:
    own.deploy(flow())
    case = own.start("flow", "P072")
    own.now += timedelta(days=1)
    case.complete("consider", "P068", outcome="approve")
    engine = own.engine
    own.database.command(lambda s: engine.nudge(s, own.directory.actor(s, "P072", own.now), case.id, now=own.now))
    offered = case.seen_by("P068").take_back
    assert offered is not None
    assert offered.mine
    view = taken_back(case, "P068")
    assert sorted(case.open) == ["check", "consider"]
    assert [line.kind for line in view.timeline] == ["started", "completed", "nudged", "taken_back"]
    consider = case.open_task("consider")

    def look() -> str | None:
        return own.database.command(lambda s: engine.look_at_deadline(s, consider, now=own.now))

    assert look() is None, "its own reminder is planned anew"
    own.now += timedelta(days=1)
    assert look() == "reminder"
    with own.database.snapshot() as session:
        assert list(verify(session, Ed25519PrivateKey.generate().public_key())) == []


def tasks_of(case: Case) -> dict[str, tuple[str, str | None, str]]:
    with case.office.database.reads() as session:
        found = session.scalars(select(Task).where(Task.instance_id == case.id, Task.state == "open"))
        return {task.step: (task.principal, task.designed, task.barred) for task in found}


def test_the_timer_of_the_step_runs_on_from_where_it_was(own: Office) -> None:
    case = decided(considered(own))
    taken_back(case, "P001")
    own.wait(days=5, minutes=1)
    assert case.row.outcome == "forgotten"


def test_what_services_wrote_is_undone_the_last_first(own: Office) -> None:
    case = considered(own, "test.write@1", "test.read@1", "test.write@1")
    decided(case, why="salah baca")
    event = case.row.events
    taken_back(case, "P001")
    assert [(now, then, result["wrote"]) for _, now, then, result, _ in heard] == [(event + 1, event, "reject")] * 2
    causes = {cause for cause, *_ in heard}
    assert causes == {Decision("decide", "sekda", "P001", "role:sekda@*", "", "reject", own.now)}
    assert {data for *_, data in heard} == {None}, "the answers are not given any more"


def test_a_service_knows_when_its_act_is_final(own: Office) -> None:
    case = decided(considered(own, "test.write@1"))
    taken_back(case, "P001")
    assert [result["final"] for *_, result, _ in heard] == [own.now + TEN_MINUTES]


def test_what_cannot_be_undone_is_final_at_once_and_told_at_once(own: Office) -> None:
    case = decided(considered(own, "test.write@1", "test.final@1"))
    view = case.seen_by("P001")
    assert view.take_back is not None
    assert view.take_back.until is None
    assert case.seen_by("P072").take_back is None
    assert messages(case, "person:P072") == [("ended", own.now)]
    with pytest.raises(Conflict):
        taken_back(case, "P001")
    assert case.ended


def test_a_service_may_refuse_to_be_undone_and_the_decision_then_stands(own: Office) -> None:
    case = decided(considered(own, "test.stubborn@1"))
    with pytest.raises(ServiceFailed):
        taken_back(case, "P001")
    assert case.ended
    assert case.row.undo_until == own.now + TEN_MINUTES


def test_until_when_and_by_whom_stands_on_the_page(own: Office) -> None:
    case = decided(considered(own))
    until = own.now + TEN_MINUTES
    for person, mine in (("P001", True), ("P072", False), ("P068", False)):
        found = case.seen_by(person).take_back
        assert found is not None
        assert (found.until, found.mine) == (until, mine)
    own.wait(minutes=10)
    assert case.seen_by("P001").take_back is None


def test_nobody_else_takes_a_decision_back(own: Office) -> None:
    case = decided(considered(own))
    for person in ("P072", "P068"):
        with pytest.raises(NotPermitted):
            taken_back(case, person)
    with pytest.raises(NotFound):
        taken_back(case, "P095")
    assert case.ended


def test_who_may_not_do_the_task_any_more_does_not_get_it_back(own: Office) -> None:
    case = decided(considered(own))
    own.database.command(
        lambda session: session.execute(update(Task).where(Task.step == "decide").values(barred=" P001 P072 "))
    )
    with pytest.raises(NotPermitted):
        taken_back(case, "P001")


def test_after_ten_minutes_it_is_too_late_to_the_second(own: Office) -> None:
    case = decided(considered(own))
    own.now += TEN_MINUTES - timedelta(seconds=1)
    assert case.seen_by("P001").take_back is not None
    own.now += timedelta(seconds=1)
    with pytest.raises(Conflict):
        taken_back(case, "P001")


def test_after_the_next_step_it_is_too_late(own: Office) -> None:
    own.deploy(flow())
    case = own.start("flow", "P072")
    case.complete("consider", "P068", outcome="approve")
    case.complete("check", by_role(case))
    with pytest.raises(Conflict):
        taken_back(case, "P068")
    assert case.open == ["decide"]


def test_what_is_no_decision_cannot_be_taken_back(own: Office) -> None:
    own.deploy(flow())
    case = own.start("flow", "P072")
    checker = by_role(case)
    case.complete("check", checker, note="ok")
    assert case.seen_by(checker).take_back is None
    with pytest.raises(Conflict):
        taken_back(case, checker)
    with pytest.raises(NotPermitted):
        taken_back(own.start("flow", "P072"), "P072")


def test_without_time_for_it_nothing_can_be_taken_back(own: Office) -> None:
    case = considered(with_time(own, timedelta(0)), "test.write@1")
    decided(case)
    assert case.seen_by("P001").take_back is None
    assert messages(case, "person:P072") == [("ended", own.now)]
    with pytest.raises(Conflict):
        taken_back(case, "P001")


def test_notices_and_mail_wait_until_the_decision_is_final(own: Office) -> None:
    case = decided(considered(own))
    until = own.now + TEN_MINUTES
    assert messages(case, "person:P072") == [("ended", until)]
    assert notices(case) == [("P072", "ended", until)]


def test_what_has_not_left_yet_never_leaves_once_a_decision_is_taken_back(own: Office) -> None:
    case = considered(own)
    earlier = all_messages(case)
    decided(case)
    taken_back(case, "P001")
    assert notices(case) == []
    assert all_messages(case) == earlier
    decided(case, outcome="approve")
    assert messages(case, "person:P072") == [("ended", own.now + TEN_MINUTES)]


def test_what_services_have_posted_for_the_final_moment_is_taken_out_too(own: Office) -> None:
    case = considered(own)
    decided(case)
    letter = Message(key="letter-1", kind="letter", recipient="", instance_id=case.id, body="{}")
    letter.due = own.now + TEN_MINUTES
    own.database.command(lambda session: session.add(letter))
    taken_back(case, "P001")
    assert messages(case, "") == []


def test_a_decision_whose_mail_is_on_its_way_stays(own: Office) -> None:
    """The clock of the worker's machine is ahead."""
    case = decided(considered(own))
    ahead = own.now + TEN_MINUTES
    while own.database.command(lambda session: _take_message(session, ahead)) is not None:
        pass
    with pytest.raises(Conflict):
        taken_back(case, "P001")
    assert case.ended


def test_who_had_taken_the_next_task_is_told_that_it_is_gone(own: Office) -> None:
    case = considered(own)
    own.deploy(two_deciders())
    case = own.start("flow", "P072")
    case.complete("consider", "P068", outcome="approve")
    task = case.open_task("decide")
    holder = own.actor("P001")
    own.database.command(lambda session: own.engine.claim(session, task, holder, now=own.now))
    taken_back(case, "P068")
    assert notices(case) == [("P001", "taken_back", own.now)]
    with pytest.raises(Conflict) as refused:
        own.database.command(
            lambda session: own.engine.decide(session, task, holder, {"outcome": "approve"}, now=own.now)
        )
    assert "tidak berlaku" in refused.value.text.id


def two_deciders() -> Package:
    """submit, consider, decide, one after the other."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "submit": "userTask",
                "consider": "userTask",
                "decide": "userTask",
                "approved": "endEvent",
            },
            ["begin submit", "submit consider", "consider decide", "decide approved"],
            lanes={"requester": ["submit"], "direct_superior": ["consider"], "sekda": ["decide"]},
            inside={"consider": form_of("consider"), "decide": form_of("decide")},
        ),
        files={
            "consider.form": form(outcome=choice("approve", "reject")),
            "decide.form": form(outcome=choice("approve", "reject")),
        },
    )


def test_the_record_keeps_both_the_decision_and_that_it_was_taken_back(own: Office) -> None:
    case = decided(considered(own), why="salah baca")
    taken_back(case, "P001")
    with own.database.reads() as session:
        records = session.scalars(select(Event.record).where(Event.instance_id == case.id).order_by(Event.number))
        *_, decision, back = [read_facts(record) for record in records]
    assert (back["kind"], back["undoes"], back["actor"]) == ("taken_back", decision["number"], "P001")
    view = case.seen_by("P001")
    line, last = view.timeline[-2:]
    assert (line.outcome, line.taken_back, last.taken_back) == ("reject", True, False)
    assert last.name.en == "Decision taken back: decide"
    key = Ed25519PrivateKey.generate()
    own.database.command(lambda session: seal(session, key, now=own.now))
    with own.database.snapshot() as session:
        assert list(verify(session, key.public_key())) == []


def test_what_was_taken_back_counts_for_nothing_but_may_be_sent_again(own: Office) -> None:
    case = decided(considered(own, "test.read@1"), why="salah baca")
    assert case.seen_by("P001").facts
    taken_back(case, "P001")
    view = case.seen_by("P001")
    assert not view.facts
    assert "decide" not in view.done_steps
    assert "decide" not in {section.step for section in view.answers}
    task = case.open_task("decide")
    with own.database.reads() as session:
        shown = own.engine.task_for(session, own.actor("P001"), task, now=own.now)
    assert shown.previous == {"outcome": "reject", "why": "salah baca"}


def test_the_same_answers_once_more_are_a_new_decision_and_no_repetition(own: Office) -> None:
    case = considered(own)
    task, me = case.open_task("decide"), own.actor("P001")

    def decide() -> str:
        return str(
            once(
                own.database,
                person="P001",
                route=f"/api/v1/tasks/{task}/complete",
                key="=digest-of-the-answers",
                body={},
                now=own.now,
                work=lambda session: str(own.engine.decide(session, task, me, {"outcome": "reject"}, now=own.now)),
            )
        )

    decide()
    decide()
    taken_back(case, "P001")
    decide()
    assert case.ended


def test_a_second_taking_back_learns_that_it_has_been_done(own: Office) -> None:
    case = decided(considered(own))
    taken_back(case, "P001")
    events = case.row.events
    with pytest.raises(Conflict):
        taken_back(case, "P001")
    assert case.row.events == events


def test_two_takings_back_at_the_same_moment_have_one_effect(own: Office) -> None:
    case = decided(considered(own, "test.write@1"))
    won = at_once(*[lambda: taken_back(case, "P001")] * 2)
    assert won.count(True) == 1
    assert len(heard) == 1


def test_of_a_taking_back_and_the_next_step_at_the_same_moment_one_wins(own: Office) -> None:
    own.deploy(two_deciders())
    for _ in range(4):
        case = own.start("flow", "P072")
        case.complete("consider", "P068", outcome="approve")
        task = case.open_task("decide")

        def decide(task: Any = task) -> None:
            own.database.command(
                lambda session: own.engine.decide(
                    session, task, own.directory.actor(session, "P001", own.now), {"outcome": "approve"}, now=own.now
                )
            )

        won = at_once(lambda case=case: taken_back(case, "P068"), decide)
        assert won.count(True) == 1
        assert (case.open, case.ended) == ((["consider"], False) if won[0] else ([], True))


def test_a_decision_that_another_request_builds_on_stays(own: Office) -> None:
    own.deploy(correction())
    case = decided(considered(own))
    other = own.start("correction", "P072", about=case.id)
    with pytest.raises(Conflict) as refused:
        taken_back(case, "P001")
    assert other.row.reference in refused.value.text.id
    assert case.ended


def test_of_a_taking_back_and_a_request_that_builds_on_the_decision_one_wins(own: Office) -> None:
    own.deploy(correction())
    for _ in range(4):
        case = decided(considered(own))
        won = at_once(
            lambda case=case: taken_back(case, "P001"),
            lambda case=case: own.start("correction", "P072", about=case.id),
        )
        assert won.count(True) == 1
        assert case.ended is won[1]


def correction() -> Package:
    """A process about a request that has ended."""
    return package(
        diagram(
            {"begin": "startEvent", "ask": "userTask", "answer": "userTask", "done": "endEvent"},
            ["begin ask", "ask answer", "answer done"],
            lanes={"requester": ["ask"], "sekda": ["answer"]},
        ),
        key="correction",
        about=["flow"],
        about_when='instance.status = "ended"',
    )


def test_the_worker_forgets_what_is_final(own: Office) -> None:
    case, other = decided(considered(own)), considered(own)
    own.wait(minutes=5)
    decided(other)
    own.now += timedelta(minutes=5)
    assert own.database.command(lambda session: take_back.forget(session, now=own.now)) == 1
    assert (undo_of(case), undo_of(other) is None) == (None, False)
    assert case.row.undo_until is None


def undo_of(case: Case) -> bytes | None:
    with case.office.database.reads() as session:
        return session.scalars(select(Instance.undo).where(Instance.id == case.id)).one()


def test_a_change_is_read_as_it_was_kept(own: Office) -> None:
    case = decided(considered(own, "test.write@1"))
    kept = undo_of(case)
    assert kept is not None
    change = take_back.Change.read(kept)
    assert take_back.Change.read(change.packed()) == change
    assert (change.by, change.event, change.status) == ("P001", case.row.events, "running")


def messages(case: Case, recipient: str) -> list[tuple[str, Any]]:
    """What waits for a recipient, sealing aside."""
    return [(kind, due) for to, kind, due in all_messages(case) if to == recipient]


def all_messages(case: Case) -> list[tuple[str, str, Any]]:
    with case.office.database.reads() as session:
        wanted = select(Message.recipient, Message.kind, Message.due).where(
            Message.instance_id == case.id, Message.kind != "seal"
        )
        return [tuple(row) for row in session.execute(wanted.order_by(Message.id))]


def notices(case: Case) -> list[tuple[str, str, Any]]:
    with case.office.database.reads() as session:
        wanted = select(Notice.person, Notice.kind, Notice.at).where(Notice.instance_id == case.id)
        return [tuple(row) for row in session.execute(wanted.order_by(Notice.id))]
