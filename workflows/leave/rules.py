"""The rules of annual leave, as pure functions: who may take how many days, and from which year's bucket."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import workflows.leave.refusals as say
from engine.errors import Text
from workflows.leave.bookkeeping import Entry, available, buckets, oldest_first
from workflows.leave.law import EARLY_GROUNDS, MAKS18, Applicant, LeaveLaw, law_on
from workflows.leave.refusals import Refusal
from workflows.wording import plain_date, working_days
from workflows.workdays import DayOff, Span, WorkCalendar, years_later


def carried(applicant: Applicant, left: int, *, unused_two_years: bool, deferred: int, law: LeaveLaw) -> int:
    """How many of the days left of a year may be used in the next.

    ``unused_two_years``: nothing was taken in that year and the year before, with full entitlements.
    ``deferred``: days of that year which the authorised official deferred.

    Source: Peraturan BKN 24/2017 III.A; for PPPK Peraturan BKN 7/2022.
    """
    ordinary = min(law.carry_ordinary, left)
    if applicant.kind == "PPPK" and (applicant.contract_years or 0) <= law.pppk_carry_above_years:
        return 0
    short_contract = applicant.kind == "PPPK" and (applicant.contract_years or 0) <= law.pppk_full_carry_above_years
    if law.carry == MAKS18 or short_contract:
        return ordinary
    kept = min(deferred, left)
    if kept:
        return min(law.carry_full, kept + min(law.carry_ordinary, left - kept))
    return min(law.carry_full, left) if unused_two_years else ordinary


def opening(entries: Collection[Entry], year: int, applicant: Applicant, law: LeaveLaw) -> tuple[Entry, ...]:
    """The entries that open a year: its grant, and the lapse of what may not be carried into it.

    Safe to repeat: with its own result added it returns nothing, and after a release in an earlier year
    it returns the further lapse that follows.

    Source: PP 11/2017 art. 313; Peraturan BKN 24/2017 III.A.
    """
    granted = grant(entries, year, applicant, law)
    older = sorted({entry.bucket for entry in entries if entry.bucket < year})
    lapsed = (_lapse(entries, bucket, year, applicant, law) for bucket in older)
    return (*granted, *(entry for entry in lapsed if entry.granted))


def grant(entries: Collection[Entry], year: int, applicant: Applicant, law: LeaveLaw) -> tuple[Entry, ...]:
    """The grant of a year's bucket, if the person is entitled to one and does not have it yet.

    Source: PP 11/2017 art. 312; Peraturan BKN 7/2022 for PPPK.
    """
    if _entitlement(entries, year) or not applicant.is_entitled_in(year, law):
        return ()
    return (Entry(year, "grant", year, granted=law.annual_days),)


def _lapse(entries: Collection[Entry], bucket: int, year: int, applicant: Applicant, law: LeaveLaw) -> Entry:
    own = [entry for entry in entries if entry.bucket == bucket]
    left = sum(entry.left for entry in own if entry.in_year < year)
    lapsed = -sum(entry.granted for entry in own if entry.kind == "carry" and entry.in_year == year)
    kept = _kept(entries, left, year, applicant, law) if bucket == year - 1 else 0
    return Entry(bucket, "carry", year, granted=-max(0, left - kept - lapsed))


def _kept(entries: Collection[Entry], left: int, year: int, applicant: Applicant, law: LeaveLaw) -> int:
    if not applicant.is_entitled_in(year - 1, law):
        return 0  # an early grant to PPPK staff is for its reason only
    full = all(_entitlement(entries, y) >= law.annual_days for y in (year - 1, year - 2))
    unused = full and not any(_taken_in(entries, y) for y in (year - 1, year - 2))
    deferred = -sum(entry.reserved for entry in entries if entry.kind == "defer" and entry.in_year == year - 1)
    return carried(applicant, max(0, left), unused_two_years=unused, deferred=deferred, law=law)


def _entitlement(entries: Iterable[Entry], year: int) -> int:
    return sum(entry.granted for entry in entries if entry.bucket == year and entry.kind in {"grant", "opening"})


def _taken_in(entries: Iterable[Entry], year: int) -> int:
    return sum(entry.used + entry.reserved for entry in entries if entry.in_year == year)


@dataclass(frozen=True)
class Assessment:
    """What a request would do: ``debits`` are (bucket, days), oldest bucket first."""

    span: Span
    days: int
    holidays: tuple[tuple[date, DayOff], ...]
    rest_days: int
    available: int
    debits: tuple[tuple[int, int], ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Facts:
    """What is known when a request is judged. ``opened``: the newest year that the ledger has opened."""

    applicant: Applicant
    calendar: WorkCalendar
    entries: Sequence[Entry]
    opened: int
    today: date
    busy: tuple[Span, ...] = ()
    ground: str | None = None


def assess(facts: Facts, span: Span) -> Assessment:
    """Count a request and judge it; refusals are data, all of them, in the order in which they matter.

    Source: PP 11/2017 art. 311-313, Peraturan BKN 24/2017 III.A; for PPPK Peraturan BKN 7/2022.
    """
    law, year = law_on(span.first), span.first.year
    entries = (*facts.entries, *_advance(facts, year, law))
    days = facts.calendar.working_days(span)
    there = available(entries, year, facts.opened)
    first_no = _cannot_start(facts, span, law)
    refusals = first_no or (*_not_these_days(facts, span, days), *_not_so_many(facts, span, days, there, law))
    left = buckets(entries, year)
    from_these = left if year <= facts.opened else {year: left.get(year, 0)}
    return Assessment(
        span,
        days,
        facts.calendar.holidays(span),
        facts.calendar.rest_days(span),
        there,
        () if refusals else oldest_first(from_these, days),
        refusals,
    )


def advance(facts: Facts, span: Span) -> tuple[Entry, ...]:
    """The grant that must be written before days of the span can be reserved; mostly nothing.

    Source: as `grant`; the few days of the first year by Peraturan BKN 7/2022.
    """
    return _advance(facts, span.first.year, law_on(span.first))


def _advance(facts: Facts, year: int, law: LeaveLaw) -> tuple[Entry, ...]:
    """A bucket of next year asked for in this one, or the few days of PPPK staff in their first year."""
    if year > facts.opened and (granted := grant(facts.entries, year, facts.applicant, law)):
        return granted
    early = facts.applicant.kind == "PPPK" and facts.ground in EARLY_GROUNDS
    if early and not _entitlement(facts.entries, year):
        return (Entry(year, "grant", year, granted=law.pppk_early_days),)
    return ()


def _cannot_start(facts: Facts, span: Span, law: LeaveLaw) -> tuple[Refusal, ...]:
    """Reasons that leave nothing to count."""
    who = facts.applicant
    if who.kind not in {"PNS", "CPNS", "PPPK"} or who.service_start is None:
        return (say.refusal("not_staff", "", say.NOT_STAFF),)
    if who.has_served_by(span.first, law):
        return ()
    since = plain_date(years_later(who.service_start, law.waiting_years))
    if who.kind != "PPPK":
        return (say.refusal("waiting_period", "first", say.WAITING, since),)
    return () if facts.ground in EARLY_GROUNDS else (say.refusal("early_ground", "ground", say.EARLY_GROUND, since),)


def _not_these_days(facts: Facts, span: Span, days: int) -> Iterable[Refusal]:
    if span.first < facts.today:
        yield say.refusal("past", "first", say.PAST)
    if span.first.year != span.last.year:
        yield say.refusal("crosses_year", "last", say.CROSSES_YEAR, plain_date(date(span.first.year, 12, 31)))
    if span.first.year > facts.today.year + 1:
        yield say.refusal("too_far", "first", say.TOO_FAR, Text(*2 * (str(facts.today.year + 1),)))
    elif not {span.first.year, span.last.year} <= facts.calendar.years:
        yield say.refusal("no_calendar", "first", say.NO_CALENDAR, Text(*2 * (str(span.last.year),)))
    if days < 1:
        yield say.refusal("no_working_day", "last", say.NO_WORKING_DAY)
    for other in facts.busy:
        if other.overlaps(span):
            yield say.refusal("overlap", "first", say.OVERLAP, plain_date(other.first), plain_date(other.last))


def _not_so_many(facts: Facts, span: Span, days: int, there: int, law: LeaveLaw) -> Iterable[Refusal]:
    early = not facts.applicant.has_served_by(span.first, law)
    taken = _taken_in(facts.entries, span.first.year) if early else 0
    limit = max(0, min(there, law.pppk_early_days - taken)) if early else there
    if span.first.year != span.last.year or days <= limit:
        return
    if limit == 0:
        yield say.refusal("nothing_left", "first", say.NOTHING_LEFT)
        return
    until = plain_date(facts.calendar.last_day_of(span.first, limit))
    yield say.refusal("too_many", "last", say.TOO_MANY, working_days(days), working_days(limit), until)
