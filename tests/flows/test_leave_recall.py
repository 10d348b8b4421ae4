"""The office calls somebody back from leave."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Conflict, NotPermitted, Refused
from tests.flows.stories import (
    BALANCE,
    BKPSDM_HEAD,
    EMPLOYEE,
    HEAD,
    IMPORTANT,
    LONG,
    MATERNITY,
    OFFICER,
    SICK,
    SUPERIOR,
    approved,
    balance,
    dates,
    leave,
    lines,
    offers,
)
from tests.support import Case, Office

ORDER = {"return_on": "2026-11-11", "reason": "Gangguan layanan"}


def order(office: Office, case: Case, by: str = HEAD, **answers: str) -> Case:
    return office.start("leave_recall", by, about=case.id, **(ORDER | answers))


def test_the_official_recalls_and_the_unused_days_stay_a_right(office: Office) -> None:
    case = approved(office)
    recall = order(office, case)
    assert (recall.open, balance(office)) == (["acknowledge"], BALANCE - 2)
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 10), "approved")
    assert {line[0] for line in lines(office, recall)} == {"recall"}
    assert recall.complete("acknowledge", EMPLOYEE).outcome == "recalled"


def test_the_superior_asks_for_it_and_the_official_decides(office: Office) -> None:
    case = approved(office)
    recall = order(office, case, SUPERIOR)
    assert (recall.open, balance(office)) == (["decide"], BALANCE - 3)
    with pytest.raises(NotPermitted):
        recall.complete("decide", SUPERIOR, outcome="approve")
    recall.complete("decide", HEAD, outcome="approve")
    assert (recall.open, balance(office)) == (["acknowledge"], BALANCE - 2)


def test_the_official_may_let_the_leave_go_on(office: Office) -> None:
    case = approved(office)
    recall = order(office, case, SUPERIOR)
    view = recall.complete("decide", HEAD, outcome="reject", reason="Ada pengganti")
    assert (view.outcome, balance(office)) == ("not_recalled", BALANCE - 3)


def test_leave_that_is_not_annual_leaves_its_days_as_a_right_too(office: Office) -> None:
    long = approved(office, **LONG)
    office.wait(days=70)
    order(office, long, BKPSDM_HEAD, return_on="2027-02-01")
    assert dates(office, long) == (date(2027, 1, 4), date(2027, 1, 31), "approved")
    assert leave(office, long).owed == 20


@pytest.mark.parametrize(
    "asked", [SICK | {"first": "2026-11-02", "last": "2026-11-06"}, MATERNITY], ids=["sick", "birth"]
)
def test_nobody_is_recalled_from_sick_or_maternity_leave(office: Office, asked: dict[str, str]) -> None:
    case = approved(office, **asked)
    before = dates(office, case)
    recall = order(office, case, HEAD, return_on=str(before[1]))
    assert (recall.row.outcome, dates(office, case)) == ("not_recallable", before)


def test_leave_for_an_important_reason_can_be_cut_short(office: Office) -> None:
    case = approved(office, **IMPORTANT)
    order(office, case, HEAD, return_on="2026-11-06")
    assert dates(office, case)[1] == date(2026, 11, 5)


def test_only_superior_and_official_recall(office: Office) -> None:
    case = approved(office)
    for person in (EMPLOYEE, OFFICER):
        assert "leave_recall" not in offers(office, case, person)
        with pytest.raises(NotPermitted):
            order(office, case, person)
    assert "leave_recall" in offers(office, case, SUPERIOR) & offers(office, case, HEAD)


def test_a_day_after_the_leave_is_refused_by_its_field(office: Office) -> None:
    case = approved(office)
    with pytest.raises(Refused) as refused:
        order(office, case, HEAD, return_on="2026-11-12")
    assert set(refused.value.problems) == {"return_on"}
    assert balance(office) == BALANCE - 3


def test_nobody_is_called_back_from_leave_that_is_over(office: Office) -> None:
    case = approved(office)
    asked = order(office, case, SUPERIOR, return_on="2026-11-10")
    office.wait(days=10)
    with pytest.raises(Conflict):
        order(office, case)
    with pytest.raises(Refused) as refused:
        asked.complete("decide", HEAD, outcome="approve")
    assert "11 November 2026" in refused.value.problems["return_on"][0].id
    asked.complete("decide", HEAD, outcome="reject", reason="Cuti sudah selesai")
    with pytest.raises(Conflict):
        order(office, case)
    assert balance(office) == BALANCE - 3


def test_leave_that_was_cancelled_is_not_recalled(office: Office) -> None:
    case = approved(office)
    asked = office.start("leave_cancel", EMPLOYEE, about=case.id, reason="Acara batal")
    asked.complete("decide", HEAD, outcome="approve")
    with pytest.raises(Conflict):
        order(office, case)
    assert offers(office, case) == set()
    assert balance(office) == BALANCE
