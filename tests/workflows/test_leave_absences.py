"""How many of a unit are present: by its calendar, by rosters, beside others who are away or ask to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine.db import Database
from workflows.leave import openings
from workflows.leave.absences import Stretch, strength
from workflows.leave.balance import balance
from workflows.leave.bookkeeping import Entry, available, debit, defer, reserve
from workflows.leave.cards import MOST_STRETCHES, card
from workflows.leave.crew import Crew
from workflows.leave.law import Applicant
from workflows.leave.model import LeaveRequest
from workflows.positions import Person
from workflows.rosters import RosterMember, RosterPlan
from workflows.workdays import Span

UNIT, WATI, NURSE, GUARD, OTHER = "DISKOMINFO", "P097", "P096", "P098", "P095"
WEEK = Span(date(2026, 11, 9), date(2026, 11, 15))
"""Monday to Sunday, without a holiday."""


def leave(person: str, first: date, last: date, status: str = "approved") -> LeaveRequest:
    """A leave of a person."""
    days = (last - first).days + 1
    dates = {"first": first, "last": last, "days": days, "travel_days": 0}
    return LeaveRequest(
        instance=uuid4(), person=person, type="annual", abroad=False, changed=False, status=status, **dates
    )


def rostered(session: Session, people: Iterable[str]) -> None:
    """Two days on and two off in turn, from the Monday on, the weekend not spared."""
    plan = RosterPlan(
        unit=UNIT, name="Jaga", first=WEEK.first, last=WEEK.last, days_on=2, days_off=2, anchor=WEEK.first
    )
    session.add(plan)
    session.flush()
    session.add_all(RosterMember(roster=plan.id, person=person) for person in people)


def looked(demo: Database, request: LeaveRequest) -> tuple[Stretch, ...]:
    """The strength on the days of a request."""
    with demo.reads() as session:
        return strength(session, request, UNIT)


def test_days_on_which_the_same_people_are_away_are_one_stretch(demo: Database) -> None:
    day = WEEK.first
    others = [leave(OTHER, day + timedelta(days=2), day + timedelta(days=2)), leave(GUARD, day, day, "reserved")]
    demo.command(lambda session: session.add_all(others))
    found = looked(demo, leave(WATI, WEEK.first, WEEK.last))
    assert [(each.first.day, each.last.day, each.present, each.due) for each in found] == [
        (9, 9, 13, 14),
        (10, 10, 13, 14),
        (11, 11, 12, 14),
        (12, 13, 13, 14),
    ]
    assert [len(each.waiting) for each in found] == [1, 0, 0, 0]


def test_who_works_by_a_roster_is_due_on_its_days_alone(demo: Database) -> None:
    demo.command(lambda session: rostered(session, [NURSE, GUARD]))
    with demo.reads() as session:
        crew = Crew.read(session, UNIT, WEEK)
    assert [crew.due(day) for day in WEEK] == [14, 14, 12, 12, 14, 2, 0]
    assert [crew.present(day, {NURSE}) for day in WEEK] == [13, 13, 12, 12, 13, 1, 0]


def test_the_strength_is_told_for_the_days_on_which_the_applicant_works(demo: Database) -> None:
    demo.command(lambda session: rostered(session, [NURSE, GUARD]))
    found = looked(demo, leave(NURSE, WEEK.first, WEEK.last))
    assert [(each.first.day, each.last.day, each.present, each.due) for each in found] == [
        (9, 13, 13, 14),
        (14, 14, 1, 2),
    ]


def test_people_of_the_same_name_are_counted_each(demo: Database) -> None:
    def rename(session: Session) -> None:
        for person in (OTHER, GUARD):
            session.get_one(Person, person).name = "Sri Rahayu"
            session.add(leave(person, WEEK.first, WEEK.first))

    demo.command(rename)
    (found,) = looked(demo, leave(WATI, WEEK.first, WEEK.first))
    assert (found.present, found.away) == (11, ("Sri Rahayu", "Sri Rahayu"))


def test_a_long_leave_shows_the_thinnest_days_in_their_order() -> None:
    first = date(2026, 11, 2)
    many = [Stretch(day := first + timedelta(days=number), day, 20 - number % 15, 25, (), ()) for number in range(30)]
    found = card(many)
    assert len(found.facts) == MOST_STRETCHES
    assert str(MOST_STRETCHES) in found.lead.id
    assert found.facts[0].value.id == "10 dari 25 hadir"
    assert found.facts[0].label.id.endswith("12 November 2026")


APPLICANT = Applicant("PNS", date(2015, 1, 1))
DEBITS = st.lists(st.tuples(st.just(2026), st.sampled_from([2025, 2026]), st.integers(1, 4)), max_size=3)


@given(taken=DEBITS, waiting=DEBITS, put_off=st.integers(0, 3))
def test_what_a_balance_shows_is_the_sum_of_its_entries(
    taken: list[tuple[int, int, int]], waiting: list[tuple[int, int, int]], put_off: int
) -> None:
    opening = (Entry(2024, "opening", 2024, 12, used=12), Entry(2025, "opening", 2025, 12, used=4))
    deferred = ((2025, 2025, put_off),) if put_off else ()
    entries = (*opening, *reserve(deferred), *defer(deferred))
    entries += openings.opening(entries, 2026, APPLICANT, openings.law_of(2026))
    entries += (*reserve([*taken, *waiting]), *debit(taken))
    following = openings.opening(entries, 2027, APPLICANT, openings.law_of(2027))
    found = balance(entries, 2026, 2026, following)
    assert {bucket.year: bucket.left for bucket in found.buckets} == {
        year: sum(entry.left for entry in entries if entry.bucket == year) for year in (2026, 2025, 2024)
    }
    assert found.left == available(entries, 2026, 2026)
    assert (found.used, found.reserved) == (sum(d for *_, d in taken), sum(d for *_, d in waiting))
    kept = sum(max(0, bucket.left) for bucket in found.buckets) + sum(entry.granted for entry in following) - 12
    assert sum(bucket.carried for bucket in found.buckets) == max(0, kept)
