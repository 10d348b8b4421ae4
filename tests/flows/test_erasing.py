"""Erasing a change of data: what it said goes, what holds today stays, and the record verifies."""

from __future__ import annotations

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine import audit
from engine.erasing import is_erased
from engine.errors import Conflict
from tests.flows.data_stories import CHILD, added, approved, item, judged, sent
from tests.flows.stories import EMPLOYEE, VERIFIER
from tests.leftovers import places
from tests.support import Case, Office
from workflows.privacy import erasing
from workflows.record.model import RecordRow
from workflows.record.rows import record, revisions

SECRET, KEEPER = "Rahasiawati", "P006"


@pytest.fixture
def child(office: Office) -> Case:
    """A child by a name that was brought in, and approved."""
    return approved(brought_in(office))


def brought_in(office: Office) -> Case:
    return sent(office, added("child", CHILD | {"name": SECRET}), "birth_certificate", "kk")


def renamed(office: Office, child: Case) -> Case:
    """The child has another name now."""
    change = {"history": "child", "row": str(row_of(child)), "action": "change", "field": "name", "value": "Rara"}
    return approved(sent(office, [change], "birth_certificate", "kk"))


def erase(case: Case, *, record: bool = True) -> None:
    case.office.database.command(
        lambda session: erasing.erase_request(
            session, case.id, by=KEEPER, through="HAK-1", record=record, now=case.office.now
        )
    )


def row_of(case: Case) -> UUID:
    with case.office.database.reads() as session:
        return UUID(str(session.scalars(select(RecordRow.row).where(RecordRow.instance_id == case.id)).one()))


def test_what_holds_today_stays_when_the_request_that_brought_it_is_erased(child: Case, office: Office) -> None:
    erase(child)
    assert places(office.database, SECRET) == {"record_row"}
    with office.database.reads() as session:
        assert record(session, EMPLOYEE).value("child", "name") == SECRET


def test_an_earlier_state_goes_with_its_request_where_that_is_asked_for(child: Case, office: Office) -> None:
    row = row_of(child)
    later = renamed(office, child)
    erase(child, record=False)
    assert "record_row" in places(office.database, SECRET)
    erase(later)
    assert "record_change" not in places(office.database, SECRET)
    with office.database.reads() as session:
        assert [each.values.get("name") for each in revisions(session, row)] == ["Rara", SECRET]


def test_nothing_of_a_name_is_left_once_both_its_requests_are_erased(child: Case, office: Office) -> None:
    row = row_of(child)
    later = renamed(office, child)
    for case in (child, later):
        erase(case)
    assert places(office.database, SECRET) == set()
    with office.database.reads() as session:
        assert [dict(each.values) for each in revisions(session, row)][-1] == {}
        assert record(session, EMPLOYEE).value("child", "name") == "Rara"
    key = Ed25519PrivateKey.generate().public_key()
    with office.database.snapshot() as session:
        assert list(audit.verify(session, key)) == []


def test_the_reasons_of_a_refusal_go_too(office: Office) -> None:
    case = brought_in(office)
    judged(case, "verify", VERIFIER, "refuse")
    assert SECRET in str(item(case, 0))
    erase(case)
    assert places(office.database, SECRET) == set()
    assert places(office.database, "Tidak terbaca") == {"version"}  # a hint of the form says so, too
    assert item(case, 0)[:2] == ({}, {})


def test_a_change_of_data_that_runs_is_not_erased(office: Office) -> None:
    case = brought_in(office)
    with pytest.raises(Conflict):
        erase(case)
    assert SECRET in str(item(case, 0))


def test_a_withdrawal_goes_with_the_request_that_it_is_about_and_may_be_named_beside_it(office: Office) -> None:
    case = brought_in(office)
    stop = office.start("data_withdraw", EMPLOYEE, about=case.id, ground="not_needed")
    asked = office.start(
        "data_rights",
        EMPLOYEE,
        kind="erase",
        what="Keduanya",
        reference=f"{case.row.reference}, {stop.row.reference}",
    )
    asked.complete("answer", KEEPER, outcome="fulfil", erasing=True, done="Isinya dihapus")
    assert asked.complete("confirm", "P025", outcome="agree").outcome == "fulfilled"
    with office.database.reads() as session:
        assert is_erased(session, case.id)
        assert is_erased(session, stop.id)
    assert places(office.database, SECRET) == set()
