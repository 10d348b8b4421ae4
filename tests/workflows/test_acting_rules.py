"""What speaks for and against acting in a post, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workflows.acting import rules
from workflows.acting.rules import PLH, PLT, Known, Period, Wanted

TODAY = date(2026, 11, 2)
WANTED = Wanted(PLH, "P094", TODAY, date(2026, 11, 13), TODAY)
KNOWN = Known(TODAY, "II.b", ["III.b"], ["P091"], same_department=True)


def told(wanted: Wanted = WANTED, known: Known = KNOWN) -> list[str]:
    return [f"{field}: {text.en}" if field else text.en for field, text in rules.against(wanted, known)]


def test_somebody_of_the_level_below_may_act_for_who_is_away() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("level", "own", "fits"),
    [
        ("II.b", "II.b", True),
        ("II.b", "III.a", True),
        ("II.b", "III.b", True),
        ("II.b", "IV.a", False),
        ("II.b", "JF", False),
        ("III.a", "III.b", True),
        ("III.a", "JF", True),
        ("III.a", "II.b", False),
        ("IV.a", "PELAKSANA", True),
        ("III.b", "PELAKSANA", False),
        ("REGENT", "II.a", True),
        ("SCHOOL", "SCHOOL", True),
        ("II.b", "unknown", False),
    ],
)
def test_one_acts_at_the_same_level_or_one_up(level: str, own: str, fits: bool) -> None:
    assert rules.fits(level, [own]) is fits
    assert rules.fits(level, []) is False


@pytest.mark.parametrize(
    ("changed", "known", "problem"),
    [
        ({"person": "P091"}, {}, "This person holds the post. Choose somebody else."),
        ({}, {"same_department": False}, "This person works in another department. Choose somebody of the same one."),
        (
            {},
            {"levels": ["IV.a"]},
            "The person's own post has to be of the same level, or one below. Choose somebody else.",
        ),
        ({}, {"holders": []}, "kind: This post is vacant. Choose Plt."),
        ({"decree_on": date(2026, 11, 3)}, {}, "decree_on: Give the date of the decree as 2 November 2026 or earlier."),
        ({"first": date(2026, 10, 1)}, {}, "first: Give the first day as 2 October 2026 or later."),
        ({"last": date(2026, 11, 1)}, {}, "last: Give the last day as 2 November 2026 or later."),
        (
            {"first": date(2026, 10, 20), "last": date(2026, 11, 1)},
            {},
            "last: Give the last day as 2 November 2026 or later.",
        ),
        ({"last": date(2027, 11, 2)}, {}, "last: Give the last day as 1 November 2027 or earlier."),
        (
            {"kind": PLT, "last": date(2027, 2, 2)},
            {},
            "last: A Plt. acts for 3 months at most. Give the last day as 1 February 2027 or earlier.",
        ),
    ],
)
def test_what_speaks_against_it_is_told_at_its_field(
    changed: dict[str, Any], known: dict[str, Any], problem: str
) -> None:
    assert told(replace(WANTED, **changed), replace(KNOWN, **known)) == [problem]


@pytest.mark.parametrize(("first", "last"), [(13, 20), (1, 2), (5, 6), (1, 30)])
def test_a_post_has_one_acting_officer_at_a_time(first: int, last: int) -> None:
    other = Period(date(2026, 11, first), date(2026, 11, last), PLH, "P093", "Ani")
    [problem] = told(known=replace(KNOWN, others=[other]))
    assert problem.startswith(f"first: Plh. Ani acts in this post until {last} November 2026.")


def test_the_day_after_is_free_but_a_plt_without_a_break_is_an_extension() -> None:
    before = Period(date(2026, 8, 2), date(2026, 11, 1), PLT, "P094", "Karel")
    known = replace(KNOWN, others=[before], holders=[])
    assert told(replace(WANTED, kind=PLT), known) == [
        "first: This person is Plt. until the day before. Extend that appointment."
    ]
    assert told(replace(WANTED, kind=PLT, person="P093"), known) == []


@pytest.mark.parametrize(
    ("last", "extensions", "problem"),
    [
        (date(2027, 1, 31), 0, None),
        (date(2027, 5, 1), 0, None),
        (date(2027, 5, 2), 0, "Give the last day as 1 May 2027 or earlier."),
        (date(2026, 11, 13), 0, "Give the new last day, after 13 November 2026."),
        (date(2027, 1, 31), 1, "This Plt. has been extended once already. Appoint somebody else."),
    ],
)
def test_a_plt_is_extended_once_by_three_months_at_most(last: date, extensions: int, problem: str | None) -> None:
    period = Period(TODAY, date(2026, 11, 13), PLT, "P094", "Karel")
    found = [text.en for _, text in rules.against_extension(period, last, extensions, KNOWN)]
    assert found == ([problem] if problem else [])


def test_an_extension_stops_before_the_next_officer() -> None:
    period = Period(TODAY, date(2026, 11, 13), PLH, "P094", "Karel")
    coming = Period(date(2026, 12, 1), date(2026, 12, 31), PLH, "P093", "Ani")
    known = replace(KNOWN, others=[coming])
    assert list(rules.against_extension(period, date(2026, 11, 30), 3, known)) == []
    [(field, text)] = rules.against_extension(period, date(2026, 12, 1), 3, known)
    assert (field, text.en.split(".")[0]) == ("last", "Plh")


@pytest.mark.parametrize(
    ("last", "problem"),
    [
        (TODAY, None),
        (date(2026, 11, 12), None),
        (date(2026, 11, 13), "Give a last day before 13 November 2026."),
        (date(2026, 11, 1), "Give the last day as 2 November 2026 or later."),
    ],
)
def test_it_ends_between_today_and_the_day_before_the_last(last: date, problem: str | None) -> None:
    period = Period(date(2026, 10, 1), date(2026, 11, 13), PLH, "P094", "Karel")
    found = [text.en for _, text in rules.against_end(period, last, TODAY)]
    assert found == ([problem] if problem else [])
