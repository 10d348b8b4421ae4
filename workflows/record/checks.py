"""What a verifier should look at in a change, and what it affects elsewhere: told, never decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.db import table
from engine.errors import NotFound, Text
from workflows.positions import Person, Unit
from workflows.record.consequences import INCREMENT_YEARS, MOST_CHILDREN, consequences, paid_children, years_after
from workflows.record.histories import GRADES
from workflows.record.identifiers import appointment_warnings, decode_nik, nik_warnings, nip_warnings
from workflows.record.rows import REMOVE, Record, Row, Write, after

__all__ = ["Facts", "Note", "consequences", "facts", "notes", "warnings"]

_PEOPLE, _UNITS = table(Person).c, table(Unit).c


@dataclass(frozen=True)
class Facts:
    """What is known beside a record: the person's kind of staff, whose NIK it is, and the names of all units."""

    kind: str
    taken: bool
    units: frozenset[str]


@dataclass(frozen=True)
class Note:
    """Beside one change: what the verifier should look at, and what the change affects."""

    warnings: tuple[Text, ...]
    consequences: tuple[Text, ...]


def notes(session: Session, record: Record, writes: Sequence[Write], today: date) -> tuple[Note, ...]:
    """What to say beside each change of a proposal, in its order."""
    then = after(record, writes, today)
    known = facts(session, then)
    return tuple(
        Note(tuple(warnings(each, then, known, today)), tuple(consequences(each, record, then, today=today)))
        for each in writes
    )


def facts(session: Session, record: Record) -> Facts:
    """What `warnings` asks beside the record, by three statements. Raises `NotFound` for somebody unknown."""
    kind = session.scalar(select(_PEOPLE.kind).where(_PEOPLE.id == record.person))
    if kind is None:
        raise NotFound
    units = session.scalars(select(_UNITS.name))
    return Facts(
        kind, _nik_taken(session, record.value("identity", "nik"), record.person), frozenset(map(str.casefold, units))
    )


def warnings(write: Write, after: Record, facts: Facts, today: date) -> list[Text]:
    """What a verifier should look at in one change; ``after`` is the record with all changes of the proposal."""
    if write.action == REMOVE:
        return []
    look = _LOOKS.get(write.history)
    return look(_Looked(write, after, after.row(write.row), facts, today)) if look else []


@dataclass(frozen=True)
class _Looked:
    """A change as it is looked at."""

    write: Write
    after: Record
    row: Row | None
    facts: Facts
    today: date

    @property
    def values(self) -> Mapping[str, str]:
        return self.row.values if self.row else self.write.values

    def changes(self, *fields: str) -> bool:
        return bool(self.write.values.keys() & set(fields))

    def earlier(self) -> Row | None:
        """The row of the same history that came before this one."""
        rows = [row for row in self.after.rows(self.write.history) if row.id != self.write.row]
        return next((row for row in rows if self.row and row.since <= self.row.since), None)


def _personal(looked: _Looked) -> list[Text]:
    if not looked.changes("birth_date", "sex"):
        return []
    record = looked.after
    nip, born, sex = (record.value("personal", field) for field in ("nip", "birth_date", "sex"))
    nik = record.value("identity", "nik")
    found = nip_warnings(nip, born=born, sex=sex, kind=looked.facts.kind, today=looked.today) if nip else []
    return found + (nik_warnings(nik, born=born, sex=sex, today=looked.today) if nik else [])


def _identity(looked: _Looked) -> list[Text]:
    record, found = looked.after, []
    nik, npwp = looked.values.get("nik", ""), looked.values.get("npwp", "")
    if looked.changes("nik"):
        born, sex = record.value("personal", "birth_date"), record.value("personal", "sex")
        found = nik_warnings(nik, born=born, sex=sex, today=looked.today, taken=looked.facts.taken)
    if looked.changes("npwp") and len(npwp) == len(nik) and npwp != nik:
        found.append(Text("NPWP 16 angka ini tidak sama dengan NIK.", "This tax number of 16 digits is not the NIK."))
    return found


def _bank(looked: _Looked) -> list[Text]:
    holder, name = looked.values.get("holder", ""), looked.after.value("personal", "name")
    if not name or _letters(holder) == _letters(name):
        return []
    return [
        Text(
            "Nama pemilik rekening tidak sama dengan nama pegawai.", "The account is in another name than the person's."
        )
    ]


def _spouse(looked: _Looked) -> list[Text]:
    active = [row for row in looked.after.rows("spouse") if row.values.get("status") == "active"]
    found = []
    if len(active) > 1:
        found.append(
            Text(
                "Lebih dari satu pasangan masih kawin. Periksa surat izinnya.",
                "More than one marriage stands. Look at the permission for it.",
            )
        )
    nik, born = looked.values.get("nik", ""), looked.values.get("birth_date", "")
    said = decode_nik(nik, looked.today) if nik else None
    if said is not None and born and said.born.isoformat() != born:
        found += nik_warnings(nik, born=born, sex="", today=looked.today)
    if born and looked.values.get("married_on", "9999") <= born:
        found.append(Text("Tanggal kawin tidak setelah tanggal lahir.", "The marriage is not after the birth."))
    return found


def _child(looked: _Looked) -> list[Text]:
    if looked.values.get("allowance") != "yes":
        return []
    found = []
    if paid_children(looked.after, looked.today) > MOST_CHILDREN:
        found.append(
            Text(
                f"Lebih dari {MOST_CHILDREN} anak masuk tunjangan.",
                f"More than {MOST_CHILDREN} children count for the allowance.",
            )
        )
    born = date.fromisoformat(looked.values["birth_date"])
    if years_after(born, 25) <= looked.today:
        found.append(Text("Anak ini sudah berumur 25 tahun.", "This child is 25 years old or more."))
    elif years_after(born, 21) <= looked.today:
        found.append(
            Text(
                "Anak ini sudah berumur 21 tahun. Periksa surat keterangan sekolah.",
                "This child is 21 or more. Look at the letter of the school.",
            )
        )
    return found


def _rank(looked: _Looked) -> list[Text]:
    order = [grade for grade, _label in GRADES]
    earlier, grade = looked.earlier(), looked.values.get("grade", "")
    was = earlier.values.get("grade", "") if earlier else ""
    if was in order and grade in order and order.index(grade) <= order.index(was):
        return [
            Text(
                f"Golongan sebelumnya {was}: golongan ini tidak lebih tinggi.", f"Not above the grade before it, {was}."
            )
        ]
    return []


def _position(looked: _Looked) -> list[Text]:
    if looked.values.get("unit", "").casefold() in looked.facts.units:
        return []
    return [Text("Unit kerja ini tidak ada dalam daftar unit.", "This unit is not in the list of units.")]


def _increment(looked: _Looked) -> list[Text]:
    earlier = looked.earlier()
    if earlier is None or looked.row is None or years_after(earlier.since, INCREMENT_YEARS) <= looked.row.since:
        return []
    return [
        Text(
            f"Belum {INCREMENT_YEARS} tahun sejak kenaikan sebelumnya.",
            f"Less than {INCREMENT_YEARS} years after the increment before it.",
        )
    ]


def _appointment(looked: _Looked) -> list[Text]:
    found = []
    if looked.changes("cpns_since"):
        found += appointment_warnings(looked.after.value("personal", "nip"), looked.values.get("cpns_since", ""))
    if looked.values.get("pns_since", "9999") < looked.values.get("cpns_since", ""):
        found.append(Text("TMT PNS sebelum TMT CPNS.", "Appointed before candidacy began."))
    return found


def _letters(name: str) -> str:
    """A name as banks write it: without the points and commas of titles."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def _nik_taken(session: Session, nik: str, person: str) -> bool:
    return bool(nik and session.scalar(select(exists().where(_PEOPLE.nik == nik, _PEOPLE.id != person))))


_LOOKS: Mapping[str, Callable[[_Looked], list[Text]]] = {
    "personal": _personal,
    "identity": _identity,
    "bank": _bank,
    "spouse": _spouse,
    "child": _child,
    "rank": _rank,
    "position": _position,
    "increment": _increment,
    "appointment": _appointment,
}
