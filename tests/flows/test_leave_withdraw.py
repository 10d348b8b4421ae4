"""A request for leave that waits is withdrawn by whoever asked for it."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, NotPermitted
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    HEAD,
    OFFICER,
    SUPERIOR,
    approved,
    balance,
    considered,
    dates,
    offers,
    requested,
)
from tests.support import Case, Office


def withdraw(office: Office, case: Case, by: str = EMPLOYEE) -> Case:
    return office.start("leave_withdraw", by, about=case.id, reason="Acara batal")


def test_a_waiting_request_ends_and_its_days_come_back(office: Office) -> None:
    case = considered(office)
    assert balance(office) == BALANCE - 3
    done = withdraw(office, case)
    assert (done.row.outcome, case.row.status, case.open) == ("withdrawn", "cancelled", [])
    assert (dates(office, case)[2], balance(office)) == ("released", BALANCE)


def test_it_can_be_withdrawn_at_every_step_before_the_decision(office: Office) -> None:
    first = requested(office)
    withdraw(office, first)
    second = requested(office)
    second.complete("check", OFFICER, outcome="return", repair="Tanggal")
    withdraw(office, second)
    third = considered(office)
    third.complete("decide", HEAD, outcome="change", first="2026-11-16", last="2026-11-17", reason="Rapat")
    withdraw(office, third)
    assert balance(office) == BALANCE


def test_after_the_decision_it_is_not_offered_and_cancelling_is(office: Office) -> None:
    case = approved(office)
    assert "leave_withdraw" not in offers(office, case)
    assert "leave_cancel" in offers(office, case)
    with pytest.raises(Conflict):
        withdraw(office, case)
    assert balance(office) == BALANCE - 3


def test_nobody_else_withdraws_it(office: Office) -> None:
    case = considered(office)
    for person in (OFFICER, SUPERIOR):
        assert "leave_withdraw" not in offers(office, case, person)
        with pytest.raises(NotPermitted):
            withdraw(office, case, person)


def test_it_is_withdrawn_once(office: Office) -> None:
    case = requested(office)
    withdraw(office, case)
    with pytest.raises(Conflict):
        withdraw(office, case)
