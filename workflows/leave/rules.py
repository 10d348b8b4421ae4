"""The rules of annual leave, as pure functions: who may take how many days, and from which year's bucket.

Days are working days and always whole. A *bucket* is the entitlement of one calendar year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Text
from workflows.wording import plain_date, working_days
from workflows.workdays import DayOff, Span, WorkCalendar, years_later

BKN24, MAKS18 = "BKN24", "MAKS18"


@dataclass(frozen=True)
class LeaveLaw:
    """The numbers of the rules, from the day they hold.

    ``carry``: ``BKN24`` follows the text of the regulation; ``MAKS18`` caps every year at 18, as some offices do.
    """

    effective: date
    annual_days: int = 12
    """Source: PP 11/2017 art. 312; PP 49/2018 art. 78 with Peraturan BKN 7/2022 (PPPK)."""
    waiting_years: int = 1
    """Source: PP 11/2017 art. 311; Peraturan BKN 7/2022 (one year of continuous service)."""
    carry_ordinary: int = 6
    """Source: Peraturan BKN 24/2017 III.A (18 days with the current year)."""
    carry_full: int = 12
    """Source: Peraturan BKN 24/2017 III.A (24 days with the current year)."""
    carry: str = BKN24
    pppk_early_days: int = 6
    """Source: Peraturan BKN 7/2022 (annual leave within the first year, for listed reasons)."""
    pppk_carry_above_years: int = 2
    """Source: Peraturan BKN 7/2022 (up to 18 days with a contract of more than two years)."""
    pppk_full_carry_above_years: int = 3
    """Source: Peraturan BKN 7/2022 (up to 24 days with a contract of more than three years)."""


LAWS = (LeaveLaw(effective=date(2018, 1, 1)),)
"""Newest last. 2018 is the first leave year under Peraturan BKN 24/2017; a new regulation is a new line here."""

EARLY_GROUNDS = frozenset({"gravely_ill", "death", "estate", "first_marriage"})
"""Why PPPK staff may take leave in their first year.

Source: Peraturan BKN 7/2022 (a close relative gravely ill or deceased, settling their rights, first marriage).
"""


def law_on(day: date) -> LeaveLaw:
    """The law that holds on a day."""
    return next((law for law in reversed(LAWS) if law.effective <= day), LAWS[0])


@dataclass(frozen=True)
class Applicant:
    """What the rules need to know of a person. ``kind``: PNS, CPNS, PPPK; others have no annual leave here."""

    kind: str
    service_start: date | None
    contract_years: int | None = None

    def has_served_by(self, day: date, law: LeaveLaw) -> bool:
        """Whether the waiting period is over on a day.

        Source: PP 11/2017 art. 311; Peraturan BKN 7/2022.
        """
        return self.service_start is not None and years_later(self.service_start, law.waiting_years) <= day

    def is_entitled_in(self, year: int, law: LeaveLaw) -> bool:
        """Whether the year brings a bucket: whole, from 1 January or from the end of the waiting period.

        Source: Peraturan BKN 24/2017 III.A (no reduction by months).
        """
        return self.kind in {"PNS", "CPNS", "PPPK"} and self.has_served_by(date(year, 12, 31), law)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: changes to a bucket. ``in_year``: the year of the leave, or in which the change holds.

    Kinds: ``opening``, ``grant``, ``carry`` (what lapses at the turn of a year), ``reserve``, ``debit``,
    ``release``, ``defer``.
    """

    bucket: int
    kind: str
    in_year: int
    granted: int = 0
    used: int = 0
    reserved: int = 0

    @property
    def left(self) -> int:
        """What the entry adds to what can still be taken."""
        return self.granted - self.used - self.reserved


@dataclass(frozen=True)
class Refusal:
    """A 'no' with its code, the field it concerns (empty: none) and what to do instead."""

    code: str
    field: str
    text: Text


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


# The ledger


def buckets(entries: Iterable[Entry], year: int) -> dict[int, int]:
    """What is left in each bucket up to ``year``, oldest first."""
    left: dict[int, int] = {}
    for entry in entries:
        if entry.bucket <= year:
            left[entry.bucket] = left.get(entry.bucket, 0) + entry.left
    return dict(sorted(left.items()))


def available(entries: Collection[Entry], year: int, opened: int) -> int:
    """The days that can be taken in a year: all buckets once it is open, before that only its own."""
    left = buckets(entries, year)
    return max(0, sum(left.values()) if year <= opened else left.get(year, 0))


def oldest_first(left: dict[int, int], days: int) -> tuple[tuple[int, int], ...]:
    """The days taken from each bucket. Raises ValueError when there are not enough.

    Source: none in the regulation; the oldest bucket goes first because it lapses first.
    """
    taken: list[tuple[int, int]] = []
    for bucket, there in sorted(left.items()):
        if (share := min(there, days)) > 0:
            taken.append((bucket, share))
            days -= share
    if days:
        raise ValueError("more days than the buckets hold")
    return tuple(taken)


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
    """The grant of a year's bucket, if the person is entitled to one and does not have it yet."""
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


def reserve(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Days put aside for a request."""
    return tuple(Entry(bucket, "reserve", year, reserved=days) for bucket, days in debits)


def debit(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days that become used ones."""
    return tuple(Entry(bucket, "debit", year, used=days, reserved=-days) for bucket, days in debits)


def release(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days that are given back."""
    return tuple(Entry(bucket, "release", year, reserved=-days) for bucket, days in debits)


def defer(debits: Iterable[tuple[int, int]], year: int) -> tuple[Entry, ...]:
    """Reserved days given back that count in full next year.

    Source: PP 11/2017 art. 313(4)-(5); Peraturan BKN 24/2017 III.A (deferred at most one year).
    """
    return tuple(Entry(bucket, "defer", year, reserved=-days) for bucket, days in debits)


# The request


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
    """The grant that must be written before days of the span can be reserved; mostly nothing."""
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
        return (_no("not_staff", "", _NOT_STAFF),)
    if who.has_served_by(span.first, law):
        return ()
    since = plain_date(years_later(who.service_start, law.waiting_years))
    if who.kind != "PPPK":
        return (_no("waiting_period", "first", _WAITING, since),)
    return () if facts.ground in EARLY_GROUNDS else (_no("early_ground", "ground", _EARLY_GROUND, since),)


def _not_these_days(facts: Facts, span: Span, days: int) -> Iterable[Refusal]:
    if span.first < facts.today:
        yield _no("past", "first", _PAST)
    if span.first.year != span.last.year:
        yield _no("crosses_year", "last", _CROSSES_YEAR, plain_date(date(span.first.year, 12, 31)))
    if span.first.year > facts.today.year + 1:
        yield _no("too_far", "first", _TOO_FAR, Text(*2 * (str(facts.today.year + 1),)))
    elif not {span.first.year, span.last.year} <= facts.calendar.years:
        yield _no("no_calendar", "first", _NO_CALENDAR, Text(*2 * (str(span.last.year),)))
    if days < 1:
        yield _no("no_working_day", "last", _NO_WORKING_DAY)
    for other in facts.busy:
        if other.overlaps(span):
            yield _no("overlap", "first", _OVERLAP, plain_date(other.first), plain_date(other.last))


def _not_so_many(facts: Facts, span: Span, days: int, there: int, law: LeaveLaw) -> Iterable[Refusal]:
    early = not facts.applicant.has_served_by(span.first, law)
    taken = _taken_in(facts.entries, span.first.year) if early else 0
    limit = max(0, min(there, law.pppk_early_days - taken)) if early else there
    if span.first.year != span.last.year or days <= limit:
        return
    if limit == 0:
        yield _no("nothing_left", "first", _NOTHING_LEFT)
        return
    until = plain_date(facts.calendar.last_day_of(span.first, limit))
    yield _no("too_many", "last", _TOO_MANY, working_days(days), working_days(limit), until)


def _no(code: str, field: str, text: Text, *values: Text) -> Refusal:
    filled = Text(text.id.format(*(v.id for v in values)), text.en.format(*(v.en for v in values)))
    return Refusal(code, field, filled)


_NOT_STAFF = Text(
    "Cuti tahunan di sini berlaku untuk PNS, CPNS, dan PPPK. Tanyakan kepada BKPSDM.",
    "Annual leave here is for PNS, CPNS and PPPK staff. Please ask BKPSDM.",
)
_WAITING = Text(
    "Cuti tahunan dapat diambil setelah satu tahun bekerja. Pilih tanggal mulai {0} atau sesudahnya.",
    "Annual leave can be taken after one year of service. Choose a first day on or after {0}.",
)
_EARLY_GROUND = Text(
    "Masa kerja belum satu tahun. Pilih tanggal mulai {0} atau sesudahnya, "
    "atau pilih alasan khusus jika ada keluarga sakit keras, kematian, atau pernikahan pertama.",
    "You have served less than one year. Choose a first day on or after {0}, "
    "or choose a special reason if a relative is gravely ill or has died, or for your first marriage.",
)
_PAST = Text(
    "Tanggal mulai sudah lewat. Pilih hari ini atau sesudahnya.",
    "The first day has passed. Choose today or later.",
)
_CROSSES_YEAR = Text(
    "Cuti ini melewati pergantian tahun. Ajukan sampai {0}, lalu ajukan sisanya dengan permohonan kedua.",
    "This leave crosses the end of the year. Ask for it until {0}, and for the rest in a second request.",
)
_TOO_FAR = Text(
    "Cuti dapat diajukan sampai akhir tahun {0}. Pilih tanggal yang lebih dekat.",
    "Leave can be requested until the end of {0}. Choose an earlier date.",
)
_NO_CALENDAR = Text(
    "Hari libur tahun {0} belum dimasukkan. Minta BKPSDM melengkapi kalender, lalu ajukan kembali.",
    "The holidays of {0} have not been entered. Ask BKPSDM to complete the calendar, then try again.",
)
_NO_WORKING_DAY = Text(
    "Pilih paling sedikit satu hari kerja; hari-hari ini semuanya libur. Untuk beberapa jam, gunakan izin.",
    "Choose at least one working day; all these days are off. For a few hours, ask for a permission instead.",
)
_OVERLAP = Text(
    "Sudah ada cuti {0} sampai {1}. Pilih tanggal lain.",
    "There is already leave from {0} to {1}. Choose other dates.",
)
_TOO_MANY = Text(
    "Permohonan ini {0}, yang tersedia {1}. Cuti dapat diambil sampai {2}.",
    "This request takes {0}, and {1} can be taken. The leave can last until {2}.",
)
_NOTHING_LEFT = Text(
    "Sisa cuti sudah habis. Tanyakan catatan cuti Anda kepada petugas kepegawaian.",
    "There is no leave left. Ask your personnel officer about your leave record.",
)
