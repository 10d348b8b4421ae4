"""When somebody may act in another's post: kinds, levels, lengths. What is refused is told by field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from engine.errors import Text
from workflows.months import end_of
from workflows.wording import months as in_months
from workflows.wording import plain_date
from workflows.workdays import ONE_DAY

PLH, PLT = "Plh", "Plt"
"""Pelaksana harian: the holder is away for a while. Pelaksana tugas: the post is vacant."""

Problem = tuple[str, Text]
"""The field of the form that it concerns (empty: none alone), and what to do."""


RANKS = MappingProxyType(
    {
        "REGENT": 5,
        "II.a": 4,
        "II.b": 4,
        "III.a": 3,
        "III.b": 3,
        "IV.a": 2,
        "IV.b": 2,
        "JF": 2,
        "SCHOOL": 2,
        "PELAKSANA": 1,
    }
)
"""How high a level stands: JPT pratama, administrator, pengawas and functional posts, pelaksana.

Source: UU 20/2023 and PP 11/2017 (kinds of posts); functional posts stand beside pengawas, whose posts became theirs.
"""


@dataclass(frozen=True)
class ActingLaw:
    """What an office may set about acting officers. Three months that begin on 2 November end on 1 February.

    Source: SE BKN 2/SE/VII/2019 and 1/SE/I/2021: a Plt acts for three months and may be extended once by three; the
    own post is of the same level or one below, in the same unit. How long a Plh acts, and how late a decree may be
    entered, the circulars leave open.
    """

    plt_months: int = 3
    plt_extension_months: int = 3
    plt_extensions: int = 1
    plh_months: int = 12
    levels_up: int = 1
    latest_entry: timedelta = timedelta(days=31)
    ranks: Mapping[str, int] = field(default_factory=lambda: RANKS)


LAW = ActingLaw()


@dataclass(frozen=True)
class Period:
    """Somebody acting in a post, from ``first`` to ``last``, both included."""

    first: date
    last: date
    kind: str
    person: str
    name: str


@dataclass(frozen=True)
class Wanted:
    """An appointment as somebody asks for it."""

    kind: str
    person: str
    first: date
    last: date
    decree_on: date


@dataclass(frozen=True)
class Known:
    """What the record says: today, the post with its holders and acting officers, and the person's own posts.

    ``levels`` are those of the person's own posts on the first day, never of posts that they act in: acting is not
    passed on. ``holders`` hold the post itself then.
    """

    today: date
    level: str
    levels: Collection[str]
    holders: Collection[str]
    same_department: bool
    others: Collection[Period] = ()


def fits(level: str, levels: Collection[str], law: ActingLaw = LAW) -> bool:
    """Whether somebody with own posts of these levels may act in a post of this one: the same, or so much higher.

    Source: SE BKN 1/SE/I/2021 (same level, or one level up).
    """
    own = max((law.ranks.get(each, 0) for each in levels), default=0)
    return own > 0 and 0 <= law.ranks.get(level, 0) - own <= law.levels_up


def longest(kind: str, first: date, extensions: int = 0, law: ActingLaw = LAW) -> date:
    """The last day on which somebody may act who began on ``first`` and was extended so many times."""
    if kind == PLT:
        return end_of(first, law.plt_months + extensions * law.plt_extension_months)
    return end_of(first, law.plh_months)


def against(wanted: Wanted, known: Known, law: ActingLaw = LAW) -> Iterator[Problem]:
    """What speaks against an appointment."""
    yield from _against_person(wanted, known, law)
    yield from _against_kind(wanted, known)
    yield from _against_dates(wanted, known, law)


def against_decree(day: date, today: date) -> Iterator[Problem]:
    """What speaks against the date of a decree."""
    if day > today:
        yield "decree_on", _with(NOT_YET_DECREED, today)


def against_extension(
    period: Period, last: date, extensions: int, known: Known, law: ActingLaw = LAW
) -> Iterator[Problem]:
    """What speaks against acting until a later day; ``extensions``: how many there were before."""
    if period.kind == PLT and extensions >= law.plt_extensions:
        yield "", ONLY_ONCE
        return
    if last <= period.last:
        yield "last", _with(NOT_LATER, period.last)
    elif last > (most := longest(period.kind, period.first, extensions + 1, law)):
        yield "last", _with(TOO_LONG, most)
    elif (other := _overlapping(period.last + ONE_DAY, last, known.others)) is not None:
        yield "last", _taken(other)


def against_end(period: Period, last: date, today: date) -> Iterator[Problem]:
    """What speaks against ``last`` as the last day instead."""
    if last < max(today, period.first):
        yield "last", _with(TOO_EARLY, max(today, period.first))
    elif last >= period.last:
        yield "last", _with(NOT_EARLIER, period.last)


def _against_person(wanted: Wanted, known: Known, law: ActingLaw) -> Iterator[Problem]:
    if wanted.person in known.holders:
        yield "", OWN_POST
    elif not known.same_department:
        yield "", OTHER_UNIT
    elif not fits(known.level, known.levels, law):
        yield "", OTHER_LEVEL


def _against_kind(wanted: Wanted, known: Known) -> Iterator[Problem]:
    if wanted.kind == PLH and not known.holders:
        yield "kind", VACANT


def _against_dates(wanted: Wanted, known: Known, law: ActingLaw) -> Iterator[Problem]:
    yield from against_decree(wanted.decree_on, known.today)
    if wanted.first < (earliest := known.today - law.latest_entry):
        yield "first", _with(TOO_LATE, earliest)
    if wanted.last < max(wanted.first, known.today):
        yield "last", _with(TOO_EARLY, max(wanted.first, known.today))
    elif wanted.last > (most := longest(wanted.kind, wanted.first, law=law)):
        text = TOO_LONG_PLT if wanted.kind == PLT else TOO_LONG
        yield "last", _with(text, most, in_months(law.plt_months))
    if (other := _overlapping(wanted.first, wanted.last, known.others)) is not None:
        yield "first", _taken(other)
    elif any(_adjoins(wanted, other) for other in known.others):
        yield "first", EXTEND_INSTEAD


def _overlapping(first: date, last: date, others: Collection[Period]) -> Period | None:
    return next((other for other in others if other.first <= last and first <= other.last), None)


def _adjoins(wanted: Wanted, other: Period) -> bool:
    """Whether a Plt would go on as Plt without a break: that is an extension, and there is one only."""
    same = wanted.kind == other.kind == PLT and wanted.person == other.person
    return same and other.last + ONE_DAY == wanted.first


def _with(text: Text, day: date, length: Text | None = None) -> Text:
    said, long = plain_date(day), length or Text("", "")
    return Text(text.id.format(day=said.id, length=long.id), text.en.format(day=said.en, length=long.en))


def _taken(other: Period) -> Text:
    last, who = plain_date(other.last), f"{other.kind}. {other.name}"
    return Text(
        f"Jabatan ini sudah diisi {who} sampai {last.id}. Pilih tanggal sesudahnya, atau akhiri yang itu dahulu.",
        f"{who} acts in this post until {last.en}. Choose dates after that, or end that one first.",
    )


OWN_POST = Text(
    "Orang ini memegang jabatan itu sendiri. Pilih orang lain.", "This person holds the post. Choose somebody else."
)
OTHER_UNIT = Text(
    "Orang ini bekerja di perangkat daerah lain. Pilih orang dari perangkat daerah yang sama.",
    "This person works in another department. Choose somebody of the same one.",
)
OTHER_LEVEL = Text(
    "Jabatan orang ini harus setingkat, atau satu tingkat di bawahnya. Pilih orang lain.",
    "The person's own post has to be of the same level, or one below. Choose somebody else.",
)
VACANT = Text("Jabatan ini kosong. Pilih Plt.", "This post is vacant. Choose Plt.")
NOT_YET_DECREED = Text("Isi tanggal SK, sama atau sebelum {day}.", "Give the date of the decree as {day} or earlier.")
TOO_LATE = Text("Isi hari pertama, sama atau setelah {day}.", "Give the first day as {day} or later.")
TOO_EARLY = Text("Isi hari terakhir, sama atau setelah {day}.", "Give the last day as {day} or later.")
NOT_LATER = Text("Isi hari terakhir yang baru, setelah {day}.", "Give the new last day, after {day}.")
NOT_EARLIER = Text("Isi hari terakhir, sebelum {day}.", "Give a last day before {day}.")
TOO_LONG = Text("Isi hari terakhir, sama atau sebelum {day}.", "Give the last day as {day} or earlier.")
TOO_LONG_PLT = Text(
    "Plt. bertindak paling lama {length}. Isi hari terakhir, sama atau sebelum {day}.",
    "A Plt. acts for {length} at most. Give the last day as {day} or earlier.",
)
ONLY_ONCE = Text(
    "Penunjukan Plt. ini sudah diperpanjang satu kali. Tunjuk orang lain.",
    "This Plt. has been extended once already. Appoint somebody else.",
)
EXTEND_INSTEAD = Text(
    "Orang ini sudah Plt. sampai hari sebelumnya. Perpanjang penunjukan itu.",
    "This person is Plt. until the day before. Extend that appointment.",
)
