"""Initial records: what people have on paper or in another program, brought in once; nothing here replaces a value.

An import fills in what is empty and adds what is missing. What a request has changed is changed by requests alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.characters import spelled_out
from engine.db import table
from engine.errors import NotFound, Refused, Text
from workflows.positions import Person, Unit
from workflows.record import incoming, rows
from workflows.record.checks import Facts, warnings
from workflows.record.histories import HISTORIES, History
from workflows.record.incoming import NIP, Incoming, Line, Problem
from workflows.record.model import OpenRow, Proposal, RecordImport, RecordRow
from workflows.record.rows import ADD, CHANGE, Write

KEPT = timedelta(days=1)
"""How long a file waits to be written; then what it said is deleted."""
AT_ONCE = 100
"""People of one transaction, where a file is written in several."""
SHOWN = 50
"""Imports that are listed."""
LONGEST_NAME = 100

_OWN = UUID("5c0d6a53-0d35-4a8e-8a39-8a6f4a4e3a77")
"""The namespace of the ids of rows that came from files."""
_ROWS = table(RecordRow).c
_READ_AT_ONCE = 500

_UNKNOWN = Text("Pegawai dengan NIP ini tidak terdaftar.", "Nobody with this NIP is on record.")
_YOURSELF = Text(
    "Ini data Anda sendiri. Keluarkan baris ini, lalu minta rekan membawanya masuk.",
    "These are your own data. Take the line out and ask a colleague to bring it in.",
)
_BY_REQUEST = Text(
    "Riwayat pegawai ini sudah pernah diubah lewat permohonan. Ubah lewat permohonan perubahan data.",
    "A request has changed this history of the person before. Change it by a request to change data.",
)
_HELD = Text(
    "Sudah ada isi lain untuk: {}. Ubah lewat permohonan perubahan data.",
    "There is another value for: {}. Change it by a request to change data.",
)
_ASKED = Text(
    "Ada permohonan tentang data ini yang belum diputuskan. Tunggu keputusannya.",
    "A request about these data is not decided yet. Wait for its decision.",
)
_TWICE = Text("Baris ini mengulang data pada baris {}.", "This line repeats the data of line {}.")
_NIK_TWICE = Text("NIK ini sudah dipakai pegawai lain.", "Somebody else has this NIK.")


@dataclass(frozen=True)
class Note:
    """What of somebody's data does not agree with the rest, or is unusual: told, never a reason not to write it."""

    person: str
    history: str
    text: Text


@dataclass(frozen=True)
class Trial:
    """What an import would do: the writes by person, rows by history, and what is wrong with which line.

    ``same``: lines that say what is on record already.
    """

    writes: Mapping[str, tuple[Write, ...]] = field(repr=False)
    counts: Mapping[str, int]
    same: int
    problems: tuple[Problem, ...]
    more: int = 0

    @property
    def rows(self) -> int:
        """How many rows would be written."""
        return sum(self.counts.values())


@dataclass
class _Known:
    """What is on record of some people; which histories requests changed, and which rows requests ask to change."""

    newest: dict[UUID, _Held]
    by_key: dict[tuple[str, ...], UUID]
    by_request: set[tuple[str, str]]
    asked: set[UUID]


@dataclass(frozen=True)
class _Held:
    person: str
    history: str
    revision: int
    values: Mapping[str, str]
    removed: bool


def tried(session: Session, found: Incoming, by: str = "") -> Trial:
    """What the lines would do, brought in by this person; writes nothing."""
    people = _people(session)
    problems = [*found.problems, *_shared_numbers(session, found.lines)]
    lines = list[tuple[str, Line]]()
    for line in found.lines:
        person = people.get(line.nip)
        if person is None or person == by:
            problems.append(_problem(line, _UNKNOWN if person is None else _YOURSELF))
        else:
            lines.append((person, line))
    lines.sort(key=lambda each: each[0])
    writes, counts, same = dict[str, tuple[Write, ...]](), Counter[str](), 0
    for known, group in _with_known(session, lines):
        for person, own in groupby(group, key=lambda each: each[0]):
            seen: dict[UUID, int] = {}
            wanted = [_write(known, person, line, seen) for _person, line in own]
            problems += [each for each in wanted if isinstance(each, Problem)]
            same += wanted.count(None)
            if own_writes := tuple(each for each in wanted if isinstance(each, Write)):
                writes[person] = own_writes
                counts.update(each.history for each in own_writes)
    told = sorted(problems, key=lambda each: (each.sheet, each.line))
    more = found.more + max(0, len(told) - incoming.MOST_TOLD)
    return Trial(writes, counts, same, tuple(told[: incoming.MOST_TOLD]), more)


def post(session: Session, found: Incoming, *, by: str, now: datetime, today: date) -> Trial:
    """Write all lines. Raises `Refused` if one does not fit: then none is written; repeated, it adds nothing."""
    trial = tried(session, found, by)
    if trial.problems:
        raise Refused({"": [problem.text for problem in trial.problems]})
    for person, writes in trial.writes.items():
        rows.write(session, person, writes, by=by, now=now, today=today, instance=None)
    return trial


def notes(session: Session, trial: Trial, today: date) -> list[Note]:
    """What a verifier would be told of these rows: numbers that disagree, ranks out of order and the like."""
    found, people = list[Note](), sorted(trial.writes)
    kinds = {each.id: each.kind for each in session.execute(select(Person.id, Person.kind))}
    units = frozenset(name.casefold() for name in session.scalars(select(Unit.name)))
    for start in range(0, len(people), _READ_AT_ONCE):
        for person, record in rows.records(session, people[start : start + _READ_AT_ONCE]).items():
            writes, known = trial.writes[person], Facts(kinds[person], taken=False, units=units)
            then = rows.after(record, writes, today)
            found += (
                Note(person, write.history, text) for write in writes for text in warnings(write, then, known, today)
            )
    return found


def portions(found: Incoming) -> Iterator[Incoming]:
    """The lines in portions of whole people, for transactions that hold nobody up."""
    nips = sorted({line.nip for line in found.lines})
    of = {nip: number // AT_ONCE for number, nip in enumerate(nips)}
    lines = sorted(found.lines, key=lambda line: of[line.nip])
    for _number, portion in groupby(lines, key=lambda line: of[line.nip]):
        yield replace(found, lines=tuple(portion))


def keep(session: Session, found: Incoming, *, name: str, digest: str, by: str, now: datetime) -> UUID:
    """Keep what a file says until somebody confirms it."""
    kept = RecordImport(
        id=uuid4(), at=now, by=by, name=_name(name), digest=digest, content=incoming.packed(found), rows=0
    )
    session.add(kept)
    session.flush()
    return kept.id


def forget(session: Session, *, now: datetime) -> None:
    """Delete what nobody confirmed: a chore of the worker."""
    waiting = table(RecordImport).c
    session.execute(delete(RecordImport).where(waiting.posted_at.is_(None), waiting.at < now - KEPT))


def kept(session: Session, id: UUID, *, lock: bool = False) -> RecordImport:
    """An import that waits or is done. Raises `NotFound`."""
    found = session.get(RecordImport, id, with_for_update=lock)
    if found is None:
        raise NotFound
    return found


def post_kept(session: Session, id: UUID, *, by: str, now: datetime, today: date) -> None:
    """Write what was kept, once: whoever confirms it again changes nothing. Raises `Refused` as `post`."""
    found = kept(session, id, lock=True)
    if found.posted_at is None:
        trial = post(session, incoming.unpacked(found.content), by=by, now=now, today=today)
        found.posted_at, found.posted_by, found.rows, found.content = now, by, trial.rows, ""
        session.flush()


def note(session: Session, *, name: str, digest: str, by: str, now: datetime, rows: int) -> None:
    """Put an import on the list that was written by command."""
    session.add(
        RecordImport(
            id=uuid4(),
            at=now,
            by=by,
            name=_name(name),
            digest=digest,
            content="",
            rows=rows,
            posted_at=now,
            posted_by=by,
        )
    )


def posted(session: Session) -> Sequence[RecordImport]:
    """The imports that were written, the latest first."""
    wanted = select(RecordImport).where(RecordImport.posted_at.is_not(None)).order_by(RecordImport.posted_at.desc())
    return session.scalars(wanted.limit(SHOWN)).all()


def _name(name: str) -> str:
    return spelled_out(name)[-LONGEST_NAME:] or "-"


def _people(session: Session) -> dict[str, str]:
    """The ids of all staff by NIP."""
    return {found.nip: found.id for found in session.execute(select(Person.nip, Person.id))}


def _shared_numbers(session: Session, lines: Iterable[Line]) -> Iterator[Problem]:
    """The lines with a NIK that somebody else has, on record or in the file."""
    given = [(line, nik) for line in lines if line.history == "identity" and (nik := line.values.get("nik"))]
    if given:
        owners = {nik: nip for nik, nip in session.execute(select(Person.nik, Person.nip)) if nik}
        for line, nik in given:
            if owners.setdefault(nik, line.nip) != line.nip:
                yield _problem(line, _NIK_TWICE)


def _with_known(session: Session, lines: Sequence[tuple[str, Line]]) -> Iterator[tuple[_Known, list[tuple[str, Line]]]]:
    """The lines in groups of some people, with what is on record of these."""
    people = sorted({person for person, _line in lines})
    of = {person: number // _READ_AT_ONCE for number, person in enumerate(people)}
    for number, group in groupby(lines, key=lambda each: of[each[0]]):
        yield _known(session, people[number * _READ_AT_ONCE : (number + 1) * _READ_AT_ONCE]), list(group)


def _known(session: Session, people: Collection[str]) -> _Known:
    columns = (
        _ROWS.row,
        _ROWS.person,
        _ROWS.history,
        _ROWS.revision,
        _ROWS["values"],
        _ROWS.removed,
        _ROWS.instance_id,
    )
    known = _Known({}, {}, set(), _asked(session, people))
    wanted = select(*columns).where(_ROWS.person.in_(people)).order_by(_ROWS.row, _ROWS.revision)
    for row, person, history, revision, values, removed, instance in session.execute(wanted):
        known.newest[row] = _Held(person, history, revision, json.loads(values), removed)
        if instance is not None:
            known.by_request.add((person, history))
    for row, held in known.newest.items():
        if not held.removed:
            known.by_key[_key(held.person, HISTORIES[held.history], held.values)] = row
    return known


def _asked(session: Session, people: Collection[str]) -> set[UUID]:
    """The rows of these people that running requests are about."""
    wanted = select(OpenRow.row).join(Proposal, Proposal.instance_id == OpenRow.instance_id)
    return set(session.scalars(wanted.where(Proposal.person.in_(people))))


def _write(known: _Known, person: str, line: Line, seen: dict[UUID, int]) -> Write | Problem | None:
    """What a line would write: None if it is on record already."""
    history = HISTORIES[line.history]
    values = {NIP: line.nip, **line.values} if history.field(NIP) else dict(line.values)
    id = _row(known, person, history, values)
    if seen.setdefault(id, line.line) != line.line:
        return _problem(line, _filled(_TWICE, str(seen[id])))
    held = known.newest.get(id)
    old = held.values if held and not held.removed else {}
    new = {key: value for key, value in values.items() if old.get(key) != value}
    if not new:
        return None
    if (person, history.key) in known.by_request or id in known.asked:
        return _problem(line, _ASKED if id in known.asked else _BY_REQUEST)
    if other := [field.label for field in history.fields if field.key in new and field.key in old]:
        return _problem(
            line,
            Text(
                _HELD.id.replace("{}", ", ".join(label.id for label in other)),
                _HELD.en.replace("{}", ", ".join(label.en for label in other)),
            ),
        )
    if held is None and not history.single:
        return Write(history.key, id, ADD, values)
    return Write(history.key, id, CHANGE, new, base=held.revision if held else 0)


def _row(known: _Known, person: str, history: History, values: Mapping[str, str]) -> UUID:
    """The row that a line is about: the one with the same name and day, else the one that every reading would make."""
    if history.single:
        return rows.single_row(person, history.key)
    key = _key(person, history, values)
    return known.by_key.get(key) or uuid5(_OWN, json.dumps(key))


def _key(person: str, history: History, values: Mapping[str, str]) -> tuple[str, ...]:
    return (person, history.key, *(values.get(each, "") for each in sorted(incoming.needed(history))))


def _problem(line: Line, text: Text) -> Problem:
    return Problem(incoming.sheet_name(HISTORIES[line.history]), line.line, text)


def _filled(text: Text, gap: str) -> Text:
    return Text(text.id.replace("{}", gap), text.en.replace("{}", gap))
