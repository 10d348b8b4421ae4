"""Files that follow, at the engine: they change nothing but the answers, and leave what was decided as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import documents
from engine.db import Document, Event, Instance, Message, Notice
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from engine.forms.answers import MOST_FILES
from engine.inspection import PDF
from engine.record import read_facts
from engine.runtime import Engine
from engine.uploads import Upload
from tests.support import Case, Office, at_once, choice, diagram, form, form_of, package

WATI, OFFICER, HEAD, OUTSIDER = "P097", "P092", "P091", "P045"


@pytest.fixture
def office(office: Office) -> Office:
    """A request with optional files, an officer who decides, and a head after that; decisions can be taken back."""
    steps = {"ask": "userTask", "check": "userTask", "see": "userTask"}
    drawn = diagram(
        {"begin": "startEvent", **steps, "done": "endEvent"},
        ["begin ask", "ask check", "check see", "see done"],
        lanes={"requester": ["begin", "ask"], "personnel_officer": ["check"], "unit_head": ["see", "done"]},
        inside={step: form_of(step) for step in steps},
    )
    bills = {"type": "filepicker", "label": "Kuitansi", "multiple": True}
    letter = {"type": "filepicker", "label": "Surat", "conditional": {"hide": '= kind != "sick"'}}
    files = {
        "ask.form": form(kind=choice("sick", "other"), letter=letter, bills=bills),
        "check.form": form(outcome=choice("approve", "reject")),
        "see.form": form(remark={}),
    }
    office.deploy(package(drawn, files=files))
    within = timedelta(minutes=10)
    office.engine = Engine(office.engine.catalog, office.services, office.directory, take_back=within)
    return office


def scan(office: Office, name: str = "kuitansi.pdf", owner: str = WATI) -> str:
    """The id of a file that somebody has uploaded."""
    upload = Upload(name, PDF, f"%PDF-1.4 {name} {owner}".encode())
    return str(office.database.command(lambda s: documents.store(s, owner=owner, upload=upload, now=office.now)))


def adds(office: Office, case: Case, by: str = WATI, **answers: Any) -> None:
    def work(session: Any) -> None:
        actor = office.directory.actor(session, by, office.now)
        office.engine.add_evidence(session, case.id, actor, answers, now=office.now)

    office.database.command(work)


def asked(office: Office, kind: str = "sick") -> Case:
    return office.start("flow", WATI, kind=kind)


def kinds(office: Office, case: Case) -> list[str]:
    wanted = select(Event.record).where(Event.instance_id == case.id).order_by(Event.number)
    with office.database.reads() as session:
        return [read_facts(record)["kind"] for record in session.scalars(wanted)]


def told(office: Office) -> list[str]:
    """Who was told of files, inside Alur and outside."""
    with office.database.reads() as session:
        outside = session.scalars(select(Message.recipient).where(Message.kind == "evidence")).all()
        people = session.scalars(select(Notice.person).where(Notice.kind == "evidence")).all()
    assert len(outside) == len(people)
    return list(people)


def names(case: Case, by: str = OFFICER) -> list[str]:
    """The files that stand with the answers of the first step."""
    section = next(each for each in case.seen_by(by).answers if each.step == "ask")
    return [document.name for _, value in section.rows if hasattr(value, "documents") for document in value.documents]


def test_only_the_questions_that_applied_take_files(office: Office) -> None:
    assert [each.field.key for each in asked(office).seen_by(WATI).evidence] == ["letter", "bills"]
    other = asked(office, "other")
    assert [(each.field.key, each.left) for each in other.seen_by(WATI).evidence] == [("bills", MOST_FILES)]
    assert other.seen_by(OFFICER).evidence == ()
    with pytest.raises(Refused):
        adds(office, other, letter=[scan(office)])


def test_files_of_several_times_stand_together_and_one_file_has_room_for_one(office: Office) -> None:
    case = asked(office)
    adds(office, case, bills=[scan(office, "a.pdf")], letter=[scan(office, "surat.pdf")])
    adds(office, case, bills=[scan(office, "b.pdf")])
    assert names(case) == ["surat.pdf", "a.pdf", "b.pdf"]
    assert [(each.field.key, each.left) for each in case.seen_by(WATI).evidence] == [("bills", MOST_FILES - 2)]
    many = [scan(office, f"{number}.pdf") for number in range(MOST_FILES - 1)]
    with pytest.raises(Refused) as refused:
        adds(office, case, bills=many)
    assert "18" in refused.value.problems["bills"][0].en


def test_a_decision_can_still_be_taken_back_and_the_file_stays(office: Office) -> None:
    case = asked(office)
    case.complete("check", OFFICER, outcome="approve")
    adds(office, case, bills=[scan(office)])
    view = case.seen_by(OFFICER)
    assert view.take_back is not None
    assert view.take_back.mine

    def back(session: Any) -> None:
        actor = office.directory.actor(session, OFFICER, office.now)
        office.engine.take_back(session, case.id, actor, now=office.now)

    office.database.command(back)
    assert case.open == ["check"]
    assert kinds(office, case) == ["started", "completed", "evidence", "taken_back"]
    assert names(case) == ["kuitansi.pdf"]
    assert told(office) == []  # the head was not told of the task, and can no longer open it
    case.complete("check", OFFICER, outcome="approve")
    office.wait(minutes=10)
    adds(office, case, bills=[scan(office, "b.pdf")])
    assert told(office) == [HEAD]
    case.complete("see", HEAD)
    assert case.ended
    with pytest.raises(Conflict):
        adds(office, case, bills=[scan(office, "c.pdf")])


def test_whoever_has_begun_with_a_task_that_may_be_taken_back_is_told_of_a_file(office: Office) -> None:
    case = asked(office)
    case.complete("check", OFFICER, outcome="approve")
    task, head = case.open_task("see"), office.actor(HEAD)
    office.database.command(lambda session: office.engine.claim(session, task, head, now=office.now))
    adds(office, case, bills=[scan(office)])
    assert told(office) == [HEAD]


def test_nobody_adds_to_somebody_elses_request_nor_somebody_elses_file(office: Office) -> None:
    case = asked(office)
    for person, error in ((OFFICER, NotPermitted), (OUTSIDER, NotFound)):
        with pytest.raises(error):
            adds(office, case, by=person, bills=[scan(office, owner=person)])
    with pytest.raises(Refused):
        adds(office, case, bills=[scan(office, owner=OFFICER)])
    with office.database.reads() as session:
        assert session.scalars(select(Document.id).where(Document.instance_id == case.id)).all() == []


def test_a_file_and_a_decision_at_the_same_moment_are_both_in_the_record(office: Office) -> None:
    case, file = asked(office), scan(office)
    won = at_once(lambda: adds(office, case, bills=[file]), lambda: case.complete("check", OFFICER, outcome="approve"))
    assert won == [True, True]
    assert sorted(kinds(office, case)) == ["completed", "evidence", "started"]
    with office.database.reads() as session:
        assert session.get_one(Instance, UUID(str(case.id))).events == 3
