"""What a request for leave is judged by, and what the judgement says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Text
from workflows.leave.bookkeeping import Entry
from workflows.leave.law import LONG, Applicant
from workflows.leave.refusals import Refusal
from workflows.workdays import DayOff, Span, WorkCalendar

LONGEST_BREAK = 31
"""Calendar days: so many days off in a row there are nowhere, school holidays apart."""


@dataclass(frozen=True)
class Application:
    """What is asked for.

    ``span``: the leave itself. ``travel_days``: calendar days of travel to a place that is hard to reach, which
    follow it. ``birth_order``: the how-manieth birth since becoming PNS or PPPK, as stated (0: as on record); twins
    are one birth. ``filed``: the day on which it counts as filed (None: today). ``interrupts``: filed as an
    interruption of annual leave that has been granted. ``half_day``: whether part of a day is asked for.
    """

    type: str
    span: Span
    case: str = ""
    relation: str = ""
    abroad: bool = False
    travel_days: int = 0
    birth_order: int = 0
    inpatient_days: int = 0
    letter: str = "none"
    filed: date | None = None
    interrupts: bool = False
    half_day: bool = False

    @property
    def is_birth(self) -> bool:
        """Whether it is the long leave that takes the place of maternity leave from the fourth birth on."""
        return self.type == LONG and self.case == "birth"


@dataclass(frozen=True)
class Absence:
    """Earlier or other leave of the person, decided or waiting. ``days``: as counted then (0: not known)."""

    type: str
    span: Span
    case: str = ""
    days: int = 0
    decided: bool = True
    birth_order: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known when a request is judged.

    ``opened``: the newest year that the ledger has opened. ``absences``: all leave that holds dates or was taken, the
    request at hand excepted. ``long_not_before``: the day to which long leave was deferred.
    """

    applicant: Applicant
    calendar: WorkCalendar
    entries: Sequence[Entry]
    opened: int
    today: date
    absences: tuple[Absence, ...] = ()
    long_not_before: date | None = None

    def of_type(self, *types: str, decided: bool = True) -> tuple[Absence, ...]:
        """The leaves of these types, the earliest first; with ``decided`` False those that wait as well."""
        found = (a for a in self.absences if a.type in types and (a.decided or not decided))
        return tuple(sorted(found, key=lambda absence: absence.span.first))


Debit = tuple[int, int, int]
"""The year of the leave, the bucket, the days."""

_NOTHING = Text("", "")


@dataclass(frozen=True)
class Assessment:
    """What a request would do.

    ``span``: the absence as it would be granted, which may end earlier than asked, or later by the days of travel.
    ``days`` in ``unit``: "working" or "calendar". ``available``: working days of annual leave, 0 for other types.
    ``debits``: (year of the leave, bucket, days), oldest bucket first; none when refused. ``notes`` do not stop it.
    ``evidence``: the codes of the documents that it needs. ``pay``: what is paid meanwhile.
    """

    span: Span
    days: int
    unit: str
    holidays: tuple[tuple[date, DayOff], ...] = ()
    rest_days: int = 0
    available: int = 0
    debits: tuple[Debit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Text, ...] = ()
    evidence: tuple[str, ...] = ()
    pay: Text = _NOTHING
    flags: tuple[str, ...] = ()


def days_in(span: Span) -> int:
    """The calendar days of a span."""
    return (span.last - span.first).days + 1


def years_of(span: Span) -> Iterable[Span]:
    """The parts of a span, one for each year that it touches."""
    for year in range(span.first.year, span.last.year + 1):
        yield Span(max(span.first, date(year, 1, 1)), min(span.last, date(year, 12, 31)))
