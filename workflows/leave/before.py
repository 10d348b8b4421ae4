"""What people had before the office used Alur: balances and past leave, read from CSV, tried first, posted once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Text
from workflows.leave import bookkeeping, names
from workflows.leave.bookkeeping import DEFER, OPENING, RESERVE, Entry
from workflows.leave.law import ANNUAL, law_on
from workflows.leave.ledger import holders, line_of
from workflows.leave.model import BEFORE_ALUR, Cause, LeaveAccount, LeaveRequest
from workflows.leave.rules.common import CASES
from workflows.leave.rules.facts import days_in
from workflows.positions import Person
from workflows.workdays import Span

BALANCES = ("nip", "year", "left", "taken")
"""The columns of a file of balances; ``deferred`` may follow: how many of the days left an official had put off."""
ABSENCES = ("nip", "type", "first", "last")
"""The columns of a file of past leave; ``case``, ``days`` and ``birth_order`` may follow."""
YEARS = 3
"""The current year and two before it: the others can no longer be used.

Source: Peraturan BKN 24/2017, form 1.b part V (N, N-1, N-2).
"""
MOST_TAKEN, MOST_BIRTHS = 366, 20
"""Days taken in a year, and births of one mother, that a line may say."""
MOST_LINES = 100_000


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of a file, and what to do."""

    line: int
    text: Text


@dataclass(frozen=True)
class Balance:
    """What somebody had of a year: days left and taken, and how many of those left were deferred."""

    line: int
    nip: str
    year: int
    left: int
    taken: int
    deferred: int = 0


@dataclass(frozen=True)
class Past:
    """A leave from before Alur."""

    line: int
    nip: str
    type: str
    span: Span
    case: str = ""
    days: int = 0
    birth_order: int = 0


@dataclass(frozen=True)
class Opened:
    """What a person starts with: the days that can be used now, by year, once the rules have opened this year."""

    person: str
    nip: str
    name: str
    buckets: Mapping[int, int]
    entries: tuple[Entry, ...] = field(repr=False)


def balances(text: str, today: date) -> tuple[list[Balance], list[Problem]]:
    """The lines of a file of balances, and what is wrong with the others."""
    rows, problems = _rows(text, BALANCES, lambda line, row: _balance(line, row, today))
    seen: dict[tuple[str, int], int] = {}
    for row in rows:
        if (first := seen.setdefault((row.nip, row.year), row.line)) != row.line:
            problems.append(Problem(row.line, _filled(_TWICE, first)))
    return rows, sorted(problems, key=lambda problem: problem.line)


def opened(session: Session, rows: Iterable[Balance], year: int) -> tuple[list[Opened], list[Problem]]:
    """What each person would start with in ``year``, and who cannot be opened; writes nothing."""
    found: list[Opened] = []
    problems: list[Problem] = []
    people, taken = _people(session), set(session.scalars(select(LeaveAccount.person)))
    known = holders(session, [people[nip] for nip in {row.nip for row in rows} if nip in people])
    for nip, own in groupby(sorted(rows, key=lambda row: (row.nip, row.year)), key=lambda row: row.nip):
        group = list(own)
        person = people.get(nip)
        if person is None or person.id in taken:
            problems.append(Problem(group[0].line, _UNKNOWN if person is None else _HAS_LEDGER))
            continue
        given = {row.year for row in group}
        if missing := [each for each in range(group[0].year, year) if each not in given]:
            problems.append(Problem(group[0].line, _filled(_YEAR_MISSING, missing[0])))
            continue
        entries = _entries(group)
        for each in range(group[0].year + 1, year + 1):
            entries += known[person.id].opening(entries, each)
        if group[0].year == year:
            entries += known[person.id].opening(entries, year)
        left = bookkeeping.buckets(entries, year)
        found.append(Opened(person.id, nip, person.name, left, entries))
    return found, problems


def post_balances(session: Session, people: Sequence[Opened], year: int, now: datetime) -> int:
    """Write what was seen before, and say for how many; who has an account already fails, so nothing is doubled."""
    session.add_all(LeaveAccount(person=each.person, opened=year) for each in people)
    session.flush()
    session.add_all(
        line_of(each.person, entry, Cause(now, day=date(entry.in_year, 1, 1)))
        for each in people
        for entry in each.entries
    )
    session.flush()
    return len(people)


def absences(text: str, today: date) -> tuple[list[Past], list[Problem]]:
    """The lines of a file of past leave, and what is wrong with the others."""
    return _rows(text, ABSENCES, lambda line, row: _past(line, row, today))


def unknown(session: Session, rows: Iterable[Past]) -> list[Problem]:
    """The lines about people who are not on record."""
    people = _people(session)
    return [Problem(row.line, _UNKNOWN) for row in rows if row.nip not in people]


def post_absences(session: Session, rows: Iterable[Past]) -> int:
    """Write past leave that is not on record yet. Returns how many lines were new."""
    people, new = _people(session), 0
    for row in rows:
        person = people[row.nip].id
        id = _id_of(person, row)
        if session.get(LeaveRequest, id) is None:
            session.add(_request(person, row, id))
            session.flush()
            new += 1
    return new


def _people(session: Session) -> dict[str, Person]:
    return {person.nip: person for person in session.scalars(select(Person))}


def _entries(rows: Sequence[Balance]) -> tuple[Entry, ...]:
    """What the paper record says, as the ledger has it: days given and taken, and days that were put off."""
    entries: tuple[Entry, ...] = ()
    for row in rows:
        entries += (Entry(row.year, OPENING, row.year, granted=row.left + row.taken, used=row.taken),)
        if row.deferred:
            entries += (Entry(row.year, RESERVE, row.year, reserved=row.deferred),)
            entries += (Entry(row.year, DEFER, row.year, reserved=-row.deferred),)
    return entries


def _id_of(person: str, row: Past) -> UUID:
    """The same for the same leave, so that a file that is read twice adds nothing."""
    return uuid5(NAMESPACE_URL, f"leave/{person}/{row.type}/{row.span.first}")


def _request(person: str, row: Past, id: UUID) -> LeaveRequest:
    return LeaveRequest(
        instance=id,
        person=person,
        type=row.type,
        case=row.case,
        first=row.span.first,
        last=row.span.last,
        days=row.days or (0 if row.type == ANNUAL else days_in(row.span)),
        birth_order=row.birth_order,
        abroad=False,
        changed=False,
        status=BEFORE_ALUR,
    )


Row = TypeVar("Row")


def _rows(
    text: str, columns: Sequence[str], read: Callable[[int, Mapping[str, str]], Row | Problem]
) -> tuple[list[Row], list[Problem]]:
    """The lines of a CSV file with a heading; commas or semicolons stand between its columns."""
    lines = text.lstrip("\ufeff").splitlines()
    heading = lines[0] if lines else ""
    reader = csv.DictReader(lines, delimiter=";" if ";" in heading else ",")
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if missing := [column for column in columns if column not in names]:
        return [], [Problem(1, _filled(_NO_COLUMN, ", ".join(missing)))]
    reader.fieldnames = names
    rows: list[Row] = []
    problems: list[Problem] = []
    for row in _read(reader, problems):
        if len(rows) + len(problems) >= MOST_LINES:
            return rows, [*problems, Problem(reader.line_num, _filled(_TOO_LONG, MOST_LINES))]
        values = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        found = read(reader.line_num, values)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            rows.append(found)
    return rows, problems


def _read(reader: csv.DictReader[str], problems: list[Problem]) -> Iterator[dict[str, str]]:
    """The rows up to one that is no CSV, which becomes a problem."""
    try:
        yield from reader
    except csv.Error:
        problems.append(Problem(reader.line_num + 1, _NO_CSV))


def _balance(line: int, row: Mapping[str, str], today: date) -> Balance | Problem:
    try:
        year, left, taken = int(row["year"]), int(row["left"]), int(row["taken"])
        put_off = int(row.get("deferred") or 0)
    except ValueError:
        return Problem(line, _NO_NUMBER)
    if not today.year - YEARS < year <= today.year:
        return Problem(line, _filled(_NO_SUCH_YEAR, today.year - YEARS + 1, today.year))
    most = law_on(date(year, 1, 1)).annual_days
    if not (0 <= put_off <= left <= most and 0 <= taken <= MOST_TAKEN):
        return Problem(line, _filled(_IMPOSSIBLE, most, MOST_TAKEN))
    return Balance(line, _nip(row), year, left, taken, put_off)


def _past(line: int, row: Mapping[str, str], today: date) -> Past | Problem:
    type, case = names.type_called(row["type"]), row.get("case", "")
    if type is None or case not in {"", *CASES.get(type, ())}:
        return Problem(line, Text(_NO_TYPE.id.format(TYPE_NAMES.id), _NO_TYPE.en.format(TYPE_NAMES.en)))
    try:
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        days, births = int(row.get("days") or 0), int(row.get("birth_order") or 0)
    except ValueError:
        return Problem(line, _NO_DATE)
    if last < first or first > today or not (0 <= days <= days_in(Span(first, last)) and 0 <= births <= MOST_BIRTHS):
        return Problem(line, _NO_DATE)
    return Past(line, _nip(row), type, Span(first, last), case, days, births)


def _nip(row: Mapping[str, str]) -> str:
    return row["nip"].replace(" ", "")


def _filled(text: Text, *values: object) -> Text:
    return Text(text.id.format(*values), text.en.format(*values))


_NO_COLUMN = Text("Kolom ini tidak ada: {0}.", "These columns are missing: {0}.")
_NO_CSV = Text("Baris ini tidak dapat dibaca sebagai CSV.", "This line cannot be read as CSV.")
_TOO_LONG = Text("Berkas lebih dari {0} baris. Bagilah.", "The file has more than {0} lines. Divide it.")
_NO_NUMBER = Text(
    "Isi tahun, sisa, dan yang sudah diambil dengan bilangan bulat.",
    "Enter year, days left and days taken as whole numbers.",
)
_NO_SUCH_YEAR = Text("Isi tahun {0} sampai {1}.", "Enter a year from {0} to {1}.")
_IMPOSSIBLE = Text(
    "Sisa paling banyak {0} hari, tidak kurang dari nol, dan tidak kurang dari yang ditangguhkan; yang diambil paling "
    "banyak {1} hari.",
    "At most {0} days are left, never less than none, and never less than were deferred; at most {1} are taken.",
)
_TWICE = Text("Pegawai dan tahun ini sudah ada pada baris {0}.", "This person and year stand in line {0} already.")
_YEAR_MISSING = Text(
    "Tahun {0} belum ada untuk pegawai ini. Tambahkan, dengan sisa 0 bila tidak ada yang tersisa.",
    "The year {0} is missing for this person. Add it, with 0 left if nothing is left.",
)
_UNKNOWN = Text(
    "Pegawai dengan NIP ini tidak tercatat. Lengkapi data pegawai dahulu.",
    "Nobody with this NIP is on record. Complete the data of staff first.",
)
_HAS_LEDGER = Text(
    "Pegawai ini sudah mempunyai catatan cuti di Alur; sisa cuti awal tidak ditulis lagi.",
    "This person has a leave record in Alur already; the opening balance is not written again.",
)
TYPE_NAMES = Text(
    ", ".join(name.id.lower() for name in names.TYPES.values()),
    ", ".join(name.en.lower() for name in names.TYPES.values()),
)
"""The types of leave as a file may name them."""
_NO_TYPE = Text("Isi jenis cuti dengan salah satu dari ini: {0}.", "Enter one of these types of leave: {0}.")
_NO_DATE = Text(
    "Isi tanggal mulai dan selesai sebagai tahun-bulan-hari, yang sudah mulai.",
    "Enter first and last day as year-month-day, of leave that has begun.",
)
