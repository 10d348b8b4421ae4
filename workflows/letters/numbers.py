"""Numbers of letters: from the blocks of a unit or typed from its agenda, each once, never given twice.

Whoever takes a number locks the unit's series of the year, last of all locks. A number that is taken stays taken; one
without a letter has its reason beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.errors import Refused, Text
from workflows.letters.model import MADE, REVOKED, SIGNED, Letter, LetterNumber, NumberBlock, NumberSeries
from workflows.positions import Unit

FORMAT = "800.1.11.4/{number}/{unit}/{year}"
"""How a letter about leave is numbered where nobody has set another way.

Source: Permendagri 83/2022 (classification 800.1.11.4: leave).
"""
HIGHEST = 999_999
LARGEST_BLOCK = 10_000
LONGEST = 80
PLACES = ("{number}", "{unit}", "{month}", "{year}")

_WORDS = re.compile(r"[0-9A-Z.\-/]+")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True)
class Gap:
    """A number of a unit's year that no letter stands under. ``reason`` None: nobody has said why yet."""

    id: int
    text: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class BlockUse:
    """A block with how many of its numbers are still free."""

    first: int
    last: int
    free: int


def written(form: str, number: int | str, unit: str, day: date) -> str:
    """A number as it is printed."""
    values = {"{number}": str(number), "{unit}": unit, "{month}": _ROMAN[day.month - 1], "{year}": str(day.year)}
    for place, value in values.items():
        form = form.replace(place, value)
    return form.upper()


def series_of(session: Session, unit: str, year: int) -> NumberSeries:
    """The series under its lock until the transaction ends; it begins with the form of the unit's newest one."""
    wanted = select(NumberSeries).where(NumberSeries.unit == unit, NumberSeries.year == year).with_for_update()
    series = session.scalars(wanted).first()
    if series is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        row = {"unit": unit, "year": year, "format": format_of(session, unit, year)}
        session.execute(insert(NumberSeries).values(row).on_conflict_do_nothing())
        series = session.scalars(wanted).one()
    return series


def format_of(session: Session, unit: str, year: int) -> str:
    """How a unit writes its numbers in a year."""
    newest = select(NumberSeries.format).where(NumberSeries.unit == unit, NumberSeries.year <= year)
    return session.scalars(newest.order_by(NumberSeries.year.desc()).limit(1)).first() or FORMAT


def set_format(session: Session, unit: str, year: int, form: str) -> None:
    """Write the numbers of a unit another way from now on. Raises `Refused`."""
    form = "".join(form.split())
    rest = form
    for place in PLACES:
        rest = rest.replace(place, "")
    once = form.count("{number}") == 1 and "{year}" in form
    longest = written(form, HIGHEST, unit, date(year, 8, 1))  # August is the longest month in Roman figures
    if not (_WORDS.fullmatch(rest.upper()) and once and max(len(form), len(longest)) <= LONGEST):
        raise Refused({"format": [_FORMAT_WRONG]})
    series_of(session, unit, year).format = form


def give_block(session: Session, unit: str, year: int, first: int, last: int, *, by: str, now: datetime) -> None:
    """Let a unit take the numbers ``first`` to ``last`` of the agenda by itself. Raises `Refused`."""
    if not (1 <= first <= last <= HIGHEST and last - first < LARGEST_BLOCK):
        raise Refused({"last": [_BLOCK_WRONG]})
    series_of(session, unit, year)
    for block in _blocks(session, unit, year):
        if block.first <= last and first <= block.last:
            raise Refused({"first": [_overlap(block)]})
    session.add(NumberBlock(unit=unit, year=year, first=first, last=last, following=first, given_by=by, at=now))
    session.flush()


def take_next(session: Session, unit: str, day: date, now: datetime) -> LetterNumber | None:
    """The next free number of the unit's blocks, or of the nearest unit above that has some; None if there is none."""
    for owner in _line(session, unit):
        if _blocks(session, owner, day.year):
            series = series_of(session, owner, day.year)
            for block in _blocks(session, owner, day.year, fresh=True):
                if (number := _free(session, series, block, day)) is not None:
                    block.following = number + 1
                    return _taken(session, series, number, day, now)
    return None


def take_typed(session: Session, unit: str, day: date, said: str, *, by: str, now: datetime) -> LetterNumber:
    """The number that an officer read in the agenda: its place alone, or the whole as it is written on paper.

    Raises `Refused` for one that is no number or is taken.
    """
    said = "".join(said.upper().split())
    series = series_of(session, unit, day.year)
    number = _place(series, said, day)
    text = written(series.format, number, unit, day) if number is not None else said
    out_of_reach = number is None and said.isdigit()
    if out_of_reach or len(text) > LONGEST or not (_WORDS.fullmatch(text) and re.search(r"\d", text)):
        raise Refused({"number": [_NUMBER_WRONG]})
    same = (LetterNumber.unit == unit) & (LetterNumber.year == day.year) & (LetterNumber.number == number)
    if session.scalar(select(LetterNumber.id).where((LetterNumber.text == text) | same).limit(1)) is not None:
        raise Refused({"number": [_taken_already(text)]})
    return _keep(session, LetterNumber(unit=unit, year=day.year, number=number, text=text, taken_by=by, at=now))


def explain(session: Session, number_id: int, unit: str, reason: str, *, by: str) -> None:
    """Say why there is no letter under a number. Raises `Refused`."""
    number = session.get(LetterNumber, number_id, with_for_update=True)
    if not reason.strip():
        raise Refused({"reason": [_REASON_MISSING]})
    if number is None or number.unit != unit or number.id not in {gap.id for gap in gaps(session, unit, number.year)}:
        raise Refused({"reason": [_NO_GAP]})
    number.reason, number.reason_by = reason.strip()[:500], by


def use_elsewhere(
    session: Session, unit: str, day: date, number: int, reason: str, *, by: str, now: datetime
) -> LetterNumber:
    """Take a number of a block for something that is not written here. Raises `Refused`."""
    if not reason.strip():
        raise Refused({"reason": [_REASON_MISSING]})
    taken = take_typed(session, unit, day, str(number), by=by, now=now)
    taken.reason, taken.reason_by = reason.strip()[:500], by
    return taken


def gaps(session: Session, unit: str, year: int) -> Sequence[Gap]:
    """The taken numbers of a unit's year without a letter, in the order of the agenda."""
    has_letter = select(Letter.id).where(
        Letter.number == LetterNumber.id,
        Letter.status.in_((MADE, SIGNED)) | ((Letter.status == REVOKED) & Letter.made_at.is_not(None)),
    )
    found = (
        select(LetterNumber)
        .where(LetterNumber.unit == unit, LetterNumber.year == year, ~has_letter.exists())
        .order_by(LetterNumber.number, LetterNumber.id)
    )
    return [Gap(n.id, n.text, n.reason, n.at) for n in session.scalars(found)]


def blocks_of(session: Session, unit: str, year: int) -> Sequence[BlockUse]:
    """The blocks of a unit's year with what is left in each."""
    taken = select(func.count()).where(LetterNumber.unit == unit, LetterNumber.year == year)
    used = {
        block: session.scalar(taken.where(LetterNumber.number.between(block.first, block.last))) or 0
        for block in _blocks(session, unit, year)
    }
    return [BlockUse(b.first, b.last, b.last - b.first + 1 - count) for b, count in used.items()]


def _taken(session: Session, series: NumberSeries, number: int, day: date, now: datetime) -> LetterNumber:
    text = written(series.format, number, series.unit, day)
    return _keep(session, LetterNumber(unit=series.unit, year=series.year, number=number, text=text, at=now))


def _keep(session: Session, number: LetterNumber) -> LetterNumber:
    session.add(number)
    session.flush()
    return number


def _place(series: NumberSeries, said: str, day: date) -> int | None:
    """The place in the agenda that was typed, alone or within the series' own form."""
    mark = "\N{REPLACEMENT CHARACTER}"
    pattern = re.escape(written(series.format, mark, series.unit, day)).replace(re.escape(mark), r"0*(\d{1,6})")
    if (match := re.fullmatch(r"0*(\d{1,6})", said) or re.fullmatch(pattern, said)) and int(match[1]) > 0:
        return int(match[1])
    return None


def _free(session: Session, series: NumberSeries, block: NumberBlock, day: date) -> int | None:
    """The next number of a block that nobody typed already, nor as another unit's."""
    typed = select(LetterNumber.number).where(
        LetterNumber.unit == block.unit,
        LetterNumber.year == block.year,
        LetterNumber.number.between(block.following, block.last),
    )
    taken = set(session.scalars(typed))
    for number in range(block.following, block.last + 1):
        printed = select(LetterNumber.id).where(LetterNumber.text == written(series.format, number, block.unit, day))
        if number not in taken and session.scalar(printed) is None:
            return number
    return None


def _blocks(session: Session, unit: str, year: int, *, fresh: bool = False) -> Sequence[NumberBlock]:
    """The blocks, lowest first; ``fresh``: as they stand now, since they were read before the lock was had."""
    wanted = select(NumberBlock).where(NumberBlock.unit == unit, NumberBlock.year == year).order_by(NumberBlock.first)
    return session.scalars(wanted, execution_options={"populate_existing": fresh}).all()


def _line(session: Session, unit: str) -> Sequence[str]:
    """A unit and those above it, nearest first."""
    found: list[str] = []
    above: str | None = unit
    while above is not None and above not in found:
        found.append(above)
        above = session.scalar(select(Unit.parent).where(Unit.id == above))
    return found


def _overlap(block: NumberBlock) -> Text:
    return Text(
        f"Nomor ini bertemu dengan blok {block.first} s.d. {block.last}. Isi nomor di luar blok itu.",
        f"These numbers meet the block {block.first} to {block.last}. Enter numbers outside it.",
    )


def _taken_already(text: str) -> Text:
    return Text(
        f"Nomor {text} sudah dipakai. Isi nomor lain dari agenda.",
        f"The number {text} is taken. Enter another one from the agenda.",
    )


_FORMAT_WRONG = Text(
    "Isi susunan nomor dengan {number} satu kali dan {year}, misalnya 800.1.11.4/{number}/{unit}/{year}.",
    "Enter how a number is written, with {number} once and {year}, such as 800.1.11.4/{number}/{unit}/{year}.",
)
_BLOCK_WRONG = Text(
    "Isi nomor terakhir, sama dengan atau sesudah nomor pertama, paling banyak 10.000 nomor.",
    "Enter a last number at or after the first, 10,000 numbers at most.",
)
_NUMBER_WRONG = Text(
    "Isi nomor agenda, misalnya 123, atau nomor lengkap seperti tertulis pada surat.",
    "Enter the number from the agenda, such as 123, or the whole number as written on the letter.",
)
_REASON_MISSING = Text("Isi alasan nomor ini tidak dipakai untuk surat.", "Enter why no letter has this number.")
_NO_GAP = Text("Nomor ini sudah dipakai oleh sebuah surat.", "A letter has this number.")
