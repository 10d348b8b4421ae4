"""Approved changes on their way into SIASN: taken out as a file, entered there by hand, and marked once they are in.

Only histories that SIASN keeps too are among them; who marks a change says that they entered it there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.db import table
from engine.errors import Text
from workflows.data_update.words import ACTIONS
from workflows.positions import Person, Unit
from workflows.record.histories import HISTORIES, RecordField
from workflows.record.model import Proposal, ProposedChange, RecordRow
from workflows.record.values import shown
from workflows.tables import Column, Row, Table, Value

NEW, EXPORTED, DONE = "new", "exported", "done"
"""How far a change is: not taken out yet, in a file, in SIASN."""
ERASED = Text("Sudah dihapus", "Deleted")
MOST_AT_ONCE = 1_000
"""Changes of one file."""

Key = tuple[UUID, int]
"""A change: its request, and its number in it."""

_CHANGES, _PROPOSALS, _PEOPLE, _UNITS = table(ProposedChange).c, table(Proposal).c, table(Person).c, table(Unit).c
_ROWS = table(RecordRow).c
_NATIONAL = sorted(history.key for history in HISTORIES.values() if history.national)
_APPLIED = and_(_CHANGES.applied_at.is_not(None), _CHANGES.history.in_(_NATIONAL))
_STATES: Mapping[str, ColumnElement[bool]] = {
    NEW: and_(_APPLIED, _CHANGES.synchronised_at.is_(None), _CHANGES.exported_at.is_(None)),
    EXPORTED: and_(_APPLIED, _CHANGES.synchronised_at.is_(None), _CHANGES.exported_at.is_not(None)),
    DONE: and_(_APPLIED, _CHANGES.synchronised_at.is_not(None)),
}


@dataclass(frozen=True)
class Change:
    """A change of somebody's record that SIASN should have too; ``row`` names the row as it was, if it has a name."""

    key: Key
    person: str
    nip: str
    name: str
    unit: str
    reference: str
    history: str
    action: str
    field: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    row: Text | None
    applied_at: datetime
    exported_at: datetime | None
    synchronised_at: datetime | None
    synchronised_by: str | None

    @property
    def id(self) -> str:
        """The key as forms send it."""
        return f"{self.key[0]}.{self.key[1]}"


def counts(session: Session) -> dict[str, int]:
    """How many changes are how far."""
    return {
        state: session.scalar(select(func.count()).select_from(table(ProposedChange)).where(condition)) or 0
        for state, condition in _STATES.items()
    }


def listed(session: Session, state: str, *, page: int, size: int) -> list[Change]:
    """A page of the changes that are so far: those that wait, the oldest first; those that are in, the latest first."""
    moment = _CHANGES.synchronised_at.desc() if state == DONE else _CHANGES.applied_at
    order = (moment, _CHANGES.instance_id, _CHANGES.number)
    return _read(session, _STATES[state], order, size, (page - 1) * size)


def chosen(session: Session, keys: Collection[Key], state: str) -> list[Change]:
    """Those of the changes that are so far, by person."""
    return _read(session, and_(_STATES[state], _among(keys)), _BY_PERSON) if keys else []


def batch(session: Session, at: datetime) -> list[Change]:
    """The changes of the file that was taken out at this moment, by person."""
    return _read(session, and_(_APPLIED, _CHANGES.exported_at == at), _BY_PERSON)


def batches(session: Session) -> list[tuple[datetime, int]]:
    """The files with changes that are not in SIASN yet, the latest first, and how many these are."""
    wanted = select(_CHANGES.exported_at, func.count()).where(_STATES[EXPORTED]).group_by(_CHANGES.exported_at)
    found = session.execute(wanted.order_by(_CHANGES.exported_at.desc()))
    return [(at, count) for at, count in found]


def export(session: Session, now: datetime) -> int:
    """Put the changes that are in no file yet into the one of this moment, the oldest first; how many there are."""
    moments = select(_CHANGES.applied_at).where(_STATES[NEW]).order_by(_CHANGES.applied_at)
    last = session.scalar(moments.offset(MOST_AT_ONCE - 1).limit(1))
    wanted = _STATES[NEW] if last is None else and_(_STATES[NEW], _CHANGES.applied_at <= last)
    return len(_update(session, wanted, exported_at=now))


def mark(session: Session, keys: Collection[Key], *, by: str, now: datetime) -> list[UUID]:
    """Say that the changes are in SIASN; the request of each that was not so before."""
    waiting = or_(_STATES[NEW], _STATES[EXPORTED])
    return _update(session, and_(waiting, _among(keys)), synchronised_at=now, synchronised_by=by)


def mark_batch(session: Session, at: datetime, *, by: str, now: datetime) -> list[UUID]:
    """Say that all changes of the file of a moment are in SIASN; the request of each that was not so before."""
    wanted = and_(_STATES[EXPORTED], _CHANGES.exported_at == at)
    return _update(session, wanted, synchronised_at=now, synchronised_by=by)


def unmark(session: Session, keys: Collection[Key]) -> list[UUID]:
    """Take a mark away that was a mistake; the request of each that had one."""
    return _update(session, and_(_STATES[DONE], _among(keys)), synchronised_at=None, synchronised_by=None)


def synchronised(session: Session, instances: Collection[UUID]) -> set[UUID]:
    """The requests of which SIASN has every change that it keeps, and at least one."""
    wanted = (
        select(_CHANGES.instance_id)
        .where(_CHANGES.instance_id.in_(instances), _APPLIED)
        .group_by(_CHANGES.instance_id)
        .having(func.count() == func.count(_CHANGES.synchronised_at))
    )
    return set(session.scalars(wanted))


def as_table(changes: Sequence[Change], at: datetime) -> Table:
    """The changes as a file to enter in SIASN: a line for each field, its old and new value side by side."""
    return Table(
        f"siasn-{at:%Y%m%d-%H%M}",
        Text("Perubahan data untuk SIASN", "Changes of data for SIASN"),
        ((Text("Jumlah perubahan", "Changes"), len(changes)),),
        COLUMNS,
        [Row(change.person, values) for change in changes for values in _lines(change)],
        len(changes),
    )


COLUMNS = (
    Column("reference", Text("Permohonan", "Request"), Text("Nomor permohonan di Alur.", "Its number in Alur.")),
    Column("nip", Text("NIP", "NIP"), Text("NIP pegawai.", "The person's NIP.")),
    Column("name", Text("Nama", "Name"), Text("Nama pegawai saat ini.", "The person's name now.")),
    Column("unit", Text("Unit kerja", "Unit"), Text("Unit kerja pegawai saat ini.", "The person's unit now.")),
    Column("history", Text("Riwayat", "History"), Text("Riwayat yang berubah.", "The history that changed.")),
    Column(
        "action",
        Text("Tindakan", "Action"),
        Text("Ditambah, Diubah, atau Dihapus.", "Added, Changed or Removed."),
    ),
    Column(
        "row",
        Text("Baris", "Row"),
        Text(
            "Nama baris sebelum berubah; kosong untuk data tunggal.", "What the row was called; empty for single data."
        ),
    ),
    Column("field", Text("Data", "Field"), Text("Data yang berubah.", "What changed.")),
    Column("old", Text("Nilai lama", "Old value"), Text("Kosong bila belum ada.", "Empty if there was none.")),
    Column("new", Text("Nilai baru", "New value"), Text("Kosong bila dihapus.", "Empty if it was removed.")),
    Column("approved", Text("Disetujui", "Approved"), Text("Tanggal berlaku di Alur.", "Since when Alur has it.")),
    Column(
        "key",
        Text("Kode", "Key"),
        Text("Nama data bagi program, misalnya identity.nik.", "Its name for programs, such as identity.nik."),
    ),
)


def _lines(change: Change) -> Iterator[tuple[Value, ...]]:
    history = HISTORIES[change.history]
    about = (change.reference, change.nip, change.name, change.unit, history.title, ACTIONS[change.action], change.row)
    approved = change.applied_at.date()
    fields = [field for field in history.fields if field.key in change.old or field.key in change.new]
    for field in fields:
        old, new = (_value(field, values.get(field.key, "")) for values in (change.old, change.new))
        yield (*about, field.label, old, new, approved, f"{history.key}.{field.key}")
    if not fields:
        yield (*about, "", ERASED, ERASED, approved, history.key)


def _value(field: RecordField, value: str) -> Value:
    """A value as it is typed into another program: days are days, numbers stay whole."""
    if field.type == "date" and value:
        return date.fromisoformat(value)
    return shown(field, value) if field.type == "choice" and value else value


_BY_PERSON = (_PEOPLE.nip, _CHANGES.instance_id, _CHANGES.number)


def _read(
    session: Session,
    condition: ColumnElement[bool],
    order: tuple[Any, ...],
    limit: int | None = None,
    offset: int = 0,
) -> list[Change]:
    wanted = (
        select(
            table(ProposedChange),
            _PEOPLE.id.label("person"),
            _PEOPLE.nip,
            _PEOPLE.name,
            _UNITS.name.label("unit"),
            INSTANCES.reference,
            _ROWS["values"].label("before"),
        )
        .join(table(Proposal), _PROPOSALS.instance_id == _CHANGES.instance_id)
        .join(table(Person), _PEOPLE.id == _PROPOSALS.person)
        .join(table(Unit), _UNITS.id == _PEOPLE.unit)
        .join(INSTANCES.id.table, INSTANCES.id == _CHANGES.instance_id)
        .outerjoin(table(RecordRow), and_(_ROWS.row == _CHANGES.row, _ROWS.revision == _CHANGES.base))
        .where(condition)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [_change(found) for found in session.execute(wanted)]


def _change(found: Any) -> Change:
    old, new = json.loads(found.old), json.loads(found.new)
    history, before = HISTORIES[found.history], json.loads(found.before) if found.before else {}
    name = history.field(history.name)
    row = (before or old or new).get(history.name, "")
    return Change(
        key=(found.instance_id, found.number),
        person=found.person,
        nip=found.nip,
        name=found.name,
        unit=found.unit,
        reference=found.reference,
        history=found.history,
        action=found.action,
        field=found.field,
        old=old,
        new=new,
        row=shown(name, row) if name and row else None,
        applied_at=found.applied_at,
        exported_at=found.exported_at,
        synchronised_at=found.synchronised_at,
        synchronised_by=found.synchronised_by,
    )


def _among(keys: Collection[Key]) -> ColumnElement[bool]:
    """Whether a change is one of these; by request first, as a page of them has few."""
    numbers: dict[UUID, list[int]] = {}
    for instance, number in keys:
        numbers.setdefault(instance, []).append(number)
    return or_(
        false(), *(and_(_CHANGES.instance_id == id, _CHANGES.number.in_(sorted(each))) for id, each in numbers.items())
    )


def _update(session: Session, condition: ColumnElement[bool], **values: Any) -> list[UUID]:
    done = update(table(ProposedChange)).where(condition).values(**values).returning(_CHANGES.instance_id)
    found = list(session.scalars(done))
    session.expire_all()
    return found
