"""The worked examples of leave by their numbers, and others like them: PNS, five-day week, 2026 unless said.

What an example says about steps and people is played in the flow tests; here stands what the rules say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.leave_cases import (
    BOTH_YEARS,
    CALENDAR,
    LAW,
    MAN,
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
from workflows.leave.law import MAKS18
from workflows.workdays import WorkCalendar

# Waiting periods and working days


def test_l01_seven_months_of_service_are_too_few() -> None:
    found = judged(of(staff("CPNS", "2026-04-01")), "annual", "2026-11-02", "2026-11-04")
    assert codes(found) == ["waiting_period"]
    assert "1 April 2027" in words(found)


def test_l02_leave_may_start_on_the_anniversary_of_service() -> None:
    newcomer = of(staff("CPNS", "2025-06-01"))
    found = judged(newcomer, "annual", "2026-06-01", "2026-06-05")
    assert (codes(found), found.days, found.available - found.days) == ([], 4, 8)
    assert codes(judged(newcomer, "annual", "2026-05-29")) == ["waiting_period"]


@pytest.mark.parametrize(
    ("example", "first", "last", "count", "left"),
    [
        ("L03", "2026-02-02", "2026-02-13", 10, 2),
        ("L04: joint leave, Imlek and a weekend", "2026-02-13", "2026-02-18", 2, 10),
        ("L20: Maulid", "2026-08-24", "2026-08-28", 4, 8),
        ("the weeks of Idulfitri: Nyepi, Idulfitri and their joint leave", "2026-03-16", "2026-03-27", 5, 7),
        ("Ascension and the joint leave after it", "2026-05-11", "2026-05-18", 4, 8),
        ("Iduladha, its joint leave, and Pancasila on a Monday", "2026-05-25", "2026-06-02", 4, 8),
        ("Christmas and its joint leave", "2026-12-21", "2026-12-31", 7, 5),
        ("one day", "2026-11-02", "2026-11-02", 1, 11),
    ],
)
def test_working_days_leave_out_weekends_holidays_and_joint_leave(
    example: str, first: str, last: str, count: int, left: int
) -> None:
    found = judged(known(), "annual", first, last)
    assert (codes(found), found.days, found.available - found.days) == ([], count, left), example


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [("2026-08-24", "2026-08-29", 5), ("2026-02-13", "2026-02-18", 3), ("2026-08-29", "2026-08-29", 1)],
)
def test_saturday_is_a_working_day_in_a_six_day_week(first: str, last: str, count: int) -> None:
    assert judged(known(calendar=calendar_2026(6)), "annual", first, last).days == count


# What is carried into a year


@pytest.mark.parametrize(
    ("example", "used", "there"),
    [
        ("L06: Heru, last year unused, the year before all used", (12, 0), 18),
        ("L07: four days left of last year", (12, 8), 16),
        ("nine days left count as six", (12, 3), 18),
        ("exactly six left", (12, 6), 18),
        ("five left", (12, 7), 17),
        ("L09: two years unused", (0, 0), 24),
        ("one day used two years ago is not two years unused", (1, 0), 18),
        ("one day used last year", (0, 1), 18),
        ("L10: three years unused is 24, not 36", (0, 0, 0), 24),
        ("four years unused", (0, 0, 0, 0), 24),
        ("all used", (12, 12), 12),
    ],
)
def test_what_is_carried_into_a_year(example: str, used: tuple[int, ...], there: int) -> None:
    assert balance(history(*used)) == there, example


def test_an_office_may_cap_every_year_at_18() -> None:
    capped = replace(LAW, carry=MAKS18)
    assert balance(history(0, 0, law=capped)) == 18
    assert balance(history(12, 0, deferred=12, law=capped)) == 18


@pytest.mark.parametrize(
    ("example", "used", "deferred", "there"),
    [
        ("L12: all twelve asked for in December and deferred", 0, 12, 24),
        ("eight deferred, four used", 4, 8, 20),
        ("five deferred, seven other days of which six count", 0, 5, 23),
        ("five deferred, four others", 3, 5, 21),
        ("one deferred", 0, 1, 19),
    ],
)
def test_deferred_days_count_in_full(example: str, used: int, deferred: int, there: int) -> None:
    assert balance(history(12, used, deferred=deferred)) == there, example


def test_deferred_days_lapse_at_the_end_of_the_next_year() -> None:
    entries = history(12, 0, deferred=12)
    later = entries + openings.opening(entries, 2027, PNS, LAW)
    assert bookkeeping.buckets(later, 2027)[2025] == 0


def test_l15_more_than_the_balance_is_refused_with_what_can_be_had() -> None:
    found = judged(known(history(12, 0)), "annual", "2026-06-02", "2026-06-29")
    assert (found.days, found.available, codes(found)) == (19, 18, ["too_many"])
    assert "18 hari kerja" in words(found)
    assert "26 Juni 2026" in words(found)
    assert codes(judged(known(history(12, 0)), "annual", "2026-06-02", "2026-06-26")) == []


def test_l16_half_a_day_is_refused_and_a_permission_offered() -> None:
    found = judged(known(), "annual", "2026-11-02", half_day=True)
    assert codes(found) == ["half_day"]
    assert "izin" in words(found)
    holidays_only = judged(known(), "annual", "2026-08-15", "2026-08-17")
    assert codes(holidays_only) == ["no_working_day"]
    assert "izin" in words(holidays_only)


def test_l17_travel_to_a_remote_place_is_added_and_not_debited() -> None:
    found = judged(known(), "annual", "2026-02-18", "2026-03-05", travel_days=10)
    assert (codes(found), found.days, sum(count for _, _, count in found.debits)) == ([], 12, 12)
    assert found.span == days("2026-02-18", "2026-03-15")
    assert found.evidence == ("remote_statement",)
    assert codes(judged(known(), "annual", "2026-02-18", "2026-03-05", travel_days=12)) == []
    assert codes(judged(known(), "annual", "2026-02-18", "2026-03-05", travel_days=13)) == ["travel_days"]


def test_contract_staff_get_six_days_of_travel() -> None:
    contract = of(staff("PPPK", "2024-01-01", contract_years=5))
    assert codes(judged(contract, "annual", "2026-06-08", travel_days=6)) == []
    found = judged(contract, "annual", "2026-06-08", travel_days=7)
    assert codes(found) == ["travel_days"]
    assert "6 hari kalender" in words(found)


def test_l18_a_teacher_has_annual_leave_like_others() -> None:
    teacher = staff("PNS", "2023-01-01")
    assert balance(history(12, 12, applicant=teacher)) == 12
    assert codes(judged(of(teacher), "annual", "2026-06-08", "2026-06-12")) == []


def test_leave_over_the_new_year_is_debited_in_each_year() -> None:
    found = judged(known(history(12, 12), calendar=BOTH_YEARS), "annual", "2026-12-28", "2027-01-08")
    assert (codes(found), found.days) == ([], 10)
    assert found.debits == ((2026, 2026, 4), (2027, 2027, 6))
    assert found.notes


def test_leave_over_the_new_year_takes_the_oldest_days_of_this_year_first() -> None:
    found = judged(known(history(12, 9), calendar=BOTH_YEARS), "annual", "2026-12-28", "2027-01-08")
    assert found.debits == ((2026, 2025, 3), (2026, 2026, 1), (2027, 2027, 6))


def test_leave_over_the_new_year_needs_enough_days_in_each_year() -> None:
    spent = (*history(12, 12), Entry(2026, "debit", 2026, used=10))
    found = judged(known(spent, calendar=BOTH_YEARS), "annual", "2026-12-28", "2027-01-08")
    assert codes(found) == ["too_many"]
    assert "pada tahun 2026" in words(found)
    assert "29 Desember 2026" in words(found)
    too_long = judged(known(calendar=BOTH_YEARS), "annual", "2026-12-31", "2027-01-29")
    assert codes(too_long) == ["too_many"]
    assert "pada tahun 2027" in words(too_long)
    assert "18 Januari 2027" in words(too_long)


def test_l23_worked_joint_leave_adds_days_for_this_year_only() -> None:
    worked = [date(2026, 3, day) for day in (18, 20, 23)]
    assert {rules.usable_in(day, LAW) for day in worked} == {2026}
    entries = (*history(12, 12), Entry(2026, "joint", 2026, granted=3))
    assert balance(entries) == 15
    unused = entries + openings.opening(entries, 2027, PNS, LAW)
    assert bookkeeping.buckets(unused, 2027) == {2024: 0, 2025: 0, 2026: 6, 2027: 12}


@pytest.mark.parametrize(("day", "year"), [(23, 2026), (24, 2027), (31, 2027)])
def test_joint_leave_worked_on_the_last_days_of_a_year_counts_in_the_next(day: int, year: int) -> None:
    assert rules.usable_in(date(2026, 12, day), LAW) == year


# Long leave

YEAR_2019 = WorkCalendar(years=frozenset({2019, 2020}))


def test_l25_aldi() -> None:
    aldi = staff("PNS", "2014-01-01")
    then = known(
        history(12, 12, applicant=aldi, year=2019),
        applicant=aldi,
        calendar=YEAR_2019,
        opened=2019,
        today=date(2019, 2, 10),
    )
    found = judged(then, "long", "2019-03-01", "2019-05-31", case="other")
    assert (codes(found), found.span) == ([], days("2019-03-01", "2019-05-31"))
    taken = (had("long", "2019-03-01", "2019-05-31", case="other"),)
    no_annual = judged(replace(then, absences=taken), "annual", "2019-07-01")
    assert (codes(no_annual), no_annual.available) == (["long_leave_year"], 0)
    assert "1 Januari 2020" in words(no_annual)
    lost = openings.opening(then.entries, 2019, aldi, LAW, long_years={2019})
    assert balance((*then.entries, *lost), 2019) == 0
    later = replace(then, absences=taken, today=date(2024, 5, 1), opened=2024)
    assert codes(judged(later, "long", "2024-06-01", "2024-08-31", case="other")) == []
    early = judged(later, "long", "2024-05-31", "2024-08-30", case="other")
    assert codes(early) == ["long_again"]
    assert "1 Juni 2024" in words(early)


def ahmad(used: int) -> rules.Facts:
    applicant = staff("PNS", "2014-01-01")
    entries = (*history(12, 12, applicant=applicant, year=2019), Entry(2019, "debit", 2019, used=used))
    return known(entries, applicant=applicant, calendar=YEAR_2019, opened=2019, today=date(2019, 11, 4))


def test_ahmad_who_used_twelve_days_gets_long_leave_until_31_january() -> None:
    found = judged(ahmad(12), "long", "2019-11-18", "2020-02-18", case="other")
    assert (codes(found), found.span) == ([], days("2019-11-18", "2020-01-31"))
    assert "31 Januari 2020" in " ".join(note.id for note in found.notes)
    assert "1 Februari 2025" in " ".join(note.id for note in found.notes)


def test_ahmad_keeps_the_annual_leave_of_the_next_year() -> None:
    granted = (had("long", "2019-11-18", "2020-01-31", case="other"),)
    entries = ahmad(12).entries
    opened = (*entries, *openings.opening(entries, 2020, PNS, LAW, long_years={2019}))
    then = replace(ahmad(12), entries=opened, opened=2020, today=date(2020, 2, 3), absences=granted)
    assert judged(then, "annual", "2020-03-02", "2020-03-17").debits == ((2020, 2020, 12),)


@pytest.mark.parametrize(
    ("used", "asked_until", "granted_until"),
    [
        (0, "2020-02-17", "2020-02-17"),
        (1, "2020-02-17", "2020-02-14"),
        (5, "2020-02-17", "2020-02-10"),
        (5, "2020-02-18", "2020-02-11"),
        (12, "2020-02-17", "2020-01-30"),
        (12, "2020-01-15", "2020-01-15"),
    ],
)
def test_used_annual_leave_moves_the_end_of_long_leave_back(used: int, asked_until: str, granted_until: str) -> None:
    found = judged(ahmad(used), "long", "2019-11-18", asked_until, case="other")
    assert (codes(found), found.span.last.isoformat()) == ([], granted_until)


def test_more_than_three_months_of_long_leave_are_refused_with_the_last_day_there_is() -> None:
    found = judged(ahmad(0), "long", "2019-11-18", "2020-02-18", case="other")
    assert codes(found) == ["too_long"]
    assert "17 Februari 2020" in words(found)
    less = judged(ahmad(12), "long", "2019-11-18", "2020-02-19", case="other")
    assert codes(less) == ["too_long"]
    assert "30 Januari 2020" in words(less)


def test_days_left_of_last_year_do_not_shorten_long_leave_and_can_still_be_used() -> None:
    entries = (*history(12, 8), Entry(2025, "debit", 2026, used=2))
    found = judged(known(entries), "long", "2026-06-01", "2026-08-31", case="other")
    assert (codes(found), found.span.last) == ([], date(2026, 8, 31))
    afterwards = known(entries, absences=(had("long", "2026-06-01", "2026-08-31", case="other"),))
    leftover = judged(afterwards, "annual", "2026-10-05", "2026-10-06")
    assert leftover.debits == ((2026, 2025, 2),)
    one_more = judged(afterwards, "annual", "2026-10-05", "2026-10-07")
    assert codes(one_more) == ["too_many"]
    assert "2 hari kerja" in words(one_more)


def test_l27_long_leave_needs_five_years() -> None:
    found = judged(of(staff("PNS", "2022-03-01")), "long", "2026-03-02", "2026-05-29", case="other")
    assert codes(found) == ["waiting_period"]
    assert "1 Maret 2027" in words(found)
    on_the_day = of(staff("PNS", "2021-03-01"))
    assert codes(judged(on_the_day, "long", "2026-03-01", "2026-05-31", case="other")) == []
    assert codes(judged(on_the_day, "long", "2026-02-28", "2026-05-27", case="other")) == ["waiting_period"]


def test_l28_a_first_hajj_does_not_wait_and_cannot_be_deferred() -> None:
    young = of(staff("PNS", "2024-03-01"))
    found = judged(young, "long", "2026-05-11", "2026-06-30", case="hajj_first")
    assert codes(found) == []
    assert found.evidence[:2] == ("hajj_schedule", "hajj_payment")
    assert rules.may_defer(young, asked("long", "2026-05-11", "2026-06-30", case="hajj_first")) is not None


def test_l29_umrah_waits_five_years_and_annual_leave_is_offered() -> None:
    found = judged(of(staff("PNS", "2024-03-01")), "long", "2026-02-02", "2026-02-27", case="religious")
    assert codes(found) == ["waiting_period"]
    assert "cuti tahunan" in words(found)


def test_umrah_after_five_years_is_long_leave_that_cannot_be_deferred() -> None:
    umrah = asked("long", "2026-02-02", "2026-02-27", case="religious")
    assert codes(rules.assess(known(), umrah)) == []
    assert rules.may_defer(known(), umrah) is not None
    assert rules.may_defer(known(), asked("long", "2026-02-02", "2026-02-27", case="other")) is None


def test_l30_one_month_of_long_leave_forfeits_the_others_and_the_clock_starts_again() -> None:
    known_for_long = of(staff("PNS", "2018-01-01"))
    found = judged(known_for_long, "long", "2026-06-01", "2026-06-30", case="other")
    said = " ".join(note.id for note in found.notes)
    assert codes(found) == []
    assert "gugur" in said
    assert "1 Juli 2031" in said
    again = replace(known_for_long, absences=(had("long", "2026-06-01", "2026-06-30", case="other"),))
    assert codes(judged(again, "long", "2026-08-03", "2026-09-30", case="other")) == ["long_again"]


def test_a_second_first_hajj_is_refused() -> None:
    pilgrim = known(absences=(had("long", "2019-07-01", "2019-08-15", case="hajj_first"),))
    assert codes(judged(pilgrim, "long", "2026-05-11", "2026-06-30", case="hajj_first")) == ["hajj_again"]
    assert codes(judged(pilgrim, "long", "2026-05-11", "2026-06-30", case="religious")) == []


def test_sick_maternity_and_important_leave_remain_after_long_leave() -> None:
    after = known(applicant=WOMAN, absences=(had("long", "2026-03-02", "2026-05-29", case="other"),))
    assert codes(judged(after, "sick", "2026-09-01", "2026-09-03", letter="doctor")) == []
    assert codes(judged(after, "maternity", "2026-09-01", "2026-11-30")) == []
    assert codes(judged(after, "important", "2026-09-01", case="disaster")) == []


# Births


def test_l32_a_fourth_birth_is_long_leave_without_five_years_and_without_deferral() -> None:
    mother = of(staff("PNS", "2023-01-02", sex="P", births_before=3))
    fourth = asked("long", "2026-09-01", "2026-11-30", case="birth")
    found = rules.assess(mother, fourth)
    assert (codes(found), found.evidence) == ([], ("birth_letter",))
    assert rules.may_defer(mother, fourth) is not None
    maternity = judged(mother, "maternity", "2026-09-01", "2026-11-30")
    assert codes(maternity) == ["fourth_birth"]
    assert "cuti besar" in words(maternity)


def test_long_leave_for_a_birth_is_not_shortened_by_used_annual_leave() -> None:
    spent = (*history(12, 12), Entry(2026, "debit", 2026, used=5))
    mother = known(spent, applicant=replace(WOMAN, births_before=3))
    assert judged(mother, "long", "2026-09-01", "2026-11-30", case="birth").span.last == date(2026, 11, 30)


def test_l33_births_before_service_do_not_count() -> None:
    mother = of(staff("PNS", "2023-01-02", sex="P", births_before=0))
    assert codes(judged(mother, "maternity", "2026-09-01", "2026-11-30", birth_order=1)) == []


def test_the_third_birth_in_service_is_maternity_leave_and_no_long_leave() -> None:
    earlier = (had("maternity", "2019-01-07", "2019-04-06"), had("maternity", "2022-01-03", "2022-04-02"))
    mother = known(applicant=WOMAN, absences=earlier)
    assert codes(judged(mother, "maternity", "2026-09-01", "2026-11-30")) == []
    long = judged(mother, "long", "2026-09-01", "2026-11-30", case="birth")
    assert codes(long) == ["use_maternity"]
    assert "ke-3" in words(long)


def test_twins_are_one_birth() -> None:
    twins = had("maternity", "2024-01-08", "2024-04-07", birth_order=1)
    mother = known(applicant=WOMAN, absences=(twins, had("maternity", "2022-01-03", "2022-04-02", birth_order=0)))
    assert codes(judged(mother, "maternity", "2026-09-01", "2026-11-30", birth_order=3)) == []


@pytest.mark.parametrize(
    ("type", "case", "before", "order"), [("maternity", "", 0, 0), ("maternity", "", 0, 2), ("long", "birth", 3, 0)]
)
def test_three_months_of_leave_for_a_birth_are_not_begun_anew_when_they_end(
    type: str, case: str, before: int, order: int
) -> None:
    taken = (had(type, "2026-06-01", "2026-08-31", case=case, birth_order=before + 1),)
    mother = known(applicant=replace(WOMAN, births_before=before), absences=taken, today=date(2026, 8, 20))
    found = judged(mother, type, "2026-09-01", "2026-09-30", case=case, birth_order=order)
    assert "too_long" in codes(found)
    assert "31 Agustus 2026" in words(found)
    assert codes(judged(mother, "annual", "2026-09-01")) == (["long_leave_year"] if case else [])


@pytest.mark.parametrize("order", [0, 1])
def test_leave_for_a_birth_may_be_asked_for_in_parts_that_make_three_months(order: int) -> None:
    taken = (had("maternity", "2026-06-01", "2026-06-30", birth_order=1),)
    mother = known(applicant=WOMAN, absences=taken, today=date(2026, 6, 20))
    assert codes(judged(mother, "maternity", "2026-07-01", "2026-08-31", birth_order=order)) == []
    longer = judged(mother, "maternity", "2026-07-01", "2026-09-01", birth_order=order)
    assert codes(longer) == ["too_long"]
    assert "31 Agustus 2026" in words(longer)


def test_a_birth_order_below_the_record_is_refused_with_the_number_on_record() -> None:
    mother = known(applicant=replace(WOMAN, births_before=3))
    found = judged(mother, "maternity", "2026-09-01", "2026-11-30", birth_order=1)
    assert "birth_order" in codes(found)
    assert "ke-4" in words(found)


@pytest.mark.parametrize(
    ("first", "last", "offered"),
    [
        ("2026-09-01", "2026-11-30", None),
        ("2026-09-01", "2026-12-01", "30 November 2026"),
        ("2026-08-31", "2026-11-30", None),
        ("2026-11-30", "2027-02-28", None),
        ("2026-11-29", "2027-03-01", "28 Februari 2027"),
    ],
)
def test_l35_maternity_leave_lasts_three_months_less_a_day(first: str, last: str, offered: str | None) -> None:
    found = judged(known(applicant=WOMAN), "maternity", first, last)
    assert codes(found) == (["too_long"] if offered else [])
    assert offered is None or offered in words(found)


def test_a_man_is_shown_the_leave_for_his_wifes_birth() -> None:
    found = judged(known(applicant=MAN), "maternity", "2026-09-01", "2026-11-30")
    assert codes(found) == ["women_only"]
    assert "alasan penting" in words(found)


# Illness


def test_l36_one_day_is_a_letter_to_the_superior() -> None:
    found = judged(known(), "sick", "2026-01-05", letter="doctor")
    assert (codes(found), found.days, found.debits) == ([], 1, ())
    assert "superior_only" in found.flags
    assert found.evidence == ("sick_note", "doctor_letter")


def test_l37_five_days_on_a_private_doctors_letter() -> None:
    found = judged(known(), "sick", "2026-01-05", "2026-01-09", letter="doctor")
    assert (codes(found), found.days, found.debits, "superior_only" in found.flags) == ([], 5, (), False)
    assert found.evidence == ("doctor_letter",)


@pytest.mark.parametrize(
    ("last", "letter", "expected"),
    [
        ("2026-01-05", "none", ["doctor_letter"]),
        ("2026-01-06", "none", ["doctor_letter"]),
        ("2026-01-06", "midwife", ["doctor_letter"]),
        ("2026-01-18", "doctor", []),
        ("2026-01-19", "doctor", ["government_doctor"]),
        ("2026-01-19", "government_doctor", []),
        ("2027-01-04", "government_doctor", []),
        ("2027-01-05", "government_doctor", ["health_team"]),
        ("2027-01-05", "health_team", []),
        ("2027-07-04", "health_team", []),
        ("2027-07-05", "health_team", ["sick_too_long"]),
    ],
)
def test_how_long_one_may_be_ill_on_which_letter(last: str, letter: str, expected: list[str]) -> None:
    assert codes(judged(known(), "sick", "2026-01-05", last, letter=letter)) == expected


def test_a_longer_illness_is_offered_the_days_that_the_letter_covers() -> None:
    found = judged(known(), "sick", "2026-01-05", "2026-01-30", letter="doctor")
    assert "18 Januari 2026" in words(found)


def test_after_eighteen_months_a_new_health_test_follows() -> None:
    found = judged(known(), "sick", "2026-01-05", "2027-12-31", letter="health_team")
    assert (codes(found), "health_test" in found.flags) == (["sick_too_long"], True)


def test_sick_leave_that_goes_on_is_one_illness() -> None:
    earlier = (had("sick", "2026-01-05", "2026-01-16"),)
    monday_after = judged(known(absences=earlier), "sick", "2026-01-19", "2026-01-20", letter="doctor")
    assert codes(monday_after) == ["government_doctor"]
    assert "5 Januari 2026" in words(monday_after)
    a_day_at_work = judged(known(absences=earlier), "sick", "2026-01-20", "2026-01-21", letter="doctor")
    assert codes(a_day_at_work) == []
    one_more_day = judged(known(absences=earlier), "sick", "2026-01-19", letter="government_doctor")
    assert "superior_only" not in one_more_day.flags


def test_a_year_of_illness_is_counted_over_its_parts() -> None:
    earlier = (had("sick", "2025-02-03", "2025-08-31"), had("sick", "2025-09-01", "2026-01-31"))
    facts = known(absences=earlier, today=date(2026, 1, 30))
    assert codes(judged(facts, "sick", "2026-02-01", "2026-02-02", letter="government_doctor")) == []
    assert codes(judged(facts, "sick", "2026-02-01", "2026-02-28", letter="government_doctor")) == ["health_team"]
    assert codes(judged(facts, "sick", "2026-02-01", "2026-08-02", letter="health_team")) == []
    assert codes(judged(facts, "sick", "2026-02-01", "2026-08-03", letter="health_team")) == ["sick_too_long"]


def test_l40_a_miscarriage_is_45_days() -> None:
    found = judged(known(applicant=WOMAN), "sick", "2026-10-01", "2026-11-14", case="miscarriage", letter="midwife")
    assert (codes(found), found.days, found.evidence) == ([], 45, ("miscarriage_letter",))
    longer = judged(known(applicant=WOMAN), "sick", "2026-10-01", "2026-11-15", case="miscarriage", letter="midwife")
    assert codes(longer) == ["too_long"]
    assert "14 November 2026" in words(longer)
    without = judged(known(applicant=WOMAN), "sick", "2026-10-01", "2026-11-14", case="miscarriage")
    assert codes(without) == ["midwife_letter"]


def test_an_accident_in_duty_has_no_limit() -> None:
    found = judged(known(), "sick", "2026-01-05", "2028-06-30", case="work_accident", letter="doctor")
    assert (codes(found), found.evidence) == ([], ("doctor_letter", "accident_report"))


def test_an_accident_of_contract_staff_is_covered_until_the_contract_ends() -> None:
    hurt = of(staff("PPPK", "2024-01-01", contract_years=5, contract_end=date(2026, 12, 31)))
    assert codes(judged(hurt, "sick", "2026-01-05", "2026-12-31", case="work_accident", letter="doctor")) == []
    longer = judged(hurt, "sick", "2026-01-05", "2027-01-31", case="work_accident", letter="doctor")
    assert codes(longer) == ["contract_ends"]


# Important reasons


def test_l42_the_wifes_caesarean_is_as_many_days_as_her_stay_in_hospital() -> None:
    found = judged(known(applicant=MAN), "important", "2026-06-02", "2026-06-05", case="wife_birth", inpatient_days=4)
    assert (codes(found), found.days, found.evidence) == ([], 4, ("inpatient_letter",))
    longer = judged(known(applicant=MAN), "important", "2026-06-02", "2026-06-06", case="wife_birth", inpatient_days=4)
    assert codes(longer) == ["inpatient_only"]
    assert "5 Juni 2026" in words(longer)


def test_the_wifes_stay_in_hospital_never_makes_it_more_than_a_month() -> None:
    found = judged(known(applicant=MAN), "important", "2026-06-02", "2026-07-10", case="wife_birth", inpatient_days=45)
    assert codes(found) == ["too_long"]
    assert "1 Juli 2026" in words(found)


@pytest.mark.parametrize("relation", LAW.important_relations)
@pytest.mark.parametrize("case", ["relative_ill", "relative_death", "estate"])
def test_important_reasons_are_for_near_relatives(relation: str, case: str) -> None:
    found = judged(known(), "important", "2026-06-02", "2026-07-01", case=case, relation=relation)
    assert codes(found) == []


def test_l43_a_nephew_is_no_near_relative_and_annual_leave_is_offered() -> None:
    found = judged(known(), "important", "2026-06-02", "2026-06-03", case="relative_death", relation="other")
    assert codes(found) == ["relation"]
    assert "cuti tahunan" in words(found)


@pytest.mark.parametrize(
    ("case", "document"),
    [("marriage", "marriage_papers"), ("disaster", "neighbourhood_letter"), ("relative_death", "death_certificate")],
)
def test_each_important_reason_has_its_document_and_a_month(case: str, document: str) -> None:
    found = judged(known(), "important", "2026-06-02", "2026-07-01", case=case, relation="mother")
    assert (codes(found), found.evidence) == ([], (document,))
    longer = judged(known(), "important", "2026-06-02", "2026-07-02", case=case, relation="mother")
    assert codes(longer) == ["too_long"]


def test_l45_leave_after_a_death_at_night_may_be_filed_afterwards() -> None:
    on_monday = known(today=date(2026, 6, 8))
    found = judged(on_monday, "important", "2026-06-05", "2026-06-09", case="relative_death", relation="mother")
    assert (codes(found), "filed_late" in found.flags) == ([], True)


def test_l46_leave_abroad_is_told_to_be_the_regents_to_decide() -> None:
    found = judged(known(), "annual", "2026-06-08", "2026-06-12", abroad=True)
    assert (codes(found), found.days, "abroad" in found.flags) == ([], 5, True)
    assert "Bupati" in found.notes[0].id


# Unpaid leave


def test_l47_unpaid_leave_to_follow_a_spouse_stops_pay_and_the_clock_of_service() -> None:
    found = judged(of(staff("PNS", "2020-01-02")), "unpaid", "2026-02-01", "2028-01-31", case="spouse_duty")
    assert codes(found) == []
    assert "tidak dibayar" in found.pay.id
    away = (had("unpaid", "2023-02-01", "2025-01-31", case="spouse_duty"),)
    back = of(staff("PNS", "2020-01-02"), absences=away)
    assert codes(judged(back, "long", "2026-03-02", "2026-05-29", case="other")) == ["waiting_period"]
    assert "2 Januari 2027" in words(judged(back, "long", "2026-03-02", "2026-05-29", case="other"))


def test_l48_unpaid_leave_needs_five_years() -> None:
    found = judged(of(staff("PNS", "2022-01-03")), "unpaid", "2026-02-02", "2027-02-01", case="spouse_duty")
    assert codes(found) == ["waiting_period"]
    assert "3 Januari 2027" in words(found)


@pytest.mark.parametrize(("last", "expected"), [("2029-01-31", []), ("2029-02-01", ["too_long"])])
def test_unpaid_leave_lasts_three_years(last: str, expected: list[str]) -> None:
    assert codes(judged(known(), "unpaid", "2026-02-01", last, case="aged_parents")) == expected


@pytest.mark.parametrize(("last", "expected"), [("2027-01-31", []), ("2027-02-01", ["too_long"])])
def test_unpaid_leave_is_extended_by_a_year(last: str, expected: list[str]) -> None:
    away = known(absences=(had("unpaid", "2023-02-01", "2026-01-31", case="spouse_work"),))
    found = judged(away, "unpaid", "2026-02-01", last, case="spouse_work")
    assert (codes(found), "extension" in found.flags) == (expected, True)


def test_unpaid_leave_is_extended_only_once() -> None:
    stretches = (had("unpaid", "2022-02-01", "2025-01-31"), had("unpaid", "2025-02-01", "2026-01-31"))
    found = judged(known(absences=stretches), "unpaid", "2026-02-01", "2026-07-31", case="spouse_work")
    assert codes(found) == ["unpaid_extended"]
    assert "28 Februari 2026" in words(found)


@pytest.mark.parametrize(
    ("reported", "late", "flags"),
    [
        ("2026-02-01", 0, ()),
        ("2026-02-28", 0, ()),
        ("2026-03-01", 1, ("dismissal_procedure",)),
        ("2026-03-10", 10, ("dismissal_procedure",)),
    ],
)
def test_l49_who_reports_back_more_than_a_month_after_unpaid_leave(
    reported: str, late: int, flags: tuple[str, ...]
) -> None:
    back = rules.reporting_back(CALENDAR, "unpaid", date(2026, 1, 31), date.fromisoformat(reported), LAW)
    assert (back.due, back.late_days, back.flags) == (date(2026, 2, 28), late, flags)


# Contract staff


def test_l51_contract_staff_in_their_first_year_are_refused_a_holiday() -> None:
    found = judged(of(staff("PPPK", "2026-03-01", contract_years=5)), "annual", "2026-11-02", "2026-11-03")
    assert codes(found) == ["early_ground"]
    assert "1 Maret 2027" in words(found)


@pytest.mark.parametrize(
    ("case", "relation"), [("death", "mother"), ("gravely_ill", "child"), ("estate", "spouse"), ("first_marriage", "")]
)
def test_contract_staff_in_their_first_year_get_six_days_for_a_listed_reason(case: str, relation: str) -> None:
    newcomer = of(staff("PPPK", "2026-03-01", contract_years=5))
    six = judged(newcomer, "annual", "2026-11-02", "2026-11-09", case=case, relation=relation)
    assert (codes(six), six.debits) == ([], ((2026, 2026, 6),))
    seven = judged(newcomer, "annual", "2026-11-02", "2026-11-10", case=case, relation=relation)
    assert codes(seven) == ["too_many"]
    assert "6 hari kerja" in words(seven)


def test_a_first_year_reason_is_for_near_relatives() -> None:
    newcomer = of(staff("PPPK", "2026-03-01", contract_years=5))
    found = judged(newcomer, "annual", "2026-11-02", case="death", relation="other")
    assert codes(found) == ["early_relation"]


def test_grave_illness_needs_the_letter_of_a_hospital() -> None:
    newcomer = of(staff("PPPK", "2026-03-01", contract_years=5))
    found = judged(newcomer, "annual", "2026-11-02", case="gravely_ill", relation="mother")
    assert found.evidence == ("inpatient_letter",)


@pytest.mark.parametrize(
    ("contract", "used", "there"),
    [
        (1, (0, 0), 12),
        (2, (0, 0), 12),
        (3, (12, 0), 18),
        (3, (0, 0), 18),
        (4, (12, 0), 18),
        (4, (0, 0), 24),
        (5, (0, 0), 24),
    ],
)
def test_what_contract_staff_carry_over_hangs_on_the_contract(contract: int, used: tuple[int, ...], there: int) -> None:
    contracted = staff("PPPK", "2020-01-01", contract_years=contract)
    assert balance(history(*used, applicant=contracted)) == there


@pytest.mark.parametrize(
    ("ends", "there"), [("2025-12-31", 12), ("2026-01-01", 18), ("2026-12-31", 18), ("2027-01-01", 24)]
)
def test_a_contract_is_above_two_or_three_years_to_the_day(ends: str, there: int) -> None:
    dates = {"contract_start": date(2024, 1, 1), "contract_end": date.fromisoformat(ends)}
    assert balance(history(0, 0, applicant=staff("PPPK", "2020-01-01", **dates))) == there


@pytest.mark.parametrize("type", ["important", "long", "unpaid"])
def test_l54_contract_staff_have_four_types_of_leave(type: str) -> None:
    found = judged(of(staff("PPPK", "2020-01-01", contract_years=5)), type, "2026-06-01", "2026-06-05", case="x")
    assert codes(found) == ["type_not_available"]
    assert "cuti tahunan" in words(found)


@pytest.mark.parametrize(("type", "case"), [("long", "other"), ("unpaid", "spouse_duty")])
def test_staff_on_probation_have_no_long_and_no_unpaid_leave(type: str, case: str) -> None:
    found = judged(of(staff("CPNS", "2025-01-01")), type, "2026-06-01", "2026-06-05", case=case)
    assert codes(found) == ["type_not_available"]


def test_staff_on_probation_may_be_ill_give_birth_and_have_important_reasons_at_once() -> None:
    newcomer = of(staff("CPNS", "2025-12-01", sex="P"))
    assert codes(judged(newcomer, "sick", "2026-01-05", "2026-01-09", letter="doctor")) == []
    assert codes(judged(newcomer, "maternity", "2026-02-02", "2026-05-01")) == []
    assert codes(judged(newcomer, "important", "2026-02-02", case="marriage")) == []


@pytest.mark.parametrize(("last", "expected"), [("2026-07-01", []), ("2026-07-02", ["pppk_sick_too_long"])])
def test_contract_staff_are_ill_for_a_month_at_most(last: str, expected: list[str]) -> None:
    contracted = of(staff("PPPK", "2020-01-01", contract_years=5))
    found = judged(contracted, "sick", "2026-06-02", last, letter="government_doctor")
    assert codes(found) == expected


def test_l55_the_35th_day_of_illness_is_refused_and_the_contract_rule_flagged() -> None:
    ill = of(
        staff("PPPK", "2020-01-01", contract_years=5),
        absences=(had("sick", "2026-06-02", "2026-07-01"),),
        today=date(2026, 7, 6),
    )
    found = judged(ill, "sick", "2026-07-02", "2026-07-06", letter="government_doctor")
    assert (codes(found), found.flags) == (["pppk_sick_too_long"], ("filed_late", "contract_rule"))
    assert "perjanjian kerja" in words(found)


# Overlap, recall, deferral


def test_l56_leave_may_not_overlap_other_leave() -> None:
    facts = known(absences=(had("annual", "2026-06-08", "2026-06-10"),))
    found = judged(facts, "annual", "2026-06-10", "2026-06-12")
    assert codes(found) == ["overlap"]
    assert "8 Juni 2026" in words(found)
    assert codes(judged(facts, "annual", "2026-06-11", "2026-06-12")) == []
    assert codes(judged(facts, "important", "2026-06-10", case="disaster")) == ["overlap"]


def test_travel_days_may_not_overlap_other_leave_either() -> None:
    facts = known(absences=(had("annual", "2026-06-15", "2026-06-17"),))
    assert codes(judged(facts, "annual", "2026-06-08", "2026-06-12", travel_days=2)) == []
    assert codes(judged(facts, "annual", "2026-06-08", "2026-06-12", travel_days=3)) == ["overlap"]


def test_illness_within_granted_annual_leave_stops_it() -> None:
    facts = known(applicant=WOMAN, absences=(had("annual", "2026-06-08", "2026-06-19"),), today=date(2026, 6, 10))
    pointed = judged(facts, "sick", "2026-06-10", "2026-06-12", letter="doctor")
    assert codes(pointed) == ["interrupts"]
    found = judged(facts, "sick", "2026-06-10", "2026-06-12", letter="doctor", interrupts=True)
    assert (codes(found), found.flags) == ([], ("interrupts",))
    assert "10 Juni 2026" in found.notes[0].id
    back = rules.days_not_taken(CALENDAR, asked("annual", "2026-06-08", "2026-06-19"), date(2026, 6, 10))
    assert back == {2026: 7}
    birth = judged(facts, "maternity", "2026-06-10", "2026-09-09", interrupts=True)
    assert codes(birth) == []


def test_an_illness_leaves_annual_leave_of_other_days_alone() -> None:
    facts = known(absences=(had("annual", "2026-06-08", "2026-06-12"),), today=date(2026, 6, 15))
    found = judged(facts, "sick", "2026-06-15", "2026-06-16", letter="doctor", interrupts=True)
    assert (codes(found), found.flags, found.notes) == ([], (), ())


def test_a_birth_ends_sick_leave_but_illness_does_not_interrupt_what_waits() -> None:
    ill = known(applicant=WOMAN, absences=(had("sick", "2026-06-01", "2026-06-30"),), today=date(2026, 6, 20))
    assert codes(judged(ill, "maternity", "2026-06-20", "2026-09-19", interrupts=True)) == []
    waiting = known(absences=(had("annual", "2026-06-08", "2026-06-19", decided=False),), today=date(2026, 6, 10))
    assert codes(judged(waiting, "sick", "2026-06-10", letter="doctor", interrupts=True)) == ["overlap"]


@pytest.mark.parametrize("type", ["annual", "long", "important"])
def test_recall_is_possible_from_what_the_law_lists(type: str) -> None:
    assert rules.may_recall(type, LAW) is None


@pytest.mark.parametrize("type", ["sick", "maternity", "unpaid"])
def test_l57_nobody_is_called_back_from_illness_or_birth(type: str) -> None:
    assert rules.may_recall(type, LAW) is not None


@pytest.mark.parametrize(
    ("type", "case", "deferrable"),
    [
        ("annual", "", True),
        ("long", "other", True),
        ("long", "hajj_first", False),
        ("long", "religious", False),
        ("long", "birth", False),
        ("sick", "illness", False),
        ("maternity", "", False),
        ("important", "marriage", True),
        ("unpaid", "spouse_duty", False),
    ],
)
def test_what_the_official_may_defer(type: str, case: str, deferrable: bool) -> None:
    refused = rules.may_defer(known(), asked(type, "2026-06-01", "2026-06-05", case=case))
    assert (refused is None) is deferrable


@pytest.mark.parametrize(
    ("type", "until", "possible"),
    [
        ("annual", "2026-12-14", False),
        ("annual", "2026-12-15", True),
        ("annual", "2027-12-31", True),
        ("annual", "2028-01-01", False),
        ("long", "2027-12-14", True),
        ("long", "2027-12-15", False),
    ],
)
def test_a_deferral_lasts_a_year_at_most(type: str, until: str, possible: bool) -> None:
    application = asked(type, "2026-12-14", "2026-12-18", case="" if type == "annual" else "other")
    refused = rules.may_defer(known(), application, date.fromisoformat(until))
    assert (refused is None) is possible
