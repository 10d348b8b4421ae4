"""Changes of rosters: one is begun, replaced or ended as one act, and kept for ever with who and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.db import table
from engine.errors import Conflict, Refused, Text
from workflows.calendar import Calendars
from workflows.calendar_changes import ROSTER, CalendarChange, Reach, hold_unit, record
from workflows.positions import Person
from workflows.rosters import RosterDay, RosterMember, RosterPlan, pattern_days, rosters_of
from workflows.workdays import NO_ROSTER, ONE_DAY, Roster, Span

LONGEST_SPAN = 400
"""Days that one roster speaks about at most: a year, and some weeks of the next."""
MOST_MEMBERS = 500


@dataclass(frozen=True)
class Turn:
    """So many days on, then so many off, again and again; ``anchor`` is a first day on."""

    days_on: int
    days_off: int
    anchor: date


@dataclass(frozen=True)
class Plan:
    """A roster as it stands or should stand: by a ``turn`` for all members, or by listed ``days`` of each."""

    name: str
    span: Span
    members: tuple[str, ...]
    turn: Turn | None = None
    days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    def until(self, last: date) -> Plan:
        """The same, over after a day that lies within it."""
        kept = {person: tuple(day for day in days if day <= last) for person, days in self.days.items()}
        return replace(self, span=Span(self.span.first, last), days=kept)

    def roster_of(self, person: str, view: Span) -> Roster:
        """What it makes a member work within a view."""
        if not self.span.overlaps(view):
            return NO_ROSTER
        within = Span(max(self.span.first, view.first), min(self.span.last, view.last))
        if self.turn is None:
            return Roster((self.span,), frozenset(day for day in self.days.get(person, ()) if day in within))
        turn = self.turn
        return Roster((self.span,), frozenset(pattern_days(turn.days_on, turn.days_off, turn.anchor, within)))


@dataclass(frozen=True)
class RosterChange:
    """A roster (by its id) that ends, one that begins, or one in the place of another."""

    unit: str
    roster: int | None = None
    before: Plan | None = None
    after: Plan | None = None

    @property
    def reach(self) -> Reach:
        """The members of both sides, within the dates of both; of one that only ends earlier, the days after that."""
        plans = self._plans
        first, last = min(plan.span.first for plan in plans), max(plan.span.last for plan in plans)
        if (
            self.before
            and self.after
            and self.after.span.last < last
            and self.before.until(self.after.span.last) == self.after
        ):
            first = self.after.span.last + ONE_DAY
        return Reach(Span(first, last), self.unit, frozenset(person for plan in plans for person in plan.members))

    @property
    def _plans(self) -> list[Plan]:
        return [plan for plan in (self.before, self.after) if plan is not None]

    def tried_on(self, session: Session, calendars: Calendars, view: Span) -> Calendars:
        """As `calendar_changes.Proposal.tried_on`."""
        people = self.reach.people or ()
        kept = rosters_of(session, people, view, besides=self.roster or 0)
        changed = {person: self._roster(kept, person, view) for person in people}
        others = {person: roster for person, roster in calendars.rosters.items() if person not in changed}
        return replace(calendars, rosters=others | {p: roster for p, roster in changed.items() if roster.spans})

    def _roster(self, kept: Mapping[str, Roster], person: str, view: Span) -> Roster:
        old = kept.get(person, NO_ROSTER)
        if self.after is None or person not in self.after.members:
            return old
        new = self.after.roster_of(person, view)
        return Roster(old.spans + new.spans, old.days | new.days)

    def post(self, session: Session, *, by: str, now: datetime) -> CalendarChange:
        """As `calendar_changes.Proposal.post`. Raises `Refused` where a member is of another unit or has another."""
        hold_unit(session, self.unit)
        if self.roster is not None and (self.before is None or plan_of(session, self.roster) != self.before):
            raise Conflict(_MOVED)
        if problems := clashes(session, self):
            raise Refused({"": problems})
        if self.roster is not None:
            _remove(session, self.roster)
        if self.after is not None:
            _keep(session, self.unit, self.after)
        sides = (_told(self.before), _told(self.after))
        return record(session, ROSTER, self.unit, self.reach.span, sides, by=by, now=now)


def clashes(session: Session, change: RosterChange) -> list[Text]:
    """Why a roster cannot begin: members of another unit, or with another roster in those dates."""
    plan = change.after
    if plan is None:
        return []
    people = session.execute(select(Person.id, Person.name, Person.unit).where(Person.id.in_(plan.members))).all()
    strangers = [person.name for person in people if person.unit != change.unit]
    others = rosters_of(session, plan.members, plan.span, besides=change.roster or 0)
    taken = [person.name for person in people if person.id in others]
    named = ((_NOT_IN_UNIT, strangers), (_HAS_ROSTER, taken))
    return [Text(*(words.format(", ".join(names)) for words in (text.id, text.en))) for text, names in named if names]


def plan_of(session: Session, roster: int) -> Plan | None:
    """A roster as it stands; None if there is none."""
    row = session.get(RosterPlan, roster)
    if row is None:
        return None
    members = session.scalars(select(RosterMember.person).where(RosterMember.roster == roster))
    listed: dict[str, list[date]] = {}
    for entry in session.scalars(select(RosterDay).where(RosterDay.roster == roster).order_by(RosterDay.day)):
        listed.setdefault(entry.person, []).append(entry.day)
    turn = None
    if row.days_on is not None and row.days_off is not None and row.anchor is not None:
        turn = Turn(row.days_on, row.days_off, row.anchor)
    return Plan(
        row.name, row.span, tuple(sorted(members)), turn, {person: tuple(days) for person, days in listed.items()}
    )


def _remove(session: Session, roster: int) -> None:
    session.execute(delete(RosterDay).where(RosterDay.roster == roster))
    session.execute(delete(RosterMember).where(RosterMember.roster == roster))
    session.execute(delete(RosterPlan).where(RosterPlan.id == roster))


def _keep(session: Session, unit: str, plan: Plan) -> None:
    turn = (
        {"days_on": plan.turn.days_on, "days_off": plan.turn.days_off, "anchor": plan.turn.anchor} if plan.turn else {}
    )
    row = RosterPlan(unit=unit, name=plan.name, first=plan.span.first, last=plan.span.last, **turn)
    session.add(row)
    session.flush()
    _insert(session, RosterMember, ({"roster": row.id, "person": person} for person in plan.members))
    days = ((person, day) for person, listed in plan.days.items() for day in listed)
    _insert(session, RosterDay, ({"roster": row.id, "person": person, "day": day} for person, day in days))


def _insert(session: Session, model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    if values := list(rows):
        session.execute(insert(table(model)), values)


def _told(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    turn = plan.turn
    return {
        "name": plan.name,
        "first": plan.span.first.isoformat(),
        "last": plan.span.last.isoformat(),
        "members": list(plan.members),
        "turn": None if turn is None else [turn.days_on, turn.days_off, turn.anchor.isoformat()],
        "days": {person: [day.isoformat() for day in days] for person, days in plan.days.items()},
    }


_MOVED = Text(
    "Jadwal ini sudah diubah atau diakhiri orang lain. Buka halaman unit lagi, lalu ulangi.",
    "Somebody has changed or ended this roster. Open the unit's page again and repeat.",
)
_NOT_IN_UNIT = Text("Bukan pegawai unit ini: {}.", "Not of this unit: {}.")
_HAS_ROSTER = Text(
    "Sudah punya jadwal lain pada tanggal itu: {}. Ubah atau akhiri jadwal itu dahulu.",
    "They have another roster on those dates: {}. Change or end that one first.",
)
