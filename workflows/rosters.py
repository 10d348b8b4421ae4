"""Rosters of those who work in shifts: a pattern for a group, or the days of each person as a list says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, and_, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base
from workflows.positions import Person
from workflows.workdays import Roster, Span

LONGEST_TURN = 31
"""Days on, or days off, of a pattern at most."""


class RosterPlan(Base):
    """A roster of a unit from ``first`` to ``last``: days on and off in turn from ``anchor``, or a list of days."""

    __tablename__ = "roster"
    __table_args__ = (Index("ix_roster_unit", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(80))
    first: Mapped[date]
    last: Mapped[date]
    days_on: Mapped[int | None]
    """None: the days are listed (`RosterDay`)."""
    days_off: Mapped[int | None]
    anchor: Mapped[date | None]
    """A first day on."""

    @property
    def span(self) -> Span:
        """The days about which it speaks."""
        return Span(self.first, self.last)


class RosterMember(Base):
    """Somebody whom a roster is for; it counts while they belong to its unit."""

    __tablename__ = "roster_member"
    __table_args__ = (Index("ix_roster_member_person", "person"),)

    roster: Mapped[int] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)


class RosterDay(Base):
    """A day that a listed roster gives to somebody."""

    __tablename__ = "roster_day"

    roster: Mapped[int] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


def pattern_days(days_on: int, days_off: int, anchor: date, span: Span) -> Iterator[date]:
    """The days on of a span: ``days_on`` from the anchor, then ``days_off`` off, again and again, both ways."""
    return (day for day in span if (day - anchor).days % (days_on + days_off) < days_on)


_ROSTERS = (
    select(RosterMember.person, RosterPlan, RosterDay.day)
    .select_from(RosterMember)
    .join(RosterPlan, RosterPlan.id == RosterMember.roster)
    .join(Person, and_(Person.id == RosterMember.person, Person.unit == RosterPlan.unit))
    .outerjoin(
        RosterDay,
        and_(
            RosterDay.roster == RosterPlan.id,
            RosterDay.person == RosterMember.person,
            RosterDay.day.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
        ),
    )
    .where(
        RosterPlan.last >= bindparam("first", type_=Date),
        RosterPlan.first <= bindparam("last", type_=Date),
        RosterPlan.id != bindparam("besides"),
    )
)


def rosters_of(
    session: Session, people: Collection[str] | None, view: Span, *, besides: int = 0
) -> Mapping[str, Roster]:
    """The rosters that people (None: all) work by within a view, by one statement, one plan left out if asked for.

    Nobody without a roster is in it.
    """
    wanted = _ROSTERS if people is None else _ROSTERS.where(RosterMember.person.in_(people))
    rows = session.execute(wanted, {"first": view.first, "last": view.last, "besides": besides}).all()
    plans: dict[str, dict[int, RosterPlan]] = {}
    days: dict[str, set[date]] = {}
    for person, plan, day in rows:
        if plan.id not in plans.setdefault(person, {}):
            plans[person][plan.id] = plan
            days.setdefault(person, set()).update(_by_pattern(plan, view))
        if day is not None:
            days[person].add(day)
    return {
        person: Roster(tuple(plan.span for plan in of_person.values()), frozenset(days[person]))
        for person, of_person in plans.items()
    }


def _by_pattern(plan: Any, view: Span) -> Iterator[date]:
    if plan.days_on is None:
        return iter(())
    within = Span(max(plan.first, view.first), min(plan.last, view.last))
    return pattern_days(plan.days_on, plan.days_off, plan.anchor, within)
