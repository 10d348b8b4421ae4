"""Reports on leave for those who keep it: what is left to whom, and who was away in a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Text
from workflows.calendar import Calendars
from workflows.colleagues import matching
from workflows.leave import names, sight
from workflows.leave.absences import WAITING, touching
from workflows.leave.balance import Balance
from workflows.leave.ledgers import accounts
from workflows.leave.model import ABSENT, LeaveRequest
from workflows.positions import Person, Unit
from workflows.tables import Column, Row, Table, Value
from workflows.wording import month_and_year
from workflows.workdays import Span, WorkCalendar


@dataclass(frozen=True)
class Wanted:
    """Which people a report is about, in what order, and which page of them. ``size`` None: all of them."""

    unit: str | None = None
    words: str = ""
    sort: str = "name"
    down: bool = False
    page: int = 1
    size: int | None = None


AT_ONCE = 500
"""People read at a time: a page needs one set of statements, a file of thousands of people a few."""

TRAVEL = "travel"
"""The days after annual leave that somebody travels, as if it were a type of its own."""

Found = tuple[Person, str]
"""A person with the name of their unit."""

_NAME = Column("name", Text("Nama", "Name"), Text("Nama pegawai.", "The employee's name."), sorts=True)
_NIP = Column("nip", Text("NIP", "NIP"), Text("Nomor induk pegawai, sebagai teks.", "The staff number, as text."), True)
_UNIT = Column("unit", Text("Unit kerja", "Unit"), Text("Unit kerja saat ini.", "The unit at present."), sorts=True)
_KIND = Column("kind", Text("Jenis", "Kind"), Text("PNS, CPNS atau PPPK.", "PNS, CPNS or PPPK."), sorts=True)
_PERSON = (_NAME, _NIP, _UNIT, _KIND)
_BY_COLUMN: Mapping[str, Any] = {"name": Person.name, "nip": Person.nip, "unit": Unit.name, "kind": Person.kind}


# What is left to whom


def balance_columns(year: int) -> tuple[Column, ...]:
    """The columns of the balance report of a year."""
    last, before = year - 1, year - 2
    return (
        *_PERSON,
        _column(
            "granted",
            (f"Hak {year}", f"Granted {year}"),
            f"Hari kerja hak cuti tahunan {year}, termasuk tambahan karena bertugas pada cuti bersama.",
            f"Working days of annual leave granted for {year}, with those for duty on joint leave.",
        ),
        _column(
            "used",
            (f"Dipakai {year}", f"Used {year}"),
            f"Hari kerja cuti tahunan pada tahun {year} yang sudah disetujui, dari hak tahun mana pun.",
            f"Working days of annual leave approved in {year}, of whichever year's entitlement.",
        ),
        _column(
            "reserved",
            ("Disisihkan", "Reserved"),
            "Hari kerja yang disisihkan untuk permohonan yang belum diputuskan.",
            "Working days put aside for requests that are not decided yet.",
        ),
        _column(
            "deferred",
            ("Ditangguhkan", "Deferred"),
            "Bagian sisa tahun lalu yang ditangguhkan pejabat dan dihitung penuh.",
            "The part of last year's days that the official deferred and that counts in full.",
        ),
        *(_left(each) for each in (before, last, year)),
        _column(
            "left",
            ("Sisa", "Left"),
            f"Jumlah hari kerja yang masih dapat diambil pada tahun {year}.",
            f"Working days that can still be taken in {year}.",
        ),
    )


def balance_report(session: Session, actor: Actor, today: date, wanted: Wanted) -> Table:
    """The balances of the people whose leave the actor keeps. Raises `NotFound` for somebody who keeps none."""
    columns, year = balance_columns(today.year), today.year

    def rows(people: Sequence[Found]) -> list[Row]:
        found = accounts(session, [person for person, _ in people])
        return [Row(who.id, (*_who(who, unit), *_numbers(found[who.id].balance(year)))) for who, unit in people]

    about = ((_AS_OF, today), *_scope(session, actor, wanted))
    empty = Table(f"sisa-cuti-{today:%Y-%m-%d}", _BALANCES, about, columns, (), 0)
    return _filled(session, actor, empty, wanted, rows)


def _numbers(found: Balance) -> tuple[int, ...]:
    by_year = {bucket.year: bucket for bucket in found.buckets}
    this = by_year.get(found.year)
    left = [by_year[each].left if each in by_year else 0 for each in (found.year - 2, found.year - 1, found.year)]
    granted = this.granted if this else 0
    return granted, found.used, found.reserved, found.deferred, *left, found.left


def _left(year: int) -> Column:
    return _column(
        f"left_{year}",
        (f"Sisa {year}", f"Left {year}"),
        f"Sisa dari hak tahun {year} yang masih berlaku.",
        f"What is still left of the entitlement of {year}.",
    )


def _column(key: str, title: tuple[str, str], meaning_id: str, meaning_en: str) -> Column:
    return Column(key, Text(*title), Text(meaning_id, meaning_en), sorts=True)


# Who was away in a month


def recap_columns() -> tuple[Column, ...]:
    """The columns of the monthly recap: a type each, and their sums."""
    return (
        *_PERSON,
        *(
            _column(
                type,
                (name.id.removeprefix("Cuti ").capitalize(), name.en),
                f"Hari kerja dalam bulan itu yang dijalani sebagai {name.id.lower()}.",
                f"Working days of the month spent on {name.en.lower()}.",
            )
            for type, name in names.TYPES.items()
        ),
        _column(
            TRAVEL,
            ("Perjalanan", "Travel"),
            "Hari kerja perjalanan setelah cuti tahunan ke tempat yang sulit dihubungi; tidak mengurangi hak.",
            "Working days of travel after annual leave to a place that is hard to reach; not taken off the leave.",
        ),
        _column(
            "total",
            ("Hari kerja", "Working days"),
            "Jumlah hari kerja tidak hadir karena cuti, menurut kalender unit atau jadwal giliran.",
            "Working days away on leave, by the unit's calendar or the person's roster.",
        ),
        _column(
            "calendar",
            ("Hari kalender", "Calendar days"),
            "Hari kalender cuti dalam bulan itu, termasuk akhir pekan dan hari libur.",
            "Calendar days of leave in the month, weekends and holidays included.",
        ),
        _column(
            "waiting",
            ("Menunggu", "Waiting"),
            "Hari kerja dalam permohonan yang belum diputuskan; tidak termasuk jumlah.",
            "Working days in requests that are not decided; not part of the sums.",
        ),
    )


def recap(session: Session, actor: Actor, month: Span, wanted: Wanted) -> Table:
    """The days of leave in a month of the people whose leave the actor keeps. Raises `NotFound` as `balance_report`.

    Waiting requests are told apart; a leave that began or ends in another month counts with its days in this one.
    """

    def rows(people: Sequence[Found]) -> list[Row]:
        found = _days(session, [person for person, _ in people], month)
        return [Row(who.id, (*_who(who, unit), *found[who.id])) for who, unit in people]

    about = ((_MONTH, month_and_year(month.first)), *_scope(session, actor, wanted))
    empty = Table(f"rekap-cuti-{month.first:%Y-%m}", _RECAP, about, recap_columns(), (), 0)
    return _filled(session, actor, empty, wanted, rows)


def _days(session: Session, people: Sequence[Person], month: Span) -> dict[str, tuple[int, ...]]:
    """For each person the days of each type, their sums, and what waits."""
    calendars = Calendars.read(session, month, [person.id for person in people])
    leaves = _leaves(session, people, month)
    return {who.id: _summed(leaves[who.id], calendars.of(who.id, who.unit), month) for who in people}


def _summed(leaves: Iterable[LeaveRequest], working: WorkCalendar, month: Span) -> tuple[int, ...]:
    days: dict[str, set[date]] = {kind: set() for kind in (*names.TYPES, TRAVEL, *WAITING)}
    for leave in leaves:
        waits = leave.status in WAITING
        for day in leave.absence:
            if day in month:
                kind = leave.status if waits else leave.type if day in leave.span else TRAVEL
                days[kind].add(day)
    waiting = set().union(*(days.pop(state) for state in WAITING))
    away = set().union(*days.values())
    worked = {day for day in away | waiting if working.is_working_day(day)}
    each = (len(taken & worked) for taken in days.values())
    return *each, len(away & worked), len(away), len((waiting - away) & worked)


def _leaves(session: Session, people: Sequence[Person], month: Span) -> Mapping[str, Sequence[LeaveRequest]]:
    found: dict[str, list[LeaveRequest]] = {person.id: [] for person in people}
    wanted = select(LeaveRequest).where(LeaveRequest.person.in_(found), *touching(month, ABSENT + WAITING))
    for leave in session.scalars(wanted):
        found[leave.person].append(leave)
    return found


# Which people, and in what order


def units_kept(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The units on which the actor may have a report, as (id, name)."""
    if not sight.reports(actor):
        raise NotFound
    kept = select(Unit.id, Unit.name).order_by(Unit.name)
    if not sight.everywhere(actor):
        kept = kept.where(Unit.id.in_(sorted(actor.oversees)))
    return [(row.id, row.name) for row in session.execute(kept)]


def _filled(
    session: Session, actor: Actor, table: Table, wanted: Wanted, rows: Callable[[Sequence[Found]], list[Row]]
) -> Table:
    """The table with the rows of the wanted page; sorted by the database where it knows the column."""
    keys = [column.key for column in table.columns]
    sort = wanted.sort if wanted.sort in keys else "name"
    condition = _condition(actor, wanted)
    total = session.scalar(select(func.count()).select_from(Person).where(condition)) or 0
    size = wanted.size or max(1, total)
    pages = max(1, -(-total // size))
    page = min(max(1, wanted.page), pages)
    people = select(Person, Unit.name).join(Unit, Unit.id == Person.unit).where(condition)
    first, last = (page - 1) * size, min(page * size, total)
    if sort in _BY_COLUMN:
        shown = list(_in_parts(session, _ordered(people, sort, wanted.down), first, last, rows))
        return replace(table, rows=shown, total=total, page=page, pages=pages)
    every = list(_in_parts(session, _ordered(people, "name", False), 0, total, rows))
    every.sort(key=lambda row: row.values[keys.index(sort)], reverse=wanted.down)  # type: ignore[arg-type,return-value]  # these columns are numbers
    return replace(table, rows=every[first:last], total=total, page=page, pages=pages)


def _in_parts(
    session: Session,
    people: Select[Person, str],
    first: int,
    last: int,
    rows: Callable[[Sequence[Found]], list[Row]],
) -> Iterator[Row]:
    """The rows from ``first`` to ``last``, a few hundred people at a time; of those before, only figures are kept."""
    for start in range(first, last, AT_ONCE):
        found = session.execute(people.limit(min(AT_ONCE, last - start)).offset(start)).all()
        yield from rows([(row[0], row[1]) for row in found])


def _condition(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """Raises `NotFound` for somebody who keeps nobody's leave, and for a unit whose leave they do not keep."""
    if not sight.reports(actor):
        raise NotFound
    if wanted.unit is not None and not (sight.everywhere(actor) or wanted.unit in actor.oversees):
        raise NotFound
    kept = sight.keeps_others(actor)
    unit = [] if wanted.unit is None else [Person.unit == wanted.unit]
    words = [matching(wanted.words)] if wanted.words.strip() else []
    return and_(kept, Person.kind != sight.WITHOUT_LEAVE, *unit, *words)


def _ordered(people: Select[Person, str], sort: str, down: bool) -> Select[Person, str]:
    column = _BY_COLUMN[sort]
    return people.order_by(column.desc() if down else column, Person.name, Person.id)


def _who(person: Person, unit: str) -> tuple[Value, ...]:
    return person.name, person.nip, unit, person.kind


def _scope(session: Session, actor: Actor, wanted: Wanted) -> Iterator[tuple[Text, Value]]:
    """The unit that the report is about: the one asked for, or the only one that the actor keeps."""
    only = next(iter(actor.oversees)) if len(actor.oversees) == 1 and not sight.everywhere(actor) else None
    name = session.scalar(select(Unit.name).where(Unit.id == (wanted.unit or only)))
    yield _UNIT.title, name or _ALL


_ALL = Text("Semua unit", "All units")
_AS_OF = Text("Keadaan pada", "As of")
_MONTH = Text("Bulan", "Month")
_BALANCES = Text("Sisa cuti tahunan", "Annual leave left")
_RECAP = Text("Rekap cuti bulanan", "Monthly recap of leave")
