"""What an objection cannot be used for: it spares nobody a code, a second pair of eyes, or what was erased."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, EngineError, Refused
from tests.flows.data_stories import (
    APPROVER,
    CHILD,
    account,
    added,
    approved,
    judged,
    known,
    reachable,
    sent,
    state,
    value,
)
from tests.flows.stories import BKPSDM_HEAD, EMPLOYEE, VERIFIER, act_for, offers
from tests.support import Case, Office
from workflows.positions import Holding
from workflows.privacy import erasing


@pytest.fixture
def refused(office: Office) -> Case:
    """A child that the verifier has refused."""
    case = sent(office, added("child", CHILD), "birth_certificate", "kk")
    judged(case, "verify", VERIFIER, "refuse")
    return case


def objected(case: Case) -> Case:
    return case.office.start("data_objection", EMPLOYEE, about=case.id, reason="Akta asli dapat diperiksa")


def upheld(objection: Case, by: str = BKPSDM_HEAD) -> None:
    objection.complete("answer", by, outcome="uphold", reason="Akta asli sudah dilihat")


def children(office: Office) -> list[str]:
    return [row.name for row in known(office).rows("child")]


def test_no_account_is_recorded_by_an_objection_without_code_treasurer_and_waiting_time(office: Office) -> None:
    reachable(office)
    case = sent(office, account(), "bank_book")
    judged(case, "verify", VERIFIER, "refuse", "refuse", "refuse")
    before = value(office, "bank", "account")
    assert "data_objection" not in offers(office, case)
    with pytest.raises(EngineError):
        upheld(objected(case))
    assert (value(office, "bank", "account"), state(case)) == (before, "refused")


def test_what_was_erased_is_not_recorded_by_an_objection(office: Office, refused: Case) -> None:
    rows = len(known(office).rows("child"))
    office.database.command(
        lambda session: erasing.erase_request(session, refused.id, by="P006", through="HAK-1", now=office.now)
    )
    assert "data_objection" not in offers(office, refused)
    with pytest.raises(EngineError):
        upheld(objected(refused))
    assert len(known(office).rows("child")) == rows


def test_a_row_that_was_asked_for_again_and_approved_is_not_added_twice(office: Office, refused: Case) -> None:
    objection = objected(refused)
    approved(sent(office, added("child", CHILD), "birth_certificate", "kk"))
    with pytest.raises(Conflict) as conflict:
        upheld(objection)
    assert "Tolak keberatan ini" in conflict.value.text.id
    assert children(office).count(CHILD["name"]) == 1


def test_whoever_alone_refused_it_does_not_alone_record_it_as_the_acting_head(office: Office, refused: Case) -> None:
    with office.database.reads() as session:
        post = session.query(Holding.position).filter_by(person=BKPSDM_HEAD).scalar()
    act_for(office, VERIFIER, post)
    objection = objected(refused)
    with pytest.raises(Conflict) as conflict:
        upheld(objection, VERIFIER)
    assert "satu orang" in conflict.value.text.id
    assert CHILD["name"] not in children(office)
    upheld(objection)
    assert CHILD["name"] in children(office)


def test_the_acting_head_records_what_the_approver_refused_after_them(office: Office) -> None:
    case = sent(office, added("child", CHILD), "birth_certificate", "kk")
    judged(case, "verify", VERIFIER)
    judged(case, "approve", APPROVER, "refuse")
    upheld(objected(case))
    assert state(case) == "approved"


def test_an_objection_comes_against_a_proposal_that_is_over(office: Office) -> None:
    changes = [*added("child", CHILD), *added("child", CHILD | {"name": "Dewi Santoso"}, "new-2")]
    case = sent(office, changes, "birth_certificate", "kk")
    judged(case, "verify", VERIFIER, "refuse", "repair")
    assert "data_objection" not in offers(office, case)
    with pytest.raises((Conflict, Refused, EngineError)):
        objected(case)
