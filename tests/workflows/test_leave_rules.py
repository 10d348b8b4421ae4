"""The worked examples of annual leave (PNS, five-day week, calendar of 2026 unless said), and laws that always hold."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.leave import bookkeeping, rules
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import MAKS18, Applicant, law_on
from workflows.leave.rules import Facts
from workflows.workdays import DayOff, Span, WorkCalendar, years_later

LAW = law_on(date(2026, 1, 1))
PNS = Applicant("PNS", date(2015, 3, 1))


def calendar_2026(week: int = 5) -> WorkCalendar:
    rows = csv.DictReader(files("workflows.demo").joinpath("kalender_2026.csv").read_text("utf-8").splitlines())
    off = {date.fromisoformat(r["tanggal"]): DayOff(r["nama"], joint=r["jenis"] != "LIBUR_NASIONAL") for r in rows}
    return WorkCalendar(week, off, years=frozenset({2026}))


CALENDAR = calendar_2026()


def span(first: tuple[int, int], last: tuple[int, int], year: int = 2026) -> Span:
    return Span(date(year, *first), date(year, *last))


def history(*used: int, applicant: Applicant = PNS, year: int = 2026, deferred: int = 0) -> tuple[Entry, ...]:
    """The ledger opened for ``year`` after years in which so many days were taken, the oldest first."""
    past = range(year - len(used), year)
    entries: tuple[Entry, ...] = ()
    for each, taken in zip(past, used, strict=True):
        entries += rules.opening(entries, each, applicant, LAW)
        left = bookkeeping.buckets(entries, each)
        entries += tuple(Entry(b, "debit", each, used=n) for b, n in bookkeeping.oldest_first(left, taken))
    if deferred:
        days = bookkeeping.oldest_first(bookkeeping.buckets(entries, year - 1), deferred)
        entries += (*bookkeeping.reserve(days, year - 1), *bookkeeping.defer(days, year - 1))
    return entries + rules.opening(entries, year, applicant, LAW)


def facts(entries: tuple[Entry, ...] | None = None, **overrides: Any) -> Facts:
    known = Facts(
        applicant=PNS,
        calendar=CALENDAR,
        entries=history(12, 12) if entries is None else entries,
        opened=2026,
        today=date(2026, 1, 2),
    )
    return replace(known, **overrides)


def codes(assessment: rules.Assessment) -> list[str]:
    return [refusal.code for refusal in assessment.refusals]


def test_l01_less_than_a_year_of_service_is_refused_with_the_day_from_which_it_can_be_taken() -> None:
    found = rules.assess(facts((), applicant=Applicant("CPNS", date(2026, 4, 1))), span((11, 2), (11, 4)))
    assert codes(found) == ["waiting_period"]
    assert "1 April 2027" in found.refusals[0].text.id


def test_l02_leave_may_start_on_the_anniversary_of_service() -> None:
    newcomer = Applicant("CPNS", date(2025, 6, 1))
    found = rules.assess(facts(history(applicant=newcomer), applicant=newcomer), span((6, 1), (6, 5)))
    assert (codes(found), found.days, found.available - found.days) == ([], 4, 8)
    early = rules.assess(facts(history(applicant=newcomer), applicant=newcomer), span((5, 29), (5, 29)))
    assert codes(early) == ["waiting_period"]


@pytest.mark.parametrize(
    ("example", "first", "last", "days", "left"),
    [
        ("L03", (2, 2), (2, 13), 10, 2),
        ("L04: joint leave, a holiday and a weekend", (2, 13), (2, 18), 2, 10),
        ("L20: the Prophet's birthday", (8, 24), (8, 28), 4, 8),
        ("one day", (11, 2), (11, 2), 1, 11),
    ],
)
def test_only_working_days_are_counted(
    example: str, first: tuple[int, int], last: tuple[int, int], days: int, left: int
) -> None:
    found = rules.assess(facts(), span(first, last))
    assert (codes(found), found.days, found.available - found.days) == ([], days, left), example


def test_the_days_left_out_are_named() -> None:
    found = rules.assess(facts(), span((2, 13), (2, 18)))
    assert [(day.day, off.name) for day, off in found.holidays] == [(16, "CB Imlek"), (17, "Imlek")]
    assert found.rest_days == 2


def test_a_school_with_six_days_counts_saturdays() -> None:
    found = rules.assess(facts(calendar=calendar_2026(6)), span((8, 24), (8, 30)))
    assert (found.days, found.rest_days) == (5, 1)


@pytest.mark.parametrize(
    ("example", "used", "balance"),
    [
        ("L06: last year unused, the year before all used", (12, 0), 18),
        ("L07: four days left of last year", (12, 8), 16),
        ("L09: two years unused", (0, 0), 24),
        ("L10: three years unused is still 24", (0, 0, 0), 24),
        ("all used", (12, 12), 12),
        ("one day used in the last of two years", (0, 1), 18),
    ],
)
def test_what_is_carried_into_a_year(example: str, used: tuple[int, ...], balance: int) -> None:
    assert bookkeeping.available(history(*used), 2026, 2026) == balance, example


def test_l12_days_deferred_by_the_official_count_in_full() -> None:
    assert bookkeeping.available(history(12, 0, deferred=12), 2026, 2026) == 24
    assert bookkeeping.available(history(12, 4, deferred=8), 2026, 2026) == 20


def test_a_deferral_holds_for_one_year_only() -> None:
    entries = (*history(12, 0, deferred=12), Entry(2025, "debit", 2026, used=1))
    later = entries + rules.opening(entries, 2027, PNS, LAW)
    assert bookkeeping.buckets(later, 2027) == {2024: 0, 2025: 0, 2026: 6, 2027: 12}


def test_an_office_may_cap_every_year_at_18() -> None:
    capped = replace(LAW, carry=MAKS18)
    assert rules.carried(PNS, 12, unused_two_years=True, deferred=0, law=capped) == 6
    assert rules.carried(PNS, 12, unused_two_years=False, deferred=12, law=capped) == 6


def test_l15_more_than_the_balance_is_refused_with_what_can_be_had() -> None:
    found = rules.assess(facts(history(12, 0)), span((6, 2), (6, 29)))
    assert (found.days, found.available, codes(found)) == (19, 18, ["too_many"])
    assert "18 hari kerja" in found.refusals[0].text.id
    assert "26 Juni 2026" in found.refusals[0].text.id


def test_l16_a_request_without_a_whole_working_day_is_refused() -> None:
    assert codes(rules.assess(facts(), span((8, 15), (8, 17)))) == ["no_working_day"]


def test_l18_a_teacher_has_annual_leave_like_others() -> None:
    assert bookkeeping.available(history(12, 12, applicant=Applicant("PNS", date(2023, 1, 1))), 2026, 2026) == 12


def test_l51_contract_staff_in_their_first_year_are_refused_without_a_listed_reason() -> None:
    newcomer = Applicant("PPPK", date(2026, 3, 1), 5)
    assert codes(rules.assess(facts((), applicant=newcomer), span((11, 2), (11, 3)))) == ["early_ground"]


def test_contract_staff_in_their_first_year_get_six_days_for_a_listed_reason() -> None:
    known = facts((), applicant=Applicant("PPPK", date(2026, 3, 1), 5), ground="death")
    six = span((11, 2), (11, 9))
    assert codes(rules.assess(known, six)) == []
    assert rules.advance(known, six) == (Entry(2026, "grant", 2026, granted=6),)
    seven = rules.assess(known, span((11, 2), (11, 10)))
    assert codes(seven) == ["too_many"]
    assert "6 hari kerja" in seven.refusals[0].text.id


def test_the_six_days_of_the_first_year_are_counted_over_all_requests() -> None:
    newcomer = Applicant("PPPK", date(2025, 12, 1), 5)
    taken = (*history(applicant=newcomer), Entry(2026, "debit", 2026, used=4))
    known = facts(taken, applicant=newcomer, ground="gravely_ill")
    assert codes(rules.assess(known, span((11, 2), (11, 3)))) == []
    assert codes(rules.assess(known, span((11, 2), (11, 4)))) == ["too_many"]
    after_a_year = rules.assess(known, span((12, 1), (12, 10)))
    assert (codes(after_a_year), after_a_year.days) == ([], 8)


@pytest.mark.parametrize(("contract", "balance"), [(1, 12), (2, 12), (3, 18), (5, 24)])
def test_what_contract_staff_carry_over_hangs_on_the_length_of_the_contract(contract: int, balance: int) -> None:
    staff = Applicant("PPPK", date(2020, 1, 1), contract)
    assert bookkeeping.available(history(0, 0, applicant=staff), 2026, 2026) == balance


def test_an_early_grant_is_not_carried_over() -> None:
    newcomer = Applicant("PPPK", date(2025, 3, 1), 5)
    early = (Entry(2025, "grant", 2025, granted=6), Entry(2025, "debit", 2025, used=2))
    assert bookkeeping.buckets(early + rules.opening(early, 2026, newcomer, LAW), 2026) == {2025: 0, 2026: 12}


def test_l56_leave_may_not_overlap_other_leave() -> None:
    busy = (span((6, 8), (6, 10)),)
    found = rules.assess(facts(busy=busy), span((6, 10), (6, 12)))
    assert codes(found) == ["overlap"]
    assert "8 Juni 2026" in found.refusals[0].text.id
    assert codes(rules.assess(facts(busy=busy), span((6, 11), (6, 12)))) == []


def test_leave_over_the_end_of_the_year_is_refused_with_the_day_to_stop_at() -> None:
    known = facts(calendar=replace(CALENDAR, years=frozenset({2026, 2027})))
    found = rules.assess(known, Span(date(2026, 12, 28), date(2027, 1, 5)))
    assert codes(found) == ["crosses_year"]
    assert "31 Desember 2026" in found.refusals[0].text.id


def test_a_first_day_that_has_passed_is_refused() -> None:
    assert codes(rules.assess(facts(today=date(2026, 6, 9)), span((6, 8), (6, 9)))) == ["past"]


def test_a_year_without_a_calendar_is_refused() -> None:
    assert codes(rules.assess(facts(), span((2, 1), (2, 2), 2027))) == ["no_calendar"]
    assert codes(rules.assess(facts(), span((2, 1), (2, 2), 2028))) == ["too_far"]


def test_leave_of_next_year_is_taken_from_next_years_days_alone() -> None:
    known = facts(history(0, 0), calendar=replace(CALENDAR, years=frozenset({2026, 2027})))
    found = rules.assess(known, span((2, 1), (2, 26), 2027))
    assert (found.days, found.available, codes(found)) == (20, 12, ["too_many"])
    three = rules.assess(known, span((2, 1), (2, 3), 2027))
    assert three.debits == ((2027, 3),)
    assert rules.advance(known, three.span) == (Entry(2027, "grant", 2027, granted=12),)


def test_a_grant_made_ahead_is_not_made_again_when_its_year_opens() -> None:
    ahead = (*history(12, 12), Entry(2027, "grant", 2027, granted=12), Entry(2027, "reserve", 2027, reserved=3))
    opened = rules.opening(ahead, 2027, PNS, LAW)
    assert [entry.kind for entry in opened] == ["carry"]
    assert bookkeeping.available((*ahead, *opened), 2027, 2027) == 6 + 9


def test_an_elected_officer_has_no_annual_leave_here() -> None:
    assert codes(rules.assess(facts(applicant=Applicant("NEGARA", None)), span((6, 8), (6, 9)))) == ["not_staff"]


def test_the_oldest_bucket_goes_first() -> None:
    assert bookkeeping.oldest_first({2025: 4, 2026: 12}, 6) == ((2025, 4), (2026, 2))
    with pytest.raises(ValueError, match="more days"):
        bookkeeping.oldest_first({2026: 2}, 3)


def test_days_released_after_the_turn_of_the_year_lapse_beyond_what_may_be_carried() -> None:
    pending = (*history(12, year=2025), Entry(2025, "reserve", 2025, reserved=4))
    turned = pending + rules.opening(pending, 2026, PNS, LAW)
    assert bookkeeping.buckets(turned, 2026) == {2024: 0, 2025: 6, 2026: 12}
    released = (*turned, *bookkeeping.release(((2025, 4),), 2025))
    settled = released + rules.opening(released, 2026, PNS, LAW)
    assert bookkeeping.buckets(settled, 2026) == {2024: 0, 2025: 6, 2026: 12}


# Laws

days_of_2026 = st.dates(date(2026, 1, 2), date(2026, 12, 31))
past_use = st.lists(st.integers(0, 12), min_size=0, max_size=5)


def spans() -> st.SearchStrategy[Span]:
    return st.builds(lambda a, b: Span(min(a, b), max(a, b)), days_of_2026, days_of_2026)


@given(days_of_2026, st.integers(1, 40), st.integers(1, 40), st.sampled_from([5, 6]))
def test_working_days_add_up_over_neighbouring_spans(first: date, a: int, b: int, week: int) -> None:
    calendar = calendar_2026(week)
    middle, last = first + timedelta(days=a), first + timedelta(days=a + b)
    whole = calendar.working_days(Span(first, last))
    parts = calendar.working_days(Span(first, middle)), calendar.working_days(Span(middle + timedelta(days=1), last))
    assert sum(parts) == whole


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


@given(past_use)
def test_a_balance_lies_between_12_and_24_when_a_year_opens(used: list[int]) -> None:
    entries = history(*used)
    assert 12 <= bookkeeping.available(entries, 2026, 2026) <= 24
    assert all(left >= 0 for left in bookkeeping.buckets(entries, 2026).values())


@given(past_use)
def test_opening_a_year_twice_changes_nothing(used: list[int]) -> None:
    assert rules.opening(history(*used), 2026, PNS, LAW) == ()


@given(past_use, spans())
def test_a_request_takes_no_more_than_there_is_and_exactly_what_it_counts(used: list[int], one: Span) -> None:
    entries = history(*used)
    found = rules.assess(facts(entries), one)
    if found.refusals:
        assert found.debits == ()
        return
    assert sum(days for _, days in found.debits) == found.days <= found.available
    after = entries + bookkeeping.reserve(found.debits, 2026)
    assert all(left >= 0 for left in bookkeeping.buckets(after, 2026).values())


Undo = Callable[[tuple[tuple[int, int], ...], int], tuple[Entry, ...]]


@given(past_use, spans(), st.sampled_from([bookkeeping.release, bookkeeping.defer]))
def test_what_is_given_back_restores_the_balance(used: list[int], one: Span, undo: Undo) -> None:
    entries = history(*used)
    debits = rules.assess(facts(entries), one).debits
    after = entries + bookkeeping.reserve(debits, 2026) + undo(debits, 2026)
    assert bookkeeping.buckets(after, 2026) == bookkeeping.buckets(entries, 2026)


@given(past_use, spans())
def test_a_debit_leaves_what_its_reservation_left(used: list[int], one: Span) -> None:
    entries = history(*used)
    debits = rules.assess(facts(entries), one).debits
    reserved = entries + bookkeeping.reserve(debits, 2026)
    assert bookkeeping.buckets(reserved + bookkeeping.debit(debits, 2026), 2026) == bookkeeping.buckets(reserved, 2026)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_a_year_later_is_never_earlier_than_365_days(day: date) -> None:
    assert 365 <= (years_later(day, 1) - day).days <= 366
