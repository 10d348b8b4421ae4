"""Handing a task on: by whom, to whom, and that the record and those concerned know of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.audit import seal, verify
from engine.db import Message, Notice, Task
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Refused
from engine.referring import MOVED_AWAY, REASSIGNED, REFERRED, Handable, Handing
from engine.watch import rehome
from tests.engine.test_runtime import rework
from tests.support import Case, Office, at_once, choice, diagram, form, form_of, package

# P072 is a nurse; P068 the secretary of the health department, superior and personnel officer in one; P067 the head
# of that department, P001 the regional secretary, P069 a colleague, P029 and P025 the verifiers of BKPSDM.

SUPERIOR, ABOVE, VERIFIERS = "position:DINKES-02", "position:DINKES-01", "role:verifier@*"


@pytest.fixture
def case(office: Office) -> Case:
    office.deploy(rework())
    return office.start("flow", "P072", reason="x")


def looked_at(case: Case, step: str, by: str) -> Handable:
    office = case.office
    with office.database.reads() as session:
        actor = office.directory.actor(session, by, office.now)
        return office.engine.handable(session, actor, case.open_task(step), now=office.now)


def targets(case: Case, step: str, by: str) -> list[str]:
    return [target.principal for target in looked_at(case, step, by).targets]


def hand_on(case: Case, step: str | UUID, by: str, to: str, comment: str = "Saya dinas luar") -> None:
    office = case.office
    task = case.open_task(step) if isinstance(step, str) else step

    def work(session: Any) -> None:
        actor = office.directory.actor(session, by, office.now)
        office.engine.hand_on(session, task, actor, Handing(to, comment), now=office.now)

    office.database.command(work)


def task_of(case: Case, step: str) -> Task:
    with case.office.database.reads() as session:
        return session.get_one(Task, case.open_task(step))


def people_of(case: Case, principal: str, step: str) -> tuple[str, ...]:
    task = task_of(case, step)
    barred = task.barred.split()
    with case.office.database.reads() as session:
        return case.office.directory.people_of(session, principal, case.office.now, barred=barred, matter=task.matter)


def inbox(office: Office, person: str) -> set[str]:
    with office.database.reads() as session:
        actor = office.directory.actor(session, person, office.now)
        return {row.step for row in office.engine.inbox(session, actor, now=office.now).rows}


def test_the_holder_hands_a_task_to_the_next_post_above_which_keeps_it(office: Office, case: Case) -> None:
    assert looked_at(case, "consider", "P068").right == REFERRED
    assert targets(case, "consider", "P068") == [ABOVE]
    hand_on(case, "consider", "P068", ABOVE)
    assert inbox(office, "P068") == {"check"}
    assert inbox(office, "P067") == {"consider"}
    assert office.database.command(lambda session: rehome(office.directory, session, now=office.now)) == 0
    line = case.seen_by("P072").timeline[-1]
    assert (line.kind, line.who, line.name.id) == (REFERRED, "Siti Siregar", "Tugas diteruskan: consider")
    assert [value.id for _, value in line.answers] == ["Kepala Dinas Kesehatan (Citra Harahap)", "Saya dinas luar"]
    case.complete("consider", "P067", outcome="approve")
    key = Ed25519PrivateKey.generate()
    office.database.command(lambda session: seal(session, key, now=office.now))
    with office.database.snapshot() as session:
        assert list(verify(session, key.public_key())) == []


def test_who_gets_a_task_is_told_and_nobody_else(office: Office, case: Case) -> None:
    hand_on(case, "consider", "P068", ABOVE)
    with office.database.reads() as session:
        assert session.execute(select(Notice.person, Notice.kind)).all() == [("P067", REFERRED)]
        sent = select(Message.recipient).where(Message.kind == REFERRED)
        assert session.scalars(sent).all() == [ABOVE]


def test_who_loses_a_task_by_the_personnel_office_is_told_and_who_hands_it_on_themselves_is_not(case: Case) -> None:
    hand_on(case, "consider", "P068", ABOVE)
    hand_on(case, "consider", "P029", SUPERIOR, "Pimpinan sakit")
    assert told(case, MOVED_AWAY) == ["P067"]
    assert told(case, REASSIGNED) == ["P068"]
    case.complete("consider", "P068", outcome="approve")
    assert told(case, MOVED_AWAY) == ["P067"]


def test_of_a_queue_that_loses_a_task_who_works_on_it_is_told_or_all_of_them(case: Case) -> None:
    hand_on(case, "check", "P068", VERIFIERS)
    hand_on(case, "check", "P029", "person:P025")
    assert told(case, MOVED_AWAY) == []
    hand_on(case, "check", "P029", "role:personnel_officer@DINKES", "Sedang cuti")
    assert told(case, MOVED_AWAY) == ["P025"]
    hand_on(case, "check", "P029", VERIFIERS, "Kantornya tutup")
    assert told(case, MOVED_AWAY) == ["P025", "P068"]


def told(case: Case, kind: str) -> list[str]:
    """Who has a notice of a kind; the messages go to the same people."""
    with case.office.database.reads() as session:
        found = session.scalars(select(Notice.person).where(Notice.kind == kind).order_by(Notice.id)).all()
        if kind == MOVED_AWAY:
            sent = select(Message.recipient).where(Message.kind == kind).order_by(Message.id)
            assert session.scalars(sent).all() == [f"person:{person}" for person in found]
        return list(found)


def test_a_task_goes_to_nobody_who_is_not_entitled_and_never_without_a_reason(case: Case) -> None:
    for to in ("person:P072", "position:DINKES-03", SUPERIOR, "role:regent@*", ""):
        with pytest.raises(Refused) as refused:
            hand_on(case, "consider", "P068", to)
        assert list(refused.value.problems) == ["to"]
    for comment in ("", " \n", "x" * 501):
        with pytest.raises(Refused) as refused:
            hand_on(case, "consider", "P068", ABOVE, comment)
        assert list(refused.value.problems) == ["comment"]


def test_only_the_holder_and_the_personnel_offices_hand_a_task_on(case: Case) -> None:
    assert looked_at(case, "consider", "P072").right is None
    for person, error in {"P072": NotPermitted, "P012": NotPermitted, "P069": NotFound, "P092": NotFound}.items():
        with pytest.raises(error):
            hand_on(case, "consider", person, ABOVE)


def test_a_verifier_moves_a_task_that_they_need_not_see_and_it_can_go_back(office: Office, case: Case) -> None:
    assert looked_at(case, "consider", "P029").right == REASSIGNED
    with pytest.raises(NotFound):
        case.seen_by("P029")
    hand_on(case, "consider", "P029", ABOVE, "Atasan langsung sakit")
    assert inbox(office, "P067") == {"consider"}
    assert set(targets(case, "consider", "P067")) == {SUPERIOR, "position:SETDA-01"}
    hand_on(case, "consider", "P067", SUPERIOR, "Sudah masuk kerja")
    assert inbox(office, "P067") == set()
    assert case.seen_by("P072").timeline[-2].kind == REASSIGNED


def test_a_queue_hands_on_to_a_colleague_who_then_holds_it_or_to_the_office_above(office: Office, case: Case) -> None:
    assert targets(case, "check", "P068") == [VERIFIERS]
    hand_on(case, "check", "P068", VERIFIERS)
    assert targets(case, "check", "P029") == ["person:P025", "role:personnel_officer@DINKES"]
    hand_on(case, "check", "P029", "person:P025")
    task = task_of(case, "check")
    assert (task.principal, task.claimed_by) == (VERIFIERS, "P025")
    with pytest.raises(Conflict, match="Yusuf Siregar is working"):
        case.complete("check", "P029")
    assert looked_at(case, "check", "P029").right == REASSIGNED, "a verifier may take over from one who fell ill"
    case.complete("check", "P025")


def test_the_applicants_own_step_is_nobody_elses(case: Case) -> None:
    case.complete("check", "P068")
    case.complete("consider", "P068", outcome="approve")
    case.complete("decide", "P001", outcome="again")
    assert targets(case, "submit", "P072") == []
    with pytest.raises(Refused):
        hand_on(case, "submit", "P029", "person:P025")


def test_four_eyes_are_kept_whoever_hands_on(office: Office) -> None:
    office.deploy(_two_steps())
    case = office.start("flow", "P072")
    case.complete("check", "P068")
    assert task_of(case, "consider").principal == ABOVE, "who checked does not consider"
    assert targets(case, "consider", "P067") == ["position:SETDA-01"]
    with pytest.raises(Refused):
        hand_on(case, "consider", "P067", SUPERIOR)
    assert looked_at(case, "consider", "P068").right is None
    with pytest.raises(NotPermitted):
        hand_on(case, "consider", "P068", "position:SETDA-01")  # who checked does not choose who considers
    hand_on(case, "consider", "P029", "position:SETDA-01")


def test_whoever_a_task_may_go_to_can_do_it_and_is_no_party_to_the_request(office: Office) -> None:
    """For staff, officers who keep requests and heads, up to three times in a row."""
    office.deploy(rework())
    moved = 0
    for person in ("P097", "P092", "P068", "P105", "P025", "P072"):
        case = office.start("flow", person, reason="x")
        for step in ("check", "consider"):
            for _ in range(3):
                holder = people_of(case, task_of(case, step).principal, step)[0]
                for to in targets(case, step, holder)[:1]:
                    able = people_of(case, to, step)
                    assert able, to
                    assert person not in able
                    hand_on(case, step, holder, to)
                    assert step in inbox(office, able[0])
                    moved += 1
    assert moved > 10


def test_what_was_decided_before_is_final_once_the_next_step_was_handed_on(office: Office, case: Case) -> None:
    office.engine.take_back_within = timedelta(minutes=10)
    case.complete("check", "P068")
    case.complete("consider", "P068", outcome="approve")
    hand_on(case, "decide", "P001", "position:BUPATI")

    def take_back(session: Any) -> None:
        office.engine.take_back(session, case.id, office.directory.actor(session, "P068", office.now), now=office.now)

    with pytest.raises(EngineError, match=r"can no longer be taken back"):
        office.database.command(take_back)


def test_of_a_decision_and_a_handing_on_at_the_same_moment_one_wins(office: Office, case: Case) -> None:
    task = case.open_task("consider")
    won = at_once(
        lambda: case.complete("consider", "P068", outcome="approve"),
        lambda: hand_on(case, task, "P068", ABOVE),
    )
    assert sum(won) == 1
    assert ("consider" in case.open) is won[1]
    assert len(case.seen_by("P072").timeline) == 2


def _two_steps() -> Any:
    """submit, check, consider: who checks does not consider."""
    nodes = {
        "begin": "startEvent",
        "submit": "userTask",
        "check": "userTask",
        "consider": "userTask",
        "done": "endEvent",
    }
    return package(
        diagram(
            nodes,
            ["begin submit", "submit check", "check consider", "consider done"],
            lanes={"requester": ["submit"], "personnel_officer": ["check"], "direct_superior": ["consider"]},
            inside={"consider": form_of("consider")},
        ),
        files={"consider.form": form(outcome=choice("approve", "reject"))},
        different=[["check", "consider"]],
    )
