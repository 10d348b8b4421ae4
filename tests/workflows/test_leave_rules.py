"""The rules of leave at their edges, and laws that always hold. The worked examples stand in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import read_decisions
from engine.errors import Text
from tests.workflows.leave_cases import (
    BOTH_YEARS,
    CALENDAR,
    LAW,
    PNS,
    WOMAN,
    asked,
    balance,
    calendar_2026,
    codes,
    days,
    had,
    history,
    judged,
    known,
    of,
    staff,
    words,
)
from workflows.leave import bookkeeping, openings, rules
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import LAWS, RELATIONS, TYPES, Applicant, adopt, law_on, years_of_service
from workflows.leave.rules.common import CASES
from workflows.leave.rules.evidence import DOCUMENTS, evidence
from workflows.months import end_of, length, months_later
from workflows.roles import packages
from workflows.workdays import ONE_DAY, DayOff, Span, years_later

Office = Callable[..., None]


@pytest.fixture
def office() -> Iterator[Office]:
    """Lets the office fix fields of the law otherwise, for one test."""
    yield lambda **fixed: adopt([replace(LAW, **fixed)])
    adopt(LAWS)


# Dates of filing


@pytest.mark.parametrize("type", ["annual", "long", "unpaid"])
def test_planned_leave_cannot_begin_before_it_is_filed(type: str) -> None:
    case = {"annual": "", "long": "other", "unpaid": "spouse_duty"}[type]
    found = judged(known(today=date(2026, 6, 9)), type, "2026-06-08", "2026-06-10", case=case)
    assert codes(found) == ["past"]
    assert "9 Juni 2026" in words(found)
    assert codes(judged(known(today=date(2026, 6, 8)), type, "2026-06-08", "2026-06-10", case=case)) == []


@pytest.mark.parametrize(("today", "expected"), [("2026-06-15", []), ("2026-06-16", ["filed_too_late"])])
@pytest.mark.parametrize(
    ("type", "more"),
    [
        ("sick", {"letter": "doctor"}),
        ("important", {"case": "disaster"}),
        ("maternity", {}),
        ("long", {"case": "birth", "birth_order": 4}),
    ],
)
def test_what_nobody_can_plan_is_filed_within_a_week(
    type: str, more: dict[str, Any], today: str, expected: list[str]
) -> None:
    facts = known(applicant=WOMAN, today=date.fromisoformat(today))
    assert codes(judged(facts, type, "2026-06-08", "2026-06-10", **more)) == expected


def test_a_paper_request_counts_from_its_own_date() -> None:
    facts = known(today=date(2026, 6, 22))
    assert codes(judged(facts, "annual", "2026-06-08", filed=date(2026, 6, 5))) == []
    assert codes(judged(facts, "annual", "2026-06-08", filed=date(2026, 6, 9))) == ["past"]
    assert codes(judged(facts, "annual", "2026-06-24", filed=date(2026, 6, 23))) == ["filed_ahead"]
    assert codes(judged(facts, "sick", "2026-06-01", letter="doctor", filed=date(2026, 6, 8))) == []
    assert codes(judged(facts, "sick", "2026-06-01", letter="doctor", filed=date(2026, 6, 9))) == ["filed_too_late"]


def test_an_office_may_want_planned_leave_ahead(office: Office) -> None:
    office(notice_days=14)
    facts = known(today=date(2026, 6, 1))
    assert codes(judged(facts, "annual", "2026-06-15")) == []
    found = judged(facts, "annual", "2026-06-12")
    assert codes(found) == ["too_soon"]
    assert "15 Juni 2026" in words(found)
    assert codes(judged(facts, "sick", "2026-06-02", letter="doctor")) == []


def test_leave_far_ahead_and_years_without_a_calendar_are_refused() -> None:
    assert codes(judged(known(), "annual", "2027-02-01", "2027-02-02")) == ["no_calendar"]
    assert codes(judged(known(), "annual", "2028-02-01", "2028-02-02")) == ["too_far"]
    assert codes(judged(known(), "annual", "2026-12-28", "2027-01-05")) == ["no_calendar"]
    assert codes(judged(known(applicant=WOMAN), "maternity", "2026-12-28", "2027-03-27")) == []


def test_two_requests_do_not_overlap_while_one_waits() -> None:
    facts = known(absences=(had("annual", "2026-06-08", "2026-06-10", decided=False),))
    found = judged(facts, "annual", "2026-06-10", "2026-06-12")
    assert codes(found) == ["overlap"]
    assert "menunggu keputusan" in words(found)


def test_a_death_during_annual_leave_first_ends_that_leave() -> None:
    away = known(absences=(had("annual", "2026-06-08", "2026-06-19"),), today=date(2026, 6, 10))
    found = judged(away, "important", "2026-06-11", case="relative_death", relation="father")
    assert codes(found) == ["overlap"]
    assert "akhiri lebih awal" in words(found)


def test_leave_of_contract_staff_ends_with_the_contract() -> None:
    contracted = of(staff("PPPK", "2024-01-01", contract_end=date(2026, 6, 30)))
    assert codes(judged(contracted, "annual", "2026-06-29", "2026-06-30")) == []
    found = judged(contracted, "annual", "2026-06-29", "2026-07-01")
    assert codes(found) == ["contract_ends"]
    assert "30 Juni 2026" in words(found)


# Who asks for what


def test_an_elected_officer_has_no_leave_here() -> None:
    for type in TYPES:
        assert codes(judged(known((), applicant=Applicant("NEGARA", None)), type, "2026-06-08")) == ["not_staff"]


def test_without_a_first_day_of_service_there_is_nothing_to_judge_by() -> None:
    assert codes(judged(known((), applicant=Applicant("PNS", None)), "annual", "2026-06-08")) == ["not_staff"]


def test_staff_on_probation_are_told_when_a_type_becomes_available() -> None:
    found = judged(of(staff("CPNS", "2025-01-01")), "long", "2026-06-01", case="other")
    assert "diangkat menjadi PNS" in words(found)


def test_a_type_or_reason_that_no_form_offers_is_refused() -> None:
    assert codes(judged(known(), "sabbatical", "2026-06-08")) == ["type_unknown"]
    for type in ("long", "important", "unpaid"):
        assert codes(judged(known(), type, "2026-06-08", case="boredom")) == ["case"]
        assert codes(judged(known(), type, "2026-06-08", case="")) == ["case"]


def test_a_relative_must_be_named() -> None:
    found = judged(known(), "important", "2026-06-02", case="relative_ill")
    assert [(refusal.code, refusal.field) for refusal in found.refusals] == [("relation_wanted", "relation")]


def test_the_stay_in_hospital_must_be_named() -> None:
    found = judged(known(), "important", "2026-06-02", case="wife_birth")
    assert [(refusal.code, refusal.field) for refusal in found.refusals] == [("inpatient_days", "inpatient_days")]


def test_a_woman_is_shown_maternity_leave() -> None:
    found = judged(known(applicant=WOMAN), "important", "2026-06-02", case="wife_birth", inpatient_days=3)
    assert codes(found) == ["men_only"]
    assert "cuti melahirkan" in words(found)


def test_days_of_travel_below_nothing_are_refused() -> None:
    assert codes(judged(known(), "annual", "2026-06-02", travel_days=-1)) == ["travel_days"]


def test_whoever_works_in_a_remote_place_needs_no_statement_that_it_is() -> None:
    remote = known(applicant=replace(PNS, remote_workplace=True))
    assert judged(remote, "annual", "2026-06-02", travel_days=3).evidence == ()


# Service and unpaid leave


@pytest.mark.parametrize(
    ("start", "years", "away", "complete"),
    [
        ("2021-03-01", 5, (), "2026-03-01"),
        ("2024-02-29", 1, (), "2025-03-01"),
        ("2024-02-29", 4, (), "2028-02-29"),
        ("2020-01-02", 5, (("2023-02-01", "2025-01-31"),), "2027-01-02"),
        ("2020-01-02", 5, (("2023-02-01", "2024-01-31"), ("2024-02-01", "2025-01-31")), "2027-01-02"),
        ("2020-01-02", 5, (("2025-01-01", "2025-01-10"),), "2025-01-12"),
        ("2020-01-02", 5, (("2025-01-02", "2026-01-01"),), "2025-01-02"),
        ("2020-01-02", 5, (("2018-01-01", "2019-12-31"),), "2025-01-02"),
        ("2020-01-02", 5, (("2018-01-01", "2020-01-02"),), "2025-01-03"),
    ],
)
def test_unpaid_leave_is_no_service(start: str, years: int, away: tuple[tuple[str, str], ...], complete: str) -> None:
    spans = [days(*span) for span in away]
    assert years_of_service(date.fromisoformat(start), years, spans) == date.fromisoformat(complete)


def test_a_year_of_unpaid_leave_brings_no_annual_leave() -> None:
    away = replace(PNS, unpaid=(days("2024-07-01", "2026-06-30"),))
    assert [away.is_entitled_in(year, LAW) for year in (2024, 2025, 2026)] == [True, False, True]
    assert not replace(PNS, unpaid=(days("2025-01-01", "2025-12-31"),)).is_entitled_in(2025, LAW)
    assert replace(PNS, unpaid=(days("2025-01-02", "2025-12-31"),)).is_entitled_in(2025, LAW)
    assert replace(PNS, unpaid=(days("2025-01-01", "2025-12-30"),)).is_entitled_in(2025, LAW)


def test_unpaid_leave_that_waits_does_not_stop_the_clock() -> None:
    waiting = (had("unpaid", "2025-02-01", "2026-01-31", case="spouse_duty", decided=False),)
    assert codes(judged(of(staff("PNS", "2021-03-01"), absences=waiting), "long", "2026-03-01", case="other")) == []


def test_the_next_long_leave_waits_for_unpaid_leave_too() -> None:
    absences = (had("long", "2019-03-01", "2019-05-31"), had("unpaid", "2022-01-01", "2022-12-31"))
    found = judged(known(absences=absences), "long", "2026-01-05", "2026-01-30", case="other")
    assert codes(found) == []
    earlier = known(absences=(had("long", "2020-03-02", "2020-05-29"), absences[1]))
    assert "30 Mei 2026" in words(judged(earlier, "long", "2026-05-04", "2026-05-29", case="other"))


def test_long_leave_waits_for_the_end_of_its_deferral() -> None:
    put_off = known(long_not_before=date(2026, 9, 1))
    found = judged(put_off, "long", "2026-08-31", "2026-10-30", case="other")
    assert codes(found) == ["long_deferred"]
    assert codes(judged(put_off, "long", "2026-09-01", "2026-10-30", case="other")) == []
    assert codes(judged(put_off, "long", "2026-05-11", "2026-06-19", case="hajj_first")) == []


def test_a_first_hajj_may_follow_other_long_leave_at_once_unless_the_office_says_otherwise(
    office: Office,
) -> None:
    facts = known(absences=(had("long", "2024-03-01", "2024-05-31", case="other"),))
    assert codes(judged(facts, "long", "2026-05-11", "2026-06-19", case="hajj_first")) == []
    office(hajj_waives_interval=False)
    assert codes(judged(facts, "long", "2026-05-11", "2026-06-19", case="hajj_first")) == ["long_again"]


def test_long_leave_that_waits_holds_back_the_annual_leave_of_its_year() -> None:
    facts = known(history(12, 9), absences=(had("long", "2026-09-01", "2026-11-30", case="other", decided=False),))
    assert judged(facts, "annual", "2026-06-08", "2026-06-10").debits == ((2026, 2025, 3),)
    assert codes(judged(facts, "annual", "2026-06-08", "2026-06-11")) == ["too_many"]


def test_days_for_joint_leave_duty_survive_long_leave() -> None:
    worked = (*history(12, 12), Entry(2026, "joint", 2026, granted=3))
    facts = known(worked, absences=(had("long", "2026-03-02", "2026-05-29", case="other"),))
    assert judged(facts, "annual", "2026-09-07", "2026-09-09").debits == ((2026, 2026, 3),)
    assert codes(judged(facts, "annual", "2026-09-07", "2026-09-10")) == ["too_many"]


def test_joint_leave_duty_days_that_were_used_do_not_shorten_long_leave() -> None:
    worked = (*history(12, 12), Entry(2026, "joint", 2026, granted=3), Entry(2026, "debit", 2026, used=3))
    assert judged(known(worked), "long", "2026-06-01", "2026-08-31", case="other").span.last == date(2026, 8, 31)


def test_moved_back_long_leave_needs_the_holidays_of_the_year_in_which_it_ends() -> None:
    spent = (*history(12, 12), Entry(2026, "debit", 2026, used=2))
    found = judged(known(spent), "long", "2026-11-16", "2027-02-15", case="other")
    assert codes(found) == ["no_calendar"]
    assert codes(judged(known(spent, calendar=BOTH_YEARS), "long", "2026-11-16", "2027-02-15", case="other")) == []
    assert codes(judged(known(spent), "long", "2026-11-16", "2026-12-31", case="other")) == []


# Annual leave


def test_the_days_left_out_are_named() -> None:
    found = judged(known(), "annual", "2026-02-13", "2026-02-18")
    assert [(day.day, off.name) for day, off in found.holidays] == [(16, "CB Imlek"), (17, "Imlek")]
    assert found.rest_days == 2


def test_a_school_with_six_days_rests_on_sundays_only() -> None:
    found = judged(known(calendar=calendar_2026(6)), "annual", "2026-08-24", "2026-08-30")
    assert (found.days, found.rest_days) == (5, 1)


def test_nothing_left_is_said_as_such() -> None:
    spent = (*history(12, 12), Entry(2026, "debit", 2026, used=12))
    assert codes(judged(known(spent), "annual", "2026-06-08")) == ["nothing_left"]


def test_leave_of_next_year_is_taken_from_next_years_days_alone() -> None:
    facts = known(history(0, 0), calendar=BOTH_YEARS)
    found = judged(facts, "annual", "2027-02-01", "2027-02-26")
    assert (found.days, found.available, codes(found)) == (20, 12, ["too_many"])
    three = asked("annual", "2027-02-01", "2027-02-03")
    assert rules.assess(facts, three).debits == ((2027, 2027, 3),)
    assert rules.advance(facts, three) == (Entry(2027, "grant", 2027, granted=12),)
    over_new_year = asked("annual", "2026-12-28", "2027-01-05")
    assert rules.advance(facts, over_new_year) == (Entry(2027, "grant", 2027, granted=12),)


def test_the_six_days_of_the_first_year_are_counted_over_all_requests() -> None:
    taken = had("annual", "2026-01-05", "2026-01-08", case="death", days=4)
    newcomer = of(staff("PPPK", "2025-12-01", contract_years=5), absences=(taken,))
    assert codes(judged(newcomer, "annual", "2026-11-02", "2026-11-03", case="gravely_ill")) == []
    found = judged(newcomer, "annual", "2026-11-02", "2026-11-04", case="gravely_ill")
    assert codes(found) == ["too_many"]
    assert "2 hari kerja" in words(found)
    waiting = replace(newcomer, absences=(replace(taken, decided=False),))
    assert codes(judged(waiting, "annual", "2026-11-02", "2026-11-04", case="gravely_ill")) == ["too_many"]
    uncounted = replace(newcomer, absences=(replace(taken, days=0),))
    assert codes(judged(uncounted, "annual", "2026-11-02", "2026-11-04", case="gravely_ill")) == ["too_many"]
    assert codes(judged(newcomer, "annual", "2026-12-01", "2026-12-10")) == []


def test_without_both_ends_of_a_contract_its_years_count() -> None:
    for known_end in ({"contract_end": date(2030, 1, 1)}, {"contract_start": date(2020, 1, 1)}):
        contracted = staff("PPPK", "2020-01-01", contract_years=3, **known_end)
        assert balance(history(0, 0, applicant=contracted)) == 18


def test_deferred_days_that_the_contract_lets_lapse_cannot_be_deferred() -> None:
    for contract, possible in ((2, False), (3, False), (4, True)):
        facts = of(staff("PPPK", "2020-01-01", contract_years=contract))
        refused = rules.may_defer(facts, asked("annual", "2026-12-01", "2026-12-14"))
        assert (refused is None) is possible
    short = rules.may_defer(
        of(staff("PPPK", "2020-01-01", contract_years=3)), asked("annual", "2026-12-01", "2026-12-08")
    )
    assert short is None


@pytest.mark.parametrize(
    ("first", "last", "more", "expected"),
    [
        ("0001-01-01", "0001-01-02", {}, "past"),
        ("2026-06-01", "9999-12-31", {}, "last_too_far"),
        ("9999-12-30", "9999-12-31", {}, "too_far"),
        ("2026-06-01", "2026-06-02", {"travel_days": 10**12}, "travel_days"),
        ("2026-06-01", "2026-06-02", {"filed": date(1, 1, 1)}, "past"),
        ("2026-06-01", "2026-06-02", {"filed": date(9999, 12, 31)}, "filed_ahead"),
    ],
)
@pytest.mark.parametrize("type", TYPES)
def test_absurd_dates_are_refused_without_reckoning(
    type: str, first: str, last: str, more: dict[str, Any], expected: str
) -> None:
    case = next(iter(sorted(CASES[type])))
    assert expected in codes(judged(known(applicant=WOMAN), type, first, last, case=case, **more))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2021-01-01", "2021-01-05", "filed_too_late"),
        ("2020-12-31", "2021-01-05", "past"),
        ("2026-06-01", "2036-12-31", "sick_too_long"),
        ("2026-06-01", "2037-01-01", "last_too_far"),
    ],
)
def test_five_years_back_and_ten_ahead_are_still_reckoned_with(first: str, last: str, expected: str) -> None:
    assert codes(judged(known(), "sick", first, last, letter="health_team"))[0] == expected


def test_the_last_year_that_can_be_asked_for_is_named() -> None:
    assert "tahun 2027" in words(judged(known(), "annual", "2028-02-01"))


@pytest.mark.parametrize(
    ("type", "case", "number"),
    [("maternity", "", "birth_order"), ("long", "birth", "birth_order"), ("important", "wife_birth", "inpatient_days")],
)
@pytest.mark.parametrize("value", [-1, -(10**12), 10**12])
def test_absurd_numbers_are_judged_like_others(type: str, case: str, number: str, value: int) -> None:
    found = judged(known(), type, "2026-06-01", "2026-06-02", case=case, **{number: value})
    assert bool(found.refusals) is (value < 0 or type == "maternity")


def test_travel_belongs_to_annual_leave() -> None:
    assert codes(judged(known(), "sick", "2026-06-01", letter="doctor", travel_days=2)) == ["travel_days"]


def test_permanent_staff_may_be_deferred_whatever_they_ask_for() -> None:
    assert rules.may_defer(known(history(12, 0)), asked("annual", "2026-12-01", "2026-12-23")) is None


@pytest.mark.parametrize(
    ("left", "two_years", "deferred", "kept"),
    [(12, True, 0, 12), (7, True, 0, 7), (15, True, 0, 12), (15, False, 0, 6), (5, False, 9, 5), (15, False, 9, 12)],
)
def test_how_many_days_go_on_to_the_next_year(left: int, two_years: bool, deferred: int, kept: int) -> None:
    assert rules.carried(PNS, left, unused_two_years=two_years, deferred=deferred, law=LAW) == kept


@pytest.mark.parametrize(("since", "back"), [("2026-06-12", {2026: 1}), ("2026-06-13", {}), ("2026-01-05", {2026: 5})])
def test_what_comes_back_of_a_week(since: str, back: dict[int, int]) -> None:
    week = asked("annual", "2026-06-08", "2026-06-12")
    assert rules.days_not_taken(CALENDAR, week, date.fromisoformat(since)) == back


@pytest.mark.parametrize(
    ("returned", "late", "flags"),
    [("2026-06-15", 0, ()), ("2026-06-17", 1, ("late_return",)), ("2026-06-18", 2, ("late_return",))],
)
def test_reporting_back_after_other_leave_is_due_on_the_next_working_day(
    returned: str, late: int, flags: tuple[str, ...]
) -> None:
    back = rules.reporting_back(CALENDAR, "annual", date(2026, 6, 12), date.fromisoformat(returned), LAW)
    assert (back.due, back.late_days, back.flags) == (date(2026, 6, 15), late, flags)


@pytest.mark.parametrize(
    ("type", "last", "expected"),
    [("annual", "2026-06-30", "annual"), ("sick", "2026-06-14", "sick_short"), ("sick", "2026-06-15", "sick_long")],
)
def test_the_approver_table_knows_short_and_long_sick_leave(type: str, last: str, expected: str) -> None:
    assert rules.route_type(known(), asked(type, "2026-06-01", last)) == expected


def test_a_year_between_two_illnesses_parts_them() -> None:
    earlier = known(absences=(had("sick", "2025-06-02", "2025-06-13"), had("sick", "2026-05-01", "2026-05-02")))
    assert codes(judged(earlier, "sick", "2026-06-01", letter="doctor")) == []


def test_sick_leave_that_goes_on_becomes_long() -> None:
    earlier = known(absences=(had("sick", "2026-06-01", "2026-06-12"),))
    assert rules.route_type(earlier, asked("sick", "2026-06-15", "2026-06-16")) == "sick_long"


def test_an_optional_extension_of_maternity_leave_hangs_on_a_doctors_letter(office: Office) -> None:
    longer = {"letter": "doctor"}
    assert codes(judged(known(applicant=WOMAN), "maternity", "2026-06-01", "2026-11-30", **longer)) == ["too_long"]
    office(maternity_extension_months=3)
    assert codes(judged(known(applicant=WOMAN), "maternity", "2026-06-01", "2026-11-30", **longer)) == []
    assert codes(judged(known(applicant=WOMAN), "maternity", "2026-06-01", "2026-12-01", **longer)) == ["too_long"]
    assert codes(judged(known(applicant=WOMAN), "maternity", "2026-06-01", "2026-11-30")) == ["too_long"]


@pytest.mark.parametrize(
    ("orders", "before", "fits"),
    [
        ((1, 1), 0, True),
        ((1, 2), 0, True),
        ((0, 0), 0, True),
        ((1, 2), 1, False),
        ((3,), 0, False),
        ((0, 0, 0), 0, False),
    ],
)
def test_births_are_counted_and_not_leaves(orders: tuple[int, ...], before: int, fits: bool) -> None:
    earlier = tuple(had("maternity", f"20{20 + n}-01-06", birth_order=order) for n, order in enumerate(orders))
    mother = known(applicant=replace(WOMAN, births_before=before), absences=earlier)
    assert (codes(judged(mother, "maternity", "2026-09-01", "2026-11-30")) == []) is fits


def test_only_earlier_births_are_counted() -> None:
    births = (had("maternity", "2020-01-06"), had("long", "2022-01-06", case="birth", birth_order=2))
    others = (had("long", "2018-01-08", case="other"), had("maternity", "2027-02-01"))
    mother = known(applicant=WOMAN, absences=(*births, *others))
    assert codes(judged(mother, "maternity", "2026-09-01", "2026-11-30", birth_order=3)) == []
    assert codes(judged(mother, "maternity", "2026-09-01", "2026-11-30", birth_order=2)) == ["birth_order"]


def test_contract_staff_have_no_long_leave_for_a_fourth_birth() -> None:
    mother = of(staff("PPPK", "2020-01-01", contract_years=5, sex="P", births_before=3))
    found = judged(mother, "maternity", "2026-09-01", "2026-11-30")
    assert codes(found) == ["fourth_birth"]
    assert "cuti besar" not in words(found)


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("kind", ["PNS", "PPPK"])
def test_what_is_paid_is_said_of_every_type(type: str, kind: str) -> None:
    assert rules.pay_during(kind, type).id


# Evidence: the function says which documents are needed, the table what is checked on them


def every_kind_of_request() -> Iterator[tuple[rules.Facts, rules.Application]]:
    """Each kind of staff with each type, reason, length and letter, at each place where the evidence changes."""
    lengths = [1, 2, 14, 15, 45, 365, 366, 540]
    for kind, (type, case), number, travel in product(("PNS", "CPNS", "PPPK"), every_case, lengths, (0, 3)):
        facts = of(staff(kind, "2025-06-01", contract_years=5))
        span = Span(date(2026, 1, 5), date(2026, 1, 4) + timedelta(days=number))
        yield facts, rules.Application(type, span, case, "mother", travel_days=travel)


def test_table_and_function_agree_on_every_combination() -> None:
    table = read_decisions((packages() / "leave" / "evidence.dmn").read_bytes())["evidence"]
    met: set[str] = set()
    for facts, application in every_kind_of_request():
        needed = list(evidence(facts, application, LAW))
        checks = table.evaluate({"reservation": {"evidence": needed}})
        assert isinstance(checks, list)
        assert bool(checks) is bool(needed), "documents that nobody looks at, or a check of no document"
        assert all(table.evaluate({"reservation": {"evidence": [code]}}) for code in needed)
        met |= set(needed)
    assert met == DOCUMENTS.keys(), "every document has a name, and every name a request that needs it"


@pytest.mark.parametrize(
    ("kind", "last", "documents"),
    [
        ("PNS", "2026-01-05", ("sick_note", "doctor_letter")),
        ("PNS", "2026-01-18", ("doctor_letter",)),
        ("PNS", "2026-01-19", ("government_doctor_letter",)),
        ("PNS", "2027-01-04", ("government_doctor_letter",)),
        ("PNS", "2027-01-05", ("health_team_letter",)),
        ("PPPK", "2026-01-06", ("doctor_letter",)),
        ("PPPK", "2026-01-19", ("government_doctor_letter",)),
        ("PPPK", "2027-01-05", ("government_doctor_letter",)),
    ],
)
def test_the_letter_that_an_illness_needs_hangs_on_its_length(kind: str, last: str, documents: tuple[str, ...]) -> None:
    ill = of(staff(kind, "2020-01-01", contract_years=5))
    assert judged(ill, "sick", "2026-01-05", last).evidence == documents


def test_one_day_in_hospital_is_one_day_of_leave() -> None:
    found = judged(known(), "important", "2026-06-02", case="wife_birth", inpatient_days=1)
    assert (codes(found), found.days) == ([], 1)


@pytest.mark.parametrize(
    ("case", "documents"),
    [
        ("spouse_duty", ("spouse_assignment", "family_card", "marriage_book")),
        ("child_programme", ("specialist_letter", "family_card", "marriage_book")),
        ("aged_parents", ("doctor_letter", "family_card")),
    ],
)
def test_unpaid_leave_needs_its_reason_and_the_decrees(case: str, documents: tuple[str, ...]) -> None:
    found = judged(known(), "unpaid", "2026-02-02", "2027-02-01", case=case)
    assert found.evidence == (*documents, "decree_cpns", "decree_pns", "decree_rank", "decree_post")


# The turn of a year


def test_an_early_grant_is_not_carried_over() -> None:
    newcomer = staff("PPPK", "2025-03-01", contract_years=5)
    early = (Entry(2025, "early", 2025, granted=6), Entry(2025, "debit", 2025, used=2))
    assert bookkeeping.buckets(early + openings.opening(early, 2026, newcomer, LAW), 2026) == {2025: 0, 2026: 12}


def test_a_grant_made_ahead_is_not_made_again_when_its_year_opens() -> None:
    ahead = (*history(12, 12), Entry(2027, "grant", 2027, granted=12), Entry(2027, "reserve", 2027, reserved=3))
    opened = openings.opening(ahead, 2027, PNS, LAW)
    assert [entry.kind for entry in opened] == ["carry"]
    assert bookkeeping.available((*ahead, *opened), 2027, 2027) == 6 + 9


def test_days_released_after_the_turn_of_the_year_lapse_beyond_what_may_be_carried() -> None:
    pending = (*history(12, year=2025), Entry(2025, "reserve", 2025, reserved=4))
    turned = pending + openings.opening(pending, 2026, PNS, LAW)
    assert bookkeeping.buckets(turned, 2026) == {2024: 0, 2025: 6, 2026: 12}
    released = (*turned, *bookkeeping.release(((2025, 2025, 4),)))
    settled = released + openings.opening(released, 2026, PNS, LAW)
    assert bookkeeping.buckets(settled, 2026) == {2024: 0, 2025: 6, 2026: 12}


def test_the_oldest_bucket_goes_first() -> None:
    assert bookkeeping.oldest_first({2025: 4, 2026: 12}, 6) == ((2025, 4), (2026, 2))
    with pytest.raises(ValueError, match="more days"):
        bookkeeping.oldest_first({2026: 2}, 3)


# Months


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-03-01", 3, "2026-05-31"),
        ("2026-09-01", 3, "2026-11-30"),
        ("2026-09-15", 3, "2026-12-14"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-30", 1, "2026-02-28"),
        ("2026-01-29", 1, "2026-02-28"),
        ("2026-01-28", 1, "2026-02-27"),
        ("2028-01-29", 1, "2028-02-28"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-01", 3, "2027-02-28"),
        ("2027-12-01", 3, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-30"),
    ],
)
def test_where_months_end(first: str, months: int, last: str) -> None:
    assert end_of(date.fromisoformat(first), months) == date.fromisoformat(last)


# Laws

some_day = st.dates(date(2018, 1, 1), date(2032, 12, 31))
days_of_2026 = st.dates(date(2026, 1, 2), date(2026, 12, 31))
past_use = st.lists(st.integers(0, 12), min_size=0, max_size=5)
every_case = [(type, case) for type in TYPES for case in sorted(CASES[type])]
letters = st.sampled_from(["none", "doctor", "government_doctor", "health_team", "midwife"])


Undo = Callable[[tuple[tuple[int, int, int], ...]], tuple[Entry, ...]]


def spans() -> st.SearchStrategy[Span]:
    return st.builds(lambda a, b: Span(min(a, b), max(a, b)), days_of_2026, days_of_2026)


def applications() -> st.SearchStrategy[rules.Application]:
    return st.builds(
        lambda kind, span, relation, letter, numbers, abroad: rules.Application(
            kind[0], span, kind[1], relation, abroad, numbers[0], numbers[1], numbers[2], letter
        ),
        st.sampled_from(every_case),
        spans(),
        st.sampled_from(["", "other", *RELATIONS]),
        letters,
        st.tuples(st.integers(0, 14), st.integers(0, 5), st.integers(0, 40)),
        st.booleans(),
    )


def applicants() -> st.SearchStrategy[Applicant]:
    return st.builds(
        Applicant,
        st.sampled_from(["PNS", "CPNS", "PPPK", "NEGARA"]),
        st.dates(date(2015, 1, 1), date(2026, 6, 30)),
        st.sampled_from([1, 2, 3, 5]),
        sex=st.sampled_from(["L", "P", None]),
        births_before=st.integers(0, 4),
    )


def absences() -> st.SearchStrategy[rules.Absence]:
    return st.builds(
        lambda kind, first, more, decided: rules.Absence(
            kind[0], Span(first, first + timedelta(days=more)), kind[1], decided=decided
        ),
        st.sampled_from(every_case),
        st.dates(date(2019, 1, 1), date(2026, 12, 31)),
        st.integers(0, 400),
        st.booleans(),
    )


@st.composite
def facts_of_anybody(draw: st.DrawFn) -> rules.Facts:
    who = draw(applicants())
    used = draw(past_use) if who.has_served_by(date(2021, 1, 1), LAW) else []
    entries = history(*used, applicant=who) if who.kind != "NEGARA" else ()
    return known(
        entries,
        applicant=who,
        calendar=BOTH_YEARS,
        absences=tuple(draw(st.lists(absences(), max_size=3))),
        today=draw(days_of_2026),
    )


@given(facts_of_anybody(), applications())
def test_whatever_is_asked_gets_an_answer_that_adds_up(facts: rules.Facts, application: rules.Application) -> None:
    found = rules.assess(facts, application)
    assert found.days >= 0
    assert found.available >= 0
    assert all(count > 0 for _, _, count in found.debits)
    assert set(found.evidence) <= DOCUMENTS.keys()
    assert len(set(found.evidence)) == len(found.evidence)
    if found.refusals or application.type != "annual":
        assert found.debits == ()
    else:
        assert sum(count for _, _, count in found.debits) == found.days <= found.available
    left = bookkeeping.buckets((*facts.entries, *rules.advance(facts, application)), 2027)
    assert all(count <= left[bucket] for _, bucket, count in found.debits)


@given(facts_of_anybody(), applications())
def test_a_refusal_says_what_to_do_in_both_languages(facts: rules.Facts, application: rules.Application) -> None:
    found = rules.assess(facts, application)
    texts: list[Text] = [refusal.text for refusal in found.refusals] + list(found.notes)
    assert all(text.id and text.en and text.id != text.en for text in texts)
    assert not any("{" in text.id + text.en for text in texts)


@given(facts_of_anybody(), applications())
def test_granted_leave_lies_within_what_was_asked_and_its_travel(
    facts: rules.Facts, application: rules.Application
) -> None:
    found = rules.assess(facts, application)
    assert found.span.first == application.span.first
    assert found.span.last <= application.span.last + timedelta(days=application.travel_days)


@given(facts_of_anybody(), applications(), st.integers(1, 60))
def test_filing_earlier_never_makes_it_late(facts: rules.Facts, application: rules.Application, earlier: int) -> None:
    late = {"past", "filed_too_late"}
    before = rules.assess(facts, replace(application, filed=facts.today))
    after = rules.assess(facts, replace(application, filed=facts.today - timedelta(days=earlier)))
    assert not late & set(codes(after)) or late & set(codes(before))
    assert codes(rules.assess(facts, application)) == codes(before)


@given(facts_of_anybody(), applications(), st.integers(1, 30))
def test_a_shorter_leave_is_never_too_long_where_a_longer_one_is_not(
    facts: rules.Facts, application: rules.Application, less: int
) -> None:
    too_long = {"too_many", "nothing_left", "too_long", "sick_too_long", "pppk_sick_too_long", "inpatient_only"}
    last = max(application.span.first, application.span.last - timedelta(days=less))
    shorter = rules.assess(facts, replace(application, span=Span(application.span.first, last)))
    longer = rules.assess(facts, application)
    assert not too_long & set(codes(shorter)) or too_long & set(codes(longer)) or longer.refusals


@given(facts_of_anybody(), applications())
def test_dates_that_other_leave_holds_are_never_given_twice(facts: rules.Facts, application: rules.Application) -> None:
    same = rules.Absence("annual", application.span, decided=False)
    assert rules.assess(replace(facts, absences=(*facts.absences, same)), application).refusals


@given(days_of_2026, st.integers(1, 40), st.integers(1, 40), st.sampled_from([5, 6]))
def test_working_days_add_up_over_neighbouring_spans(first: date, a: int, b: int, week: int) -> None:
    calendar = calendar_2026(week)
    middle, last = first + timedelta(days=a), first + timedelta(days=a + b)
    parts = calendar.working_days(Span(first, middle)), calendar.working_days(Span(middle + ONE_DAY, last))
    assert sum(parts) == calendar.working_days(Span(first, last))


@given(st.dates(date(2026, 6, 1), date(2027, 6, 30)), st.integers(0, 200))
def test_days_split_at_the_new_year_sum_up(first: date, more: int) -> None:
    whole = Span(first, first + timedelta(days=more))
    found = rules.assess(known(calendar=BOTH_YEARS, today=date(2026, 1, 2)), rules.Application("annual", whole))
    back = rules.days_not_taken(BOTH_YEARS, rules.Application("annual", whole), whole.first)
    assert sum(back.values()) == found.days == BOTH_YEARS.working_days(whole)
    if not found.refusals:
        by_year = {year: sum(n for y, _, n in found.debits if y == year) for year in back}
        assert by_year == back


@given(spans(), st.dates(date(2026, 1, 1), date(2027, 1, 31)))
def test_what_is_taken_and_what_comes_back_is_the_whole(one: Span, since: date) -> None:
    back = rules.days_not_taken(CALENDAR, rules.Application("annual", one), since)
    taken = CALENDAR.working_days(Span(one.first, min(one.last, since - ONE_DAY))) if since > one.first else 0
    assert taken + sum(back.values()) == CALENDAR.working_days(one)


@given(spans(), st.integers(0, 60))
def test_a_longer_span_never_costs_less(one: Span, more: int) -> None:
    longer = Span(one.first, one.last + timedelta(days=more))
    assert 0 <= CALENDAR.working_days(one) <= CALENDAR.working_days(longer) <= len(list(longer))


@given(spans())
def test_every_day_is_worked_or_named_or_at_the_weekend(one: Span) -> None:
    counted = CALENDAR.working_days(one) + len(CALENDAR.holidays(one)) + CALENDAR.rest_days(one)
    assert counted == len(list(one))


@given(days_of_2026, st.integers(1, 60))
def test_the_last_day_of_so_many_working_days_is_the_nth_working_day(first: date, number: int) -> None:
    last = CALENDAR.last_day_of(first, number)
    assert CALENDAR.is_working_day(last)
    assert CALENDAR.working_days(Span(first, last)) == number


@given(past_use, st.integers(0, 12), st.integers(0, 12))
def test_what_is_carried_lies_between_nothing_and_twelve(used: list[int], left: int, deferred: int) -> None:
    for two_years, law in product((True, False), (LAW, replace(LAW, carry="MAKS18"))):
        kept = rules.carried(PNS, left, unused_two_years=two_years, deferred=deferred, law=law)
        assert 0 <= kept <= min(left, law.carry_full)
        assert kept <= rules.carried(PNS, left + 1, unused_two_years=two_years, deferred=deferred, law=law)
    assert 12 <= balance(history(*used)) <= 24


@given(some_day, st.integers(0, 60), st.integers(1, 12))
def test_months_are_monotonic_and_their_length_is_read_back(first: date, months: int, more: int) -> None:
    assert months_later(first, months) <= months_later(first + ONE_DAY, months)
    assert months_later(first, months) < months_later(first, months + more)
    if months:
        assert length(Span(first, end_of(first, months))) == (months, 0)
        assert 28 * months <= (end_of(first, months) - first).days + 1 <= 31 * months


@given(some_day, some_day, st.integers(0, 400), st.integers(1, 5))
def test_unpaid_leave_only_ever_puts_the_end_of_a_wait_off(start: date, away: date, more: int, years: int) -> None:
    span = Span(away, away + timedelta(days=more))
    plain = years_of_service(start, years, ())
    with_leave = years_of_service(start, years, (span,))
    assert plain == years_later(start, years) <= with_leave
    assert (with_leave - plain).days <= more + 4


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_a_year_later_is_never_earlier_than_365_days(day: date) -> None:
    assert 365 <= (years_later(day, 1) - day).days <= 366


@given(past_use)
def test_opening_a_year_twice_changes_nothing(used: list[int]) -> None:
    assert openings.opening(history(*used), 2026, PNS, LAW) == ()


@given(past_use, spans(), st.sampled_from([bookkeeping.release, bookkeeping.defer]))
def test_what_is_given_back_restores_the_balance(used: list[int], one: Span, undo: Undo) -> None:
    entries = history(*used)
    debits = rules.assess(known(entries), rules.Application("annual", one)).debits
    reserved = entries + bookkeeping.reserve(debits)
    assert bookkeeping.buckets(reserved + undo(debits), 2026) == bookkeeping.buckets(entries, 2026)
    assert bookkeeping.buckets(reserved + bookkeeping.debit(debits), 2026) == bookkeeping.buckets(reserved, 2026)


# The law itself


def test_the_law_of_a_day_is_the_newest_that_holds() -> None:
    assert law_on(date(2017, 1, 1)) is law_on(date(2026, 1, 1)) is LAWS[0]


def test_an_office_may_tell_sick_leave_in_working_days(office: Office) -> None:
    week = ("sick", "2026-08-24", "2026-08-30")
    assert (judged(known(), *week, letter="doctor").days, judged(known(), *week).unit) == (7, "calendar")
    office(in_working_days=("sick",))
    found = judged(known(), *week, letter="doctor")
    assert (found.days, found.unit, len(found.holidays), found.rest_days) == (4, "working", 1, 2)


def test_a_new_law_judges_leave_that_begins_on_its_day(office: Office) -> None:
    adopt([LAW, replace(LAW, effective=date(2026, 7, 1), maternity_months=6)])
    mother = known(applicant=WOMAN)
    assert codes(judged(mother, "maternity", "2026-07-01", "2026-12-31")) == []
    assert codes(judged(mother, "maternity", "2026-06-30", "2026-12-29")) == ["too_long"]


def test_laws_stand_in_the_order_of_their_days() -> None:
    assert list(LAWS) == sorted(LAWS, key=lambda law: law.effective)


def test_a_day_off_that_nobody_would_have_worked_is_not_named() -> None:
    saturday = date(2026, 8, 15)
    calendar = replace(CALENDAR, off={**CALENDAR.off, saturday: DayOff("Hari jadi kabupaten")})
    assert saturday not in {day for day, _ in calendar.holidays(days("2026-08-10", "2026-08-16"))}
