"""The staff of a unit on the days of a view: who is due to work, by the unit's calendar or a roster of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from engine.errors import NotFound
from workflows import calendar
from workflows.leave import sight
from workflows.positions import Person, Unit
from workflows.rosters import rosters_of
from workflows.workdays import Span, WorkCalendar


@dataclass(frozen=True)
class Crew:
    """The people of a unit. ``rostered``: the calendars of those who work by a roster; all others go by the unit's."""

    unit_name: str
    people: frozenset[str]
    calendar: WorkCalendar
    rostered: Mapping[str, WorkCalendar]

    @classmethod
    def read(cls, session: Session, unit: str, view: Span, seen: ColumnElement[bool] | None = None) -> Crew:
        """A unit's staff, or those of it whom the reader sees. Raises `NotFound` when that is nobody."""
        rows = session.execute(
            select(Person.id, Unit.name)
            .join(Unit, Unit.id == Person.unit)
            .where(Person.unit == unit, Person.kind != sight.WITHOUT_LEAVE, true() if seen is None else seen)
        ).all()
        if not rows:
            raise NotFound
        people = frozenset(row.id for row in rows)
        of_unit = calendar.office(session, unit, view).calendar
        rosters = rosters_of(session, people, view)
        rostered = {person: replace(of_unit, roster=roster) for person, roster in rosters.items()}
        return cls(rows[0].name, people, of_unit, rostered)

    def works(self, person: str, day: date) -> bool:
        """Whether somebody is due to work on a day."""
        return self.rostered.get(person, self.calendar).is_working_day(day)

    def due(self, day: date) -> int:
        """How many are due to work on a day."""
        regular = len(self.people) - len(self.rostered) if self.calendar.is_working_day(day) else 0
        return regular + sum(own.is_working_day(day) for own in self.rostered.values())

    def present(self, day: date, gone: Collection[str]) -> int:
        """How many are left of them without those who are gone."""
        return self.due(day) - sum(self.works(person, day) for person in self.people.intersection(gone))
