"""Builders for the rules of leave: the real calendar of 2026, people, ledgers, what is known and what is asked."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

from workflows.leave import bookkeeping, openings, rules
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import Applicant, LeaveLaw, law_on
from workflows.leave.rules import Absence, Application, Assessment, Facts
from workflows.workdays import DayOff, Span, WorkCalendar

LAW = law_on(date(2026, 1, 1))
PNS = Applicant("PNS", date(2015, 3, 1))
WOMAN, MAN = replace(PNS, sex="P"), replace(PNS, sex="L")


def calendar_2026(week: int = 5) -> WorkCalendar:
    """The calendar that the worked examples are reckoned by; 2019 to 2025 and 2027 have weekends only."""
    rows = csv.DictReader(files("workflows.demo").joinpath("kalender_2026.csv").read_text("utf-8").splitlines())
    off = {date.fromisoformat(r["tanggal"]): DayOff(r["nama"], joint=r["jenis"] != "LIBUR_NASIONAL") for r in rows}
    return WorkCalendar(week, off, years=frozenset({2026}))


CALENDAR = calendar_2026()
BOTH_YEARS = replace(CALENDAR, years=frozenset({2026, 2027}))


def staff(kind: str, start: str, **more: Any) -> Applicant:
    """Somebody in service from a day on, e.g. ``staff("PPPK", "2025-12-01", contract_years=5)``."""
    return Applicant(kind, date.fromisoformat(start), **more)


def days(first: str, last: str | None = None) -> Span:
    """A span by its days, e.g. ``days("2026-02-02", "2026-02-13")``; one day when there is no last."""
    return Span(date.fromisoformat(first), date.fromisoformat(last or first))


def asked(type: str, first: str, last: str | None = None, **more: Any) -> Application:
    """A request, e.g. ``asked("sick", "2026-06-01", "2026-06-05", letter="doctor")``."""
    return Application(type, days(first, last), **more)


def had(type: str, first: str, last: str | None = None, **more: Any) -> Absence:
    """Earlier or other leave, granted unless ``decided=False``."""
    return Absence(type, days(first, last), **more)


def history(
    *used: int, applicant: Applicant = PNS, year: int = 2026, deferred: int = 0, law: LeaveLaw = LAW
) -> tuple[Entry, ...]:
    """The ledger opened for ``year`` after years in which so many days were taken, the oldest first."""
    entries: tuple[Entry, ...] = ()
    for each, taken in zip(range(year - len(used), year), used, strict=True):
        entries += openings.opening(entries, each, applicant, law)
        entries += tuple(
            Entry(bucket, "debit", each, used=count)
            for bucket, count in bookkeeping.oldest_first(bookkeeping.buckets(entries, each), taken)
        )
    if deferred:
        there = bookkeeping.oldest_first(bookkeeping.buckets(entries, year - 1), deferred)
        put_off = [(year - 1, bucket, count) for bucket, count in there]
        entries += (*bookkeeping.reserve(put_off), *bookkeeping.defer(put_off))
    return entries + openings.opening(entries, year, applicant, law)


def balance(entries: tuple[Entry, ...], year: int = 2026) -> int:
    """What can be taken in a year that is open."""
    return bookkeeping.available(entries, year, year)


def known(entries: tuple[Entry, ...] | None = None, **overrides: Any) -> Facts:
    """What is known of somebody with twelve days, early in 2026."""
    facts = Facts(
        applicant=PNS,
        calendar=CALENDAR,
        entries=history(12, 12) if entries is None else entries,
        opened=2026,
        today=date(2026, 1, 2),
    )
    return replace(facts, **overrides)


def of(applicant: Applicant, **overrides: Any) -> Facts:
    """What is known of somebody: their ledger of 2026 as it opens, and nothing taken."""
    return known(history(applicant=applicant), applicant=applicant, **overrides)


def judged(facts: Facts, type: str, first: str, last: str | None = None, **more: Any) -> Assessment:
    """What a request would come to."""
    return rules.assess(facts, asked(type, first, last, **more))


def codes(found: Assessment) -> list[str]:
    """Why it cannot be made as it is."""
    return [refusal.code for refusal in found.refusals]


def words(found: Assessment) -> str:
    """All that the refusals say, in Indonesian."""
    return " ".join(refusal.text.id for refusal in found.refusals)
