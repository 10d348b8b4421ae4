"""Back at work before the leave is over."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import Conflict, NotPermitted, Refused
from tests.flows.stories import (
    BALANCE,
    EMPLOYEE,
    MATERNITY,
    OFFICER,
    SUPERIOR,
    approved,
    balance,
    dates,
    lines,
    offers,
)
from tests.support import Case, Office


def back(office: Office, case: Case, day: str = "2026-11-11") -> Case:
    return office.start("leave_shorten", EMPLOYEE, about=case.id, return_on=day, reason="Acara selesai")


def test_the_superior_confirms_it_and_the_days_not_taken_come_back(office: Office) -> None:
    case = approved(office)
    office.wait(days=9)
    told = back(office, case)
    assert (told.open, balance(office)) == (["confirm"], BALANCE - 3)
    assert told.complete("confirm", SUPERIOR, outcome="confirm").outcome == "shortened"
    assert balance(office) == BALANCE - 2
    assert dates(office, case) == (date(2026, 11, 9), date(2026, 11, 10), "approved")
    assert {line[0] for line in lines(office, told)} == {"shorten"}


def test_without_the_superiors_word_nothing_changes(office: Office) -> None:
    case = approved(office)
    office.wait(days=9)
    told = back(office, case)
    for person in (EMPLOYEE, OFFICER):
        with pytest.raises(NotPermitted):
            told.complete("confirm", person, outcome="confirm")
    with pytest.raises(Refused):
        told.complete("confirm", SUPERIOR, outcome="refuse")
    assert told.complete("confirm", SUPERIOR, outcome="refuse", reason="Tidak masuk kerja").outcome == "kept"
    assert balance(office) == BALANCE - 3


@pytest.mark.parametrize("day", ["2026-11-09", "2026-11-12"])
def test_the_day_lies_within_the_leave_and_after_its_first(office: Office, day: str) -> None:
    case = approved(office)
    office.wait(days=7)
    told = back(office, case, day)
    with pytest.raises(Refused) as refused:
        told.complete("confirm", SUPERIOR, outcome="confirm")
    assert "return_on" in refused.value.problems
    assert dates(office, case)[2] == "approved"


def test_a_return_that_is_still_to_come_is_not_the_superiors_to_confirm(office: Office) -> None:
    case = approved(office)
    office.wait(days=7)
    told = back(office, case, "2026-11-10")
    with pytest.raises(Refused) as refused:
        told.complete("confirm", SUPERIOR, outcome="confirm")
    assert "“Pembatalan cuti”" in refused.value.problems["return_on"][0].id
    assert balance(office) == BALANCE - 3
    office.wait(days=1)
    assert told.complete("confirm", SUPERIOR, outcome="confirm").outcome == "shortened"


def test_nobody_is_back_early_before_the_leave_begins(office: Office) -> None:
    case = approved(office)
    with pytest.raises(Conflict):
        back(office, case)
    assert offers(office, case) == {"leave_cancel", "leave_interrupt"}
    office.wait(days=7)
    assert offers(office, case) == {"leave_cancel", "leave_interrupt", "leave_shorten", "leave_return"}


def test_leave_of_another_type_ends_earlier_too(office: Office) -> None:
    case = approved(office, **MATERNITY)
    office.wait(days=49)
    told = back(office, case, "2026-12-21")
    told.complete("confirm", SUPERIOR, outcome="confirm")
    assert dates(office, case) == (date(2026, 11, 16), date(2026, 12, 20), "approved")
    assert balance(office) == BALANCE
