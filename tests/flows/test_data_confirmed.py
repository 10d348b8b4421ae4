"""What confirms a change of one's own data cannot be left out of a diagram, and no such change goes unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Message, Notice
from engine.errors import ServiceFailed
from engine.package import Package
from tests.flows.data_stories import (
    TREASURER,
    account,
    approved,
    changed,
    code,
    held,
    known,
    proofs,
    reachable,
    sent,
    state,
    value,
)
from tests.flows.stories import EMPLOYEE, OFFICER
from tests.support import Case, Office
from workflows import packages
from workflows.data_update.fences import NotDecided
from workflows.reach import Contact, FormerAddress

RIGHT = b'xsi:type="bpmn:tFormalExpression">code_checked.right = true<'
PHONE = [changed("contact", "phone", "0813 1111 2222")]


@pytest.fixture
def careless(office: Office) -> Office:
    """An office that takes any code, by an edited diagram."""
    released = Package.read(packages() / "data_update")
    drawn = released.files["data_update.bpmn"]
    assert drawn.count(RIGHT) == 1
    edited = drawn.replace(RIGHT, RIGHT.replace(b".right = true", b".left &gt; 0"))
    office.deploy(Package({**released.files, "data_update.bpmn": edited}, released.manifest, released.english))
    reachable(office)
    return office


def wrong(office: Office, case: Case) -> str:
    return "000000" if code(office, case) != "000000" else "111111"


def asked_for_account(office: Office) -> Case:
    return approved(sent(office, account(), "bank_book"))


def test_no_diagram_takes_a_wrong_code_for_a_contact(careless: Office) -> None:
    case = sent(careless, PHONE)
    before = known(careless)
    with pytest.raises(NotDecided):
        case.complete("confirm", EMPLOYEE, outcome="code", code=wrong(careless, case))
    assert (case.open, state(case), known(careless)) == (["confirm"], "submitted", before)
    view = case.complete("confirm", EMPLOYEE, outcome="code", code=code(careless, case))
    assert view.outcome == "approved", "the right one still does"


def test_no_diagram_takes_a_wrong_code_for_an_account(careless: Office) -> None:
    before = known(careless).single("bank")
    case = asked_for_account(careless)
    case.complete("confirm", EMPLOYEE, outcome="code", code=wrong(careless, case))
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    with pytest.raises(ServiceFailed):
        careless.wait(days=2)
    assert (known(careless).single("bank"), case.ended) == (before, False)


def test_a_code_of_an_earlier_round_does_not_confirm_what_was_sent_since(careless: Office) -> None:
    case = asked_for_account(careless)
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(careless, case))
    careless.wait(minutes=5)
    case.complete("treasurer", TREASURER, outcome="repair", reason="Nama pemilik berbeda")
    careless.wait(minutes=5)
    other = account(account="9876543210")
    evidence = proofs(careless, "bank_book")
    case.complete("submit", EMPLOYEE, changes=other, evidence=evidence)
    approved(case)
    case.complete("confirm", EMPLOYEE, outcome="code", code=wrong(careless, case))
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    with pytest.raises(ServiceFailed):
        careless.wait(days=2)
    assert value(careless, "bank", "account") != "9876543210"


def test_an_account_is_confirmed_through_an_address_that_was_not_changed_lately(office: Office) -> None:
    reachable(office)

    def replaced(session: Session) -> None:
        row = session.get_one(Contact, (EMPLOYEE, "mail"))
        row.confirmed_at = office.now - timedelta(days=2)

    office.database.command(replaced)
    case = asked_for_account(office)
    with office.database.reads() as session:
        assert session.scalars(select(Message).where(Message.body == "record_code")).all() == []
    case.complete("confirm", EMPLOYEE, outcome="desk")
    case.complete("desk", OFFICER, outcome="same", card="ktp")
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    office.wait(hours=25)
    assert (case.row.outcome, value(office, "bank", "account")) == ("approved", "1234567890")


def test_of_an_account_the_person_is_told_before_and_after(office: Office) -> None:
    reachable(office)
    case = asked_for_account(office)
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    assert told(office) == []
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    assert told(office) == ["record_cooling"]
    office.wait(hours=25)
    assert told(office) == ["record_changed", "record_cooling"]
    assert held(office) == set()


def told(office: Office) -> list[str]:
    """The alarms that the employee was given inside Alur, each with its message for the outside."""
    with office.database.reads() as session:
        wanted = select(Notice.kind).where(Notice.person == EMPLOYEE, Notice.kind.startswith("record_"))
        inside = sorted(session.scalars(wanted))
        outside = select(Message.kind).where(Message.kind.startswith("record_"))
        assert inside == sorted(session.scalars(outside))
    return inside


def test_the_number_before_is_told_that_it_is_so_no_more(office: Office) -> None:
    reachable(office)
    before = value(office, "contact", "phone")
    case = sent(office, PHONE)
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    with office.database.reads() as session:
        former = [(row.channel, row.address) for row in session.scalars(select(FormerAddress))]
    assert former == [("phone", before)]
    assert told(office) == ["record_changed"]
