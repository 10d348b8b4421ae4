"""Random lives of staff: what they ask for, what is decided and undone, over the turns of several years.

A life calls the services as a process would, and notes in plain facts what was decided (`recomputed`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import Conflict, Refused
from engine.services import Decision, ServiceContext
from tests.workflows.recomputed import Facts, Leave
from workflows import services
from workflows.leave import bookkeeping, year
from workflows.leave.ledger import Ledger
from workflows.leave.model import LeaveAccount
from workflows.people import Person
from workflows.workdays import ONE_DAY

UNIT, HEAD, REGENT = "DISKOMINFO", "position:DISKOMINFO-01", "position:BUPATI"
FIRST_DAY, LAST_YEAR = date(2026, 1, 5), 2029
Offdays = Collection[date]


def decided(role: str, person: str, principal: str, outcome: str | None, at: datetime) -> Decision:
    return Decision(f"{role}_{outcome}", role, person, principal, "", outcome, at)


@dataclass
class Asked:
    """A request that somebody follows up. ``granted``: the dates as they stand, once they are granted."""

    id: UUID
    type: str
    first: date
    last: date
    decisions: list[Decision]
    state: str = "waiting"
    events: int = 1


@dataclass
class Life:
    """One person's years. ``off``: days of the calendar on which nobody works, weekends apart."""

    session: Session
    chance: random.Random
    off: Offdays
    joint: list[date]
    person: str
    contract_years: int | None = None
    today: date = FIRST_DAY
    requests: list[Asked] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    undone: bool = False
    rejected: dict[UUID, Leave] = field(default_factory=dict)
    seen: dict[date, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kind = "PNS" if self.contract_years is None else "PPPK"
        start = date(2015, 1, 1) if self.chance.random() < 0.7 else date(2025, self.chance.randint(2, 12), 1)
        about = {"kind": kind, "unit": UNIT, "service_start": start, "contract_years": self.contract_years}
        nip = f"{self.chance.randrange(10**17):018}"
        self.session.add(Person(id=self.person, nip=nip, name=self.person, sex="P", **about))
        self.session.flush()
        served = start.replace(year=start.year + 1)
        self.facts = Facts(FIRST_DAY.year, served, self.contract_years)
        self.session.add(LeaveAccount(person=self.person, opened=FIRST_DAY.year - 1))
        self.session.flush()

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(5), UTC)

    @property
    def row(self) -> Person:
        return self.session.get_one(Person, self.person)

    def shown(self) -> dict[int, int]:
        """The balance as people see it today."""
        ledger = Ledger.read(self.session, self.row, self.today.year)
        return bookkeeping.buckets(ledger.entries, self.today.year)

    # Living

    def live(self, acts: int) -> None:
        """So many random acts, or until the last year is over."""
        every: list[tuple[Callable[[], object], int]] = [
            (self.pass_time, 12),
            (self.ask_annual, 8),
            (self.decide, 8),
            (self.change_granted, 4),
            (self.ask_other, 2),
            (self.credit_duty, 1),
            (self.close_year, 2),
        ]
        kinds, weights = [kind for kind, _ in every], [weight for _, weight in every]
        for _ in range(acts):
            if self.today.year > LAST_YEAR:
                return
            act = self.chance.choices(kinds, weights)[0]
            act()
            self.acts.append(f"{self.today} {act.__name__}")
            self.check()

    def check(self) -> None:
        """Shown = ledger (through the openings) = worked out anew; nothing is overdrawn."""
        shown, expected = self.shown(), self.facts.balance(self.today.year)
        told = "\n".join(self.acts[-12:])
        assert {b: n for b, n in shown.items() if n} == {b: n for b, n in expected.items() if n}, told
        assert min(shown.values(), default=0) >= 0, told
        if not self.undone:
            self.seen[self.today] = shown

    def pass_time(self) -> None:
        """Days go by; sometimes a year ends, and whoever comes first opens the next."""
        self.today += timedelta(days=self.chance.choice((3, 20, 60, 150, 250, 330)))

    def close_year(self) -> None:
        """The office closes last year, and now and then takes that back."""
        if self.today.year == FIRST_DAY.year:
            return
        job = self.chance.choice((year.post, year.post, year.undo))
        ended = self.today.year - 1
        if job is year.undo:
            self.undone = True
        while job(self.session, ended, "test", self.now).left:
            pass

    # Asking

    def ask_annual(self) -> None:
        first = self.today + timedelta(days=self.chance.choice((0, 2, 10, 30, 60, 120)))
        last = first + timedelta(days=self.chance.choice((0, 0, 1, 2, 4, 9, 13, 20)))
        self.reserve(Asked(self._id(), "annual", first, last, []))

    def reserve(self, asked: Asked, **more: Any) -> bool:
        """Ask, or ask anew after a return; whether it was accepted."""
        submitted = decided("requester", self.person, f"person:{self.person}", None, self.now)
        before = list(asked.decisions)
        asked.decisions.append(submitted)
        try:
            self.call("leave.reserve@2", asked, type=asked.type, first=asked.first, last=asked.last, **more)
        except Refused:
            asked.decisions = before
            return False
        if asked.type == "annual":
            self.facts.leaves.pop(asked.id, None)
            self.facts.leaves[asked.id] = self.paid(asked.first, asked.last)
        if asked not in self.requests:
            self.requests.append(asked)
        return True

    def paid(self, first: date, last: date) -> Leave:
        dates = self.working(first, last)
        return Leave(dates, self.facts.pay(dates, self.today))

    def working(self, first: date, last: date) -> list[date]:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if day.weekday() < 5 and day not in self.off]

    def ask_other(self) -> None:
        first = self.today + timedelta(days=self.chance.choice((0, 1, 5)))
        choice: tuple[str, int, dict[str, Any]] = self.chance.choice(
            (
                ("sick", self.chance.randint(1, 9), {"letter": "doctor"}),
                ("important", 3, {"case": "relative_death", "relation": "mother"}),
                ("long", 60, {"case": "other"}),
                ("maternity", 80, {"letter": "midwife", "birth_order": 1}),
            )
        )
        type, days, more = choice
        asked = Asked(self._id(), type, first, first + timedelta(days=days), [])
        if self.reserve(asked, **more) and self.chance.random() < 0.7:
            self.say(asked, "approve", "leave.grant@1")
            asked.state = "granted"
            if type == "long":
                self.facts.long[asked.id] = first.year

    # Deciding

    def decide(self) -> None:
        """One of the outcomes for a request that waits."""
        asked = self.one("waiting")
        if asked is None:
            return
        outcome = self.chance.choice(
            ("approve", "approve", "approve", "change", "defer", "reject", "return", "withdraw")
        )
        getattr(self, f"_{outcome}")(asked)
        if outcome in ("approve", "defer", "reject") and self.chance.random() < 0.15:
            self._take_back(asked)

    def _approve(self, asked: Asked) -> None:
        self.say(asked, "approve", "leave.grant@1")
        asked.state = "granted"
        if asked.type == "long":
            self.facts.long[asked.id] = asked.first.year

    def _change(self, asked: Asked) -> None:
        if asked.type != "annual":
            return
        first = self.today + timedelta(days=self.chance.randint(1, 40))
        last = first + timedelta(days=self.chance.choice((0, 1, 3, 6)))
        point = self.session.begin_nested()
        try:
            self.say(asked, "change", "leave.change@2", first=first, last=last)
        except Refused:
            point.rollback()
            asked.decisions.pop()
            return
        point.commit()
        del self.facts.leaves[asked.id]
        self.facts.leaves[asked.id] = self.paid(first, last)
        asked.first, asked.last = first, last
        accepts = self.chance.random() < 0.7
        answer = decided(
            "requester", self.person, f"person:{self.person}", "accept" if accepts else "decline", self.now
        )
        asked.decisions.append(answer)
        self.call("leave.grant@1" if accepts else "leave.release@2", asked)
        asked.state = "granted" if accepts else "over"
        if not accepts:
            del self.facts.leaves[asked.id]

    def _defer(self, asked: Asked) -> None:
        try:
            self.say(asked, "defer", "leave.defer@2")
        except Refused:
            asked.decisions.pop()
            return
        asked.state = "deferred"
        if asked.type == "annual":
            self.facts.put_off[asked.id] = self.facts.leaves.pop(asked.id).days

    def _reject(self, asked: Asked) -> None:
        self.say(asked, "reject", "leave.release@2")
        asked.state = "rejected"
        self.facts.leaves.pop(asked.id, None)

    def _return(self, asked: Asked) -> None:
        """Sent back by the officer, and sent again with other dates."""
        if asked.type != "annual":
            return
        old = asked.first, asked.last
        asked.first = self.today + timedelta(days=self.chance.randint(0, 60))
        asked.last = asked.first + timedelta(days=self.chance.choice((0, 2, 5)))
        held = self.facts.leaves.pop(asked.id)
        self.facts.leaves[asked.id] = held
        if not self._again(asked, held):
            asked.first, asked.last = old

    def _again(self, asked: Asked, held: Leave) -> bool:
        point = self.session.begin_nested()  # a refused repair leaves nothing behind, as a refused act does
        del self.facts.leaves[asked.id]
        if self.reserve(asked):
            point.commit()
            return True
        point.rollback()
        self.facts.leaves[asked.id] = held
        return False

    def _withdraw(self, asked: Asked) -> None:
        about = Asked(self._id(), "", self.today, self.today, [])
        about.decisions.append(decided("requester", self.person, f"person:{self.person}", None, self.now))
        self.call("leave.withdraw@1", about, about=asked.id)
        asked.state = "over"
        self.facts.leaves.pop(asked.id, None)

    def _take_back(self, asked: Asked) -> None:
        """The official takes the decision back; it can be decided anew."""
        event, name = asked.events, {"granted": "leave.grant@1", "deferred": "leave.defer@2"}.get(asked.state)
        undo = services[name or "leave.release@2"].undo
        assert undo is not None
        asked.events += 1
        point = self.session.begin_nested()
        try:
            undo(self.context(asked, None), event=event, result={})
        except Conflict:
            point.rollback()
            return
        point.commit()
        state, asked.state = asked.state, "waiting"
        asked.decisions.pop()
        self.facts.long.pop(asked.id, None)
        if asked.type == "annual":
            if state == "deferred":
                days = self.facts.put_off.pop(asked.id)
                self.facts.leaves[asked.id] = Leave(self.working(asked.first, asked.last), [b for _, b in days])
            elif state == "rejected":
                self.facts.leaves[asked.id] = self.rejected[asked.id]

    # What happens to granted leave

    def change_granted(self) -> None:
        asked = self.one("granted")
        if asked is None or asked.type not in ("annual", "long"):
            return
        begun = asked.first < self.today <= asked.last
        kinds = ["cancel", "recall", *(["shorten", "interrupt"] if begun and asked.type == "annual" else [])]
        kind = self.chance.choice(kinds)
        if self.today > asked.last and self.chance.random() < 0.7:
            return
        span = (asked.last - asked.first).days
        since = asked.first + timedelta(days=self.chance.randint(0, span))
        if kind in ("shorten", "interrupt"):
            since = max(asked.first + ONE_DAY, min(since, self.today))
        self._cut(asked, kind, since)

    def _cut(self, asked: Asked, kind: str, since: date) -> None:
        about = Asked(self._id(), "", self.today, self.today, [])
        role = ("direct_superior", "P094", "position:DISKOMINFO-04", "confirm")
        role = role if kind == "shorten" else ("authorised_official", "P091", HEAD, "approve")
        about.decisions.append(decided(*role, self.now))
        parameters: dict[str, Any] = {
            "cancel": {"from_day": since},
            "recall": {"return_on": since},
            "shorten": {"return_on": since},
            "interrupt": {"first": since, "last": since + ONE_DAY, "type": "sick", "letter": "doctor"},
        }[kind]
        try:
            self.call(f"leave.{kind}@1", about, about=asked.id, **parameters)
        except Refused:
            return
        if asked.type == "annual":
            self._strike_out(asked, since, kept_in_full=kind == "recall", by=about.id)
        elif since <= asked.first:
            del self.facts.long[asked.id]
        asked.last = since - ONE_DAY
        if since <= asked.first:
            asked.state = "over"

    def _strike_out(self, asked: Asked, since: date, *, kept_in_full: bool, by: UUID) -> None:
        leave = self.facts.leaves[asked.id]
        kept = [n for n, day in enumerate(leave.dates) if day < since]
        gone = [day for n, day in enumerate(leave.days) if n not in kept]
        self.facts.leaves[asked.id] = Leave([leave.dates[n] for n in kept], [leave.paid[n] for n in kept])
        if kept_in_full:
            self.facts.put_off[by] = gone

    def credit_duty(self) -> None:
        past = [day for day in self.joint if self.today - timedelta(days=200) < day <= self.today]
        if not past:
            return
        days = self.chance.sample(past, min(len(past), self.chance.randint(1, 3)))
        asked = Asked(self._id(), "", self.today, self.today, [decided("unit_head", "P091", HEAD, "approve", self.now)])
        try:
            self.call("leave.credit@1", asked, dates=days)
        except Refused:
            return
        self.facts.credits[asked.id] = [day.year + (day >= date(day.year, 12, 24)) for day in days]

    # Calling

    def call(self, name: str, asked: Asked, about: UUID | None = None, **parameters: Any) -> None:
        """Call a service as the next act of an instance."""
        asked.events += 1
        services[name].handler(self.context(asked, about), **parameters)

    def say(self, asked: Asked, outcome: str, name: str, **parameters: Any) -> None:
        """The official decides, and what follows is called."""
        if outcome == "reject" and asked.id in self.facts.leaves:
            self.rejected[asked.id] = self.facts.leaves[asked.id]
        asked.decisions.append(decided("authorised_official", "P091", HEAD, outcome, self.now))
        self.call(name, asked, **parameters)

    def context(self, asked: Asked, about: UUID | None) -> ServiceContext:
        return ServiceContext(
            session=self.session,
            now=self.now,
            today=self.today,
            instance=asked.id,
            reference="CUTI-1",
            process="leave",
            subject=self.person,
            starter=self.person,
            unit=UNIT,
            actor=None,
            cause=asked.decisions[-1] if asked.decisions else None,
            decisions=tuple(asked.decisions),
            event=asked.events,
            about=about,
            ending=lambda _reason: None,
            final_at=asked.decisions[-1].at if asked.decisions else self.now,
        )

    def one(self, state: str) -> Asked | None:
        found = [asked for asked in self.requests if asked.state == state]
        return self.chance.choice(found) if found else None

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)
