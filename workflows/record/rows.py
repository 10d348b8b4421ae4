"""A person's record as it stands, and the only way to write to it: revisions under the person's lock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, literal, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from engine.db import table
from engine.errors import Conflict, NotFound, ServiceFailed, Text
from workflows import organisation
from workflows.positions import Person
from workflows.record.histories import HISTORIES, History
from workflows.record.model import RecordHead, RecordRow

ADD, CHANGE, REMOVE = "add", "change", "remove"

_OWN = UUID("0b6f3e52-5f0e-4c57-9f4c-2f3b7f1a6d10")
"""The namespace of the ids of single rows."""
_ROWS = table(RecordRow).c
_AS_ROW: tuple[Any, ...] = (
    _ROWS.row,
    _ROWS.person,
    _ROWS.history,
    _ROWS["values"],
    _ROWS.since,
    _ROWS.revision,
    _ROWS.at,
    _ROWS.by,
    _ROWS.instance_id,
    _ROWS.removed,
)
"""The columns of a revision in the order of `Row`, whose ``values`` are then still JSON."""
LATE = timedelta(days=31)
"""How long after its day a decided grade is still looked for: longer than any worker stands still."""
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """A row of a history at one of its revisions; revision 0 is a single row that nobody has filled in yet."""

    id: UUID
    person: str
    history: str
    values: Mapping[str, str]
    since: date
    revision: int
    at: datetime
    by: str
    instance_id: UUID | None
    removed: bool = False

    @property
    def name(self) -> str:
        """The value by which people know the row; empty for a single row."""
        return self.values.get(HISTORIES[self.history].name, "")

    @property
    def erased(self) -> bool:
        """Whether what this revision said has been erased since."""
        return self.revision > 0 and not self.values


@dataclass(frozen=True)
class Record:
    """What is known of a person; ``histories`` has the rows of each history, the latest first."""

    person: str
    histories: Mapping[str, tuple[Row, ...]]

    def rows(self, history: str) -> tuple[Row, ...]:
        """The rows of a history, the latest first."""
        return self.histories.get(history, ())

    def row(self, id: UUID) -> Row | None:
        """The row of this id, whatever its history; a single row is there even before it is filled in."""
        rows = (row for each in self.histories.values() for row in each)
        return next((row for row in rows if row.id == id), None) or self._unfilled(id)

    def single(self, history: str) -> Row:
        """The row of a history that has one alone."""
        return self.rows(history)[0] if self.rows(history) else _unfilled(self.person, history)

    def current(self, history: str, on: date) -> Row | None:
        """The row in effect on a day: the latest that holds by then."""
        return next((row for row in self.rows(history) if row.since <= on), None)

    def value(self, history: str, field: str) -> str:
        """A field of the single row, or of the latest row; empty if there is none."""
        return self.rows(history)[0].values.get(field, "") if self.rows(history) else ""

    def _unfilled(self, id: UUID) -> Row | None:
        singles = (key for key, history in HISTORIES.items() if history.single and not self.rows(key))
        return next((_unfilled(self.person, key) for key in singles if single_row(self.person, key) == id), None)


@dataclass(frozen=True)
class Write:
    """A change of a row: ``add`` with all its values, ``change`` with those that change (empty: emptied), ``remove``.

    ``base`` is the revision that the change was made from; 0 for a row that was not there.
    """

    history: str
    row: UUID
    action: str
    values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    base: int = 0


def single_row(person: str, history: str) -> UUID:
    """The id of the row that a person has once in a history, whether or not it is filled in."""
    return uuid5(_OWN, f"{person}/{history}")


def record(session: Session, person: str, on: date | None = None) -> Record:
    """A person's record by one statement: as it stands, or as what is known today says that it stood on a day."""
    return records(session, (person,), on)[person]


def records(session: Session, people: Collection[str], on: date | None = None) -> dict[str, Record]:
    """The records of several people by one statement."""
    found: dict[str, dict[UUID, list[Row]]] = {person: {} for person in people}
    for row in _read(session, _ROWS.person.in_(sorted(people))):
        found[row.person].setdefault(row.id, []).append(row)
    return {person: _record(person, (_holding(each, on) for each in rows.values())) for person, rows in found.items()}


def revisions(session: Session, row: UUID) -> tuple[Row, ...]:
    """All that a row has been, the latest first."""
    return tuple(reversed(_read(session, _ROWS.row == row)))


def revisions_of(session: Session, person: str, history: str) -> dict[UUID, tuple[Row, ...]]:
    """All that each row of a history has been, rows that are gone too; the latest first, by one statement."""
    found: dict[UUID, tuple[Row, ...]] = {}
    for row in _read(session, and_(_ROWS.person == person, _ROWS.history == history)):
        found[row.id] = (row, *found.get(row.id, ()))
    return found


def after(record: Record, writes: Iterable[Write], today: date) -> Record:
    """The record as it would be with these changes; nothing is written."""
    rows = {row.id: row for each in record.histories.values() for row in each}
    for new in _merged(record.person, rows, writes, today):
        rows[new.id] = new
    return _record(record.person, rows.values())


def digest(record: Record, history: str) -> str:
    """SHA-256 of what a history says, by which “Data sudah sesuai” knows what was found right."""
    said = [[str(row.id), dict(row.values)] for row in record.rows(history)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def lock(session: Session, person: str) -> int:
    """Lock a person's record until the transaction ends; how often it has been changed so far."""
    wanted = select(RecordHead.changes).where(RecordHead.person == person).with_for_update()
    changes = session.scalar(wanted)
    if changes is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(RecordHead).values(person=person, changes=0).on_conflict_do_nothing())
        changes = session.scalar(wanted)
    assert changes is not None
    return changes


def write(
    session: Session,
    person: str,
    writes: Sequence[Write],
    *,
    by: str,
    now: datetime,
    today: date,
    instance: UUID | None,
) -> tuple[Row, ...]:
    """Write changes to a person's record, all or none; the rows as they were read back.

    Several changes of a row are one revision. What the organisation uses of it (name, birth date, sex, NIK, grade)
    follows. Raises `Conflict` if a row is no longer at the revision that its change was made from, `NotFound` for a row
    of somebody else, `ServiceFailed` if what is read back differs from what was written.
    """
    lock(session, person)
    before = _newest(session, person)
    for each in writes:
        _check_base(person, before.get(each.row), each)
    new = tuple(replace(row, at=now, by=by, instance_id=instance) for row in _merged(person, before, writes, today))
    session.add_all(_stored(row) for row in new)
    session.execute(update(RecordHead).where(RecordHead.person == person).values(changes=RecordHead.changes + 1))
    session.flush()
    after_all = _record(person, {**before, **{row.id: row for row in new}}.values())
    mirrored = mirror(session, after_all, {row.history for row in new}, today)
    _check(session, person, new, mirrored)
    return new


def mirror(session: Session, record: Record, histories: Collection[str], today: date) -> dict[str, Any]:
    """Let the organisation know what it uses of these histories; what it then knows, by the column of `Person`.

    What a record does not say is left as it is. The start of service is not among it: leave is reckoned from it, and a
    ledger that is open is not reckoned again here.
    """
    said = {
        column: value
        for history, column, value in _used(record, today)
        if history in histories and value not in ("", None)
    }
    if said:
        session.execute(update(Person).where(Person.id == record.person).values(**said))
        organisation.forget(session)
    return said


def _used(record: Record, today: date) -> Iterator[tuple[str, str, Any]]:
    """What the organisation uses: the history, the column of `Person`, and the value."""
    born, rank = record.value("personal", "birth_date"), record.current("rank", today)
    yield "personal", "name", record.value("personal", "name")
    yield "personal", "sex", record.value("personal", "sex")
    yield "personal", "born", date.fromisoformat(born) if born else None
    yield "identity", "nik", record.value("identity", "nik")
    yield "rank", "grade", rank.values.get("grade") if rank else None


def take_effect(session: Session, *, now: datetime) -> None:
    """Let the organisation know the grades whose day has come since they were decided."""
    today, newer, rows = now.date(), aliased(RecordRow), RecordRow
    wanted = (
        select(rows.person)
        .join(Person, Person.id == rows.person)
        .where(
            rows.history == literal_column("'rank'"),  # no parameter, so that its partial index serves
            rows.removed.is_(False),
            rows.since.between(today - LATE, today),
            rows.values.not_like(literal('%"grade": "') + Person.grade + '"%'),
            ~exists().where(newer.row == rows.row, newer.revision > rows.revision),
        )
    )
    for each in records(session, set(session.scalars(wanted))).values():
        mirror(session, each, ("rank",), today)


def _read(session: Session, condition: Any) -> list[Row]:
    session.flush()
    wanted = select(*_AS_ROW).where(condition).order_by(_ROWS.row, _ROWS.revision)
    found = (Row(*row) for row in session.execute(wanted))
    return [replace(row, values=MappingProxyType(json.loads(str(row.values)))) for row in found]


def _newest(session: Session, person: str) -> dict[UUID, Row]:
    """The newest revision of each row, of those that are gone too."""
    return {row.id: row for row in _read(session, _ROWS.person == person)}


def _holding(revisions: Sequence[Row], on: date | None) -> Row | None:
    """What holds of a row: of a single one the value of the day, of any other what is known now if it began by then."""
    if on is not None and HISTORIES[revisions[0].history].single:
        return next((row for row in reversed(revisions) if row.since <= on), None)
    newest = revisions[-1]
    return newest if on is None or newest.since <= on else None


def _record(person: str, rows: Iterable[Row | None]) -> Record:
    there = [row for row in rows if row is not None and not row.removed]
    there.sort(key=lambda row: (row.since, row.at, str(row.id)), reverse=True)
    return Record(
        person, {key: found for key in HISTORIES if (found := tuple(row for row in there if row.history == key))}
    )


def _unfilled(person: str, history: str) -> Row:
    moment = datetime(1, 1, 1, tzinfo=UTC)
    return Row(single_row(person, history), person, history, _NOTHING, date(1, 1, 1), 0, moment, "", None)


def _check_base(person: str, row: Row | None, write: Write) -> None:
    """Whether the row is still what the change was made from."""
    history = HISTORIES[write.history]
    known = row.revision if row else 0
    if row is not None and row.history != write.history:
        raise NotFound
    if history.single and write.row != single_row(person, write.history):
        raise NotFound
    if row is None and write.base and not history.single:
        raise NotFound
    if known != write.base or (row is not None and row.removed):
        raise Conflict(
            Text(
                f"{history.title.id} sudah berubah sejak permohonan ini dikirim. Kembalikan untuk diperbaiki.",
                f"{history.title.en} has changed since this request was sent. Return it to be mended.",
            )
        )


def _merged(person: str, before: Mapping[UUID, Row], writes: Iterable[Write], today: date) -> list[Row]:
    """The rows with all changes to each, at the next revision of it."""
    merged: dict[UUID, Row] = {}
    for each in writes:
        history = HISTORIES[each.history]
        old = before.get(each.row) or replace(_unfilled(person, each.history), id=each.row)
        row = merged.get(each.row) or replace(old, revision=old.revision + 1)
        values = {key: value for key, value in {**row.values, **each.values}.items() if value}
        if each.values.keys() - {field.key for field in history.fields}:
            raise ValueError(f"{each.history} has no such fields: {sorted(each.values)}")
        if each.action == REMOVE and history.single:
            raise ValueError(f"the row of {each.history} cannot go")
        since = _since(history, values, today)
        merged[each.row] = replace(row, values=values, since=since, removed=row.removed or each.action == REMOVE)
    return list(merged.values())


def _since(history: History, values: Mapping[str, str], today: date) -> date:
    """From when a row with these values holds."""
    said = values.get(history.since) if history.since else None
    return date.fromisoformat(said) if said else today


def _stored(row: Row) -> RecordRow:
    return RecordRow(
        row=row.id,
        revision=row.revision,
        person=row.person,
        history=row.history,
        values=json.dumps(dict(row.values), ensure_ascii=False, sort_keys=True),
        since=row.since,
        removed=row.removed,
        at=row.at,
        by=row.by,
        instance_id=row.instance_id,
    )


def _check(session: Session, person: str, new: Sequence[Row], mirrored: Mapping[str, Any]) -> None:
    """Read back what was written. Raises `ServiceFailed` if it is not what it should be."""
    stored = _newest(session, person)
    differs = any(stored.get(row.id) != row for row in new)
    if mirrored:
        columns = table(Person).c
        known = session.execute(select(*columns).where(columns.id == person)).one()._mapping
        differs = differs or any(known[key] != value for key, value in mirrored.items())
    if differs:
        raise ServiceFailed(
            Text(
                "Data yang tersimpan tidak sama dengan yang disetujui. Tidak ada yang berubah; coba lagi nanti.",
                "What was stored is not what was approved. Nothing was changed; try again later.",
            )
        )
