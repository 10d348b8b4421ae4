"""The page on which a task is given to somebody else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Notice, Task
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.leaves import HEAD, OFFICER, ask, task_of, to_decide
from tests.web.test_letters import works
from web.parts import Parts
from workflows.leave.letters import write
from workflows.letters.model import Letter
from workflows.positions import Acting, RoleHolder

SEKDA, VERIFIER, OTHER_VERIFIER = "P001", "P029", "P025"
ACTING = "P045"
"""Of another department."""


@pytest.fixture
def task(parts: Parts) -> UUID:
    """A decision of the head's."""
    return to_decide(parts, "P097")


def test_the_head_hands_a_decision_on_with_a_comment_that_whoever_gets_it_reads(
    visit: Visit, task: UUID, parts: Parts
) -> None:
    head = visit(HEAD).open(f"/tasks/{task}").follow("Teruskan tugas ini")
    head.send({"to": "position:SETDA-01"})
    assert head.answer.status_code == 422
    assert head.title.startswith("Kesalahan: ")
    assert head.main.select_one('.mistakes a[href="#comment"]')
    assert head.main.select_one("input[name=to][checked]")
    head.send({"to": "position:SETDA-01", "comment": "Saya dinas luar sampai Jumat"})
    assert head.path == "/inbox"
    assert "Penerimanya diberi tahu" in head.text
    assert head.open(f"/tasks/{task}").answer.status_code == 404
    sekda = visit(SEKDA).open("/inbox").follow("Putuskan cuti")
    assert "Tugas diteruskan: Putuskan cuti (Andi Dayak" in sekda.text
    assert "Alasan: Saya dinas luar sampai Jumat" in sekda.text
    with parts.database.reads() as session:
        assert session.execute(select(Notice.person).where(Notice.kind == "referred")).all() == [(SEKDA,)]
    sekda.send({"outcome": "approve"})
    assert "Saya dinas luar sampai Jumat" in visit("P097").open(sekda.path).text


def test_the_personnel_officer_and_bkpsdm_move_a_task_that_waits_too_long(
    visit: Visit, task: UUID, parts: Parts
) -> None:
    officer = visit(OFFICER).open(f"/tasks/{task}").follow("Alihkan tugas ini")
    officer.send({"to": "position:SETDA-01", "comment": "Kepala dinas sakit"})
    assert (officer.path, officer.answer.status_code) == (f"/tasks/{task}/hand-on", 200)
    assert "Ada pada Sekretaris Daerah" in officer.text
    verifier = visit(VERIFIER).open(f"/tasks/{task}/hand-on")
    assert "Wati" not in verifier.text, "who moves a task need not know whose leave it is"
    verifier.send({"to": "position:DISKOMINFO-01", "comment": "Sudah masuk kerja"})
    assert visit(HEAD).open(f"/tasks/{task}").answer.status_code == 200
    assert verifier.open(f"/tasks/{task}").answer.status_code == 404


def test_the_letter_is_signed_by_the_post_that_decided(visit: Visit, task: UUID, parts: Parts, clock: Clock) -> None:
    moved = {"to": "position:SETDA-01", "comment": "Kepala dinas sakit"}
    visit(VERIFIER).open(f"/tasks/{task}/hand-on").send(moved)
    visit(SEKDA).open(f"/tasks/{task}").send({"outcome": "approve"})
    clock.forward(minutes=15)
    works(parts)
    with parts.database.reads() as session:
        letter = session.scalars(select(Letter)).one()
        signer = write(session, letter).data["signer"]
    assert "Sekretaris Daerah" in str(signer)
    assert signer["capacity"] == ""


def test_who_may_not_move_a_task_reads_who_may(visit: Visit, task: UUID) -> None:
    wati = visit("P097").open(f"/tasks/{task}/hand-on")
    assert "tidak dapat Anda alihkan" in wati.text
    assert not wati.main.select("form textarea")
    assert visit("P094").open(f"/tasks/{task}/hand-on").answer.status_code == 200
    assert visit("P042").open(f"/tasks/{task}/hand-on").answer.status_code == 404


def test_a_task_that_is_handed_on_twice_with_one_key_moves_once(visit: Visit, task: UUID, parts: Parts) -> None:
    head = visit(HEAD).open(f"/tasks/{task}/hand-on")
    sent = {**head.kept(head.form()), "to": "position:SETDA-01", "comment": "Dinas luar"}
    address = f"/tasks/{task}/hand-on"
    assert [head.client.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    with parts.database.reads() as session:
        assert session.get_one(Task, task).principal == "position:SETDA-01"


def test_an_applicant_hands_nothing_on_and_officers_not_their_own(visit: Visit, parts: Parts) -> None:
    own = task_of(parts, ask(parts, OFFICER))
    officer = visit(OFFICER).open(f"/tasks/{own.id}/hand-on")
    assert "tidak dapat Anda alihkan" in officer.text
    verifier = visit(OTHER_VERIFIER).open(f"/tasks/{own.id}/hand-on")
    assert verifier.main.select("form textarea")


@pytest.mark.parametrize("office", ["verifier", "personnel_officer"])
@pytest.mark.parametrize(("only", "moves"), [("surat_keterangan", False), ("leave", True), (None, True)])
def test_an_acting_officer_moves_tasks_and_is_told_of_late_ones_within_the_decree(
    visit: Visit, task: UUID, parts: Parts, clock: Clock, office: str, only: str | None, moves: bool
) -> None:
    def appoint(session: Session) -> None:
        post = select(RoleHolder.position).where(RoleHolder.role == office, RoleHolder.unit.in_(("DISKOMINFO", "*")))
        until = {"first": date(2026, 11, 1), "last": date(2026, 12, 31), "excluded": "", "only": only}
        session.add(Acting(person=ACTING, position=session.scalars(post).first(), kind="Plh", decree="1", **until))

    parts.database.command(appoint)
    with parts.database.reads() as session:
        request = f"/requests/{session.get_one(Task, task).instance_id}"
    acting = visit(ACTING).open(f"/tasks/{task}/hand-on")
    assert bool(acting.main.select("form textarea")) == moves
    if office == "personnel_officer":
        assert ("Alihkan tugas ini" in acting.open(request).text) == moves
    clock.forward(days=20)
    if office == "verifier":
        assert ("CUTI-" in visit(ACTING).open("/overdue").text) == moves
