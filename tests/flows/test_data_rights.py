"""Rights over personal data: each answer, the clock of 3 x 24 hours, and an erasure that two people make."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit import verify
from engine.db import Task
from engine.erasing import is_erased
from engine.errors import Conflict, NotFound, NotPermitted, Refused
from engine.services import Decision, ServiceContext
from tests.support import NOON, Case, Office
from workflows import services
from workflows.privacy import rights
from workflows.privacy.fences import NotTheirs
from workflows.privacy.holding import hold

EMPLOYEE, COLLEAGUE, OFFICER, HEAD = "P097", "P098", "P006", "P025"
GIVEN = {"outcome": "fulfil", "done": "Salinannya terlampir"}
ERASING = {"outcome": "fulfil", "erasing": True, "done": "Isinya dihapus"}
KEY = Ed25519PrivateKey.generate()


def task(case: Case, step: str) -> Task:
    with case.office.database.reads() as session:
        return session.get_one(Task, case.open_task(step))


def finished(office: Office, by: str = EMPLOYEE) -> Case:
    """A question to the help desk that was answered, and may be erased."""
    case = office.start("help", by, question="Rahasia yang salah tempat")
    case.complete("answer", "P033", reply="answer", words="Sudah")
    return case


def erased(office: Office, case: Case) -> bool:
    with office.database.reads() as session:
        return is_erased(session, case.id)


def refusals(office: Office, **answers: object) -> list[str]:
    """What speaks against a request before it is sent."""
    with office.database.reads() as session:
        me = office.directory.actor(session, EMPLOYEE, office.now)
        found = office.engine.preview(session, "data_rights", me, {"what": "x", **answers}, now=office.now)
    return [text.id for text in found.refusals]


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("right", ["access", "correct", "withdraw", "object", "erase"])
def test_a_right_is_fulfilled_by_the_officer_within_three_days_by_the_clock(office: Office, right: str) -> None:
    case = office.start("data_rights", EMPLOYEE, kind=right, what="Alamat lama")
    waits = task(case, "answer")
    assert waits.principal == "role:privacy_officer@*"
    assert waits.due == office.now + timedelta(hours=72)
    view = case.complete("answer", OFFICER, **GIVEN)
    assert (view.outcome, view.outcome_name and view.outcome_name.en) == ("fulfilled", "Fulfilled")


def test_what_is_fulfilled_in_part_or_not_names_its_ground(office: Office) -> None:
    case = office.start("data_rights", EMPLOYEE, kind="access", what="Penilaian rekan saya")
    with pytest.raises(Refused) as refused:
        case.complete("answer", OFFICER, outcome="refuse")
    assert set(refused.value.problems) == {"ground", "reason"}
    with pytest.raises(Refused) as refused:
        case.complete("answer", OFFICER, outcome="refuse", ground="law", reason="Wajib disimpan")
    assert set(refused.value.problems) == {"law"}
    with pytest.raises(Refused) as refused:
        case.complete("answer", OFFICER, outcome="partly", done="Sebagian", ground="others")
    assert set(refused.value.problems) == {"reason"}
    assert case.complete("answer", OFFICER, outcome="refuse", ground="others", reason="Milik orang lain").outcome == (
        "refused"
    )


def test_the_clock_runs_on_while_the_officer_asks_back(office: Office) -> None:
    case = office.start("data_rights", EMPLOYEE, kind="correct", what="Data saya")
    sent = office.now
    case.complete("answer", OFFICER, outcome="ask", question="Data yang mana?")
    office.now += timedelta(hours=30)
    case.complete("explain", EMPLOYEE, words="Gelar saya")
    assert task(case, "answer").due == sent + timedelta(hours=72)
    assert case.complete("answer", OFFICER, **GIVEN).outcome == "fulfilled"


def test_a_question_that_is_not_answered_closes_the_request_after_two_weeks(office: Office) -> None:
    case = office.start("data_rights", EMPLOYEE, kind="correct", what="Data saya")
    case.complete("answer", OFFICER, outcome="ask", question="Data yang mana?")
    office.wait(days=13)
    assert case.open == ["explain"]
    office.wait(days=1, hours=1)
    assert case.row.outcome == "lapsed"


def test_a_limit_holds_until_the_officer_ends_it(office: Office) -> None:
    case = office.start("data_rights", EMPLOYEE, kind="limit", what="Penilaian tahun lalu")
    case.complete("answer", OFFICER, **GIVEN)
    with office.database.reads() as session:
        [row] = rights.in_force(session, EMPLOYEE)
        assert (row.what, row.reference) == ("Penilaian tahun lalu", case.row.reference)
        assert rights.in_force(session, COLLEAGUE) == []
    office.database.command(lambda s: rights.lift(s, case.id, by=OFFICER, now=office.now))
    with office.database.reads() as session:
        assert rights.in_force(session) == []
    with pytest.raises(Conflict):
        office.database.command(lambda s: rights.lift(s, case.id, by=OFFICER, now=office.now))


def test_what_a_request_says_is_erased_when_a_second_person_agrees_and_the_record_stays_provable(
    office: Office,
) -> None:
    old = finished(office)
    case = office.start("data_rights", EMPLOYEE, kind="erase", what="Pertanyaan lama", reference=old.row.reference)
    case.complete("answer", OFFICER, **ERASING)
    assert not erased(office, old)
    assert task(case, "confirm").due == task(case, "confirm").created_at + timedelta(hours=72)
    with pytest.raises((NotFound, NotPermitted)):
        case.complete("confirm", OFFICER, outcome="agree")
    assert case.complete("confirm", HEAD, outcome="agree").outcome == "fulfilled"
    assert erased(office, old)
    with office.database.snapshot() as session:
        assert list(verify(session, KEY.public_key())) == []


def test_the_second_person_may_give_an_erasure_back(office: Office) -> None:
    old = finished(office)
    case = office.start("data_rights", EMPLOYEE, kind="erase", what="Lama", reference=old.row.reference)
    case.complete("answer", OFFICER, **ERASING)
    case.complete("confirm", HEAD, outcome="disagree", reason="Masih ada perkara")
    assert case.open == ["answer"]
    assert not erased(office, old)


def test_what_a_legal_hold_keeps_is_not_erased_and_the_task_still_waits(office: Office) -> None:
    old = finished(office)
    case = office.start("data_rights", EMPLOYEE, kind="erase", what="Lama", reference=old.row.reference)
    case.complete("answer", OFFICER, **ERASING)
    office.database.command(lambda s: hold(s, old.row.reference, "Perkara 12", by=OFFICER, now=office.now))
    with pytest.raises(Conflict, match="legal hold"):
        case.complete("confirm", HEAD, outcome="agree")
    assert case.open == ["confirm"]
    assert not erased(office, old)


def test_numbers_are_looked_up_before_a_request_is_sent(office: Office) -> None:
    old, running = finished(office), office.start("help", EMPLOYEE, question="Masih berjalan")
    theirs = finished(office, COLLEAGUE)
    assert refusals(office, kind="erase", reference=old.row.reference.lower()) == []
    assert refusals(office, kind="erase", reference=running.row.reference) == [
        f"Permohonan {running.row.reference} masih berjalan. Tunggu sampai selesai, atau tarik dahulu."
    ]
    assert refusals(office, kind="object", reference=running.row.reference) == []
    [foreign] = refusals(office, kind="object", reference=theirs.row.reference)
    assert foreign == f"Tidak ada permohonan Anda yang bernomor {theirs.row.reference}. Periksa nomornya."
    both = f"{running.row.reference}, {theirs.row.reference}"
    assert len(refusals(office, kind="erase", reference=both)) == 2


def test_nobody_answers_or_erases_their_own(office: Office) -> None:
    case = office.start("data_rights", OFFICER, kind="access", what="Semua")
    with pytest.raises((NotFound, NotPermitted)):
        case.complete("answer", OFFICER, **GIVEN)
    assert task(case, "answer").principal != "role:privacy_officer@*"
    entered = office.start("data_rights", "P092", subject=EMPLOYEE, kind="access", what="Semua")
    assert entered.complete("answer", OFFICER, **GIVEN).subject == EMPLOYEE


def test_a_limit_goes_when_what_asked_for_it_is_erased(office: Office) -> None:
    asked = office.start("data_rights", EMPLOYEE, kind="limit", what="Rahasia")
    asked.complete("answer", OFFICER, **GIVEN)
    case = office.start("data_rights", EMPLOYEE, kind="erase", what="Itu", reference=asked.row.reference)
    case.complete("answer", OFFICER, **ERASING)
    case.complete("confirm", HEAD, outcome="agree")
    with office.database.reads() as session:
        assert rights.in_force(session) == []
        assert session.scalars(select(Task.subject_name).where(Task.instance_id == asked.id)).all() == [""]


def context(session: Session, *decisions: Decision) -> ServiceContext:
    """A service's context with a history of our choosing."""
    return ServiceContext(
        session=session,
        now=NOON,
        today=NOON.date(),
        instance=uuid4(),
        reference="HAK-1",
        process="data_rights",
        subject=EMPLOYEE,
        starter=EMPLOYEE,
        unit="DISKOMINFO",
        actor=None,
        cause=decisions[-1] if decisions else None,
        decisions=decisions,
        event=1,
    )


def said(role: str, person: str, outcome: str) -> Decision:
    return Decision("step", role, person, f"role:{role}@*", "", outcome, NOON)


ANSWERED, AGREED = said("privacy_officer", OFFICER, "fulfil"), said("bkpsdm_head", HEAD, "agree")


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    "decisions",
    [
        (),
        (ANSWERED,),
        (AGREED,),
        (AGREED, ANSWERED),
        (said("privacy_officer", OFFICER, "refuse"), AGREED),
        (ANSWERED, said("bkpsdm_head", HEAD, "disagree")),
        (ANSWERED, said("bkpsdm_head", OFFICER, "agree")),
        (ANSWERED, said("bkpsdm_head", EMPLOYEE, "agree")),
        (ANSWERED, said("verifier", HEAD, "agree")),
    ],
)
def test_no_diagram_erases_without_the_officer_and_the_head(office: Office, decisions: tuple[Decision, ...]) -> None:
    old = finished(office)
    with pytest.raises(NotTheirs):
        office.database.command(
            lambda s: services["privacy.erase@1"].handler(context(s, *decisions), requests=old.row.reference)
        )
    assert not erased(office, old)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("decision", [None, AGREED, said("privacy_officer", EMPLOYEE, "fulfil")])
def test_no_diagram_limits_or_enters_anything_without_the_officer(office: Office, decision: Decision | None) -> None:
    given = (decision,) if decision else ()
    mended = {"cause": "x", "recovery": "x", "prevention": "x"}
    for name, parameters in (("privacy.limit@1", {"what": "x"}), ("privacy.close_breach@1", mended)):
        with office.database.reads() as session, pytest.raises(NotTheirs):
            services[name].handler(context(session, *given), **parameters)
